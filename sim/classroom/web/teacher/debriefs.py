"""The debrief for the teacher: shown, kept as a file, or as tables for other programs."""

from __future__ import annotations

import asyncio
import re

from starlette.requests import Request
from starlette.responses import Response

from sim.classroom.debrief.export import export_tables
from sim.classroom.web.debriefing import Debriefs, Wanted
from sim.classroom.web.teacher import overview
from sim.classroom.web.teacher.office import Office


class Handed:
    """The pages of the debrief."""

    def __init__(self, debriefs: Debriefs) -> None:
        self.debriefs = debriefs

    async def choose(self, office: Office, request: Request) -> Response:
        """What there is, and how it may be had."""
        room = office.room
        told = await self.debriefs.record(Wanted())
        return office.render(
            request,
            "teacher/debrief.html.j2",
            title="Debrief",
            tables=overview.tables(room),
            waiting=told.waiting,
            faults=sorted({fault for table in told.tables for fault in table.faults}),
            history=bool(room.session.scenario.description.history),
            rules=room.session.rules,
        )

    async def page(self, office: Office, request: Request) -> Response:
        """The debrief of all tables or of one; ``?file`` to keep it."""
        asked = request.query_params
        page = await self.debriefs.page(_wanted(office, request))
        name = f"{_stem(office)}-debrief.html" if "file" in asked else ""
        return self.debriefs.answer(page, name)

    async def short(self, office: Office, request: Request) -> Response:
        """One page for each table, or of one; ``?file`` to keep it."""
        wanted = _wanted(office, request)
        page = await self.debriefs.sheets(wanted.tables, pseudonyms=wanted.pseudonyms)
        name = f"{_stem(office)}-one-page.html" if "file" in request.query_params else ""
        return self.debriefs.answer(page, name)

    async def tables(self, office: Office, request: Request) -> Response:
        """Events, choices, messages and students as CSV files in one zip file."""
        told = await self.debriefs.record(_wanted(office, request))
        packed = await asyncio.to_thread(export_tables, told)
        name = f"{_stem(office)}.zip"
        return Response(
            packed,
            media_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _wanted(office: Office, request: Request) -> Wanted:
    asked = request.query_params
    number = request.path_params.get("number")
    text = asked.get("table", "")
    if number is None and re.fullmatch(r"\d{1,3}", text, re.ASCII):
        number = int(text)
    return Wanted(
        tables=() if number is None else (office.room.session.table(number).number,),
        pseudonyms=asked.get("names") == "no",
        history=asked.get("history") != "no",
    )


def _stem(office: Office) -> str:
    """A file's name: the scenario's id and the session's number, in plain letters."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", office.room.session.scenario.id).strip("-")
    return f"{plain or 'session'}-{office.room.desk.number}"
