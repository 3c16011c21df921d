"""What fields say, put into a file; parts that come and go; two tabs on one draft."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.errors import SimError
from sim.lab.bench import Bench
from sim.lab.build import draft as drafts
from sim.lab.build.cards import cards
from sim.lab.build.edits import (
    Answer,
    add,
    fresh_id,
    remove,
    replace_section,
    section_text,
    taken,
)
from sim.lab.build.sheet import checked, sheet_of
from sim.lab.build.told import path_in_words
from sim.lab.build.values import put, shown
from sim.scenario.node import Node
from sim.scenario.yaml_reader import parse
from tests.fixtures.paths import SCENARIOS
from tests.lab.build.test_document import changed_lines, comments, without_reasons

Begin = Callable[[str], drafts.Draft]
SHIPPED = ("two-neighbours", "crimea-2014", "northeast-asia-2016", "yamaguchi-2016")


def bench_in(folder: Path) -> Bench:
    """A visitor's bench."""
    return Bench("visitor", folder, lambda name, bench: bench / f"{name}.yaml")


class Taken:
    """A draft after a page's fields were taken."""

    def __init__(self, draft: drafts.Draft, answer: Answer) -> None:
        self.draft, self.clashes = draft, answer.clashes


def take(draft: drafts.Draft, revision: int, said: dict[str, str]) -> Taken:
    """Take the fields of a page, as the page does."""
    answer = taken(draft, revision, said)
    return Taken(draft.written(answer.text), answer)


@pytest.fixture(name="begun")
def _begun(tmp_path: Path) -> Begin:
    """Makes a draft of a shipped scenario."""

    def begin(name: str) -> drafts.Draft:
        text = (SCENARIOS / f"{name}.yaml").read_text("utf-8")
        return drafts.begin(bench_in(tmp_path), name, text)

    return begin


@pytest.mark.parametrize("name", SHIPPED)
def test_a_draft_of_a_shipped_scenario_is_that_scenario(name: str, begun: Begin) -> None:
    """The same bytes, the same meaning, no faults, and a reason for each number."""
    draft = begun(name)
    found = checked(draft)
    assert draft.file.read_bytes() == (SCENARIOS / f"{name}.yaml").read_bytes()
    assert found.scenario is not None
    assert found.scenario.description == sim.load_scenario(name).description
    assert not found.unstated


def test_a_number_keeps_what_else_is_said_of_it(begun: Begin) -> None:
    """Only the number changes on its line; its spread, source and reason stay."""
    draft = begun("northeast-asia-2016")
    name = "actors.japan.power|value"
    made = take(draft, draft.revision, {name: "0.04", "actors.japan.power|why": ""}).draft
    lines = changed_lines(draft.text, made.text)
    assert [line.strip("+- \n") for line in lines] == [
        "power: {value: 0.033, spread: {normal: 0.003}, source: cinc-2016}",
        "power: {value: 0.04, spread: {normal: 0.003}, source: cinc-2016}",
    ]
    assert made.undone().text == draft.text
    assert made.undone().redone().text == made.text


def test_a_reason_is_added_to_a_plain_number(begun: Begin) -> None:
    """Also with a spread and sources."""
    draft = begun("two-neighbours")
    said = {
        "actors.north.power|why": "counted: once, twice",
        "actors.north.power|shape": "uniform",
        "actors.north.power|ends": "0.5 0.7",
        "actors.south.name": "The South",
        "levers.divide.once": "no",
    }
    made = take(draft, 1, said).draft
    scenario = checked(made).scenario
    assert scenario is not None
    power = scenario.description.actors["north"].power
    assert (power.why, power.spread and power.spread.uniform) == (
        "counted: once, twice",
        [0.5, 0.7],
    )
    assert scenario.description.actors["south"].name == "The South"
    assert scenario.description.levers["divide"].once is False
    now = sheet_of(made)
    assert now is not None
    assert all(shown(now, name) == value for name, value in said.items())


def test_a_file_that_extends_another_holds_only_what_differs(begun: Begin) -> None:
    """A number of the base is changed in the file above it."""
    draft = begun("yamaguchi-2016")
    made = take(draft, 1, {"actors.china.power|value": "0.24"}).draft
    lines = changed_lines(draft.text, made.text)
    assert [line[0] for line in lines] == ["+"] * len(lines)
    scenario = checked(made).scenario
    assert scenario is not None
    assert scenario.description.actors["china"].power.value == 0.24
    sheet = sheet_of(made)
    assert sheet is not None
    there, _ = remove(sheet, ("events", "lima_meeting"))
    assert "lima_meeting" not in there.whole["events"]
    there, _ = remove(there, ("levers", "question_one_china"))
    assert "question_one_china" not in there.whole["levers"]


