"""A Dask cluster as workers: the same runs, and each way of its failing said in one line."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from sim.errors import ScenarioError, SimError
from sim.simulation import fingerprint
from sim.simulation.ensemble import Ensemble, Played, play
from sim.simulation.executors import dask_cluster, workers
from sim.simulation.executors.base import HERE
from sim.simulation.executors.dask_cluster import Cluster
from sim.theories.seating import seated
from tests.fixtures import worker_tasks as tasks
from tests.fixtures.paths import ROOT
from tests.fixtures.worker_tasks import Deadly, Nap
from tests.simulation.test_executors import RUNS, SCENARIO, same_runs

dask = pytest.importorskip("dask", reason="Dask is not installed")
distributed = pytest.importorskip("distributed", reason="Dask is not installed")
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # of Dask's own sockets


def started(workers: int) -> Any:
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
        silence_logs=logging.CRITICAL,
    )


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    with started(2) as found:
        yield found


@pytest.fixture(scope="module")
def crew(running: Any) -> Iterator[Cluster]:
    with Cluster(running.scheduler_address) as found:
        yield found


@pytest.mark.parametrize("kept", [0, RUNS])
def test_runs_are_those_of_one_process(kept: int, crew: Cluster) -> None:
    there = play(SCENARIO, RUNS, 4, kept=kept, accounted=True, workers=crew)
    same_runs(there, play(SCENARIO, RUNS, 4, kept=kept, accounted=True, workers=HERE))


def test_a_theory_from_a_file_goes_to_the_workers(crew: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def rule(view):\n    return view.open.argmax(axis=0) * view.open.any(axis=0)")
    seats = seated(f"{file}:rule", SCENARIO.description.actors)
    there = play(SCENARIO, 40, 4, seats=seats, accounted=True, workers=crew)
    same_runs(there, play(SCENARIO, 40, 4, seats=seats, accounted=True))


def test_answers_come_in_the_order_of_the_tasks(crew: Cluster) -> None:
    naps = [Nap(number, number * 7 % 5 * 4) for number in range(50)]
    assert list(crew.map(tasks.sleep, naps)) == list(range(50))
    assert list(crew.map(tasks.sleep, [])) == []


def test_few_tasks_are_taken_up(crew: Cluster) -> None:
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    answers = crew.map(tasks.square, endless())
    for nth in range(1, 40):
        assert next(answers) == nth * nth
        assert taken <= nth + dask_cluster._HELD * crew.count


def test_a_cluster_may_shrink(crew: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_counted", float("inf"))
    monkeypatch.setattr(crew, "_count", 10)
    answers = crew.map(tasks.square, range(60))
    assert next(answers) == 0
    monkeypatch.setattr(crew, "_count", 1)
    assert list(answers) == [number * number for number in range(1, 60)]


def test_a_worker_killed_in_the_middle_costs_no_run(running: Any, crew: Cluster) -> None:
    found = Played()
    work = Ensemble(SCENARIO, 4)
    for part in crew.map(work, work.batches(RUNS, accounted=True)):
        found.add(part)
        if len(found.blocks) == 1:
            first = next(iter(running.workers.values()))
            os.kill(first.process.pid, signal.SIGKILL)
    same_runs(found, play(SCENARIO, RUNS, 4, accounted=True))


def test_an_error_arrives_as_itself(crew: Cluster) -> None:
    with pytest.raises(ScenarioError) as caught:
        list(crew.map(tasks.fail, ["fine", "scenario"]))
    assert caught.value.faults == tasks.FAULTS
    assert caught.value.__cause__ is None


def test_a_slip_of_ours_says_where_in_the_worker(crew: Cluster) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        list(crew.map(tasks.fail, ["bug"]))
    assert "return 1 // 0" in caught.value.__notes__[0]


def test_who_is_there_is_not_asked_at_every_turn(
    crew: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = mock.Mock(wraps=crew._client.nthreads)
    monkeypatch.setattr(crew._client, "nthreads", ask)
    list(crew.map(tasks.square, range(100)))
    assert ask.call_count <= 2


def test_a_cluster_that_was_left_by_all_is_given_up(
    crew: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew._client, "nthreads", dict)
    monkeypatch.setattr(crew, "_counted", float("-inf"))
    assert crew.count == 1
    monkeypatch.setattr(crew, "_counted", float("-inf"))
    monkeypatch.setattr(crew, "_seen", time.monotonic() - dask_cluster.ALONE - 1)
    with pytest.raises(SimError, match="no worker has been there for 5 minutes; start one with"):
        assert crew.count


def test_a_worker_with_other_versions_is_refused(
    running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = {**fingerprint.origin(), "numpy": "1.0"}
    monkeypatch.setattr(dask_cluster, "origin", lambda: changed)
    with pytest.raises(SimError, match=r"a worker differs from this machine \(numpy .* of 1\.0\)"):
        Cluster(running.scheduler_address)


def test_one_that_comes_later_with_other_versions_is_refused(
    crew: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "origin", lambda: {**fingerprint.origin(), "code": "abc"})
    with pytest.raises(SimError, match=r"a worker differs from this machine \(code .* of abc\)"):
        list(crew.map(tasks.square, [1]))


def test_a_cluster_without_workers_is_refused() -> None:
    with started(0) as empty, pytest.raises(SimError, match="the cluster has no worker; start"):
        Cluster(empty.scheduler_address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "its port is missing"),
        ("tcp://here", "its port is missing"),
        ("tcp://:8786", "its host is missing"),
        ("", "its host is missing"),
        ("tcp://in here:8786", "its host has a space in it"),
        ("tcp://here:eighty", "its port is not a number from 1 to 65535"),
        ("tcp://here:0", "its port is not a number from 1 to 65535"),
        ("tls://[::1]:99999", "its port is not a number from 1 to 65535"),
        ("http://here:80", "an address does not begin with 'http://'"),
    ],
)
def test_what_is_no_address_is_refused_unasked(
    address: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "_connected", mock.Mock(side_effect=AssertionError))
    with pytest.raises(SimError, match="so no Dask scheduler answers there; write it as") as caught:
        Cluster(address)
    assert str(caught.value).startswith(f"cluster {address}: {said}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["10.0.0.5:8786", "tcp://[::1]:8786", "tls://head-1.example:1", "ws://a:9"]
)
def test_what_dask_takes_for_an_address_is_called(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "_connected", mock.Mock(side_effect=OSError("nobody is in")))
    with pytest.raises(SimError, match=r"no Dask scheduler answers there \(nobody is in\)"):
        Cluster(address)


def test_an_address_where_no_scheduler_is_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dask_cluster, "_PATIENCE", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SimError, match="no Dask scheduler answers there") as caught:
            Cluster(address)
    assert "Timed out trying to connect" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "address",
    ["nonsense", "inproc://nowhere"],
    ids=["refused unasked", "refused by Dask, whose client is left half made"],
)
def test_the_whole_command_says_one_line_and_ends(address: str, tmp_path: Path) -> None:
    words = [
        "run",
        ROOT / "scenarios" / "two-neighbours.yaml",
        "--runs",
        2,
        "--out",
        tmp_path / "o",
    ]
    typed = [sys.executable, ROOT / "run.py", *words, "--cluster", address]
    # Dask waits for the end of a client that could not connect, and then complains.
    done = subprocess.run(
        [str(word) for word in typed], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: --cluster {address}: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "o").exists()


def test_without_dask_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "find_spec", lambda name: None)
    with (
        pytest.raises(SimError, match=r"pip install 'entente-sim\[cluster\]'"),
        workers(cluster="tcp://127.0.0.1:8786"),
    ):
        pass


def test_a_scheduler_that_ends_in_the_middle_is_told_in_one_line() -> None:
    ending = started(2)
    with Cluster(ending.scheduler_address) as crew:
        answers = crew.map(tasks.sleep, (Nap(number, 20) for number in range(1000)))
        next(answers)
        ending.close()
        with pytest.raises(SimError, match="the scheduler has ended, or cannot be reached"):
            list(answers)


def test_a_task_that_no_worker_survives_is_named() -> None:
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        started(1) as frail,
        Cluster(frail.scheduler_address) as crew,
        pytest.raises(SimError, match="workers in a row were lost at 0:"),
    ):
        list(crew.map(Deadly(frozenset({0})), range(1)))
