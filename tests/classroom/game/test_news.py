"""The words of news, the picture of relations and the bars match the game they are of."""

from __future__ import annotations

import pytest

from sim.classroom.game import log_entries as entries
from sim.classroom.game import news
from sim.classroom.game.course import as_it_stands
from sim.classroom.web.drawings import NETWORK_HIGH, NETWORK_WIDE, bars, network, strain
from sim.classroom.web.templates import render
from sim.studies.run.network_charts import CALM, LIVE
from tests.fixtures.scenarios import DUEL, QUARTET, changed, plain, scenario
from tests.fixtures.sessions import Log
from tests.fixtures.shipped import NAMES, loaded


def refused() -> Log:
    """A round in which West asks East for a summit, East refuses and rebukes Isle."""
    log = Log(scenario(plain(QUARTET)))
    west, east = log.seat("west"), log.seat("east")
    log.open()
    log.order(west, east="summit")
    log.order(east, isle="protest")
    log.close()
    log.close()
    return log


def told(log: Log, actor: str | None = None, *, everything: bool = False) -> list[str]:
    found = news.act_news(log.table(), 1, actor, everything=everything)
    return [one.text for one in found]


def test_a_refusal_is_told_to_the_two_and_the_teacher_alone() -> None:
    log = refused()
    words = "West proposes to hold a summit; East refuses."
    assert words in told(log, "west")
    assert words in told(log, "east")
    assert words in told(log, everything=True)
    assert words not in told(log, "isle")
    assert words not in told(log)
    secret = [one for one in news.act_news(log.table(), 1, "west") if one.secret]
    assert ("west", "east") in {(one.actor, one.target) for one in secret}
    assert {one.mark for one in secret} == {"refused"}


def test_what_all_could_see_is_told_to_all() -> None:
    log = refused()
    assert "East moves to protest, toward Isle." in told(log)


def test_a_round_that_is_not_over_tells_no_acts() -> None:
    log = refused()
    log.open()
    assert news.act_news(log.table(), 2, everything=True) == []
    assert news.act_news(log.table(), 0, everything=True) == []


def test_events_are_told_when_their_round_opens() -> None:
    log = Log(scenario(DUEL))
    log.seat("north")
    log.open()
    log.accept(entries.Injected(at=log.now, table=1, round=1, name="a storm. "))
    assert news.event_news(log.table(), 1) == ["A storm."]
    assert news.event_news(log.table(), 0) == []
    log.close()
    assert news.event_news(log.table(), 1) == ["A storm."]
    assert news.round_date(log.table(), 1) == "October 2016"
    assert news.round_date(log.table(), 4) == "January 2017"


def test_what_is_watched_for_is_told_in_its_round_alone() -> None:
    watch = {"calm": {"name": "it is calm", "when": {"tension of north and south": {"at_most": 1}}}}
    log = Log(scenario(changed(DUEL, watch=watch)))
    log.open()
    log.close()
    seen = log.table().watched()
    for round in range(3):
        assert news.watched_news(log.table(), round) == [
            "It is calm." for at in seen.values() if at == round > 0
        ]


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_of_every_shipped_scenario_lies_on_its_paper(name: str) -> None:
    table = Log(loaded(name)).table()
    shown = network(table, next(iter(table.seats)))
    many = len(table.seats)
    assert len(shown.nodes) == many
    assert len(shown.lines) == many * (many - 1) // 2
    for node in shown.nodes:
        half = max(len(word) for word in node.name) * 7
        assert half < node.x < NETWORK_WIDE - half
        assert 20 < node.label < NETWORK_HIGH - 22 * (len(node.name) - 1)
    assert sum(node.you for node in shown.nodes) == 1
    assert len({(node.x, node.y) for node in shown.nodes}) == many


def test_the_picture_says_in_words_what_it_shows() -> None:
    table = Log(scenario(DUEL)).table()
    (line,) = network(table).lines
    assert (line.affinity, line.tension, line.ties) == ("−0.20", "0.30", ("0.20", "0.40"))
    drawn = str(render("_relations.html.j2", network=network(table)).body, "utf-8")
    assert "stand. North and South: affinity −0.20, tension 0.30" in drawn
    assert line.dash
    assert [strain(at) for at in (0, CALM, LIVE)] == ["calm", "strained", "tense"]


def test_bars_show_where_issues_stand_and_where_who_wants_them() -> None:
    log = Log(scenario(DUEL))
    (bar,) = bars(log.table(), "north").issues
    assert (bar.shown, bar.wanted) == ("40", "80")
    assert bar.place == pytest.approx(40)
    assert [(mark.name, mark.place, mark.you) for mark in bar.marks] == [
        ("South", 10, False), ("North", 80, True),
    ]  # fmt: skip


def test_an_event_can_give_a_stake() -> None:
    rich = {"salience of south on border": {"by": 0.4}, "position of south on border": {"to": 30}}
    log = Log(
        scenario(
            changed(
                DUEL,
                issues__border__stances={"north": {"position": 80, "salience": 0.7}},
                events={"ore": {"name": "Ore is found", "on": "2016-10-01", "changes": rich}},
            )
        )
    )
    assert not bars(log.table(), "south").issues[0].wanted
    log.open()
    assert bars(log.table(), "south").issues[0].wanted == "30"
    present = as_it_stands(log.table().compiled, log.table().world)
    assert present.issues["border"].stances["south"].salience.value == pytest.approx(0.4)
    # Nobody else is told that it cares now.
    assert len(bars(log.table(), "north").issues[0].marks) == 1
