"""What lasts over the runs: arrangements in force, promises kept, governments in office, trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.results.lasting import IN_FORCE, OVERDUE, SUSPENDED, promise_counts, promised
from sim.results.tables import cut
from sim.scenario.lookup import Instance, Promise, instances, promises
from sim.scenario.phrases import pair
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.statistics.paired_difference import VISIBLE_SD, VISIBLE_SHARE, paired
from sim.text import listing

# What lasts in two arms of paired runs: what differs at the end, and how sure that is.

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
    def notable(self) -> bool:
        """Whether the difference at the end is clear, and large enough to be seen."""
        return self.clear and abs(self.size) >= 1


def in_force_courses(data: xr.Dataset) -> Courses:
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
    parts = [promise_counts(part, scenario) for part in cut(data)]
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
        As of :func:`sim.statistics.paired_difference.intervals`.
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
                sizes = gaps.difference / spread / VISIBLE_SD
            sizes = np.where(np.isnan(sizes), 0.0, sizes)
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


FADED = 1e-4
"""Differences of trust below this are rounding."""


@dataclass(frozen=True, eq=False)
class Standing:
    """One arrangement by round, over the runs.

    Attributes
    ----------
    id, name : str
        Its label in results, and as it is shown: ``the peace: North and South``.
    in_force, suspended : array of float, (round,)
        Shares of the runs; the first is the start.
    """

    id: str
    name: str
    in_force: Floats
    suspended: Floats

    @property
    def ever(self) -> bool:
        """Whether it is in force, or suspended, in any run at any time."""
        return bool(self.in_force.any() or self.suspended.any())

    @property
    def change(self) -> float:
        """What its share of the runs has changed by at the end."""
        return float(self.in_force[-1] - self.in_force[0])


@dataclass(frozen=True)
class Delivered:
    """What became of one promise, in all runs.

    Attributes
    ----------
    id, name : str
        Its label in results, and as it is shown.
    made, kept, late, broken : int
    overdue : int
        Those that are overdue at the end, and may still be delivered late.
    """

    id: str
    name: str
    made: int
    kept: int
    late: int
    broken: int
    overdue: int

    @property
    def open(self) -> int:
        """Those that are not yet due at the end."""
        return self.made - self.kept - self.late - self.broken - self.overdue

    def share(self, what: str) -> float:
        """Of all that were made, how many became so."""
        return float(getattr(self, what)) / self.made if self.made else 0.0


@dataclass(frozen=True)
class Owed:
    """A promise that is open in a single run: ``due`` by the end of that round, or overdue."""

    promise: Promise
    due: int
    overdue: bool


@dataclass(frozen=True, eq=False)
class Survival:
    """How long the government of the start stays, over the runs.

    Attributes
    ----------
    id, name : str
        The actor.
    share : array of float, (round,)
        Share of the governments that are still there, by round; the product-limit estimate of
        Kaplan and Meier (1958), as runs that stop early are seen only so far.
    changes : float
        Changes of government in a run, on average.
    """

    id: str
    name: str
    share: Floats
    changes: float


@dataclass(frozen=True, eq=False)
class Trusting:
    """Trust of one actor in another by round, over the runs.

    Attributes
    ----------
    id, name : str
    mean, low, high : array of float, (round,)
        Mean, and the quantiles between which the middle half of the runs lie.
    tried : bool
        Whether a kept or a broken word has moved it in some run: fading memory alone moves
        all runs alike, and never down past the start and the middle.
    """

    id: str
    name: str
    mean: Floats
    low: Floats
    high: Floats
    tried: bool

    @property
    def moved(self) -> float:
        """The farthest that the mean gets from the start."""
        return float(np.abs(self.mean - self.mean[0]).max())


def standings(whole: xr.Dataset, description: Description) -> tuple[Standing, ...]:
    """Every arrangement, in the order of the results; nothing where there is none.

    Parameters
    ----------
    whole : Dataset
        Labelled results, without runs that failed.
    description : Description
        Gives the names.
    """
    if "status" not in whole:
        return ()
    status = whole["status"].transpose("arrangement", "round", "run").values
    return tuple(
        Standing(
            one.label,
            arrangement_words(one, description),
            (status[nth] == IN_FORCE).mean(axis=-1),
            (status[nth] == SUSPENDED).mean(axis=-1),
        )
        for nth, one in enumerate(instances(description))
    )


def arrangement_words(one: Instance, description: Description) -> str:
    """An arrangement with those between whom it is: ``the peace: North and South``."""
    names = [description.actors[actor].name for actor in one.parties]
    between = " toward ".join(names) if one.one_sided else listing(names)
    return f"{description.arrangements[one.name].name}: {between}"


def delivered(whole: xr.Dataset, scenario: Scenario) -> tuple[Delivered, ...]:
    """What became of each promise, in the order of the results; nothing where there is none."""
    if "promised" not in whole:
        return ()
    total: dict[str, dict[str, int]] = {}
    for part in cut(whole):
        for label, found in promise_counts(part, scenario).items():
            mine = total.setdefault(label, {})
            for change, number in found.items():
                mine[change] = mine.get(change, 0) + int(number.sum())
    description = scenario.description
    names = {
        one.label: f"{description.levers[one.lever].name}: {description.actors[one.actor].name} → "
        f"{description.actors[one.target].name}"
        for one in promises(description)
    }
    last = (whole["promised"].isel(round=-1) == OVERDUE).sum("run")
    late = dict(zip(map(str, last["promise"].values), map(int, last.values), strict=True))
    changes = ("made", "kept", "late", "broken")
    return tuple(
        Delivered(label, names[label], **{one: found[one] for one in changes}, overdue=late[label])
        for label, found in total.items()
    )


def still_owed(run: xr.Dataset, scenario: Scenario, round: int) -> tuple[Owed, ...]:
    """The promises that are open as a round of a single run begins, in the order of the results."""
    if "promised" not in run or round < 1:
        return ()
    told = promised(run.isel(round=slice(0, round)), scenario)
    last = dict(zip(told["promise"], told["change"], strict=True))
    new = told[told["change"] == "made"]
    made = dict(zip(new["promise"], new["round"], strict=True))
    found = []
    for one in promises(scenario.description):
        delivers = scenario.description.levers[one.lever].delivers
        assert delivers is not None  # it is a promise
        if (change := last.get(one.label)) in ("made", "overdue"):
            due = int(made[one.label]) + delivers.within
            found.append(Owed(one, due, change == "overdue"))
    return tuple(found)


def survivals(whole: xr.Dataset, description: Description) -> tuple[Survival, ...]:
    """The government of each actor whose government may change; nothing where none may."""
    if "office" not in whole:
        return ()
    rounds = np.arange(whole.sizes["round"])
    stopped = whole["stopped_round"].values
    last = np.where(stopped < 0, rounds[-1], stopped)
    found = []
    for actor in map(str, whole["government"].values):
        events = [key for key, one in description.events.items() if one.government == actor]
        came = whole["happened"].sel(event=events).any("event").transpose("run", "round").values
        first = np.where(came.any(axis=1), came.argmax(axis=1), len(rounds))
        fell = np.bincount(first, minlength=len(rounds) + 1)[: len(rounds)]
        there = ((first[:, None] >= rounds) & (last[:, None] >= rounds)).sum(axis=0)
        stays = 1 - np.divide(fell, there, out=np.zeros(len(rounds)), where=there > 0)
        name = description.actors[actor].name
        found.append(Survival(actor, name, stays.cumprod(), float(came.sum() / len(came))))
    return tuple(found)


def believed(description: Description) -> set[str]:
    """Directions, as results label them, in which something can be promised: creditor to debtor."""
    return {
        f"{creditor} to {debtor}" for one in promises(description) for debtor, creditor in one.owed
    }


def trusting(whole: xr.Dataset, description: Description) -> tuple[Trusting, ...]:
    """Trust by direction, what moves most first; nothing where trust counts for nothing."""
    if "trust" not in whole:
        return ()
    values = whole["trust"].transpose("direction", "round", "run").values
    found = []
    for label, course in zip(map(str, whole["direction"].values), values, strict=True):
        ends = pair(label)
        assert ends is not None  # results name directions so
        one, other = (description.actors[end].name for end in (ends[0], ends[2]))
        low, high = np.quantile(course, (0.25, 0.75), axis=-1)
        mean, spread = course.mean(axis=-1, dtype=float), np.ptp(course, axis=-1)
        fell = course.min(axis=-1) < np.minimum(course[0].min(), 0.5) - FADED
        tried = bool(fell.any() or (spread > spread[0] + FADED).any())
        found.append(Trusting(label, f"{one} in {other}", mean, low, high, tried))
    return tuple(sorted(found, key=lambda one: -one.moved))
