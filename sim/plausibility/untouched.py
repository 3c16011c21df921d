"""Parts of a scenario that nothing touches, or that nothing shows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.plausibility.note import Found
from sim.plausibility.scales import small
from sim.plausibility.trial import Trial
from sim.plausibility.words import actor_name, lever_name, shown
from sim.scenario.instances import DOES
from sim.scenario.lookup import usual
from sim.scenario.phrases import IN_FORCE, Phrase, pair, parse
from sim.scenario.schema import Description, Outcome, Watch

STEP = 1.0
"""Points of 100 that an issue moves at least where something moves it."""


def issues(description: Description, trial: Trial | None) -> Iterator[Found]:
    """Find issues that do not move, and those that move where nobody looks."""
    for id, issue in description.issues.items():
        largest = _largest_step(id, description)
        wandered = _wandered(id, trial)
        path = ("issues", id)
        if largest == 0 and not issue.volatility.value:
            yield Found(
                "unmoved", id, path, 0.0, 0.5,
                f"nothing moves '{issue.name}': no lever, no event, and its volatility "
                "is 0",
                f"let a lever or an event change it (issue {id}: 5), or delete it",
            )  # fmt: skip
        elif (
            0 < largest < STEP
            and wandered is not None
            and wandered < STEP
            and not small(issue)  # of which another note tells
        ):
            yield Found(
                "unmoved", id, path, wandered, 0.6,
                f"'{issue.name}' moves by {shown('issue', wandered)} of 100 points at most in "
                f"{trial.runs if trial else 0:,} short runs: the largest change of it is "
                f"{largest:g}",
                "an issue runs from 0 to 100, so a step on it is 5 or 10 rather than 0.05",
            )  # fmt: skip
        elif wandered is not None and wandered >= STEP and not _shown(id, description):
            yield Found(
                "unshown", id, path, wandered, 0.25,
                f"'{issue.name}' moves by up to {shown('issue', wandered)} points, and no outcome "
                "and no watched event shows it",
                f"add it under outcomes ({id}: {{name: {issue.name}, of: issue {id}}})",
            )  # fmt: skip


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


def actors(description: Description) -> Iterator[Found]:
    """Find actors that take no part, and those that can only stand by."""
    named = {
        name
        for key in description.relations
        if (parts := pair(key))
        for name in (parts[0], parts[2])
    }
    named |= {name for issue in description.issues.values() for name in issue.stances}
    for id, actor in description.actors.items():
        acts = _deals(id, description, acting=True)
        if id in named or _deals(id, description):
            if not acts and description.levers:
                yield Found(
                    "idle", id, ("actors", id), 0.0, 0.35,
                    f"'{actor.name}' can do nothing: no lever's 'usual' names it as who acts",
                    "give it a lever, unless it is to stand by and count by its weight alone",
                )  # fmt: skip
            continue
        yield Found(
            "idle", id, ("actors", id), 0.0, 0.5,
            f"'{actor.name}' takes no part: it uses no lever, none is used on it, and no relation "
            "or stance names it",
            "give it a lever, a relation or a stance, or delete it",
        )  # fmt: skip


def _deals(id: str, description: Description, *, acting: bool = False) -> bool:
    """Whether a lever is used by an actor, or, where that will do, on it."""
    return any(
        usual(lever, *way)
        for lever in description.levers.values()
        for other in description.actors
        if other != id
        for way in ([(id, other)] if acting else [(id, other), (other, id)])
    )


def levers(description: Description) -> Iterator[Found]:
    """Find levers without effects, that begin, end and promise nothing either."""
    for id, lever in description.levers.items():
        does = any(getattr(lever, key) for key in DOES) or lever.delivers
        if not lever.effects and not does:
            yield Found(
                "empty", id, ("levers", id), 0.0, 0.45,
                f"{lever_name(description, id)} changes nothing: it has no effects",
                "write what a use of it changes, e.g. effects: "
                "{affinity of actor and target: 0.03}",
            )  # fmt: skip


def outcomes(description: Description, trial: Trial | None) -> Iterator[Found]:
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
                yield Found(
                    "flat", id, ("outcomes", id, "of"), value, 0.5,
                    f"'{outcome.name}' stays at {shown(phrase.kind, value)} from first to last, "
                    f"in each of {trial.runs:,} short runs",
                    "let something change it, or show another quantity",
                )  # fmt: skip
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
    by = f" by {actor_name(description, part.by)}" if part.by else ""
    toward = f" toward {actor_name(description, part.toward)}" if part.toward else ""
    names = " or ".join(lever_name(description, lever) for lever in acts)
    return Found(
        "never", path[1], path, 0.0, 0.6,
        f"'{part.name}' waits for {names}{by}{toward}, and nobody has such a lever: "
        "there is no usual frequency for it",
        "add the pair under the lever's 'usual', or change 'by' and 'toward'",
    )  # fmt: skip
