"""What really happened stands over the charts of a run: in a sentence, a table, with its source."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.reporting.chart_kit import ActualCourse
from sim.reporting.history import chart_with_history, standing
from sim.reporting.outcome_charts import trajectory_chart
from sim.scenario.field_types import History
from sim.statistics.history import actual
from sim.statistics.measures import measures
from sim.statistics.summary import Trajectory, summarise
from sim.studies.run.study import Runs, run_html
from tests.fixtures.pages import figures
from tests.fixtures.results_by_walks import document, sample_results, sample_scenario

HISTORY: dict[str, Any] = {
    "valley": {
        "source": ["F002", "published"],
        "why": "as it was counted",
        "values": {
            "2016-09-01": 10, "2017-01-15": 22, "2017-06-01": 99, "2017-08-20": 0, "2019-01-01": 30,
        },
    },
    "steps": {"why": "counted", "values": {"2017-03-01": 500}},
}  # fmt: skip
SCENARIO = sample_scenario(history=HISTORY)
DATASET = sample_results(SCENARIO, runs=60)
SUMMARY = summarise(DATASET, SCENARIO)


def runs(outcome: str) -> Trajectory:
    return next(one for one in SUMMARY.trajectories if one.measure.id == outcome)


def said(outcome: str, values: dict[str, float]) -> str:
    return standing(actual(History.model_validate({"values": values}), runs(outcome))).replace(
        "\u00a0", " "
    )


def test_the_sentence_counts_the_dates_in_the_band_and_names_those_outside() -> None:
    values = HISTORY["valley"]["values"]
    assert said("valley", values) == (
        "What happened lay inside the 90 % band at 1 of 3 dates; above it in June 2017; "
        "below it in August 2017."
    )
    many = {f"2017-0{month}-01": 99.0 for month in range(2, 7)}
    assert said("valley", many) == (
        "What happened lay inside the 90 % band at 0 of 5 dates; above it at 5."
    )


def test_one_date_and_none_are_told_so() -> None:
    assert said("steps", {"2017-03-01": 500}) == (
        "What happened lay above the 90 % band at the one date known (March 2017)."
    )
    assert (
        said("valley", {"2016-10-01": 20})
        == said("valley", {"2030-01-01": 20})
        == ("What happened is known at no date after the start of the calendar, up to its end.")
    )


def test_of_what_is_in_force_it_tells_the_share_of_the_runs() -> None:
    peace = {"name": "A peace", "of": "in force peace between north and south"}
    arrangements = {"peace": {"name": "peace"}}
    described = sample_scenario(
        outcomes=document()["outcomes"] | {"peace": peace}, arrangements=arrangements
    ).description
    one = runs("warmth")
    share = replace(one, measure=measures(described)["peace"], median=abs(one.median))
    told = standing(actual(History.model_validate({"values": {"2017-02-01": 1}}), share))
    assert re.fullmatch(
        r"What happened, and in how many runs it is in force then: in force in February 2017, "
        r"[\d.]+\u00a0% of the runs\.",
        told,
    )
    many = History.model_validate({"values": {f"2017-0{month}-01": 1 for month in range(2, 8)}})
    assert "; 4 dates between are in the table; in force in July 2017" in standing(
        actual(many, share)
    )


def test_the_chart_draws_it_as_joined_points_and_its_table_has_their_days() -> None:
    chart, under = chart_with_history(runs("valley"), SCENARIO)
    (drawn,) = (one for one in chart.figure.data if one.name == "what happened")
    assert list(drawn.x) == ["2016-10-01", "2017-01-15", "2017-06-01", "2017-08-20", "2018-02-01"]
    assert drawn.mode == "lines+markers"
    assert list(drawn.marker.size) == [0, 8, 8, 8, 0]
    assert [bool(text) for text in drawn.hovertext] == [False, True, True, True, False]
    assert chart.table.header[-1] == "what happened"
    shown = {row[0]: row[-1] for row in chart.table.rows if row[-1] != "–"}
    assert shown == {"15 January 2017": "22.0", "June 2017": "99.0", "20 August 2017": "0.0"}
    assert all(re.match(r"[\d.]+$", cell) for row in chart.table.rows for cell in row[1:-1])
    assert under == (
        "What happened. Values: 2016-09-01: 10, 2017-01-15: 22, 2017-06-01: 99, 2017-08-20: 0, "
        "2019-01-01: 30. As it was counted. Source: A. Writer, “Valleys & <alliances>”, "
        "A Journal, 2016-09, paragraph 7, 2015; Data, Capabilities, 2016. 1 September 2016 and "
        "1 January 2019 lie outside the calendar: a line to them is drawn up to its end."
    )


def test_a_course_beyond_the_runs_has_rows_in_which_they_have_none() -> None:
    days = np.array(["2015-01-01", "2016-10-01", "2030-06-02"], "datetime64[D]")
    for outcome in ("valley", "steps"):
        course = ActualCourse("a record", days, np.array([3.0, 4.0, 5.0]))
        table = trajectory_chart(runs(outcome), SCENARIO.description, [course]).table
        first, start, *_, last = table.rows
        assert (first[0], first[-1][0], {*first[1:-1]}) == ("1 January 2015", "3", {"–"})
        assert (last[0], last[-1][0], {*last[1:-1]}) == ("2 June 2030", "5", {"–"})
        assert start[0] == "October 2016"
        assert "–" not in start


def test_an_outcome_without_it_is_drawn_as_ever() -> None:
    chart, under = chart_with_history(runs("warmth"), SCENARIO)
    assert under == ""
    assert "what happened" not in [one.name for one in chart.figure.data]


def test_the_page_of_a_run_shows_it_and_its_table_asks_for_it() -> None:
    found = Runs(SCENARIO, DATASET)
    page = run_html(found, {})
    assert "What happened lay above the 90\u00a0% band at the one date known" in page
    assert "As it was counted. Source: A. Writer" in page
    for id in ("plot-outcome-valley", "plot-outcome-steps"):
        assert "what happened" in [one.get("name") for one in figures(page)[id]["data"]]
    table = found.to_dataframe("history")
    assert list(table["inside"].dropna()) == [True, False, False, False]


@pytest.mark.parametrize("values", [{"2015-01-01": 5, "2016-01-01": 6}, {"2020-01-01": 5}])
def test_what_lies_outside_the_calendar_alone_is_told_and_not_drawn(
    values: dict[str, float],
) -> None:
    told = sample_scenario(history={"valley": {"why": "counted", "values": values}})
    chart, under = chart_with_history(runs("valley"), told)
    assert "what happened" not in [one.name for one in chart.figure.data]
    assert under.endswith("outside the calendar: nothing is drawn.")
    assert "known at no date after the start" in chart.finding
