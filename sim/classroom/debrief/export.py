"""A session as tables for other programs: one zip file of CSV files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from sim.classroom.debrief.order_effects import SeatChoice
from sim.classroom.debrief.record import SessionRecord, TableRecord
from sim.classroom.forecast.forecast import MEDIAN
from sim.classroom.game.table import Act
from sim.reporting.lasting_text import whole
from sim.results.csv_file import BOM, harmless
from sim.scenario.calendar import date_after
from sim.scenario.instances import governed, promises

_Row = tuple[object, ...]

_EVENTS = ("table", "round", "from", "until", "kind", "event", "name", "by_teacher")
_CHOICES = (
    "table", "round", "from", "until", "actor", "target", "track", "lever", "move", "accepted",
    "by", "answered_by", "probability", "model_choice", "model_probability", "usual_probability",
    "by_interest", "by_sentiment", "by_heat",
)  # fmt: skip
_MESSAGES = ("time", "table", "round", "actor", "from", "to", "text")
_ARRANGEMENTS = (
    "table", "round", "from", "until", "arrangement", "name", "change", "cause", "actor", "target",
)  # fmt: skip
_PROMISES = (
    "table", "promise", "lever", "owed_by", "owed_to", "delivered_by", "made", "due", "due_until",
    "state", "overdue", "settled",
)  # fmt: skip
_GOVERNMENTS = (
    "table", "round", "from", "until", "actor", "event", "rounds_before", "support_before",
    "support_after", "issue", "position_before", "position_after",
)  # fmt: skip
_STUDENTS = (
    "name", "table", "actor", "joined", "rounds", "rounds_chosen", "rounds_chosen_by_seat",
    "rounds_answered", "messages", "support_change", "interest_change", "model_low",
    "model_median", "model_high",
)  # fmt: skip


def export_tables(record: SessionRecord) -> bytes:
    """Write events, choices, messages and students as CSV files in one zip file.

    With them what became of arrangements, promises and governments, where the scenario has any.

    Times are UTC; a round lasts from the day ``from`` until the day ``until``, on which the
    next one begins. Where people are called by pseudonyms in the record, they are here.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, columns, rows in (
            ("events.csv", _EVENTS, _events(record)),
            ("choices.csv", (*_CHOICES, *_more(record)), _choices(record)),
            ("messages.csv", _MESSAGES, _messages(record)),
            ("students.csv", _STUDENTS, _students(record)),
            *_lasting(record),
        ):
            # With a fixed date the same record is the same file.
            archive.writestr(zipfile.ZipInfo(name), _written(columns, rows), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _more(record: SessionRecord) -> _Row:
    """Further reasons of a choice, where the scenario has them."""
    return ("by_review",) if governed(record.scenario.description) else ()


def _lasting(record: SessionRecord) -> Iterator[tuple[str, _Row, Iterable[_Row]]]:
    described = record.scenario.description
    if described.arrangements:
        yield "arrangements.csv", _ARRANGEMENTS, _arrangements(record)
    if promises(described):
        yield "promises.csv", _PROMISES, _promises(record)
    if governed(described):
        yield "governments.csv", _GOVERNMENTS, _governments(record)


def _arrangements(record: SessionRecord) -> Iterator[_Row]:
    for table in record.tables:
        for one in table.changes:
            described = table.scenario.description
            yield (
                table.number, one.round, *_days(record, one.round), one.instance.label,
                whole(one.instance, described), one.how, one.cause or "", one.actor or "",
                one.target or "",
            )  # fmt: skip


def _promises(record: SessionRecord) -> Iterator[_Row]:
    calendar = record.scenario.description.calendar
    for table in record.tables:
        for one in table.pledges:
            delivers = table.scenario.description.levers[one.promise.lever].delivers
            for debtor, creditor in one.promise.owed:
                yield (
                    table.number, one.promise.label, one.promise.lever, debtor, creditor,
                    delivers.lever if delivers else "", one.made, one.due,
                    str(date_after(calendar, one.due)), one.state, one.overdue or "",
                    one.settled or "",
                )  # fmt: skip


def _governments(record: SessionRecord) -> Iterator[_Row]:
    for table in record.tables:
        for one in table.new_governments:
            moved = [m for m in one.moved if m.kind == "position"]
            before, now = map(_rounded, one.support)
            head = (
                table.number, one.round, *_days(record, one.round), one.actor, one.event,
                int(one.before), before, now,
            )  # fmt: skip
            for m in moved:
                yield (*head, m.on, _rounded(m.before), _rounded(m.after))
            if not moved:
                yield (*head, "", "", "")


def _written(columns: _Row, rows: Iterable[_Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode(BOM)


def _events(record: SessionRecord) -> Iterator[_Row]:
    watch = record.scenario.description.watch
    for table in record.tables:
        for round, events in enumerate(table.events, start=1):
            days = _days(record, round)
            for event in events:
                by_teacher = int(event.by_teacher)
                yield (table.number, round, *days, "event", event.id, event.name, by_teacher)
            for name, at in table.watched.items():
                if at == round:
                    yield (table.number, round, *days, "watched", name, watch[name].name, 0)


def _choices(record: SessionRecord) -> Iterator[_Row]:
    for table in record.tables:
        for round, acts in enumerate(table.acts, start=1):
            weighed = table.weighed[round - 1]
            chosen = {
                (one.actor, one.target, one.track): one
                for one in (weighed.choices if weighed else ())
            }
            for act in acts:
                if act.lever is not None or act.by_people:
                    laid = chosen.get((act.actor, act.target, act.track))
                    yield _choice(record, table, act, laid)


def _choice(record: SessionRecord, table: TableRecord, act: Act, chosen: SeatChoice | None) -> _Row:
    move = "pass" if act.lever is None else "act"
    if act.asked:
        move = "agreement" if act.accepted else "refusal"
    if act.crossed:
        move = "crossed"
    answered = ("people" if act.answered_by_people else "model") if act.asked else ""
    more = len(_more(record))
    model: _Row = ("",) * (7 + more)
    if chosen is not None:
        best, why = chosen.likeliest, chosen.why
        reasons = (why.interest, why.sentiment, why.heat) if why else ()
        further = (why.review,) if why and more else ()
        model = (
            f"{chosen.chance:.4g}", best.lever or "pass", f"{best.chance:.4g}",
            f"{chosen.usual:.4g}", *(f"{_rounded(one):.4g}" for one in reasons),
            *[""] * (3 - len(reasons)), *(f"{_rounded(one):.4g}" for one in further),
            *[""] * (more - len(further)),
        )  # fmt: skip
    return (
        table.number, act.round, *_days(record, act.round), act.actor, act.target, act.track,
        act.lever or "", move, int(act.accepted), "people" if act.by_people else "model", answered,
        *model,
    )  # fmt: skip


def _messages(record: SessionRecord) -> Iterator[_Row]:
    for one in record.messages:
        yield (
            _time(one.at), "all" if one.table is None else one.table, one.round, one.actor or "",
            one.by, " ".join(one.to) or "all", one.text,
        )  # fmt: skip


def _students(record: SessionRecord) -> Iterator[_Row]:
    tables = {table.number: table for table in record.tables}
    for one in record.people:
        table = tables.get(one.table or 0)
        of_seat: object = ""
        fared: _Row = ("",) * 5
        if table is not None and one.actor is not None:
            of_seat, fared = table.chose[one.actor], _fared(table, one.actor)
        yield (
            one.name, one.table or "", one.actor or "", _time(one.joined),
            "" if table is None else table.played, one.chose, of_seat, one.replied, one.messages,
            *fared,
        )  # fmt: skip


def _fared(table: TableRecord, actor: str) -> _Row:
    """How a seat's support and own interest changed, and what the model's futures have of it."""
    first, now = table.support[actor]
    if table.start is None or table.now is None:
        return (_rounded(now - first), "", "", "", "")
    bands = table.start.interest[actor]
    own = table.now.interest[actor][MEDIAN][table.played]
    values = (own, *(bands[level][table.played] for level in (0, MEDIAN, -1)))
    return (_rounded(now - first), *(_rounded(value - bands[MEDIAN][0]) for value in values))


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def _days(record: SessionRecord, round: int) -> tuple[str, str]:
    """The day on which a round begins, and that on which the next one does."""
    return str(record.dates[round - 1]), str(record.dates[round])


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
