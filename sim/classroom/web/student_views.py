"""What a student's pages show: plain words and numbers, nothing that another seat keeps."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sim.classroom.briefs import lasting_text
from sim.classroom.briefs.levers import LeverCard
from sim.classroom.briefs.second_person import SAY_OR_DO
from sim.classroom.forecast.forecast import Forecast
from sim.classroom.forecast.job_queue import FailedJob
from sim.classroom.game import news
from sim.classroom.game.rules import why_closed
from sim.classroom.game.session import Message, Participant
from sim.classroom.game.table import Table
from sim.classroom.web.fan import Fans, fans
from sim.classroom.web.picture import picture
from sim.classroom.web.room import Room
from sim.classroom.web.standing import sound, standing
from sim.reporting.story import proposed
from sim.scenario.cameo import Track
from sim.text import listing, sentence

# The live forecast of a table, as far as it is there.

WORKING = "working…"


def foreseen(room: Room, table: Table, *, why: bool = False) -> Forecast | str:
    """A table's forecast from where it stands now, or words for the time until it is there.

    Why one cannot be worked out is for the teacher alone: ``why``.
    """
    if room.workings is None:
        return "there are no forecasts in this room"
    found = room.workings.forecast(table)
    if isinstance(found, FailedJob):
        return str(found) if why else "the forecast cannot be worked out"
    if found is None:
        room.workings.ask_again(table)
        return WORKING
    return found


TONES = {
    "cooperative": "Friendly",
    "neutral": "Neither friendly nor hostile",
    "conflictual": "Hostile",
}

MESSAGES = 50
"""Of its messages a page shows the last."""


@dataclass(frozen=True)
class Choice:
    """A lever that may be chosen, or why it may not.

    Attributes
    ----------
    why : str
        Why it is closed by where an arrangement stands; empty for other reasons.
    """

    card: LeverCard
    open: bool
    why: str = ""


@dataclass(frozen=True)
class Picking:
    """What a seat can say to one other actor, or do, by tone; and what it has chosen."""

    track: Track
    title: str
    chosen: str | None
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]


@dataclass(frozen=True)
class Toward:
    """One other actor, with the words and the deeds that a seat has for it."""

    actor: str
    name: str
    tracks: tuple[Picking, ...]


@dataclass(frozen=True)
class Proposal:
    """Something that waits for this seat's answer, and what it is likely to do."""

    actor: str
    track: Track
    text: str
    answer: bool | None
    does: tuple[str, ...]
    mutual: str


@dataclass(frozen=True)
class SeatLine:
    """A seat of a table: who sits there, and how far it is."""

    actor: str
    name: str
    people: str
    state: str
    done: bool
    yours: bool


@dataclass(frozen=True)
class Note:
    """A message as it is shown to one seat.

    Attributes
    ----------
    yours : bool
        The seat itself wrote it.
    nth : int
        Its number among those that others wrote; 0 for the reader's own.
    """

    who: str
    to: str
    at: str
    round: int
    text: str
    yours: bool
    nth: int


def clock(room: Room, at: float) -> str:
    """The time of day at a time of the log, as the computer's clock shows it."""
    return datetime.datetime.fromtimestamp(room.clock.shown(at)).strftime("%H:%M")


def common(room: Room, person: Participant) -> dict[str, Any]:
    """What every page of a student needs."""
    return {
        "page": "seat",
        "version": room.version_for(person),
        "now": room.clock(),
        "person": person,
        "scenario": room.session.scenario.description.title,
    }


def seats(room: Room, person: Participant) -> dict[str, Any]:
    """The page on which a seat is chosen."""
    session = room.session
    described = session.scenario.description
    roles = {key: _first(room.role(key).role) for key in described.actors}
    tables = [
        {
            "number": table.number,
            "begun": table.phase != "waiting",
            "over": table.phase == "over",
            "seats": [
                {
                    "actor": key,
                    "name": sentence(described.actors[key].name),
                    "role": roles[key],
                    "people": listing([one.name for one in session.sitting(table.seats[key])]),
                }
                for key in described.actors
            ],
        }
        for table in session.tables
    ]
    shown = common(room, person)
    # Here what happens at any table counts.
    return {**shown, "page": "seats", "tables": tables, "doors": session.rules.doors}


def _first(text: str) -> str:
    """The first two sentences of a role."""
    parts = text.replace("! ", ". ").split(". ")
    return text if len(parts) <= 2 else f"{'. '.join(parts[:2])}."


def game(room: Room, person: Participant) -> dict[str, Any]:
    """The page of the game, for a seat or for who looks on."""
    table, you = sound(room.session.table(person.table)), person.actor
    described = table.setting.description
    seat = table.seats[you] if you else None
    playing = seat is not None and not seat.handed
    return {
        **common(room, person),
        "drafts": f"{room.session.began}/{table.number}/{you}",
        "table": table,
        "you": you,
        "name": sentence(described.actors[you].name) if you else "",
        "when": news.round_date(table, max(table.round, 1)),
        "until": clock(room, table.deadline) if table.deadline is not None else "",
        "handed": seat is not None and seat.handed,
        "team": [one.name for one in room.session.sitting(seat)] if seat else [],
        "news": _news(table, you),
        "lasting": lasting_text.lists(table),
        "picture": picture(table, you),
        "standing": standing(table, you),
        "orders": _orders(room, table, you) if you and playing else [],
        "most": described.actors[you].attention if you else None,
        "saved": _saved(room, table, person),
        "chosen": bool(you) and table.chosen(you or ""),
        "proposals": _proposals(room, table, you) if you and playing else [],
        "lines": _lines(room, table, you),
        **_messages(room, person),
        "others": {key: sentence(one.name) for key, one in described.actors.items() if key != you},
        "futures": _futures(room, table),
        "doors": room.session.rules.doors,
        "debrief": room.session.rules.debrief,
        "reign": _reign(table, you),
    }


