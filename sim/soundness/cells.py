"""Neutral cells: whether each kind of lever follows sentiment and tension."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from sim.scenario.cameo import goldstein, is_conflict, quad_class
from sim.scenario.phrases import BOUNDS, Phrase, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Lever
from sim.soundness.engine import Still

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
