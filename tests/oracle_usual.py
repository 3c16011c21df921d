"""Ordinary times: the reference of section 6.5, and what it brings by section 6.6."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sim.scenario.parameters import walk
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from tests import oracle_flow as flow
from tests.oracle_look import Judge, Look, prosperity, score
from tests.oracle_rules import (
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
    """

    level: dict[Key, float]
    standing: dict[Move, float]
    heat: dict[Pair, float]
    worn: dict[Move, float]
    to_target: dict[Move, float]
    to_actor: dict[Move, float]
    brings: dict[Key, float]


def ordinary_times(scenario: Scenario, rules: Rules) -> Usual:
    """Find ordinary times of a run; what the base file lacks is as at the scenario's start."""
    seen = scenario.reference.model_copy(update={"lens": scenario.description.lens})
    usual = _at_start(Rules(seen, _numbers(scenario, seen, rules.numbers)), {})
    own = _at_start(rules, usual.level)
    merged = {
        field.name: getattr(own, field.name) | getattr(usual, field.name) for field in fields(Usual)
    }
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


def _at_start(rules: Rules, known: World) -> Usual:
    """What is usual at a start; levels that are known already are so in ordinary times."""
    state = rules.start()
    level = {q: x for q, x in state.items() if q[0] in ("tension", "support")}
    level |= {("prosperity", x): prosperity(rules, state, x) for x in rules.actors}
    level |= known
    standing = {m: stand(state, *m[1:]) for m in rules.candidates}
    proposed = {m: _proposed(rules, state, c) for m, c in rules.candidates.items()}
    done = {m: _done(rules.candidates[m], u) for m, u in proposed.items()}
    worn = {m: _worn(rules, a) for m, a in done.items()}
    judge = Judge(rules, state, worn, level)
    look = judge.look(rules.candidates)
    usual = Usual(level, standing, _heat(rules, done), worn, {}, {}, {})
    for move, candidate in rules.candidates.items():
        usual.to_target[move] = look.foreseen[move][candidate.target]
        usual.to_actor[move] = score(judge, look, move, usual.to_target[move], 0.0).worth
    _bring(rules, state, look, proposed, done, usual.brings)
    return usual


def stand(state: World, a: str, b: str) -> float:
    """How two stand to one another: affinity less tension."""
    return state[key("affinity", a, b)] - state[key("tension", a, b)]


def _proposed(rules: Rules, state: World, candidate: Candidate) -> float:
    """u: how often a candidate is proposed in ordinary times."""
    lever = rules.description.levers[candidate.lever]
    move = (candidate.lever, candidate.actor, candidate.target)
    if lever.once or not flow.required(rules, state, move, lambda _: math.inf):
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
    proposed: Mapping[Move, float],
    done: Mapping[Move, float],
    total: dict[Key, float],
) -> None:
    """Delta: the changes that usual acts bring, by quantity."""
    for pair in rules.pairs:
        total[key("affinity", *pair)] = flow.balance(rules, state, *pair)
    for kind in ("tension", "ties", "support"):
        total |= {q: 0.0 for q in state if q[0] == kind}
    for move, often in done.items():
        for quantity, push in look.pushes[move].items():
            if quantity in total:
                total[quantity] += often * saturated(quantity, state[quantity], push)
        for quantity, push in look.reactions[move].items():
            total[quantity] += often * saturated(quantity, state[quantity], push)
    for move, often in proposed.items():
        total["support", move[1]] -= often * rules.candidates[move].cost
