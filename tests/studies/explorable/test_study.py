"""The study ``explorable``: each place is what ``run --set`` gives, held against the base."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import sim
from sim.cli.app import execute
from sim.errors import ResultsError
from sim.scenario.loading import build, load_scenario
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import run
from sim.statistics.summary import Summary, summarise
from sim.studies.explorable.design import _PAGE_BYTES, MOST_BYTES, most_places, plan
from sim.studies.explorable.study import Explorable, explorable
from tests.fixtures.lab_room import words
from tests.fixtures.paths import LARGE, VALLEY
from tests.fixtures.scenarios import DUEL
from tests.studies.sensitivity.test_study import LIVELY

TENSION, SUPPORT = "relations.north and south.tension", "actors.south.support"
KNOBS = [f"{TENSION}=0.1:0.6:3", f"{SUPPORT}=0.3:0.8:2"]


@pytest.fixture(scope="module")
def found() -> Explorable:
    return explorable(build(LIVELY), KNOBS, runs=40, seed=3)


def test_each_place_is_the_scenario_with_these_values_set(found: Explorable) -> None:
    """The oracle is the command line's way: values set in the scenario, and runs of that."""
    base = run(build(LIVELY), 40, 3)
    scenario = build(LIVELY)
    assert any(one.quantity.spread for one in scenario.parameters.values())
    for at in found.found.places:
        given = found.found.plan.turned(at.place)
        alone = run(build(LIVELY, overrides=given), 40, 3)
        for nth, output in enumerate(found.found.wanted):
            if output.kind == "watch":
                now, before = ((one["watched"].sel(watch=output.id).values >= 0).astype(float)
                               for one in (alone, base))  # fmt: skip
                level = now.mean()
            else:
                now, before = (one["reported"].sel(outcome=output.id).values[:, -1]
                               for one in (alone, base))  # fmt: skip
                level = np.median(now)
            assert at.levels[nth] == pytest.approx(level, abs=1e-6)
            assert at.changes[nth].difference == pytest.approx((now - before).mean(), abs=1e-6)


def test_an_uncertain_number_keeps_its_spread_where_it_is_not_turned() -> None:
    scenario = load_scenario("crimea-2014")
    path = next(path for path, one in scenario.parameters.items()
                if one.quantity.spread and path.startswith("relations."))  # fmt: skip
    value = scenario.parameters[path].value
    found = explorable(scenario, {path: (value - 0.01, value + 0.01, 2),
                                  "actors.japan.patience": (0.8, 0.95, 2)}, runs=20)  # fmt: skip
    own = found.found.plan.own
    alone = run(load_scenario("crimea-2014", {"actors.japan.patience": 0.8}), 20)
    at = found.found.at((own[0], 0))
    assert found.found.plan.turned(at.place) == {"actors.japan.patience": 0.8}
    for output, level in zip(found.found.wanted, at.levels, strict=True):
        if output.kind == "outcome" and not found.found.measures[output.id].share:
            ends = alone["reported"].sel(outcome=output.id).values[:, -1]
            assert level == pytest.approx(float(np.median(ends)), rel=1e-5), output.id


def test_where_nothing_is_turned_nothing_differs(found: Explorable) -> None:
    at = found.found.at(found.found.plan.own)
    assert {(one.difference, one.low, one.high) for one in at.changes} == {(0.0, 0.0, 0.0)}
    assert set(at.bands["words"] or {}) == set()


def test_no_scale_has_to_move_at_any_place(found: Explorable) -> None:
    frame = found.found.frame
    for at in found.found.places:
        for item in frame["outcomes"]:
            levels = at.bands["outcomes"][item["id"]]
            assert item["range"][0] <= min(levels["q05"])
            assert max(levels["q95"]) <= item["range"][1]
        for item in frame["events"]:
            assert max(at.bands["events"][item["id"]]["high"]) <= item["top"]


def test_the_data_and_the_table_say_the_same(found: Explorable) -> None:
    table = found.to_dataframe()
    assert len(table) == found.data["level"].size
    row = table.iloc[5]
    same = found.data["difference"].sel(
        {TENSION: row[TENSION], SUPPORT: row[SUPPORT], "measure": row["measure"]}
    )
    assert float(same) == row["difference"]
    assert set(table["kind"]) == {"outcome", "event"}
    assert len(table[~table["turned"]]) == len(found.found.wanted)


