"""Scenarios without history: drawn by a seed, with neutral relations and generic levers."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

import numpy as np

from sim.scenario.loading import build
from sim.scenario.scenario import Scenario

ACTORS = ("alder", "birch", "cedar", "dogwood", "elm")
LEVERS: dict[str, tuple[str, float]] = {
    "pact": ("057", 8.0), "contract": ("061", 6.4), "talks": ("036", 4.0),
    "aid": ("071", 7.4), "praise": ("051", 3.4),
    "rebuke": ("111", -2.0), "demand": ("105", -5.0),
    "warning": ("138", -7.0), "display": ("150", -7.2),
    "embargo": ("163", -8.0), "raid": ("190", -10.0),
}  # fmt: skip
"""Generic levers, two or three of each kind, with CAMEO code and Goldstein value."""
ASKED = ("pact", "contract", "talks")


def generated(number: int) -> Scenario:
    """The scenario of a number: 3 to 5 actors, 1 to 3 issues, all generic levers.

    Each effect points in the direction of its lever's kind; its size, the usual
    frequencies, strengths, stances and weights are drawn. Affinities are near 0, tensions
    low, nobody is pledged to anybody.

    Parameters
    ----------
    number : int
        0 or more; the same number makes the same scenario.
    """
    chance = np.random.default_rng([2016, number])
    actors = ACTORS[: chance.integers(3, 6)]
    issues = [f"matter_{nth}" for nth in range(1, chance.integers(2, 5))]
    document = {
        "title": f"Without history, number {number}",
        "calendar": {"start": "2000-01-01", "round": "quarter", "rounds": 16},
        "actors": {name: _actor(name, chance) for name in actors},
        "relations": _relations(actors, chance),
        "issues": {name: _issue(name, actors, chance) for name in issues},
        "levers": {name: _lever(name, issues, chance) for name in LEVERS},
        "outcomes": {"backing": {"name": "Support", "of": f"support of {actors[0]}"}},
    }
    return build(document, f"generated-{number}")


def _between(chance: np.random.Generator, low: float, high: float) -> float:
    return round(float(chance.uniform(low, high)), 3)


def _actor(name: str, chance: np.random.Generator) -> dict[str, Any]:
    components = ("security", "prosperity", "issues", "standing", "support")
    return {
        "name": name.capitalize(),
        "power": _between(chance, 0.05, 0.5),
        "support": _between(chance, 0.4, 0.7),
        "patience": _between(chance, 0.8, 0.95),
        "audience_cost": _between(chance, 0.2, 0.8),
        "weights": {one: _between(chance, 0.1, 0.4) for one in components},
    }


def _relations(actors: tuple[str, ...], chance: np.random.Generator) -> dict[str, Any]:
    found: dict[str, Any] = {
        f"{a} and {b}": {"affinity": _between(chance, -0.1, 0.1),
                         "tension": _between(chance, 0.1, 0.3)}
        for a, b in combinations(actors, 2)
    }  # fmt: skip
    return found | {f"{a} to {b}": {"ties": _between(chance, 0.05, 0.4)}
                    for a, b in permutations(actors, 2)}  # fmt: skip


def _issue(name: str, actors: tuple[str, ...], chance: np.random.Generator) -> dict[str, Any]:
    stances = {
        actor: {"position": round(float(chance.uniform(0, 100))),
                "salience": _between(chance, 0.1, 0.7)}
        for actor in actors if chance.random() < 0.8
    }  # fmt: skip
    return {
        "name": name.replace("_", " ").capitalize(), "low": "one end", "high": "the other end",
        "outcome": round(float(chance.uniform(20, 80))), "stances": stances,
    }  # fmt: skip


def _lever(name: str, issues: list[str], chance: np.random.Generator) -> dict[str, Any]:
    code, value = LEVERS[name]
    friendly = value > 0
    sizes = {
        "pact": (0.05, 0.1), "contract": (0.01, 0.03), "talks": (0.005, 0.02),
        "aid": (0.02, 0.04), "praise": (0.005, 0.02),
        "rebuke": (0.01, 0.03), "demand": (0.02, 0.04),
        "warning": (0.02, 0.05), "display": (0.02, 0.04),
        "embargo": (0.03, 0.06), "raid": (0.05, 0.1),
    }  # fmt: skip
    effects: dict[str, float] = {
        "affinity of actor and target": (1 if friendly else -1) * _between(chance, *sizes[name])
    }
    if name in ("warning", "display", "raid") or (not friendly and chance.random() < 0.5):
        high = {"raid": 0.15, "warning": 0.08, "display": 0.06}.get(name, 0.03)
        effects["tension of actor and target"] = _between(chance, high / 3, high)
    if name == "pact" or (name == "talks" and chance.random() < 0.5):
        effects["tension of actor and target"] = -_between(chance, 0.02, 0.1)
    if name in ("contract", "aid", "embargo"):
        size = _between(chance, 0.005, 0.03) * (1 if friendly else -1)
        effects["ties of target to actor"] = size
        if name != "aid":
            effects["ties of actor to target"] = round(size * _between(chance, 0.3, 1.0), 4)
    if name == "pact":
        effects["commitment of actor to target"] = _between(chance, 0.02, 0.1)
        effects["commitment of target to actor"] = _between(chance, 0.02, 0.1)
    if name == "pact" or chance.random() < 0.5:
        most = 20.0 if name == "pact" else 4.0
        size = _between(chance, most / 8, most) * (1 if chance.random() < 0.5 else -1)
        effects[f"issue {issues[chance.integers(len(issues))]}"] = size
    if chance.random() < 0.3:
        effects["support of actor"] = _between(chance, -0.005, 0.01)
    lever: dict[str, Any] = {
        "name": name, "says": f"{{actor}}: {name} toward {{target}}.",
        "usual": _between(chance, 0.005, 0.08), "effects": effects,
        "cameo": code, "goldstein": value,
    }  # fmt: skip
    if name in ASKED:
        lever["consent"] = _between(chance, 0.3, 0.9)
    if name in ("aid", "raid"):
        lever["cost"] = _between(chance, 0.001, 0.006)
    return lever
