"""What the console and the projector show of every table: nothing secret."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.classroom.game.news import round_date
from sim.classroom.game.session import Participant
from sim.classroom.game.table import UNDER_WAY, Phase, Table
from sim.classroom.web.room import Room
from sim.text import sentence

PHASES: dict[Phase, str] = {
    "waiting": "not begun",
    "choosing": "students choose",
    "answering": "proposals are answered",
    "closed": "round over",
    "over": "the game is over",
}


@dataclass(frozen=True)
class Sitting:
    """Somebody in a seat or in the room."""

    id: str
    name: str
    here: bool


@dataclass(frozen=True)
class SeatLine:
    """A seat in one line.

    Attributes
    ----------
    state : str
        ``chosen``, ``not yet`` ... or empty where nothing is to be chosen.
    done : bool
        What is to be chosen was.
    """

    actor: str
    name: str
    people: tuple[Sitting, ...]
    by_people: bool
    handed: bool
    state: str
    done: bool


@dataclass(frozen=True)
class TableView:
    """A table at a glance.

    Attributes
    ----------
    seen : str
        How far it has come, by which a form of an old page is known.
    left : float or None
        Seconds that are left, where a clock runs or is stopped.
    chosen, choosing : int
        Seats of people that have chosen, and that are to choose.
    ended : bool
        The game was ended before its end.
    """

    number: int
    phase: Phase
    phase_words: str
    round: int
    rounds: int
    date: str
    seen: str
    deadline: float | None
    left: float | None
    paused: bool
    seats: tuple[SeatLine, ...]
    watching: tuple[Sitting, ...]
    chosen: int
    choosing: int
    played: int
    ended: bool

    @property
    def under_way(self) -> bool:
        """Whether something is open."""
        return self.phase in UNDER_WAY

    @property
    def opens(self) -> int | None:
        """The round that can be opened now."""
        return self.round + 1 if self.phase in ("waiting", "closed") else None


def tables(room: Room) -> list[TableView]:
    """All tables at a glance."""
    return [at_a_glance(room, table) for table in room.session.tables]


def seen(table: Table) -> str:
    """How far a table has come: round, phase, and how often a round was taken back."""
    return f"{table.round} {table.phase} {table.taken_back}"


def at_a_glance(room: Room, table: Table) -> TableView:
    """One table at a glance."""
    seats = tuple(_seat(room, table, actor) for actor in table.seats)
    asked = [line for line in seats if line.state]
    watching = [
        _sitting(room, one)
        for one in room.session.people.values()
        if one.table == table.number and one.actor is None
    ]
    left = table.left if table.deadline is None else max(table.deadline - room.clock(), 0)
    return TableView(
        number=table.number,
        phase=table.phase,
        phase_words=PHASES[table.phase],
        round=table.round,
        rounds=table.rounds,
        date=round_date(table, max(table.round, 1)),
        seen=seen(table),
        deadline=table.deadline,
        left=left,
        paused=table.paused,
        seats=seats,
        watching=tuple(watching),
        chosen=sum(line.done for line in asked),
        choosing=len(asked),
        played=table.played,
        ended=table.ended,
    )


def _seat(room: Room, table: Table, actor: str) -> SeatLine:
    seat = table.seats[actor]
    state, done = _state(table, actor) if seat.by_people else ("", False)
    return SeatLine(
        actor=actor,
        name=sentence(table.setting.description.actors[actor].name),
        people=tuple(_sitting(room, one) for one in room.session.sitting(seat)),
        by_people=seat.by_people,
        handed=seat.handed,
        state=state,
        done=done,
    )


def _state(table: Table, actor: str) -> tuple[str, bool]:
    if table.phase == "choosing":
        done = table.chosen(actor)
        return ("chosen" if done else "not yet"), done
    if table.phase == "answering" and table.proposals_to(actor):
        done = table.chosen(actor)
        return ("answered" if done else "to answer"), done
    return "", False


def _sitting(room: Room, one: Participant) -> Sitting:
    return Sitting(one.id, one.name, room.present(one.id))


def students(room: Room) -> list[tuple[Sitting, str]]:
    """All students by name, each with its place in words."""
    return [
        (_sitting(room, one), _place(room, one))
        for one in sorted(room.session.people.values(), key=lambda one: _sorted_as(one.name))
    ]


def _sorted_as(name: str) -> tuple[tuple[str, int], ...]:
    """By letters, and numbers in a name by their size."""
    parts = re.findall(r"([^0-9]*)([0-9]{0,9})", name.casefold())
    return tuple((letters, int(digits or 0)) for letters, digits in parts)


def _place(room: Room, one: Participant) -> str:
    if one.table is None:
        return "no place yet"
    if one.actor is None:
        return f"looks on at table {one.table}"
    name = room.session.scenario.description.actors[one.actor].name
    return f"table {one.table}, {name}"
