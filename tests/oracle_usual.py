"""What candidates are worth in ordinary times: the reference of section 6.5."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.parameters import walk
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from tests.oracle_look import Judge, score
from tests.oracle_rules import Move, Numbers, Rules, central


@dataclass(frozen=True)
class Usual:
    """What the candidates are worth in ordinary times: section 6.5, reference state."""

    to_target: dict[Move, float]
    to_actor: dict[Move, float]


def usual_worth(scenario: Scenario, rules: Rules) -> Usual:
    """W of the target and X of the actor at the reference, for every candidate."""
    seen = scenario.reference.model_copy(update={"lens": scenario.description.lens})
    usual = _worth_at_start(seen, _numbers(scenario, seen, rules.numbers))
    if rules.candidates.keys() - usual.to_actor.keys():
        own = _worth_at_start(scenario.description, rules.numbers)
        usual = Usual({**own.to_target, **usual.to_target}, {**own.to_actor, **usual.to_actor})
    return usual


def _numbers(scenario: Scenario, base: Description, numbers: Numbers) -> Numbers:
    """The run's draws of what the scenario shares with its base; else the base's values."""
    here = {p.path: (p.quantity.value, p.quantity.spread) for p in walk(scenario.description)}
    found = dict(central(base))
    for parameter in walk(base):
        path = parameter.path
        stated = (parameter.quantity.value, parameter.quantity.spread)
        if path.startswith("coefficients.") or here.get(path) == stated:
            found[path] = numbers[path]
    return found


def _worth_at_start(description: Description, numbers: Numbers) -> Usual:
    rules = Rules(description, numbers)
    judge = Judge(rules, rules.start(), {})
    look = judge.look(rules.candidates)
    usual = Usual({}, {})
    for move, candidate in rules.candidates.items():
        usual.to_target[move] = look.foreseen[move][candidate.target]
        usual.to_actor[move] = score(judge, look, move, usual.to_target[move]).worth
    return usual
