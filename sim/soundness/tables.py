"""What was measured in words and tables: the command prints them, and the document holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.soundness.memory import TERM, YEARS, Lasted, terms
from sim.soundness.record import Record
from sim.soundness.rows import LISTS, Row
from sim.statistics.summary import wilson
from sim.text import exact, number, percent

OWN, CELLS, DRIFT, SHARE, FACTOR = 0.9, 0.95, 0.01, 0.1, 3.0
"""Bounds: of the makers' own signs and of cells, a share at least; of drift, of a conflict
share's change and of a factor, what they are at most."""
UNSURE = "unclear"
"""The verdict where an estimate is beyond its bound, and the lower 95 % limit is not."""
LISTED = {
    "handed": "signs that were asked for",
    "own": "signs of the makers' own",
    "memory": "signs of promises",
}
WHERE = {"files": "neutral cells", "generated": "neutral cells without history"}


@dataclass(frozen=True)
class Measure:
    """One line of the result.

    Attributes
    ----------
    name, found, bound : str
        As a reader sees them.
    met : bool or None
        ``None`` where there was nothing to be measured, or where it is not judged.
    verdict : str
        In a word; ``unclear`` where an estimate is beyond the bound, and perhaps by chance alone.
    """

    name: str
    found: str
    bound: str
    met: bool | None
    verdict: str


def _judged(
    name: str, found: str, bound: str, met: bool | None, *, beyond: bool = False
) -> Measure:
    """A measure with its verdict; ``beyond`` where an estimate is, though perhaps by chance."""
    if met is None:
        return Measure(name, found, bound, met, "not measured")
    return Measure(name, found, bound, met, "missed" if not met else UNSURE if beyond else "met")


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


def measures(found: Record, *, memory: bool | None = None) -> tuple[Measure, ...]:
    """Each measure against its bound; those of memory where there are any, or as is said.

    What rests on runs is missed only where its lower 95 % limit is beyond the bound, and met
    only where no estimate is.
    """
    return (
        *(_signs(found, of) for of in LISTS if of != "memory"),
        *(_cells(found, where) for where in WHERE),
        _drift(found),
        _pledge(found),
        _share(found),
        _factor(found),
        *(_memory(found) if (_remembers(found) if memory is None else memory) else ()),
    )


def _remembers(found: Record) -> bool:
    """Whether anything was measured of memory."""
    return any(found.get("memory", {}).values())


def _memory(found: Record) -> tuple[Measure, ...]:
    return (
        _signs(found, "memory"),
        _broken(found),
        *(_lasted(found, actor, kept) for actor, kept in terms().record.items()),
        _thirds(found),
        _later(found),
    )


def _signs(found: Record, of: str) -> Measure:
    rows = found["signs"].get(of, {})
    hits = sum(row["hit"] for row in rows.values())
    bound, least = ("nine of ten", OWN) if of == "own" else ("all", 1.0)
    if not rows:
        return _judged(LISTED[of], "the sign table has no row for it", bound, None)
    right = sum(row["right"] for row in rows.values())
    said = f"{hits} of {len(rows)}"
    said += "" if right == hits else f"; {right} in their direction, however little"
    return _judged(LISTED[of], said, bound, hits >= least * len(rows))


def _cells(found: Record, where: str) -> Measure:
    right, cells = found["cells"][where]["right"], found["cells"][where]["cells"]
    bound = percent(CELLS)
    if not cells:
        return _judged(WHERE[where], "none", bound, None)
    said = f"{percent(right / cells)} ({right} of {cells})"
    return _judged(WHERE[where], said, bound, right >= CELLS * cells)


def _drift(found: Record) -> Measure:
    name, bound = "largest drift in 16 rounds", number(DRIFT, 2)
    drifts = [(d["least"], d["size"], d, of) for of, one in found["rest"].items()
              for d in one["drifts"]]  # fmt: skip
    if not drifts:
        return _judged(name, "nothing moves", bound, None)
    least, _, drift, of = max(drifts, key=lambda one: one[:2])
    said = f"{number(drift['size'], 3)} ({drift['of']}, {of})"
    beyond = max(one[1] for one in drifts) > DRIFT
    return _judged(name, said, bound, least <= DRIFT, beyond=beyond)


