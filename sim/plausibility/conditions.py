"""Conditions that no run meets or every run does; arrangements, promises and governments."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.plausibility.trial import Trial
from sim.plausibility.words import Found, note, width
from sim.scenario.instances import Promise, beginning, promises
from sim.scenario.lookup import consent, usual
from sim.scenario.phrases import BEGUN, IN_FORCE, OF_INSTANCES, Phrase, expand, parse
from sim.scenario.schema import Description, Limits

_RARELY, _NEARLY = 0.05, 0.95
"""Share of promises kept in ordinary times below, and above, which nobody can learn from them."""


_NEAR = 0.1
"""Share of a quantity's range within which a limit counts as near."""


def limits(trial: Trial) -> Iterator[Found]:
    """Look at the conditions of watched events, of events, and of levers."""
    description = trial.compiled.description
    for name, watch in description.watch.items():
        if far := _farthest(watch.when, trial):
            yield _unreached(("watch", name, "when"), watch.name, far, trial, 0.55)
        elif watch.when and _from_the_start(watch.when, trial):
            yield _certain("watch", name, watch.name, watch.when, trial)
    for name, event in description.events.items():
        dated = event.on or event.since
        if far := _farthest(event.when, trial):
            yield _unreached(("events", name, "when"), event.name, far, trial, 0.5)
        elif (
            event.when
            and not (dated or event.repeats)
            and event.chance.value == 1
            and _from_the_start(event.when, trial)
        ):
            yield _certain("events", name, event.name, event.when, trial)
    yield from _closed(trial)


def _closed(trial: Trial) -> Iterator[Found]:
    """Find levers that were open to nobody in any run, for want of what no run comes near."""
    names, rows = trial.layout.actors, trial.compiled.table.rows
    for id, lever in trial.compiled.description.levers.items():
        mine = [k for k, c in enumerate(rows) if c.name == id]
        if not lever.requires or not mine or trial.open[mine].any():
            continue
        far = [
            _farthest(lever.requires, trial, (names[rows[k].actor], names[rows[k].target]))
            for k in mine
        ]
        nearest = min((one for one in far if one), key=lambda one: one[0], default=None)
        if nearest and all(far):
            yield _unreached(("levers", id, "requires"), lever.name, nearest, trial, 0.6)


Far = tuple[float, str, Phrase, str, float, float]
"""How far beyond reach, as a share of the range; the phrase as written and as read; the
limit's key; the limit; the nearest that any run came to it."""


_UNREAD = ("power", "gap", "since", *BEGUN)
"""What has no range of its own, or is not kept by round."""


def _limits_on(
    when: Mapping[str, Limits], trial: Trial, way: tuple[str, str] | None = None
) -> Iterator[tuple[str, Phrase, str, float]]:
    for text, limit in when.items():
        written = parse(text)
        if written is None or written.kind in _UNREAD:
            continue
        for phrase in expand(written, *way, trial.layout.actors) if way else [written]:
            if phrase.kind in IN_FORCE and trial.layout.instance(phrase) < 0:
                continue  # between these two it never is
            for key in ("at_least", "at_most"):
                if quantity := getattr(limit, key):
                    yield text, phrase, key, quantity.value


def _farthest(
    when: Mapping[str, Limits], trial: Trial, way: tuple[str, str] | None = None
) -> Far | None:
    """The limit that is farthest out of reach, if one is; ``way``: who plays the two roles."""
    found: list[Far] = []
    for text, phrase, key, value in _limits_on(when, trial, way):
        row = trial.row(phrase)
        sign = 1.0 if key == "at_least" else -1.0
        most: Floats = sign * (trial.highest if key == "at_least" else trial.lowest)[row]
        gap = sign * value - float(most.max())
        # What the luckiest run is beyond the middle one, more runs may be beyond it again.
        luck = float(most.max() - np.median(most))
        if gap > max(_NEAR * width(phrase.kind), luck):
            found.append((gap / width(phrase.kind), text, phrase, key, value, sign * most.max()))
    return max(found, key=lambda far: far[0], default=None)


