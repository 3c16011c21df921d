"""Findings and verdicts, on values whose difference is known."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from sim.claims.measure import Measured, Target
from sim.results.series import Series, _agreed
from sim.scenario.schema import Outcome, Watch
from sim.statistics.verdict import (
    Finding,
    NullCheck,
    Verdict,
    finding,
    findings,
    moderated,
    null_check,
    overall,
)

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


def events(share: float, after: float, pairs: int = 4000, **measured: object) -> Finding:
    """An event of a probability in the reference, and of another in the changed arm."""
    draws = np.random.default_rng(7).random(pairs)
    stated = target(**({"watch": "it"} | measured))
    return finding(stated, series(draws < share), series(draws < after))


@pytest.mark.parametrize(
    ("share", "after", "expect", "verdict"),
    [
        (0.02, 0.04, "rises", "supported"),
        (0.02, 0.04, "falls", "contested"),
        (0.04, 0.02, "falls", "supported"),
        (0.04, 0.02, "unchanged", "contested"),
        (0.02, 0.021, "rises", "no effect"),
        # As many times as often, but not rare: three points are three points.
        (0.12, 0.15, "rises", "no effect"),
    ],
)
def test_what_is_rare_is_judged_by_its_ratio_as_well(
    share: float, after: float, expect: str, verdict: Verdict
) -> None:
    found = events(share, after, expect=expect)
    assert found.rare == (share < 0.1)
    assert found.verdict == verdict


def test_a_ratio_that_is_not_known_is_no_sign_of_no_effect() -> None:
    found = events(0.0, 0.0, expect="rises")
    assert found.high < 0.05
    assert found.verdict == "unclear"


def test_an_act_is_rare_by_the_runs_that_have_any() -> None:
    random = np.random.default_rng(0)
    before = np.where(random.random(4000) < 0.05, 4.0, 0.0)
    after = np.where(random.random(4000) < 0.10, 4.0, 0.0)
    stated = Measured(acts=("visit",), expect="rises")
    acts = Target("it", "T1 it", stated, ("visit",), Outcome(name="it", acts=("visit",)))
    found = finding(acts, series(before), series(after))
    assert before.mean() > 0.1
    assert found.rare
    assert found.ratio is not None
    assert found.ratio.value == pytest.approx(2, rel=0.2)


def test_a_quantity_has_no_ratio() -> None:
    assert paired(0.4, 100, 1).ratio is None


@pytest.mark.parametrize(
    ("mean", "pairs", "expect", "verdict"),
    [
        (0.0, 4000, "not lower", "supported"),
        (-0.05, 4000, "not lower", "supported"),
        (-0.4, 4000, "not lower", "contested"),
        (-0.1, 100, "not lower", "unclear"),
        (0.4, 4000, "not lower", "supported"),
        (0.4, 4000, "not higher", "contested"),
        (0.05, 4000, "not higher", "supported"),
        (-0.4, 4000, "not higher", "supported"),
    ],
)
def test_what_must_not_fall_or_rise_by_more_than_a_margin(
    mean: float, pairs: int, expect: str, verdict: Verdict
) -> None:
    random = np.random.default_rng(4)
    common, own = random.standard_normal(pairs), random.standard_normal((2, pairs))
    stated = target(of="issue border", expect=expect, by_more_than=0.1)
    found = finding(stated, series(common + 0.3 * own[0]), series(common + 0.3 * own[1] + mean))
    assert found.verdict == verdict


def four(effect: float, given: float, expect: str = "rises", pairs: int = 4000) -> Finding:
    """Two pairs of arms whose effects are known; the moderator moves the level by 5."""
    random = np.random.default_rng(8)
    common, own = random.standard_normal(pairs), 0.3 * random.standard_normal((4, pairs))
    arms = [
        series(common + own[nth] + shift) for nth, shift in enumerate((0, effect, 5, 5 + given))
    ]
    stated = target(of="issue border", expect=expect)
    return moderated(stated, (arms[0], arms[1]), (arms[2], arms[3]))


def test_a_difference_of_differences_leaves_out_what_both_effects_share() -> None:
    found = four(0.5, 1.5)
    assert (found.reference, found.changed) == pytest.approx((0.5, 1.5), abs=0.03)
    assert found.low <= 1 <= found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.6 / math.sqrt(4000), rel=0.05)
    assert found.effect == pytest.approx(1, abs=0.1)
    assert [one.verdict for one in found.effects] == ["supported", "supported"]
    assert found.verdict == "supported"


@pytest.mark.parametrize(
    ("effect", "given", "expect", "verdict"),
    [
        (0.5, 0.5, "rises", "no effect"),
        (0.5, 0.5, "unchanged", "supported"),
        (-0.5, -1.5, "falls", "supported"),
        (-0.5, 0.5, "falls", "contested"),
    ],
)
def test_verdicts_on_a_moderator(
    effect: float, given: float, expect: str, verdict: Verdict
) -> None:
    assert four(effect, given, expect).verdict == verdict


class Arms:
    """An experiment's arms, with values that are known."""

    def __init__(self, own: tuple[Series, Series], null: tuple[Series, Series] | None) -> None:
        self._target = target(of="issue border", expect="rises")
        self.pairs = [self._labelled(own)]
        self.null_pairs = [self._labelled(null)] if null else []
        self.claim = SimpleNamespace(targets=(self._target,))

    def of(self, stated: Target) -> NullCheck:
        self.claim = SimpleNamespace(targets=(stated,))
        (found,) = findings(self)  # type: ignore[arg-type]
        return found.null_check

    def _labelled(self, pair: tuple[Series, Series]) -> tuple[dict[str, Series], dict[str, Series]]:
        return {"T1 it": pair[0]}, {"T1 it": pair[1]}


