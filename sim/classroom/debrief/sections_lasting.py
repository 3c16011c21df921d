"""What a debrief shows of arrangements, promises and governments: tables beside the model."""

from __future__ import annotations

from collections import Counter

from sim.classroom.briefs.lasting_text import change_in_words, last_month
from sim.classroom.debrief.record import SessionRecord, TableRecord
from sim.classroom.debrief.text import Wording, table_title
from sim.classroom.forecast.forecast import CONDUCT_KINDS, ConductKind
from sim.classroom.game.governments import NewGovernment
from sim.reporting.chart import Table
from sim.reporting.lasting_text import delivery, owes, whole
from sim.scenario.instances import governed, instances, promises
from sim.scenario.schema import Description
from sim.text import NBSP, listing, number, percent, sentence

HOW = (
    "An arrangement that is in force (a treaty, sanctions, a scheme) has its effects in each round "
    "until it is ended, broken off, suspended or run out. Who breaks off what was held together, "
    "without asking, loses affinity with all who hold something with it, and their trust. A "
    "promise is kept, late or broken by what is done, not by what is said; trust is the share of "
    "the other's promises that one expects to be kept, and consent to what is promised next goes "
    "by it, too."
)
GOVERNMENTS = (
    "A government can lose an election, or fall, the likelier the less support it has. A new one "
    "draws what it wants anew, and in its first four rounds looks at what its predecessors signed."
)
NOT = "not in force"
_HEADS: dict[ConductKind, str] = {
    "broken off": "broke off",
    "kept": "promises kept",
    "late": "late",
    "broken": "broken",
    "fallen": "governments changed",
}


def lasting_tables(table: TableRecord, words: Wording) -> tuple[Table, ...]:
    """What became of arrangements, promises and governments at a table; none where it has none."""
    found = (_changes(table, words), _pledges(table, words), _reigns(table, words),
             _counts(table, words))  # fmt: skip
    return tuple(one for one in found if one is not None)


def _changes(table: TableRecord, words: Wording) -> Table | None:
    described = table.scenario.description
    if not table.changes:
        return None
    rows = []
    for one in table.changes:
        by = "its term was over"
        if one.actor is not None and one.cause is not None:
            by = f"{words.actor(one.actor)}: {described.levers[one.cause].name}"
        elif one.cause is not None:
            happened = {event.id: event.name for event in table.events[one.round - 1]}
            by = happened[one.cause]
        rows.append(
            (sentence(words.when(one.round)), change_in_words(one, described), sentence(by))
        )
    caption = f"{table_title(table)}: what became of arrangements"
    return Table(caption, ("Round", "What", "By"), tuple(rows))


def _pledges(table: TableRecord, words: Wording) -> Table | None:
    described = table.scenario.description
    if not table.pledges:
        return None
    rows = []
    for one in table.pledges:
        became = {"open": "open", "overdue": "overdue", "kept": "kept",
                  "late": "delivered late", "broken": "broken"}[one.state]  # fmt: skip
        if one.settled is not None:
            became = f"{became} in {words.when(one.settled)}"
        rows.append(
            (
                f"{owes(one.promise, described)}: {delivery(one.promise, described)}",
                words.when(one.made),
                f"end of {last_month(described.calendar, one.due)}"
                if one.due <= described.calendar.rounds
                else "after the end of the game",
                became,
            )
        )
    caption = f"{table_title(table)}: what was promised, and what became of it"
    return Table(caption, ("Promise", "Made in", "Due by", "Became of it"), tuple(rows))


def _reigns(table: TableRecord, words: Wording) -> Table | None:
    if not table.new_governments:
        return None
    rows = []
    for one in table.new_governments:
        moved = [
            f"“{words.issue(m.on)}”: {number(m.before, 0)} to {number(m.after, 0)}"
            for m in one.moved
            if m.kind == "position"
        ]
        before, now = one.support
        rows.append(
            (
                f"{sentence(words.actor(one.actor))}, {words.when(one.round)}"
                f"{', let happen by the teacher' if _let_happen(one, table) else ''}",
                number(one.before, 0),
                f"{number(before, 2)} to {number(now, 2)}",
                "; ".join(moved) or "as before",
            )
        )
    header = ("New government", "Rounds of the one before", "Support at home", "What it wants")
    return Table(f"{table_title(table)}: changes of government", header, tuple(rows))


