"""Sensitivity of rigged scenarios: what was rigged to matter is what is found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from sim.errors import ScenarioError, SimError
from sim.scenario.loading import build
from sim.studies.sensitivity.result import CHANCE, NUMBERS, REST, leading, plan
from sim.studies.sensitivity.study import Sensitivity, play_at, sensitivity
from tests.fixtures.scenarios import DUEL, QUIET, changed, plain

BORDER = "issues.border.outcome"
RIGGED = changed(
    QUIET,
    issues__border__outcome={"value": 40, "spread": {"uniform": [0, 90]}},
    actors__north__power={"value": 0.2, "spread": {"normal": 0.02}},
    actors__south__support={"value": 0.4, "spread": {"uniform": [0.3, 0.5]}},
    outcomes__support={"name": "Support", "of": "support of south"},
    outcomes__tension={"name": "Tension", "of": "tension of north and south"},
)
"""Nothing moves: the border ends where it starts, and the tension is the same in all runs."""
LUCKY = changed(
    RIGGED,
    coefficients__noise__tension=0.05,
    outcomes={"tension": {"name": "Tension", "of": "tension of north and south"}},
)
"""Only the noise moves the tension."""
LIVELY = changed(
    DUEL,
    outcomes__tension={"name": "Tension", "of": "tension of north and south"},
    actors__south__support={"value": 0.4, "spread": {"uniform": [0.2, 0.6]}},
    issues__border__stances__south__salience={"value": 0.5, "spread": {"uniform": [0.1, 0.9]}},
    watch={
        "talks": {"name": "they talk", "lever": "summit"},
        "never": {"name": "the border is gone", "when": {"issue border": {"at_least": 100}}},
    },
)


def share(study: Sensitivity, outcome: str, factor: str) -> float:
    found = study.data["total"].isel(size=-1).sel(outcome=outcome, factor=factor)
    return float(found)


@pytest.fixture(scope="module")
def rigged() -> Sensitivity:
    return sensitivity(build(RIGGED), ["border", "support"], samples=64)


def test_the_one_number_that_decides_has_all_of_the_spread(rigged: Sensitivity) -> None:
    assert share(rigged, "border", BORDER) == pytest.approx(1, abs=0.15)
    assert share(rigged, "support", "actors.south.support") == pytest.approx(1, abs=0.15)
    for factor in ("actors.north.power", "actors.south.support", CHANCE):
        assert share(rigged, "border", factor) == pytest.approx(0, abs=1e-9)
    told = leading(rigged.found.indices[NUMBERS], 0)
    assert told.factors[0].factor == BORDER


def test_where_no_number_matters_all_is_chance() -> None:
    study = sensitivity(build(LUCKY), samples=128)
    assert share(study, "tension", CHANCE) == pytest.approx(1, abs=0.3)
    for factor in (BORDER, "actors.north.power", "actors.south.support"):
        assert share(study, "tension", factor) == pytest.approx(0, abs=1e-9)


def test_an_outcome_that_is_the_same_in_all_runs_is_left_out_and_named() -> None:
    study = sensitivity(build(RIGGED), samples=16)
    assert [output.id for output in study.found.outputs] == ["border", "support"]
    ((output, why),) = study.found.left_out
    assert output.id == "tension"
    assert why == "it is the same in all 32 runs"


def test_asked_for_by_name_it_is_a_fault() -> None:
    with pytest.raises(ScenarioError, match="outcomes: 'tension' cannot be explained"):
        sensitivity(build(RIGGED), ["tension", "border"], samples=16)


def test_where_all_outcomes_are_the_same_it_is_a_fault() -> None:
    fixed = changed(RIGGED, issues__border__outcome=40, actors__south__support=0.4)
    with pytest.raises(ScenarioError) as caught:
        sensitivity(build(fixed), samples=16)
    assert len(caught.value.faults) == 3


def test_an_event_that_hardly_ever_comes_is_left_out_unless_asked_for() -> None:
    study = sensitivity(build(LIVELY), samples=16)
    labels = [output.label for output in study.found.outputs]
    reasons = {output.id: why for output, why in study.found.left_out}
    assert "never" in reasons
    assert labels == ["tension"]
    assert reasons["border"].startswith("it is the same")
    assert reasons["never"] == "it came in none of 32 runs"
    assert "of 32 runs" in reasons["talks"]
    asked = sensitivity(build(LIVELY), ["talks"], samples=16)
    assert [output.label for output in asked.found.outputs] == ["talks"]
    assert asked.data["total"].sel(outcome="talks").notnull().all()
    assert set(asked.to_dataframe()["kind"]) == {"event"}
    (came,) = asked.found.came
    assert asked.found.looked_at == 32
    assert f"it came in {came} of 32 runs" == reasons["talks"]


def test_an_event_that_came_in_no_run_or_in_all_is_told_to_take_more_samples() -> None:
    with pytest.raises(ScenarioError) as caught:
        sensitivity(build(LIVELY), ["never"], samples=16)
    (fault,) = caught.value.faults
    assert fault.problem == "'never' cannot be explained: it came in none of 32 runs"
    assert fault.remedy == "ask for more samples (samples 512), which a rare case needs"
    always = changed(
        LIVELY, watch__never={"name": "here", "when": {"issue border": {"at_most": 99}}}
    )
    with pytest.raises(ScenarioError, match="it came in all 32 runs"):
        sensitivity(build(always), ["never"], samples=16)


def test_an_event_with_the_id_of_an_outcome_is_told_apart() -> None:
    both = changed(
        RIGGED, watch={"border": {"name": "far", "when": {"issue border": {"at_least": 45}}}}
    )
    study = sensitivity(build(both), ["border"], samples=16)
    assert study.data["outcome"].values.tolist() == ["border", "border (event)"]
    frame = study.to_dataframe()
    assert set(frame["measure"]) == {"border"}
    assert set(zip(frame["kind"], frame["name"], strict=True)) == {
        ("outcome", "The border"), ("event", "far"),
    }  # fmt: skip


def test_the_first_base_sample_is_an_ensemble_of_ordinary_runs() -> None:
    scenario = build(LIVELY)
    study = sensitivity(scenario, samples=16, seed=4)
    dataset = study.found.dataset
    assert dataset["run"].values.tolist() == list(range(16))
    paths = [str(path) for path in dataset["parameter"].values]
    # The same values, through the spreads' own ends.
    ends = {"actors.south.support": (0.2, 0.6)}
    shares = np.stack(
        [
            (dataset["drawn"].sel(parameter=path).values - low) / (high - low)
            for path in paths
            for low, high in [ends.get(path, (0.1, 0.9))]
        ],
        axis=1,
    )
    again = play_at(scenario, paths, shares, 4)
    xr.testing.assert_allclose(again["reported"], dataset["reported"])
    np.testing.assert_array_equal(again["choice"], dataset["choice"])


def test_many_numbers_are_screened_and_none_is_held_fixed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sim.studies.sensitivity.result.DIRECT", 2)
    monkeypatch.setattr("sim.studies.sensitivity.study.AFTER_SCREENING", 1)
    told: list[tuple[str, int, int]] = []

    def progress(title: str, done: int, out_of: int) -> None:
        told.append((title, done, out_of))

    study = sensitivity(build(RIGGED), ["border"], samples=64, progress=progress)
    assert study.found.screening is not None
    assert study.found.screening.names == tuple(study.found.dataset["parameter"].values.tolist())
    # Half of a uniform from 0 to 90.
    effect = study.data["effect"].sel(outcome="border", parameter=BORDER)
    assert float(effect) == pytest.approx(45)
    # Each of the 8 trajectories moves it once.
    assert study.found.screening.moved.tolist() == [8]
    assert set(study.data["factor"].values.tolist()) == {BORDER, REST, CHANCE}
    assert share(study, "border", BORDER) == pytest.approx(1, abs=0.15)
    assert share(study, "border", REST) == pytest.approx(0, abs=1e-9)
    planned = study.found.plan
    assert planned.trajectories == 8
    assert planned.screened == 8 * 4
    assert ("Screening", 32, 32) in told
    assert told[-1][1] == told[-1][2]
    assert study.found.runs == planned.screened + told[-1][2] <= planned.most_runs


def test_the_same_seed_gives_the_same_numbers_another_gives_others() -> None:
    scenario = build(LIVELY)
    one, same, other = (
        sensitivity(scenario, ["tension"], samples=16, seed=seed).to_dataframe()
        for seed in (1, 1, 2)
    )
    assert one.equals(same)
    assert not one.equals(other)


def test_the_table_has_a_row_for_each_index(rigged: Sensitivity) -> None:
    frame = rigged.to_dataframe()
    assert list(frame.columns) == [
        "design", "measure", "name", "kind", "factor", "index", "value", "low", "high",
    ]  # fmt: skip
    numbers = frame[frame["design"] == NUMBERS]
    assert len(numbers) == 2 * 4 * 2
    row = numbers[
        (numbers["measure"] == "border")
        & (numbers["factor"] == BORDER)
        & (numbers["index"] == "total")
    ].iloc[0]
    assert row["value"] == share(rigged, "border", BORDER)
    assert row["low"] < row["value"] < row["high"]


def test_nothing_uncertain_is_a_fault_with_a_remedy() -> None:
    with pytest.raises(ScenarioError) as caught:
        sensitivity(build(plain(RIGGED)))
    assert "no parameter has a spread" in str(caught.value)
    assert "overrides 'actors.north.support={value: 0.5, spread:" in str(caught.value)


@pytest.mark.parametrize(("samples", "near"), [(100, 128), (1, 16), (10**9, 65536), (-5, 16)])
def test_samples_that_do_not_fit_are_told_the_nearest(samples: int, near: int) -> None:
    with pytest.raises(ScenarioError, match=f"write {near}: "):
        plan(build(RIGGED), samples)


def test_failed_runs_get_the_mean_if_they_are_few_and_are_a_fault_if_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = 1

    def failing(*runs: Any, **options: Any) -> xr.Dataset:
        dataset = play_at(*runs, **options)
        dataset["failed_round"][:broken] = 2
        return dataset

    monkeypatch.setattr("sim.studies.sensitivity.study.play_at", failing)
    study = sensitivity(build(RIGGED), ["border"], samples=128)
    assert study.found.failed == 7
    assert share(study, "border", BORDER) == pytest.approx(1, abs=0.15)
    broken = 3
    with pytest.raises(ScenarioError, match="21 of 896 runs failed, too many"):
        sensitivity(build(RIGGED), ["border"], samples=128)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.studies.arguments.find_spec", lambda module: None)
    both = r"SALib.*pip install 'entente-sim\[analysis\]'"
    with pytest.raises(SimError, match=both):
        sensitivity(build(RIGGED))
