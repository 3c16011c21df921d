"""What actors do in the scalar kernel: the theory's numbers, scores, picks.

``docs/model.md``, sections 6.3 and 6.5, in loops over plain numbers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.benchmarks import kernel_rules as r
from tests.benchmarks import kernel_tables as t
from tests.benchmarks import kernel_work as w
from tests.benchmarks.kernel_compiler import apart, compiled

LEAST_IDLE = 1e-3
PASS = -1


@apart
def begin(v: Any, tables: Any, work: Any, x: Any) -> Any:
    """Theory and start of a run, from its values ``v``."""
    theory, future, c = work.theory, work.future, tables.candidates
    for row in range(len(x)):
        x[row] = v[tables.start[row]]
    for n in range(len(theory)):
        theory[n] = v[tables.coefficients[n]]
    theory[t.RATIONALITY] *= 100
    theory[t.FELT_SCALE] /= 100
    theory[t.REACTION_SCALE] /= 100
    for a in range(tables.actors):
        for trait in range(3):
            work.traits[trait, a] = v[tables.traits[trait, a]]
        patience = work.traits[w.PATIENCE, a]
        for kind in range(5):
            future[kind, a] = 1 / (1 - patience * (1 - v[tables.back[kind]]))
        for i in range(tables.issues):
            back = v[tables.reversion[tables.moving - tables.issues + i]]
            work.future_issue[a, i] = 1 / (1 - patience * (1 - back))
    for e in range(len(work.size)):
        work.size[e] = v[tables.effects[e].size] * v[tables.effects[e].scale]
    for block in range(len(tables.blocks)):
        idle = 1.0
        for k in range(tables.blocks[block].first, tables.blocks[block].last):
            idle -= v[c[k].usual]
        for k in range(tables.blocks[block].first, tables.blocks[block].last):
            work.usual[k] = math.log(v[c[k].usual] / max(idle, LEAST_IDLE))
            if c[k].asks:
                work.consent[k] = math.log(v[c[k].consent] / (1 - v[c[k].consent]))
            work.cost[k] = v[c[k].cost]
            work.burden[k] = -theory[t.LOSS_AVERSION] * future[4, c[k].actor] * work.cost[k]


@compiled
def promise(k: Any, agree: Any, tables: Any, work: Any) -> Any:
    """Expected value of a candidate to its actor: consent and cost reckoned in."""
    own = work.worth[0, k]
    backing = work.weight[tables.candidates[k].actor, w.BACKING]
    return min(own, agree * own) + backing * work.burden[k]


@compiled
def felt(change: Any, theory: Any) -> Any:
    """Change of log-odds for a change of value against ordinary times."""
    return change * theory[t.RATIONALITY] / (1 + abs(change) / theory[t.FELT_SCALE])


@compiled
def score(k: Any, answer: Any, proposal: Any, tables: Any, work: Any) -> Any:
    """Chance of consent and score of a candidate, given its worth in ordinary times."""
    agree = 1.0
    if tables.candidates[k].asks:
        agree = 1 / (1 + math.exp(-work.consent[k] - felt(work.worth[1, k] - answer, work.theory)))
    work.agree[k] = agree
    better = promise(k, agree, tables, work) - proposal
    work.score[k] = work.usual[k] + felt(better, work.theory)


@compiled
def pick(first: Any, last: Any, draw: Any, work: Any) -> Any:
    """Candidate picked, or ``PASS``."""
    top = 0.0
    for k in range(first, last):
        if work.is_open[k]:
            top = max(top, work.score[k])
    total = math.exp(-top)
    passed = total
    for k in range(first, last):
        if work.is_open[k]:
            work.score[k] = math.exp(work.score[k] - top)
            total += work.score[k]
    limit = draw * total
    if passed > limit:
        return np.int64(PASS)
    latest = np.int64(PASS)
    for k in range(first, last):
        if work.is_open[k]:
            passed += work.score[k]
            latest = np.int64(k)
            if passed > limit:
                return np.int64(k)
    return latest


@compiled
def hold(first: Any, last: Any, now: Any, x: Any, v: Any, used: Any, conditions: Any) -> Any:
    """Whether conditions hold."""
    for n in range(first, last):
        measured = x[conditions[n].measured]
        other = conditions[n].other
        if other >= 0:
            measured = abs(measured - x[other])
        elif other == r.SINCE:
            candidate = conditions[n].used
            measured = math.inf
            if candidate >= 0 and used[candidate] > 0:
                measured = float(now - used[candidate])
        if measured < v[conditions[n].least] or measured > v[conditions[n].most]:
            return False
    return True


@compiled
def may(k: Any, now: Any, x: Any, v: Any, used: Any, forbidden: Any, rules: Any) -> Any:
    """Whether a candidate is open: not forbidden, not used up, requirements met."""
    if forbidden[k]:
        return False
    for n in range(rules.of_once[k], rules.of_once[k + 1]):
        if used[rules.once[n]] > 0:
            return False
    first, last = rules.of_candidate[k], rules.of_candidate[k + 1]
    return hold(first, last, now, x, v, used, rules.conditions)
