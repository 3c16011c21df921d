"""Scenario documents with something odd in one place, and what a schema cannot say of them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from sim.errors import Fault
from sim.scenario.quantity import SHAPES
from tests.sample_quartet import QUARTET, Document

WORDS = (
    "", " ", "north", "west", "actor", "anyone", "pass", "East", "2016-10-01", "2015-02-29",
    "20161001", "2000-02-29", "0.5", "057", "0579", "realist", "quarter", "west to east",
    "east and west", "anyone to anyone", "west  to ally", "affinity of west and east",
    "ties of actor to target", "issue strait", "issue", "weight of west on issues",
    "weight of west on glory", "position of west on strait", "gap on strait",
    "rounds since talk", "power of west", "patrol by west", "{actor} and {target}",
    "in force peace between north and south", "in force embargo by north toward south",
    "rounds since peace began between actor and target", "trust of south in north",
    "rounds in office of south", "peace between north and south", "embargo by north toward east",
)  # fmt: skip
KEYS = (
    *WORDS, "value", "spread", "source", "why", "normal", "uniform", "beta", "cases", "by", "to",
    "at_least", "at_most", "of", "acts", "when", "lever", "event", "on", "since", "until", "lens",
    "weights", "offers", "consent", "toward", "name", "extends", "position", "commitment",
    "begins", "ends", "delivers", "government", "term", "parties", "one_sided", "in_force",
    "elections", "loses", "hazard", "every", "trust", "within", "chance", "repeats",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 0.5, -0.5, 1e-9, 100, 101, 7.0, 7.5, 1e6, 2e6, 0.999, 1e3)
SCALARS: SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.sampled_from(NUMBERS), st.sampled_from(WORDS)
)
ODD: SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=5,
)

BETWEEN_NUMBERS = (r"a negative width", r"lies outside its .* spread")
"""What the types refuse and a schema cannot: two numbers in the wrong order."""
BEYOND = (
    *BETWEEN_NUMBERS,
    # Names of other parts.
    r"is not defined", r"is not watched", r"stands for nobody here", r"is called '.*' too",
    r"has a meaning", r"who have no usual frequency",
    # Two numbers, names or dates side by side.
    r"nothing is at least .* and at most", r"add up to", r"ends before it begins",
    r"lies outside the calendar", r"runs past the year",
    r"both ends of the issue", r"wants nothing", r"is related to itself", r"deals with itself",
    r"stands between one and the same", r"does nothing toward itself", r"is given (as|twice)",
    r"are the same",
    # A range that depends on the quantity a phrase names, or on what an outcome counts.
    r"is out of range", r"is no count",
    # Curly brackets in a line of the log, and the size of a whole.
    r"is not filled in", r"memory",
    # Arrangements, promises and governments: what others say of them.
    r"does not fit: the arrangement is", r"are not both parties", r"is named twice",
    r"the lever \w+ and \w+ '", r"who are not both parties", r"is never in force",
    r"promises (itself|'\w+', which)", r"is (one-sided|held by both): '", r"always holds",
    r"no trust without", r"no government that could change", r"already$", r"no stance on",
    r"seen through a lens", r"is the event of a new government",
)  # fmt: skip
"""Faults that hang on more than one place of a file: the reader finds them, the schema cannot."""
OF_A_BASE = (
    *BEYOND, r"here to delete", r"is missing", r"unknown key", r"needs (one|either)",
    r"has no limit", r"nobody uses", r"says nothing without", r"there are \d+", r"is not a number",
    r"is empty", r"a lens and weights", r"a date and a period",
    r"never changes", r"how likely an election is lost",
    r"exactly one shape", r"is not a brief", r"is not a directed pair", r"is not a pair",
)  # fmt: skip
"""What hangs on the base, in a file that extends another."""


def beyond(faults: Iterable[Fault], known: tuple[str, ...] = BEYOND) -> list[str]:
    """The faults that a schema should have found."""
    return [
        f"{fault.place.path}: {fault.problem}"
        for fault in faults
        if not any(re.search(one, fault.problem) for one in known)
    ]


def _inside(part: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(part, dict):
        return part.items()
    return enumerate(part) if isinstance(part, list) else ()


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path in a document."""
    deeper = (deep for key, value in _inside(part) for deep in places(value, (*path, key)))
    return [path, *deeper]


QUANTITIES = st.one_of(
    st.sampled_from(NUMBERS),
    st.fixed_dictionaries(
        {"value": st.sampled_from(NUMBERS)},
        optional={
            "spread": st.dictionaries(
                st.sampled_from(SHAPES),
                st.none()
                | st.sampled_from(NUMBERS)
                | st.lists(st.sampled_from(NUMBERS), max_size=3),
                max_size=2,
            ),
            "source": st.sampled_from((None, "", "F1", [], ["F1"], [1])),
            "why": st.sampled_from((None, "", "so", 1)),
        },
    ),
)


def _alike(last: Any, value: Any, document: Document) -> SearchStrategy[Any]:
    """Something of the kind that stands there, or what the same key has elsewhere."""
    elsewhere = [_at(document, path) for path in places(document)[1:] if path[-1] == last]
    kinds = [st.sampled_from(elsewhere)] if elsewhere else []
    if isinstance(value, bool) or value is None or isinstance(value, str):
        kinds.append(SCALARS)
    elif isinstance(value, int | float) or (isinstance(value, dict) and "value" in value):
        kinds.append(QUANTITIES)
    return st.one_of(*(kinds or [ODD]))


def _at(part: Any, path: Iterable[Any]) -> Any:
    for step in path:
        part = dict(_inside(part)).get(step)
    return part


@st.composite
def spoilt(draw: DrawFn, document: Document = QUARTET) -> Document:
    """Draw the document of everything with one or two places replaced, added or taken out."""
    found = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 2))):
        *way, last = draw(st.sampled_from(places(document)[1:]))
        part = _at(found, way)
        if isinstance(part, dict):
            how = draw(st.sampled_from(("alike", "alike", "alike", "odd", "add", "drop", "rename")))
            if how == "drop":
                part.pop(last, None)
            elif how == "rename":
                part[draw(st.sampled_from(KEYS))] = part.pop(last, None)
            elif how == "add":
                key = draw(st.sampled_from(KEYS))
                part[key] = copy.deepcopy(draw(_alike(key, part.get(last), document)))
            else:
                new = _alike(last, part.get(last), document) if how == "alike" else ODD
                part[last] = copy.deepcopy(draw(new))
        elif isinstance(part, list):
            part.append(draw(SCALARS))
    return found
