"""The live forecast in a room: it comes by itself, and pages are told when it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

from sim.classroom.forecast.jobs import JobQueue
from sim.classroom.game.clock import closing_entry, opening_entry
from sim.classroom.storage import Recorder, Store, begin_session
from sim.classroom.web.drawings import Drawing
from sim.classroom.web.room import Room
from sim.classroom.web.views import WORKING, foreseen
from tests.fixtures.scenarios import DUEL, scenario

Play = Callable[[Room], Coroutine[None, None, None]]


def in_a_room(folder: Path, play: Play, tables: int = 1) -> None:
    """Play in a room that is served, with something at work beside it."""

    async def played() -> None:
        store = Store(folder / "sessions.sqlite")
        room = Room(begin_session(store, scenario(DUEL), 1.0, tables=tables))
        async with room.running():
            room.work_with(JobQueue())
            await asyncio.wait_for(play(room), 30)
        store.close()

    asyncio.run(played())


async def there(room: Room, table: int = 1) -> Drawing:
    while isinstance(found := foreseen(room, room.session.table(table)), str):
        assert found == WORKING
        await asyncio.sleep(0.02)
    return found


def test_each_standing_has_its_forecast_and_pages_are_told_of_it(tmp_path: Path) -> None:
    async def play(room: Room) -> None:
        table = room.session.table(1)
        for make, standing in ((opening_entry, (0, True)), (closing_entry, (1, False))):
            room.accept(make(room.session, table, 1.0))
            assert foreseen(room, table) == WORKING
            before = room.version(1)
            while room.version(1) == before:
                await asyncio.sleep(0.02)
            found = foreseen(room, table)
            assert not isinstance(found, str)
            assert (found.round, found.opened) == standing

    in_a_room(tmp_path, play)


def test_a_table_that_stays_has_its_forecast_though_one_that_stood_alike_has_gone_on(
    tmp_path: Path,
) -> None:
    async def play(room: Room) -> None:
        room.accept(opening_entry(room.session, room.session.table(1), 1.0))
        assert (await there(room, 1)).opened
        assert not (await there(room, 2)).opened

    in_a_room(tmp_path, play, tables=2)


def test_another_session_has_forecasts_of_its_own(tmp_path: Path) -> None:
    async def play(room: Room) -> None:
        await there(room)
        desk: Recorder = begin_session(room.recorder.store, scenario(DUEL), 2.0)
        room.take(desk)
        room.accept(opening_entry(room.session, room.session.table(1), 3.0))
        assert (await there(room)).opened

    in_a_room(tmp_path, play)
