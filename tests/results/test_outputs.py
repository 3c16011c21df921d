"""What a study looks at in each run, and how a wrong name is answered."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.results.series import outputs, read_outputs
from sim.scenario.loading import build
from sim.simulation.ensemble import run
from tests.fixtures.scenarios import DUEL, changed

WATCHING = changed(
    DUEL,
    watch={
        "talks": {"name": "they talk", "lever": "summit"},
        "border": {"name": "the border moves", "when": {"issue border": {"at_least": 41}}},
    },
    outcomes__rebukes={"name": "Rebukes", "acts": ["rebuke"]},
)


def test_all_outcomes_and_events_unless_some_are_asked_for() -> None:
    description = build(WATCHING).description
    assert [one.label for one in outputs(description)] == [
        "border", "rebukes", "talks", "border (event)",
    ]  # fmt: skip
    assert [one.label for one in outputs(description, ["talks"])] == ["talks"]
    assert [one.kind for one in outputs(description, ["border"])] == ["outcome", "watch"]


def test_unknown_names_are_told_all_at_once_with_the_nearest() -> None:
    with pytest.raises(ScenarioError) as caught:
        outputs(build(WATCHING).description, ["talk", "borders"])
    assert len(caught.value.faults) == 2
    text = str(caught.value)
    assert "outcomes: there is no outcome or watched event 'talk'" in text
    assert "did you mean 'talks'?" in text
    assert "did you mean 'border'?" in text


def test_values_are_last_values_and_whether_an_event_came() -> None:
    scenario = build(WATCHING)
    dataset = run(scenario, 40)
    wanted = outputs(scenario.description)
    values = read_outputs(dataset, wanted)
    last = dataset["reported"].isel(round=-1)
    np.testing.assert_array_equal(values[:, 0], last.sel(outcome="border").values)
    np.testing.assert_array_equal(values[:, 2], dataset["watched"].sel(watch="talks").values >= 0)
    assert set(values[:, 2]) == {0.0, 1.0}


def test_a_failed_run_has_no_values() -> None:
    scenario = build(WATCHING)
    dataset = run(scenario, 4)
    dataset["failed_round"][2] = 3
    gaps = np.isnan(read_outputs(dataset, outputs(scenario.description))).all(axis=1)
    assert gaps.tolist() == [False, False, True, False]
