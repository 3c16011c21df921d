"""The lowest and the newest versions that ``pyproject.toml`` allows, each tried with a few tests.

``python -m tests.versions`` makes an environment for each: the lowest on the oldest
Python that the program runs on, the newest on the newest that this machine has. What
that Python cannot have is said, and so is a trial that cannot be made at all.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.__main__ import counts
from tests.fixtures.environments import OLDEST, clean, interpreters, tool
from tests.fixtures.paths import ROOT

TOOLS = ("pytest>=8.4", "hypothesis>=6.130", "httpx>=0.28", "httpx2>=2")
"""Starlette's test client asks by httpx in its first releases, by httpx2 in later ones."""
ALWAYS = (
    "tests/model/test_block.py", "tests/model/test_once.py", "tests/model/test_vectors.py",
    "tests/studies/run/test_page.py", "tests/evaluation/test_rules.py",
    "tests/scenario/test_load.py", "tests/cli/test_export.py", "tests/classroom/web/test_guard.py",
)  # fmt: skip
OF_ANALYSIS = ("tests/studies/discovery/test_boxes.py", "tests/studies/sensitivity/test_indices.py")


@dataclass(frozen=True)
class Trial:
    """What is installed together, and what must pass there.

    Attributes
    ----------
    which : str
        In words.
    extras : str
        Of the project, after its name.
    tests : tuple of str
    lenient : str
        Rule for a warning that is no fault of the program's.
    how : tuple of str
        Options of ``uv pip install``.
    ahead : tuple of str
        What is allowed, and is not chosen unless asked for.
    """

    which: str
    extras: str
    tests: tuple[str, ...]
    lenient: str
    how: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()


# An old release beside the newest of what it needs in turn is told that it is deprecated.
_LOW = "ignore::DeprecationWarning"
_LEAST = ("--resolution", "lowest-direct")
# The extra's libraries raise the lower ends of others, and so have a trial of their own.
LOWEST = (
    Trial("lowest versions", "[parquet]", ALWAYS, _LOW, _LEAST),
    Trial("lowest versions with the extra analysis", "[analysis]", OF_ANALYSIS, _LOW, _LEAST),
)
NEWEST = Trial(
    "newest versions", "[analysis,parquet]", (*ALWAYS, *OF_ANALYSIS),
    # Tests leave sessions' files to the garbage collector, of which Python 3.13 complains.
    lenient="ignore:unclosed database:ResourceWarning",
    ahead=("mesa[network]>=4.0.0a0", "ema-workbench>=3"),
)  # fmt: skip


def main() -> int:
    """Make all trials; 0 where all tests passed that could be run."""
    there = interpreters()
    if tool() is None:
        print("The lowest and newest versions: not tried, since uv is not here.")
        return 0
    if OLDEST not in there:
        print(f"The lowest versions: not tried, since Python {_shown(OLDEST)} is not here.")
    tried = [tried_on(trial, OLDEST, there[OLDEST]) for trial in LOWEST if OLDEST in there]
    tried.append(tried_on(NEWEST, max(there), there[max(there)]))
    return int(not all(tried))


def tried_on(trial: Trial, version: tuple[int, int], python: str) -> bool:
    """Install what a trial wants on a Python, and run its tests."""
    told = f"The {trial.which}, Python {_shown(version)}"
    project = f"{ROOT}{trial.extras}"
    with tempfile.TemporaryDirectory(prefix="entente-") as place:
        environment = Path(place) / "env"
        made = _uv("venv", "-q", "--python", python, environment)
        if made.returncode:
            print(f"{told}: no environment can be made: {_reason(made.stderr)}")
            return False
        install = ("pip", "install", "-q", "--python", environment)
        ahead = []
        for wanted in trial.ahead:
            asked = _uv(*install, "--dry-run", "-e", project, wanted)
            if asked.returncode:
                print(f"{told}: {wanted} cannot be installed: {_reason(asked.stderr)}")
            else:
                ahead.append(wanted)
        done = _uv(*install, *trial.how, "-e", project, *TOOLS, *ahead)
        if done.returncode:
            print(f"{told}: cannot be installed together: {_reason(done.stderr)}")
            return False
        frozen = _uv("pip", "freeze", "--python", environment).stdout
        print(f"{told}: {', '.join(_direct(frozen))}", flush=True)
        run = next(path for path in environment.glob("*/python*") if path.stem == "python")
        options = ("-p", "no:cacheprovider", "-W", trial.lenient)
        command: list[str | Path] = [run, "-m", "pytest", *options, *trial.tests]
        tested = subprocess.run(
            command, cwd=ROOT, env=clean(), capture_output=True, text=True, check=False
        )
    closing = next((line for line in tested.stdout.splitlines()[::-1] if " in " in line), "")
    if tested.returncode:
        print(tested.stdout + tested.stderr)
    found = counts(closing)
    print(f"{told}: {found}", flush=True)
    return not tested.returncode and not found.startswith("0 passed")


def _direct(frozen: str) -> list[str]:
    """What was installed of what ``pyproject.toml`` names, with versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["analysis"], *extras["parquet"]]
    names = {re.split(r"[\[<>=~! ]", line)[0].lower() for line in wanted}
    found = (line.split("==") for line in frozen.splitlines() if "==" in line)
    return [f"{name} {version}" for name, version in found if name.lower() in names]


def _uv(*words: object) -> subprocess.CompletedProcess[str]:
    command: Sequence[str] = [*(tool() or ()), *map(str, words)]
    return subprocess.run(command, env=clean(), capture_output=True, text=True, check=False)


def _reason(said: str) -> str:
    """What uv says, in one line."""
    return " ".join(re.sub(r"[│╰─▶×]", " ", said).split())[:400]


def _shown(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


if __name__ == "__main__":
    sys.exit(main())
