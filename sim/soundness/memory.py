"""Memory: whether a broken word costs, how long governments last, who meets whom years on.

Equations: ``docs/model.md``, 6.8 to 6.10.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import Field

from sim.arrays import Floats
from sim.errors import ScenarioError
from sim.model.world import World
from sim.scenario.calendar import MONTHS
from sim.scenario.field_types import Frozen, Name, Text, Whole
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Order
from sim.scenario.shipped import home
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import read_yaml
from sim.soundness.engine import WITHOUT_HISTORY, at_least, played, with_rounds

_TERMS_FILE = Path("soundness", "terms.yaml")
"""The record of terms that comes with the program, in its folder of scenarios."""
YEARS = 5
"""After so many years it is asked whether the same two leaders meet."""
TERM = 16
"""Rounds in office after which a government has lasted."""
_FIRST = 8
"""New governments of so many first rounds are followed."""
_LEAST = 30
"""Of fewer governments nothing is said."""
_BREACH = 4
"""Rounds after a pact was broken off in which standing is read."""


@dataclass(frozen=True)
class BrokenPact:
    """What a broken pact costs, in one scenario without history.

    ``kept`` and ``broken`` are the mean affinity of the breaker with all others but its partner,
    weighted by their power, in the rounds after; ``error`` that of the paired difference.
    """

    scenario: str
    kept: float
    broken: float
    error: float

    @property
    def falls(self) -> bool:
        """Whether standing falls, and not by chance alone."""
        return at_least(self.kept - self.broken, self.error) > 0


class Lasted(Frozen):
    """How many governments of an actor lasted in the record, of how many."""

    lasted: Whole = Field(ge=0, description="that lasted for the term")
    of: Whole = Field(ge=1, description="governments in the record")
    why: Text = Field(description="what was counted, and whence")


class Meet(Frozen):
    """Two leaders, and the lever by which they meet."""

    lever: Name
    between: Text = Field(description="A and B")


class Terms(Frozen):
    """What the governments of one scenario are laid beside."""

    scenario: Text
    meet: Meet
    record: dict[Name, Lasted]


class GovernmentTerms(NamedTuple):
    """What share of an actor's new governments, of so many followed, last for :data:`TERM` rounds.

    ``thirds`` is the same of those with the least support on taking office, the middle, the most.
    """

    actor: str
    followed: int
    lasted: float
    thirds: tuple[float, float, float]


class LaterMeeting(NamedTuple):
    """Summits of the same two leaders some years on, in a base file, as shares of the runs.

    In ``same`` both governments are still those of the start; in ``met`` the two meet, too.
    """

    pair: tuple[str, str]
    same: float
    met: float


def broken_pact(scenario: Scenario, runs: int) -> BrokenPact:
    """Break a pact off in round 1, in pairs of runs of a scenario in which all hold one with all.

    A scenario without history is given the pact, and a lever that breaks it off.
    """
    sworn = _sworn(scenario)
    breaker, partner = sorted(sworn.description.actors)[:2]
    start = sworn.description.calendar.start
    order = Order(lever="renounce", by=breaker, toward=partner, on=start)
    kept, broken = (_standing(sworn, breaker, partner, runs, orders) for orders in ((), (order,)))
    error = float((broken - kept).std(ddof=1) / math.sqrt(runs))
    return BrokenPact(scenario.id, float(kept.mean()), float(broken.mean()), error)


def _sworn(scenario: Scenario) -> Scenario:
    description = scenario.description
    actors = sorted(description.actors)
    document: dict[str, Any] = description.model_dump(mode="json", exclude_unset=True)
    pairs = [f"{a} and {b}" for a, b in combinations(actors, 2)]
    document["arrangements"] = {"peace": WITHOUT_HISTORY["peace"] | {"in_force": pairs}}
    document["levers"]["renounce"] = WITHOUT_HISTORY["renounce"]
    return build(document, f"{scenario.id}-sworn")


def _standing(
    scenario: Scenario, breaker: str, partner: str, runs: int, orders: Sequence[Order]
) -> Floats:
    """Mean affinity with the others over the rounds that are read, shape ``(runs,)``."""
    found = np.zeros(runs)
    others = [name for name in scenario.description.actors if name not in (breaker, partner)]
    for span, world in played(with_rounds(scenario, _BREACH), runs, orders=orders):
        layout, here = world.compiled.layout, slice(span.first, span.first + span.runs)
        power = sum(world.x[layout.at("power", other)] for other in others)
        for other in others:
            share = world.x[layout.at("power", other)] / power
            found[here] += share * world.x[layout.at("affinity", breaker, other)] / _BREACH
    return found


def government_terms(scenario: Scenario, runs: int) -> tuple[GovernmentTerms, ...]:
    """How many new governments of each actor last, of those that come in the first rounds."""
    every: dict[str, list[tuple[Floats, Floats]]] = {}
    for _, world in played(with_rounds(scenario, _FIRST + TERM - 1), runs):
        if world.now == _FIRST + TERM - 1:
            for actor, terms_of in _terms(world).items():
                every.setdefault(actor, []).append(terms_of)
    found = []
    for actor, parts in every.items():
        support, lasted = (np.concatenate(part) for part in zip(*parts, strict=True))
        if len(support) < _LEAST:
            continue
        order = np.argsort(support, kind="stable")
        low, middle, high = (float(part.mean()) for part in np.array_split(lasted[order], 3))
        found.append(
            GovernmentTerms(actor, len(support), float(lasted.mean()), (low, middle, high))
        )
    return tuple(found)


def _terms(world: World) -> dict[str, tuple[Floats, Floats]]:
    """Support on taking office of each new government, and whether it lasted, by actor."""
    compiled, records = world.compiled, world.records
    recorded = list(compiled.recorded)
    found = {}
    for name, event in compiled.description.events.items():
        if event.government is None:
            continue
        came = records.happened[:, compiled.events.names.index(name)]
        row = recorded.index(compiled.layout.at("support", event.government))
        first, runs = np.nonzero(came[: _FIRST + 1])
        lasted = [not came[r + 1 : r + TERM, run].any() for r, run in zip(first, runs, strict=True)]
        support = records.state[first, row, runs].astype(float)
        found[event.government] = support, np.array(lasted, dtype=float)
    return found


def later_meeting(scenario: Scenario, lever: str, pair: tuple[str, str], runs: int) -> LaterMeeting:
    """Whether the same two leaders meet, in the year that ends :data:`YEARS` years on."""
    calendar = scenario.description.calendar
    year = max(12 // MONTHS[calendar.round], 1)
    rounds = YEARS * year
    same, met = np.ones(runs, dtype=bool), np.zeros(runs, dtype=bool)
    for span, world in played(with_rounds(scenario, rounds), runs):
        here = slice(span.first, span.first + span.runs)
        layout = world.compiled.layout
        places = [layout.governed.index(name) for name in pair if name in layout.governed]
        same[here] = ~world.marked("changed")[places].any(axis=0)
        if world.now > rounds - year:
            keys = world.compiled.keys
            rows = [keys[key] for key in ((lever, *pair), (lever, *pair[::-1])) if key in keys]
            met[here] |= world.accepted[rows].any(axis=0) & same[here]
    return LaterMeeting(pair, float(same.mean()), float((met & same).mean()))


def terms() -> Terms:
    """The record of terms that comes with the program.

    Raises
    ------
    ScenarioError
        With all faults of the file.
    """
    document = read_yaml(home() / _TERMS_FILE)
    found, faults = validate(Terms, document.root)
    if found is None:
        raise ScenarioError(faults)
    return found
