"""Where the paths of two scenarios part, run by run: the first thing done or befallen otherwise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.scenario.cameo import TRACKS, Track
from sim.statistics.conduct import ends_of
from sim.studies.comparison.common_ground import Shared, Side

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
