"""Beliefs of a scenario: which actor doubts which number of another.

The type of an entry of ``beliefs``, and what its phrase names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import Field

from sim.scenario.field_types import Grounded, Name, NonNegative, Text
from sim.scenario.phrases import ID, parse

if TYPE_CHECKING:
    from sim.scenario.schema import Description

FORMS = "'salience of A on I', 'audience cost of A'"
"""How a number that can be doubted is written."""
_AUDIENCE_COST = re.compile(rf"audience cost of ({ID})")


class Belief(Grounded):
    """What an actor believes of a number of another, before it has seen it act."""

    name: Text = Field(description="as it is shown: 'how much the north minds the border'")
    by: Name = Field(description="who doubts")
    of: str = Field(
        description="the number: 'salience of A on I', or 'audience cost of A' (its resolve)"
    )
    mean: NonNegative = Field(description="what it believes at the start, in the middle")
    spread: NonNegative = Field(
        description="standard deviation of what it believes; 0 where it is sure"
    )


class Doubted(NamedTuple):
    """The number that a belief is about.

    Attributes
    ----------
    kind : {"salience", "audience_cost"}
    actor : str
        Whose number it is.
    issue : str or None
        On which issue; none of an audience cost.
    """

    kind: Literal["salience", "audience_cost"]
    actor: str
    issue: str | None = None

    @property
    def path(self) -> str:
        """Where the number stands in a scenario."""
        if self.issue is None:
            return f"actors.{self.actor}.audience_cost"
        return f"issues.{self.issue}.stances.{self.actor}.salience"

    @property
    def most(self) -> float:
        """The greatest that it may be."""
        return 1.0 if self.kind == "salience" else NonNegative.bounds[1]


def doubted(text: str) -> Doubted | None:
    """The number that a phrase names; ``None`` where it names none that can be doubted."""
    phrase = parse(text)
    if phrase is not None and phrase.kind == "salience":
        return Doubted("salience", *phrase.names)
    found = _AUDIENCE_COST.fullmatch(" ".join(text.split()))
    return Doubted("audience_cost", found[1]) if found else None


class Held(NamedTuple):
    """A belief that is sound.

    Attributes
    ----------
    id : str
    belief : Belief
    about : Doubted
    """

    id: str
    belief: Belief
    about: Doubted


def beliefs_of(description: Description) -> tuple[Held, ...]:
    """The beliefs of a scenario in the order of their ids, with what they are about."""
    found = []
    for name, belief in sorted(description.beliefs.items()):
        about = doubted(belief.of)
        assert about is not None  # the checker has refused others
        found.append(Held(name, belief, about))
    return tuple(found)
