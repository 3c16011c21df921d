"""The role brief of a seat, as plain text: who you are, what you want, what you may do.

It holds what a seat may know at the start. Of the others that is what all know: where
they stand, and what each wants on each issue; never how much they care, what they
weigh, or their secrets. The web, paper and the terminal show the same sections.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.classroom.briefs.beliefs import believed_at_start
from sim.classroom.briefs.levers import Deck, LeverCard
from sim.classroom.briefs.wording import (
    AT_REST,
    SAID,
    SecondPerson,
    at_home,
    component_words,
    how_they_stand,
    in_office_text,
    place_on_issue,
    points,
    ranked_wants,
    word,
)
from sim.classroom.game.table import NewGovernment
from sim.model.compiled import CompiledDescription
from sim.reporting.arrangement_text import arrangement_text
from sim.scenario.calendar import date_after
from sim.scenario.lenses import weights_of
from sim.scenario.lookup import at_start, components_of, instances
from sim.scenario.phrases import COMPONENTS
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Issue
from sim.text import month, number, sentence


@dataclass(frozen=True)
class Want:
    """One component of your interest: your weight of it (the five sum to 1), and a sentence."""

    component: str
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
class RoleRelation:
    """How you stand with one other actor, in sentences, and what you may do toward it."""

    actor: str
    name: str
    words: str
    levers: tuple[LeverCard, ...]


@dataclass(frozen=True)
class Section:
    """A part of a role brief.

    Attributes
    ----------
    heading : str
    paragraphs : tuple of str
    points : tuple of (str, str, str)
        A list: a title, what concerns the seat alone, and what all may know; any may be empty.
    secret : bool
        For this seat alone.
    public : bool
        All of it stands on the sheet for everyone, too.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[tuple[str, str, str], ...] = ()
    secret: bool = False
    public: bool = False


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
    beliefs : tuple of str
        What it believes of numbers of others that it does not know, a line each.
    wants : tuple of Want
        The five components, strongest first.
    issues : tuple of OnIssue
        All issues, those you care for most first.
    relations : tuple of RoleRelation
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
    beliefs: tuple[str, ...]
    wants: tuple[Want, ...]
    issues: tuple[OnIssue, ...]
    relations: tuple[RoleRelation, ...]
    rest: str = AT_REST

    @property
    def sections(self) -> Iterator[Section]:
        """The brief in its parts, but for relations and levers."""
        if self.new:
            yield Section("A new government", points=_plain(self.new))
        if self.knows:
            yield Section("What you know", (self.knows,))
        if self.secret:
            yield Section("What only you know", (self.secret,), secret=True)
        home = (self.support, self.office) if self.office else (self.support,)
        wants = _plain([want.words for want in self.wants])
        yield Section("What you want, and how much", home, wants, secret=True)
        issues = []
        for one in self.issues:
            ends = f"0 means “{one.low}”, 100 means “{one.high}”. {one.stands}"
            public = " ".join((ends, *one.others))
            issues.append((sentence(one.name), f"{one.want} {one.care}", public))
        if issues:
            heading = "The issues, those you care for most first"
            yield Section(heading, points=tuple(issues), secret=True)
        if self.beliefs:
            yield Section("What you are not sure of", points=_plain(self.beliefs), secret=True)
        if self.in_force is not None:
            nothing = () if self.in_force else ("Nothing is in force yet.",)
            yield Section("In force", nothing, _plain(self.in_force), public=True)


