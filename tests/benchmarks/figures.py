"""Measured seconds put as tables: what the terminal, the document and the charts show.

A file of figures holds what was measured, raw; everything else is reckoned here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sim.text import NBSP

NONE = "–"
LONG, DISTURBED = 1.0, 0.1
"""Seconds from which a measurement tells, and the share without a core that spoils it."""
Part = dict[str, Any]
"""A part of a file of figures."""


@dataclass(frozen=True)
class Table:
    """A heading and rows of words; the first ``words`` columns hold no figures."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    words: int = 1

    def markdown(self) -> str:
        """As Markdown, figures to the right."""
        ends = ("---",) * self.words + ("--:",) * (len(self.head) - self.words)
        return "\n".join("| " + " | ".join(line) + " |" for line in (self.head, ends, *self.rows))

    def plain(self) -> str:
        """As lines of equal columns."""
        lines = [self.head, *self.rows]
        wide = [max(len(line[place]) for line in lines) for place in range(len(self.head))]
        shown = (
            "  ".join(
                cell.ljust(width) if place < self.words else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(line, wide, strict=True))
            )
            for line in lines
        )
        return "\n".join(line.rstrip() for line in shown).replace(NBSP, " ")


@dataclass(frozen=True)
class Rate:
    """Runs a second of one contestant at one size: the median of the repeats, and the ends."""

    key: str
    name: str
    runs: int
    middle: float
    low: float
    high: float


def read(path: Path) -> Part:
    """A file of figures; empty where there is none yet."""
    if not path.exists():
        return {}
    found: Part = json.loads(path.read_text("utf-8"))
    return found


def keep(path: Path, name: str, part: Part) -> None:
    """Put a part into a file of figures and leave its other parts."""
    text = json.dumps({**read(path), name: part}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def figure(value: float) -> str:
    """Write a figure with three digits that count."""
    if not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{float(f'{value:.3g}'):,.{digits}f}"


def memory(size: float | None) -> str:
    """Write bytes in MB, or in GB from one on."""
    if size is None:
        return NONE
    return f"{figure(size / 1e9)}{NBSP}GB" if size >= 1e9 else f"{size / 1e6:.0f}{NBSP}MB"


def duration(seconds: float) -> str:
    """Write a time in the unit that suits it."""
    for size, unit in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= size:
            return f"{figure(seconds / size)}{NBSP}{unit}"
    return f"{figure(1e6 * seconds)}{NBSP}µs"


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Exponent b of y = a x^b that fits best, by least squares of logarithms."""
    across, up = [math.log(x) for x in xs], [math.log(y) for y in ys]
    middle, level = sum(across) / len(across), sum(up) / len(up)
    over = sum((x - middle) ** 2 for x in across)
    rise = sum((x - middle) * (y - level) for x, y in zip(across, up, strict=True))
    return rise / over if over else math.nan


def rates(part: Part) -> list[Rate]:
    """Runs a second of all that could be measured."""
    return [
        Rate(
            row["key"],
            row["name"],
            row["runs"],
            row["runs"] / median(row["seconds"]),
            row["runs"] / max(row["seconds"]),
            row["runs"] / min(row["seconds"]),
        )
        for row in part["contestants"]
        if "seconds" in row
    ]


def contestants(part: Part) -> Table:
    """Runs a second by contestant, what they come to beside others, and memory."""
    found = {(rate.key, rate.runs): rate for rate in rates(part)}
    plain = next((rate for rate in found.values() if rate.key == "mesa"), None)
    decisions = part["rounds"] * part["directions"]
    rows = []
    for row in part["contestants"]:
        rate = found.get((row["key"], row["runs"]))
        size = f"{row['runs']:,}"
        if rate is None:
            rows.append((row["name"], size, "not measured", *[NONE] * 5))
            continue
        rows.append(
            (
                row["name"],
                size,
                f"{figure(rate.middle)} ({figure(rate.low)} to {figure(rate.high)})",
                figure(rate.middle * decisions),
                _times(rate, plain),
                memory(row.get("peak_bytes")),
                _added(row),
                duration(row["ready_seconds"]),
            )
        )
    head = (
        "contestant", "runs", "runs a second (least to most)", "decisions a second", "times Mesa",
        "peak memory", "of it by the runs", "to get ready",
    )  # fmt: skip
    return Table(head, rows)


def told(part: Part) -> list[str]:
    """What must be said beside the table of contestants: who is not in it, and doubts."""
    absent = [
        f"{row['name']}: not installed ({', '.join(row['missing'])})."
        if "missing" in row
        else f"{row['name']}, {row['runs']:,} runs: failed ({row['failed']})."
        for row in part["contestants"]
        if "seconds" not in row
    ]
    return [*absent, *filter(None, [disturbed(part["contestants"])])]


def _added(row: Part) -> str:
    before, peak = row.get("before_bytes"), row.get("peak_bytes")
    return NONE if before is None or peak is None else memory(peak - before)


def _times(rate: Rate, other: Rate | None) -> str:
    return figure(rate.middle / other.middle) if other else NONE


def busy(rows: Iterable[Part]) -> float:
    """Largest share of a measurement's time in which its process did not have its core."""
    shares = [
        1 - cpu / seconds
        for row in rows
        if "cpu_seconds" in row
        for seconds, cpu in zip(row["seconds"], row["cpu_seconds"], strict=True)
        if seconds > LONG
    ]
    return max(shares, default=0.0)


def disturbed(rows: Iterable[Part]) -> str:
    """A warning where something else took the core; else nothing."""
    share = busy(rows)
    if share < DISTURBED:
        return ""
    return (
        f"The machine was busy: a measured process went without its core for "
        f"{100 * share:.0f} % of its time. Measure again when it is quiet."
    )


def machine(made: Part) -> str:
    """One sentence about the machine."""
    cores = f"{made['cores']} core" + ("s" if made["cores"] != 1 else "")
    held = f", {memory(made['memory_bytes'])}" if made["memory_bytes"] else ""
    packages = ", ".join(f"{name} {number}" for name, number in made["packages"].items())
    return (
        f"Measured on {made['date']}, version {made['version']}: {made['cpu']}, {cores}{held}, "
        f"{made['system']}, Python {made['python']}; {packages}."
    )
