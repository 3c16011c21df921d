"""Governments that change hands: section 6.10."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from sim.model.quantiles import quantile
from sim.scenario.field_types import Quantity
from sim.scenario.lenses import weights_of
from sim.scenario.lookup import components_of
from sim.scenario.schema import Actor, Calendar, Description
from tests.oracle.rules import Key, Rules, first_day, logistic, logit

REVIEWED = 4
"""Rounds in office in which a new government looks at what its predecessors signed."""


def round_of(calendar: Calendar, date: datetime.date) -> int:
    """Number the round that holds a date; 0 and below before the start."""
    round = 1
    while first_day(calendar, round) > date:
        round -= 1
    while first_day(calendar, round + 1) <= date:
        round += 1
    return round


def is_election(description: Description, actor: str, round: int) -> bool:
    """Whether an actor votes in a round."""
    government = description.actors[actor].government
    assert government is not None
    dated = {round_of(description.calendar, date) for date in government.elections}
    if round in dated:
        return True
    if not dated or government.every is None or round < max(dated):
        return False
    return (round - max(dated)) % government.every == 0


def chance_of_change(
    rules: Rules, actor: str, round: int, in_office: float, support: float, usual: float
) -> float:
    """P: the chance that a government changes hands, by its support and the usual one."""
    government = rules.description.actors[actor].government
    assert government is not None
    election = is_election(rules.description, actor, round)
    if election and government.limit is not None and in_office >= government.limit:
        return 1.0
    kind = "loses" if election else "hazard"
    if getattr(government, kind) is None:
        return 0.0
    stated = rules.numbers[f"actors.{actor}.government.{kind}"]
    return logistic(logit(stated) + rules.coefficient("accountability") * (usual - support))


def successor(
    description: Description, actor: str, uniform: Callable[[str], float]
) -> Iterator[tuple[Key, float]]:
    """Draw what a new government has; ``uniform`` draws by name. Patience is a key of its own."""
    for quantity, name, number in _wanted(description, actor):
        value = number.value
        if number.spread is not None:
            value = float(quantile(number, np.array([uniform(name)]))[0])
        yield quantity, value


def _wanted(description: Description, actor: str) -> Iterator[tuple[Key, str, Quantity]]:
    """List each quantity of a new government: what it is called, and the number it is drawn by."""
    start: Actor = description.actors[actor]
    assert start.government is not None
    anew: Any = start.government.successor
    yield ("support", actor), f"support of {actor}", anew.support or start.support
    yield ("patience", actor), f"patience of {actor}", anew.patience or start.patience
    for name, issue in description.issues.items():
        if actor in issue.stances:
            stance = issue.stances[actor]
            for kind, stated in (("position", anew.positions), ("salience", anew.saliences)):
                number = stated.get(name) or getattr(stance, kind)
                yield (kind, actor, name), f"{kind} of {actor} on {name}", number
    if weights_of(actor, description) is start.weights:
        for component in components_of(description):
            number = anew.weights.get(component) or start.weights.of(component)
            yield ("weight", actor, component), f"weight of {actor} on {component}", number


def cost_of_ruling(rules: Rules) -> dict[Key, float]:
    """Support that each government loses in a round in office."""
    return {
        ("support", actor): rules.of_actor(actor, "government.cost_of_ruling")
        for actor in governed(rules.description)
    }


def governed(description: Description) -> list[str]:
    """List the actors whose governments may change."""
    return sorted(name for name, actor in description.actors.items() if actor.government)


def at_start(description: Description) -> dict[Key, float]:
    """Rounds in office at the start."""
    found: dict[Key, float] = {}
    for name, actor in description.actors.items():
        if actor.government is not None:
            found["office", name] = float(actor.government.in_office)
    return found
