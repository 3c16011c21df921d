"""What lasts over the runs: arrangements in force, promises kept, governments in office, trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from sim.arrays import Bools, Floats
from sim.results.arrangements import promise_counts
from sim.results.tables import cut
from sim.scenario.lookup import IN_FORCE, OVERDUE, SUSPENDED, Instance, instances, promises
from sim.scenario.phrases import pair
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.statistics.paired_difference import VISIBLE_SD, VISIBLE_SHARE, Z95, paired
from sim.statistics.summary import complete_runs
from sim.text import listing


@dataclass(frozen=True, eq=False)
class LastingArm:
    """One scenario's runs, or those under one choice; without a name where there is only one.

    Attributes
    ----------
    against : LastingArm or None
        What it is held against, of the same runs.
    limit : float
        Half-width, in standard errors, of an interval that allows for all others of the page.
    """

    name: str
    data: xr.Dataset
    scenario: Scenario
    against: LastingArm | None = None
    limit: float = Z95

    @cached_property
    def whole(self) -> xr.Dataset:
        """The runs that did not fail."""
        return complete_runs(self.data)

    @property
    def description(self) -> Description:
        """What its runs were played by."""
        return self.scenario.description


# What lasts in two arms of paired runs: what differs at the end, and how sure that is.

Courses = Mapping[str, Floats]
"""By id, values of ``(run, date)``; nan where a run has none."""


@dataclass(frozen=True)
class LastingGap:
    """What an arm differs in from the one that it is held against, over the pairs of runs.

    ``reference`` and ``changed`` are means of the two at the last date that both have, ``size``
    is their difference beside what a reader sees as one; ``clear`` says whether its interval
    leaves out zero there, ``ever`` whether it is clear and large enough to be seen at any date.
    """

    id: str
    arm: LastingArm
    reference: float
    changed: float
    size: float
    clear: bool
    ever: bool

    @property
    def notable(self) -> bool:
        """Whether the difference at the end is clear, and large enough to be seen."""
        return self.clear and abs(self.size) >= 1


def gaps(
    arms: Sequence[LastingArm],
    read: Callable[[LastingArm], Courses],
    *,
    share: bool = False,
    whole: bool = False,
) -> list[LastingGap]:
    """What each arm differs in from the one that it is held against.

    Of a ``share`` five percentage points are what a reader sees, else 0.2 standard deviations;
    ``whole`` is that of :func:`sim.statistics.paired_difference.intervals`.
    """
    return [
        gap
        for arm in arms
        if arm.against is not None
        for gap in _gaps(arm.against, arm, (read(arm.against), read(arm)), share, whole)
    ]


def _gaps(
    reference: LastingArm,
    changed: LastingArm,
    courses: tuple[Courses, Courses],
    share: bool,
    whole: bool,
) -> list[LastingGap]:
    before, after = reference.data, changed.data
    kept = (before["failed_round"].values < 0) & (after["failed_round"].values < 0)
    days = before["until"].values, after["until"].values
    places = np.intersect1d(*days, return_indices=True)[1:]
    found: list[LastingGap] = []
    if not len(places[0]) or kept.sum() < 2:
        return found
    for id in (one for one in courses[0] if one in courses[1]):
        one, two = (
            (course[id] if course[id].shape[1] == 1 else course[id][:, place])[kept]
            for course, place in zip(courses, places, strict=True)
        )
        both = np.isfinite(one) & np.isfinite(two)
        one, two = np.where(both, one, np.nan), np.where(both, two, np.nan)
        if both[:, -1].sum() < 2:
            continue
        pairs = paired(one, two, whole=whole, events=share and whole)
        low, high = pairs.interval(changed.limit)
        clear = np.nan_to_num(low) * np.nan_to_num(high) > 0
        if share:
            sizes = pairs.difference / VISIBLE_SHARE
        else:
            spread = np.nanstd(one, axis=0, ddof=1)
            spread = np.where(spread > 0, spread, np.nanstd(two, axis=0, ddof=1))
            with np.errstate(divide="ignore", invalid="ignore"):
                sizes = pairs.difference / spread / VISIBLE_SD
            sizes = np.where(np.isnan(sizes), 0.0, sizes)
        found.append(
            LastingGap(
                id=id,
                arm=changed,
                reference=float(np.nanmean(one[:, -1])),
                changed=float(np.nanmean(two[:, -1])),
                size=float(sizes[-1]),
                clear=bool(clear[-1]),
                ever=bool((clear & (np.abs(sizes) >= 1)).any()),
            )
        )
    return found


def in_force_courses(arm: LastingArm) -> Courses:
    """Whether each arrangement is in force, 0 or 1."""
    return {id: 1.0 * (one == IN_FORCE) for id, one in _courses(arm.data, "status").items()}


def trust_courses(arm: LastingArm) -> Courses:
    """Trust by direction."""
    return _courses(arm.data, "trust")


def office_courses(arm: LastingArm) -> Courses:
    """Whether the government of the start is still there, 0 or 1; nan once a run has stopped."""
    stopped = arm.data["stopped_round"].values[:, None]
    unseen = (stopped >= 0) & (arm.data["round"].values > stopped)
    gone = {id: np.maximum.accumulate(new, axis=1) for id, new in _new(arm, arm.data).items()}
    return {id: np.where(unseen & ~one, np.nan, 1.0 - one) for id, one in gone.items()}


def promise_courses(arm: LastingArm) -> Courses:
    """Shares of all promises by what became of them, linearised run by run.

    A share is a ratio of two sums over the runs; the values, ``(run, 1)``, have the ratio as
    their mean, and its sampling error as theirs (the delta method).
    """
    if "promised" not in arm.data:
        return {}
    parts = [promise_counts(part, arm.scenario) for part in cut(arm.data)]
    numbers = {
        what: np.concatenate([sum(one[what] for one in part.values()) + 0.0 for part in parts])
        for what in ("made", "kept", "late", "broken")
    }
    made = numbers.pop("made")
    if not made.sum():
        return {}
    shares = {what: number.sum() / made.sum() for what, number in numbers.items()}
    return {
        what: (share + (numbers[what] - share * made) / made.mean())[:, None]
        for what, share in shares.items()
    }


def _courses(data: xr.Dataset, name: str) -> Courses:
    """A variable by its first axis beside run and round, ``(run, round)`` each."""
    if name not in data:
        return {}
    (axis,) = {*data[name].dims} - {"run", "round"}
    values = data[name].transpose(axis, "run", "round").values.astype(np.float64)
    return dict(zip(map(str, data[axis].values), values, strict=True))


def _new(arm: LastingArm, data: xr.Dataset) -> dict[str, Bools]:
    """By actor whose government may change, where it gets a new one, ``(run, round)``."""
    found = {}
    for actor in map(str, data["government"].values) if "office" in data else ():
        events = [key for key, one in arm.description.events.items() if one.government == actor]
        came = data["happened"].sel(event=events).any("event")
        found[actor] = came.transpose("run", "round").values
    return found


# What lasts in one arm, by round.

FADED = 1e-4
"""Differences of trust below this are rounding."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Shares of the runs in which one arrangement is in force, and suspended, by round."""

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


