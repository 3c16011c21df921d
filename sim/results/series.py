"""What is read off results, run by run: outputs, and measures in one arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.claims.measure import Target
from sim.errors import Fault, Place, ScenarioError, option
from sim.results.variables import PROMISED
from sim.scenario.phrases import pair
from sim.scenario.schema import Description
from sim.text import did_you_mean

# What a study looks at in each run: where an outcome ends, and whether an event came.


@dataclass(frozen=True)
class Output:
    """An outcome at the end of a run, or whether a watched event came by then.

    Attributes
    ----------
    id : str
        Its key in the scenario.
    kind : {"outcome", "watch"}
    name : str
    twin : bool
        Whether the scenario has an outcome and an event of this id.
    """

    id: str
    kind: Literal["outcome", "watch"]
    name: str
    twin: bool = False

    @property
    def label(self) -> str:
        """The id, told apart where an event has that of an outcome."""
        return f"{self.id} (event)" if self.twin and self.kind == "watch" else self.id


def outputs(description: Description, asked: Sequence[str] = ()) -> tuple[Output, ...]:
    """The outputs that are asked for, or all of a scenario.

    An id that an outcome and an event share names both.

    Raises
    ------
    ScenarioError
        When an id is that of neither.
    """
    twins = description.outcomes.keys() & description.watch.keys()
    outcomes, events = description.outcomes.items(), description.watch.items()
    every = [Output(key, "outcome", one.name, key in twins) for key, one in outcomes]
    every += [Output(key, "watch", one.name, key in twins) for key, one in events]
    known = {one.id for one in every}
    faults = [
        Fault(
            Place(option("--outcome")),
            f"there is no outcome or watched event '{id}'",
            did_you_mean(id, known, "outcomes and watched events"),
        )
        for id in asked
        if id not in known
    ]
    if faults:
        raise ScenarioError(faults)
    return tuple(one for one in every if not asked or one.id in asked)


def read_outputs(dataset: xr.Dataset, wanted: Sequence[Output]) -> Floats:
    """Read outputs off results.

    Returns
    -------
    array of float, shape (runs, outputs)
        An outcome's last value; 1 where an event came, 0 where not; nan where a
        run failed.
    """
    outcomes, watches = (list(map(str, dataset[name].values)) for name in ("outcome", "watch"))
    last = dataset["reported"].isel(round=-1).transpose("outcome", "run").values
    watched = dataset["watched"].transpose("watch", "run").values
    columns = [
        last[outcomes.index(one.id)]
        if one.kind == "outcome"
        else watched[watches.index(one.id)] >= 0
        for one in wanted
    ]
    values = np.stack(columns, axis=1).astype(np.float64)
    values[dataset["failed_round"].values >= 0] = np.nan
    return values


@dataclass(frozen=True, eq=False)
class Series:
    """One measure in one arm.

    Attributes
    ----------
    label : str
    dates : array of datetime64, (round,)
    course : array of float, (round,)
        Its mean over the runs by round: the quantity, the acts so far, or the
        share of runs that have seen the event.
    values : array of float, (run,)
        Its value in each run, nan where the run failed. For a share of
        proposals agreed to: the share over all runs plus each run's influence
        on it, so that a mean of values is that share and their spread gives
        its standard error (the linearisation of a ratio).
    """

    label: str
    dates: NDArray[np.datetime64]
    course: Floats
    values: Floats


def series(dataset: xr.Dataset, target: Target) -> Series:
    """Read a measure off an arm's results.

    Parameters
    ----------
    dataset : Dataset
        Results of an arm that records the target
        (:func:`sim.claims.measure.recording`), with the interests that are looked
        at (:func:`sim.statistics.interest.with_interests`).
    target : Target
    """
    dates = dataset["until"].values
    failed = dataset["failed_round"].values >= 0
    course, values = _read(dataset, target, _window(dates, target))
    values = np.where(failed, np.nan, values)
    return Series(target.label, dates, course, values)


def _window(dates: NDArray[np.datetime64], target: Target) -> NDArray[np.bool_]:
    """Which states, the start among them, belong to the period that is looked at."""
    inside = np.ones(len(dates), dtype=np.bool_)
    if target.measured.since:
        inside &= dates > np.datetime64(target.measured.since)
    if target.measured.until:
        begun = np.concatenate([dates[:1], dates[:-1]])
        inside &= begun <= np.datetime64(target.measured.until)
    return inside


def _read(dataset: xr.Dataset, target: Target, inside: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    if target.watch is not None:
        return _event(dataset, target, inside)
    if target.interest is not None:
        return _quantity(dataset["interest"].sel(looked_at=target.label), target, inside)
    if target.outcome is not None and not target.outcome.acts:
        return _quantity(dataset["reported"].sel(outcome=target.label), target, inside)
    if target.measured.promises:
        became = _promises(dataset, target)
        counted = np.where(inside, became, 0)
        return counted.cumsum(axis=1).mean(axis=0), counted.sum(axis=1)
    accepted, proposed = _moves(dataset, target)
    if target.measured.consent:
        return _agreed(accepted, proposed, inside)
    counted = proposed if target.measured.proposals else accepted
    counted = np.where(inside, counted, 0)
    return counted.cumsum(axis=1).mean(axis=0), counted.sum(axis=1)


def _event(dataset: xr.Dataset, target: Target, inside: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    first = dataset["watched"].sel(watch=target.label).values
    seen = (first >= 0) & inside[np.maximum(first, 0)]
    rounds = np.arange(len(inside))
    course = (seen[:, None] & (first[:, None] <= rounds)).mean(axis=0)
    return course, seen.astype(np.float64)


def _quantity(
    values: xr.DataArray, target: Target, inside: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """A quantity that stands at each date, read as the measure says."""
    course = np.asarray(values.transpose("run", "round").values, dtype=np.float64)
    chosen = course[:, inside]
    match target.measured.at:
        case "mean":
            # The start is given, not brought about.
            found = (chosen[:, 1:] if inside[0] and chosen.shape[1] > 1 else chosen).mean(axis=1)
        case "highest":
            found = chosen.max(axis=1)
        case "lowest":
            found = chosen.min(axis=1)
        case _:
            found = chosen[:, -1]
    return np.nanmean(course, axis=0), found


def _moves(dataset: xr.Dataset, target: Target) -> tuple[Floats, Floats]:
    """Accepted uses and proposals of the levers looked at, both ``(run, round)``."""
    by, toward = target.measured.by, target.measured.toward
    if target.outcome is not None:
        by, toward = target.outcome.by, target.outcome.toward
    names = target.outcome.acts if target.outcome else target.levers
    ways = [
        place
        for place, way in enumerate(dataset["direction"].values)
        if (ends := pair(str(way))) and by in (None, ends[0]) and toward in (None, ends[2])
    ]
    levers = [str(name) for name in dataset["lever"].values]
    numbers = [levers.index(name) for name in names]
    order = ("run", "round", "direction", "track")
    proposed = np.isin(dataset["choice"].transpose(*order).values[:, :, ways], numbers)
    accepted = proposed & dataset["accepted"].transpose(*order).values[:, :, ways]
    return (
        accepted.sum(axis=(2, 3)).astype(np.float64),
        proposed.sum(axis=(2, 3)).astype(np.float64),
    )


def _promises(dataset: xr.Dataset, target: Target) -> Floats:
    """Promises that come to the verdict that is looked at, ``(run, round)``."""
    measured = target.measured
    chosen = [
        label
        for label in map(str, dataset["promise"].values)
        for lever, ways in [label.split(": ")]
        if lever in target.levers
        and (ends := pair(ways))
        and measured.by in (None, ends[0])
        and measured.toward in (None, ends[2])
    ]
    told = dataset["promised"].sel(promise=chosen) == PROMISED.index(measured.verdict)
    return told.sum("promise").transpose("run", "round").values.astype(np.float64)


def _agreed(accepted: Floats, proposed: Floats, inside: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    accepted, proposed = np.where(inside, accepted, 0), np.where(inside, proposed, 0)
    so_far, out_of = accepted.sum(axis=0).cumsum(), proposed.sum(axis=0).cumsum()
    course = np.divide(so_far, out_of, out=np.full(len(out_of), np.nan), where=out_of > 0)
    mine, asked = accepted.sum(axis=1), proposed.sum(axis=1)
    if not asked.sum():
        return course, np.full(len(mine), np.nan)
    share = mine.sum() / asked.sum()
    return course, share + (mine - share * asked) / asked.mean()
