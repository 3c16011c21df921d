"""What the builder's forms do to a draft.

A draft is changed beside the thread that answers, one change of it after another: a large one
keeps no other visitor waiting. What is too much is refused before anything is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.errors import ScenarioError
from sim.lab.bench import RefusedError
from sim.lab.build import draft as drafts
from sim.lab.build import told
from sim.lab.build.draft import Draft
from sim.lab.build.edits import SECTIONS, WHOLE, remove, replace_section, section_text, taken
from sim.lab.build.parts import new_acts, new_knobs, new_part, new_row
from sim.lab.build.rescale import rescaled
from sim.lab.build.sheet import Sheet, checked
from sim.lab.build.values import shown, split
from sim.lab.lab import Lab
from sim.lab.pages.build_shown import Shown, back, numbers, part_of, sheet_now
from sim.lab.screening import screened
from sim.scenario.calendar import MONTHS
from sim.web.forms import MOST_FIELDS, count, fields, json_object
from sim.web.tokens import redirect

_HIDDEN = ("number", "part", "card")
_LONGEST_NAME, _MOST_STEPS = 300, 12
"""Signs of a field's name, and steps of its path: more than any page of ours has."""
T = TypeVar("T")


def routes(lab: Lab, shows: Shown) -> list[Route]:
    """The forms of the builder."""
    here = _Deeds(lab, shows)
    forms: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "fields": here.take_fields,
        "add": here.add_part,
        "acts": here.add_acts,
        "row": here.add_row,
        "remove": here.remove_part,
        "text": here.take_text,
        "rescale": here.rescale,
        "dozen": here.add_dozen,
        "undo": partial(here.step, is_back=True),
        "redo": partial(here.step, is_back=False),
        "forget": here.forget,
    }
    return [Route(f"/build/{{name}}/{key}", do, methods=["POST"]) for key, do in forms.items()]


