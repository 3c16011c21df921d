"""One table: a game with people or the model in its seats, a clock, and phases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.classroom.game.course import Turn
from sim.classroom.game.game import Game
from sim.classroom.game.seat import Ask, Seat, Toward
from sim.errors import SimError
from sim.model.choice import PASS
from sim.model.compiled import Setting
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Event

if TYPE_CHECKING:
    import xarray as xr

Phase = Literal["waiting", "choosing", "answering", "closed", "over"]
UNDER_WAY: tuple[Phase, ...] = ("choosing", "answering")


class RefusedError(SimError):
    """What was asked for cannot be done now; the message says why, and what can."""


@dataclass(frozen=True)
class _Left:
    """Where a game stood when it was ended."""

    phase: Phase
    round: int
    moves: dict[Turn, str | None]
    forced: dict[int, tuple[str, ...]]
    made: dict[str, tuple[int, Event]]
    orders: dict[Toward, str | None]
    said: dict[Toward, bool]


class Table(Game):
    """A game and its seats.

    What changes it is checked by :mod:`sim.classroom.game.rules` before it is called.

    Parameters
    ----------
    number : int
        From 1.
    scenario, seed, setting
        As for :class:`sim.classroom.game.game.Game`.

    Attributes
    ----------
    seats : dict of actor to Seat
    phase : str
    round : int
        The round that is open, or was last; 0 before the first.
    deadline : float or None
        When the phase ends; None without a clock, or while it is stopped.
    left : float or None
        Seconds that were left when the clock was stopped.
    paused : bool
    orders : dict of (actor, target, track) to lever or None
        Choices of the open round that can still be changed.
    said : dict of (who asks, who is asked, track) to bool
        Answers that can still be changed.
    asks : list of Ask
        Proposals that wait for answers of people.
    ended : bool
        The game was ended before its end.
    chose, replied : set of (round, actor, participant)
        Who saved choices, and answers, for a seat, also in rounds that are not over.
    taken_back : int
        How many rounds were taken back so far: by it a form of an old page is known.
    """

    phase: Phase
    deadline: float | None
    left: float | None
    paused: bool
    orders: dict[Toward, str | None]
    said: dict[Toward, bool]
    asks: list[Ask]

    def __init__(self, number: int, scenario: Scenario, seed: int, setting: Setting) -> None:
        super().__init__(scenario, seed, setting)
        self.number = number
        self.seats = {actor: Seat(actor) for actor in scenario.description.actors}
        self.round = self.taken_back = 0
        self.chose: set[tuple[int, str, str]] = set()
        self.replied: set[tuple[int, str, str]] = set()
        self._before_end: _Left | None = None
        self._enter("waiting")
        self._clear()

    @property
    def played(self) -> int:
        """Rounds that are over."""
        return self.round - 1 if self.phase in UNDER_WAY else self.round

    @property
    def ended(self) -> bool:
        """Whether the game was ended before its end."""
        return self._before_end is not None

    @property
    def coming(self) -> int:
        """The round in which something can be let happen: the open one, or the next."""
        return self.round if self.phase == "choosing" else self.round + 1

    def coming_events(self) -> tuple[str, ...]:
        """Ids of what happens in the open round, or will for certain in the next."""
        if self.phase == "choosing":
            return self.events(self.round)
        return self.forced.get(self.coming, ())

    def chosen(self, actor: str) -> bool:
        """Whether a seat has chosen in the open round, or has answered all that it is asked."""
        if self.phase == "answering":
            return all(ask.turn in self.said for ask in self.asked(actor))
        return any(one == actor for one, *_ in self.orders)

    def slots(self, actor: str) -> Iterator[Toward]:
        """What a seat chooses in a round: a word and a deed toward each other, as it has them."""
        for target in self.targets(actor):
            for track in self.tracks(actor, target):
                yield actor, target, track

    def asked(self, actor: str) -> list[Ask]:
        """Proposals that wait for this actor's answer."""
        return [ask for ask in self.asks if ask.target == actor]

    def dataset(self) -> xr.Dataset:
        """The game so far as labelled results of one run: the start and the rounds played."""
        return self.played_so_far(self.played)

    def open_round(self, deadline: float | None) -> None:
        """Open the next round: its events happen."""
        self.round += 1
        self._enter("choosing", deadline)
        self._clear()
        self._open()

    def close(self, deadline: float | None) -> None:
        """Close what is open: choices become moves, or answers are given and the round ends."""
        if self.phase == "choosing":
            self._lay_moves()
            self.world.propose()
            self.asks = list(self._proposals())
            if self.asks:
                self._enter("answering", deadline)
                return
        self._lay_answers()
        self._conclude()
        self._clear()
        going = bool(self.world.active[0]) and self.round < self.rounds
        self._enter("closed" if going else "over")

    def undo(self, deadline: float | None) -> None:
        """Take back the last round that is over: it is open again, and nothing chosen in it.

        What was let happen in it stays. Of a game that was ended the ending is taken
        back first: it stands where it stood.
        """
        if self._before_end is not None:
            self._go_back(self._before_end, deadline)
            return
        self.round = self.played
        self.taken_back += 1
        self._forget(self.round, happened=self.round + 1)
        for saved in (self.chose, self.replied):
            saved -= {one for one in saved if one[0] >= self.round}
        self._enter("choosing", deadline)
        self._clear()
        self._replay(self.round - 1, opened=True)

    def inject(self, event: str, made: Event | None) -> None:
        """Let an event happen in the coming round; choices that it closes are dropped."""
        if made is None:
            self.forced[self.coming] = (*self.forced.get(self.coming, ()), event)
        else:
            self.made[event] = (self.coming, made)
        self._replay(self.played, opened=self.phase == "choosing")
        self.orders = {
            (actor, target, track): lever
            for (actor, target, track), lever in self.orders.items()
            if lever is None or self.levers(actor, target)[lever]
        }

    def end(self) -> None:
        """End the game; a round that is open is not played."""
        self._before_end = _Left(
            self.phase, self.round, self.moves, self.forced, self.made, self.orders, self.said
        )
        if self.phase in UNDER_WAY:
            self._forget(self.round, happened=self.round)
            self.round -= 1
            self._replay(self.round, opened=False)
        self._enter("over")
        self._clear()

    def _go_back(self, left: _Left, deadline: float | None) -> None:
        """Stand where the game stood before it was ended."""
        self._before_end = None
        self.round, self.moves, self.forced, self.made = (
            left.round, left.moves, left.forced, left.made
        )  # fmt: skip
        under_way = left.phase in UNDER_WAY
        self._enter(left.phase, deadline if under_way else None)
        self._replay(self.played, opened=under_way)
        self.orders, self.said = left.orders, left.said
        if self.phase == "answering":
            self.world.propose()
            self.asks = list(self._proposals())

    def pause(self, now: float) -> None:
        """Stop the clock."""
        if not self.paused:
            self.left = None if self.deadline is None else max(self.deadline - now, 0)
            self.deadline, self.paused = None, True

    def go_on(self, now: float) -> None:
        """Let the clock go on."""
        if self.paused:
            self.deadline = None if self.left is None else now + self.left
            self.left, self.paused = None, False

    def extend(self, seconds: float, now: float) -> None:
        """Put the deadline off; one that has none gets it."""
        if self.paused:
            self.left = (self.left or 0) + seconds
        else:
            self.deadline = max(self.deadline or now, now) + seconds

    def _enter(self, phase: Phase, deadline: float | None = None) -> None:
        self.phase, self.deadline = phase, deadline
        self.left, self.paused = None, False

    def _clear(self) -> None:
        self.orders, self.said, self.asks = {}, {}, []

    def _lay_moves(self) -> None:
        """What people chose becomes their moves; who chose nothing lets the round pass."""
        for actor, seat in self.seats.items():
            if seat.by_people:
                for slot in self.slots(actor):
                    self.moves[self.round, *slot] = self.orders.get(slot)

    def _lay_answers(self) -> None:
        """What people answered counts; silence is a refusal, and the model answers for itself."""
        for ask in self.asks:
            if self.seats[ask.target].by_people:
                self.answers[self.round, *ask.turn] = self.said.get(ask.turn, False)

    def _proposals(self) -> Iterator[Ask]:
        """What the seats that people play are asked."""
        table = self.setting.table
        for slot, ((actor, target), track) in enumerate(self.setting.slots):
            pick = int(self.world.pick[slot, 0])
            if pick != PASS and table.asks[pick, 0] and self.seats[target].by_people:
                yield Ask(actor, target, track, table.rows[pick].name)
