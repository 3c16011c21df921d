"""What a page of the builder shows of a draft, and how it stands, as JSON."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sim.lab.acts import acts
from sim.lab.bench import Bench
from sim.lab.build import draft as drafts
from sim.lab.build import told
from sim.lab.build.card import Card
from sim.lab.build.cards import cards
from sim.lab.build.draft import Draft
from sim.lab.build.edits import SECTIONS, WHOLE, Clash, section_text
from sim.lab.build.fields import field_id, shape_options
from sim.lab.build.pairs import overview
from sim.lab.build.phrase_lists import conditions
from sim.lab.build.sheet import Checked, Sheet, checked, sheet_of
from sim.lab.knobs import Knob, all_numbers
from sim.lab.lab import Lab
from sim.lab.templates import page
from sim.scenario.calendar import MONTHS
from sim.scenario.scenario import Scenario
from sim.web.tokens import redirect

MOST_CARDS = {"levers": 3, "relations": 6}
"""Cards that a page shows at once; of other parts a dozen."""
MOST_TOLD = 40
"""Faults that are told at once."""


class Shown:
    """Shows drafts of a lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def opened(self, request: Request) -> tuple[Bench, Draft]:
        """The draft that a request is about; 404 where there is none."""
        bench = self.lab.bench(request)
        draft = drafts.opened(bench, str(request.path_params["name"]))
        if draft is None:
            raise HTTPException(404)
        return bench, draft

    async def page(
        self,
        request: Request,
        draft: Draft,
        part: str,
        status: int = 200,
        clashes: tuple[Clash, ...] = (),
        wrong: tuple[told.Told, ...] = (),
        section: str = "",
    ) -> Response:
        """A page of a draft, made beside the thread that answers."""
        return await asyncio.to_thread(
            self._page, request, draft, part, status, clashes, wrong, section
        )

    def _page(
        self,
        request: Request,
        draft: Draft,
        part: str,
        status: int,
        clashes: tuple[Clash, ...],
        wrong: tuple[told.Told, ...],
        section: str,
    ) -> Response:
        sheet, found = sheet_now(draft), checked(draft)
        asked = request.query_params
        section = part if part != "text" else section or asked.get("section", WHOLE)
        section = section if section in (*SECTIONS, "extends") else WHOLE
        typed = drafts.unreadable(draft, section)
        shown_text = section_text(sheet.own, section) if part != "about" else ""
        all_cards = cards(sheet, part) if part != "text" else []
        return page(
            self.lab,
            request,
            "build.html.j2",
            status,
            open_title=str(sheet.whole.get("title") or draft.name),
            draft=draft,
            sheet=sheet,
            parts=told.PAGES,
            part=part,
            all_cards=all_cards,
            cards=_shown_cards(all_cards, asked.get("card", "")),
            overview=overview(sheet) if part == "relations" else [],
            section=section,
            sections=[WHOLE, *(["extends"] if sheet.extends else []), *SECTIONS],
            section_was=shown_text,
            section_text=shown_text if typed is None else typed,
            is_unreadable=typed is not None,
            faults=_faults(sheet, found),
            unstated=_unstated(sheet, found),
            runs=found.scenario is not None,
            clashes=clashes,
            wrong=wrong,
            fallen=asked.get("fallen", ""),
            followed=asked.get("followed", ""),
            rescaled=asked.get("rescaled", ""),
            units=list(MONTHS),
            shapes=shape_options(),
            field_id=field_id,
            acts=acts() if part == "levers" else {},
            actors=[(id, sheet.name("actors", id)) for id in sheet.table("actors")],
            phrases=conditions(sheet) if part in ("outcomes", "watch", "events") else [],
            numbers=numbers(found.scenario) if part == "knobs" else (),
        )

    async def json(self, draft: Draft, **more: Any) -> Response:
        """How a draft stands, as JSON."""
        return JSONResponse(await asyncio.to_thread(_state, draft) | more)


def _state(draft: Draft) -> dict[str, Any]:
    sheet, found = sheet_now(draft), checked(draft)
    return {
        "number": draft.revision,
        "undo": bool(draft.undo),
        "redo": bool(draft.redo),
        "title": sheet.whole.get("title"),
        "faults": [vars(one) for one in _faults(sheet, found)],
        "unstated": [vars(one) for one in _unstated(sheet, found)],
        "runs": found.scenario is not None,
    }


def sheet_now(draft: Draft) -> Sheet:
    """The draft laid open, as it is now."""
    sheet = sheet_of(draft)
    assert sheet is not None
    return sheet


def _shown_cards(all_cards: list[Card], asked: str) -> list[Card]:
    """All cards; where there are many, the one that is asked for, or the first."""
    part = all_cards[0].path[0] if all_cards else ""
    if len(all_cards) <= MOST_CARDS.get(part, 12):
        return all_cards
    return [one for one in all_cards if one.name == asked] or all_cards[:1]


def part_of(part: str) -> str:
    """A page of the builder; the first where there is none of the name."""
    return part if part in told.PAGES else "about"


def back(
    draft: Draft, part: str, anchor: str = "", fallen: int = 0, section: str = "", **said: int
) -> Response:
    """Go back to a page of the builder, at a card.

    ``fallen``: entries that fell away; ``said``: what else the page is to tell, with its count.
    """
    asked: dict[str, Any] = {"part": part_of(part)}
    if anchor:
        asked["card"] = anchor
    if section and part_of(part) == "text":
        asked["section"] = section
    asked |= {key: number for key, number in {"fallen": fallen, **said}.items() if number}
    mark = f"#{field_id(anchor).replace('f-', 'c-', 1)}" if anchor else ""
    return redirect(f"/build/{draft.name}?{urlencode(asked)}{mark}")


def _faults(sheet: Sheet, found: Checked) -> list[told.Told]:
    return [told.of_fault(one, sheet) for one in found.faults[:MOST_TOLD]]


def _unstated(sheet: Sheet, found: Checked) -> list[told.Told]:
    """Numbers without a source or reason, and those whose reason is the builder's own."""
    stated = [told.of_fault(one, sheet) for one in found.unstated[:MOST_TOLD]]
    return [*stated, *told.placeholders(sheet)][:MOST_TOLD]


def numbers(scenario: Scenario | None) -> tuple[Knob, ...]:
    """All numbers that can be knobs, those of the theory last; none where there are faults."""
    listed = all_numbers(scenario) if scenario is not None else ()
    return tuple(sorted(listed, key=lambda one: one.path.startswith("coefficients.")))