def _plain(lines: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(("", line, "") for line in lines)


def role(
    source: Scenario | CompiledDescription, actor: str, government: NewGovernment | None = None
) -> Role:
    """Write the role brief of one actor.

    Parameters
    ----------
    source : Scenario or CompiledDescription
        The scenario, or the compiled one where it is made already.
    actor : str
        Id of the actor.
    government : NewGovernment, optional
        The government that came into office in a game: its brief, by the scenario as it
        stood then.

    Raises
    ------
    KeyError
        Where the scenario has no such actor.
    """
    if government is not None and isinstance(source, Scenario):
        source = replace(source, description=government.description)
    return _role(Deck(source), actor, government)


def roles(source: Scenario | CompiledDescription) -> dict[str, Role]:
    """Write the role briefs of all actors, in the order of the scenario."""
    deck = Deck(source)
    return {actor: _role(deck, actor) for actor in deck.description.actors}


def _role(deck: Deck, actor: str, government: NewGovernment | None = None) -> Role:
    described = deck.description
    one, wording = described.actors[actor], SecondPerson(described, actor)
    brief, office = one.brief, None
    if one.government is not None:
        if government is not None:
            brief = one.government.brief or brief
        since = government.round if government else 0
        said = in_office_text(described, actor, one.government.in_office, since)
        office = (
            f"Your government is {said}. The less support it has, the likelier it loses office."
        )
    relations = []
    for other in described.actors:
        if other != actor:
            words, cards = how_they_stand(other, wording), deck.cards(actor, other)
            relations.append(RoleRelation(other, described.actors[other].name, words, cards))
    weights = shares(actor, described)
    return Role(
        actor=actor,
        name=one.name,
        role=brief.role if brief else f"You lead {one.name}.",
        knows=brief.knows if brief else None,
        secret=brief.secret if brief else None,
        support=at_home(wording),
        office=office,
        new=() if government is None else _new(government),
        in_force=in_force_at_start(described),
        beliefs=believed_at_start(described, actor),
        wants=tuple(
            Want(part, weights[part], words) for part, words in ranked_wants(weights, described)
        ),
        issues=tuple(_issues(wording)),
        relations=tuple(relations),
    )


def _new(government: NewGovernment) -> tuple[str, ...]:
    described = government.description
    day = month(np.datetime64(date_after(described.calendar, government.round - 1)))
    came = f"You are a new government, in office since {day} (round {government.round})."
    wants = preference_sentences(government) or ["It wants much the same as the one before."]
    owed = "What the government before promised is still owed: it is yours to keep."
    promising = any(one.delivers for one in described.levers.values())
    return came, *wants, *([owed] if promising else [])


def shares(actor: str, described: Description) -> dict[str, float]:
    """An actor's weights of the components of its interest, as shares of 1."""
    weights = weights_of(actor, described)
    raw = {part: float(weights.of(part).value) for part in components_of(described)}
    # Of the five it is told, too, that one does not count.
    raw = {part: weight for part, weight in raw.items() if weight or part in COMPONENTS}
    total = sum(raw.values())
    return {part: weight / total for part, weight in raw.items()}


def in_force_at_start(described: Description) -> tuple[str, ...] | None:
    """What is in force at the start, a line each; None where there are no arrangements."""
    if not described.arrangements:
        return None
    held = (one for one in instances(described) if at_start(described, one))
    return tuple(sentence(f"{arrangement_text(one, described)}.") for one in held)


def _issues(wording: SecondPerson) -> Iterator[OnIssue]:
    issues = wording.description.issues

    def care(key: str) -> float:
        mine = issues[key].stances.get(wording.you)
        return mine.salience.value if mine else 0.0

    for key in sorted(issues, key=lambda key: -care(key)):
        yield _on_issue(key, issues[key], wording)


def _on_issue(key: str, issue: Issue, wording: SecondPerson) -> OnIssue:
    mine, now = issue.stances.get(wording.you), issue.outcome.value
    wanted = mine.position.value if mine else None
    salience = mine.salience.value if mine else None
    if wanted is None:
        want, care = "You take no position on it.", "You have no stake in how it ends."
    else:
        want, care = f"You want it at {place_on_issue(wanted, issue)}.", ""
    if salience:
        care = f"You care about it {word(salience, 'care')} ({number(salience, 2)} of 1)."
    return OnIssue(
        issue=key,
        name=issue.name,
        low=issue.low,
        high=issue.high,
        now=now,
        wanted=wanted,
        salience=salience,
        stands=f"It stands at {place_on_issue(now, issue)}.",
        want=want,
        care=care or "But how it ends does not count for you.",
        others=tuple(
            f"{sentence(wording.name(other))} wants it at "
            f"{place_on_issue(stance.position.value, issue)}."
            for other, stance in issue.stances.items()
            if other != wording.you
        ),
    )


def preference_sentences(government: NewGovernment) -> tuple[str, ...]:
    """What a new government wants otherwise, told to itself."""
    issues, found = government.description.issues, []
    for one in government.moved:
        of_weight = one.kind == "weight"
        name = component_words(one.on, government.description) if of_weight else issues[one.on].name
        found.append(SAID.preference(one, name, points, word))
    return tuple(found)
