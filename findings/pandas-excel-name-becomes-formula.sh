#!/usr/bin/env bash
# pandas 3.1.1 with XlsxWriter 3.2.9: a text that begins with an equals sign is written as
# a formula, and read back as a number.
#
# A label such as "=status quo" or "=1+1" is text in the table. to_excel writes it as a
# formula, for which the file holds the value 0 until a spreadsheet program computes it.
# With the engine openpyxl it is a formula without a value, and the row is gone.
#
# Seen: [0] through XlsxWriter, no row at all through openpyxl.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check pandas==3.1.1 openpyxl==3.1.5 XlsxWriter==3.2.9
cat >seen.py <<'PYTHON'
import openpyxl
import pandas as pd

for engine in ("xlsxwriter", "openpyxl"):
    pd.DataFrame({"name": ["=1+1"]}).to_excel("t.xlsx", index=False, engine=engine)
    cell = openpyxl.load_workbook("t.xlsx").active["A2"]
    print(engine, "- type of the cell:", cell.data_type, "- read:", pd.read_excel("t.xlsx")["name"].tolist())
PYTHON
venv/bin/python -W ignore seen.py | tee seen.txt
diff seen.txt - <<'SEEN'
xlsxwriter - type of the cell: f - read: [0]
openpyxl - type of the cell: f - read: []
SEEN
echo "as described"
