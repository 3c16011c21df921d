"""Checking a document against the types, and saying what is wrong in plain words."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.errors import Fault
from sim.scenario import schema_paths
from sim.scenario.calendar import MONTHS
from sim.scenario.conditions import Limits, misplaced
from sim.scenario.field_types import History, Recorded, Spread, is_number, shown
from sim.scenario.formulas import untagged
from sim.scenario.lenses import LENSES
from sim.scenario.lookup import DOES
from sim.scenario.node import Node
from sim.scenario.node import Path as NodePath
from sim.scenario.phrases import move, pair, parse
from sim.scenario.schema import Calendar, Change, Delivery, Description, Successor
from sim.scenario.yaml_reader import read_data
from sim.text import closest, did_you_mean, quoted
from sim.theories.registry import names

Part = TypeVar("Part", bound=BaseModel)
_MISTAKES: dict[str, dict[str, Any]] = read_data(Path(__file__).with_name("common_mistakes.yaml"))


def validate(kind: type[Part], root: Node) -> tuple[Part | None, list[Fault]]:
    """Read a document as a type.

    ``kind``: what the document should be. Gives the part where all is well, else every fault.
    """
    try:
        return kind.model_validate(root.plain()), []
    except ValidationError as error:
        return None, [
            _fault(kind, root, {**detail, "loc": untagged(detail["loc"])})
            for detail in error.errors(include_url=False)
            if not _too_short_by_faults(detail)
        ]


def _too_short_by_faults(detail: Mapping[str, Any]) -> bool:
    """Whether a list is only too short because faulty entries, told already, do not count."""
    return (
        detail["type"] == "too_short"
        and isinstance(detail["input"], (list, tuple))
        and len(detail["input"]) >= detail["ctx"]["min_length"]
    )


def _fault(kind: type[BaseModel], root: Node, detail: dict[str, Any]) -> Fault:
    sort: str = detail["type"]
    path: NodePath = detail["loc"]
    if sort == "extra_forbidden":
        known = schema_paths.fields(schema_paths.at(path[:-1], kind))
        problem, remedy = unknown_key(str(path[-1]), known)
        if schema_paths.at(path[:-1], kind) is Successor and is_number(
            given := detail.get("input")
        ):
            of = f"{{{path[-1]}: {shown(given)}}}"
            remedy = f"if it is an issue, write positions: {of}; {remedy}"
        if detail.get("input") is None:
            remedy = f"{_COMMA}; {remedy}"
        return Fault(root.place(path, at_key=True), problem, remedy)
    if path and path[-1] == "[key]" and sort != "scenario":
        return Fault(root.place(path[:-1], at_key=True), *_bad_name(str(path[-2])))
    if sort == "missing":
        return Fault(root.place(path[:-1]), *_missing(kind, path))
    if sort == "scenario":
        context: Mapping[str, Any] = detail["ctx"]
        at_key = bool(path) and path[-1] == "[key]"
        place = root.place(path[:-1] if at_key else path, at_key)
        return Fault(place, context["problem"], context["remedy"])
    found, node = root.find(path)
    written = node.written if found == path and isinstance(node.value, (int, float)) else None
    value = detail.get("input")
    if sort in ("model_type", "model_attributes_type"):
        form = _form(schema_paths.at(path, kind), value, written)
        return Fault(root.place(path), f"{written or shown(value)} is not a mapping", form)
    problem, remedy = _words(sort, value, detail.get("ctx", {}), path, written)
    return Fault(root.place(path), problem, remedy or detail["msg"])


_COMMA = (
    "a comma inside { } ends a value: put a text with commas in quotes, "
    "and write decimals with a point"
)


def unknown_key(key: str, known: list[str]) -> tuple[str, str]:
    """Problem and remedy of a key that has no place beside those that are known."""
    meant = [word for word in _MISTAKES["keys"].get(key.lower(), ()) if word in known]
    near = meant[0] if meant else closest(key, known)
    listed = f"known keys here: {', '.join(known)}"
    return f"unknown key '{key}'", f"did you mean '{near}'? {listed}" if near else listed


def _bad_name(key: str) -> tuple[str, str]:
    better = _as_id(key)
    example = f", e.g. '{better}'" if better else ", e.g. 'north'"
    return (
        f"'{key}' cannot be an id",
        f"an id begins with a small letter and holds small letters, digits and '_'{example}; "
        "what is shown to readers goes under 'name'",
    )


def _missing(kind: type[BaseModel], path: NodePath) -> tuple[str, str]:
    key = str(path[-1])
    owner = schema_paths.at(path[:-1], kind)
    meaning = owner.model_fields[key].description if schema_paths.is_part(owner) else None
    return f"'{key}' is missing", f"add '{key}:' ({meaning})" if meaning else f"add '{key}:'"


def _form(part: Any, value: Any, written: str | None) -> str:
    """How a part is written, where one value stood: ``{by: 0.1}``."""
    number = written or "0.5"
    if part is Change:
        return f"write {{by: {number}}} to add it, or {{to: {number}}} to set it to that"
    if part is Limits:
        return f"write {{at_least: {number}}} or {{at_most: {number}}}"
    if part is Delivery:
        said = re.fullmatch(r"([a-z][a-z0-9_]*)(?:\s+(?:with)?in\s+(\d{1,3})\b.*)?", str(value))
        lever, rounds = (said[1], said[2] or 4) if said and isinstance(value, str) else ("L", 4)
        return f"write {{lever: {lever}, within: {rounds}}}"
    if part is Spread:
        return f"write a shape and its size, e.g. spread: {{normal: {number}}}"
    if not schema_paths.is_part(part):
        return "write keys with values below it, each indented"
    known = [key for key in schema_paths.fields(part) if key not in ("source", "why")]
    needed = [key for key in known if part.model_fields[key].is_required()]
    keys = needed or known[:1]
    numbers = all(schema_paths.is_quantity(schema_paths.below(part, key)) for key in keys)
    others = "".join(f", {key}: ..." for key in keys[1:])
    first = f"{{{keys[0]}: {number}{others}}}"
    listed = f"known keys here: {', '.join(known)}"
    return (
        f"write it with its keys, e.g. {first}; {listed}"
        if numbers
        else (f"write keys with values below it, each indented; {listed}")
    )


def _words(
    sort: str, value: Any, context: Mapping[str, Any], path: NodePath, written: str | None
) -> tuple[str, str]:
    """Problem and remedy for each kind of error that the types can raise."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} is not a finite number", "write a plain number"
    text = written or shown(value)
    if sort in _MISTAKES["expected"]:
        expected = _MISTAKES["expected"][sort]
        remedy = expected["remedy"]
        if sort == "string_type" and isinstance(value, (int, float)):
            remedy = f"put it in quotes: '{written or _yaml(value)}'"
        elif sort in ("tuple_type", "list_type") and isinstance(value, str):
            remedy = f"write a list: [{value}]"
        elif sort == "tuple_type" and path[-1:] == ("elections",):
            year = value if isinstance(value, int) and 1 <= value <= 9999 else None
            day = value if isinstance(value, datetime.date) else f"{year or 2025:04}-11-08"
            remedy = f"write a list of days: [{day}]"
        elif sort == "tuple_type" and path[-1] in DOES and isinstance(value, Mapping) and value:
            remedy = f"write a list: {path[-1]}: [{_arrangement(path, str(next(iter(value))))}]"
        elif sort == "tuple_type" and path[-1:] == ("in_force",):
            remedy = "write between whom: [A and B], or [A to B] if it is one-sided"
        elif sort == "float_type" and path[-1:] == ("normal",):
            remedy = (
                "write the standard deviation, one number, e.g. {normal: 0.1}; "
                "two ends go under another shape, e.g. {uniform: [low, high]}"
            )
        elif sort == "dict_type" and (entry := _MISTAKES["entries"].get(str(path[-1]))):
            number = text if is_number(value) else "0.1"
            remedy += ", e.g. " + entry.replace("N", number)
        return f"{text} is not {expected['is']}", remedy
    if sort in _MISTAKES["limits"]:
        return f"{text} is out of range", _MISTAKES["limits"][sort].format(**context)
    if sort == "literal_error":
        options = [str(option) for option in re.findall(r"'([^']*)'", context["expected"])]
        near = _unit(str(value)) if path[-1:] == ("round",) else closest(str(value), options)
        known = f"write one of {quoted(options)}"
        return f"{text} is not known here", f"did you mean '{near}'? {known}" if near else known
    if sort == "string_pattern_mismatch":
        return _no_such_id(value, str(path[-1]))
    if sort == "string_too_short":
        return "the text is empty", "write something, or delete the key if it is optional"
    if sort == "string_too_long":
        longest = context["max_length"]
        return f"the text has {len(value):,} characters", f"write {longest:,} at most"
    if sort == "too_short":
        needed, given = context["min_length"], context["actual_length"]
        what = str(path[-1]) if path else "entries"
        return f"there are {given} {what}, at least {needed} are needed", f"add to '{what}:'"
    return f"{text} cannot stand here", ""


