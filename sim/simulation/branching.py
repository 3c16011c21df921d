"""Branching: all runs of a block brought to one decision, then played on under each choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Bools, Floats
from sim.errors import Fault, Place, ScenarioError, option
from sim.model.draws import Past
from sim.model.world import World
from sim.results.block import Array, Block, joined
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.cameo import track as track_of
from sim.scenario.lookup import IN_FORCE, NONE, instances, usual
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.simulation.block import OnScenario, Span, recorded, spans
from sim.simulation.ensemble import labelled
from sim.simulation.executors.base import HERE, Workers
from sim.text import closest, did_you_mean, quoted
from sim.theories.protocol import PASS
from sim.theories.seating import NOBODY, Seats

if TYPE_CHECKING:
    import xarray as xr


# The decision that a question is about: read, checked, and completed where it is clear.

PASS_NAME = "pass"
"""A short name of :data:`sim.simulation.branching.LET_PASS`."""
ANYTHING = {None: "do anything", "words": "choose any words", "deeds": "choose any deeds"}


@dataclass(frozen=True)
class Asked:
    """A decision with its alternatives.

    Attributes
    ----------
    fork : Fork
    alternatives : tuple of str
        Letting the round pass, then the actor's levers of that track toward the target;
        or only the one that is marked.
    lever : str or None
        The alternative that is marked: a lever, letting the round pass, or ``begin X`` or
        ``end X``: an arrangement between the two, whatever they choose.
    """

    fork: Fork
    alternatives: tuple[str, ...]
    lever: str | None


def asked(
    scenario: Scenario,
    round: int,
    actor: str,
    lever: str | None = None,
    toward: str | None = None,
    *,
    track: str | None = None,
    run: int | None = None,
    runs: int = 2,
    only: bool = False,
) -> Asked:
    """Check a decision, and find the target and the track where only one is possible.

    A lever says by itself whether it is a word or a deed; ``track`` is for a question
    about all choices, or about letting the round pass.

    Raises
    ------
    ScenarioError
        With all that is wrong at once.
    """
    described = scenario.description
    if lever == PASS_NAME and PASS_NAME not in described.levers:
        lever = LET_PASS
    faults = [
        *round_faults(round, described),
        *actor_faults(actor, option("--actor"), described),
        *(actor_faults(toward, option("--toward"), described) if toward is not None else ()),
        *_lever_faults(lever, actor, toward, described),
        *_track_faults(track, lever, described),
    ]
    if run is not None and run < 0:
        faults.append(_fault("--run", f"run {run}", "runs are counted from 0"))
    if runs < 2:
        faults.append(_fault("--runs", f"{runs} futures", "write 2 or more"))
    if only and lever is None:
        faults.append(_fault("--only", "only which choice?", f"name it by {option('--lever')}"))
    if faults:
        raise ScenarioError(faults)
    ruled = lever is not None and lever.split(" ")[0] in DECREES and lever not in described.levers
    named = None if lever == LET_PASS or ruled else lever
    target = _target(actor, named, toward, track, described)
    if ruled and track is None:  # it takes the place of no choice
        tracks = {track_of(described.levers[k]) for k in levers_toward(described, actor, target)}
        track = next(one for one in TRACKS if one in tracks)
    chosen = _track(actor, named, target, track, described)
    own = levers_toward(described, actor, target, chosen)
    alternatives = (lever,) if only and lever is not None else (LET_PASS, *own)
    fork = Fork(round, actor, target, chosen, run)
    if ruled and lever is not None:
        _can_be_ruled(lever, fork, described)
        alternatives = tuple(dict.fromkeys((*alternatives, lever)))
    return Asked(fork, alternatives, lever)


def _fault(name: str, problem: str, remedy: str) -> Fault:
    return Fault(Place(option(name)), problem, remedy)


def _can_be_ruled(lever: str, fork: Fork, described: Description) -> None:
    """Refuse ``begin X`` and ``end X`` of what the two can never have."""
    found = decreed(lever, fork, described)
    if found is None or found[1] < 0:
        own = [one.name for one in instances(described) if one.concerns(fork.actor, fork.target)]
        problem = f"between '{fork.actor}' and '{fork.target}' there is nothing to {lever}"
        remedy = f"of arrangements, they can have {quoted(own)}" if own else "they can have none"
        raise ScenarioError([_fault("--lever", problem, remedy)])


def levers_toward(
    described: Description, actor: str, target: str, track: str | None = None
) -> tuple[str, ...]:
    """The levers that an actor has toward another, of one track or of both; in the file's order."""
    return tuple(
        name
        for name, lever in described.levers.items()
        if usual(lever, actor, target) is not None
        if track in (None, track_of(lever))
    )