def _pledge(found: Record) -> Measure:
    name, bound = "largest drift of a pledge in 16 rounds", "none"
    drifts = [(d["size"], d, of) for of, one in found["rest"].items()
              for d in one.get("commitment", ())]  # fmt: skip
    if not drifts:
        return _judged(name, "-", bound, None)
    size, drift, of = max(drifts, key=lambda one: one[0])
    return Measure(name, f"{number(size, 3)} ({drift['of']}, {of})", bound, None, "not judged")


def _share(found: Record) -> Measure:
    name, bound = "largest change of a conflict share in 100 rounds", percent(SHARE)
    shares = [(s["least"], s["size"], s, of) for of, one in found["rest"].items()
              for s in one["shares"] if s["size"] is not None]  # fmt: skip
    if not shares:
        return _judged(name, "no pair quarrels", bound, None)
    least, _, share, of = max(shares, key=lambda one: one[:2])
    said = f"{percent(share['size'])} ({share['pair']}, {of})"
    said += _higher(share["size"], max(one[1] for one in shares), percent)
    beyond = max(one[1] for one in shares) > SHARE
    return _judged(name, said, bound, least <= SHARE, beyond=beyond)


def _factor(found: Record) -> Measure:
    name, bound = "largest factor of a number moved by its spread", number(FACTOR, 0)
    edges = [(e["least"], e["factor"], e, of) for of, one in found["edges"].items() for e in one]
    if not edges:
        said = "no number with a spread moves a watched event often enough"
        return _judged(name, said, bound, None)
    least, factor, edge, of = max(edges, key=lambda one: one[:2])
    said = f"{number(factor, 1)}, at least {number(least, 1)} ({_named(edge['path'])}, {of})"
    said += _higher(factor, max(one[1] for one in edges), lambda value: number(value, 1))
    beyond = max(one[1] for one in edges) > FACTOR
    return _judged(name, said, bound, least <= FACTOR, beyond=beyond)


def _broken(found: Record) -> Measure:
    name, bound = "standing falls where a pact is broken off", "nine of ten"
    every = found.get("memory", {}).get("breaches", {})
    if not every:
        return _judged(name, "-", bound, None)
    falls = sum(one["falls"] for one in every.values())
    return _judged(name, f"{falls} of {len(every)}", bound, falls >= OWN * len(every))


def _lasted(found: Record, actor: str, kept: Lasted) -> Measure:
    low, high = (float(end) for end in wilson(kept.lasted, kept.of))
    name = f"new governments of {actor} that last {TERM} rounds"
    bound = f"{percent(low)} to {percent(high)}, from {kept.lasted} of {kept.of} in the record"
    one = found.get("memory", {}).get("governments", {}).get(actor)
    if one is None:
        return _judged(name, "-", bound, None)
    share = one["lasted"]
    said = f"{percent(share)} of {one['followed']:,}"
    return _judged(name, said, bound, low <= share <= high)


def _thirds(found: Record) -> Measure:
    name, bound = "of new governments with little support fewer last", "all"
    every = found.get("memory", {}).get("governments", {})
    known = {actor: every[actor]["thirds"] for actor in terms().record if actor in every}
    if not known:
        return _judged(name, "-", bound, None)
    said = "; ".join(
        f"{actor}: {', '.join(percent(third) for third in thirds)}"
        for actor, thirds in known.items()
    )
    return _judged(name, said, bound, all(t[0] < t[1] < t[2] for t in known.values()))


def _later(found: Record) -> Measure:
    name, bound = f"the same two leaders meet {YEARS} years on", "below a half"
    one = found.get("memory", {}).get("later")
    if one is None:
        return _judged(name, "-", bound, None)
    return _judged(name, f"{percent(one['met'])} ({one['pair']})", bound, one["met"] < 0.5)


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
    memory = any(map(_remembers, records.values()))
    columns = [measures(found, memory=memory) for found in records.values()]
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
        interests(found),
        drifts(found),
        built(found),
        shares(found),
        edges(found),
        memory(found),
    )
    yield from (table for table in every if table.rows)


