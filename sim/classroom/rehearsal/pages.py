"""Reading a page as one who fills in its forms must: where they go, and what can be chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form of a page.

    Attributes
    ----------
    action : str
    values : dict of str to list of str
        What each field holds now.
    options : dict of str to list of str
        What can be chosen in each field that offers a choice; what is disabled is left out.
    """

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """What a field holds; empty where there is none."""
        return next(iter(self.values.get(name, [])), "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._off = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(had.get("action", ""))
            self.forms.append(self._form)
        elif tag == "fieldset":
            self._off += "disabled" in had or bool(self._off)
        elif self._form is None or self._off or "disabled" in had:
            return
        elif tag == "input" and had.get("name"):
            self._input(self._form, had)
        elif tag == "select":
            self._select = had.get("name", "")
            self._form.options.setdefault(self._select, [])
        elif tag == "option" and self._select:
            self._option(self._form, self._select, had.get("value", ""), "selected" in had)
        elif tag == "textarea" and had.get("name"):
            self._form.values.setdefault(had["name"], [""])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "fieldset" and self._off:
            self._off -= 1

    def _input(self, form: Form, had: dict[str, str]) -> None:
        name = had["name"]
        if had.get("type") in ("radio", "checkbox"):
            self._option(form, name, had.get("value", "on"), "checked" in had)
        else:
            form.values.setdefault(name, []).append(had.get("value", ""))

    def _option(self, form: Form, name: str, value: str, chosen: bool) -> None:
        form.options.setdefault(name, []).append(value)
        if chosen:
            form.values.setdefault(name, []).append(value)


def forms(page: str) -> list[Form]:
    """All forms of a page, in its order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.forms


def form_to(page: str, action: str) -> Form | None:
    """The page's form that goes to an address, if it has one."""
    return next((form for form in forms(page) if form.action == action), None)
