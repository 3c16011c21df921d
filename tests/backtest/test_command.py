"""``python -m sim.backtest`` fits, forecasts, scores, and keeps a record that is remade alike."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from sim.backtest import __main__ as command
from sim.backtest import fit, run
from sim.backtest.plan import AT_REST, MODEL, PLAN, WITHOUT_THEORY
from sim.backtest.rivals import RIVALS
from tests.backtest.made_up import plan, write_tables
from tests.fixtures.paths import ROOT


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "RUNS_OF_DRAW", 8)
    monkeypatch.setattr(fit, "CHAINS", 4)
    monkeypatch.setattr(fit, "EVEN", 4)
    monkeypatch.setattr(run, "_EACH", 2)
    monkeypatch.setattr(command, "load_plan", lambda path: plan())


def test_a_small_backtest_from_end_to_end(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    words = ["--data", str(data), "--steps", "1", "--workers", "1"]
    texts = []
    for name in ("one.yaml", "two.yaml"):
        done = CliRunner().invoke(command.backtest, [*words, "--out", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        texts.append((tmp_path / name).read_text("utf-8"))
    assert texts[0] == texts[1]
    assert "test, ties: skill" in done.output
    found = yaml.safe_load(texts[0])
    assert set(found["periods"]) == {"fitted", "test"}
    for period, starts in (("fitted", 5), ("test", 3)):
        conflict = found["periods"][period]["kinds"]["conflict"]
        whole = 6 * 3 * starts
        later = 6 if period == "test" else 0  # the record ends in 2012
        assert conflict["forecasts"] == whole - later
        assert set(conflict["scores"]) == {MODEL, AT_REST, WITHOUT_THEORY, *RIVALS}
        assert len(conflict["by_series"]) == 6
    ranges = [set(found["fitted"][name]["ranges"]) for name in (MODEL, WITHOUT_THEORY)]
    assert ranges[0] - ranges[1] == set(plan().theory)


def test_a_folder_without_data_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(command.backtest, ["--data", str(tmp_path / "nowhere")])
    assert done.exit_code == 1
    assert "nowhere: there is no such folder" in done.output


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("fitted_until: 2013", "the fit ends in 2013, and starts are from 2003 to 2013"),
        ("states: [XX, JPN]", "XX"),
        ("theory: [reason]", "nothing of the name 'reason' is fitted"),
    ],
)
def test_a_fault_in_the_plan_is_told(
    wrong: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    key = wrong.split(":")[0]
    lines = (ROOT / PLAN).read_text("utf-8").splitlines()
    text = "\n".join(wrong if line.startswith(f"{key}:") else line for line in lines)
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(command.backtest, ["--data", ".", "--plan", str(path)])
    assert done.exit_code == 1
    assert said in done.output
