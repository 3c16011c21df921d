"""What was measured in words and tables: the command prints them, and the document holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from sim.soundness.expected_signs import LISTS, SignRow
from sim.soundness.memory import TERM, YEARS, Lasted, terms
from sim.soundness.record import Record
from sim.statistics.summary import wilson
from sim.text import TextTable, exact, laid_out, number, percent

_OWN, _CELLS, _DRIFT, _SHARE, _FACTOR = 0.9, 0.95, 0.01, 0.1, 3.0
"""Bounds: of the makers' own signs and of cells, a share at least; of drift, of a conflict
share's change and of a factor, what they are at most."""
_UNSURE = "unclear"
"""The verdict where an estimate is beyond its bound, and the lower 95 % limit is not."""
_LISTS = {
    "handed": "signs that were asked for",
    "own": "signs of the makers' own",
    "memory": "signs of promises",
}
_WHERE = {"files": "neutral cells", "generated": "neutral cells without history"}


class SoundnessMeasure(NamedTuple):
    """One line of the result.

    ``met`` is ``None`` where there was nothing to be measured, or where it is not judged; the
    ``verdict`` is ``unclear`` where an estimate is beyond the bound, and perhaps by chance alone.
    """

    name: str
    found: str
    bound: str
    met: bool | None
    verdict: str


def _judged(
    name: str, bound: str, found: str = "-", met: bool | None = None, *, beyond: bool = False
) -> SoundnessMeasure:
    """A measure with its verdict; ``beyond`` where an estimate is, though perhaps by chance."""
    verdict = "missed" if not met else _UNSURE if beyond else "met"
    return SoundnessMeasure(name, found, bound, met, "not measured" if met is None else verdict)


def measures(found: Record, *, memory: bool | None = None) -> tuple[SoundnessMeasure, ...]:
    """Each measure against its bound; those of memory where there are any, or as is said.

    What rests on runs is missed only where its lower 95 % limit is beyond the bound, and met
    only where no estimate is.
    """
    return (
        *(_signs(found, of) for of in LISTS if of != "memory"),
        *(_cells(found, where) for where in _WHERE),
        _drift(found),
        _pledge(found),
        _share(found),
        _factor(found),
        *(_memory(found) if (_remembers(found) if memory is None else memory) else ()),
    )


def _remembers(found: Record) -> bool:
    """Whether anything was measured of memory."""
    return any(found.get("memory", {}).values())


def _signs(found: Record, of: str) -> SoundnessMeasure:
    rows = found["signs"].get(of, {})
    hits = sum(row["hit"] for row in rows.values())
    bound, least = ("nine of ten", _OWN) if of == "own" else ("all", 1.0)
    if not rows:
        return _judged(_LISTS[of], bound, "the sign table has no row for it")
    right = sum(row["right"] for row in rows.values())
    said = f"{hits} of {len(rows)}"
    said += "" if right == hits else f"; {right} in their direction, however little"
    return _judged(_LISTS[of], bound, said, hits >= least * len(rows))


def _cells(found: Record, where: str) -> SoundnessMeasure:
    right, cells = found["cells"][where]["right"], found["cells"][where]["cells"]
    if not cells:
        return _judged(_WHERE[where], percent(_CELLS), "none")
    said = f"{percent(right / cells)} ({right} of {cells})"
    return _judged(_WHERE[where], percent(_CELLS), said, right >= _CELLS * cells)


def _largest(
    name: str,
    most: float,
    write: Callable[[float], str],
    estimates: Iterable[tuple[float, float, str]],
    *,
    none: str,
    higher: bool = True,
) -> SoundnessMeasure:
    """The estimate that is surely the largest: ``(at least, size, in words)``.

    ``higher`` tells a higher one, where it is so unsure that another is surely the largest.
    """
    known = list(estimates)
    if not known:
        return _judged(name, write(most), none)
    least, size, said = max(known, key=lambda one: one[:2])
    highest = max(one[1] for one in known)
    if higher and highest > size and write(highest) != write(size):
        said += f"; the highest estimate, less sure, is {write(highest)}"
    return _judged(name, write(most), said, least <= most, beyond=highest > most)


def _drift(found: Record) -> SoundnessMeasure:
    estimates = (
        (d["least"], d["size"], f"{number(d['size'], 3)} ({d['of']}, {of})")
        for of, one in found["rest"].items()
        for d in one["drifts"]
    )
    name, none = "largest drift in 16 rounds", "nothing moves"
    return _largest(name, _DRIFT, lambda v: number(v, 2), estimates, none=none, higher=False)


def _pledge(found: Record) -> SoundnessMeasure:
    name, bound = "largest drift of a pledge in 16 rounds", "none"
    drifts = [(d, of) for of, one in found["rest"].items() for d in one.get("commitment", ())]
    if not drifts:
        return _judged(name, bound)
    drift, of = max(drifts, key=lambda one: one[0]["size"])
    said = f"{number(drift['size'], 3)} ({drift['of']}, {of})"
    return SoundnessMeasure(name, said, bound, None, "not judged")