def test_how_often_is_said_in_words_by_pair(begun: Begin) -> None:
    """What is never done by one pair stays with the others, whoever it was written for."""
    draft = begun("two-neighbours")
    sheet = sheet_of(draft)
    assert sheet is not None
    assert shown(sheet, "levers.talk.usual.south to north|often") == "other"
    assert shown(sheet, "levers.divide.usual.north to south|often") == "never"
    assert "levers.talk.usual.anyone to anyone" in sheet.whole["knobs"]
    made = take(draft, 1, {"levers.talk.usual.south to north|often": "never"}).draft
    found = checked(made).scenario
    assert found is not None
    assert {key: one.value for key, one in found.description.levers["talk"].usual.items()} == {
        "north to south": 0.4
    }
    made = take(made, 2, {"levers.talk.usual.south to north|often": "once a year"}).draft
    found = checked(made).scenario
    assert found is not None
    assert found.description.levers["talk"].usual["south to north"].value == 0.5


def test_two_tabs_of_one_draft_lose_nothing(begun: Begin) -> None:
    """Different fields both count; of the same field the later is told, and not taken."""
    draft = begun("two-neighbours")
    one = take(draft, 1, {"actors.north.power|value": "0.7", "title": "A title"})
    two = take(one.draft, 1, {"actors.south.power|value": "0.3", "title": "Another title"})
    sheet = sheet_of(two.draft)
    assert sheet is not None
    assert shown(sheet, "actors.north.power|value") == "0.7"
    assert shown(sheet, "actors.south.power|value") == "0.3"
    assert shown(sheet, "title") == "A title"
    assert [(clash.name, clash.mine, clash.theirs) for clash in two.clashes] == [
        ("title", "Another title", "A title")
    ]
    assert not one.clashes
    old = take(two.draft, 99, {"title": "From a page too old to compare"})
    assert [clash.name for clash in old.clashes] == ["title"]
    assert old.draft.text == two.draft.text


@pytest.mark.parametrize("name", SHIPPED[:3])
@pytest.mark.parametrize("section", ["actors", "issues", "levers", "events", "outcomes"])
def test_a_part_goes_with_all_that_refers_to_it(name: str, section: str, begun: Begin) -> None:
    """What is left is valid, and no line changes that did not speak of it."""
    draft = begun(name)
    sheet = sheet_of(draft)
    assert sheet is not None
    for id in list(sheet.table(section))[:3]:
        if len(sheet.table(section)) < (3 if section == "actors" else 2):
            continue
        there, _ = remove(sheet, (section, id))
        theirs = sim.load_scenario(name, {f"{section}.{id}": None}).description
        mine = checked(draft.written(there.own.text)).scenario
        assert mine is not None
        described = without_reasons(mine.description.model_dump())
        assert described == without_reasons(theirs.model_dump())
        assert set(comments(there.own.text)) <= set(comments(sheet.own.text))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_section_written_back_as_it_was_changes_nothing(name: str, begun: Begin) -> None:
    """Each section as text."""
    sheet = sheet_of(begun(name))
    assert sheet is not None
    for section in sheet.own.plain:
        again = replace_section(sheet, section, section_text(sheet.own, section))
        assert again.own.text == sheet.own.text
    with pytest.raises(sim.ScenarioError, match="holds 'runs' too"):
        replace_section(sheet, "events", "events: {}\nruns: 5")
    with pytest.raises(sim.ScenarioError):
        replace_section(sheet, "events", "events: {")
    assert "events" not in replace_section(sheet, "events", "").own.plain


@given(st.text(max_size=60), st.sampled_from(["actors", "levers", "issues"]))
@settings(max_examples=200, deadline=None)
def test_any_name_gives_an_id(name: str, section: str) -> None:
    """An id that the format takes, and that nothing else has."""
    first = fresh_id(name, section, {})
    second = fresh_id(name, section, {first: 1})
    for found in (first, second):
        assert found[0].isalpha()
        assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")
        assert found not in ("actor", "target", "others", "anyone", "pass", "any")
    assert first != second


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Co", "Cn")), max_size=80)
FIELDS = st.sampled_from(
    [
        "title", "summary", "runs", "calendar.rounds", "actors.north.name",
        "actors.north.power|value", "actors.north.power|why", "actors.north.power|source",
        "actors.south.support|ends", "actors.south.support|shape", "issues.valley.low",
        "relations.north and south.tension|value", "levers.talk.usual.anyone to anyone|value",
        "levers.talk.usual.north to south|why", "levers.march.says", "outcomes.valley.acts",
        "issues.valley.stances.north.position|value", "actors.north.brief.role",
    ]
)  # fmt: skip