def round_faults(round: int, described: Description) -> list[Fault]:
    """What is wrong with a round."""
    last = described.calendar.rounds
    if 1 <= round <= last:
        return []
    remedy = f"write a round from 1 to {last}"
    return [_fault("--round", f"the scenario has no round {round}", remedy)]


def actor_faults(actor: str, given: str, described: Description) -> list[Fault]:
    """What is wrong with an actor's name."""
    if actor in described.actors:
        return []
    remedy = did_you_mean(actor, described.actors, "actors")
    return [Fault(Place(given), f"there is no actor '{actor}'", remedy)]


def _lever_faults(
    lever: str | None, actor: str, toward: str | None, described: Description
) -> list[Fault]:
    if lever is None or lever == LET_PASS or lever in described.levers:
        return []
    if described.arrangements and lever.split(" ")[0] in DECREES:
        return []
    remedy = _choices(actor, toward, described)
    if near := _meant(lever, described):
        remedy = f"did you mean '{near}'? {remedy}"
    return [_fault("--lever", f"there is no lever '{lever}'", remedy)]


def _track_faults(track: str | None, lever: str | None, described: Description) -> list[Fault]:
    if track is None:
        return []
    if track not in TRACKS:
        remedy = did_you_mean(track, TRACKS, "tracks")
        return [_fault("--track", f"there is no track '{track}'", remedy)]
    if lever in described.levers and (own := track_of(described.levers[lever])) != track:
        problem = f"'{lever}' is one of the {own}, not of the {track}"
        remedy = f"leave {option('--track')} out, or write {own}"
        return [_fault("--track", problem, remedy)]
    return []


def _meant(word: str, described: Description) -> str | None:
    """The lever whose id, or whose name as it is shown, is nearest to a word."""
    known = {one.name.lower(): key for key, one in described.levers.items()}
    known |= {LET_PASS: PASS_NAME, PASS_NAME: PASS_NAME} | {
        key.lower(): key for key in described.levers
    }
    near = closest(word.lower(), known)
    return known[near] if near else None


def _choices(actor: str, toward: str | None, described: Description) -> str:
    """What an actor can do, toward one other or toward anybody."""
    targets = [toward] if toward in described.actors else list(described.actors)
    own = dict.fromkeys(
        lever for target in targets if target for lever in levers_toward(described, actor, target)
    )
    shown = [*(f"{lever} ({described.levers[lever].name})" for lever in own), PASS_NAME]
    whom = f" toward '{toward}'" if toward in described.actors else ""
    return f"'{actor}' can choose{whom}: {', '.join(shown)}"


def _track(
    actor: str, lever: str | None, target: str, track: str | None, described: Description
) -> Track:
    """Whether a word or a deed is decided on: by the lever, as given, or the only one possible."""
    if lever is not None:
        return track_of(described.levers[lever])
    own = {track_of(described.levers[name]) for name in levers_toward(described, actor, target)}
    found = [one for one in TRACKS if one in own and track in (None, one)]
    if len(found) > 1:
        problem = f"'{actor}' chooses a word and a deed toward '{target}': which of the two?"
        remedy = f"write {' or '.join(TRACKS)}, or name a lever by {option('--lever')}"
        raise ScenarioError([_fault("--track", problem, remedy)])
    return found[0]


