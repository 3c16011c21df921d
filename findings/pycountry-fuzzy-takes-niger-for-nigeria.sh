#!/usr/bin/env bash
# pycountry 26.2.16: search_fuzzy finds another country although one of that very name exists.
#
# Matches are weighed by how often the words occur, in subdivisions too, and not by whether the
# whole name agrees. A state that the list does not have is found inside another one.
#
# Seen: Niger finds Nigeria first, Korea the Democratic People's Republic, Kosovo Serbia.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check pycountry==26.2.16
cat >seen.py <<'PYTHON'
import pycountry

for name in ("Niger", "Korea", "Kosovo"):
    print(f"{name}:", pycountry.countries.search_fuzzy(name)[0].name)
print("by the whole name:", pycountry.countries.get(name="Niger").name)
PYTHON
venv/bin/python seen.py | tee seen.txt
diff seen.txt - <<'SEEN'
Niger: Nigeria
Korea: Korea, Democratic People's Republic of
Kosovo: Serbia
by the whole name: Niger
SEEN
echo "as described"
