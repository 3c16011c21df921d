"""Small scenarios that many tests share, as the documents a file would hold."""

from __future__ import annotations

import copy
from typing import Any

from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from tests.sample_lasting import LASTING
from tests.sample_quartet import QUARTET, Document


def scenario(document: Document, base: Document | None = None) -> Scenario:
    """Make a scenario of a document, and of its base file where it has one."""
    description = Description.model_validate(document)
    reference = description
    if base is not None:
        lens = {"lens": description.lens}  # a lens on the whole is put on the base too
        reference = Description.model_validate(base).model_copy(update=lens)
    return Scenario(id="sample", description=description, reference=reference)


DUEL: Document = {
    "title": "Two neighbours and a border",
    "calendar": {"start": "2016-10-01", "round": "month", "rounds": 6},
    "actors": {
        "north": {"name": "North", "power": 0.2, "support": 0.6},
        "south": {"name": "South", "power": 0.1, "support": 0.4},
    },
    "relations": {
        "north and south": {"affinity": -0.2, "tension": 0.3},
        "north to south": {"ties": 0.2},
        "south to north": {"ties": 0.4},
    },
    "issues": {
        "border": {
            "name": "Where the border runs",
            "low": "the river",
            "high": "the ridge",
            "outcome": 40,
            "stances": {
                "north": {"position": 80, "salience": 0.5},
                "south": {"position": 10, "salience": 0.9},
            },
        }
    },
    "levers": {
        "summit": {
            "name": "hold a summit",
            "usual": 0.1,
            "consent": 0.7,
            "cost": 0.01,
            "effects": {
                "affinity of actor and target": 0.06,
                "tension of actor and target": -0.05,
            },
            "cameo": "036",
            "goldstein": 4,
        },
        "rebuke": {
            "name": "rebuke in public",
            "usual": 0.15,
            "effects": {
                "affinity of actor and target": -0.05,
                "tension of actor and target": 0.04,
                "support of actor": 0.02,
            },
            "cameo": "111",
            "goldstein": -2,
        },
    },
    "outcomes": {"border": {"name": "The border", "of": "issue border"}},
}
"""Two actors, one issue, one lever that asks consent and one that does not."""

QUIET: Document = {
    **DUEL,
    "title": "Nothing happens",
    "levers": {},
    "coefficients": {
        "balance": 0,
        "noise": dict.fromkeys(("affinity", "tension", "commitment", "ties", "support"), 0),
    },
}
"""No levers, no noise, no balance: the start is also the end."""

__all__ = [
    "DUEL",
    "LASTING",
    "QUARTET",
    "QUIET",
    "SAMPLES",
    "Document",
    "changed",
    "plain",
    "scenario",
]

SAMPLES: dict[str, Document] = {"duel": DUEL, "quiet": QUIET, "quartet": QUARTET}


def changed(document: Document, **parts: Any) -> Document:
    """Copy a document with some parts, by dotted path written ``a__b``, set anew."""
    out = copy.deepcopy(document)
    for path, value in parts.items():
        *above, last = path.split("__")
        node = out
        for step in above:
            node = node.setdefault(step, {})
        node[last] = value
    return out


def plain(document: Document) -> Document:
    """Copy a document without its spreads: its start is its reference."""

    def bare(node: object) -> object:
        if isinstance(node, dict):
            if "spread" in node:
                return node["value"]
            return {name: bare(child) for name, child in node.items()}
        return node

    return {name: bare(part) for name, part in document.items()}
