"""Each rival is what its formula says, written out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import linregress

from sim.backtest.history import History, Series
from sim.backtest.rivals import (
    RIVALS,
    last_value,
    last_value_with_spread,
    mean_so_far,
    past_change,
    trend,
)
from sim.backtest.scales import even_normal
from tests.backtest.made_up import history

SERIES = Series("conflict", ("DEU", "ITA"))
START = 2009


@pytest.fixture
def known(tmp_path: Path) -> History:
    return history(tmp_path).until(START)


def _odds(known: History, series: Series = SERIES) -> np.ndarray:
    return logit(np.array(list(known.years[series].values())))


def test_the_last_value(known: History) -> None:
    assert last_value(known, SERIES, START, 3).tolist() == [known.years[SERIES][START]]
    changes = np.concatenate(
        [_odds(known, one)[2:] - _odds(known, one)[:-2] for one in known.of_kind("conflict")]
    )
    spread = np.sqrt(np.mean(changes**2))
    members = last_value_with_spread(known, SERIES, START, 2)
    expected = expit(_odds(known)[-1] + spread * even_normal())
    assert members == pytest.approx(expected)


def test_few_changes_are_stretched(tmp_path: Path) -> None:
    early = history(tmp_path).until(2003)  # one change of each of six directions over a year
    one_year = [np.diff(_odds(early, one))[0] for one in early.of_kind("conflict")]
    by_hand = np.sqrt(np.mean(np.square(one_year)))
    assert past_change(early, SERIES, 1) == pytest.approx(by_hand)
    assert past_change(early, SERIES, 3) == pytest.approx(by_hand * np.sqrt(3))


def test_the_mean_so_far(known: History) -> None:
    every = [_odds(known, one) for one in known.of_kind("conflict")]
    variance = sum(one.var() * len(one) for one in every) / sum(len(one) - 1 for one in every)
    own = _odds(known)
    expected = own.mean() + np.sqrt(variance * (1 + 1 / len(own))) * even_normal()
    assert logit(mean_so_far(known, SERIES, START, 2)) == pytest.approx(expected)


def test_the_trend_is_a_line_with_its_prediction_error(known: History) -> None:
    years = np.arange(2002, START + 1, dtype=float)
    squares = freedom = 0.0
    for one in known.of_kind("conflict"):
        line = linregress(years, _odds(known, one))
        squares += float(((_odds(known, one) - line.intercept - line.slope * years) ** 2).sum())
        freedom += len(years) - 2
    line = linregress(years, _odds(known))
    middle = years.mean()
    reach = 1 + 1 / len(years) + (START + 3 - middle) ** 2 / ((years - middle) ** 2).sum()
    centre = line.intercept + line.slope * (START + 3)
    expected = centre + np.sqrt(squares / freedom * reach) * even_normal()
    assert logit(trend(known, SERIES, START, 3)) == pytest.approx(expected)


def test_the_trend_needs_three_years(tmp_path: Path) -> None:
    early = history(tmp_path).until(2003)
    same = last_value_with_spread(early, SERIES, 2003, 1)
    assert trend(early, SERIES, 2003, 1) == pytest.approx(same)


def test_no_rival_sees_what_comes_later(tmp_path: Path) -> None:
    one = history(tmp_path / "one").until(2006)
    other = history(tmp_path / "other", later_than=2006).until(2006)
    for series in one.years:
        for rival in RIVALS.values():
            members = rival(one, series, 2006, 2)
            assert np.isfinite(members).all()
            assert members.tolist() == rival(other, series, 2006, 2).tolist()
