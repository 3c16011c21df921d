"""The debrief as it is served: made beside the web's own thread, once for all who look."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sim.classroom.debrief.record import SessionRecord, record_session
from sim.classroom.web import authentication
from sim.classroom.web.room import Room
from sim.classroom.web.templates import oops
from sim.scenario.scenario import Scenario
from sim.web import tokens
from sim.web.downloads import report

_KEPT = 6
"""Pages that are kept: each is some 2 MB."""
FRESH = 5.0
"""Seconds for which a debrief is shown although somebody has written or come in since."""


@dataclass(frozen=True)
class Wanted:
    """Which debrief.

    It is of some tables or of all (none named), with pseudonyms instead of names or not, and
    with or without what really happened, where the scenario tells.
    """

    tables: tuple[int, ...] = ()
    pseudonyms: bool = False
    history: bool = True


class _Made(NamedTuple):
    """What is made, or being made, of a session as it stood ``at`` a time.

    When ``game`` changes it is made anew at once; when ``other`` does (people, messages and
    figures) after a while.
    """

    game: Hashable
    other: int
    at: float
    task: asyncio.Task[Any]


class Debriefs:
    """Makes debriefs of a room's session, and keeps them for as long as they are true.

    Whoever asks for the same one meanwhile waits for the same one; whether it is still
    true is seen from counters alone, since a whole class opens it in the same moment.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self._kept: dict[str, OrderedDict[Wanted, _Made]] = {}

    async def record(self, wanted: Wanted) -> SessionRecord:
        """What there is to tell now.

        Raises
        ------
        HTTPException
            503 where nothing is worked out in this room.
        """
        found: SessionRecord = await self._shared(self._gathered, wanted)
        return found

    async def page(self, wanted: Wanted) -> str:
        """A debrief as one HTML file."""
        found: str = await self._shared(self._drawn, wanted)
        return found

    async def sheets(self, only: Sequence[int] = (), *, pseudonyms: bool = False) -> str:
        """One page for each table, for pupils, as one HTML file."""
        told = await self.record(Wanted(pseudonyms=pseudonyms))
        return await asyncio.to_thread(_on_sheets, told, only)

    async def _shared(
        self, make: Callable[[Wanted], Coroutine[Any, Any, Any]], wanted: Wanted
    ) -> Any:
        kept = self._kept.setdefault(make.__name__, OrderedDict())
        versions, now = self.room.versions, self.room.steady()
        game, made = (self.room.recorder.number, versions.game), kept.get(wanted)
        old = made is not None and made.other != versions.other and now - made.at >= FRESH
        if made is None or made.game != game or old:
            made = _Made(game, versions.other, now, asyncio.create_task(make(wanted)))
            kept[wanted] = made
            while len(kept) > _KEPT:
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
        session, workings = self.room.session, self.room.jobs
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

    async def show(self, request: Request) -> Response:
        """The students' page, which the teacher opens to all."""
        person = authentication.student(self.room, request)
        if person is None and not authentication.is_teacher(self.room, request):
            return tokens.redirect("/")
        if not self.room.session.settings.debrief:
            return oops(409, "your teacher has not opened the debrief yet", back="/seat")
        if not request.url.path.endswith("/short"):
            return report(await self.page(Wanted()))
        # Of a student's own table; of all where it has none.
        own = () if person is None or person.table is None else (person.table,)
        return report(await self.sheets(own))


def _laid_out(record: SessionRecord) -> str:
    # Charts take their time to be imported, and a class can begin without them.
    from sim.classroom.debrief.page import debrief_page

    return debrief_page(record)


def _on_sheets(told: SessionRecord, only: Sequence[int]) -> str:
    from sim.classroom.debrief.page import sheets_page

    return sheets_page(told, only)


def _without_history(record: SessionRecord) -> SessionRecord:
    def plain(scenario: Scenario) -> Scenario:
        described = scenario.description.model_copy(update={"history": {}})
        return replace(scenario, description=described)

    tables = tuple(replace(one, scenario=plain(one.scenario)) for one in record.tables)
    return replace(record, scenario=plain(record.scenario), tables=tables)
