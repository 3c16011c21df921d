"""The committed example is what the program gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.results.export import export
from sim.simulation.ensemble import run
from sim.simulation.manifest import read_manifest, recall
from tests.docs.example import FOLDER, KEPT, RUNS, SCENARIO


def test_the_summary_can_be_made_again_from_the_manifest(tmp_path: Path) -> None:
    scenario = recall(read_manifest(FOLDER / "manifest.json"))
    dataset = run(scenario, RUNS)
    export([dataset], tmp_path, "csv", everything=False)
    kept, now = (
        pd.read_csv(folder / "summary.csv", encoding="utf-8-sig")
        for folder in (FOLDER / "tables", tmp_path)
    )
    text = ["from", "until", "outcome", "name"]
    pd.testing.assert_frame_equal(kept[text], now[text])
    numbers = [column for column in kept if column not in text]
    np.testing.assert_allclose(
        kept[numbers], now[numbers], rtol=1e-5, atol=1e-6,
        err_msg="bring the example up to date with: python -m tests.docs.example",
    )  # fmt: skip


def test_it_is_of_the_scenario_as_it_is_now() -> None:
    scenario = recall(read_manifest(FOLDER / "manifest.json"))
    assert scenario.files[0].text == SCENARIO.read_text(encoding="utf-8"), (
        "bring the example up to date with: python -m tests.docs.example"
    )


def test_it_is_small() -> None:
    held = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert {path.relative_to(FOLDER).as_posix() for path in held} == {*KEPT, "README.md"}
    assert sum(path.stat().st_size for path in held) < 100_000
