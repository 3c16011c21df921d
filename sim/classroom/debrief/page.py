"""The debrief as HTML that opens offline: the whole of it, and a page for each table to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sim.classroom.briefs.arrangement_text import change_in_words
from sim.classroom.briefs.printed import worth_telling
from sim.classroom.debrief import charts, tables
from sim.classroom.debrief.questions import HARDLY, questions
from sim.classroom.debrief.record import (
    OutcomeMove,
    SessionRecord,
    TableRecord,
    TurningPoint,
    by_decision,
    by_luck,
    record_session,
    turning_points,
)
from sim.classroom.debrief.text import NOTABLE_INTEREST, Wording, split, table_title
from sim.classroom.forecast.forecast import MEDIAN
from sim.classroom.forecast.jobs import JobQueue, SessionJobs
from sim.classroom.game.news import act_sentence
from sim.classroom.game.session import Session
from sim.reporting.arrangement_text import delivery
from sim.reporting.beliefs import told
from sim.reporting.chart_kit import Table
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
from sim.reporting.html import fill, page_html
from sim.reporting.outcome_charts import dated_events
from sim.scenario.lookup import governed_actors, instances, promises
from sim.simulation.manifest import versions
from sim.text import NBSP, count, listing, month, percent, percents, sentence, signed

_ROOM = "sim.classroom.debrief"
_MOST_TURNS = 4
"""Rounds that are told at length; all stand in the table."""
_NOTABLE = 0.05
"""Change of a probability, or of an outcome in standard deviations, from which on it is told."""
_NARROW = 4
"""Tables beside one another that a phone can show as cards."""


def whole_debrief(session: Session, *, pseudonyms: bool = False) -> str:
    """The debrief of a session that nobody serves: all of it is worked out, and waited for."""
    with JobQueue() as background:
        workings = SessionJobs(session, background)
        workings.follow()
        background.wait()
        return debrief_page(record_session(session, workings, pseudonyms=pseudonyms))


def debrief_page(record: SessionRecord) -> str:
    """Lay out a debrief as HTML; made of the record alone, so in whatever thread."""
    return page_html(debrief_document(record))


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
                (Passage(f"{_ROOM}/questions.html.j2", {"questions": asked}),)
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
                    f"table-{table.number}", table_title(table), tuple(_table(table, record, words))
                )
                for table in record.tables
            ),
            Section(
                "how",
                "How to read this",
                (Passage(f"{_ROOM}/how_to_read.html.j2", values), terms()),
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
    text += _played(record.furthest, record)
    more = tables.apart_in_words(record, words)
    return f"{text} {more}" if more else text


def _played(rounds: int, record: SessionRecord) -> str:
    all_rounds, dates = record.scenario.description.calendar.rounds, record.dates
    span = f"from {month(dates[0])} to {month(dates[rounds])}"
    return f"{count(rounds, 'round')} of {all_rounds:,} played, {span}."


def _summary(record: SessionRecord, words: Wording, ends: Table) -> Iterator[Block]:
    if record.waiting:
        verb = "is" if record.waiting == 1 else "are"
        yield Note(
            f"{count(record.waiting, 'figure')} {verb} still being worked out, and what rests on "
            "them is left out here: open the debrief again in a minute.",
            "warn",
        )
    for table in (ends, tables.watched(record, words), tables.in_force(record, words)):
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
        yield Passage(f"{_ROOM}/courses.html.j2", {"dated": dated})
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
    turns = turning_points(table, words.least)
    yield Heading("Turning points")
    yield from _turning_points(turns, table, record, words)
    if lucky := by_luck(turns)[:_MOST_TURNS]:
        yield "What luck moved, or answers, or computed actors, more than any order or event did:"
        whens = (sentence(words.when(turn.round)) for turn in lucky)
        went = (_went(turn.largest, words) for turn in lucky)
        yield Bullets(tuple(map(". ".join, zip(whens, went, strict=True))))
    if (moves := tables.moves(turns, table, words)) is not None:
        yield Details("All rounds", (moves,))
    if lasting := tables.lasting_tables(table, words):
        yield Heading("What was in force, and what was promised")
        for one in lasting:
            yield from captioned(one)
    if believed := charts.beliefs(table):
        yield Heading("What was believed, and what was true")
        yield from believed
    for actor, people in table.seats.items():
        rounds = [one for one in table.rounds if any(c.actor == actor for c in one.choices)]
        if rounds:
            yield Heading(sentence(words.actor(actor)))
            yield Note(", ".join(people) or "Now played by the model")
            values = {"actor": actor, "rounds": rounds, "words": words, "hardly": HARDLY}
            yield Passage(f"{_ROOM}/seat.html.j2", values | {"percent": percent})
    if (proposals := tables.proposals(table, words)) is not None:
        yield Heading("Proposals and answers")
        yield from captioned(proposals)
    heard = [one for one in record.messages if one.table in (None, table.number)]
    if heard:
        yield Heading("Messages")
        values = {"messages": heard, "words": words, "pseudonyms": record.pseudonyms}
        yield Passage(f"{_ROOM}/messages.html.j2", values)


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
        events = [
            event.name + (" (the teacher let it happen)" if event.by_teacher else "")
            for event in table.events[nth]
        ]
        lines = [*_moved(turn, words), *([f"Events: {'; '.join(events)}"] if events else ())]
        effects = table.effects[nth]
        for order in effects.orders if effects else ():
            if effects and (moved := words.moved(order)):
                whose = f"{words.actor(order.actor)} ({words.deed(effects, order.actor)})"
                lines.append(f"Effect of the order of {whose}: {'; '.join(moved)}")
        yield Heading(sentence(words.when(turn.round)), 4)
        yield Bullets(tuple(lines))
        acts = [sentence(words.act(act)) for act in table.acts[nth] if act.lever is not None]
        if acts:
            yield Details("What was done in it", (Bullets(tuple(acts)),))


def _moved(turn: TurningPoint, words: Wording) -> Iterator[str]:
    for move in sorted(turn.moves, key=lambda move: -move.decided)[:3]:
        if move.decided >= _NOTABLE:
            yield _went(move, words)
    for name, (before, after) in turn.chances.items():
        if abs(after - before) >= 2 * _NOTABLE:
            first, last = percents((before, after))
            yield f"“{words.event(name)}”: {first} to {last}"


def _went(move: OutcomeMove, words: Wording) -> str:
    item = words.measures[move.outcome].telling((move.before, move.after))
    return (
        f"{item.name}: {item.show(move.before)} to {item.show(move.after)} "
        f"({signed(move.size, 1)} standard deviations): {split(move, words)}"
    )


def _reproduction(record: SessionRecord) -> tuple[tuple[str, str], ...]:
    forecasts = [one for table in record.tables for one in table.forecasts if one is not None]
    effects = [one for table in record.tables for one in table.effects if one and one.futures]
    found = versions()
    return (
        ("Seed", str(record.seed)),
        ("Run that was played", "0, at every table"),
        *((("Futures of a forecast", f"{forecasts[0].runs:,}"),) if forecasts else ()),
        *((("Pairs of futures for each order", f"{effects[0].futures:,}"),) if effects else ()),
        ("Names", "pseudonyms" if record.pseudonyms else f"as they were{NBSP}given"),
        *((name, found[name.lower()]) for name in ("Entente", "Python", "NumPy")),
    )


# The debrief on one page for each table, for pupils: what came of it, in plain words.

OUTCOMES, LEFT, MOMENTS, ACTS, QUESTIONS, SEATS, LASTING = 11, 4, 2, 4, 3, 8, 3
BELIEFS = 2
"""Most of each on a page, so that it stays one."""


def sheets_page(record: SessionRecord, only: Sequence[int] = ()) -> str:
    """A page for each table, or for ``only`` some, as one HTML file; compared is with all."""
    words = Wording.of(record)
    shown = [table for table in record.tables if not only or table.number in only]
    return fill(
        f"{_ROOM}/sheet.html.j2",
        title=record.scenario.description.title,
        sheets=[sheet(table, record, words) for table in shown],
        several=len(record.tables) > 1,
        words=words,
    )


def sheet(table: TableRecord, record: SessionRecord, words: Wording) -> dict[str, Any]:
    """What is told of a table."""
    reached = [_reached(name, table, record, words) for name in words.measures]
    alone = replace(record, tables=(table,))
    return {
        "title": table_title(table),
        "seats": [
            (sentence(words.actor(actor)), listing(list(people)) or "the model")
            for actor, people in table.seats.items()
        ],
        "played": _played(table.played, record),
        "reached": reached[:OUTCOMES],
        "more": max(0, len(reached) - OUTCOMES),
        "lines": [
            *_watched_lines(table, words),
            *_lasting_lines(table, words)[:LASTING],
            *(told(one, table.scenario.description) for one in table.beliefs[:BELIEFS]),
        ],
        "interests": list(_interest_lines(table, words)),
        "moments": list(_moments(table, words)),
        "questions": [one.text for one in questions(alone, words)[:QUESTIONS]],
        "waiting": table.waiting,
    }


def _reached(
    name: str, table: TableRecord, record: SessionRecord, words: Wording
) -> dict[str, str]:
    """An outcome: where it was, where it came to stand, and where the model mostly ends."""
    item, values = words.measures[name], table.values(name)
    others = [float(one.values(name)[-1]) for one in record.tables if one is not table]
    ends = map(item.of_run, (min(others), max(others)) if others else ())
    model = where = "–"
    if table.start is not None:
        levels = [level[table.played] for level in table.start.outcomes[name]]
        model = item.show(levels[MEDIAN])
        where = _beside(float(values[-1]), levels, words.least[name], "lower", "higher")
        if item.share:
            alike = levels[MEDIAN] if values[-1] > 0.5 else 1 - levels[MEDIAN]
            model, where = f"in force in {model}", f"as in {percent(alike)} of them"
    first, now = (item.of_run(float(value)) for value in values[[0, -1]])
    told = {
        "name": item.name,
        "first": first,
        "now": now,
        "others": " to ".join(dict.fromkeys(ends)),
    }
    return {**told, "model": model, "where": where}


def _beside(value: float, levels: Sequence[float], least: float, less: str, more: str) -> str:
    """Where a value stands among the model's futures, in words without figures."""
    low90, low50, median, high50, high90 = levels
    if abs(value - median) < least or low50 <= value <= high50:
        return "much as in many"
    side = more if value > median else less
    beyond = value < low90 or value > high90
    return f"{side} than in {'nearly all' if beyond else 'most'}"


