"""The builder: a scenario's parts as cards, with its faults and notes beside them.

A form goes back to its page; who asks for JSON gets how the draft stands. A field that was
changed elsewhere meanwhile is never overwritten: both texts are shown.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sim.lab.build import told
from sim.lab.build.sheet import checked
from sim.lab.lab import Lab
from sim.lab.pages import build_deeds
from sim.lab.pages.build_shown import Shown, sheet_now
from sim.lab.work import Check, SupersededError
from sim.plausibility.note import Notes
from sim.plausibility.notes import notes
from sim.scenario.scenario import Scenario
from sim.web.downloads import download

_YAML = "application/yaml; charset=utf-8"


def routes(lab: Lab) -> list[Route]:
    """The builder's pages, and what their forms do."""
    shows = Shown(lab)
    here = _Pages(lab, shows)
    return [
        Route("/build/{name}", here.show, methods=["GET"]),
        Route("/build/{name}/state", here.state, methods=["GET"]),
        Route("/build/{name}/notes", here.notes, methods=["GET"]),
        Route("/build/{name}/file", here.file, methods=["GET"]),
        *build_deeds.routes(lab, shows),
    ]


class _Pages:
    def __init__(self, lab: Lab, shows: Shown) -> None:
        self.lab, self.shows = lab, shows

    async def show(self, request: Request) -> Response:
        """A page of the builder."""
        _, draft = self.shows.opened(request)
        part = request.query_params.get("part", "about")
        if part not in told.PAGES:
            raise HTTPException(404)
        return await self.shows.page(request, draft, part)

    async def state(self, request: Request) -> Response:
        """How the draft stands, as JSON."""
        _, draft = self.shows.opened(request)
        return await self.shows.json(draft)

    async def notes(self, request: Request) -> Response:
        """What is allowed in the draft and perhaps not meant; computed beside the page."""
        bench, draft = self.shows.opened(request)
        found = await asyncio.to_thread(checked, draft)
        if found.scenario is None:
            return JSONResponse({"number": draft.revision, "notes": [], "left_out": 0})
        scenario = found.scenario

        def work(check: Check) -> Notes:
            check()
            return _noted(_Noted(scenario))

        asked = self.lab.work.ask(bench.id, "notes", scenario.sha256, work)
        try:
            noted = await asyncio.shield(asyncio.wrap_future(asked))
        except SupersededError:
            return JSONResponse({"number": draft.revision, "superseded": True})
        sheet = await asyncio.to_thread(sheet_now, draft)
        return JSONResponse(
            {
                "number": draft.revision,
                "notes": [vars(told.of_note(one, sheet)) for one in noted],
                "left_out": noted.left_out,
                "runs": noted.runs,
            }
        )

    async def file(self, request: Request) -> Response:
        """The draft as a file."""
        _, draft = self.shows.opened(request)
        return download(draft.text, f"{draft.name}.yaml", _YAML)


class _Noted:
    """A scenario, equal to another of the same text."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.key = scenario.sha256, tuple(sorted(scenario.description.notes.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Noted) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=32)
def _noted(asked: _Noted) -> Notes:
    return notes(asked.scenario)
