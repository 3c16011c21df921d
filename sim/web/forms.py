"""Reading forms: everything in them is text from a stranger."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_FIELDS = 400


async def fields(request: Request) -> FormData:
    """The fields of a form; of a file nothing is taken."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    found = FormData([(key, one) for key, one in form.multi_items() if isinstance(one, str)])
    _writable(found.multi_items())
    return found


def text(form: FormData, name: str, most: int = 200) -> str:
    """A field, or an empty text; 400 where it is longer than any page of ours sends."""
    value = str(form.get(name, ""))
    if len(value) > most:
        raise HTTPException(400)
    return value


def whole_number(form: FormData, name: str) -> int:
    """A whole number, as pages of ours send it; 400 otherwise."""
    value = text(form, name, 9)
    if not (value.isascii() and value.isdigit()):
        raise HTTPException(400)
    return int(value)


def count(form: FormData, name: str) -> int | None:
    """A whole number by which an old page is known; None where the form has none."""
    return whole_number(form, name) if form.get(name) else None


def by_prefix(form: FormData, prefix: str) -> dict[str, str]:
    """Fields whose names begin alike, by the rest of their names."""
    found = {}
    for key, value in form.multi_items():
        if key.startswith(prefix):
            if len(key) > 100 or len(str(value)) > 100:
                raise HTTPException(400)
            found[key.removeprefix(prefix)] = str(value)
    return found


async def sent(request: Request) -> dict[str, str]:
    """What was sent, a form or a JSON object, as text by name; 400 where it is neither.

    Of a JSON object numbers and truth values are given as they are written there.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return {name: str(value) for name, value in (await fields(request)).items()}
    found = await json_object(request)
    if any(isinstance(value, (dict, list)) for value in found.values()):
        raise HTTPException(400)
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in found.items()
    }


async def json_object(request: Request) -> dict[str, Any]:
    """A JSON object that was sent; 400 where it is none."""
    try:
        found = json.loads(await request.body())
        _writable(found)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(found, dict) or len(found) > MOST_FIELDS:
        raise HTTPException(400)
    return found


def _writable(found: Any) -> None:
    """Refuse halves of letters, which JSON can hold and no file can; 400 where there are some."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise HTTPException(400) from None
