"""Pages of systems of many actors: charts that stay readable, and work that grows in step."""

from __future__ import annotations

import ast
import datetime
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
import xarray as xr

import sim
import sim.studies.run.conduct_charts as conduct_charts
import sim.studies.run.network_charts as network
from sim.errors import ScenarioError
from sim.reporting.document import Document
from sim.reporting.html import page_html
from sim.reporting.outcome_charts import mark_events
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import run
from sim.statistics.conduct import conduct, lever_use
from sim.studies.explanation.study import explain
from sim.studies.responses.result import Probe, ranked
from sim.studies.run.page import run_page
from sim.studies.run.study import Runs
from tests.fixtures.large_scenario import large
from tests.fixtures.scenarios import scenario

ACTORS = 30
SIM = Path(sim.__file__).parent


@pytest.fixture(scope="module")
def many() -> tuple[xr.Dataset, Scenario, Document]:
    described = scenario(large(ACTORS, rounds=3, events=3, levers=3))
    dataset = run(described, 4)
    return dataset, described, run_page(Runs(described, dataset).findings, {})


def test_no_chart_adds_lines_or_notes_one_by_one() -> None:
    """Plotly makes all that are there anew for each: the time is that of their square."""
    slow = {"add_annotation", "add_shape", "add_hline", "add_vline", "add_hrect", "add_vrect"}
    found = []
    for path in sorted(SIM.rglob("*.py")):
        for loop in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(loop, ast.For | ast.While):
                found += [
                    f"{path.relative_to(SIM)}:{call.lineno}"
                    for call in ast.walk(loop)
                    if isinstance(call, ast.Attribute) and call.attr in slow
                ]
    assert found == []


def test_notes_are_made_once_each(
    many: tuple[xr.Dataset, Scenario, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: Counter[str] = Counter()
    for kind in (go.layout.Annotation, go.layout.Shape):
        before = kind.__init__

        def counted(self: Any, *a: Any, _before: Any = before, _name: str = kind.__name__,
                    **more: Any) -> None:  # fmt: skip
            made[_name] += 1
            _before(self, *a, **more)

        monkeypatch.setattr(kind, "__init__", counted)
    dataset, described, _ = many
    dates = [f"{year}-01-01" for year in range(2000, 2100)]
    events = [(datetime.date.fromisoformat(day), "An event") for day in dates]
    figures = [go.Figure(), network.network_chart(network.relations(dataset, described), -1).figure]
    mark_events(figures[0], events, dates, 1.0)
    acts = conduct(lever_use(dataset), described.description)
    figures.append(conduct_charts.conflict_chart(acts, described.description).figure)
    notes = sum(len(figure.layout.annotations) for figure in figures)
    lines = sum(len(figure.layout.shapes) for figure in figures)
    assert notes > 60
    assert lines == 100
    # Plotly checks what it is given by making it, then keeps another: a few each, not one
    # for each that is there already.
    assert made["Annotation"] <= 6 * notes
    assert made["Shape"] <= 6 * lines


def test_charts_of_many_actors_are_bounded_and_say_so(
    many: tuple[xr.Dataset, Scenario, Document],
) -> None:
    page = many[2]
    pairs, ways = ACTORS * (ACTORS - 1) // 2, ACTORS * (ACTORS - 1)
    for plot in page.plots:
        figure = plot.chart.figure
        assert len(figure.data) <= network.DRAWN + 2
        assert len(figure.layout.annotations) <= 60
        assert plot.height < 1500
    network_exhibit = page.exhibit("network-chart")
    start, end = (plot.chart for plot in network_exhibit.plots)
    lines = [trace for trace in start.figure.data if trace.mode == "lines"]
    assert f"Drawn are the {len(lines)} strongest of {pairs} relations" in network_exhibit.finding
    assert f"among {network.SHOWN} of {ACTORS} actors" in network_exhibit.finding
    assert len(start.table.rows) == len(end.table.rows) == pairs
    use, conflict = (exhibit.plots[0].chart for exhibit in page.section("conduct").exhibits)
    said = f"Drawn are the {conduct_charts.MOST_WAYS} busiest of {ways} directions"
    assert said in use.finding
    assert said in conflict.finding
    assert len(use.figure.data[0].x) == conduct_charts.MOST_WAYS
    assert "30\u00a0actors" in str(page.summary[0])
    actors = page.section("when").exhibits
    assert sum(bool(exhibit.plots) for exhibit in actors) <= conduct_charts.MOST_ACTORS
    assert len(actors) == ACTORS
    (about,) = (one for one in page.section("when").blocks if isinstance(one, str))
    assert f"of the {conduct_charts.MOST_ACTORS} of {ACTORS} actors that did most" in about
    assert about in page_html(page)


def test_the_strongest_relations_are_drawn_the_same_at_both_ends(
    many: tuple[xr.Dataset, Scenario, Document],
) -> None:
    dataset, described, _ = many
    chosen = network.relations(dataset, described).drawn
    ends = dataset.isel(round=[0, -1])[["affinity", "tension"]].median("run")
    size = np.maximum(np.abs(ends["affinity"].values), ends["tension"].values).max(axis=0)
    strong = dict(zip(map(str, dataset["pair"].values), size, strict=True))
    assert chosen[0] == max(strong, key=lambda key: strong[key])
    assert all(strong[key] >= network.FAINT for key in chosen)
    assert len({end for key in chosen for end in key.split(" and ")}) <= network.SHOWN


def test_tables_of_many_actors_have_all_that_was_done(
    many: tuple[xr.Dataset, Scenario, Document],
) -> None:
    dataset, described, page = many
    acts = conduct(lever_use(dataset), described.description)
    did = [one for one in acts if sum(one.acts)]
    assert len(page.exhibit("conflict").plots[0].chart.table.rows) == len(did)
    assert len(page.exhibit("use").plots[0].chart.table.rows) >= len(did)


def test_few_actors_are_drawn_as_ever() -> None:
    described = scenario(large(4, rounds=2))
    dataset = run(described, 4)
    found = network.relations(dataset, described)
    assert len(found.drawn) == 6
    assert network.relations_left_out(found) == ""
    chart = network.network_chart(found, 0)
    assert len([trace for trace in chart.figure.data if trace.mode == "lines"]) == 6


def test_of_many_decisions_the_moves_least_to_be_expected_are_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sim.studies.explanation.result._MOST", 5)
    found = explain(scenario(large(8, rounds=2)), run=0, round=2)
    page = found.page
    moved = [one for one in found.decisions if one.chosen]
    told = min(len(moved) or 5, 5)
    assert len(page.headline.rows) == told
    assert len(page.plots) == 2 * told
    assert "--actor and --toward ask for others" in page.lead


def test_of_many_quantities_an_actor_is_probed_with_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sim.studies.responses.result.MOST_PROBED", 20)
    probe = Probe(scenario(large(6, rounds=1)), runs=2)
    asked = {str(one.phrase) for one in ranked(probe, "a002")}
    assert asked
    assert all("a002" in phrase or phrase.startswith("issue") for phrase in asked)


def test_draws_that_do_not_fit_are_refused_and_none_are_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sim.studies.responses.result.HELD", 5_000)
    described = scenario(large(6, rounds=1))
    assert 4 <= Probe(described).runs < 256
    with pytest.raises(ScenarioError, match="do not fit in memory"):
        Probe(described, 256)
