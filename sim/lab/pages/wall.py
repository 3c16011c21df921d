"""The wall: all scenarios that can be opened, and the way to one's own."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.lab.lab import Lab
from sim.lab.templates import page


def routes(lab: Lab) -> list[Route]:
    """The wall."""

    async def show(request: Request) -> Response:
        bench = lab.bench(request)
        drafts = await asyncio.to_thread(lab.catalogue.drafts, bench.path)
        entries = await asyncio.to_thread(lab.catalogue.entries)
        own = [*drafts, *(one for one in entries if one.own)]
        shipped = [one for one in entries if not one.own]
        return page(
            lab, request, "wall.html.j2", own=own, shipped=shipped, first=lab.catalogue.first
        )

    return [Route("/", show, methods=["GET"])]
