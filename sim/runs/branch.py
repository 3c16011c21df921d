"""Branching: all runs of a block brought to one decision, then played on under each choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import Fault, Place, ScenarioError
from sim.model.candidates import Bools
from sim.model.decide import PASS, Decision
from sim.model.setting import Setting
from sim.model.streams import Floats, Past
from sim.model.world import World
from sim.results.block import Array, Block, joined
from sim.runs.ensemble import BLOCK, about, recorded
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import xarray as xr

LET_PASS = "let the round pass"
"""The choice to do nothing; no lever's id has a space in it."""

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
    run : int, optional
        All futures are this run up to the end of the round, but for the choice; by default
        each run has its own past.
    """

    round: int
    actor: str
    target: str
    run: int | None = None


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


@dataclass
class _Pile:
    """What the blocks of one arm have left so far."""

    arms: list[Arm] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def arm(self) -> Arm:
        return Arm(
            *(
                np.concatenate([getattr(arm, name) for arm in self.arms])
                for name in Arm.__dataclass_fields__
            )
        )


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
        Levers, and :data:`LET_PASS`.
    runs, seed : int
    decisions : mapping of actor to Decision, optional
        Rules of actors that do not decide by quantal response.
    full : sequence of str
        Alternatives of which the whole results are kept.
    progress : callable, optional

    Raises
    ------
    ScenarioError
        When the fork's run is over before its round.
    """
    from sim.results.dataset import assemble

    setting = Setting(scenario)
    piles = {name: _Pile() for name in ("", *alternatives)}
    chosen: list[Array] = []
    done, total = 0, len(piles) * -(-runs // BLOCK)
    for first in range(0, runs, BLOCK):
        world = _at_fork(setting, fork, seed, first, min(BLOCK, runs - first), decisions)
        chosen.append(_chosen(world, fork))
        for name, arm, block in _played(world, fork, ("", *alternatives)):
            labelled = assemble(scenario, block, {})
            piles[name].arms.append(_kept(arm, labelled, fork))
            if name in ("", *full):
                piles[name].blocks.append(block)
            done += 1
            if progress:
                progress(done, total)
        world.close()
    return Branches(
        own=piles[""].arm(),
        chosen=np.concatenate(chosen),
        arms={name: piles[name].arm() for name in alternatives},
        full={
            name: assemble(scenario, joined(piles[name].blocks), about(scenario, seed))
            for name in ("", *full)
        },
    )


def _at_fork(
    setting: Setting,
    fork: Fork,
    seed: int,
    first: int,
    runs: int,
    decisions: Mapping[str, Decision] | None,
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
    raise ScenarioError([Fault(Place("--round"), problem, remedy)])


def _chosen(world: World, fork: Fork) -> Array:
    """What each run's actor would do: a lever, or :data:`LET_PASS`."""
    way = world.setting.layout.direction(fork.actor, fork.target)
    names = np.array([*(row.name for row in world.setting.table.rows), LET_PASS], dtype=object)
    return names[world.pick[way]]  # PASS is -1


def _played(world: World, fork: Fork, names: Sequence[str]) -> Iterator[tuple[str, Bools, Block]]:
    """Each arm from the fork to the end: its name, where it is open, its records."""
    setting = world.setting
    way = setting.layout.direction(fork.actor, fork.target)
    moment = world.moment()
    for name in names:
        world.resume(moment)
        here = world.going
        if name == LET_PASS:
            world.pick[way] = PASS
        elif name:
            number = setting.keys[name, fork.actor, fork.target]
            here = here & world.open[number]
            world.pick[way] = np.where(here, number, world.pick[way])
        world.conclude()
        for _ in range(fork.round, setting.description.calendar.rounds):
            world.step()
        yield name, here.copy(), recorded(world)


def _kept(open_now: Bools, labelled: xr.Dataset, fork: Fork) -> Arm:
    way = f"{fork.actor} to {fork.target}"
    return Arm(
        open=open_now,
        accepted=labelled["accepted"].sel(direction=way).isel(round=fork.round).values,
        reported=labelled["reported"].transpose("run", "round", "outcome").values,
        watched=labelled["watched"].transpose("run", "watch").values,
        failed=labelled["failed_round"].values >= 0,
    )
