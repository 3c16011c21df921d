"""Its charts, each with its table of numbers."""

from __future__ import annotations

from sim.reporting.chart_kit import BLUE, Chart, Table, finish, go
from sim.text import sentence
from tests.studies.toy.result import Waiting
from tests.studies.toy.text import wait


def rounds_chart(found: Waiting, nth: int) -> Chart:
    """Draw in how many runs an event came first in each round."""
    rounds = list(range(1, found.rounds + 1))
    runs = [int((found.first[:, nth] == round).sum()) for round in rounds]
    figure = go.Figure()
    figure.add_bar(x=rounds, y=runs, marker={"color": BLUE})
    name = sentence(found.names[nth])
    said = f"The median of the runs in which it comes: {wait(found, nth)}."
    pairs = zip(map(str, rounds), map(str, runs), strict=True)
    return finish(figure, name, said, Table(name, ("Round", "Runs"), tuple(pairs)), 260)
