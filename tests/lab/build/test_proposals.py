"""What the builder proposes: texts that follow names, reasons to be replaced, other rounds."""

from __future__ import annotations

import re

import pytest

import sim
from sim.lab.build.proposed import TO_BE_SAID
from sim.scenario.calendar import MONTHS
from sim.scenario.conditions import plain
from tests.fixtures.lab_room import LabRoom, room, words
from tests.lab.build.test_build_pages import draft_file, started

__all__ = ["room"]
FILE = "a-first-one"


def test_texts_made_of_a_name_follow_it(room: LabRoom) -> None:
    """Charts, watched events and levers; not what the visitor wrote; undo brings all back."""
    who = room.owner()
    where = started(room, who)
    file = draft_file(room, FILE)
    before = file.read_text("utf-8")
    told = room.ask(
        f"{where}/fields", who,
        fields={"actors.ada.name": "Adele"}, was={"actors.ada.name": "Ada"},
    ).json()  # fmt: skip
    described = sim.load_scenario(file).description
    assert described.outcomes["tension_ada_ben"].name == "Tension of Adele and Ben"
    assert described.watch["crisis"].name == "a crisis of Adele and Ben"
    assert set(told["followed"]) == {
        "Tension of Adele and Ben", "Tension of Adele and Cid", "a crisis of Adele and Ben",
    }  # fmt: skip
    room.post(f"{where}/undo", who, number=str(told["number"]), part="about")
    assert file.read_text("utf-8") == before
    own = {"outcomes.tension_ada_ben.name": "How Ada and Ben quarrel"}
    was = {"outcomes.tension_ada_ben.name": "Tension of Ada and Ben"}
    room.ask(f"{where}/fields", who, fields=own, was=was)
    room.ask(
        f"{where}/fields", who, fields={"actors.ada.name": "Adele"}, was={"actors.ada.name": "Ada"}
    )
    described = sim.load_scenario(file).description
    assert described.outcomes["tension_ada_ben"].name == "How Ada and Ben quarrel"


def test_a_proposed_reason_counts_as_none_and_goes_with_its_number(room: LabRoom) -> None:
    """It is listed; one of the visitor's own stays when the number changes."""
    who = room.owner()
    where = started(room, who)
    listed = {one["path"] for one in room.get(f"{where}/state", who).json()["unstated"]}
    assert {"actors.ada", "actors.ada.power", "issues.a_hill.outcome"} <= listed
    power, why = "actors.ada.power|value", "actors.ada.power|why"
    told = room.ask(f"{where}/fields", who, fields={power: "0.5"}, was={power: "0.33"}, names=[why])
    assert told.json()["values"][why] == TO_BE_SAID
    assert "actors.ada.power" in {one["path"] for one in told.json()["unstated"]}
    room.ask(f"{where}/fields", who, fields={why: "counted"}, was={why: TO_BE_SAID})
    told = room.ask(f"{where}/fields", who, fields={power: "0.6"}, was={power: "0.5"}, names=[why])
    assert told.json()["values"][why] == "counted"
    assert "actors.ada.power" not in {one["path"] for one in told.json()["unstated"]}


def test_an_empty_number_box_is_no_number(room: LabRoom) -> None:
    """What was said of the number goes with it, and no fault is left."""
    who = room.owner()
    where = started(room, who)
    name = "relations.ada and ben.tension_trend"
    room.ask(
        f"{where}/fields", who, fields={f"{name}|value": "0.01", f"{name}|why": "it grows"},
        was={f"{name}|value": "", f"{name}|why": ""},
    )  # fmt: skip
    told = room.ask(
        f"{where}/fields", who, fields={f"{name}|value": ""}, was={f"{name}|value": "0.01"}
    )
    assert told.json()["faults"] == []
    assert "tension_trend" not in draft_file(room, FILE).read_text("utf-8")


@pytest.mark.parametrize("unit", ["month", "half-year", "year"])
def test_frequencies_are_written_anew_for_other_rounds(unit: str, room: LabRoom) -> None:
    """Each act comes as often in a year as before; all rarer where a round has no room for all."""
    who = room.owner()
    where = started(room, who)
    file = draft_file(room, FILE)
    before = sim.load_scenario(file).description.levers
    room.ask(
        f"{where}/fields", who, fields={"calendar.round": unit}, was={"calendar.round": "quarter"}
    )
    assert room.post(f"{where}/rescale", who, before="quarter").status_code == 303
    after = sim.load_scenario(file).description.levers
    for id, lever in before.items():
        for way, usual in lever.usual.items():
            was = usual.value * 12 / MONTHS["quarter"]
            now = after[id].usual[way].value * 12 / MONTHS[unit]
            if unit == "month":
                assert now == pytest.approx(was, rel=0.08)
            else:
                assert 0.15 * was < now < 1.08 * was
    assert room.post(f"{where}/rescale", who, before="century").status_code == 400


