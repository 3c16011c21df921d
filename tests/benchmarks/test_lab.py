"""The lab's benchmark does what it says; how fast anything is, no test asks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.benchmarks import lab, lab_tables

PART: dict[str, Any] = {
    "turning": {"seconds": [0.1, 0.12, 0.4], "charts": 31, "command_seconds": [3.0, 3.2, 3.1]},
    "visiting": [{
        "visitors": 40, "seconds": 60.0, "thinking": 6.0, "moves": [10, 12], "slowest_median": 0.3,
        "coarse": [0.1, 0.3, 0.5], "coarse_client": [0.1, 0.3, 0.5], "fine": [1.0, 2.0, 3.0],
        "fine_shown": 15, "wrong": 0,
        "memory_bytes": {"before": 3e8, "after": 5e8, "most": 6e8},
    }],
    "actions": 10,
    "links": {"a": 300, "b": 400},
    "explorable": {"bytes": 2_900_000, "seconds": 29.5, "places": 125},
}  # fmt: skip


def test_visitors_move_knobs_and_all_are_answered() -> None:
    part = lab.visiting(2, 3.0, 1.0)
    assert part["wrong"] == 0
    assert len(part["moves"]) == 2
    assert min(part["moves"]) >= 1
    assert part["coarse"][0] > 0
    assert part["memory_bytes"]["most"] >= part["memory_bytes"]["before"] > 0


@pytest.mark.browser
def test_a_slider_is_let_go_and_what_follows_is_timed() -> None:
    pytest.importorskip("playwright")
    part = lab.turning(2)
    assert part["charts"] > 10
    assert all(0 < seconds < 60 for seconds in (*part["seconds"], *part["command_seconds"]))


def test_what_was_missed_is_called_missed() -> None:
    table = lab_tables.table(PART)
    assert [row[-1] for row in table.rows] == ["kept"] * 5
    assert {len(row) for row in table.rows} == {len(table.head)}
    late = {**PART, "turning": {**PART["turning"], "seconds": [0.2] * 3}, "actions": 61}
    assert [row[-1] for row in lab_tables.table(late).rows] == [
        "missed", "kept", "missed", "kept", "kept",
    ]  # fmt: skip
    assert "times as long as a move" in lab_tables.findings(PART)[0]
