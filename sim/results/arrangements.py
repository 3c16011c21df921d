"""What became of arrangements and promises, as lists of what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Bools, Ints
from sim.scenario.cameo import track
from sim.scenario.lookup import (
    BROKEN,
    IN_FORCE,
    KEPT,
    LATE,
    NONE,
    OPEN,
    OVERDUE,
    SUSPENDED,
    Instance,
    Promise,
    consent,
    instances,
    parse_instance,
    promises,
)
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description

if TYPE_CHECKING:
    import pandas as pd


VERBS = ("ends", "suspends", "resumes", "begins")
"""What levers do to arrangements, in the order in which it takes effect."""
RAN_OUT = "run out"


class _Acts:
    """What took effect in each round of each run."""

    def __init__(self, dataset: xr.Dataset, description: Description) -> None:
        self.description = description
        self._ways = {str(way): nth for nth, way in enumerate(dataset["direction"].values)}
        self._levers = {str(name): nth for nth, name in enumerate(dataset["lever"].values)}
        order = ("direction", "track", "run", "round")
        effect = dataset["accepted"].transpose(*order).values
        self._done = np.where(effect, dataset["choice"].transpose(*order).values, -1)
        self._tracks = {str(name): nth for nth, name in enumerate(dataset["track"].values)}
        self._events = {str(name): nth for nth, name in enumerate(dataset["event"].values)}
        self._happened = dataset["happened"].transpose("event", "run", "round").values

    def taken(self, lever: str, actor: str, target: str) -> Bools:
        """Where an actor's lever toward a target took effect, ``(run, round)``."""
        nth = self._tracks[track(self.description.levers[lever])]
        found: Bools = self._done[self._ways[f"{actor} to {target}"], nth] == self._levers[lever]
        return found

    def happened(self, event: str) -> Bools:
        """Where an event happened, ``(run, round)``."""
        found: Bools = self._happened[self._events[event]]
        return found


class Change(NamedTuple):
    """Where something became of one arrangement or promise, ``(run, round)``."""

    label: str
    change: str
    cause: str | None
    actor: str | None
    target: str | None
    where: Bools


