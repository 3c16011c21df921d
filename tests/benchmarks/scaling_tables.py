"""Tables of how the time grows, and the exponents that sum them up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from tests.benchmarks.figures import NONE, Part, Table, disturbed, duration, figure, memory, slope

UPPER = 3
"""Points that an exponent is fitted to: the largest, where what is paid once hardly counts."""
LISTED = 12
"""Packages that the table of imports names."""

TITLES = {
    "runs": "Runs",
    "rounds": "Rounds",
    "actors": "Actors",
    "processes": "Two threads",
    "startup": "Start of a command",
}


def done(part: Part) -> list[Part]:
    """The points that could be measured."""
    return [row for row in part["rows"] if row.get("seconds")]


def runs(part: Part) -> Table:
    """Seconds and memory by the number of runs."""
    rows: list[tuple[str, ...]] = [
        (
            f"{row['runs']:,}",
            duration(median(row["seconds"])),
            figure(row["runs"] / median(row["seconds"])),
            memory(row["peak_bytes"]),
        )
        for row in done(part)
    ]
    return Table(("runs", "time", "runs a second", "peak memory"), rows, words=0)


def rounds(part: Part) -> Table:
    """Seconds by the number of rounds."""
    rows: list[tuple[str, ...]] = [
        (
            str(row["rounds"]),
            duration(median(row["seconds"])),
            figure(1e6 * median(row["seconds"]) / row["runs"] / row["rounds"]),
        )
        for row in done(part)
    ]
    return Table(("rounds", "time", "microseconds a run and round"), rows, words=0)


def actors(part: Part) -> Table:
    """Time to lay out, time of a run and round, and memory, with the exponent between rows."""
    head = ("actors", "candidates", "runs per block", "to lay out", "exponent",
            "a run and round", "exponent", "peak memory", "exponent")  # fmt: skip
    rows: list[tuple[str, ...]] = []
    earlier: Part | None = None
    for row in part["rows"]:
        told = (str(row["actors"]), f"{row['candidates']:,}", str(row["runs"]))
        if not row.get("seconds"):
            rows.append((*told, row["failed"], *[NONE] * 5))
            earlier = None
            continue
        parts = ((row["ready_seconds"], duration), (per_round(row), duration),
                 (row["peak_bytes"], memory))  # fmt: skip
        before = (None, None, None) if earlier is None else (
            earlier["ready_seconds"], per_round(earlier), earlier["peak_bytes"]
        )  # fmt: skip
        cells = []
        for (now, shown), then in zip(parts, before, strict=True):
            step = NONE
            if earlier is not None and then:
                step = f"{slope((earlier['actors'], row['actors']), (then, now)):.1f}"
            cells += [shown(now), step]
        rows.append((*told, *cells))
        earlier = row
    return Table(head, rows, words=0)


def per_round(row: Part) -> float:
    """Seconds of one run and round: the best of the times, so that what disturbs is left out."""
    return min(row["seconds"]) / row["runs"] / row["rounds"]


def processes(part: Part) -> Table:
    """Seconds of the same runs in one process and in two."""
    alone = median(done(part)[0]["seconds"])
    rows: list[tuple[str, ...]] = [
        (
            row["who"],
            f"{row['runs']:,}",
            duration(median(row["seconds"])),
            figure(alone / median(row["seconds"])),
        )
        for row in done(part)
    ]
    return Table(("who plays", "runs", "time", "times one process"), rows)


def startup(part: Part) -> Table:
    """What the imports before the first line of progress cost, by package."""
    spent: dict[str, float] = part["rows"]["imports"]
    whole = sum(spent.values())
    rows: list[tuple[str, ...]] = [
        (name, duration(seconds), f"{100 * seconds / whole:.0f} %")
        for name, seconds in list(spent.items())[:LISTED]
    ]
    rest = sum(list(spent.values())[LISTED:])
    rows.append(("all others", duration(rest), f"{100 * rest / whole:.0f} %"))
    return Table(("imports of", "time", "share"), rows)


TABLES: dict[str, Callable[[Part], Table]] = {
    "runs": runs,
    "rounds": rounds,
    "actors": actors,
    "processes": processes,
    "startup": startup,
}


def findings(name: str, part: Part) -> list[str]:
    """What a table comes to, in sentences."""
    if name == "startup":
        seconds = part["rows"]["seconds"]
        return [
            f"First line of progress {duration(median(seconds))} after the start of the process "
            f"(median of {len(seconds)}, {duration(min(seconds))} to {duration(max(seconds))})."
        ]
    rows = done(part)
    found = []
    if name == "processes" and len(rows) > 2:
        alone, hired, plain = (median(row["seconds"]) for row in rows)
        found.append(
            f"Two workers do {figure(alone / hired)} times the work of one process, and two "
            f"that share nothing {figure(alone / plain)} times."
        )
    if name in ("runs", "rounds") and len(rows) > 1:
        found.append(_grows("The time", name, rows, lambda row: median(row["seconds"])))
    if name == "actors" and len(rows) > 1:
        found.append(_grows("Laying out", name, rows, lambda row: row["ready_seconds"]))
        found.append(_grows("A run and round", name, rows, per_round))
        found.append(_grows("Peak memory", name, rows, lambda row: row["peak_bytes"]))
    return [*found, *filter(None, [disturbed(rows)])]


def exponents(name: str, rows: Sequence[Part], of: Callable[[Part], float]) -> tuple[float, float]:
    """Exponent over the :data:`UPPER` largest points, and over all."""
    xs, ys = [row[name] for row in rows], [of(row) for row in rows]
    return slope(xs[-UPPER:], ys[-UPPER:]), slope(xs, ys)


def _grows(what: str, name: str, rows: Sequence[Part], of: Callable[[Part], float]) -> str:
    upper, whole = exponents(name, rows, of)
    last = rows[-UPPER:]
    return (
        f"{what} grows with {name} to the power {upper:.2f} "
        f"from {last[0][name]:,} to {last[-1][name]:,} ({whole:.2f} over all)."
    )
