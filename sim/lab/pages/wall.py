"""The wall: all scenarios that can be opened, and the way to one's own."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sim.lab.bench import Bench
from sim.lab.catalogue import Entry
from sim.lab.lab import Lab
from sim.lab.sparks import Sparks
from sim.lab.templates import page


def routes(lab: Lab) -> list[Route]:
    """The wall, and the small fans of its cards as they are drawn."""
    drawn = Sparks(lab.work, lab.ensembles)

    async def show(request: Request) -> Response:
        entries = await _entries(lab, lab.bench(request))
        first = lab.catalogue.first
        return page(
            lab,
            request,
            "wall.html.j2",
            groups=_groups(entries, first),
            first=first,
            not_shown=lab.catalogue.left_out,
        )

    async def sparks(request: Request) -> Response:
        found, waiting = drawn.found(await _entries(lab, lab.bench(request)))
        told = {name: [asdict(one) for one in some] for name, some in found.items()}
        return JSONResponse({"sparks": told, "waiting": waiting})

    return [
        Route("/", show, methods=["GET"]),
        Route("/scenarios", show, methods=["GET"]),
        Route("/wall/sparks", sparks, methods=["GET"]),
    ]


def _groups(entries: list[Entry], first: str) -> list[tuple[str, list[Entry]]]:
    """Cards under their headings: own ones, shipped ones, and what changes one of these."""
    shipped = [one for one in entries if not one.own and one.name != first]
    found = [
        ("Named at the start", [one for one in entries if one.name == first]),
        ("Of your own", [one for one in entries if one.own and one.name != first]),
        ("To begin with", [one for one in shipped if not one.extends]),
    ]
    for base in (one for one in entries if not one.own):
        changed = [one for one in shipped if one.extends == base.name]
        found.append((f"Each changes something in “{base.title}”", changed))
    return [(title, some) for title, some in found if some]


async def _entries(lab: Lab, bench: Bench) -> list[Entry]:
    """What the visitor of a bench can open: own drafts first, and what was named at the start."""

    def read() -> list[Entry]:
        return [*lab.catalogue.drafts(bench.path), *lab.catalogue.entries()]

    entries = await asyncio.to_thread(read)
    return sorted(entries, key=lambda one: one.name != lab.catalogue.first)
