"""What the runs come to at every place of a grid, each beside the scenario as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import Floats, Progress
from sim.errors import ResultsError
from sim.reporting.fans import bands, frame
from sim.reporting.outcome_charts import top_over
from sim.results.series import Output, outputs, read_outputs
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import Batch, Ensemble, Played, labelled
from sim.simulation.executors.base import HERE, Workers
from sim.statistics.measures import Measure
from sim.statistics.paired_difference import Estimate, paired
from sim.statistics.summary import Summary, summarise
from sim.studies.explorable.design import GridPlan

_SHARE_DIGITS = 3


@dataclass(frozen=True, eq=False)
class At:
    """What the runs come to at one place.

    Attributes
    ----------
    place : tuple of int
    bands : mapping
        What ``fans.js`` draws.
    levels : tuple of float
        Of each measure: its median at the end, of an event its probability.
    changes : tuple of Estimate
        Of each measure: the difference from the scenario as it is, at the end.
    runs : int
        Pairs of which neither failed.
    """

    place: tuple[int, ...]
    bands: dict[str, Any]
    levels: tuple[float, ...]
    changes: tuple[Estimate, ...]
    runs: int


@dataclass(frozen=True, eq=False)
class Explored:
    """What is on the page.

    Attributes
    ----------
    plan : GridPlan
    runs, seed, failed : int
        Runs at each place; those of the scenario as it is that failed.
    wanted : tuple of Output
        The measures: outcomes, then watched events.
    measures : mapping of id to Measure
        Of the outcomes.
    frame : mapping
        What ``fans.js`` draws of the scenario as it is.
    places : tuple of At
        In the order of the plan's places.
    """

    plan: GridPlan
    runs: int
    seed: int
    failed: int
    wanted: tuple[Output, ...]
    measures: dict[str, Measure]
    frame: dict[str, Any]
    places: tuple[At, ...]

    def at(self, place: tuple[int, ...]) -> At:
        """What the runs come to at a place."""
        return self.places[int(np.ravel_multi_index(place, self.plan.sizes))]

    def end(self, knob: int, last: bool) -> At:
        """One knob at an end of its range, the others where the scenario has them."""
        place = list(self.plan.own)
        place[knob] = self.plan.sizes[knob] - 1 if last else 0
        return self.at(tuple(place))

    def in_points(self, output: Output) -> bool:
        """Whether a measure's values are shares of the runs."""
        return output.kind == "watch" or self.measures[output.id].share


def explored(
    plan: GridPlan, runs: int, seed: int, progress: Progress | None = None, workers: Workers = HERE
) -> Explored:
    """Play the same runs, on the same draws of chance, at every place.

    Raises
    ------
    ResultsError
        When every run fails at some place.
    """
    scenario, wanted = plan.scenario, outputs(plan.scenario.description)
    base: tuple[Summary, Floats] | None = None
    found: dict[tuple[int, ...], At] = {}
    for place, played in _played(plan, runs, seed, workers):
        data = labelled(scenario, played.blocks, seed)
        summary, ends = summarise(data, scenario), read_outputs(data, wanted)
        if not summary.counts.complete:
            told = ", ".join(f"{path} = {value:g}" for path, value in plan.turned(place).items())
            where = told or "the scenario as it is"
            raise ResultsError(f"every run failed at {where}: turn the numbers less far")
        base = base or (summary, ends)  # the scenario as it is comes first
        found[place] = _at(place, summary, ends, base[1], wanted, scenario)
        if progress:
            progress(len(found) * runs)
    assert base is not None  # a plan has places
    summary, places = base[0], tuple(found[place] for place in plan.places)
    drawn = frame(summary, scenario)
    _make_room(drawn, places)
    return Explored(
        plan=plan,
        runs=runs,
        seed=seed,
        failed=summary.counts.failed,
        wanted=wanted,
        measures={one.measure.id: one.measure for one in summary.trajectories},
        frame=drawn,
        places=places,
    )


