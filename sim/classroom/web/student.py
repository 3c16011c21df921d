"""What a student does: comes in, takes a seat, chooses, answers, writes, goes on elsewhere."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sim.classroom.game import log_entries as entries
from sim.classroom.game.session import Participant
from sim.classroom.game.table import RefusedError
from sim.classroom.web import authentication, views
from sim.classroom.web.drawings import bars
from sim.classroom.web.room import Room
from sim.classroom.web.templates import environment, render
from sim.scenario.cameo import TRACKS, Track
from sim.web import tokens
from sim.web.forms import by_prefix, count, fields, text, whole_number
from sim.web.rate_limits import TooOftenError
from sim.web.streams import Events
from sim.web.tokens import normalised_key

_T = TypeVar("_T")


def warm(room: Room) -> None:
    """Do what takes long the first time, before anybody waits for it."""
    for name in ("game.html.j2", "seats.html.j2", "brief.html.j2"):
        environment().get_template(name)
    for actor in room.session.scenario.description.actors:
        room.role(actor)
    bars(room.session.table(1), None)


class Student:
    """The endpoints; each finds out by the device's cookie who asks."""

    def __init__(self, room: Room) -> None:
        self.room = room

    # -- coming in -----------------------------------------------------------------

    async def come_in(self, request: Request) -> Response:
        """The first page."""
        if authentication.student(self.room, request) is not None:
            return tokens.redirect("/seat")
        return self._door(request)

    def _door(self, request: Request, said: str = "", name: str = "", code: str = "") -> Response:
        shown = {
            "scenario": self.room.session.scenario.description.title,
            "out": authentication.why_out(self.room, request),
            **{"said": said, "name": name, "code": code},
        }
        return render("come_in.html.j2", 409 if said else 200, **shown)

    async def join(self, request: Request) -> Response:
        """Come in with the class's code and a name."""
        if authentication.student(self.room, request) is not None:
            return tokens.redirect("/seat")
        authentication.refuse_guessing(self.room, request)
        if seconds := self.room.limits.take("join", tokens.caller(request)):
            raise TooOftenError(seconds)
        form = await fields(request)
        code, name = text(form, "code").strip().upper(), text(form, "name")
        new, secret = f"p{secrets.token_hex(6)}", tokens.token()
        try:
            if not hmac.compare_digest(code.encode(), self.room.session.code.encode()):
                said = "this is not the code of this class: look at what your teacher shows"
                raise authentication.wrong_code(self.room, request, "wrong code", said)
            authentication.refuse_crowding(self.room, request)
            known = authentication.unlike_others(self.room, authentication.cleaned_name(name))
            now, token = self.room.clock(), tokens.hashed(secret)
            self.room.accept(entries.Joined(at=now, participant=new, name=known, token=token))
        except RefusedError as error:
            return self._door(request, str(error), name[: entries.MAX_NAME], code[:4])
        return self._let_in(request, new, secret)

    async def go_on(self, request: Request) -> Response:
        """Come back on this device with a code that the other one showed."""
        form = await fields(request)
        code = tokens.hashed(normalised_key(text(form, "code")))
        people = self.room.session.people.values()
        offered = [one.id for one in people if one.offer is not None and one.offer[0] == code]
        secret = tokens.token()
        try:
            if not offered:
                said = "this code is not, or no longer, valid: get a new one"
                raise authentication.wrong_code(self.room, request, "wrong device", said)
            now, token = self.room.clock(), tokens.hashed(secret)
            self.room.accept(entries.Moved(at=now, participant=offered[0], code=code, token=token))
        except RefusedError as error:
            return self._door(request, str(error))
        return self._let_in(request, offered[0], secret)

    def _let_in(self, request: Request, participant: str, secret: str) -> Response:
        """Give a device the cookie of a student, and note by which address it came."""
        self.room.came_from[participant] = tokens.caller(request)
        return tokens.give_cookie(request, "/seat", authentication.SEAT, secret)

    async def device(self, request: Request) -> Response:
        """Show a code, once, by which to go on from another device."""
        person = self._who(request)
        if self.room.limits.take("device", person.id):
            raise HTTPException(429)
        code, minutes = authentication.offer_device(self.room, person)
        return render("device.html.j2", code=code, minutes=minutes)

    # -- the seat ------------------------------------------------------------------

    async def seat(self, request: Request) -> Response:
        """The page of the game, or of the seats where a student has none."""
        person = authentication.student(self.room, request)
        if person is None:
            why = authentication.why_out(self.room, request)
            return render("gone.html.j2", why=why) if why else tokens.redirect("/")
        if person.table is None:
            return render("seats.html.j2", **views.seats(self.room, person))
        return render("game.html.j2", **views.game(self.room, person))

    async def sit(self, request: Request) -> Response:
        """Take a seat, or look on."""
        person = self._who(request)
        form = await fields(request)
        table, actor = count(form, "table"), text(form, "actor") or None
        if actor is not None and (person.table, person.actor) == (table, actor):
            return tokens.redirect("/seat")  # the button was pressed twice
        if table is not None:
            self.room.session.table(table)  # refused where there is none
        now = self.room.clock()
        self.room.accept(entries.Seated(at=now, participant=person.id, table=table, actor=actor))
        return tokens.redirect("/seat")

    async def brief(self, request: Request) -> Response:
        """The role brief, to read and to print."""
        person = self._who(request)
        if person.actor is None or person.table is None:
            raise RefusedError("only who sits in a seat has a role: take a seat first")
        return render("brief.html.j2", **views.brief(self.room, person))

    # -- the round -------------------------------------------------------------------

    async def order(self, request: Request) -> Response:
        """Save the choices of a seat."""
        who, form = await self._of_a_round(request)
        chosen = _by_other(form, lambda lever: lever or None)
        self.room.accept(entries.Ordered(**who, moves=chosen))
        return tokens.redirect("/seat#orders")

    async def answer(self, request: Request) -> Response:
        """Save a seat's answers to proposals."""
        who, form = await self._of_a_round(request)
        answers = _by_other(form, lambda said: said == "yes")
        self.room.accept(entries.Answered(**who, answers=answers))
        return tokens.redirect("/seat#answers")

    async def _of_a_round(self, request: Request) -> tuple[dict[str, Any], FormData]:
        """A form of a seat, with who sends it and for which round.

        Raises
        ------
        RefusedError
            When it is of a page from before a round was taken back.
        """
        person, form = self._seated(request), await fields(request)
        table = self.room.session.table(person.table)
        if count(form, "taken-back") not in (None, table.taken_back):
            raise RefusedError(
                "a round was taken back since your page was made: look how things stand, and "
                "choose anew"
            )
        round, now = whole_number(form, "round"), self.room.clock()
        who = {"at": now, "participant": person.id, "table": table.number, "round": round}
        return who, form

    async def say(self, request: Request) -> Response:
        """Send a message to all, or to some seats of the table."""
        person = self._seated(request)
        if self.room.limits.take("message", person.id):
            raise HTTPException(429)
        form = await fields(request)
        said = authentication.message(text(form, "text", 4 * entries.MAX_TEXT))
        to = tuple(dict.fromkeys(str(one) for one in form.getlist("to") if one))
        since = count(form, "written")
        if authentication.already_sent(self.room, person.id, since, to, said, person.table):
            return tokens.redirect("/seat#messages")
        now, where = self.room.clock(), person.table
        self.room.accept(entries.Said(at=now, participant=person.id, table=where, to=to, text=said))
        return tokens.redirect("/seat#messages")

    # -- live --------------------------------------------------------------------------

    async def events(self, request: Request) -> Response:
        """A stream that says when the page has changed."""
        mark = self._who(request).token

        def version() -> str | None:
            person = self.room.session.by_token(mark)
            return None if person is None else self.room.version_for(person)

        return Events(self.room, self._who(request).id, version)

    # -- who asks ------------------------------------------------------------------------

    def _who(self, request: Request) -> Participant:
        person = authentication.student(self.room, request)
        if person is None:
            raise HTTPException(403)
        return person

    def _seated(self, request: Request) -> Participant:
        person = self._who(request)
        if person.table is None or person.actor is None:
            raise RefusedError("you do not sit in a seat: take one first")
        return person


def _by_other(form: FormData, read: Callable[[str], _T]) -> dict[str, dict[Track, _T]]:
    """What fields such as ``words.south`` hold, by the other actor and the track."""
    found: dict[str, dict[Track, _T]] = {}
    for track in TRACKS:
        for other, chosen in by_prefix(form, f"{track}.").items():
            found.setdefault(other, {})[track] = read(chosen)
    return found
