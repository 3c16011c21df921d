"""Where building begins: a new scenario, a copy of one that is there, or one's own drafts."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.errors import ScenarioError
from sim.lab.acts import acts
from sim.lab.bench import Bench, RefusedError
from sim.lab.build import draft as drafts
from sim.lab.build.document import YamlText
from sim.lab.build.starter import ACTS, MOST_ACTORS, Wish, starter
from sim.lab.lab import Lab
from sim.lab.templates import page
from sim.scenario.files import chain, sources
from sim.scenario.scenario import SourceFile
from sim.scenario.yaml_reader import read_yaml
from sim.web.forms import fields
from sim.web.tokens import redirect

_MOST = 200
"""Characters of what is typed in the first form."""


def routes(lab: Lab) -> list[Route]:
    """The page, and the forms on it."""

    async def show(request: Request) -> Response:
        bench = lab.bench(request)
        own = await asyncio.to_thread(lab.catalogue.drafts, bench.path)
        entries = await asyncio.to_thread(lab.catalogue.entries)
        return page(
            lab, request, "build_start.html.j2", own=own, entries=entries, acts=acts(),
            proposed=ACTS, most_actors=MOST_ACTORS,
        )  # fmt: skip

    async def begin(request: Request) -> Response:
        form = await fields(request)
        given = {key: " ".join(str(form.get(key, "")).split())[:_MOST] for key in form}
        actors = [given.get(f"actor{nth}", "") for nth in range(MOST_ACTORS)]
        named = tuple(dict.fromkeys(name for name in actors if name))
        if len(named) < 2:
            raise RefusedError("a scenario needs two actors with different names: name them")
        rounds = given.get("rounds", "12")
        wish = Wish(
            title=given.get("title", "") or "A new scenario",
            actors=named,
            issue=given.get("issue", "") or "What they disagree about",
            low=given.get("low", "") or "as the first wants it",
            high=given.get("high", "") or "as the second wants it",
            start=given.get("start", "") or "2025-01-01",
            unit=given.get("unit", "quarter"),
            rounds=int(rounds) if re.fullmatch("[0-9]{1,3}", rounds) else 12,
            acts=tuple(str(one) for one in form.getlist("act")),
        )
        bench = lab.bench(request)
        draft = drafts.begin(bench, _free_name(bench, wish.title), starter(wish))
        return redirect(f"/build/{draft.name}")

    async def copy(request: Request) -> Response:
        form = await fields(request)
        bench, name = lab.bench(request), str(form.get("scenario", ""))[:_MOST]
        entry = lab.catalogue.of(name, bench.path)
        if entry is None:
            raise RefusedError(f"there is no scenario '{name[:100]}' here (any more)")
        text = (await asyncio.to_thread(read_yaml, entry.path)).text
        YamlText(text, entry.path.name)  # refused with its faults where it cannot be read
        beside = await asyncio.to_thread(_beside, entry.path)
        stem = _free_name(bench, Path(name.removeprefix("draft:")).stem)
        return redirect(f"/build/{drafts.begin(bench, stem, text, beside).name}")

    return [
        Route("/build", show, methods=["GET"]),
        Route("/build", begin, methods=["POST"]),
        Route("/build-copy", copy, methods=["POST"]),
    ]


def _free_name(bench: Bench, wanted: str) -> str:
    """A name for a draft that none on the bench has."""
    stem = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:50].strip("-") or "scenario"
    name, number = stem, 2
    while bench.draft_file(name).exists():
        name, number = f"{stem}-{number}", number + 1
    return name


def _beside(path: Path) -> tuple[SourceFile, ...]:
    """The other files of its folder that a scenario names, as far as they can be read."""
    try:
        files = chain(path)
        _, cited, _ = sources(files)
    except ScenarioError:
        return ()
    return (*(one.source for one in files[1:]), *cited)
