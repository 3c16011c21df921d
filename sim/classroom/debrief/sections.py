"""The parts of a debrief that are told table by table: turning points, choices, proposals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.classroom.debrief.order_effects import PairedEffect, RoundEffects, SeatChoice
from sim.classroom.debrief.questions_by_kind import HARDLY, split
from sim.classroom.debrief.record import MessageRecord, SessionRecord, TableRecord
from sim.classroom.debrief.sections_lasting import lasting_tables
from sim.classroom.debrief.text import Wording, table_title
from sim.classroom.debrief.turning_points import (
    OutcomeMove,
    TurningPoint,
    by_decision,
    by_luck,
    table_turns,
)
from sim.reporting.chart import Table
from sim.scenario.cameo import Track
from sim.text import enough, number, percent, percents, sentence, signed

TOLD = 4
"""Rounds that are told at length; all stand in the table."""
MOVED = 0.05
"""Change of a probability from which on it is told."""


@dataclass(frozen=True)
class Point:
    """A round that mattered: what it moved, and what stood in it."""

    heading: str
    moved: tuple[str, ...]
    events: tuple[str, ...]
    acts: tuple[str, ...]
    effects: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """What a seat chose toward another, beside the model's choice."""

    toward: str
    track: Track
    chosen: str
    chance: str
    usual: str
    likeliest: str
    same: bool
    hardly: bool


@dataclass(frozen=True)
class Row:
    """A seat's round: its choices, and what they brought about at once and by the end."""

    when: str
    choices: tuple[Choice, ...]
    own: tuple[str, ...]
    at_once: tuple[str, ...]
    moved: tuple[str, ...]


@dataclass(frozen=True)
class SeatPart:
    """A seat, round by round."""

    id: str
    name: str
    people: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Message:
    """A message, as it is shown."""

    when: str
    who: str
    to: str
    text: str


@dataclass(frozen=True)
class TablePart:
    """All that is told of one table."""

    id: str
    title: str
    points: tuple[Point, ...]
    lucky: tuple[str, ...]
    moves: Table | None
    lasting: tuple[Table, ...]
    seats: tuple[SeatPart, ...]
    proposals: Table | None
    messages: tuple[Message, ...]
    faults: tuple[str, ...]


def table_part(table: TableRecord, record: SessionRecord, words: Wording) -> TablePart:
    """What is told of a table."""
    found = table_turns(table, words.least)
    return TablePart(
        id=f"table-{table.number}",
        title=table_title(table),
        points=tuple(_point(turn, table, words) for turn in by_decision(found)[:TOLD]),
        lucky=tuple(_by_luck(turn, words) for turn in by_luck(found)[:TOLD]),
        moves=_moves(found, table, words),
        lasting=lasting_tables(table, words),
        seats=tuple(_seats(table, words)),
        proposals=_proposals(table, words),
        messages=tuple(
            _message(spoken, record, words)
            for spoken in record.messages
            if spoken.table in (None, table.number)
        ),
        faults=table.faults,
    )


def _point(turn: TurningPoint, table: TableRecord, words: Wording) -> Point:
    return Point(
        heading=sentence(words.when(turn.round)),
        moved=tuple(_moved(turn, words)),
        events=tuple(
            event.name + (" (the teacher let it happen)" if event.by_teacher else "")
            for event in table.events[turn.round - 1]
        ),
        acts=tuple(words.act(act) for act in table.acts[turn.round - 1] if act.lever is not None),
        effects=tuple(
            f"{words.actor(order.actor)} ({words.deed(weighed, order.actor)}): "
            f"{'; '.join(words.moved(order))}"
            for weighed in (table.weighed[turn.round - 1],)
            if weighed is not None
            for order in weighed.orders
            if words.moved(order)
        ),
    )


def _moved(turn: TurningPoint, words: Wording) -> Iterator[str]:
    most = sorted(turn.moves, key=lambda move: -move.made)
    for move in most[:3]:
        if move.made >= MOVED:
            yield f"{_went(move, words)}: {split(move, words)}"
    for name, (before, after) in turn.chances.items():
        if abs(after - before) >= 2 * MOVED:
            first, last = percents((before, after))
            yield f"“{words.event(name)}”: {first} to {last}"


def _went(move: OutcomeMove, words: Wording) -> str:
    item = words.measures[move.outcome].telling((move.before, move.after))
    return (
        f"{item.name}: {item.show(move.before)} to {item.show(move.after)} "
        f"({signed(move.size, 1)} standard deviations)"
    )


