"""Arguments that a caller of Python gives: what stands for a number, a name or a path.

Each function gives the value in its own type, or raises a :class:`~sim.errors.ScenarioError`
that names the argument.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import Fault, Place, ScenarioError
from sim.scenario.field_types import shown

MOST_RUNS, MOST_SEED = 1_000_000_000, 2**63 - 1


def _refusal(name: str, problem: str, remedy: str) -> ScenarioError:
    return ScenarioError([Fault(Place(name), problem, remedy)])


def whole_number(name: str, value: Any, least: int, most: int) -> int:
    """A whole number within its range."""
    number = integer(name, value)
    if not least <= number <= most:
        remedy = f"write a whole number from {least:,} to {most:,}"
        raise _refusal(name, f"{number:,} is out of range", remedy)
    return number


def integer(name: str, value: Any) -> int:
    """A whole number, of whatever type."""
    try:
        return operator.index(value)
    except TypeError:
        problem = f"{shown(value)} is no whole number"
        raise _refusal(name, problem, "write one, without a point") from None


def text(name: str, value: Any) -> str:
    """A text."""
    if isinstance(value, str):
        return value
    raise _refusal(name, f"{shown(value)} is no text", "give a text in quotes")


def path_of(name: str, value: Any) -> Path:
    """The path of a file or folder."""
    if isinstance(value, (str, os.PathLike)) and isinstance(found := os.fspath(value), str):
        return Path(found)
    raise _refusal(name, f"{shown(value)} is no path", "give it as text or a pathlib.Path")


def truth(name: str, value: Any) -> bool:
    """A truth value."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise _refusal(name, f"{shown(value)} is neither True nor False", "give one of the two")


def names_of(name: str, value: str | Iterable[str]) -> tuple[str, ...]:
    """Names in a row; a single one may stand by itself. One that comes twice counts once."""
    names = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    wrong = [
        Fault(Place(name), f"{shown(one)} is no name", "give names as text")
        for one in names
        if not isinstance(one, str)
    ]
    if wrong:
        raise ScenarioError(wrong)
    return tuple(dict.fromkeys(map(str, names)))


def function_of(name: str, value: Any) -> Any:
    """Something that can be called, or nothing."""
    if value is None or callable(value):
        return value
    raise _refusal(name, f"{shown(value)} cannot be called", "give a function, or leave it out")
