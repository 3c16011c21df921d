"""What every page can ask of the bench: how it stands, and to change it.

A form goes back to the page that its field ``then`` names; who asks for JSON gets the state of
the bench, whatever was asked of it. What is asked of an old page is done all the same, unless
it depends on what the page showed (undo, unpin): then nothing is done, and the state says so by
``"stale": true``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sim.lab.bench import MOST_PINNED, Bench
from sim.lab.lab import Lab
from sim.lab.pages.door import inside
from sim.lab.variant import Variant
from sim.web.forms import sent
from sim.web.tokens import redirect

_PATHS = 200
"""Paths that are taken back at once, at most."""


def state(lab: Lab, bench: Bench) -> dict[str, Any]:
    """How a bench stands, as JSON has it."""
    found: dict[str, Any] = {
        "revision": bench.revision,
        "scenario": bench.opened,
        "unwritten": bench.unwritten,
        "note": bench.note,
    }
    if not bench.opened:
        return found
    return found | {
        "title": lab.title(bench),
        "left_out": bench.left_out,
        "changes": _changes(bench.variant),
        "pinned": [{"name": one.name, "changes": _changes(one)} for one in bench.pinned],
        "most_pinned": MOST_PINNED,
        "undo": bool(bench.workspace.undo),
    }


def _changes(variant: Variant) -> list[dict[str, str]]:
    words = variant.in_words()
    return [
        {"path": one.path, "value": one.value, "words": said}
        for one, said in zip(variant.changes, words, strict=True)
    ]


def routes(lab: Lab) -> list[Route]:
    """The state of the bench, and the forms that change it."""

    def form(
        path: str, do: Callable[[Bench, dict[str, str]], object], shown: bool = False
    ) -> Route:
        async def answer(request: Request) -> Response:
            bench, given = lab.bench(request), await sent(request)
            stale = shown and given.get("revision", "") not in ("", str(bench.revision))
            if not stale:
                do(bench, given)
            if "application/json" in request.headers.get("accept", ""):
                return JSONResponse(state(lab, bench) | {"stale": stale})
            return redirect(inside(given.get("then", "/")))

        return Route(f"/bench/{path}", answer, methods=["POST"])

    async def show(request: Request) -> Response:
        return JSONResponse(state(lab, lab.bench(request)))

    def change(bench: Bench, given: dict[str, str]) -> None:
        bench.change(_text(given, "path"), _text(given, "value"))

    def reset(bench: Bench, given: dict[str, str]) -> None:
        paths = [one for one in given.get("paths", "").split("\n") if one]
        if len(paths) > _PATHS:
            raise HTTPException(400)
        bench.without(*paths) if paths else bench.reset()

    return [
        Route("/bench", show, methods=["GET"]),
        form("open", lambda bench, given: lab.open(bench, given.get("scenario", ""))),
        form("change", change),
        form("reset", reset),
        form("undo", lambda bench, _: bench.undo(), shown=True),
        form("pin", lambda bench, given: bench.pin(given.get("name", ""))),
        form("unpin", lambda bench, given: bench.unpin(_number(given)), shown=True),
        form("take", lambda bench, given: bench.take_pinned(_number(given)), shown=True),
        form("noted", lambda bench, _: bench.noted()),
    ]


def _text(given: dict[str, str], name: str) -> str:
    if name not in given:
        raise HTTPException(400)
    return given[name]


def _number(given: dict[str, str]) -> int:
    text = given.get("number", "")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise HTTPException(400)
    return int(text)
