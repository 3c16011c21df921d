"""The builder: a scenario's parts as cards, with its faults and notes beside them.

A form goes back to its page; who asks for JSON gets how the draft stands. A field that was
changed elsewhere meanwhile is never overwritten: both texts are shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sim.errors import ScenarioError
from sim.lab.acts import acts
from sim.lab.bench import Bench, RefusedError
from sim.lab.build import draft as drafts
from sim.lab.build import told
from sim.lab.build.card import Card
from sim.lab.build.cards import cards
from sim.lab.build.draft import Draft
from sim.lab.build.edits import SECTIONS, Clash, remove, replace_section, section_text, take
from sim.lab.build.fields import field_id, shape_options
from sim.lab.build.pairs import overview
from sim.lab.build.parts import new_acts, new_part, new_row
from sim.lab.build.phrase_lists import conditions
from sim.lab.build.sheet import Checked, Sheet, checked, sheet_of
from sim.lab.build.starter import WHY
from sim.lab.build.values import shown, split
from sim.lab.knobs import Knob, all_numbers
from sim.lab.lab import Lab
from sim.lab.templates import page
from sim.lab.work import Check, SupersededError
from sim.plausibility.note import Notes
from sim.plausibility.notes import notes
from sim.scenario.scenario import Scenario
from sim.web.downloads import download
from sim.web.forms import fields, json_object
from sim.web.tokens import redirect

_YAML = "application/yaml; charset=utf-8"
_HIDDEN = ("number", "part", "card")
MOST_CARDS = {"levers": 3, "relations": 6}
"""Cards that a page shows at once; of other parts a dozen."""
MOST_TOLD = 40
"""Faults that are told at once."""


def routes(lab: Lab) -> list[Route]:
    """The builder's pages, and what their forms do."""
    here = _Builder(lab)
    forms: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "fields": here.take_fields,
        "add": here.add_part,
        "acts": here.add_acts,
        "row": here.add_row,
        "remove": here.remove_part,
        "text": here.take_text,
        "undo": partial(here.step, back=True),
        "redo": partial(here.step, back=False),
        "forget": here.forget,
    }
    return [
        Route("/build/{name}", here.show, methods=["GET"]),
        Route("/build/{name}/state", here.state, methods=["GET"]),
        Route("/build/{name}/notes", here.notes, methods=["GET"]),
        Route("/build/{name}/file", here.file, methods=["GET"]),
        *(Route(f"/build/{{name}}/{key}", do, methods=["POST"]) for key, do in forms.items()),
    ]


