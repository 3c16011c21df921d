"""The numbers of a description, each with its path and its origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from sim.scenario.quantity import Quantity
from sim.scenario.schema import Event, Lever

Origin = Literal["article", "data", "judgement", "unstated"]


@dataclass(frozen=True)
class Parameter:
    """One number of a scenario.

    Attributes
    ----------
    path : str
        Where it stands: ``actors.north.power``.
    quantity : Quantity
        Value, spread and range.
    source : tuple of str
        Ids it cites, its own or those of the part it stands in.
    why : str or None
        The stated reason, its own or that of the part it stands in.
    stated : bool
        False for a default that the file does not mention.
    """

    path: str
    quantity: Quantity
    source: tuple[str, ...]
    why: str | None
    stated: bool

    @property
    def value(self) -> float:
        """The central value."""
        return self.quantity.value

    def same_number(self, other: Parameter) -> bool:
        """Whether value and spread are the same, whatever is said of their origin."""
        mine, theirs = self.quantity, other.quantity
        return mine.value == theirs.value and mine.spread == theirs.spread


def walk(description: BaseModel) -> Iterator[Parameter]:
    """List every number of a description, in the order of its fields."""
    yield from _walk(description, (), (), None, True)


def _walk(
    node: Any, path: tuple[str, ...], source: tuple[str, ...], why: str | None, stated: bool
) -> Iterator[Parameter]:
    if isinstance(node, Quantity):
        own = bool(node.source or node.why)  # a default has its own reason, in the types
        yield Parameter(
            path=".".join(path),
            quantity=node,
            source=node.source if own else source,
            why=node.why if own else why,
            stated=stated,
        )
    elif isinstance(node, BaseModel):
        own_source = getattr(node, "source", ())
        own_why = getattr(node, "why", None)
        if own_source or own_why:
            source, why = own_source, own_why
        for name in type(node).model_fields:
            if name == "chance" and isinstance(node, Event) and node.government:
                continue  # which has the chance of its government
            given = stated and name in node.model_fields_set
            # What a lever's source counts is how often it is used, not what a use changes.
            cited = () if isinstance(node, Lever) and name == "effects" else source
            yield from _walk(getattr(node, name), (*path, name), cited, why, given)
    elif isinstance(node, Mapping):
        for name, child in node.items():
            yield from _walk(child, (*path, str(name)), source, why, stated)


def origin(parameter: Parameter, facts: Mapping[str, Any], data: Mapping[str, Any]) -> Origin:
    """Say what a parameter rests on: an article before data before judgement.

    A default that the file does not mention is ``unstated``, whatever reason the
    program has for it: its author did not choose it.
    """
    if any(cited in facts for cited in parameter.source):
        return "article"
    if any(cited in data for cited in parameter.source):
        return "data"
    return "judgement" if parameter.why and parameter.stated else "unstated"
