"""What the figures of all exercises share: plays, pairs of plays, and how they are written."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from functools import cache

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.scenario.calendar import date_after
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Order
from sim.simulation.ensemble import run
from sim.statistics.measures import measures
from sim.statistics.paired_difference import Paired, paired
from sim.text import number, signed
from tests.fixtures.paths import ROOT

RUNS = {"two-neighbours": 2000, "yamaguchi-2016": 1000}
"""The larger scenario takes seven times as long."""
ROUNDS = 8
"""As both exercises in class are played."""
NOTHING = {"words": "say nothing", "deeds": "do nothing"}
"""How it is told that a word, or a deed, is left out."""
VISIBLE = 0.2
"""A difference from so many standard deviations on is told: Cohen's small effect."""
POINTS = 0.05
"""A difference of a probability from here on is told."""
Floats = NDArray[np.float64]


@cache
def scenario(name: str, *changes: tuple[str, str]) -> Scenario:
    """A shipped scenario, of as many rounds as a class plays."""
    return load_scenario(
        ROOT / "scenarios" / f"{name}.yaml", {"calendar.rounds": str(ROUNDS), **dict(changes)}
    )


def order(one: Scenario, who: str, lever: str, whom: str, first: int = 1, last: int = 0) -> Order:
    """A lever pulled in every round from one to another (to the end), wherever it is open."""
    calendar = one.description.calendar
    return Order(
        lever=lever, by=who, toward=whom,
        since=date_after(calendar, first - 1),
        until=date_after(calendar, (last or calendar.rounds) - 1),
    )  # fmt: skip


def played(one: Scenario, *orders: Order) -> xr.Dataset:
    """All runs of a scenario, with moves laid down."""
    found = run(one, RUNS[one.id], orders=orders)
    assert (found["failed_round"].values < 0).all()
    return found


@cache
def ordinary(name: str, *changes: tuple[str, str]) -> xr.Dataset:
    """All runs of a shipped scenario in which the model plays every seat."""
    return played(scenario(name, *changes))


def happened(data: xr.Dataset) -> Floats:
    """Whether each watched event happened, by run."""
    return np.asarray(data["watched"].values >= 0, dtype=np.float64)


def ends(data: xr.Dataset) -> Floats:
    """Where each outcome ended, by run."""
    return np.asarray(data["reported"].values[:, -1], dtype=np.float64)


def middle(values: Floats, digits: int) -> str:
    """A median with the range of nine runs in ten."""
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"{number(median, digits)} ({number(low, digits)} to {number(high, digits)})"


def share(values: Floats) -> str:
    """How often, in hundredths; small shares with a decimal."""
    found = 100 * float(values.mean())
    return f"{number(found, 1 if 0 < found < 10 else 0)} %"


def moved(one: Scenario, changed: xr.Dataset, own: xr.Dataset, laid: Container[str] = ()) -> str:
    """What a change moved visibly, events first, each difference with its 95 % interval.

    What counts or waits for a lever that was ``laid`` down is left out: it moves by decree.
    """
    described, told = one.description, []
    before, after = happened(own), happened(changed)
    for nth, watch in enumerate(described.watch.values()):
        found = paired(before[:, [nth]], after[:, [nth]], events=True)
        if abs(found.difference[0]) >= POINTS and watch.lever not in laid:
            told.append(f"{watch.name} {points(found)}")
    before, after = ends(own), ends(changed)
    for nth, (key, item) in enumerate(measures(described).items()):
        found = paired(before[:, [nth]], after[:, [nth]], whole=item.whole)
        by_decree = any(lever in laid for lever in described.outcomes[key].acts)
        if abs(found.difference[0]) >= VISIBLE * found.spread[0] > 0 and not by_decree:
            told.append(f"{item.name} {sized(found, item.digits)}")
    return "; ".join(told) or "nothing that can be seen"


def points(found: Paired) -> str:
    """A difference of probabilities, in points of 100, with its interval."""
    low, high = (float(end[0]) for end in found.interval())
    interval = f"{signed(100 * low, 0)} to {signed(100 * high, 0)}"
    return f"**{signed(100 * float(found.difference[0]), 0)} points** ({interval})"


def sized(found: Paired, digits: int) -> str:
    """A difference in an outcome's own unit, with its interval."""
    low, high = (float(end[0]) for end in found.interval())
    digits = max(digits, 1)
    interval = f"{signed(low, digits)} to {signed(high, digits)}"
    return f"**{signed(float(found.difference[0]), digits)}** ({interval})"


def decreed(one: Scenario, orders: Iterable[Order]) -> set[str]:
    """Levers among the orders that are pulled whatever the other says."""
    return {item.lever for item in orders if not one.description.levers[item.lever].consent}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
