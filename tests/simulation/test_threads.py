"""Threads as workers: the order of answers, errors, and Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sim.errors import SimError
from sim.model import native
from sim.simulation.executors.threads import AHEAD, Threads
from tests.fixtures.paths import ROOT


def test_answers_come_in_the_order_of_the_tasks_and_few_are_taken_ahead() -> None:
    taken: list[int] = []

    def tasks() -> object:
        for number in range(40):
            taken.append(number)
            yield number

    def nap(number: int) -> int:
        time.sleep(0.002 * (number % 3))
        return number

    with Threads(2) as crew:
        for place, found in enumerate(crew.map(nap, tasks())):  # type: ignore[arg-type]
            assert found == place
            assert len(taken) <= place + 1 + AHEAD * crew.count


def test_several_threads_do_the_work() -> None:
    together = threading.Barrier(2, timeout=20)
    with Threads(2) as crew:
        assert len(list(crew.map(lambda _: together.wait(), range(4)))) == 4


def test_an_error_arrives_and_the_rest_is_left() -> None:
    done: list[int] = []

    def work(number: int) -> None:
        if number == 3:
            raise SimError("this one")
        done.append(number)

    with Threads(2) as crew, pytest.raises(SimError, match="this one"):
        list(crew.map(work, range(1000)))
    assert len(done) < 20


COMMAND = """
import sys
import sim.simulation.ensemble as ensemble
add = ensemble.Played.add
def added(self, part):
    add(self, part)
    sys.stdout.write("playing\\n")  # in one piece: threads write side by side
    sys.stdout.flush()
ensemble.Played.add = added
sys.argv = ["run.py", "compare", "scenarios/two-neighbours.yaml", "--with",
            "actors.south.power=0.6", "--runs", "10000000", "--workers", "2", "--out", {out!r}]
from sim.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
def test_ctrl_c_ends_threads_with_one_line(tmp_path: Path) -> None:
    if native.sections(wait=True) is None:
        pytest.skip("the model is not compiled here")
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND.format(out=str(tmp_path / "out"))],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "playing\n"
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == "Interrupted; nothing half-written was left behind."
    assert not (tmp_path / "out").exists()
