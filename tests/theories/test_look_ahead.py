"""Whoever looks ahead counts what the others would do, and with one move is the built-in theory."""

from __future__ import annotations

from typing import Any

import numpy as np

import sim
from sim.arrays import Ints
from sim.theories.look_ahead import LookAhead
from sim.theories.protocol import PASS, Case, View
from tests.theories.test_protocol import VALLEY, same

TRACKS: Any = ("words", "deeds")


def test_one_move_ahead_is_the_built_in_theory() -> None:
    alone = sim.run(VALLEY, runs=60, seed=3)
    assert same(alone, sim.run(VALLEY, runs=60, seed=3, theories=LookAhead(1)))


def test_two_moves_count_the_answers_one_by_one() -> None:
    compared = []

    def watch(view: View) -> Ints:
        if view.round not in (2, 5) or not view.open[:, 1].any():
            return np.full(len(view.draw), PASS)
        found = LookAhead(2).gain(view)
        place = int(view.open[:, 1].argmax())
        back = (view.target, view.actor)
        worth = []
        for acts in ({}, {(view.actor, view.target, view.levers[place]): True}):
            seen = view.around.supposing([Case([acts])], [back])
            whole = 0.0
            for track in TRACKS:
                weight = seen.weight(*back, track)[0, :, 1]
                for n, one in enumerate(weight[1:]):
                    agreed = seen.chance(*back, track)[0, n, 1]
                    gain = seen.worth(*back, track, view.actor)[0, n, 1]
                    whole += one / sum(weight) * agreed * gain
            worth.append(whole)
        compared.append((found[place, 1], worth[1] - worth[0]))
        return np.full(len(view.draw), PASS)

    sim.run(VALLEY, runs=6, seed=3, theories={"north": watch})
    one, other = np.array(compared).T
    np.testing.assert_allclose(one, other, rtol=1e-9)
    assert np.abs(one).max() > 1e-4


def test_where_nobody_can_answer_two_moves_are_one_and_three_are_not() -> None:
    """North alone can act; its own next move is what a third counts."""
    lever = {"says": "{actor} acts.", "usual": {"north to south": 0.1}, "goldstein": 4}
    warm, worse = ({f"{one} of actor and target": 0.1} for one in ("affinity", "tension"))
    scenario = sim.load(
        {
            "title": "One acts",
            "calendar": {"start": "2000-01-01", "round": "year", "rounds": 4},
            "actors": {name: {"name": name, "power": 0.5} for name in ("north", "south")},
            "levers": {
                "greet": {**lever, "name": "greet", "cameo": "050", "effects": warm},
                "scold": {**lever, "name": "scold", "cameo": "110", "effects": worse},
            },
            "outcomes": {"warmth": {"name": "Warmth", "of": "affinity of north and south"}},
        }
    )
    alone = sim.run(scenario, runs=60, seed=3)
    assert same(alone, sim.run(scenario, runs=60, seed=3, theories={"north": LookAhead(2)}))
    gains = []

    def watch(view: View) -> Ints:
        gains.append(LookAhead(3).gain(view))
        return LookAhead(3).choose(view)

    sim.run(scenario, runs=60, seed=3, theories={"north": watch})
    assert max(np.abs(one).max() for one in gains) > 1e-5


def test_a_run_is_the_same_whatever_runs_stand_beside_it() -> None:
    whole = sim.run(VALLEY, runs=40, seed=3, theories={"north": LookAhead(3)}).data
    part = sim.run(VALLEY, runs=6, first=21, seed=3, theories={"north": LookAhead(3)}).data
    assert np.array_equal(part["choice"].values, whole["choice"].sel(run=part["run"]).values)


def test_who_looks_ahead_leaves_alone_what_would_let_the_other_strike() -> None:
    """A raid pays by itself, but lets tension rise to where the other may strike back."""
    raid = {"issue valley": -10, "tension of actor and target": 0.3}
    strike = {"support of target": -0.4}
    scenario = sim.load(
        {
            "title": "A raid",
            "calendar": {"start": "2000-01-01", "round": "year", "rounds": 1},
            "actors": {name: {"name": name, "power": 0.5} for name in ("north", "south")},
            "relations": {"north and south": {"tension": 0.3}},
            "issues": {
                "valley": {
                    "name": "Valley",
                    "low": "north's",
                    "high": "south's",
                    "outcome": 50,
                    "stances": {"north": {"position": 0, "salience": 1}},
                }
            },
            "levers": {
                "raid": {"name": "raid", "says": "{actor} raids.", "goldstein": -6,
                         "usual": {"north to south": 0.3}, "effects": raid},
                "strike": {"name": "strike", "says": "{actor} strikes.", "goldstein": -9,
                           "usual": {"south to north": 0.6}, "effects": strike,
                           "requires": {"tension of actor and target": {"at_least": 0.5}}},
            },
            "outcomes": {"valley": {"name": "Valley", "of": "issue valley"}},
        }
    )  # fmt: skip
    often = []
    for theory in ("quantal", "look_ahead"):
        data = sim.run(scenario, runs=400, seed=3, theories={"north": theory}).data
        raids = data["choice"].sel(direction="north to south").isel(round=1) >= 0
        often.append(float(raids.any("track").mean()))
    assert often[1] < 0.7 * often[0]
