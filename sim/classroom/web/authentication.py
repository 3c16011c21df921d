"""Coming in: who asks, by the hash of a cookie's token; names; codes for another device."""

from __future__ import annotations

import unicodedata

from starlette.requests import HTTPConnection
from starlette.types import Scope

from sim.classroom.game import log_entries as entries
from sim.classroom.game.log_entries import MAX_NAME, MAX_PEOPLE, MAX_TEXT
from sim.classroom.game.session import Participant
from sim.classroom.game.table import RefusedError
from sim.classroom.web.room import Room
from sim.web.rate_limits import TooOftenError
from sim.web.tokens import caller, cookie_name, hashed, normalised_key, random_code
from sim.web.typed_text import many_lines, one_line

SEAT, TEACHER = "entente-seat", "entente-teacher"
"""Names of the two cookies, a student's and a teacher's, to which the port is added."""
OFFERED = 600.0
"""Seconds for which a code for another device is good."""
UNSEATED, OF_ONE = 60, MAX_PEOPLE // 2
"""Most people of one address who are in and sit in no seat, and most in all."""


def offer_device(room: Room, person: Participant) -> tuple[str, int]:
    """A code by which a student goes on from another device, and for how many minutes."""
    code, now = random_code(2, 5), room.clock()  # 50 bits
    kept = hashed(normalised_key(code))
    room.accept(entries.Offered(at=now, participant=person.id, code=kept, until=now + OFFERED))
    return code, round(OFFERED / 60)


def cleaned_name(name: str) -> str:
    """A name as it is kept: composed, on one line, without signs that cannot be seen.

    Raises
    ------
    RefusedError
        When no letter or digit is left, or too much.
    """
    text = one_line(name)
    if not text:
        raise RefusedError("type your name, as the others will read it")
    if len(text) > MAX_NAME:
        raise RefusedError(f"a name has {MAX_NAME} letters at most")
    return text


def unlike_others(room: Room, name: str) -> str:
    """A name that nobody in the room could be mistaken for.

    Raises
    ------
    RefusedError
        When somebody's looks the same, though it be written with other signs.
    """
    if _alike(name) in {_alike(one.name) for one in room.session.people.values()}:
        raise RefusedError(f"there is a '{name}' already: add a letter to your name")
    return name


def _alike(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def secret_of(room: Room, kind: str, asked: HTTPConnection) -> str:
    """What a device's cookie holds; empty without one.

    A session that is gone on with at another port knows the cookies of the one before.
    """
    session, own = room.session, asked.cookies.get(cookie_name(kind, asked), "")
    others = (value for name, value in asked.cookies.items() if name.startswith(kind))
    for secret in (own, *others):
        mark = hashed(secret)
        if mark in session.teachers if kind == TEACHER else session.by_token(mark) is not None:
            return secret
    return own


def message(text: str) -> str:
    """A message as it is kept.

    Raises
    ------
    RefusedError
        When nothing is left, or too much.
    """
    said = many_lines(text)
    if not said:
        raise RefusedError("write something first")
    if len(said) > MAX_TEXT:
        raise RefusedError(f"a message has {MAX_TEXT} signs at most, this one has {len(said)}")
    return said


def already_sent(
    room: Room,
    by: str | None,
    since: int | None,
    to: tuple[str, ...],
    text: str,
    *tables: int | None,
) -> bool:
    """Whether a message is one that was taken already: its button was pressed twice.

    It is ``by`` a participant, or by the teacher (None); ``since`` is how many messages had
    been written when the form was made, and ``tables`` are where it is to be read.
    """
    if since is None:
        return False
    return any(
        (one.to, one.text) == (to, text) and one.table in tables
        for one in room.session.written(by)[since:]
    )


def student(room: Room, request: HTTPConnection) -> Participant | None:
    """The student whose device asks, noted as being there."""
    secret = secret_of(room, SEAT, request)
    person = room.session.by_token(hashed(secret)) if secret else None
    if person is not None:
        room.seen(person.id)
        room.came_from.setdefault(person.id, caller(request))
    return person


def why_out(room: Room, request: HTTPConnection) -> str:
    """Why a device that was in is out: ``removed``, ``moved``, or empty."""
    secret = secret_of(room, SEAT, request)
    if not secret:
        return ""
    mark = hashed(secret)
    if any(one.token == mark for one in room.session.removed.values()):
        return "removed"
    return "moved" if mark in room.session.left else ""


def is_teacher(room: Room, request: HTTPConnection) -> bool:
    """Whether a device of the teacher's asks."""
    return hashed(secret_of(room, TEACHER, request)) in room.session.teachers


def rate_and_caller(room: Room, scope: Scope) -> tuple[str, str]:
    """By which rate, and by whom, a request is counted: a device, or a stranger's address."""
    asked = HTTPConnection(scope)
    mark = hashed(secret_of(room, TEACHER, asked))
    if mark in room.session.teachers:
        return "teacher", mark
    mark = hashed(secret_of(room, SEAT, asked))
    if room.session.by_token(mark) is not None:
        return ("post" if scope["method"] == "POST" else "get"), mark
    return "strange", caller(asked)


def wrong_code(room: Room, request: HTTPConnection, kind: str, said: str) -> RefusedError:
    """Count a wrong code or key; what it gives is to be raised.

    A right key (60 bits) or a right code for another device (50 bits) always opens: no
    rate at which a browser can ask makes either be guessed.

    Each kind (``wrong code``, ``wrong key``, ``wrong device``) has a count of its own.

    Raises
    ------
    TooOftenError
        When there were too many at this address.
    """
    if kind == "wrong code":
        room.limits.count("guesses", caller(request))
        room.limits.count("guesses in all", "")
    if seconds := room.limits.take(kind, caller(request)):
        raise TooOftenError(seconds)
    return RefusedError(said)


def refuse_guessing(room: Room, request: HTTPConnection) -> None:
    """Refuse to say whether a class's code is right to who has tried very many.

    There are 160,000 codes. One address learns of 200 of them in an hour (after as many at
    once), so it needs 16 days for half of them; all together learn of 2,000 in an hour.
    Below that a right code always opens, so that no neighbour's mistakes lock a class out.

    Raises
    ------
    TooOftenError
    """
    limits = room.limits
    if seconds := max(limits.wait("guesses", caller(request)), limits.wait("guesses in all", "")):
        raise TooOftenError(seconds)


def refuse_crowding(room: Room, request: HTTPConnection) -> None:
    """Let nobody fill the room from one address.

    A school may sit behind one address: whoever takes a seat makes room for the next, and
    half of all places are left to others. Who only looks on has taken no seat.

    Raises
    ------
    RefusedError
    """
    same = [
        one for one in room.session.people.values() if room.came_from.get(one.id) == caller(request)
    ]
    if sum(one.actor is None for one in same) >= UNSEATED:
        raise RefusedError(
            f"{UNSEATED} people came in from where you are and have no seat yet: "
            "wait until some have taken one, or ask your teacher"
        )
    if len(same) >= OF_ONE:
        raise RefusedError(
            f"{OF_ONE} people came in from where you are, and no more can: ask your teacher"
        )
