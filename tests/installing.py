"""Environments outside the checkout: the Pythons that there are, and what installs into them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

OLDEST = (3, 11)
WAIT = 600
"""Seconds after which a command is taken to hang."""


@cache
def interpreters() -> dict[tuple[int, int], str]:
    """The Pythons of this machine that the program may be installed on, by version."""
    named = [shutil.which(f"python3.{minor}") for minor in range(OLDEST[1], OLDEST[1] + 12)]
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    paths = [sys.executable, *named, *map(str, sorted(kept.glob("*/bin/python3")))]
    found: dict[tuple[int, int], str] = {}
    for path in filter(None, paths):
        asked = subprocess.run(
            [path, "-c", "import sys, venv; print(*sys.version_info[:2])"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if not asked.returncode:
            major, minor = map(int, asked.stdout.split())
            found.setdefault((major, minor), path)
    return {version: path for version, path in found.items() if version >= OLDEST}


def tool() -> list[str] | None:
    """How uv is called, which installs in seconds; None where there is pip alone."""
    if path := shutil.which("uv"):
        return [path]
    return [sys.executable, "-m", "uv"] if find_spec("uv") else None


def clean() -> dict[str, str]:
    """The machine's environment without anything that leads to the checkout."""
    ours = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {**{k: v for k, v in os.environ.items() if k not in ours}, "PYTHONUTF8": "1"}


def carried_out(words: Sequence[object], folder: Path) -> str:
    """What a command prints; fails where it fails."""
    done = subprocess.run(
        [str(word) for word in words], cwd=folder, env=clean(), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=WAIT,
    )  # fmt: skip
    said = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, f"{shlex.join(map(str, words))}\n{said}"
    return said
