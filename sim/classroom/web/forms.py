"""Reading forms: everything in them is text from a stranger."""

from __future__ import annotations

import re

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from sim.classroom.game.table import RefusedError

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


_BACK = re.compile(r"/teacher(/table/\d{1,2}|/sessions|/debrief)?(#[a-z-]{1,30})?")


class Typed:
    """A form of the teacher's: what cannot be read is refused in words, not with a status."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    def text(self, name: str) -> str:
        """What stands in a field, without blanks around it; empty where it is not there."""
        return str(self._form.get(name, "")).strip()

    def choice(self, name: str, said: str, most: int = 100) -> str:
        """A value of a list; refused in words where it is longer than any of them."""
        text = self.text(name)
        if len(text) > most:
            raise RefusedError(said)
        return text

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field that can have several."""
        return tuple(str(value) for value in self._form.getlist(name) if value)

    def whole(self, name: str, what: str) -> int:
        """A whole number.

        Raises
        ------
        RefusedError
            When it is none.
        """
        text = self.text(name)
        if not re.fullmatch(r"\d{1,6}", text, re.ASCII):
            raise RefusedError(f"'{text}' is no {what}: choose one of the list")
        return int(text)

    def number(self, name: str, what: str) -> float:
        """A number, with a point or a comma.

        Raises
        ------
        RefusedError
            When it is none.
        """
        text = self.text(name).replace(",", ".").replace("−", "-")
        if not re.fullmatch(r"[+-]?(\d{1,9}(\.\d{0,9})?|\.\d{1,9})", text, re.ASCII):
            raise RefusedError(f"'{text}' is no number: type {what} such as 0.1")
        return float(text)

    @property
    def back(self) -> str:
        """The page to go back to; the console where none of ours is named."""
        found = self.text("back")
        return found if _BACK.fullmatch(found) else "/teacher"
