"""What a teacher can do: with people, events and messages, tables, rules and sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, permutations
from typing import Any, NamedTuple

from starlette.requests import Request

from sim.classroom.game import log_entries as entries
from sim.classroom.game.clock import answer_seconds, closing_entry, opening_entry, undo_entry
from sim.classroom.game.permissions import arrangement_phrase, validate_event
from sim.classroom.game.session import Participant, Session
from sim.classroom.game.table import UNDER_WAY, Phase, RefusedError, Table
from sim.classroom.storage import (
    Recorder,
    begin_session,
    branch_session,
)
from sim.classroom.web import authentication
from sim.classroom.web.authentication import already_sent, message
from sim.classroom.web.forms import Typed
from sim.classroom.web.room import Room
from sim.classroom.web.teacher.admin import Admin, Notice, in_turn, progress
from sim.errors import SimError
from sim.reporting.arrangement_text import arrangement_text
from sim.scenario.lookup import instances
from sim.scenario.phrases import BOUNDS, SLOTS, STATE, SYMMETRIC, Kind, Phrase
from sim.scenario.schema import Description
from sim.statistics.measures import quantity_text
from sim.text import count, listing, number, sentence
from sim.web.tokens import hashed, normalised_key, one_time_key
from sim.web.typed_text import many_lines

_ALL = "all"

# Who sits where: the teacher moves, removes and lets in.

_NAMED = 3
"""Of those who came in together so many are named."""
LOOKING, _NOWHERE = "-", "none"
"""In the list of seats: to look on at a table, and to have no place at all."""


async def move(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Give a student another place, a code for another device, or remove one."""
    match typed.text("do"):
        case "remove idle":
            return await _remove(admin, "without a seat", lambda one: one.actor is None)
        case "remove onlookers":
            return await _remove(admin, "who only looked on", _looks_on)
        case "remove address":
            where = admin.room.came_from.get(typed.text("with"), "")
            if not where:
                raise RefusedError("choose of the list whom they came in with")
            return await _remove(
                admin, "of one address", lambda one: admin.room.came_from.get(one.id) == where
            )
    person = admin.room.session.person(typed.text("student"))
    match typed.text("do"):
        case "seat":
            return _seat(admin, person, typed.text("seat"))
        case "device":
            return _device(admin, person)
        case "remove":
            admin.room.accept(entries.Removed(at=admin.room.clock(), participant=person.id))
            return Notice(f"{person.name} was removed; the seat is free.")
    raise RefusedError("there is no such button: reload the page")


def _looks_on(one: Participant) -> bool:
    return one.table is not None and one.actor is None


async def _remove(admin: Admin, who: str, meant: Callable[[Participant], bool]) -> Notice:
    """Remove many, as where somebody has filled the room."""
    people = admin.room.session.people
    found = [one for one in people.values() if meant(one)]
    if not found:
        raise RefusedError(f"there is no student {who}")
    seated = sum(one.actor is not None for one in found)
    removed = 0
    async for one in in_turn(admin.room, found):
        if people.get(one.id) is one and meant(one):
            admin.room.accept(entries.Removed(at=admin.room.clock(), participant=one.id))
            removed += 1
    seats = f" Of them {count(seated, 'had a seat', 'had seats')}." if seated else ""
    return Notice(f"{count(removed, 'student')} {who} removed.{seats}")


def together(room: Room) -> list[tuple[str, str]]:
    """Who came in by the same address as somebody else, the largest group first.

    Each group is known by the id of one of them: an address itself is shown nowhere.
    """
    groups: dict[str, list[Participant]] = {}
    for one in room.session.people.values():
        if one.id in room.came_from:
            groups.setdefault(room.came_from[one.id], []).append(one)
    several = sorted((group for group in groups.values() if len(group) > 1), key=len, reverse=True)
    return [(group[0].id, _who(group)) for group in several]


def _who(group: list[Participant]) -> str:
    names = [one.name for one in group[:_NAMED]]
    if len(group) > _NAMED:
        names.append(f"{len(group) - _NAMED} more")
    seated = sum(one.actor is not None for one in group)
    return f"{len(group)}, {seated or 'none'} of them in seats: {listing(names)}"


def _seat(admin: Admin, person: Participant, seat: str) -> Notice:
    session = admin.room.session
    number, _, actor = seat.partition(" ")
    if seat == _NOWHERE:
        table, sits, where = None, None, "has no place now"
    elif not number.isascii() or not number.isdecimal() or len(number) > 2:
        raise RefusedError("choose where the student is to sit")
    else:
        table = session.table(int(number)).number
        sits = None if actor == LOOKING else session.seat(table, actor).actor
        where = f"looks on at table {table}"
        if sits:
            where = f"sits at table {table} as {session.scenario.description.actors[sits].name}"
    at, who = admin.room.clock(), person.id
    seated = entries.Seated(at=at, participant=who, table=table, actor=sits, by_teacher=True)
    admin.room.accept(seated)
    return Notice(f"{person.name} {where}.")


