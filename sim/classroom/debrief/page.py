"""The debrief as one HTML file, like every report: it opens offline and asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.classroom.briefs.printed import worth_telling
from sim.classroom.debrief import charts, tables
from sim.classroom.debrief.order_effects import RoundEffects
from sim.classroom.debrief.questions import HARDLY, questions
from sim.classroom.debrief.record import SessionRecord, TableRecord, record_session
from sim.classroom.debrief.text import Wording, split, table_title
from sim.classroom.debrief.turning_points import (
    OutcomeMove,
    TurningPoint,
    by_decision,
    by_luck,
    table_turns,
)
from sim.classroom.forecast.job_queue import JobQueue
from sim.classroom.forecast.jobs import SessionJobs
from sim.classroom.game.session import Message, Session
from sim.reporting.chart import Table
from sim.reporting.document import (
    Block,
    Bullets,
    Details,
    Document,
    Heading,
    Note,
    Passage,
    Section,
    cards,
    terms,
)
from sim.reporting.html import page_html
from sim.reporting.trajectories import dated_events
from sim.scenario.instances import governed_actors, instances, promises
from sim.simulation.manifest import versions
from sim.text import NBSP, count, listing, month, percents, sentence, signed

_HERE = "sim.classroom.debrief"
_MOST_TURNS = 4
"""Rounds that are told at length; all stand in the table."""
_NOTABLE = 0.05
"""Change of a probability, or of an outcome in standard deviations, from which on it is told."""
_NARROW = 4
"""Tables beside one another that a phone can show as cards."""


def whole_debrief(session: Session, *, pseudonyms: bool = False) -> str:
    """The debrief of a session that nobody serves: all of it is worked out, and waited for.

    Parameters
    ----------
    session : Session
    pseudonyms : bool
        Call people by their seats.
    """
    with JobQueue() as background:
        workings = SessionJobs(session, background)
        workings.follow()
        background.wait()
        return debrief_page(record_session(session, workings, pseudonyms=pseudonyms))


def debrief_page(record: SessionRecord) -> str:
    """Lay out a debrief as HTML; made of the record alone, so in whatever thread."""
    page = debrief_document(record)
    return page_html(page)


def debrief_document(record: SessionRecord) -> Document:
    """Put a session, or some of its tables, on its page."""
    scenario, ends = record.scenario, charts.ends(record, words := Wording.of(record))
    described = scenario.description
    dated = [
        (month(np.datetime64(day)), name) for day, name in dated_events(described, record.dates)
    ]
    asked = questions(record, words)
    lasts = bool(instances(described) or promises(described))
    values = {"lasts": lasts, "governed": bool(governed_actors(described))}
    return Document(
        kind="Debrief",
        title=f"Debrief: {described.title}",
        heading=described.title,
        lead=_lead(record, words),
        headline=ends,
        summary=tuple(_summary(record, words, ends)),
        changes=worth_telling(scenario),
        changed="exercise",
        reproduction=_reproduction(record),
        same="session, seed and version",
        files=scenario.files,
        sections=(
            Section(
                "questions",
                "Questions for discussion",
                (Passage(f"{_HERE}/questions.html.j2", {"questions": asked}),)
                if asked
                else ("Nothing has been played yet.",),
            ),
            Section(
                "courses",
                "What you did, and what the model would have done",
                tuple(_courses(record, words, dated)),
            ),
            Section("interests", "Own interests", tuple(_interests(record, words))),
            Section(
                "beside",
                "Tables side by side",
                tuple(
                    Details(sentence(round), (table,), open=nth == 0)
                    for nth, (round, table) in enumerate(tables.sides(record, words))
                ),
            ),
            *(
                Section(
                    f"table-{table.number}",
                    table_title(table),
                    tuple(_table(table, record, words)),
                )
                for table in record.tables
            ),
            Section(
                "how",
                "How to read this",
                (Passage(f"{_HERE}/how_to_read.html.j2", values), terms()),
            ),
        ),
    )


def _lead(record: SessionRecord, words: Wording) -> str:
    who = [
        f"{table_title(table)} "
        f"({words.actors(actor for actor, people in table.seats.items() if people) or 'nobody'})"
        for table in record.tables
    ]
    most = charts.TABLES_NAMED
    played = listing(who) if len(who) <= most else count(len(who), "table")
    text = f"Seats played by people: {played}. "
    if not record.furthest:
        return f"{text}No round has been played yet."
    text += (
        f"{count(record.furthest, 'round')} of "
        f"{record.scenario.description.calendar.rounds:,} played, from {month(record.dates[0])} "
        f"to {month(record.dates[record.furthest])}."
    )
    more = tables.apart_in_words(record, words)
    return f"{text} {more}" if more else text


def _summary(record: SessionRecord, words: Wording, ends: Table) -> Iterator[Block]:
    if record.waiting:
        verb = "is" if record.waiting == 1 else "are"
        yield Note(
            f"{count(record.waiting, 'figure')} {verb} still being worked out, and what rests on "
            "them is left out here: open the debrief again in a minute.",
            "warn",
        )
    for table in (ends, tables.events(record, words), tables.in_force(record, words)):
        if table is not None:
            yield from (table,) if len(record.tables) > _NARROW else captioned(table)
    if (apart := tables.apart(record, words)) is not None:
        yield from captioned(apart)


def captioned(table: Table) -> tuple[Block, ...]:
    """A table as cards, with its caption above."""
    return Note(table.caption), cards(table, numbers=True)


def _courses(
    record: SessionRecord, words: Wording, dated: Sequence[tuple[str, str]]
) -> Iterator[Block]:
    """Each outcome of every table over the model's futures, and what really happened."""
    shown, real = charts.outcomes(record, words), charts.histories(record, words)
    if shown:
        yield Passage(f"{_HERE}/courses.html.j2", {"dated": dated})
    for one in shown:
        yield one
        if (history := real.get(one.id.removeprefix("outcome-"))) is not None:
            yield Details("And what really happened", (history,), look="drawn-when-open")


