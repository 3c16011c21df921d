"""What the teacher's pages share: who may see them, and what was just done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.classroom.game import log_entries as entries
from sim.classroom.game.table import RefusedError, Table
from sim.classroom.web import authentication, views
from sim.classroom.web.debriefing import Debriefs
from sim.classroom.web.forms import Typed
from sim.classroom.web.room import Room
from sim.classroom.web.templates import render
from sim.errors import SimError
from sim.web import tokens
from sim.web.forms import fields, text
from sim.web.tokens import normalised_key

_T = TypeVar("_T")
_SHOWN, _SECRET = 20.0, 120.0
"""Seconds for which what was just done is told on that device's pages; a key or a code longer."""


class Notice(NamedTuple):
    """What came of the last thing that was asked for.

    Where it was ``refused`` the text says why; a ``secret`` is a key or a code, which is kept
    nowhere else.
    """

    text: str
    refused: bool = False
    secret: str = ""


def progress(table: Table) -> str:
    """How far a table has come: by it a form of an old page is known."""
    return f"{table.round} {table.phase} {table.taken_back}"


def turns(table: Table) -> dict[str, tuple[str, bool]]:
    """By each seat that has to choose or to answer: how far it is, and whether it is done."""
    found = {}
    for actor, seat in table.seats.items():
        done = table.chosen(actor)
        if seat.by_people and table.phase == "choosing":
            found[actor] = ("chosen" if done else "not yet"), done
        elif seat.by_people and table.phase == "answering" and table.proposals_to(actor):
            found[actor] = ("answered" if done else "to answer"), done
    return found


class Admin:
    """A room as the teacher's pages need it."""

    def __init__(self, room: Room, debriefs: Debriefs) -> None:
        self.room, self.debriefs = room, debriefs
        self._notices: dict[str, tuple[float, str, Notice]] = {}

    def device(self, request: Request) -> str:
        """The hash by which a device of the teacher's is known."""
        secret = authentication.secret_of(self.room, authentication.TEACHER, request)
        return tokens.hashed(secret)

    def tell(self, request: Request, page: str, notice: Notice) -> None:
        """Have a device told something on a page."""
        now = self.room.steady()
        fresh = {who: told for who, told in self._notices.items() if now < told[0]}
        until = now + (_SECRET if notice.secret else _SHOWN)
        self._notices = {**fresh, self.device(request): (until, page, notice)}

    def notice(self, request: Request) -> Notice | None:
        """What a device is to be told: what it asked for last, for a while."""
        until, page, notice = self._notices.get(self.device(request), (0.0, "", None))
        shown = request.url.path == page and self.room.steady() < until
        return notice if shown else None

    def address(self, request: Request) -> str:
        """The address that students type, without a slash at its end."""
        return self.room.address or f"{request.url.scheme}://{request.headers['host']}"

    def page(
        self,
        path: str,
        shown: Callable[[Admin, Request], Awaitable[Response]],
        otherwise: Callable[[Request], Response] = lambda _: tokens.redirect("/teacher"),
    ) -> Route:
        """A page that only a teacher's device is shown."""

        async def show(request: Request) -> Response:
            if not authentication.is_teacher(self.room, request):
                return otherwise(request)
            return await shown(self, request)

        return Route(path, show, methods=["GET"])

    def form(
        self, path: str, done: Callable[[Admin, Request, Typed], Notice | Awaitable[Notice]]
    ) -> Route:
        """A form that only a teacher's device can send; it leads back to the page it is on."""

        async def send(request: Request) -> Response:
            if not authentication.is_teacher(self.room, request):
                return tokens.redirect("/teacher")
            typed = Typed(await fields(request))
            try:
                found = done(self, request, typed)
                notice = found if isinstance(found, Notice) else await found
            except SimError as error:
                notice = Notice(f"Not done: {error}.", refused=True)
            self.tell(request, typed.back.partition("#")[0], notice)
            return tokens.redirect(typed.back)

        return Route(path, send, methods=["POST"])

    def render(self, request: Request, template: str, **context: Any) -> Response:
        """A page of the teacher's."""
        shared: dict[str, Any] = {
            "notice": self.notice(request),
            "room": self.room,
            "session": self.room.session,
            "tables": self.room.session.tables,
            "settings": self.room.session.settings,
            "now": self.room.clock(),
            "names": views.actor_names(self.room),
            "turns": turns,
            "seen": progress,
            "here_at": request.url.path,
        }
        return render(template, **shared, **context)

    # -- the teacher's door: a key that works once, and a cookie for it ------------------

    def door(self, request: Request, said: str = "") -> Response:
        """The page that asks for a key."""
        shown = {"scenario": self.room.session.scenario.description.title, "said": said}
        return render("teacher/door.html.j2", 409 if said else 200, **shown)

    async def enter(self, request: Request) -> Response:
        """Let a device in by a key; the key is void then.

        Wrong keys are counted by the address that tries; a right one always opens.
        """
        room = self.room
        if authentication.is_teacher(room, request):
            return tokens.redirect("/teacher")
        key = tokens.hashed(normalised_key(text(await fields(request), "key")))
        secret = tokens.token()
        try:
            if key not in room.keys:
                wrong = "this key is not, or no longer, valid: each works once"
                raise authentication.wrong_code(room, request, "wrong key", wrong)
            room.accept(entries.Admitted(at=room.clock(), token=tokens.hashed(secret)))
        except RefusedError as error:
            return self.door(request, str(error))
        room.keys.discard(key)
        return tokens.give_cookie(request, "/teacher", authentication.TEACHER, secret)


async def in_turn(room: Room, things: Iterable[_T]) -> AsyncIterator[_T]:
    """One thing after another, with pages shown between: so that forty tables stop nobody.

    Raises
    ------
    RefusedError
        When another session was opened meanwhile.
    """
    session = room.session
    for thing in things:
        if room.session is not session:
            raise RefusedError("another session was opened meanwhile")
        yield thing
        await asyncio.sleep(0)
