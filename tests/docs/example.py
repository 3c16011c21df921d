"""The small committed example of a run: ``reports/example``.

``python -m tests.docs.example`` makes it anew; a test compares.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.fixtures.paths import ROOT

FOLDER = ROOT / "reports" / "example"
SCENARIO = ROOT / "scenarios" / "two-neighbours.yaml"
RUNS = 500
KEPT = ("manifest.json", "tables/summary.csv")


def made(folder: Path) -> None:
    """Run the scenario, and write what a run and an export leave."""
    from sim.results.export import export
    from sim.scenario.loading import load_scenario
    from sim.simulation.ensemble import run
    from sim.studies.run.study import Runs

    scenario = load_scenario(SCENARIO)
    dataset = run(scenario, RUNS)
    Runs(scenario, dataset).write_report(folder)
    export([dataset], folder / "tables", "csv", everything=False)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        made(Path(place) / "run")
        for name in KEPT:
            (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
            (FOLDER / name).write_bytes((Path(place) / "run" / name).read_bytes())
