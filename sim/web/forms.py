"""Reading forms: everything in them is text from a stranger."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_FIELDS = 400


async def fields(request: Request) -> FormData:
    """The fields of a form; of a file nothing is taken."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return FormData([(key, value) for key, value in form.multi_items() if isinstance(value, str)])


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
