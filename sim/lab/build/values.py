"""Values of a scenario as a form shows them, and what a form says as values.

A field is named by the path of what it stands for; a number has several, named by a
word behind a bar: ``actors.north.power|value``, ``|why``, ``|source``, ``|shape``,
``|ends`` and, of frequencies, ``|often``. What is shown and what is read agree: a field
that comes back as it was shown changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import permutations
from typing import Any

from sim.lab.build.document import Planned, YamlText
from sim.lab.build.often import AGREES, NEVER, frequencies, in_words
from sim.lab.build.sheet import Sheet
from sim.scenario import schema_paths
from sim.scenario.field_types import KnobRange
from sim.scenario.phrases import ANYONE, pair
from sim.scenario.yaml_reader import scalar

Path = tuple[str, ...]

ANY = f"{ANYONE} to {ANYONE}"
NUMBER = ("value", "why", "source", "shape", "ends")
"""What a form says of a number, a field each."""
OTHER = "other"
"""The choice of a frequency for which there are no words."""


def split(name: str) -> tuple[Path, str]:
    """The path and the word behind the bar of a field's name."""
    written, _, facet = name.partition("|")
    path = written.split(".")
    if path[0] == "knobs" and len(path) > 2:
        # The name of a knob is itself a path.
        last = [path.pop()] if path[-1] in KnobRange.model_fields else []
        path = ["knobs", ".".join(path[1:]), *last]
    return tuple(path), facet


def joined(path: Path, facet: str = "") -> str:
    """A field's name."""
    return ".".join(path) + (f"|{facet}" if facet else "")


def parts(value: Any) -> dict[str, Any]:
    """A number, plain or with its origin, as a mapping; nothing where there is no number."""
    if isinstance(value, dict):
        return value
    return {} if value is None else {"value": value}


def table(value: Any) -> dict[str, Any]:
    """Frequencies by ``A to B``; one number stands for anyone."""
    if isinstance(value, dict) and "value" not in value:
        return value
    return {} if value is None else {ANY: value}


def covering(by_pair: Mapping[str, Any], way: str) -> str | None:
    """The key of a table of frequencies that holds for a pair; the most specific one."""
    found = pair(way)
    if found is None:
        return way if way in by_pair else None
    first, _, second = found
    keys = (way, f"{first} to {ANYONE}", f"{ANYONE} to {second}", ANY)
    return next((key for key in keys if key in by_pair), None)


def value_at(sheet: Sheet, path: Path) -> Any:
    """What holds at a path; a pair's frequency also where it is written for anyone."""
    if is_of_pair(path):
        return table(sheet.get(path[:-1])).get(path[-1])
    return sheet.get(path)


def is_of_pair(path: Path) -> bool:
    """Whether a path is that of a frequency of one pair."""
    return len(path) > 1 and schema_paths.is_frequencies(schema_paths.at(path[:-1]))


def shown(sheet: Sheet, name: str) -> str:
    """What a form shows in a field."""
    path, facet = split(name)
    if facet == "often":
        return _often(sheet, path)
    value = value_at(sheet, path)
    if not facet:
        return _text(value)
    number = parts(value)
    spread = number.get("spread")
    shape = next(iter(spread), "") if isinstance(spread, dict) else ""
    if facet == "shape":
        return str(shape)
    if facet == "ends":
        ends = spread[shape] if isinstance(spread, dict) and shape else ""
        return _text(ends).replace(",", "")
    return _text(number.get(facet))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return _text(value.get("value")) if "value" in value else ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _often(sheet: Sheet, path: Path) -> str:
    """The words for how often a pair does it, or is asked and agrees."""
    by_pair = table(sheet.get(path[:-1]))
    key = covering(by_pair, path[-1])
    if key is None:
        return NEVER
    value = parts(by_pair[key]).get("value")
    if not isinstance(value, (int, float)):
        return OTHER
    return in_words(value, words_of(sheet, path)) or OTHER


def words_of(sheet: Sheet, path: Path) -> dict[str, float]:
    """The words for the frequencies that stand at a path."""
    return AGREES if path[-2] == "consent" else frequencies(sheet.unit)


# What a form says, put into the file.


def put(sheet: Sheet, said: Mapping[str, str]) -> Sheet:
    """The scenario with what changed fields say.

    ``said``: by the names of fields, those only that are not as they were shown. What cannot
    be understood is written as it was typed, so that nothing is lost: the check tells. The text
    is written once, however many fields there are.
    """
    planned = _planned(sheet.with_text(Planned(sheet.own.plain, sheet.own.file)), said)
    return sheet.with_text(sheet.own.becoming(planned.own.plain))


def _planned(sheet: Sheet, said: Mapping[str, str]) -> Sheet:
    numbers: dict[Path, dict[str, str]] = {}
    for name, typed in said.items():
        path, facet = split(name)
        typed = typed.replace("\r\n", "\n")
        if facet == "often":
            if typed != OTHER:
                sheet = sheet.with_text(_put_often(sheet, path, typed))
        elif facet:
            numbers.setdefault(path, {})[facet] = typed
        else:
            sheet = sheet.with_text(_put_plain(sheet.own, path, typed))
    for path, facets in numbers.items():
        sheet = sheet.with_text(_put_number(sheet, path, facets))
    return sheet


def order_at(path: Path) -> list[str]:
    """The usual order of the keys beside a path."""
    return schema_paths.fields(schema_paths.at(path[:-1]))


