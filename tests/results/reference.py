"""What some scenarios came to, kept: ``python -m tests.results.reference`` writes it anew.

Moves and events are kept as a digest of all of them, numbers by their means: a digest of
floating-point numbers would differ between releases of NumPy.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

import sim

KEPT = Path(__file__).with_suffix(".json")
SCENARIOS = ("two-neighbours", "northeast-asia-2016", "unquiet-world", "crimea-2014")
RUNS, SEED = 24, 7


def reference(name: str) -> dict[str, Any]:
    """A digest of what is whole or yes and no, and the mean of each variable that is a number."""
    data = sim.run(name, runs=RUNS, seed=SEED).data
    digest, means = hashlib.sha256(), {}
    for key in sorted(map(str, data.data_vars)):
        values = data[key].values
        if values.dtype.kind == "f":
            means[key] = float(np.nanmean(values)) if np.isfinite(values).any() else None
        elif values.dtype.kind in "biu":
            digest.update(f"{key} {values.shape}".encode())
            digest.update(np.ascontiguousarray(values, dtype="<i8").tobytes())
    return {"discrete": digest.hexdigest(), "means": means}


if __name__ == "__main__":
    found = {name: reference(name) for name in SCENARIOS}
    KEPT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8", newline="\n")
