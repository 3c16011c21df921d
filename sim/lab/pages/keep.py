"""Keep and share: the variant as a file, with all files that it needs, and as a report."""

from __future__ import annotations

import asyncio
import io
import zipfile
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.lab.cost import affordable
from sim.lab.knobs import offered
from sim.lab.lab import Lab
from sim.lab.pages.share import links
from sim.lab.templates import no_scenario, page
from sim.lab.variant import Variant
from sim.lab.work import Check
from sim.studies.explorable.design import MOST_KNOBS
from sim.studies.run.study import run
from sim.web.downloads import download, plain_name, report

RUNS = 2000
TURNABLE_RUNS = 200
"""Runs at each place of a page that others turn."""
OVER = f"A page turns {MOST_KNOBS} numbers at most: take one out first."
NONE = "Choose one, two or three numbers that readers shall turn."
_YAML = "application/yaml; charset=utf-8"
_DAY = (1980, 1, 1, 0, 0, 0)
"""In archives, so that the same files give the same bytes."""


def routes(lab: Lab) -> list[Route]:
    """The page, and what can be kept."""

    async def show(request: Request) -> Response:
        return await keep_page(lab, request)

    async def variant_file(request: Request) -> Response:
        variant = lab.bench(request).variant
        text = await asyncio.to_thread(variant.as_yaml)
        return download(text, f"{file_name(variant)}.yaml", _YAML)

    async def archive(request: Request) -> Response:
        variant = lab.bench(request).variant
        packed = await asyncio.to_thread(packed_files, variant)
        return download(packed, f"{file_name(variant)}.zip", "application/zip")

    async def run_report(request: Request) -> Response:
        bench = lab.bench(request)
        variant = bench.variant

        def made(check: Check) -> str:
            scenario = variant.scenario()
            runs = affordable(RUNS, scenario, held=False)
            return run(scenario, runs=runs, progress=lambda _: check()).html()

        key = variant.base, variant.changes
        asked = lab.work.ask(bench.id, "report", key, made)
        text = await asyncio.shield(asyncio.wrap_future(asked))
        kept = "file" in request.query_params
        return report(text, f"{file_name(variant)}.html" if kept else "")

    return [
        Route("/keep", show, methods=["GET"]),
        Route("/keep/variant.yaml", variant_file, methods=["GET"]),
        Route("/keep/files.zip", archive, methods=["GET"]),
        Route("/keep/report", run_report, methods=["GET"]),
    ]


async def keep_page(
    lab: Lab, request: Request, chosen: tuple[str, ...] | None = None, refused: str = ""
) -> Response:
    """The page; where a choice of numbers to turn was refused, with what was chosen and why."""
    if (missing := no_scenario(lab, request)) is not None:
        return missing
    bench = lab.bench(request)
    shown = await asyncio.to_thread(_shown, lab, [bench.variant, *bench.pinned])
    if chosen is None:
        chosen = tuple(knob.path for knob in shown["knobs"][:1])
    return page(
        lab,
        request,
        "keep.html.j2",
        status=409 if refused else 200,
        stem=file_name(bench.variant),
        chosen=chosen,
        refused=refused,
        **shown,
    )


def _shown(lab: Lab, variants: list[Variant]) -> dict[str, Any]:
    """What the page shows: of the variant that is open, and links to all."""
    variant = variants[0]
    return {
        "links": links(lab, variants),
        "words": variant.in_words(),
        "text": variant.as_yaml(),
        "runs": RUNS,
        "knobs": offered(variant),
        "own": variant.own_file,
        "limits": {
            "most": MOST_KNOBS,
            "runs": TURNABLE_RUNS,
            "report": f"{RUNS:,}",
            "over": OVER,
            "none": NONE,
        },
    }


def file_name(variant: Variant) -> str:
    """What a variant's file is called, without an ending: never like its base's."""
    base = plain_name(variant.base.stem, "scenario")
    return f"{base}-{plain_name(variant.name.lower(), 'changed')}"


def packed_files(variant: Variant) -> bytes:
    """The variant and all files that it is made of, so that it runs anywhere."""
    files = {one.name: one.text for one in variant.scenario().files}
    files[f"{file_name(variant)}.yaml"] = variant.as_yaml()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _DAY), text.encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
