#!/usr/bin/env bash
# PyArrow 26.0.1 and pandas 3.1.1, read by DuckDB 2.0.1: a missing number in a Parquet
# file is above every threshold or is missing, according to who wrote the file.
#
# PyArrow writes nan as the number nan; pandas writes it as null. DuckDB orders nan above
# all numbers, as PostgreSQL does, and leaves null out. The same column of three values
# has two above five or one, a mean that is nan or 5, and a greatest value that is nan or 9.
#
# Seen: (2, nan, nan) and (1, 5.0, 9.0).
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check pandas==3.1.1 pyarrow==26.0.1 duckdb==2.0.1
cat >seen.py <<'PYTHON'
import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

support = np.array([1.0, 9.0, np.nan])
pq.write_table(pa.table({"support": support}), "pyarrow.parquet")
pd.DataFrame({"support": support}).to_parquet("pandas.parquet")
for writer in ("pyarrow", "pandas"):
    question = "count(*) filter (where support > 5), avg(support), max(support)"
    print(writer, duckdb.sql(f"select {question} from '{writer}.parquet'").fetchall())
PYTHON
venv/bin/python -W ignore seen.py | tee seen.txt
diff seen.txt - <<'SEEN'
pyarrow [(2, nan, nan)]
pandas [(1, 5.0, 9.0)]
SEEN
echo "as described"
