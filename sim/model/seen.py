"""What a theory can ask of a world beside one decision: the state, the past, further draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools, Floats
from sim.model.beliefs import PLACES, POINTS
from sim.model.candidates import friendliness
from sim.model.layout import track_number
from sim.model.seats import weights_of_options
from sim.model.supposing import Supposed
from sim.scenario.beliefs import Held, beliefs_of
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.phrases import Phrase, parse
from sim.text import closest, unknown
from sim.theories.protocol import PASS, Acts, Case, Proposal, View

if TYPE_CHECKING:
    from sim.model.world import World


_Held = TypeVar("_Held")
_Number = TypeVar("_Number", bound=np.generic)


class State(Mapping[str, Floats]):
    """The state of a world by phrase: see :attr:`sim.theories.protocol.Surroundings.state`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rows: dict[str, int] = {}

    def __getitem__(self, phrase: str) -> Floats:
        return self._world.x[self.row(phrase)].copy()

    def __iter__(self) -> Iterator[str]:
        return iter(self._world.compiled.layout.names)

    def __len__(self) -> int:
        return len(self._world.compiled.layout.names)

    def row(self, phrase: str) -> int:
        """The row of a quantity, by its phrase."""
        if phrase not in self._rows:
            self._rows[phrase] = self._found(phrase)
        return self._rows[phrase]

    def _found(self, phrase: str) -> int:
        layout = self._world.compiled.layout
        found = parse(phrase)
        try:
            if found is not None:
                return layout.row(found)
        except KeyError:
            pass
        near = closest(phrase, layout.names)
        meant = f"; did you mean '{near}'?" if near else ""
        raise KeyError(f"the state has no '{phrase}'{meant}")


class DoubtedState(State):
    """The state as an actor sees it that doubts some of it: there stands what it believes.

    That is the mean of its belief as the round began, moved by what has been seen to move since.
    """

    def __init__(self, world: World, held: Mapping[int, tuple[int, Held]]) -> None:
        super().__init__(world)
        self._held = held  # by row of the state: the belief, with its number

    def __getitem__(self, phrase: str) -> Floats:
        row = self.row(phrase)
        if row not in self._held:
            return super().__getitem__(phrase)
        (number, held), read = self._held[row], self._world.read
        places = self._world.plans.paths.rows
        mean, spread = (
            read("parameter")[places[f"beliefs.{held.id}.{name}"]] for name in ("mean", "spread")
        )
        moved = self._world.x[row] - read("belief_from")[number]
        found = np.zeros(self._world.runs)
        shares = read("belief")[number * POINTS : (number + 1) * POINTS]
        for share, place in zip(shares, PLACES, strict=True):
            found += share * np.clip(mean + spread * place + moved, 0.0, held.about.most)
        return found


def state_seen(world: World, actor: str) -> State:
    """The state of a world as an actor sees it."""
    layout = world.compiled.layout
    held = {
        layout.row(Phrase("salience", (one.about.actor, one.about.issue))): (number, one)
        for number, one in enumerate(beliefs_of(world.compiled.description))
        if one.belief.by == actor and one.about.issue
    }
    return DoubtedState(world, held) if held else world.quantities


class ByName(dict[str, _Held]):
    """What is held by name; whoever asks for an unknown one is told which there are."""

    def __init__(self, held: Mapping[str, _Held], what: str) -> None:
        super().__init__(held)
        self._what = what

    def __missing__(self, name: str) -> _Held:
        raise KeyError(unknown(name, self, self._what))


