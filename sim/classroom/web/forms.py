"""Forms of the teacher's: what cannot be read is refused in words."""

from __future__ import annotations

import re

from starlette.datastructures import FormData

from sim.classroom.game.table import RefusedError

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
