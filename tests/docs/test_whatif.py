"""The run that the page on `explain` and `whatif` tells about is as it says."""

from __future__ import annotations

import re

import sim
from tests.fixtures.paths import ROOT

TEXT = (ROOT / "docs" / "whatif.md").read_text(encoding="utf-8")


def test_south_asks_again_and_again_and_north_refuses_each_time() -> None:
    told = re.search(r"In run (\d+) it asks North to divide the valley, in round (\d+) and", TEXT)
    assert told is not None
    run, first = map(int, told.groups())
    scenario = sim.load_scenario("two-neighbours")
    moves = sim.run(scenario, run + 1).events().query("run == @run and lever == 'divide'")
    assert moves["round"].iloc[0] == first
    assert len(moves) >= 3
    assert set(moves["actor"]) == {"south"}
    assert set(moves["move"]) == {"refusal"}
    shown = set(re.findall(r"--run (\d+)", TEXT)) | set(re.findall(r"run=(\d+)", TEXT))
    assert shown == {str(run)}
