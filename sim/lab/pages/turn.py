"""Turn: numbers are moved, and the fans of what comes of it follow."""

from __future__ import annotations

import asyncio
import math
import re
from dataclasses import asdict
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sim.lab.bench import Bench
from sim.lab.ensembles import COARSE, FINE, Fans
from sim.lab.knobs import Knob, all_numbers, knobs_of
from sim.lab.lab import Lab
from sim.lab.pages.bench import state
from sim.lab.templates import no_scenario, page
from sim.lab.work import Check, SupersededError
from sim.model import native
from sim.scenario.scenario import Scenario
from sim.web.forms import sent

_FOUND = 20
"""Most numbers that a search shows."""
_KEY = 16
"""Letters of a digest by which a page knows its base again."""


def routes(lab: Lab) -> list[Route]:
    """The page, its knobs, and what comes of moving one."""

    async def show(request: Request) -> Response:
        if (missing := no_scenario(lab, request)) is not None:
            return missing
        return page(
            lab,
            request,
            "turn.html.j2",
            coarse=COARSE,
            fine=FINE,
            notice=await asyncio.to_thread(native.notice),
        )

    async def knobs(request: Request) -> Response:
        bench = lab.bench(request)
        variant = bench.variant
        asked = lab.work.ask(
            bench.id,
            "knobs",
            str(variant.base),
            lambda check: _knobs(variant.base_scenario(), check),
        )
        try:
            shown, numbers = await asyncio.shield(asyncio.wrap_future(asked))
        except SupersededError:
            return _superseded()
        return JSONResponse({"knobs": [*map(_as_json, shown)], "numbers": len(numbers)})

    async def search(request: Request) -> Response:
        variant = lab.bench(request).variant
        words = request.query_params.get("q", "")[:200].lower().split()
        every_one = request.query_params.get("all") == "yes"
        paths = request.query_params.get("paths", "")[:20_000].split("\n")

        def find() -> tuple[list[Knob], int]:
            every = all_numbers(variant.base_scenario())
            if not words:
                wanted = set(paths)
                found = [one for one in every if one.path in wanted]
            else:
                names = _names(variant.base_scenario())
                ranked = [(one, _rank(one, names, words)) for one in every]
                found = [one for one, rank in sorted(ranked, key=lambda each: each[1]) if rank < 2]
            return found if every_one else found[:_FOUND], len(found)

        shown, found = await asyncio.to_thread(find)
        return JSONResponse({"knobs": [*map(_as_json, shown)], "found": found})

    async def move(request: Request) -> Response:
        bench, given = lab.bench(request), await sent(request)
        stale = _do(bench, given)
        return await answer(bench, COARSE, given.get("base", ""), stale)

    async def fans(request: Request) -> Response:
        fine = request.query_params.get("runs") == str(FINE)
        base = request.query_params.get("base", "")
        return await answer(lab.bench(request), FINE if fine else COARSE, base)

    async def answer(bench: Bench, runs: int, base: str, stale: bool = False) -> Response:
        try:
            found = await lab.ensembles.fans(bench.id, bench.variant, runs)
        except SupersededError:
            return _superseded()
        return JSONResponse(_told(lab, bench, found, base) | {"stale": stale})

    return [
        Route("/turn", show, methods=["GET"]),
        Route("/turn/knobs", knobs, methods=["GET"]),
        Route("/turn/search", search, methods=["GET"]),
        Route("/turn/fans", fans, methods=["GET"]),
        Route("/turn/move", move, methods=["POST"]),
    ]


def _do(bench: Bench, given: dict[str, str]) -> bool:
    """Change the bench as asked; whether nothing was done, since the page was old."""
    match given.get("do", ""):
        case "set":
            path, value = given.get("path"), given.get("value")
            if path is None or value is None:
                raise HTTPException(400)
            bench.change(path, value)
        case "take back":
            bench.without(given.get("path", ""))
        case "reset":
            bench.reset()
        case "undo":
            if given.get("revision", "") not in ("", str(bench.revision)):
                return True
            bench.undo()
        case _:
            raise HTTPException(400)
    return False


def _told(lab: Lab, bench: Bench, found: Fans, base: str) -> dict[str, Any]:
    """How the bench stands and what came of it; the base only where the page has not got it."""
    scenario = found.base.scenario
    key = f"{scenario.sha256[:_KEY]}.{found.base.seed}.{found.base.runs}"
    told = state(lab, bench) | {
        "base": key,
        "runs": found.now.runs,
        "most": found.most,
        "seed": found.now.seed,
        "now": found.bands() if found.changed else None,
        "said": [one._asdict() for one in found.in_words()],
        "failed": found.faults(),
    }
    return told if base == key else told | {"frame": found.frame()}


def _superseded() -> Response:
    return JSONResponse({"superseded": True})


def _knobs(scenario: Scenario, check: Check) -> tuple[tuple[Knob, ...], tuple[Knob, ...]]:
    return knobs_of(scenario, check), all_numbers(scenario)


def _as_json(knob: Knob) -> dict[str, Any]:
    """A knob as the page reads it: an end that is not there is null."""
    ends = {"least": knob.least, "most": knob.most}
    return asdict(knob) | {name: one if math.isfinite(one) else None for name, one in ends.items()}


def _names(scenario: Scenario) -> dict[str, str]:
    """What the ids of a path are called."""
    described = scenario.description
    homes = (described.actors, described.issues, described.levers, described.events)
    return {id: one.name for home in homes for id, one in home.items()}


def _rank(knob: Knob, names: dict[str, str], words: list[str]) -> int:
    """0 where all words stand in what a knob is called, 1 where its reason has them, else 2."""
    called = [knob.title, knob.path]
    called += [names[one] for one in re.findall(r"\w+", knob.path) if one in names]
    rests_on = [knob.source, knob.why, *(word for _, word in knob.words)]
    for rank, parts in enumerate((called, [*called, *rests_on])):
        text = " ".join(map(str, parts)).lower()
        if all(word in text for word in words):
            return rank
    return 2
