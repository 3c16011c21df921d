"""Numbers that look as if they were written on another scale."""

from __future__ import annotations

from collections.abc import Iterator

from sim.analysis.words import listing
from sim.plausibility.note import Found
from sim.scenario.parameters import Parameter
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description

MARGIN = 0.02
"""How far a sum of powers may be from 1."""
NAMED = 3


def powers(scenario: Scenario) -> Iterator[Found]:
    """Say what powers mean that do not sum to 1, where none is taken from data."""
    description = scenario.description
    stated: dict[str, Parameter] = {
        id: scenario.parameters[f"actors.{id}.power"] for id in description.actors
    }
    whole = sum(one.value for one in stated.values())
    if abs(whole - 1) <= MARGIN or any(one.source for one in stated.values()):
        return
    first = next(iter(stated))
    ranked = sorted(stated.items(), key=lambda one: -one[1].value)
    shares = [
        f"{description.actors[id].name} has {100 * one.value / whole:.0f} %"
        for id, one in ranked[:NAMED]
    ]
    yield Found(
        "powers", "", ("actors", first, "power"), whole, 0.2,
        f"the powers add up to {whole:.3g}, not to 1; only their ratios count, so of the strength "
        f"of all {listing(shares)}",
        "write shares that sum to 1, so that a reader sees what they mean, or name the source of "
        "these",
    )  # fmt: skip


def issues(description: Description) -> Iterator[Found]:
    """Find issues all of whose places lie between 0 and 1, on a line from 0 to 100."""
    for id, issue in description.issues.items():
        places = [issue.outcome.value, *(one.position.value for one in issue.stances.values())]
        if len(places) > 1 and max(places) <= 1 and any(0 < place < 1 for place in places):
            yield Found(
                "scaled", id, ("issues", id, "outcome"), max(places), 0.85,
                f"all places on '{issue.name}' lie between 0 and 1, but an issue runs from 0 to "
                "100: all want the same, and it is there already",
                f"write {100 * issue.outcome.value:g} for {issue.outcome.value:g}, and the "
                "positions and effects in the same points",
            )  # fmt: skip
