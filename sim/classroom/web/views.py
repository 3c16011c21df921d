"""What pages show: templates read a session's own objects, and nothing that another seat keeps."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from sim.classroom.briefs import arrangement_text
from sim.classroom.briefs.beliefs import believed_now
from sim.classroom.forecast.forecast import Forecast
from sim.classroom.forecast.jobs import FailedJob
from sim.classroom.game.session import Message, Participant
from sim.classroom.game.table import Table
from sim.classroom.web.drawings import Drawing, bars, fans, network, playable
from sim.classroom.web.room import Room
from sim.text import listing, sentence

WORKING = "working…"
LAST_HEARD = 50
"""Of its messages a student's page shows the last."""


# What the pages of students and of the teacher share.


def clock(room: Room, at: float) -> str:
    """The time of day at a time of the log, as the computer's clock shows it."""
    return datetime.datetime.fromtimestamp(room.clock.shown(at)).strftime("%H:%M")


def actor_names(room: Room) -> dict[str, str]:
    """The actors' names by their ids, as a line begins with them."""
    actors = room.session.scenario.description.actors
    return {key: sentence(actor.name) for key, actor in actors.items()}


def foreseen(room: Room, table: Table, *, why: bool = False) -> Drawing | str:
    """A table's forecast from where it stands now, or words for the time until it is there.

    Why one cannot be worked out is for the teacher alone: ``why``.
    """
    if room.jobs is None:
        return "there are no forecasts in this room"
    found = room.jobs.forecast(table)
    if isinstance(found, Forecast):
        return fans(found, table.compiled.description)
    if isinstance(found, FailedJob):
        return str(found) if why else "the forecast cannot be worked out"
    room.jobs.ask_again(table)
    return WORKING


def board(
    table: Table, rounds: Iterable[int], you: str | None = None, *, everything: bool = False
) -> dict[str, Any]:
    """How a table stands, and what happened in some of its rounds.

    The seat that looks (``you``) is told of refused proposals by it or to it; the teacher of
    all (``everything``).
    """
    return {
        "table": playable(table),
        "you": you,
        "everything": everything,
        "told_rounds": [round for round in rounds if round > 0],
        "lasting": arrangement_text.lists(table),
        "beliefs": believed_now(table, you),
        "network": network(table, you),
        "bars": bars(table, you),
    }


def thread(
    room: Room, messages: Sequence[Message], most: int, reader: Participant | None = None
) -> dict[str, Any]:
    """The last of some messages, oldest first, for a student or the teacher (None).

    Those that others wrote are numbered: a page tells by them which are new.
    """
    by = reader.id if reader else None
    numbers = list(accumulate(int(message.by != by) for message in messages))
    notes = [
        _note(room, message, 0 if message.by == by else nth, reader)
        for message, nth in list(zip(messages, numbers, strict=True))[-most:]
    ]
    older, written = max(0, len(messages) - most), len(room.session.written(by))
    heard = max(numbers, default=0)
    return {"notes": notes, "older": older, "heard": heard, "written": written}


def _note(room: Room, message: Message, nth: int, reader: Participant | None) -> dict[str, Any]:
    session, actors = room.session, room.session.scenario.description.actors
    wrote = (session.people if reader else session.removed | session.people).get(message.by or "")
    yours = reader is not None and message.actor is not None and message.actor == reader.actor
    if message.actor is None:
        who = "Your teacher" if reader else "You"
    elif yours and wrote in (None, reader):
        who = "You"
    else:
        named = wrote is not None and (yours or reader is None)
        who = sentence(actors[message.actor].name) + (f" ({wrote.name})" if wrote and named else "")
    to = [
        "you" if reader and actor == reader.actor else actors[actor].name
        for actor in message.to
        if not (reader and actor == message.actor)
    ]
    everywhere = "all tables" if message.table is None and not reader else "all"
    return {
        "table": message.table,
        "who": who,
        "to": listing(to) or everywhere,
        "at": clock(room, message.at),
        "round": message.round,
        "text": message.text,
        "yours": yours,
        "nth": nth,
    }


# The pages of students.


def common(room: Room, person: Participant) -> dict[str, Any]:
    """What every page of a student needs."""
    return {
        "page": "seat",
        "version": room.version_for(person),
        "now": room.clock(),
        "person": person,
        "session": room.session,
        "names": actor_names(room),
        "scenario": room.session.scenario.description.title,
    }


def seats(room: Room, person: Participant) -> dict[str, Any]:
    """The page on which a seat is chosen; what happens at any table changes it."""
    roles = {}
    for actor in room.session.scenario.description.actors:
        text = room.role(actor).role
        parts = text.replace("! ", ". ").split(". ")
        roles[actor] = text if len(parts) <= 2 else f"{'. '.join(parts[:2])}."
    return {**common(room, person), "page": "seats", "roles": roles}


def game(room: Room, person: Participant) -> dict[str, Any]:
    """The page of the game, for a seat or for who looks on."""
    session, you = room.session, person.actor
    table = session.table(person.table)
    seat = table.seats[you] if you else None
    handed = seat is not None and seat.handed
    playing = you is not None and not handed
    rounds = [table.round] if table.round == table.played else [table.round, table.played]
    watched = session.settings.forecast and table.phase != "over"
    return {
        **common(room, person),
        **board(table, rounds, you),
        "drafts": f"{session.began}/{table.number}/{you}",
        "until": clock(room, table.deadline) if table.deadline is not None else "",
        "handed": handed,
        "team": [one.name for one in session.sitting(seat)] if seat else [],
        "actors": table.compiled.description.actors,
        "levers": table.compiled.description.levers,
        "deck": room.deck(table) if you and playing else None,
        "orders": table.targets(you) if you and playing and table.phase == "choosing" else (),
        "proposals": table.proposals_to(you) if you and playing else [],
        "saved": _saved(room, table, person),
        "chosen": you is not None and table.chosen(you),
        **thread(room, session.heard(person), LAST_HEARD, person),
        "futures": foreseen(room, table) if watched else "",
        "settings": session.settings,
        "reign": table.latest_government(you) if you else None,
    }


def _saved(room: Room, table: Table, person: Participant) -> str:
    """Who saved last in this phase, and when; empty where nobody has, or it is not known."""
    last = room.saved.get((table.number, person.actor or "", table.round, table.phase))
    if last is None:
        return ""
    who, at = last
    named = room.session.people.get(who)
    by = "you" if who == person.id else named.name if named else "somebody who left"
    return f"by {by} at {clock(room, at)}"


def brief(room: Room, person: Participant) -> dict[str, Any]:
    """The role brief."""
    actor = person.actor or ""
    reign = room.session.table(person.table).latest_government(actor)
    return {**common(room, person), "page": "brief", "role": room.role(actor, reign)}
