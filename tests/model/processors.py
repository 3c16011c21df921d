"""Python in a process whose NumPy uses none of the processor's newer instructions."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np


def printed_plainly(code: str) -> str:
    """What a piece of code prints there."""
    umath = np._core._multiarray_umath  # type: ignore[attr-defined]
    features = [f for f in umath.__cpu_dispatch__ if umath.__cpu_features__[f]]
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(features)}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True, timeout=120
    ).stdout
