#!/usr/bin/env bash
# SALib 1.5.2: one output that is not a number makes every first-order index 0.
#
# A run that failed is often kept as nan. sobol.analyze neither refuses it nor returns
# nan for the first-order indices: it returns 0 for all of them, which reads as "none of
# these numbers matters".
#
# Seen: 0.25 and 0.80 for two inputs without a missing output, 0 and 0 with one of 256.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check SALib==1.5.2 numpy==2.4.6 pandas==3.1.1
cat >seen.py <<'PYTHON'
import numpy as np
from SALib.analyze import sobol
from SALib.sample import sobol as sample

problem = {"num_vars": 2, "names": ["power", "salience"], "bounds": [[0, 1], [0, 1]]}
points = sample.sample(problem, 64, calc_second_order=False, seed=1)
outcome = points[:, 0] + 2 * points[:, 1]
for missing in (0, 1):
    outcome[:missing] = np.nan
    found = sobol.analyze(problem, outcome, calc_second_order=False, seed=1)
    print(f"{missing} of {len(outcome)} missing:", [round(float(x), 2) + 0 for x in found["S1"]])
PYTHON
venv/bin/python -W ignore seen.py | tee seen.txt
diff seen.txt - <<'SEEN'
0 of 256 missing: [0.25, 0.8]
1 of 256 missing: [0.0, 0.0]
SEEN
echo "as described"