def _share(found: Record) -> SoundnessMeasure:
    estimates = (
        (s["least"], s["size"], f"{percent(s['size'])} ({s['pair']}, {of})")
        for of, one in found["rest"].items()
        for s in one["shares"]
        if s["size"] is not None
    )
    name = "largest change of a conflict share in 100 rounds"
    return _largest(name, _SHARE, percent, estimates, none="no pair quarrels")


def _factor(found: Record) -> SoundnessMeasure:
    estimates = (
        (
            e["least"],
            e["factor"],
            f"{number(e['factor'], 1)}, at least {number(e['least'], 1)} "
            f"({_named(e['path'])}, {of})",
        )
        for of, one in found["edges"].items()
        for e in one
    )
    name = "largest factor of a number moved by its spread"
    none = "no number with a spread moves a watched event often enough"
    bound = number(_FACTOR, 0)
    measure = _largest(name, _FACTOR, lambda v: number(v, 1), estimates, none=none)
    return measure._replace(bound=bound)


def _memory(found: Record) -> Iterator[SoundnessMeasure]:
    part = found.get("memory", {})
    yield _signs(found, "memory")

    name, bound = "standing falls where a pact is broken off", "nine of ten"
    pacts = part.get("breaches", {})
    falls = sum(one["falls"] for one in pacts.values())
    said = f"{falls} of {len(pacts)}"
    yield (
        _judged(name, bound, said, falls >= _OWN * len(pacts)) if pacts else _judged(name, bound)
    )

    governments, record = part.get("governments", {}), terms().record
    for actor, kept in record.items():
        yield _lasted(actor, kept, governments.get(actor))

    name, bound = "of new governments with little support fewer last", "all"
    known = {actor: governments[actor]["thirds"] for actor in record if actor in governments}
    said = "; ".join(f"{actor}: {_thirds(thirds)}" for actor, thirds in known.items())
    rising = all(one[0] < one[1] < one[2] for one in known.values())
    yield _judged(name, bound, said, rising) if known else _judged(name, bound)

    name, bound = f"the same two leaders meet {YEARS} years on", "below a half"
    if later := part.get("later"):
        said = f"{percent(later['met'])} ({later['pair']})"
        yield _judged(name, bound, said, later["met"] < 0.5)
    else:
        yield _judged(name, bound)


def _lasted(actor: str, kept: Lasted, found: Record | None) -> SoundnessMeasure:
    low, high = (float(end) for end in wilson(kept.lasted, kept.of))
    name = f"new governments of {actor} that last {TERM} rounds"
    bound = f"{percent(low)} to {percent(high)}, from {kept.lasted} of {kept.of} in the record"
    if found is None:
        return _judged(name, bound)
    said = f"{percent(found['lasted'])} of {found['followed']:,}"
    return _judged(name, bound, said, low <= found["lasted"] <= high)


def _thirds(thirds: Iterable[float]) -> str:
    return ", ".join(percent(third) for third in thirds)


def summary(found: Record) -> TextTable:
    """All measures."""
    rows = [(one.name, one.found, one.bound, one.verdict) for one in measures(found)]
    return TextTable("Soundness", ("measure", "found", "bound", "verdict"), rows)


def compared(records: Mapping[str, Record]) -> TextTable:
    """All measures, a column for each version."""
    memory = any(map(_remembers, records.values()))
    columns = [measures(found, memory=memory) for found in records.values()]
    rows = [
        (lines[0].name, *(line.found for line in lines), lines[-1].bound, lines[-1].verdict)
        for lines in zip(*columns, strict=True)
    ]
    return TextTable("Soundness", ("measure", *records, "bound", "verdict"), rows)


def details(found: Record, rows: Mapping[str, SignRow]) -> list[TextTable]:
    """The tables under the summary; those without a row are left out."""
    return [table for table in every_table({"read": found}, rows) if table.rows]


def every_table(records: Mapping[str, Record], rows: Mapping[str, SignRow]) -> list[TextTable]:
    """What was measured in full: the last record, and the signs of each."""
    last = list(records.values())[-1]
    edges = [(of, one) for of, part in last["edges"].items() for one in part]
    edges.sort(key=lambda edge: (-edge[1]["least"], -edge[1]["factor"]))
    nothing: Record = {"breaches": {}, "governments": {}, "later": None}
    values = {
        "records": records,
        "rows": rows,
        "last": last,
        "edges": edges[:10],
        "memory": nothing | last.get("memory", {}),
        "lists": LISTS,
        "names": _WHERE,
        "term": TERM,
        "years": YEARS,
        "number": number,
        "exact": exact,
        "percent": percent,
        "factor": _read,
        "thirds": _thirds,
        "named": _named,
    }
    return list(laid_out("sim.soundness/details.txt.j2", values))


def _read(row: Mapping[str, float] | None) -> str:
    """To how many times it moves, and whether that is a hit."""
    if row is None:
        return "-"
    if row["before"] <= 0:
        return "nothing to read"
    factor = row["after"] / row["before"]
    digits = 3 if abs(factor - 1) < 0.05 else 2
    return f"{number(factor, digits)} times, {'hit' if row['hit'] else 'miss'}"


def _named(path: str) -> str:
    """A number's path as the quantity that it is."""
    words = path.split(".")
    if words[0] == "issues":
        return f"{words[4]} of {words[3]} on {words[1]}"
    return f"weight of {words[1]} on {words[3]}"
