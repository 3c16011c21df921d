"""Runs per second of this engine beside the same model by other means.

``python -m tests.benchmarks`` plays one scenario for the same rounds with every
contestant, each measurement in a process of its own, on one core, in turn, so
that what else the machine does hits all alike. This engine's results are dropped
block by block. Machines differ: read the ratios before the seconds.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tests.benchmarks import figures
from tests.benchmarks.child import Job
from tests.benchmarks.contestants import CONTESTANTS
from tests.benchmarks.machine import described
from tests.benchmarks.measure import measured
from tests.fixtures.paths import BASE

MOST_PLAYED = 200_000
"""Runs that one size plays over all repeats: large sizes are repeated less."""
SMALL = 100
"""Up to here a measurement is over so soon that each child takes it :data:`AGAIN` times."""
AGAIN = 5


def sizes(options: argparse.Namespace) -> dict[tuple[str, int], int]:
    """How often each contestant is measured at each of its sizes."""
    return {
        (key, size): max(1, min(options.repeats, MOST_PLAYED // size))
        for key in options.contestants
        for size in (options.sizes if key == "engine" else [options.plain_runs])
    }


def measure(scenario: Path, plan: dict[tuple[str, int], int]) -> list[dict[str, Any]]:
    """Measure everything in turn, and again until each has had its repeats."""
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for repeat in range(max(plan.values())):
        for (key, size), repeats in plan.items():
            row = rows.setdefault((key, size), _row(key, size))
            if repeat < repeats and not {"missing", "failed"} & set(row):
                times = AGAIN if size <= SMALL and key == "engine" else 1
                _add(row, measured(Job(key, str(scenario), size, times)))
    return list(rows.values())


def _row(key: str, size: int) -> dict[str, Any]:
    contestant = CONTESTANTS[key]
    row: dict[str, Any] = {"key": key, "name": contestant.name, "runs": size}
    return {**row, "missing": contestant.missing} if contestant.missing else row


def _add(row: dict[str, Any], found: dict[str, Any]) -> None:
    for name in ("seconds", "cpu_seconds"):
        if name in found:
            row[name] = [*row.get(name, []), *found[name]]
    for name in ("ready_seconds", "before_bytes", "peak_bytes"):
        if found.get(name) is not None:
            row[name] = max(row.get(name, 0), found[name])
    if "failed" in found:
        row["failed"] = found["failed"]


def part(options: argparse.Namespace) -> dict[str, Any]:
    """Measure what the options ask for, with all that a reader must know beside it."""
    from sim.scenario.loading import load_scenario

    described_as = load_scenario(options.scenario).description
    actors = len(described_as.actors)
    return {
        "made": described(),
        "scenario": options.scenario.stem,
        "rounds": described_as.calendar.rounds,
        "directions": actors * (actors - 1),
        "contestants": measure(options.scenario, sizes(options)),
    }


def main() -> None:
    """Measure, print a table and, if asked, write the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--scenario", type=Path, default=BASE)
    parser.add_argument("--contestants", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS))
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 100, 10_000, 100_000],
                        help="runs at a time of this engine")  # fmt: skip
    parser.add_argument("--plain-runs", type=int, default=8, help="runs of the plain models")
    parser.add_argument("--repeats", type=int, default=4)
    parser.add_argument("--json", type=Path, help="file of figures to put them into")
    options = parser.parse_args()
    found = part(options)
    print(figures.machine(found["made"]))
    print(f"{found['scenario']}, {found['rounds']} rounds, one process, one thread; "
          f"median of up to {options.repeats} repeats\n")  # fmt: skip
    print(figures.contestants(found).plain())
    print("\n".join(["", *figures.told(found)]))
    if options.json:
        figures.keep(options.json, "suite", found)


if __name__ == "__main__":
    main()
