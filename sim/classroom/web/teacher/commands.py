"""What a teacher can do with a table, or with all tables at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from sim.classroom.game import log_entries as of
from sim.classroom.game.clock import answer_seconds, closing_entry, opening_entry, undo_entry
from sim.classroom.game.session import Session
from sim.classroom.game.table import UNDER_WAY, Phase, RefusedError, Table
from sim.classroom.web.teacher.office import Notice, Office, Typed, in_turn
from sim.classroom.web.teacher.overview import seen
from sim.text import count, listing

ALL = "all"
Make = Callable[[Session, Table, float], of.AnyEntry]


@dataclass(frozen=True)
class Command:
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
    make: Make
    done: str


COMMANDS: dict[str, Command] = {
    "open": Command(("waiting", "closed"), opening_entry, "round {round} is open"),
    "close": Command(UNDER_WAY, closing_entry, "{what} closed"),
    "pause": Command(
        UNDER_WAY, lambda _, t, now: of.Paused(at=now, table=t.number, paused=True),
        "the clock is stopped",
    ),
    "go-on": Command(
        UNDER_WAY, lambda _, t, now: of.Paused(at=now, table=t.number, paused=False),
        "the clock goes on",
    ),
    "longer-1": Command(
        UNDER_WAY, lambda _, t, now: of.Extended(at=now, table=t.number, seconds=60),
        "one minute more",
    ),
    "longer-5": Command(
        UNDER_WAY, lambda _, t, now: of.Extended(at=now, table=t.number, seconds=300),
        "five minutes more",
    ),
    "undo": Command(
        ("choosing", "answering", "closed", "over"), undo_entry,
        "round {round} is open again, and nothing is chosen in it",
    ),
    "end": Command(
        ("waiting", *UNDER_WAY, "closed"), lambda _, t, now: of.Ended(at=now, table=t.number),
        "the game is over",
    ),
}  # fmt: skip


async def carry_out(office: Office, request: Request, typed: Typed) -> Notice:
    """Do what a button says, to one table or to all."""
    session = office.room.session
    if typed.text("hand"):
        return _hand(office, typed)
    command = COMMANDS.get(typed.text("do"))
    if command is None:
        raise RefusedError("there is no such button: reload the page")
    if typed.text("table") != ALL:
        table = session.table(typed.whole("table", "table"))
        _expected(table, typed)
        return Notice(f"Table {table.number}: {_do(office, table, command)}.")
    fitting = [table for table in session.tables if table.phase in command.phases]
    if not fitting:
        raise RefusedError("there is no table at which that could be done now")
    told: dict[str, list[str]] = {}
    async for table in in_turn(office.room, fitting):
        told.setdefault(_tried(office, table, command), []).append(str(table.number))
    words = (f"{_tables(numbers)}: {text}." for text, numbers in told.items())
    return Notice(" ".join(words))


def _expected(table: Table, typed: Typed) -> None:
    """Refuse a button of a page that was old: what it meant may have been done meanwhile."""
    if typed.text("seen") not in ("", seen(table)):
        raise RefusedError(f"table {table.number} has gone on meanwhile: look again")


def _do(office: Office, table: Table, command: Command) -> str:
    before, ended = table.phase, table.ended
    office.room.accept(command.make(office.room.session, table, office.room.clock()))
    if ended and not table.ended:
        return "the ending is taken back, and the game stands where it stood"
    answering = before == "choosing" and table.phase == "answering"
    what = "the choices are" if answering else f"round {table.round} is"
    text = command.done.format(round=table.round, what=what)
    if answering:
        asked = len({ask.target for ask in table.open_proposals})
        text += f"; {count(asked, 'seat has', 'seats have')} to answer proposals"
    return text


def _tried(office: Office, table: Table, command: Command) -> str:
    try:
        return _do(office, table, command)
    except RefusedError as error:
        return f"not done, {error}"


def _tables(numbers: list[str]) -> str:
    return f"Table {numbers[0]}" if len(numbers) == 1 else f"Tables {listing(numbers)}"


def _hand(office: Office, typed: Typed) -> Notice:
    """Hand a seat to the model, or back to its people."""
    room = office.room
    way, _, actor = typed.text("hand").partition(" ")
    model, number = way == "to", typed.whole("table", "table")
    room.session.seat(number, actor)
    room.accept(of.Handed(at=room.clock(), table=number, actor=actor, model=model))
    name = room.session.scenario.description.actors[actor].name
    who = "the model" if model else "its people"
    return Notice(f"Table {number}: {name} is played by {who}.")


def set_rules(office: Office, request: Request, typed: Typed) -> Notice:
    """Open or close the doors, set the clock, and show things to all."""
    room = office.room
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


def add_table(office: Office, request: Request, typed: Typed) -> Notice:
    """One more table of the same scenario."""
    office.room.accept(of.Added(at=office.room.clock()))
    return Notice(f"There is a table {len(office.room.session.tables)} now.")
