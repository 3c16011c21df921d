"""What a scenario describes: frozen types, one per thing a teacher names.

The classes carry shapes and ranges; references between parts (an actor that is
not defined, a relation given twice) are checked in :mod:`sim.scenario.cross_checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, model_validator

from sim.scenario.beliefs import Belief
from sim.scenario.coefficients import Coefficients
from sim.scenario.conditions import Conditions
from sim.scenario.field_types import (
    MOST_CHARACTERS,
    Amount,
    AnyBrief,
    Date,
    Frequency,
    Frozen,
    Grounded,
    Growth,
    History,
    KnobRange,
    Name,
    Names,
    NonNegative,
    Patience,
    Points,
    Positive,
    Recorded,
    Share,
    Signed,
    Text,
    Whole,
    default,
    fault,
    optional,
)
from sim.scenario.formulas import Measurable
from sim.scenario.phrases import ANYONE
from sim.scenario.schema_wants import MIDDLING, OwnInterest, OwnLens, Weights

# What lasts from round to round: arrangements, promises and governments.

By = Literal["actor", "target", "either"]


class Arrangement(Grounded):
    """Something that is in force once it was begun: a treaty, a regime of sanctions, a scheme."""

    name: Text = Field(description="as it is shown: 'the peace treaty'")
    one_sided: StrictBool = optional(
        "one actor keeps it up toward another, as sanctions; else both hold it", False
    )
    parties: Names = optional(
        "the actors that hold it together; none: any two, each pair its own", ()
    )
    in_force: tuple[str, ...] = optional(
        "between whom it is in force at the start: 'A and B'; one-sided: 'A to B'", ()
    )
    term: Whole | None = optional(
        "it runs out after so many rounds; never, if absent", ge=1, le=1000
    )
    solemnity: Share = default(
        0.5,
        "middling unless stated",
        "how solemnly it was sworn, 0 to 1: what breaking it off costs",
    )
    effects: dict[str, Amount] = optional(
        "what it changes in each round in force: 'tension of actor and target': -0.01", {}
    )


class Delivery(Frozen):
    """What a lever promises: that another lever follows."""

    lever: Name = Field(description="the lever that keeps the promise")
    within: Whole = Field(ge=1, le=100, description="rounds that it may take")
    by: By = optional("who owes it: actor, target or either", "actor")

    def owed(self, actor: str, target: str) -> tuple[tuple[str, str], ...]:
        """Who owes it to whom, where an actor promised it to a target."""
        way, back = (actor, target), (target, actor)
        return {"actor": (way,), "target": (back,), "either": (way, back)}[self.by]


class Successor(Grounded):
    """What a new government draws anew; what is not stated is drawn as at the start."""

    support: Share | None = optional("support on taking office")
    patience: Patience | None = optional("patience of a new government")
    positions: dict[Name, Points] = optional("where it wants issues, by issue", {})
    saliences: dict[Name, Share] = optional("how much it cares, by issue", {})
    weights: dict[Name, Share] = optional("its weights, by component", {})


class Government(Grounded):
    """How an actor's government may change hands."""

    name: Text | None = optional(
        "the line that tells of a new one: 'A new cabinet takes office in Tokyo'"
    )
    in_office: Whole = optional("rounds in office at the start of the scenario", 8, ge=0, le=1000)
    elections: tuple[Date, ...] = optional("dates of elections", ())
    every: Whole | None = optional("rounds between elections after the last date", ge=1, le=1000)
    loses: Frequency | None = optional(
        "chance of losing an election at the support of ordinary times"
    )
    limit: Whole | None = optional(
        "after so many rounds in office it cannot stand again", ge=1, le=1000
    )
    hazard: Frequency | None = optional(
        "chance of falling in a round without election, at that support"
    )
    cost_of_ruling: Share = default(
        0.01,
        "about one point of approval a quarter (docs/calibration.md)",
        "support that it loses in each round in office",
    )
    brief: AnyBrief | None = optional("role brief of a new government, for a person in the seat")
    successor: Successor = optional("what a new government wants, with spreads", Successor())


def _for_anyone(value: Any) -> Any:
    """A plain number holds for any actor toward any other; text was meant for one."""
    if isinstance(value, (int, float, str)) or (isinstance(value, dict) and "value" in value):
        return {f"{ANYONE} to {ANYONE}": value}
    return value


