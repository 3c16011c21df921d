"""What the theory's numbers mean, for readers who have not read the theory."""

from __future__ import annotations

from collections.abc import Iterable

from sim.report.parameter_words import parameter
from sim.scenario.schema import Description

MEANINGS = {
    "rationality": "how sharply actors choose by what an act is worth to them; at 0 they act as "
    "often as in ordinary times, whatever the situation",
    "felt_scale": "how large a change of worth must be to be felt half as strongly as any can; "
    "beyond it, more of the same counts less and less",
    "loss_aversion": "how much heavier a loss weighs than a gain of the same size",
    "regard": "how much another's gain counts for an actor: for it with a friend, against it with "
    "a foe",
    "reciprocity": "how far at most an act moves the affinity that others have to whoever does it: "
    "the target, and third parties",
    "reaction_scale": "how much an act must be worth to one of them to draw half of that",
    "balance": "how strongly friends of friends become friends, and friends of foes foes",
    "concentration": "how much less ties are worth that an actor has with a single partner",
    "wear": "how much of its effect an act loses when it is repeated at once",
    "recovery": "how much of that loss is regained in each round",
    "diminishing": "how little less a further unit of support or prosperity counts for who has "
    "more of it: the smaller, the more it is the poor in either who gain",
    "sentiment": "how much kindlier two deal with one another when they stand better than usual, "
    "whatever they gain by it",
    "heat": "how much likelier conflict makes more conflict between the same two",
    "heat_persistence": "how much of the heat of a quarrel is left in the next round",
    "incident_heat": "how much an event that raises the tension of two heats their quarrel",
    "trend_damping": "how much of a trend that a scenario states is left in the next round",
    "horizon": "for how many rounds an arrangement counts with whoever begins or ends it",
    "breach": "how much affinity whoever breaks off the most solemn arrangement loses with all "
    "who hold one with it",
    "learning": "how far trust goes by one promise that is kept or broken",
    "credence": "how much likelier a promise is agreed to by whoever trusts it",
    "review": "how much likelier a new government ends what its predecessors signed",
    "accountability": "how much likelier a government that has lost support loses office",
}
"""By the name of a coefficient."""
FAMILIES = {
    "reversion": "the share of the way back to the usual level of {} that is gone in each round",
    "noise": "the size of the random change of {} in each round",
    "effect_scale": "how strongly acts of {} work; 1 is as the scenario states their effects",
}
"""By the name of a group of coefficients that mean the same of different things."""


def explained(paths: Iterable[str], description: Description) -> tuple[tuple[str, str], ...]:
    """Those of some parameters that are the theory's, each in words and with its meaning."""
    found = {}
    for path in paths:
        match path.split("."):
            case ["coefficients", name]:
                found[parameter(path, description)] = MEANINGS[name]
            case ["coefficients", family, what]:
                said = FAMILIES[family].format(what.replace("_", " "))
                found[parameter(path, description)] = said
    return tuple(found.items())
