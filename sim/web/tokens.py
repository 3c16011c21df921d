"""Secrets of devices: codes and keys that people type, tokens in cookies, who asks."""

from __future__ import annotations

import hashlib
import re
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response

from sim.web.server import neighbourhood

_PORT = re.compile(r":(\d{1,5})$")
_BYTES = 32
_WEEK = 7 * 24 * 3600
_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 signs that are not mistaken for each other: 5 bits each."""


def random_code(groups: int, length: int, signs: str = _SIGNS) -> str:
    """A code to type, such as ``k7qm-4tzx-9dpw``: three groups of four signs have 60 bits."""
    drawn = ("".join(secrets.choice(signs) for _ in range(length)) for _ in range(groups))
    return "-".join(drawn)


_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Of a join code: without vowels none is a word, and nobody mistakes I or O for a number."""


def join_code() -> str:
    """A code by which many come in; short, so guesses are to be counted (160,000 codes)."""
    return random_code(1, 4, _LETTERS)


def one_time_key() -> str:
    """A key of 60 bits that lets one device of the teacher's in."""
    return random_code(3, 4)


def normalised_key(typed: str) -> str:
    """A key as it was typed, without the blanks and hyphens that people add or leave out."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())


def token() -> str:
    """A device's secret: 256 bits."""
    return secrets.token_urlsafe(_BYTES)


def hashed(secret: str) -> str:
    """All that is kept of a secret. It has 50 bits or more, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def cookie_name(kind: str, asked: HTTPConnection) -> str:
    """A cookie's name: browsers keep cookies by host, and two servers can share one."""
    port = _PORT.search(asked.headers.get("host", ""))
    return f"{kind}-{port[1]}" if port else kind


def caller(request: HTTPConnection) -> str:
    """The address that asks: only counted by, and never written down."""
    return neighbourhood(request.client.host) if request.client else ""


def give_cookie(request: HTTPConnection, address: str, name: str, secret: str) -> Response:
    """Go on to a page with a device's cookie; secure where the connection is."""
    answer = redirect(address)
    answer.set_cookie(
        cookie_name(name, request),
        secret,
        max_age=_WEEK,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


def redirect(address: str) -> RedirectResponse:
    """Go on to a page after a form was taken."""
    return RedirectResponse(address, 303)
