"""Arrangements, promises and governments that may not do what their author thinks."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.plausibility.note import Found
from sim.plausibility.trial import Trial
from sim.plausibility.words import actor_name, lever_name, times
from sim.scenario.instances import Promise, beginning, promises
from sim.scenario.lookup import consent, usual
from sim.scenario.phrases import OF_INSTANCES, parse
from sim.scenario.schema import Description
from sim.text import percent

RARELY, NEARLY = 0.05, 0.95
"""Share of promises kept in ordinary times below, and above, which nobody can learn from them."""
OFTEN = 0.5
"""Falls of a government per round from which it is never long in office."""


def without_runs(description: Description) -> Iterator[Found]:
    """Look at what is stated: effects, terms, and how often promises are kept as a rule."""
    yield from _empty(description)
    yield from _endless(description)
    yield from _promises(description)


def in_runs(trial: Trial) -> Iterator[Found]:
    """Look at what short runs came to: arrangements that nobody begins, governments that fall."""
    yield from _unbegun(trial)
    yield from _governments(trial)


def _empty(description: Description) -> Iterator[Found]:
    """Find arrangements that change nothing, and that nothing asks for."""
    asked = set(_asked(description))
    for id, arrangement in description.arrangements.items():
        if id not in asked and not any(by.value for by in arrangement.effects.values()):
            yield Found(
                "empty", id, ("arrangements", id), 0.0, 0.45,
                f"'{arrangement.name}' changes nothing while it is in force, and no lever, event, "
                "outcome or watched event asks whether it is",
                "write what it changes in each round, e.g. effects: {tension of actor and target: "
                "-0.01}, or a condition on it: in force ...: true",
            )  # fmt: skip


def _asked(description: Description) -> Iterator[str]:
    texts = [outcome.of for outcome in description.outcomes.values() if outcome.of]
    texts += [text for lever in description.levers.values() for text in lever.requires]
    texts += [text for event in description.events.values() for text in event.when]
    texts += [text for watch in description.watch.values() for text in watch.when]
    for text in texts:
        if (phrase := parse(text)) and phrase.kind in OF_INSTANCES:
            yield phrase.names[0]


def _endless(description: Description) -> Iterator[Found]:
    """Find terms that no run sees the end of."""
    rounds = description.calendar.rounds
    for id, arrangement in description.arrangements.items():
        if arrangement.term is not None and arrangement.term > rounds:
            yield Found(
                "endless", id, ("arrangements", id, "term"), float(arrangement.term), 0.15,
                f"'{arrangement.name}' runs out after {arrangement.term} rounds, and a run has "
                f"{rounds}: it never runs out",
                f"a term counts rounds, here of a {description.calendar.round}: write it in these, "
                "or leave it out",
            )  # fmt: skip


def _promises(description: Description) -> Iterator[Found]:
    """Find promises that ordinary times keep nearly always, or hardly ever."""
    made: dict[str, list[tuple[float, float]]] = {}
    for promise in promises(description):
        found = usual(description.levers[promise.lever], promise.actor, promise.target)
        weight = found[1].value if found else 0.0
        made.setdefault(promise.lever, []).append((weight, kept(promise, description)))
    for id, parts in made.items():
        whole = sum(weight for weight, _ in parts)
        share = sum(weight * part for weight, part in parts) / whole if whole else 0.0
        if RARELY <= share <= NEARLY:
            continue
        lever = description.levers[id]
        assert lever.delivers is not None
        hollow = share < RARELY
        often, more, longer = (
            ("hardly ever", "more", "longer") if hollow else ("nearly always", "less", "shorter")
        )
        what = lever_name(description, lever.delivers.lever)
        yield Found(
            "hollow" if hollow else "sure", id, ("levers", id, "delivers"), share,
            0.5 if hollow else 0.3,
            f"what {lever_name(description, id)} promises is {often} kept in ordinary times "
            f"({percent(share)}): {what} within {lever.delivers.within} rounds, as often as it is "
            "used",
            f"make {what} {more} usual, or the time {longer}; what comes, or never comes, as a "
            "rule teaches nobody whom to trust",
        )  # fmt: skip


def kept(promise: Promise, description: Description) -> float:
    """Share of a promise that is kept in time in ordinary times (``docs/model.md``, 6.9)."""
    lever = description.levers[promise.lever]
    assert lever.delivers is not None
    left = 1.0
    for name, actor, target in promise.by:
        often = usual(description.levers[name], actor, target)
        agreed = consent(description.levers[name], actor, target)
        left *= 1 - (often[1].value if often else 0.0) * (agreed[1].value if agreed else 1.0)
    return 1 - math.pow(left, lever.delivers.within)


def _unbegun(trial: Trial) -> Iterator[Found]:
    """Find arrangements that could be begun and are in force in no run."""
    description = trial.setting.description
    for id, arrangement in description.arrangements.items():
        rows = [trial.row(one.phrase) for one in beginning(description) if one.name == id]
        if not rows or trial.start[rows].any() or trial.highest[rows].max() > 0:
            continue
        levers = [name for name, lever in description.levers.items() if id in lever.begins]
        first = f": {lever_name(description, levers[0])} begins it" if levers else ""
        yield Found(
            "unbegun", id, ("arrangements", id), 0.0, 0.45,
            f"'{arrangement.name}' comes into force in none of {trial.runs:,} short runs{first}",
            "make what begins it more usual, ask less of it, or put it in force at the start "
            "(in_force)",
        )  # fmt: skip


def _governments(trial: Trial) -> Iterator[Found]:
    """Find governments that fall all the time, or never."""
    description = trial.setting.description
    for name, often in zip(trial.setting.events.names, trial.happened, strict=True):
        actor = description.events[name].government
        if actor is None:
            continue
        rounds, path = description.calendar.rounds, ("actors", actor, "government")
        if often >= OFTEN * rounds and rounds > 1:
            yield Found(
                "falling", actor, path, float(often), 0.7,
                f"the government of {actor_name(description, actor)} falls {times(float(often))} "
                f"in a run of {rounds} rounds",
                "its hazard is a chance per round, and holds at the support of ordinary times: "
                "lower it, or its cost of ruling",
            )  # fmt: skip
        elif often == 0:
            yield Found(
                "staying", actor, path, 0.0, 0.3,
                f"the government of {actor_name(description, actor)} changes in none of "
                f"{trial.runs:,} short runs",
                "date an election within the calendar, or raise its chances (loses, hazard)",
            )  # fmt: skip
