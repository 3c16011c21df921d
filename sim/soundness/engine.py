"""The model as the measures see it: its start held still, its rounds as they pass.

Most of what this package takes from the engine stands here and in ``sim.simulation.block``.
Beside it are scenarios without history: drawn by a seed, with neutral relations and generic levers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import numpy as np

from sim.arrays import Bools, Floats
from sim.model.candidates import Candidate
from sim.model.compiled import CompiledScenario
from sim.model.layout import Layout
from sim.model.world import World
from sim.scenario.calendar import rounds_of
from sim.scenario.loading import build
from sim.scenario.phrases import COMPONENTS, Phrase
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Order
from sim.scenario.yaml_reader import read_data
from sim.simulation.block import Chances, Span, chances, spans
from sim.simulation.ensemble import scripted
from sim.theories.protocol import Answer, Proposal


def at_least(size: float, error: float) -> float:
    """How large something is at least, but for chance (95 %), by its standard error; 0 or more."""
    return max(size - 1.96 * error, 0.0)


class Still:
    """A scenario's start, held still: what is set is all that differs.

    The uncertain numbers are those of runs 0, 1, ... of an ensemble; ``numbers`` of the file are
    set in every draw as a change against ordinary times, as ``--set`` sets them.
    """

    def __init__(
        self, scenario: Scenario, runs: int, numbers: Mapping[str, float] | None = None
    ) -> None:
        numbers = numbers or {}
        self._made_of = scenario, runs
        self._compiled = CompiledScenario(scenario, varied=tuple(numbers))
        given = {path: np.full(runs, value) for path, value in numbers.items()}
        self._world = World(self._compiled, scenario.description.seed, 0, runs, given=given)

    def with_numbers(self, numbers: Mapping[str, float]) -> Still:
        """The same start with some numbers of the file set."""
        return Still(*self._made_of, numbers)

    @property
    def layout(self) -> Layout:
        """Where each quantity stands."""
        return self._compiled.layout

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every lever with its actor and target, in the order of :class:`Chances`."""
        return self._compiled.table.rows

    def start(self, phrase: Phrase) -> Floats:
        """Where a quantity starts in each run, shape ``(runs,)``."""
        found: Floats = self._world.x[self.layout.row(phrase)].copy()
        return found

    def read(self, state: Mapping[Phrase, Floats | float] | None = None) -> Chances:
        """Read every chance with some quantities of the state set."""
        world = self._world
        before = world.x.copy()
        for phrase, value in (state or {}).items():
            world.x[self.layout.row(phrase)] = value
        world.glance()
        found = chances(world)
        world.x[:] = before
        return found


def weighed(scenario: Scenario) -> int:
    """Candidates times actors: what a run has to weigh in a round."""
    compiled = CompiledScenario(scenario)
    return max(len(compiled.table), 1) * len(compiled.layout.actors)


def with_rounds(scenario: Scenario, rounds: int, **changed: object) -> Scenario:
    """The same with another number of rounds, and what else is changed of its description.

    The reference keeps its own; that of a base file stays the base file itself.
    """
    calendar = scenario.description.calendar.model_copy(update={"rounds": rounds})
    description = scenario.description.model_copy(update={"calendar": calendar, **changed})
    is_base = scenario.reference is scenario.description
    return replace(
        scenario,
        description=description,
        reference=description if is_base else scenario.reference,
    )


def played(
    scenario: Scenario,
    runs: int,
    *,
    orders: Sequence[Order] = (),
    happens: Mapping[int, Sequence[str]] | None = None,
    numbers: Mapping[str, float] | None = None,
) -> Iterator[tuple[Span, World]]:
    """Play a scenario block by block, and show each world after each of its rounds.

    Moves under ``orders`` are made and agreed to wherever they are open, events in ``happens``
    happen in their round in any case, and ``numbers`` are set as a change against ordinary times.
    """
    numbers = numbers or {}
    compiled = CompiledScenario(scenario, varied=tuple(numbers))
    rules, answers = scripted(orders, compiled), _agreeing(orders, compiled)
    for span in spans(0, runs, compiled.block):
        given = {path: np.full(span.runs, value) for path, value in numbers.items()}
        seed, forced = scenario.description.seed, happens or {}
        world = World(compiled, seed, *span, rules, answers=answers, forced=forced, given=given)
        for _ in range(compiled.description.calendar.rounds):
            world.step()
            yield span, world
        world.close()


def _agreeing(orders: Sequence[Order], compiled: CompiledScenario) -> dict[str, Answer]:
    """Rules of those who are asked by an order: they agree to it."""
    asked: dict[str, set[tuple[int, int, str]]] = {}
    for order in orders:
        way = compiled.layout.directions.index((order.by, order.toward))
        kind = compiled.table.rows[compiled.keys[order.lever, order.by, order.toward]].track
        rounds = rounds_of(order, compiled.description.calendar)
        asked.setdefault(order.toward, set()).update((now, way, kind) for now in rounds)

    def rule(laid: set[tuple[int, int, str]]) -> Answer:
        def answer(proposal: Proposal) -> Bools:
            if (proposal.round, proposal.direction, proposal.track) in laid:
                return np.ones_like(proposal.asks)
            return proposal.draw < proposal.chance

        return answer

    return {actor: rule(laid) for actor, laid in asked.items()}


