"""The name of what a claim measures, in a few words."""

from __future__ import annotations

from sim.claims.measure import Target
from sim.scenario.schema import Description
from sim.statistics.measures import measure
from sim.text import sentence

INTERESTS = {
    "security": ("security of {}", "0: no dispute that could be lost; less is worse", 3),
    "prosperity": ("prosperity of {}", "grows with its ties", 3),
    "issues": ("issues as {} wants them", "0: all that matters is where it is wanted", 3),
    "standing": ("standing of {}", "\u22121 to 1", 3),
    "support": ("support of {}", "0 to 1", 3),
    "all": ("own interest of {}", "points", 2),
}
"""By component of interest: its name, unit and decimals."""
BECAME = {"kept": "kept", "late": "delivered late", "broken": "broken"}


def measure_name(target: Target, description: Description) -> str:
    """A measure in a few words: ``Affinity of North and South``."""
    measured = target.measured
    if measured.name:
        return sentence(measured.name)
    if target.interest:
        return sentence(interest_name(target, description))
    if target.watch:
        return sentence(target.watch.name)
    if target.outcome and not target.outcome.acts:
        item = measure(target.id, target.outcome, description)
        return sentence(item.quantity if measured.of else item.name)
    if measured.outcome and target.outcome:
        return sentence(target.outcome.name)
    if measured.consent:
        return f"Share agreed to of proposals: {lever_names(target, description)}"
    if measured.promises:
        return f"Promises {BECAME[measured.verdict]}: {lever_names(target, description)}"
    kind = "proposals" if measured.proposals else "uses"
    counted = lever_names(target, description)
    return f"{sentence(kind)} of {counted}"


def interest_name(target: Target, description: Description) -> str:
    """The interest that is measured."""
    actor, component = target.interest or ("", "all")
    return INTERESTS[component][0].format(description.actors[actor].name)


def lever_names(target: Target, description: Description) -> str:
    """The levers that are counted, by whom and toward whom."""
    measured = target.measured
    levers = target.levers or (target.outcome.acts if target.outcome else ())
    by = measured.by or (target.outcome.by if target.outcome else None)
    toward = measured.toward or (target.outcome.toward if target.outcome else None)
    names = [f"“{description.levers[lever].name}”" for lever in levers]
    said = ", ".join(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} others"
    said += f" by {description.actors[by].name}" if by else ""
    return said + (f" toward {description.actors[toward].name}" if toward else "")