def _watched_lines(table: TableRecord, words: Wording) -> Iterator[str]:
    """What was watched for and came about, and when."""
    for name, round in table.watched.items():
        yield f"{words.event(name)}: {words.when(round)}."
    watch = table.scenario.description.watch
    left = [f"“{words.event(name)}”" for name in watch if name not in table.watched]
    if left:
        if len(left) > LEFT:
            left = [*left[: LEFT - 1], f"{len(left) - LEFT + 1} more that were watched for"]
        yield f"{'It did not come to' if table.over else 'It has not come to'} {listing(left)}."


def _lasting_lines(table: TableRecord, words: Wording) -> tuple[str, ...]:
    """What was broken off, promised and not done, and voted out, as sentences."""
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


def _interest_lines(table: TableRecord, words: Wording) -> Iterator[str]:
    """How each seat of people fared by its own aims."""
    if table.start is None or table.now is None or not table.played:
        return
    for actor in [actor for actor, people in table.seats.items() if people][:SEATS]:
        levels = [level[table.played] for level in table.start.interest[actor]]
        value = table.now.interest[actor][MEDIAN][table.played]
        place = _beside(value, levels, NOTABLE_INTEREST, "worse", "better")
        yield f"{sentence(words.actor(actor))} fares {place} of the model's futures."


def _moments(table: TableRecord, words: Wording) -> Iterator[dict[str, Any]]:
    """The rounds that mattered most by what was done in them, in their order."""
    turns = by_decision(turning_points(table, words.least))[:MOMENTS]
    for turn in sorted(turns, key=lambda one: one.round):
        acts = [act for act in table.acts[turn.round - 1] if act.lever is not None]
        orders = turn.decided.orders
        mover = max(orders, key=lambda one: abs(orders[one]), default="")
        acts.sort(key=lambda act: (act.actor != mover, not act.by_people, not act.accepted))
        lines = [f"{sentence(one.name).rstrip('.')}." for one in table.events[turn.round - 1]]
        lines += [act_sentence(act, table.scenario.description) for act in acts]
        item = words.measures[turn.decided.outcome]
        yield {"round": turn.round, "lines": lines[:ACTS], "item": item, "move": turn.decided}