def _target(
    actor: str,
    lever: str | None,
    toward: str | None,
    track: str | None,
    described: Description,
) -> str:
    """The other actor, given or the only one possible."""
    others = [
        other
        for other in described.actors
        if other != actor and (own := levers_toward(described, actor, other, track))
        if lever is None or lever in own
    ]
    what = f"use '{lever}'" if lever else ANYTHING[track]
    if not others:
        problem = f"'{actor}' cannot {what} toward anybody"
        remedy = _choices(actor, None, described) if lever else "name another actor"
        raise ScenarioError([_fault("--actor", problem, remedy)])
    if toward is None:
        if len(others) > 1:
            problem = f"'{actor}' can {what} toward {quoted(others)}"
            raise ScenarioError([_fault("--toward", problem, "name one of them")])
        return others[0]
    if toward not in others:
        itself = toward == actor
        problem = f"'{actor}' cannot {what} toward '{toward}'"
        problem = "an actor does nothing toward itself" if itself else problem
        remedy = f"it can toward {quoted(others)}"
        if lever and not itself:
            remedy += f"; {_choices(actor, toward, described)}"
        raise ScenarioError([_fault("--toward", problem, remedy)])
    return toward


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
        """The choice among those of a round, as :attr:`CompiledScenario.slots` has it."""
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
    seats : Seats
        The theories by which actors decide and answer.
    full : tuple of str
        The choices whose whole records are kept.
    """

    scenario: Scenario
    fork: Fork
    names: tuple[str, ...]
    seed: int
    seats: Seats
    full: tuple[str, ...]

    def __call__(self, span: Span) -> _Block:
        """Play a block: bring its runs to the fork, and each choice to the end."""
        compiled, fork = self.compiled, self.fork
        # The round itself is the run's too: what it did there is what is compared with.
        past = None if fork.run is None else Past(fork.run, fork.round + 1)
        world = World(
            compiled,
            self.seed,
            *span,
            self.seats.decisions,
            answers=self.seats.answers,
            past=past,
        )
        world.play(until=fork.round - 1)
        if fork.run is not None:
            must_go_on(world, fork.run)
        world.deliberate()
        levers = np.array([*(row.name for row in compiled.table.rows), LET_PASS], dtype=object)
        found = _Block(levers[world.pick[compiled.slots.index(fork.slot)]], {}, {})  # PASS is -1
        for name, there, block in _played(world, fork, self.names):
            found.arms[name] = _kept(self.scenario, there, block, fork)
            if name in self.full:
                found.kept[name] = joined([block])  # the next choice writes where this one did
        world.close()
        return found


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
    seats: Seats = NOBODY,
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
    seats : Seats
        The theories by which actors decide and answer.
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
    work = Forked(scenario, fork, names, seed, seats, ("", *full))
    blocks = []
    tasks = list(spans(0, runs, work.compiled.block))
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
    raise ScenarioError([_fault("--round", problem, remedy)])


def _played(world: World, fork: Fork, names: Sequence[str]) -> Iterator[tuple[str, Bools, Block]]:
    """Each arm from the fork to the end: its name, where it is open, its records."""
    compiled = world.compiled
    slot = compiled.slots.index(fork.slot)
    moment = world.moment()
    for name in names:
        world.resume(moment)
        here = world.going
        if name == LET_PASS:
            world.set_pick(slot, PASS)
        elif (decree := decreed(name, fork, compiled.description)) is not None:
            here = here & _decree(world, *decree)
        elif name:
            number = compiled.keys[name, fork.actor, fork.target]
            here = here & world.open[number]
            world.set_pick(slot, np.where(here, number, world.pick[slot]))
        world.finish()
        yield name, here.copy(), recorded(world)


def decreed(name: str, fork: Fork, description: Description) -> tuple[str, int] | None:
    """What is done to which arrangement by ``begin X`` or ``end X``; None of other choices.

    The number is -1 where the two can have none of that name.
    """
    verb, _, arrangement = name.partition(" ")
    if verb not in DECREES or not arrangement:
        return None
    places = [
        number
        for number, one in enumerate(instances(description))
        if one.name == arrangement and one.concerns(fork.actor, fork.target)
    ]
    return verb, places[0] if places else -1


def _decree(world: World, verb: str, number: int) -> Bools:
    """Put an arrangement in force, or end it; says where that changes anything."""
    status = IN_FORCE if verb == "begin" else NONE
    here: Bools = world.going & (world.read("status")[number] != status)
    world.set_arrangement(number, status, here)
    return here


def _kept(scenario: Scenario, open_now: Bools, block: Block, fork: Fork) -> Arm:
    from sim.results.dataset import reported

    way, track = block.directions.index((fork.actor, fork.target)), TRACKS.index(fork.track)
    watches = [block.watches.index(name) for name in scenario.description.watch]
    return Arm(
        open=open_now,
        accepted=block.accepted[fork.round, way, track].copy(),
        reported=np.ascontiguousarray(np.moveaxis(reported(scenario, block), -1, 0)),
        watched=np.ascontiguousarray(block.watched[watches].T),
        failed=block.failed >= 0,
    )
