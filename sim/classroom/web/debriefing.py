"""The debrief as it is served: made beside the web's own thread, once for all who look."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sim.classroom.debrief.record import Record, record
from sim.classroom.web import entry
from sim.classroom.web.rendering import oops
from sim.classroom.web.room import Room
from sim.scenario.scenario import Scenario

KEPT = 6
"""Pages that are kept: each is some 2 MB."""
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


class Debriefs:
    """Makes debriefs of a room's session, and keeps them for as long as they are true."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._made: OrderedDict[Any, asyncio.Task[str]] = OrderedDict()

    def record(self, wanted: Wanted) -> Record:
        """What there is to tell now.

        Raises
        ------
        HTTPException
            503 where nothing is worked out in this room.
        """
        if self.room.workings is None:
            raise HTTPException(503)
        tables = wanted.tables or None
        found = record(self.room.session, self.room.workings, tables, pseudonyms=wanted.pseudonyms)
        return found if wanted.history else _without_history(found)

    async def page(self, wanted: Wanted) -> str:
        """A debrief as one HTML file; whoever asks for the same one waits for the same one."""
        told = self.record(wanted)
        if told.waiting and self.room.workings is not None:
            self.room.workings.again()
        desk = self.room.desk
        key = (desk.number, desk.version, told.waiting, wanted)
        task = self._made.get(key)
        if task is None:
            task = asyncio.create_task(asyncio.to_thread(_laid_out, told))
            self._made[key] = task
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        try:
            return await asyncio.shield(task)
        except Exception:
            self._made.pop(key, None)
            raise

    def answer(self, page: str, name: str = "") -> Response:
        """A debrief to be shown, or to be kept as a file of a name."""
        headers = {"Content-Security-Policy": _policy(page)}
        if name:
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return HTMLResponse(page, headers=headers)


def _laid_out(told: Record) -> str:
    # Charts take their time to be imported, and a class can begin without them.
    from sim.classroom.debrief.page import debrief_page

    return debrief_page(told)


def _policy(page: str) -> str:
    """The page's own policy: it names its scripts by their hashes, and asks for nothing."""
    found = _POLICY.search(page)
    own = found[1] if found else "default-src 'none'; style-src 'unsafe-inline'"
    return f"{own}; frame-ancestors 'none'"


def _without_history(told: Record) -> Record:
    return replace(
        told,
        scenario=_plain(told.scenario),
        tables=tuple(replace(table, scenario=_plain(table.scenario)) for table in told.tables),
    )


def _plain(scenario: Scenario) -> Scenario:
    described = scenario.description.model_copy(update={"history": {}})
    return replace(scenario, description=described)


def routes(room: Room, debriefs: Debriefs) -> list[Route]:
    """The students' page, which the teacher opens to all."""

    async def shown(request: Request) -> Response:
        if entry.student(room, request) is None and not entry.is_teacher(room, request):
            return entry.to("/")
        if not room.session.rules.debrief:
            said = "your teacher has not opened the debrief yet"
            return oops(409, said, back="/seat")
        return debriefs.answer(await debriefs.page(Wanted()))

    return [Route("/debrief", shown)]
