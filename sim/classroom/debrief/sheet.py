"""The debrief on one page for each table, for pupils: what came of it, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sim.classroom.briefs.lasting_text import change_in_words
from sim.classroom.debrief.questions import questions
from sim.classroom.debrief.record import SessionRecord, TableRecord
from sim.classroom.debrief.text import NOTABLE_INTEREST, Wording, table_title
from sim.classroom.debrief.turning_points import TurningPoint, by_decision, table_turns
from sim.classroom.forecast.forecast import MEDIAN
from sim.classroom.game.news import act_sentence
from sim.reporting.html import templates
from sim.reporting.lasting_text import delivery
from sim.text import count, listing, month, percent, sentence

if TYPE_CHECKING:
    import jinja2

OUTCOMES, LEFT, MOMENTS, ACTS, QUESTIONS, SEATS, LASTING = 11, 4, 2, 4, 3, 8, 3
"""Most of each on a page, so that it stays one."""


@dataclass(frozen=True)
class Reached:
    """An outcome: where it was, where it came to stand, and where the model mostly ends."""

    name: str
    first: str
    now: str
    others: str
    model: str
    where: str


@dataclass(frozen=True)
class Moment:
    """A round that mattered: what was done in it, and what it changed."""

    heading: str
    lines: tuple[str, ...]
    changed: str


@dataclass(frozen=True)
class Sheet:
    """A table on one page.

    Attributes
    ----------
    more : int
        Outcomes for which there is no room.
    """

    title: str
    seats: tuple[tuple[str, str], ...]
    played: str
    reached: tuple[Reached, ...]
    more: int
    watched: tuple[str, ...]
    lasting: tuple[str, ...]
    interests: tuple[str, ...]
    moments: tuple[Moment, ...]
    questions: tuple[str, ...]
    waiting: bool


def sheets_page(record: SessionRecord, only: Sequence[int] = ()) -> str:
    """Lay out a page for each table, as one HTML file.

    Parameters
    ----------
    record : Record
        Of all tables with which one is compared.
    only : sequence of int
        The tables that are told; all where none is named.
    """
    words = Wording.of(record)
    shown = [table for table in record.tables if not only or table.number in only]
    page = _environment().get_template("sheet.html.j2")
    return page.render(
        title=record.scenario.description.title,
        sheets=[sheet(table, record, words) for table in shown],
        style=_read("sheet.css"),
        several=len(record.tables) > 1,
    )


def sheet(table: TableRecord, record: SessionRecord, words: Wording) -> Sheet:
    """What is told of a table."""
    reached = [_reached(name, table, record, words) for name in words.measures]
    alone = replace(record, tables=(table,))
    calendar = record.scenario.description.calendar
    return Sheet(
        title=table_title(table),
        seats=tuple(
            (sentence(words.actor(actor)), listing(list(people)) or "the model")
            for actor, people in table.seats.items()
        ),
        played=(
            f"{count(table.played, 'round')} of {calendar.rounds:,} played, from "
            f"{month(record.dates[0])} to {month(record.dates[table.played])}."
        ),
        reached=tuple(reached[:OUTCOMES]),
        more=max(0, len(reached) - OUTCOMES),
        watched=tuple(_watched(table, words)),
        lasting=_lasting(table, words)[:LASTING],
        interests=tuple(_interests(table, words)),
        moments=tuple(_moments(table, words)),
        questions=tuple(one.text for one in questions(alone, words)[:QUESTIONS]),
        waiting=bool(table.waiting),
    )


def _reached(name: str, table: TableRecord, record: SessionRecord, words: Wording) -> Reached:
    item, values = words.measures[name], table.values(name)
    others = [float(one.values(name)[-1]) for one in record.tables if one is not table]
    between = (
        " to ".join(dict.fromkeys(map(item.of_run, (min(others), max(others))))) if others else ""
    )
    model = where = "–"
    if table.start is not None:
        levels = [level[table.played] for level in table.start.outcomes[name]]
        model = item.show(levels[MEDIAN])
        where = _beside(float(values[-1]), levels, words.least[name], "lower", "higher")
        if item.share:
            alike = levels[MEDIAN] if values[-1] > 0.5 else 1 - levels[MEDIAN]
            model, where = f"in force in {model}", f"as in {percent(alike)} of them"
    first, now = item.of_run(float(values[0])), item.of_run(float(values[-1]))
    return Reached(item.name, first, now, between, model, where)


def _beside(value: float, levels: Sequence[float], least: float, less: str, more: str) -> str:
    """Where a value stands among the model's futures, in words without figures."""
    low90, low50, median, high50, high90 = levels
    if abs(value - median) < least or low50 <= value <= high50:
        return "much as in many"
    side = more if value > median else less
    beyond = value < low90 or value > high90
    return f"{side} than in {'nearly all' if beyond else 'most'}"


def _watched(table: TableRecord, words: Wording) -> Iterator[str]:
    """What was watched for and came about, and when."""
    for name, round in table.watched.items():
        yield f"{words.event(name)}: {words.when(round)}."
    watch = table.scenario.description.watch
    left = [f"“{words.event(name)}”" for name in watch if name not in table.watched]
    if left:
        if len(left) > LEFT:
            left = [*left[: LEFT - 1], f"{len(left) - LEFT + 1} more that were watched for"]
        yield f"{'It did not come to' if table.over else 'It has not come to'} {listing(left)}."


def _lasting(table: TableRecord, words: Wording) -> tuple[str, ...]:
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


def _interests(table: TableRecord, words: Wording) -> Iterator[str]:
    """How each seat of people fared by its own aims."""
    if table.start is None or table.now is None or not table.played:
        return
    for actor in [actor for actor, people in table.seats.items() if people][:SEATS]:
        levels = [level[table.played] for level in table.start.interest[actor]]
        value = table.now.interest[actor][MEDIAN][table.played]
        place = _beside(value, levels, NOTABLE_INTEREST, "worse", "better")
        yield f"{sentence(words.actor(actor))} fares {place} of the model's futures."


def _moments(table: TableRecord, words: Wording) -> Iterator[Moment]:
    """The rounds that mattered most by what was done in them, in their order."""
    turns = by_decision(table_turns(table, words.least))[:MOMENTS]
    for turn in sorted(turns, key=lambda one: one.round):
        acts = [act for act in table.acts[turn.round - 1] if act.lever is not None]
        orders = turn.decided.orders
        mover = max(orders, key=lambda one: abs(orders[one]), default="")
        acts.sort(key=lambda act: (act.actor != mover, not act.by_people, not act.accepted))
        happened = [f"{sentence(one.name).rstrip('.')}." for one in table.events[turn.round - 1]]
        told = [act_sentence(act, table.scenario.description) for act in acts]
        yield Moment(
            sentence(words.when(turn.round)), tuple((happened + told)[:ACTS]), _changed(turn, words)
        )


def _changed(turn: TurningPoint, words: Wording) -> str:
    move = turn.decided
    item = words.measures[move.outcome]
    return (
        f"Before it, the model expected “{item.name}” to end at {item.show(move.before)}; after "
        f"it, at {item.show(move.after)}."
    )


@cache
def _environment() -> jinja2.Environment:
    return templates(_read)


def _read(name: str) -> str:
    file = resources.files("sim.classroom.debrief") / "templates" / name
    return file.read_text(encoding="utf-8")