class _Deeds:
    def __init__(self, lab: Lab, shows: Shown) -> None:
        self.lab, self.shows = lab, shows
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def _edit(
        self, request: Request, work: Callable[[Draft], tuple[str, T]]
    ) -> tuple[Draft, T]:
        """Change a draft: ``work`` gives its new text, and what is to be said of it."""
        bench, draft = self.shows.opened(request)
        lock = self._locks.setdefault((bench.id, draft.name), asyncio.Lock())
        async with lock:
            _, draft = self.shows.opened(request)
            text, more = await asyncio.to_thread(work, draft)
            return draft.written(text), more

    async def take_fields(self, request: Request) -> Response:
        """Take fields that were changed."""
        if _wants_json(request):
            sent = await json_object(request)
            said, was = _texts(sent.get("fields")), _texts(sent.get("was"))
            also = _names(sent.get("names"))
            _check_names((*said, *also))
            draft, answer = await self._edit(
                request, lambda draft: _taken(draft, draft.revision, said, was)
            )
            sheet = await asyncio.to_thread(sheet_now, draft)
            return await self.shows.json(
                draft,
                clashes=[vars(one) for one in answer.clashes],
                values={name: shown(sheet, name) for name in (*said, *also)},
                followed=list(answer.followed),
            )
        form = await fields(request)
        said = {key: str(value) for key, value in form.items() if key not in _HIDDEN}
        _check_names(said)
        number, part = count(form, "number") or 0, str(form.get("part", "about"))
        draft, answer = await self._edit(request, lambda draft: _taken(draft, number, said))
        if answer.clashes:
            return await self.shows.page(request, draft, part_of(part), 409, answer.clashes)
        return back(draft, part, str(form.get("card", "")), followed=len(answer.followed))

    async def add_part(self, request: Request) -> Response:
        """Add an actor, an issue, an event ..."""
        given = {key: str(value) for key, value in (await fields(request)).items()}
        section = given.get("section", "")
        if section not in SECTIONS:
            raise HTTPException(400)

        def work(draft: Draft) -> tuple[str, str]:
            knobs = numbers(checked(draft).scenario) if section == "knobs" else ()
            sheet = new_part(sheet_now(draft), section, given, knobs)
            return sheet.own.text, _last(sheet, section)

        draft, last = await self._edit(request, work)
        return back(draft, section, last)

    async def add_acts(self, request: Request) -> Response:
        """Take acts off the shelf."""
        chosen = [str(one) for one in (await fields(request)).getlist("act")]

        def work(draft: Draft) -> tuple[str, str]:
            sheet = new_acts(sheet_now(draft), chosen)
            return sheet.own.text, _last(sheet, "levers") if chosen else ""

        draft, last = await self._edit(request, work)
        return back(draft, "levers", last)

    async def add_dozen(self, request: Request) -> Response:
        """Add the knobs that a quick screening finds to matter most."""

        def work(draft: Draft) -> tuple[str, None]:
            scenario = checked(draft).scenario
            if scenario is None:
                raise RefusedError("a screening plays the scenario: mend its faults first")
            return new_knobs(sheet_now(draft), screened(scenario)).own.text, None

        draft, _ = await self._edit(request, work)
        return back(draft, "knobs")

    async def add_row(self, request: Request) -> Response:
        """Add an effect, a condition, a change."""
        form = await fields(request)
        where, key = str(form.get("where", "")), str(form.get("key", ""))[:200]
        path = _path(where, 3)
        draft, _ = await self._edit(
            request, lambda draft: (new_row(sheet_now(draft), where, key).own.text, None)
        )
        return back(draft, path[0], ".".join(path[:2]))

    async def remove_part(self, request: Request) -> Response:
        """Take a part or a row out, with all that refers to it."""
        path = _path(str((await fields(request)).get("path", "")), 2)

        def work(draft: Draft) -> tuple[str, int]:
            sheet, fallen = remove(sheet_now(draft), path)
            return sheet.own.text, len(fallen)

        draft, fallen = await self._edit(request, work)
        return back(draft, path[0], ".".join(path[:2]) if len(path) > 2 else "", fallen)

    async def rescale(self, request: Request) -> Response:
        """Rewrite how often everything is done, for rounds of another length."""
        before = str((await fields(request)).get("before", ""))
        if before not in MONTHS:
            raise HTTPException(400)
        draft, _ = await self._edit(
            request, lambda draft: (rescaled(sheet_now(draft), before).own.text, None)
        )
        return back(draft, "about", rescaled=1)

    async def take_text(self, request: Request) -> Response:
        """Take the text of a section, or of all; one that cannot be read is kept beside it."""
        wants_json = _wants_json(request)
        given: FormData | dict[str, Any]
        given = await json_object(request) if wants_json else await fields(request)
        section, typed = str(given.get("section", "")), str(given.get("text", ""))
        was = _plain(str(given.get("was", "")))
        if section not in (*SECTIONS, "extends", WHOLE):
            raise HTTPException(400)

        def work(draft: Draft) -> tuple[str, tuple[told.Told, ...]]:
            sheet = sheet_now(draft)
            if (
                was != _plain(section_text(sheet.own, section))
                and drafts.unreadable(draft, section) is None
            ):
                raise RefusedError(
                    "this section was changed in another tab meanwhile: copy your text, reload "
                    "the page, and put in what you changed"
                )
            try:
                return replace_section(sheet, section, typed).own.text, ()
            except ScenarioError as error:
                drafts.keep_unreadable(draft, section, typed)
                return draft.text, tuple(told.of_fault(one, sheet) for one in error.faults)

        draft, wrong = await self._edit(request, work)
        if wrong and not wants_json:
            page = told.page_of((section,))
            return await self.shows.page(request, draft, page, 422, wrong=wrong, section=section)
        if wrong:
            return await self.shows.json(draft, wrong=[vars(one) for one in wrong])
        drafts.keep_unreadable(draft, section, None)
        if wants_json:
            text = section_text((await asyncio.to_thread(sheet_now, draft)).own, section)
            return await self.shows.json(draft, wrong=[], was=text)
        return back(draft, told.page_of((section,)), section=section)

    async def step(self, request: Request, is_back: bool) -> Response:
        """Undo a step, or do it again."""
        _, draft = self.shows.opened(request)
        form = await fields(request)
        if str(form.get("number", "")) == str(draft.revision):
            draft = draft.undone() if is_back else draft.redone()
        return back(draft, str(form.get("part", "about")))

    async def forget(self, request: Request) -> Response:
        """Remove the draft."""
        bench, draft = self.shows.opened(request)
        if bench.opened == f"draft:{draft.name}":
            raise RefusedError(
                "this scenario is the one that Turn, Compare and Ask have open: open another one "
                "there first"
            )
        draft.forget()
        return redirect("/build-new")


def _taken(
    draft: Draft, revision: int, said: dict[str, str], was: dict[str, str] | None = None
) -> tuple[str, Any]:
    answer = taken(draft, revision, said, was)
    return answer.text, answer


def _last(sheet: Sheet, section: str) -> str:
    held = sheet.table(section)
    return f"{section}.{list(held)[-1]}" if held else ""


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _path(name: str, least: int) -> tuple[str, ...]:
    """The path of a part or row; 400 where it is none."""
    _check_names([name])
    path, _ = split(name)
    if len(path) < least:
        raise HTTPException(400)
    return path


def _texts(given: Any) -> dict[str, str]:
    """Fields that were sent as JSON; 400 where they are none, or too many."""
    if not isinstance(given, dict) or len(given) > MOST_FIELDS:
        raise HTTPException(400)
    if not all(isinstance(one, str) for one in given.values()):
        raise HTTPException(400)
    return given


def _check_names(names: Iterable[str]) -> None:
    """400 where a field is of no part of a scenario."""
    for name in names:
        if len(name) > _LONGEST_NAME or name.count(".") > _MOST_STEPS:
            raise HTTPException(400)
        if split(name)[0][0] not in SECTIONS:
            raise HTTPException(400)


def _names(given: Any) -> list[str]:
    listed = given if isinstance(given, list) else []
    if len(listed) > 5 * MOST_FIELDS:
        raise HTTPException(400)
    return [one for one in listed if isinstance(one, str)]


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
