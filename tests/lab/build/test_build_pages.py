"""The builder's pages, asked without a browser: forms alone are enough."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

import sim
from sim.lab.build.told import PAGES
from sim.scenario.files import unsourced
from tests.fixtures.lab_room import LabRoom, room, words
from tests.fixtures.paths import SCENARIOS

__all__ = ["room"]

FIRST = {
    "title": "A first one",
    "actor0": "Ada",
    "actor1": "Ben",
    "actor2": "Cid",
    "issue": "A hill",
}
ALL = sorted(
    path.stem for path in SCENARIOS.glob("*.yaml") if path.stem not in ("sources", "shocks")
)


def started(room: LabRoom, who: str) -> str:
    """A first scenario, made with the acts that are proposed; gives its address."""
    acts = re.findall(r'name="act" value="(\w+)" checked', room.get("/build-new", who).text)
    assert len(acts) >= 6
    body = {**FIRST, "act": acts}
    answer = room.post("/build", who, **body)  # type: ignore[arg-type]
    assert answer.status_code == 303
    return str(answer.headers["location"])


def draft_file(room: LabRoom, name: str) -> Path:
    """The file of the only bench that has it."""
    (found,) = room.store.rglob(f"drafts/{name}.yaml")
    return found


def test_a_first_scenario_is_made_by_one_form(room: LabRoom) -> None:
    """Valid, each number with a reason; it can be turned at once."""
    who = room.owner()
    assert started(room, who) == "/build/a-first-one"
    file = draft_file(room, "a-first-one")
    scenario = sim.load_scenario(file)
    assert not unsourced(scenario, file)
    assert [one.name for one in scenario.description.actors.values()] == ["Ada", "Ben", "Cid"]
    page = words(room.get("/build/a-first-one", who).text)
    assert "None: it can be run." in page
    assert "actors: Ada: power : the builder proposed it." in page
    assert re.search(r"data-fine hidden>Each number has", room.get("/build/a-first-one", who).text)
    opened = room.post("/bench/open", who, scenario="draft:a-first-one", then="/turn")
    assert opened.headers["location"] == "/turn"
    assert room.state(who)["scenario"] == "draft:a-first-one"


@pytest.mark.parametrize("name", ALL)
def test_every_page_of_every_shipped_scenario_can_be_shown_and_sent_back(
    name: str, room: LabRoom
) -> None:
    """All fields of a form, sent as they are shown, change no byte."""
    who = room.owner()
    where = room.post("/build-copy", who, scenario=name).headers["location"]
    file = draft_file(room, where.removeprefix("/build/"))
    before = file.read_bytes()
    assert before == (SCENARIOS / f"{name}.yaml").read_bytes()
    for part in PAGES:
        page = room.get(f"{where}?part={part}", who)
        assert page.status_code == 200, page.text
        for form in re.findall(r"<form[^>]*data-fields.*?</form>", page.text, re.DOTALL)[:6]:
            answer = room.post(f"{where}/fields", who, **sent_by(form))
            assert answer.status_code == 303
        section = room.get(f"{where}?part={part}", who)
        assert section.status_code == 200
    assert file.read_bytes() == before


def sent_by(form: str) -> dict[str, str]:
    """What a browser sends for a form that nobody changed."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name:
            found[html.unescape(name[1])] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(
        r'<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL
    ):
        found[html.unescape(name)] = html.unescape(text).replace("\n", "\r\n")
    for name, options in re.findall(
        r'<select (?![^>]* form=)[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r"<option([^>]*) selected>([^<]*)", options)
        assert chosen, (name, options)
        value = re.search(r'value="([^"]*)"', chosen[1])
        found[html.unescape(name)] = html.unescape(value[1] if value else chosen[2])
    return found


def test_faults_are_those_of_validate_in_the_words_of_the_page(room: LabRoom) -> None:
    """A number that is typed wrongly is kept, told, and can be mended."""
    who = room.owner()
    where = started(room, who)
    told = room.ask(
        f"{where}/fields", who,
        fields={"actors.ada.power|value": "strong"}, was={"actors.ada.power|value": "0.33"},
    ).json()  # fmt: skip
    assert [one["path"] for one in told["faults"]] == ["actors.ada.power"]
    assert told["faults"][0]["page"] == "actors"
    assert "Ada" in told["faults"][0]["where"]
    assert not told["runs"]
    page = room.get(f"{where}?part=actors", who).text
    assert 'value="strong"' in page
    told = room.ask(
        f"{where}/fields", who,
        fields={"actors.ada.power|value": "0,4", "actors.ada.power|why": ""},
        was={"actors.ada.power|value": "strong", "actors.ada.power|why": told_why(page)},
    ).json()  # fmt: skip
    assert told["faults"] == []
    assert told["values"]["actors.ada.power|value"] == "0.4"


def told_why(page: str) -> str:
    """The reason that stands beside the power of the first actor."""
    found = re.search(r'name="actors.ada.power\|why" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_two_tabs_are_told_of_each_other(room: LabRoom) -> None:
    """With scripts and without: nothing is overwritten silently."""
    who = room.owner()
    where = started(room, who)
    room.post(f"{where}/fields", who, number="1", part="about", title="One")
    answer = room.post(f"{where}/fields", who, number="1", part="about", title="Two")
    assert answer.status_code == 409
    assert "you typed “Two”, it is now “One”" in words(answer.text)
    told = room.ask(f"{where}/fields", who, fields={"title": "Three"}, was={"title": "A first one"})
    assert told.json()["clashes"] == [{"name": "title", "mine": "Three", "theirs": "One"}]
    assert sim.load_scenario(draft_file(room, "a-first-one")).description.title == "One"


def test_parts_are_added_and_taken_out_and_undone(room: LabRoom) -> None:
    """Each kind of part, from its form; the file is valid after each step."""
    who = room.owner()
    where = started(room, who)
    file = draft_file(room, "a-first-one")
    texts = [file.read_text("utf-8")]
    steps: list[tuple[str, dict[str, str]]] = [
        ("add", {"section": "actors", "name": "Dora"}),
        ("add", {"section": "issues", "name": "A lake"}),
        ("acts", {"act": "summit"}),
        ("add", {"section": "levers", "name": "send a letter"}),
        ("row", {"where": "levers.send_a_letter.effects", "key": "issue a_hill"}),
        ("add", {"section": "events", "name": "a flood", "phrase": "tension of ada and ben"}),
        ("add", {"section": "outcomes", "name": "The lake", "phrase": "issue a_lake"}),
        ("add", {"section": "watch", "name": "the lake is full", "phrase": "issue a_lake"}),
        ("add", {"section": "knobs", "path": "actors.ada.power"}),
        ("add", {"section": "arrangements", "name": "a pact"}),
        ("remove", {"path": "levers.send_a_letter.effects.issue a_hill"}),
        ("remove", {"path": "actors.dora"}),
        ("remove", {"path": "issues.a_lake"}),
    ]
    for deed, fields in steps:
        answer = room.post(f"{where}/{deed}", who, **fields)
        assert answer.status_code == 303, (deed, fields, answer.text)
        scenario = sim.load_scenario(file)
        assert not unsourced(scenario, file), (deed, fields)
        texts.append(file.read_text("utf-8"))
        assert texts[-1] != texts[-2]
    for text in reversed(texts[:-1]):
        number = re.search(r'name="number" value="(\d+)"', room.get(where, who).text)
        assert number is not None
        room.post(f"{where}/undo", who, number=number[1], part="about")
        assert file.read_text("utf-8") == text


def test_a_section_as_text_that_cannot_be_read_is_kept(room: LabRoom) -> None:
    """Through a reload, with what is wrong; the draft stays as it was."""
    who = room.owner()
    where = started(room, who)
    file = draft_file(room, "a-first-one")
    before = file.read_bytes()
    was = re.search(r"^watch:.*\Z", before.decode(), re.DOTALL | re.MULTILINE)
    assert was is not None
    told = room.ask(f"{where}/text", who, section="watch", text="watch: {a: [", was=was[0]).json()
    assert told["wrong"]
    assert file.read_bytes() == before
    assert "watch: {a: [" in room.get(f"{where}?part=watch", who).text
    answer = room.post(f"{where}/text", who, section="watch", text="watch: {}\r\n", was=was[0])
    assert answer.status_code == 303
    assert sim.load_scenario(file).description.watch == {}
    late = room.post(f"{where}/text", who, section="watch", text="watch: {}", was=was[0])
    assert late.status_code == 409


def test_notes_are_those_of_validate(room: LabRoom) -> None:
    """With the page on which each can be mended."""
    who = room.owner()
    where = room.post("/build-copy", who, scenario="two-neighbours").headers["location"]
    assert room.get(f"{where}/notes", who).json()["notes"] == []
    room.ask(
        f"{where}/fields", who, fields={"levers.talk.says": "x", "levers.talk.goldstein": "-9"},
        was={"levers.talk.says": "{actor} and {target} talk.", "levers.talk.goldstein": "1"},
    )  # fmt: skip
    found = sim.notes(draft_file(room, "two-neighbours"))
    told = room.get(f"{where}/notes", who).json()["notes"]
    assert [one["key"] for one in told] == [one.name for one in found]
    assert told
    assert all(one["page"] == "levers" for one in told)


def test_what_another_visitor_builds_is_not_found(room: LabRoom) -> None:
    """A draft is on one bench; and odd requests change nothing."""
    one, other = room.owner(), room.enter()
    where = started(room, one)
    assert room.get(where, other).status_code == 404
    assert room.get("/build/..%2Fx", one).status_code in (404, 409)
    assert room.get(f"{where}?part=nothing", one).status_code == 404
    for deed, fields in (
        ("fields", {"nothing.at.all": "1"}),
        ("remove", {"path": "title"}),
        ("row", {"where": "title", "key": "x"}),
        ("add", {"section": "nothing", "name": "x"}),
        ("text", {"section": "nothing", "text": "x"}),
    ):
        assert room.post(f"{where}/{deed}", one, **fields).status_code == 400
    assert room.post(f"{where}/add", one, section="actors", name=" ").status_code == 422


def test_of_many_cards_one_is_shown_and_faults_lead_to_theirs(room: LabRoom) -> None:
    """A page stays small however many levers there are."""
    who = room.owner()
    where = room.post("/build-copy", who, scenario="northeast-asia-2016").headers["location"]
    page = room.get(f"{where}?part=levers", who).text
    assert page.count("data-fields") == 1
    assert len(page) < 250_000
    (last,) = re.findall(r"card=(levers\.\w+)\" ?>sell arms<", page.replace("&amp;", "&"))
    page = room.get(f"{where}?part=levers&card={last}", who).text
    assert f'name="{last}.name"' in page
    told = room.ask(
        f"{where}/fields", who, fields={f"{last}.goldstein": "friendly"},
        was={f"{last}.goldstein": re.findall(rf'name="{last}.goldstein" value="([^"]*)"', page)[0]},
    ).json()  # fmt: skip
    assert [(one["page"], one["card"]) for one in told["faults"]] == [("levers", last)]


def test_a_note_is_answered_on_the_page(room: LabRoom) -> None:
    """The answer stands in the file, and the note is told no more."""
    who = room.owner()
    where = room.post("/build-copy", who, scenario="two-neighbours").headers["location"]
    room.ask(
        f"{where}/fields", who, fields={"levers.talk.goldstein": "-9"},
        was={"levers.talk.goldstein": "1"},
    )  # fmt: skip
    keys = [one["key"] for one in room.get(f"{where}/notes", who).json()["notes"]]
    answers = {f"notes.{key}": "it is meant so" for key in keys}
    room.ask(f"{where}/fields", who, fields=answers, was=dict.fromkeys(answers, ""))
    assert room.get(f"{where}/notes", who).json()["notes"] == []
    described = sim.load_scenario(draft_file(room, "two-neighbours")).description
    assert described.notes == dict.fromkeys(keys, "it is meant so")
