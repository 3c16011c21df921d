"""One scenario, one seed: the file of results has the same bytes on every processor."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

_RUN = """
import sys
from sim.cli import main
from sim.model import native
if sys.argv[1] == "compiled":
    assert native.sections(wait=True), native.why_not()
sys.argv[:2] = ["entente", "run"]
main()
"""


def digest(folder: Path, scenario: str, *, compiled: bool = True, cpu: str = "", new: bool) -> str:
    """Of results.nc, played for one processor, NumPy with or without the newer instructions."""
    told = {**os.environ, "ENTENTE_COMPILED": "1" if compiled else "0"}
    if cpu:
        told["NUMBA_CPU_NAME"] = cpu
    if not new:
        umath = np._core._multiarray_umath  # type: ignore[attr-defined]
        known = [f for f in umath.__cpu_dispatch__ if umath.__cpu_features__[f]]
        told["NPY_DISABLE_CPU_FEATURES"] = " ".join(known)
    how = "compiled" if compiled else "uncompiled"
    asked = [sys.executable, "-c", _RUN, how, scenario, "--out", str(folder)]
    asked += ["--runs", "24", "--no-notes", "-q"]
    done = subprocess.run(asked, env=told, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return hashlib.sha256((folder / "results.nc").read_bytes()).hexdigest()


@pytest.mark.parametrize("scenario", ["northeast-asia-2016", "unquiet-world"])
def test_results_have_the_same_bytes_on_every_processor(tmp_path: Path, scenario: str) -> None:
    import llvmlite.binding as llvm

    found = {
        "this one": digest(tmp_path / "new", scenario, new=True),
        "uncompiled": digest(tmp_path / "plain", scenario, compiled=False, new=False),
    }
    if platform.machine() in ("x86_64", "AMD64"):
        found["x86-64"] = digest(tmp_path / "old", scenario, cpu="x86-64", new=False)
        if llvm.get_host_cpu_features().get("avx2"):
            found["haswell"] = digest(tmp_path / "middle", scenario, cpu="haswell", new=False)
    assert len(set(found.values())) == 1, found
