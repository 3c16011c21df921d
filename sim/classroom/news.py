"""The words of news: what happened in a round, and what each did, for whoever may know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sim.analysis.story import said
from sim.analysis.words import MONTHS, sentence
from sim.classroom.seat import Act, Ask
from sim.classroom.table import Table
from sim.scenario.calendar import date_after
from sim.scenario.cameo import tone
from sim.scenario.phrases import parse
from sim.scenario.schema import Description

Mark = Literal["cooperative", "conflictual", "neutral", "refused"]


@dataclass(frozen=True)
class Told:
    """Something that was done, as a sentence.

    Attributes
    ----------
    text : str
        Plain text with its final stop.
    mark : str
        Its tone, or ``refused``.
    actor, target : str
        Ids.
    secret : bool
        Only the two know it.
    """

    text: str
    mark: Mark
    actor: str
    target: str
    secret: bool


def when(table: Table, round: int) -> str:
    """A round's date in words: ``January 2017``."""
    day = date_after(table.setting.description.calendar, round - 1)
    return f"{MONTHS[day.month - 1]} {day.year}"


def events(
    table: Table, round: int, actor: str | None = None, *, everything: bool = False
) -> list[str]:
    """What happened at the opening of a round, as sentences, with whose wishes it changed.

    Parameters
    ----------
    table : Table
    round : int
    actor : str, optional
        Who asks: it is told as well where it cares more or less than before.
    everything : bool
        Tell that of all, as to the teacher.
    """
    if round < 1:
        return []
    described = table.setting.description
    return [
        f"{sentence(described.events[name].name).rstrip('.')}."
        f"{''.join(_wishes(described, name, actor, everything=everything))}"
        f"{''.join(_of_new(table, round, name, actor, everything=everything))}"
        for name in table.events(round)
    ]


def _wishes(
    described: Description, event: str, actor: str | None, *, everything: bool
) -> Iterator[str]:
    for text in described.events[event].changes:
        phrase = parse(text)
        if phrase is None or phrase.kind not in ("position", "salience", "weight"):
            continue
        who, what = sentence(described.actors[phrase.names[0]].name), phrase.names[1]
        if phrase.kind == "position":
            yield f" {who} now wants something else on “{described.issues[what].name}”."
        elif everything or phrase.names[0] == actor:
            on = f"“{described.issues[what].name}”" if what in described.issues else what
            yield f" {who} now cares otherwise about {on}."


def _of_new(
    table: Table, round: int, event: str, actor: str | None, *, everything: bool
) -> Iterator[str]:
    """What a new government wants otherwise, to whom may know it."""
    described = table.setting.description
    for reign in table.reigns:
        if (reign.event, reign.round) != (event, round):
            continue
        who = sentence(described.actors[reign.actor].name)
        for one in reign.moved:
            on = f"“{described.issues[one.on].name}”" if one.kind != "weight" else one.on
            if one.kind == "position":
                yield f" {who} now wants something else on {on}."
            elif everything or reign.actor == actor:
                yield f" {who} now cares otherwise about {on}."


def watched(table: Table, round: int) -> list[str]:
    """What the scenario watches for and was first seen in a round, as sentences."""
    described = table.setting.description.watch
    seen = [(described[name].name, at) for name, at in table.watched().items()]
    return [f"{sentence(name).rstrip('.')}." for name, at in seen if at == round and round > 0]


def acts_in_words(
    table: Table, round: int, actor: str | None = None, *, everything: bool = False
) -> list[Told]:
    """What was done in a round that is over.

    Parameters
    ----------
    table : Table
    round : int
        From 1 to ``table.played``; none of another round is told.
    actor : str, optional
        Who asks: refused proposals by it or to it are told as well.
    everything : bool
        Tell refused proposals of all, as to the teacher.
    """
    if not 1 <= round <= table.played:
        return []
    return [
        _told(act, table)
        for act in table.acts(round)
        if act.lever is not None
        and (act.open or everything or (actor is not None and actor in (act.actor, act.target)))
    ]


def mutual(table: Table, ask: Ask) -> str:
    """What the one who is asked has to know where it asks the same; empty where it does not."""
    lever = table.setting.description.levers[ask.lever]
    if (
        not lever.once
        or table.moves.get((table.round, ask.target, ask.actor, ask.track)) != ask.lever
    ):
        return ""
    return "You propose the same. It can be done only once: if both agree, chance says whose it is."


def act_in_words(act: Act, described: Description) -> str:
    """What an actor did toward another, other than to let the round pass, as a sentence."""
    lever = described.levers[act.lever or ""]
    one, other = described.actors[act.actor].name, described.actors[act.target].name
    return (
        f"{said(lever, one, other, asked=act.asked, accepted=act.accepted, crossed=act.crossed)}."
    )


def _told(act: Act, table: Table) -> Told:
    described = table.setting.description
    mark: Mark = tone(described.levers[act.lever or ""]) if act.accepted else "refused"
    return Told(act_in_words(act, described), mark, act.actor, act.target, not act.accepted)