Frequencies = Annotated[dict[str, Frequency], BeforeValidator(_for_anyone)]


class Calendar(Frozen):
    """Start, length and number of the rounds."""

    start: Date = Field(description="first day of the first round, e.g. 2016-10-01")
    round: Literal["month", "quarter", "half-year", "year"] = Field(description="length of a round")
    rounds: Whole = Field(ge=1, le=1000, description="how many rounds")


class Actor(Grounded):
    """A state, as one actor."""

    name: Text = Field(description="as it is shown")
    brief: AnyBrief | None = optional("role brief for a person who takes the seat")
    power: Positive = Field(
        description="share of the system's capability; only ratios matter (CINC gives the scale)"
    )
    power_growth: Growth = default(0, "constant unless stated", "change per round")
    support: Share = default(0.5, MIDDLING, "domestic backing of the leadership, 0 to 1")
    support_trend: Growth | None = optional("change of support per round")
    patience: Patience = default(
        0.8, MIDDLING, "weight of the next round's value against this one's"
    )
    audience_cost: NonNegative = default(
        0.5, MIDDLING, "support lost per unit of salience-weighted ground given up"
    )
    attention: Whole | None = optional("most moves per round; unlimited if absent", ge=1)
    lens: Name | None = optional("a named set of weights instead of 'weights'")
    theory: Name | None = optional("theory by which it decides: `quantal` unless stated")
    weights: Weights = optional("what the actor wants, and how much", Weights())
    government: Government | None = optional(
        "how its government may change hands; it never does, if absent"
    )


class Relation(Grounded):
    """Between two actors: ``A and B`` (affinity, tension) or ``A to B`` (commitment, ties)."""

    affinity: Signed | None = optional("political alignment, -1 to 1")
    tension: Share | None = optional("how live a militarised dispute is, 0 to 1")
    commitment: Share | None = optional("A's pledge to come to B's aid, 0 to 1")
    ties: Share | None = optional("what A gains from, and relies on in, exchange with B, 0 to 1")
    trust: Share | None = optional(
        "share of B's promises that A expects to be kept; the usual one if absent"
    )
    affinity_trend: Growth | None = optional("change of affinity per round")
    tension_trend: Growth | None = optional("change of tension per round")
    commitment_trend: Growth | None = optional("change of commitment per round")
    ties_trend: Growth | None = optional("change of ties per round")


class Stance(Grounded):
    """Where an actor wants an issue, and how much it cares."""

    position: Points = Field(description="0 to 100")
    salience: Share = Field(description="0 (does not care) to 1 (cares most)")


class Issue(Grounded):
    """A continuum between two named ends on which actors hold positions."""

    name: Text = Field(description="as it is shown")
    low: Text = Field(description="what 0 means")
    high: Text = Field(description="what 100 means")
    outcome: Points = Field(description="where it stands at the start")
    trend: Amount | None = optional("change per round, in points")
    reversion: Share = default(
        0, "stays where it was put unless stated", "share of the way back to its start per round"
    )
    volatility: NonNegative = default(
        0,
        "moves only when moved unless stated",
        "standard deviation of its random change per round, in points",
    )
    stances: dict[Name, Stance] = optional("by actor; others do not care", {})


class Lever(Grounded):
    """Something an actor can do to, or with, another."""

    name: Text = Field(description="what it is, as a verb phrase: 'hold a summit'")
    says: Text | None = optional(
        "the line that tells it once it is done, with {actor} and {target}"
    )
    offers: Text | None = optional(
        "the line that tells a proposal of it, before the answer; with consent"
    )
    usual: Frequencies = Field(
        description="how often per round in ordinary times, by 'A to B' ('anyone' allowed)"
    )
    recorded: dict[str, Recorded] = optional(
        "how often it was done before the start, by 'A to B', or 'A and B' for both ways", {}
    )
    consent: Frequencies = optional(
        "how often the target agrees in ordinary times; none: not asked", {}
    )
    cost: Share = default(
        0, "costs nothing unless stated", "support it costs the actor, also when refused"
    )
    effects: dict[str, Amount] = optional(
        "what it changes: 'affinity of actor and target': 0.05", {}
    )
    requires: Conditions = optional("what must hold: 'support of actor': {at_least: 0.4}", {})
    once: StrictBool = optional("the two can do it only once", False)
    begins: Names = optional("arrangements that it puts in force, or renews", ())
    ends: Names = optional("arrangements that it ends; without consent it breaks them off", ())
    suspends: Names = optional("arrangements that it suspends", ())
    resumes: Names = optional("suspended arrangements that it puts in force again", ())
    delivers: Delivery | None = optional("what it promises: {lever: L, within: 4} rounds")
    cameo: str | None = optional(
        "CAMEO event code, in quotes: '036'; sorted by its effects if absent"
    )
    goldstein: StrictFloat | None = optional(
        "Goldstein value, -10 to 10; that of the code if absent", ge=-10, le=10
    )


