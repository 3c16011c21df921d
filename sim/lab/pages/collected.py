"""All variants that visitors have pinned, for who runs the lab to show them to all."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.lab.bench import RefusedError
from sim.lab.collected import Collection
from sim.lab.ensembles import COARSE
from sim.lab.entry import OWNER
from sim.lab.lab import Lab
from sim.lab.templates import no_scenario, page


def routes(lab: Lab) -> list[Route]:
    """The wall of variants."""
    collection = Collection(lab.work, lab.ensembles)

    async def show(request: Request) -> Response:
        bench = lab.bench(request)
        if bench.id != OWNER:
            raise RefusedError("all variants are shown to who runs the lab alone")
        if (missing := no_scenario(lab, request)) is not None:
            return missing
        rows = await asyncio.to_thread(lambda: collection.rows(lab.benches(), bench))
        events, chances = await asyncio.to_thread(collection.base, bench.variant)
        return page(
            lab,
            request,
            "collected.html.j2",
            rows=rows,
            events=events,
            chances=chances,
            named=request.query_params.get("names") != "no",
            waiting=any(row.outcome is None for row in rows),
            runs=COARSE,
        )

    return [Route("/collected", show, methods=["GET"])]
