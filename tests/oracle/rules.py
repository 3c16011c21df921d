"""What one run of the oracle rests on: keys, numbers, moves and the start.

The oracle is the model of ``docs/model.md`` written a second time, plainly:
floats in dictionaries, one run at a time, one quantity after the other.
"""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.scenario import phrases
from sim.scenario.cameo import CODES
from sim.scenario.lenses import weights_of
from sim.scenario.lookup import components_of
from sim.scenario.phrases import BOUNDS, ROLES, SYMMETRIC, Phrase
from sim.scenario.scenario import walk
from sim.scenario.schema import Calendar, Description, Lever

Key = tuple[str, ...]
"""A quantity: ``("affinity", "north", "south")``, ``("issue", "border")``."""
Move = tuple[str, str, str]
"""A candidate: lever, actor, target."""
Pair = tuple[str, str]
Way = tuple[str, str, str]
"""Actor, target and track."""
World = Mapping[Key, float]
Numbers = Mapping[str, float]

MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
REVERTING = ("affinity", "tension", "commitment", "ties", "support")
TRACKS = ("words", "deeds")
NEUTRAL = 50.0
USUAL_GOLDSTEIN = {
    "verbal_cooperation": 3.0,
    "material_cooperation": 7.0,
    "verbal_conflict": -4.0,
    "material_conflict": -8.0,
}
"""Goldstein value of a lever without one and without a code, by its kind."""
LEAST_TONE = 0.5
"""Goldstein values nearer to 0 have no tone."""


def key(kind: str, *names: str) -> Key:
    """Name a quantity: affinity and tension have no direction."""
    return (kind, *sorted(names)) if kind in SYMMETRIC else (kind, *names)


def clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def clipped(quantity: Key, value: float) -> float:
    """Hold a value inside the range of its quantity."""
    return clip(value, *_bounds(quantity))


def _bounds(quantity: Key) -> tuple[float, float]:
    return BOUNDS[quantity[0]]  # type: ignore[index]


def unit(quantity: Key, value: float) -> float:
    """Where in its range a value lies, 0 to 1."""
    low, high = _bounds(quantity)
    return (value - low) / (high - low)


def saturated(quantity: Key, x: float, push: float) -> float:
    """Section 6.1: by how much a push changes a quantity that stands at x."""
    if push == 0:
        return 0.0
    return clipped(quantity, x + push * room(quantity, x, push)) - x


def room(quantity: Key, x: float, push: float) -> float:
    """Section 6.1: the share of a push that takes effect; support falls in full."""
    if quantity[0] == "support" and push < 0:
        return 1.0
    low, high = _bounds(quantity)
    return min(1.0, (high - x if push > 0 else x - low) / ((high - low) / 2))


def counted(z: float, usual: float, offset: float) -> float:
    """Section 6.3: what a level of prosperity or support counts for, against the usual one."""
    return (usual + offset) * math.log((z + offset) / (usual + offset))


def felt(gain: float, loss_aversion: float) -> float:
    """L(z): a loss weighs more than a gain."""
    return gain if gain >= 0 else loss_aversion * gain


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def for_pair(table: Mapping[str, object], actor: str, target: str) -> str | None:
    """Find the most specific entry of an 'A to B' table that holds for two actors."""
    tries = (
        f"{actor} to {target}",
        f"{actor} to anyone",
        f"anyone to {target}",
        "anyone to anyone",
    )
    return next((entry for entry in tries if entry in table), None)


def quad_class(lever: Lever) -> str:
    """Name the effect scale of a lever's CAMEO code, or the one its effects speak of."""
    sort = "verbal" if track(lever) == "words" else "material"
    return f"{sort}_{'conflict' if is_conflictual(lever) else 'cooperation'}"


def track(lever: Lever) -> str:
    """Section 2: whether a lever is a word or a deed."""
    if lever.cameo is None:
        deed = any(text.startswith("ties of") for text in lever.effects)
    else:
        root = int(lever.cameo[:2])
        deed = 6 <= root <= 8 or root >= 14
    return "deeds" if deed else "words"


def is_conflictual(lever: Lever) -> bool:
    """Section 2: by the code, else by the Goldstein value, else by the effects."""
    if lever.cameo is not None:
        return int(lever.cameo[:2]) >= 9
    if lever.goldstein is not None:
        return lever.goldstein < 0
    return _warmth(lever) < 0


def _warmth(lever: Lever) -> float:
    """What it adds to the affinity of actor and target, less what it adds to their tension."""
    return sum(
        amount.value * (1 if text.startswith("affinity") else -1)
        for text, amount in lever.effects.items()
        if re.fullmatch("(affinity|tension) of (actor and target|target and actor)", text)
    )


