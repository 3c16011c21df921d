"""Arrangements, promises, governments and trust as charts, in reports and beside one another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import pytest
import xarray as xr

import sim
from sim.claims.checks import Arms
from sim.reporting.arrangement_charts import draw_lines, lasting_exhibits, promises_apart
from sim.reporting.html import write_page
from sim.reporting.scenario_diff import differences
from sim.results.arrangements import promised
from sim.simulation.ensemble import run
from sim.statistics.arrangements import (
    LastingArm,
    believed,
    delivered,
    gaps,
    in_force_courses,
    standings,
    survivals,
    trust_courses,
    trusting,
)
from sim.studies.run.page import run_page
from sim.studies.run.study import Runs, run_html
from sim.text import percent
from tests.fixtures.browsing import opened
from tests.fixtures.scenarios import DUEL, LASTING, changed, scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCENARIO = scenario(LASTING)
DATA = run(SCENARIO, runs=120)
ALONE = LastingArm("", DATA, SCENARIO)
SHOWN = ("arrangements", "promises", "governments", "trust")


def test_bars_are_as_thick_as_the_share_of_the_runs() -> None:
    found = {one.id: one for one in standings(ALONE)}
    peace = found["peace: north and south"]
    assert peace.name == "the peace: North and South"
    status = DATA["status"].sel(arrangement=peace.id)
    np.testing.assert_allclose(peace.in_force, (status == 1).mean("run"))
    np.testing.assert_allclose(peace.suspended, (status == 2).mean("run"))
    (chart,) = (one.plots[0].chart for one in lasting_exhibits([ALONE])
                if one.id == "arrangements")  # fmt: skip
    nth = [*chart.figure.layout.yaxis.ticktext].index("The peace: North and South")
    dates = [str(day)[:10] for day in DATA["until"].values]
    drawn = {trace.name: list(zip(trace.x, trace.y, trace.hovertext, strict=True))
             for trace in chart.figure.data}  # fmt: skip
    feet = {"in force": np.full(len(dates), nth + 0.4)}
    feet["suspended"] = nth + 0.4 - 0.8 * peace.in_force
    for words, shares in (("in force", peace.in_force), ("suspended", peace.suspended)):
        band = [row for row in drawn[words] if row[2].startswith("<b>The peace: North and South<")]
        top, foot = band[: len(dates)], band[len(dates) :][::-1]
        # The state of a date is drawn at that date, as the table has it.
        assert [x for x, *_ in top] == [x for x, *_ in foot] == dates
        np.testing.assert_allclose([y for _, y, _ in foot], feet[words], atol=1e-3)
        np.testing.assert_allclose([y for _, y, _ in top], feet[words] - 0.8 * shares, atol=1e-3)
    assert percent(float(peace.in_force[-1])) in top[-1][2]
    (row,) = [row for row in chart.table.rows if row[0] == "The peace: North and South"]
    assert row[1].startswith(percent(float(peace.in_force[0])))


def test_chart_and_table_of_governments_have_the_same_dates() -> None:
    (chart,) = (one.plots[0].chart for one in lasting_exhibits([ALONE])
                if one.id == "governments")  # fmt: skip
    for trace, row in zip(chart.figure.data, chart.table.rows, strict=True):
        # Straight lines from one date to the next: no drop stands before its own date.
        assert trace.line.shape is None
        assert trace.y[0] == 1
        assert all(f"{cell} of the runs" in told
                   for cell, told in zip(row[1:], trace.hovertext, strict=True))  # fmt: skip
        assert [day[:7] for day in trace.x] == list(chart.table.header[1:])


def test_the_first_finding_tells_what_changes_and_nothing_of_ties() -> None:
    held = {one.name: one for one in standings(ALONE)}
    up = max(held.values(), key=lambda one: one.in_force[-1] - one.in_force[0])
    (told,) = (one for one in lasting_exhibits([ALONE]) if one.id == "arrangements")
    assert f"“{up.name}” is in force in more of the runs" in told.finding
    assert "than any other" not in told.finding


def test_what_became_of_promises_adds_up() -> None:
    told = promised(DATA, SCENARIO)
    for one in delivered(ALONE):
        rows = told[told["promise"] == one.id]["change"].value_counts()
        for what in ("made", "kept", "late", "broken"):
            assert getattr(one, what) == rows[what]
        assert one.open > 0
        at_end = DATA["promised"].sel(promise=one.id).isel(round=-1)
        assert one.overdue == int((at_end == 2).sum())
        parts = sum(one.share(what) for what in ("kept", "late", "broken", "overdue", "open"))
        assert parts == pytest.approx(1)


def test_survival_is_the_share_of_runs_without_a_change() -> None:
    for one in survivals(ALONE):
        fell = DATA["happened"].sel(event=f"new_government_{one.id}").cumsum("round") > 0
        np.testing.assert_allclose(one.share, 1 - fell.mean("run"), atol=1e-12)
        assert one.share[0] == 1 > one.share[-1]


def test_a_run_that_stops_is_followed_no_further() -> None:
    data = DATA.isel(run=slice(0, 2)).copy(deep=True)
    data["happened"][:] = False
    at = [*data["event"].values].index("new_government_north")
    data["happened"][0, 6, at] = True
    data["stopped_round"][1] = 4  # what comes of its government is not known
    (north, _) = survivals(LastingArm("", data, SCENARIO))
    assert north.share.tolist() == [1.0] * 6 + [0.0] * 7


def test_trust_that_moves_most_comes_first() -> None:
    found = trusting(ALONE)
    assert len(found) == 6
    assert [one.moved for one in found] == sorted((one.moved for one in found), reverse=True)


def test_the_report_shows_them_each_with_a_finding() -> None:
    found = Runs(SCENARIO, DATA).findings
    shown = run_page(found, {}).section("lasting").exhibits
    assert tuple(one.id for one in shown) == SHOWN
    for one in shown:
        assert one.finding.endswith(".")
        assert one.notes[0].startswith("How to read: ")
        assert one.plots[0].chart.table.rows
    peace = next(one for one in found.summary.trajectories if one.measure.id == "peace")
    np.testing.assert_allclose(peace.median, DATA["reported"].sel(outcome="peace").mean("run"))
    assert peace.end == percent(float(peace.median[-1]))
    assert peace.band == "–"  # in each run it is in force, or not


def test_the_axis_of_a_share_runs_from_none_to_all() -> None:
    alone = run_page(Runs(SCENARIO, DATA).findings, {}).exhibit("outcome-peace")
    assert alone.plots[0].chart.figure.layout.yaxis.range == (0, 1)
    (line,) = (one for one in alone.plots[0].chart.figure.data if one.name == "share of the runs")
    assert line.line.shape == "linear"  # dated as the other charts of what lasts
    other = scenario(changed(LASTING, title="A firm peace", levers__leave__usual=0.01))
    beside = sim.compare([SCENARIO, other], runs=20).page.exhibit("outcome-peace")
    assert beside.plots[0].chart.figure.layout.yaxis.range == (0, 1)


def test_without_them_a_report_is_as_it_was() -> None:
    plain = scenario(DUEL)
    data = run(plain, runs=4)
    assert "What lasts" not in run_html(Runs(plain, data), {})


def test_all_in_every_run_or_in_none() -> None:
    outcomes = {"border": LASTING["outcomes"]["border"]}
    still = scenario(changed(LASTING, levers={}, events={}, watch={}, outcomes=outcomes))
    data = run(still, runs=3)
    shown = run_page(Runs(still, data).findings, {}).section("lasting").exhibits
    found = {one.id: one for one in shown}
    assert set(found) == {"arrangements", "governments"}  # nothing is promised, no word broken
    # Without a lever the peace runs out after its term, in all runs at once.
    assert "(100\u00a0% at the start, 0\u00a0% at the end)" in found["arrangements"].finding


def test_scenarios_side_by_side_and_a_choice_against_another(
    browser: Browser, tmp_path: Path
) -> None:
    firm = scenario(changed(LASTING, title="A firm peace", levers__leave__usual=0.01))
    compared = sim.compare([SCENARIO, firm], runs=60)
    assert tuple(one.id for one in compared.page.section("lasting").exhibits) == SHOWN
    forced = sim.whatif(SCENARIO, round=2, actor="south", lever="leave", toward="north", runs=60)
    assert tuple(one.id for one in forced.page.section("lasting").exhibits) == SHOWN
    write_page(run_html(Runs(SCENARIO, DATA), {}), tmp_path / "report.html")
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


def _gap(arm: str, reference: xr.Dataset, changed: xr.Dataset) -> list[LastingArm]:
    first = LastingArm("as it is", reference, SCENARIO)
    return [first, LastingArm(arm, changed, SCENARIO, first, limit=3.0)]


def test_noise_between_two_arms_is_no_finding() -> None:
    other = run(SCENARIO, runs=120, seed=SCENARIO.description.seed + 1)
    told = {one.id: one.finding for one in lasting_exhibits(_gap("by another seed", DATA, other))}
    for id in ("arrangements", "governments", "trust"):
        assert "differs most" not in told[id], told[id]
    assert promises_apart(_gap("by another seed", DATA, other)) == ""
    assert "Drawn are the 3 that lie farthest apart" in told["arrangements"]


def test_what_clearly_differs_is_told_and_only_that_is_drawn() -> None:
    forced = DATA.copy(deep=True)
    forced["status"].loc[{"arrangement": "peace: north and west", "round": slice(1, None)}] = 0
    forced["trust"].loc[{"direction": "west to north", "round": slice(1, None)}] = 0.0
    forced["happened"].loc[{"event": "new_government_south", "round": 3}] = True
    arms = _gap("otherwise", DATA, forced)
    found = {one.id: one for one in lasting_exhibits(arms)}
    assert "“the peace: North and West”: in force in 0\u00a0%" in found["arrangements"].finding
    assert "4 of 5 do not differ clearly" in found["arrangements"].finding
    chart = found["arrangements"].plots[0].chart
    assert chart.figure.layout.yaxis.ticktext == (
        "The peace: North and West:", "as it is", "otherwise"
    )  # fmt: skip
    assert len(chart.table.rows) == 10
    assert "the government of South stays" in found["governments"].finding
    assert "West in North: on average 0.00 with “otherwise”" in found["trust"].finding


def test_what_became_of_promises_is_told_where_it_clearly_differs() -> None:
    forced = DATA.copy(deep=True)
    forced["promised"] = forced["promised"].where(forced["promised"] != 5, 3)
    said = promises_apart(_gap("all kept", DATA, forced))
    assert "0\u00a0% (against" in said
    assert ") are broken" in said
    assert ") are kept in time" in said


def test_a_share_differs_here_where_it_does_in_the_table_above() -> None:
    firm = scenario(changed(LASTING, title="A firm peace", levers__leave__usual=0.01))
    (pair,) = sim.compare([SCENARIO, firm], runs=60).contrasts
    above = {one.id: one for one in pair.found}
    limit = above["peace"].limit
    first = LastingArm("one", pair.reference.data, SCENARIO)
    arms = [first, LastingArm("two", pair.other.data, firm, first, limit)]
    found = {one.id: one for one in gaps(arms, in_force_courses, whole=True)}
    found |= {one.id: one for one in gaps(arms, trust_courses)}
    for id, label in (("peace", "peace: north and south"), ("trust", "south to north")):
        assert found[label].clear == above[id].clear
        assert found[label].size == pytest.approx(above[id].size, rel=1e-4)


def test_trust_in_whom_nothing_is_promised_is_left_out() -> None:
    calm = scenario(changed(LASTING, levers__leave__usual={"north to west": 0.1}, events={}))
    data = run(calm, runs=10)
    found = {one.id: one for one in trusting(LastingArm("", data, calm))}
    (chart,) = (
        one.plots[0].chart
        for one in lasting_exhibits([LastingArm("", data, calm)])
        if one.id == "trust"
    )
    shown = {row[0] for row in chart.table.rows}
    promised_ways = {"south to north", "south to west"}
    assert believed(calm.description) == promised_ways
    assert shown == {one.name for id, one in found.items() if id in promised_ways or one.tried}
    assert "North in South" not in shown


def test_a_direction_has_one_colour_on_all_pages() -> None:
    alone = lasting_exhibits([ALONE])[-1].plots[0].chart.figure.data
    other = DATA.copy(deep=True)
    other["trust"].loc[{"direction": "west to north", "round": slice(1, None)}] = 0.0
    beside = lasting_exhibits(_gap("otherwise", DATA, other))[-1].plots[0].chart.figure.data
    colours = {trace.name: trace.line.color for trace in alone}
    assert {trace.line.color for trace in beside} == {colours["West in North"]}
    assert len(set(colours.values())) == len(colours)


def test_no_two_lines_of_a_chart_look_alike() -> None:
    for arms in ([ALONE], _gap("otherwise", DATA, DATA)):
        figure = go.Figure()
        lines = [(f"{nth} {thing}", np.zeros(DATA.sizes["round"]), nth, thing)
                 for nth in range(len(arms)) for thing in range(12)]  # fmt: skip
        draw_lines(figure, lines, arms, str, "{}")
        looks = {(one.line.color, one.line.dash, one.line.width) for one in figure.data}
        assert len(looks) == len(lines)


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
    told = differences(Arms(SCENARIO, other))
    for line in (
        "Event added: “a decree”, 1 February 2017: puts in force the peace of North and South; "
        "ends sanctions of West toward South",
        "Lever changed: “thaw the peace” puts in force the peace",
        "Lever changed: “agree on a plan of aid” promises “send aid” within 4\u00a0rounds",
        "Arrangement changed: “the peace” runs out after 8\u00a0rounds",
        "Arrangement changed: “sanctions” is in force nowhere at the start",
    ):
        assert line in told, line
    added = differences(Arms(scenario(changed(LASTING, arrangements={}, **BARE)), SCENARIO))
    assert "Arrangement added: “the peace”" in added


BARE = {
    "levers": {},
    "events": {},
    "watch": {},
    "outcomes": {"border": LASTING["outcomes"]["border"]},
}
"""What must go with the arrangements."""