class Surroundings:
    """What one decision, of one slot, can ask a world for.

    Parameters
    ----------
    world : World
    slot : str
        The name of the slot, by which draws are keyed.
    actor : str
        Who decides or answers.
    purpose : {"choice", "consent"}
        What its draw is for.
    block : slice
        Its candidates.
    """

    def __init__(self, world: World, slot: str, actor: str, purpose: str, block: slice) -> None:
        self._played, self._slot, self._actor = world, slot, actor
        self._purpose, self._block = purpose, block

    @property
    def _world(self) -> World:
        if not vars(self._played):
            raise RuntimeError(
                "the runs of this view are over: keep its numbers while it is asked, not the view"
            )
        return self._played

    def weights(self, open: Bools, more: Floats | None = None) -> Floats:
        """Weights of passing and of each lever, shape (levers + 1, runs)."""
        world, block = self._world, self._block
        score = world.read("score")[block]
        if more is not None:
            usual = world.read("usual_proposal")[block]
            above = world.read("expected")[block] - usual
            score = score + (world.felt(above + more) - world.felt(above))
        return weights_of_options(score, open)

    @property
    def actors(self) -> tuple[str, ...]:
        """All actors of the scenario."""
        return self._world.compiled.layout.actors

    @property
    def draw(self) -> Floats:
        """A number from [0, 1), shape (runs,)."""
        return self._world.streams.uniform(self._purpose, self._slot, self._world.now)

    @property
    def state(self) -> State:
        """Every quantity by its phrase as the actor sees it, shape (runs,)."""
        return state_seen(self._world, self._actor)

    @property
    def friendliness(self) -> dict[str, float]:
        """How friendly each lever is, from -1 to 1."""
        levers = self._world.compiled.description.levers
        return ByName({name: friendliness(lever) for name, lever in levers.items()}, "lever")

    def levers(self, by: str, toward: str, track: Track) -> tuple[str, ...]:
        """Levers of one actor toward another, of one track, in their order."""
        rows = self._world.compiled.table.rows
        return tuple(one.name for one in rows[self._candidates(by, toward, track)])

    def usual(self, by: str, toward: str, track: Track) -> Floats:
        """How often one actor uses each lever toward another in ordinary times."""
        return self._world.read("usual")[self._candidates(by, toward, track)].copy()

    def _candidates(self, by: str, toward: str, track: Track) -> slice:
        compiled = self._world.compiled
        slot = compiled.layout.way(by, toward) * len(TRACKS) + track_number(track)
        return dict(compiled.table.blocks).get(slot, slice(0, 0))

    @property
    def stances(self) -> dict[str, tuple[str, ...]]:
        """By issue, the actors that hold a position on it."""
        issues = self._world.compiled.description.issues
        return ByName(
            {name: tuple(sorted(issues[name].stances)) for name in sorted(issues)}, "issue"
        )

    def change(self, phrase: str) -> Floats:
        """What each lever would change a quantity by at once, shape (levers, runs)."""
        world = self._world
        row, number = world.quantities.row(phrase), world.compiled.table.effect_number
        found = np.zeros((self._block.stop - self._block.start, world.runs))
        for place, candidate in enumerate(range(self._block.start, self._block.stop)):
            if (effect := number.get((candidate, row))) is not None:
                found[place] = world.read("change")[effect]
        return found

    def acts(self, by: str, toward: str, track: Track, ago: int = 1) -> Acts:
        """What an actor did toward another so many rounds ago, 1 or more."""
        if ago < 1:
            raise ValueError(f"{ago} rounds ago is not past: ask for 1 or more")
        world = self._world
        way, kind = world.compiled.layout.way(by, toward), track_number(track)
        levers = tuple(sorted(world.compiled.description.levers))
        then = world.now - ago
        if then < 1:
            none = np.full(world.runs, PASS)
            return Acts(levers, none, none >= 0)
        picked = world.records.choice[then, way, kind].astype(np.int64)
        return Acts(levers, picked, world.records.accepted[then, way, kind] & (picked >= 0))

    @property
    def memory(self) -> dict[str, Floats]:
        """What the actor's theory keeps of each run, by names of its own."""
        return self._world.memories.setdefault(self._actor, {})

    def supposing(
        self,
        cases: Sequence[Case],
        ways: Sequence[tuple[str, str]],
        *,
        quantities: Sequence[str] = (),
        interests: bool = False,
        here: Bools | None = None,
    ) -> Supposed:
        """What would be seen in some cases, for all of them at once."""
        return self._world.supposer.suppose(
            cases, ways, quantities=quantities, interests=interests, here=here
        )

    def uniform(self, name: str) -> Floats:
        """A further draw, the same whenever it is asked for."""
        world = self._world
        return world.streams.uniform("theory", f"{self._slot}\x1f{name}", world.now)


def _only_read(array: NDArray[_Number]) -> NDArray[_Number]:
    """The same numbers, which a rule cannot write to: the model goes by them."""
    found = array.view()
    found.flags.writeable = False
    return found


def view_of(world: World, slot: int, block: slice) -> View:
    """What an actor sees toward one other actor, of words or of deeds."""
    direction, track = world.place(slot)
    actor, target = world.compiled.layout.directions[direction]
    name = world.compiled.slot_names[slot]
    return View(
        round=world.now,
        direction=direction,
        track=track,
        levers=tuple(candidate.name for candidate in world.compiled.table.rows[block]),
        open=_only_read(world.read("open")[block] != 0),
        worth=_only_read(world.read("expected")[block]),
        actor=actor,
        target=target,
        chance=_only_read(world.believed[block]),
        around=Surroundings(world, name, actor, "choice", block),
    )


def proposal_of(world: World, slot: int, block: slice) -> Proposal:
    """What an actor is asked by one other actor."""
    direction, track = world.place(slot)
    actor, target = world.compiled.layout.directions[direction]
    name = world.compiled.slot_names[slot]
    pick = world.pick[slot]
    # The last stands for PASS.
    picked = np.where(pick == PASS, PASS, pick - block.start)
    asks = np.append(world.compiled.table.asks[block, 0], False)
    agree = np.append(world.read("agree")[block], np.zeros((1, world.runs)), axis=0)
    return Proposal(
        round=world.now,
        direction=direction,
        track=track,
        asks=_only_read(asks[picked]),
        chance=_only_read(agree[picked, np.arange(world.runs)]),
        actor=actor,
        target=target,
        levers=tuple(candidate.name for candidate in world.compiled.table.rows[block]),
        picked=_only_read(picked),
        around=Surroundings(world, name, target, "consent", block),
    )
