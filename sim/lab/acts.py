"""The shelf of ready acts: levers that the builder puts into a scenario of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from pydantic import Field, StrictBool, StrictFloat

from sim.errors import Fault, ScenarioError
from sim.scenario.calendar import MONTHS
from sim.scenario.cameo import CODES, QUAD_CLASSES, QuadClass, quad_of_code
from sim.scenario.conditions import Limits
from sim.scenario.field_types import (
    Amount,
    Frequency,
    Frozen,
    Grounded,
    Name,
    Quantity,
    Text,
    optional,
)
from sim.scenario.node import Node
from sim.scenario.phrases import MOVED_BY_LEVERS, ROLES, forms, parse
from sim.scenario.shipped import home
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import Document, read_yaml

FILE = "shelf/acts.yaml"
"""The shelf, among what comes with the program."""
MOST_USUAL = 0.95
"""Most of the rounds that an act fills, however often a year it is done."""


class Act(Grounded):
    """Something that states do to, or with, one another: a lever that has no place yet."""

    name: Text = Field(description="what it is, as a verb phrase: 'hold a summit'")
    says: Text = Field(description="the line that tells it once it is done")
    offers: Text | None = optional("the line that tells a proposal of it; with consent")
    cameo: Text = Field(description="CAMEO event code, in quotes")
    goldstein: StrictFloat = Field(description="the Goldstein value of that code")
    times_a_year: StrictFloat = Field(
        description="how often two that deal with each other do it in ordinary times", gt=0, le=50
    )
    consent: Frequency | None = optional("how often the target agrees; none: not asked")
    cost: StrictFloat = optional("support it costs the actor", 0.0, ge=0, le=1)
    once: StrictBool = optional("the two can do it only once", False)
    requires: dict[str, Limits] = optional("what must hold", {})
    effects: dict[str, Amount] = Field(description="what it changes", min_length=1)
    words: tuple[Text, ...] = optional("what else it is called", ())

    @property
    def quad(self) -> QuadClass:
        """Words or deeds, friendly or hostile."""
        return quad_of_code(self.cameo) or QUAD_CLASSES[0]


class Acts(Frozen):
    """All ready acts, by the ids that levers made of them have."""

    acts: dict[Name, Act]


def is_acts(document: Document) -> bool:
    """Whether a file holds ready acts, not a scenario."""
    held = document.root.fields.get("acts")
    return held is not None and held.is_mapping and "actors" not in document.root.fields


def check_acts(root: Node) -> Acts:
    """Read what a file of ready acts holds.

    Raises ``ScenarioError`` with all faults.
    """
    found, faults = validate(Acts, root)
    for name, act in found.acts.items() if found else ():
        faults += _faults(root, name, act)
    if found is None or faults:
        raise ScenarioError(faults)
    return found


def _faults(root: Node, name: str, act: Act) -> Iterator[Fault]:
    def at(*path: str, key: bool = False) -> Any:
        return root.place(("acts", name, *path), at_key=key)

    code = CODES.get(act.cameo)
    if code is None:
        yield Fault(at("cameo"), f"'{act.cameo}' is no CAMEO code", "'entente codes' lists them")
    elif act.goldstein != code.goldstein:
        problem = f"the Goldstein value of {code} is {code.goldstein:g}, here {act.goldstein:g}"
        yield Fault(at("goldstein"), problem, f"write {code.goldstein:g}")
    if not act.why and not act.source:
        yield Fault(at(), "no source or reason", "add 'why:' with how often, and how much")
    if act.offers and act.consent is None:
        yield Fault(at("offers"), "a line for a proposal, and nobody is asked", "add 'consent:'")
    for part in ("effects", "requires"):
        for text in getattr(act, part):
            phrase = parse(text)
            if phrase is None or phrase.kind not in MOVED_BY_LEVERS:
                problem = f"'{text}' cannot be moved by an act"
                yield Fault(at(part, text, key=True), problem, f"write {forms(MOVED_BY_LEVERS)}")
            elif not set(phrase.names) <= set(ROLES):
                problem = f"'{text}' names something that not every scenario has"
                remedy = "write 'actor', 'target' or 'others'"
                yield Fault(at(part, text, key=True), problem, remedy)


@lru_cache(maxsize=1)
def acts() -> dict[str, Act]:
    """The ready acts that come with the program, by id, friendly ones first."""
    return check_acts(read_yaml(home() / FILE).root).acts


def find(words: str) -> dict[str, Act]:
    """The acts that hold all of some words in their name, id or other names.

    ``words``: as a visitor types them; without any, all acts are found.
    """
    wanted = re.findall(r"[a-z0-9]+", words.lower())
    return {id: act for id, act in acts().items() if all(one in _said(id, act) for one in wanted)}


def _said(id: str, act: Act) -> str:
    return " ".join([id.replace("_", " "), act.name, act.cameo, act.quad, *act.words]).lower()


def per_round(times_a_year: float, unit: str) -> float:
    """The share of rounds that hold one of so many a year, as ``usual`` wants it.

    ``unit``: length of a round: ``quarter``. Once a year with four rounds a year is 0.25.
    """
    return float(f"{min(times_a_year * MONTHS[unit] / 12, MOST_USUAL):.2g}")


def lever_of(act: Act, unit: str, pairs: Iterable[str] = ()) -> dict[str, Any]:
    """The lever that an act is in a scenario, as a file writes it.

    ``unit``: length of a round; ``pairs``: who uses it on whom, ``north to south``; anyone on
    anyone where none is named.
    """
    usual = per_round(act.times_a_year, unit)
    named = list(pairs)
    written: dict[str, Any] = {
        "name": act.name,
        "says": act.says,
        "offers": act.offers,
        "usual": dict.fromkeys(named, usual) if named else usual,
        "consent": act.consent and _plain(act.consent),
        "cost": act.cost,
        "cameo": act.cameo,
        "goldstein": act.goldstein,
        "once": act.once,
        "requires": {text: _limits(limits) for text, limits in act.requires.items()},
        "effects": {text: _plain(amount) for text, amount in act.effects.items()},
        "source": list(act.source),
        "why": act.why,
    }
    return {key: value for key, value in written.items() if value or key == "goldstein"}


def _limits(limits: Limits) -> dict[str, Any]:
    ends = {"at_least": limits.at_least, "at_most": limits.at_most}
    return {end: _plain(limit) for end, limit in ends.items() if limit is not None}


def _plain(number: Quantity) -> Any:
    """A number as a file writes it: plain where nothing else is said of it."""
    data = number.model_dump(exclude_defaults=True)
    return number.value if set(data) <= {"value"} else data
