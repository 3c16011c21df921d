#!/usr/bin/env bash
# pandas 3.1.1 with openpyxl 3.1.5: text cells of an Excel file come back as numbers.
#
# An event code such as 036 is written as text and lies in the file as text. read_excel
# nevertheless hands its text cells to the parser of CSV files, which takes 036 for 36.
# In the CAMEO scheme 036 (express intent to meet) and 36 are not the same thing, and a
# column without leading zeros cannot be told from one that lost them.
#
# Seen: the cell holds '036', the table holds 36 as a whole number.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check pandas==3.1.1 openpyxl==3.1.5
cat >seen.py <<'PYTHON'
import openpyxl
import pandas as pd

pd.DataFrame({"cameo": ["036", "061"]}).to_excel("events.xlsx", index=False)
sheet = openpyxl.load_workbook("events.xlsx").active
print("in the file:", [cell.value for cell in sheet["A"]][1:])
table = pd.read_excel("events.xlsx")
print("read:", table["cameo"].tolist(), table["cameo"].dtype)
PYTHON
venv/bin/python -W ignore seen.py | tee seen.txt
diff seen.txt - <<'SEEN'
in the file: ['036', '061']
read: [36, 61] int64
SEEN
echo "as described"
