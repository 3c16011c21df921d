"""What really happened beside every scenario that is compared, each against its own runs."""

from __future__ import annotations

from typing import Any

import pytest

import sim
from sim.reporting.document import Bullets, Cards
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.studies.comparison.study import Comparison, compare
from tests.fixtures.scenarios import DUEL, changed

VALUES = {"2016-08-01": 40, "2016-12-10": 40, "2017-03-01": 95}
TOLD = {"border": {"why": "as it was drawn on maps", "values": VALUES}}


def scenario(id: str, history: dict[str, Any], **parts: object) -> Scenario:
    outcomes = {"border": {"name": "The border", "of": "issue border"}}
    return build(changed(DUEL, title=id, outcomes=outcomes, history=history, **parts), id)


@pytest.fixture(scope="module")
def found() -> Comparison:
    high = scenario("high", {}, issues__border__outcome=95)
    return compare([scenario("base", TOLD), high], runs=40)


def test_each_scenario_is_held_beside_it_though_only_one_tells_it(found: Comparison) -> None:
    exhibit = found.page.exhibit("outcome-border")
    lines = [line for one in exhibit.body if isinstance(one, Bullets) for line in one.lines]
    told = [line.replace("\u00a0", " ") for line in lines if "what happened" in line]
    inside = "what happened lay inside the 90 % band at 1 of 2 dates"
    assert told == [
        f"“base”: {inside}; above it in March 2017.",
        f"“high”: {inside}; below it in December 2016.",
    ]


def test_the_chart_has_it_once_and_the_table_has_its_days(found: Comparison) -> None:
    (plot,) = found.page.exhibit("outcome-border").plots
    assert [one.name for one in plot.chart.figure.data].count("what happened") == 1
    shown = {row[0]: row[-1] for row in plot.chart.table.rows if row[-1] != "–"}
    assert shown == {"10 December 2016": "40.0", "March 2017": "95.0"}
    row = next(row for row in plot.chart.table.rows if row[0] == "10 December 2016")
    assert set(row[1:-1]) == {"–"}  # no state of the runs has this date


def test_a_table_has_the_bands_at_each_known_date(found: Comparison) -> None:
    page = found.page
    (cards,) = (one for one in page.every(Cards) if "what happened" in one.label)
    assert [row[0] for row in cards.rows] == ["10 December 2016", "1 March 2017"]
    assert [row[1] for row in cards.rows] == ["40.0", "95.0"]
    summaries = found.groups[0].summaries
    for nth, summary in enumerate(summaries):
        (runs,) = summary.trajectories
        place = [str(date)[:10] for date in runs.dates].index("2017-03-01")
        low, high = (runs.measure.show(float(end[place])) for end in (runs.low90, runs.high90))
        assert cards.rows[1][2 + nth] == f"{low} to {high}"


def test_two_histories_are_drawn_apart_and_none_not_at_all() -> None:
    other = {"border": {"why": "by another map", "values": {"2017-01-01": 50}}}
    two = compare([scenario("base", TOLD), scenario("other", other, seed=3)], runs=10)
    (plot,) = two.page.exhibit("outcome-border").plots
    drawn = [one.name for one in plot.chart.figure.data if "happened" in (one.name or "")]
    assert drawn == ["what happened (base)", "what happened (other)"]
    none = compare([scenario("base", {}), scenario("twin", {})], runs=10)
    (plot,) = none.page.exhibit("outcome-border").plots
    assert all("happened" not in (one.name or "") for one in plot.chart.figure.data)


def test_the_table_of_histories_has_each_scenario_and_agrees_with_the_page(
    found: Comparison,
) -> None:
    table = found.to_dataframe("history")
    assert list(table["scenario"]) == ["base"] * 3 + ["high"] * 3
    assert list(table["value"]) == [*VALUES.values()] * 2
    assert list(table["inside"].dropna()) == [True, False, False, True]
    assert set(table["outcome"]) == {"border"}
    none = compare([scenario("base", {}), scenario("twin", {})], runs=10).to_dataframe("history")
    assert (len(none), list(none)) == (0, list(table))
    with pytest.raises(sim.ScenarioError, match="by: 'round' is neither"):
        found.to_dataframe("round")  # type: ignore[arg-type]
