#!/usr/bin/env bash
# SciPy 1.17.1, scipy.special.betaincinv. A beta distribution with two equal shapes is symmetric, so
# that its median is exactly 0.5. For some shapes, such as 1.155, the inverse of the regularised
# incomplete beta function misses it by 1e-8, fifty million times more than for the shapes beside it,
# and betainc of what it gives is off as much: no warning, no error. Whoever draws by the inverse has
# a median that is off; whoever tests an own inverse against it finds a fault in the wrong place.
#
# Seen:
#   1.15  0.0e+00
#   1.155 1.0e-08
#   1.16  2.2e-16
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install -q scipy==1.17.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
from scipy.special import betainc, betaincinv

off = {}
for shape in (1.15, 1.155, 1.16):
    middle = betaincinv(shape, shape, 0.5)
    off[shape] = abs(middle - 0.5)
    print(f"{shape:<5} {off[shape]:.1e}")
assert off[1.155] > 1e-9, "it is mended"
assert abs(betainc(1.155, 1.155, betaincinv(1.155, 1.155, 0.5)) - 0.5) > 1e-9
assert max(off[1.15], off[1.16]) < 1e-15
PYTHON
echo "As described."
