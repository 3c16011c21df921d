"""Runs per second of the engine beside the plain Mesa oracle: ``python -m tests.benchmarks``.

Both run the same scenario for the same rounds, one process, in turn, several
times; the medians are compared. Machines differ and are shared: read the
ratio, not the seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

SCENARIO = Path(__file__).parents[2] / "scenarios" / "northeast-asia-2016.yaml"


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(path: Path, sizes: list[int], oracle_runs: int, repeats: int) -> list[dict[str, Any]]:
    """Median runs per second of the engine at each size and of ``mesa.batch_run``."""
    import mesa

    from sim.model.setting import Setting
    from sim.runs.ensemble import BLOCK, simulate
    from sim.scenario.build import load_scenario
    from tests.oracle_batch import BatchWorld

    scenario = load_scenario(path)
    rounds = scenario.description.calendar.rounds

    def engine(runs: int) -> None:
        setting = Setting(scenario)
        for first in range(0, runs, BLOCK):
            simulate(setting, 1, first, min(BLOCK, runs - first))

    def oracle() -> None:
        mesa.batch_run(
            BatchWorld,
            {"scenario": scenario, "seed": 1, "run": range(oracle_runs)},
            number_processes=1,
            max_steps=rounds,
            display_progress=False,
        )

    works: dict[str, tuple[int, Callable[[], None]]] = {
        "plain Mesa model, mesa.batch_run": (oracle_runs, oracle)
    }
    for size in sizes:
        works[f"this engine, {size:,} at a time"] = (size, partial(engine, size))
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, (_, work) in works.items():
            times[name].append(seconds(work))
    pairs = len(scenario.description.actors) * (len(scenario.description.actors) - 1)
    rows = []
    for name, (runs, _) in works.items():
        per_second = runs / statistics.median(times[name])
        rows.append(
            {
                "what": name,
                "runs_per_second": per_second,
                "decisions_per_second": per_second * rounds * pairs,
                "slowest": runs / max(times[name]),
                "fastest": runs / min(times[name]),
            }
        )
    return rows


def main() -> None:
    """Measure, print a table and, if asked, write it as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--scenario", type=Path, default=SCENARIO)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 100, 2000, 10_000])
    parser.add_argument("--oracle-runs", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    options = parser.parse_args()
    rows = measure(options.scenario, options.sizes, options.oracle_runs, options.repeats)
    plain = rows[0]["runs_per_second"]
    print(f"{options.scenario.stem}, {platform.machine()}, {os.cpu_count()} cores, "
          f"Python {platform.python_version()}, median of {options.repeats}")  # fmt: skip
    print(f"{'':40}{'runs/s':>10}{'(min to max)':>22}{'decisions/s':>14}{'ratio':>8}")
    for row in rows:
        spread = f"({row['slowest']:,.1f} to {row['fastest']:,.1f})"
        print(f"{row['what']:40}{row['runs_per_second']:>10,.1f}{spread:>22}"
              f"{row['decisions_per_second']:>14,.0f}"
              f"{row['runs_per_second'] / plain:>8,.1f}")  # fmt: skip
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
