"""Small propositions about the world of :mod:`tests.scenario.worlds`, written to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.claims.proposition import Claim, load_proposition
from sim.errors import Fault, ScenarioError
from tests.scenario.worlds import SOURCES, WORLD

Document = dict[str, Any]

CLOSER: Document = {
    "events": {
        "closer": {
            "name": "they move closer",
            "on": "2017-02-01",
            "changes": {"affinity of north and south": {"by": 0.4, "lasting": True}},
        }
    }
}
"""An intervention that moves the affinity of two, and nothing else."""
THREATS: Document = {"acts": "threat", "by": "south", "expect": "falls"}


def claim(intervention: Document | None = None, **measures: Document) -> Document:
    """A proposition with these measures, about threats unless told."""
    document: Document = {
        "id": "T1",
        "claim": "Friends threaten less.",
        "facts": ["almanac"],
        "base": "world.yaml",
        "measures": measures or {"threats": THREATS},
    }
    if intervention is not None:
        document["intervention"] = intervention
    return document


def put(folder: Path, document: Document, name: str = "claim") -> Path:
    """Write the world, its sources and a proposition; give the proposition's path."""
    (folder / "sources.yaml").write_text(SOURCES)
    (folder / "world.yaml").write_text(WORLD)
    home = folder / "propositions"
    home.mkdir(exist_ok=True)
    path = home / f"{name}.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path


def loaded(folder: Path, document: Document) -> Claim:
    """Read a proposition that must be sound."""
    return load_proposition(put(folder, document))


def faults(folder: Path, document: Document) -> tuple[Fault, ...]:
    """All faults of a proposition that must have some."""
    with pytest.raises(ScenarioError) as caught:
        loaded(folder, document)
    return caught.value.faults