def standings(arm: LastingArm) -> tuple[Standing, ...]:
    """Every arrangement, in the order of the results; nothing where there is none."""
    if "status" not in arm.whole:
        return ()
    status = arm.whole["status"].transpose("arrangement", "round", "run").values
    return tuple(
        Standing(
            one.label,
            arrangement_words(one, arm.description),
            (status[nth] == IN_FORCE).mean(axis=-1),
            (status[nth] == SUSPENDED).mean(axis=-1),
        )
        for nth, one in enumerate(instances(arm.description))
    )


def arrangement_words(one: Instance, description: Description) -> str:
    """An arrangement with those between whom it is: ``the peace: North and South``."""
    names = [description.actors[actor].name for actor in one.parties]
    between = " toward ".join(names) if one.one_sided else listing(names)
    return f"{description.arrangements[one.name].name}: {between}"


@dataclass(frozen=True)
class Delivered:
    """How often one promise was made in all runs, and what became of it.

    Those that are ``overdue`` at the end may still be delivered late.
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


def delivered(arm: LastingArm) -> tuple[Delivered, ...]:
    """What became of each promise, in the order of the results; nothing where there is none."""
    if "promised" not in arm.whole:
        return ()
    parts = [promise_counts(part, arm.scenario) for part in cut(arm.whole)]
    late = (arm.whole["promised"].isel(round=-1) == OVERDUE).sum("run")
    levers, names = arm.description.levers, arm.description.actors
    return tuple(
        Delivered(
            one.label,
            f"{levers[one.lever].name}: {names[one.actor].name} → {names[one.target].name}",
            **{
                what: int(sum(part[one.label][what].sum() for part in parts))
                for what in ("made", "kept", "late", "broken")
            },
            overdue=int(late.sel(promise=one.label)),
        )
        for one in promises(arm.description)
    )


@dataclass(frozen=True, eq=False)
class Survival:
    """How long the government of the start stays, over the runs.

    ``share`` are those that are still there, by round: the product-limit estimate of Kaplan and
    Meier (1958), as runs that stop early are seen only so far. ``changes`` is how often the
    government changes in a run, on average.
    """

    id: str
    name: str
    share: Floats
    changes: float


def survivals(arm: LastingArm) -> tuple[Survival, ...]:
    """The government of each actor whose government may change; nothing where none may."""
    rounds = np.arange(arm.whole.sizes["round"])
    stopped = arm.whole["stopped_round"].values
    last = np.where(stopped < 0, rounds[-1], stopped)
    found = []
    for actor, came in _new(arm, arm.whole).items():
        first = np.where(came.any(axis=1), came.argmax(axis=1), len(rounds))
        fell = np.bincount(first, minlength=len(rounds) + 1)[: len(rounds)]
        there = ((first[:, None] >= rounds) & (last[:, None] >= rounds)).sum(axis=0)
        stays = 1 - np.divide(fell, there, out=np.zeros(len(rounds)), where=there > 0)
        name = arm.description.actors[actor].name
        found.append(Survival(actor, name, stays.cumprod(), float(came.sum() / len(came))))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Trusting:
    """Mean trust of one actor in another by round, over the runs.

    ``tried`` says whether a kept or a broken word has moved it in some run: fading memory alone
    moves all runs alike, and never down past the start and the middle.
    """

    id: str
    name: str
    mean: Floats
    tried: bool

    @property
    def moved(self) -> float:
        """The farthest that the mean gets from the start."""
        return float(np.abs(self.mean - self.mean[0]).max())


def believed(description: Description) -> set[str]:
    """Directions, as results label them, in which something can be promised: creditor to debtor."""
    return {
        f"{creditor} to {debtor}" for one in promises(description) for debtor, creditor in one.owed
    }


def trusting(arm: LastingArm) -> tuple[Trusting, ...]:
    """Trust by direction, what moves most first; nothing where trust counts for nothing."""
    if "trust" not in arm.whole:
        return ()
    values = arm.whole["trust"].transpose("direction", "round", "run").values
    found = []
    for label, course in zip(map(str, arm.whole["direction"].values), values, strict=True):
        ends = pair(label)
        assert ends is not None  # results name directions so
        one, other = (arm.description.actors[end].name for end in (ends[0], ends[2]))
        mean, spread = course.mean(axis=-1, dtype=float), np.ptp(course, axis=-1)
        fell = course.min(axis=-1) < np.minimum(course[0].min(), 0.5) - FADED
        tried = bool(fell.any() or (spread > spread[0] + FADED).any())
        found.append(Trusting(label, f"{one} in {other}", mean, tried))
    return tuple(sorted(found, key=lambda one: -one.moved))
