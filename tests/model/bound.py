"""A small scenario with arrangements, promises and governments, and acts laid down in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.model.choice import PASS, Decision, Proposal, View
from sim.model.compiled import Setting
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.phrases import parse
from tests.samples import Document

KINDS = ("affinity", "tension", "commitment", "ties", "support")
STILL: dict[str, Any] = {
    "balance": 0, "reciprocity": 0, "noise": dict.fromkeys(KINDS, 0),
    "reversion": dict.fromkeys((*KINDS, "trust"), 0), "learning": 0.4, "breach": 0.1,
}  # fmt: skip
"""Nothing moves but what acts and arrangements do."""
RARE = {"usual": 1e-6}
"""Of levers that are used where a test lays it down, and so rarely else that nothing is usual."""
BONDS: Document = {
    "title": "Four and what they signed",
    "calendar": {"start": "2016-01-01", "round": "quarter", "rounds": 8},
    "coefficients": STILL,
    "actors": {name: {"name": name.title(), "power": 0.25} for name in "abcd"},
    "relations": {f"{one} to a": {"trust": 0.5} for one in "bcd"},
    "issues": {"canal": {"name": "The canal", "low": "none", "high": "all", "outcome": 30}},
    "arrangements": {
        "peace": {"name": "The peace", "solemnity": 0.8, "effects": {
            "tension of actor and target": 0.01, "issue canal": 2, "support of actor": -0.01,
        }},
        "pact": {"name": "The pact", "in_force": ["c and a"], "solemnity": 0.3},
        "league": {"name": "The league", "parties": ["b", "c", "d"], "in_force": ["d and c"]},
        "embargo": {"name": "The embargo", "one_sided": True, "in_force": ["a to d"],
                    "effects": {"ties of target to actor": 0.02}},
    },
    "levers": {
        "sign": {**RARE, "name": "sign the peace", "begins": ["peace"], "consent": 0.5},
        "leave": {**RARE, "name": "leave the peace", "ends": ["peace"]},
        "close": {**RARE, "name": "end the peace together", "ends": ["peace"], "consent": 0.5},
        "pause": {**RARE, "name": "suspend the peace", "suspends": ["peace"]},
        "mend": {**RARE, "name": "resume the peace", "resumes": ["peace"]},
        "lift": {**RARE, "name": "lift the embargo", "ends": ["embargo"]},
        "offer": {**RARE, "name": "offer to build", "delivers": {"lever": "build", "within": 2}},
        "build": {**RARE, "name": "build", "cameo": "061"},
    },
    "outcomes": {"canal": {"name": "The canal", "of": "issue canal"}},
}  # fmt: skip
"""Four actors in a world that nothing moves: its acts are laid down by :func:`course`."""
Act = tuple[str, str, str]
"""A lever, who uses it, and toward whom."""


def course(document: Document, acts: Mapping[int, Act], runs: int = 1) -> World:
    """A world in which one act is done in each of some rounds, and agreed to, and no other."""
    setting = Setting(build(document))
    actors = setting.layout.actors
    world = World(
        setting, 5, 0, runs, dict.fromkeys(actors, _laid_down(setting, acts, runs)),
        answers=dict.fromkeys(actors, _agree),
    )  # fmt: skip
    for _ in range(setting.description.calendar.rounds):
        world.step()
    for now, (lever, *way) in acts.items():
        row = setting.layout.directions.index((way[0], way[1]))
        number = sorted(setting.description.levers).index(lever)
        done = (world.records.choice[now, row] == number) & world.records.accepted[now, row]
        assert done.any(axis=0).all(), f"round {now}: {lever} was closed"
    return world


def _laid_down(setting: Setting, acts: Mapping[int, Act], runs: int) -> Decision:
    def decide(view: View) -> Ints:
        lever, *way = acts.get(view.round, ("", "", ""))
        if tuple(way) != setting.layout.directions[view.direction] or lever not in view.levers:
            return np.full(runs, PASS)
        number = view.levers.index(lever)
        return np.where(view.open[number], number, PASS)

    return decide


def _agree(proposal: Proposal) -> Bools:
    return np.ones(proposal.draw.shape, dtype=bool)


def told(world: World, text: str, run: int = 0) -> Floats:
    """A quantity at the start and after each round, shape ``(rounds + 1,)``."""
    phrase = parse(text)
    assert phrase is not None
    place = world.setting.recorded.index(world.setting.layout.row(phrase))
    found: Floats = world.records.state[:, place, run].astype(float)
    return found


def status(world: World, label: str, run: int = 0) -> list[int]:
    """Of an arrangement, at the start and after each round."""
    labels = [one.label for one in world.setting.layout.instances]
    found: list[int] = world.records.status[:, labels.index(label), run].tolist()
    return found