def _interests(record: SessionRecord, words: Wording) -> Iterator[Block]:
    if shown := charts.interests(record, words):
        yield "How each actor fares by what it cares for itself, as it changed since the start."
        yield from shown


def _table(table: TableRecord, record: SessionRecord, words: Wording) -> Iterator[Block]:
    """All that is told of one table."""
    for fault in table.faults:
        yield Note(sentence(fault), "warn")
    turns = table_turns(table, words.least)
    yield Heading("Turning points")
    yield from _turning_points(turns, table, record, words)
    if lucky := by_luck(turns)[:_MOST_TURNS]:
        yield "What luck moved, or answers, or computed actors, more than any order or event did:"
        yield Bullets(tuple(_luck(turn, words) for turn in lucky))
    if (moves := tables.moves(turns, table, words)) is not None:
        yield Details("All rounds", (moves,))
    if lasting := tables.lasting_tables(table, words):
        yield Heading("What was in force, and what was promised")
        for one in lasting:
            yield from captioned(one)
    for actor, people in table.seats.items():
        rounds = [one for one in table.rounds if any(c.actor == actor for c in one.choices)]
        if rounds:
            yield Heading(sentence(words.actor(actor)))
            yield Note(", ".join(people) or "Now played by the model")
            yield Passage(f"{_HERE}/seat.html.j2", _seat(actor, rounds, words))
    if (proposals := tables.proposals(table, words)) is not None:
        yield Heading("Proposals and answers")
        yield from captioned(proposals)
    heard = [one for one in record.messages if one.table in (None, table.number)]
    if heard:
        yield Heading("Messages")
        messages = [(_head(one, record, words), one.text) for one in heard]
        yield Passage(f"{_HERE}/messages.html.j2", {"messages": messages})


