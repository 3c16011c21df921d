"""A file as a newcomer writes it: right by the grammar, absurd by its numbers.

Two rivals on a river, a third by it and a power far away. What made such a file absurd
when it was tried: a plain frequency that holds for twelve pairs, an effect with one sign
whoever acts, and a treaty that gives each side the opposite of what it wants.
"""

from __future__ import annotations

from sim.plausibility.notes import notes
from sim.scenario.loading import build
from tests.fixtures.calm_file import named
from tests.fixtures.scenarios import Document, changed

WATER: Document = {
    "title": "A dam", "calendar": {"start": "2024-01-01", "round": "half-year", "rounds": 12},
    "actors": {
        "lower": {"name": "Lower", "power": 0.45},
        "upper": {"name": "Upper", "power": 0.3},
        "third": {"name": "Third", "power": 0.1, "support": 0.3},
        "far": {"name": "Far", "power": 0.9},
    },
    "relations": {
        "lower and upper": {"affinity": -0.4, "tension": 0.5},
        "lower and third": {"affinity": 0.3, "tension": 0.2},
        "upper and third": {"affinity": -0.1, "tension": 0.4},
    },
    "issues": {
        "filling": {
            "name": "the filling", "low": "Upper alone", "high": "Lower may forbid it",
            "outcome": 15, "stances": {
                "lower": {"position": 90, "salience": 0.9},
                "upper": {"position": 5, "salience": 0.9},
            },
        },
        "shares": {
            "name": "the shares", "low": "as they were", "high": "equal", "outcome": 20,
            "stances": {
                "lower": {"position": 0, "salience": 0.9},
                "upper": {"position": 100, "salience": 0.6},
            },
        },
        "border": {
            "name": "the border", "low": "Third's", "high": "Upper's", "outcome": 30,
            "stances": {
                "upper": {"position": 100, "salience": 0.3},
                "third": {"position": 0, "salience": 0.6},
            },
        },
    },
    "levers": {
        "talks": {
            "name": "call for talks", "usual": 0.5, "consent": 0.7, "cameo": "030",
            "effects": {"affinity of actor and target": 0.03, "issue filling": 1},
        },
        "fill": {
            "name": "fill", "usual": {"upper to lower": 0.3}, "cameo": "163",
            "effects": {"issue filling": -5, "tension of actor and target": 0.1},
        },
        "threaten": {
            "name": "threaten", "usual": 0.1, "cameo": "138",
            "effects": {"tension of actor and target": 0.1, "affinity of actor and target": -0.05},
        },
        "raid": {
            "name": "raid the border", "usual": {"upper to third": 0.1, "third to upper": 0.1},
            "cameo": "190", "effects": {"tension of actor and target": 0.1, "issue border": 5},
        },
        "treaty": {
            "name": "sign a treaty", "usual": {"lower to upper": 0.05, "upper to lower": 0.05},
            "consent": 0.2, "once": True, "cameo": "057",
            "effects": {
                "issue filling": 30, "issue shares": 30, "tension of actor and target": -0.2,
            },
        },
    },
    "outcomes": {
        "filling": {"name": "Filling", "of": "issue filling"},
        "shares": {"name": "Shares", "of": "issue shares"},
    },
    "watch": {"treaty": {"name": "a treaty", "lever": "treaty"}},
}  # fmt: skip


def test_it_is_told_before_the_run() -> None:
    found = notes(build(WATER, "water"))
    told = {one.name: one for one in found}
    assert set(told) == {
        "losing treaty", "carried talks", "against raid", "against talks",
        "unshown border", "powers",
    }  # fmt: skip
    assert named(found)[0] == "losing treaty"
    assert 35 < told["carried talks"].value < 55, "uses in a run"
    assert "by 12 pairs" in told["carried talks"].text
    assert "the filling by 3" in told["carried talks"].text, "thirty-odd points"
    assert "the shares from 20 to 50, away from its 0" in told["losing treaty"].text
    assert "the filling from 15 to 45, away from its 5" in told["losing treaty"].text


def test_mended_it_has_no_notes() -> None:
    mended = changed(
        WATER,
        actors__far__power=0.15,
        levers__talks__usual={"lower to upper": 0.3, "upper to lower": 0.3, "far to lower": 0.1},
        levers__talks__effects={"affinity of actor and target": 0.03},
        levers__treaty__effects={
            "issue filling": 30, "issue shares": 60, "tension of actor and target": -0.2,
        },
        levers__raid__usual={"upper to third": 0.1},
        issues__filling__stances__upper__salience=0.4,
        issues__shares__stances__lower__salience=0.3,
        outcomes__border={"name": "Border", "of": "issue border"},
    )  # fmt: skip
    assert named(notes(build(mended, "water"))) == []
