"""Passing on what was made: links to variants, and opening those of others.

What a link holds stands behind the ``#`` of its address. The page at ``/open`` hands it over as
a form, so that it stands in no address that a server or a proxy writes down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.errors import Fault, ScenarioError
from sim.lab.bench import Bench, RefusedError
from sim.lab.catalogue import Entry, without_folders
from sim.lab.lab import Lab
from sim.lab.link import Differing, Linked, LinkError, Opened, open_link, read, write
from sim.lab.templates import page
from sim.lab.variant import Variant
from sim.reporting.sources import parameter
from sim.scenario.scenario import Scenario
from sim.text import count
from sim.web.forms import fields, text
from sim.web.tokens import redirect

_LONGEST = 20_000
"""Of what is pasted: longer than any link, so that what is wrong with it can be told."""


@dataclass(frozen=True)
class Row:
    """One change of a link that meets something else here, in words."""

    words: str
    wanted: str
    before: str
    now: str
    problem: str


@dataclass(frozen=True)
class Passed:
    """A variant that can be passed on: its link, or why there is none."""

    name: str
    link: str = ""
    problem: str = ""


def links(lab: Lab, variants: Iterable[Variant]) -> list[Passed]:
    """Links to variants."""
    return [_passed(lab, one) for one in variants]


def _passed(lab: Lab, variant: Variant) -> Passed:
    try:
        return Passed(variant.name, f"{lab.address}/open#{write(variant)}")
    except LinkError as error:
        return Passed(variant.name, problem=str(error))


def routes(lab: Lab) -> list[Route]:
    """The page that opens a link."""

    async def show(request: Request) -> Response:
        return page(lab, request, "open.html.j2")

    async def open_it(request: Request) -> Response:
        bench, form = lab.bench(request), await fields(request)
        pasted = text(form, "link", _LONGEST)
        faults: tuple[Fault, ...] = ()
        try:
            linked = read(pasted)
            entry = await asyncio.to_thread(_entry, lab, bench, linked)
            found = await asyncio.to_thread(open_link, linked, entry.path if entry else None)
            if entry and (found.exact or text(form, "anyway")):
                _onto(lab, bench, entry, linked, found)
                return redirect("/turn")
        except (LinkError, RefusedError) as error:
            said, status = str(error), 409
        except ScenarioError as error:
            said, status, faults = (
                "the file of this scenario has faults here",
                422,
                tuple(map(without_folders, error.faults)),
            )
        else:
            rows = _rows(found)
            kept = len(found.variant.changes)
            return page(
                lab, request, "open.html.j2", 409, link=pasted, same=found.same, rows=rows,
                kept=kept, title_of=found.variant.base_scenario().description.title,
            )  # fmt: skip
        return page(lab, request, "open.html.j2", status, link=pasted, said=said, faults=faults)

    return [
        Route("/open", show, methods=["GET"]),
        Route("/open", open_it, methods=["POST"]),
    ]


def _entry(lab: Lab, bench: Bench, linked: Linked) -> Entry | None:
    """The scenario of a link: the one that is the same, else one of the same name."""
    known = [*lab.catalogue.drafts(bench.path), *lab.catalogue.entries()]
    same = [one for one in known if one.digest and one.digest.startswith(linked.digest)]
    named = [one for one in known if one.path.stem == linked.scenario]
    both = [one for one in named if one in same]
    return next(iter((*both, *same, *named)), None)


def _onto(lab: Lab, bench: Bench, entry: Entry, linked: Linked, found: Opened) -> None:
    """Put what a link holds on a bench; what was changed before is a step back."""
    lab.open(bench, entry.name)
    before = bench.variant.changes
    bench.take(found.variant.changes)
    if before and before != bench.variant.changes:
        name = f" '{linked.name}'" if linked.name else ""
        changes = count(len(found.variant.changes), "change")
        bench.note = (
            f"the link{name} was opened with its {changes}; what you had changed in this scenario "
            "before comes back with 'Undo'"
        )


def _rows(found: Opened) -> list[Row]:
    scenario = found.variant.base_scenario()
    return [_row(one, scenario) for one in found.differing]


def _row(one: Differing, scenario: Scenario) -> Row:
    path = one.change.path
    known = path in scenario.parameters
    words = parameter(path, scenario.description) if known else path
    return Row(words, one.change.value, one.before, one.now, one.problem)