def friendliness(lever: Lever) -> float:
    """Section 2: gamma, -1 to 1, half for its tone and half for its degree."""
    known = lever.goldstein
    if known is None and lever.cameo is not None:
        known = CODES[lever.cameo].goldstein
    if known is None:
        degree, sign = USUAL_GOLDSTEIN[quad_class(lever)], _warmth(lever)
    else:
        degree, sign = known, 0.0 if abs(known) < LEAST_TONE else known
    tone = 0.0 if sign == 0 else math.copysign(1.0, sign)
    return (tone + degree / 10) / 2


def first_day(calendar: Calendar, round: int) -> datetime.date:
    """First day of a round; the day after the last of the one before."""
    start = calendar.start
    if round == 1:
        return start
    month = start.month - 1 + (round - 1) * MONTHS[calendar.round]
    return datetime.date(start.year + month // 12, month % 12 + 1, min(start.day, 28))


def central(description: Description) -> dict[str, float]:
    """List the central value of every number of a description."""
    return {parameter.path: parameter.value for parameter in walk(description)}


@dataclass(frozen=True)
class Candidate:
    """A lever with its actor and its target.

    ``pushes`` are the stated sizes times the scale of the lever's quad class;
    ``consent`` is None where it is not asked; ``gamma`` is its friendliness.
    """

    lever: str
    actor: str
    target: str
    track: str
    gamma: float
    conflictual: bool
    usual: float
    consent: float | None
    cost: float
    pushes: Mapping[Key, float]

    @property
    def way(self) -> Way:
        """Whose choice it is one of."""
        return self.actor, self.target, self.track

    @property
    def between(self) -> Pair:
        """The pair, in alphabetical order."""
        first, second = sorted((self.actor, self.target))
        return first, second

    @property
    def heat(self) -> float:
        """What an accepted use adds to the heat of the pair."""
        return max(0.0, -self.gamma) if self.conflictual else 0.0

    @property
    def participants(self) -> tuple[str, ...]:
        """Those who answer for what it changes."""
        return (self.actor,) if self.consent is None else (self.actor, self.target)


class Rules:
    """What stays fixed during a run.

    Parameters
    ----------
    description : Description
        The scenario, or its base file.
    numbers : mapping of str to float
        This run's value of every parameter, by path.
    """

    def __init__(self, description: Description, numbers: Numbers) -> None:
        self.description = description
        self.numbers = numbers
        self.actors = sorted(description.actors)
        self.issues = sorted(description.issues)
        self.levers = sorted(description.levers)
        self.pairs = list(itertools.combinations(self.actors, 2))
        self.ordered = list(itertools.permutations(self.actors, 2))
        self.loss_aversion = self.coefficient("loss_aversion")
        self.future = self.discounts({})
        self.candidates = {(c.lever, c.actor, c.target): c for c in self._candidates()}
        self.ways: list[Way] = [(a, t, track) for a, t in self.ordered for track in TRACKS]
        self.toward: dict[Way, list[Move]] = {way: [] for way in self.ways}
        for move, candidate in self.candidates.items():
            self.toward[candidate.way].append(move)
        self.resting = {
            way: max(0.001, 1 - sum(self.candidates[move].usual for move in moves))
            for way, moves in self.toward.items()
        }
        self.trends = dict(self._trends())

    def stirred(self, change: float) -> float:
        """Change of log-odds for a change of value against ordinary times."""
        points = 100 * change
        return (
            self.coefficient("rationality")
            * points
            / (1 + abs(points) / self.coefficient("felt_scale"))
        )

    def coefficient(self, name: str) -> float:
        """Look up a structural coefficient of the theory."""
        return self.numbers[f"coefficients.{name}"]

    def of_actor(self, actor: str, name: str) -> float:
        """Look up a number of an actor."""
        return self.numbers[f"actors.{actor}.{name}"]

    def reversion(self, quantity: Key) -> float:
        """Share of the way back to its baseline per round."""
        if quantity[0] == "issue":
            return self.numbers[f"issues.{quantity[1]}.reversion"]
        return self.coefficient(f"reversion.{quantity[0]}")

    def noise(self, quantity: Key) -> float:
        """Look up the standard deviation of a shock in the middle of the range."""
        if quantity[0] == "issue":
            return self.numbers[f"issues.{quantity[1]}.volatility"]
        return self.coefficient(f"noise.{quantity[0]}")

    def others(self, *named: str) -> list[str]:
        """List the third parties."""
        return [actor for actor in self.actors if actor not in named]

    def expand(self, phrase: Phrase, actor: str, target: str) -> list[Key]:
        """List the quantities that a phrase with roles stands for, each once."""
        cast = {"actor": [actor], "target": [target], "others": self.others(actor, target)}
        meant = [cast[name] if name in ROLES else [name] for name in phrase.names]
        found = {
            key(phrase.kind, *names): None
            for names in itertools.product(*meant)
            if len(set(names)) == len(names)
        }
        return list(found)

    def discounts(self, anew: Mapping[str, float]) -> dict[tuple[str, Key], float]:
        """f: the discounted future of a change; ``anew`` has the patience of new governments."""
        quantities = [(kind,) for kind in REVERTING] + [("issue", i) for i in self.issues]
        found: dict[tuple[str, Key], float] = {}
        for actor in self.actors:
            patience = anew.get(actor, self.of_actor(actor, "patience"))
            for quantity in quantities:
                found[actor, quantity] = 1 / (1 - patience * (1 - self.reversion(quantity)))
        return found

    def _candidates(self) -> Iterator[Candidate]:
        for (actor, target), name in itertools.product(self.ordered, self.levers):
            lever = self.description.levers[name]
            usual = for_pair(lever.usual, actor, target)
            if usual is None:
                continue
            consent = for_pair(lever.consent, actor, target)
            path = f"levers.{name}"
            scale = self.coefficient(f"effect_scale.{quad_class(lever)}")
            pushes: dict[Key, float] = {}
            for text in lever.effects:
                phrase = phrases.parse(text)
                assert phrase is not None
                for quantity in self.expand(phrase, actor, target):
                    size = self.numbers[f"{path}.effects.{text}"]
                    pushes[quantity] = pushes.get(quantity, 0.0) + size * scale
            yield Candidate(
                lever=name,
                actor=actor,
                target=target,
                track=track(lever),
                gamma=friendliness(lever),
                conflictual=is_conflictual(lever),
                usual=self.numbers[f"{path}.usual.{usual}"],
                consent=None if consent is None else self.numbers[f"{path}.consent.{consent}"],
                cost=self.numbers[f"{path}.cost"],
                pushes=pushes,
            )

    def _trends(self) -> Iterator[tuple[Key, float]]:
        """Stated changes per round, of the first round."""
        described = self.description
        for actor in self.actors:
            yield ("power", actor), self.of_actor(actor, "power_growth")
            if described.actors[actor].support_trend is not None:
                yield ("support", actor), self.of_actor(actor, "support_trend")
        for text, relation in described.relations.items():
            first, _, second = phrases.pair(text) or ("", "", "")
            for kind in ("affinity", "tension", "commitment", "ties"):
                if getattr(relation, f"{kind}_trend") is not None:
                    path = f"relations.{text}.{kind}_trend"
                    yield key(kind, first, second), self.numbers[path]
        for issue in self.issues:
            if described.issues[issue].trend is not None:
                yield ("issue", issue), self.numbers[f"issues.{issue}.trend"]

    def start(self) -> dict[Key, float]:
        """Build the state before the first round, with what actors want."""
        state: dict[Key, float] = {}
        for kind in ("affinity", "tension"):
            state |= {(kind, a, b): 0.0 for a, b in self.pairs}
        for kind in ("commitment", "ties"):
            state |= {(kind, a, b): 0.0 for a, b in self.ordered}
        for text, relation in self.description.relations.items():
            first, _, second = phrases.pair(text) or ("", "", "")
            for kind in ("affinity", "tension", "commitment", "ties"):
                if getattr(relation, kind) is not None:
                    state[key(kind, first, second)] = self.numbers[f"relations.{text}.{kind}"]
        for actor in self.actors:
            state["power", actor] = self.of_actor(actor, "power")
            state["support", actor] = self.of_actor(actor, "support")
            state |= {("weight", actor, c): w for c, w in self._weights(actor).items()}
        for issue in self.issues:
            state["issue", issue] = self.numbers[f"issues.{issue}.outcome"]
            stances = self.description.issues[issue].stances
            for actor in self.actors:
                path = f"issues.{issue}.stances.{actor}"
                known = actor in stances
                state["position", actor, issue] = (
                    self.numbers[f"{path}.position"] if known else NEUTRAL
                )
                state["salience", actor, issue] = self.numbers[f"{path}.salience"] if known else 0.0
        return state

    def _weights(self, actor: str) -> dict[str, float]:
        """Take an actor's own weights, drawn, or those of the lens it is seen through."""
        seen = weights_of(actor, self.description)
        if seen is self.description.actors[actor].weights:
            paths = {c: f"weights.{c}" for c in components_of(self.description)}
            return {
                c: self.of_actor(actor, path) if f"actors.{actor}.{path}" in self.numbers else 0.0
                for c, path in paths.items()
            }
        return {c: seen.of(c).value for c in components_of(self.description)}
