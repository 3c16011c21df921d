"""The names and numbers of a debrief, as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sim.analysis.measures import Measure, measures
from sim.analysis.words import NBSP, listing, month, percent, signed
from sim.classroom.debrief.effects import Effect, Order
from sim.classroom.debrief.record import Played
from sim.classroom.seat import Act
from sim.scenario.scenario import Scenario

PASSED = "let the round pass"
TOLD = 3
"""Most effects that are told of one order."""
LEAST = 0.05
"""Effects of less than so many standard deviations are not told, however sure they are."""


class Wording:
    """Writes what a scenario's ids stand for.

    Parameters
    ----------
    scenario : Scenario
    dates : sequence of datetime64
        Of each state, from the start on.
    """

    def __init__(self, scenario: Scenario, dates: Sequence[np.datetime64]) -> None:
        self._described = scenario.description
        self._dates = dates
        self.measures: dict[str, Measure] = measures(scenario.description)

    def actor(self, actor: str) -> str:
        """An actor's name."""
        return self._described.actors[actor].name

    def actors(self, actors: Iterable[str]) -> str:
        """Several names in a row."""
        return listing([self.actor(one) for one in actors])

    def lever(self, lever: str | None) -> str:
        """A lever's name, or that the round was let pass."""
        return PASSED if lever is None else self._described.levers[lever].name

    def issue(self, issue: str) -> str:
        """An issue's name."""
        return self._described.issues[issue].name

    def outcome(self, outcome: str) -> str:
        """An outcome's name."""
        return self._described.outcomes[outcome].name

    def event(self, watched: str) -> str:
        """A watched event's name."""
        return self._described.watch[watched].name

    def when(self, round: int) -> str:
        """A round by its number and the month in which it opens."""
        return f"round{NBSP}{round} ({month(self._dates[round - 1])})"

    def act(self, act: Act) -> str:
        """What an actor did toward another, and what came of it."""
        said = f"{self.actor(act.actor)} toward {self.actor(act.target)}: {self.lever(act.lever)}"
        if act.asked:
            said += ", agreed to" if act.accepted else ", refused"
        return said

    def interest(self, effect: Effect) -> str:
        """An effect on an own interest, with its interval."""
        return f"{signed(effect.mean, 2)} points ({self.range(effect, 2)})"

    @staticmethod
    def range(effect: Effect, digits: int) -> str:
        """The 95 % interval of an effect."""
        return f"95{NBSP}%: {signed(effect.low, digits)} to {signed(effect.high, digits)}"

    def moved(self, order: Order, most: int = TOLD) -> tuple[str, ...]:
        """What an order moved by the end: outcomes and events it moved clearly, the most first."""
        events = [
            # Of a probability the standard deviation is at most a half.
            (abs(effect.mean) / 0.5, self._event_moved(name, effect))
            for name, effect in order.events.items()
            if effect.clear and abs(effect.mean) >= LEAST / 2
        ]
        return _first(self._outcomes_moved(order, order.outcomes) + events, most)

    def moved_at_once(self, order: Order, most: int = TOLD) -> tuple[str, ...]:
        """What an order moved in its own round."""
        return _first(self._outcomes_moved(order, order.at_once), most)

    def _outcomes_moved(
        self, order: Order, effects: Mapping[str, Effect]
    ) -> list[tuple[float, str]]:
        """What was moved clearly, by how far beside all that is possible by the end."""
        found = []
        for name, effect in effects.items():
            spread = order.outcomes[name].spread
            size = abs(effect.mean) / spread if spread > 0 else 0.0
            if effect.clear and size >= LEAST:
                found.append((size, self._outcome_moved(name, effect)))
        return found

    def _outcome_moved(self, name: str, effect: Effect) -> str:
        item = self.measures[name]
        digits = item.digits + 1
        return f"{item.name}: {signed(effect.mean, digits)} ({self.range(effect, digits)})"

    def _event_moved(self, name: str, effect: Effect) -> str:
        points = 100 * effect.mean
        return f"“{self.event(name)}”: {signed(points, 1)} percentage points"


def _first(found: list[tuple[float, str]], most: int) -> tuple[str, ...]:
    return tuple(text for _, text in sorted(found, key=lambda one: -one[0])[:most])


def placed(value: float, levels: Sequence[float]) -> str:
    """Where a value stands among the model's futures, given their quantiles."""
    low90, low50, _, high50, high90 = levels
    if low90 == high90 == value:
        return "where nearly all of the model's futures stand"
    if value < low90:
        return f"below 95{NBSP}% of the model's futures"
    if value > high90:
        return f"above 95{NBSP}% of the model's futures"
    if value < low50:
        return "in the lower part of the model's range"
    if value > high50:
        return "in the upper part of the model's range"
    return "in the middle half of the model's futures"


def title_of(table: Played) -> str:
    """A table by its number."""
    return f"Table{NBSP}{table.number}"


def chance(value: float) -> str:
    """A probability, as it is shown."""
    return percent(value)
