"""Beliefs of the oracle, section 6.14: hypotheses, what follows from each, and Bayes's rule."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.scenario.scenario import Scenario
from tests.oracle.rules import Key, Move, Rules, Way, clip
from tests.oracle.usual import Usual, ordinary_times

if TYPE_CHECKING:
    from tests.oracle.model import OracleWorld

HALVES = range(-5, 6)
LEAST = 1e-12


@dataclass
class Hypothesis:
    """One value that a number may have, with the ordinary times that would go with it."""

    value: float
    rules: Rules
    usual: Usual
    agree: dict[Move, float] = field(default_factory=dict)
    chances: dict[Way, dict[Move | None, float]] = field(default_factory=dict)


class Belief:
    """What one actor believes of one number of another, in one run."""

    def __init__(self, world: OracleWorld, scenario: Scenario, name: str) -> None:
        stated, numbers = scenario.description.beliefs[name], world.rules.numbers
        self.holder = stated.by
        kind, *_ = words = stated.of.split()
        self.other = words[2] if kind == "salience" else words[-1]
        self.row: Key | None = ("salience", self.other, words[-1]) if kind == "salience" else None
        self.path = f"actors.{self.other}.audience_cost"
        if self.row:
            self.path = f"issues.{words[-1]}.stances.{self.other}.salience"
        self.most = 1.0 if self.row else 1e6
        attention = scenario.description.actors[self.other].attention
        ways = [way for way in world.rules.ways if way[0] == self.other and world.rules.toward[way]]
        self.ways, self.short = ways, attention is not None and attention < len(ways)
        mean, spread = (numbers[f"beliefs.{name}.{key}"] for key in ("mean", "spread"))
        self.spread = spread
        self.hypotheses, self.prior = [], []
        for n in HALVES:
            theta = mean + spread * n / 2
            inside = 0 <= theta <= self.most
            self.prior.append(round(math.exp(-((n / 2) ** 2) / 2), 12) if inside else 0.0)
            rules = Rules(scenario.description, {**numbers, self.path: clip(theta, 0.0, self.most)})
            self.hypotheses.append(Hypothesis(theta, rules, ordinary_times(scenario, rules)))
        self.form(world)

    def form(self, world: OracleWorld) -> None:
        """Believe what is stated, of the number as it is now."""
        whole = sum(self.prior)
        self.weights = [one / whole for one in self.prior]
        self.origin = world.state[self.row] if self.row else 0.0

    def supposed(self, world: OracleWorld, hypothesis: Hypothesis) -> float:
        """What the number is by a hypothesis now."""
        moved = world.state[self.row] - self.origin if self.row else 0.0
        return clip(hypothesis.value + moved, 0.0, self.most)

    @contextmanager
    def _were(self, world: OracleWorld, hypothesis: Hypothesis) -> Iterator[None]:
        """The world as it is where a hypothesis holds."""
        held = world.rules, world.usual, world.state, world.scored
        state = dict(world.state)
        if self.row:
            state[self.row] = self.supposed(world, hypothesis)
            rules = world.rules
        else:
            rules = hypothesis.rules
        world.rules, world.usual, world.state = rules, hypothesis.usual, state
        yield
        world.rules, world.usual, world.state, world.scored = held

    def look(self, world: OracleWorld, hopes: dict[Move, float]) -> None:
        """Find what the other would do and agree to by each hypothesis."""
        for hypothesis in self.hypotheses:
            with self._were(world, hypothesis):
                judge, seen = world.judge(world.open)
                world.scored = world.scores(judge, seen)
                hypothesis.agree = {move: one.agree for move, one in world.scored.items()}
                own = {move: hope for move, hope in hopes.items() if move[1] == self.other}
                world.hope(judge, seen, own)
                hypothesis.chances = {way: world.chances(way) for way in self.ways}

    def hopes(self, world: OracleWorld) -> dict[Move, float]:
        """The chance of consent that the holder expects, of each of its proposals to the other."""
        return {
            move: sum(
                weight * one.agree[move]
                for weight, one in zip(self.weights, self.hypotheses, strict=True)
            )
            for move in world.open
            if move[1:] == (self.holder, self.other)
            and world.rules.candidates[move].consent is not None
        }

    def learn(self, world: OracleWorld, proposals: list[Move], agreed: list[Move]) -> None:
        """Bayes's rule."""
        likely = [self._likelihood(world, one, proposals, agreed) for one in self.hypotheses]
        joint = [weight * one for weight, one in zip(self.weights, likely, strict=True)]
        if (whole := sum(joint)) > 0:
            self.weights = [one / whole for one in joint]

    def _likelihood(
        self, world: OracleWorld, one: Hypothesis, proposals: list[Move], agreed: list[Move]
    ) -> float:
        found, candidates = 1.0, world.rules.candidates
        picked = {candidates[move].way: move for move in proposals}
        for way in self.ways:
            move, chances = picked.get(way), one.chances[way]
            if not self.short:
                found *= max(LEAST, chances[move])
            elif move is not None:
                found *= max(LEAST, chances[move]) / max(LEAST, 1 - chances[None])
        for move in proposals:
            if move[2] == self.other and candidates[move].consent is not None:
                agree = one.agree[move]
                found *= max(LEAST, agree if move in agreed else 1 - agree)
        return found

    def told(self, world: OracleWorld) -> tuple[float, float, float, float]:
        """Mean, quantiles 0.1 and 0.9, and the true number."""
        places = [self.supposed(world, one) for one in self.hypotheses]
        mean = sum(w * place for w, place in zip(self.weights, places, strict=True))
        true = world.state[self.row] if self.row else world.rules.numbers[self.path]
        return mean, self._quantile(places, 0.1), self._quantile(places, 0.9), true

    def _quantile(self, places: list[float], level: float) -> float:
        reached = 0.0
        for weight, place in zip(self.weights, places, strict=True):
            if reached <= level < reached + weight:
                share = (level - reached) / weight
                return clip(place + self.spread / 2 * (share - 0.5), 0.0, self.most)
            reached += weight
        return places[-1]