def _unreached(path: tuple[str, ...], name: str, far: Far, trial: Trial, weight: float) -> Found:
    gap, text, phrase, key, value, nearest = far
    description = trial.compiled.description
    words: dict[str, Any] = {"name": name, "phrase": phrase, "runs": trial.runs}
    if phrase.kind in IN_FORCE:  # it begins, or ends, in no run
        here, always = (*path, str(phrase)), key == "at_most"
        return note(description, "unreached arrangement", here, always, weight + 0.1, **words)
    words |= {"bound": key.replace("_", " "), "limit": value}
    weight += 0.1 * min(gap / 0.5, 1)
    return note(description, "unreached", (*path, text, key), nearest, weight, **words)


def _from_the_start(when: Mapping[str, Limits], trial: Trial) -> bool:
    for _, phrase, key, value in _limits_on(when, trial):
        start = trial.start[trial.row(phrase)]
        holds = start >= value if key == "at_least" else start <= value
        if holds.mean() < 0.99:
            return False
    return not any((read := parse(text)) and read.kind in _UNREAD for text in when)


def _certain(
    section: str, name: str, words: str, when: Mapping[str, Limits], trial: Trial
) -> Found:
    text, phrase, key, value = next(_limits_on(when, trial))
    start = float(np.median(trial.start[trial.row(phrase)]))
    stops = section == "watch" and name in trial.compiled.description.stop
    weight, path = 0.9 if stops else 0.65, (section, name, "when", text, key)
    limits: dict[str, Any] = {"bound": key.replace("_", " "), "limit": value, "phrase": phrase}
    description = trial.compiled.description
    return note(description, "certain", path, start, weight, name=words, stops=stops, **limits)


_OFTEN = 0.5
"""Falls of a government per round from which it is never long in office."""


def lasting_as_stated(description: Description) -> Iterator[Found]:
    """Look at what is stated: effects, terms, and how often promises are kept as a rule."""
    yield from _empty(description)
    yield from _endless(description)
    yield from _promises(description)


def lasting_in_runs(trial: Trial) -> Iterator[Found]:
    """Look at what short runs came to: arrangements that nobody begins, governments that fall."""
    yield from _unbegun(trial)
    yield from _governments(trial)


def _empty(description: Description) -> Iterator[Found]:
    """Find arrangements that change nothing, and that nothing asks for."""
    asked = set(_asked(description))
    for id, arrangement in description.arrangements.items():
        if id not in asked and not any(by.value for by in arrangement.effects.values()):
            yield note(description, "empty arrangement", ("arrangements", id))


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
            yield note(description, "endless", ("arrangements", id, "term"), arrangement.term)


def _promises(description: Description) -> Iterator[Found]:
    """Find promises that ordinary times keep nearly always, or hardly ever."""
    made: dict[str, list[tuple[float, float]]] = {}
    for promise in promises(description):
        found = usual(description.levers[promise.lever], promise.actor, promise.target)
        weight = found[1].value if found else 0.0
        made.setdefault(promise.lever, []).append((weight, kept_share(promise, description)))
    for id, parts in made.items():
        total = sum(weight for weight, _ in parts)
        share = sum(weight * part for weight, part in parts) / total if total else 0.0
        if _RARELY <= share <= _NEARLY:
            continue
        yield note(
            description, "hollow" if share < _RARELY else "sure", ("levers", id, "delivers"), share
        )


def kept_share(promise: Promise, description: Description) -> float:
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
    description = trial.compiled.description
    for id in description.arrangements:
        rows = [trial.row(one.phrase) for one in beginning(description) if one.name == id]
        if not rows or trial.start[rows].any() or trial.highest[rows].max() > 0:
            continue
        levers = [name for name, lever in description.levers.items() if id in lever.begins]
        first = levers[0] if levers else ""
        yield note(description, "unbegun", ("arrangements", id), runs=trial.runs, lever=first)


def _governments(trial: Trial) -> Iterator[Found]:
    """Find governments that fall all the time, or never."""
    description = trial.compiled.description
    rounds = description.calendar.rounds
    for event, often in zip(trial.compiled.events.names, trial.happened, strict=True):
        actor = description.events[event].government
        if actor is None:
            continue
        path = ("actors", actor, "government")
        if often >= _OFTEN * rounds and rounds > 1:
            yield note(description, "falling", path, often)
        elif often == 0:
            yield note(description, "staying", path, runs=trial.runs)
