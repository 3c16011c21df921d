"""Expected utility by challenges comes to the tables that were printed of it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.theories.challenge import outlook, risk_exponents, votes
from sim.theories.compromise import compromise
from sim.theories.expected_utility import DISSERTATION, REPLICATION, Rules, play
from sim.theories.median import weighted_median
from sim.theories.offers import KINDS, accepted, offers
from sim.theories.positions import Positions
from tests.theories.published import column, emissions, needs_tables, printed, rows

ROUNDED = 0.005 + 1e-9
"""How far a number may be from one that is printed with two decimals."""


def drawn(seed: int, actors: int = 5, runs: int = 40) -> Positions:
    rng = np.random.default_rng(seed)
    names = tuple(f"actor-{n}" for n in range(actors))
    shape = (actors, runs)
    return Positions(names, rng.random(shape), rng.random(shape), 1 + rng.random(shape), 0.0, 1.0)


def mirrored(actors: Positions) -> Positions:
    return actors.moved(np.asarray(actors.low) + actors.high - actors.position)


@needs_tables
def test_the_risk_exponents_are_those_printed() -> None:
    table = rows("ec_masad_dissertation_agents_r0")
    found = risk_exponents(emissions(), DISSERTATION.votes)
    assert emissions().names == tuple(row["name"] for row in table)
    assert np.abs(found - column(table, "risk_exponent_r0")).max() <= ROUNDED


@needs_tables
def test_the_90_expected_utilities_are_those_printed() -> None:
    actors = emissions()
    expected = printed("ec_masad_dissertation_eu_step0", "source", actors.names)
    found = outlook(actors, DISSERTATION.votes).own
    apart = ~np.eye(10, dtype=bool)
    assert np.abs(found - expected)[apart].max() <= ROUNDED
    assert np.abs(expected[apart]).max() > 1  # a table of zeros would be met by anything small


@needs_tables
def test_third_parties_give_what_is_printed() -> None:
    actors, table = emissions(), rows("ec_masad_dissertation_contributions_belgium_vs_netherlands")
    one, other = (actors.names.index(name) for name in ("Belgium", "Netherlands"))
    cast = votes(actors)[:, one, other]
    given = {row["agent"]: float(row["to_belgium"]) - float(row["to_netherlands"]) for row in table}
    assert given.pop("Total") == pytest.approx(cast.sum(), abs=1e-9)
    assert cast == pytest.approx([given[name] for name in actors.names], abs=1e-9)


@needs_tables
def test_the_accepted_offers_are_those_printed() -> None:
    actors = emissions()
    seen = outlook(actors, DISSERTATION.votes)
    made = offers(actors, seen, contests=True)
    sender = accepted(actors, seen, made, DISSERTATION.choice)
    words = {"confrontation": "conflict"}
    found = {}
    for name, one, kinds in zip(actors.names, sender, made.kind, strict=True):
        if one >= 0:
            kind = KINDS[kinds[one]]
            found[name] = (actors.names[one], words.get(kind, kind))
    table = rows("ec_masad_dissertation_accepted_offers")
    assert found == {row["agent"]: (row["accepted_offer_from"], row["category"]) for row in table}


@needs_tables
def test_only_two_actors_stand_elsewhere_after_the_round_that_is_printed() -> None:
    # The text: Belgium and the Netherlands fight, Denmark moves, Greece, whose offer Denmark has
    # taken, stays; the chance that Belgium wins is 0.63.
    actors, runs = emissions(), 4000
    many = Positions(actors.names, np.repeat(actors.position[:, None], runs, axis=1),
                     actors.salience, actors.power)  # fmt: skip
    draws = np.random.default_rng(5).random((1, 10, runs))
    after = play(many, 1, DISSERTATION, draws)[-1].position
    moved = {name: (row != row_before).mean() for name, row, row_before in
             zip(actors.names, after, many.position, strict=True)}  # fmt: skip
    assert moved["Netherlands"] == pytest.approx(0.63, abs=0.03)
    assert moved["Belgium"] == pytest.approx(1 - moved["Netherlands"])
    assert {name for name, share in moved.items() if share} == {"Belgium", "Netherlands", "Denmark"}
    assert moved["Denmark"] == 1


@needs_tables
def test_the_means_of_nine_rounds_are_those_published() -> None:
    table = rows("ec_published_original_median_mean")
    course = play(emissions(), len(table) - 1)
    means = np.array([float(compromise(one)) for one in course])
    assert np.abs(means - column(table, "original_mean_years")).max() <= 0.07


@needs_tables
def test_the_medians_are_those_published_where_replications_agree() -> None:
    table = rows("ec_published_original_median_mean")
    medians = np.array([float(weighted_median(one)) for one in play(emissions(), len(table) - 1)])
    # They were read off a figure, with one decimal.
    off = np.abs(medians - column(table, "original_median_years")) > 0.1
    assert np.flatnonzero(off).tolist() == [2, 9]


@pytest.mark.parametrize("rules", [REPLICATION, DISSERTATION])
def test_many_runs_at_once_are_what_each_is_by_itself(rules: Rules) -> None:
    actors, rounds = drawn(3), 4
    draws = np.random.default_rng(4).random((rounds, *actors.position.shape))
    whole = play(actors, rounds, rules, draws)[-1].position
    for run in range(0, 40, 7):
        one = Positions(actors.names, actors.position[:, run], actors.salience[:, run],
                        actors.power[:, run], 0.0, 1.0)  # fmt: skip
        alone = play(one, rounds, rules, draws[..., run])[-1].position
        assert np.array_equal(alone, whole[:, run])


@pytest.mark.parametrize("rules", [REPLICATION, DISSERTATION])
def test_neither_the_unit_of_power_nor_that_of_the_issue_counts(rules: Rules) -> None:
    actors, rounds = drawn(6), 3
    draws = np.random.default_rng(7).random((rounds, *actors.position.shape))
    scaled = Positions(actors.names, 8 * actors.position, actors.salience, 4 * actors.power,
                       0.0, 8.0)  # fmt: skip
    found = play(scaled, rounds, rules, draws)[-1].position
    assert found == pytest.approx(8 * play(actors, rounds, rules, draws)[-1].position, abs=1e-9)


def test_only_the_dissertations_rules_are_the_same_from_either_end_of_the_scale() -> None:
    actors = drawn(8)
    draws = np.random.default_rng(9).random((2, *actors.position.shape))
    same = {}
    for name, rules in {"replication": REPLICATION, "dissertation": DISSERTATION}.items():
        course = play(actors, 2, rules, draws)[-1]
        other = play(mirrored(actors), 2, rules, draws)[-1]
        same[name] = np.allclose(mirrored(other).position, course.position)
    assert same == {"replication": False, "dissertation": True}


@pytest.mark.parametrize("rules", [REPLICATION, DISSERTATION])
def test_actors_stay_on_the_scale_and_those_who_agree_stay_where_they_are(rules: Rules) -> None:
    actors = drawn(10)
    draws = np.random.default_rng(11).random((6, *actors.position.shape))
    for one in play(actors, 6, rules, draws):
        low, high = actors.position.min(axis=0), actors.position.max(axis=0)
        assert ((one.position >= low - 1e-12) & (one.position <= high + 1e-12)).all()
    agreed = actors.moved(np.full(actors.position.shape, 0.3))
    assert np.array_equal(play(agreed, 6, rules, draws)[-1].position, agreed.position)


def test_contests_without_draws_are_refused() -> None:
    actors = drawn(12)
    with pytest.raises(ScenarioError, match=r"shape \(2, 5, 40\)"):
        play(actors, 2, DISSERTATION)
    with pytest.raises(ScenarioError, match="contests need a draw each"):
        play(actors, 2, DISSERTATION, np.zeros((2, 5)))
