"""Runs beyond memory from the command line: what is kept, resumed, exported and run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.reporting import output_folder
from sim.results.bounded_tally import unlabelled
from tests.cli.test_process import answer, start, unix
from tests.fixtures.paths import ROOT
from tests.fixtures.typed_command import Entente, left_in

pytestmark = pytest.mark.usefixtures("no_plots")
PLACE = Path("reports") / "world"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.model.compiled.CompiledScenario.block", 8)
    monkeypatch.setattr("sim.simulation.checkpoints.MOST_RUNS", 20)


def test_many_runs_leave_a_tally_and_say_so(entente: Entente) -> None:
    typed = entente("run", "world.yaml", "--runs", 50)
    assert typed.code == 0
    assert "Whole paths are kept of the first 20 runs, a tally of all" in typed.out
    assert left_in(PLACE) == {
        "report.html", "results.nc", "summary.nc", "events-first-20-runs.csv", "manifest.json",
    }  # fmt: skip
    assert sim.load_results(PLACE / "results.nc").sizes["run"] == 20
    assert unlabelled(sim.load_results(PLACE / "summary.nc")).runs == 50
    facts = json.loads((PLACE / "manifest.json").read_text())
    assert (facts["runs"], facts["kept"]) == (50, 20)
    assert [part["file"] for part in facts["more"]] == ["summary.nc"]
    again = entente("rerun", PLACE)
    assert again.code == 0
    assert again.out.startswith("Same bytes: 50 runs, sha256 ")
    assert "Same bytes: summary.nc, sha256 " in again.out


def test_few_runs_after_many_leave_nothing_of_the_many(entente: Entente) -> None:
    assert entente("run", "world.yaml", "--runs", 50, "--keep", "all", "-q").code == 0
    assert {"results-2.nc", "results-3.nc", "summary.nc"} <= left_in(PLACE)
    assert entente("rerun", PLACE).code == 0
    assert "--keep all" in json.loads((PLACE / "manifest.json").read_text())["command"]
    assert entente("run", "world.yaml", "--runs", 4, "-q").code == 0
    assert left_in(PLACE) == {"report.html", "results.nc", "events.csv", "manifest.json"}


def test_all_moves_are_those_of_every_volume(entente: Entente) -> None:
    entente("run", "world.yaml", "--runs", 30, "--events", "all", "-q")
    few = (PLACE / "events-first-20-runs.csv").read_text("utf-8-sig").splitlines()
    entente("run", "world.yaml", "--runs", 30, "--keep", 25, "--events", "all", "-q")
    more = (PLACE / "events-first-25-runs.csv").read_text("utf-8-sig").splitlines()
    assert more[: len(few)] == few
    assert len(more) > len(few)
    assert {line.split(",")[0] for line in more[1:]} <= {str(run) for run in range(25)}


@pytest.mark.parametrize("value", ["0", "-3", "some", "1e3", "2000000000"])
def test_keep_is_a_number_or_all(value: str, entente: Entente) -> None:
    typed = entente("run", "world.yaml", "--keep", value)
    assert typed.code == 2
    assert f"--keep wants a number of runs, or 'all', not '{value}'" in typed.err


def test_resume_and_restart_do_not_go_together(entente: Entente) -> None:
    typed = entente("run", "world.yaml", "--resume", "--restart")
    assert typed.code == 2
    assert "give one" in typed.err


def test_there_must_be_something_to_resume(entente: Entente, desk: Path) -> None:
    before = left_in(desk)
    typed = entente("run", "world.yaml", "--resume")
    assert typed.code == 1
    assert typed.err == (
        f"Error: {PLACE}: there is no interrupted run to resume; run without --resume\n"
    )
    assert left_in(desk) == before


@pytest.fixture
def broken(entente: Entente, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run of 50 that was interrupted when its first volume was full; what it said."""
    monkeypatch.setattr("sim.reporting.output_folder.WORTH", 0.0)
    monkeypatch.setattr("sim.simulation.checkpoints.EVERY", 0.0)
    with monkeypatch.context() as patch:

        def stop(self: output_folder.Working, done: int) -> None:
            self.done = done
            if done >= 20:
                raise KeyboardInterrupt

        patch.setattr(output_folder.Working, "checkpoint", stop)
        typed = entente("run", "world.yaml", "--runs", 50, "-q")
    assert typed.code == 130
    assert not PLACE.exists()
    return typed.err


def test_an_interrupted_run_is_kept_and_goes_on(broken: str, entente: Entente, desk: Path) -> None:
    assert broken.strip() == (
        "Interrupted; 20 of 50 runs are kept: the same command with --resume goes on from there."
    )
    assert entente("run", "world.yaml", "--runs", 50, "-q", "--resume").code == 0
    found = (PLACE / "summary.nc").read_bytes()
    assert not [name for name in left_in(desk) if "entente-" in name]
    assert entente("run", "world.yaml", "--runs", 50, "-q").code == 0
    assert (PLACE / "summary.nc").read_bytes() == found


