"""A plain scenario of any number of actors, to see what more actors cost.

All who can, can do all: every lever stands open between all pairs. Nothing in it
means anything; the numbers only differ, so that nothing is alike by accident.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

LEVERS = 4
NEAR = 3
"""Each actor has relations of its own with so many that follow it; the rest is a file's default."""


def crowd(actors: int, rounds: int = 4) -> dict[str, Any]:
    """Make the document of a scenario of some actors.

    Parameters
    ----------
    actors : int
        Two or more.
    rounds : int

    Returns
    -------
    dict
        With 3 issues, on which each third actor has a stance, and :data:`LEVERS`
        levers from everyone to everyone.
    """
    names = [f"actor_{number:03}" for number in range(actors)]
    near = [
        (number, (number + step) % actors)
        for step in range(1, NEAR + 1)
        for number in range(actors)
    ]
    pairs = sorted({(min(pair), max(pair)) for pair in near if pair[0] != pair[1]})
    relations: dict[str, Any] = {
        f"{names[a]} and {names[b]}": {
            "affinity": _between(-0.6, 0.6, 7 * a + 3 * b),
            "tension": _between(0.0, 0.4, 5 * a + b),
        }
        for a, b in pairs
    }
    for a, b in pairs:
        relations[f"{names[a]} to {names[b]}"] = {"ties": _between(0.0, 0.6 / NEAR, a + 2 * b)}
    return {
        "title": f"A crowd of {actors}",
        "calendar": {"start": "2000-01-01", "round": "year", "rounds": rounds},
        "actors": {
            name: {
                "name": name,
                "power": _between(0.5, 1.5, number) / actors,
                "support": _between(0.3, 0.7, 3 * number),
            }
            for number, name in enumerate(names)
        },
        "relations": relations,
        "issues": {f"issue_{nth}": _issue(nth, names) for nth in range(3)},
        "levers": _levers(),
        "outcomes": {"support": {"name": "Support", "of": f"support of {names[0]}"}},
    }


def write(folder: Path, actors: int, rounds: int = 4) -> Path:
    """Write such a scenario as a file like any other."""
    path = folder / f"crowd-{actors}.yaml"
    path.write_text(yaml.safe_dump(crowd(actors, rounds), sort_keys=False), encoding="utf-8")
    return path


def _between(low: float, high: float, number: int) -> float:
    """A value in a range, other for other numbers: multiples of the golden ratio, mod 1."""
    return round(low + (high - low) * (0.618033988749895 * (number + 1) % 1), 4)


def _issue(nth: int, names: list[str]) -> dict[str, Any]:
    return {
        "name": f"Issue {nth}",
        "low": "none of it",
        "high": "all of it",
        "outcome": _between(30, 70, nth),
        "stances": {
            name: {
                "position": _between(0, 100, nth + number),
                "salience": _between(0.1, 0.9, 2 * nth + number),
            }
            for number, name in enumerate(names)
            if number % 3 == nth or number < 2
        },
    }


def _levers() -> dict[str, Any]:
    return {
        "meet": {
            "name": "meet", "usual": 0.08, "consent": 0.8, "cameo": "036", "goldstein": 4,
            "effects": {
                "affinity of actor and target": 0.04, "tension of actor and target": -0.03,
            },
        },
        "rebuke": {
            "name": "rebuke", "usual": 0.05, "cameo": "111", "goldstein": -2,
            "effects": {
                "affinity of actor and target": -0.04, "tension of actor and target": 0.03,
                "support of actor": 0.01,
            },
        },
        "trade": {
            "name": "trade", "usual": 0.05, "consent": 0.7, "cameo": "061", "goldstein": 6,
            "effects": {"ties of actor to target": 0.01, "ties of target to actor": 0.01},
        },
        "press": {
            "name": "press its view", "usual": 0.03, "cost": 0.01, "cameo": "120",
            "goldstein": -3,
            "effects": {"issue issue_0": 1, "commitment of actor to target": 0.02},
        },
    }  # fmt: skip
