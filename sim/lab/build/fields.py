"""The fields of a page: one for each thing that the format has a place for.

Names, kinds and help come from the types of the format, so that a field of the format is
a field of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, get_args

from sim.lab.build import field_words
from sim.lab.build.sheet import Sheet
from sim.lab.build.values import NUMBER, Path, is_list, joined, shown
from sim.scenario import schema_paths
from sim.scenario.field_types import SHAPES, within

_LONG = {"summary", "role", "knows", "secret"}
_WIDE = {"says", "offers", "why"}
_NOT_SHOWN = {"source", "why"}


@dataclass(frozen=True)
class Field:
    """A field of a page.

    Attributes
    ----------
    path : tuple of str
    kind : str
        ``number``, ``text``, ``wide``, ``long``, ``choice``, ``list``.
    label, help : str
    value : str
        As it is shown; of a number its value.
    more : dict of str to str
        Of a number: what is said of it beside its value.
    options : tuple of (value, words)
        Of a choice.
    placeholder : str
        What holds where nothing is written.
    own : bool
        Whether the file says it itself, and not one that it extends.
    """

    path: Path
    kind: str
    label: str
    help: str = ""
    value: str = ""
    more: dict[str, str] = field(default_factory=dict)
    options: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""
    own: bool = True

    @property
    def name(self) -> str:
        """Its path, as forms name it."""
        return joined(self.path)


def field_of(
    sheet: Sheet,
    path: Path,
    label: str = "",
    options: Iterable[tuple[str, str]] = (),
    help: str = "",
) -> Field:
    """The field for what stands, or may stand, at a path.

    ``options``: what may be chosen, where the format alone does not say it.
    """
    shape = schema_paths.at(path)
    parent = schema_paths.at(path[:-1])
    stated = parent.model_fields[path[-1]] if _is_field(parent, path[-1]) else None
    label = label or field_words.label(path)
    about = help or (stated.description or "" if stated is not None else "")
    name = joined(path)
    own = sheet.own.get(path) is not None or not sheet.extends
    if schema_paths.is_quantity(shape):
        more = {facet: shown(sheet, f"{name}|{facet}") for facet in NUMBER}
        value = more.pop("value")
        low, high = shape.bounds
        about = help or field_words.meaning(path) or about or within(low, high)
        return Field(path, "number", label, about, value, more, placeholder=_usual(stated), own=own)
    value = shown(sheet, name)
    choices = tuple(options) or _choices(shape, stated)
    if choices:
        known = {key for key, _ in choices}
        extra = () if value in known or not value else ((value, value),)
        none = () if "" in known else (("", "–"),)
        return Field(path, "choice", label, about, value, {}, (*none, *choices, *extra), own=own)
    kind = "list" if is_list(shape) else "long" if path[-1] in _LONG else "text"
    kind = "wide" if kind == "text" and path[-1] in _WIDE else kind
    return Field(path, kind, label, about, value, placeholder=_usual(stated), own=own)


def _is_field(parent: Any, key: str) -> bool:
    return schema_paths.is_part(parent) and key in parent.model_fields


def _choices(shape: Any, stated: Any) -> tuple[tuple[str, str], ...]:
    if shape is bool:
        return (("yes", "yes"), ("no", "no"))
    if type(shape).__name__ == "_LiteralGenericAlias":
        return tuple((one, one) for one in get_args(shape))
    return ()


def _usual(stated: Any) -> str:
    """What holds where nothing is written, for a placeholder."""
    usual = stated.default if stated is not None else None
    if isinstance(usual, dict) and "value" in usual:
        return f"{usual['value']:g}"
    return str(usual) if isinstance(usual, (int, float)) and not isinstance(usual, bool) else ""


def fields_of(sheet: Sheet, path: Path, *names: str) -> list[Field]:
    """The fields of a part, by their names in the format."""
    return [field_of(sheet, (*path, name)) for name in names]


def weights_of(sheet: Sheet, path: Path) -> list[Field]:
    """One number each of a part that holds only numbers, as the weights of an actor."""
    names = [one for one in schema_paths.fields(schema_paths.at(path)) if one not in _NOT_SHOWN]
    own = [
        field_of(sheet, (*path, id), sheet.name("interests", id)) for id in sheet.table("interests")
    ]
    return fields_of(sheet, path, *names) + own


def reason_of(sheet: Sheet, path: Path) -> list[Field]:
    """Source and reason that stand for all numbers of a part."""
    return [
        field_of(sheet, (*path, "why"), "reason for all numbers of this card"),
        field_of(sheet, (*path, "source"), "sources for all numbers of this card"),
    ]


def shape_options() -> tuple[tuple[str, str], ...]:
    """The shapes of a spread, in words."""
    words = {
        "normal": "normal, this wide",
        "uniform": "anywhere from ... to",
        "triangular": "from ... to, most likely the value",
        "pert": "from ... to, the ends unlikely",
        "beta": "beta with shapes a b",
        "cases": "one of these",
    }
    return (("", "certain"), *((one, words[one]) for one in SHAPES))


def field_id(name: str) -> str:
    """The id that an element of a page has for a field's name."""
    return "f-" + re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