def _by_luck(turn: TurningPoint, words: Wording) -> str:
    went = f"{_went(turn.largest, words)}: {split(turn.largest, words)}"
    return f"{sentence(words.when(turn.round))}. {went}"


def _moves(found: tuple[TurningPoint, ...], table: TableRecord, words: Wording) -> Table | None:
    if not found:
        return None
    rows = []
    for turn in found:
        move = turn.largest
        item = words.measures[move.outcome].telling((move.before, move.after))
        events = [
            f"“{words.event(name)}” {signed(100 * (after - before), 0)}"
            for name, (before, after) in turn.chances.items()
            if abs(after - before) >= MOVED
        ]
        shares = (sum(move.orders.values()), move.events, move.rest)
        rows.append(
            (
                sentence(words.when(turn.round)), item.name,
                f"{item.show(move.before)} to {item.show(move.after)}", signed(move.size, 2),
                ", ".join(signed(move.sized(share), 2) for share in shares),
                "; ".join(events) or "–",
            )
        )  # fmt: skip
    header = (
        "Round", "Moved most", "Expected end", "Standard deviations",
        "Of them: orders, events, the rest", "Watched events (percentage points)",
    )  # fmt: skip
    return Table(
        f"{table_title(table)}: how each round moved what was expected of the end",
        header,
        tuple(rows),
    )


def _seats(table: TableRecord, words: Wording) -> Iterator[SeatPart]:
    for actor, people in table.seats.items():
        rows = tuple(
            _row(actor, weighed, words)
            for weighed in table.rounds
            if any(one.actor == actor for one in weighed.choices)
        )
        if rows:
            key = f"seat-{table.number}-{actor}"
            yield SeatPart(key, sentence(words.actor(actor)), people, rows)


def _row(actor: str, weighed: RoundEffects, words: Wording) -> Row:
    order = next(one for one in weighed.orders if one.actor == actor)
    return Row(
        when=sentence(words.when(weighed.round)),
        choices=tuple(_choice(one, words) for one in weighed.choices if one.actor == actor),
        own=tuple(_marked(effect, words) for effect in (order.own_at_once, order.own)),
        at_once=words.moved_at_once(order),
        moved=words.moved(order),
    )


def _marked(effect: PairedEffect, words: Wording) -> str:
    """An effect on the own interest; an arrow where it is clear."""
    arrow = ("▲ " if effect.mean > 0 else "▼ ") if effect.clear else ""
    return arrow + words.interest(effect)


def _choice(one: SeatChoice, words: Wording) -> Choice:
    best = one.likeliest
    return Choice(
        toward=words.actor(one.target),
        track=one.track,
        chosen=words.lever(one.lever, one.track),
        chance=percent(one.chance),
        usual="" if one.lever is None else words.why(one.usual, one.why),
        likeliest=f"{words.lever(best.lever, one.track)} ({percent(best.chance)})",
        same=best.lever == one.lever,
        hardly=one.chance < HARDLY,
    )


def _proposals(table: TableRecord, words: Wording) -> Table | None:
    rows = []
    for weighed in table.rounds:
        for one in weighed.answers:
            by = "people" if one.by_people else "the model"
            digits = enough((one.chance, one.draw), 2)
            rows.append(
                (
                    f"{sentence(words.when(weighed.round))}, {words.actor(one.actor)} to "
                    f"{words.actor(one.target)}: {words.lever(one.lever, one.track)}",
                    "agreed" if one.agreed else "refused",
                    by,
                    number(one.chance, digits),
                    words.why(one.usual, one.why),
                    "–" if one.by_people else number(one.draw, digits),
                )
            )
    if not rows:
        return None
    header = (
        "Proposal", "Answer", "Answered by", "The model's chance of consent", "In ordinary times",
        "Draw",
    )  # fmt: skip
    title = table_title(table)
    caption = f"{title}: proposals; a computed actor agrees when the draw is below the chance"
    return Table(caption, header, tuple(rows))


def _message(spoken: MessageRecord, record: SessionRecord, words: Wording) -> Message:
    who = "The teacher" if spoken.actor is None else f"{words.actor(spoken.actor)} ({spoken.by})"
    who = sentence(who)
    if spoken.actor is not None and record.pseudonyms:
        who = spoken.by
    when = "Before the first round" if spoken.round < 1 else sentence(words.when(spoken.round))
    if spoken.table is None:
        when = "To all tables"
    to = words.actors(spoken.to) if spoken.to else "all"
    return Message(when, who, to, spoken.text)
