#!/usr/bin/env bash
# jsonschema 4.26.0 beside ajv 8.17.1: the same schema accepts different texts.
#
# JSON Schema says that a pattern is a regular expression of ECMA-262. The Python
# validator hands it to Python's re, where a dollar sign also matches before a line feed
# at the end, and \\d also matches digits of other scripts. An identifier with a trailing
# line feed therefore passes in Python and fails in an editor that uses ajv.
#
# Seen: jsonschema accepts all, ajv only the first.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check jsonschema==4.26.0
npm install --silent --no-fund --no-audit --prefix . ajv@8.17.1 >/dev/null
cat >seen.py <<'PYTHON'
import jsonschema

for pattern, text in ((r"^[a-z]+$", "north"), (r"^[a-z]+$", "north\n"), (r"^\d+$", "\u0661\u0662")):
    try:
        jsonschema.validate(text, {"type": "string", "pattern": pattern})
        print("jsonschema accepts", ascii(text))
    except jsonschema.ValidationError:
        print("jsonschema refuses", ascii(text))
PYTHON
venv/bin/python -W ignore seen.py | tee seen.txt
cat >seen.cjs <<'NODE'
const Ajv = require("ajv");
const ajv = new Ajv();
const cases = [["^[a-z]+$", "north"], ["^[a-z]+$", "north\n"], ["^\\d+$", "\u0661\u0662"]];
for (const [pattern, text] of cases) {
  const valid = ajv.validate({ type: "string", pattern }, text);
  console.log(`ajv ${valid ? "accepts" : "refuses"} ${text.length} characters`);
}
NODE
node seen.cjs | tee -a seen.txt
diff seen.txt - <<'SEEN'
jsonschema accepts 'north'
jsonschema accepts 'north\n'
jsonschema accepts '\u0661\u0662'
ajv accepts 5 characters
ajv refuses 6 characters
ajv refuses 2 characters
SEEN
echo "as described"