def _no_such_id(value: Any, key: str) -> tuple[str, str]:
    """Problem and remedy of a text that is not written as ids are."""
    if key == "theory":
        return f"there is no theory {shown(value)}", did_you_mean(value, names(), "theories")
    rule = _PATTERNS.get(key, _PATTERNS[""])
    better = _as_id(value) if rule == _PATTERNS[""] else ""
    return (
        f"{shown(value)} does not fit here",
        f"did you mean '{better}'? {rule}" if better else rule,
    )


def _as_id(text: str) -> str:
    """The id that is nearest to a text; empty where it has no letter."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_").lstrip("0123456789_")


def _arrangement(path: NodePath, name: str) -> str:
    """How what begins or ends an arrangement names it: an event says between whom."""
    return f"{name} between A and B" if path[0] == "events" else name


def _unit(text: str) -> str | None:
    """The length of a round that was meant: ``6 months`` is a half-year."""
    words = text.lower().replace("-", " ").replace("_", " ").split()
    if words and words[0] in ("a", "an", "one", "each", "every", "per"):
        words = ["1", *words[1:]]
    if len(words) == 2 and words[1].rstrip("s") in ("month", "year"):
        count = _MISTAKES["counts"].get(words[0], words[0])
        if re.fullmatch("[0-9]{1,4}", count):
            months = int(count) * MONTHS[words[1].rstrip("s")]
            return next((unit for unit, length in MONTHS.items() if length == months), None)
    plain = " ".join(words)
    return _MISTAKES["rounds"].get(plain) or closest(plain, MONTHS)


def _yaml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_PATTERNS = {
    "lens": f"write one of {', '.join(LENSES)}, or the id of one under 'lenses:'",
    "": "an id begins with a small letter and holds small letters, digits and '_'",
}


# What of a faulty document can still be checked, so that all faults come in one go.

_PASSES = 8
"""Taking one thing out may leave another without what it needs, a few times over."""


_FITTING: dict[object, object] = {str: "01", int: 1000, float: 0, bool: False}
"""A text that is also a CAMEO code; enough rounds for any date."""


_CALENDAR = {"start": "1900-01-01", "round": "year"}
"""Dates are not compared with it."""


@dataclass(frozen=True)
class Checkable:
    """What of a faulty document can be checked.

    Attributes
    ----------
    description : Description
        What the rest describes.
    rest : Node
        The rest.
    gone : set of str
        Ids that were taken out.
    mended : set of path
        Where something was taken out or replaced.
    """

    description: Description
    rest: Node
    gone: set[str]
    mended: set[NodePath]


def checkable_part(root: Node) -> Checkable | None:
    """A document like this one that fits the types.

    ``root``: a document that does not. ``None`` where too little is left to check.
    """
    rest, gone, mended = root.copy(), set[str](), set[NodePath]()
    for _ in range(_PASSES):
        try:
            return Checkable(Description.model_validate(rest.plain()), rest, gone, mended)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
        for path in {_at_fault(rest, untagged(one["loc"]), one["type"]) for one in details}:
            if len(path) < 1 or not _mend(rest, path, gone):
                return None
            mended.add(path)
    return None


def about_what_is_missing(problem: str, gone: set[str]) -> bool:
    """Whether a fault only says that something taken out is not there."""
    return any(gone.intersection(_ids(quoted)) for quoted in re.findall("'([^']*)'", problem))


def _ids(text: str) -> tuple[str, ...]:
    """The ids in what a message quotes: a phrase, a pair, a move, or one id."""
    if phrase := parse(text):
        return phrase.names
    if ends := pair(text):
        return ends[0], ends[2]
    return move(text) or (text,)


def _at_fault(rest: Node, loc: NodePath, sort: str) -> NodePath:
    """The smallest part, no item of a list nor inside a number, that has the fault."""
    path = loc[:-1] if loc and loc[-1] == "[key]" else loc
    if sort != "missing":
        path, node = rest.find(path)
        if sort == "scenario" and path[-1:] in (("when",), ("requires",)):
            # The other conditions of the table can be checked.
            path = (*path, *[key for key, *_ in misplaced(node.plain())][:1])
    for depth in range(1, len(path) + 1):
        kind = schema_paths.at(path[:depth])
        if schema_paths.is_quantity(kind) or (depth < len(path) and isinstance(path[depth], int)):
            return path[:depth]
    return path


def _mend(rest: Node, path: NodePath, gone: set[str]) -> bool:
    """Take the value out, or put one that fits where it cannot be missing."""
    found, owner = rest.find(path[:-1])
    key = str(path[-1])
    if found != path[:-1] or not owner.is_mapping:
        return True  # it went with something else
    part, kind = schema_paths.at(path[:-1]), schema_paths.at(path)
    if part is Recorded or (part is History and key == "values"):  # which it cannot do without
        rest.find(path[:-2])[1].fields.pop(str(path[-2]), None)
        return True
    required = schema_paths.is_part(part) and key in part.model_fields
    required = required and part.model_fields[key].is_required()
    if required or (schema_paths.is_table(part) and schema_paths.is_quantity(kind)):
        # A name of its own, or two parts would share one.
        fitting = f"A {path[-2]}" if key == "name" else _fitting(kind)
        mark = owner.fields[key].mark if key in owner.fields else owner.mark
        if kind is Calendar:
            fitting = {word: Node(value, mark) for word, value in _CALENDAR.items()}
            fitting["rounds"] = Node(1, mark)
        elif part is Calendar:
            fitting = _CALENDAR.get(key, fitting)
        if fitting is None:
            return False
        owner.fields[key] = Node(fitting, mark)
    elif key in owner.fields:
        node = owner.fields.pop(key)
        if path[0] != "history":
            gone |= set(node.fields) if len(path) == 1 else {key} if len(path) == 2 else set()
    return True


def _fitting(kind: object) -> object:
    """A value of a type, of no consequence; ``None`` where there is no such thing."""
    if schema_paths.is_quantity(kind) or schema_paths.is_frequencies(kind):
        return 0.01
    return _FITTING.get(kind)
