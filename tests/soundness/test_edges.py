"""Knife edges: an outcome that hangs on one number is found, rare events are left out."""

from __future__ import annotations

import math

import pytest

from sim.soundness.neutral_cells import LEAST_HAPPENING, KnifeEdge, deviation, knife_edges, moved
from tests.fixtures.scenarios import DUEL, Document, changed, scenario

SIGNED = {"signed": {"name": "signed", "lever": "treaty"}}
EDGY: Document = changed(
    DUEL,
    coefficients={"rationality": 1.0, "felt_scale": 50},
    levers__treaty={
        "name": "treaty", "usual": 0.02, "cameo": "057",
        "effects": {"issue border": -60},
    },
    watch=SIGNED,
    issues__border__stances__south__salience={"value": 0.5, "spread": {"normal": 0.1}},
)  # fmt: skip


def test_a_number_on_which_an_event_hangs_is_found() -> None:
    (first, *_) = knife_edges(scenario(EDGY), 200)
    assert first.path == "issues.border.stances.south.salience"
    assert first.watch == "signed"
    assert first.least > 3
    assert first.after > first.before or first.moved < first.value


def test_without_an_effect_on_the_matter_nothing_hangs_on_it() -> None:
    idle = changed(EDGY, levers__treaty__effects={"tension of actor and target": -0.05})
    assert all(edge.least < 1.5 for edge in knife_edges(scenario(idle), 200))


def test_rare_events_are_left_out() -> None:
    rare = changed(EDGY, levers__treaty__usual=0.01)
    rare["levers"]["treaty"]["effects"] = {"tension of actor and target": -0.05}
    assert knife_edges(scenario(rare), 100) == ()


def test_numbers_are_moved_by_their_deviation_within_their_range() -> None:
    document = changed(
        EDGY,
        issues__border__stances__north__position={"value": 95, "spread": {"uniform": [85, 100]}},
        actors__north__weights={"security": {"value": 0.3, "spread": {"normal": 0.05}}},
        actors__north__support={"value": 0.5, "spread": {"normal": 0.1}},  # no want of its own
    )
    found = moved(scenario(document))
    assert set(found) == {
        "issues.border.stances.south.salience", "issues.border.stances.north.position",
        "actors.north.weights.security",
    }  # fmt: skip
    down, up = found["issues.border.stances.north.position"]
    assert down == pytest.approx(95 - 15 / math.sqrt(12), abs=0.01)
    assert up == pytest.approx(95 + 15 / math.sqrt(12), abs=0.01)
    parameter = scenario(document).parameters["actors.north.weights.security"]
    assert deviation(parameter) == pytest.approx(0.05, rel=0.01)


def test_a_factor_stands_with_what_it_is_at_least() -> None:
    def edge(before: int, after: int, apart: int) -> KnifeEdge:
        error = math.sqrt((apart + 0.5) / ((before + 0.5) * (after + 0.5)))
        return KnifeEdge("p", 0.3, 0.4, "w", 1000, before, after, error)

    sure, unsure = edge(300, 900, 600), edge(2, 20, 18)
    assert sure.factor == pytest.approx(3, rel=0.01)
    assert sure.least > 2.7
    assert unsure.factor > 5
    assert unsure.least < 3
    assert edge(20, 20, 0).least == 1
    assert LEAST_HAPPENING == 20
