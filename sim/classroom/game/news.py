"""News: what happened in a round and what each did, as sentences for whoever may know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sim.classroom.briefs.wording import component_words
from sim.classroom.game.arrangements import arrangement_changes
from sim.classroom.game.table import PREFERENCES, Act, OpenProposal, PreferenceChange, Table
from sim.reporting.arrangement_text import consequence
from sim.reporting.story import act_text
from sim.scenario.calendar import date_after
from sim.scenario.cameo import tone
from sim.scenario.phrases import parse
from sim.scenario.schema import Description, Issue
from sim.text import MONTHS, listing, sentence

_LITTLE, _MUCH = 10, 30
"""Points below which a wish moved a little, and from which on it moved much."""
_Mark = Literal["cooperative", "conflictual", "neutral", "refused"]


@dataclass(frozen=True)
class ReportedAct:
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
    mark: _Mark
    actor: str
    target: str
    secret: bool


def round_date(table: Table, round: int) -> str:
    """A round's date in words: ``January 2017``."""
    day = date_after(table.compiled.description.calendar, round - 1)
    return f"{MONTHS[day.month - 1]} {day.year}"


def event_news(
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
    described = table.compiled.description
    return [
        f"{sentence(described.events[name].name).rstrip('.')}."
        f"{''.join(_wishes(table, round, name, actor, everything=everything))}"
        for name in table.events(round)
    ]


def _wishes(
    table: Table, round: int, event: str, actor: str | None, *, everything: bool
) -> Iterator[str]:
    """What an event, or the government that came by it, wants otherwise, to whom may know it.

    What an actor wants is known to all, how much it cares to itself alone.
    """
    described = table.compiled.description
    happened, meant = described.events[event], set()
    for text in happened.changes:
        if (phrase := parse(text)) is not None and phrase.kind in PREFERENCES:
            meant.add((phrase.kind, phrase.names[0], phrase.names[1]))
    for who, moved in table.preference_changes.get(round, {}).items():
        mine = [
            one for one in moved if who == happened.government or (one.kind, who, one.on) in meant
        ]
        name = sentence(described.actors[who].name)
        for one in mine:
            if one.kind == "position":
                yield f" {name} {_wants(one, described.issues[one.on])}."
        if (everything or who == actor) and (said := _cares(mine, described)):
            yield f" {name} now cares {said}."


def _wants(one: PreferenceChange, issue: Issue) -> str:
    """In which direction a wish went, and how far: ``now wants “X” much nearer to “Y”``."""
    far = abs(one.after - one.before)
    much = "a little " if far < _LITTLE else "much " if far >= _MUCH else ""
    end = issue.high if one.after > one.before else issue.low
    return f"now wants “{issue.name}” {much}nearer to “{end}”"


def _cares(moved: Iterable[PreferenceChange], described: Description) -> str:
    """What an actor cares more and less about than before, in one line; empty for nothing."""
    ways: dict[str, list[str]] = {"more": [], "less": []}
    for one in moved:
        if one.kind != "position":
            on = (
                component_words(one.on, described)
                if one.kind == "weight"
                else f"“{described.issues[one.on].name}”"
            )
            ways["more" if one.after > one.before else "less"].append(on)
    return ", and ".join(f"{way} about {listing(on)}" for way, on in ways.items() if on)


def watched_news(table: Table, round: int) -> list[str]:
    """What the scenario watches for and was first seen in a round, as sentences."""
    described = table.compiled.description.watch
    seen = [(described[name].name, at) for name, at in table.watched().items()]
    return [f"{sentence(name).rstrip('.')}." for name, at in seen if at == round and round > 0]


def act_news(
    table: Table, round: int, actor: str | None = None, *, everything: bool = False
) -> list[ReportedAct]:
    """What was done in a round that is over, and what it changed of arrangements.

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
    brought: dict[tuple[str, str | None, str | None], list[str]] = {}
    for one in arrangement_changes(table, round):
        if one.cause is not None:
            said = consequence(one.instance, one.how, table.compiled.description)
            brought.setdefault((one.cause, one.actor, one.target), []).append(said)
    return [
        _told(act, table, brought.get((act.lever, act.actor, act.target), ()))
        for act in table.acts(round)
        if act.lever is not None
        and (act.open or everything or (actor is not None and actor in (act.actor, act.target)))
    ]


def same_proposal_note(table: Table, ask: OpenProposal) -> str:
    """What the one who is asked has to know where it asks the same; empty where it does not."""
    lever = table.compiled.description.levers[ask.lever]
    mine = table.moves.get((table.round, ask.target, ask.actor, ask.track))
    if not lever.once or mine != ask.lever:
        return ""
    return "You propose the same. It can be done only once: if both agree, chance says whose it is."


def act_sentence(act: Act, described: Description) -> str:
    """What an actor did toward another, other than to let the round pass, as a sentence."""
    lever = described.levers[act.lever or ""]
    one, other = described.actors[act.actor].name, described.actors[act.target].name
    accepted, crossed = act.accepted, act.crossed
    said = act_text(lever, one, other, asked=act.asked, accepted=accepted, crossed=crossed)
    return f"{said}."


def _told(act: Act, table: Table, brought: Iterable[str]) -> ReportedAct:
    described = table.compiled.description
    mark: _Mark = tone(described.levers[act.lever or ""]) if act.accepted else "refused"
    text = act_sentence(act, described)
    if act.accepted:
        text = f"{'; '.join((text.removesuffix('.'), *dict.fromkeys(brought)))}."
    return ReportedAct(text, mark, act.actor, act.target, not act.accepted)
