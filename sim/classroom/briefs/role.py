"""The role brief of a seat, as plain text: who you are, what you want, what you may do.

It holds what a seat may know at the start. Of the others that is what all know: where
they stand, and what each wants on each issue; never how much they care, what they
weigh, or their secrets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.classroom.briefs.levers import Deck, LeverCard
from sim.classroom.briefs.public_and_teacher import in_force_at_start
from sim.classroom.briefs.role_text import (
    AT_REST,
    CARE,
    NO_STAKE,
    at_home,
    place,
    ranked,
    standing,
    word,
)
from sim.classroom.briefs.second_person import Voice
from sim.classroom.game.governments import NewGovernment, in_office_text, preference_sentences
from sim.model.compiled import CompiledDescription
from sim.scenario.calendar import date_after
from sim.scenario.lenses import weights_of
from sim.scenario.phrases import COMPONENTS
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Issue
from sim.text import month, number, sentence


@dataclass(frozen=True)
class Want:
    """One component of your interest.

    Attributes
    ----------
    component, name : str
        Its id, and as it is shown: ``Support at home``.
    weight : float
        Your weight of it; the five sum to 1.
    words : str
        A sentence: how it ranks, how much it weighs, what it means.
    """

    component: str
    name: str
    weight: float
    words: str


@dataclass(frozen=True)
class OnIssue:
    """One issue as your seat sees it.

    Attributes
    ----------
    issue, name : str
    low, high : str
        What 0 and 100 mean.
    now : float
        Where it stands at the start, in points of 100.
    wanted, salience : float or None
        Where you want it, and how much you care (0 to 1); ``None`` without a stance.
    stands, want, care : str
        The same as sentences.
    others : tuple of str
        A sentence each on what the others want; never how much they care.
    """

    issue: str
    name: str
    low: str
    high: str
    now: float
    wanted: float | None
    salience: float | None
    stands: str
    want: str
    care: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Toward:
    """How you stand with one other actor, and what you may do toward it.

    Attributes
    ----------
    actor, name : str
    words : tuple of str
        Sentences: strength, affinity, tension, pledges, ties.
    levers : tuple of LeverCard
    """

    actor: str
    name: str
    words: tuple[str, ...]
    levers: tuple[LeverCard, ...]


@dataclass(frozen=True)
class Role:
    """All that a person who takes a seat is told at the start; plain text throughout.

    Attributes
    ----------
    actor, name : str
    role : str
        Who you are and what you want; one plain sentence where the scenario says nothing.
    knows, secret : str or None
        Background, and what only you know.
    support : str
        On your backing at home, and what giving ground would take from it.
    office : str or None
        How long your government has been in office, and when it stands for election; None
        where it never changes.
    new : tuple of str
        What a government that came into office in the game wants otherwise than the one
        before; empty for that of the start.
    in_force : tuple of str or None
        What is in force, a line each; None where the scenario has no arrangements.
    wants : tuple of Want
        The five components, strongest first.
    issues : tuple of OnIssue
        All issues, those you care for most first.
    relations : tuple of Toward
        The others, in the order of the scenario.
    rest : str
        How relations move, and how the model plays a seat.
    """

    actor: str
    name: str
    role: str
    knows: str | None
    secret: str | None
    support: str
    office: str | None
    new: tuple[str, ...]
    in_force: tuple[str, ...] | None
    wants: tuple[Want, ...]
    issues: tuple[OnIssue, ...]
    relations: tuple[Toward, ...]
    rest: str


def role(
    source: Scenario | CompiledDescription, actor: str, reign: NewGovernment | None = None
) -> Role:
    """Write the role brief of one actor.

    Parameters
    ----------
    source : Scenario or CompiledDescription
        The scenario, or its setting where one is made already.
    actor : str
        Id of the actor.
    reign : Reign, optional
        The government that came into office in a game: its brief. The source is then the
        scenario as it stood.

    Raises
    ------
    KeyError
        Where the scenario has no such actor.
    """
    return _role(Deck(source), actor, reign)


def roles(source: Scenario | CompiledDescription) -> dict[str, Role]:
    """Write the role briefs of all actors, in the order of the scenario."""
    deck = Deck(source)
    return {actor: _role(deck, actor) for actor in deck.description.actors}


def _role(deck: Deck, actor: str, reign: NewGovernment | None = None) -> Role:
    described = deck.description
    one, voice = described.actors[actor], Voice(described, actor)
    brief = one.brief
    if reign is not None and one.government is not None:
        brief = one.government.brief or brief
    return Role(
        actor=actor,
        name=one.name,
        role=brief.role if brief else f"You lead {one.name}.",
        knows=brief.knows if brief else None,
        secret=brief.secret if brief else None,
        support=at_home(voice),
        office=_office(voice, reign),
        new=() if reign is None else _new(reign),
        in_force=in_force_at_start(described),
        wants=_wants(actor, described),
        issues=_issues(voice),
        relations=tuple(
            Toward(other, described.actors[other].name, standing(other, voice),
                   deck.cards(actor, other))
            for other in described.actors
            if other != actor
        ),
        rest=AT_REST,
    )  # fmt: skip


def _office(voice: Voice, reign: NewGovernment | None) -> str | None:
    government = voice.description.actors[voice.you].government
    if government is None:
        return None
    after = 0 if reign is None else reign.round
    said = in_office_text(voice.description, voice.you, government.in_office, after)
    return f"Your government is {said}. The less support it has, the likelier it loses office."


def _new(reign: NewGovernment) -> tuple[str, ...]:
    calendar = reign.description.calendar
    day = month(np.datetime64(date_after(calendar, reign.round - 1)))
    came = f"You are a new government, in office since {day} (round {reign.round})."
    owed = "What the government before promised is still owed: it is yours to keep."
    return (
        came,
        *(preference_sentences(reign) or ("It wants much the same as the one before.",)),
        *((owed,) if any(one.delivers for one in reign.description.levers.values()) else ()),
    )


def _wants(actor: str, described: Description) -> tuple[Want, ...]:
    weights = weights_of(actor, described)
    raw = {part: getattr(weights, part).value for part in COMPONENTS}
    whole = sum(raw.values())
    return tuple(Want(part, name, raw[part] / whole, words) for part, name, words in ranked(raw))


def _issues(voice: Voice) -> tuple[OnIssue, ...]:
    described = voice.description
    stances = {
        name: issue.stances[voice.you]
        for name, issue in described.issues.items()
        if voice.you in issue.stances
    }
    care = {name: stance.salience.value for name, stance in stances.items()}
    return tuple(
        _on_issue(name, described.issues[name], voice)
        for name in sorted(described.issues, key=lambda name: -care.get(name, 0))
    )


def _on_issue(name: str, issue: Issue, voice: Voice) -> OnIssue:
    mine = issue.stances.get(voice.you)
    wanted = mine.position.value if mine else None
    cares = mine.salience.value if mine else None
    return OnIssue(
        issue=name,
        name=issue.name,
        low=issue.low,
        high=issue.high,
        now=issue.outcome.value,
        wanted=wanted,
        salience=cares,
        stands=f"It stands at {place(issue.outcome.value, issue)}.",
        want="You take no position on it." if wanted is None
        else f"You want it at {place(wanted, issue)}.",
        care=f"You care about it {word(cares, CARE)} ({number(cares, 2)} of 1)." if cares
        else NO_STAKE if wanted is None
        else "But how it ends does not count for you.",
        others=tuple(
            f"{sentence(voice.name(other))} wants it at {place(stance.position.value, issue)}."
            for other, stance in issue.stances.items()
            if other != voice.you
        ),
    )  # fmt: skip
