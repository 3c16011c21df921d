"""Interests of a file's own: section 6.3, plainly."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.arrays import Floats
from sim.scenario.formulas import scale, value
from sim.scenario.phrases import SYMMETRIC, Phrase
from tests.oracle.rules import Key, Rules, World, key

_KINDS = ("affinity", "tension", "commitment", "ties", "support")
_NUDGE = 0.01


def level(rules: Rules, state: World, name: str) -> float:
    """E: what an interest comes to, as it counts."""
    interest = rules.description.interests[name]

    def measured(phrase: Phrase) -> Floats:
        return np.asarray(state[_key(phrase)])

    sign = -1 if interest.wants == "less" else 1
    unit = 0.01 if scale(interest.of).unit == "points of 100" else 1.0
    return sign * unit * float(value(interest.of, measured))


def _key(phrase: Phrase) -> Key:
    if phrase.kind in SYMMETRIC:
        return key(phrase.kind, *phrase.names)
    return (phrase.kind, *phrase.names)


def gain(
    rules: Rules,
    state: World,
    changes: Mapping[Key, float],
    future: Mapping[tuple[str, Key], float],
    actor: str,
    name: str,
) -> float:
    """What a candidate changes of it, one kind of quantity after the other."""
    now, found = dict(state), 0.0
    issues = sorted(q for q in changes if q[0] == "issue")
    steps = [[q for q in changes if q[0] == kind] for kind in _KINDS] + [[q] for q in issues]
    for moved in filter(None, steps):
        before = level(rules, now, name)
        now |= {q: state[q] + changes[q] for q in moved}
        q = moved[0]
        discount = future[actor, q if q[0] == "issue" else (q[0],)]
        found += discount * (level(rules, now, name) - before)
    return found


def price(rules: Rules, state: World, one: str, other: str, name: str) -> float:
    """What a little more affinity of two is worth by it."""
    q = key("affinity", one, other)
    above = level(rules, {**state, q: state[q] + _NUDGE}, name)
    below = level(rules, {**state, q: state[q] - _NUDGE}, name)
    return (above - below) / (2 * _NUDGE)
