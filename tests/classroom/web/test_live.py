"""The stream says when a page has changed, to those whose page it is, and ends when it should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from starlette.types import Message

from sim.classroom.game import log_entries as entries
from sim.classroom.web.app import application
from sim.classroom.web.authentication import SEAT
from sim.classroom.web.room import RATES
from sim.web import streams
from sim.web.streams import AWAY, MOST_OF_ONE
from tests.fixtures.scenarios import DUEL, scenario
from tests.fixtures.web_room import School


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path, scenario(DUEL), tables=2)


class Stream:
    """An open stream, and what it has said so far."""

    def __init__(self) -> None:
        self.status = 0
        self.said: list[str] = []
        self.ended = False
        self.gone = asyncio.Event()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message.get("body"):
            self.said.append(message["body"].decode())
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.ended = True

    @property
    def changes(self) -> int:
        return sum("changed" in one for one in self.said)


@asynccontextmanager
async def streaming(school: School, token: str) -> AsyncIterator[Stream]:
    stream = Stream()
    cookie = f"{SEAT}={token}".encode()
    scope = {
        "type": "http", "method": "GET", "path": "/events", "query_string": b"",
        "headers": [(b"host", b"school"), (b"cookie", cookie)], "client": ("10.0.0.1", 1),
    }  # fmt: skip
    task = asyncio.create_task(application(school.room)(scope, stream.receive, stream.send))
    await settled()
    try:
        yield stream
    finally:
        stream.gone.set()
        await asyncio.wait_for(task, 2)


async def settled() -> None:
    await asyncio.sleep(0.05)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "APART", 0.001)


def test_a_change_at_ones_own_table_is_told_and_at_another_is_not(school: School) -> None:
    anna, bo = school.seat("Anna", "north", 1), school.seat("Bo", "north", 2)

    async def run() -> None:
        async with (
            school.room.running(),
            streaming(school, anna) as one,
            streaming(school, bo) as two,
        ):
            assert one.status == 200
            assert (one.changes, two.changes) == (1, 1)
            school.post(
                "/order", anna, round="1", words__south="rebuke"
            )  # refused: nothing changes
            await settled()
            assert (one.changes, two.changes) == (1, 1)
            school.open(1)
            await settled()
            assert (one.changes, two.changes) == (2, 1)
            school.room.accept(entries.Changed(at=school.clock(), forecast=True))
            await settled()
            assert (one.changes, two.changes) == (3, 2)

    asyncio.run(run())


def test_what_a_stream_first_says_is_the_version_of_the_page(school: School) -> None:
    anna = school.seat("Anna", "north")

    async def run() -> None:
        async with school.room.running(), streaming(school, anna) as stream:
            version = stream.said[0].partition("data: ")[2].strip()
            assert f'data-version="{version}"' in school.get("/seat", anna).text

    asyncio.run(run())


def test_a_restart_makes_every_page_old(school: School) -> None:
    anna = school.seat("Anna", "north")
    before = school.room.version(1)
    school.restart()
    assert school.room.version(1) != before
    assert school.get("/seat", anna).status_code == 200


def test_news_from_another_thread_arrives(school: School) -> None:
    anna = school.seat("Anna", "north")

    async def run() -> None:
        async with school.room.running(), streaming(school, anna) as stream:
            await asyncio.to_thread(school.room.changed, 1)
            await settled()
            assert stream.changes == 2

    asyncio.run(run())


def test_the_stream_of_who_is_removed_or_went_on_elsewhere_ends(school: School) -> None:
    anna = school.seat("Anna", "north")

    async def run() -> None:
        async with school.room.running(), streaming(school, anna) as stream:
            school.room.accept(entries.Removed(at=school.clock(), participant="id-Anna"))
            await settled()
            assert stream.ended
            assert stream.said[-1] == "event: changed\ndata: out\n\n"

    asyncio.run(run())


def test_closing_the_room_ends_all_streams_at_once(school: School) -> None:
    anna = school.seat("Anna", "north")

    async def run() -> None:
        async with school.room.running(), streaming(school, anna) as stream:
            await asyncio.to_thread(school.room.close)
            await settled()
            assert stream.ended

    asyncio.run(run())


def test_a_silent_stream_shows_that_it_is_there(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BEAT", 0.01)
    anna = school.seat("Anna", "north")

    async def run() -> None:
        async with school.room.running(), streaming(school, anna) as stream:
            assert any("here" in one for one in stream.said)
            assert stream.changes == 1

    asyncio.run(run())


def test_news_of_others_does_not_put_off_the_sign_of_life(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BEAT", 0.05)
    anna = school.seat("Anna", "north")

    async def run() -> None:
        async with school.room.running(), streaming(school, anna) as stream:
            for _ in range(50):
                school.room.room_changed()
                await asyncio.sleep(0.01)
            assert sum("here" in one for one in stream.said) > 3

    asyncio.run(run())


def test_one_device_has_few_streams_and_gets_them_back(school: School) -> None:
    anna = school.seat("Anna", "north")

    async def run() -> None:
        async with school.room.running():
            for _ in range(2):
                opened = [streaming(school, anna) for _ in range(MOST_OF_ONE + 1)]
                streams = [await one.__aenter__() for one in opened]
                assert [one.status for one in streams] == [200] * MOST_OF_ONE + [429]
                for one in opened:
                    await one.__aexit__(None, None, None)

    asyncio.run(run())
    assert RATES["get"].most > 2 * (MOST_OF_ONE + 1)


def test_a_stranger_gets_no_stream(school: School) -> None:
    assert school.get("/events").status_code == 403
    assert school.get("/events", "made-up").status_code == 403


def test_who_has_a_stream_or_asked_a_moment_ago_is_there(school: School) -> None:
    room, anna = school.room, school.seat("Anna", "north")
    assert not room.present("id-Anna")
    school.get("/seat", anna)
    assert room.present("id-Anna")
    school.clock.now += AWAY
    assert not room.present("id-Anna")

    async def run() -> None:
        async with room.running():
            async with streaming(school, anna):
                school.clock.now += 10 * AWAY
                assert room.present("id-Anna")
                room.tick()
                before = room.version()
            school.clock.now += AWAY
            assert not room.present("id-Anna")
            room.tick()
            assert room.version() != before

    asyncio.run(run())


def test_the_clock_closes_what_is_due_while_the_room_runs(school: School) -> None:
    school.seat("Anna", "north")
    school.room.accept(entries.Changed(at=school.clock(), minutes=1))
    school.open()

    async def run() -> None:
        async with school.room.running():
            await settled()
            assert school.table().phase == "choosing"
            school.wait(59)
            assert school.table().phase == "choosing"
            school.wait(1)
            assert school.table().phase != "choosing"

    asyncio.run(run())


def test_a_round_whose_time_ran_out_while_the_room_was_shut_gets_a_minute_more(
    school: School,
) -> None:
    school.seat("Anna", "north")
    school.room.accept(entries.Changed(at=school.clock(), minutes=1))
    school.open()
    school.clock.now += 500
    school.restart()
    school.room.tick()
    assert school.table().phase == "choosing"
    assert school.table().deadline == school.clock.now + 60


def test_a_clock_that_cannot_write_says_so_and_goes_on_later(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.errors import SimError

    school.seat("Anna", "north")
    school.room.accept(entries.Changed(at=school.clock(), minutes=1))
    school.open()
    school.wait(59)
    school.clock.now += 1

    def full(number: int, at: int, entry: object) -> None:
        raise SimError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(school.store, "append", full)
        school.room.tick()
    assert school.room.trouble == "the disk is full"
    assert school.table().phase == "choosing"
    school.room.tick()
    assert not school.room.trouble
    assert school.table().phase != "choosing"
