"""The debrief as it is served: made beside the web's own thread, once for all who look."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sim.classroom.debrief.record import SessionRecord, record_session
from sim.classroom.game.session import Participant
from sim.classroom.web import authentication
from sim.classroom.web.room import Room
from sim.classroom.web.templates import oops
from sim.scenario.scenario import Scenario

KEPT = 6
"""Pages that are kept: each is some 2 MB."""
FRESH = 5.0
"""Seconds for which a debrief is shown although somebody has written or come in since."""
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


@dataclass(frozen=True)
class Wanted:
    """Which debrief.

    Attributes
    ----------
    tables : tuple of int
        Empty for all.
    pseudonyms : bool
        Call people by their seats.
    history : bool
        Show what really happened, where the scenario tells.
    """

    tables: tuple[int, ...] = ()
    pseudonyms: bool = False
    history: bool = True


T = TypeVar("T")


@dataclass(frozen=True)
class _Made(Generic[T]):
    """What is made, or being made, of a session as it stood.

    Attributes
    ----------
    game : hashable
        Changes with the game: then it is made anew at once.
    heard : int
        Counts people, messages and figures: then it is made anew after a while.
    at : float
        When it was begun.
    """

    game: Hashable
    heard: int
    at: float
    task: asyncio.Task[T]


class Debriefs:
    """Makes debriefs of a room's session, and keeps them for as long as they are true.

    Whoever asks for the same one meanwhile waits for the same one; whether it is still
    true is seen from counters alone, since a whole class opens it in the same moment.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self._records: OrderedDict[Wanted, _Made[SessionRecord]] = OrderedDict()
        self._pages: OrderedDict[Wanted, _Made[str]] = OrderedDict()

    async def record(self, wanted: Wanted) -> SessionRecord:
        """What there is to tell now.

        Raises
        ------
        HTTPException
            503 where nothing is worked out in this room.
        """
        return await self._shared(self._records, wanted, self._gathered)

    async def page(self, wanted: Wanted) -> str:
        """A debrief as one HTML file."""
        return await self._shared(self._pages, wanted, self._drawn)

    async def sheets(self, only: Sequence[int] = (), *, pseudonyms: bool = False) -> str:
        """One page for each table, for pupils, as one HTML file."""
        told = await self.record(Wanted(pseudonyms=pseudonyms))
        return await asyncio.to_thread(_on_sheets, told, only)

    async def _shared(
        self,
        kept: OrderedDict[Wanted, _Made[T]],
        wanted: Wanted,
        make: Callable[[Wanted], Coroutine[Any, Any, T]],
    ) -> T:
        versions, now = self.room.versions, self.room.steady()
        game, made = (self.room.desk.number, versions.told), kept.get(wanted)
        if made is None or made.game != game or (
            made.heard != versions.heard and now - made.at >= FRESH
        ):  # fmt: skip
            made = _Made(game, versions.heard, now, asyncio.create_task(make(wanted)))
            kept[wanted] = made
            while len(kept) > KEPT:
                kept.popitem(last=False)
        try:
            return await asyncio.shield(made.task)
        except Exception:
            if kept.get(wanted) is made:
                del kept[wanted]
            raise

    async def _drawn(self, wanted: Wanted) -> str:
        return await asyncio.to_thread(_laid_out, await self.record(wanted))

    async def _gathered(self, wanted: Wanted) -> SessionRecord:
        """Gather what there is to tell, and let others have their turn between tables."""
        session, workings = self.room.session, self.room.workings
        if workings is None:
            raise HTTPException(503)
        tables = [session.table(n) for n in wanted.tables] or session.tables
        for table in tables:
            table.dataset()  # kept by the table: the rest takes no time
            await asyncio.sleep(0)
        numbers = wanted.tables or None
        found = record_session(session, workings, numbers, pseudonyms=wanted.pseudonyms)
        if found.waiting and not workings.background.busy:
            for table in tables:  # results that were kept too long are gone
                workings.again(table)
                await asyncio.sleep(0)
        return found if wanted.history else _without_history(found)

    def answer(self, page: str, name: str = "") -> Response:
        """A debrief to be shown, or to be kept as a file of a name."""
        headers = {"Content-Security-Policy": _policy(page)}
        if name:
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return HTMLResponse(page, headers=headers)


def _laid_out(told: SessionRecord) -> str:
    # Charts take their time to be imported, and a class can begin without them.
    from sim.classroom.debrief.page import debrief_page

    return debrief_page(told)


def _on_sheets(told: SessionRecord, only: Sequence[int]) -> str:
    from sim.classroom.debrief.sheet import sheets_page

    return sheets_page(told, only)


def _policy(page: str) -> str:
    """The page's own policy: it names its scripts by their hashes, and asks for nothing."""
    found = _POLICY.search(page)
    own = found[1] if found else "default-src 'none'; style-src 'unsafe-inline'"
    return f"{own}; frame-ancestors 'none'"


def _without_history(told: SessionRecord) -> SessionRecord:
    return replace(
        told,
        scenario=_plain(told.scenario),
        tables=tuple(replace(table, scenario=_plain(table.scenario)) for table in told.tables),
    )


def _plain(scenario: Scenario) -> Scenario:
    described = scenario.description.model_copy(update={"history": {}})
    return replace(scenario, description=described)


def routes(room: Room, debriefs: Debriefs) -> list[Route]:
    """The students' pages, which the teacher opens to all."""

    async def opened(
        request: Request, made: Callable[[Participant | None], Coroutine[Any, Any, str]]
    ) -> Response:
        person = authentication.student(room, request)
        if person is None and not authentication.is_teacher(room, request):
            return authentication.to("/")
        if not room.session.rules.debrief:
            said = "your teacher has not opened the debrief yet"
            return oops(409, said, back="/seat")
        return debriefs.answer(await made(person))

    async def shown(request: Request) -> Response:
        return await opened(request, lambda _: debriefs.page(Wanted()))

    async def short(request: Request) -> Response:
        return await opened(request, own)

    async def own(person: Participant | None) -> str:
        """Of a student's own table; of all where it has none."""
        return await debriefs.sheets(
            () if person is None or person.table is None else (person.table,)
        )

    return [Route("/debrief", shown), Route("/debrief/short", short)]