def test_an_interrupted_run_is_not_lost_by_a_new_one(broken: str, entente: Entente) -> None:
    typed = entente("run", "world.yaml", "--runs", 50, "-q")
    assert (typed.code, typed.err) == (
        1,
        f"Error: {PLACE}: an interrupted run lies here (20 of 50 runs); "
        "go on with --resume, or start over with --restart\n",
    )
    assert entente("run", "world.yaml", "--runs", 50, "-q", "--restart").code == 0


def test_only_the_same_can_be_resumed(broken: str, entente: Entente) -> None:
    typed = entente("run", "world.yaml", "--runs", 60, "--seed", 4, "-q", "--resume")
    assert typed.code == 1
    assert "the interrupted run (20 of 50 runs) is another one: seed was " in typed.err
    assert "runs was 50, and is 60" in typed.err
    assert "start over with --restart" in typed.err
    typed = entente("run", "world.yaml", "--runs", 50, "-q", "--resume", "--set",
                    "actors.north.power=2", "--out", PLACE)  # fmt: skip
    assert typed.code == 1
    assert "is another one: the scenario differs (its file, --set" in typed.err
    assert entente("run", "world.yaml", "--runs", 50, "-q", "--resume").code == 0


def test_what_is_soon_done_again_is_not_kept(entente: Entente, desk: Path) -> None:
    (draft := desk / "reports").mkdir()
    left = output_folder._draft(draft.resolve() / "world")
    left.mkdir()
    found = {"plan": {"runs": 50}, "done": 8, "seconds": 2.5}
    (left / output_folder.NAME).write_text(json.dumps(found))
    assert entente("run", "world.yaml", "--runs", 3, "-q").code == 0
    assert not left.exists()


def test_two_runs_do_not_write_to_one_place(entente: Entente, desk: Path) -> None:
    plan = {"runs": 3}
    with output_folder.working(PLACE, plan):
        typed = entente("run", "world.yaml", "--runs", 3, "-q")
        assert typed.code == 1
        assert "another run is writing there now; wait for its end, or name another" in typed.err
        assert left_in(desk / "reports"), "the other's draft was removed"


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (MemoryError(), "Error: not enough memory; ask for fewer runs"),
        (OSError(24, "Too many open files"), "cannot be written (Too many open files)"),
    ],
)
def test_what_is_kept_is_said_however_it_ends(
    end: Exception, said: str, entente: Entente, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.reporting.output_folder.WORTH", 0.0)

    def stop(*_: object) -> None:
        raise end

    with monkeypatch.context() as patch:
        patch.setattr("sim.studies.run.study.run_html", stop)
        typed = entente("run", "world.yaml", "--runs", 5, "-q")
    assert typed.code == 1
    assert said in typed.err
    assert "5 of 5 runs are kept: the same command with --resume goes on from there." in typed.err
    assert entente("run", "world.yaml", "--runs", 5, "-q", "--resume").code == 0


def test_quantiles_that_are_exported_are_those_of_all_runs(entente: Entente) -> None:
    import pandas as pd

    entente("run", "world.yaml", "--runs", 120, "--keep", "all", "-q")
    whole = sim.run(sim.load_scenario("world.yaml"), 120, keep=120).to_dataframe()
    assert entente("export", PLACE).code == 0
    found = pd.read_csv(PLACE / "tables" / "summary.csv", encoding="utf-8-sig")
    assert list(found) == list(whole)
    assert len(found) == len(whole)
    for name in ("q05", "q50", "q95"):
        gap = (found[name] - whole[name]).abs()
        assert gap[whole["outcome"] == "border"].max() < 0.5
    kept = pd.read_csv(PLACE / "tables" / "outcomes.csv", encoding="utf-8-sig")
    assert kept["run"].nunique() == 120


KILLED = """
import os, signal, sys
import sim.simulation.checkpoints as volumes, sim.reporting.output_folder as output_folder
from sim.model.compiled import CompiledScenario
volumes.EVERY, volumes.MOST_RUNS, CompiledScenario.block = 0.0, 20, 8
real = output_folder.Working.checkpoint
def checkpoint(self, done):
    real(self, done)
    if done >= 40:
        os.kill(os.getpid(), signal.SIGKILL)
output_folder.Working.checkpoint = checkpoint
sys.argv = ["run.py", "run", "world.yaml", "--runs", "400", "-q"]
from sim.cli import main
main()
"""


@unix
def test_a_killed_process_leaves_what_another_takes_up(entente: Entente, desk: Path) -> None:
    assert answer(start("-c", KILLED)).code == -signal.SIGKILL
    assert not PLACE.exists()
    typed = entente("run", "world.yaml", "--runs", 400, "-q", "--resume")
    assert (typed.code, typed.err) == (0, "")
    found = {name: (PLACE / name).read_bytes() for name in ("results.nc", "summary.nc")}
    entente("run", "world.yaml", "--runs", 400, "-q")
    for name, content in found.items():
        assert (PLACE / name).read_bytes() == content


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_disk_that_is_full(tmp_path: Path, desk: Path) -> None:
    """A real one: a file system in memory that is too small for the results."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        typed = answer(
            start(str(ROOT / "run.py"), "run", "world.yaml", "--runs", "600", "--out",
                  str(disk / "place"))
        )  # fmt: skip
        assert typed.code == 1
        assert "No space left on device" in typed.err
        assert len(typed.err.splitlines()) == 1
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)
