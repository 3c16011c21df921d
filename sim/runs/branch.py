"""Branching: all runs of a block brought to one decision, then played on under each choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import Fault, Place, ScenarioError, option
from sim.model.bonds import IN_FORCE, NONE
from sim.model.candidates import Bools
from sim.model.decide import PASS, Decision
from sim.model.setting import Setting
from sim.model.streams import Floats, Past
from sim.model.world import World
from sim.results.block import Array, Block
from sim.runs.blocks import OnScenario, Span, recorded, spans
from sim.runs.ensemble import labelled
from sim.runs.workers import HERE, Workers
from sim.scenario.cameo import Track
from sim.scenario.instances import instances
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description

if TYPE_CHECKING:
    import xarray as xr

LET_PASS = "let the round pass"
"""The choice to do nothing; no lever's id has a space in it."""

DECREES = ("begin", "end")
"""What may be done to an arrangement between the two, whatever they choose: ``begin peace``."""

Progress = Callable[[int, int], None]
"""Called with what is done so far, and with all there is to do: a choice, played in a block."""


@dataclass(frozen=True)
class Fork:
    """A decision at which runs branch.

    Attributes
    ----------
    round : int
    actor, target : str
        Who chooses, and toward whom.
    track : {"words", "deeds"}
        Whether it chooses a word or a deed; the other choice stays its own.
    run : int, optional
        All futures are this run up to the end of the round, but for the choice; by default
        each run has its own past.
    """

    round: int
    actor: str
    target: str
    track: Track
    run: int | None = None

    @property
    def slot(self) -> tuple[tuple[str, str], Track]:
        """The choice among those of a round, as :attr:`sim.model.setting.Setting.slots` has it."""
        return (self.actor, self.target), self.track


@dataclass(frozen=True, eq=False)
class Arm:
    """What came of one choice, run by run.

    Attributes
    ----------
    open : Bools, shape (runs,)
        Where the actor could choose it; the others were left to their own choice.
    accepted : Bools, shape (runs,)
        Where it took effect in the fork's round.
    reported : shape (runs, rounds + 1, outcomes)
    watched : Ints, shape (runs, watches)
        First round of each watched event, -1 for never.
    failed : Bools, shape (runs,)
    """

    open: Bools
    accepted: Bools
    reported: Floats
    watched: Array
    failed: Bools


@dataclass(frozen=True, eq=False)
class Branches:
    """All arms of a fork, on the same draws.

    Attributes
    ----------
    own : Arm
        The model's own choice; ``open`` tells which runs come to the fork at all.
    chosen : Array of str, shape (runs,)
        What the model itself chose there.
    arms : dict of alternative -> Arm
    full : dict of alternative -> Dataset
        Labelled results of the own choice (key ``""``) and of those asked for.
    """

    own: Arm
    chosen: Array
    arms: dict[str, Arm]
    full: dict[str, xr.Dataset]


@dataclass(frozen=True, eq=False)
class Forked(OnScenario):
    """The work of bringing blocks of runs to a fork, and of playing each choice.

    Attributes
    ----------
    scenario : Scenario
    fork : Fork
    names : tuple of str
        The choices; ``""`` is the model's own.
    seed : int
    decisions : mapping of actor to Decision
    full : tuple of str
        The choices whose whole records are kept.
    """

    scenario: Scenario
    fork: Fork
    names: tuple[str, ...]
    seed: int
    decisions: Mapping[str, Decision]
    full: tuple[str, ...]

    def __call__(self, span: Span) -> _Block:
        """Play a block."""
        from sim.results.dataset import assemble

        world = _at_fork(self.setting, self.fork, self.seed, *span, self.decisions)
        chosen = _chosen(world, self.fork)
        arms, kept = {}, {}
        for name, there, block in _played(world, self.fork, self.names):
            arms[name] = _kept(there, assemble(self.scenario, block, {}), self.fork)
            if name in self.full:
                kept[name] = block
        world.close()
        return _Block(chosen, arms, kept)


@dataclass(frozen=True, eq=False)
class _Block:
    """What a block has left of each choice."""

    chosen: Array
    arms: dict[str, Arm]
    kept: dict[str, Block]


