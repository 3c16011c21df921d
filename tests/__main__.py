"""All that CI runs, by one command: ``python -m tests``.

Each check is run even where an earlier one failed, so that one round of mending
is enough. The last line counts the tests, in words that a log reader can find.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence

from tests.fixtures.paths import ROOT

CHECKS: dict[str, list[str]] = {
    "lint": ["-m", "ruff", "check", "--quiet", "."],
    "format": ["-m", "ruff", "format", "--check", "--quiet", "."],
    "types": ["-m", "mypy", "--no-error-summary"],
    # Before the tests, each of whose processes would compile it for itself.
    "compiled model": ["-c", "from sim.model import native; assert native.sections(wait=True)"],
    "import direction": ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
}
TESTS = ["-m", "pytest", "-n", "auto", "--dist", "worksteal", "-rs"]
"""Each worker takes tests that stand side by side, and so makes what they share once; who has
none left takes of another's, so that none waits at the end."""

_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")


def main(arguments: Sequence[str] = ()) -> int:
    """Run every check; more arguments go to pytest.

    Returns
    -------
    int
        0 where all is well, else 1.
    """
    wrong = [name for name, command in CHECKS.items() if not _check(name, command)]
    start = time.perf_counter()
    code, closing = _stream([*TESTS, *arguments])
    if code:
        wrong.append("tests")
    _say("tests", not code, start)
    if wrong:
        print(f"Failed: {', '.join(wrong)}.")
    print(counts(closing), flush=True)
    return 1 if wrong else 0


def counts(closing: str) -> str:
    """Put pytest's closing line as ``N passed, N failed, N skipped``.

    Examples
    --------
    >>> counts("1 failed, 540 passed, 2 skipped, 1 error in 61.20s (0:01:01)")
    '540 passed, 2 failed, 2 skipped'
    """
    found = {word.rstrip("s"): int(number) for number, word in _COUNT.findall(closing)}
    passed = found.get("passed", 0) + found.get("xpassed", 0)
    failed = found.get("failed", 0) + found.get("error", 0)
    skipped = found.get("skipped", 0) + found.get("xfailed", 0)
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def _check(name: str, command: list[str]) -> bool:
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout + done.stderr)
    _say(name, not done.returncode, start)
    return not done.returncode


def _stream(command: list[str]) -> tuple[int, str]:
    """Run, show the output as it comes, and keep its last line of counts."""
    closing = ""
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            if _COUNT.search(line) and " in " in line:
                closing = line
    return running.returncode, closing


def _say(name: str, well: bool, start: float) -> None:
    seconds = time.perf_counter() - start
    print(f"{'ok' if well else 'FAILED':<8}{name:<20}{seconds:6.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
