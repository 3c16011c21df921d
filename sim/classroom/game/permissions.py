"""The rules of a session, by kind of entry: who may do what, and when.

Each checks an entry and changes nothing; what it gives back carries the entry
out. Raised is :class:`sim.classroom.game.table.RefusedError`, with a reason that can
be shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial, singledispatch

from sim.classroom.briefs.wording import TRACK, SecondPerson, level, toward
from sim.classroom.game import log_entries as entries
from sim.classroom.game.course import Slot
from sim.classroom.game.session import Message, Session
from sim.classroom.game.table import UNDER_WAY, RefusedError, Table
from sim.model.reasons import unmet_requirements
from sim.model.start import NEVER as UNUSED
from sim.scenario.calendar import date_after
from sim.scenario.cameo import Track
from sim.scenario.cameo import track as track_of
from sim.scenario.field_types import Amount
from sim.scenario.lookup import IN_FORCE, NONE, SUSPENDED, Instance, instances
from sim.scenario.phrases import BEGUN, BOUNDS, IN_FORCE_KINDS, STATE, Phrase, parse
from sim.scenario.schema import Description, Event
from sim.text import listing

_WHY = "made up by the teacher in class"


def validate_event(entry: entries.Injected, description: Description) -> Event:
    """Validate an ad-hoc event entered by the teacher: a name, and what it changes.

    Raises
    ------
    RefusedError
        When it has no name, or changes what is not there or by no number.
    """
    if not entry.name.strip():
        raise RefusedError("give the event a name, as all will read it")
    for text, amount in entry.changes.items():
        phrase = parse(text)
        if phrase is None or phrase.kind not in STATE or not _known(phrase, description):
            raise RefusedError(f"there is no quantity '{text}' that an event could change")
        low, high = BOUNDS[phrase.kind]
        most = min(high - low, Amount.bounds[1])
        if not math.isfinite(amount) or abs(amount) > most:
            raise RefusedError(
                f"'{text}' cannot change by {amount:g}: by {-most:g} to {most:g} at once"
            )
    known = {arrangement_phrase(one) for one in instances(description)}
    for text in (*entry.begins, *entry.ends):
        if text not in known:
            raise RefusedError(f"there is no arrangement '{text}' that an event could begin or end")
    if both := set(entry.begins) & set(entry.ends):
        raise RefusedError(f"'{min(both)}' cannot begin and end at once: choose one")
    changes = {text: {"by": amount, "why": _WHY} for text, amount in entry.changes.items()}
    return Event.model_validate(
        {
            "name": entry.name.strip(),
            "on": date_after(description.calendar, entry.round - 1),
            "changes": changes,
            "begins": entry.begins,
            "ends": entry.ends,
        }
    )


def arrangement_phrase(instance: Instance) -> str:
    """How an event names an arrangement: ``treaty between north and south``."""
    return str(instance.phrase).removeprefix("in force ")


def _known(phrase: Phrase, description: Description) -> bool:
    apart = len(set(phrase.actors)) == len(phrase.actors)
    return apart and all(name in getattr(description, slot) for slot, name in phrase.slots)


# Why a lever is not open to a seat, in a few words.


def why_closed(table: Table, lever: str, actor: str, target: str) -> str:
    """Why a lever is not open now, in a few words; empty where it is.

    Parameters
    ----------
    lever : str
        An actor's, toward the target.
    """
    if table.levers(actor, target)[lever]:
        return ""
    described = table.compiled.description
    status = dict(zip(table.instances, table.status(), strict=True))
    found = described.levers[lever]
    for names, closing, what in (
        (found.ends, (NONE,), "in force to end"),
        (found.suspends, (NONE, SUSPENDED), "in force to suspend"),
        (found.resumes, (NONE, IN_FORCE), "suspended to resume"),
    ):
        for name in names:
            between = (
                now
                for one, now in status.items()
                if one.name == name and one.concerns(actor, target)
            )
            if next(between, NONE) in closing:
                return f"nothing is {what} ({described.arrangements[name].name})"
    return "; ".join(_other_reasons(table, lever, actor, target))


def _other_reasons(table: Table, lever: str, actor: str, target: str) -> list[str]:
    """That it was done once, that an event closed it, or which of its limits do not hold."""
    world, keys = table.world, table.compiled.keys
    found = table.compiled.description.levers[lever]
    here, back = keys[lever, actor, target], keys.get((lever, target, actor))
    last = world.read("last")
    if found.once and any(last[k, 0] != UNUSED for k in (here, back) if k is not None):
        return ["it can be done only once, and was"]
    words = SecondPerson(table.compiled.description, actor)
    unmet = unmet_requirements(world.snapshot(), world.now)[here]
    told = {
        sort: [
            _words(one.phrase, one.value, words, target, low=one.value < one.at_least)
            for one in unmet
            if one.choice == sort
        ]
        for sort in ("", "any_of")
    }
    said = told[""]
    if told["any_of"]:
        said.append(f"one of these must change: {', or '.join(told['any_of'])}")
    if held := [words.quantity(one.phrase, target) for one in unmet if one.choice == "none_of"]:
        said.append(
            f"it may not be done while {listing(held)} {'stand' if held[1:] else 'stands'} so"
        )
    return said or (["an event has closed it"] if world.marked("forbidden")[here, 0] else [])


def _words(phrase: Phrase, value: float, words: SecondPerson, target: str, *, low: bool) -> str:
    described, name = words.description, phrase.names[0]
    if phrase.kind in IN_FORCE_KINDS:
        return f"{described.arrangements[name].name}: {'not in force' if low else 'in force'}"
    if phrase.kind in BEGUN:
        ago = "too short a time ago" if low else "too long ago, or never"
        return f"{described.arrangements[name].name}: begun {ago}"
    if phrase.kind == "since":
        ago = "too short a time ago" if low else "too long ago, or never"
        return f"“{described.levers[name].name}” was done {ago}"
    # How much another cares is its own secret.
    secret = phrase.kind in ("salience", "weight") and name != words.you
    now = "" if secret else f" ({level(phrase, value)})"
    return f"{words.quantity(phrase, target)} is too {'low' if low else 'high'}{now}"


_Commit = Callable[[], None]


@singledispatch
def validate(entry: object, session: Session) -> _Commit:
    """Check an entry of a session; what it gives back carries it out, and does not fail.

    Raises
    ------
    RefusedError
        When the entry breaks a rule; nothing has changed.
    """
    raise RefusedError("a session begins once only")


# -- the room and its people -------------------------------------------------------


@validate.register(entries.Admitted)
def _(entry: entries.Admitted, session: Session) -> _Commit:
    return partial(session.teachers.add, entry.token)


@validate.register(entries.Joined)
def _(entry: entries.Joined, session: Session) -> _Commit:
    if not session.settings.doors:
        raise RefusedError("the doors are closed: ask your teacher to open them")
    if len(session.people) >= entries.MAX_PEOPLE:
        raise RefusedError(f"there are {entries.MAX_PEOPLE} people in already, no more can come")
    if entry.name.casefold() in {one.name.casefold() for one in session.people.values()}:
        raise RefusedError(
            f"the name '{entry.name}' is taken: add a letter to yours; if you are in already, "
            "ask your teacher for a code to go on from this device"
        )
    if entry.participant in session.people or entry.participant in session.removed:
        raise RefusedError("you are in already")
    return partial(session.join, entry)


@validate.register(entries.Offered)
def _(entry: entries.Offered, session: Session) -> _Commit:
    person = session.person(entry.participant)
    return partial(setattr, person, "offer", (entry.code, entry.until))


@validate.register(entries.Moved)
def _(entry: entries.Moved, session: Session) -> _Commit:
    person = session.person(entry.participant)
    if person.offer is None or person.offer[0] != entry.code or entry.at > person.offer[1]:
        raise RefusedError("this code is not, or no longer, valid: get a new one")
    return partial(session.move, person, entry.token)


@validate.register(entries.Seated)
def _(entry: entries.Seated, session: Session) -> _Commit:
    person = session.person(entry.participant)
    if not entry.by_teacher:
        if not session.settings.doors:
            raise RefusedError("your teacher gives out the seats: please wait")
        # Else one could leave, and read what the seats alone know, one after the other.
        if person.actor is not None:
            raise RefusedError("you have a seat: only your teacher can change it")
    if entry.table is None:
        if entry.actor is not None:
            raise RefusedError("a seat is at a table: name the table")
        return partial(session.sit, person, None, None)
    table = session.table(entry.table)
    if entry.actor is not None:
        seat = session.seat(entry.table, entry.actor)
        if not entry.by_teacher and seat.members and table.phase != "waiting":
            raise RefusedError("the game has begun, and this seat is taken: ask your teacher")
        if person.id not in seat.members and len(seat.members) >= entries.MAX_TEAM:
            raise RefusedError(f"{entries.MAX_TEAM} people sit there already: take another seat")
    return partial(session.sit, person, table.number, entry.actor)


@validate.register(entries.Removed)
def _(entry: entries.Removed, session: Session) -> _Commit:
    return partial(session.remove, session.person(entry.participant))


@validate.register(entries.Handed)
def _(entry: entries.Handed, session: Session) -> _Commit:
    return partial(setattr, session.seat(entry.table, entry.actor), "handed", entry.model)


@validate.register(entries.Said)
def _(entry: entries.Said, session: Session) -> _Commit:
    actor = None
    if entry.participant is not None:
        person = session.person(entry.participant)
        if person.actor is None or person.table != entry.table:
            raise RefusedError("only who sits in a seat can write: take a seat first")
        actor = person.actor
    if entry.table is None and entry.to:
        raise RefusedError("to all tables means to all seats: leave the others out")
    for one in entry.to:
        session.seat(entry.table, one)
    at = 0 if entry.table is None else session.table(entry.table).round
    said = Message(entry.at, entry.table, at, actor, entry.participant, entry.to, entry.text)
    return partial(session.messages.append, said)


@validate.register(entries.Changed)
def _(entry: entries.Changed, session: Session) -> _Commit:
    return partial(_change, session, entry)


def _change(session: Session, entry: entries.Changed) -> None:
    settings = session.settings
    if entry.minutes is not None:
        settings.minutes = entry.minutes or None
    for name in ("doors", "forecast", "debrief", "lab", "flow"):
        wanted = getattr(entry, name)
        if wanted is not None:
            setattr(settings, name, wanted)


@validate.register(entries.Added)
def _(entry: entries.Added, session: Session) -> _Commit:
    if len(session.tables) >= entries.MAX_TABLES:
        raise RefusedError(f"there are {entries.MAX_TABLES} tables, and no more are possible")
    return session.add_table


# -- a table's rounds ----------------------------------------------------------------


@validate.register(entries.RoundOpened)
def _(entry: entries.RoundOpened, session: Session) -> _Commit:
    table = session.table(entry.table)
    if table.phase not in ("waiting", "closed"):
        over = table.phase == "over"
        raise RefusedError("the game is over" if over else f"round {table.round} is still open")
    if entry.round != table.round + 1:
        raise RefusedError(f"the next round is {table.round + 1}, not {entry.round}")
    return partial(table.open_round, entry.deadline)


@validate.register(entries.Closed)
def _(entry: entries.Closed, session: Session) -> _Commit:
    table = _under_way(session, entry.table)
    if entry.round != table.round:
        raise RefusedError(f"round {table.round} is open, not round {entry.round}")
    return partial(table.close, entry.deadline)


@validate.register(entries.Paused)
def _(entry: entries.Paused, session: Session) -> _Commit:
    table = _under_way(session, entry.table)
    return partial(table.pause if entry.paused else table.resume, entry.at)


@validate.register(entries.Extended)
def _(entry: entries.Extended, session: Session) -> _Commit:
    return partial(_under_way(session, entry.table).extend, entry.seconds, entry.at)


@validate.register(entries.Undone)
def _(entry: entries.Undone, session: Session) -> _Commit:
    table = session.table(entry.table)
    if table.played < 1 and not table.ended:
        raise RefusedError("no round is over yet: there is nothing to take back")
    return partial(table.undo, entry.deadline)


@validate.register(entries.Injected)
def _(entry: entries.Injected, session: Session) -> _Commit:
    table = session.table(entry.table)
    if table.phase in ("answering", "over"):
        raise RefusedError("something can be let happen while a round is open for choices")
    if entry.round != table.coming:
        raise RefusedError(f"it can happen in round {table.coming}, not in {entry.round}")
    if entry.event is not None:
        if entry.event not in session.scenario.description.events:
            raise RefusedError(f"the scenario has no event '{entry.event}'")
        if entry.event in table.coming_events():
            raise RefusedError("it happens in this round already")
        return partial(table.inject, entry.event, None)
    event = validate_event(entry, session.scenario.description)
    number = 1 + max((int(name.rpartition("_")[2]) for name in table.adhoc_events), default=0)
    return partial(table.inject, f"made_in_class_{number}", event)


@validate.register(entries.Ended)
def _(entry: entries.Ended, session: Session) -> _Commit:
    table = session.table(entry.table)
    if table.phase == "over":
        raise RefusedError("the game is over already")
    return table.end


# -- what students do in a round -----------------------------------------------------


@validate.register(entries.Ordered)
def _(entry: entries.Ordered, session: Session) -> _Commit:
    table, actor = _acting(session, entry, "choosing")
    slots, moves = set(table.slots(actor)), {}
    for target, picked in entry.moves.items():
        for track, lever in picked.items():
            if (actor, target, track) not in slots:
                what = toward(track, f"'{target}'")
                raise RefusedError(f"there is nothing to {what}")
            if lever is not None:
                _choosable(table, actor, target, track, lever)
            moves[actor, target, track] = lever
    most = table.compiled.description.actors[actor].attention
    made = sum((table.orders | moves).get(slot) is not None for slot in slots)
    if most is not None and made > most:
        raise RefusedError(f"you can say or do {most} in a round, and chose {made}: leave some out")
    return partial(_order, table, actor, entry.participant, moves)


def _choosable(table: Table, actor: str, target: str, track: Track, lever: str) -> None:
    levers = table.levers(actor, target)
    if lever not in levers:
        raise RefusedError(f"'{lever}' is none of your levers toward '{target}'")
    found = table.compiled.description.levers[lever]
    if (of := track_of(found)) != track:
        raise RefusedError(f"'{found.name}' is {TRACK[of]}, not {TRACK[track]}")
    if not levers[lever]:
        why = why_closed(table, lever, actor, target)
        raise RefusedError(f"'{found.name}' is not open to you now{f': {why}' if why else ''}")


def _order(table: Table, actor: str, by: str, moves: dict[Slot, str | None]) -> None:
    table.saved_orders.add((table.round, actor, by))
    table.orders.update(moves)


@validate.register(entries.Answered)
def _(entry: entries.Answered, session: Session) -> _Commit:
    table, actor = _acting(session, entry, "answering")
    answers = {
        (one, actor, track): agreed
        for one, said in entry.answers.items()
        for track, agreed in said.items()
    }
    asked = {ask.slot for ask in table.proposals_to(actor)}
    for one, _, track in answers:
        if (one, actor, track) not in asked:
            raise RefusedError(f"'{one}' asks nothing of you with {TRACK[track]}")
    return partial(_answer, table, actor, entry.participant, answers)


def _answer(table: Table, actor: str, by: str, answers: dict[Slot, bool]) -> None:
    table.saved_answers.add((table.round, actor, by))
    table.draft_answers.update(answers)


# -- what the rules ask ----------------------------------------------------------------


def _under_way(session: Session, number: int) -> Table:
    table = session.table(number)
    if table.phase not in UNDER_WAY:
        raise RefusedError("no round is open")
    return table


def _acting(
    session: Session, entry: entries.Ordered | entries.Answered, phase: str
) -> tuple[Table, str]:
    person = session.person(entry.participant)
    if person.actor is None or person.table != entry.table:
        raise RefusedError("you do not sit in this seat (any more)")
    table = session.table(entry.table)
    if table.phase != phase or table.round != entry.round:
        raise RefusedError(f"round {entry.round} has been closed meanwhile")
    if table.seats[person.actor].handed:
        raise RefusedError("the model plays your seat: ask your teacher to hand it back")
    return table, person.actor


def replay(log: Iterable[entries.AnyEntry]) -> Session:
    """The session of a log.

    Raises
    ------
    RefusedError
        When the log does not begin with its opening, or breaks a rule.
    """
    session = None
    for nth, entry in enumerate(log):
        if session is None:
            if not isinstance(entry, entries.Opened):
                raise RefusedError("the log does not begin with the opening of a session")
            session = Session(entry)
            continue
        try:
            validate(entry, session)()
        except RefusedError as error:
            raise RefusedError(f"entry {nth} ({entry.kind}) breaks a rule: {error}") from None
    if session is None:
        raise RefusedError("the log is empty")
    return session
