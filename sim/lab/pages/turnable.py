"""Keep and share: one file for a memory stick in which a few numbers can still be turned."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.lab.bench import RefusedError
from sim.lab.cost import LEAST_RUNS, affordable
from sim.lab.knobs import all_numbers
from sim.lab.lab import Lab
from sim.lab.pages.keep import NONE, OVER, TURNABLE_RUNS, file_name, keep_page
from sim.lab.variant import Variant
from sim.lab.work import Check
from sim.studies.explorable.design import MOST_KNOBS
from sim.studies.explorable.study import explorable
from sim.web.downloads import report

RUNS = TURNABLE_RUNS
VALUES = {1: 9, 2: 6, 3: 4}
"""Values of each number, by how many are turned: some seconds of work at most."""


def routes(lab: Lab) -> list[Route]:
    """The page that is made."""

    async def made(request: Request) -> Response:
        bench, paths = lab.bench(request), tuple(request.query_params.getlist("knob"))
        if not 1 <= len(paths) <= MOST_KNOBS:
            return await keep_page(lab, request, paths, OVER if paths else NONE)
        variant = bench.variant
        key = variant.base, variant.changes, paths
        asked = lab.work.ask(
            bench.id, "explorable", key, lambda check: turnable(variant, paths, check)
        )
        text = await asyncio.shield(asyncio.wrap_future(asked))
        return report(text, f"{file_name(variant)}-to-turn.html")

    return [Route("/keep/explorable", made, methods=["GET"])]


def turnable(variant: Variant, paths: tuple[str, ...], check: Check = lambda: None) -> str:
    """The page in which some numbers of a variant can be turned.

    Raises ``ScenarioError`` where one is no number of the scenario.
    """
    scenario = variant.scenario()
    known = {knob.path: (knob.low, knob.high) for knob in all_numbers(scenario)}
    count = VALUES[len(paths)]
    ranges = {path: (*known.get(path, (0.0, 1.0)), count) for path in paths}
    places = count ** len(paths) + 1
    runs = affordable(RUNS * places, scenario, held=False) // places
    if runs < min(LEAST_RUNS, RUNS):
        raise RefusedError("this scenario is too large for a page to turn: choose fewer numbers")
    return explorable(scenario, ranges, runs=runs, progress=lambda _: check()).html()
