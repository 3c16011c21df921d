"""Numbers that look as if they were written on another scale, or with the other sign."""

from __future__ import annotations

from collections.abc import Iterator

from sim.plausibility.note import Found
from sim.scenario.cameo import goldstein
from sim.scenario.parameters import Parameter
from sim.scenario.phrases import parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Issue
from sim.text import listing, percent

MARGIN = 0.02
"""How far a sum of powers may be from 1."""
LOPSIDED = 0.9
"""A share of all power that looks like a slip of scale."""
NAMED = 3
CLEAR = 2.0
"""Goldstein values farther from 0 are clearly friendly or hostile."""


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
        f"{description.actors[id].name} has {percent(one.value / whole)}"
        for id, one in ranked[:NAMED]
    ]
    strongest = ranked[0][1].value
    # Next to one written on another scale, 55 for 0.55, all others count for nothing.
    slip = strongest > 1 and strongest > LOPSIDED * whole and len(ranked) > 1
    yield Found(
        "powers", "", ("actors", ranked[0][0] if slip else first, "power"), whole,
        0.95 if slip else 0.2,
        f"the powers add up to {whole:.3g}, not to 1; only their ratios count, so of the strength "
        f"of all {listing(shares)}",
        f"write all on one scale, as {strongest / 100:g} for {strongest:g} if it was meant in "
        "hundredths" if slip else
        "write shares that sum to 1, so that a reader sees what they mean, or name the source of "
        "these",
    )  # fmt: skip


def issues(description: Description) -> Iterator[Found]:
    """Find issues all of whose places lie between 0 and 1, on a line from 0 to 100."""
    for id, issue in description.issues.items():
        if small(issue):
            yield Found(
                "scaled", id, ("issues", id, "outcome"), max(_places(issue)), 0.85,
                f"all places on '{issue.name}' lie between 0 and 1, but an issue runs from 0 to "
                "100: all want the same, and it is there already",
                f"write {100 * issue.outcome.value:g} for {issue.outcome.value:g}, and the "
                "positions and effects in the same points",
            )  # fmt: skip


def small(issue: Issue) -> bool:
    """Whether an issue looks as if its line were written from 0 to 1."""
    places = _places(issue)
    return len(places) > 1 and max(places) <= 1 and any(0 < place < 1 for place in places)


def _places(issue: Issue) -> list[float]:
    return [issue.outcome.value, *(one.position.value for one in issue.stances.values())]


def signs(description: Description) -> Iterator[Found]:
    """Find friendly acts that worsen what is between the two, and hostile ones that mend it."""
    for id, lever in description.levers.items():
        value = goldstein(lever)
        steps = {text: by.value * _warm(text) for text, by in lever.effects.items() if _warm(text)}
        if value is None or abs(value) < CLEAR or not steps:
            continue
        if all(step * value < 0 for step in steps.values()):
            text = min(steps, key=lambda one: -abs(steps[one]))
            kind, does = ("friendly", "worsens") if value > 0 else ("hostile", "mends")
            yield Found(
                "contrary", id, ("levers", id, "effects", text), lever.effects[text].value, 0.8,
                f"'{lever.name}' is {kind} (Goldstein value {value:g}), but {does} what is between "
                f"the two: {text} {lever.effects[text].value:+g}",
                "check the sign of the effect, or the code and Goldstein value of the act",
            )  # fmt: skip


def _warm(text: str) -> int:
    """1 for what warms actor and target as it rises, -1 for what cools them, 0 for all else."""
    phrase = parse(text)
    if phrase is None or set(phrase.names) != {"actor", "target"}:
        return 0
    # Ties are left out: they may be a means of pressure.
    return {"affinity": 1, "commitment": 1, "tension": -1}.get(phrase.kind, 0)
