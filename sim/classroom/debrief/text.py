"""The names and numbers of a debrief, as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sim.classroom.briefs.wording import SecondPerson
from sim.classroom.debrief.record import OutcomeMove, SessionRecord, TableRecord
from sim.classroom.forecast.forecast import Forecast
from sim.classroom.forecast.order_effects import OrderEffects, PairedEffect, Reasons, RoundEffects
from sim.classroom.game.table import Act
from sim.reporting.html import Prose
from sim.scenario.cameo import Track
from sim.scenario.scenario import Scenario
from sim.statistics.measures import measures
from sim.text import NBSP, listing, month, percent, sentence, signed

SAID = Prose("sim.classroom.debrief/words.j2")
_PASSED = "say and do nothing"
_NOTHING: dict[Track, str] = {"words": "say nothing", "deeds": "do nothing"}
"""Letting it pass, as a lever is named."""
_WHY = 0.1
"""Changes of log-odds below this are not told as a reason: by it a chance of 10 % becomes 11 %."""
NOTABLE_INTEREST = 0.1
"""Points of own interest below which an effect makes no question."""
_SMALL_SHARE = 0.05
"""Shares of a move below so many standard deviations are not named."""
_MOST_EFFECTS = 3
"""Most effects that are told of one order."""
_LEAST = 0.05
"""Effects of less than so many standard deviations are not told, however sure they are."""


class Wording:
    """Writes what a scenario's ids stand for.

    Parameters
    ----------
    scenario : Scenario
    dates : sequence of datetime64
        Of each state, from the start on.
    start : Forecast, optional
        What was possible at the start: what is large, and what is not, goes by it.
    """

    def __init__(
        self, scenario: Scenario, dates: Sequence[np.datetime64], start: Forecast | None = None
    ) -> None:
        self._described = scenario.description
        self._dates, self._start = dates, start
        self.measures = dict(measures(scenario.description))
        self.least = {
            name: 10.0**-item.digits if not item.whole else 1.0
            for name, item in self.measures.items()
        }

    @classmethod
    def of(cls, record: SessionRecord) -> Wording:
        """The wording of a session's debrief."""
        return cls(record.scenario, record.dates, record.start)

    def size(self, outcome: str, effect: PairedEffect) -> float:
        """An effect on an outcome, in standard deviations of what was possible at the start."""
        spread = effect.spread if self._start is None else self._start.ends[outcome][1]
        return effect.difference / max(spread, self.least[outcome])

    def size_of_interest(self, actor: str, effect: PairedEffect) -> float:
        """The same of an effect on an actor's own interest; 0 for one too small to tell."""
        if abs(effect.difference) < NOTABLE_INTEREST:
            return 0.0
        spread = effect.spread if self._start is None else self._start.spreads[actor]
        return effect.difference / max(spread, 10 * NOTABLE_INTEREST)

    def actor(self, actor: str) -> str:
        """An actor's name."""
        return self._described.actors[actor].name

    def whose(self, actor: str) -> str:
        """``South's``, ``the Islands'``."""
        return SecondPerson(self._described, "").whose(actor)

    def deed(self, effects: RoundEffects, actor: str) -> str:
        """What a seat did in a round: ``toward South: talk, march``, or that it let all pass."""
        done: dict[str, list[str]] = {}
        for one in effects.choices:
            if one.actor == actor and one.lever is not None:
                done.setdefault(one.target, []).append(self.lever(one.lever, one.track))
        told = [f"toward {self.actor(to)}: {', '.join(levers)}" for to, levers in done.items()]
        return "; ".join(told) or _PASSED

    def actors(self, actors: Iterable[str]) -> str:
        """Several names in a row."""
        return listing([self.actor(one) for one in actors])

    def lever(self, lever: str | None, track: Track) -> str:
        """A lever's name, or that nothing was said, or done."""
        return _NOTHING[track] if lever is None else self._described.levers[lever].name

    @staticmethod
    def why(usual: float, why: Reasons | None) -> str:
        """What a chance is in ordinary times, and why it differs: ``5 %: less by interest``."""
        told = percent(usual)
        if why is None:
            return told
        reasons = (
            ("interest", why.interest),
            ("how the two stand", why.sentiment),
            ("the heat of their quarrel", why.heat),
            ("trust", why.trust),
            ("a new government's review", why.review),
        )
        said = [
            f"{'more' if change > 0 else 'less'} by {name}"
            for name, change in sorted(reasons, key=lambda one: -abs(one[1]))
            if abs(change) >= _WHY
        ]
        return f"{told}: {listing(said)}" if said else told

    def issue(self, issue: str) -> str:
        """An issue's name."""
        return self._described.issues[issue].name

    def outcome(self, outcome: str) -> str:
        """An outcome's name."""
        return self._described.outcomes[outcome].name

    def event(self, watched: str) -> str:
        """A watched event's name."""
        return sentence(self._described.watch[watched].name)

    def when(self, round: int) -> str:
        """A round by its number and the month in which it opens."""
        return f"round{NBSP}{round} ({month(self._dates[round - 1])})"

    def act(self, act: Act) -> str:
        """What an actor did toward another, and what came of it."""
        return SAID.act(self, act)

    def interest(self, effect: PairedEffect) -> str:
        """An effect on an own interest, with its interval."""
        return self.effect(effect, 2, " points")

    def marked(self, effect: PairedEffect) -> str:
        """The same; an arrow where it is clear."""
        arrow = ("▲ " if effect.difference > 0 else "▼ ") if effect.clear else ""
        return arrow + self.interest(effect)

    @staticmethod
    def effect(effect: PairedEffect, least: int, unit: str = "", scale: int = 1) -> str:
        """An effect with its 95 % interval; in words where too few futures differ for one.

        It has ``least`` decimals, and more where the interval would else not show on
        which side of zero it lies.
        """
        if effect.seldom:
            said = "seldom differs" if effect.differ else "never differs"
            return f"{signed(scale * effect.difference, least)}{unit} ({said})"
        text = effect.full_text(least, scale)
        shown, *ends = map(text.at, (effect.difference, *effect.alone))
        return f"{shown}{unit} (95{NBSP}%: {' to '.join(ends)})"

    def moved(self, order: OrderEffects, most: int = _MOST_EFFECTS) -> tuple[str, ...]:
        """What an order moved by the end, clearly or seldom but far; the most first."""
        events = [
            # Of a probability the standard deviation is at most a half.
            (abs(effect.difference) / 0.5, self._event_moved(name, effect))
            for name, effect in order.events.items()
            if effect.clear and abs(effect.difference) >= _LEAST / 2
        ]
        return _first(self._outcomes_moved(order.outcomes) + events, most)

    def moved_at_once(self, order: OrderEffects, most: int = _MOST_EFFECTS) -> tuple[str, ...]:
        """What an order moved in its own round."""
        return _first(self._outcomes_moved(order.at_once), most)

    def _outcomes_moved(self, effects: Mapping[str, PairedEffect]) -> list[tuple[float, str]]:
        """What was moved clearly, or seldom but far, by how far beside what was possible."""
        found = []
        for name, effect in effects.items():
            size = abs(self.size(name, effect))
            if (effect.clear or effect.seldom) and size >= _LEAST:
                found.append((size, self._outcome_moved(name, effect)))
        return found

    def _outcome_moved(self, name: str, effect: PairedEffect) -> str:
        item = self.measures[name]
        if item.share:
            return f"{item.name}: {self.effect(effect, 1, ' percentage points', 100)}"
        return f"{item.name}: {self.effect(effect, item.digits + 1)}"

    def _event_moved(self, name: str, effect: PairedEffect) -> str:
        return f"“{self.event(name)}”: {self.effect(effect, 1, ' percentage points', 100)}"


def _first(found: list[tuple[float, str]], most: int) -> tuple[str, ...]:
    return tuple(text for _, text in sorted(found, key=lambda one: -one[0])[:most])


def place_in_band(value: float, levels: Sequence[float]) -> str:
    """Where a value stands among the model's futures, given their quantiles."""
    return SAID.place_in_band(value, levels)


def table_title(table: TableRecord) -> str:
    """A table by its number."""
    return f"Table{NBSP}{table.number}"


def split(move: OutcomeMove, words: Wording) -> str:
    """How far orders, events and the rest moved an expected end."""
    digits = words.measures[move.outcome].digits + 1
    found = [
        (sum(move.orders.values()), "by orders of people"),
        (move.events, "by the events of the round"),
        (move.rest, "by luck, answers and what computed actors chose"),
    ]
    told = [
        f"{signed(change, digits)} {what}"
        for change, what in found
        if abs(move.sized(change)) >= _SMALL_SHARE
    ]
    return listing(told) or "hardly moved"
