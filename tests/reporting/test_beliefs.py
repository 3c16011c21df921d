"""What is said of beliefs is what the runs show, beside what is true."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import sim
from sim.claims.checks import Arms
from sim.reporting import document as page
from sim.reporting.beliefs import (
    BeliefCourse,
    Learnt,
    believes,
    learnt,
    number_in_words,
    of_runs,
    rows,
    run_exhibits,
    told,
    told_of_runs,
)
from sim.reporting.html import page_html
from sim.reporting.scenario_diff import differences
from sim.scenario.beliefs import beliefs_of
from sim.scenario.loading import build
from sim.studies.responses.page import unsure
from sim.studies.responses.study import responses
from tests.fixtures.doubting import OF_SOUTH, doubting
from tests.fixtures.scenarios import DUEL

SCENARIO = build(doubting())
DESCRIBED = SCENARIO.description
(HELD,) = beliefs_of(DESCRIBED)
DATES = np.array(["2016-10-01", "2016-11-01"], "datetime64[us]")


def course(first: float, last: float, true: float) -> BeliefCourse:
    mean = np.array([first, last])
    return BeliefCourse(HELD, DATES, mean, mean - 0.1, mean + 0.1, np.full(2, true))


def test_a_belief_is_told_beside_the_truth() -> None:
    said = told(course(0.5, 0.62, 0.9), DESCRIBED)
    assert said == (
        "How much the south minds the border: North believes 0.50 at first and 0.62 at the end "
        "(interval now 0.52 to 0.72). It is 0.90, outside of that interval. What North believes "
        "is nearer to that than at first."
    )
    assert "farther from that" in told(course(0.5, 0.4, 0.9), DESCRIBED)
    assert "0.50 all along" in told(course(0.5, 0.501, 0.9), DESCRIBED)
    assert "0.58, in that interval" in told(course(0.5, 0.6, 0.58), DESCRIBED)
    assert believes(course(0.5, 0.6, 0.9), 1).replace("\xa0", " ") == (
        "0.60 (interval of 80 %: 0.50 to 0.70); it is 0.90"
    )


def of_two_runs(true: tuple[float, float]) -> Learnt:
    """Believed is 0.5 at first, and at the end 0.3 in one run and 0.7 in the other."""
    mean = np.array([[0.5, 0.3], [0.5, 0.7]])
    values = {"mean": mean, "low": mean - 0.1, "high": mean + 0.1}
    values["true"] = np.repeat(np.array(true)[:, None], 2, axis=1)
    named = {
        f"belief_{name}": (("run", "round", "belief"), part[..., None])
        for name, part in values.items()
    }
    data = xr.Dataset(
        {**named, "failed_round": ("run", [-1, -1]), "until": ("round", DATES)},
        {"belief": [HELD.id]},
    )
    (found,) = learnt(data, DESCRIBED)
    return found


def test_each_figure_over_runs_says_of_what_it_is() -> None:
    said = told_of_runs(of_two_runs((0.25, 0.55)), DESCRIBED).replace("\xa0", " ")
    assert said == (
        "How much the south minds the border: North comes nearer to the truth. On average over "
        "the runs it believes 0.50 all along; the number is 0.40 on average, "
        "and another in each run. What it believes is off by 0.15 at first and 0.10 at the "
        "end, on average. The number lies in the interval of 80 % in 50 % of the runs at first, "
        "and in 50 % at the end."
    )
    said = told_of_runs(of_two_runs((0.5, 0.5)), DESCRIBED)
    assert "ends farther from the truth than it began" in said
    assert "the number is 0.50 in every run" in said
    assert rows([of_two_runs((0.25, 0.55))], DESCRIBED) == [
        ("North: how much the south minds the border", "0.50", "0.50", "0.40", "0.15", "0.10")
    ]


def test_a_number_is_named_in_words() -> None:
    assert (
        number_in_words(HELD, DESCRIBED) == "salience of “Where the border runs” to South, 0 to 1"
    )
    other = {**OF_SOUTH, "of": "audience cost of south"}
    resolve = build(doubting(beliefs__of_south=other)).description
    (held,) = beliefs_of(resolve)
    assert number_in_words(held, resolve).startswith("resolve of South: support that it loses")


def test_a_page_has_a_chart_of_each_belief_and_none_without() -> None:
    found = sim.run(SCENARIO, runs=12)
    (one,) = run_exhibits(found.data, SCENARIO)
    (own,) = of_runs(found.data, DESCRIBED)
    np.testing.assert_allclose(own.mean, found["belief_mean"].values[..., 0].mean(axis=0))
    assert one.id == "belief-of_south"
    assert one.finding.startswith("How much the south minds the border: North ")
    assert len(one.plots[0].chart.table.rows) == DESCRIBED.calendar.rounds + 1
    plain = build(DUEL)
    assert run_exhibits(sim.run(plain, runs=2).data, plain) == ()
    page = found._page()
    titles = [section.title for section in page.shown]
    assert "What they believe of one another" in titles
    assert page_html(page).count("North: how much the south minds the border</a>") == 1


def test_what_another_scenario_doubts_is_told_as_a_whole() -> None:
    plain = build({key: part for key, part in doubting().items() if key != "beliefs"})
    assert differences(Arms(plain, SCENARIO)) == (
        "Belief added: “how much the south minds the border”, which North does not know: it "
        "believes 0.5, give or take 0.2",
    )
    surer = build(doubting(beliefs__of_south__spread=0.1))
    (said,) = differences(Arms(SCENARIO, surer))
    assert said.startswith("How much the south minds the border: spread of what North believes")
    resolve = build(doubting(beliefs__of_south={**OF_SOUTH, "of": "audience cost of south"}))
    (said,) = differences(Arms(SCENARIO, resolve))
    assert said.startswith("Belief changed:")


def test_a_comparison_has_the_beliefs_of_each_scenario() -> None:
    surer = build(doubting(beliefs__of_south__spread=0.1, title="Surer"))
    section = sim.compare([SCENARIO, surer], runs=10).page.section("beliefs")
    assert [one.name for one in section.exhibits] == [
        "“Two neighbours and a border”: how much the south minds the border",
        "“Surer”: how much the south minds the border",
    ]
    assert len({one.id for one in section.exhibits}) == 2


def test_the_page_of_a_forced_choice_has_what_is_believed_under_it() -> None:
    asked = sim.whatif(SCENARIO, round=2, actor="north", lever="draw_line", runs=60)
    (section,) = (one for one in asked._page().shown if one.id == "beliefs")
    (wide,) = section.blocks
    assert isinstance(wide, page.Wide)
    (row,) = wide.table.rows
    assert row[:2] == ("North: how much the south minds the border", "0.50")
    own = asked.found.own.isel(run=np.flatnonzero(asked.found.comparable))
    mean = float(own["belief_mean"].isel(round=-1, belief=0).mean())
    assert float(row[2]) == pytest.approx(mean, abs=0.006)
    assert row[3] == row[5] == "0.90"
    assert len(wide.table.header) == 6


def test_responses_say_whose_choices_go_by_what_is_believed() -> None:
    answers = responses(SCENARIO, ["north"], ["issue border"], runs=4)
    assert "North does not know how much the south minds the border." in answers.html()
    assert unsure(DESCRIBED).startswith("North does not know")
    assert unsure(build(DUEL).description) == ""
