#!/usr/bin/env bash
# country_converter 1.3.2: numbers of states that have ended stand for those that live on.
#
# The column GWcode is the list of Gleditsch and Ward, where 315 is Czechoslovakia, 316 the
# Czech Republic, 678 Yemen, 680 South Yemen until 1990, 816 Vietnam, 817 South Vietnam until
# 1975. Beside pandas 3.1.1 any conversion raises a TypeError.
#
# Seen: 315, 680 and 817 are Czechia, Yemen and Vietnam; 316, 678 and 816 are not found.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
cat >seen.py <<'PYTHON'
import logging

import country_converter
import pandas

logging.disable(logging.CRITICAL)
print("pandas", pandas.__version__)
for number in (315, 316, 678, 680, 816, 817):
    try:
        print(number, country_converter.convert(number, src="GWcode", to="name_short"))
    except TypeError as error:
        print(number, f"TypeError: {error}")
        break
PYTHON
for pandas in 2.3.3 3.1.1; do
    venv/bin/pip install -q --disable-pip-version-check country_converter==1.3.2 "pandas==$pandas"
    venv/bin/python -W ignore seen.py
done | tee seen.txt
diff seen.txt - <<'SEEN'
pandas 2.3.3
315 Czechia
316 not found
678 not found
680 Yemen
816 not found
817 Vietnam
pandas 3.1.1
315 TypeError: first argument must be string or compiled pattern
SEEN
echo "as described"
