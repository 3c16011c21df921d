"""Scenarios of many actors, as the documents a file would hold."""

from __future__ import annotations

import math
from typing import Any

from tests.sample_quartet import Document

LEVERS: Document = {
    "talk": {
        "name": "talk", "usual": 0.02, "cameo": "040", "goldstein": 1.0,
        "effects": {"affinity of actor and target": 0.02, "tension of actor and target": -0.02},
    },
    "trade": {
        "name": "open the market", "usual": 0.01, "consent": 0.7, "cameo": "061",
        "goldstein": 6.4, "effects": {"ties of actor to target": 0.03},
    },
    "pledge": {
        "name": "pledge help", "usual": 0.005, "consent": 0.6, "cameo": "050",
        "goldstein": 5.0, "effects": {"commitment of actor to target": 0.1},
    },
    "rebuke": {
        "name": "rebuke in public", "usual": 0.01, "cameo": "111", "goldstein": -2.0,
        "effects": {"affinity of actor and target": -0.03},
    },
    "march": {
        "name": "send soldiers", "usual": 0.003, "cost": 0.01, "cameo": "154",
        "goldstein": -7.2, "effects": {"tension of actor and target": 0.1},
    },
}  # fmt: skip


def large(actors: int, *, rounds: int = 8, events: int = 0, levers: int = 5) -> Document:
    """A system of many actors in which anyone may do anything toward anyone.

    Parameters
    ----------
    actors : int
        At least 2; each stands in a relation to up to six others.
    rounds : int
        Of a month each.
    events : int
        Dated events, one a round until none are left.
    levers : int
        How many of :data:`LEVERS`.
    """
    names = [f"a{nth:03d}" for nth in range(actors)]
    related = [
        f"{names[one]} and {names[one + step]}"
        for step in (1, 5, 11)
        for one in range(actors - step)
    ]
    first = f"{names[0]} and {names[1]}"
    return {
        "title": f"{actors} actors",
        "calendar": {"start": "2020-01-01", "round": "month", "rounds": rounds},
        "runs": 20,
        "actors": {name: _actor(nth, name) for nth, name in enumerate(names)},
        "relations": {both: _relation(nth) for nth, both in enumerate(related)},
        "issues": {
            "strait": {
                "name": "The strait", "low": "closed", "high": "open to all", "outcome": 40,
                "stances": {
                    name: {"position": 100 * (nth % 3) / 2, "salience": 0.3}
                    for nth, name in enumerate(names)
                },
            }
        },
        "levers": dict(list(LEVERS.items())[:levers]),
        "events": {
            f"e{nth}": {
                "name": f"Event {nth + 1}", "on": f"2020-{1 + nth % rounds:02d}-10",
                "changes": {f"support of {names[nth % actors]}": {"by": 0.01}},
            }
            for nth in range(events)
        },
        "outcomes": {
            "first": {"name": "Affinity of the first two", "of": f"affinity of {first}"},
            "strait": {"name": "The strait", "of": "issue strait"},
        },
        "watch": {
            "crisis": {
                "name": "a crisis of the first two",
                "when": {f"tension of {first}": {"at_least": 0.5}},
            }
        },
    }  # fmt: skip


def _actor(nth: int, name: str) -> dict[str, Any]:
    return {
        "name": f"Actor {name[1:]}",
        "power": round(0.02 + 0.3 / (nth + 1), 4),
        "support": 0.4 + 0.05 * (nth % 5),
    }


def _relation(nth: int) -> dict[str, Any]:
    return {
        "affinity": round(0.6 * math.sin(nth), 2),
        "tension": round(0.25 + 0.2 * math.cos(nth), 2),
    }
