"""What a teacher can do with tables, with the rules of a session, and with sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from sim.classroom.game import log_entries as of
from sim.classroom.game.clock import answer_seconds, closing_entry, opening_entry, undo_entry
from sim.classroom.game.session import Session
from sim.classroom.game.table import UNDER_WAY, Phase, RefusedError, Table
from sim.classroom.storage.opening import begin_session, branch_session
from sim.classroom.storage.recorder import Recorder
from sim.classroom.web.forms import Typed
from sim.classroom.web.room import Room
from sim.classroom.web.teacher.admin import Admin, Notice, in_turn
from sim.errors import SimError
from sim.text import count, listing

ALL = "all"


def _pausing(paused: bool) -> Callable[[Session, Table, float], of.Paused]:
    return lambda _, table, now: of.Paused(at=now, table=table.number, paused=paused)


def _longer(seconds: float) -> Callable[[Session, Table, float], of.Extended]:
    return lambda _, table, now: of.Extended(at=now, table=table.number, seconds=seconds)


def _ending(_: Session, table: Table, now: float) -> of.Ended:
    return of.Ended(at=now, table=table.number)


@dataclass(frozen=True)
class _Command:
    """A button of the console.

    Attributes
    ----------
    phases : tuple of Phase
        When it can be done; where all tables are meant, the others are left as they are.
    make : callable
        Gives the entry of the log.
    done : str
        What is told of a table afterwards; ``{round}`` is its round.
    """

    phases: tuple[Phase, ...]
    make: Callable[[Session, Table, float], of.AnyEntry]
    done: str


_BACK = "round {round} is open again, and nothing is chosen in it"
_COMMANDS = {
    "open": _Command(("waiting", "closed"), opening_entry, "round {round} is open"),
    "close": _Command(UNDER_WAY, closing_entry, "{what} closed"),
    "pause": _Command(UNDER_WAY, _pausing(True), "the clock is stopped"),
    "go-on": _Command(UNDER_WAY, _pausing(False), "the clock goes on"),
    "longer-1": _Command(UNDER_WAY, _longer(60), "one minute more"),
    "longer-5": _Command(UNDER_WAY, _longer(300), "five minutes more"),
    "undo": _Command(("choosing", "answering", "closed", "over"), undo_entry, _BACK),
    "end": _Command(("waiting", *UNDER_WAY, "closed"), _ending, "the game is over"),
}


def seen(table: Table) -> str:
    """How far a table has come: by it a form of an old page is known."""
    return f"{table.round} {table.phase} {table.taken_back}"


async def carry_out(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Do what a button says, to one table or to all."""
    session = admin.room.session
    if typed.text("hand"):
        return _hand(admin, typed)
    command = _COMMANDS.get(typed.text("do"))
    if command is None:
        raise RefusedError("there is no such button: reload the page")
    if typed.text("table") != ALL:
        table = session.table(typed.whole("table", "table"))
        # What a button of an old page meant may have been done meanwhile.
        if typed.text("seen") not in ("", seen(table)):
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
    room.accept(of.Handed(at=room.clock(), table=number, actor=actor, model=model))
    name = room.session.scenario.description.actors[actor].name
    who = "the model" if model else "its people"
    return Notice(f"Table {number}: {name} is played by {who}.")


def set_rules(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Open or close the doors, set the clock, and show things to all."""
    room = admin.room
    rule = typed.text("rule")
    if rule == "minutes":
        minutes = typed.number("minutes", "minutes") if typed.text("minutes") else 0.0
        if not 0 <= minutes <= of.MAX_MINUTES:
            raise RefusedError(f"a round can have up to {of.MAX_MINUTES:,} minutes; 0 for no end")
        room.accept(of.Changed(at=room.clock(), minutes=minutes))
        return Notice(f"From the next round on: {clock_words(minutes or None)}.")
    if rule not in RULES:
        raise RefusedError("there is no such setting: reload the page")
    wanted = typed.text("to") == "yes"
    room.accept(of.Changed(at=room.clock(), **{rule: wanted}))
    return Notice(RULES[rule][not wanted])


RULES = {
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
    admin.room.accept(of.Added(at=admin.room.clock()))
    return Notice(f"There is a table {len(admin.room.session.tables)} now.")


def change_session(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Go on with a session, begin a new one of its scenario, or one that branches off it.

    The teacher's device that asks is known in it at once; others need a new key.
    """
    room, store = admin.room, admin.room.recorder.store
    rest = " Students of the session before are out until it is opened again."
    if typed.text("do") == "new":
        tables = typed.whole("tables", "number of tables") if typed.text("tables") else 1
        if not 1 <= tables <= of.MAX_TABLES:
            raise RefusedError(f"a session has 1 to {of.MAX_TABLES} tables")
        open_, now = room.session, room.clock()
        minutes, seed = open_.rules.minutes, open_.seed
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
            new.accept(of.Admitted(at=room.clock(), token=device))
        except SimError:
            new.release()
            raise
    before = room.recorder
    room.take(new)
    before.release()
    return Notice(done + rest)
