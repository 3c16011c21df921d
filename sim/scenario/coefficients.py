"""The structural coefficients of the theory (``docs/model.md``)."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.grounded import Grounded
from sim.scenario.quantity import NonNegative, Persistence, Positive, Share

FITTED = "near the middle of what was fitted to the record of four powers (docs/calibration.md)"
JUDGED = "by judgement: the record says nothing of it"
SIZED = "as the scenario sizes them"


class Reversion(Grounded):
    """Share of the way back to its baseline that a quantity goes each round."""

    affinity: Share = Field(default=Share(value=0.1, why=FITTED))
    tension: Share = Field(default=Share(value=0.3, why=FITTED))
    commitment: Share = Field(default=Share(value=0.05, why=JUDGED))
    ties: Share = Field(default=Share(value=0.07, why=FITTED))
    support: Share = Field(default=Share(value=0.15, why=FITTED))
    trust: Share = Field(default=Share(value=0.03, why=JUDGED))


class Noise(Grounded):
    """Standard deviation of a quantity's random change per round."""

    affinity: NonNegative = Field(default=NonNegative(value=0.04, why=FITTED))
    tension: NonNegative = Field(default=NonNegative(value=0.04, why=FITTED))
    commitment: NonNegative = Field(default=NonNegative(value=0.005, why=JUDGED))
    ties: NonNegative = Field(default=NonNegative(value=0.01, why=FITTED))
    support: NonNegative = Field(default=NonNegative(value=0.035, why=FITTED))


class EffectScale(Grounded):
    """Multiplies the effects of levers by their CAMEO quad class."""

    verbal_cooperation: NonNegative = Field(default=NonNegative(value=1, why=SIZED))
    material_cooperation: NonNegative = Field(default=NonNegative(value=1, why=SIZED))
    verbal_conflict: NonNegative = Field(default=NonNegative(value=1, why=SIZED))
    material_conflict: NonNegative = Field(default=NonNegative(value=1, why=SIZED))


class Coefficients(Grounded):
    """The structural coefficients of the theory (``docs/model.md``)."""

    rationality: NonNegative = Field(
        default=NonNegative(value=0.6, why=FITTED),
        description="logit slope per hundredth of value",
    )
    felt_scale: Positive = Field(
        default=Positive(value=1.3, why=FITTED),
        description="change of value, in hundredths, that is felt half",
    )
    loss_aversion: NonNegative = Field(
        default=NonNegative(value=2.25, why="Tversky and Kahneman 1992"),
        description="weight of a loss against a gain",
    )
    regard: Share = Field(
        default=Share(value=0.5, why=FITTED),
        description="how much another's gain counts, by affinity less tension",
    )
    reciprocity: Share = Field(
        default=Share(value=0.05, why=FITTED),
        description="most that an affinity moves per act by what the other makes of it",
    )
    reaction_scale: Positive = Field(
        default=Positive(value=3, why=JUDGED),
        description="value, in hundredths, that draws half of it",
    )
    balance: Share = Field(
        default=Share(value=0.02, why=FITTED),
        description="structural balance of the affinities per round",
    )
    concentration: Share = Field(
        default=Share(value=0.5, why=JUDGED),
        description="discount of ties held with a single partner",
    )
    wear: Share = Field(
        default=Share(value=0.5, why=JUDGED),
        description="effect a lever loses when repeated at once",
    )
    recovery: Share = Field(
        default=Share(value=0.3, why=JUDGED), description="share of that regained each round"
    )
    diminishing: Positive = Field(
        default=Positive(value=0.1, why=JUDGED),
        description="offset of the logarithm by which support and prosperity count",
    )
    sentiment: NonNegative = Field(
        default=NonNegative(value=1.3, why=FITTED),
        description="log-odds of the friendliest act per unit of affinity less tension",
    )
    heat: NonNegative = Field(
        default=NonNegative(value=27, why=FITTED),
        description="how much a quarrel's heat raises the odds of further conflict",
    )
    heat_persistence: Persistence = Field(
        default=Persistence(value=0.37, why=FITTED),
        description="share of a quarrel's heat that is left in the next round",
    )
    incident_heat: NonNegative = Field(
        default=NonNegative(value=20, why=FITTED),
        description="heat from an event, per unit by which it raises the tension of a pair",
    )
    trend_damping: Share = Field(
        default=Share(value=0.95, why=JUDGED),
        description="share of a stated trend that is left in the next round",
    )
    horizon: NonNegative = Field(
        default=NonNegative(value=8, why=JUDGED),
        description="rounds for which an arrangement counts when it is begun or ended",
    )
    breach: NonNegative = Field(
        default=NonNegative(value=0.1, why=JUDGED),
        description="affinity lost with each partner by breaking off what is most solemn",
    )
    learning: Share = Field(
        default=Share(value=0.4, why=JUDGED),
        description="share of the way that trust goes by one promise kept or broken",
    )
    credence: NonNegative = Field(
        default=NonNegative(value=3, why=JUDGED),
        description="log-odds of agreeing to what is promised, per unit of trust",
    )
    review: Positive = Field(
        default=Positive(value=3, why=JUDGED),
        description="odds of ending an arrangement in a new government's first four rounds",
    )
    accountability: NonNegative = Field(
        default=NonNegative(value=10, why=JUDGED),
        description="log-odds of losing office per unit of support lost",
    )
    reversion: Reversion = Reversion()
    noise: Noise = Noise()
    effect_scale: EffectScale = EffectScale()
