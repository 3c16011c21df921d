"""Coming in: tokens in cookies, kept only as hashes; names; codes for another device."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from sim.classroom.entries import NAME
from sim.classroom.people import Participant
from sim.classroom.table import RefusedError
from sim.classroom.web.room import Room

SEAT, TEACHER = "entente-seat", "entente-teacher"
"""Names of the two cookies: a student's and a teacher's."""
_BYTES = 32
_WEEK = 7 * 24 * 3600
OFFERED = 600.0
"""Seconds for which a code for another device is good."""
_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 signs that are not mistaken for each other: 5 bits each."""
_LONG = 10


def token() -> str:
    """A device's secret: 256 bits."""
    return secrets.token_urlsafe(_BYTES)


def hashed(secret: str) -> str:
    """All that is kept of a secret. It has 50 bits or more, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def moving_code() -> str:
    """A code of 50 bits for another device: ``k7qmx-tzx9d``."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_LONG))
    return f"{signs[: _LONG // 2]}-{signs[_LONG // 2 :]}"


def clean(name: str) -> str:
    """A name as it is kept: composed, on one line, without signs that cannot be seen.

    Raises
    ------
    RefusedError
        When nothing is left, or too much.
    """
    composed = unicodedata.normalize("NFC", name)
    seen = "".join(" " if sign.isspace() else sign for sign in composed)
    seen = "".join(sign for sign in seen if unicodedata.category(sign)[0] != "C")
    text = " ".join(seen.split())
    if not text:
        raise RefusedError("type your name, as the others will read it")
    if len(text) > NAME:
        raise RefusedError(f"a name has {NAME} letters at most")
    return text


def written(text: str) -> str:
    """A message as it is kept: composed, lines kept, without signs that cannot be seen."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    return "".join(
        sign for sign in composed if sign == "\n" or unicodedata.category(sign)[0] != "C"
    ).strip()


def student(room: Room, request: HTTPConnection) -> Participant | None:
    """The student whose device asks, noted as being there."""
    secret = request.cookies.get(SEAT)
    person = room.session.by_token(hashed(secret)) if secret else None
    if person is not None:
        room.seen(person.id)
    return person


def why_out(room: Room, request: HTTPConnection) -> str:
    """Why a device that was in is out: ``removed``, ``moved``, or empty."""
    secret = request.cookies.get(SEAT)
    if not secret:
        return ""
    mark = hashed(secret)
    if any(one.token == mark for one in room.session.removed.values()):
        return "removed"
    return "moved" if mark in room.session.left else ""


def is_teacher(room: Room, request: HTTPConnection) -> bool:
    """Whether a device of the teacher's asks."""
    secret = request.cookies.get(TEACHER)
    return bool(secret) and hashed(str(secret)) in room.session.teachers


def device(room: Room, scope: Scope) -> str | None:
    """By what the requests of a known device are counted; None for a stranger."""
    cookies = HTTPConnection(scope).cookies
    mark = hashed(cookies.get(SEAT, ""))
    if room.session.by_token(mark) is not None:
        return mark
    mark = hashed(cookies.get(TEACHER, ""))
    return mark if mark in room.session.teachers else None


def caller(request: HTTPConnection) -> str:
    """The address that asks: only counted by, never kept."""
    return request.client.host if request.client else ""


def admit(request: HTTPConnection, answer: Response, name: str, secret: str) -> Response:
    """Give a device its cookie; secure where the connection is."""
    answer.set_cookie(
        name, secret, max_age=_WEEK, path="/", httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


def dismiss(answer: Response, name: str) -> Response:
    """Take a device its cookie."""
    answer.delete_cookie(name, path="/", httponly=True, samesite="strict")
    return answer


def to(address: str) -> RedirectResponse:
    """Go on to a page after a form was taken."""
    return RedirectResponse(address, 303)


def wrong_code(room: Room, request: HTTPConnection, said: str) -> RefusedError:
    """Count a wrong code; what it gives is to be raised."""
    room.limits.count("wrong", caller(request))
    room.limits.count("wrong in all", "")
    return RefusedError(said)


def guessing(room: Room, request: HTTPConnection) -> float:
    """Seconds to wait after too many wrong codes; 0 to go on."""
    return max(room.limits.wait("wrong", caller(request)), room.limits.wait("wrong in all", ""))