def shifted(by: float, pairs: int = 1000) -> tuple[Series, Series]:
    random = np.random.default_rng(9)
    common, own = random.standard_normal(pairs), 0.3 * random.standard_normal((2, pairs))
    return series(common + own[0]), series(common + own[1] + by)


@pytest.mark.parametrize(
    ("effect", "left", "pairs", "result"),
    [
        (0.5, 0.0, 1000, "passed"),
        (0.5, 0.5, 1000, "failed"),
        (0.5, -0.5, 1000, "failed"),
        (0.5, 0.18, 10, "unclear"),
        # A third of a large effect may be left, though that can be seen.
        (1.5, 0.4, 1000, "passed"),
        (1.5, 0.6, 1000, "failed"),
        (0.0, 0.0, 1000, "nothing to check"),
    ],
)
def test_an_effect_must_vanish_where_the_matter_does_not_count(
    effect: float, left: float, pairs: int, result: NullCheck
) -> None:
    stated = target(of="issue border", expect="rises")
    assert Arms(shifted(effect), shifted(left, pairs)).of(stated) == result


def test_a_null_check_that_is_not_stated_is_none() -> None:
    stated = target(of="issue border", expect="rises")
    assert Arms(shifted(0.5), None).of(stated) == "not stated"
    level = target(of="issue border", at_least=0)
    assert Arms(shifted(0.5), None).of(level) == "nothing to check"
    bounded = target(of="issue border", expect="not lower", by_more_than=0.1)
    assert Arms(shifted(0.5), shifted(0.5)).of(bounded) == "nothing to check"


def chances(before: float, after: float, pairs: int = 1000) -> tuple[Series, Series]:
    draws = np.random.default_rng(5).random(pairs)
    return series(draws < before), series(draws < after)


def test_where_nothing_can_move_a_null_check_shows_nothing() -> None:
    stated = target(watch="it", expect="rises")
    assert Arms(chances(0.3, 0.5), chances(0.3, 0.3)).of(stated) == "passed"
    assert Arms(chances(0.3, 0.5), chances(0.001, 0.001)).of(stated) == "unclear"


def test_an_effect_seen_as_a_ratio_must_vanish_as_a_ratio() -> None:
    stated = target(watch="it", expect="rises")
    own = chances(0.02, 0.045, 8000)
    assert Arms(own, chances(0.02, 0.02, 8000)).of(stated) == "passed"
    assert Arms(own, chances(0.02, 0.04, 8000)).of(stated) == "failed"


def test_the_null_check_of_a_claim_is_the_worst_of_its_measures() -> None:
    one = paired(0.4, 100, 1)
    results: tuple[NullCheck, ...] = (
        "passed", "failed", "unclear", "nothing to check", "not stated",
    )  # fmt: skip
    found = {result: replace(one, null_check=result) for result in results}
    assert null_check((found["passed"], found["nothing to check"])) == "passed"
    assert null_check((found["passed"], found["failed"], found["unclear"])) == "failed"
    assert null_check((found["passed"], found["unclear"])) == "unclear"
    assert null_check((found["nothing to check"],)) == "nothing to check"
