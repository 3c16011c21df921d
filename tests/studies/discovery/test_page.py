"""The page of discovery: its words, its charts, and that it is whole and honest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.claims.condition import condition
from sim.scenario.loading import build
from sim.studies.discovery.result import Limit
from sim.studies.discovery.study import Discovery, discover
from sim.studies.discovery.text import condition_in_words, figure, lead, limit_in_words
from tests.fixtures.pages import outline
from tests.fixtures.scenarios import changed
from tests.studies.discovery.test_study import WATCHED
from tests.studies.sensitivity.test_study import BORDER, LIVELY

if TYPE_CHECKING:
    pass


@pytest.fixture(scope="module")
def study() -> Discovery:
    return discover(build(WATCHED), "watch: far", runs=400)


@pytest.fixture(scope="module")
def path(study: Discovery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return study.write_report(tmp_path_factory.mktemp("discovery") / "new", command="again")


@pytest.fixture(scope="module")
def nothing() -> Discovery:
    blind = changed(LIVELY, coefficients={"rationality": 0})
    return discover(build(blind), "watch: talks", runs=200)


def test_the_lead_names_the_box_its_density_and_that_it_was_held_out(study: Discovery) -> None:
    said = lead(study.found)
    assert said.startswith("It came about in 3")
    assert "“Where the border runs: where it stands at first” above 6" in said or (
        "“Where the border runs: where it stands at first” above 5" in said
    )
    assert "(range 0 to 90)" in said
    assert "instead of 3" in said
    assert "counted on the half of the runs, 200, that had no part in finding this" in said


def test_the_half_that_was_not_searched_is_named_for_what_it_is(study: Discovery) -> None:
    assert study.page.headline.rows[0][0] == "All 200 runs not searched"
    assert study.found.boxes.share != study.found.boxes.cases / study.found.boxes.runs


def test_where_there_is_no_box_the_page_says_so_and_draws_none(
    nothing: Discovery, tmp_path: Path
) -> None:
    assert "No combination of the uncertain numbers was found" in nothing.page.lead
    assert nothing.page.plots == ()
    assert len(nothing.page.headline.rows) == 1
    html = nothing.write_report(tmp_path / "none").read_text(encoding="utf-8")
    assert 'class="plot" ' not in html
    assert "A run in which it came about" in html
    outline(html)


def test_few_cases_are_said(study: Discovery) -> None:
    rare = discover(build(WATCHED), "outcome: border, at_least: 86", runs=200)
    assert rare.found.boxes.cases < 30
    assert "hardly anything can be found: ask for more runs" in rare.page.lead
    assert "hardly anything" not in study.page.lead


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.25, float("inf"), "above 0.25"),
        (-float("inf"), 0.2537, "below 0.254"),
        (0.2, 0.25, "between 0.2 and 0.25"),
    ],
)
def test_a_limit_is_told_with_its_range(low: float, high: float, said: str) -> None:
    limit = Limit("actors.north.power", low, high, 0.000106, 0.4996, 0.01)
    text = limit_in_words(limit, build(WATCHED).description)
    assert text == f"“North: power” {said} (range 0 to 0.5)"


def test_figures_have_three_digits_that_count() -> None:
    shown = [figure(value) for value in (0.0, 0.01234, 0.5, 12.345, 1234.5, -0.2)]
    assert shown == ["0", "0.0123", "0.5", "12.3", "1,234", "−0.2"]
    assert [figure(value, [0.5]) for value in (0.000106, 0.25)] == ["0", "0.25"]
    assert figure(100.0) == "100"
    assert figure(float("inf"), [0.5]) == "–"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("watch: talks, until: 2016-12-31", "They talk, until 2016-12-31"),
        ("watch: talks, at_most: 0", "Not: They talk"),
        (
            "when: {tension of north and south: {at_least: 0.6}}",
            "Tension of North and South at least 0.6",
        ),
        (
            "of: affinity of north and south, at: lowest, at_most: -0.3",
            "Lowest value of Affinity of North and South at most -0.3",
        ),
        (
            "acts: summit, by: north, at_least: 2, since: 2017-01-01",
            "Uses of “hold a summit” by North at least 2, from 2017-01-01",
        ),
        ("outcome: border, at_least: 40, at_most: 50", "The border between 40 and 50"),
    ],
)
def test_a_condition_in_words(where: str, said: str) -> None:
    scenario = build(LIVELY)
    assert condition_in_words(condition(where, scenario), scenario.description) == said


def test_charts_draw_what_their_tables_hold(study: Discovery) -> None:
    page = study.page
    tradeoff, box = page.exhibit("tradeoff"), page.exhibit("box-1")
    steps = study.found.boxes.steps
    made, held, star = tradeoff.plots[0].chart.figure.data
    assert len(made.x) == len(held.x) == len(steps) == len(tradeoff.plots[0].chart.table.rows)
    chosen = next(step for step in steps if step.chosen)
    assert star.y[0] == pytest.approx(chosen.held.density, abs=1e-3)
    limit = study.found.boxes.boxes[0].limits[0]
    whole, part = box.plots[0].chart.figure.data
    assert whole.x == (1.0,)
    assert part.base[0] == pytest.approx(
        (limit.low - limit.least) / (limit.most - limit.least), abs=1e-3
    )
    assert part.base[0] + part.x[0] == pytest.approx(1)
    row = box.plots[0].chart.table.rows[0]
    assert row[0] == "Where the border runs: where it stands at first"
    assert row[2] == "–"
    assert row[5] == "under 0.001"
    assert limit.path == BORDER


def test_the_page_names_the_next_question_and_the_table_has_its_numbers(path: Path) -> None:
    assert "<code>sweep</code>" in path.read_text(encoding="utf-8")
    assert "quasi_p" in (path.parent / "results.csv").read_text(encoding="utf-8-sig")
