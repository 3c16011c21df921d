"""Where a round's time goes, and how far it is from what the processor could do.

``python -m tests.benchmarks.sections`` times each section of the compiled text on one vector of
runs, counts the operations of a round by playing it uncompiled with arrays that count, and times
a plain loop of multiplications and additions, for the rate that this processor reaches at best.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from sim.model import native, vectors
from sim.model.compiled import CompiledScenario
from sim.model.rounds import WHOLE
from sim.model.vectors import LANES, SECTIONS
from sim.model.world import World
from sim.scenario.loading import load_scenario
from tests.benchmarks import figures
from tests.benchmarks.figures import Part, Table
from tests.benchmarks.machine import described
from tests.fixtures.paths import BASE

SHOWN = {
    "find_security": "security: who would side with whom (6.3)",
    "find_values": "the other interests, losses weighing more (6.3)",
    "find_changes": "what each lever would change (6.1, 6.2)",
    "find_care": "what others gain and lose (6.3)",
    "find_worth": "what is foreseen of reactions (6.4)",
    "find_reactions": "answers and reactions (6.4)",
    "find_scores": "odds of choices and consent (6.5)",
    "find_open": "which levers are open (6.5)",
    "choose": "choosing (6.5)",
    "answer": "answering (6.5)",
    "resolve": "effects and costs take place (6.6)",
    "react": "warmth, heat, wear, promises (6.6, 6.9)",
    "drift": "drift and shocks (6.6)",
    "apply_events": "events (6.7)",
}
"""Sections by the words of the table."""
WITHIN = {"find_values": "find_security"}
"""Sections that call another one that is shown."""
ARGUMENTS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(
        ("find_security", "find_values", "find_care", "find_worth", "find_reactions"), (0,)
    ),
    **dict.fromkeys(("choose", "answer", "drift", "apply_events"), (0, 4)),
    **dict.fromkeys(("find_open", "react"), (4,)),
}
PLAIN = ("multiply", "add", "subtract", "absolute", "negative")
COMPARED = ("where", "less", "greater", "equal", "not_equal", "less_equal", "greater_equal")


class _Counting(np.ndarray[Any, Any]):
    """An array that counts what is done to it."""

    counts: ClassVar[Counter[str]] = Counter()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **others: Any) -> Any:
        self.counts[ufunc.__name__] += 1
        others.pop("out", None)  # what is read of a table is a copy anyway
        return _counting(getattr(ufunc, method)(*map(_plain, inputs), **others))

    def __array_function__(self, function: Any, types: Any, given: Any, others: Any) -> Any:
        self.counts[function.__name__] += 1
        return _counting(function(*map(_plain, given), **others))


def _plain(one: Any) -> Any:
    return one.view(np.ndarray) if isinstance(one, _Counting) else one


def _counting(found: Any) -> Any:
    if isinstance(found, tuple):
        return tuple(map(_counting, found))
    return found.view(_Counting) if isinstance(found, np.ndarray) else found


def counted(compiled: CompiledScenario, rounds: int = 4) -> dict[str, float]:
    """Operations of a round, each on a vector of runs, by the name that NumPy has for them."""
    made, seen = vectors.Rows.__getitem__, native.sections
    native.sections = lambda wait=False: None
    try:
        world = World(compiled, 1, 0, LANES)
        world.play(until=rounds)

        def counting(rows: vectors.Rows, row: int) -> Any:
            return made(rows, row).view(_Counting)

        vectors.Rows.__getitem__ = counting  # type: ignore[method-assign]
        _Counting.counts.clear()
        for _ in range(rounds):
            world.step()
    finally:
        vectors.Rows.__getitem__ = made  # type: ignore[method-assign]
        native.sections = seen
    return {name: count / rounds for name, count in _Counting.counts.items()}


def quickest(work: Callable[[], object], times: int = 12, windows: int = 300) -> float:
    """Seconds of one call, in the quickest of many short stretches."""
    found = []
    for _ in range(windows):
        start = time.perf_counter()
        for _ in range(times):
            work()
        found.append((time.perf_counter() - start) / times)
    return min(found)


def rate() -> float:
    """Multiplications and additions of one number each, in a second, of a plain compiled loop."""
    import numba

    @numba.njit  # type: ignore[untyped-decorator]
    def work(numbers: Any, times: int) -> None:
        for _ in range(times):
            for place in range(len(numbers)):
                numbers[place] = numbers[place] * 0.999999 + 1e-9

    numbers = np.ones(256)
    work(numbers, 1)
    return 2 * len(numbers) * 1000 / quickest(lambda: work(numbers, 1000), 4, 60)


def measure(scenario: Path) -> dict[str, Any]:
    """Time and count everything."""
    compiled = CompiledScenario(load_scenario(scenario))
    sections = native.sections(wait=True) or SECTIONS
    world = World(compiled, 1, 0, LANES)
    world.play(until=3)
    record = world._begun

    def timed(name: str, *given: int) -> float:
        return quickest(lambda: sections[name](record, *given))

    idle = timed("count_office")
    seconds = {name: timed(name, *ARGUMENTS.get(name, ())) - idle for name in SHOWN}
    seconds |= {"play_round": timed("play_round", 0, 4, WHOLE) - idle}
    return {
        "made": described(),
        "lanes": LANES,
        "seconds": seconds,
        "counts": counted(compiled),
        "rate": rate(),
    }


def table(part: Part) -> Table:
    """Microseconds a run and round of each section."""
    seconds, lanes = dict(part["seconds"]), part["lanes"]
    whole = seconds.pop("play_round")
    for outer, inner in WITHIN.items():
        seconds[outer] -= seconds[inner]
    seconds["the rest"] = max(whole - sum(seconds.values()), 0.0)
    rows: list[tuple[str, ...]] = [
        (SHOWN.get(name, name), f"{1e6 * took / lanes:.2f}", f"{100 * took / whole:.0f} %")
        for name, took in sorted(seconds.items(), key=lambda item: -item[1])
    ]
    rows.append(("a whole round", f"{1e6 * whole / lanes:.2f}", "100 %"))
    return Table(("part of a round", "µs a run", "share"), rows)


def findings(part: Part) -> list[str]:
    """The operations of a round, and how long they would take at the best rate."""
    counts, whole = part["counts"], part["seconds"]["play_round"] / part["lanes"]
    plain, compared = (sum(counts.get(n, 0) for n in names) for names in (PLAIN, COMPARED))
    divided = counts.get("divide", 0)
    best = (plain + compared + divided) / part["rate"]
    return [
        f"A run and round has {_round(plain)} additions, multiplications and the like, "
        f"{_round(compared)} comparisons and selections, and {_round(divided)} divisions. A plain "
        f"loop of multiplications and additions does {part['rate'] / 1e9:.1f} a nanosecond here; "
        f"at that rate they would take {1e6 * best:.2g} µs, of the {1e6 * whole:.2g} µs that they "
        f"take: {whole / best:.2g} times as long."
    ]


def _round(value: float) -> str:
    return f"{round(value, -2):,.0f}"


def main() -> None:
    """Measure, print a table and, if asked, write the figures as JSON."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.sections", description=__doc__
    )
    parser.add_argument("--scenario", type=Path, default=BASE)
    parser.add_argument("--json", type=Path, help="file of figures to put them into")
    options = parser.parse_args()
    part = measure(options.scenario)
    print(figures.machine(part["made"]), *findings(part), table(part).plain(), sep="\n")
    if options.json:
        figures.keep(options.json, "sections", part)


if __name__ == "__main__":
    main()
