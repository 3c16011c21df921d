"""Governments at a table: who came into office when, what it wants, and the next election."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.classroom.briefs.drawn_scenario import as_it_stands
from sim.classroom.briefs.wording import points, word
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.calendar import elections
from sim.scenario.phrases import Kind
from sim.scenario.schema import Description
from sim.text import count, listing, month, number, sentence

PREFERENCES: tuple[Kind, ...] = ("position", "salience", "weight")
_LEAST: dict[Kind, float] = {"position": 0.5, "salience": 0.005, "weight": 0.005}
"""Less than that is no news."""


@dataclass(frozen=True)
class PreferenceChange:
    """Something that an actor, or its new government, wants otherwise than before.

    Attributes
    ----------
    kind : {"position", "salience", "weight"}
    on : str
        Id of the issue, or the component of interest.
    """

    kind: Kind
    on: str
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class NewGovernment:
    """A government that came into office in a game.

    Attributes
    ----------
    actor : str
    event : str
        Id of the event that brought it.
    round : int
        At whose opening it came.
    before : float
        Rounds in office of the one before.
    support : (float, float)
        Of the one before, and on taking office.
    moved : tuple of Moved
    description : Description
        The scenario as it stood then: the numbers of its brief.
    """

    actor: str
    event: str
    round: int
    before: float
    support: tuple[float, float]
    moved: tuple[PreferenceChange, ...]
    description: Description


def new_governments(
    compiled: CompiledScenario, world: World, before: Floats
) -> Iterator[NewGovernment]:
    """The governments that came into office at the opening of a round.

    Parameters
    ----------
    world : World
        Of one run, whose round was just opened.
    before : shape (rows,)
        The state before it was opened.
    """
    layout, events = compiled.layout, compiled.description.events
    for name, did in zip(compiled.events.names, world.happens[:, 0], strict=True):
        actor = events[name].government
        if not did or actor is None:
            continue
        office, support = (layout.at(kind, actor) for kind in ("office", "support"))
        yield NewGovernment(
            actor=actor,
            event=name,
            round=world.now,
            before=float(before[office]),
            support=(float(before[support]), float(world.x[support, 0])),
            moved=tuple(preference_changes(compiled, before, world.x[:, 0], actor)),
            description=as_it_stands(compiled, world),
        )


def preference_changes(
    compiled: CompiledScenario, before: Floats, after: Floats, actor: str
) -> Iterator[PreferenceChange]:
    """What an actor wants otherwise in one state than in another.

    Parameters
    ----------
    before, after : shape (rows,)
    """
    for row, phrase in enumerate(compiled.layout.phrases):
        if phrase.kind in PREFERENCES and phrase.names[0] == actor:
            first, now = float(before[row]), float(after[row])
            if abs(now - first) >= _LEAST[phrase.kind]:
                yield PreferenceChange(phrase.kind, phrase.names[1], first, now)


COMPONENT = {
    "security": "security",
    "prosperity": "prosperity",
    "issues": "the issues",
    "standing": "standing abroad",
    "support": "support at home",
}
"""The components of interest, as what one cares about."""


def preference_sentences(government: NewGovernment) -> tuple[str, ...]:
    """What a new government wants otherwise, told to itself."""

    def care(value: float) -> str:
        return f"{word(value, 'care')} ({number(value, 2)})" if value else "not at all"

    found = []
    for one in government.moved:
        if one.kind == "weight":
            matter = "matter" if one.on == "issues" else "matters"
            more = "more" if one.after > one.before else "less"
            what = sentence(COMPONENT[one.on])
            found.append(f"{what} {matter} {more} to you than to the government before.")
            continue
        issue = government.description.issues[one.on].name
        if one.kind == "position":
            before = points(one.before).removesuffix(" of 100")
            found.append(f"On “{issue}” you want {points(one.after)}, no longer {before}.")
        else:
            now, before = care(one.after), care(one.before)
            found.append(f"You care about “{issue}” {now}, no longer {before}.")
    return tuple(found)


def next_election(described: Description, actor: str, after: int) -> str:
    """When an actor votes next after a round: ``October 2018``; empty where it never does.

    Parameters
    ----------
    after : int
        The round that is open or was last; 0 before the first.
    """
    part = described.actors[actor].government
    if part is None:
        return ""
    last = after + (part.every or 0)
    known = elections(described.calendar, part.elections, part.every, last)
    coming = min((round for round in known if round > after), default=None)
    return "" if coming is None else month(np.datetime64(known[coming]))


def elections_text(described: Description, actor: str) -> str:
    """When a government can change hands, for the teacher."""
    part = described.actors[actor].government
    assert part is not None
    said = []
    if part.elections:
        days = listing([month(np.datetime64(day)) for day in sorted(part.elections)])
        every = f", and then one every {count(part.every, 'round')}" if part.every else ""
        said.append(f"it may lose the election of {days}{every}")
    if part.hazard is not None:
        said.append("it may fall in any round")
    if not said:
        return "only when the teacher lets it happen"
    return f"{' and '.join(said)}, the likelier the less support it has"


def in_office_text(described: Description, actor: str, rounds: float, after: int) -> str:
    """How long a government has been in office and when it stands for election, in a sentence.

    Empty for an actor whose government never changes.
    """
    if described.actors[actor].government is None:
        return ""
    done = int(np.rint(rounds))
    said = f"in office for {count(done, 'round')}" if done else "new in office"
    election = next_election(described, actor, after)
    due = f"the next election is in {election}" if election else "no election is due"
    return f"{said}; {due}"
