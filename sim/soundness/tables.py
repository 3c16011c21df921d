"""What was measured in words and tables: the command prints them, and the document holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sim.analysis.words import number, percent
from sim.soundness.record import Record
from sim.soundness.rows import LISTS, Row

OWN, CELLS, DRIFT, SHARE, FACTOR = 0.9, 0.95, 0.01, 0.1, 3.0
"""Bounds: of the makers' own signs and of cells, a share at least; of drift, of a conflict
share's change and of a factor, what they are at most."""
LISTED = {"handed": "signs that were asked for", "own": "signs of the makers' own"}
WHERE = {"files": "neutral cells", "generated": "neutral cells without history"}


@dataclass(frozen=True)
class Measure:
    """One line of the result.

    Attributes
    ----------
    name, found, bound : str
        As a reader sees them.
    met : bool or None
        ``None`` where there was nothing to be measured.
    """

    name: str
    found: str
    bound: str
    met: bool | None

    @property
    def verdict(self) -> str:
        """In a word."""
        return "not measured" if self.met is None else "met" if self.met else "missed"


@dataclass(frozen=True)
class Table:
    """Columns and rows under a title."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def markdown(self) -> str:
        """As a document holds it."""
        lines = [self.columns, tuple("---" for _ in self.columns), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def measures(found: Record) -> tuple[Measure, ...]:
    """Each measure against its bound.

    What rests on runs is missed only where it is beyond its bound by more than chance
    (95 %).
    """
    return (
        *(_signs(found, of) for of in LISTS),
        *(_cells(found, where) for where in WHERE),
        _drift(found),
        _share(found),
        _factor(found),
    )


def _signs(found: Record, of: str) -> Measure:
    rows = found["signs"].get(of, {})
    hits = sum(row["hit"] for row in rows.values())
    bound, least = ("all", 1.0) if of == "handed" else ("nine of ten", OWN)
    if not rows:
        return Measure(LISTED[of], "the sign table has no row for it", bound, None)
    right = sum(row["right"] for row in rows.values())
    said = f"{hits} of {len(rows)}"
    said += "" if right == hits else f"; {right} in their direction, however little"
    return Measure(LISTED[of], said, bound, hits >= least * len(rows))


def _cells(found: Record, where: str) -> Measure:
    right, cells = found["cells"][where]["right"], found["cells"][where]["cells"]
    bound = percent(CELLS)
    if not cells:
        return Measure(WHERE[where], "none", bound, None)
    said = f"{percent(right / cells)} ({right} of {cells})"
    return Measure(WHERE[where], said, bound, right >= CELLS * cells)


def _drift(found: Record) -> Measure:
    name, bound = "largest drift in 16 rounds", number(DRIFT, 2)
    drifts = [(d["least"], d["size"], d, of) for of, one in found["rest"].items()
              for d in one["drifts"]]  # fmt: skip
    if not drifts:
        return Measure(name, "nothing moves", bound, None)
    least, _, drift, of = max(drifts, key=lambda one: one[:2])
    said = f"{number(drift['size'], 3)} ({drift['of']}, {of})"
    return Measure(name, said, bound, least <= DRIFT)


def _share(found: Record) -> Measure:
    name, bound = "largest change of a conflict share in 100 rounds", percent(SHARE)
    shares = [(s["least"], s["size"], s, of) for of, one in found["rest"].items()
              for s in one["shares"] if s["size"] is not None]  # fmt: skip
    if not shares:
        return Measure(name, "no pair quarrels", bound, None)
    least, _, share, of = max(shares, key=lambda one: one[:2])
    said = f"{percent(share['size'])} ({share['pair']}, {of})"
    said += _higher(share["size"], max(one[1] for one in shares), percent)
    return Measure(name, said, bound, least <= SHARE)


def _factor(found: Record) -> Measure:
    name, bound = "largest factor of a number moved by its spread", number(FACTOR, 0)
    edges = [(e["least"], e["factor"], e, of) for of, one in found["edges"].items() for e in one]
    if not edges:
        said = "no number with a spread moves a watched event often enough"
        return Measure(name, said, bound, None)
    least, factor, edge, of = max(edges, key=lambda one: one[:2])
    said = f"{number(factor, 1)}, at least {number(least, 1)} ({_named(edge['path'])}, {of})"
    said += _higher(factor, max(one[1] for one in edges), lambda value: number(value, 1))
    return Measure(name, said, bound, least <= FACTOR)


def _higher(surest: float, highest: float, write: Callable[[float], str]) -> str:
    """A higher estimate, where one is so unsure that another is surely the largest."""
    higher = highest > surest and write(highest) != write(surest)
    return f"; the highest estimate, less sure, is {write(highest)}" if higher else ""


def summary(found: Record) -> Table:
    """All measures."""
    rows = tuple((one.name, one.found, one.bound, one.verdict) for one in measures(found))
    return Table("Soundness", ("measure", "found", "bound", "verdict"), rows)


def compared(records: Mapping[str, Record]) -> Table:
    """All measures, a column for each version."""
    columns = [measures(found) for found in records.values()]
    rows = tuple(
        (lines[0].name, *(line.found for line in lines), lines[-1].bound, lines[-1].verdict)
        for lines in zip(*columns, strict=True)
    )
    return Table("Soundness", ("measure", *records, "bound", "verdict"), rows)


def details(found: Record, rows: Mapping[str, Row]) -> Iterator[Table]:
    """The tables under the summary; those without a row are left out."""
    every = (
        signs({"read": found}, rows),
        wrong(found),
        kinds(found),
        drifts(found),
        shares(found),
        edges(found),
    )
    yield from (table for table in every if table.rows)


def signs(records: Mapping[str, Record], rows: Mapping[str, Row]) -> Table:
    """Every row of the sign table, with to how many times its read moves in each version."""
    last = list(records.values())[-1]
    lines = []
    for of in LISTS:
        for name in last["signs"].get(of, {}):
            row = rows[name]
            least = f" to {number(row.at_least, 1)} times" if row.at_least else ""
            said = row.says + (f" Remark: {row.remark}" if row.remark else "")
            read = (_read(one["signs"].get(of, {}).get(name)) for one in records.values())
            lines.append((said, row.theory or "asked for", f"{row.sign}{least}", *read))
    return Table("Signs", ("claim", "theory", "sign", *records), tuple(lines))


def _read(row: Mapping[str, float] | None) -> str:
    """To how many times it moves, and whether that is a hit."""
    if row is None:
        return "-"
    if row["before"] <= 0:
        return "nothing to read"
    factor = row["after"] / row["before"]
    digits = 3 if abs(factor - 1) < 0.05 else 2
    return f"{number(factor, digits)} times, {'hit' if row['hit'] else 'miss'}"


def wrong(found: Record) -> Table:
    """The cells that move in the wrong direction, by scenario."""
    lines = [
        (of, "; ".join(cells))
        for part in found["cells"].values()
        for of, cells in part["wrong"].items()
    ]
    return Table(
        "Cells in the wrong direction", ("scenario", "lever (kind), against"), tuple(lines)
    )


def kinds(found: Record) -> Table:
    """How many cells of each kind are right."""
    lines: list[tuple[str, ...]] = []
    for where, part in found["cells"].items():
        for kind, moved in part["kinds"].items():
            shown = (
                f"{moved[of][0]} of {moved[of][1]}" if of in moved else "-"
                for of in ("affinity", "tension")
            )  # fmt: skip
            lines.append((WHERE[where], kind, *shown))
    columns = ("where", "kind", "against affinity", "against tension")
    return Table("Cells in the right direction", columns, tuple(lines))


def drifts(found: Record) -> Table:
    """The largest drifts of each base file."""
    lines = [
        (
            of,
            one["of"],
            number(one["start"], 3),
            number(one["end"], 3),
            number(one["size"], 3),
            number(one["least"], 3),
        )
        for of, part in found["rest"].items()
        for one in part["drifts"]
    ]
    columns = ("scenario", "quantity", "start", "after 16", "moves by", "at least")
    return Table("Drift at rest", columns, tuple(lines))


def shares(found: Record) -> Table:
    """What part of each pair's acts is conflict, in windows of 20 rounds."""
    lines = [
        (
            of,
            one["pair"],
            " ".join(number(window, 2) for window in one["windows"]),
            "too little to judge" if one["size"] is None else percent(one["size"]),
            " ".join(number(window, 2) for window in one["growing"]),
        )
        for of, part in found["rest"].items()
        for one in part["shares"]
    ]
    columns = ("scenario", "pair", "share, 20 rounds each", "changes by", "with stated trends")
    return Table("Conflict at rest over 100 rounds", columns, tuple(lines))


def edges(found: Record) -> Table:
    """The largest factors, of all scenarios together."""
    every = [(one, of) for of, part in found["edges"].items() for one in part]
    every.sort(key=lambda pair: (-pair[0]["least"], -pair[0]["factor"]))
    lines = [
        (
            of,
            _named(one["path"]),
            f"{one['value']:g} to {one['moved']:g}",
            one["watch"],
            f"{one['before']:,} to {one['after']:,} of {one['runs']:,}",
            number(one["factor"], 1),
            number(one["least"], 1),
        )
        for one, of in every[:10]
    ]
    columns = ("scenario", "number", "moved", "event", "runs", "factor", "at least")
    return Table("Knife edges", columns, tuple(lines))


def _named(path: str) -> str:
    """A number's path as the quantity that it is."""
    words = path.split(".")
    if words[0] == "issues":
        return f"{words[4]} of {words[3]} on {words[1]}"
    return f"weight of {words[1]} on {words[3]}"
