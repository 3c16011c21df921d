"""Discovery in rigged scenarios: the threshold that decides is the limit that is found."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import ScenarioError, SimError
from sim.scenario.loading import build
from sim.studies.discovery.study import LEAST_RUNS, Discovery, default_runs, discover
from tests.fixtures.scenarios import changed, plain
from tests.studies.sensitivity.test_study import BORDER, LIVELY, RIGGED

WATCHED = changed(
    RIGGED, watch={"far": {"name": "the border is far", "when": {"issue border": {"at_least": 60}}}}
)
"""The event happens exactly in runs in which the border starts at 60 or more."""


@pytest.fixture(scope="module")
def threshold() -> Discovery:
    return discover(build(WATCHED), "watch: far", runs=1200)


def test_the_threshold_is_found_on_its_number(threshold: Discovery) -> None:
    (box,) = threshold.found.boxes.boxes
    (limit,) = box.limits
    assert limit.path == BORDER
    assert limit.low == pytest.approx(60, abs=1.5)
    assert (limit.least, limit.most) == (0, 90)
    assert box.held.coverage > 0.97
    assert box.held.density > 0.95
    assert threshold.found.boxes.share == pytest.approx(1 / 3, abs=0.06)


def test_the_data_say_where_it_happened_and_what_lies_in_the_box(threshold: Discovery) -> None:
    data = threshold.data
    border = data["drawn"].sel(parameter=BORDER).values
    np.testing.assert_array_equal(data["happened"].values, border >= 60)
    low = threshold.found.boxes.boxes[0].limits[0].low
    np.testing.assert_array_equal(data["box"].values, border >= low)
    assert data["held_out"].values.tolist() == [False, True] * 600


def test_the_table_has_a_row_for_each_limit(threshold: Discovery) -> None:
    frame = threshold.to_dataframe()
    box = threshold.found.boxes.boxes[0]
    assert frame["parameter"].tolist() == [BORDER]
    assert frame["density"].tolist() == [box.held.density]
    assert frame["coverage_making"].tolist() == [box.made.coverage]


def test_any_measure_can_be_the_condition() -> None:
    study = discover(build(WATCHED), {"outcome": "border", "at_most": 20}, runs=600)
    assert study.found.boxes.boxes[0].limits[0].high == pytest.approx(20, abs=2)
    assert "condition where" not in study.found.dataset["outcome"].values
    absent = discover(build(WATCHED), "watch: far, at_most: 0", runs=600)
    assert absent.found.boxes.boxes[0].limits[0].high == pytest.approx(60, abs=2)


def test_luck_alone_gives_no_box() -> None:
    # What South's support is has no bearing on whether a summit is refused at random.
    blind = changed(LIVELY, coefficients={"rationality": 0})
    study = discover(build(blind), "watch: talks", runs=600)
    assert study.found.boxes.boxes == ()
    assert study.to_dataframe().empty


def test_a_condition_that_never_holds_tells_what_is_reached() -> None:
    with pytest.raises(ScenarioError) as caught:
        discover(build(WATCHED), "outcome: border, at_least: 95", runs=200)
    text = str(caught.value)
    assert "holds in 0\u00a0% of 200\u00a0runs" in text
    assert "write a limit between" in text
    assert "(runs)" in text


@pytest.mark.parametrize(
    ("where", "share"), [("watch: never", "0"), ("watch: never, at_most: 0", "100")]
)
def test_an_event_that_never_or_always_happens_is_a_fault(where: str, share: str) -> None:
    with pytest.raises(ScenarioError, match=f"holds in {share}\u00a0% of 50\u00a0runs"):
        discover(build(LIVELY), where, runs=50)


def test_nothing_uncertain_is_a_fault_with_a_remedy() -> None:
    with pytest.raises(ScenarioError, match="no parameter has a spread"):
        discover(build(plain(WATCHED)), "watch: far")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.studies.arguments.find_spec", lambda module: None)
    with pytest.raises(SimError, match="ema-workbench"):
        discover(build(WATCHED), "watch: far")


def test_no_fewer_runs_than_the_scenario_asks_for() -> None:
    assert default_runs(build({**WATCHED, "runs": 100})) == LEAST_RUNS
    assert default_runs(build({**WATCHED, "runs": 9000})) == 9000