class Change(Grounded):
    """What an event does to one quantity."""

    by: Amount | None = optional("add this")
    to: Amount | None = optional("set it to this")
    lasting: StrictBool = optional("also moves the level it returns to", False)


class Event(Grounded):
    """Something that happens: on a date, by chance, or when the state calls for it."""

    name: Text = Field(description="as it is shown")
    on: Date | None = optional("a date: it happens in that round")
    since: Date | None = optional("not before this date")
    until: Date | None = optional("not after this date")
    chance: Share = default(1, "certain unless stated", "probability per round")
    when: Conditions = optional("only when all of these hold", {})
    repeats: StrictBool = optional("may happen more than once", False)
    changes: dict[str, Change] = optional("what it changes", {})
    forbids: tuple[str, ...] = optional("levers no longer open: 'LEVER by A'", ())
    permits: tuple[str, ...] = optional("levers open again: 'LEVER by A'", ())
    begins: tuple[str, ...] = optional(
        "arrangements put in force: 'X between A and B', 'X by A toward B'", ()
    )
    ends: tuple[str, ...] = optional(
        "arrangements that it breaks: 'X between A and B', 'X by A toward B'", ()
    )
    government: Name | None = optional(
        "it brings a new government of this actor, whose chance is its own"
    )


class Outcome(Frozen):
    """A quantity to report: ``of`` a phrase or a formula, or the ``acts`` counted so far."""

    name: Text = Field(description="title of its chart")
    of: Measurable | None = optional("a quantity: 'issue border', or a formula of several")
    acts: Names = optional("levers whose accepted uses are counted", ())
    by: Name | None = optional("with 'acts': only by this actor")
    toward: Name | None = optional("with 'acts': only toward this actor")


class Watch(Frozen):
    """Something to wait for: conditions on quantities, a lever used, or an event."""

    name: Text = Field(description="as it is shown: 'a peace treaty is signed'")
    when: Conditions = optional("all of these hold", {})
    lever: Name | None = optional("this lever is used and accepted")
    by: Name | None = optional("with 'lever': only by this actor")
    toward: Name | None = optional("with 'lever': only toward this actor")
    event: Name | None = optional("this event happens")


