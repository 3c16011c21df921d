"""What a figure was measured on: a figure without its machine says nothing."""

from __future__ import annotations

import datetime
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tests.fixtures.paths import ROOT

PACKAGES = ("mesa", "numpy", "scipy", "numba", "agentpy", "ema-workbench", "pandas")
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""What keeps the libraries under NumPy to one thread."""


def described() -> dict[str, Any]:
    """Date, version, processor, cores, memory and versions, as they go into a file of figures."""
    return {
        "date": datetime.date.today().isoformat(),
        "version": installed("entente-sim") or "unknown",
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_bytes": _total_memory(),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := installed(name))},
    }


def installed(package: str) -> str | None:
    """Version of a package, or nothing where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def environment() -> dict[str, str]:
    """Where a measured process lives: this one's surroundings, one thread, this checkout."""
    root = str(ROOT)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    found = {**os.environ, **THREADS, "PYTHONPATH": os.pathsep.join(paths)}
    found.pop("PYTHONDONTWRITEBYTECODE", None)  # which no user sets
    return found


def peak_memory() -> int | None:
    """Most memory this process has held so far, in bytes; unknown on Windows."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage: there a process starts with its parent's peak.
        line = next(x for x in status.read_text("ascii").splitlines() if x.startswith("VmHWM"))
        return 1024 * int(line.split()[1])
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _total_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
