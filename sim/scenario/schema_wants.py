"""What an actor wants: weights of the components of interest, and lenses, which are named weights.

What they are weighed with stands in ``docs/model.md``, section 6.3.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from sim.scenario.field_types import Frozen, Grounded, Share, Text, default, optional
from sim.scenario.formulas import Measurable
from sim.scenario.phrases import COMPONENTS

MIDDLING = "middling unless stated"


_NONE = Share.model_validate(0)


class Weights(Grounded):
    """How much an actor cares for each component of interest (scaled to sum to 1).

    Beside the five stand interests of the file's own, by their ids.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Share] = Field(init=False)

    security: Share = default(0.25, MIDDLING)
    prosperity: Share = default(0.2, MIDDLING)
    issues: Share = default(0.25, MIDDLING)
    standing: Share = default(0.1, MIDDLING)
    support: Share = default(0.2, MIDDLING)

    def states(self, component: str) -> bool:
        """Whether there is a number for it: of the five always, of others where it is written."""
        return component in COMPONENTS or component in (self.model_extra or {})

    def of(self, component: str) -> Share:
        """The weight of a component of interest, or of an interest of the file's own."""
        own = self.model_extra or {}
        found: Share = (
            getattr(self, component) if component in COMPONENTS else own.get(component, _NONE)
        )
        return found


class OwnInterest(Frozen):
    """Something that actors of a file may care for, beside the five components of interest."""

    name: Text = Field(description="as it is shown: 'Unity of the alliance'")
    about: Text | None = optional("what it stands for, in a paragraph")
    of: Measurable = Field(description="what it is: a quantity, or a formula of several")
    wants: Literal["more", "less"] = optional("whether more of it is wanted, or less", "more")


class OwnLens(Grounded):
    """A named set of weights of a file's own, for a view of what states want."""

    name: Text = Field(description="as it is shown: 'Geoeconomic'")
    about: Text | None = optional("what those hold who see the world so, in a paragraph")
    weights: Weights = Field(description="how much each component weighs")
