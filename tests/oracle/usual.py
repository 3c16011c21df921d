"""Ordinary times: the reference of section 6.5, and what it brings by section 6.6."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sim.scenario.scenario import Scenario, walk
from sim.scenario.schema import Description
from tests.oracle import flow, governments, memory
from tests.oracle.look import Judge, Look, prosperity, score
from tests.oracle.memory import Standing
from tests.oracle.rules import (
    Candidate,
    Key,
    Move,
    Numbers,
    Pair,
    Rules,
    World,
    key,
    saturated,
)

MOVED = ("affinity", "tension", "commitment", "ties", "support", "issue")
"""What arrangements may change."""


@dataclass(frozen=True)
class Usual:
    """What stands for a hat in the text.

    Attributes
    ----------
    level : dict
        Tensions and supports, and ``("prosperity", actor)``.
    standing : dict
        Affinity less tension of actor and target, for each candidate.
    heat : dict
        Of each pair.
    worn : dict
        How much of its effect each candidate has lost.
    to_target, to_actor : dict
        W of the target and X of the actor, of each candidate.
    brings : dict
        Delta: what usual acts change in a round.
    single : dict
        The same of each lever that is ``once``, by candidate.
    balance : dict
        Structural balance of each pair.
    lasting : dict
        The rest of Delta: what arrangements in force change in a round.
    trust : dict
        How far each believes each other.
    trusted : dict
        Of each candidate the trust of the target in the actor.
    """

    level: dict[Key, float]
    standing: dict[Move, float]
    heat: dict[Pair, float]
    worn: dict[Move, float]
    to_target: dict[Move, float]
    to_actor: dict[Move, float]
    brings: dict[Key, float]
    single: dict[Move, dict[Key, float]]
    balance: dict[Pair, float]
    lasting: dict[Key, float]
    trust: dict[Key, float]
    trusted: dict[Move, float]


def ordinary_times(scenario: Scenario, rules: Rules) -> Usual:
    """Find ordinary times of a run; what the base file lacks is as at the scenario's start."""
    seen = scenario.reference.model_copy(update={"lens": scenario.description.lens})
    base = Rules(seen, _numbers(scenario, seen, rules.numbers))
    usual = _at_start(base, {}, {})
    if not memory.has_bonds(seen):
        usual.trust.clear()
    # At the scenario's own start trust is as it states; in ordinary times it is as usual.
    own = _at_start(rules, usual.level, usual.trust | memory.stated_trust(rules))
    merged = {
        field.name: getattr(own, field.name) | getattr(usual, field.name) for field in fields(Usual)
    }
    # A lever of the base brings to quantities of the base what it brings there.
    merged["single"] = {
        move: {q: x for q, x in own.single.get(move, {}).items() if q not in usual.brings}
        | usual.single.get(move, {})
        for move in own.single.keys() | usual.single.keys()
    }
    # A lever of the base is believed as is usual, whatever it does there.
    trust = merged["trust"]
    merged["trusted"] = own.trusted | {m: trust["trust", m[2], m[1]] for m in usual.trusted}
    return Usual(**merged)


def _numbers(scenario: Scenario, base: Description, numbers: Numbers) -> Numbers:
    """The run's draws of what the scenario shares with its base; else the base's values."""
    here = {p.path: (p.quantity.value, p.quantity.spread) for p in walk(scenario.description)}
    found = {parameter.path: parameter.value for parameter in walk(base)}
    for parameter in walk(base):
        path = parameter.path
        stated = (parameter.quantity.value, parameter.quantity.spread)
        if path.startswith("coefficients.") or here.get(path) == stated:
            found[path] = numbers[path]
    return found


def _at_start(rules: Rules, known: World, believed: World) -> Usual:
    """What is usual at a start; levels that are known already are so in ordinary times.

    ``believed`` has the trusts that are known already.
    """
    state, held = rules.start(), memory.at_start(rules.description)
    state |= governments.at_start(rules.description)
    trust = memory.usual_trust(rules)
    state |= trust | {q: x for q, x in believed.items() if q in trust}
    level = {q: x for q, x in state.items() if q[0] in ("tension", "support")}
    level |= {("prosperity", x): prosperity(rules, state, x) for x in rules.actors}
    level |= known
    standing = {m: stand(state, *m[1:]) for m in rules.candidates}
    proposed = {m: _proposed(rules, state, held, c) for m, c in rules.candidates.items()}
    done = {m: _done(rules.candidates[m], u) for m, u in proposed.items()}
    often = {m: 0.0 if rules.description.levers[m[0]].once else a for m, a in done.items()}
    worn = {m: _worn(rules, a) for m, a in often.items()}
    judge = Judge(rules, state, worn, level, held)
    look = judge.look(rules.candidates)
    balance = {pair: flow.balance(rules, state, *pair) for pair in rules.pairs}
    lasting = {q: 0.0 for q in state if q[0] in MOVED} | memory.brought(rules, state, held)
    trusted = {m: state["trust", m[2], m[1]] for m in rules.candidates}
    usual = Usual(
        level=level,
        standing=standing,
        heat=_heat(rules, often),
        worn=worn,
        to_target={},
        to_actor={},
        brings={},
        single={},
        balance=balance,
        lasting=lasting,
        trust=trust,
        trusted=trusted,
    )
    for move, candidate in rules.candidates.items():
        usual.to_target[move] = look.foreseen[move][candidate.target]
        usual.to_actor[move] = score(judge, look, move, usual.to_target[move], 0.0).worth
    for kind in ("affinity", "tension", "ties", "support"):
        usual.brings.update({q: 0.0 for q in state if q[0] == kind})
    for move in rules.candidates:
        total = usual.brings
        if rules.description.levers[move[0]].once:
            total = usual.single[move] = dict.fromkeys(usual.brings, 0.0)
        _bring(rules, state, look, move, proposed[move], done[move], total)
    return usual


def stand(state: World, a: str, b: str) -> float:
    """How two stand to one another: affinity less tension."""
    return state[key("affinity", a, b)] - state[key("tension", a, b)]


def _proposed(rules: Rules, state: World, held: Standing, candidate: Candidate) -> float:
    """u: how often a candidate is proposed in ordinary times."""
    move = (candidate.lever, candidate.actor, candidate.target)
    if not flow.required(rules, state, move, lambda _: math.inf, held, 1):
        return 0.0
    return candidate.usual


def _done(candidate: Candidate, proposed: float) -> float:
    """a: how often it takes effect."""
    return proposed if candidate.consent is None else proposed * candidate.consent


def _worn(rules: Rules, done: float) -> float:
    if done == 0:
        return 0.0
    wear, recovery = rules.coefficient("wear"), rules.coefficient("recovery")
    return done * wear / (1 - (1 - recovery) * (1 - done))


def _heat(rules: Rules, done: Mapping[Move, float]) -> dict[Pair, float]:
    found = dict.fromkeys(rules.pairs, 0.0)
    for move, often in done.items():
        candidate = rules.candidates[move]
        found[candidate.between] += often * candidate.heat
    left = 1 - rules.coefficient("heat_persistence")
    return {pair: heat and heat / left for pair, heat in found.items()}


def _bring(
    rules: Rules,
    state: World,
    look: Look,
    move: Move,
    proposed: float,
    done: float,
    total: dict[Key, float],
) -> None:
    """Delta: add the changes that a candidate brings by its usual use."""
    for pushes in (look.pushes[move], look.reactions[move]):
        for quantity, push in pushes.items():
            if quantity in total:
                total[quantity] += done * saturated(quantity, state[quantity], push)
    total["support", move[1]] -= proposed * rules.candidates[move].cost
