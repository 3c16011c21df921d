"""How the time grows: with runs, rounds, actors and processes; and how soon a command begins.

``python -m tests.benchmarks.scaling`` measures this engine alone, each point in a
process of its own, on one core. A million runs take long and are asked for:
``--most 1000000``. ``--only`` measures some of the parts.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sim.model.vectors import LANES
from tests.benchmarks import crowd, figures, scaling_tables
from tests.benchmarks.child import Job
from tests.benchmarks.machine import described
from tests.benchmarks.measure import measured, side_by_side
from tests.benchmarks.startup import startup
from tests.fixtures.paths import BASE

Rows = list[dict[str, Any]]

CELLS = 2_000_000
"""Values, each of a candidate to an actor in one run, that a block of the crowd may hold."""
GIGABYTE = 10**9


def over_runs(options: argparse.Namespace) -> Rows:
    """Hundreds to a million runs; what came out of each block is dropped."""
    powers = [size for nth in range(2, 7) if (size := 10**nth) <= options.most]
    return in_turn(
        (
            ({"runs": runs}, Job("engine", str(options.scenario), runs), _repeats(options, runs))
            for runs in powers
        ),
        options.repeats,
    )


def over_rounds(options: argparse.Namespace) -> Rows:
    """The same runs, with shorter and longer calendars."""
    runs = options.runs
    return in_turn(
        (
            (
                {"rounds": rounds, "runs": runs},
                Job("engine", str(options.scenario), runs, rounds=rounds),
                options.repeats,
            )
            for rounds in options.rounds
        ),
        options.repeats,
    )


def over_actors(options: argparse.Namespace) -> Rows:
    """A generated scenario with more and more actors, all levers open between all.

    Getting ready (the index arrays) and the rounds are timed apart. Blocks are as
    wide as :data:`CELLS` allow, down to the runs of one vector: fewer cost as much.
    """
    rows = []
    with tempfile.TemporaryDirectory(prefix="entente-") as folder:
        for actors in options.actors:
            cells = crowd.LEVERS * actors**2 * (actors - 1)
            block = max(LANES, min(options.widest, CELLS // cells))
            path = crowd.write(Path(folder), actors, options.crowd_rounds)
            job = Job(
                "laid-out", str(path), block, times=2 if block == LANES else 3, block=block,
                warm=False, most_bytes=options.memory * GIGABYTE,
            )  # fmt: skip
            told = {"actors": actors, "candidates": cells // actors, "runs": block,
                    "rounds": options.crowd_rounds}  # fmt: skip
            rows.append({**told, **measured(job, options.patience)})
    return rows


def over_processes(options: argparse.Namespace) -> Rows:
    """The same runs by one process, by two workers, and by two plain processes at once.

    Two plain processes share nothing: what they gain is the most that any two
    workers can gain on this machine.
    """
    runs, path = options.pair_runs, str(options.scenario)
    plans = {
        "one process": [Job("alone", path, runs)],
        "two workers (--workers 2)": [Job("two", path, runs, warm=False)],
        "two plain processes": [Job("alone", path, runs // 2)] * 2,
    }
    rows: Rows = [{"who": who, "runs": runs, "seconds": []} for who in plans]
    for _ in range(options.repeats):
        for row in rows:
            found = side_by_side(plans[row["who"]])
            failed = [one["failed"] for one in found if "failed" in one]
            if failed:
                row["failed"] = failed[0]
            else:
                row["seconds"].append(max(one["seconds"][0] for one in found))
    return rows


def in_turn(jobs: Iterable[tuple[dict[str, Any], Job, int]], most: int) -> Rows:
    """Measure several points in turn, each as often as it says, and keep all times."""
    plan = list(jobs)
    rows = [dict(told) for told, _, _ in plan]
    for repeat in range(most):
        for row, (_, job, repeats) in zip(rows, plan, strict=True):
            if repeat < repeats and "failed" not in row:
                found = measured(job)
                for name in ("seconds", "cpu_seconds"):
                    found[name] = [*row.get(name, []), *found.get(name, [])]
                row.update(found)
    return rows


def _repeats(options: argparse.Namespace, runs: int) -> int:
    return max(1, min(int(options.repeats), 10**5 // runs))


PARTS: dict[str, Callable[[argparse.Namespace], Any]] = {
    "runs": over_runs,
    "rounds": over_rounds,
    "actors": over_actors,
    "processes": over_processes,
    "startup": lambda options: startup(options.repeats),
}


def main() -> None:
    """Measure, print tables and, if asked, put the figures into a file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scaling",
                                     description=__doc__)  # fmt: skip
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--scenario", type=Path, default=BASE)
    parser.add_argument("--most", type=int, default=100_000, help="most runs: 1000000 takes long")
    parser.add_argument("--runs", type=int, default=2048, help="runs over rounds")
    parser.add_argument("--pair-runs", type=int, default=32_768, help="runs over processes")
    parser.add_argument("--rounds", type=int, nargs="+", default=[4, 8, 16, 32, 64])
    parser.add_argument("--actors", type=int, nargs="+", default=[4, 8, 16, 32, 64, 100])
    parser.add_argument("--crowd-rounds", type=int, default=2, help="rounds over actors")
    parser.add_argument("--widest", type=int, default=256, help="runs per block over actors")
    parser.add_argument("--memory", type=int, default=8, help="GB that a crowd may ask for")
    parser.add_argument("--patience", type=float, default=300, help="seconds a crowd may take")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path, help="file of figures to put them into")
    options = parser.parse_args()
    made = described()
    print(figures.machine(made))
    for name in options.only:
        part = {"made": made, "scenario": options.scenario.stem, "rows": PARTS[name](options)}
        print(f"\n{scaling_tables.TITLES[name]}\n")
        print(scaling_tables.TABLES[name](part).plain())
        for line in scaling_tables.findings(name, part):
            print(line)
        if options.json:
            figures.keep(options.json, name, part)


if __name__ == "__main__":
    main()