class Description(Frozen):
    """A whole scenario, as its file and the files it extends describe it."""

    title: Text = Field(description="one line")
    summary: Text | None = optional("a paragraph for the reader")
    sources: Text | None = optional("YAML file of facts and data, beside this one")
    calendar: Calendar
    runs: Whole = optional("runs unless told otherwise", 2000, ge=1, le=1_000_000_000)
    seed: Whole = optional("seed of all draws", 0, ge=0, le=2**63 - 1)
    lens: Name | None = optional("view every actor through this lens")
    lenses: dict[Name, OwnLens] = optional("lenses of this file's own, beside those shipped", {})
    theory: Name | None = optional("theory by which actors decide that have none of their own")
    coefficients: Coefficients = Coefficients()
    actors: dict[Name, Actor] = Field(min_length=2)
    relations: dict[str, Relation] = optional("'A and B' or 'A to B'", {})
    issues: dict[Name, Issue] = Field(default={})
    levers: dict[Name, Lever] = Field(default={})
    interests: dict[Name, OwnInterest] = optional(
        "what actors may care for beside the five components", {}
    )
    arrangements: dict[Name, Arrangement] = optional(
        "what is in force between them until it ends", {}
    )
    events: dict[Name, Event] = Field(default={})
    shocks: Names = optional("outside shocks that may happen: [pandemic]", ())
    beliefs: dict[Name, Belief] = optional("who doubts which number of another", {})
    outcomes: dict[Name, Outcome] = Field(min_length=1)
    watch: dict[Name, Watch] = Field(default={})
    stop: tuple[Name, ...] = optional("watched events that end a run", ())
    knobs: dict[str, KnobRange] = optional(
        "numbers that readers turn first, by path: 'actors.north.patience'", {}
    )
    history: dict[Name, History] = optional("what really happened, by outcome; only shown", {})
    notes: dict[str, Text] = optional("answers to the notes of `validate`: why it is meant so", {})

    @model_validator(mode="before")
    @classmethod
    def _new_governments(cls, data: Any) -> Any:
        """Each government that may change hands has an event, told like any other."""
        events = data.get("events", {}) if isinstance(data, Mapping) else None
        if not isinstance(events, Mapping) or not isinstance(data.get("actors"), Mapping):
            return data
        found = {key: _repeating(one) for key, one in events.items()}
        told = [one.get("government") for one in found.values() if isinstance(one, Mapping)]
        for actor, part in data["actors"].items():
            ruling = part.get("government") if isinstance(part, Mapping) else None
            key = event_of_government(actor)
            if isinstance(ruling, Mapping) and actor not in told and key not in found:
                name = _shown(ruling) or f"A new government in {_shown(part) or actor}"
                found[key] = {"name": name[:MOST_CHARACTERS], "government": actor, "repeats": True}
        return {**data, "events": found} if found != events else data


EXCLUSIVE: dict[type, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    Actor: ((("lens",), ("weights",)),),
    Change: ((("by",), ("to",)),),
    Arrangement: ((("one_sided",), ("parties",)),),
    Event: ((("on",), ("since", "until")), (("government",), ("on", "chance"))),
    Outcome: ((("of",), ("acts", "by", "toward")),),
    Watch: (
        (("when",), ("lever", "event", "by", "toward")),
        (("event",), ("lever", "by", "toward")),
    ),
}
"""Keys of a part of which either those on one side may stand in a file, or those on the other."""


def event_of_government(actor: str) -> str:
    """The id of the event that brings a new government, unless the file gives it another."""
    return f"new_government_{actor}"


def _shown(part: Mapping[str, Any]) -> str:
    """The name of a part, where it is sound."""
    name = part.get("name")
    return name.strip() if isinstance(name, str) else ""


def _repeating(event: Any) -> Any:
    """A change of government may happen again; nothing of any other event is touched."""
    if isinstance(event, Mapping) and event.get("government") and "repeats" not in event:
        return {**event, "repeats": True}
    return event


class Fact(Frozen):
    """A fact of an article, in our own words."""

    article: Text = Field(description="key under 'articles'")
    paragraph: Whole = Field(ge=1, description="body paragraph")
    date: Text = Field(description="what time it speaks of")
    says: Text = Field(description="the fact, in our words")


class Article(Frozen):
    """An article that facts are drawn from."""

    authors: Text
    title: Text
    published: Text
    date: Text


class Dataset(Frozen):
    """A data set or published table that figures are drawn from."""

    name: Text
    year: Text
    about: Text


class Library(Frozen):
    """The sources file: articles, facts and data, by id."""

    articles: dict[str, Article] = Field(default={})
    facts: dict[str, Fact] = Field(default={})
    data: dict[str, Dataset] = Field(default={})


class Order(Frozen):
    """A move that is made, or never made: in the round of a date, or in a period."""

    lever: Name = Field(description="what is done, wherever it is open")
    by: Name = Field(description="who does it")
    toward: Name = Field(description="toward whom")
    on: Date | None = optional("a date: in the round that holds it")
    since: Date | None = optional("or in every round from this date on")
    until: Date | None = optional("or in every round up to this date")
    never: StrictBool = optional(
        "instead it is not done in that time: the actor picks from what is left", False
    )

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.on and (self.since or self.until):
            raise fault("the move has a date and a period", "keep 'on', or 'since' and 'until'")
        if self.since and self.until and self.since > self.until:
            raise fault("the period ends before it begins", "turn the dates round")
        return self