def _played(
    plan: GridPlan, runs: int, seed: int, workers: Workers
) -> Iterator[tuple[tuple[int, ...], Played]]:
    """The runs at each place, that of the scenario as it is first.

    Places at which the same numbers are turned are played together: ordinary times do not move
    with what is turned, and what is not turned keeps its spread.
    """
    by_turned: dict[tuple[str, ...], list[tuple[int, ...]]] = {(): [plan.own]}
    for place in plan.places:
        if place != plan.own:
            by_turned.setdefault(tuple(plan.turned(place)), []).append(place)
    for paths, places in by_turned.items():
        work = Ensemble(plan.scenario, seed, varied=paths)
        yield from zip(places, _one_by_one(work, plan, places, runs, workers), strict=True)


def _one_by_one(
    work: Ensemble, plan: GridPlan, places: list[tuple[int, ...]], runs: int, workers: Workers
) -> Iterator[Played]:
    found = Played()
    for part in workers.map(work, _batches(work, plan, places, runs)):
        found.add(part)
        if found.runs == runs:
            yield found
            found = Played()


def _batches(
    work: Ensemble, plan: GridPlan, places: list[tuple[int, ...]], runs: int
) -> Iterator[Batch]:
    for place in places:
        given = {path: np.full(runs, value) for path, value in plan.turned(place).items()}
        yield from work.batches(runs, given=given)


def _at(
    place: tuple[int, ...],
    summary: Summary,
    ends: Floats,
    base: Floats,
    wanted: tuple[Output, ...],
    scenario: Scenario,
) -> At:
    measures = {one.measure.id: one.measure for one in summary.trajectories}
    medians = {one.measure.id: float(one.median[-1]) for one in summary.trajectories}
    chances = {one.id: float(one.probability[-1]) for one in summary.watched}
    return At(
        place,
        _short(bands(summary, scenario), measures),
        tuple((chances if one.kind == "watch" else medians)[one.id] for one in wanted),
        tuple(
            _change(base[:, nth], ends[:, nth], None if one.kind == "watch" else measures[one.id])
            for nth, one in enumerate(wanted)
        ),
        int((np.isfinite(base[:, 0]) & np.isfinite(ends[:, 0])).sum()),
    )


def _change(base: Floats, now: Floats, measure: Measure | None) -> Estimate:
    """The difference at the end over pairs of runs; of an event, one of probabilities."""
    share = measure is None or measure.share
    whole = share or bool(measure and measure.whole)
    one = paired(base[:, None], now[:, None], whole=whole, events=share)
    difference, spread = float(one.difference[0]), float(one.spread[0])
    if np.array_equal(base, now, equal_nan=True):
        return Estimate(0.0, 0.0, 0.0, 0.0, share=share)
    low, high = (float(end[0]) for end in one.interval())
    effect = difference / spread if spread > 0 else float(np.copysign(np.inf, difference))
    return Estimate(difference, low, high, effect if difference else 0.0, share=share)


def _make_room(drawn: dict[str, Any], places: tuple[At, ...]) -> None:
    """Widen the axes so that they hold all places: no scale moves while numbers are turned."""
    for item in drawn["outcomes"]:
        every = [at.bands["outcomes"][item["id"]] for at in places]
        low = min(min(one["q05"]) for one in every)
        high = max(max(one["q95"]) for one in every)
        item["range"] = [min(item["range"][0], low), max(item["range"][1], high)]
    for item in drawn["events"]:
        every = [at.bands["events"][item["id"]] for at in places]
        item["top"] = max(item["top"], top_over(max(max(one["high"]) for one in every)))


def _short(now: dict[str, Any], measures: dict[str, Measure]) -> dict[str, Any]:
    """The bands with no more decimals than can be seen: a page has hundreds of them."""
    for id, levels in now["outcomes"].items():
        one = measures[id]
        digits = _SHARE_DIGITS if one.share else one.digits + 1
        for name, values in levels.items():
            levels[name] = [round(value, digits) for value in values]
    for levels in now["events"].values():
        for name, values in levels.items():
            levels[name] = [round(value, _SHARE_DIGITS) for value in values]
    return now
