"""A session as tables for other programs: one zip file of CSV files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import resources

import yaml

from sim.classroom.debrief.record import PersonRecord, SessionRecord, TableRecord
from sim.classroom.forecast.forecast import MEDIAN
from sim.classroom.forecast.order_effects import SeatChoice
from sim.classroom.game.table import Act
from sim.reporting.arrangement_text import arrangement_text
from sim.results.formats import BOM, harmless
from sim.scenario.calendar import date_after
from sim.scenario.lookup import governed_actors, promises

_Cells = tuple[object, ...]
_Rows = Iterator[_Cells]


def export_tables(record: SessionRecord) -> bytes:
    """Write events, choices, messages and students as CSV files in one zip file.

    With them what became of arrangements, promises, governments and beliefs, where the scenario
    has any.
    Columns are those of ``export_columns.yaml``; times are UTC. Where people are called by
    pseudonyms in the record, they are here.
    """
    described = record.scenario.description
    files: dict[str, Callable[[SessionRecord], _Rows]] = {
        "events.csv": _events,
        "choices.csv": _choices,
        "messages.csv": _messages,
        "students.csv": _students,
    }
    if described.arrangements:
        files["arrangements.csv"] = _arrangements
    if promises(described):
        files["promises.csv"] = _promises
    if governed_actors(described):
        files["governments.csv"] = _governments
    if described.beliefs:
        files["beliefs.csv"] = _beliefs
    text = (resources.files(__package__) / "export_columns.yaml").read_text(encoding="utf-8")
    columns = yaml.safe_load(text)
    if not governed_actors(described):
        columns["choices.csv"].remove("by_review")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in files.items():
            written = io.StringIO(newline="")
            writer = csv.writer(written)
            writer.writerow(columns[name])
            writer.writerows([harmless(cell) for cell in row] for row in rows(record))
            # With a fixed date the same record is the same file.
            content = written.getvalue().encode(BOM)
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _at(record: SessionRecord, table: TableRecord, round: int) -> _Cells:
    """A table, a round, the day on which it begins, and that on which the next one does."""
    return table.number, round, *map(str, record.dates[round - 1 : round + 1])


def _events(record: SessionRecord) -> _Rows:
    watch = record.scenario.description.watch
    for table in record.tables:
        for round, events in enumerate(table.events, start=1):
            at = _at(record, table, round)
            for event in events:
                yield (*at, "event", event.id, event.name, int(event.by_teacher))
            for name, first in table.watched.items():
                if first == round:
                    yield (*at, "watched", name, watch[name].name, 0)


def _choices(record: SessionRecord) -> _Rows:
    for table in record.tables:
        for round, acts in enumerate(table.acts, start=1):
            effects = table.effects[round - 1]
            choices = {
                (one.actor, one.target, one.track): one
                for one in (effects.choices if effects else ())
            }
            for act in acts:
                if act.lever is not None or act.by_people:
                    choice = choices.get((act.actor, act.target, act.track))
                    yield (*_at(record, table, round), *_act(act), *_model(record, choice))


def _act(act: Act) -> _Cells:
    """What was done, and by whom; ``move`` says what came of it."""
    move = "pass" if act.lever is None else "act"
    if act.asked:
        move = "agreement" if act.accepted else "refusal"
    if act.crossed:
        move = "crossed"
    by = "people" if act.by_people else "model"
    answered = ("people" if act.answered_by_people else "model") if act.asked else ""
    slot = (act.actor, act.target, act.track)
    return (*slot, act.lever or "", move, int(act.accepted), by, answered)


def _model(record: SessionRecord, choice: SeatChoice | None) -> _Cells:
    """What the model would have done, and why; empty where it was not asked."""
    review = bool(governed_actors(record.scenario.description))
    if choice is None:
        return ("",) * (7 + review)
    best, why = choice.likeliest, choice.why
    reasons = (why.interest, why.sentiment, why.heat, *[why.review] * review) if why else ()
    return (
        f"{choice.chance:.4g}",
        best.lever or "pass",
        f"{best.chance:.4g}",
        f"{choice.usual:.4g}",
        *((f"{one:.4g}" for one in reasons) if reasons else [""] * (3 + review)),
    )


def _messages(record: SessionRecord) -> _Rows:
    for one in record.messages:
        table = "all" if one.table is None else one.table
        to = " ".join(one.to) or "all"
        yield _time(one.at), table, one.round, one.actor or "", one.by, to, one.text


def _students(record: SessionRecord) -> _Rows:
    tables = {table.number: table for table in record.tables}
    for one in record.people:
        table = tables.get(one.table or 0)
        seated = table is not None and one.actor is not None
        yield (
            *(one.name, one.table or "", one.actor or "", _time(one.joined)),
            "" if table is None else table.played,
            one.rounds_chosen,
            table.rounds_chosen[one.actor or ""] if table is not None and seated else "",
            *(one.rounds_answered, one.messages),
            *_changes(table, one),
        )


def _changes(table: TableRecord | None, person: PersonRecord) -> _Cells:
    """How a seat's support and own interest changed, and what the model's futures have of it."""
    if table is None or person.actor is None:
        return ("",) * 5
    first, now = table.support[person.actor]
    if table.start is None or table.now is None:
        return (_rounded(now - first), "", "", "", "")
    bands = table.start.interest[person.actor]
    own = table.now.interest[person.actor][MEDIAN][table.played]
    values = (own, *(bands[level][table.played] for level in (0, MEDIAN, -1)))
    return (_rounded(now - first), *(_rounded(value - bands[MEDIAN][0]) for value in values))


def _arrangements(record: SessionRecord) -> _Rows:
    for table in record.tables:
        for one in table.changes:
            name = arrangement_text(one.instance, table.scenario.description)
            by = (one.cause or "", one.actor or "", one.target or "")
            yield (*_at(record, table, one.round), one.instance.label, name, one.how, *by)


def _promises(record: SessionRecord) -> _Rows:
    calendar = record.scenario.description.calendar
    for table in record.tables:
        for one in table.pledges:
            promise, until = one.promise, str(date_after(calendar, one.due))
            delivers = table.scenario.description.levers[promise.lever].delivers
            by = delivers.lever if delivers else ""
            state = (one.made, one.due, until, one.state, one.overdue or "", one.settled or "")
            for owed in promise.owed:
                yield (table.number, promise.label, promise.lever, *owed, by, *state)


def _governments(record: SessionRecord) -> _Rows:
    for table in record.tables:
        for one in table.new_governments:
            at = _at(record, table, one.round)
            head = (*at, one.actor, one.event, int(one.before), *map(_rounded, one.support))
            moved: list[_Cells] = [
                (change.on, _rounded(change.before), _rounded(change.after))
                for change in one.moved
                if change.kind == "position"
            ]
            for cells in moved or [("", "", "")]:
                yield (*head, *cells)


def _beliefs(record: SessionRecord) -> _Rows:
    for table in record.tables:
        for course in table.beliefs:
            about = (course.held.id, course.belief.name, course.belief.by)
            levels = (course.mean, course.low, course.high, course.true)
            for round in range(1, len(course.mean)):
                numbers = (_rounded(float(level[round])) for level in levels)
                yield (*_at(record, table, round), *about, *numbers)


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
