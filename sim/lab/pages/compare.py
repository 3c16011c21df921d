"""Compare: variants that were set aside, held against the scenario as its file has it."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sim.lab.asking import without_figures
from sim.lab.bench import Bench, RefusedError
from sim.lab.cost import affordable, fewer
from sim.lab.difference_words import becomes, chart_of, counted_per_run, difference
from sim.lab.ensembles import FINE
from sim.lab.lab import Lab
from sim.lab.templates import environment, no_scenario, page
from sim.lab.variant import Variant
from sim.lab.work import Check, SupersededError
from sim.studies.comparison import text
from sim.studies.comparison.contrasts import Contrast, Contrasts
from sim.studies.comparison.study import Comparison, compare
from sim.web.downloads import report

NOW = "As it is now"
"""What the variant that is open is called beside those that are pinned."""
_TOLD, _PARTED = 6, 3
"""Most differences of a variant that are told in words, and most of which it is said where the
paths part."""
_KEPT = 32
"""Most answers that are kept."""


class _Answer(NamedTuple):
    """A comparison as the page has it, and of each variant what is said at its charts."""

    text: str
    words: tuple[dict[str, str], ...]


class _Answers:
    """Comparisons that took long to make; the latest ones are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, _Answer] = OrderedDict()

    def get(self, key: Hashable) -> _Answer | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Hashable, answer: _Answer) -> _Answer:
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return answer


def routes(lab: Lab) -> list[Route]:
    """The page, what the variants come to, their fans, and the whole report."""
    answers = _Answers()

    async def show(request: Request) -> Response:
        if (missing := no_scenario(lab, request)) is not None:
            return missing
        bench = lab.bench(request)
        variants = compared(bench)
        told = await asyncio.to_thread(_with_words, variants)
        pinned = len(bench.pinned)
        for nth, one in enumerate(told):
            one["left_out"] = bench.asleep(nth if nth < pinned else None)
        return page(lab, request, "compare.html.j2", variants=told, pinned=pinned, runs=FINE)

    async def result(request: Request) -> Response:
        bench = lab.bench(request)
        variants = compared(bench)
        if not variants:
            raise HTTPException(404)
        key = await asyncio.to_thread(_key, bench.variant, variants)
        if (found := answers.get(key)) is None:

            def made(check: Check) -> _Answer:
                return answers.keep(key, _told(held_against_base(bench.variant, variants, check)))

            asked = lab.work.ask(bench.id, "compare", key, made)
            try:
                found = await asyncio.shield(asyncio.wrap_future(asked))
            except SupersededError:
                raise RefusedError("another page of your bench compares something else") from None
        return HTMLResponse(found.text)

    async def fans(request: Request) -> Response:
        bench, given = lab.bench(request), request.query_params.get("number", "")
        variants = compared(bench)
        if not (given.isascii() and given.isdigit() and int(given[:3]) < len(variants)):
            raise HTTPException(404)
        variant = variants[int(given[:3])].without("seed")
        try:
            found = await lab.ensembles.fans(f"{bench.id} compares", variant, FINE)
        except SupersededError:
            return JSONResponse({"superseded": True})
        key = await asyncio.to_thread(_key, bench.variant, variants)
        now = found.bands() if found.changed else None
        if now is not None:
            # The interval is that of the page's sentences; before they are there, none is told.
            told = answers.get(key)
            now["words"] = told.words[int(given)] if told else {}
        return JSONResponse({"frame": found.frame(), "now": now})

    async def whole(request: Request) -> Response:
        bench = lab.bench(request)
        variants = compared(bench)
        if not variants:
            raise HTTPException(404)
        key = await asyncio.to_thread(_key, bench.variant, variants)

        def made(check: Check) -> str:
            return held_against_base(bench.variant, variants, check).html()

        asked = lab.work.ask(bench.id, "comparison report", key, made)
        return report(await asyncio.shield(asyncio.wrap_future(asked)))

    return [
        Route("/compare", show, methods=["GET"]),
        Route("/compare/result", result, methods=["GET"]),
        Route("/compare/fans", fans, methods=["GET"]),
        Route("/compare/report", whole, methods=["GET"]),
    ]


def compared(bench: Bench) -> list[Variant]:
    """The pinned variants, and the one that is open where it is none of them."""
    found, now = list(bench.pinned), bench.variant
    if now.changes and all({*one.changes} != {*now.changes} for one in found):
        taken = {one.name for one in found}
        name = NOW if NOW not in taken else f"{NOW} (open)"
        found.append(Variant(now.base, now.changes, name))
    return found


def held_against_base(
    base: Variant, variants: Sequence[Variant], check: Check = lambda: None
) -> Comparison:
    """Play the base and the variants on the same draws.

    A seed that a variant has is not taken: two seeds would compare luck.
    """
    file = base.base_scenario()
    sides = [file, *(one.without("seed").scenario() for one in variants)]
    title = file.description.title
    names = [title, *(one.name if one.name != title else f"{title} (changed)" for one in variants)]

    def going_on(what: str, done: int, of: int) -> None:
        check()

    runs = affordable(FINE, *sides)
    return compare(sides, runs=runs, seed=file.description.seed, names=names, progress=going_on)


def _key(base: Variant, variants: Sequence[Variant]) -> Hashable:
    """What a comparison rests on; the files of the base are looked at."""
    named = tuple((one.name, one.without("seed").digest()) for one in variants)
    return base.base_scenario().sha256, named


def _with_words(variants: Sequence[Variant]) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "words": one.in_words(), "seed": "seed" in {c.path for c in one.changes}}
        for one in variants
    ]


def _told(found: Comparison) -> _Answer:
    """The part of the page that says what the variants come to."""
    template = environment().get_template("compared.html.j2")
    group = found.groups[0]
    failed = [(side.name, side.failed) for side in group.sides if side.failed]
    made = template.render(
        pairs=[_pair(one) for one in found.contrasts],
        runs=found.runs,
        fewer=fewer(found.runs, FINE),
        failed=failed,
        reference=group.sides[0].name,
        sureness=text.sureness(found.groups),
        levels=text.levels(group),
    )
    words = tuple(
        {chart_of(one): difference(one) for one in pair.found} for pair in found.contrasts
    )
    return _Answer(made, words)


def _pair(pair: Contrasts) -> dict[str, Any]:
    clear = pair.notable
    open_ = [one for one in pair.found if not one.clear and not one.negligible]
    return {
        "name": pair.other.name,
        "same": pair.same,
        "told": [(becomes(one), chart_of(one)) for one in clear[:_TOLD]],
        "more": max(len(clear) - _TOLD, 0),
        "unsure": len(open_),
        "measures": len(pair.found),
        "left_out": pair.shared.left_out,
        "runs_part": text.runs_part(pair),
        "parts": [
            (one.name, counted_per_run(without_figures(said)))
            for one in clear[:_PARTED]
            if (said := text.parts(pair, one))
        ],
        "rows": [_row(one) for one in sorted(pair.found, key=lambda one: not one.clear)],
    }


def _row(one: Contrast) -> tuple[str, ...]:
    before, after = (one.amount(float(values[-1])) for values in (one.reference, one.changed))
    sure = "clear" if one.notable else "clear, but small" if one.clear else "may be chance"
    gap, interval = one.gap(one.difference), one.interval(one.among_all)
    return one.name, before, after, gap, interval, sure
