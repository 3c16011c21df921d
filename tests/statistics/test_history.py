"""What really happened lies where the runs' own bands at its dates say that it does."""

from __future__ import annotations

import datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.field_types import History
from sim.statistics.history import actual, actuals, history_table, points_within
from sim.statistics.measures import measures
from sim.statistics.summary import Trajectory, summarise
from tests.fixtures.results_by_walks import document, sample_results, sample_scenario

SCENARIO = sample_scenario()
SUMMARY = summarise(sample_results(SCENARIO, runs=60), SCENARIO)
BY_ID = {one.measure.id: one for one in SUMMARY.trajectories}
WARMTH, STEPS = BY_ID["warmth"], BY_ID["steps"]
DAYS = st.dates(datetime.date(2016, 6, 1), datetime.date(2018, 6, 30))
VALUES = st.floats(-1, 1, allow_nan=False)
HISTORIES = st.dictionaries(DAYS, VALUES, min_size=1, max_size=8).map(
    lambda values: History(values=dict(sorted(values.items())))
)


def between(runs: Trajectory, level: str, day: datetime.date) -> float:
    """A quantile at a date, written out by hand: on the straight line between two states."""
    dates = [date.item().date() for date in runs.dates]
    values = getattr(runs, level)
    for (first, last), (low, high) in zip(pairwise(dates), pairwise(values), strict=True):
        if first <= day <= last:
            gone = (day - first).days / (last - first).days
            return float(low + (high - low) * gone)
    raise AssertionError(day)


@given(HISTORIES)
def test_it_is_judged_after_the_start_and_up_to_the_end_against_the_band_then(
    history: History,
) -> None:
    found = actual(history, WARMTH)
    first, last = (WARMTH.dates[nth].item().date() for nth in (0, -1))
    judged = {day: value for day, value in history.values.items() if first < day <= last}
    assert [date.item() for date in found.runs.dates] == list(judged)
    for nth, (day, value) in enumerate(judged.items()):
        low, high = (between(WARMTH, level, day) for level in ("low90", "high90"))
        assert found.runs.low90[nth] == pytest.approx(low)
        assert found.runs.high90[nth] == pytest.approx(high)
        if min(abs(value - low), abs(value - high)) > 1e-6:
            assert found.inside[nth] == (low < value < high)
            assert found.above[nth] == (value > high)
            assert found.below[nth] == (value < low)


@given(HISTORIES)
def test_it_is_drawn_within_the_calendar_and_never_beyond_what_is_known(history: History) -> None:
    first, last = WARMTH.dates[0], WARMTH.dates[-1]
    points = points_within(history, first, last)
    known = {np.datetime64(day): value for day, value in history.values.items()}
    assert set(points.dates[points.known]) | set(points.outside) == set(known)
    assert (np.diff(points.dates.astype(int)) > 0).all()
    for date, value, is_known in zip(points.dates, points.values, points.known, strict=True):
        assert first <= date <= last
        if is_known:
            assert value == known[date]
        else:
            assert date in (first, last)
            assert min(known) < date < max(known)
            assert min(known.values()) - 1e-9 <= value <= max(known.values()) + 1e-9


def test_a_count_is_held_against_that_of_its_round() -> None:
    date = np.array(["2017-01-10", "2017-02-01"], dtype="datetime64[D]")
    at = STEPS.at(date)
    place = [str(day)[:10] for day in STEPS.dates].index("2017-02-01")
    assert list(at.high90) == [STEPS.high90[place]] * 2
    assert at.samples.shape == (0, 2)


def test_an_edge_of_the_band_is_inside() -> None:
    day, edge = WARMTH.dates[4].item().date(), float(WARMTH.high90[4])
    assert list(actual(History(values={day: edge}), WARMTH).inside) == [True]
    assert list(actual(History(values={day: edge + 1e-6}), WARMTH).above) == [True]


def test_the_table_has_every_known_date_and_judges_those_within() -> None:
    days = [datetime.date(2016, 9, 1), datetime.date(2016, 10, 1), datetime.date(2017, 3, 9)]
    days.append(datetime.date(2019, 1, 1))
    told = document() | {"history": {
        "warmth": {"why": "counted", "values": dict.fromkeys(days, 0.9)},
        "steps": {"why": "counted", "values": {days[2]: 0}},
    }}  # fmt: skip
    table = history_table([*actuals(SUMMARY, sample_scenario(history=told["history"]))])
    assert list(table["outcome"]) == ["warmth"] * 4 + ["steps"]
    assert [stamp.date() for stamp in table["date"]] == [*days, days[2]]
    assert list(table["inside"].isna()) == [True, True, False, True, False]
    assert list(table["q95"].isna()) == [True, True, False, True, False]
    assert table["q50"][2] == pytest.approx(between(WARMTH, "median", days[2]))
    assert list(table["value"]) == [0.9] * 4 + [0]
    assert table["name"][0] == measures(SCENARIO.description)["warmth"].name


def test_a_scenario_that_tells_nothing_has_an_empty_table_of_the_same_columns() -> None:
    assert list(history_table([*actuals(SUMMARY, SCENARIO)])) == [
        "outcome", "date", "value", "q05", "q25", "q50", "q75", "q95", "inside", "name",
    ]  # fmt: skip