def _device(admin: Admin, person: Participant) -> Notice:
    code, minutes = authentication.offer_device(admin.room, person)
    return Notice(
        f"Code with which {person.name} comes back on another device (on the first page, within "
        f"{minutes} minutes; it is shown this once):",
        secret=code,
    )


def let_in(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Make a key for another device of the teacher's."""
    key = one_time_key()
    admin.room.keys.add(hashed(normalised_key(key)))
    return Notice(
        "Key for one more device of yours (type it at /teacher there; it works once, until this "
        "server stops, and is shown this once):",
        secret=key,
    )


# What the teacher lets happen, and what the teacher says.

CHANGES = 3
"""Quantities that an event which is made up on the spot can change."""
_MOST_OPTIONS = 400
"""Between many actors there are too many quantities for a list: then only these."""


def quantity_choices(description: Description) -> list[tuple[str, list[tuple[str, str]]]]:
    """All that an event can change, in groups: a heading, and pairs of phrase and words."""
    found = []
    for kind in STATE:
        rows = [
            (str(one), sentence(quantity_text(one, description))) for one in _all(kind, description)
        ]
        if rows:
            low, high = BOUNDS[kind]
            span = "" if kind == "power" else f" ({number(low, 0)} to {number(high, 0)})"
            found.append((sentence(_HEADINGS.get(kind, kind)) + span, rows[:_MOST_OPTIONS]))
    return found


_HEADINGS: dict[Kind, str] = {
    "commitment": "pledges of help",
    "ties": "trade and exchange",
    "support": "support at home",
    "issue": "where an issue stands",
}
"""Of kinds that are not called by their own names."""


def _all(kind: Kind, description: Description) -> Iterator[Phrase]:
    if SLOTS[kind] == ("actors", "actors"):
        pairs = combinations if kind in SYMMETRIC else permutations
        yield from (Phrase(kind, pair) for pair in pairs(description.actors, 2))
    else:
        slot = SLOTS[kind][0]
        yield from (Phrase(kind, (name,)) for name in getattr(description, slot))


async def inject(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Let an event happen in the coming round, at one table or at all."""
    tables = _tables(admin, typed)
    if typed.text("do") == "made":
        name, changes = many_lines(typed.text("name")), _changes(typed)
        begins, ends = (_arrangements(typed, field) for field in ("begins", "ends"))
        if len(name) > 200:
            raise RefusedError("the event's name is too long: 200 letters at most")
        what: dict[str, Any] = {"name": name, "changes": changes, "begins": begins, "ends": ends}
    else:
        event = typed.choice("event", "there is no such event: choose one of the list")
        if not event:
            raise RefusedError("choose an event of the list")
        found = admin.room.session.scenario.description.events.get(event)
        name, what = found.name if found else event, {"event": event}
    now = admin.room.clock()
    injected = [
        entries.Injected(at=now, table=table.number, round=table.coming, **what) for table in tables
    ]
    return await _let_happen(admin, name, injected)


def _changes(typed: Typed) -> dict[str, float]:
    changes = {}
    for nth in range(1, CHANGES + 1):
        if quantity := typed.choice(f"quantity.{nth}", "choose a quantity of the list"):
            changes[quantity] = typed.number(f"amount.{nth}", "by how much it changes,")
    return changes


def arrangement_choices(description: Description) -> list[tuple[str, str]]:
    """All arrangements that an event can begin or end: as it names them, and in words."""
    found = instances(description)[:_MOST_OPTIONS]
    return [
        (arrangement_phrase(one), sentence(arrangement_text(one, description))) for one in found
    ]


def _arrangements(typed: Typed, field: str) -> tuple[str, ...]:
    named = typed.choice(field, "choose an arrangement of the list", 300)
    return (named,) if named else ()


def _tables(admin: Admin, typed: Typed) -> list[Table]:
    session = admin.room.session
    if typed.text("table") == _ALL:
        return list(session.tables)
    return [session.table(typed.whole("table", "table"))]


async def _let_happen(admin: Admin, name: str, injected: list[entries.Injected]) -> Notice:
    done, refused = [], []
    async for entry in in_turn(admin.room, injected):
        try:
            _may_happen(admin.room.session.table(entry.table), entry)
            admin.room.accept(entry)
            done.append(f"table {entry.table} in round {entry.round}")
        except RefusedError as error:
            refused.append(f"table {entry.table}: {error}")
    if not done:
        raise RefusedError("; ".join(refused))
    rest = f" Not done at {'; '.join(refused)}." if refused else ""
    return Notice(f"“{name}” happens at {listing(done)}.{rest}")


def _may_happen(table: Table, entry: entries.Injected) -> None:
    """Check that an event which happens once has not been, and that none is made up twice.

    Raises
    ------
    RefusedError
    """
    described, event = table.compiled.description, entry.event
    if event is None:
        made = validate_event(entry, described)
        if (table.coming, made) in table.adhoc_events.values():
            raise RefusedError("it happens in this round already")
        return
    if event not in described.events:
        return
    found = described.events[event]
    if found.repeats or found.government is not None:  # governments come and go
        return
    for round in range(1, table.round + 1):
        if event in table.events(round) and event not in table.coming_events():
            raise RefusedError(
                f"it happened in round {round}, and can happen only once (the scenario's "
                "'repeats'): make up another event with the same changes"
            )


async def say(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Send a message: to all tables, to one, or to some seats of one or of each."""
    text = message(typed.text("text"))
    room, to = admin.room, typed.all("to")
    if any(one not in room.session.scenario.description.actors for one in to):
        raise RefusedError("there is no such seat: choose of the list")
    everywhere = typed.text("table") == _ALL
    tables = [None] if everywhere and not to else [one.number for one in _tables(admin, typed)]
    since = typed.whole("written", "number") if typed.text("written") else None
    if not already_sent(room, None, since, to, text, *tables):
        async for number in in_turn(room, tables):
            room.accept(entries.Said(at=room.clock(), table=number, to=to, text=text))
    names = [room.session.scenario.description.actors[one].name for one in to]
    whom = listing(names) if names else "all"
    where = "all tables" if everywhere else f"table {typed.text('table')}"
    return Notice(f"Sent to {whom} at {where}.")


# Buttons for tables; settings and sessions.

_OfATable = type[entries.Paused | entries.Extended | entries.Ended]


class _Command(NamedTuple):
    """A button of the console.

    It can be done in some phases; where all tables are meant, the others are left as they
    are. ``done`` is told of a table afterwards; ``{round}`` is its round.
    """

    phases: tuple[Phase, ...]
    make: Callable[[Session, Table, float], entries.AnyEntry]
    done: str


def _entry(kind: _OfATable, **what: Any) -> Callable[..., entries.AnyEntry]:
    return lambda _, table, now: kind(at=now, table=table.number, **what)


_BACK = "round {round} is open again, and nothing is chosen in it"
_COMMANDS = {
    "open": _Command(("waiting", "closed"), opening_entry, "round {round} is open"),
    "close": _Command(UNDER_WAY, closing_entry, "{what} closed"),
    "pause": _Command(UNDER_WAY, _entry(entries.Paused, paused=True), "the clock is stopped"),
    "go-on": _Command(UNDER_WAY, _entry(entries.Paused, paused=False), "the clock goes on"),
    "longer-1": _Command(UNDER_WAY, _entry(entries.Extended, seconds=60), "one minute more"),
    "longer-5": _Command(UNDER_WAY, _entry(entries.Extended, seconds=300), "five minutes more"),
    "undo": _Command(("choosing", "answering", "closed", "over"), undo_entry, _BACK),
    "end": _Command(("waiting", *UNDER_WAY, "closed"), _entry(entries.Ended), "the game is over"),
}


async def carry_out(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Do what a button says, to one table or to all."""
    session = admin.room.session
    if typed.text("hand"):
        return _hand(admin, typed)
    command = _COMMANDS.get(typed.text("do"))
    if command is None:
        raise RefusedError("there is no such button: reload the page")
    if typed.text("table") != _ALL:
        table = session.table(typed.whole("table", "table"))
        # What a button of an old page meant may have been done meanwhile.
        if typed.text("seen") not in ("", progress(table)):
            raise RefusedError(f"table {table.number} has gone on meanwhile: look again")
        return Notice(f"Table {table.number}: {_do(admin.room, table, command)}.")
    fitting = [table for table in session.tables if table.phase in command.phases]
    if not fitting:
        raise RefusedError("there is no table at which that could be done now")
    came: dict[str, list[str]] = {}
    async for table in in_turn(admin.room, fitting):
        try:
            text = _do(admin.room, table, command)
        except RefusedError as error:
            text = f"not done, {error}"
        came.setdefault(text, []).append(str(table.number))
    words = []
    for text, numbers in came.items():
        noun = "Table" if len(numbers) == 1 else "Tables"
        words.append(f"{noun} {listing(numbers)}: {text}.")
    return Notice(" ".join(words))


def _do(room: Room, table: Table, command: _Command) -> str:
    before, ended = table.phase, table.ended
    room.accept(command.make(room.session, table, room.clock()))
    if ended and not table.ended:
        return "the ending is taken back, and the game stands where it stood"
    answering = before == "choosing" and table.phase == "answering"
    what = "the choices are" if answering else f"round {table.round} is"
    text = command.done.format(round=table.round, what=what)
    if answering:
        asked = len({ask.target for ask in table.open_proposals})
        text += f"; {count(asked, 'seat has', 'seats have')} to answer proposals"
    return text


def _hand(admin: Admin, typed: Typed) -> Notice:
    """Hand a seat to the model, or back to its people."""
    room = admin.room
    way, _, actor = typed.text("hand").partition(" ")
    model, number = way == "to", typed.whole("table", "table")
    room.session.seat(number, actor)
    room.accept(entries.Handed(at=room.clock(), table=number, actor=actor, model=model))
    name = room.session.scenario.description.actors[actor].name
    who = "the model" if model else "its people"
    return Notice(f"Table {number}: {name} is played by {who}.")


def change_setting(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Open or close the doors, set the clock, and show things to all."""
    room = admin.room
    setting = typed.text("rule")
    if setting == "minutes":
        minutes = typed.number("minutes", "minutes") if typed.text("minutes") else 0.0
        if not 0 <= minutes <= entries.MAX_MINUTES:
            raise RefusedError(
                f"a round can have up to {entries.MAX_MINUTES:,} minutes; 0 for no end"
            )
        room.accept(entries.Changed(at=room.clock(), minutes=minutes))
        return Notice(f"From the next round on: {clock_words(minutes or None)}.")
    if setting not in SETTINGS:
        raise RefusedError("there is no such setting: reload the page")
    wanted = typed.text("to") == "yes"
    room.accept(entries.Changed(at=room.clock(), **{setting: wanted}))
    return Notice(SETTINGS[setting][not wanted])


SETTINGS = {
    "doors": (
        "The doors are open: students can come in and pick their seats.",
        "The doors are closed: nobody comes in any more, and only you give out seats.",
    ),
    "flow": (
        "Rounds go on by themselves when their time is over.",
        "You open and close each round; where there is a deadline, it closes the round.",
    ),
    "forecast": ("All can see the forecast.", "Only you see the forecast."),
    "debrief": ("All can see the debrief.", "Only you see the debrief."),
}
"""By setting: what is told when it is on, and off."""


def clock_words(minutes: float | None) -> str:
    """How long a round lasts, in words."""
    if minutes is None:
        return "rounds without a deadline"
    rounds = f"{minutes:g} minute{'' if minutes == 1 else 's'} for each round"
    return (
        f"{rounds}, and {answer_seconds(minutes):.0f} seconds more where proposals want an answer"
    )


def add_table(admin: Admin, request: Request, typed: Typed) -> Notice:
    """One more table of the same scenario."""
    admin.room.accept(entries.Added(at=admin.room.clock()))
    return Notice(f"There is a table {len(admin.room.session.tables)} now.")


def change_session(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Go on with a session, begin a new one of its scenario, or one that branches off it.

    The teacher's device that asks is known in it at once; others need a new key.
    """
    room, store = admin.room, admin.room.recorder.store
    rest = " Students of the session before are out until it is opened again."
    if typed.text("do") == "new":
        tables = typed.whole("tables", "number of tables") if typed.text("tables") else 1
        if not 1 <= tables <= entries.MAX_TABLES:
            raise RefusedError(f"a session has 1 to {entries.MAX_TABLES} tables")
        open_, now = room.session, room.clock()
        minutes, seed = open_.settings.minutes, open_.seed
        new = begin_session(store, open_.scenario, now, tables=tables, minutes=minutes, seed=seed)
        done = f"Session {new.number} has begun, with a code of its own: {new.session.code}."
    elif typed.text("do") == "branch":
        round = typed.whole("round", "round")
        new = branch_session(store, room.recorder.number, round)
        done = (
            f"Session {new.number} has begun: session {room.recorder.number} up to the end of "
            f"round {round}, with the same people, seats and code."
        )
        rest = ""
    else:
        number = typed.whole("session", "session")
        if number == room.recorder.number:
            raise RefusedError("this session is open")
        if number not in {one.id for one in store.sessions()}:
            raise RefusedError(f"there is no session {number}")
        new = Recorder(store, number, alone=True)
        done = f"Session {number} goes on. Its code is {new.session.code}."
    device = admin.device(request)
    if device not in new.session.teachers:
        try:
            new.accept(entries.Admitted(at=room.clock(), token=device))
        except SimError:
            new.release()
            raise
    before = room.recorder
    room.take(new)
    before.release()
    return Notice(done + rest)
