"""The exercises in ``docs/teaching``: their figures, plans, rubrics and commands hold."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from sim.cli.app import entente
from sim.scenario.calendar import date_after
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from tests.docs import teaching
from tests.docs.markdown import blocks, links, shown
from tests.fixtures.paths import ROOT

DOCUMENTS = sorted(teaching.FOLDER.glob("*.md"))
EXERCISES = [path for path in DOCUMENTS if path.name != "README.md"]
RUBRIC = re.compile(r"<!-- rubric -->\n(.*?)\n<!-- end -->", re.DOTALL)
PLAN = re.compile(r"<!-- plan: (\d+) -->\n(.*?)\n<!-- end -->", re.DOTALL)


def cells(table: str) -> list[list[str]]:
    """The rows of a table below its head."""
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


@pytest.mark.parametrize("document", EXERCISES, ids=shown)
def test_the_figures_are_those_of_the_program(document: Path) -> None:
    text = document.read_text("utf-8")
    assert text == teaching.rewritten(text), "write: python -m tests.docs.teaching"


def test_every_table_of_figures_is_shown_once() -> None:
    told = re.findall(
        r"<!-- teaching: ([\w-]+) -->", "".join(path.read_text("utf-8") for path in EXERCISES)
    )
    assert sorted(told) == sorted(teaching.TABLES)


@pytest.mark.parametrize(
    ("name", "minutes"),
    [("two-neighbours-45.md", 45), ("yamaguchi-90.md", 90), ("islands-lab-45.md", 45)],
)
def test_a_plan_fills_its_time_without_a_gap(name: str, minutes: int) -> None:
    found = PLAN.search((teaching.FOLDER / name).read_text("utf-8"))
    assert found is not None
    assert int(found[1]) == minutes
    at = 0
    for when, *what in cells(found[2]):
        begin, end = (int(number) for number in when.split("–"))
        assert begin == at < end, when
        assert all(what), when
        at = end
    assert at == minutes


@pytest.mark.parametrize("document", EXERCISES, ids=shown)
def test_a_rubric_has_four_criteria_at_four_levels(document: Path) -> None:
    (found,) = RUBRIC.findall(document.read_text("utf-8"))
    rows = cells(found)
    assert [len(row) for row in rows] == [5] * 4
    assert all(len(set(row)) == 5 and all(row) for row in rows)


COMMANDS = [
    pytest.param(shlex.split(line), id=f"{shown(document)}-{line}")
    for document in DOCUMENTS
    for block in blocks(document)
    for line in block.text.splitlines()
    if line.startswith("entente ")
]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_is_one_of_ours_and_means_what_is_there(words: list[str]) -> None:
    verb, *rest = words[1:]
    command = entente.get_command(click.Context(entente), verb)
    assert command is not None, verb
    given = command.make_context(verb, rest, parent=click.Context(entente)).params
    file = given.get("file")
    if file is None or file == Path("river-dispute"):
        return
    one = load_scenario(file, {"calendar.rounds": str(given.get("rounds") or 12)})
    if given.get("actor"):
        assert given["actor"] in one.description.actors
    if given.get("lever"):
        assert given["lever"] in one.description.levers


def test_what_is_in_class_is_played_as_the_figures_are() -> None:
    """The tables are of eight rounds; so are the briefs and the games in class."""
    for document in ("two-neighbours-45.md", "yamaguchi-90.md"):
        for block in blocks(teaching.FOLDER / document):
            if "entente classroom" in block.text or "entente brief" in block.text:
                assert " --rounds 8" in block.text, block.place


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario(ROOT / "scenarios" / "yamaguchi-2016.yaml")


def test_what_is_said_of_the_past_has_a_source(base: Scenario) -> None:
    text = (teaching.FOLDER / "yamaguchi-90.md").read_text("utf-8")
    facts = set(re.findall(r"\b[SD]\d{3}\b", text))
    data = set(re.findall(r"[(](\w+(?:-\w+)*-\d{4}(?:-\d{4})?)[)]", text))
    assert facts <= set(base.library.facts)
    assert data <= set(base.library.data)
    assert {"talks-2016-2020", "meetings-2017-2020"} <= data
    before = text.split("## What happened before")[1].split("\n## ")[0]
    for line in before.splitlines():
        if line.startswith("- "):
            assert re.search(r"[(][SD]\d{3}[)]", line), line


def test_the_index_leads_to_every_exercise() -> None:
    index = teaching.FOLDER / "README.md"
    named = {(index.parent / link).resolve() for link in links(index) if "://" not in link}
    assert set(EXERCISES) <= named


def test_what_is_laid_down_happens_in_the_rounds_that_are_named(base: Scenario) -> None:
    calendar = base.description.calendar
    second, third = (date_after(calendar, n) for n in (1, 2))
    dated = [event.on for event in base.description.events.values() if event.on is not None]
    assert max(dated) < third
    assert len([day for day in dated if day >= second]) == 1
    text = (teaching.FOLDER / "yamaguchi-90.md").read_text("utf-8")
    assert "at the beginning of round 2 Japanese voters see no island come home" in text


def test_what_south_knows_of_norths_answers_is_in_the_numbers() -> None:
    valley = load_scenario(ROOT / "scenarios" / "two-neighbours.yaml").description
    brief = valley.actors["south"].brief
    assert brief is not None
    assert brief.knows == "North agrees to trade four times in five, to a division once in seven."
    trade, divide = (
        next(iter(valley.levers[lever].consent.values())).value for lever in ("trade", "divide")
    )
    assert (trade, round(1 / divide)) == (0.8, 7)
