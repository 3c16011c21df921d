"""The clock at several tables: what fails at one keeps no other from going on."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from sim.classroom import entries as of
from tests.classroom.webroom import School
from tests.samples import DUEL, scenario


def test_what_fails_at_one_table_is_shown_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    school = School(tmp_path, scenario(DUEL), tables=3)
    school.room.accept(of.Changed(at=school.clock(), minutes=1))
    for table in (1, 2, 3):
        school.open(table)
    school.clock.now += 60
    append = school.store.append

    def faulty(session: int, number: int, entry: of.Any_) -> None:
        if getattr(entry, "table", None) == 2:
            raise ValueError("what somebody typed")
        append(session, number, entry)

    monkeypatch.setattr(school.store, "append", faulty)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            school.room.tick()
    assert [school.table(n).phase for n in (1, 2, 3)] == ["closed", "choosing", "closed"]
    assert school.room.trouble.startswith("table 2: ValueError at ")
    assert caplog.text.count("test_ticking.py") == 1  # it is told once
    assert "typed" not in caplog.text + school.room.trouble
    monkeypatch.undo()
    school.room.tick()
    assert school.table(2).phase == "closed"
    assert school.room.trouble == ""
