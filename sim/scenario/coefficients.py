"""The structural coefficients of the theory (``docs/model.md``), with where each comes from."""

from __future__ import annotations

from sim.scenario.field_types import (
    Grounded,
    NonNegative,
    Persistence,
    Positive,
    Share,
    default,
)

FITTED = "near the middle of what was fitted to the record of four powers (docs/calibration.md)"
JUDGED = "by judgement: the record says nothing of it"
SIZED = "as the scenario sizes them"


class Reversion(Grounded):
    """Share of the way back to its baseline that a quantity goes each round."""

    affinity: Share = default(0.1, FITTED)
    tension: Share = default(0.3, FITTED)
    commitment: Share = default(0.05, JUDGED)
    ties: Share = default(0.07, FITTED)
    support: Share = default(0.15, FITTED)
    trust: Share = default(0.03, JUDGED)


class Noise(Grounded):
    """Standard deviation of a quantity's random change per round."""

    affinity: NonNegative = default(0.04, FITTED)
    tension: NonNegative = default(0.04, FITTED)
    commitment: NonNegative = default(0.005, JUDGED)
    ties: NonNegative = default(0.01, FITTED)
    support: NonNegative = default(0.035, FITTED)


class EffectScale(Grounded):
    """Multiplies the effects of levers by their CAMEO quad class."""

    verbal_cooperation: NonNegative = default(1, SIZED)
    material_cooperation: NonNegative = default(1, SIZED)
    verbal_conflict: NonNegative = default(1, SIZED)
    material_conflict: NonNegative = default(1, SIZED)


class Coefficients(Grounded):
    """The structural coefficients of the theory (``docs/model.md``)."""

    rationality: NonNegative = default(0.6, FITTED, "logit slope per hundredth of value")
    felt_scale: Positive = default(1.3, FITTED, "change of value, in hundredths, that is felt half")
    loss_aversion: NonNegative = default(
        2.25, "Tversky and Kahneman 1992", "weight of a loss against a gain"
    )
    regard: Share = default(0.5, FITTED, "how much another's gain counts, by affinity less tension")
    reciprocity: Share = default(
        0.05, FITTED, "most that an affinity moves per act by what the other makes of it"
    )
    reaction_scale: Positive = default(3, JUDGED, "value, in hundredths, that draws half of it")
    balance: Share = default(0.02, FITTED, "structural balance of the affinities per round")
    concentration: Share = default(0.5, JUDGED, "discount of ties held with a single partner")
    wear: Share = default(0.5, JUDGED, "effect a lever loses when repeated at once")
    recovery: Share = default(0.3, JUDGED, "share of that regained each round")
    diminishing: Positive = default(
        0.1, JUDGED, "offset of the logarithm by which support and prosperity count"
    )
    sentiment: NonNegative = default(
        1.3, FITTED, "log-odds of the friendliest act per unit of affinity less tension"
    )
    heat: NonNegative = default(
        27, FITTED, "how much a quarrel's heat raises the odds of further conflict"
    )
    heat_persistence: Persistence = default(
        0.37, FITTED, "share of a quarrel's heat that is left in the next round"
    )
    incident_heat: NonNegative = default(
        20, FITTED, "heat from an event, per unit by which it raises the tension of a pair"
    )
    trend_damping: Share = default(
        0.95, JUDGED, "share of a stated trend that is left in the next round"
    )
    horizon: NonNegative = default(
        8, JUDGED, "rounds for which an arrangement counts when it is begun or ended"
    )
    breach: NonNegative = default(
        0.1, JUDGED, "affinity lost with each partner by breaking off what is most solemn"
    )
    learning: Share = default(
        0.4, JUDGED, "share of the way that trust goes by one promise kept or broken"
    )
    credence: NonNegative = default(
        3, JUDGED, "log-odds of agreeing to what is promised, per unit of trust"
    )
    review: Positive = default(
        3, JUDGED, "odds of ending an arrangement in a new government's first four rounds"
    )
    accountability: NonNegative = default(
        10, JUDGED, "log-odds of losing office per unit of support lost"
    )
    reversion: Reversion = Reversion()
    noise: Noise = Noise()
    effect_scale: EffectScale = EffectScale()
