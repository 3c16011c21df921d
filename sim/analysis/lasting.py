"""What lasts over the runs: arrangements in force, promises kept, governments in office, trust."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.analysis.words import listing
from sim.results.lasting import IN_FORCE, OVERDUE, SUSPENDED, counted, promised
from sim.results.log import cut
from sim.scenario.instances import Instance, Promise, instances, promises
from sim.scenario.phrases import pair
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description

Floats = NDArray[np.float64]
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
        for label, found in counted(part, scenario).items():
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
    overdue = dict(zip(map(str, last["promise"].values), map(int, last.values), strict=True))
    changes = ("made", "kept", "late", "broken")
    return tuple(
        Delivered(label, names[label], **{one: found[one] for one in changes},
                  overdue=overdue[label])
        for label, found in total.items()
    )  # fmt: skip


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
