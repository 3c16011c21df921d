"""The study ``sweep``: thresholds that are known beforehand, tables, figures, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import sim
from sim.errors import ResultsError, ScenarioError
from sim.reporting.document import Exhibit, Passage
from sim.scenario.loading import build
from sim.studies.sweep.study import RUNS, Sweep, sweep
from sim.studies.values import spaced
from tests.fixtures.scenarios import DUEL, QUIET, changed
from tests.studies.sweep.test_page import flips_of, page_of

TENSION = "relations.north and south.tension"
SUPPORT = "actors.south.support"
LIMIT = "watch.acute.when.tension of north and south.at_least"

STILL = changed(
    QUIET,
    outcomes={
        "backing": {"name": "Backing at home", "of": "support of south"},
        "strength": {"name": "Strength", "of": "power of south"},
    },
    watch={
        "acute": {
            "name": "an acute dispute",
            "when": {"tension of north and south": {"at_least": 0.9}},
        }
    },
    **{"relations__north and south": {
        "affinity": -0.2, "tension": {"value": 0.4, "spread": {"uniform": [0.2, 0.8]}},
    }},
)  # fmt: skip
"""Nothing happens: an outcome ends where it starts, and all that is uncertain is a tension."""


def still(path: str, low: float, high: float, steps: int = 9, runs: int = 400) -> Sweep:
    return sweep(build(STILL), {path: spaced(low, high, steps)}, runs=runs, seed=1)


def test_an_outcome_that_is_the_parameter_flips_at_the_mark_itself() -> None:
    (one,) = still(SUPPORT, 0.1, 0.95, 10, 4).thresholds
    assert (one.id, one.parameter, one.rising) == ("backing", SUPPORT, True)
    assert one.value == pytest.approx(0.5, abs=1e-6)
    assert one.low < 0.5 < one.high
    assert one.high - one.low == pytest.approx(0.85 / 9)
    assert one.interval is not None
    assert one.interval == pytest.approx((0.5, 0.5), abs=1e-6)


def test_an_event_becomes_as_likely_as_not_where_theory_says() -> None:
    # The tension is even between 0.2 and 0.8: half of the runs are above 0.5.
    found = still(LIMIT, 0.1, 0.9)
    (one,) = found.thresholds
    assert (one.id, one.rising) == ("acute", False)
    assert one.low <= 0.5 <= one.high
    assert one.value == pytest.approx(0.5, abs=0.03)
    assert one.interval is not None
    assert one.interval[0] < 0.5 < one.interval[1]
    assert one.interval[1] - one.interval[0] < 0.1
    told = flips_of(found)[0]
    assert told.startswith("“An acute dispute” becomes more likely than not when ")
    assert f"falls below {one.value:.2f}" in told
    assert "95\u00a0% interval" in told


def test_an_event_is_impossible_or_certain_beyond_the_draws() -> None:
    frame = still(LIMIT, 0.1, 0.9).to_dataframe().query("measure == 'acute'")
    chances = dict(zip(frame[LIMIT], frame["probability"], strict=True))
    assert chances[0.1] == 1
    assert chances[0.9] == 0
    assert chances[0.3] == pytest.approx(1 - 0.1 / 0.6, abs=0.06)
    assert (frame["low"] <= frame["probability"]).all()
    assert (frame["probability"] <= frame["high"]).all()


def test_what_does_not_flip_says_how_far_it_moves() -> None:
    found = still(SUPPORT, 0.6, 0.9, 4, 4)
    assert found.thresholds == ()
    said = page_of(found).exhibit("outcome-backing").finding
    assert said == (
        "“Backing at home” does not pass 0.5 in this range: its median goes from 0.60 at 0.6 to "
        "0.90 at 0.9 (in the mean +0.300, 95\u00a0% interval +0.300 to +0.300)."
    )
    strength = page_of(found).exhibit("outcome-strength").finding
    assert "does not visibly move" in strength
    assert flips_of(found) == ()


def test_the_table_has_a_row_for_each_value_and_outcome_with_its_quantiles() -> None:
    found = sweep(build(DUEL), {TENSION: [0.1, 0.4]}, runs=30, seed=3)
    frame = found.to_dataframe()
    assert list(frame[TENSION]) == [0.1, 0.4]
    ended = found.data["ended"].sel({TENSION: 0.4}).values[:, 0]
    last = frame.iloc[1]
    told = (last["measure"], last["name"], last["kind"], last["runs"])
    assert told == ("border", "The border", "outcome", 30)
    assert last["mean"] == pytest.approx(ended.mean())
    assert last["q05"] == pytest.approx(np.quantile(ended.astype(float), 0.05))
    assert last["q50"] == pytest.approx(np.median(ended))


def test_two_parameters_have_a_row_for_each_pair_and_thresholds_for_each_value() -> None:
    over = {SUPPORT: spaced(0.1, 0.9, 4), "actors.north.support": [0.2, 0.5, 0.7]}
    found = sweep(build(STILL), over, runs=4)
    assert len(found.to_dataframe()) == 12 * 3
    assert [one.at for one in found.thresholds] == [
        (("actors.north.support", value),) for value in (0.2, 0.5, 0.7)
    ]
    assert all(one.value == pytest.approx(0.5) for one in found.thresholds)
    assert set(found.figures) == {"outcome-backing", "outcome-strength", "watched-acute"}


def test_only_what_is_asked_for_is_kept() -> None:
    found = sweep(build(STILL), {SUPPORT: [0.1, 0.9]}, runs=4, outcomes=["acute", "backing"])
    assert list(found.data["outcome"].values) == ["backing"]
    assert list(found.data["watch"].values) == ["acute"]
    assert set(found.figures) == {"outcome-backing", "watched-acute"}
    only = sweep(build(STILL), {SUPPORT: [0.1, 0.9]}, runs=4, outcomes=["acute"])
    assert [one.id for one in page_of(only).every(Exhibit)] == ["watched-acute"]
    assert [one.id for one in page_of(only).shown] == ["watched", "story"]
    with pytest.raises(ScenarioError, match="did you mean 'backing'"):
        sweep(build(STILL), {SUPPORT: [0.1, 0.9]}, runs=4, outcomes=["bakcing"])


def test_more_values_than_runs_and_defaults() -> None:
    found = sweep(build(STILL), {SUPPORT: [0.1, 0.9]})
    assert found.data.sizes["run"] == RUNS[1]
    pairs = sweep(build(STILL), {SUPPORT: [0.1, 0.9], "actors.north.support": [0.1, 0.9]})
    assert pairs.data.sizes["run"] == RUNS[2]
    assert found.data.attrs["seed"] == build(STILL).description.seed


def test_where_every_run_fails_there_is_an_error_and_no_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import sim.studies.sweep.design as running

    whole = running.played

    def failing(*given: Any) -> Iterator[xr.Dataset]:
        for found in whole(*given):
            found["failed_round"][:] = 2
            yield found

    monkeypatch.setattr(running, "played", failing)
    with pytest.raises(ResultsError, match="every run failed"):
        sweep(build(STILL), {SUPPORT: [0.1, 0.9]}, runs=3)


def test_the_report_is_a_folder_with_page_numbers_and_manifest(tmp_path: Path) -> None:
    found = sweep(build(DUEL), {TENSION: [0.1, 0.4]}, runs=10)
    page = found.write_report(tmp_path / "swept", command="python run.py sweep duel.yaml")
    assert page == tmp_path / "swept" / "report.html"
    facts = json.loads((tmp_path / "swept" / "manifest.json").read_text(encoding="utf-8"))
    assert facts["study"] == "sweep"
    lines = (tmp_path / "swept" / "results.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith(f"{TENSION},measure,name,kind,runs,mean,q05")
    assert len(lines) == 3


def test_it_stands_at_the_door_and_shows_itself_in_a_notebook() -> None:
    assert sim.sweep is sweep
    assert sim.Sweep is Sweep
    shown = sweep(build(DUEL), {TENSION: [0.1, 0.4]}, runs=5)._repr_html_()
    assert "Two neighbours and a border: tension of North and South" in shown
    assert "The border" in shown


def test_events_are_told_apart_from_outcomes_in_the_table() -> None:
    frame = sweep(build(STILL), {SUPPORT: [0.1, 0.9]}, runs=4).to_dataframe()
    kinds = dict(zip(frame["measure"], frame["kind"], strict=True))
    assert kinds == {"backing": "outcome", "strength": "outcome", "acute": "event"}
    assert set(frame["name"]) == {"Backing at home", "Strength", "an acute dispute"}


def test_the_order_of_two_parameters_changes_nothing_of_what_flips() -> None:
    over = {SUPPORT: (0.1, 0.4, 0.9), "actors.north.support": (0.2, 0.5, 0.7)}
    one, other = (
        sweep(build(STILL), dict(pairs), runs=4) for pairs in (over.items(), reversed(over.items()))
    )
    assert {one.id for one in one.thresholds} == {one.id for one in other.thresholds} == {"backing"}
    assert [flip.parameter for flip in other.thresholds] == [SUPPORT] * 3
    for found in (one, other):
        (told,) = flips_of(found)
        assert "Where support of North is 0.2, it flips at 0.50 of support of South;" in told
        assert [trace.type for trace in found.figures["outcome-backing"].data][1:] == ["contour"]
        assert page_of(found).every(Passage)[0].values["lined"]
    none = sweep(build(STILL), {SUPPORT: [0.6, 0.9], "actors.north.support": [0.2, 0.5]}, runs=4)
    assert not page_of(none).every(Passage)[0].values["lined"]
