"""``python -m sim.calibration`` fits, and writes a record that the documents can read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from sim.calibration import statistics
from sim.calibration.__main__ import calibrate
from sim.calibration.plan import load_plan
from tests.docs.calibration import coefficient_table, fit_table, misfit
from tests.fixtures.paths import ROOT

TARGETS = ROOT / "scenarios" / "calibration" / "targets.yaml"


def test_a_small_fit_from_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert statistics.RUNS_OF_DRAW == 64
    for module in ("statistics", "__main__"):
        monkeypatch.setattr(f"sim.calibration.{module}.RUNS_OF_DRAW", 8)
    out = tmp_path / "posterior.yaml"
    words = ["--targets", str(TARGETS), "--draws", "32", "--rounds", "1", "--workers", "1"]
    done = CliRunner().invoke(calibrate, [*words, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "coefficients:\n  source: calibration-2016\n" in done.output
    found, plan = yaml.safe_load(out.read_text("utf-8")), load_plan(TARGETS)
    assert (found["made"]["draws"], found["made"]["each"]) == (32, 8)
    assert set(found["coefficients"]) == set(plan.priors)
    assert set(found["figures"]) == set(plan.targets)
    for name, quantity in found["coefficients"].items():
        low, high = plan.priors[name].ends
        assert low * 0.99 <= quantity["spread"]["pert"][0] <= quantity["value"], name
        assert quantity["value"] <= quantity["spread"]["pert"][1] <= high * 1.01, name
    table = fit_table(plan, found, found, {"japan": "Nippon"})
    assert table.count("\n") == len(plan.targets) + 1
    assert "conflict, Nippon to russia" in table
    assert misfit(plan, found) > 0
    assert coefficient_table(plan, found).count("\n") == len(plan.priors) + 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("base: x.yaml\ntargets: {}\npriors: {}\n", "at least 1 are needed"),
        ("base: x.yaml\n", "'targets' is missing"),
    ],
)
def test_a_fault_in_the_targets_is_told(wrong: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "targets.yaml"
    path.write_text(wrong)
    done = CliRunner().invoke(calibrate, ["--targets", str(path)])
    assert done.exit_code == 1
    assert said in done.output
