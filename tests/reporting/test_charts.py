"""Figures draw what the analysis found, and say it in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.reporting.chart_kit import Chart, plain, rounded, wrapped
from sim.reporting.outcome_charts import (
    common_top,
    dated_events,
    ending_chart,
    trajectory_chart,
    trajectory_finding,
    watched_chart,
)
from sim.statistics.conduct import actor_use, conduct, lever_use
from sim.statistics.summary import summarise
from sim.studies.run.conduct_charts import actor_chart, conflict_chart, use_chart
from sim.studies.run.network_charts import (
    mood,
    network_chart,
    relations,
    relations_changed,
)
from sim.studies.run.page import spark
from tests.fixtures.results_by_walks import LEVERS, document, sample_results, sample_scenario

SCENARIO = sample_scenario()
DATASET = sample_results(SCENARIO, runs=60)
SUMMARY = summarise(DATASET, SCENARIO)


def content(chart: Chart) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(chart.figure.to_json())
    return found


def test_a_finding_states_quantity_unit_and_band() -> None:
    said = [trajectory_finding(one).replace("\u00a0", " ") for one in SUMMARY.trajectories]
    assert said[0].startswith("Affinity of Northland and Southland (−1 to 1) ")
    assert "90 % of runs end between" in said[0]
    assert said[1].startswith("The valley (points of 100) ")
    assert said[3].startswith("Uses of any of 3 levers by Northland toward Southland: ")


def test_a_trajectory_has_bands_runs_median_and_events() -> None:
    one = SUMMARY.trajectories[0]
    chart = trajectory_chart(one, SCENARIO.description)
    names = [trace.get("name") for trace in content(chart)["data"]]
    assert {"median", "5\u00a0runs", "50\u00a0% of runs", "90\u00a0% of runs"} <= set(names)
    median = next(trace for trace in content(chart)["data"] if trace.get("name") == "median")
    assert median["y"] == rounded(one.median)
    assert median["hovertext"][15].startswith("<b>January 2018: median ")
    events = content(chart)["data"][-1]
    assert events["x"] == ["2016-12-15", "2017-01-10", "2017-09-03"]
    assert "Southland elects a parliament" in events["hovertext"][0]
    assert len(chart.table.rows) == 17


def test_only_events_within_the_calendar_are_marked() -> None:
    events = document()["events"] | {"late": {"name": "Later", "on": "2030-01-01"}}
    description = sample_scenario(events=events).description
    found = dated_events(description, DATASET["until"].values)
    assert [name for _, name in found][-1] == "Seventy years since the armistice"


def test_events_that_are_near_share_one_label() -> None:
    chart = trajectory_chart(SUMMARY.trajectories[0], SCENARIO.description)
    layout = content(chart)["layout"]
    assert [note["text"] for note in layout["annotations"]] == ["1–2", "3"]
    assert len(layout["shapes"]) == 3


def test_an_axis_does_not_blow_up_noise() -> None:
    chart = trajectory_chart(SUMMARY.trajectories[1], SCENARIO.description)
    low, high = content(chart)["layout"]["yaxis"]["range"]
    assert high - low >= 20


def test_an_ending_counts_every_run() -> None:
    for ending in SUMMARY.endings:
        chart = ending_chart(ending)
        assert sum(int(row[1]) for row in chart.table.rows) == 60
        assert "90" in chart.finding


def test_the_network_draws_every_pair_and_actor() -> None:
    found = relations(DATASET, SCENARIO)
    chart = network_chart(found, -1)
    assert len(chart.table.rows) == 6
    lines = [trace for trace in content(chart)["data"] if trace["mode"] == "lines"]
    assert len(lines) == 6
    assert "The Eastern Union" in json.dumps(content(chart))
    assert "February 2018" in chart.name
    assert relations_changed(found).startswith("Affinity (−1 to 1) changes most between")


@pytest.mark.parametrize(
    ("affinity", "words"),
    [(0.8, "close"), (0.3, "friendly"), (0, "neither friend nor foe"), (-0.4, "at odds"),
     (-0.9, "hostile")],
)  # fmt: skip
def test_an_affinity_has_a_word(affinity: float, words: str) -> None:
    assert mood(affinity) == words


def test_each_probability_carries_its_interval() -> None:
    chart = watched_chart(SUMMARY.watched[0], common_top(SUMMARY.watched))
    assert "95\u00a0% interval" in content(chart)["data"][-1]["hovertext"][-1]
    assert chart.name == "A peace treaty is signed"
    assert len(chart.table.rows) == 17


def test_watched_events_share_an_axis_that_holds_them_all() -> None:
    top = common_top(SUMMARY.watched)
    assert all(event.high.max() <= top for event in SUMMARY.watched)
    assert common_top(()) == 1


def test_heat_maps_hold_thirty_levers_in_legible_rows() -> None:
    chart = use_chart(lever_use(DATASET), SCENARIO.description)
    assert len(chart.table.rows) <= len(LEVERS)
    layout = content(chart)["layout"]
    assert layout["meta"]["height"] >= 22 * len(chart.table.rows)
    for text in layout["yaxis"]["ticktext"]:
        assert all(len(line) <= 46 for line in text.split("<br>"))
    for text in layout["meta"]["narrow"]["labels"]:
        assert all(len(line) <= 26 for line in text.split("<br>"))


def test_an_actor_sees_its_own_levers_by_period() -> None:
    use = actor_use(DATASET, SCENARIO.description)[2]
    chart = actor_chart(use, SCENARIO.description)
    assert chart.name == "The Eastern Union"
    heat = content(chart)["data"][0]
    assert len(heat["x"]) == 16
    assert heat["x"][0] == "2016-10-01"


def test_the_conflict_share_stands_beside_each_bar() -> None:
    acts = conduct(lever_use(DATASET), SCENARIO.description)
    chart = conflict_chart(acts, SCENARIO.description)
    assert len(content(chart)["layout"]["annotations"]) == sum(any(one.acts) for one in acts)
    assert len(chart.table.rows) == 12


def test_charts_with_nothing_to_show_still_draw() -> None:
    dataset = sample_results(SCENARIO, runs=3)
    dataset["choice"].values[:] = -1
    dataset["accepted"].values[:] = False
    assert use_chart(lever_use(dataset), SCENARIO.description).finding.startswith("No lever")
    assert conflict_chart(
        conduct(lever_use(dataset), SCENARIO.description), SCENARIO.description
    ).finding
    use = actor_use(dataset, SCENARIO.description)[0]
    assert actor_chart(use, SCENARIO.description).finding.startswith("Used no lever")


def test_a_spark_is_numbers_only() -> None:
    for one in SUMMARY.trajectories:
        assert spark(one).startswith('<svg class="spark"')
        assert "nan" not in spark(one)


def test_text_is_escaped_before_it_is_broken_into_lines() -> None:
    assert plain("<b>&") == "&lt;b&gt;&amp;"
    assert wrapped("one <two> three", 9) == "one &lt;two&gt;<br>three"
    assert wrapped("", 9) == ""
