"""Findings and verdicts, on values whose difference is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from sim.analysis.propositions import Finding, Verdict, finding, overall
from sim.results.measured import Series, _agreed
from sim.scenario.measuring import Measured, Target
from sim.scenario.schema import Outcome, Watch

DATES = np.array(["2016-01-01", "2016-04-01"], dtype="datetime64[ns]")


def target(**measured: object) -> Target:
    """A measure of a quantity, of an event or of consent, by what is given."""
    stated = Measured.model_validate(measured)
    outcome = Outcome(name="it", of=stated.of) if stated.of else None
    watch = Watch(name="it", lever="visit") if stated.watch else None
    return Target("it", "T1 it", stated, stated.levers, outcome, watch)


def series(values: ArrayLike) -> Series:
    return Series("T1 it", DATES, np.zeros(2), np.asarray(values, dtype=np.float64))


def paired(
    mean: float, pairs: int, seed: int, expect: str = "rises", shared: float = 0.9
) -> Finding:
    """Normal values of variance 1 in each arm, correlated over the pairs."""
    random = np.random.default_rng(seed)
    common = math.sqrt(shared) * random.standard_normal(pairs)
    own = math.sqrt(1 - shared) * random.standard_normal((2, pairs))
    return finding(
        target(of="issue border", expect=expect), series(common + own[0]),
        series(common + own[1] + mean),
    )  # fmt: skip


def test_the_interval_holds_the_difference_in_nineteen_of_twenty() -> None:
    held = [(found := paired(0.3, 200, seed)).low <= 0.3 <= found.high for seed in range(1000)]
    # Four standard errors of a share of 0.95 in a thousand.
    assert np.mean(held) == pytest.approx(0.95, abs=0.028)


def test_pairing_saves_runs() -> None:
    found = paired(0.3, 4000, 1, shared=0.9)
    assert found.saved == pytest.approx(10, rel=0.1)
    assert found.effect == pytest.approx(0.3, abs=0.03)
    assert found.spread == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("mean", "pairs", "expect", "verdict"),
    [
        (0.4, 4000, "rises", "supported"),
        (0.4, 4000, "falls", "contested"),
        (-0.4, 4000, "falls", "supported"),
        (0.4, 4000, "unchanged", "contested"),
        (0.1, 4000, "rises", "no effect"),
        (0.0, 4000, "falls", "no effect"),
        (0.0, 4000, "unchanged", "supported"),
        (0.0, 8, "rises", "unclear"),
        (0.0, 8, "unchanged", "unclear"),
    ],
)
def test_verdicts(mean: float, pairs: int, expect: str, verdict: Verdict) -> None:
    assert paired(mean, pairs, 3, expect).verdict == verdict


def test_an_arm_beside_itself_has_no_difference_at_all() -> None:
    same = series(np.random.default_rng(0).standard_normal(50))
    found = finding(target(of="issue border", expect="rises"), same, same)
    assert (found.difference, found.low, found.high, found.effect) == (0, 0, 0, 0)
    assert found.verdict == "no effect"
    constant = series(np.ones(50))
    found = finding(target(of="issue border", expect="unchanged"), constant, constant)
    assert found.verdict == "supported"


def test_where_the_reference_never_varies_any_difference_is_seen() -> None:
    moved = series(1 + 0.01 * np.random.default_rng(0).standard_normal(50) + 0.1)
    found = finding(target(of="issue border", expect="rises"), series(np.ones(50)), moved)
    assert math.isnan(found.effect)
    assert found.verdict == "supported"


def test_a_probability_is_judged_in_percentage_points() -> None:
    random = np.random.default_rng(0)
    draws = random.random(4000)
    before, after = (series(draws < share) for share in (0.10, 0.18))
    found = finding(target(watch="it", expect="rises"), before, after)
    assert found.verdict == "supported"
    assert found.difference == pytest.approx(0.08, abs=0.02)
    little = series(draws < 0.12)
    assert finding(target(watch="it", expect="rises"), before, little).verdict == "no effect"


def test_runs_that_failed_are_left_out_in_pairs() -> None:
    before, after = np.arange(6.0), np.arange(6.0) + 1
    before[1], after[4] = np.nan, np.nan
    found = finding(target(of="issue border", expect="rises"), series(before), series(after))
    assert found.pairs == 4
    assert found.difference == 1


def test_with_less_than_two_pairs_nothing_is_said() -> None:
    found = finding(target(of="issue border", expect="rises"), series([1]), series([2]))
    assert found.verdict == "unclear"
    assert math.isnan(found.difference)


def agreed(accepted: ArrayLike, proposed: ArrayLike) -> NDArray[np.float64]:
    """A run's share of proposals agreed to, with its influence on the share of all."""
    mine, asked = (np.asarray(one, dtype=np.float64)[:, None] for one in (accepted, proposed))
    _, values = _agreed(mine, asked, np.ones(1, dtype=np.bool_))
    return values


def test_a_ratio_has_the_error_that_resampling_finds() -> None:
    random = np.random.default_rng(5)
    proposed = random.poisson(2.0, 2000)
    accepted = random.binomial(proposed, random.beta(2, 2, 2000))
    values = agreed(accepted, proposed)
    assert values.mean() == pytest.approx(accepted.sum() / proposed.sum())
    error = values.std(ddof=1) / math.sqrt(len(values))
    picks = random.integers(0, 2000, (2000, 2000))
    drawn = accepted[picks].sum(axis=1) / proposed[picks].sum(axis=1)
    assert error == pytest.approx(drawn.std(ddof=1), rel=0.08)


def test_a_share_of_nothing_is_unclear() -> None:
    nothing = series(agreed(np.zeros(5), np.zeros(5)))
    found = finding(target(consent="visit", expect="rises"), nothing, nothing)
    assert (found.pairs, found.verdict) == (0, "unclear")


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [
        ({"at_least": 1}, "supported"),
        ({"at_most": 1}, "contested"),
        ({"at_least": 2}, "unclear"),
        ({"at_least": 1, "at_most": 3}, "supported"),
        ({"at_least": 3}, "contested"),
    ],
)
def test_a_level_is_held_against_its_limits(limits: dict[str, float], verdict: Verdict) -> None:
    values = series(2 + np.tile([-1.0, 1.0], 200))
    found = finding(target(of="issue border", **limits), values, values)
    assert found.verdict == verdict
    assert found.difference == 2


def test_a_level_of_an_event_that_never_happens_still_has_an_interval() -> None:
    found = finding(target(watch="it", at_most=0.15), series(np.zeros(200)), series(np.zeros(200)))
    assert found.low == 0
    assert 0 < found.high < 0.03
    assert found.verdict == "supported"


def test_a_claim_is_supported_where_each_measure_is() -> None:
    good, bad = paired(0.4, 4000, 1), paired(0.4, 4000, 1, "falls")
    none, open_ = paired(0.0, 4000, 1), paired(0.0, 8, 3)
    assert overall((good, good)) == "supported"
    assert overall((good, none)) == "no effect"
    assert overall((none, open_)) == "unclear"
    assert overall((good, open_, bad)) == "contested"
