"""Outside shocks: a shelf of events, with chances from records, that a scenario may take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations, permutations
from pathlib import Path

from pydantic import Field, StrictBool

from sim.errors import Fault, ScenarioError
from sim.scenario.calendar import MONTHS
from sim.scenario.field_types import Frequency, Frozen, Grounded, Name, Text, optional
from sim.scenario.node import Node
from sim.scenario.phrases import ANYONE, MOVED_BY_EVENTS, SYMMETRIC, Phrase, forms, parse
from sim.scenario.schema import Change
from sim.scenario.shipped import home
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import Document, read_yaml

FILE = "shocks.yaml"
"""The shelf, among what comes with the program."""
MOST_ACTORS = 200
"""With more actors nothing is written out for each two: such a scenario is refused as too large."""
_RANGES = ("uniform", "triangular", "pert", "cases")


class Shock(Grounded):
    """Something that befalls all, from outside."""

    name: Text = Field(description="as it is shown")
    chance_per_year: Frequency = Field(description="chance that it happens within a year")
    repeats: StrictBool = optional("may happen more than once", False)
    changes: dict[str, Change] = Field(description="what it changes: 'support of anyone'")


class Shelf(Frozen):
    """All shocks, by the names under which scenarios take them."""

    shocks: dict[Name, Shock]


def is_shelf(document: Document) -> bool:
    """Whether a file holds shocks for scenarios to take, not a scenario."""
    shocks = document.root.fields.get("shocks")
    return shocks is not None and shocks.is_mapping and "actors" not in document.root.fields


def check_shelf(root: Node) -> Shelf:
    """Read what a file of shocks holds.

    Raises ``ScenarioError`` with all faults.
    """
    shelf, faults = validate(Shelf, root)
    for name, shock in shelf.shocks.items() if shelf else ():
        for text, change in shock.changes.items():
            place = root.place(("shocks", name, "changes", text), at_key=True)
            phrase = parse(text)
            if phrase is None or phrase.kind not in MOVED_BY_EVENTS or not phrase.actors:
                remedy = f"write one of {forms(MOVED_BY_EVENTS)}, with '{ANYONE}' for the actors"
                faults.append(Fault(place, f"'{text}' cannot be changed by a shock", remedy))
            elif set(phrase.names) != {ANYONE}:
                problem = f"'{text}' names something that not every scenario has"
                faults.append(Fault(place, problem, f"write '{ANYONE}' for the actors"))
            if (change.by is None) == (change.to is None):
                problem = "a change needs either 'by' or 'to'"
                faults.append(Fault(place, problem, "by adds, to sets"))
    if shelf is None or faults:
        raise ScenarioError(faults)
    return shelf


def shelf_file(folder: Path | None = None) -> Path:
    """The file of the shelf: in a folder that has one, else what comes with the program."""
    own = folder / FILE if folder else None
    return own if own and own.is_file() else home() / FILE


def on_shelf(folder: Path | None = None) -> dict[str, Node]:
    """What stands on the shelf, by name."""
    return _read(shelf_file(folder))


@lru_cache(maxsize=8)
def _read(path: Path) -> dict[str, Node]:
    document = read_yaml(path)
    check_shelf(document.root)
    return document.root.fields["shocks"].fields


def event_of_shock(shock: Node, actors: Iterable[str], unit: str) -> Node:
    """The event that a shock is in a scenario.

    ``shock``: what stands on the shelf; ``unit``: length of a round: ``quarter``.
    """
    fields = shock.copy().fields
    fields["chance"] = per_round(fields.pop("chance_per_year"), unit)
    changes = fields["changes"]
    written = {
        str(one): change.copy()
        for text, change in changes.fields.items()
        if (phrase := parse(text))
        for one in for_each(phrase, list(actors))
    }
    fields["changes"] = Node(written, changes.mark, changes.key)
    return Node(fields, shock.mark, shock.key)


def for_each(phrase: Phrase, actors: list[str]) -> Iterator[Phrase]:
    """A phrase of anyone, for each actor or each two."""
    if len(phrase.actors) == 1:
        yield from (Phrase(phrase.kind, (actor,)) for actor in actors)
    elif len(actors) <= MOST_ACTORS:
        ways = combinations if phrase.kind in SYMMETRIC else permutations
        yield from (Phrase(phrase.kind, way) for way in ways(actors, 2))


def per_round(yearly: Node, unit: str) -> Node:
    """A chance within a year, and its spread, as the chance within a round."""
    share = MONTHS.get(unit, 12) / 12
    if yearly.is_number:
        yearly = Node({"value": yearly}, yearly.mark, yearly.key)

    def anew(node: Node) -> Node:
        if node.is_number:
            return Node(float(f"{1 - (1 - node.value) ** share:.3g}"), node.mark, node.key)
        return Node([anew(item) for item in node.items], node.mark, node.key)

    fields = dict(yearly.fields)
    fields["value"] = anew(fields["value"])
    if spread := fields.get("spread"):
        held = {key: anew(inner) for key, inner in spread.fields.items() if key in _RANGES}
        fields["spread"] = Node(held, spread.mark, spread.key)
    if (why := fields.get("why")) and unit != "year":
        said = f"{why.value}; {yearly.fields['value'].value:g} for a year, here for a {unit}"
        fields["why"] = Node(said, why.mark, why.key)
    return Node(fields, yearly.mark, yearly.key)
