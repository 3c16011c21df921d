"""How often actors break off, keep their promises and change governments, in many futures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.arrays import Bools, Floats
from sim.model.world import World
from sim.results.lasting import BROKEN, IN_FORCE, KEPT, LATE
from sim.scenario.cameo import TRACKS
from sim.scenario.instances import instances
from sim.scenario.schema import Description

Kind = Literal["broken off", "kept", "late", "broken", "fallen"]
KINDS: tuple[Kind, ...] = ("broken off", "kept", "late", "broken", "fallen")
"""Arrangements broken off; promises kept, delivered late and broken; governments fallen."""


@dataclass(frozen=True, eq=False)
class Conduct:
    """Sums over futures that did not fail.

    Attributes
    ----------
    runs : int
    counts : shape (kinds, rounds + 1, actors)
        How often so far, actors by name.
    in_force : shape (rounds + 1, arrangements)
        In how many each is in force.
    """

    runs: int
    counts: Floats
    in_force: Floats


@dataclass(frozen=True)
class Expected:
    """What the model's futures do on average, by round from the start to the end.

    Attributes
    ----------
    counts : dict of kind to actor to (by round)
        How often so far.
    in_force : dict of arrangement's label to (by round)
        Share of the futures in which it is in force.
    """

    counts: dict[Kind, dict[str, tuple[float, ...]]]
    in_force: dict[str, tuple[float, ...]]


def conduct(world: World) -> Conduct:
    """Count a world that was played to its end."""
    setting, records = world.setting, world.records
    whole = records.failed < 0
    actors = {name: n for n, name in enumerate(setting.layout.actors)}
    counts = np.zeros((len(KINDS), len(records.status), len(actors)))
    for kind, actor, where in (*_broken(world), *_promised(world), *_fallen(world)):
        counts[KINDS.index(kind), :, actors[actor]] += where[:, whole].sum(axis=1)
    return Conduct(
        int(whole.sum()),
        counts.cumsum(axis=1),
        (records.status[:, :, whole] == IN_FORCE).sum(axis=2).astype(np.float64),
    )


def _broken(world: World) -> Iterable[tuple[Kind, str, Bools]]:
    setting, records = world.setting, world.records
    levers = sorted(setting.description.levers)
    for number, candidate in enumerate(setting.table.rows):
        if candidate.about.breaks:
            way, track = divmod(int(setting.table.slot[number]), len(TRACKS))
            done = records.choice[:, way, track] == levers.index(candidate.name)
            actor = setting.layout.actors[candidate.actor]
            yield "broken off", actor, done & records.accepted[:, way, track]


def _promised(world: World) -> Iterable[tuple[Kind, str, Bools]]:
    for number, promise in enumerate(world.setting.bonds.promises):
        became = world.records.promised[:, number]
        for kind, verdict in (("kept", KEPT), ("late", LATE), ("broken", BROKEN)):
            for debtor, _ in promise.owed:
                yield kind, debtor, became == verdict  # type: ignore[misc]


def _fallen(world: World) -> Iterable[tuple[Kind, str, Bools]]:
    events = world.setting.description.events
    for number, name in enumerate(world.setting.events.names):
        if (actor := events[name].government) is not None:
            yield "fallen", actor, world.records.happened[:, number]


def expected(described: Description, parts: Iterable[Conduct]) -> Expected:
    """The means of some futures, of which one did not fail at least."""
    known = list(parts)
    runs = sum(part.runs for part in known)
    counts = np.sum([part.counts for part in known], axis=0) / runs
    shares = np.sum([part.in_force for part in known], axis=0) / runs
    return Expected(
        {
            kind: {
                actor: tuple(map(float, column))
                for actor, column in zip(sorted(described.actors), by_round.T, strict=True)
            }
            for kind, by_round in zip(KINDS, counts, strict=True)
        },
        {
            one.label: tuple(map(float, column))
            for one, column in zip(instances(described), shares.T, strict=True)
        },
    )
