"""A page for a memory stick, made in the lab of the visitor's variant."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from sim.lab.knobs import offered
from sim.lab.pages import keep, turnable
from sim.lab.variant import Change, Variant
from tests.fixtures.lab_room import LabRoom, words
from tests.fixtures.paths import VALLEY

POWER, TALK = "actors.north.power", "levers.talk.usual.anyone to anyone"


@pytest.fixture
def who(room: LabRoom, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(turnable, "RUNS", 10)
    found = room.enter()
    room.post("/bench/open", found, scenario="two-neighbours")
    return found


def grid(page: str) -> dict[str, Any]:
    block = re.search(r'<script type="application/json" id="grid">(.*?)</script>', page, re.S)
    assert block
    found: dict[str, Any] = json.loads(block[1])
    return found


def test_it_starts_from_the_variant(room: LabRoom, who: str) -> None:
    room.ask("/bench/change", who, path=POWER, value="0.9")
    answer = room.get(f"/keep/explorable?knob={POWER}&knob={TALK}", who)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith('-changed-to-turn.html"')
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]
    power, talk = grid(answer.text)["knobs"]
    assert power["values"][power["own"]] == "0.90"
    assert talk["title"] == "How often the two talk in ordinary times"
    text = words(answer.text)
    told = text.partition("Changed for this page: ")[2]
    said, _, stated = told.partition("As the command has it")
    assert said.strip() == f"{power['title']} = 0.9."
    assert POWER not in said
    assert stated.strip().startswith(f"{POWER} = 0.9")
    assert "It was handed on changed, held against its file." in text


def test_three_numbers_at_most_and_one_at_least(room: LabRoom, who: str) -> None:
    """The form comes back with what was ticked, and says why beside its button."""
    offers = [knob.path for knob in offered(Variant(VALLEY))]
    for ticked, said in (([], keep.NONE), (offers[1:5], keep.OVER)):
        query = urlencode([("knob", path) for path in ticked])
        answer = room.get(f"/keep/explorable?{query}", who)
        assert answer.status_code == 409
        form = answer.text.partition('id="turnable"')[2].partition("</form>")[0]
        assert f">{said}</span>" in form
        found = re.findall(r'name="knob" value="([^"]+)" checked', form)
        assert [html.unescape(path) for path in found] == ticked


def test_what_is_no_number_is_told(room: LabRoom, who: str) -> None:
    answer = room.get("/keep/explorable?knob=actors.north.powr", who)
    assert answer.status_code == 422
    assert "did you mean 'actors.north.power'" in words(answer.text).lower()


def test_the_page_offers_what_was_changed_first() -> None:
    variant = Variant(VALLEY, (Change("coefficients.heat", "20"), Change("seed", "3")))
    found = offered(variant)
    assert found[0].path == "coefficients.heat"
    assert {knob.path for knob in found[1:]} == set(variant.scenario().description.knobs)


def test_the_keep_page_lists_them(room: LabRoom, who: str) -> None:
    page = room.get("/keep", who).text
    assert page.count('name="knob"') == len(Variant(VALLEY).scenario().description.knobs)
    assert 'action="/keep/explorable#turnable-title"' in page


def test_a_scenario_without_knobs_says_what_to_do_first(tmp_path: Path) -> None:
    file = tmp_path / "bare.yaml"
    file.write_text("extends: two-neighbours\nknobs: null\n")
    assert offered(Variant(file)) == ()