def arrangements(dataset: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """What happened to arrangements: a row for each, by run, round and arrangement.

    Parameters
    ----------
    dataset : Dataset
        Whole paths of runs.
    scenario : Scenario
        The one that was played.

    Returns
    -------
    DataFrame
        ``run``; ``round``, and its days ``from`` and ``until``; ``arrangement``;
        ``change``: ``begun``, ``renewed``, ``suspended``, ``resumed``, ``ended`` (by
        agreement, by an event, or by the one that kept it up), ``broken off`` (by one of
        those who held it), ``run out``; ``cause``, the lever or event that did it; and of a
        lever ``actor`` and ``target``.
    """
    return _rows(dataset, "arrangement", _of_arrangements(dataset, scenario.description))


def promised(dataset: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """What became of promises: a row for each, by run, round and promise.

    Parameters
    ----------
    dataset : Dataset
        Whole paths of runs.
    scenario : Scenario
        The one that was played.

    Returns
    -------
    DataFrame
        ``run``; ``round``, and its days ``from`` and ``until``; ``promise``; ``change``:
        ``made``, ``kept``, ``overdue``, ``late``, ``broken``; ``cause``, the lever that
        made it, and its ``actor`` and ``target``.
    """
    return _rows(dataset, "promise", _of_promises(dataset, scenario.description))


def promise_counts(dataset: xr.Dataset, scenario: Scenario) -> dict[str, dict[str, Ints]]:
    """How many promises were made, kept, overdue, late and broken in each run, by promise."""
    sound = _sound(dataset)
    found: dict[str, dict[str, Ints]] = {}
    for one in _of_promises(dataset, scenario.description):
        found.setdefault(one.label, {})[one.change] = (one.where & sound).sum(axis=1)
    return found


# The same of a single run, as records.


ArrangementFate = Literal[
    "begun", "renewed", "resumed", "suspended", "ended", "broken off", "run out"
]


@dataclass(frozen=True)
class ArrangementChange:
    """What became of one arrangement in a round of a single run.

    ``cause`` is the id of the lever or the event that changed it, None where its term was over;
    ``actor`` and ``target`` say who used the lever toward whom, None for an event.
    """

    round: int
    instance: Instance
    how: ArrangementFate
    cause: str | None = None
    actor: str | None = None
    target: str | None = None


@dataclass(frozen=True)
class Pledge:
    """A promise that was made in a single run.

    Attributes
    ----------
    made, due : int
        The round in which it was made, and the one by whose end it is to be kept.
    state : {"open", "overdue", "kept", "late", "broken"}
    settled : int or None
        The round in which it was kept, delivered late or broken.
    overdue : int or None
        The round at whose end it was overdue, if it ever was.
    """

    promise: Promise
    made: int
    due: int
    state: Literal["open", "overdue", "kept", "late", "broken"] = "open"
    settled: int | None = None
    overdue: int | None = None

    @property
    def within(self) -> int:
        """Rounds that it may take; for as many more it can be delivered late."""
        return self.due - self.made

    @property
    def pending(self) -> bool:
        """Whether it may still be delivered."""
        return self.state in ("open", "overdue")


def changes_of_run(run: xr.Dataset, scenario: Scenario) -> Iterator[ArrangementChange]:
    """What happened to arrangements in a single run, in order."""
    known = {one.label: one for one in instances(scenario.description)}
    for row in arrangements(run, scenario).to_dict("records"):
        # A table's way of saying nothing is no text.
        named = (row[key] for key in ("cause", "actor", "target"))
        by = (one if isinstance(one, str) else None for one in named)
        yield ArrangementChange(row["round"], known[row["arrangement"]], row["change"], *by)


def pledges_of_run(run: xr.Dataset, scenario: Scenario) -> list[Pledge]:
    """The promises that were made in a single run, in the order of their making."""
    levers = scenario.description.levers
    known = {one.label: one for one in promises(scenario.description)}
    pending: dict[str, Pledge] = {}
    settled: list[Pledge] = []
    for row in promised(run, scenario).to_dict("records"):
        label, round, change = row["promise"], row["round"], row["change"]
        if change == "made":
            delivers = levers[known[label].lever].delivers
            assert delivers is not None  # it is a promise
            pending[label] = Pledge(known[label], round, round + delivers.within)
        elif change == "overdue":
            pending[label] = replace(pending[label], state="overdue", overdue=round)
        else:
            settled.append(replace(pending.pop(label), state=change, settled=round))
    return sorted([*settled, *pending.values()], key=lambda one: one.made)


def _of_arrangements(dataset: xr.Dataset, description: Description) -> Iterator[Change]:
    if "status" not in dataset:
        return
    status = dataset["status"].transpose("arrangement", "run", "round").values
    acts = _Acts(dataset, description)
    for number, one in enumerate(instances(description)):
        yield from _of_one(one, status[number], acts)


def _of_one(one: Instance, status: NDArray[np.int8], acts: _Acts) -> Iterator[Change]:
    """Follow one arrangement through each round: events, then levers, and what is left ran out."""
    description, now = acts.description, np.roll(status, 1, axis=1)
    now[:, 0] = status[:, 0]
    found: list[Change] = []
    for name, event in sorted(description.events.items()):
        for verb, texts in (("ends", event.ends), ("begins", event.begins)):
            if any(means(text, one) for text in texts):
                found += _done(one.label, verb, "ended", now, acts.happened(name), name, None)
    ended = np.zeros(status.shape, bool)
    before = now.copy()
    moves: list[tuple[str, str, str, str]] = [
        (verb, name, *way)
        for verb in VERBS
        for name, lever in sorted(description.levers.items())
        if one.name in getattr(lever, verb)
        for way in permutations(one.parties, 2)
        if one.concerns(*way)
    ]
    for verb, name, actor, target in moves:
        where = acts.taken(name, actor, target)
        asks = consent(description.levers[name], actor, target) is not None
        over = "ended" if asks or one.one_sided else "broken off"
        found += _done(one.label, verb, over, now, where, name, (actor, target))
        if verb == "ends":
            ended |= where
    out = (before != NONE) & (status == NONE) & ~ended
    yield from found
    yield Change(one.label, RAN_OUT, None, None, None, out)


def _done(
    label: str,
    verb: str,
    over: str,
    now: NDArray[np.int8],
    where: Bools,
    cause: str,
    way: tuple[str, str] | None,
) -> Iterator[Change]:
    """What one lever or event has done to an arrangement, whose status moves on."""
    actor, target = way or (None, None)
    changes = {
        "ends": ((over, now != NONE),),
        "suspends": (("suspended", now == IN_FORCE),),
        "resumes": (("resumed", now == SUSPENDED),),
        "begins": (
            ("begun", now == NONE),
            ("renewed", now == IN_FORCE),
            ("resumed", now == SUSPENDED),
        ),
    }[verb]
    found = [Change(label, told, cause, actor, target, where & here) for told, here in changes]
    becomes = {"ends": NONE, "suspends": SUSPENDED, "resumes": IN_FORCE, "begins": IN_FORCE}
    for one in found:
        now[one.where] = becomes[verb]
    yield from found


def means(text: str, one: Instance) -> bool:
    """Whether ``X between A and B`` or ``X by A toward B`` means an arrangement."""
    named = parse_instance(text)
    return named is not None and named[0] == one.name and one.concerns(named[1], named[2])


def _of_promises(dataset: xr.Dataset, description: Description) -> Iterator[Change]:
    if "promised" not in dataset:
        return
    acts = _Acts(dataset, description)
    values = dataset["promised"].transpose("promise", "run", "round").values
    for number, one in enumerate(promises(description)):
        now = values[number]
        before = np.zeros_like(now)
        before[:, 1:] = now[:, :-1]
        used = acts.taken(one.lever, one.actor, one.target)
        closed = (now == KEPT) | (now == LATE) | (now == BROKEN)
        # What is closed may be promised anew in that very round, and is then told as closed.
        anew = np.zeros_like(used)
        anew[:, 1:] = (closed & used)[:, :-1]
        fresh = (now == OPEN) & (before != OPEN) & (before != OVERDUE) & ~anew
        whose = one.lever, one.actor, one.target
        for change, where in (
            ("kept", now == KEPT),
            ("late", now == LATE),
            ("broken", now == BROKEN),
            ("overdue", (now == OVERDUE) & (before != OVERDUE)),
            ("made", used & (closed | fresh)),
        ):
            yield Change(one.label, change, *whose, where)


def _sound(dataset: xr.Dataset) -> Bools:
    """Rounds before a run failed, ``(run, round)``."""
    failed = dataset["failed_round"].values[:, None]
    found: Bools = (failed < 0) | (dataset["round"].values < failed)
    return found


def _rows(dataset: xr.Dataset, by: str, changes: Iterable[Change]) -> pd.DataFrame:
    """One table of all changes, by run and round; within one, in their order."""
    import pandas as pd

    sound = _sound(dataset)
    told = [*changes]
    places = [np.nonzero(one.where & sound) for one in told]
    which = np.repeat(np.arange(len(told)), [len(run) for run, _ in places])
    runs, rounds = (
        np.concatenate([place[axis] for place in places] or [np.empty(0, np.intp)])
        for axis in (0, 1)
    )
    order = np.lexsort((which, rounds, runs))
    which, runs, rounds = which[order], runs[order], rounds[order]

    def texts(values: Sequence[str | None]) -> NDArray[Any]:
        return np.array([*values, None], dtype=object)[:-1][which]

    return pd.DataFrame(
        {
            "run": dataset["run"].values[runs],
            **{name: dataset[name].values[rounds] for name in ("round", "from", "until")},
            by: texts([one.label for one in told]),
            "change": texts([one.change for one in told]),
            "cause": texts([one.cause for one in told]),
            "actor": texts([one.actor for one in told]),
            "target": texts([one.target for one in told]),
        }
    )
