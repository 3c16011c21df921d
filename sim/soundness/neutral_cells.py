"""One thing is moved at the start: neutral cells of levers, and knife edges of numbers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from sim.arrays import Floats
from sim.model.quantiles import quantile
from sim.scenario.cameo import goldstein, is_conflict, quad_class
from sim.scenario.phrases import BOUNDS, Phrase, parse
from sim.scenario.scenario import Parameter, Scenario
from sim.scenario.schema import Lever
from sim.soundness.engine import Still, at_least, played

_MOVED = 0.3
"""How far the affinity, or the tension, of a pair is moved."""
_SENTIMENT = "coefficients.sentiment"
"""Path of the number by which conduct follows sentiment, whatever interests say."""
MOST_PAIRS = 60
"""Pairs that are moved; of more, as many that are spread evenly over all."""
LeverKind = Literal["agreement", "help", "protest", "threat", "coercion"]
LEVER_KINDS: tuple[LeverKind, ...] = get_args(LeverKind)
_THREATS = ("13", "15")
_COERCIONS = ("16", "17", "18", "19", "20")
_THREAT, _COERCION = -4.4, -7.0
"""Goldstein values from which an act without a code is a threat, and is coercion."""
_Relation = Literal["affinity", "tension"]


@dataclass(frozen=True)
class NeutralCell:
    """One kind of use of one lever against affinity or tension of actor and target.

    That is raised by :data:`_MOVED` in every pair that has the lever; ``before`` and ``after`` are
    the expected numbers of uses that take effect in the first round, summed over the pairs.
    """

    scenario: str
    lever: str
    kind: LeverKind
    moved: _Relation
    before: float
    after: float

    @property
    def rises(self) -> bool:
        """Whether it ought to rise: friendly acts with affinity, hostile ones with tension."""
        return (self.kind in ("agreement", "help")) == (self.moved == "affinity")

    @property
    def right(self) -> bool:
        """Whether it moves in the direction of its kind."""
        return self.after > self.before if self.rises else self.after < self.before


def kind_of(lever: Lever, *, asks: bool) -> LeverKind:
    """Which of the five kinds a lever is.

    A cooperative lever is an agreement where the target is asked, and help where it is not.
    A conflictual one is, by the root of its CAMEO code, a threat (13, 15), coercion (16 to 20)
    or a protest; without a code, by its Goldstein value; without that, coercion where it is
    a deed.
    """
    if not is_conflict(lever):
        return "agreement" if asks else "help"
    if lever.cameo is not None:
        root = lever.cameo[:2]
        return "threat" if root in _THREATS else "coercion" if root in _COERCIONS else "protest"
    value = goldstein(lever)
    if value is None:
        return "coercion" if quad_class(lever) == "material conflict" else "protest"
    return "coercion" if value <= _COERCION else "threat" if value <= _THREAT else "protest"


def neutral_cells(
    scenario: Scenario, draws: int, *, sentiment: bool = True
) -> tuple[NeutralCell, ...]:
    """Every lever that is open at the start, against affinity and tension of its pairs.

    An agreement that itself takes away tension of the two has no cell against tension:
    the tenser they are, the more there is to be taken away.
    Probabilities are the mean of ``draws`` of the uncertain numbers. Without ``sentiment`` its
    coefficient is 0, and interests alone move conduct.
    """
    numbers = {} if sentiment else {_SENTIMENT: 0.0}
    still = Still(scenario, draws, numbers)
    names = still.layout.actors
    pair = np.array([still.layout.pair(names[c.actor], names[c.target]) for c in still.candidates])
    every = np.arange(len(still.layout.pairs))
    chosen = every[:: max(math.ceil(len(every) / MOST_PAIRS), 1)]
    before = np.where(np.isin(pair, chosen), still.read().done.mean(axis=1), 0.0)
    found: list[NeutralCell] = []
    moves: tuple[_Relation, ...] = ("affinity", "tension")
    for moved in moves:
        after = np.zeros_like(before)
        for nth in chosen:
            phrase = Phrase(moved, still.layout.pairs[nth])
            raised = np.clip(still.start(phrase) + _MOVED, *BOUNDS[moved])
            here = pair == nth
            after[here] = still.read({phrase: raised}).done[here].mean(axis=1)
        sums: dict[tuple[str, LeverKind], list[float]] = {}
        for k, candidate in enumerate(still.candidates):
            kind = kind_of(candidate.lever, asks=candidate.asks)
            exempt = moved == "tension" and kind == "agreement" and _relieves(candidate.lever)
            if before[k] <= 0 or exempt:
                continue
            both = sums.setdefault((candidate.name, kind), [0.0, 0.0])
            both[0] += float(before[k])
            both[1] += float(after[k])
        found += [NeutralCell(scenario.id, *key, moved, *both) for key, both in sums.items()]
    return tuple(found)


def _relieves(lever: Lever) -> bool:
    """Whether a use takes away tension of actor and target."""
    return any(
        amount.value < 0
        and (phrase := parse(text)) is not None
        and phrase.kind == "tension"
        and set(phrase.names) == {"actor", "target"}
        for text, amount in lever.effects.items()
    )


# Knife edges: how much hangs on one number that is known no better than its spread says.

_NUMBERS = re.compile(r"issues\.\w+\.stances\.\w+\.(salience|position)|actors\.\w+\.weights\.\w+")
"""Paths of the numbers that are moved: what actors want, and how much they care."""
LEAST_HAPPENING = 20
"""An event has a factor where it happens in so many runs of one of the two at least."""
_SHARES = 1024


@dataclass(frozen=True)
class KnifeEdge:
    """What moving one number by its own spread does to one watched event.

    ``value`` is its central value; ``before`` and ``after`` count the runs in which the event
    happens, on the same draws; ``log_error`` is the standard error of the factor's logarithm.
    """

    path: str
    value: float
    moved: float
    watch: str
    runs: int
    before: int
    after: int
    log_error: float

    @property
    def factor(self) -> float:
        """The larger of the two chances over the smaller; half a run is added to each."""
        return math.exp(abs(self._log))

    @property
    def least(self) -> float:
        """The factor at least, but for chance (95 %); 1 where the interval holds 1."""
        return math.exp(at_least(abs(self._log), self.log_error))

    @property
    def _log(self) -> float:
        return math.log((self.after + 0.5) / (self.before + 0.5))


def deviation(parameter: Parameter) -> float:
    """Standard deviation of a number that has a spread, cut at its range."""
    shares = (np.arange(_SHARES) + 0.5) / _SHARES
    return float(quantile(parameter.quantity, shares).std())


def moved(scenario: Scenario) -> dict[str, tuple[float, ...]]:
    """The numbers that are moved, with the values that they take: down, and up."""
    found = {}
    for path, parameter in scenario.parameters.items():
        if parameter.quantity.spread is None or not _NUMBERS.fullmatch(path):
            continue
        low, high = parameter.quantity.bounds
        size, value = deviation(parameter), parameter.value
        ends = (max(value - size, low), min(value + size, high))
        if values := tuple(end for end in ends if end != value):
            found[path] = values
    return found


def knife_edges(scenario: Scenario, runs: int) -> tuple[KnifeEdge, ...]:
    """Move each number by its standard deviation, up and down, against ordinary times.

    The number is set to its central value in one arm and moved in the other, in all runs;
    ordinary times keep the central value, as they do of ``--set`` and ``sweep``. All else
    is drawn, the same in both arms. An event is left out where it happens in fewer than
    :data:`LEAST_HAPPENING` runs of both.
    The largest come first, by what a factor is at least; ``runs`` are those of each arm.
    """
    found = []
    for path, values in moved(scenario).items():
        value = scenario.parameters[path].value
        usual = _happened(scenario, runs, path, value)
        for one in values:
            other = _happened(scenario, runs, path, one)
            for watch in usual:
                before, after = float(usual[watch].sum()), float(other[watch].sum())
                if max(before, after) < LEAST_HAPPENING:
                    continue
                # As of a ratio of two shares in pairs (delta method).
                apart = float((usual[watch] != other[watch]).sum())
                error = math.sqrt((apart + 0.5) / ((before + 0.5) * (after + 0.5)))
                both = int(before), int(after)
                found.append(KnifeEdge(path, value, one, watch, runs, *both, error))
    return tuple(sorted(found, key=lambda edge: (-edge.least, -edge.factor, edge.path, edge.watch)))


def _happened(scenario: Scenario, runs: int, path: str, value: float) -> dict[str, Floats]:
    """Whether each watched event happens in each run, by its id."""
    last = scenario.description.calendar.rounds
    parts: dict[str, list[Floats]] = {watch: [] for watch in scenario.description.watch}
    for _, world in played(scenario, runs, numbers={path: value}):
        if world.now == last:
            for name, first in zip(
                world.compiled.watches.names, world.records.watched, strict=True
            ):
                parts[name].append((first > 0).astype(float))
    return {name: np.concatenate(found) for name, found in parts.items()}