def _reign(table: Table, you: str | None) -> str:
    """Since when a new government speaks for a seat; empty for that of the start."""
    reign = table.latest_government(you) if you else None
    return "" if reign is None else news.round_date(table, reign.round)


def _news(table: Table, you: str | None) -> list[dict[str, Any]]:
    """What is new, the last round first."""
    rounds = [table.round] if table.round == table.played else [table.round, table.played]
    return [
        {
            "round": round,
            "when": news.round_date(table, round),
            "events": news.event_news(table, round, you),
            "watched": news.watched_news(table, round),
            "acts": news.act_news(table, round, you),
            "lasting": lasting_text.told(table, round),
            "over": round <= table.played,
        }
        for round in rounds
        if round > 0
    ]


def _futures(room: Room, table: Table) -> Fans | str:
    """The forecast, where the teacher lets all see it."""
    if not room.session.rules.forecast or table.phase == "over":
        return ""
    found = foreseen(room, table)
    return fans(found, table.setting.description) if isinstance(found, Forecast) else found


def _orders(room: Room, table: Table, you: str) -> list[Toward]:
    if table.phase != "choosing":
        return []
    names = table.setting.description.actors
    return [
        Toward(
            target, names[target].name,
            tuple(_picking(room, table, you, target, track) for track in table.tracks(you, target)),
        )
        for target in table.targets(you)
    ]  # fmt: skip


def _picking(room: Room, table: Table, you: str, target: str, track: Track) -> Picking:
    open_ = table.levers(you, target, track)
    cards = [card for card in room.deck(table).cards(you, target) if card.id in open_]
    groups = tuple(
        (
            words,
            tuple(
                Choice(card, open_[card.id], why_closed(table, card.id, you, target))
                for card in cards
                if card.tone == tone
            ),
        )
        for tone, words in TONES.items()
    )
    chosen = table.orders.get((you, target, track))
    return Picking(track, SAY_OR_DO[track], chosen, tuple(group for group in groups if group[1]))


def _proposals(room: Room, table: Table, you: str) -> list[Proposal]:
    described = table.setting.description
    return [
        Proposal(
            ask.actor,
            ask.track,
            proposed(
                described.levers[ask.lever],
                described.actors[ask.actor].name,
                described.actors[you].name,
            ),
            table.draft_answers.get(ask.slot),
            room.deck(table).asked(ask.lever, ask.actor, you),
            news.same_proposal_note(table, ask),
        )
        for ask in table.proposals_to(you)
    ]


def _saved(room: Room, table: Table, person: Participant) -> str:
    """Who saved last in this phase, and when; empty where nobody has, or it is not known."""
    last = room.saved.get((table.number, person.actor or "", table.round, table.phase))
    if last is None:
        return ""
    who, at = last
    named = room.session.people.get(who)
    by = "you" if who == person.id else named.name if named else "somebody who left"
    return f"by {by} at {clock(room, at)}"


def _lines(room: Room, table: Table, you: str | None) -> list[SeatLine]:
    described = table.setting.description
    lines = []
    for actor, seat in table.seats.items():
        people = listing([one.name for one in room.session.sitting(seat)])
        done = table.phase == "choosing" and seat.by_people and table.chosen(actor)
        if not seat.by_people:
            state = "the model plays it"
        elif table.phase != "choosing":
            state = ""  # who is asked for consent is between the two
        else:
            state = "has chosen" if done else "has not chosen yet"
        name = sentence(described.actors[actor].name)
        lines.append(SeatLine(actor, name, people, state, done, actor == you))
    return lines


def _messages(room: Room, person: Participant) -> dict[str, Any]:
    """The end of a seat's thread, oldest first, and how many came before."""
    heard = room.session.heard(person)
    numbers = numbered(heard, person.id)
    return {
        "messages": [
            _note(room, person, message, nth)
            for message, nth in list(zip(heard, numbers, strict=True))[-MESSAGES:]
        ],
        "older": max(0, len(heard) - MESSAGES),
        "written": len(room.session.written(person.id)),
        "heard": max(numbers, default=0),
    }


def numbered(messages: Sequence[Message], reader: str | None) -> list[int]:
    """Each message's number among those that others than the reader wrote; 0 for its own.

    A page tells by them which of its messages are new.
    """
    others = list(accumulate(int(message.by != reader) for message in messages))
    return [
        nth if message.by != reader else 0 for message, nth in zip(messages, others, strict=True)
    ]


def _note(room: Room, person: Participant, message: Message, nth: int) -> Note:
    names = room.session.scenario.description.actors
    yours = message.actor is not None and message.actor == person.actor
    to = [
        "you" if actor == person.actor else names[actor].name
        for actor in message.to
        if actor != message.actor
    ]
    who = "Your teacher"
    if message.actor is not None:
        who = sentence(names[message.actor].name)
    if yours:
        wrote = room.session.people.get(message.by or "")
        team = wrote is not None and wrote.id != person.id
        who = f"{who} ({wrote.name})" if team and wrote else "You"
    heard = listing(to) if to else "all"
    return Note(who, heard, clock(room, message.at), message.round, message.text, yours, nth)


def brief(room: Room, person: Participant) -> dict[str, Any]:
    """The role brief."""
    actor = person.actor or ""
    reign = room.session.table(person.table).latest_government(actor)
    return {**common(room, person), "page": "brief", "role": room.role(actor, reign)}