class _Builder:
    """Answers the builder's requests."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def _opened(self, request: Request) -> tuple[Bench, Draft]:
        bench = self.lab.bench(request)
        draft = drafts.opened(bench, str(request.path_params["name"]))
        if draft is None:
            raise HTTPException(404)
        return bench, draft

    # -- what is shown ---------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        """A page of the builder."""
        _, draft = self._opened(request)
        part = request.query_params.get("part", "about")
        if part not in told.PAGES:
            raise HTTPException(404)
        return await self._page(request, draft, part)

    async def _page(
        self,
        request: Request,
        draft: Draft,
        part: str,
        status: int = 200,
        clashes: tuple[Clash, ...] = (),
        wrong: tuple[told.Told, ...] = (),
    ) -> Response:
        sheet, found = _sheet(draft), await asyncio.to_thread(checked, draft)
        section = part if part != "text" else request.query_params.get("section", "coefficients")
        section = section if section in (*SECTIONS, "extends") else "coefficients"
        typed = drafts.unreadable(draft, section)
        shown_text = section_text(sheet.own, section) if part != "about" else ""
        all_cards = cards(sheet, part) if part != "text" else []
        return page(
            self.lab,
            request,
            "build.html.j2",
            status,
            draft=draft,
            sheet=sheet,
            parts=told.PAGES,
            part=part,
            all_cards=all_cards,
            cards=_shown_cards(all_cards, request.query_params.get("card", "")),
            overview=overview(sheet) if part == "relations" else [],
            section=section,
            sections=[*(["extends"] if sheet.extends else []), *SECTIONS],
            section_was=shown_text,
            section_text=shown_text if typed is None else typed,
            is_unreadable=typed is not None,
            faults=_faults(sheet, found),
            unstated=_unstated(sheet, found),
            proposed=sheet.own.text.count(WHY),
            runs=found.scenario is not None,
            clashes=clashes,
            wrong=wrong,
            fallen=request.query_params.get("fallen", ""),
            shapes=shape_options(),
            field_id=field_id,
            acts=acts() if part == "levers" else {},
            phrases=conditions(sheet) if part in ("outcomes", "watch", "events") else [],
            numbers=_numbers(found.scenario) if part == "knobs" else (),
        )

    async def state(self, request: Request) -> Response:
        """How the draft stands, as JSON."""
        _, draft = self._opened(request)
        return await self._json(draft)

    async def _json(self, draft: Draft, **more: Any) -> Response:
        sheet, found = _sheet(draft), await asyncio.to_thread(checked, draft)
        content = {
            "number": draft.revision,
            "undo": bool(draft.undo),
            "redo": bool(draft.redo),
            "title": sheet.whole.get("title"),
            "faults": [vars(one) for one in _faults(sheet, found)],
            "unstated": [vars(one) for one in _unstated(sheet, found)],
            "runs": found.scenario is not None,
        }
        return JSONResponse(content | more)

    async def notes(self, request: Request) -> Response:
        """What is allowed in the draft and perhaps not meant; computed beside the page."""
        bench, draft = self._opened(request)
        found = await asyncio.to_thread(checked, draft)
        if found.scenario is None:
            return JSONResponse({"number": draft.revision, "notes": [], "left_out": 0})
        scenario = found.scenario

        def work(check: Check) -> Notes:
            check()
            return _noted(_Noted(scenario))

        asked = self.lab.work.ask(bench.id, "notes", scenario.sha256, work)
        try:
            noted = await asyncio.shield(asyncio.wrap_future(asked))
        except SupersededError:
            return JSONResponse({"number": draft.revision, "superseded": True})
        sheet = _sheet(draft)
        return JSONResponse(
            {
                "number": draft.revision,
                "notes": [vars(told.of_note(one, sheet)) for one in noted],
                "left_out": noted.left_out,
                "runs": noted.runs,
            }
        )

    async def file(self, request: Request) -> Response:
        """The draft as a file."""
        _, draft = self._opened(request)
        return download(draft.text, f"{draft.name}.yaml", _YAML)

    # -- what is done ----------------------------------------------------------------

    async def take_fields(self, request: Request) -> Response:
        """Take fields that were changed."""
        _, draft = self._opened(request)
        if _wants_json(request):
            sent = await json_object(request)
            said, was = _texts(sent.get("fields")), _texts(sent.get("was"))
            _check_names(said)
            answer = take(draft, draft.revision, said, was)
            sheet = _sheet(answer.draft)
            return await self._json(
                answer.draft,
                clashes=[vars(one) for one in answer.clashes],
                values={name: shown(sheet, name) for name in (*said, *_names(sent.get("names")))},
            )
        form = await fields(request)
        said = {key: str(value) for key, value in form.items() if key not in _HIDDEN}
        _check_names(said)
        number = str(form.get("number", ""))
        answer = take(draft, int(number) if number.isdecimal() else 0, said)
        part = str(form.get("part", "about"))
        if answer.clashes:
            return await self._page(request, answer.draft, _part(part), 409, answer.clashes)
        return _back(answer.draft, part, str(form.get("card", "")))

    async def add_part(self, request: Request) -> Response:
        """Add an actor, an issue, an event ..."""
        _, draft = self._opened(request)
        given = {key: str(value) for key, value in (await fields(request)).items()}
        section = given.get("section", "")
        if section not in SECTIONS:
            raise HTTPException(400)
        found = checked(draft).scenario if section == "knobs" else None
        sheet = new_part(_sheet(draft), section, given, _numbers(found))
        last = list(sheet.table(section))[-1] if sheet.table(section) else ""
        return _back(draft.written(sheet.own.text), section, f"{section}.{last}")

    async def add_acts(self, request: Request) -> Response:
        """Take acts off the shelf."""
        _, draft = self._opened(request)
        chosen = [str(one) for one in (await fields(request)).getlist("act")]
        sheet = new_acts(_sheet(draft), chosen)
        last = list(sheet.table("levers"))[-1] if chosen and sheet.table("levers") else ""
        return _back(draft.written(sheet.own.text), "levers", f"levers.{last}" if last else "")

    async def add_row(self, request: Request) -> Response:
        """Add an effect, a condition, a change."""
        _, draft = self._opened(request)
        form = await fields(request)
        where = str(form.get("where", ""))
        path, _ = split(where)
        if path[0] not in SECTIONS or len(path) < 3:
            raise HTTPException(400)
        sheet = new_row(_sheet(draft), where, str(form.get("key", ""))[:200])
        return _back(draft.written(sheet.own.text), path[0], ".".join(path[:2]))

    async def remove_part(self, request: Request) -> Response:
        """Take a part or a row out, with all that refers to it."""
        _, draft = self._opened(request)
        form = await fields(request)
        path, _ = split(str(form.get("path", "")))
        if path[0] not in SECTIONS or len(path) < 2:
            raise HTTPException(400)
        sheet, fallen = remove(_sheet(draft), path)
        anchor = ".".join(path[:2]) if len(path) > 2 else ""
        return _back(draft.written(sheet.own.text), path[0], anchor, len(fallen))

    async def take_text(self, request: Request) -> Response:
        """Take the text of a whole section; one that cannot be read is kept beside the draft."""
        _, draft = self._opened(request)
        wants_json = _wants_json(request)
        given = await json_object(request) if wants_json else await fields(request)
        section, typed = str(given.get("section", "")), str(given.get("text", ""))
        if section not in (*SECTIONS, "extends"):
            raise HTTPException(400)
        sheet = _sheet(draft)
        if (
            str(given.get("was", "")).replace("\r\n", "\n").strip()
            != section_text(sheet.own, section).replace("\r\n", "\n").strip()
            and drafts.unreadable(draft, section) is None
        ):
            raise RefusedError(
                "this section was changed in another tab meanwhile: copy your text, reload the "
                "page and put it in again"
            )
        try:
            draft = draft.written(replace_section(sheet, section, typed).own.text)
        except ScenarioError as error:
            drafts.keep_unreadable(draft, section, typed)
            wrong = tuple(told.of_fault(one, sheet) for one in error.faults)
            if wants_json:
                return await self._json(draft, wrong=[vars(one) for one in wrong])
            return await self._page(request, draft, told.page_of((section,)), 422, wrong=wrong)
        drafts.keep_unreadable(draft, section, None)
        if wants_json:
            text = section_text(_sheet(draft).own, section)
            return await self._json(draft, wrong=[], was=text)
        return _back(draft, told.page_of((section,)), section=section)

    async def step(self, request: Request, back: bool) -> Response:
        """Undo a step, or do it again."""
        _, draft = self._opened(request)
        form = await fields(request)
        number = str(form.get("number", ""))
        if number == str(draft.revision):
            draft = draft.undone() if back else draft.redone()
        return _back(draft, str(form.get("part", "about")))

    async def forget(self, request: Request) -> Response:
        """Remove the draft."""
        bench, draft = self._opened(request)
        if bench.opened == f"draft:{draft.name}":
            raise RefusedError("this scenario is open on your bench: open another one first")
        draft.forget()
        return redirect("/build")


def _sheet(draft: Draft) -> Sheet:
    sheet = sheet_of(draft)
    assert sheet is not None
    return sheet


def _shown_cards(all_cards: list[Card], asked: str) -> list[Card]:
    """All cards; where there are many, the one that is asked for, or the first."""
    part = all_cards[0].path[0] if all_cards else ""
    if len(all_cards) <= MOST_CARDS.get(part, 12):
        return all_cards
    return [one for one in all_cards if one.name == asked] or all_cards[:1]


def _part(part: str) -> str:
    return part if part in told.PAGES else "about"


def _back(
    draft: Draft, part: str, anchor: str = "", fallen: int = 0, section: str = ""
) -> Response:
    """Go back to a page of the builder, at a card."""
    asked: dict[str, Any] = {"part": _part(part)}
    if anchor:
        asked["card"] = anchor
    if fallen:
        asked["fallen"] = fallen
    if section and _part(part) == "text":
        asked["section"] = section
    mark = f"#{field_id(anchor).replace('f-', 'c-', 1)}" if anchor else ""
    return redirect(f"/build/{draft.name}?{urlencode(asked)}{mark}")


def _faults(sheet: Sheet, found: Checked) -> list[told.Told]:
    return [told.of_fault(one, sheet) for one in found.faults[:MOST_TOLD]]


def _unstated(sheet: Sheet, found: Checked) -> list[told.Told]:
    return [told.of_fault(one, sheet) for one in found.unstated[:MOST_TOLD]]


def _numbers(scenario: Scenario | None) -> tuple[Knob, ...]:
    """All numbers that can be knobs; none where the scenario has faults."""
    return all_numbers(scenario) if scenario is not None else ()


class _Noted:
    """A scenario, equal to another of the same text."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.key = scenario.sha256, tuple(sorted(scenario.description.notes.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Noted) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=32)
def _noted(asked: _Noted) -> Notes:
    return notes(asked.scenario)


def _texts(given: Any) -> dict[str, str]:
    """Fields that were sent as JSON; 400 where they are none."""
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise HTTPException(400)
    return given


def _check_names(names: Iterable[str]) -> None:
    """400 where a field is of no part of a scenario."""
    if not all(split(name)[0][0] in SECTIONS for name in names):
        raise HTTPException(400)


def _names(given: Any) -> list[str]:
    listed = given if isinstance(given, list) else []
    return [one for one in listed if isinstance(one, str)]


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