def test_a_new_issue_comes_with_levers_that_move_it(room: LabRoom) -> None:
    """One for each end, of those who want it; without the tick there are none."""
    who = room.owner()
    where = started(room, who)
    file = draft_file(room, FILE)
    before = set(sim.load_scenario(file).description.levers)
    room.post(
        f"{where}/add", who, section="issues", name="A lake", low="dry", high="full", press="yes"
    )
    described = sim.load_scenario(file).description
    assert (described.issues["a_lake"].low, described.issues["a_lake"].high) == ("dry", "full")
    new = {id: described.levers[id] for id in set(described.levers) - before}
    moved = {id: one.effects["issue a_lake"].value for id, one in new.items()}
    assert sorted(moved.values()) == [-3, 3]
    for id, lever in new.items():
        for way in lever.usual:
            stance = described.issues["a_lake"].stances[way.split(" to ")[0]]
            assert (stance.position.value - 50) * moved[id] > 0
    room.post(f"{where}/add", who, section="issues", name="A wood")
    assert set(sim.load_scenario(file).description.levers) == set(described.levers)


def test_a_new_lever_is_what_the_visitor_says(room: LabRoom) -> None:
    """Hostile ones cool and strain; only the actors named use it."""
    who = room.owner()
    where = started(room, who)
    file = draft_file(room, FILE)
    room.post(
        f"{where}/add", who, section="levers", name="shut the gate", kind="hostile", by="ada",
        toward="ben",
    )  # fmt: skip
    lever = sim.load_scenario(file).description.levers["shut_the_gate"]
    assert list(lever.usual) == ["ada to ben"]
    assert lever.effects["affinity of actor and target"].value < 0
    assert lever.effects["tension of actor and target"].value > 0
    answer = room.post(f"{where}/add", who, section="levers", name="x", by="ada", toward="ada")
    assert answer.status_code == 422


def test_a_watched_event_holds_the_number_that_was_typed(room: LabRoom) -> None:
    """Also one that is to stay below it."""
    who = room.owner()
    where = started(room, who)
    room.post(
        f"{where}/add", who, section="watch", name="a low hill", phrase="issue a_hill",
        sense="at_most", bound="12,5",
    )  # fmt: skip
    limit = sim.load_scenario(draft_file(room, FILE)).description.watch["a_low_hill"].when
    hill = plain(limit)["issue a_hill"]
    most, least = hill.at_most, hill.at_least
    assert most is not None
    assert (most.value, least) == (12.5, None)


def test_the_dozen_that_matter_can_be_added(room: LabRoom) -> None:
    """The page says that Turn offers no others once there are some."""
    who = room.owner()
    where = started(room, who)
    assert "a quick screening finds the dozen" in words(room.get(f"{where}?part=knobs", who).text)
    room.post(f"{where}/add", who, section="knobs", path="actors.ada.power")
    assert "and no others" in words(room.get(f"{where}?part=knobs", who).text)
    room.post(f"{where}/dozen", who)
    knobs = sim.load_scenario(draft_file(room, FILE)).description.knobs
    assert len(knobs) > 6
    assert "actors.ada.power" in knobs


def test_the_first_form_comes_back_as_it_was_typed(room: LabRoom) -> None:
    """With the reason at the field, where two actors have one name."""
    who = room.owner()
    answer = room.post(
        "/build", who, title="My title", actor0="Ada", actor1="Ada", actor2="Ben", issue="A hill",
        rounds="7", act="warn",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Two actors are called 'Ada'" in words(answer.text)
    for typed in ("My title", "A hill", "Ben", "7"):
        assert f'value="{typed}"' in answer.text
    assert re.findall(r'name="act" value="(\w+)" checked', answer.text) == ["warn"]


def test_the_tab_leads_back_to_the_draft_that_is_built(room: LabRoom) -> None:
    """Its title stands in the header, whatever is open to be turned."""
    who = room.owner()
    assert room.get("/build", who).status_code == 200
    where = started(room, who)
    assert room.get("/build", who).headers["location"] == where
    room.post("/bench/open", who, scenario="two-neighbours", then="/turn")
    assert '<b id="open-title">A first one</b>' in room.get(where, who).text


def test_each_number_says_what_it_means(room: LabRoom) -> None:
    """With its range, beside the box and not only when the mouse rests on it."""
    who = room.owner()
    where = started(room, who)
    for part in ("actors", "relations", "issues", "levers", "events"):
        page = room.get(f"{where}?part={part}", who).text
        boxes = re.findall(r'<div class="number".*?</div>', page, re.DOTALL)
        assert all('class="hint"' in box for box in boxes)
    assert "how warm: -1 opposed" in room.get(f"{where}?part=relations", who).text


def test_all_of_the_scenario_is_shown_and_taken_as_text(room: LabRoom) -> None:
    """What stands there first; a text that cannot be read is kept beside it."""
    who = room.owner()
    where = started(room, who)
    text = draft_file(room, FILE).read_text("utf-8")
    assert "title: A first one" in room.get(f"{where}?part=text", who).text
    room.ask(f"{where}/text", who, section="whole", text=text.replace("A first", "My"), was=text)
    assert sim.load_scenario(draft_file(room, FILE)).description.title == "My one"
