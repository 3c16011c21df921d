"""Governments at a table: who came into office when, what it wants, and the next election."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.classroom.briefs.drawn_scenario import as_it_stands
from sim.classroom.briefs.wording import points, word
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.calendar import MONTHS, round_of
from sim.scenario.phrases import Kind
from sim.scenario.schema import Description
from sim.text import count, listing, month, number

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
    setting: CompiledScenario, world: World, before: Floats
) -> Iterator[NewGovernment]:
    """The governments that came into office at the opening of a round.

    Parameters
    ----------
    world : World
        Of one run, whose round was just opened.
    before : shape (rows,)
        The state before it was opened.
    """
    layout, events = setting.layout, setting.description.events
    for name, did in zip(setting.events.names, world.happens[:, 0], strict=True):
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
            moved=tuple(preference_changes(setting, before, world.x[:, 0], actor)),
            description=as_it_stands(setting, world),
        )


def preference_changes(
    setting: CompiledScenario, before: Floats, after: Floats, actor: str
) -> Iterator[PreferenceChange]:
    """What an actor wants otherwise in one state than in another.

    Parameters
    ----------
    before, after : shape (rows,)
    """
    for row, phrase in enumerate(setting.layout.phrases):
        if phrase.kind in PREFERENCES and phrase.names[0] == actor:
            first, now = float(before[row]), float(after[row])
            if abs(now - first) >= _LEAST[phrase.kind]:
                yield PreferenceChange(phrase.kind, phrase.names[1], first, now)


def preference_sentences(reign: NewGovernment) -> tuple[str, ...]:
    """What a new government wants otherwise, told to itself."""
    issues = reign.description.issues
    found = []
    for one in reign.moved:
        match one.kind:
            case "position":
                on, here, was = issues[one.on].name, points(one.after), _points(one.before)
                found.append(f"On “{on}” you want {here}, no longer {was}.")
            case "salience":
                found.append(
                    f"You care about “{issues[one.on].name}” {_care(one.after)}, no longer "
                    f"{_care(one.before)}."
                )
            case _:
                more = "more" if one.after > one.before else "less"
                found.append(f"{_COMPONENTS[one.on]} to you than to the government before.".format(
                    more=more))  # fmt: skip
    return tuple(found)


COMPONENT = {
    "security": "security",
    "prosperity": "prosperity",
    "issues": "the issues",
    "standing": "standing abroad",
    "support": "support at home",
}
"""The components of interest, as what one cares about."""
_COMPONENTS = {
    "security": "Security matters {more}",
    "prosperity": "Prosperity matters {more}",
    "issues": "The issues matter {more}",
    "standing": "Standing abroad matters {more}",
    "support": "Support at home matters {more}",
}


def _points(value: float) -> str:
    return points(value).removesuffix(" of 100")


def _care(value: float) -> str:
    return f"{word(value, 'care')} ({number(value, 2)})" if value else "not at all"


def next_election(described: Description, actor: str, after: int) -> str:
    """When an actor votes next after a round: ``October 2018``; empty where it never does.

    Parameters
    ----------
    after : int
        The round that is open or was last; 0 before the first.
    """
    government, calendar = described.actors[actor].government, described.calendar
    if government is None:
        return ""
    days = sorted(government.elections)
    for day in days:
        if round_of(calendar, day) > after:
            return _month(day)
    if government.every is None or not days:
        return ""
    day = days[-1]
    while round_of(calendar, day) <= after:
        months = 12 * day.year + day.month - 1 + government.every * MONTHS[calendar.round]
        if months // 12 > datetime.MAXYEAR:
            return ""
        day = datetime.date(months // 12, months % 12 + 1, min(day.day, 28))
    return _month(day)


def elections_text(described: Description, actor: str) -> str:
    """When a government can change hands, for the teacher."""
    government = described.actors[actor].government
    assert government is not None
    days = [_month(day) for day in sorted(government.elections)]
    said = [f"it may lose the election of {listing(days)}"] if days else []
    if days and government.every is not None:
        said[0] += f", and then one every {count(government.every, 'round')}"
    if government.hazard is not None:
        said.append("it may fall in any round")
    return (
        " and ".join(said) + ", the likelier the less support it has"
        if said
        else ("only when the teacher lets it happen")
    )


def _month(day: datetime.date) -> str:
    return month(np.datetime64(day))


def in_office_text(described: Description, actor: str, rounds: float, after: int) -> str:
    """How long a government has been in office and when it stands for election, in a sentence.

    Empty for an actor whose government never changes.
    """
    government = described.actors[actor].government
    if government is None:
        return ""
    done = int(np.rint(rounds))
    said = f"in office for {count(done, 'round')}" if done else "new in office"
    election = next_election(described, actor, after)
    return (
        f"{said}; the next election is in {election}" if election else f"{said}; no election is due"
    )
