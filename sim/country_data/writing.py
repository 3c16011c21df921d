"""A scenario from data as files: readable YAML with comments, and its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.country_data.events import GDELT_LAYOUT
from sim.country_data.evidence import Evidence
from sim.country_data.folder import LAYOUTS
from sim.country_data.table import Table
from sim.scenario.yaml_reader import yaml_text

if TYPE_CHECKING:
    from sim.country_data.start import Start

_ID_OF_KIND = {
    "capabilities": "cinc",
    "ideal points": "un-votes",
    "alliances": "alliances",
    "trade": "trade",
    "all trade": "all-trade",
    "gdp": "gdp",
}
_USED_FOR = {
    "capabilities": "power",
    "ideal points": "affinity",
    "alliances": "commitment",
    "trade": "ties",
    "all trade": "ties",
    "gdp": "ties",
    "events": "usual frequencies, tension, affinity",
    "approval": "support",
}
_MOST_NAMED = 3
"""Files of a kind that are named one by one."""
_UNCITED = {
    "all-trade": "totals of each state say nothing of who trades with whom",
    "gdp": "there is no trade of pairs to set beside it",
}
_HEADS = {
    "actors": "Who acts. Power is the index of national capability, support the approval at home.",
    "relations": (
        "How they stand to one another. 'A and B' is the same both ways, 'A to B' is not. A trend\n"
        "# stands where the ten years before have one that stands out from its scatter."
    ),
    "levers": (
        "What they can do: the four kinds of acts of event data, and visits where the files tell\n"
        "# them apart. What a use changes is judgement."
    ),
    "outcomes": "What the report draws, and what it gives a probability for.",
}


def scenario_text(start: Start, name: str) -> str:
    """The scenario file with comments; ``name``: its name without ending."""
    document = {**start.document}
    lines = [
        "# yaml-language-server: $schema=schema.json",
        "#",
        f"# {document['title']}.",
        f"# Written by 'new {name} --from-data', from the files that {name}-sources.yaml lists.",
        f"# Nothing later than {start.year} is in any number. Each says in 'why' its year and "
        "formula.",
    ]
    if start.missing:
        lines += ["#", "# Missing, and left as a judgement for you to replace:"]
        lines += [f"# - {said}" for said in start.said_missing]
    if start.poor:
        lines += ["#", "# Drawn from too little:"]
        lines += [f"# - {said}" for said in start.said_poor]
    lines += [
        "#",
        "# What it is about no data set says: add 'issues', levers of your own, and events",
        "# (docs/scenario-format.md).",
        "",
    ]
    parts = ["\n".join(lines)]
    head = {key: document[key] for key in ("title", "summary")}
    rest = {key: document[key] for key in ("calendar", "runs")}
    parts.append(yaml_text({**head, "sources": f"{name}-sources.yaml", **rest}))
    for key in ("actors", "relations", "levers", "outcomes", "watch"):
        if key in _HEADS:
            parts.append(f"\n# {'-' * 75}\n# {_HEADS[key]}\n\n")
        parts.append(yaml_text({key: document[key]}))
    return "".join(parts)


def sources_text(start: Start) -> str:
    """The sources file with comments."""
    return (
        f"# What the numbers of a scenario from data up to {start.year} rest on.\n"
        "# Files are named as they lay in the folder; each entry says what was not used.\n\n"
        + yaml_text(start.library)
    )


def _tables(evidence: Evidence) -> dict[str, tuple[Table, ...]]:
    """The files that count, by the id that numbers cite them by."""
    tables: dict[str, tuple[Table, ...]] = {
        _ID_OF_KIND[kind]: (table,) for kind, table in evidence.one.items()
    }
    if evidence.events:
        tables["events"] = evidence.events
    for state, table in evidence.approval.items():
        tables[f"approval-{state}"] = (table,)
    return tables


def library(start: Start) -> dict[str, Any]:
    """Entries of the sources file, for the ids that are cited."""
    names = {one.number: one.name for one in start.members}
    return {
        "data": {
            key: {
                "name": _maker(files[0], names.get(_state(key))),
                "year": _years(files, start.evidence),
                "about": _about(files),
            }
            for key, files in _tables(start.evidence).items()
            if key in start.cited
        }
    }


def _state(key: str) -> int:
    word = key.rpartition("-")[2]
    return int(word) if word.isdigit() else 0


def _maker(table: Table, whose: str | None) -> str:
    layouts = (*LAYOUTS, GDELT_LAYOUT)
    found = next(one.maker for one in layouts if one.name == table.layout)
    return f"{found}, {whose}" if whose else found


def _years(tables: tuple[Table, ...], evidence: Evidence) -> str:
    years = {row.year for table in tables for row in table.rows}
    if not years:  # an alliance file that has nothing of the states
        years = {day.year for table in tables for day in table.days or ()}
    if tables == evidence.events:
        years = {year for year in years if year >= evidence.window[0]}
    return f"{min(years)}-{max(years)}" if len(years) > 1 else str(min(years, default=""))


def _about(tables: tuple[Table, ...]) -> str:
    """Files that count, with their lines; of many, their sum."""
    vintage = f", {tables[0].vintage}" if tables[0].vintage else ""
    said = f"{_files(tables)} ({tables[0].layout}{vintage}): {_lines(tables)}."
    left = _left(tables)
    return said + (f" Not used: {left}." if left else "")


def _files(tables: tuple[Table, ...]) -> str:
    """The name of a file, or of the first and the last of many."""
    if len(tables) <= _MOST_NAMED:
        return ", ".join(table.file for table in tables)
    return f"{len(tables):,} files, {tables[0].file} to {tables[-1].file}"


def _lines(tables: tuple[Table, ...]) -> str:
    used, lines = (sum(getattr(table, word) for table in tables) for word in ("used", "lines"))
    return f"{used:,} of {lines:,} lines used"


def _left(tables: tuple[Table, ...]) -> str:
    """Lines that were not used, by reason: ``3 later than ... (first: line 9)``."""
    counts: dict[str, tuple[int, str]] = {}
    for table in tables:
        for why, number, line in table.unused:
            where = f"line {line}" if len(tables) == 1 else f"{table.file} line {line}"
            before, first = counts.get(why, (0, where))
            counts[why] = (before + number, first)
    return "; ".join(
        f"{number:,} {why} (first: {first})" for why, (number, first) in counts.items()
    )


def used(start: Start) -> tuple[tuple[str, str, str], ...]:
    """What was used: the number of a scenario, the files with their layout, and their lines."""
    return tuple(
        (_USED_FOR[files[0].kind], f"{_files(files)} ({files[0].layout})", _lines(files))
        for key, files in _tables(start.evidence).items()
        if key in start.cited
    )


def not_used(start: Start) -> dict[str, str]:
    """Files that no number rests on, and the lines of the others that were left out."""
    found: dict[str, str] = {}
    by_reason: dict[str, list[str]] = {}
    for file, why in sorted(start.evidence.left.items()):
        by_reason.setdefault(why, []).append(file)
    for why, files in by_reason.items():
        if len(files) > _MOST_NAMED:
            found[f"{len(files):,} files, {files[0]} to {files[-1]}"] = why
        else:
            found.update(dict.fromkeys(files, why))
    for key, tables in _tables(start.evidence).items():
        if key not in start.cited:
            found[_files(tables)] = _UNCITED.get(key, "no number could be drawn from it")
        elif left := _left(tables):
            found[_files(tables)] = left
    return dict(sorted(found.items()))