def test_threads_and_a_second_time_give_the_same_page(found: Explorable) -> None:
    with sim.workers(2) as crew:
        again = explorable(build(LIVELY), KNOBS, runs=40, seed=3, workers=crew)
    assert again.html() == found.html()


def test_the_page_says_what_is_turned_and_what_follows(found: Explorable) -> None:
    page = found.page
    assert page.headline.header[1] == "As handed on"
    assert len(page.headline.header) == 2 + 2 * len(KNOBS)
    assert "three numbers" not in page.lead
    assert "two numbers" in page.lead


def test_no_two_places_of_a_number_share_a_label() -> None:
    """Also where the scenario's own value lies close to one of the even ones."""
    scenario = build(LIVELY, overrides={TENSION: 0.4})
    (knob,) = plan(scenario, f"{TENSION}=0.059:0.52:6").knobs
    assert len(knob.values) == 7
    assert knob.texts == ("0.06", "0.15", "0.24", "0.34", "0.40", "0.43", "0.52")
    beside = build(LIVELY, overrides={TENSION: 0.3504})
    (close,) = plan(beside, f"{TENSION}=0.1:0.6:3").knobs
    assert close.texts == ("0.1000", "0.3500", "0.3504", "0.6000")


def test_what_is_handed_on_is_one_column_and_the_page_tells_its_runs() -> None:
    """An end of the range at which nothing is turned is not shown a second time."""
    made = explorable(build(LIVELY, overrides={TENSION: 0.6}), f"{TENSION}=0.1:0.6:3", runs=4)
    header = made.page.headline.header
    assert [name.partition(" (")[0] for name in header[1:]] == [
        "As handed on",
        "North and South: tension",
    ]
    assert header[2].endswith("(0.10)")
    html = words(made.html())
    assert "Each place rests on 4 runs; a report of one scenario rests on 2,000" in html
    for text in ("as in the scenario", "scenario as it is"):
        assert text not in html


def test_a_full_page_stays_under_its_bound() -> None:
    """Bytes of a place are estimated beforehand: never fewer than they come to."""
    scenario = load_scenario(LARGE)
    first = next(iter(scenario.description.knobs))
    made = explorable(scenario, f"{first}=-0.3:0.5:3", runs=50)
    bytes_of_places = len(json.dumps(_grid(made.html())["places"], ensure_ascii=False).encode())
    places = len(made.found.places)
    assert bytes_of_places / places * most_places(scenario) < MOST_BYTES - _PAGE_BYTES
    assert len(made.html().encode()) - bytes_of_places < _PAGE_BYTES


def _grid(html: str) -> dict[str, Any]:
    block = re.search(r'<script type="application/json" id="grid">(.*?)</script>', html, re.S)
    assert block
    found: dict[str, Any] = json.loads(block[1])
    return found


def test_a_place_at_which_every_run_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:

    def broken(data: xr.Dataset, scenario: Scenario) -> Summary:
        if float(data["reported"].sel(outcome="border").values[0, 0]) != 40:
            data = data.assign(failed_round=data["failed_round"] * 0)
        return summarise(data, scenario)

    monkeypatch.setattr("sim.studies.explorable.result.summarise", broken)
    with pytest.raises(ResultsError, match=r"every run failed at issues\.border\.outcome = 10"):
        explorable(build(DUEL), "issues.border.outcome=10:40:2", runs=4)


# The command.


def test_the_command_writes_one_page_that_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["explorable", str(VALLEY), "--knob", "actors.north.power=0.2:1.6:3", "--runs", "20"]
    assert execute(words) == 0
    said = capsys.readouterr().out
    folder = Path("reports/two-neighbours-explorable")
    assert f"Report: {folder / 'report.html'}" in said
    assert {one.name for one in folder.iterdir()} == {"report.html", "results.csv", "manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert "--knob actors.north.power=0.2:1.6:3 --runs 20" in manifest["command"]
    page = (folder / "report.html").read_text("utf-8")
    assert len(page.encode()) < 400_000  # no plotly.js
    assert execute(["explorable", "two-neighbours", "--runs", "4", "--out", "second", "-q"]) == 0
    again = json.loads(Path("second/manifest.json").read_text("utf-8"))["command"]
    assert again.count("--knob") == 2


def test_the_command_tells_all_faults(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["explorable", str(VALLEY), "--knob", "actors.north.powr=0:1:3", "--knob", "x"]
    assert execute(words) == 1
    said = capsys.readouterr().err
    assert "2 faults found" in said
    assert "--knob: actors.north.powr" in said
