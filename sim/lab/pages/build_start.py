"""Where building begins: a new scenario, a copy of one that is there, or one's own drafts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.errors import ScenarioError
from sim.lab.acts import acts
from sim.lab.bench import Bench, RefusedError, draft_files
from sim.lab.build import draft as drafts
from sim.lab.build.document import YamlText
from sim.lab.build.starter import ACTS, MOST_ACTORS, Wish, starter
from sim.lab.lab import Lab
from sim.lab.templates import page
from sim.scenario.files import chain, sources
from sim.scenario.scenario import SourceFile
from sim.scenario.shipped import home
from sim.scenario.yaml_reader import read_yaml
from sim.web.forms import fields
from sim.web.tokens import redirect

_MOST = 200
"""Characters of what is typed in the first form."""


def routes(lab: Lab) -> list[Route]:
    """The page, and the forms on it."""

    async def last(request: Request) -> Response:
        """The draft that was changed last; the first form where there is none."""
        bench = lab.bench(request)
        found = draft_files(bench.path)
        if not found:
            return await show(request)
        latest = max(found, key=lambda path: path.stat().st_mtime_ns)
        return redirect(f"/build/{latest.stem}")

    async def show(request: Request) -> Response:
        return await form_again(request, {}, ACTS)

    async def form_again(
        request: Request, given: Mapping[str, str], ticked: Collection[str], wrong: str = ""
    ) -> Response:
        """The first form, as it was filled in; ``wrong``: why it was not taken."""
        bench = lab.bench(request)
        own = await asyncio.to_thread(lab.catalogue.drafts, bench.path)
        entries = await asyncio.to_thread(lab.catalogue.entries)
        return page(
            lab, request, "build_start.html.j2", 422 if wrong else 200, own=own, entries=entries,
            acts=acts(), proposed=ACTS, most_actors=MOST_ACTORS, given=given, ticked=ticked,
            wrong=wrong, open_title="",
        )  # fmt: skip

    async def begin(request: Request) -> Response:
        form = await fields(request)
        given = {key: " ".join(str(form.get(key, "")).split())[:_MOST] for key in form}
        ticked = tuple(str(one) for one in form.getlist("act"))
        actors = [given.get(f"actor{nth}", "") for nth in range(MOST_ACTORS)]
        named = tuple(dict.fromkeys(name for name in actors if name))
        twice = next((one for one in named if actors.count(one) > 1), "")
        if twice and len(named) > 1:
            wrong = f"two actors are called '{twice}': give each a name of its own"
            return await form_again(request, given, ticked, wrong)
        if len(named) < 2:
            wrong = "a scenario needs two actors with different names: give two of them here"
            return await form_again(request, given, ticked, wrong)
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
            acts=ticked,
        )
        bench, taken = lab.bench(request), await asyncio.to_thread(based_on)
        draft = drafts.begin(bench, _free_name(bench, wish.title, taken), starter(wish))
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
        taken = await asyncio.to_thread(based_on)
        stem = _free_name(bench, Path(name.removeprefix("draft:")).stem, taken)
        return redirect(f"/build/{drafts.begin(bench, stem, text, beside).name}")

    def based_on() -> set[str]:
        return {"sources", *(entry.extends for entry in lab.catalogue.entries())}

    return [
        Route("/build", last, methods=["GET"]),
        Route("/build-new", show, methods=["GET"]),
        Route("/build", begin, methods=["POST"]),
        Route("/build-copy", copy, methods=["POST"]),
    ]


def _free_name(bench: Bench, wanted: str, taken: set[str]) -> str:
    """A name for a draft that none on the bench has, and no scenario that others build on."""
    stem = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:50].strip("-") or "scenario"
    name, number = stem, 2
    while name in taken or bench.draft_file(name).exists():
        name, number = f"{stem}-{number}", number + 1
    return name


def _beside(path: Path) -> tuple[SourceFile, ...]:
    """The other files of its folder that a scenario names, as far as they can be read.

    What comes with the program is found by its name from everywhere.
    """
    if path.parent == home():
        return ()
    try:
        files = chain(path)
        _, cited, _ = sources(files)
    except ScenarioError:
        return ()
    return (*(one.source for one in files[1:]), *cited)
