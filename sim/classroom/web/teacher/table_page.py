"""A table as only its teacher may see it: every choice, every answer, every message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sim.classroom.briefs import lasting_text
from sim.classroom.forecast.forecast import Forecast
from sim.classroom.game import news
from sim.classroom.game.session import Message
from sim.classroom.game.table import RefusedError, Table
from sim.classroom.web import student_views
from sim.classroom.web.fan import Fans, fans
from sim.classroom.web.picture import picture
from sim.classroom.web.room import Room
from sim.classroom.web.standing import sound, standing
from sim.classroom.web.student_views import clock, numbered
from sim.classroom.web.teacher import overview
from sim.classroom.web.teacher.office import Office
from sim.scenario.cameo import TRACKS
from sim.text import listing, sentence

NOTHING = "says and does nothing"
MESSAGES = 100
"""Of messages a page shows the last."""


@dataclass(frozen=True)
class Choice:
    """What a seat has chosen to say to another, or to do, in the open round."""

    toward: str
    what: str
    chosen: bool


@dataclass(frozen=True)
class Question:
    """A proposal that waits for an answer."""

    who: str
    whom: str
    what: str
    answer: str


@dataclass(frozen=True)
class Note:
    """A message, with all who can read it.

    Attributes
    ----------
    table : int or None
        None for all.
    nth : int
        Its number among those that students wrote; 0 for the teacher's own.
    """

    table: int | None
    who: str
    to: str
    at: str
    round: int
    text: str
    nth: int


def number_of(request: Request) -> int:
    """The table that an address names."""
    return int(request.path_params["number"])


def found(room: Room, request: Request) -> Table:
    """The table that an address names; 404 where there is none."""
    try:
        return room.session.table(number_of(request))
    except RefusedError:
        raise HTTPException(404) from None


async def page(office: Office, request: Request) -> Response:
    """Show a table."""
    room = office.room
    table = sound(found(room, request))
    return office.render(
        request,
        "teacher/table.html.j2",
        title=f"Table {table.number}",
        version=room.version(table.number),
        event_source=f"/teacher/events/{table.number}",
        table=overview.at_a_glance(room, table),
        choices=_choices(table),
        questions=_questions(table),
        news=rounds_told(table),
        lasting=lasting_text.lists(table),
        you=None,
        **told_by_all(room, table),
        picture=picture(table),
        standing=standing(table, None),
        secrets=_secrets(table),
        forecast=shown_forecast(room, table, why=True),
    )


def shown_forecast(room: Room, table: Table, *, why: bool = False) -> Fans | str:
    """A table's forecast, laid out, or words for the time until it is there."""
    forecast = student_views.foreseen(room, table, why=why)
    if isinstance(forecast, Forecast):
        return fans(forecast, table.scenario.description)
    return forecast


def _choices(table: Table) -> list[tuple[str, list[Choice]]]:
    """By seat that people play: what it has chosen so far."""
    if table.phase != "choosing":
        return []
    described = table.setting.description
    shown = []
    for actor, seat in table.seats.items():
        if seat.by_people:
            rows = [
                Choice(
                    described.actors[target].name,
                    _chosen(table, actor, target) if table.chosen(actor) else "nothing yet",
                    table.chosen(actor),
                )
                for target in table.targets(actor)
            ]
            shown.append((sentence(described.actors[actor].name), rows))
    return shown


def _chosen(table: Table, actor: str, target: str) -> str:
    """The word and the deed that a seat has chosen toward another."""
    levers = table.setting.description.levers
    picked = (table.orders.get((actor, target, track)) for track in TRACKS)
    return "; ".join(levers[lever].name for lever in picked if lever) or NOTHING


def _questions(table: Table) -> list[Question]:
    described = table.setting.description
    words = {True: "yes", False: "no", None: "not yet"}
    return [
        Question(
            sentence(described.actors[ask.actor].name),
            described.actors[ask.target].name,
            described.levers[ask.lever].name,
            words[table.draft_answers.get(ask.slot)],
        )
        for ask in table.open_proposals
    ]


def rounds_told(table: Table, *, everything: bool = True) -> list[dict[str, Any]]:
    """What happened, the last round first; on request refused proposals too."""
    last = table.round if table.round > table.played else table.played
    return [
        {
            "round": round,
            "when": news.round_date(table, round),
            "events": news.event_news(table, round, everything=everything),
            "watched": news.watched_news(table, round),
            "acts": news.act_news(table, round, everything=everything),
            "lasting": lasting_text.told(table, round),
            "over": round <= table.played,
        }
        for round in range(last, 0, -1)
    ]


def _secrets(table: Table) -> list[tuple[str, str]]:
    """By seat: what only it knows."""
    found = []
    for key, actor in table.setting.description.actors.items():
        brief = actor.brief
        if table.latest_government(key) is not None and actor.government is not None:
            brief = actor.government.brief or brief
        if brief is not None and brief.secret:
            found.append((sentence(actor.name), brief.secret))
    return found


def told_by_all(room: Room, table: Table | None = None) -> dict[str, Any]:
    """The last messages of a table or of all, oldest first, and how many came before."""
    session = room.session
    said = [one for one in session.messages if table is None or one.table in (None, table.number)]
    numbers = numbered(said, None)
    return {
        "notes": [
            _note(room, one, nth) for one, nth in list(zip(said, numbers, strict=True))[-MESSAGES:]
        ],
        "older": max(0, len(said) - MESSAGES),
        "heard": max(numbers, default=0),
    }


def _note(room: Room, message: Message, nth: int) -> Note:
    session = room.session
    names = session.scenario.description.actors
    who = "You"
    if message.actor is not None:
        people = {**session.removed, **session.people}
        wrote = people.get(message.by or "")
        who = sentence(names[message.actor].name) + (f" ({wrote.name})" if wrote else "")
    to = listing([names[actor].name for actor in message.to]) if message.to else "all"
    if message.table is None:
        to = "all tables"
    at, round = clock(room, message.at), message.round
    return Note(message.table, who, to, at, round, message.text, nth)
