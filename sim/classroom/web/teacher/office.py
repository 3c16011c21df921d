"""What the teacher's pages share: who may see them, what was just done, and forms as typed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.classroom.game.table import RefusedError
from sim.classroom.web import authentication
from sim.classroom.web.forms import fields
from sim.classroom.web.room import Room
from sim.classroom.web.templates import render
from sim.errors import SimError

T = TypeVar("T")
SHOWN, SECRET = 20.0, 120.0
"""Seconds for which what was just done is told on that device's pages; a key or a code longer."""
WAYS = (
    ("/teacher", "Console"),
    ("/teacher/projector", "Projector"),
    ("/teacher/briefs", "Role briefs"),
    ("/teacher/debrief", "Debrief"),
    ("/teacher/sessions", "Sessions"),
)
"""Pages of the teacher's that all of them lead to."""
_BACK = re.compile(r"/teacher(/table/\d{1,2}|/sessions|/debrief)?(#[a-z-]{1,30})?")


@dataclass(frozen=True)
class Notice:
    """What came of the last thing that was asked for.

    Attributes
    ----------
    refused : bool
        It was not done; the text says why.
    secret : str
        A key or a code, which is kept nowhere else.
    """

    text: str
    refused: bool = False
    secret: str = ""


class Typed:
    """A form as it was filled in, read with care: nothing in it can be trusted."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    def text(self, name: str) -> str:
        """What stands in a field, without blanks around it; empty where it is not there."""
        return str(self._form.get(name, "")).strip()

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field that can have several."""
        return tuple(str(value) for value in self._form.getlist(name) if value)

    def whole(self, name: str, what: str) -> int:
        """A whole number.

        Raises
        ------
        RefusedError
            When it is none.
        """
        text = self.text(name)
        if not re.fullmatch(r"\d{1,6}", text, re.ASCII):
            raise RefusedError(f"'{text}' is no {what}: choose one of the list")
        return int(text)

    def number(self, name: str, what: str) -> float:
        """A number, with a point or a comma.

        Raises
        ------
        RefusedError
            When it is none.
        """
        text = self.text(name).replace(",", ".").replace("−", "-")
        if not re.fullmatch(r"[+-]?(\d{1,9}(\.\d{0,9})?|\.\d{1,9})", text, re.ASCII):
            raise RefusedError(f"'{text}' is no number: type {what} such as 0.1")
        return float(text)

    @property
    def back(self) -> str:
        """The page to go back to; the console where none of ours is named."""
        found = self.text("back")
        return found if _BACK.fullmatch(found) else "/teacher"


class Office:
    """The room as its teacher's pages need it.

    Parameters
    ----------
    room : Room
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self._notices: dict[str, tuple[float, str, Notice]] = {}

    def tell(self, request: Request, page: str, notice: Notice) -> None:
        """Have a device told something on a page."""
        now = self.room.steady()
        fresh = {who: told for who, told in self._notices.items() if now < told[0]}
        until = now + (SECRET if notice.secret else SHOWN)
        self._notices = {**fresh, _device(self, request): (until, page, notice)}

    def notice(self, request: Request) -> Notice | None:
        """What a device is to be told: what it asked for last, for a while."""
        until, page, notice = self._notices.get(_device(self, request), (0.0, "", None))
        shown = request.url.path == page and self.room.steady() < until
        return notice if shown else None

    def address(self, request: Request) -> str:
        """The address that students type, without a slash at its end."""
        return self.room.address or f"{request.url.scheme}://{request.headers['host']}"

    def page(self, path: str, shown: Callable[[Office, Request], Awaitable[Response]]) -> Route:
        """A page that only a teacher's device is shown."""
        return Route(path, partial(_shown, self, shown), methods=["GET"])

    def form(self, path: str, done: Done) -> Route:
        """A form that only a teacher's device can send; it leads back to the page it is on."""
        return Route(path, partial(_sent, self, done), methods=["POST"])

    def render(self, request: Request, template: str, **context: Any) -> Response:
        """A page of the teacher's."""
        return render(
            request, template, notice=self.notice(request), room=self.room,
            session=self.room.session, now=self.room.clock(), ways=WAYS,
            here_at=request.url.path, **context,
        )  # fmt: skip


Done = Callable[[Office, Request, Typed], Notice | Awaitable[Notice]]


async def in_turn(room: Room, things: Iterable[T]) -> AsyncIterator[T]:
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


def _device(office: Office, request: Request) -> str:
    return authentication.hashed(
        authentication.secret_of(office.room, authentication.TEACHER, request)
    )


def stream_of(office: Office, request: Request, page: str) -> str:
    """By what a teacher's streams are counted: one device may watch many pages."""
    return f"teacher {_device(office, request)} {page}"


async def _shown(
    office: Office, shown: Callable[[Office, Request], Awaitable[Response]], request: Request
) -> Response:
    if not authentication.is_teacher(office.room, request):
        return authentication.to("/teacher")
    return await shown(office, request)


async def _sent(office: Office, done: Done, request: Request) -> Response:
    if not authentication.is_teacher(office.room, request):
        return authentication.to("/teacher")
    typed = Typed(await fields(request))
    try:
        found = done(office, request, typed)
        notice = found if isinstance(found, Notice) else await found
    except SimError as error:
        notice = Notice(f"Not done: {error}.", refused=True)
    office.tell(request, typed.back.partition("#")[0], notice)
    return authentication.to(typed.back)
