"""Who sits where: the teacher moves, removes and lets in."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from sim.classroom.game import log_entries as of
from sim.classroom.game.session import Participant
from sim.classroom.game.table import RefusedError
from sim.classroom.storage.opening import normalised_key, one_time_key
from sim.classroom.web import authentication
from sim.classroom.web.forms import Typed
from sim.classroom.web.room import Room
from sim.classroom.web.teacher.admin import Admin, Notice, in_turn
from sim.text import count, listing

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
            admin.room.accept(of.Removed(at=admin.room.clock(), participant=person.id))
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
            admin.room.accept(of.Removed(at=admin.room.clock(), participant=one.id))
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
    admin.room.accept(
        of.Seated(
            at=admin.room.clock(), participant=person.id, table=table, actor=sits, by_teacher=True
        )
    )
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
    admin.room.keys.add(authentication.hashed(normalised_key(key)))
    return Notice(
        "Key for one more device of yours (type it at /teacher there; it works once, until this "
        "server stops, and is shown this once):",
        secret=key,
    )
