"""Coming in: the owner by a key, visitors by a code; a device keeps a signed token.

A token is not written down: whether it is one of this lab's is seen from its signature, and
which bench is its visitor's from its hash. So no visitor can find another's bench, and a
bench outlives the program.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Protocol

from starlette.requests import HTTPConnection
from starlette.responses import Response

from sim.errors import SimError
from sim.lab.bench import RefusedError
from sim.results.store import written_whole
from sim.web.rate_limits import Limits, TooOftenError
from sim.web.tokens import (
    caller,
    cookie_name,
    give_cookie,
    hashed,
    normalised_key,
    one_time_key,
    token,
)

COOKIE = "entente-lab"
OWNER = "owner"
"""The bench of who runs the lab."""
_BYTES = 32


class NotInError(SimError):
    """A device that has not come in asked for a page."""


class Entry(Protocol):
    """How devices come into a lab, and which bench is whose."""

    @property
    def key(self) -> str:
        """By which the owner comes in; empty where that is elsewhere."""

    @property
    def code(self) -> str:
        """By which visitors come in; empty where there are none, or they come in elsewhere."""

    def once(self) -> str:
        """Another key for the owner, which opens once; empty where that is elsewhere."""

    def known(self, request: HTTPConnection) -> str | None:
        """The id of the bench of the device that asks; None when it has not come in."""

    def name(self, request: HTTPConnection) -> str:
        """The name of its visitor, where it is known by the device alone."""

    def enter(self, request: HTTPConnection, typed: str, then: str) -> tuple[str, Response]:
        """Let a device in by what was typed; gives the bench's id, and the way to a page."""


class Door:
    """Who may come in: the owner by a key, visitors by a code.

    Parameters
    ----------
    file : Path
        The secret by which tokens are signed; made where it is not there.
    code : str
        For visitors; empty where there are none.
    limits : Limits
        With rates for ``wrong``, ``guesses``, ``guesses in all`` and ``enter``.

    Attributes
    ----------
    key : str
        Lets the owner in, as often as it is typed, for as long as the program runs.
    """

    def __init__(self, file: Path, code: str, limits: Limits) -> None:
        self.key, self.code, self._limits = one_time_key(), code, limits
        self._once: set[str] = set()
        self._secret = _secret(file)

    def once(self) -> str:
        """A key for the owner's browser, void when it was used.

        Whoever else works on this computer can see with what a browser was started.
        """
        made = one_time_key()
        self._once.add(hashed(normalised_key(made)))
        return made

    def known(self, request: HTTPConnection) -> str | None:
        """The id of the bench of the device that asks; None when it has not come in.

        A lab that goes on at another port knows the cookies of the one before.
        """
        own = request.cookies.get(cookie_name(COOKIE, request), "")
        others = (value for name, value in request.cookies.items() if name.startswith(COOKIE))
        for cookie in (own, *others):
            said, _, signature = cookie.partition(".")
            if said and hmac.compare_digest(signature.encode(), self._signed(said).encode()):
                return _bench_of(said)
        return None

    def name(self, request: HTTPConnection) -> str:
        """A visitor types a name at the door, and the bench keeps it."""
        return ""

    def enter(self, request: HTTPConnection, typed: str, then: str) -> tuple[str, Response]:
        """Let a device in by what was typed; gives the bench's id, and the way to a page.

        Raises
        ------
        RefusedError
            When it is neither the key nor the code.
        TooOftenError
            When too much was tried; a key always opens, since nobody guesses 60 bits.
        """
        given = normalised_key(typed)
        if hashed(given) in self._once:
            self._once.discard(hashed(given))
            return self._let_in(request, "o", then)
        if hmac.compare_digest(given.encode(), normalised_key(self.key).encode()):
            return self._let_in(request, "o", then)
        self._refuse_guessing(request)
        if seconds := self._limits.take("enter", caller(request)):
            raise TooOftenError(seconds)
        if self.code and hmac.compare_digest(given.encode(), self.code.lower().encode()):
            return self._let_in(request, "v", then)
        self._limits.count("guesses", caller(request))
        self._limits.count("guesses in all", "")
        if seconds := self._limits.take("wrong", caller(request)):
            raise TooOftenError(seconds)
        if self.code:
            raise RefusedError("this is not the code of this lab: look at what is shown to you")
        raise RefusedError(
            "this is not the key of this lab: it stands in the terminal, at the end of the address"
        )

    def _let_in(self, request: HTTPConnection, kind: str, then: str) -> tuple[str, Response]:
        said = kind + token()
        answer = give_cookie(request, then, COOKIE, f"{said}.{self._signed(said)}")
        return _bench_of(said), answer

    def _signed(self, said: str) -> str:
        return hmac.new(self._secret, said.encode(), hashlib.sha256).hexdigest()

    def _refuse_guessing(self, request: HTTPConnection) -> None:
        """Refuse to say whether a code is right to who has tried very many."""
        waits = (self._limits.wait("guesses", caller(request)),)
        if seconds := max(*waits, self._limits.wait("guesses in all", "")):
            raise TooOftenError(seconds)


def _bench_of(said: str) -> str:
    return OWNER if said.startswith("o") else hashlib.sha256(said.encode()).hexdigest()[:32]


def _secret(file: Path) -> bytes:
    """What a store's tokens are signed with; another one makes all of them void."""
    try:
        if file.is_file() and len(kept := file.read_bytes()) == _BYTES:
            return kept
        made = secrets.token_bytes(_BYTES)
        with written_whole(file) as draft:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(made)
    except OSError as error:
        raise SimError(
            f"{file} cannot be read or written ({error.strerror}): name another folder (--store)"
        ) from None
    return made
