"""A small scenario without notes, that the tests make odd in one place at a time."""

from __future__ import annotations

from typing import Any

from sim.plausibility.note import Note, Notes
from sim.plausibility.notes import notes
from sim.scenario.loading import build
from tests.samples import Document, changed

CALM: Document = {
    "title": "Three neighbours and a valley",
    "calendar": {"start": "2016-10-01", "round": "quarter", "rounds": 12},
    "actors": {
        "north": {"name": "North", "power": 0.5},
        "south": {"name": "South", "power": 0.3},
        "east": {"name": "East", "power": 0.2},
    },
    "relations": {
        "north and south": {"affinity": -0.1, "tension": 0.3},
        "north and east": {"affinity": 0.2, "tension": 0.1},
        "south and east": {"affinity": 0.2, "tension": 0.1},
    },
    "issues": {
        "valley": {
            "name": "The valley", "low": "all to North", "high": "half to each", "outcome": 30,
            "stances": {
                "north": {"position": 0, "salience": 0.4},
                "south": {"position": 100, "salience": 0.6},
            },
        },
    },
    "levers": {
        "talk": {
            "name": "talk", "usual": 0.2, "consent": 0.7, "cameo": "036", "goldstein": 4,
            "effects": {"affinity of actor and target": 0.02},
        },
        "claim": {
            "name": "claim the valley", "usual": {"south to north": 0.1}, "cameo": "112",
            "goldstein": -2,
            "effects": {"issue valley": 2, "tension of actor and target": 0.02},
        },
        "divide": {
            "name": "divide the valley", "usual": {"south to north": 0.05}, "consent": 0.3,
            "once": True, "cameo": "057", "goldstein": 8,
            "effects": {
                "issue valley": 20, "tension of actor and target": -0.3,
                "affinity of actor and target": 0.2,
            },
        },
    },
    "events": {
        "drought": {
            "name": "a drought", "chance": 0.1, "repeats": True,
            "changes": {"tension of north and south": {"by": 0.05}},
        },
    },
    "outcomes": {
        "valley": {"name": "The valley", "of": "issue valley"},
        "tension": {"name": "Tension", "of": "tension of north and south"},
    },
    "watch": {
        "divided": {"name": "the valley is divided", "lever": "divide"},
        "crisis": {"name": "a crisis", "when": {"tension of north and south": {"at_least": 0.45}}},
    },
}  # fmt: skip


def odd(document: Document = CALM, **parts: Any) -> Notes:
    """The notes on a document, some parts of it set anew."""
    return notes(build(changed(document, **parts), "valley"), most=99)


def named(found: Notes) -> list[str]:
    """Names of the notes."""
    return [one.name for one in found]


def only(found: Notes) -> Note:
    """The one note that there is."""
    (one,) = found
    return one