def branch(
    scenario: Scenario,
    fork: Fork,
    alternatives: Sequence[str],
    runs: int,
    seed: int,
    *,
    decisions: Mapping[str, Decision] | None = None,
    full: Sequence[str] = (),
    progress: Progress | None = None,
    workers: Workers = HERE,
) -> Branches:
    """Play every run to a decision, and on from there under each choice.

    All arms of a run have the same draws; they differ in one choice of one round
    and in what follows from it. The choice is laid down after the actor has made
    its own: it takes nothing from what the actor does toward others, and an actor
    of little attention does not drop it.

    Parameters
    ----------
    scenario : Scenario
    fork : Fork
        Of an actor that has levers toward the target.
    alternatives : sequence of str
        Levers, :data:`LET_PASS`, and ``begin X`` and ``end X`` of arrangements.
    runs, seed : int
    decisions : mapping of actor to Decision, optional
        Rules of actors that do not decide by quantal response.
    full : sequence of str
        Alternatives of which the whole results are kept.
    progress : callable, optional
    workers : Workers
        Who plays them; the results are the same.

    Raises
    ------
    ScenarioError
        When the fork's run is over before its round.
    """
    names = ("", *alternatives)
    work = Forked(scenario, fork, names, seed, decisions or {}, ("", *full))
    blocks = []
    tasks = list(spans(0, runs, work.setting.block))
    for block in workers.map(work, tasks):
        blocks.append(block)
        if progress:
            progress(len(blocks) * len(names), len(names) * len(tasks))
    return Branches(
        own=_joined([block.arms[""] for block in blocks]),
        chosen=np.concatenate([block.chosen for block in blocks]),
        arms={name: _joined([block.arms[name] for block in blocks]) for name in alternatives},
        full={
            name: labelled(scenario, [block.kept[name] for block in blocks], seed)
            for name in work.full
        },
    )


def _joined(arms: Sequence[Arm]) -> Arm:
    return Arm(
        *(np.concatenate([getattr(arm, name) for arm in arms]) for name in Arm.__dataclass_fields__)
    )


def _at_fork(
    setting: Setting,
    fork: Fork,
    seed: int,
    first: int,
    runs: int,
    decisions: Mapping[str, Decision],
) -> World:
    """A world whose actors have just proposed in the fork's round."""
    # The round itself is the run's too: what it did there is what is compared with.
    past = None if fork.run is None else Past(fork.run, fork.round + 1)
    world = World(setting, seed, first, runs, decisions, past=past)
    for _ in range(fork.round - 1):
        world.step()
    if fork.run is not None:
        must_go_on(world, fork.run)
    world.deliberate()
    return world


def must_go_on(world: World, run: int) -> None:
    """Check that the run whose past a world plays is not over.

    Raises
    ------
    ScenarioError
        When it is, with the last round that it has.
    """
    if world.active.any():
        return
    over = int(max(world.records.stopped.max(), world.records.failed.max()))
    problem = f"run {run} is over after round {over}"
    remedy = f"write a round from 1 to {over}, or another run"
    raise ScenarioError([Fault(Place(option("--round")), problem, remedy)])


def _chosen(world: World, fork: Fork) -> Array:
    """What each run's actor would do: a lever, or :data:`LET_PASS`."""
    slot = world.setting.slots.index(fork.slot)
    names = np.array([*(row.name for row in world.setting.table.rows), LET_PASS], dtype=object)
    return names[world.pick[slot]]  # PASS is -1


def _played(world: World, fork: Fork, names: Sequence[str]) -> Iterator[tuple[str, Bools, Block]]:
    """Each arm from the fork to the end: its name, where it is open, its records."""
    setting = world.setting
    slot = setting.slots.index(fork.slot)
    moment = world.moment()
    for name in names:
        world.resume(moment)
        here = world.going
        if name == LET_PASS:
            world.pick[slot] = PASS
        elif (decree := decreed(name, fork, setting.description)) is not None:
            here = here & _decree(world, *decree)
        elif name:
            number = setting.keys[name, fork.actor, fork.target]
            here = here & world.open[number]
            world.pick[slot] = np.where(here, number, world.pick[slot])
        world.conclude()
        for _ in range(fork.round, setting.description.calendar.rounds):
            world.step()
        yield name, here.copy(), recorded(world)


def decreed(name: str, fork: Fork, description: Description) -> tuple[str, int] | None:
    """What is done to which arrangement by ``begin X`` or ``end X``; None of other choices.

    The number is -1 where the two can have none of that name.
    """
    verb, _, arrangement = name.partition(" ")
    if verb not in DECREES or not arrangement:
        return None
    found = instances(description)
    places = [n for n, one in enumerate(found)
              if one.name == arrangement and one.concerns(fork.actor, fork.target)]  # fmt: skip
    return verb, places[0] if places else -1


def _decree(world: World, verb: str, number: int) -> Bools:
    """Put an arrangement in force, or end it; says where that changes anything."""
    status = world.lasting.status[number]
    here: Bools = world.going & (status != (IN_FORCE if verb == "begin" else NONE))
    one, none = np.array([number]), np.array([], dtype=np.int64)
    ends, begins = (none, one) if verb == "begin" else (one, none)
    world.decree(ends, begins, here)
    return here


def _kept(open_now: Bools, labelled: xr.Dataset, fork: Fork) -> Arm:
    choice = {"direction": f"{fork.actor} to {fork.target}", "track": fork.track}
    return Arm(
        open=open_now,
        accepted=labelled["accepted"].sel(choice).isel(round=fork.round).values,
        reported=labelled["reported"].transpose("run", "round", "outcome").values,
        watched=labelled["watched"].transpose("run", "watch").values,
        failed=labelled["failed_round"].values >= 0,
    )
