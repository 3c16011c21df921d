"""Two students who propose to each other what can be done once: one does it, both are told why."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from sim.classroom.debrief.export import export_tables
from sim.classroom.debrief.record import record_session
from sim.classroom.debrief.text import Wording
from sim.classroom.forecast.order_effects import effects_work, round_as_played
from sim.classroom.game import news
from tests.fixtures.finished_game import workings
from tests.fixtures.scenarios import QUARTET, changed, plain, scenario
from tests.fixtures.sessions import Log, through
from tests.fixtures.web_room import School

PACT = scenario(
    changed(
        plain(QUARTET),
        levers__treaty__usual={"west to east": 0.02, "east to west": 0.02},
        levers__treaty__requires={},
        levers__treaty__effects={"issue tariffs": 30},
        issues__tariffs__volatility=0,
        issues__tariffs__outcome=20,
        stop=[],
    )
)


def both(west: bool | None = True, east: bool | None = True) -> Log:
    """West and East propose the treaty to each other, and answer."""
    log = Log(PACT)
    one, other = log.seat("west"), log.seat("east")
    log.open()
    log.order(one, east="treaty")
    log.order(other, west="treaty")
    log.close()
    assert {ask.target for ask in log.table().open_proposals} == {"west", "east"}
    for who, actor, said in ((one, "east", west), (other, "west", east)):
        if said is not None:
            log.answer(who, **{actor: said})
    log.close()
    return log


def treaties(log: Log) -> dict[str, bool]:
    return {act.actor: act.accepted for act in log.table().acts(1) if act.lever == "treaty"}


def test_of_two_who_both_say_yes_one_does_it() -> None:
    log = both()
    assert sorted(treaties(log).values()) == [False, True]
    assert log.table().value("issue", "tariffs") < 55  # once 30, and no more
    log.open()
    assert not log.table().levers("west", "east")["treaty"]
    assert not log.table().levers("east", "west")["treaty"]


@pytest.mark.parametrize(("west", "east"), [(True, False), (False, True), (None, True)])
def test_who_alone_is_agreed_to_does_it(west: bool | None, east: bool | None) -> None:
    assert treaties(both(west, east)) == {"west": bool(east), "east": bool(west)}


def test_of_two_who_both_say_no_none_does_it() -> None:
    log = both(west=False, east=False)
    assert treaties(log) == {"west": False, "east": False}
    assert not any(act.crossed for act in log.table().acts(1))
    words = [told.text for told in news.act_news(log.table(), 1, "west")]
    assert "West proposes to sign a treaty; East refuses." in words


@pytest.mark.parametrize("reader", ["west", "east"])
def test_both_are_told_why_and_nobody_else(reader: str) -> None:
    log = both()
    done = next(actor for actor, took in treaties(log).items() if took)
    second, first = ("East", "West") if done == "west" else ("West", "East")
    why = (
        f"{second} proposes to sign a treaty; {first} does the same, and as the two can do it "
        f"only once, it is {first} who does it."
    )
    assert why in [told.text for told in news.act_news(log.table(), 1, reader)]
    for other in ("isle", "ally", None):
        assert why not in [told.text for told in news.act_news(log.table(), 1, other)]


def test_who_answers_knows_that_both_ask_the_same(tmp_path: Path) -> None:
    school = School(tmp_path, PACT)
    anna, bo = school.seat("Anna", "west"), school.seat("Bo", "east")
    school.open()
    school.post("/order", anna, round="1", words__east="treaty")
    school.post("/order", bo, round="1", words__west="treaty")
    school.close()
    for token in (anna, bo):
        assert "It can be done only once" in school.get("/seat", token).text


def test_who_is_asked_alone_is_not_told_so(tmp_path: Path) -> None:
    school = School(tmp_path, PACT)
    anna, bo = school.seat("Anna", "west"), school.seat("Bo", "east")
    school.open()
    school.post("/order", anna, round="1", words__east="treaty")
    school.post("/order", bo, round="1", words__west="summit")
    school.close()
    page = school.get("/seat", bo).text
    assert "sign a treaty" in page
    assert "It can be done only once:" not in page


def test_the_debrief_tells_a_yes_as_a_yes() -> None:
    log = both()
    work, task = effects_work(log.table(), 1, futures=10)
    _, answers, _ = round_as_played(work.compiled, task)
    said = {one.actor: one.agreed for one in answers if one.lever == "treaty"}
    assert said == {"west": True, "east": True}


def test_debrief_and_files_say_what_became_of_it() -> None:
    log = both()
    whole = record_session(log.session, workings(log))
    words = Wording(PACT, whole.dates)
    told = [words.act(act) for act in whole.tables[0].acts[0] if act.lever == "treaty"]
    why = "without effect: the other did it, and it can be done only once"
    assert sorted(one.split(", ", 1)[1] for one in told) == ["agreed to", why]
    with zipfile.ZipFile(io.BytesIO(export_tables(whole))) as archive:
        text = archive.read("choices.csv").decode("utf-8-sig")
    moves = [row["move"] for row in csv.DictReader(io.StringIO(text)) if row["lever"] == "treaty"]
    assert sorted(moves) == ["agreement", "crossed"]


def test_the_model_in_one_seat_keeps_to_it_as_well() -> None:
    document = changed(
        plain(QUARTET),
        levers__treaty__usual={"west to east": 0.4, "east to west": 0.4},
        levers__treaty__consent=0.95,
        levers__treaty__requires={},
        calendar__rounds=8,
    )
    crossed = 0
    for seed in range(12):
        log = Log(scenario(document), seed=seed)
        anna = log.seat("west")
        log.open()
        log.order(anna, east="treaty")
        log.close()
        if log.table().phase == "answering":
            log.answer(anna, **{ask.actor: True for ask in log.table().proposals_to("west")})
            through(log)
        crossed += len(treaties(log)) == 2
        assert sum(treaties(log).values()) <= 1
    assert crossed
