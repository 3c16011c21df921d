"""Conditions as a file writes them: limits by phrase, all of which hold, and choices of them.

Beside its phrases a table of conditions may hold ``any_of`` and ``none_of``: lists of such tables,
of which one at least holds, or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from sim.scenario.field_types import Grounded, Quantity, fault

Choice = Literal["any_of", "none_of"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
"""Keys of a table of conditions that hold lists of such tables."""


class Limits(Grounded):
    """A condition on one quantity: at least, at most, or both."""

    at_least: Quantity | None = None
    at_most: Quantity | None = None

    @model_validator(mode="before")
    @classmethod
    def _whether(cls, data: Any) -> Any:
        """What is in force or not is written as true or false."""
        if isinstance(data, bool):
            why = "a condition, and no figure"
            return {"at_least" if data else "at_most": {"value": int(data), "why": why}}
        return data


def _kind(value: Any) -> str:
    return "[choices]" if isinstance(value, (list, tuple)) else "[limits]"


def misplaced(table: Any) -> Iterator[tuple[str, str, str]]:
    """Keys under which stands what does not belong there, with the problem and its remedy."""
    for key, held in table.items() if isinstance(table, Mapping) else ():
        if key in CHOICES and not isinstance(held, (list, tuple)):
            problem = f"'{key}' wants a list of conditions"
            yield key, problem, f"write {key}: [{{PHRASE: {{at_least: ...}}}}, ...]"
        elif key not in CHOICES and isinstance(held, (list, tuple)):
            problem = f"a list stands under '{key}'"
            yield key, problem, "write {at_least: ...} or {at_most: ...} with a number"
        elif key in CHOICES and any(isinstance(one, Mapping) and not one for one in held):
            problem = f"an entry of '{key}' asks for nothing"
            yield key, problem, "write a condition, or delete the entry"
        elif key in CHOICES and any(isinstance(one, (list, tuple)) for one in held):
            problem = f"an entry of '{key}' is a list"
            yield key, problem, "write a condition in its place: {PHRASE: {at_least: ...}}"
        elif inner := _nested(held):
            problem = f"'{inner}' stands in an entry of '{key}': choices cannot be nested"
            remedy = "put conditions that all hold side by side in the entry, or write the choice "
            yield key, problem, f"{remedy}beside '{key}'"


def _nested(held: Any) -> str | None:
    """The key of a choice that stands within an entry of another."""
    entries = held if isinstance(held, (list, tuple)) else ()
    inside = (key for one in entries if isinstance(one, Mapping) for key in one)
    return next((key for key in inside if key in CHOICES), None)


def _choices(value: Any) -> Any:
    """Lists stand under the keys for them, and nothing else does."""
    for _, problem, remedy in misplaced(value):
        raise fault(problem, remedy)
    return value


Table = dict[str, Limits]
"""Conditions all of which hold, by phrase."""
Choices = Annotated[tuple[Table, ...], Field(min_length=1)]
"""Tables of conditions, of which one holds, or none."""
Condition = Limits | Choices
"""What stands under one key of a table of conditions."""
Conditions = Annotated[
    dict[
        str,
        Annotated[
            Annotated[Limits, Tag("[limits]")] | Annotated[Choices, Tag("[choices]")],
            Discriminator(_kind),
        ],
    ],
    BeforeValidator(_choices),
]
"""Conditions all of which hold: limits by phrase, and choices."""
CONDITION_TAGS = ("[limits]", "[choices]")
"""What Pydantic adds to the place of an error in a condition: no part of a file's path."""


def plain(conditions: Mapping[str, Condition]) -> Table:
    """Those that stand by themselves, by phrase."""
    return {text: one for text, one in conditions.items() if isinstance(one, Limits)}


def choices(conditions: Mapping[str, Condition]) -> Iterator[tuple[Choice, tuple[Table, ...]]]:
    """The choices among conditions: of what sort, and between what."""
    for key, one in conditions.items():
        if not isinstance(one, Limits):
            yield cast(Choice, key), one


def every(
    conditions: Mapping[str, Condition],
) -> Iterator[tuple[tuple[str | int, ...], str, Limits]]:
    """Each condition, also within choices: the steps to its table, its phrase and its limits."""
    for key, one in conditions.items():
        if isinstance(one, Limits):
            yield (), key, one
        else:
            for number, table in enumerate(one):
                for text, limits in table.items():
                    yield (key, number), text, limits


def texts_in(conditions: Mapping[str, Condition]) -> list[str]:
    """The phrase of each condition as it is written, also within choices."""
    return [text for _, text, _ in every(conditions)]
