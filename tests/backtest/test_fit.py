"""The fit looks at early outcomes alone, and prefers draws that score better on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

from sim.arrays import Floats
from sim.backtest import fit
from sim.backtest.fit import Training, fitted
from sim.backtest.history import KINDS, Series
from sim.backtest.rivals import last_value_with_spread
from sim.calibration.posterior import values_of
from sim.evaluation.rules import crps_of_samples
from tests.backtest.made_up import history, plan


@pytest.fixture(autouse=True)
def _few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "RUNS_OF_DRAW", 16)
    monkeypatch.setattr(fit, "CHAINS", 8)
    monkeypatch.setattr(fit, "EVEN", 16)


def test_nothing_later_than_the_fit_is_looked_at(tmp_path: Path) -> None:
    made = plan()
    one = fitted(history(tmp_path / "one"), made, 1, 1)
    other = fitted(history(tmp_path / "two", later_than=2007), made, 1, 1)
    assert np.array_equal(one.values, other.values)
    assert np.array_equal(one.losses, other.losses)
    earlier = fitted(history(tmp_path / "three", later_than=2006), made, 1, 1)
    assert not np.array_equal(one.losses, earlier.losses)


def test_losses_by_hand(tmp_path: Path) -> None:
    known, made = history(tmp_path).until(2007), plan()
    values = values_of(made.fitted, np.full((1, len(made.fitted)), 0.6))
    training = Training(known, made)
    found = training.losses(values, 5)
    ties: dict[Series, list[float]] = {}
    draws = {name: values[:, place] for place, name in enumerate(made.fitted)}
    for model in training.models:
        for (series, ahead), members in model.members(draws, fit.RUNS_OF_DRAW, 5).items():
            came = known.years[series].get(model.year + ahead)
            if series.kind == "ties" and came is not None:
                before = known.until(model.year)
                rival = last_value_with_spread(before, series, model.year, ahead)
                pair = [float(crps_of_samples(np.array(came), x)) for x in (members[0], rival)]
                before_ = ties.get(series, [0.0, 0.0])
                ties[series] = [sum(both) for both in zip(before_, pair, strict=True)]
    relative = np.mean([own / other for own, other in ties.values()])
    counted = 3 * len(range(2003, 2007))  # pairs and starts
    assert found[0, KINDS.index("ties")] == pytest.approx(counted * relative)
    assert training.counts == {"conflict": 12, "affinity": 12, "ties": 12, "support": 3}


def test_chains_sample_what_weighs_the_priors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a kernel that is known: each group of numbers comes out as its own kernel has it."""
    monkeypatch.setattr(fit, "CHAINS", 64)
    made = plan()
    names = list(made.fitted)
    conflict, ties = (
        [names.index(name) for name in made.priors[kind]] for kind in ("conflict", "ties")
    )

    def kernels(place: Floats) -> Floats:
        found = np.zeros((len(place), len(KINDS)))
        unit = expit(place)
        found[:, KINDS.index("conflict")] = -0.5 * ((unit[:, conflict] - 0.7) ** 2).sum(1) / 0.01
        found[:, KINDS.index("ties")] = -0.5 * ((unit[:, ties] - 0.2) ** 2).sum(1) / 0.0025
        return found

    rng = np.random.default_rng(1)
    chains = fit.Chains(made, rng.normal(0, 1.5, (64, len(names))), kernels, rng)
    sampled = []
    for _ in range(60):
        chains.evolve(("affinity", "ties", "support"), 4)
        chains.evolve(("conflict",), 4)
        sampled.append(expit(chains.places))
    late = np.concatenate(sampled[20:])
    assert late[:, conflict].mean(axis=0) == pytest.approx([0.7] * len(conflict), abs=0.03)
    assert late[:, conflict].std(axis=0) == pytest.approx([0.1] * len(conflict), rel=0.2)
    assert late[:, ties].mean(axis=0) == pytest.approx([0.2] * len(ties), abs=0.02)
    assert late[:, ties].std(axis=0) == pytest.approx([0.05] * len(ties), rel=0.2)
    affinity = [names.index(name) for name in made.priors["affinity"]]
    assert late[:, affinity].mean(axis=0) == pytest.approx([0.5] * len(affinity), abs=0.08)


def test_a_fit_stays_within_its_priors(tmp_path: Path) -> None:
    found = fitted(history(tmp_path), plan(), 1, 1)
    assert found.values.shape == (fit.CHAINS, len(plan().fitted))
    for place, prior in enumerate(plan().fitted.values()):
        low, high = prior.ends
        assert (low <= found.values[:, place]).all()
        assert (found.values[:, place] <= high).all()
