"""What the teacher lets happen, and what the teacher says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Any

from starlette.requests import Request

from sim.classroom.game import log_entries as of
from sim.classroom.game.rules import arrangement_phrase, validate_event
from sim.classroom.game.table import RefusedError, Table
from sim.classroom.web.authentication import message, written, written_already
from sim.classroom.web.forms import Typed
from sim.classroom.web.teacher.admin import Admin, Notice, in_turn
from sim.classroom.web.teacher.commands import ALL
from sim.reporting.lasting_text import whole
from sim.scenario.instances import instances
from sim.scenario.phrases import BOUNDS, SLOTS, STATE, SYMMETRIC, Kind, Phrase
from sim.scenario.schema import Description
from sim.statistics.measures import quantity_text
from sim.text import listing, number, sentence

CHANGES = 3
"""Quantities that an event which is made up on the spot can change."""
_MOST_OPTIONS = 400
"""Between many actors there are too many quantities for a list: then only these."""


def quantity_choices(description: Description) -> list[tuple[str, list[tuple[str, str]]]]:
    """All that an event can change, in groups: a heading, and pairs of phrase and words."""
    found = []
    for kind in STATE:
        rows = [
            (str(one), sentence(quantity_text(one, description))) for one in _all(kind, description)
        ]
        if rows:
            low, high = BOUNDS[kind]
            span = "" if kind == "power" else f" ({number(low, 0)} to {number(high, 0)})"
            found.append((sentence(_HEADINGS[kind]) + span, rows[:_MOST_OPTIONS]))
    return found


_HEADINGS: dict[Kind, str] = {
    "affinity": "affinity",
    "tension": "tension",
    "commitment": "pledges of help",
    "ties": "trade and exchange",
    "support": "support at home",
    "power": "power",
    "issue": "where an issue stands",
}


def _all(kind: Kind, description: Description) -> Iterator[Phrase]:
    if SLOTS[kind] == ("actors", "actors"):
        pairs = combinations if kind in SYMMETRIC else permutations
        yield from (Phrase(kind, pair) for pair in pairs(description.actors, 2))
    else:
        slot = SLOTS[kind][0]
        yield from (Phrase(kind, (name,)) for name in getattr(description, slot))


async def inject(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Let an event happen in the coming round, at one table or at all."""
    tables = _tables(admin, typed)
    if typed.text("do") == "made":
        name, changes = written(typed.text("name")), _changes(typed)
        begins, ends = (_arrangements(typed, field) for field in ("begins", "ends"))
        if len(name) > 200:
            raise RefusedError("the event's name is too long: 200 letters at most")
        what: dict[str, Any] = {"name": name, "changes": changes, "begins": begins, "ends": ends}
    else:
        event = typed.text("event")
        if not event:
            raise RefusedError("choose an event of the list")
        if len(event) > 100:
            raise RefusedError("there is no such event: choose one of the list")
        found = admin.room.session.scenario.description.events.get(event)
        name, what = found.name if found else event, {"event": event}
    now = admin.room.clock()
    entries = [
        of.Injected(at=now, table=table.number, round=table.coming, **what) for table in tables
    ]
    return await _let_happen(admin, name, entries)


def _changes(typed: Typed) -> dict[str, float]:
    changes = {}
    for nth in range(1, CHANGES + 1):
        quantity = typed.text(f"quantity.{nth}")
        if quantity:
            if len(quantity) > 100:
                raise RefusedError("choose a quantity of the list")
            changes[quantity] = typed.number(f"amount.{nth}", "by how much it changes,")
    return changes


def arrangement_choices(description: Description) -> list[tuple[str, str]]:
    """All arrangements that an event can begin or end: as it names them, and in words."""
    found = instances(description)[:_MOST_OPTIONS]
    return [(arrangement_phrase(one), sentence(whole(one, description))) for one in found]


def _arrangements(typed: Typed, field: str) -> tuple[str, ...]:
    named = typed.text(field)
    if len(named) > 300:
        raise RefusedError("choose an arrangement of the list")
    return (named,) if named else ()


def _tables(admin: Admin, typed: Typed) -> list[Table]:
    session = admin.room.session
    if typed.text("table") == ALL:
        return list(session.tables)
    return [session.table(typed.whole("table", "table"))]


async def _let_happen(admin: Admin, name: str, entries: list[of.Injected]) -> Notice:
    done, refused = [], []
    async for entry in in_turn(admin.room, entries):
        try:
            _may_happen(admin.room.session.table(entry.table), entry)
            admin.room.accept(entry)
            done.append(f"table {entry.table} in round {entry.round}")
        except RefusedError as error:
            refused.append(f"table {entry.table}: {error}")
    if not done:
        raise RefusedError("; ".join(refused))
    rest = f" Not done at {'; '.join(refused)}." if refused else ""
    return Notice(f"“{name}” happens at {listing(done)}.{rest}")


def _may_happen(table: Table, entry: of.Injected) -> None:
    """Check that an event which happens once has not been, and that none is made up twice.

    Raises
    ------
    RefusedError
    """
    described, event = table.compiled.description, entry.event
    if event is None:
        made = validate_event(entry, described)
        if (table.coming, made) in table.adhoc_events.values():
            raise RefusedError("it happens in this round already")
        return
    if event not in described.events:
        return
    found = described.events[event]
    if found.repeats or found.government is not None:  # governments come and go
        return
    for round in range(1, table.round + 1):
        if event in table.events(round) and event not in table.coming_events():
            raise RefusedError(
                f"it happened in round {round}, and can happen only once (the scenario's "
                "'repeats'): make up another event with the same changes"
            )


async def say(admin: Admin, request: Request, typed: Typed) -> Notice:
    """Send a message: to all tables, to one, or to some seats of one or of each."""
    text = message(typed.text("text"))
    room, to = admin.room, typed.all("to")
    if any(one not in room.session.scenario.description.actors for one in to):
        raise RefusedError("there is no such seat: choose of the list")
    everywhere = typed.text("table") == ALL
    tables = [None] if everywhere and not to else [one.number for one in _tables(admin, typed)]
    since = typed.whole("written", "number") if typed.text("written") else None
    if not written_already(room, None, since, to, text, *tables):
        async for number in in_turn(room, tables):
            room.accept(of.Said(at=room.clock(), table=number, to=to, text=text))
    names = [room.session.scenario.description.actors[one].name for one in to]
    whom = listing(names) if names else "all"
    where = "all tables" if everywhere else f"table {typed.text('table')}"
    return Notice(f"Sent to {whom} at {where}.")
