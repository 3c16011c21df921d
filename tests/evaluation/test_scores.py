"""Forecasts read off runs, rivals, scores and skill, each beside an account of its own."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np
import pytest
import xarray as xr

import sim
from sim.evaluation.distribution import Sample
from sim.evaluation.forecast import Answer, Item, Simulated, forecasts, simulated
from sim.evaluation.questions import Asked, asked
from sim.evaluation.record import Question, load_record
from sim.evaluation.rivals import SCENARIO, UNCHANGED, constant_share, half, trends
from sim.evaluation.scores import scored, smoothed
from sim.evaluation.skill import RESAMPLED, reliability, skill, skills
from sim.scenario.loading import load_scenario
from tests.fixtures.records import NEIGHBOURS, asking
from tests.fixtures.scenarios import QUIET, changed

RUNS = 150
DAY = datetime.date(2000, 1, 1)


@pytest.fixture(scope="module")
def questions() -> tuple[Asked, ...]:
    return asked(load_record(NEIGHBOURS), load_scenario("two-neighbours"))[0]


@pytest.fixture(scope="module")
def found(questions: tuple[Asked, ...]) -> Simulated:
    return simulated(load_scenario("two-neighbours"), questions, RUNS, 7)


@pytest.fixture(scope="module")
def runs() -> xr.Dataset:
    return sim.run("two-neighbours", runs=RUNS, seed=7).data


def _uses(runs: xr.Dataset, lever: str, rounds: slice, way: str | None = None) -> np.ndarray:
    """Accepted uses in each run, counted one by one."""
    number = [str(name) for name in runs["lever"].values].index(lever)
    done = (runs["choice"] == number) & runs["accepted"]
    done = done.isel(round=rounds)
    if way is not None:
        done = done.sel(direction=way)
    return np.asarray(done.sum([name for name in done.dims if name != "run"]).values)


def test_chances_and_samples_are_those_of_the_runs(found: Simulated, runs: xr.Dataset) -> None:
    marches = _uses(runs, "march", slice(1, 3), "north to south")
    assert found.answers["marches"].probability == pytest.approx((marches >= 1).mean())
    talks = found.answers["talks"].distribution
    assert isinstance(talks, Sample)
    np.testing.assert_array_equal(talks.values, np.sort(_uses(runs, "talk", slice(1, 13))))
    affinity = runs["reported"].sel(outcome="affinity").values
    course = found.answers["affinity"].distribution
    assert isinstance(course, Sample)
    np.testing.assert_allclose(course.values, np.sort(affinity[:, 7]))
    change = affinity[:, 12] - affinity[:, 0]
    expected = ((change < -0.05).mean(), (np.abs(change) <= 0.05).mean(), (change > 0.05).mean())
    assert found.answers["warmer"].chances == pytest.approx(expected)
    divided = runs["watched"].sel(watch="divided").values
    assert found.answers["divided"].probability == pytest.approx(
        ((divided > 0) & (divided <= 10)).mean()
    )
    tension = runs["reported"].sel(outcome="tension").values[:, 12]
    assert found.answers["calm"].probability == pytest.approx((tension <= 0.4).mean())


def test_an_error_of_measurement_widens_what_is_seen(found: Simulated) -> None:
    distribution = found.answers["affinity"].distribution
    assert isinstance(distribution, Sample)
    assert distribution.error == 0.05
    bare = distribution.measured(0.0)
    assert distribution.quantile(0.95) > bare.quantile(0.95)
    far = float(bare.values[-1]) + 0.1
    assert 0 < 1 - distribution.below(far) < 0.05
    assert bare.below(far) == 1


def test_nothing_changes_says_how_it_starts(found: Simulated) -> None:
    assert found.starts["marches"].probability == 0
    assert found.starts["divided"].probability == 0
    assert found.starts["warmer"].chances == (0, 1, 0)
    assert found.starts["calm"].probability == 1  # the tension starts at 0.3
    talks = found.starts["talks"].distribution
    assert isinstance(talks, Sample)
    assert set(talks.values) == {8}  # as often as in as long a window before


def test_how_many_runs_are_held_at_a_time_changes_nothing(
    questions: tuple[Asked, ...], found: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.evaluation.forecast.CHUNK", 64)
    done: list[int] = []
    parts = simulated(
        load_scenario("two-neighbours"),
        questions,
        RUNS,
        7,
        progress=lambda title, so_far, total: done.append(so_far),
    )
    for key, answer in found.answers.items():
        assert parts.answers[key].probability == answer.probability
        assert parts.answers[key].chances == answer.chances
    assert done[-1] == RUNS
    assert done == sorted(done)


def test_one_half_and_the_trend_speak_where_they_can(questions: tuple[Asked, ...]) -> None:
    said = half(questions)
    assert "affinity" not in said
    assert said["marches"].probability == said["calm"].probability == 0.5
    assert said["warmer"].chances == pytest.approx((1 / 3,) * 3)
    lines = trends(questions, DAY)
    assert list(lines) == ["affinity"]
    days = [date.toordinal() for date in questions[2].question.series]
    values = list(questions[2].question.series.values())
    slope, level = np.polyfit(days, values, 1)
    expected = level + slope * datetime.date(2003, 7, 1).toordinal()
    distribution = lines["affinity"].distribution
    assert distribution is not None
    assert distribution.quantile(0.5) == pytest.approx(expected, abs=1e-6)


def test_the_trend_is_read_in_the_middle_of_a_window_and_from_the_start() -> None:
    series = {f"{1990 + year}-07-01": 0.01 * year * year % 0.07 for year in range(10)}
    of = {"of": "affinity of north and south", "series": series}
    window = {"since": "2003-01-01", "until": "2004-12-31"}
    record = asking(
        mean=of | window | {"at": "mean", "came": 0.1},
        then=of | {"on": "2004-01-01", "came": 0.1},
        warmer=of | {"until": "2004-12-31", "came": "rises"},
        later=of | window | {"came": "rises"},
    )
    answered, _ = asked(load_record(record), load_scenario("two-neighbours"))
    lines = trends(answered, DAY)
    assert list(lines) == ["mean", "then", "warmer"]
    mean, then = (lines[key].distribution for key in ("mean", "then"))
    assert mean is not None
    assert then is not None
    assert mean.quantile(0.5) == pytest.approx(then.quantile(0.5), abs=1e-4)


def test_values_older_than_ten_years_make_no_trend(questions: tuple[Asked, ...]) -> None:
    assert trends(questions, datetime.date(2007, 1, 1)) == {}


def _item(key: str, probability: float | None = None, **asked: Any) -> Item:
    question = Question(**{"acts": "talk", "at_least": 1, **asked})
    answer = Answer(probability, runs=100)
    return Item(key, question, True, 10.0, (DAY, DAY), {SCENARIO: answer})


def test_a_constant_share_is_the_share_that_came_true() -> None:
    items = [_item(str(nth), 0.5, came=nth < 3) for nth in range(4)]
    ways = [
        Item(
            f"way{nth}",
            Question(of="support of north", until="2001-01-01", came=came),
            False,
            1.0,
            (DAY, DAY),
            {},
        )
        for nth, came in enumerate(("rises", "rises", "falls", "unchanged"))
    ]
    shares = constant_share([*items, *ways])
    assert {shares[one.id].probability for one in items} == {0.75}
    assert shares["way0"].chances == (0.25, 0.25, 0.5)


def test_scores_are_those_of_each_forecast(questions: tuple[Asked, ...], found: Simulated) -> None:
    items = forecasts(questions, {SCENARIO: found.answers, UNCHANGED: found.starts})
    table = scored(items)
    own = table.sel(forecaster=SCENARIO)
    p = found.answers["marches"].probability
    assert p is not None
    assert float(own["brier"].sel(question="marches")) == pytest.approx((p - 1) ** 2)
    expected = -math.log((p * RUNS + 0.5) / (RUNS + 1))
    assert float(own["log_score_smoothed"].sel(question="marches")) == pytest.approx(expected)
    chances = found.answers["warmer"].chances
    assert chances is not None
    falls, unchanged, _ = chances
    ranked = (falls**2 + (falls + unchanged) ** 2) / 2
    of_three = -math.log((chances[2] * RUNS + 0.5) / (RUNS + 1.5))
    assert float(own["log_score_smoothed"].sel(question="warmer")) == pytest.approx(of_three)
    assert float(own["brier"].sel(question="warmer")) == pytest.approx(ranked)
    talks = found.answers["talks"].distribution
    assert isinstance(talks, Sample)
    pairs = np.abs(talks.values[:, None] - talks.values).mean()
    crps = np.abs(talks.values - 9).mean() - pairs / 2
    assert float(own["crps"].sel(question="talks")) == pytest.approx(crps)
    assert float(own["crps_of_range"].sel(question="talks")) == pytest.approx(crps / 24)
    assert math.isnan(float(own["brier"].sel(question="talks")))  # nothing came true or not
    never = table.sel(forecaster=UNCHANGED, question="marches")
    assert float(never["log_score"]) == math.inf
    assert float(table["happened"].sel(question="warmer")) == 1


def test_a_share_of_runs_is_never_taken_for_a_certainty() -> None:
    assert smoothed(0.0, 99) == 0.005
    assert smoothed(1.0, 99) == 0.995
    assert smoothed(0.0, 0) == 0.0
    assert sum(smoothed(k / 7, 7, 3) for k in (0, 2, 5)) == pytest.approx(1)


def test_skill_is_the_share_of_the_loss_that_is_saved() -> None:
    generator = np.random.default_rng(5)
    own, other = generator.random(40) * 0.1, generator.random(40) * 0.4
    found = skill("brier", "half", own, other, np.arange(40).astype(str), 3)
    assert found.value == pytest.approx(1 - own.sum() / other.sum())
    assert found.low < found.value < found.high
    assert found.clear
    draws = np.random.default_rng(9).integers(0, 40, size=(RESAMPLED, 40))
    again = 1 - own[draws].mean(axis=1) / other[draws].mean(axis=1)
    np.testing.assert_allclose(
        [found.low, found.high], np.quantile(again, (0.025, 0.975)), atol=0.02
    )


def test_questions_of_one_group_are_drawn_together() -> None:
    generator = np.random.default_rng(5)
    each = np.repeat(generator.random(20), 10)
    own, other = each, np.full(200, 0.5)
    apart = skill("brier", "half", own, other, np.arange(200).astype(str), 3)
    together = skill("brier", "half", own, other, np.repeat(np.arange(20), 10).astype(str), 3)
    assert together.value == apart.value
    assert together.high - together.low > 2 * (apart.high - apart.low)
    assert (apart.groups, together.groups) == (200, 20)


def test_few_groups_get_no_interval_and_a_perfect_rival_no_skill() -> None:
    own, other = np.full(8, 0.1), np.full(8, 0.25)
    few = skill("brier", "half", own, other, np.arange(8).astype(str), 3)
    assert few.value == pytest.approx(0.6)
    assert math.isnan(few.low)
    assert not few.clear
    perfect = skill("brier", "half", np.full(20, 0.1), np.zeros(20), np.arange(20).astype(str), 3)
    assert math.isnan(perfect.value)
    endless = skill(
        "log", "unchanged", np.full(20, 0.1), np.full(20, math.inf), np.arange(20).astype(str), 3
    )
    assert endless.value == 1
    assert math.isnan(endless.low)


def test_a_rival_is_compared_on_the_questions_that_it_speaks_to() -> None:
    items = [_item(str(nth), 0.2, came=True) for nth in range(12)]
    items[0].answers[UNCHANGED] = Answer(0.0)
    found = {(one.score, one.rival): one for one in skills(scored(items), 1)}
    assert found["brier", UNCHANGED].questions == 1
    assert found["brier", "share"].questions == 12
    assert "half" not in {rival for _, rival in found}


def test_right_probabilities_are_reliable_and_wrong_ones_are_not() -> None:
    generator = np.random.default_rng(2)
    chances = generator.random(600)
    came = generator.random(600) < chances
    items = [
        _item(str(nth), float(p), came=bool(c))
        for nth, (p, c) in enumerate(zip(chances, came, strict=True))
    ]
    bins = reliability(scored(items), SCENARIO, 1)
    assert sum(one.forecasts for one in bins) == 600
    assert sum(one.came for one in bins) == came.sum()
    assert sum(one.least <= one.share <= one.most for one in bins) >= len(bins) - 2
    assert all(abs(one.share - one.mean) < 0.12 for one in bins)
    sure = [_item(str(nth), 0.05, came=nth % 2 == 0) for nth in range(40)]
    (only,) = reliability(scored(sure), SCENARIO, 1)
    assert only.share == 0.5 > only.most


def test_what_stands_at_a_limit_meets_it() -> None:
    still = changed(QUIET, outcomes__tension={"name": "T", "of": "tension of north and south"})
    asks = {"of": "tension of north and south", "on": "2017-03-31", "came": True}
    record = {
        "title": "At a limit",
        "questions": {"most": {**asks, "at_most": 0.3}, "least": {**asks, "at_least": 0.3}},
    }
    found = sim.score(still, record, runs=10).data["probability"]
    for forecaster in (SCENARIO, UNCHANGED):
        assert found.sel(forecaster=forecaster).values.tolist() == [1, 1]
