"""How quick one checkout is beside another one, as that of the commit before a change.

``python -m tests.benchmarks.before FOLDER`` plays the same in both, in turn, each measurement in a
process of its own on the same machine, and tells the ratio of the medians. ``FOLDER`` is the other
checkout; ``--python`` its interpreter, where its packages are others.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks import figures
from tests.benchmarks.figures import Part, Table
from tests.benchmarks.machine import described, environment
from tests.fixtures.paths import ROOT

BASE = "scenarios/northeast-asia-2016.yaml"
READY = """
import time, sys
try:
    from sim.model import native
    native.sections(wait=True)
except ImportError:
    pass
from sim.scenario.loading import load_scenario
"""
PLAY = (
    READY
    + """
from sim.simulation.ensemble import play
from sim.simulation.executors import workers
scenario = load_scenario("{base}")
with workers({workers}) as crew:
    play(scenario, 2048, 1, kept=0, workers=crew)
    start = time.perf_counter()
    play(scenario, {runs}, 1, kept=0, workers=crew)
    print(time.perf_counter() - start)
"""
)
FAN = (
    READY
    + """
import numpy as np
from sim.statistics.measures import measures
from sim.simulation.ensemble import run
from sim.statistics.summary import outcome_quantiles
scenario = load_scenario("scenarios/yamaguchi-2016.yaml")
def fan(seed):
    data = run(scenario, 200, seed)
    for name, item in measures(scenario.description).items():
        if name in data["outcome"]:
            values = data["reported"].sel(outcome=name).values.astype(np.float64)
            outcome_quantiles(values, (0.05, 0.25, 0.5, 0.75, 0.95), item)
fan(0)
times = []
for seed in range(1, 16):
    start = time.perf_counter()
    fan(seed)
    times.append(time.perf_counter() - start)
print(sorted(times)[len(times) // 2])
"""
)
WHATIF = [
    *("whatif", "northeast-asia-2016", "--actor", "japan", "--toward", "russia"),
    *("--track", "words", "--round", "5", "--runs", "2000", "-q"),
]
FIRST = ["run", "yamaguchi-2016", "-q"]
LONG = ["run", "northeast-asia-2016", "--runs", "100000", "-q"]


class Side:
    """One of the two checkouts."""

    def __init__(self, folder: Path, python: str) -> None:
        self.folder, self.python = folder.resolve(), python

    def _surroundings(self) -> dict[str, str]:
        return {**environment(), "PYTHONPATH": str(self.folder)}

    def snippet(self, code: str) -> float:
        """What a piece of code prints last: seconds."""
        done = subprocess.run(
            [self.python, "-c", code], cwd=self.folder, env=self._surroundings(),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return float(done.stdout.split()[-1])

    def command(self, words: Sequence[str], *, fresh: bool = False) -> float:
        """Seconds of a whole command; ``fresh``: with nothing compiled before."""
        with tempfile.TemporaryDirectory(prefix="entente-") as folder:
            own = {"ENTENTE_CACHE": f"{folder}/cache"} if fresh else {}
            start = time.perf_counter()
            subprocess.run(
                [self.python, "-m", "sim", *words, "--out", f"{folder}/out"], cwd=self.folder,
                env={**self._surroundings(), **own}, capture_output=True, check=True,
            )  # fmt: skip
            return time.perf_counter() - start


Measure = Callable[[Side], float]


def measures(runs: int) -> dict[str, Measure]:
    """What is measured, by the words of the table."""
    one = PLAY.format(base=BASE, runs=runs, workers=1)
    two = PLAY.format(base=BASE, runs=2 * runs, workers=2)
    return {
        f"{runs:,} runs, tallied": lambda side: side.snippet(one),
        f"{2 * runs:,} runs by `--workers 2`": lambda side: side.snippet(two),
        "200 runs of yamaguchi-2016, to quantiles of all outcomes": lambda side: side.snippet(FAN),
        "`whatif`: all words of one actor, 2,000 futures each, whole command": lambda side: (
            side.command(WHATIF)
        ),
        "`run` of 100,000 runs with report, whole command": lambda side: side.command(LONG),
        "`run yamaguchi-2016`, whole command": lambda side: side.command(FIRST),
        "the same with nothing compiled before": lambda side: side.command(FIRST, fresh=True),
    }


def table(part: Part) -> Table:
    """Medians of both, and their ratio."""
    rows: list[tuple[str, ...]] = [
        (
            str(name),
            _seconds(median(one["before"])),
            _seconds(median(one["now"])),
            f"{median(one['before']) / median(one['now']):.2g} x",
        )
        for name, one in part["measures"].items()
    ]
    return Table(("what", "before", "now", "times as fast"), rows)


def findings(part: Part) -> list[str]:
    """How it was measured."""
    least = min(len(one["now"]) for one in part["measures"].values())
    most = max(len(one["now"]) for one in part["measures"].values())
    often = f"{least}" if least == most else f"{least} to {most}"
    return [f"Both in turn, medians of {often}; before is version {part['version']}."]


def _seconds(value: float) -> str:
    return f"{1e3 * value:.3g} ms" if value < 1 else f"{value:.3g} s"


def main() -> None:
    """Measure, print a table and, if asked, write the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.before", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--version", default="unknown", help="of the other one, for the page")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="+", help="words that the measures' names hold")
    parser.add_argument("--json", type=Path, help="file of figures to put them into")
    options = parser.parse_args()
    sides = {"before": Side(options.folder, options.python), "now": Side(ROOT, sys.executable)}
    found: dict[str, Any] = {}
    for name, measure in measures(options.runs).items():
        if options.only and not any(word in name for word in options.only):
            continue
        found[name] = {side: [] for side in sides}
        for _ in range(options.repeats):
            for side, where in sides.items():
                found[name][side].append(measure(where))
        print(
            name, {s: [round(t, 3) for t in times] for s, times in found[name].items()}, flush=True
        )
    part = {"made": described(), "version": options.version, "measures": found}
    print(figures.machine(part["made"]), *findings(part), table(part).plain(), sep="\n")
    if options.json:
        figures.keep(options.json, "before", part)


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    main()
