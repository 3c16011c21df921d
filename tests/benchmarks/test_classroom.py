"""The load script plays a class as it says; how fast anything is, no test asks."""

from __future__ import annotations

import math
from argparse import Namespace

from tests.benchmarks import classroom, classroom_tables
from tests.fixtures.paths import VALLEY


def test_every_seat_plays_and_every_table_has_its_forecast() -> None:
    options = Namespace(scenario=VALLEY, tables=2, rounds=1, thinking=0.3, at_once=2, seed=1)
    part = classroom.summed(classroom.play(options), options)
    assert (part["students"], len(part["forecast_seconds"]) + part["forecasts_late"]) == (4, 2)
    rows = {row["page"]: row for row in part["rows"]}
    assert rows["join"]["count"] == rows["take a seat"]["count"] == 4
    assert rows["choose"]["count"] >= 4
    assert rows[classroom_tables.ALL]["wrong"] == 0
    assert all(0 < seconds < 10 for row in rows.values() for seconds in row["server"])
    whole = rows.pop(classroom_tables.ALL)
    assert whole["count"] == sum(row["count"] for row in rows.values())
    table = classroom_tables.table(part)
    assert {len(row) for row in table.rows} == {len(table.head)}
    assert classroom_tables.findings(part)[0].startswith("4 students at 2 tables, 1\u00a0round")


def test_an_aim_that_was_missed_is_called_missed() -> None:
    row = {"page": classroom_tables.ALL, "count": 1, "wrong": 2, "server": [0.1, 0.3, 0.4]}
    part = {
        "students": 40, "tables": 10, "rounds": 12, "seconds": 60.0, "rows": [row],
        "forecast_seconds": [1.0, 2.0], "forecasts_late": 3,
    }  # fmt: skip
    said = " ".join(classroom_tables.findings(part))
    assert "was missed" in said
    assert "3 more were not there" in said
    assert "2 requests were refused" in said
    row["server"] = [0.1, 0.19, 0.4]
    assert "was kept" in classroom_tables.findings(part)[0]


def test_what_was_not_measured_does_not_count() -> None:
    assert classroom_tables.quantiles([0.2, math.nan, 0.2]) == [0.2, 0.2, 0.2]
