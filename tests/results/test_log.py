"""The event log: what became of each move."""

from __future__ import annotations

import csv
from pathlib import Path

import sim
from sim.results.export import write_events
from sim.results.formats import BOM
from sim.scenario.loading import build
from tests.fixtures.scenarios import DUEL, changed


def test_what_gave_way_to_the_same_of_the_other_is_no_refusal(tmp_path: Path) -> None:
    scenario = build(
        changed(
            DUEL,
            levers__summit__usual=0.6,
            levers__summit__consent=0.9,
            levers__summit__once=True,
            levers__rebuke__usual=0.1,
            calendar__rounds=1,
        )
    )
    found = sim.run(scenario, runs=100)
    write_events([found.data], scenario, tmp_path / "events.csv", 100)
    with (tmp_path / "events.csv").open(encoding=BOM, newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lever"] == "summit"]
    by_run: dict[str, list[str]] = {}
    for row in rows:
        by_run.setdefault(row["run"], []).append(row["move"])
        assert (row["accepted"] == "1") == (row["move"] == "agreement")
    pairs = {tuple(sorted(moves)) for moves in by_run.values() if len(moves) == 2}
    assert ("agreement", "crossed") in pairs
    assert pairs <= {("agreement", "crossed"), ("refusal", "refusal")}
    assert {tuple(moves) for moves in by_run.values() if len(moves) == 1} == {
        ("agreement",),
        ("refusal",),
    }


def test_a_scenario_without_levers_has_an_empty_log(tmp_path: Path) -> None:
    scenario = build({name: part for name, part in changed(DUEL).items() if name != "levers"})
    found = sim.run(scenario, runs=3)
    write_events([found.data], scenario, tmp_path / "events.csv", 3)
    with (tmp_path / "events.csv").open(encoding=BOM, newline="") as file:
        assert list(csv.DictReader(file)) == []
