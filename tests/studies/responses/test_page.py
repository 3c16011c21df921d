"""The page of responses: its words, its charts, and that it is whole and safe."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from sim.errors import ResultsError
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.studies.responses.charts import (
    LINES,
    ActorResponse,
    consents,
    moved,
    response_chart,
    response_finding,
)
from sim.studies.responses.page import row
from sim.studies.responses.result import Probe, Shift, near, response
from sim.studies.responses.study import Responses
from tests.fixtures.pages import figures, outline
from tests.fixtures.scenarios import DUEL as NEIGHBOURS
from tests.fixtures.scenarios import changed

DUEL = changed(NEIGHBOURS, coefficients={"regard": 0.3, "felt_scale": 20})

TENSION = "tension of north and south"


def answer(scenario: Scenario, actor: str, phrase: str) -> ActorResponse:
    probe = Probe(scenario, runs=4)
    return ActorResponse(near(probe, actor, phrase), response(probe, actor, phrase))


def study(scenario: Scenario) -> Responses:
    answers = [
        answer(scenario, actor, phrase)
        for actor in ("north", "south")
        for phrase in (TENSION, "affinity of north and south")
    ]
    return Responses(scenario, answers, 4, 0)


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("responses")
    return study(build(DUEL)).write_report(folder / "new").read_text(encoding="utf-8")


def test_a_finding_names_quantity_ends_levers_and_odds() -> None:
    scenario = build(DUEL)
    found = answer(scenario, "south", TENSION).near
    said = response_finding(found, scenario.description)
    assert said.startswith("Tension of North and South at 0.55 instead of 0.05: South moves more ")
    assert re.search(r"to hold a summit \(North, \S+\s% to \S+\s%\)", said)
    agreed = consents(found, scenario.description)
    # Those who quarrel agree to less.
    assert agreed.startswith("Asked by the actor in brackets, it agrees less often to hold a summ")


def test_where_nothing_moves_words_say_so_and_nothing_is_drawn() -> None:
    blind = build(changed(DUEL, coefficients__rationality=0, coefficients__sentiment=0))
    still = answer(blind, "south", TENSION)
    assert response_finding(still.near, blind.description).endswith(": South chooses as before.")
    assert consents(still.near, blind.description) == ""
    assert response_chart(still, blind.description) is None
    *_, more, less = row(still, blind.description)
    assert more == less == ()


def test_small_changes_are_not_told() -> None:
    shifts = [Shift("south", "talk", 0.1, 0.3), Shift("south", "wait", 0.2, 0.205)]
    assert moved(shifts, rise=True, most=2) == shifts[:1]
    assert moved(shifts, rise=False, most=2) == []


def test_the_chart_draws_what_the_table_holds() -> None:
    scenario = build(DUEL)
    found = answer(scenario, "south", TENSION)
    chart = response_chart(found, scenario.description)
    assert chart is not None
    lines = chart.figure.data
    assert 1 <= len(lines) <= LINES
    assert chart.table.header == ("Tension", *(line.name for line in lines))
    assert len(chart.table.rows) == len(found.whole.values)
    np.testing.assert_allclose(lines[0].y, found.whole.chances(found.near.movers()[0]), atol=1e-4)
    by_name = {line.name: line.line.dash for line in lines}
    assert by_name["hold a summit (North)"] == "solid"
    assert by_name["rebuke in public (North)"] == "dash"
    start = [shape for shape in chart.figure.layout.shapes if shape.type == "line"]
    assert [shape.x0 for shape in start] == [0.3]


def test_each_chart_has_a_heading_a_finding_and_a_table(html: str) -> None:
    body = html[: html.index('<script type="application/json"')]
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", body)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    drawn = figures(html)
    parts = body.split("<figure ")[1:]
    assert len(parts) == len(drawn) == 4
    for part in parts:
        assert 'class="finding"' in part
        assert "Data as table" in part
    ids = [value for _, name, value in outline(html).attributes if name == "id"]
    assert len(ids) == len(set(ids))
    for link in re.findall(r'href="#([^"]+)"', body):
        assert link in ids


def test_a_page_replaces_its_own_and_leaves_others(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    made = study(build(DUEL))
    assert made.write_report(tmp_path) == made.write_report(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "responses.html"]


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = study(build(DUEL))
    with pytest.raises(ResultsError, match=r"file: is a file; name a folder \(folder\)"):
        made.write_report(tmp_path / "file")
    with pytest.raises(ResultsError, match="cannot be written"):
        made.write_report(tmp_path / "file" / "below")
