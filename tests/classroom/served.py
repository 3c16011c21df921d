"""A classroom served by a process of its own, as a teacher starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.classroom.rehearsal.browser import Browser
from tests.paths import ROOT

SMALL = ROOT / "scenarios" / "two-neighbours.yaml"
PATIENCE = 30.0
"""Seconds after which a process that should have ended is killed, and the test fails."""


@dataclass
class Served:
    """A server that runs.

    Attributes
    ----------
    said : str
        What it has printed so far.
    """

    process: subprocess.Popen[str]
    said: str

    @property
    def base(self) -> str:
        return self._told(r"Students:\s+(\S+)")

    @property
    def code(self) -> str:
        return self._told(r"Code:\s+([A-Z]{4})\b")

    @property
    def key(self) -> str:
        return self._told(r"/teacher#(\S+)")

    def _told(self, pattern: str) -> str:
        found = re.search(pattern, self.said)
        assert found is not None, self.said
        return found[1]

    def teacher(self) -> Browser:
        """A browser of the teacher's, let in."""
        browser = Browser(self.base)
        assert browser.post("/teacher", {"key": self.key}).status == 303
        return browser

    def stop(self, how: int = signal.SIGINT) -> tuple[int, str, str]:
        """Stop it; gives the exit code, and the rest of what it said."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@contextmanager
def served(folder: Path, *words: object) -> Iterator[Served]:
    """Serve a classroom from a folder; whatever happens, no process is left."""
    command = [sys.executable, str(ROOT / "run.py"), "classroom", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
        env=environment,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Code:" in line:
                break
        yield Served(process, said)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