def signs(records: Mapping[str, Record], rows: Mapping[str, Row]) -> Table:
    """Every row of the sign table, with to how many times its read moves in each version."""
    last = list(records.values())[-1]
    lines = []
    for of in LISTS:
        for name, found in last["signs"].get(of, {}).items():
            row = rows[name]
            least = f" to {number(row.at_least, 1)} times" if row.at_least else ""
            said = row.says + (f" Remark: {row.remark}" if row.remark else "")
            read = (_read(one["signs"].get(of, {}).get(name)) for one in records.values())
            draws = found.get("draws")
            shown = "-" if draws is None else percent(draws)
            lines.append(
                (said, row.theory or "-", _changed(row), f"{row.sign}{least}", *read, shown)
            )
    columns = ("claim", "direction also expected by", "changed", "sign", *records, "of draws")
    return Table("Signs", columns, tuple(lines))


def _changed(row: Row) -> str:
    """What is set, from what to what, or what is laid down."""
    parts = [
        f"{text}: {number(ends[0], exact(ends, 2))} to {number(ends[1], exact(ends, 2))}"
        for text, ends in row.set.items()
    ]
    for move in row.moves:
        first, last = move.rounds
        when = f"round {first}" if first == last else f"rounds {first} to {last}"
        never = "no " if move.never else ""
        parts.append(f"{never}{move.lever} by {move.by}, {when}")
    parts += [f"{event}, round {now}" for event, now in row.happens.items()]
    return "; ".join(parts)


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


def interests(found: Record) -> Table:
    """How many cells are right as the model is, and by interests alone."""
    lines = [
        (
            WHERE[where],
            f"{part['right']:,} of {part['cells']:,}",
            f"{part['interests']:,} of {part['cells']:,}",
        )
        for where, part in found["cells"].items()
        if part["cells"]
    ]
    columns = ("where", "right", "right with sentiment at 0")
    return Table("Cells by interests alone", columns, tuple(lines))


def drifts(found: Record) -> Table:
    """The largest drifts of each base file."""
    lines = [
        (of, *_drifting(one, 3)) for of, part in found["rest"].items() for one in part["drifts"]
    ]
    return Table("Drift at rest", _DRIFTS, tuple(lines))


def built(found: Record) -> Table:
    """The largest drifts of pledges and issues, which acts build."""
    lines = [
        (of, *_drifting(one, digits))
        for of, part in found["rest"].items()
        for kind, digits in (("commitment", 3), ("issue", 1))
        for one in part[kind]
    ]
    return Table("Pledges and issues in ordinary times", _DRIFTS, tuple(lines))


_DRIFTS = ("scenario", "quantity", "start", "after 16", "moves by", "at least")


def _drifting(one: Mapping[str, Any], digits: int) -> tuple[str, ...]:
    figures = (number(one[name], digits) for name in ("start", "end", "size", "least"))
    return (one["of"], *figures)


def shares(found: Record) -> Table:
    """What part of each pair's acts is conflict, in windows of 20 rounds."""
    lines = [
        (
            of,
            one["pair"],
            " ".join(number(window, 2) for window in one["windows"]),
            "too little to judge" if one["size"] is None else percent(one["size"]),
            "-" if one["least"] is None else percent(one["least"]),
            " ".join(number(window, 2) for window in one["growing"]),
        )
        for of, part in found["rest"].items()
        for one in part["shares"]
    ]
    columns = ("scenario", "pair", "share, 20 rounds each", "changes by", "at least",
               "with stated trends")  # fmt: skip
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


def memory(found: Record) -> Table:
    """Broken pacts, and how long governments last."""
    part = found.get("memory", {})
    lines = [
        ("standing with others", of, number(one["kept"], 3), number(one["broken"], 3))
        for of, one in part.get("breaches", {}).items()
    ]
    lines += [
        (
            f"new governments that last {TERM} rounds",
            f"{actor}, {one['followed']:,} followed",
            percent(one["lasted"]),
            ", ".join(percent(third) for third in one["thirds"]),
        )
        for actor, one in part.get("governments", {}).items()
    ]
    if later := part.get("later"):
        lines.append(
            (
                f"the same two leaders, {YEARS} years on",
                later["pair"],
                f"both govern: {percent(later['same'])}",
                f"and meet: {percent(later['met'])}",
            )
        )
    columns = ("what", "of", "pact kept; share", "pact broken off; by thirds of support")
    return Table("Memory", columns, tuple(lines))


def _named(path: str) -> str:
    """A number's path as the quantity that it is."""
    words = path.split(".")
    if words[0] == "issues":
        return f"{words[4]} of {words[3]} on {words[1]}"
    return f"weight of {words[1]} on {words[3]}"
