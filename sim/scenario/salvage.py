"""What of a faulty document can still be checked, so that all faults come in one go.

References can only be followed in a document whose shapes are sound. So each
value that is not is taken out or, where its part cannot do without it, replaced
by one that fits; then the rest is checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import ValidationError

from sim.scenario import shape
from sim.scenario.node import Node, Path
from sim.scenario.phrases import move, pair, parse
from sim.scenario.schema import Calendar, Description
from sim.scenario.told import History

ROUNDS = 8
"""Taking one thing out may leave another without what it needs, a few times over."""
_FITTING: dict[object, object] = {str: "01", int: 1000, float: 0, bool: False}
"""A text that is also a CAMEO code; enough rounds for any date."""
_CALENDAR = {"start": "1900-01-01", "round": "year"}
"""Dates are not compared with it."""


@dataclass(frozen=True)
class Sound:
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
    mended: set[Path]


def sound_part(root: Node) -> Sound | None:
    """A document like this one that fits the types.

    Parameters
    ----------
    root : Node
        A document that does not.

    Returns
    -------
    Sound or None
        ``None`` where too little is left to check.
    """
    rest, gone, mended = root.copy(), set[str](), set[Path]()
    for _ in range(ROUNDS):
        try:
            return Sound(Description.model_validate(rest.plain()), rest, gone, mended)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
        for path in {_at_fault(rest, detail["loc"], detail["type"]) for detail in details}:
            if len(path) < 1 or not _mend(rest, path, gone):
                return None
            mended.add(path)
    return None


def of_what_is_gone(problem: str, gone: set[str]) -> bool:
    """Whether a fault only says that something taken out is not there."""
    return any(gone.intersection(_ids(quoted)) for quoted in re.findall("'([^']*)'", problem))


def _ids(text: str) -> tuple[str, ...]:
    """The ids in what a message quotes: a phrase, a pair, a move, or one id."""
    if phrase := parse(text):
        return phrase.names
    if ends := pair(text):
        return ends[0], ends[2]
    return move(text) or (text,)


def _at_fault(rest: Node, loc: Path, sort: str) -> Path:
    """The smallest part, no item of a list nor inside a number, that has the fault."""
    path = loc[:-1] if loc and loc[-1] == "[key]" else loc
    if sort != "missing":
        path, _ = rest.find(path)
    for depth in range(1, len(path) + 1):
        kind = shape.at(path[:depth])
        if shape.is_quantity(kind) or (depth < len(path) and isinstance(path[depth], int)):
            return path[:depth]
    return path


def _mend(rest: Node, path: Path, gone: set[str]) -> bool:
    """Take the value out, or put one that fits where it cannot be missing."""
    found, owner = rest.find(path[:-1])
    key = str(path[-1])
    if found != path[:-1] or not owner.is_mapping:
        return True  # it went with something else
    part, kind = shape.at(path[:-1]), shape.at(path)
    if part is History and key == "values":  # which it cannot do without
        del rest.fields["history"].fields[str(path[1])]
        return True
    required = shape.is_part(part) and key in part.model_fields
    required = required and part.model_fields[key].is_required()
    if required or (shape.is_table(part) and shape.is_quantity(kind)):
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
    if shape.is_quantity(kind) or shape.is_frequencies(kind):
        return 0.01
    return _FITTING.get(kind)
