"""The recipes that turn published numbers into numbers of a scenario, against hand reckoning."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.country_data import recipes

COUNTS = st.lists(st.integers(0, 5000), min_size=4, max_size=4)


def test_affinity_of_votes_and_of_events_is_that_of_the_base() -> None:
    # Japan and Russia in scenarios/sources.yaml: distance 1.08, shares 14 and 6 per cent, 0.29.
    votes = recipes.affinity_of_votes([1.06, 1.10])
    events = recipes.affinity_of_conflict(0.14, 0.06)
    assert votes == pytest.approx(1 - 1.08 / 2)
    assert events == pytest.approx(1 - 8 * 0.10)
    assert recipes.affinity_of(votes, events) == pytest.approx(0.29, abs=0.005)
    assert recipes.affinity_of(votes, None) == votes
    assert recipes.affinity_of(None, events) == events
    assert recipes.affinity_of(None, None) is None


@pytest.mark.parametrize(("share", "ties"), [(0.066, 0.51), (0.059, 0.49), (0.005, 0.14)])
def test_ties_are_those_that_the_base_states(share: float, ties: float) -> None:
    assert recipes.ties_of(share * 4e12, 4e12) == pytest.approx(ties, abs=0.006)


def test_ties_end_at_one_and_need_no_gdp() -> None:
    assert recipes.ties_of(30, 100) == 1
    assert recipes.ties_of_share(0.25) == pytest.approx(2 * math.sqrt(0.1))


def test_tension_is_about_what_the_base_judged() -> None:
    # Shares of verbal and of material conflict, mean of both ways, and the tension stated.
    judged = {
        "china and japan": (0.121, 0.0635, 0.45),
        "russia and united states": (0.125, 0.060, 0.40),
        "china and united states": (0.112, 0.013, 0.35),
        "japan and russia": (0.057, 0.043, 0.22),
        "china and russia": (0.0125, 0.0075, 0.08),
    }
    for verbal, material, tension in judged.values():
        counts = [1000 - 1000 * (verbal + material), 0, 1000 * verbal, 1000 * material]
        assert recipes.tension_of(counts, counts) == pytest.approx(tension, abs=0.12)


def test_an_obligation_counts_by_the_largest_and_non_aggression_makes_no_ally() -> None:
    assert recipes.commitment_of(["non-aggression"]) == 0
    assert recipes.commitment_of(["non-aggression", "consultation", "defence"]) == 0.8
    assert recipes.commitment_of([]) == 0


@given(COUNTS, st.floats(1, 40))
def test_usual_frequencies_leave_room_and_keep_shares(counts: list[int], rounds: float) -> None:
    usual = recipes.usual_of(counts, rounds)
    acts = sum(counts) + 2
    active = min(0.8, 1 - math.exp(-acts / rounds))
    assert sum(usual) == pytest.approx(active)
    assert all(0 < one <= 0.8 for one in usual)
    for one, count in zip(usual, counts, strict=True):
        assert one == pytest.approx(active * (count + 0.5) / acts)


def test_conflict_share_needs_acts() -> None:
    assert recipes.conflict_share([70, 10, 15, 5]) == pytest.approx(0.2)
    with pytest.raises(ValueError, match="no acts"):
        recipes.conflict_share([0, 0, 0, 0])


def test_a_trend_is_stated_where_it_stands_out() -> None:
    line = recipes.trend_of({year: 0.1 * year for year in range(2001, 2011)})
    assert line is not None
    assert line.slope == pytest.approx(0.1)
    assert line.stated
    jumps = recipes.trend_of({year: float(year % 2) for year in range(2001, 2011)})
    assert jumps is not None
    assert not jumps.stated
    assert recipes.trend_of({2001: 1.0, 2002: 2.0}) is None


def test_a_trend_has_the_standard_error_of_least_squares() -> None:
    values = {2001: 1.0, 2002: 3.0, 2003: 2.0, 2004: 5.0}
    found = recipes.trend_of(values)
    assert found is not None
    # By hand: slope (-1.5*1 - 0.5*3 + 0.5*2 + 1.5*5) / 5 = 1.1; residuals -0.1, 0.8, -1.3, 0.6.
    assert found.slope == pytest.approx(1.1)
    assert found.error == pytest.approx(math.sqrt((0.01 + 0.64 + 1.69 + 0.36) / 2 / 5))
