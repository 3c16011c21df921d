"""Several tables beside each other: the same luck, so they differ by choices and injects."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from sim.classroom.debrief.record import SessionRecord, TableRecord
from sim.classroom.debrief.text import Wording, table_title
from sim.classroom.game.table import Act
from sim.reporting.chart import Table
from sim.text import NBSP, listing, number, percent, sentence

APART = 0.25
"""Standard deviations from which on tables are said to differ."""


@dataclass(frozen=True)
class Side:
    """Choices of all tables in one round, side by side."""

    round: str
    table: Table


def differences(
    record: SessionRecord, words: Wording
) -> list[tuple[str, TableRecord, TableRecord, float]] | None:
    """Outcomes on which tables stand apart: the lowest and the highest, and by how much.

    In standard deviations of what was possible at the start, the largest first; only
    tables that have come equally far are compared. None where there is nothing to compare.
    """
    start = next((table.start for table in record.tables if table.start is not None), None)
    tables = _furthest(record)
    if start is None or len(tables) < 2 or not tables[0].played:
        return None
    found = []
    for outcome, least in words.least.items():
        spread = max(start.ends[outcome][1], least)
        ends = [(float(table.values(outcome)[-1]), -table.number) for table in tables]
        low, high = (tables[ends.index(end(ends))] for end in (min, max))
        apart = max(ends)[0] - min(ends)[0]
        if apart / spread >= APART:
            found.append((outcome, low, high, apart / spread))
    return sorted(found, key=lambda one: -one[3])


def same_injects(record: SessionRecord) -> list[SessionRecord]:
    """The tables in groups to which their teacher let the same happen."""
    groups: dict[frozenset[Hashable], list[TableRecord]] = {}
    for table in _furthest(record):
        groups.setdefault(table.injects, []).append(table)
    return [replace(record, tables=tuple(group)) for group in groups.values()]


def _furthest(record: SessionRecord) -> list[TableRecord]:
    """Those that have come furthest."""
    far = max(table.played for table in record.tables)
    return [table for table in record.tables if table.played == far]


def apart(record: SessionRecord, words: Wording) -> Table | None:
    """Where tables stand apart, in a table."""
    rows = []
    for outcome, low, high, size in differences(record, words) or ():
        item = words.measures[outcome]
        ends = [item.of_run(float(table.values(outcome)[-1])) for table in (low, high)]
        rows.append(
            (
                item.name,
                f"{table_title(low)}: {ends[0]}",
                f"{table_title(high)}: {ends[1]}",
                number(size, 1),
            )
        )
    if not rows:
        return None
    header = ("Outcome", "Lowest", "Highest", "Apart (standard deviations)")
    caption = "Where tables stand apart though they had the same luck"
    if len(same_injects(record)) > 1:
        caption += ", but not the same injects"
    return Table(caption, header, tuple(rows))


def events(record: SessionRecord, words: Wording) -> Table | None:
    """What was watched for: when each table saw it, or how likely it still is."""
    if not record.scenario.description.watch:
        return None
    start = next((table.start for table in record.tables if table.start is not None), None)
    rows = []
    for name in record.scenario.description.watch:
        first = "–" if start is None else percent(start.events[name])
        rows.append((words.event(name), first, *(_seen(t, name, words) for t in record.tables)))
    header = ("Watched for", "Probability from the start", *map(table_title, record.tables))
    return Table("What was watched for, and when it came about", header, tuple(rows))


def _seen(table: TableRecord, name: str, words: Wording) -> str:
    if name in table.watched:
        return words.when(table.watched[name])
    if table.over:
        return "not by then"
    return "–" if table.now is None else f"not yet ({percent(table.now.events[name])} by the end)"


def sides(record: SessionRecord, words: Wording) -> tuple[Side, ...]:
    """What each actor said and did toward each other, round by round, at all tables."""
    if len(record.tables) < 2:
        return ()
    found = []
    for round in range(1, max(table.played for table in record.tables) + 1):
        tables = [table for table in record.tables if table.played >= round]
        every = [
            {(act.actor, act.target, act.track): act for act in table.acts[round - 1]}
            for table in tables
        ]
        rows = []
        for way in every[0]:
            acts = [acts[way] for acts in every]
            if any(act.lever is not None for act in acts):
                cells = [_cell(act, words) for act in acts]
                who = f"{words.actor(way[0])} toward {words.actor(way[1])}, {way[2]}"
                rows.append((sentence(who), *cells))
        if rows:
            header = ("Who toward whom", *map(table_title, tables))
            caption = f"Choices in {words.when(round)}"
            found.append(Side(words.when(round), Table(caption, header, tuple(rows))))
    return tuple(found)


def _cell(act: Act, words: Wording) -> str:
    if act.lever is None:
        return "–"
    done = words.lever(act.lever, act.track)
    if act.crossed:
        return f"{done} (done by the other)"
    return done + (" (refused)" if act.asked and not act.accepted else "")


def told(record: SessionRecord, words: Wording) -> str:
    """In a sentence, on what tables stand apart."""
    if len(record.tables) < 2:
        return ""
    found = differences(record, words)
    by = "their choices alone"
    if len(same_injects(record)) > 1:
        by = "their choices and what the teacher let happen"
    if found is None:
        return f"All tables had the same luck, and differ by {by}. They cannot be compared yet."
    if not found:
        return "All tables had the same luck, and have come to much the same."
    names = [f"“{words.outcome(outcome)}” ({number(size, 1)})" for outcome, *_, size in found[:3]]
    return (
        f"All tables had the same luck, and differ by {by}: most on {listing(names)}, in standard "
        f"deviations of what was possible at{NBSP}the start."
    )
