"""Computed students come in by the code and play to the end, through the web alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sim.classroom.game.log_entries import Ordered
from sim.classroom.rehearsal import SENTENCES
from sim.classroom.web.room import RATES
from sim.web import server
from sim.web.rate_limits import Limits
from tests.benchmarks.web_students import (
    LATER,
    TOO_OFTEN,
    Bot,
    Rehearsal,
    bots_for_all_seats,
)
from tests.classroom.test_rehearsal import BUSY, KEY, served, until
from tests.fixtures.browser import Browser, GoneError, Reply
from tests.fixtures.scenarios import DUEL, scenario


def test_a_class_plays_to_the_end(tmp_path: Path) -> None:
    told: list[str] = []
    with served(tmp_path) as (room, base):
        bots = bots_for_all_seats(base, room.session.code, scenario(BUSY).description, 2, seed=1)
        rehearsal = Rehearsal(
            bots, random.Random(1), thinking=(0, 0.05), at_once=2, failed=told.append
        )
        teacher = Browser(base)
        teacher.post("/teacher", {"key": KEY})
        rehearsal.start()
        tables = room.session.tables
        until(lambda: all(seat.by_people for table in tables for seat in table.seats.values()))
        assert "Computed student 4" in teacher.get("/teacher").text
        while not all(table.phase == "over" for table in tables):
            teacher.post("/teacher/do", {"do": "open", "table": "all"})
            until(lambda: all(table.chosen(actor) for table in tables for actor in table.seats))
            teacher.post("/teacher/do", {"do": "close", "table": "all"})
            asked = [table for table in tables if table.phase == "answering"]
            waiting = [(table, one.target) for table in asked for one in table.open_proposals]
            until(lambda: all(table.chosen(actor) for table, actor in waiting))  # noqa: B023
            if asked:
                teacher.post("/teacher/do", {"do": "close", "table": "all"})
        rehearsal.stop()
        log = list(room.recorder.store.entries(1))
    assert told == []
    assert all(table.played == 3 for table in tables)
    moves = [table.moves for table in tables]
    assert any(lever for lever in moves[0].values())
    assert moves[0] != moves[1]
    assert any(table.answers for table in tables)
    assert all(message.text in SENTENCES for message in room.session.messages)
    assert all(reply.status < 400 for bot in bots for _, reply in bot.asked)
    assert all(reply.server < 5 for bot in bots for _, reply in bot.asked)
    orders = [entry for entry in log if isinstance(entry, Ordered)]
    assert len(orders) >= 2 * 2 * 3


ORDERS = (
    '<form action="/order"><input type="hidden" name="round" value="1">'
    '<input type="radio" name="words.south" value="" checked>'
    '<input type="radio" name="words.south" value="summit">'
    '<input type="radio" name="words.south" value="rebuke" disabled></form>'
)


class Still:
    """A browser that always shows the same page, and keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.status = 303

    def get(self, path: str) -> Reply:
        return Reply(200, ORDERS, 0, 0)

    def post(self, path: str, fields: dict[str, str]) -> Reply:
        self.sent.append((path, fields))
        return Reply(self.status, "", 0, 0)


def bot(seed: int) -> tuple[Bot, Still]:
    described, rng = scenario(BUSY).description, random.Random(seed)
    one, browser = Bot("http://nowhere", "BCDF", "A", (1, "north"), described, rng), Still()
    one.browser = browser  # type: ignore[assignment]
    return one, browser


def test_a_bot_chooses_what_is_open_as_its_seed_has_it() -> None:
    chosen = []
    for _ in range(2):
        found = []
        for seed in range(40):
            one, browser = bot(seed)
            one.step()
            found.append(browser.sent[0][1]["words.south"])
        chosen.append(found)
    assert chosen[0] == chosen[1]
    assert set(chosen[0]) == {"", "summit"}


def test_a_bot_chooses_once_a_round_and_some_change_their_mind_once() -> None:
    again = []
    for seed in range(60):
        one, browser = bot(seed)
        later = one.step()
        for _ in range(3):
            one.step()
        orders = [path for path, _ in browser.sent if path == "/order"]
        assert len(orders) == (1 if later is None else 2)
        again.append(later)
    assert 5 < sum(later is not None for later in again) < 30


def test_who_finds_nobody_says_so() -> None:
    with server.listen("127.0.0.1", 0) as opened:
        base = server.address(*opened.getsockname())
    told: list[str] = []
    bots = bots_for_all_seats(base, "BCDF", scenario(DUEL).description, 1, seed=1)
    rehearsal = Rehearsal(bots, random.Random(1), failed=told.append)
    rehearsal.start()
    until(lambda: bool(told))
    rehearsal.stop()
    assert told[0].startswith("The computed students have stopped: ")


def test_who_is_not_let_in_says_so(tmp_path: Path) -> None:
    with served(tmp_path) as (_, base):
        (bot, *_) = bots_for_all_seats(base, "XXXX", scenario(DUEL).description, 1, seed=1)
        with pytest.raises(GoneError, match="was not let in at table 1"):
            bot.join()


def test_who_is_told_to_wait_comes_in_later(tmp_path: Path) -> None:
    with served(tmp_path) as (room, base):
        (bot, *_) = bots_for_all_seats(
            base, room.session.code, scenario(DUEL).description, 1, seed=1
        )
        while not room.limits.take("join", "127.0.0.1"):
            pass
        assert not bot.join()
        room.limits = Limits(room.steady, RATES)
        assert bot.join()
        assert bot.join(), "who is in already comes in no second time"
        assert len(room.session.people) == 1


def test_what_was_sent_too_early_is_sent_again() -> None:
    one, browser = bot(1)
    browser.status = TOO_OFTEN
    assert one.step() == LATER
    browser.sent, browser.status = [], 303
    one.step()
    assert browser.sent[0][0] == "/order"
