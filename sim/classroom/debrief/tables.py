"""Tables of a debrief: tables of the class side by side, rounds, proposals, and what lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from sim.classroom.briefs.arrangement_text import change_in_words, last_month
from sim.classroom.debrief.record import SessionRecord, TableRecord, TurningPoint
from sim.classroom.debrief.text import SAID, Wording, table_title
from sim.classroom.forecast.forecast import CONDUCT_KINDS, ConductKind
from sim.classroom.game.table import Act, NewGovernment
from sim.reporting.arrangement_text import arrangement_text, delivery, owes
from sim.reporting.chart_kit import Table
from sim.results.arrangements import ArrangementChange, Pledge
from sim.scenario.lookup import governed_actors, instances, promises
from sim.text import NBSP, enough, number, percent, sentence, signed

_NOTABLE = 0.05
"""Change of a probability from which on it is told."""
_APART = 0.25
"""Standard deviations from which on tables are said to differ."""


def table_differences(
    record: SessionRecord, words: Wording
) -> list[tuple[str, TableRecord, TableRecord, float]] | None:
    """Outcomes on which tables stand apart: the lowest and the highest, and by how much.

    In standard deviations of what was possible at the start, the largest first; only
    tables that have come equally far are compared. None where there is nothing to compare.
    """
    start, tables = record.start, _furthest(record)
    if start is None or len(tables) < 2 or not tables[0].played:
        return None
    found = []
    for outcome, least in words.least.items():
        spread = max(start.ends[outcome][1], least)
        ends = [(float(table.values(outcome)[-1]), -table.number) for table in tables]
        low, high = (tables[ends.index(end(ends))] for end in (min, max))
        apart = max(ends)[0] - min(ends)[0]
        if apart / spread >= _APART:
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
    return [table for table in record.tables if table.played == record.furthest]


def apart(record: SessionRecord, words: Wording) -> Table | None:
    """Where tables stand apart, in a table."""
    rows = []
    for outcome, low, high, size in table_differences(record, words) or ():
        item = words.measures[outcome]
        ends = [item.of_run(float(table.values(outcome)[-1])) for table in (low, high)]
        lowest, highest = f"{table_title(low)}: {ends[0]}", f"{table_title(high)}: {ends[1]}"
        rows.append((item.name, lowest, highest, number(size, 1)))
    caption = "Where tables stand apart though they had the same luck"
    if len(same_injects(record)) > 1:
        caption += ", but not the same injects"
    return _table(caption, "Outcome | Lowest | Highest | Apart (standard deviations)", rows)


def _table(caption: str, header: str, rows: Sequence[tuple[str, ...]]) -> Table | None:
    """A table whose header is one text, parted by bars; None where it has no rows."""
    return Table(caption, tuple(header.split(" | ")), tuple(rows)) if rows else None


def watched(record: SessionRecord, words: Wording) -> Table | None:
    """What was watched for: when each table saw it, or how likely it still is."""
    start, rows = record.start, []
    for name in record.scenario.description.watch:
        first = "–" if start is None else percent(start.events[name])
        rows.append((words.event(name), first, *(_seen(t, name, words) for t in record.tables)))
    header = " | ".join(
        ("Watched for", "Probability from the start", *map(table_title, record.tables))
    )
    return _table("What was watched for, and when it came about", header, rows)


def _seen(table: TableRecord, name: str, words: Wording) -> str:
    if name in table.watched:
        return words.when(table.watched[name])
    if table.over:
        return "not by then"
    return "–" if table.now is None else f"not yet ({percent(table.now.events[name])} by the end)"


def sides(record: SessionRecord, words: Wording) -> tuple[tuple[str, Table], ...]:
    """Each round, and what each actor said and did toward each other in it at all tables."""
    if len(record.tables) < 2:
        return ()
    found = []
    for round in range(1, record.furthest + 1):
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
            found.append((words.when(round), Table(caption, header, tuple(rows))))
    return tuple(found)


def _cell(act: Act, words: Wording) -> str:
    if act.lever is None:
        return "–"
    done = words.lever(act.lever, act.track)
    if act.crossed:
        return f"{done} (done by the other)"
    return done + (" (refused)" if act.asked and not act.accepted else "")


def apart_in_words(record: SessionRecord, words: Wording) -> str:
    """In a sentence, on what tables stand apart."""
    if len(record.tables) < 2:
        return ""
    found, injects = table_differences(record, words), len(same_injects(record)) > 1
    first = (found or [])[:3]
    names = [f"“{words.outcome(outcome)}” ({number(size, 1)})" for outcome, *_, size in first]
    return SAID.apart(names, found is not None, injects)


# -- rounds and proposals of one table -----------------------------------------------


def moves(found: Sequence[TurningPoint], table: TableRecord, words: Wording) -> Table | None:
    """How each round moved what was expected of the end, most of all."""
    rows = []
    for turn in found:
        move = turn.largest
        item = words.measures[move.outcome].telling((move.before, move.after))
        watched = [
            f"“{words.event(name)}” {signed(100 * (after - before), 0)}"
            for name, (before, after) in turn.chances.items()
            if abs(after - before) >= _NOTABLE
        ]
        shares = (sum(move.orders.values()), move.events, move.rest)
        rows.append(
            (
                sentence(words.when(turn.round)),
                item.name,
                f"{item.show(move.before)} to {item.show(move.after)}",
                signed(move.size, 2),
                ", ".join(signed(move.sized(share), 2) for share in shares),
                "; ".join(watched) or "–",
            )
        )
    return _table(
        f"{table_title(table)}: how each round moved what was expected of the end",
        "Round | Moved most | Expected end | Standard deviations | "
        "Of them: orders, events, the rest | Watched events (percentage points)",
        rows,
    )


def proposals(table: TableRecord, words: Wording) -> Table | None:
    """Every proposal, its answer, and the chance and the draw behind it."""
    rows = []
    for effects in table.rounds:
        for one in effects.answers:
            digits = enough((one.chance, one.draw), 2)
            rows.append(
                (
                    f"{sentence(words.when(effects.round))}, {words.actor(one.actor)} to "
                    f"{words.actor(one.target)}: {words.lever(one.lever, one.track)}",
                    "agreed" if one.agreed else "refused",
                    "people" if one.by_people else "the model",
                    number(one.chance, digits),
                    words.why(one.usual, one.why),
                    "–" if one.by_people else number(one.draw, digits),
                )
            )
    title = table_title(table)
    return _table(
        f"{title}: proposals; a computed actor agrees when the draw is below the chance",
        "Proposal | Answer | Answered by | The model's chance of consent | In ordinary times | "
        "Draw",
        rows,
    )


# -- arrangements, promises and governments beside the model ---------------------------

_NOT_IN_FORCE = "not in force"
_HEADS: dict[ConductKind, str] = {
    "broken off": "Broke off",
    "kept": "Promises kept",
    "late": "Late",
    "broken": "Broken",
    "fallen": "Governments changed",
}


def lasting_tables(table: TableRecord, words: Wording) -> tuple[Table, ...]:
    """What became of arrangements, promises and governments at a table; none where it has none."""
    title, name = table_title(table), words.actor
    found = (
        _table(
            f"{title}: what became of arrangements",
            "Round | What | By",
            [_change(one, table, words) for one in table.changes],
        ),
        _table(
            f"{title}: what was promised, and what became of it",
            "Promise | Made in | Due by | Became of it",
            [_pledge(one, table, words) for one in table.pledges],
        ),
        _table(
            f"{title}: changes of government",
            "New government | Rounds of the one before | Support at home | What it wants",
            [_government(one, table, words) for one in table.new_governments],
        ),
        _table(
            f"{title}: how often, and in brackets how often in the model's futures from "
            f"the{NBSP}start, on average",
            " | ".join(("Actor", *map(_HEADS.__getitem__, _kinds(table)))),
            [(sentence(name(actor)), *_counts(actor, table)) for actor in table.seats]
            if _kinds(table) and table.played
            else [],
        ),
    )
    return tuple(one for one in found if one is not None)


def _change(one: ArrangementChange, table: TableRecord, words: Wording) -> tuple[str, ...]:
    described, by = table.scenario.description, "its term was over"
    if one.actor is not None and one.cause is not None:
        by = f"{words.actor(one.actor)}: {described.levers[one.cause].name}"
    elif one.cause is not None:
        by = next(event.name for event in table.events[one.round - 1] if event.id == one.cause)
    return sentence(words.when(one.round)), change_in_words(one, described), sentence(by)


def _pledge(one: Pledge, table: TableRecord, words: Wording) -> tuple[str, ...]:
    described = table.scenario.description
    due = "after the end of the game"
    became: str = "delivered late" if one.state == "late" else one.state
    if one.due <= described.calendar.rounds:
        due = f"end of {last_month(described.calendar, one.due)}"
    if one.settled is not None:
        became = f"{became} in {words.when(one.settled)}"
    promise = f"{owes(one.promise, described)}: {delivery(one.promise, described)}"
    return promise, words.when(one.made), due, became


def _government(one: NewGovernment, table: TableRecord, words: Wording) -> tuple[str, ...]:
    moved = [
        f"“{words.issue(m.on)}”: {number(m.before, 0)} to {number(m.after, 0)}"
        for m in one.moved
        if m.kind == "position"
    ]
    (by_teacher,) = (e.by_teacher for e in table.events[one.round - 1] if e.id == one.event)
    let = ", let happen by the teacher" if by_teacher else ""
    before, now = one.support
    return (
        f"{sentence(words.actor(one.actor))}, {words.when(one.round)}{let}",
        number(one.before, 0),
        f"{number(before, 2)} to {number(now, 2)}",
        "; ".join(moved) or "as before",
    )


def _kinds(table: TableRecord) -> list[ConductKind]:
    """The kinds of conduct that a scenario can have."""
    described = table.scenario.description
    promised, falls = bool(promises(described)), bool(governed_actors(described))
    held = any(not one.one_sided for one in instances(described))
    can: dict[ConductKind, bool] = {"broken off": held, "fallen": falls}
    return [kind for kind in CONDUCT_KINDS if can.get(kind, promised)]


def _counts(actor: str, table: TableRecord) -> Iterator[str]:
    own, start = counts(table), table.start
    for kind in _kinds(table):
        model = ""
        if start is not None:
            model = f" ({number(start.conduct[kind][actor][table.played], 2)})"
        yield f"{own.get((kind, actor), 0):,}{model}"


def counts(table: TableRecord) -> dict[tuple[ConductKind, str], int]:
    """How often each actor broke off, kept, was late, broke a promise and fell, at a table."""
    found: Counter[tuple[ConductKind, str]] = Counter()
    for breach in table.breaches:
        found["broken off", breach.change.actor or ""] += 1
    for one in table.pledges:
        if one.state in ("kept", "late", "broken"):
            for debtor, _ in one.promise.owed:
                found[one.state, debtor] += 1
    for government in table.new_governments:
        found["fallen", government.actor] += 1
    return found


def in_force(record: SessionRecord, words: Wording) -> Table | None:
    """What is in force at each table where it stands, and in the model's futures by then."""
    described, start, far = record.scenario.description, record.start, record.furthest
    rows = []
    for one in instances(described) if far else ():
        cells = [table.in_force.get(one.label, _NOT_IN_FORCE) for table in record.tables]
        model = "–" if start is None else percent(start.in_force[one.label][far])
        if any(cell != _NOT_IN_FORCE for cell in cells) or model not in ("–", percent(0)):
            rows.append((sentence(arrangement_text(one, described)), model, *cells))
    if not rows:
        return None
    heads = ("In force in the model's futures", *map(table_title, record.tables))
    return _table("What is in force", " | ".join((f"After {words.when(far)}", *heads)), rows)
