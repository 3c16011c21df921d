"""A scenario, ready to run: its description, its reference, its numbers and their origins."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from sim.remembered import remembered
from sim.scenario.field_types import Quantity
from sim.scenario.lookup import theories_of
from sim.scenario.schema import Arrangement, Description, Event, Lever, Library

if TYPE_CHECKING:
    import pandas as pd


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


@remembered(4)
def walk(description: BaseModel) -> tuple[Parameter, ...]:
    """List every number of a description, in the order of its fields."""
    return tuple(_walk(description, (), (), None, True))


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
        for name in (*type(node).model_fields, *(node.model_extra or ())):
            if name == "chance" and isinstance(node, Event) and node.government:
                continue  # which has the chance of its government
            given = stated and name in node.model_fields_set
            # What a lever's source counts is how often it is used, not what a use changes.
            cited = () if isinstance(node, Lever) and name == "effects" else source
            yield from _walk(getattr(node, name), (*path, name), cited, why, given)
    elif isinstance(node, Mapping):
        for name, child in node.items():
            yield from _walk(child, (*path, str(name)), source, why, stated)
    elif isinstance(node, tuple):
        for number, child in enumerate(node):
            yield from _walk(child, (*path, str(number)), source, why, stated)


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


_LONGEST = 60
"""Characters of what a folder's name tells of changes, at most."""


_OF_NO_RESULT: dict[str, Any] = {
    "notes": True,
    "knobs": True,
    "shocks": True,
    "levers": {"__all__": {"recorded"}},
    "interests": True,
    "lenses": True,
    "theory": True,
    "beliefs": True,
    "actors": {"__all__": {"theory"}},
}
"""Parts of a description that no result depends on, or that count only where they are stated."""


@dataclass(frozen=True)
class SourceFile:
    """A file that a scenario was read from.

    Attributes
    ----------
    name : str
        Its name inside the scenario's folder, or among what comes with the program.
    text : str
        What it holds.
    shipped : bool
        Whether it comes with the program, and the scenario's own file lies elsewhere.
    """

    name: str
    text: str
    shipped: bool = False

    @cached_property
    def sha256(self) -> str:
        """Digest of the file's content."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Scenario:
    """What is described, frozen.

    Attributes
    ----------
    id : str
        Short name: the file's name without its ending.
    description : Description
        The scenario itself, overrides included.
    reference : Description
        The base file's own description (the root of ``extends``, without
        overrides): its start is the state in which each lever has its usual
        frequency. The same object as ``description`` for a plain base file.
    library : Library
        The facts and data that sources cite.
    files : tuple of SourceFile
        Every file it was read from, the scenario's own first.
    overrides : tuple of (path, value)
        What ``--set`` and the like changed, as text.
    lens : str or None
        Id of the lens put on all actors when it was read, as by ``--lens``.
    notes : tuple of str
        What fell away with a deleted part.
    """

    id: str
    description: Description
    reference: Description
    library: Library = field(default_factory=Library)
    files: tuple[SourceFile, ...] = ()
    overrides: tuple[tuple[str, str], ...] = ()
    lens: str | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """Every number of the description, by path."""
        return {parameter.path: parameter for parameter in walk(self.description)}

    def to_dataframe(self) -> pd.DataFrame:
        """Every number, one row each: path, value, spread, source, why, and whether it is stated.

        ``source`` holds the ids it cites; ``stated`` is false for a default that no
        file mentions.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "path": parameter.path,
                "value": parameter.value,
                "spread": str(parameter.quantity.spread or ""),
                "source": ", ".join(parameter.source),
                "why": parameter.why or "",
                "stated": parameter.stated,
            }
            for parameter in self.parameters.values()
        )

    def _repr_html_(self) -> str:
        described = self.description
        calendar = described.calendar
        played = f"{calendar.rounds} rounds, each a {calendar.round}, from {calendar.start}"
        numbers = len(self.parameters)
        uncertain = sum(bool(one.quantity.spread) for one in self.parameters.values())
        facts = (
            ("Actors", ", ".join(actor.name for actor in described.actors.values())),
            ("Issues", ", ".join(issue.name for issue in described.issues.values())),
            ("Levers", str(len(described.levers))),
            *(("Arrangements", one) for one in [_named(described.arrangements)] if one),
            ("Plays", played),
            ("Numbers", f"{numbers}, {uncertain} of them uncertain"),
            *(("Changed", change) for change in changes(self)),
        )
        rows = "".join(
            f'<tr><th style="text-align:left">{name}</th>'
            f'<td style="text-align:left">{html.escape(text)}</td></tr>'
            for name, text in facts
        )
        about = html.escape(described.summary or "")
        title = html.escape(described.title)
        return f"<div><strong>{title}</strong><p>{about}</p><table>{rows}</table></div>"

    @cached_property
    def sha256(self) -> str:
        """Digest of all that results depend on but runs and seed."""
        both = (self.description, self.reference)
        # Answers to notes, knobs and records of levers are for readers, and shocks are among the
        # events: all came later, and change no digest.
        content = "".join(one.model_dump_json(exclude=_OF_NO_RESULT) for one in both)
        # These came later, too.
        if theories := theories_of(self.description):
            content += repr(sorted(theories.items()))
        for one in both:
            if one.beliefs:
                content += one.model_dump_json(include={"beliefs"})
            for id, part in (*one.lenses.items(), *one.interests.items()):
                content += f"{id}{part.model_dump_json()}"
        return hashlib.sha256(content.encode()).hexdigest()


def _named(parts: Mapping[str, Arrangement]) -> str:
    return ", ".join(one.name for one in parts.values())


def changes(scenario: Scenario) -> tuple[str, ...]:
    """What the command changed, in words: the lens and each override."""
    worn = (f"seen through the lens '{scenario.lens}'",) if scenario.lens else ()
    return (*worn, *(f"{path} = {value}" for path, value in scenario.overrides))


def folder_name(scenario: Scenario) -> str:
    """A name for the run's folder; changed runs do not take that of the scenario itself."""
    told = [".".join(path.split(".")[-2:]) + f"-{value}" for path, value in scenario.overrides]
    words = [re.sub(r"[^\w.=-]+", "-", word).strip("-.") for word in (scenario.lens or "", *told)]
    tail = "-".join(filter(None, words))
    if len(tail) > _LONGEST:
        digest = hashlib.sha256(repr(scenario.overrides).encode()).hexdigest()[:8]
        tail = f"{tail[:_LONGEST]}-{digest}"
    return "-".join(filter(None, [scenario.id, tail]))
