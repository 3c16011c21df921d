"""Who sits where: the teacher moves, removes and lets in."""

from __future__ import annotations

from starlette.requests import Request

from sim.analysis.words import count
from sim.classroom import entries as of
from sim.classroom.keys import one_time_key, plain
from sim.classroom.people import Participant
from sim.classroom.table import RefusedError
from sim.classroom.web import entry
from sim.classroom.web.teacher.office import Notice, Office, Typed, in_turn

LOOKING, NOWHERE = "-", "none"
"""In the list of seats: to look on at a table, and to have no place at all."""


async def move(office: Office, request: Request, typed: Typed) -> Notice:
    """Give a student another place, a code for another device, or remove one."""
    if typed.text("do") == "remove idle":
        return await _remove_idle(office)
    person = office.room.session.person(typed.text("student"))
    match typed.text("do"):
        case "seat":
            return _seat(office, person, typed.text("seat"))
        case "device":
            return _device(office, person)
        case "remove":
            office.room.accept(of.Removed(at=office.room.clock(), participant=person.id))
            return Notice(f"{person.name} was removed; the seat is free.")
    raise RefusedError("there is no such button: reload the page")


async def _remove_idle(office: Office) -> Notice:
    """Remove all who have no place, as where somebody has filled the room."""
    people = office.room.session.people
    idle = [one.id for one in people.values() if one.table is None]
    if not idle:
        raise RefusedError("everybody has a place")
    async for one in in_turn(office.room, idle):
        if one in people and people[one].table is None:
            office.room.accept(of.Removed(at=office.room.clock(), participant=one))
    return Notice(f"{count(len(idle), 'student')} without a place removed.")


def _seat(office: Office, person: Participant, seat: str) -> Notice:
    session = office.room.session
    number, _, actor = seat.partition(" ")
    if seat == NOWHERE:
        table, sits, where = None, None, "has no place now"
    elif not number.isascii() or not number.isdecimal() or len(number) > 2:
        raise RefusedError("choose where the student is to sit")
    else:
        table = session.table(int(number)).number
        sits = None if actor == LOOKING else session.seat(table, actor).actor
        names = session.scenario.description.actors
        where = f"sits at table {table} as {names[sits].name}" if sits else (
            f"looks on at table {table}"
        )  # fmt: skip
    office.room.accept(
        of.Seated(
            at=office.room.clock(), participant=person.id, table=table, actor=sits, by_teacher=True
        )
    )
    return Notice(f"{person.name} {where}.")


def _device(office: Office, person: Participant) -> Notice:
    code, now = entry.moving_code(), office.room.clock()
    until = now + entry.OFFERED
    offered = of.Offered(at=now, participant=person.id, code=entry.hashed(plain(code)), until=until)
    office.room.accept(offered)
    minutes = round(entry.OFFERED / 60)
    return Notice(
        f"Code with which {person.name} comes back on another device (on the first page, within "
        f"{minutes} minutes; it is shown this once):",
        secret=code,
    )


def let_in(office: Office, request: Request, typed: Typed) -> Notice:
    """Make a key for another device of the teacher's."""
    key = one_time_key()
    office.room.keys.add(entry.hashed(plain(key)))
    return Notice(
        "Key for one more device of yours (type it at /teacher there; it works once, until this "
        "server stops, and is shown this once):",
        secret=key,
    )
