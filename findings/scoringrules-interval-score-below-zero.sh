#!/usr/bin/env bash
# scoringrules 0.10.0, weighted_interval_score, the score by which forecast hubs compare intervals. Its
# formula (Bracher and others 2021) has the distance between the median and what came. Where Numba is
# not installed, or with backend="numpy", the median itself stands in the place of that distance: whoever
# forecasts lower scores better whatever comes, and a miss may score below 0, where 0 should be perfect.
# With Numba the same call follows the formula, so that a ranking of forecasters depends on what else
# is installed. Nothing warns.
#
# Seen, for one interval of 50 % from median - 1 to median + 1, where 0 came:
#   median   by hand   numba   numpy
#      3       2.667   2.667   2.667
#     -3       2.667   2.667   0.667
# and for median -3 with a weight of 0.1 on the interval: 1.667 by hand and by Numba, -0.333 by NumPy.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install -q scoringrules==0.10.0 numba==0.68.1 numpy==2.4.6 scipy==1.17.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import scoringrules

alpha = np.array([0.5])


def by_hand(median: float, weight: float) -> float:
    low, high = median - 1, median + 1
    interval = high - low + 2 / 0.5 * (max(low, 0) + max(-high, 0))
    return (0.5 * abs(median) + weight * interval) / 1.5


def scored(median: float, weight: float, backend: str) -> float:
    found = scoringrules.weighted_interval_score(
        np.zeros(1), np.array([median]), np.array([[median - 1]]), np.array([[median + 1]]),
        alpha, w_alpha=np.array([weight]), backend=backend,
    )
    return float(np.squeeze(found))


for median, weight in ((3.0, 0.25), (-3.0, 0.25), (-3.0, 0.1)):
    numba, numpy = (scored(median, weight, backend) for backend in ("numba", "numpy"))
    print(f"{median:6.0f} {weight:5.2f}  {by_hand(median, weight):8.3f} {numba:8.3f} {numpy:8.3f}")
    assert np.isclose(numba, by_hand(median, weight))
    wrong = by_hand(median, weight) + (median - abs(median)) * 0.5 / 1.5
    assert np.isclose(numpy, wrong), "it is mended"
assert scored(-3.0, 0.1, "numpy") < 0
PYTHON
echo "As described."
