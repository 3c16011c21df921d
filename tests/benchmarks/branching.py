"""Time of a branched decision, and where it goes: ``python -m tests.benchmarks.branching``.

Every alternative of one actor toward another is played on from one round, as
``whatif`` does. Machines differ and are shared: read the shares, not the seconds.
"""

from __future__ import annotations

import argparse
import cProfile
import platform
import pstats
import statistics
import time
from pathlib import Path

from tests.fixtures.paths import BASE

PARTS = (
    ("the compiled rounds", "native.py", "call"),
    ("keeping and resuming the moment", "world.py", "resume"),
    ("labels of what came out", "dataset.py", "assemble"),
)


def main() -> None:
    """Measure, and print a table."""
    from sim.scenario.loading import load_scenario
    from sim.simulation.branching import asked, branch

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.branching",
                                     description=__doc__)  # fmt: skip
    parser.add_argument("--scenario", type=Path, default=BASE)
    parser.add_argument("--round", type=int, default=5)
    parser.add_argument("--actor", default="japan")
    parser.add_argument("--toward", default="russia")
    parser.add_argument("--run", type=int, help="branch from the past of this run")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    scenario = load_scenario(options.scenario)
    known = asked(
        scenario, options.round, options.actor, None, options.toward,
        run=options.run, runs=options.runs,
    )  # fmt: skip

    def work() -> None:
        branch(scenario, known.fork, known.alternatives, options.runs, scenario.description.seed)

    times = []
    for _ in range(options.repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    profile = cProfile.Profile()
    profile.runcall(work)
    stats = pstats.Stats(profile)
    rounds = scenario.description.calendar.rounds - options.round + 1
    played = options.runs * (1 + len(known.alternatives)) * rounds
    middle = statistics.median(times)
    print(f"{options.scenario.stem}, {platform.machine()}, Python {platform.python_version()}")
    print(f"{len(known.alternatives)} alternatives and the own choice, {options.runs:,} futures "
          f"each, {rounds} rounds: {middle:.1f} s ({min(times):.1f} to {max(times):.1f}), "
          f"{1e6 * middle / played:.0f} microseconds per future and round")  # fmt: skip
    total = stats.total_tt  # type: ignore[attr-defined]
    for words, file, name in PARTS:
        spent = sum(
            entry[3]
            for (path, _, function), entry in stats.stats.items()  # type: ignore[attr-defined]
            if path.endswith(file) and function == name
        )
        print(f"{words:44}{100 * spent / total:6.0f} %")


if __name__ == "__main__":
    main()
