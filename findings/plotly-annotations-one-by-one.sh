#!/usr/bin/env bash
# Plotly 7.1.0 for Python: the time of add_annotation grows with the number of notes that
# the figure has already, so that n of them take time in the order of n squared.
#
# A network of thirty states has several hundred labels. Added one by one, four times as
# many take far more than four times as long; given to the layout at once they do not.
# The figures are the same.
#
# Seen: 400 notes take over eight times as long as 100 one by one (about 15), and less
# than eight times at once (about 4); the two figures are equal.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check plotly==7.1.0
cat >seen.py <<'PYTHON'
from time import process_time

import plotly.graph_objects as go


def one_by_one(count):
    figure = go.Figure()
    for number in range(count):
        figure.add_annotation(x=number, y=0, text=str(number))
    return figure


def at_once(count):
    notes = [{"x": number, "y": 0, "text": str(number)} for number in range(count)]
    return go.Figure(layout={"annotations": notes})


def seconds(make, count):
    best = float("inf")
    for _ in range(3):
        begun = process_time()
        make(count)
        best = min(best, process_time() - begun)
    return best


one_by_one(10), at_once(10)
print("same figure:", one_by_one(50) == at_once(50))
for name, make in (("one by one", one_by_one), ("at once", at_once)):
    ratio = seconds(make, 400) / seconds(make, 100)
    print(f"{name}: four times as many take over eight times as long: {ratio > 8}")
PYTHON
venv/bin/python -W ignore seen.py | tee seen.txt
diff seen.txt - <<'SEEN'
same figure: True
one by one: four times as many take over eight times as long: True
at once: four times as many take over eight times as long: False
SEEN
echo "as described"