def _put_plain(text: YamlText, path: Path, typed: str) -> YamlText:
    if not typed.strip():
        return text.without(path)
    return text.with_value(path, plain(path, typed), order_at(path))


def plain(path: Path, typed: str) -> Any:
    """What was typed, as the kind of value that stands at a path."""
    shape = schema_paths.at(path)
    typed = typed.strip()
    if shape is bool or path[-1] == "one_sided":
        return {"yes": True, "no": False}.get(typed, typed)
    if is_list(shape) or path[-1] == "source":
        listed = [one for one in re.split(r"[,\s]*,[,\s]*|\n", typed) if one]
        return listed[0] if path[-1] == "source" and len(listed) == 1 else listed
    if shape is int or (isinstance(shape, type) and issubclass(shape, (int, float))):
        return read_number(typed)
    return typed


def is_list(shape: Any) -> bool:
    """Whether several names stand there."""
    return getattr(shape, "__origin__", None) is tuple


def read_number(typed: str) -> Any:
    """A number as people type it: also with a decimal comma; else the text as it is."""
    typed = typed.strip()
    if re.fullmatch(r"[-+]?[0-9]+,[0-9]+", typed):
        typed = typed.replace(",", ".")
    return scalar(typed.replace("\N{MINUS SIGN}", "-"))


def _put_number(sheet: Sheet, path: Path, facets: Mapping[str, str]) -> YamlText:
    """Write a number with its spread and origin, as plainly as it can stand."""
    held = dict(parts(value_at(sheet, path)))
    for facet in ("value", "why", "source"):
        if facet in facets:
            typed = facets[facet].strip()
            held.pop(facet, None) if not typed else held.update({facet: _facet(facet, typed)})
    if "value" in facets and "value" not in held:
        # An empty box is no number: what was said of it goes with it.
        held, facets = {}, {}
    if "shape" in facets or "ends" in facets:
        name = joined(path)
        shape = facets.get("shape", shown(sheet, f"{name}|shape"))
        ends = facets.get("ends", shown(sheet, f"{name}|ends"))
        held.pop("spread", None)
        if shape:
            held["spread"] = {shape: _ends(shape, ends)}
    ordered: dict[str, Any] = {
        key: held[key] for key in ("value", "spread", "source", "why") if key in held
    }
    if is_of_pair(path):
        return _put_in_table(sheet, path, _written(ordered))
    if not ordered:
        return sheet.own.without(path)
    return sheet.own.with_value(path, _written(ordered), order_at(path))


def _written(number: dict[str, Any]) -> Any:
    return number["value"] if set(number) == {"value"} else number or None


def _facet(facet: str, typed: str) -> Any:
    if facet == "value":
        return read_number(typed)
    return plain(("source",), typed) if facet == "source" else typed


def _ends(shape: str, typed: str) -> Any:
    numbers = [read_number(one) for one in re.split(r"[;\s]+|,\s+", typed.strip()) if one]
    return numbers[0] if shape == "normal" and len(numbers) == 1 else numbers


def _put_in_table(sheet: Sheet, path: Path, value: Any) -> YamlText:
    """Write the frequency of one key; a plain number for anyone stays plain."""
    where, key = path[:-1], path[-1]
    now = dict(table(sheet.get(where)))
    if value is None:
        now.pop(key, None)
    else:
        now[key] = value
    return _with_table(sheet, where, now)


def without_knobs(text: YamlText, *gone: Path) -> YamlText:
    """Take out the knobs of numbers that are gone."""
    knobs = text.plain.get("knobs")
    for path in list(knobs) if isinstance(knobs, dict) else ():
        if any(f"{path}.".startswith(f"{'.'.join(one)}.") for one in gone):
            text = text.without(("knobs", path))
    return text


def _with_table(sheet: Sheet, where: Path, now: dict[str, Any]) -> YamlText:
    before = sheet.get(where)
    text = without_knobs(
        sheet.own,
        *((*where, key) for key in table(before) if key not in now),
        *([where] if ANY in table(before) and ANY not in now else []),
    )
    if not now:
        return text.without(where)
    if set(now) == {ANY} and not (isinstance(before, dict) and "value" not in before):
        return text.with_value(where, now[ANY], order_at(where))
    if not sheet.extends:
        return text.with_value(where, now, order_at(where))
    # A file that extends another names what it changes; null takes away what the base has.
    held = table(before)
    own = {**now, **{key: None for key in held if key not in now}} if held else now
    return text.with_value(where, own, order_at(where))


def _put_often(sheet: Sheet, path: Path, said: str) -> YamlText:
    """Write the frequency of a pair, given in words."""
    where, way = path[:-1], path[-1]
    now = dict(table(sheet.get(where)))
    words = words_of(sheet, path)
    if said in words:
        own = now.get(way)
        now[way] = {**own, "value": words[said]} if isinstance(own, dict) else words[said]
    else:
        while (key := covering(now, way)) is not None:
            if key == way:
                del now[way]
            else:
                spread_out(now, key, list(sheet.table("actors")))
    return _with_table(sheet, where, now)


def spread_out(by_pair: dict[str, Any], key: str, actors: list[str]) -> None:
    """Write a frequency for anyone as one for each pair that it holds for."""
    value = by_pair[key]
    for first, second in permutations(actors, 2):
        way = f"{first} to {second}"
        if way not in by_pair and covering(by_pair, way) == key:
            by_pair[way] = value
    del by_pair[key]
