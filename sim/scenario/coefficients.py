"""The structural coefficients of the theory (``docs/model.md``)."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.grounded import Grounded
from sim.scenario.quantity import NonNegative, Positive, Share


class Reversion(Grounded):
    """Share of the way back to its baseline that a quantity goes each round."""

    affinity: Share = Field(default=Share(value=0.08))
    tension: Share = Field(default=Share(value=0.12))
    commitment: Share = Field(default=Share(value=0.05))
    ties: Share = Field(default=Share(value=0.05))
    support: Share = Field(default=Share(value=0.2))


class Noise(Grounded):
    """Standard deviation of a quantity's random change per round."""

    affinity: NonNegative = Field(default=NonNegative(value=0.015))
    tension: NonNegative = Field(default=NonNegative(value=0.02))
    commitment: NonNegative = Field(default=NonNegative(value=0.005))
    ties: NonNegative = Field(default=NonNegative(value=0.005))
    support: NonNegative = Field(default=NonNegative(value=0.02))


class EffectScale(Grounded):
    """Multiplies the effects of levers by their CAMEO quad class."""

    verbal_cooperation: NonNegative = Field(default=NonNegative(value=1))
    material_cooperation: NonNegative = Field(default=NonNegative(value=1))
    verbal_conflict: NonNegative = Field(default=NonNegative(value=1))
    material_conflict: NonNegative = Field(default=NonNegative(value=1))


class Coefficients(Grounded):
    """The structural coefficients of the theory (``docs/model.md``)."""

    rationality: NonNegative = Field(
        default=NonNegative(value=0.3), description="logit slope per hundredth of value"
    )
    felt_scale: Positive = Field(
        default=Positive(value=20),
        description="change of value, in hundredths, that is felt half",
    )
    loss_aversion: NonNegative = Field(
        default=NonNegative(value=2.25), description="weight of a loss against a gain"
    )
    regard: Share = Field(
        default=Share(value=0.3),
        description="how much another's gain counts, by affinity less tension",
    )
    reciprocity: Share = Field(
        default=Share(value=0.03), description="most that a third party's affinity moves per act"
    )
    reaction_scale: Positive = Field(
        default=Positive(value=3), description="value, in hundredths, that draws half of it"
    )
    balance: Share = Field(
        default=Share(value=0.01), description="structural balance of the affinities per round"
    )
    concentration: Share = Field(
        default=Share(value=0.5), description="discount of ties held with a single partner"
    )
    wear: Share = Field(
        default=Share(value=0.5), description="effect a lever loses when repeated at once"
    )
    recovery: Share = Field(
        default=Share(value=0.3), description="share of that regained each round"
    )
    reversion: Reversion = Reversion()
    noise: Noise = Noise()
    effect_scale: EffectScale = EffectScale()
