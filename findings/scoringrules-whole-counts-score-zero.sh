#!/usr/bin/env bash
# scoringrules 0.10.0 with Numba 0.68.1, crps_ensemble. An ensemble of counts (battle deaths, meetings,
# seats) in whole numbers is scored right by the estimators "qd", "nrg" and "fair". With backend="numba"
# and the estimators "pwm", "int" or those of the kernel representation the score itself comes out as a
# whole number, cut toward zero: forecasts that missed by a little score 0, which is perfect. No warning.
# With the other backend, or with the same counts as floats, the scores are right.
#
# Seen:
#            whole numbers    floats
#   pwm      [0 0]            [0.333 0.333]
#   int      [0 0]            [0.667 0.667]
#   qd       [0.667 0.667]    [0.667 0.667]
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install -q scoringrules==0.10.0 numba==0.68.1 numpy==2.4.6 scipy==1.17.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import scoringrules

counts = np.array([[0, 1, 3], [0, 2, 3]])
came = np.array([2, 1])
for estimator in ("pwm", "int", "qd"):
    how = {"estimator": estimator, "backend": "numba"}
    whole = scoringrules.crps_ensemble(came, counts, **how)
    floats = scoringrules.crps_ensemble(came.astype(float), counts.astype(float), **how)
    print(f"{estimator:<8} {np.round(whole, 3)!s:<16} {np.round(floats, 3)}")
    assert (floats > 0.3).all()
    assert (whole == 0).all() if estimator != "qd" else np.allclose(whole, floats), "it is mended"
by_numpy = scoringrules.crps_ensemble(came, counts, estimator="pwm", backend="numpy")
assert np.allclose(by_numpy, 1 / 3)
PYTHON
echo "As described."
