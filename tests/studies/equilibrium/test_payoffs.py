"""What a cell is worth: the interplay of two moves, runs and their mean, what is closed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.studies.equilibrium import result
from sim.studies.equilibrium.solutions import solve
from tests.fixtures.quartet import Document
from tests.fixtures.scenarios import DUEL, changed

PAIR = ["north", "south"]


def shared_goal(cost: float) -> Document:
    """Both want the border moved by so much as one of them can move it, at a cost."""
    push: dict[str, Any] = {
        "name": "move the border",
        "usual": 0.2,
        "cost": cost,
        "effects": {"issue border": 20},
        "cameo": "070",
    }
    weights = {"security": 0, "prosperity": 0, "issues": 1, "standing": 0, "support": 0.1}
    document = changed(
        DUEL,
        issues__border__stances={
            name: {"position": 60, "salience": 0.9} for name in ("north", "south")
        },
        actors__north__weights=weights,
        actors__south__weights=weights,
    )
    document["levers"] = {"push": push}
    return document


def test_what_one_has_done_the_other_need_not_do() -> None:
    found = sim.equilibrium(sim.build(shared_goal(0.02)), PAIR, 1, run=0)
    mine, theirs = (found.data["payoff"].sel(player=name) for name in PAIR)
    alone = float(mine.sel(row="push", column="pass"))
    for_free = float(mine.sel(row="pass", column="push"))
    both = float(mine.sel(row="push", column="push"))
    assert 0 < alone < for_free
    assert both < 0
    assert float(theirs.sel(row="pass", column="push")) > 0
    solutions = found.found.solutions
    assert [one.pure for one in solutions.sets] == [True, True, False]
    assert solutions.sets[2].single
    assert "3\u00a0equilibria" in found.page.lead


def test_the_second_of_two_acts_is_valued_where_the_first_has_led() -> None:
    # Reckoned by hand: from 40 the one brings the border to 60, where both want it, a gain g. From
    # there 4/5 of a push are left, to 76, and a loss counts 3/2. Both orders are alike.
    plain = {"reciprocity": 0.0, "regard": 0.0, "loss_aversion": 1.5, "wear": 0.0}
    document = changed(
        shared_goal(0.0),
        coefficients=plain,
        actors__north__audience_cost=0,
        actors__south__audience_cost=0,
    )
    payoff = sim.equilibrium(sim.build(document), PAIR, 1, run=0).data["payoff"]
    for player in PAIR:
        one, other, both = (
            float(payoff.sel(player=player, row=row, column=column))
            for row, column in (("push", "pass"), ("pass", "push"), ("push", "push"))
        )
        assert one == pytest.approx(other)
        assert both == pytest.approx(one - one * 1.5 * 4 / 5, abs=1e-5)


def test_a_treaty_that_both_would_begin_is_begun_once() -> None:
    document = changed(DUEL, levers__summit__once=True)
    found = sim.equilibrium(sim.build(document), PAIR, 1, run=0, track="words")
    payoff = found.data["payoff"]
    one, other = (
        payoff.sel(row=row, column=column)
        for row, column in (("summit", "pass"), ("pass", "summit"))
    )
    both = payoff.sel(row="summit", column="summit")
    consent = [side[2].consent for side in found.found.game.moves]
    # Whichever comes first is done or refused; the second then counts where it was refused.
    for player in PAIR:
        a, b = float(one.sel(player=player)), float(other.sel(player=player))
        expected = a + b - (consent[0] * b + consent[1] * a) / 2
        assert float(both.sel(player=player)) == pytest.approx(expected, abs=1e-5)


def test_the_mean_of_runs_is_the_mean_of_their_games() -> None:
    mean = sim.equilibrium("two-neighbours", PAIR, 3, runs=3)
    games = [sim.equilibrium("two-neighbours", PAIR, 3, run=n) for n in range(3)]
    each = np.mean([game.data["payoff"].values for game in games], axis=0)
    assert np.abs(mean.data["payoff"].values - each).max() < 2e-6
    shares = np.mean([game.found.best.all(axis=0) for game in games], axis=0)
    assert np.allclose(mean.data["share"].values, shares)
    rationality = np.mean([game.found.game.rationality for game in games])
    assert mean.found.game.rationality == pytest.approx(rationality)


def test_what_is_closed_is_left_out_or_counts_as_passing() -> None:
    shut = changed(DUEL, levers__summit__requires={"tension of actor and target": {"at_most": 0}})
    found = sim.equilibrium(sim.build(shut), PAIR, 1, runs=4, track="words")
    assert found.found.game.closed == (("summit",), ("summit",))
    assert found.data["row"].values.tolist() == ["pass", "rebuke"]
    assert "“hold a summit”" in str(found.page.section("matrix").blocks)


def test_the_chance_in_a_run_is_that_of_the_choice_rule() -> None:
    found = sim.equilibrium("two-neighbours", PAIR, 3, run=5)
    why = sim.explain("two-neighbours", 5, 3, "north").to_dataframe()
    known = why[why["track"] == "deeds"].set_index("lever")["chance"]
    for move in found.found.game.moves[0][1:]:
        assert move.chance == pytest.approx(known[move.lever], abs=1e-9)


def test_a_game_that_cannot_be_is_refused() -> None:
    with pytest.raises(ScenarioError, match="neither of 'north' and 'south' has deeds toward"):
        sim.equilibrium(sim.build(DUEL), PAIR, 1)
    begun = {"name": "it began", "when": {"issue border": {"at_least": 0}}}
    over = changed(DUEL, watch={"begun": begun}, stop=["begun"])
    with pytest.raises(ScenarioError, match="all of 3 runs are over before round 4"):
        sim.equilibrium(sim.build(over), PAIR, 4, runs=3, track="words")
    with pytest.raises(ScenarioError, match="run 2 is over after round 1"):
        sim.equilibrium(sim.build(over), PAIR, 4, run=2, track="words")


def test_ties_and_what_was_not_found_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = {"name": "idle", "usual": 0.1, "cameo": "070", "effects": {}}
    document = changed(DUEL)
    document["levers"] = {name: {**idle, "name": f"idle {name}"} for name in "abcde"}
    found = sim.equilibrium(sim.build(document), PAIR, 1, run=0)
    assert "more equilibria than can be counted" in found.page.lead
    assert "quantal response" not in found.page.lead
    ((first, *_, kind),) = found.page.headline.rows
    assert first.endswith("“idle c” or 2 more")
    assert kind.startswith("a set")

    monkeypatch.setattr(result, "solve", lambda payoffs: solve(payoffs, most_work=10))
    found = sim.equilibrium(sim.build(shared_goal(0.02)), PAIR, 1, run=0)
    assert "2\u00a0equilibria without mixtures; mixtures were not found" in found.page.lead


def test_who_has_no_move_lets_the_round_pass() -> None:
    document = changed(
        DUEL,
        levers__rebuke__usual={"north to south": 0.1},
        levers__summit__usual={"north to south": 0.1},
    )
    found = sim.equilibrium(sim.build(document), PAIR, 1, runs=3, track="words")
    assert found.data["payoff"].shape == (2, 3, 1)
    assert [one.single for one in found.found.solutions.sets] == [True]
    assert [plot.id for plot in found.page.plots] == ["plot-curve-north"]
