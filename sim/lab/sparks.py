"""Small fans on the wall: where a scenario's outcomes go, at a glance."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from markupsafe import escape

from sim.arrays import Floats
from sim.lab.catalogue import Entry
from sim.lab.cost import affordable
from sim.lab.ensembles import Ensembles
from sim.lab.variant import Variant
from sim.lab.work import Check, Work
from sim.reporting.outcome_charts import axis_range
from sim.statistics.summary import Trajectory
from sim.text import count, number

RUNS, SHOWN = 100, 2
"""Runs that are played for a card, and the outcomes that it shows."""
_KEPT = 300
"""Scenarios whose sparks are kept."""
_WIDE, _HIGH, _EDGE = 200, 90, 3
_COLOURS = ("#cfe3f0", "#8fc0de", "#0072b2")
"""Of the wide band, the narrow band and the line in the middle."""


@dataclass(frozen=True)
class Spark:
    """A small fan.

    Attributes
    ----------
    title : str
        What it is of.
    said : str
        What it shows, in words.
    svg : str
        The drawing.
    """

    title: str
    said: str
    svg: str


class Sparks:
    """Draws them one after another, beside what visitors ask, and keeps them by digest."""

    def __init__(self, work: Work, ensembles: Ensembles) -> None:
        self._work, self._ensembles = work, ensembles
        self._kept: OrderedDict[str, Future[tuple[Spark, ...]]] = OrderedDict()

    def found(self, entries: Iterable[Entry]) -> tuple[dict[str, tuple[Spark, ...]], bool]:
        """What is drawn already, by the scenario's name, and whether more will come.

        What cannot be played has no sparks: whoever opens it is told why.
        """
        found, waiting = {}, False
        for entry in entries:
            if not entry.digest:
                continue
            drawn = self._asked(entry)
            if not drawn.done():
                waiting = True
            elif drawn.exception() is None:
                found[entry.name] = drawn.result()
        return found, waiting

    def _asked(self, entry: Entry) -> Future[tuple[Spark, ...]]:
        known = self._kept.get(entry.digest)
        if known is None:
            variant = Variant(entry.path)
            known = self._kept[entry.digest] = self._work.ask(
                "the wall",
                entry.digest,
                entry.digest,
                lambda check: self._drawn(variant, check),
                last=True,
            )
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(entry.digest)
        return known

    def _drawn(self, variant: Variant, check: Check) -> tuple[Spark, ...]:
        scenario = variant.base_scenario()
        runs = affordable(RUNS, scenario)
        played = self._ensembles.runs_of(scenario, runs, scenario.description.seed, check)
        widest = sorted(played.summary.trajectories, key=_spread, reverse=True)[:SHOWN]
        return tuple(spark(one, runs) for one in widest)


def _spread(course: Trajectory) -> float:
    """How much of an outcome's scale is open at the end."""
    wide = float(course.high90[-1] - course.low90[-1])
    bounds = course.measure.bounds
    return wide / (bounds[1] - bounds[0]) if bounds else 0.0


def spark(course: Trajectory, runs: int = RUNS) -> Spark:
    """A small fan of one outcome."""
    levels = (course.low90, course.low50, course.median, course.high50, course.high90)
    item = course.measure
    middle = course.median
    said = (
        f"{item.name}: from {number(float(middle[0]), item.digits)} to "
        f"{number(float(middle[-1]), item.digits)} in the middle of {count(runs, 'run')}"
    )
    bounds = axis_range(np.concatenate([course.low90, course.high90]), item)
    return Spark(item.name, said, _drawing(levels, bounds, said))


def _drawing(levels: tuple[Floats, ...], bounds: tuple[float, float], said: str) -> str:
    low, high = bounds
    size = (high - low) or 1.0
    across = np.linspace(0, _WIDE, len(levels[0]))

    def line(values: Floats) -> list[str]:
        down = _EDGE + (_HIGH - 2 * _EDGE) * (1 - (np.clip(values, low, high) - low) / size)
        return [f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True)]

    low90, low50, median, high50, high90 = map(line, levels)
    wide, narrow, middle = _COLOURS
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'aria-label="{escape(said)}">'
        f'<polygon fill="{wide}" points="{" ".join([*low90, *reversed(high90)])}"/>'
        f'<polygon fill="{narrow}" points="{" ".join([*low50, *reversed(high50)])}"/>'
        f'<polyline fill="none" stroke="{middle}" stroke-width="2" points="{" ".join(median)}"/>'
        "</svg>"
    )
