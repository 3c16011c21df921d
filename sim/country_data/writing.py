"""A scenario from data as files: readable YAML with comments, and its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
                "about": " ".join(_about(table) for table in files),
            }
            for key, files in _tables(start.evidence).items()
            if key in start.cited
        }
    }


def _state(key: str) -> int:
    word = key.rpartition("-")[2]
    return int(word) if word.isdigit() else 0


def _maker(table: Table, whose: str | None) -> str:
    found = next((one.maker for one in LAYOUTS if one.name == table.layout), table.layout)
    return f"{found}, {whose}" if whose else found


def _years(tables: tuple[Table, ...], evidence: Evidence) -> str:
    years = {row.year for table in tables for row in table.rows}
    if tables == evidence.events:
        years = {year for year in years if year >= evidence.window[0]}
    return f"{min(years)}-{max(years)}" if len(years) > 1 else str(min(years, default=""))


def _about(table: Table) -> str:
    vintage = f", {table.vintage}" if table.vintage else ""
    said = f"File {table.file} ({table.layout}{vintage}): {_lines(table)}."
    return said + (f" Not used: {_left(table)}." if table.unused.count else "")


def _lines(table: Table) -> str:
    return f"{table.used:,} of {table.lines:,} lines used"


def _left(table: Table) -> str:
    """Lines of a file that were not used: ``3 later than ... (first: line 9)``."""
    return "; ".join(f"{number:,} {why} (first: line {line})" for why, number, line in table.unused)


def used(start: Start) -> tuple[tuple[str, str, str], ...]:
    """What was used: the number of a scenario, the file with its layout, and its lines."""
    return tuple(
        (_USED_FOR[table.kind], f"{table.file} ({table.layout})", _lines(table))
        for key, files in _tables(start.evidence).items()
        if key in start.cited
        for table in files
    )


def not_used(start: Start) -> dict[str, str]:
    """Files that no number rests on, and the lines of the others that were left out."""
    found = dict(start.evidence.left)
    for key, files in _tables(start.evidence).items():
        for table in files:
            if key not in start.cited:
                found[table.file] = _UNCITED.get(key, "no number could be drawn from it")
            elif table.unused.count:
                found[table.file] = _left(table)
    return dict(sorted(found.items()))
