"""The sides of a comparison, and what two of them have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.errors import Fault, Place, ScenarioError
from sim.model.ledger import Ledger
from sim.results.bounded_tally import Tally
from sim.scenario.calendar import Dates, state_dates
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.formulas import single
from sim.scenario.phrases import same_quantity
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Outcome, Watch
from sim.statistics.conduct import ends_of
from sim.text import listing, month
from sim.theories.seating import NOBODY, Seats


class Side(NamedTuple):
    """A scenario with the name it is shown by, its labelled results, and its account.

    ``tally`` is that of all runs, where the results are those of the first of them; ``theory``
    names the theories of its actors, where theories are compared.
    """

    name: str
    scenario: Scenario
    data: xr.Dataset
    ledger: Ledger
    tally: Tally | None = None
    seats: Seats = NOBODY
    theory: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from sides that were played the same."""
        return self.scenario.sha256, self.theory

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return self.tally.runs if self.tally else self.data.sizes["run"]

    @property
    def kept(self) -> int:
        """Of how many the results are there: the first ones, where it is less than all."""
        return self.data.sizes["run"]

    @property
    def failed(self) -> int:
        """How many failed."""
        return self.tally.failed if self.tally else int((self.data["failed_round"] >= 0).sum())


@dataclass(frozen=True, eq=False)
class Shared:
    """What two scenarios can be compared on.

    Attributes
    ----------
    outcomes, watches : tuple of str
        Ids that mean the same in both, in the reference's order.
    dates : array of datetime64
        Dates of the states that both have.
    rounds : (array of int, array of int)
        Their places among the states of the reference, and of the other.
    in_step : bool
        Whether both calendars have the same rounds, so that the draws of chance are
        shared round by round.
    left_out : tuple of str
        What is not compared, and why: sentences.
    """

    outcomes: tuple[str, ...]
    watches: tuple[str, ...]
    dates: Dates
    rounds: tuple[NDArray[np.int64], NDArray[np.int64]]
    in_step: bool
    left_out: tuple[str, ...]


def shared(reference: Scenario, other: Scenario, names: tuple[str, str]) -> Shared:
    """Find what two scenarios can be compared on.

    An outcome or a watched event is shared where both have it under one id and
    it means the same; its name may differ. Dates are shared where both have a
    state of that date.

    Raises
    ------
    ScenarioError
        Where nothing is shared: no date beside the start, or nothing that is measured.
    """
    mine, theirs = reference.description, other.description
    left_out: list[str] = []
    here, there = (f"“{name}”" for name in names)
    outcomes = _both(mine.outcomes, theirs.outcomes, "outcome", here, there, left_out)
    watches = _both(mine.watch, theirs.watch, "watched event", here, there, left_out)
    for one, two, name in ((reference, other, here), (other, reference, there)):
        extra = [
            actor.name
            for name, actor in one.description.actors.items()
            if name not in two.description.actors
        ]
        if extra:
            plays = "plays" if len(extra) == 1 else "play"
            left_out.append(f"{listing(extra)} {plays} in {name} only.")
    dates = [state_dates(one.description.calendar) for one in (reference, other)]
    common, *rounds = np.intersect1d(dates[0], dates[1], return_indices=True)
    place = Place(f"{here} and {there}")
    if len(common) < 2:
        periods = listing([f"{month(one[0])} to {month(one[-1])}" for one in dates])
        problem = f"they share no period: {periods}"
        remedy = "compare scenarios whose calendars overlap"
        raise ScenarioError([Fault(place, problem, remedy)])
    if not outcomes and not watches:
        problem = "they share no outcome and no watched event"
        remedy = "give both an outcome of the same id that means the same"
        raise ScenarioError([Fault(place, problem, remedy)])
    in_step = mine.calendar.start == theirs.calendar.start and (
        mine.calendar.round == theirs.calendar.round
    )
    if len(common) < max(map(len, dates)):
        ends = f"{month(common[0])} to {month(common[-1])}"
        left_out.append(f"Compared from {ends}, which {here} and {there} share.")
    if not in_step:
        left_out.append(
            f"{here} and {there} have different calendars: their runs share "
            "the draws of uncertain numbers, but not those of each round, so pairing saves less."
        )
    return Shared(outcomes, watches, common, (rounds[0], rounds[1]), in_step, tuple(left_out))


def _both(
    mine: Mapping[str, Outcome] | Mapping[str, Watch],
    theirs: Mapping[str, Outcome] | Mapping[str, Watch],
    what: str,
    here: str,
    there: str,
    left_out: list[str],
) -> tuple[str, ...]:
    same = [key for key in mine if key in theirs and _meaning(mine[key]) == _meaning(theirs[key])]
    for names, where in (
        ([mine[key].name for key in mine if key not in theirs], f"in {here} only"),
        ([theirs[key].name for key in theirs if key not in mine], f"in {there} only"),
        (
            [mine[key].name for key in mine if key in theirs and key not in same],
            f"measured otherwise in {there} than in {here}",
        ),
    ):
        if names:
            verb = f"{what} is" if len(names) == 1 else f"{what}s are"
            left_out.append(f"{len(names)} {verb} {where}: {listing(names)}.")
    return tuple(same)


