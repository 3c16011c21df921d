"""Arrangements, promises, governments and trust as charts, in reports and beside one another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import sim
from sim.analysis.contributions import Between
from sim.analysis.lasting import delivered, standings, survivals, trusting
from sim.analysis.words import percent
from sim.report.arms import differences
from sim.report.contents import contents, lasting
from sim.report.lasting import Arm
from sim.report.page import render, write_page
from sim.results.lasting import promised
from sim.runs.ensemble import run
from tests.browsing import opened
from tests.samples import DUEL, LASTING, changed, scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCENARIO = scenario(LASTING)
DATA = run(SCENARIO, runs=120)
SHOWN = ("arrangements", "promises", "governments", "trust")


def test_bars_are_as_thick_as_the_share_of_the_runs() -> None:
    found = {one.id: one for one in standings(DATA, SCENARIO.description)}
    peace = found["peace: north and south"]
    assert peace.name == "the peace: North and South"
    status = DATA["status"].sel(arrangement=peace.id)
    np.testing.assert_allclose(peace.in_force, (status == 1).mean("run"))
    np.testing.assert_allclose(peace.suspended, (status == 2).mean("run"))
    (chart,) = (one.plots[0].chart for one in lasting([Arm("", DATA, SCENARIO)])
                if one.id == "arrangements")  # fmt: skip
    bars = {trace.name: trace for trace in chart.figure.data}
    rounds = DATA.sizes["round"] - 1
    np.testing.assert_allclose(
        -np.array(bars["in force"].y[:rounds]) / 0.8, peace.in_force[1:], atol=1e-3
    )
    np.testing.assert_allclose(
        -np.array(bars["suspended"].y[:rounds]) / 0.8, peace.suspended[1:], atol=1e-3
    )
    assert percent(float(peace.in_force[-1])) in bars["in force"].hovertext[rounds - 1]


def test_what_became_of_promises_adds_up() -> None:
    told = promised(DATA, SCENARIO)
    for one in delivered(DATA, SCENARIO):
        rows = told[told["promise"] == one.id]["change"].value_counts()
        for what in ("made", "kept", "late", "broken"):
            assert getattr(one, what) == rows[what]
        assert one.open > 0
        parts = sum(one.share(what) for what in ("kept", "late", "broken", "open"))
        assert parts == pytest.approx(1)


def test_survival_is_the_share_of_runs_without_a_change() -> None:
    for one in survivals(DATA, SCENARIO.description):
        fell = DATA["happened"].sel(event=f"new_government_{one.id}").cumsum("round") > 0
        np.testing.assert_allclose(one.share, 1 - fell.mean("run"), atol=1e-12)
        assert one.share[0] == 1 > one.share[-1]


def test_a_run_that_stops_is_followed_no_further() -> None:
    data = DATA.isel(run=slice(0, 2)).copy(deep=True)
    data["happened"][:] = False
    at = [*data["event"].values].index("new_government_north")
    data["happened"][0, 6, at] = True
    data["stopped_round"][1] = 4  # what comes of its government is not known
    (north, _) = survivals(data, SCENARIO.description)
    assert north.share.tolist() == [1.0] * 6 + [0.0] * 7


def test_trust_that_moves_most_comes_first() -> None:
    found = trusting(DATA, SCENARIO.description)
    assert len(found) == 6
    assert [one.moved for one in found] == sorted((one.moved for one in found), reverse=True)


def test_the_report_shows_them_each_with_a_finding() -> None:
    page = contents(DATA, SCENARIO, {})
    assert tuple(one.id for one in page.lasting) == SHOWN
    for one in page.lasting:
        assert one.finding.endswith(".")
        assert one.notes[0].startswith("How to read: ")
        assert one.plots[0].chart.table.rows
    peace = next(one for one in page.summary.trajectories if one.measure.id == "peace")
    np.testing.assert_allclose(peace.median, DATA["reported"].sel(outcome="peace").mean("run"))
    assert peace.end == percent(float(peace.median[-1]))
    assert peace.band == "–"  # in each run it is in force, or not


def test_without_them_a_report_is_as_it_was() -> None:
    plain = scenario(DUEL)
    data = run(plain, runs=4)
    assert contents(data, plain, {}).lasting == ()
    assert "What lasts" not in render(data, plain, {})


def test_all_in_every_run_or_in_none() -> None:
    outcomes = {"border": LASTING["outcomes"]["border"]}
    still = scenario(changed(LASTING, levers={}, events={}, watch={}, outcomes=outcomes))
    data = run(still, runs=3)
    found = {one.id: one for one in contents(data, still, {}).lasting}
    assert set(found) == {"arrangements", "governments", "trust"}
    # Without a lever the peace runs out after its term, in all runs at once.
    assert "from 100\u00a0% to 0\u00a0%" in found["arrangements"].finding


def test_scenarios_side_by_side_and_a_choice_against_another(
    browser: Browser, tmp_path: Path
) -> None:
    firm = scenario(changed(LASTING, title="A firm peace", levers__leave__usual=0.01))
    compared = sim.compare([SCENARIO, firm], runs=60)
    said = {one.id: one.finding for one in compared.page.lasting}
    assert tuple(said) == SHOWN
    assert "“A firm peace”" in said["arrangements"]
    forced = sim.whatif(SCENARIO, round=2, actor="south", lever="leave", toward="north", runs=60)
    assert tuple(one.id for one in forced.page.lasting) == SHOWN
    write_page(render(DATA, SCENARIO, {}), tmp_path / "report.html")
    pages = (
        tmp_path / "report.html",
        compared.write_report(tmp_path / "compared"),
        forced.write_report(tmp_path / "forced"),
    )
    for path in pages:
        page, trouble = opened(browser, path, 1200)
        assert not trouble, path
        for id in SHOWN:
            assert page.locator(f"#plot-{id} .main-svg").count()
        page.close()


def test_what_differs_of_arrangements_and_promises_is_listed() -> None:
    decree = {"name": "a decree", "on": "2017-02-01", "begins": ["peace between north and south"],
              "ends": ["sanctions by west toward south"]}  # fmt: skip
    other = scenario(
        changed(
            LASTING, events__decree=decree, arrangements__peace__term=8,
            arrangements__sanctions__in_force=[], levers__thaw__begins=["peace"],
            levers__plan__delivers={"lever": "aid", "within": 4},
        )
    )  # fmt: skip
    told = differences(Between(SCENARIO, other))
    for line in (
        "Event added: “a decree”, 1 February 2017: puts in force the peace of North and South; "
        "ends sanctions of West toward South",
        "Lever changed: “thaw the peace” puts in force the peace",
        "Lever changed: “agree on a plan of aid” promises “send aid” within 4\u00a0rounds",
        "Arrangement changed: “the peace” runs out after 8\u00a0rounds",
        "Arrangement changed: “sanctions” is in force nowhere at the start",
    ):
        assert line in told, line
    added = differences(Between(scenario(changed(LASTING, arrangements={}, **BARE)), SCENARIO))
    assert "Arrangement added: “the peace”" in added


BARE = {
    "levers": {},
    "events": {},
    "watch": {},
    "outcomes": {"border": LASTING["outcomes"]["border"]},
}
"""What must go with the arrangements."""