WITHOUT_HISTORY: dict[str, dict[str, Any]] = read_data(
    Path(__file__).with_name("without_history.yaml")
)
"""What scenarios without history are made of."""
LEVERS = WITHOUT_HISTORY["levers"]
"""Generic levers, two or three of each kind, and how far they move affinity, up or down."""
_ACTORS = ("alder", "birch", "cedar", "dogwood", "elm")


def generated(number: int) -> Scenario:
    """The scenario of a number, 0 or more: 3 to 5 actors, 1 to 3 issues, all generic levers.

    Each effect points in the direction of its lever's kind; its size, the usual
    frequencies, strengths, stances and weights are drawn. Affinities are near 0, tensions
    low, nobody is pledged to anybody.
    """
    chance = np.random.default_rng([2016, number])
    actors = _ACTORS[: chance.integers(3, 6)]
    issues = [f"matter_{nth}" for nth in range(1, chance.integers(2, 5))]
    document = {
        "title": f"Without history, number {number}",
        "calendar": {"start": "2000-01-01", "round": "quarter", "rounds": 16},
        "actors": {name: _actor(name, chance) for name in actors},
        "relations": _relations(actors, chance),
        "issues": {name: _issue(name, actors, chance) for name in issues},
        "levers": {name: _lever(name, issues, chance) for name in LEVERS},
        "outcomes": {"backing": {"name": "Support", "of": f"support of {actors[0]}"}},
    }
    return build(document, f"generated-{number}")


def _between(chance: np.random.Generator, low: float, high: float) -> float:
    return round(float(chance.uniform(low, high)), 3)


def _actor(name: str, chance: np.random.Generator) -> dict[str, Any]:
    return {
        "name": name.capitalize(),
        "power": _between(chance, 0.05, 0.5),
        "support": _between(chance, 0.4, 0.7),
        "patience": _between(chance, 0.8, 0.95),
        "audience_cost": _between(chance, 0.2, 0.8),
        "weights": {one: _between(chance, 0.1, 0.4) for one in COMPONENTS},
    }


def _relations(actors: tuple[str, ...], chance: np.random.Generator) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for a, b in combinations(actors, 2):
        affinity, tension = _between(chance, -0.1, 0.1), _between(chance, 0.1, 0.3)
        found[f"{a} and {b}"] = {"affinity": affinity, "tension": tension}
    for a, b in permutations(actors, 2):
        found[f"{a} to {b}"] = {"ties": _between(chance, 0.05, 0.4)}
    return found


def _issue(name: str, actors: tuple[str, ...], chance: np.random.Generator) -> dict[str, Any]:
    stances = {}
    for actor in actors:
        if chance.random() < 0.8:
            position = round(float(chance.uniform(0, 100)))
            stances[actor] = {"position": position, "salience": _between(chance, 0.1, 0.7)}
    return {
        "name": name.replace("_", " ").capitalize(),
        "low": "one end",
        "high": "the other end",
        "outcome": round(float(chance.uniform(20, 80))),
        "stances": stances,
    }


def _lever(name: str, issues: list[str], chance: np.random.Generator) -> dict[str, Any]:
    generic = LEVERS[name]
    friendly = generic["goldstein"] > 0
    moved = _between(chance, generic["least"], generic["most"])
    effects = {"affinity of actor and target": moved if friendly else -moved}
    if name in ("warning", "display", "raid") or (not friendly and chance.random() < 0.5):
        high = {"raid": 0.15, "warning": 0.08, "display": 0.06}.get(name, 0.03)
        effects["tension of actor and target"] = _between(chance, high / 3, high)
    if name == "pact" or (name == "talks" and chance.random() < 0.5):
        effects["tension of actor and target"] = -_between(chance, 0.02, 0.1)
    if name in ("contract", "aid", "embargo"):
        size = _between(chance, 0.005, 0.03) * (1 if friendly else -1)
        effects["ties of target to actor"] = size
        if name != "aid":
            effects["ties of actor to target"] = round(size * _between(chance, 0.3, 1.0), 4)
    if name == "pact":
        effects["commitment of actor to target"] = _between(chance, 0.02, 0.1)
        effects["commitment of target to actor"] = _between(chance, 0.02, 0.1)
    if name == "pact" or chance.random() < 0.5:
        most = 20.0 if name == "pact" else 4.0
        size = _between(chance, most / 8, most) * (1 if chance.random() < 0.5 else -1)
        effects[f"issue {issues[chance.integers(len(issues))]}"] = size
    if chance.random() < 0.3:
        effects["support of actor"] = _between(chance, -0.005, 0.01)
    lever: dict[str, Any] = {
        "name": name,
        "says": f"{{actor}}: {name} toward {{target}}.",
        "usual": _between(chance, 0.005, 0.08),
        "effects": effects,
        "cameo": generic["cameo"],
        "goldstein": generic["goldstein"],
    }
    if name in ("pact", "contract", "talks"):
        lever["consent"] = _between(chance, 0.3, 0.9)
    if name in ("aid", "raid"):
        lever["cost"] = _between(chance, 0.001, 0.006)
    return lever
