"""The wall of pinned variants: whose they are, and what came of each."""

from __future__ import annotations

import pytest

from sim.lab.ensembles import COARSE
from sim.scenario.loading import load_scenario
from sim.simulation.ensemble import run
from sim.statistics.summary import summarise
from tests.fixtures.lab_room import CODE, LabRoom, words

SOUTH = "actors.south.power"


def pinned(room: LabRoom, visitor: str, value: str, scenario: str = "two-neighbours") -> str:
    answer = room.post("/enter", key=CODE, name=visitor)
    who = answer.headers["set-cookie"].partition(";")[0]
    room.post("/bench/open", who, scenario=scenario)
    if value:
        room.ask("/bench/change", who, path=SOUTH, value=value)
    room.ask("/bench/pin", who, name=f"South {value}")
    return who


def finished(room: LabRoom, owner: str) -> str:
    """The wall, once all is played."""
    while "is being played" in (text := room.get("/collected", owner).text):
        room.lab.work.ask("test", "pause", 0, lambda _: None).result()
        room.clock.now += 1
    return text


def test_it_shows_what_each_pinned_with_the_numbers_that_a_run_gives(room: LabRoom) -> None:
    pinned(room, "  Anna\u200b ", "2")
    pinned(room, "<i>Bo</i>", "0.2")
    pinned(room, "", "3")
    pinned(room, "Cy", "", scenario="crimea-2014")
    owner = room.owner()
    room.post("/bench/open", owner, scenario="two-neighbours")
    text = finished(room, owner)
    page = words(text)
    assert "<i>Bo" not in text
    for said in ("Anna South 2", "<i>Bo</i> South 0.2", "A visitor without a name South 3"):
        assert said in page
    assert "Cy" not in page
    for change in ({}, {SOUTH: "2"}, {SOUTH: "0.2"}, {SOUTH: "3"}):
        scenario = load_scenario("two-neighbours", change)
        for one in summarise(run(scenario, runs=COARSE), scenario).watched:
            assert f"{100 * float(one.probability[-1]):.0f}\u00a0%" in text


def test_probabilities_are_compared_at_a_date_that_both_have(room: LabRoom) -> None:
    who = room.enter()
    room.post("/bench/open", who, scenario="two-neighbours")
    room.ask("/bench/change", who, path="calendar.rounds", value="30")
    room.ask("/bench/pin", who, name="Longer")
    owner = room.owner()
    room.post("/bench/open", owner, scenario="two-neighbours")
    page = words(finished(room, owner))
    row = page[page.index("Longer") :]
    # On the same draws nothing differs before the shorter one ends.
    assert row.count(": no difference") == min(
        4, len(load_scenario("two-neighbours").description.watch)
    )
    assert " points (" not in row


def test_a_variant_that_is_unpinned_is_gone(room: LabRoom) -> None:
    who = pinned(room, "Anna", "2")
    owner = room.owner()
    assert "no scenario is open" in words(room.get("/collected", owner).text).lower()
    room.post("/bench/open", owner, scenario="two-neighbours")
    assert "South 2" in finished(room, owner)
    room.ask("/bench/unpin", who, number=0)
    assert "Nobody has pinned" in words(room.get("/collected", owner).text)


def test_drafts_of_others_are_not_mistaken_for_ones_own(room: LabRoom) -> None:
    who = room.enter()
    room.post("/bench/open", who, scenario="two-neighbours")
    (bench,) = room.lab.benches()
    bench.keep_draft("mine", "extends: two-neighbours\ntitle: Theirs\n")
    room.post("/bench/open", who, scenario="draft:mine")
    room.ask("/bench/pin", who, name="Theirs")
    owner = room.owner()
    room.lab.owners_bench().keep_draft("mine", "extends: two-neighbours\ntitle: Ours\n")
    room.post("/bench/open", owner, scenario="draft:mine")
    page = words(room.get("/collected", owner).text)
    assert "All variants of “Ours”" in page
    assert "Theirs" not in page


@pytest.mark.parametrize("code", ["", CODE])
def test_the_owner_alone_has_it_and_only_where_others_come_in(
    room: LabRoom, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room.lab.door, "code", code)
    assert ("/collected" in room.get("/", room.owner()).text) == bool(code)
    if code:
        who = room.enter()
        assert "/collected" not in room.get("/", who).text
        assert room.get("/collected", who).status_code == 409
