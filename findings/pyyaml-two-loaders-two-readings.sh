#!/usr/bin/env bash
# PyYAML 6.0.4: its two safe loaders read the same text differently.
#
# SafeLoader is written in Python, CSafeLoader calls libyaml; which of them a program
# uses often hangs on whether the wheel has the extension. A lone exclamation mark, the
# non-specific tag of YAML, makes nothing in one and an empty text in the other. In
# braces or brackets a word with a question mark is refused by one and read by the other.
#
# Seen: None beside an empty text; ParserError beside the word.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check pyyaml==6.0.4
cat >seen.py <<'PYTHON'
import yaml

for text in ("treaty: !", "[who?]"):
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        try:
            found = repr(yaml.load(text, Loader=loader))
        except yaml.YAMLError as error:
            found = type(error).__name__
        print(f"{text!r} {loader.__name__}: {found}")
PYTHON
venv/bin/python -W ignore seen.py | tee seen.txt
diff seen.txt - <<'SEEN'
'treaty: !' SafeLoader: {'treaty': None}
'treaty: !' CSafeLoader: {'treaty': ''}
'[who?]' SafeLoader: ParserError
'[who?]' CSafeLoader: ['who?']
SEEN
echo "as described"