@given(said=st.dictionaries(FIELDS, TEXTS, max_size=6))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_kept_and_can_be_read(
    said: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A text that no field is for is written all the same; the check has words for it."""
    bench = bench_in(tmp_path_factory.mktemp("bench"))
    text = (SCENARIOS / "two-neighbours.yaml").read_text("utf-8")
    draft = drafts.begin(bench, "two-neighbours", text)
    made = take(draft, 1, said).draft
    again = drafts.opened(bench, "two-neighbours")
    assert again == made
    assert sheet_of(made) is not None
    checked(made)
    assert take(made, made.revision, {}).draft.text == made.text


def test_a_new_part_stands_where_its_kind_stands(begun: Begin) -> None:
    """In a section that is there, and in one that is not."""
    sheet = sheet_of(begun("two-neighbours"))
    assert sheet is not None
    there = add(sheet, "events", "flood", {"name": "a flood", "chance": 0.1})
    assert list(there.own.plain)[-4:] == ["events", "outcomes", "watch", "knobs"]
    assert put(there, {}).own.text == there.own.text


def test_a_part_that_much_refers_to_goes_in_a_few_steps(
    begun: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many entries fall away with it, the text is read again only a few times."""
    sheet = sheet_of(begun("northeast-asia-2016"))
    assert sheet is not None
    reads: list[int] = []

    def counted(text: str, file: str) -> Node:
        reads.append(len(text))
        return parse(text, file)

    monkeypatch.setattr("sim.lab.build.document.parse", counted)
    there, fallen = remove(sheet, ("actors", "china"))
    assert len(fallen) > 50
    assert len(reads) < 10
    assert len(changed_lines(sheet.own.text, there.own.text)) > 50


def test_a_full_disk_loses_nothing(begun: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The draft is as it was, and the sentence says why."""
    draft = begun("two-neighbours")

    def full(path: Path) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for place in ("sim.lab.build.draft.written_whole", "sim.lab.bench.written_whole"):
        with monkeypatch.context() as patch:
            patch.setattr(place, full)
            with pytest.raises(SimError, match="No space left on device"):
                take(draft, 1, {"title": "Another title"})
        again = drafts.opened(draft.bench, draft.name)
        assert again is not None
        assert again.text == draft.text
    made = take(draft, 1, {"title": "Another title"}).draft
    assert made.undone().text == draft.text


def test_a_file_changed_by_another_program_is_taken_as_it_is(begun: Begin) -> None:
    """With the step before, so that it can be undone."""
    draft = begun("two-neighbours")
    draft.file.write_text(draft.text + "# a comment\n", "utf-8")
    again = drafts.opened(draft.bench, draft.name)
    assert again is not None
    assert again.text == draft.text + "# a comment\n"
    assert again.undone().text == draft.text


def test_a_draft_outlives_its_notes_about_itself(begun: Begin) -> None:
    """A damaged or missing list of steps: the texts are what counts."""
    draft = take(begun("two-neighbours"), 1, {"title": "Two"}).draft
    for text in ("", "{}", "[1", '{"revision": 9, "undo": [7], "redo": [], "latest": 9}'):
        (draft.folder / "draft.json").write_text(text)
        again = drafts.opened(draft.bench, draft.name)
        assert again is not None
        assert again.text == draft.text
        made = take(again, again.revision, {"title": "Three"}).draft
        draft = made.undone()
        assert draft.text == again.text


def test_a_draft_that_the_bench_refuses_leaves_nothing(tmp_path: Path) -> None:
    """One too many, or one that is too long."""
    bench = bench_in(tmp_path)
    with pytest.raises(SimError, match="kB at most"):
        drafts.begin(bench, "long", "title: " + "x" * 400_000)
    assert not list(bench.path.rglob("long*"))


def test_formulas_and_choices_stay_as_they_are_written(begun: Begin) -> None:
    sheet = sheet_of(begun("two-neighbours"))
    assert sheet is not None
    formula = {"difference": ["affinity of north and south", "tension of north and south"]}
    when = {"any_of": [{"uses of march by anyone toward south in 3 rounds": {"at_least": 1}}]}
    for path, part in (
        (("outcomes", "gap"), {"name": "a gap", "of": formula}),
        (("watch", "hot"), {"name": "a hot year", "when": when}),
    ):
        sheet = sheet.with_text(sheet.own.with_value(path, part))
    notes = {
        section: [group.note for card in cards(sheet, section) for group in card.groups]
        for section in ("outcomes", "watch")
    }
    assert any("shows a formula" in note for note in notes["outcomes"])
    assert "Also any_of: see the page 'As text'." in notes["watch"]
    made = put(sheet, {"outcomes.gap.name": "the gap", "watch.hot.name": "heat"})
    assert made.get(("outcomes", "gap")) == {"name": "the gap", "of": formula}
    assert made.get(("watch", "hot")) == {"name": "heat", "when": when}
    number = "watch.hot.when.any_of.0.uses of march by anyone toward south in 3 rounds.at_least"
    assert "what it waits for" in path_in_words(number, made)