def _let_happen(reign: NewGovernment, table: TableRecord) -> bool:
    return any(
        happened.id == reign.event and happened.by_teacher
        for happened in table.events[reign.round - 1]
    )


def counts(table: TableRecord) -> dict[tuple[ConductKind, str], int]:
    """How often each actor broke off, kept, was late, broke a promise and fell, at a table."""
    found: Counter[tuple[ConductKind, str]] = Counter()
    for breach in table.breaches:
        found["broken off", breach.change.actor or ""] += 1
    for one in table.pledges:
        if one.state in ("kept", "late", "broken"):
            for debtor, _ in one.promise.owed:
                found[one.state, debtor] += 1
    for reign in table.new_governments:
        found["fallen", reign.actor] += 1
    return found


def _kinds(described: Description) -> list[ConductKind]:
    """The kinds that a scenario can have."""
    kept = CONDUCT_KINDS[1:4] if promises(described) else ()
    held = any(not one.one_sided for one in instances(described))
    return [
        *(CONDUCT_KINDS[:1] if held else ()),
        *kept,
        *(CONDUCT_KINDS[4:] if governed(described) else ()),
    ]


def _counts(table: TableRecord, words: Wording) -> Table | None:
    kinds = _kinds(table.scenario.description)
    if not kinds or not table.played:
        return None
    own, start = counts(table), table.start
    expected = None if start is None else start.conduct
    rows = []
    for actor in table.seats:
        cells = []
        for kind in kinds:
            cell = f"{own.get((kind, actor), 0):,}"
            if expected is not None:
                model = expected.counts[kind][actor][table.played]
                cell = f"{cell} ({number(model, 2)})"
            cells.append(cell)
        rows.append((sentence(words.actor(actor)), *cells))
    caption = (
        f"{table_title(table)}: how often, and in brackets how often in the model's futures from "
        f"the{NBSP}start, on average"
    )
    header = ("Actor", *(sentence(_HEADS[kind]) for kind in kinds))
    return Table(caption, header, tuple(rows))


def standing(record: SessionRecord, words: Wording) -> Table | None:
    """What is in force at each table where it stands, and in the model's futures by then."""
    described = record.scenario.description
    known = instances(described)
    far = max(table.played for table in record.tables)
    if not known or not far:
        return None
    start = next((table.start for table in record.tables if table.start is not None), None)
    rows = []
    for one in known:
        share = None if start is None or start.conduct is None else start.conduct.in_force
        cells = [table.in_force.get(one.label, NOT) for table in record.tables]
        model = "–" if share is None else percent(share[one.label][far])
        if any(cell != NOT for cell in cells) or model not in ("–", percent(0)):
            rows.append((sentence(whole(one, described)), model, *cells))
    if not rows:
        return None
    header = (
        f"After {words.when(far)}",
        "In force in the model's futures",
        *map(table_title, record.tables),
    )
    return Table("What is in force", header, tuple(rows))


def how(described: Description) -> tuple[str, ...]:
    """How to read it; nothing where a scenario has none of it."""
    remembers = bool(instances(described) or promises(described))
    return (*((HOW,) if remembers else ()), *((GOVERNMENTS,) if governed(described) else ()))


def told(table: TableRecord, words: Wording) -> tuple[str, ...]:
    """The most important of it for the pupils' page, as sentences."""
    described = table.scenario.description
    lines = [change_in_words(one.change, described) for one in table.breaches]
    for one in table.pledges:
        if one.state in ("overdue", "broken"):
            (debtor, creditor), *back = one.promise.owed
            whom = "each other" if back else words.actor(creditor)
            who = words.actors((debtor, creditor)) if back else words.actor(debtor)
            done = delivery(one.promise, described)
            lines.append(f"{sentence(who)} promised {whom} to {done}, and did not.")
    fell = [words.actor(one.actor) for one in table.new_governments]
    if fell:
        lines.append(f"The government changed in {listing(list(dict.fromkeys(fell)))}.")
    return tuple(dict.fromkeys(lines))
