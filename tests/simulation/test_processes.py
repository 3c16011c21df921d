"""Processes as workers, seen from outside: how they start, how they end, what they leave."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.simulation.executors.processes import pipe, spawn
from tests.fixtures import worker_tasks as tasks
from tests.fixtures.paths import ROOT

# Where the model is not compiled, workers are processes.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "ENTENTE_COMPILED": "0"}
unix = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("ps"), reason="signals are those of Unix"
)

# Says the number of each process that is started.
TELL = """
import sys, time
import sim.simulation.executors.processes as processes
begin = processes._Worker.__init__
def told(self):
    begin(self)
    print(self.process.pid, flush=True)
processes._Worker.__init__ = told
"""
# Says so, too, when the first runs have come in.
COMMAND = (
    TELL
    + """
import sim.simulation.ensemble as ensemble
add = ensemble.Played.add
def added(self, part):
    add(self, part)
    print("playing", flush=True)
ensemble.Played.add = added
sys.argv = ["run.py", "compare", "scenarios/two-neighbours.yaml", "--with",
            "actors.south.power=0.6", "--runs", "1000000", "--workers", "2", "--out", {out!r}]
from sim.cli import main
main()
"""
)
SWEEP = """
import sim
print("begun", flush=True)
scenario = sim.load_scenario("scenarios/two-neighbours.yaml")
with sim.workers(2) as crew:
    found = sim.sweep(scenario, {"actors.south.power": [0.2, 0.8]}, runs=300, workers=crew)
print(found.data.sizes["run"])
"""


def start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def gone(pid: int) -> bool:
    """Whether a process is there no more; what init has not taken away yet does not count."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], stdout=subprocess.PIPE, text=True)
    return not shown.stdout.strip() or shown.stdout.strip().startswith("Z")


def all_gone(pids: list[int], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if all(map(gone, pids)):
            return True
        time.sleep(0.05)
    return False


def begun(process: subprocess.Popen[str], last: str = "playing\n") -> list[int]:
    """The numbers of two processes, once a line has come."""
    assert process.stdout is not None
    pids: list[int] = []
    for line in process.stdout:
        if line.strip().isdigit():
            pids.append(int(line))
        if len(pids) == 2 and last in (line, ""):
            break
    assert len(pids) == 2
    return pids


@unix
@pytest.mark.parametrize("last", ["playing\n", ""], ids=["at work", "while they start"])
def test_ctrl_c_ends_all_at_once_with_one_line(last: str, tmp_path: Path) -> None:
    process = start("-c", COMMAND.format(out=str(tmp_path / "out")))
    pids = begun(process, last)
    if not last:
        time.sleep(0.1)  # Python itself is up, and imports
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.strip() == "Interrupted; nothing half-written was left behind."
    assert all_gone(pids, 0.2)
    assert not (tmp_path / "out").exists()


@unix
def test_ctrl_c_is_kept_from_a_worker_from_its_very_start() -> None:
    """Or one that still imports would print where it was."""
    (there, ours), (answers, theirs) = pipe(), pipe()
    process = spawn(tasks.tell_deaf, there, theirs)
    assert answers.recv() is True
    process.join()
    for end in (there, ours, answers, theirs, process):
        end.close()
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@unix
def test_whoever_is_told_to_end_ends_its_workers(tmp_path: Path) -> None:
    process = start("-c", COMMAND.format(out=str(tmp_path / "out")))
    pids = begun(process)
    process.terminate()
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip().count("\n")) == (130, 0)
    assert all_gone(pids, 0.2)


@unix
@pytest.mark.parametrize("last", ["playing\n", ""], ids=["at work", "while they start"])
def test_workers_go_when_the_one_they_work_for_is_killed(last: str, tmp_path: Path) -> None:
    process = start("-c", COMMAND.format(out=str(tmp_path / "out")))
    pids = begun(process, last)
    process.kill()
    _, err = process.communicate(timeout=30)
    assert all_gone(pids, 10)
    assert err == ""


@unix
def test_idle_workers_go_too_when_the_one_they_work_for_is_killed() -> None:
    process = start("-c", FORGETFUL + "time.sleep(60)")
    pids = begun(process, "playing 1\n")
    time.sleep(0.5)
    process.kill()
    _, err = process.communicate(timeout=30)
    assert all_gone(pids, 10)
    assert err == ""


@pytest.mark.parametrize("way", ["a file", "a pipe", "a word"])
def test_a_script_needs_no_guard_and_leaves_nothing_behind(way: str, tmp_path: Path) -> None:
    """Run once, not anew by each worker; no warning of anything left open."""
    script = tmp_path / "script.py"
    script.write_text(SWEEP)
    words = {"a file": [str(script)], "a pipe": ["-"], "a word": ["-c", SWEEP]}[way]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", *words],
        cwd=ROOT, env=ENVIRONMENT, capture_output=True, encoding="utf-8",
        input=SWEEP if way == "a pipe" else None,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "begun\n300\n", "")


# Neither ends its workers itself.
FORGETFUL = (
    TELL
    + """
from sim.simulation.executors.processes import Processes
from tests.fixtures import worker_tasks as tasks
crew = Processes(2)
answers = crew.map(tasks.square, range(1000))
print("playing", next(answers) + next(answers), flush=True)
del answers
"""
)


@unix
def test_workers_that_were_forgotten_go_with_the_program() -> None:
    process = start("-c", FORGETFUL)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert all_gone([int(line) for line in out.splitlines() if line.isdigit()], 0.2)


NO_MORE = """
import resource, sim
scenario = sim.load_scenario("scenarios/two-neighbours.yaml")
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
with sim.workers(30) as crew:
    try:
        values = [0.1 * nth for nth in range(1, 10)]
        sim.sweep(scenario, {"actors.south.power": values}, runs=9000, workers=crew)
    except sim.SimError as error:
        print(error)
"""


@unix
def test_more_workers_than_the_system_allows_are_refused() -> None:
    process = start("-W", "error", "-c", NO_MORE)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert "of 30 cannot be started (Too many open files); use fewer workers (workers)" in out
