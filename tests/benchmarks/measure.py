"""Children that measure, started one after the other or side by side."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.child import READY, Job
from tests.benchmarks.machine import environment


class Child:
    """A process that has been told its job and waits for the start.

    Parameters
    ----------
    job : Job
    patience : float, optional
        Seconds after which it is ended.
    """

    def __init__(self, job: Job, patience: float | None = None) -> None:
        self._patience = patience
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the result
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.child", job.written()],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
        )
        self._timer = threading.Timer(patience or 0, self._process.kill)
        if patience:
            self._timer.start()
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        self._early = "" if first.strip() == READY else first

    def go(self) -> None:
        """Let it play."""
        if self._process.stdin and self._process.poll() is None and not self._early:
            self._process.stdin.write("go\n")
            self._process.stdin.flush()

    def result(self) -> dict[str, Any]:
        """What it measured; ``failed``, in words, where it did not get so far."""
        with self._errors:
            out, _ = self._process.communicate()
            ended_by_us = self._patience is not None and not self._timer.is_alive()
            self._timer.cancel()
            self._errors.seek(0)
            told = self._errors.read().decode("utf-8", "replace").strip()
        text = (self._early + out).strip()
        if text:
            found: dict[str, Any] = json.loads(text.splitlines()[-1])
            return found
        if ended_by_us:
            return {"failed": f"over {self._patience:.0f} s"}
        last = told.splitlines()[-1] if told else ""
        return {"failed": last or f"ended with code {self._process.returncode}"}


def measured(job: Job, patience: float | None = None) -> dict[str, Any]:
    """Do one job in a child, and say on a terminal which it is."""
    if sys.stderr.isatty():
        scenario = Path(job.scenario).stem
        print(f"{job.contestant}: {job.runs:,} runs of {scenario}", file=sys.stderr, flush=True)
    child = Child(job, patience)
    child.go()
    return child.result()


def side_by_side(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Do several jobs at once: none begins before all are ready."""
    children = [Child(job) for job in jobs]
    for child in children:
        child.go()
    return [child.result() for child in children]
