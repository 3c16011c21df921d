"""How soon a command shows that it works, on a terminal such as a user has."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from typing import Any

from tests.benchmarks.machine import environment
from tests.fixtures.paths import ROOT

SCENARIO = "scenarios/yamaguchi-2016.yaml"
PROGRESS = re.compile(rb"\d+/[\d,]+")
"""What only the line of progress says: so many of so many runs."""
IMPORTED = re.compile(rb"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)")
STANDARD = "Python's own library"
MOST = 60.0
"""Seconds that are waited for it."""


def first_progress(scenario: str = SCENARIO, *, imports: bool = False) -> tuple[float, bytes]:
    """Start a run under a pseudo-terminal and wait for its first line of progress.

    Parameters
    ----------
    scenario : str
    imports : bool
        Let Python say what it imports, and how long each import takes.

    Returns
    -------
    (float, bytes)
        Seconds from the start of the process, and all that was shown until then.

    Raises
    ------
    RuntimeError
        When the command ends, or a minute goes by, without it.
    """
    import pty

    ours, theirs = pty.openpty()
    surroundings = {**environment(), "TERM": "xterm-256color", "COLUMNS": "100"}
    if imports:
        surroundings["PYTHONPROFILEIMPORTTIME"] = "1"
    with tempfile.TemporaryDirectory(prefix="entente-") as folder:
        command = [sys.executable, "run.py", "run", scenario, "--out", f"{folder}/out"]
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=surroundings, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        try:
            return _wait(ours, start)
        finally:
            process.kill()
            process.wait()
            os.close(ours)


def _wait(terminal: int, start: float) -> tuple[float, bytes]:
    shown = b""
    while time.perf_counter() - start < MOST:
        try:
            read = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        shown += read
        if not read or PROGRESS.search(shown):
            break
    seconds = time.perf_counter() - start
    if not PROGRESS.search(shown):
        last = shown.decode("utf-8", "replace").strip().splitlines()[-3:]
        raise RuntimeError("the command showed no progress: " + " ".join(last))
    return seconds, shown


def startup(repeats: int = 5) -> dict[str, Any]:
    """Measure it often, with warm files, and find what the imports before it cost.

    Returns
    -------
    dict
        ``seconds`` of each time; ``imports``, seconds by package, most first. Python
        is slower while it keeps account of imports: read their shares.
    """
    first_progress()  # which warms the files
    seconds = [first_progress()[0] for _ in range(repeats)]
    _, shown = first_progress(imports=True)
    spent: dict[str, float] = defaultdict(float)
    for took, module in IMPORTED.findall(shown):
        package = module.decode("ascii").partition(".")[0]
        spent[STANDARD if package in sys.stdlib_module_names else package] += int(took) / 1e6
    order = sorted(spent.items(), key=lambda item: -item[1])
    return {"seconds": seconds, "imports": dict(order)}
