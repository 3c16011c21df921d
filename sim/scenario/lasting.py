"""What lasts from round to round: arrangements, promises and governments.

Reputation: Crescenzi (2007) and Gibler (2008); trust: Kydd (2005); the cost of ruling:
Mueller (1970), Nannestad and Paldam (2002). Equations: ``docs/model.md``, 6.8 to 6.10.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool

from sim.scenario.field_types import AnyBrief, Date, Grounded, Name, Names, Text, Whole
from sim.scenario.quantity import Amount, Frequency, Frozen, Patience, Points, Share, default

By = Literal["actor", "target", "either"]


class Arrangement(Grounded):
    """Something that is in force once it was begun: a treaty, a regime of sanctions, a scheme."""

    name: Text = Field(description="as it is shown: 'the peace treaty'")
    one_sided: StrictBool = Field(
        False, description="one actor keeps it up toward another, as sanctions; else both hold it"
    )
    parties: Names = Field(
        (), description="the actors that hold it together; none: any two, each pair its own"
    )
    in_force: tuple[str, ...] = Field(
        (), description="between whom it is in force at the start: 'A and B'; one-sided: 'A to B'"
    )
    term: Whole | None = Field(
        None, ge=1, le=1000, description="it runs out after so many rounds; never, if absent"
    )
    solemnity: Share = default(
        Share,
        0.5,
        "middling unless stated",
        "how solemnly it was sworn, 0 to 1: what breaking it off costs",
    )
    effects: dict[str, Amount] = Field(
        default={},
        description="what it changes in each round in force: 'tension of actor and target': -0.01",
    )


class Delivery(Frozen):
    """What a lever promises: that another lever follows."""

    lever: Name = Field(description="the lever that keeps the promise")
    within: Whole = Field(ge=1, le=100, description="rounds that it may take")
    by: By = Field("actor", description="who owes it: actor, target or either")


class Successor(Grounded):
    """What a new government draws anew; what is not stated is drawn as at the start."""

    support: Share | None = Field(None, description="support on taking office")
    patience: Patience | None = Field(None, description="patience of a new government")
    positions: dict[Name, Points] = Field(default={}, description="where it wants issues, by issue")
    saliences: dict[Name, Share] = Field(default={}, description="how much it cares, by issue")
    weights: dict[Name, Share] = Field(default={}, description="its weights, by component")


class Government(Grounded):
    """How an actor's government may change hands."""

    name: Text | None = Field(
        None, description="the line that tells of a new one: 'A new cabinet takes office in Tokyo'"
    )
    in_office: Whole = Field(
        8, ge=0, le=1000, description="rounds in office at the start of the scenario"
    )
    elections: tuple[Date, ...] = Field((), description="dates of elections")
    every: Whole | None = Field(
        None, ge=1, le=1000, description="rounds between elections after the last date"
    )
    loses: Frequency | None = Field(
        None, description="chance of losing an election at the support of ordinary times"
    )
    limit: Whole | None = Field(
        None, ge=1, le=1000, description="after so many rounds in office it cannot stand again"
    )
    hazard: Frequency | None = Field(
        None, description="chance of falling in a round without election, at that support"
    )
    cost_of_ruling: Share = default(
        Share,
        0.01,
        "about one point of approval a quarter (docs/calibration.md)",
        "support that it loses in each round in office",
    )
    brief: AnyBrief | None = Field(
        None, description="role brief of a new government, for a person in the seat"
    )
    successor: Successor = Field(
        default=Successor(), description="what a new government wants, with spreads"
    )
