"""Forecasts of the model are runs from a yearly start, and the noise of single years."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logit

from sim.arrays import Floats
from sim.backtest.history import Series
from sim.backtest.model_forecasts import ModelForecasts, Swings
from sim.backtest.yearly import usual_share
from sim.calibration.posterior import values_of
from tests.backtest.made_up import history, plan

YEAR = 2008


def _draws(u: float, changed: Mapping[str, float] | None = None) -> dict[str, Floats]:
    made, number = plan(), 2
    middle = values_of(made.fitted, np.full((number, len(made.fitted)), u))
    draws = {name: middle[:, place] for place, name in enumerate(made.fitted)}
    return draws | {name: np.full(number, value) for name, value in (changed or {}).items()}


def test_without_theory_conduct_is_usual(tmp_path: Path) -> None:
    record, made = history(tmp_path), plan()
    off = {name: values for name, values in _draws(0.5).items() if name not in made.theory}
    quiet = off | {"swings.size": np.full(2, 1e-9), "start.pooled": np.zeros(2)}
    found = ModelForecasts(record, YEAR, made).members(quiet, 8, 1)
    for series in record.of_kind("conflict"):
        usual = usual_share(record.until(YEAR), series.states)
        for ahead in (1, 2, 3):
            assert found[series, ahead] == pytest.approx(usual)


def test_theory_moves_conduct_by_how_two_stand(tmp_path: Path) -> None:
    record, made = history(tmp_path), plan()
    draws = _draws(0.5, {"swings.size": 1e-9, "start.pooled": 0.0, "rationality": 0.0})
    found = ModelForecasts(record, YEAR, made).members(draws, 64, 1)
    known = record.until(YEAR)
    stands = {one.states: known.years[one][YEAR] for one in known.of_kind("affinity")}
    best, worst = max(stands, key=stands.__getitem__), min(stands, key=stands.__getitem__)
    moved = {}
    for pair in (best, worst):
        series = Series("conflict", pair)
        moved[pair] = logit(found[series, 3]).mean() - logit(usual_share(known, pair))
    assert moved[best] < 0 < moved[worst]


def test_the_noise_of_a_year_is_as_wide_as_the_record_has_it(tmp_path: Path) -> None:
    record, made = history(tmp_path), plan()
    off = {name: values for name, values in _draws(0.5).items() if name not in made.theory}
    model = ModelForecasts(record, YEAR, made)
    found = model.members(off | {"swings.size": np.array([1.0, 2.0])}, 64, 1)
    series = Series("conflict", ("DEU", "ITA"))
    spread = Swings(record.until(YEAR)).of(series, off["swings.years"])
    sizes = logit(found[series, 2]).std(axis=1)
    assert sizes == pytest.approx(spread * [1, 2], rel=0.01)


def test_swings_by_hand(tmp_path: Path) -> None:
    known = history(tmp_path).until(YEAR)
    odds = {
        one.states: logit(np.array(list(known.years[one].values())))
        for one in known.of_kind("conflict")
    }
    squares = {way: float(((x - x.mean()) ** 2).sum()) for way, x in odds.items()}
    years = len(odds["DEU", "ITA"])
    everybody = sum(squares.values()) / (6 * (years - 1))
    own = squares["DEU", "ITA"] + squares["ITA", "DEU"]
    by_hand = (5 * everybody + own) / (5 + 2 * (years - 1)) * (1 + 1 / years)
    found = Swings(known).of(Series("conflict", ("DEU", "ITA")), np.array([5.0]))
    assert found == pytest.approx([np.sqrt(by_hand)])


def test_forecasts_see_nothing_later_and_repeat(tmp_path: Path) -> None:
    one = ModelForecasts(history(tmp_path / "one"), YEAR, plan())
    other = ModelForecasts(history(tmp_path / "two", later_than=YEAR), YEAR, plan())
    first, second = (model.members(_draws(0.4), 8, 3) for model in (one, other))
    assert set(first) == set(second)
    kinds = [series.kind for series, ahead in first if ahead == 1]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "conflict": 6, "affinity": 3, "ties": 6, "support": 1,
    }  # fmt: skip
    for question, members in first.items():
        assert np.array_equal(members, second[question]), question
        assert np.isfinite(members).all()
