"""Parts of a scenario that nothing touches or shows, and numbers on another scale or sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.plausibility.trial import Trial
from sim.plausibility.words import Found, note
from sim.scenario.cameo import goldstein
from sim.scenario.instances import DOES
from sim.scenario.lookup import usual
from sim.scenario.parameters import Parameter
from sim.scenario.phrases import IN_FORCE, Phrase, pair, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Issue, Outcome, Watch
from sim.text import listing, percent

_MARGIN = 0.02
"""How far a sum of powers may be from 1."""
_LOPSIDED = 0.9
"""A share of all power that looks like a slip of scale."""
_CLEAR = 2.0
"""Goldstein values farther from 0 are clearly friendly or hostile."""


def powers(scenario: Scenario) -> Iterator[Found]:
    """Say what powers mean that do not sum to 1, where none is taken from data."""
    description = scenario.description
    stated: dict[str, Parameter] = {
        id: scenario.parameters[f"actors.{id}.power"] for id in description.actors
    }
    total = sum(one.value for one in stated.values())
    if abs(total - 1) <= _MARGIN or any(one.source for one in stated.values()):
        return
    first = next(iter(stated))
    ranked = sorted(stated.items(), key=lambda one: -one[1].value)
    shares = [
        f"{description.actors[id].name} has {percent(one.value / total)}" for id, one in ranked[:3]
    ]
    strongest = ranked[0][1].value
    # Next to one written on another scale, 55 for 0.55, all others count for nothing.
    slip = strongest > 1 and strongest > _LOPSIDED * total and len(ranked) > 1
    path = ("actors", ranked[0][0] if slip else first, "power")
    words: dict[str, Any] = {"shares": listing(shares), "strongest": strongest}
    key = "powers by a slip of scale" if slip else "powers"
    yield note(description, key, path, total, about="", **words)


def issues_from_0_to_1(description: Description) -> Iterator[Found]:
    """Find issues all of whose places lie between 0 and 1, on a line from 0 to 100."""
    for id, issue in description.issues.items():
        if _small(issue):
            yield note(description, "scaled", ("issues", id, "outcome"), max(_places(issue)))


def _small(issue: Issue) -> bool:
    """Whether an issue looks as if its line were written from 0 to 1."""
    places = _places(issue)
    return len(places) > 1 and max(places) <= 1 and any(0 < place < 1 for place in places)


def _places(issue: Issue) -> list[float]:
    return [issue.outcome.value, *(one.position.value for one in issue.stances.values())]


def contrary_signs(description: Description) -> Iterator[Found]:
    """Find friendly acts that worsen what is between the two, and hostile ones that mend it."""
    for id, lever in description.levers.items():
        value = goldstein(lever)
        steps = {text: by.value * _warm(text) for text, by in lever.effects.items() if _warm(text)}
        if value is None or abs(value) < _CLEAR or not steps:
            continue
        if all(step * value < 0 for step in steps.values()):
            text = min(steps, key=lambda one: -abs(steps[one]))
            path, size = ("levers", id, "effects", text), lever.effects[text].value
            yield note(description, "contrary", path, size, goldstein=value, effect=text)


def _warm(text: str) -> int:
    """1 for what warms actor and target as it rises, -1 for what cools them, 0 for all else."""
    phrase = parse(text)
    if phrase is None or set(phrase.names) != {"actor", "target"}:
        return 0
    # Ties are left out: they may be a means of pressure.
    return {"affinity": 1, "commitment": 1, "tension": -1}.get(phrase.kind, 0)


_STEP = 1.0
"""Points of 100 that an issue moves at least where something moves it."""


def still_issues(description: Description, trial: Trial | None) -> Iterator[Found]:
    """Find issues that do not move, and those that move where nobody looks."""
    for id, issue in description.issues.items():
        largest = _largest_step(id, description)
        wandered = _wandered(id, trial)
        path = ("issues", id)
        if largest == 0 and not issue.volatility.value:
            yield note(description, "unmoved", path)
        elif (
            0 < largest < _STEP
            and wandered is not None
            and wandered < _STEP
            and not _small(issue)  # of which another note tells
        ):
            runs = trial.runs if trial else 0
            yield note(description, "unmoved to speak of", path, wandered, runs=runs, step=largest)
        elif wandered is not None and wandered >= _STEP and not _shown(id, description):
            yield note(description, "unshown", path, wandered)


def _largest_step(id: str, description: Description) -> float:
    """The largest change that a lever, an event or a round of an arrangement is to make."""
    steps = [0.0]
    for lever in description.levers.values():
        steps += [abs(by.value) for text, by in lever.effects.items() if _is(text, id)]
    for arrangement in description.arrangements.values():
        steps += [abs(by.value) for text, by in arrangement.effects.items() if _is(text, id)]
    for event in description.events.values():
        for text, change in event.changes.items():
            if _is(text, id):
                # Setting it may take it anywhere.
                steps.append(100.0 if change.to else abs(change.by.value) if change.by else 0.0)
    return max(steps)


def _is(text: str, issue: str) -> bool:
    return parse(text) == Phrase("issue", (issue,))


def _wandered(id: str, trial: Trial | None) -> float | None:
    """How far it comes from its start in any run."""
    if trial is None:
        return None
    row = trial.layout.at("issue", id)
    up, down = trial.highest[row] - trial.start[row], trial.start[row] - trial.lowest[row]
    return float(max(up.max(), down.max(), 0.0))


def _shown(id: str, description: Description) -> bool:
    phrases = [outcome.of for outcome in description.outcomes.values() if outcome.of]
    phrases += [text for watch in description.watch.values() for text in watch.when]
    return any(_is(text, id) for text in phrases)


def idle_actors(description: Description) -> Iterator[Found]:
    """Find actors that take no part, and those that can only stand by."""
    named = {
        name
        for key in description.relations
        if (parts := pair(key))
        for name in (parts[0], parts[2])
    }
    named |= {name for issue in description.issues.values() for name in issue.stances}
    for id in description.actors:
        acts = _deals(id, description, acting=True)
        if id in named or _deals(id, description):
            if not acts and description.levers:
                yield note(description, "idle but dealt with", ("actors", id))
        else:
            yield note(description, "idle", ("actors", id))


def _deals(id: str, description: Description, *, acting: bool = False) -> bool:
    """Whether a lever is used by an actor, or, where that will do, on it."""
    return any(
        usual(lever, *way)
        for lever in description.levers.values()
        for other in description.actors
        if other != id
        for way in ([(id, other)] if acting else [(id, other), (other, id)])
    )


def empty_levers(description: Description) -> Iterator[Found]:
    """Find levers without effects, that begin, end and promise nothing either."""
    for id, lever in description.levers.items():
        does = any(getattr(lever, key) for key in DOES) or lever.delivers
        if not lever.effects and not does:
            yield note(description, "empty lever", ("levers", id))


def still_outcomes(description: Description, trial: Trial | None) -> Iterator[Found]:
    """Find outcomes that never change, and acts that nobody can commit."""
    for id, outcome in description.outcomes.items():
        phrase = parse(outcome.of) if outcome.of else None
        if phrase is None:
            if not any(_possible(lever, outcome, description) for lever in outcome.acts):
                yield _never(("outcomes", id, "acts"), outcome, description)
        elif trial is not None and phrase.kind != "issue":
            row = trial.row(phrase)
            values = np.stack([trial.start, trial.highest, trial.lowest])[:, row]
            never = phrase.kind in IN_FORCE and not values.any()  # of which another note tells
            if np.ptp(values, axis=0).max() < 1e-9 and not never:
                value = float(np.median(trial.start[row]))
                words: dict[str, Any] = {"kind": phrase.kind, "runs": trial.runs}
                yield note(description, "flat", ("outcomes", id, "of"), value, **words)
    for id, watch in description.watch.items():
        if watch.lever and not _possible(watch.lever, watch, description):
            yield _never(("watch", id, "lever"), watch, description)


def _possible(lever: str, part: Outcome | Watch, description: Description) -> bool:
    return any(
        usual(description.levers[lever], actor, target)
        for actor in ([part.by] if part.by else description.actors)
        for target in ([part.toward] if part.toward else description.actors)
        if actor != target
    )


def _never(path: tuple[str, ...], part: Outcome | Watch, description: Description) -> Found:
    acts = part.acts if isinstance(part, Outcome) else (part.lever or "",)
    return note(description, "never", path, part=part, acts=acts)
