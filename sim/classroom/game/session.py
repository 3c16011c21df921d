"""A session: its tables, its people and what they said, as the log tells it.

The state is the replay of the log: :func:`sim.classroom.game.permissions.validate` checks an
entry against the rules and gives back what carries it out, so that it can be
written down in between. Nothing here knows the web, the clock or chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from sim.classroom.game import log_entries as entries
from sim.classroom.game.course import Course, as_it_stands, world_of
from sim.classroom.game.log_entries import unpack
from sim.classroom.game.table import RefusedError, Seat, Table
from sim.model.compiled import CompiledScenario
from sim.scenario.scenario import Scenario
from sim.text import quoted

# Who is in the room, what they said, and what the teacher has set.


@dataclass
class Participant:
    """A student.

    Attributes
    ----------
    token : str
        Hash of the one device that is in.
    table : int or None
    actor : str or None
        The seat; with a table and no seat one looks on.
    offer : (hash, until) or None
        A code by which to go on from another device.
    """

    id: str
    name: str
    token: str
    joined: float
    table: int | None = None
    actor: str | None = None
    offer: tuple[str, float] | None = None


@dataclass(frozen=True)
class Message:
    """Something said: by a seat, or by the teacher (``actor`` is None).

    Attributes
    ----------
    table : int or None
        None where the teacher spoke to all tables.
    to : tuple of str
        Actors; empty for all.
    by : str or None
        The participant who wrote it.
    """

    at: float
    table: int | None
    round: int
    actor: str | None
    by: str | None
    to: tuple[str, ...]
    text: str

    def reaches(self, table: int, actor: str | None) -> bool:
        """Whether a seat (or one who looks on: None) may read it."""
        if self.table not in (None, table):
            return False
        return not self.to or (actor is not None and actor in (*self.to, self.actor))


@dataclass
class SessionSettings:
    """What the teacher can set: see :class:`sim.classroom.game.log_entries.Changed`."""

    minutes: float | None = None
    doors: bool = True
    forecast: bool = False
    debrief: bool = False
    lab: bool = False
    flow: bool = False


class Session:
    """An exercise with a class.

    Parameters
    ----------
    opened : Opened
        The log's first entry.

    Attributes
    ----------
    scenario : Scenario
    code : str
        What students type to come in.
    seed : int
    began : float
    tables : list of Table
    people : dict of id to Participant
    removed : dict of id to Participant
        Those whom the teacher removed; what they did stays.
    messages : list of Message
    settings : SessionSettings
    teachers : set of str
        Hashes of the tokens of the teacher's devices.
    left : set of str
        Hashes of the tokens of devices that students left for others.
    """

    def __init__(self, opened: entries.Opened) -> None:
        self.scenario: Scenario = unpack(opened.scenario)
        self.code, self.seed, self.began = opened.code, opened.seed, opened.at
        self._compiled = CompiledScenario(self.scenario)
        self.tables: list[Table] = []
        for _ in range(opened.tables):
            self.add_table()
        self.people: dict[str, Participant] = {}
        self.removed: dict[str, Participant] = {}
        self.messages: list[Message] = []
        self.settings = SessionSettings(minutes=opened.minutes)
        self.teachers: set[str] = set()
        self.left: set[str] = set()
        self._by_token: dict[str, str] = {}

    @cached_property
    def settled(self) -> Scenario:
        """The scenario with the numbers that the class's world has at its start."""
        world = world_of(self._compiled, Course(self.seed))
        return replace(self.scenario, description=as_it_stands(self._compiled, world))

    def by_token(self, token: str) -> Participant | None:
        """The student whose device has this token's hash."""
        found = self._by_token.get(token)
        return self.people[found] if found is not None else None

    def person(self, participant: str) -> Participant:
        """A student who is in.

        Raises
        ------
        RefusedError
            When there is none of this id.
        """
        if participant not in self.people:
            raise RefusedError("this student is not in the room: come in again with the code")
        return self.people[participant]

    def table(self, number: int | None) -> Table:
        """A table by its number.

        Raises
        ------
        RefusedError
            When there is none.
        """
        if number is None or not 1 <= number <= len(self.tables):
            raise RefusedError(f"there is no table {number}; they are 1 to {len(self.tables)}")
        return self.tables[number - 1]

    def seat(self, number: int | None, actor: str) -> Seat:
        """A seat by its table and actor.

        Raises
        ------
        RefusedError
            When there is none.
        """
        seats = self.table(number).seats
        if actor not in seats:
            raise RefusedError(f"there is no seat '{actor}'; there are {quoted(list(seats))}")
        return seats[actor]

    def sitting(self, seat: Seat) -> list[Participant]:
        """The people in a seat."""
        return [self.people[member] for member in seat.members]

    def heard(self, participant: Participant) -> list[Message]:
        """The messages that a student may read, oldest first."""
        if participant.table is None:
            return [m for m in self.messages if m.table is None and not m.to]
        return [m for m in self.messages if m.reaches(participant.table, participant.actor)]

    def written(self, participant: str | None) -> list[Message]:
        """The messages that a student wrote, or the teacher (None), oldest first."""
        return [one for one in self.messages if one.by == participant]

    # -- what the rules carry out ----------------------------------------------

    def add_table(self) -> None:
        """Set up one more table."""
        number = len(self.tables) + 1
        self.tables.append(Table(number, self.scenario, self.seed, self._compiled))

    def join(self, entry: entries.Joined) -> None:
        """Let a student in."""
        new = Participant(entry.participant, entry.name, entry.token, entry.at)
        self.people[new.id] = new
        self._by_token[new.token] = new.id

    def move(self, person: Participant, token: str) -> None:
        """Let a student go on from another device, and the old one no more."""
        del self._by_token[person.token]
        self.left.add(person.token)
        person.token, person.offer = token, None
        self._by_token[token] = person.id

    def sit(self, person: Participant, table: int | None, actor: str | None) -> None:
        """Seat a student; without an actor one looks on, without a table one waits."""
        if person.table is not None and person.actor is not None:
            self.tables[person.table - 1].seats[person.actor].members.remove(person.id)
        person.table, person.actor = table, actor
        if table is not None and actor is not None:
            self.tables[table - 1].seats[actor].members.append(person.id)

    def remove(self, person: Participant) -> None:
        """Send a student out."""
        self.sit(person, None, None)
        del self._by_token[person.token]
        self.removed[person.id] = self.people.pop(person.id)