def _meaning(item: Outcome | Watch) -> object:
    """What is measured, whatever it is called and however its quantity is written."""
    if isinstance(item, Outcome):
        phrase = single(item.of)
        of = same_quantity(phrase) if phrase else item.of
        return of, frozenset(item.acts), item.by, item.toward
    return item.model_dump(exclude={"name"})


# Where the paths of two scenarios part, run by run: the first thing done or befallen otherwise.

_MOST = 3
"""Most first differences that are told."""


@dataclass(frozen=True)
class Parting:
    """One thing by which runs part: a move or an event that only one of the two has.

    Attributes
    ----------
    kind : {"act", "refusal", "event"}
        A move that took effect, one that was refused, or an event.
    key : tuple of str
        Lever, actor and target; or the event.
    other : bool
        Whether it is the other scenario that has it, and not the reference.
    share : float
        In what share of the runs that part it is among the first differences.
    """

    kind: Literal["act", "refusal", "event"]
    key: tuple[str, ...]
    other: bool
    share: float


@dataclass(frozen=True, eq=False)
class Partings:
    """When and by what the runs of two scenarios part.

    Attributes
    ----------
    pairs : int
        Pairs of runs of which neither failed.
    parted : int
        Pairs in which something is done or befalls otherwise.
    first, middle : int or None
        Place of the date by which the first pair has parted, and half of those that do.
    by : tuple of Parting
        What parts them, the most frequent first.
    """

    pairs: int
    parted: int
    first: int | None
    middle: int | None
    by: tuple[Parting, ...]


def partings(reference: Side, other: Side, both: Shared) -> Partings:
    """Find, in each pair of runs, the first round in which anything is done otherwise.

    Exact, since both play the same draws: up to there the two are one run.
    Only dates that both have are looked at.
    """
    sides = tuple(zip((reference.data, other.data), both.rounds, strict=True))
    levers = _names(sides, "lever")
    things: list[Thing] = [
        ("", name, [_happened(*side, name) for side in sides]) for name in _names(sides, "event")
    ] + [
        (way, "", [_moves(*side, way, track, levers) for side in sides])
        for way in _names(sides, "direction")
        for track in TRACKS
    ]
    failed = np.logical_or(*(data["failed_round"].values >= 0 for data, _ in sides))
    differs = np.zeros((len(failed), len(both.dates)), dtype=bool)
    for *_, (mine, theirs) in things:
        differs |= mine != theirs
    apart = np.flatnonzero(differs.any(axis=1) & ~failed)
    first = differs[apart].argmax(axis=1)
    counted: Counter[tuple[Literal["act", "refusal", "event"], tuple[str, ...], bool]] = Counter()
    for way, event, arms in things:
        before, after = (arm[apart, first] for arm in arms)
        for codes, is_other in ((before, False), (after, True)):
            for code, times in zip(
                *np.unique(codes[before != after], return_counts=True), strict=True
            ):
                if code and event:
                    counted["event", (event,), is_other] += int(times)
                elif code:
                    move = levers[abs(int(code)) - 1], *ends_of(way)
                    counted["act" if code > 0 else "refusal", move, is_other] += int(times)
    return Partings(
        pairs=int((~failed).sum()),
        parted=len(apart),
        first=int(first.min()) if len(apart) else None,
        middle=int(np.quantile(first, 0.5, method="inverted_cdf")) if len(apart) else None,
        by=tuple(
            Parting(kind, key, is_other, times / len(apart))
            for (kind, key, is_other), times in counted.most_common(_MOST)
        ),
    )


Codes = NDArray[np.int64]
Thing = tuple[str, str, list[Codes]]
"""A direction or an event, and its codes in both arms, each ``(run, date)``."""
_Sides = tuple[tuple[xr.Dataset, Codes], ...]


def _names(sides: _Sides, what: str) -> list[str]:
    """The names that either side has."""
    return list(dict.fromkeys(str(name) for data, _ in sides for name in data[what].values))


def _happened(data: xr.Dataset, rounds: Codes, name: str) -> Codes:
    """1 where the event happened in the round, else 0."""
    if name not in data["event"].values:
        return np.zeros((data.sizes["run"], len(rounds)), dtype=np.int64)
    found = data["happened"].sel(event=name).transpose("run", "round").values
    return found[:, rounds].astype(np.int64)


def _moves(data: xr.Dataset, rounds: Codes, way: str, track: Track, levers: list[str]) -> Codes:
    """Number of the lever, from 1; below 0 where it was refused; 0 where the round was let pass."""
    if way not in data["direction"].values:
        return np.zeros((data.sizes["run"], len(rounds)), dtype=np.int64)
    number = np.array([*(levers.index(str(name)) + 1 for name in data["lever"].values), 0])
    one = data.sel(direction=way, track=track)
    choice, accepted = (
        one[name].transpose("run", "round").values[:, rounds] for name in ("choice", "accepted")
    )
    code = number[choice]
    return np.where(accepted, code, -code)
