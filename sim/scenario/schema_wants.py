"""What an actor wants: weights of the components of interest, and lenses, which are named weights.

What they are weighed with stands in ``docs/model.md``, section 6.3.
"""

from __future__ import annotations

from pydantic import Field

from sim.scenario.field_types import Grounded, Share, Text, default, optional

MIDDLING = "middling unless stated"


class Weights(Grounded):
    """How much an actor cares for each component of interest (scaled to sum to 1)."""

    security: Share = default(0.25, MIDDLING)
    prosperity: Share = default(0.2, MIDDLING)
    issues: Share = default(0.25, MIDDLING)
    standing: Share = default(0.1, MIDDLING)
    support: Share = default(0.2, MIDDLING)


class OwnLens(Grounded):
    """A named set of weights of a file's own, for a view of what states want."""

    name: Text = Field(description="as it is shown: 'Geoeconomic'")
    about: Text | None = optional("what those hold who see the world so, in a paragraph")
    weights: Weights = Field(description="how much each component weighs")
