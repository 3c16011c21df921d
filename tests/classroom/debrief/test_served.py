"""The debrief is made once for all who open it, and not again for every word that is said."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sim.classroom.debrief.record import SessionRecord
from sim.classroom.debrief.record import record_session as gather
from sim.classroom.forecast.jobs import JobQueue
from sim.classroom.game import log_entries as entries
from sim.classroom.web import debriefing
from sim.classroom.web.debriefing import FRESH, Debriefs, Wanted
from tests.fixtures.scenarios import DUEL, scenario
from tests.fixtures.web_room import School


class Idle(JobQueue):
    """Keeps what is asked for and never does it."""

    busy = False

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def ask(self, *what: Any, **more: Any) -> None:
        self.asked += 1


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = School(tmp_path, scenario(DUEL), 2)
    school.seat("Anna", "north")
    school.room.work_with(Idle())
    return school


def counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is gathered and drawn, as it happens."""
    done: list[str] = []

    def record(*what: Any, **more: Any) -> Any:
        done.append("gathered")
        return gather(*what, **more)

    monkeypatch.setattr(debriefing, "record_session", record)

    def drawn(told: SessionRecord) -> str:
        done.append("drawn")
        return "page"

    monkeypatch.setattr(debriefing, "_laid_out", drawn)
    return done


async def opened(debriefs: Debriefs, often: int = 1) -> None:
    await asyncio.gather(*(debriefs.page(Wanted()) for _ in range(often)))


def say(school: School) -> None:
    school.room.accept(entries.Said(at=1, participant="id-Anna", table=1, text="x"))


def test_a_whole_class_opens_one_debrief(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    done, debriefs = counting(monkeypatch), Debriefs(school.room)
    asyncio.run(opened(debriefs, 40))
    assert done == ["gathered", "drawn"]


def test_who_writes_and_writes_does_not_have_it_made_each_time(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, debriefs = counting(monkeypatch), Debriefs(school.room)

    async def play() -> None:
        for _ in range(5):
            await opened(debriefs)
            say(school)
        assert done == ["gathered", "drawn"]
        school.clock.now += FRESH
        await opened(debriefs)

    asyncio.run(play())
    assert done == ["gathered", "drawn"] * 2


def test_a_round_that_is_over_is_told_at_once_and_an_order_voids_nothing(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, debriefs = counting(monkeypatch), Debriefs(school.room)

    async def play() -> None:
        school.open()
        await opened(debriefs)
        school.room.accept(
            entries.Ordered(
                at=1, participant="id-Anna", table=1, round=1, moves={"south": {"words": None}}
            )
        )
        await opened(debriefs)
        assert done == ["gathered", "drawn"]
        school.close()
        await opened(debriefs)

    asyncio.run(play())
    assert done == ["gathered", "drawn"] * 2


def test_what_failed_is_tried_again(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    debriefs = Debriefs(school.room)
    with monkeypatch.context() as patch:
        patch.setattr(debriefing, "_laid_out", lambda told: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            asyncio.run(opened(debriefs))
    done = counting(monkeypatch)
    asyncio.run(opened(debriefs))
    assert "drawn" in done


def test_figures_that_were_dropped_are_asked_for_again_where_nothing_is_under_way(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch)
    background = Idle()
    school.room.work_with(background)
    before = background.asked
    asyncio.run(opened(Debriefs(school.room)))
    assert background.asked > before
