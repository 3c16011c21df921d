"""How the state of the oracle moves: conditions, events, pushes and drift."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Mapping
from statistics import NormalDist

from sim.scenario import phrases
from sim.scenario.conditions import Limits
from sim.scenario.phrases import BEGUN, LASTING, ROLES, Phrase
from sim.scenario.schema import Description
from tests.oracle.memory import Standing
from tests.oracle.rules import (
    Key,
    Move,
    Numbers,
    Pair,
    Rules,
    World,
    clipped,
    first_day,
    key,
    unit,
)

State = dict[Key, float]
Uniform = Callable[[str, str], float]
"""A keyed draw of this round, by purpose and name."""


@functools.cache
def read(text: str) -> Phrase:
    """Parse a phrase that is known to be one."""
    phrase = phrases.parse(text)
    assert phrase is not None
    return phrase


def plainly(state: World, standing: Standing, round: int) -> Callable[[Phrase], list[float]]:
    """Measure phrases without roles."""

    def measure(phrase: Phrase) -> list[float]:
        if phrase.kind in (*LASTING, *BEGUN):
            return [_lasting(state, standing, round, phrase, phrase.names)]
        return [state[key(phrase.kind, *phrase.names)]]

    return measure


def _lasting(
    state: World, standing: Standing, round: int, phrase: Phrase, names: tuple[str, ...]
) -> float:
    """Measure what lasts; an actor without a government has been there without end."""
    if phrase.kind == "trust":
        return state["trust", *names]
    if phrase.kind == "office":
        return state.get(("office", *names), math.inf)
    return standing.measure(phrase, names, round)


def hold(
    numbers: Numbers,
    path: str,
    conditions: Mapping[str, Limits | tuple[dict[str, Limits], ...]],
    measure: Callable[[Phrase], list[float]],
) -> bool:
    """Whether all conditions hold, for all quantities that each phrase stands for."""
    for text, limits in conditions.items():
        if isinstance(limits, tuple):
            ways = [
                hold(numbers, f"{path}.{text}.{number}", table, measure)
                for number, table in enumerate(limits)
            ]
            if any(ways) == (text == "none_of"):
                return False
            continue
        for value in measure(read(text)):
            if limits.at_least is not None and value < numbers[f"{path}.{text}.at_least"]:
                return False
            if limits.at_most is not None and value > numbers[f"{path}.{text}.at_most"]:
                return False
    return True


def required(
    rules: Rules,
    state: World,
    move: Move,
    since: Callable[[Move], float],
    standing: Standing,
    round: int,
) -> bool:
    """Whether a candidate's requirements hold, and arrangements stand so that it is open.

    ``since`` counts the rounds since a move was made.
    """
    name, actor, target = move
    if not standing.allows(*move):
        return False

    def measure(phrase: Phrase) -> list[float]:
        if phrase.kind == "since":
            return [since((phrase.names[0], actor, target))]
        if phrase.kind == "gap":
            issue = phrase.names[0]
            ends = (state["position", actor, issue], state["position", target, issue])
            return [abs(ends[0] - ends[1])]
        if phrase.kind in (*LASTING, *BEGUN):
            return [
                _lasting(state, standing, round, phrase, names)
                for names in _meant(rules, phrase, actor, target)
            ]
        return [state[q] for q in rules.expand(phrase, actor, target)]

    requires = rules.description.levers[name].requires
    return hold(rules.numbers, f"levers.{name}.requires", requires, measure)


def _meant(rules: Rules, phrase: Phrase, actor: str, target: str) -> list[tuple[str, ...]]:
    """List the names that a phrase about what lasts stands for; nobody has it with itself."""
    cast = {"actor": [actor], "target": [target], "others": rules.others(actor, target)}
    parts = [
        cast[name] if slot == "actors" and name in ROLES else [name] for slot, name in phrase.slots
    ]
    actors = [slot == "actors" for slot, _ in phrase.slots]
    found = []
    for names in itertools.product(*parts):
        joined = list(itertools.compress(names, actors))
        if len(set(joined)) == len(joined):
            found.append(names)
    return found


def in_season(description: Description, name: str, round: int) -> bool:
    """Whether an event's dates allow it in a round."""
    event, calendar = description.events[name], description.calendar
    begins, ends = first_day(calendar, round), first_day(calendar, round + 1)
    if event.on is not None and not begins <= event.on < ends:
        return False
    if event.since is not None and event.since >= ends:
        return False
    return event.until is None or event.until >= begins


def change(rules: Rules, state: State, baseline: State, name: str) -> None:
    """Do to the state what an event does to it."""
    for text, effect in rules.description.events[name].changes.items():
        phrase = read(text)
        quantity = key(phrase.kind, *phrase.names)
        path = f"events.{name}.changes.{text}"
        for values in (state, baseline) if effect.lasting else (state,):
            if effect.by is not None:
                moved = values[quantity] + rules.numbers[f"{path}.by"]
                values[quantity] = clipped(quantity, moved)
            if effect.to is not None:
                values[quantity] = clipped(quantity, rules.numbers[f"{path}.to"])


def apply(state: State, changes: Mapping[Key, float]) -> None:
    """Let summed changes take effect, within the ranges."""
    for quantity, change in changes.items():
        state[quantity] = clipped(quantity, state[quantity] + change)


def add(total: dict[Key, float], quantity: Key, size: float) -> None:
    """Add a change to those of the same quantity."""
    total[quantity] = total.get(quantity, 0.0) + size


def drifted(
    rules: Rules,
    state: World,
    baseline: World,
    balances: Mapping[Pair, float],
    uniform: Uniform,
    trends: Mapping[Key, float],
) -> State:
    """Section 6.6: the state after reversion, trends, shocks and more balance than usual.

    ``trends`` has what moves quantities, and their baselines, in this round.
    """
    after = dict(state)
    for quantity, x in state.items():
        kind = quantity[0]
        if kind in ("position", "salience", "weight", "trust", "office"):
            continue
        moved = x + trends.get(quantity, 0.0)
        if kind != "power":
            moved += rules.reversion(quantity) * (baseline[quantity] - x)
            moved += _shock(rules, quantity, x, uniform)
        if kind == "affinity":
            pair = quantity[1], quantity[2]
            moved += balance(rules, state, *pair) - balances[pair]
        after[quantity] = clipped(quantity, moved)
    return after


def moved_baseline(baseline: World, trends: Mapping[Key, float]) -> State:
    """Section 6.6: trends move the baseline along."""
    moved = {q: clipped(q, baseline[q] + trend) for q, trend in trends.items()}
    return {**baseline, **moved}


def _shock(rules: Rules, quantity: Key, x: float, uniform: Uniform) -> float:
    noise, u = rules.noise(quantity), unit(quantity, x)
    if noise == 0:
        return 0.0
    # 0 has no finite normal quantile, and a draw of exactly 0 is possible.
    drawn = max(uniform("shock", phrased(quantity)), 2.0**-54)
    return 4 * u * (1 - u) * noise * NormalDist().inv_cdf(drawn)


@functools.cache
def phrased(quantity: Key) -> str:
    """Name a quantity in words."""
    return str(Phrase(quantity[0], quantity[1:]))  # type: ignore[arg-type]


def balance(rules: Rules, state: World, a: str, b: str) -> float:
    others = rules.others(a, b)
    if not others:
        return 0.0
    shared = [state[key("affinity", a, c)] * state[key("affinity", b, c)] for c in others]
    room = 1 - state["affinity", a, b] ** 2
    return rules.coefficient("balance") * room * sum(shared) / len(shared)
