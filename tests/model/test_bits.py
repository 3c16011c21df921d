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

from sim.model import native
from sim.model.compiled import CompiledScenario
from sim.model.recorder import Recorder
from sim.model.world import World
from sim.scenario.loading import build
from tests.fixtures.scenarios import QUARTET

SCENARIOS = ("northeast-asia-2016", "unquiet-world")
_RUN = """
import sys
from sim.cli import main
from sim.model import native
how, folder, *scenarios = sys.argv[1:]
if how == "compiled":
    assert native.sections(wait=True), native.why_not()
for name in scenarios:
    sys.argv = ["entente", "run", name, "--out", f"{folder}/{name}"]
    sys.argv += ["--runs", "24", "--no-notes", "-q"]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code
"""


def digests(folder: Path, *, compiled: bool = True, cpu: str = "", new: bool) -> list[str]:
    """Of results.nc, played for one processor, NumPy with or without the newer instructions."""
    told = {**os.environ, "ENTENTE_COMPILED": "1" if compiled else "0"}
    if cpu:
        told["NUMBA_CPU_NAME"] = cpu
    if not new:
        umath = np._core._multiarray_umath  # type: ignore[attr-defined]
        known = [f for f in umath.__cpu_dispatch__ if umath.__cpu_features__[f]]
        told["NPY_DISABLE_CPU_FEATURES"] = " ".join(known)
    how = "compiled" if compiled else "uncompiled"
    asked = [sys.executable, "-c", _RUN, how, str(folder), *SCENARIOS]
    done = subprocess.run(asked, env=told, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    files = (folder / name / "results.nc" for name in SCENARIOS)
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


def test_results_have_the_same_bytes_on_every_processor(tmp_path: Path) -> None:
    import llvmlite.binding as llvm

    wanted = digests(tmp_path / "new", new=True)
    assert digests(tmp_path / "plain", compiled=False, new=False) == wanted
    if platform.machine() in ("x86_64", "AMD64"):
        assert digests(tmp_path / "old", cpu="x86-64", new=False) == wanted
        if llvm.get_host_cpu_features().get("avx2"):
            assert digests(tmp_path / "middle", cpu="haswell", new=False) == wanted


def test_runs_that_break_down_are_told_alike_compiled_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if native.sections(wait=True) is None:
        pytest.skip("the model is not compiled here")
    compiled = CompiledScenario(build(QUARTET))
    noise = np.where(np.arange(9) % 2, -np.nan, 0.03)
    told: list[Recorder] = []
    for sections in (native.sections, lambda wait=False: None):
        monkeypatch.setattr(native, "sections", sections)
        world = World(compiled, 3, 5, 9, given={"coefficients.noise.support": noise})
        world.play()
        told.append(world.records)
    one, other = told
    assert list(one.reasons) == [1, 3, 5, 7]
    assert one.reasons == other.reasons
    for name in ("state", "choice", "accepted", "happened", "status", "watched", "failed"):
        here, there = (np.ascontiguousarray(getattr(each, name)) for each in told)
        assert here.tobytes() == there.tobytes(), name
    assert not np.signbit(one.state[np.isnan(one.state)]).any()