def _seat(actor: str, rounds: Sequence[RoundEffects], words: Wording) -> dict[str, object]:
    """What the form of a seat shows: its choices, and what they brought about."""
    return {
        "words": words,
        "hardly": HARDLY,
        "rounds": [
            (
                one.round,
                [choice for choice in one.choices if choice.actor == actor],
                next(order for order in one.orders if order.actor == actor),
            )
            for one in rounds
        ],
    }


def _turning_points(
    turns: Sequence[TurningPoint], table: TableRecord, record: SessionRecord, words: Wording
) -> Iterator[Block]:
    """The rounds that mattered: what they moved, and what stood in them."""
    best = by_decision(turns)
    if not best:
        yield "In no round have orders or events moved what was to be expected by much."
    elif (exhibit := charts.narrowing(table, best, record, words)) is not None:
        yield exhibit
    for turn in best[:_MOST_TURNS]:
        nth = turn.round - 1
        lines = [*_moved(turn, words)]
        if events := [
            event.name + (" (the teacher let it happen)" if event.by_teacher else "")
            for event in table.events[nth]
        ]:
            lines.append(f"Events: {'; '.join(events)}")
        weighed = table.weighed[nth]
        for order in () if weighed is None else weighed.orders:
            if moved := words.moved(order):
                did = words.deed(weighed, order.actor) if weighed else ""
                lines.append(
                    f"Effect of the order of {words.actor(order.actor)} ({did}): {'; '.join(moved)}"
                )
        yield Heading(sentence(words.when(turn.round)), 4)
        yield Bullets(tuple(lines))
        acts = [sentence(words.act(act)) for act in table.acts[nth] if act.lever is not None]
        if acts:
            yield Details("What was done in it", (Bullets(tuple(acts)),))


def _moved(turn: TurningPoint, words: Wording) -> Iterator[str]:
    for move in sorted(turn.moves, key=lambda move: -move.decided)[:3]:
        if move.decided >= _NOTABLE:
            yield f"{_went(move, words)}: {split(move, words)}"
    for name, (before, after) in turn.chances.items():
        if abs(after - before) >= 2 * _NOTABLE:
            first, last = percents((before, after))
            yield f"“{words.event(name)}”: {first} to {last}"


def _went(move: OutcomeMove, words: Wording) -> str:
    item = words.measures[move.outcome].telling((move.before, move.after))
    return (
        f"{item.name}: {item.show(move.before)} to {item.show(move.after)} "
        f"({signed(move.size, 1)} standard deviations)"
    )


def _luck(turn: TurningPoint, words: Wording) -> str:
    went = f"{_went(turn.largest, words)}: {split(turn.largest, words)}"
    return f"{sentence(words.when(turn.round))}. {went}"


def _head(message: Message, record: SessionRecord, words: Wording) -> str:
    """When a message was written, by whom and to whom."""
    when = "Before the first round" if message.round < 1 else sentence(words.when(message.round))
    if message.table is None:
        when = "To all tables"
    who = "The teacher"
    if message.actor is not None:
        seat = sentence(f"{words.actor(message.actor)} ({message.by})")
        who = str(message.by) if record.pseudonyms else seat
    return f"{when} · {who} to {words.actors(message.to) if message.to else 'all'}"


def _reproduction(record: SessionRecord) -> tuple[tuple[str, str], ...]:
    forecasts = [one for table in record.tables for one in table.forecasts if one is not None]
    weighed = [one for table in record.tables for one in table.weighed if one and one.futures]
    found = versions()
    return (
        ("Seed", str(record.seed)),
        ("Run that was played", "0, at every table"),
        *((("Futures of a forecast", f"{forecasts[0].runs:,}"),) if forecasts else ()),
        *((("Pairs of futures for each order", f"{weighed[0].futures:,}"),) if weighed else ()),
        ("Names", "pseudonyms" if record.pseudonyms else f"as they were{NBSP}given"),
        ("Entente", found["entente"]),
        ("Python", found["python"]),
        ("NumPy", found["numpy"]),
    )
