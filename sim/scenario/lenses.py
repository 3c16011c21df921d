"""Schools of international relations as sets of weights.

A lens says how much an actor cares for each component of interest. The figures
are judgement: each school ranks the components, none of them gives numbers. The
same five parts are weighed in all, so that two lenses differ in nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.quantity import Share
from sim.scenario.schema import Description, Weights

_JUDGEMENT = "judgement: the school ranks the components, the figures are ours"


@dataclass(frozen=True)
class Lens:
    """A named set of weights, with the school that it stands for.

    Attributes
    ----------
    id : str
        As a file names it.
    title : str
        As it is shown.
    about : str
        What the school holds, in a paragraph.
    source : str
        The works that state it.
    weights : Weights
        Weights of the five components; they sum to 1.
    """

    id: str
    title: str
    about: str
    source: str
    weights: Weights


def _weights(
    security: float, prosperity: float, issues: float, standing: float, support: float
) -> Weights:
    return Weights(
        security=Share(value=security),
        prosperity=Share(value=prosperity),
        issues=Share(value=issues),
        standing=Share(value=standing),
        support=Share(value=support),
        why=_JUDGEMENT,
    )


LENSES: dict[str, Lens] = {
    lens.id: lens
    for lens in (
        Lens(
            "realist",
            "Realist",
            "States live in anarchy and look to their survival first. Power and the balance of "
            "alignments decide; trade, esteem and opinion at home weigh little beside them.",
            "Waltz 1979, Theory of International Politics; Mearsheimer 2001, The Tragedy of Great "
            "Power Politics",
            _weights(0.50, 0.10, 0.25, 0.05, 0.10),
        ),
        Lens(
            "liberal",
            "Liberal",
            "States are bound to one another by exchange, and what they would lose by breaking it "
            "shapes their conduct. Prosperity weighs most; force is costly and seldom pays.",
            "Keohane and Nye 1977, Power and Interdependence",
            _weights(0.15, 0.40, 0.20, 0.15, 0.10),
        ),
        Lens(
            "constructivist",
            "Constructivist",
            "Anarchy is what states make of it: friends and rivals are made by how states come to "
            "see one another. Standing among others, and issues that touch identity, weigh most.",
            "Wendt 1999, Social Theory of International Politics",
            _weights(0.15, 0.10, 0.25, 0.40, 0.10),
        ),
        Lens(
            "two_level",
            "Two-level game",
            "A leader plays at two tables at once: what is agreed abroad must be carried at home. "
            "Domestic support weighs most, and bounds what can be conceded.",
            "Putnam 1988, Diplomacy and Domestic Politics: The Logic of Two-Level Games",
            _weights(0.15, 0.15, 0.25, 0.05, 0.40),
        ),
    )
}
"""The lenses by id."""


def canonical(name: str) -> str:
    """Write a lens as its id: ``two-level`` and ``Two-level`` are ``two_level``."""
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def lens_of(actor: str, description: Description) -> str | None:
    """Id of the lens an actor is viewed through: the scenario's before its own."""
    return description.lens or description.actors[actor].lens


def weights_of(actor: str, description: Description) -> Weights:
    """Weights of an actor: the scenario's lens, else its own lens, else its weights.

    Parameters
    ----------
    actor : str
        Id of the actor.
    description : Description
        A checked description: its lenses exist.

    Returns
    -------
    Weights
        As stated; they are scaled to sum to 1 where they are used.
    """
    lens = lens_of(actor, description)
    return LENSES[lens].weights if lens else description.actors[actor].weights
