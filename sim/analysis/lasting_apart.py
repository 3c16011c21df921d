"""What lasts in two arms of paired runs: what differs at the end, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.analysis.paired import paired
from sim.analysis.propositions import VISIBLE_SD, VISIBLE_SHARE
from sim.results.lasting import IN_FORCE, counted
from sim.results.log import cut
from sim.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Courses = dict[str, Floats]
"""By label, values of ``(run, date)``; nan where a run has none."""


@dataclass(frozen=True)
class Apart:
    """One thing in two arms, over the pairs of runs.

    Attributes
    ----------
    reference, changed : float
        Means of the two at the last date that both have.
    size : float
        Their difference beside what a reader sees as one: 1 is just visible.
    clear : bool
        Whether its interval leaves out zero there.
    ever : bool
        Whether there is a date at which it is clear and large enough to be seen.
    """

    reference: float
    changed: float
    size: float
    clear: bool
    ever: bool

    @property
    def told(self) -> bool:
        """Whether the difference at the end is clear, and large enough to be seen."""
        return self.clear and abs(self.size) >= 1


def in_force(data: xr.Dataset) -> Courses:
    """Whether each arrangement is in force, 0 or 1."""
    return _by_label(data, "status", "arrangement", lambda values: values == IN_FORCE)


def trust(data: xr.Dataset) -> Courses:
    """Trust by direction."""
    return _by_label(data, "trust", "direction", lambda values: values)


def still_in_office(data: xr.Dataset, scenario: Scenario) -> Courses:
    """Whether the government of the start is still there, 0 or 1; nan once a run has stopped."""
    if "office" not in data:
        return {}
    stopped = data["stopped_round"].values[:, None]
    unseen = (stopped >= 0) & (data["round"].values > stopped)
    found = {}
    for actor in map(str, data["government"].values):
        events = [k for k, one in scenario.description.events.items() if one.government == actor]
        came = data["happened"].sel(event=events).any("event").transpose("run", "round").values
        gone = np.maximum.accumulate(came, axis=1)
        found[actor] = np.where(unseen & ~gone, np.nan, 1.0 - gone)
    return found


def became(data: xr.Dataset, scenario: Scenario) -> Courses:
    """Shares of all promises by what became of them, linearised run by run.

    A share is a ratio of two sums over the runs; the values, ``(run, 1)``, have the ratio as
    their mean, and its sampling error as theirs (the delta method).
    """
    if "promised" not in data:
        return {}
    parts = [counted(part, scenario) for part in cut(data)]
    numbers = {
        what: np.concatenate([sum(one[what] for one in part.values()) + 0.0 for part in parts])
        for what in ("made", "kept", "late", "broken")
    }
    made = numbers.pop("made")
    if not made.sum():
        return {}
    return {
        what: (share + (number - share * made) / made.mean())[:, None]
        for what, number in numbers.items()
        for share in [number.sum() / made.sum()]
    }


def apart(
    arms: tuple[xr.Dataset, xr.Dataset],
    values: tuple[Courses, Courses],
    limit: float,
    *,
    share: bool = False,
    whole: bool = False,
) -> Mapping[str, Apart]:
    """Hold what two arms share against one another, by label.

    Parameters
    ----------
    arms : (reference, changed)
        Labelled results of the same runs; a pair of which one failed is left out.
    values : (Courses, Courses)
        Of these arms.
    limit : float
        Half-width of an interval in standard errors: that of all differences of the page.
    share : bool
        Whether five percentage points are what a reader sees; else 0.2 standard deviations.
    whole : bool
        As of :func:`sim.analysis.paired.intervals`.
    """
    kept = np.logical_and(*(one["failed_round"].values < 0 for one in arms))
    days = [one["until"].values for one in arms]
    places = np.intersect1d(days[0], days[1], return_indices=True)[1:]
    found = {}
    if not len(places[0]) or kept.sum() < 2:
        return {}
    for label in values[0].keys() & values[1].keys():
        one, two = (
            (course[label] if course[label].shape[1] == 1 else course[label][:, place])[kept]
            for course, place in zip(values, places, strict=True)
        )
        both = np.isfinite(one) & np.isfinite(two)
        one, two = np.where(both, one, np.nan), np.where(both, two, np.nan)
        if both[:, -1].sum() < 2:
            continue
        gaps = paired(one, two, whole=whole, events=share and whole)
        low, high = gaps.interval(limit)
        clear = np.nan_to_num(low) * np.nan_to_num(high) > 0
        if share:
            sizes = gaps.difference / VISIBLE_SHARE
        else:
            spread = np.nanstd(one, axis=0, ddof=1)
            spread = np.where(spread > 0, spread, np.nanstd(two, axis=0, ddof=1))
            with np.errstate(divide="ignore", invalid="ignore"):
                sizes = np.nan_to_num(gaps.difference / spread / VISIBLE_SD, posinf=np.inf,
                                      neginf=-np.inf)  # fmt: skip
        found[label] = Apart(
            reference=float(np.nanmean(one[:, -1])),
            changed=float(np.nanmean(two[:, -1])),
            size=float(sizes[-1]),
            clear=bool(clear[-1]),
            ever=bool((clear & (np.abs(sizes) >= 1)).any()),
        )
    return found


def _by_label(
    data: xr.Dataset, name: str, axis: str, read: Callable[[NDArray[Any]], NDArray[Any]]
) -> Courses:
    if name not in data:
        return {}
    values = data[name].transpose(axis, "run", "round").values
    labels = map(str, data[axis].values)
    return {
        label: np.asarray(read(course), dtype=np.float64)
        for label, course in zip(labels, values, strict=True)
    }
