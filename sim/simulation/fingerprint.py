"""Whether two machines would give the same results: the same code, the same versions."""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sim.errors import DISTRIBUTION

_PACKAGES = ("numpy", "scipy", "mesa")
"""Those that runs are made with."""


@lru_cache(maxsize=1)
def origin() -> dict[str, str]:
    """What results of this machine come from: versions by name, and a digest of the code."""
    python = ".".join(platform.python_version_tuple()[:2])
    found = {"entente": package_version(), "code": _code(), "python": python}
    return found | {name: package_version(name) for name in _PACKAGES}


def mismatch(here: dict[str, str], there: dict[str, str]) -> str:
    """What is otherwise there, in words; nothing where all is the same."""
    return ", ".join(
        f"{name} {there.get(name, 'absent')} instead of {wanted}"
        for name, wanted in here.items()
        if there.get(name) != wanted
    )


def _code() -> str:
    """A short digest of the package's own modules."""
    top = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(top.rglob("*.py")):
        digest.update(path.relative_to(top).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


@lru_cache(maxsize=16)
def package_version(name: str = DISTRIBUTION) -> str:
    """Version of a package, by default this one; a word that says so where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
