"""Notes on all other parts: what nothing touches or shows, conditions, arrangements, scales."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.model.start import of_relation
from sim.plausibility.note import Note, note, width
from sim.plausibility.trial import Trial
from sim.scenario.cameo import goldstein
from sim.scenario.conditions import Condition, choices, plain, texts_in
from sim.scenario.formulas import phrases_of
from sim.scenario.formulas import texts as texts_of
from sim.scenario.formulas import value as value_of
from sim.scenario.lookup import DOES, Promise, beginning, consent, promises, usual
from sim.scenario.phrases import (
    BEGUN,
    BOUNDS,
    IN_FORCE_KINDS,
    LOOKING_BACK,
    OF_INSTANCES,
    Phrase,
    expand,
    pair,
    parse,
)
from sim.scenario.scenario import Parameter, Scenario
from sim.scenario.schema import Description, Issue, Outcome, Watch
from sim.text import listing, percent

# Conditions that no run meets or every run does; arrangements, promises and governments.

_RARELY, _NEARLY = 0.05, 0.95
"""Share of promises kept in ordinary times below, and above, which nobody can learn from them."""


_NEAR = 0.1
"""Share of a quantity's range within which a limit counts as near."""


def limits(trial: Trial) -> Iterator[Note]:
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


def _closed(trial: Trial) -> Iterator[Note]:
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


_UNREAD = ("power", "gap", "since", *BEGUN, *LOOKING_BACK)
"""What has no range of its own, or is not kept by round."""


def _limits_on(
    when: Mapping[str, Condition], trial: Trial, way: tuple[str, str] | None = None
) -> Iterator[tuple[str, Phrase, str, float]]:
    for text, limit in plain(when).items():
        written = parse(text)
        if written is None or written.kind in _UNREAD:
            continue
        for phrase in expand(written, *way, trial.layout.actors) if way else [written]:
            if phrase.kind in IN_FORCE_KINDS and trial.layout.instance(phrase) < 0:
                continue  # between these two it never is
            for key in ("at_least", "at_most"):
                if quantity := getattr(limit, key):
                    yield text, phrase, key, quantity.value


def _farthest(
    when: Mapping[str, Condition], trial: Trial, way: tuple[str, str] | None = None
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


def _unreached(path: tuple[str, ...], name: str, far: Far, trial: Trial, weight: float) -> Note:
    gap, text, phrase, key, value, nearest = far
    description = trial.compiled.description
    words: dict[str, Any] = {"name": name, "phrase": phrase, "runs": trial.runs}
    if phrase.kind in IN_FORCE_KINDS:  # it begins, or ends, in no run
        here, always = (*path, str(phrase)), key == "at_most"
        return note(description, "unreached arrangement", here, always, weight + 0.1, **words)
    words |= {"bound": key.replace("_", " "), "limit": value}
    weight += 0.1 * min(gap / 0.5, 1)
    return note(description, "unreached", (*path, text, key), nearest, weight, **words)


def _from_the_start(when: Mapping[str, Condition], trial: Trial) -> bool:
    for _, phrase, key, value in _limits_on(when, trial):
        start = trial.start[trial.row(phrase)]
        holds = start >= value if key == "at_least" else start <= value
        if holds.mean() < 0.99:
            return False
    unread = any((read := parse(text)) and read.kind in _UNREAD for text in when)
    return not unread and not any(choices(when))


def _certain(
    section: str, name: str, words: str, when: Mapping[str, Condition], trial: Trial
) -> Note:
    text, phrase, key, value = next(_limits_on(when, trial))
    start = float(np.median(trial.start[trial.row(phrase)]))
    stops = section == "watch" and name in trial.compiled.description.stop
    weight, path = 0.9 if stops else 0.65, (section, name, "when", text, key)
    limits: dict[str, Any] = {"bound": key.replace("_", " "), "limit": value, "phrase": phrase}
    description = trial.compiled.description
    return note(description, "certain", path, start, weight, name=words, stops=stops, **limits)


_TRENDING = {"issue": 0.2}
"""Share of its range by which a quantity goes far; a quarter where nothing is given."""


def trends(trial: Trial) -> Iterator[Note]:
    """Find stated trends that alone take a quantity far within the calendar."""
    compiled = trial.compiled
    parameters, rounds = compiled.source.parameters, compiled.description.calendar.rounds
    damping = parameters["coefficients.trend_damping"].value
    for phrase in trial.layout.phrases[trial.layout.moving]:
        path = next((one for one in _trend_paths(phrase) if one in parameters), "")
        if phrase.kind == "power" or not path:
            continue
        moved = parameters[path].value * float(np.sum(damping ** np.arange(rounds)))
        low, high = BOUNDS[phrase.kind]
        start = float(np.median(trial.start[trial.row(phrase)]))
        end = min(max(start + moved, low), high)
        share = abs(end - start) / width(phrase.kind)
        if share >= _TRENDING.get(phrase.kind, 0.25):
            words: dict[str, Any] = {"phrase": phrase, "start": start, "rounds": rounds}
            weight, steps = 0.5 + 0.4 * min(share / 0.5, 1.0), tuple(path.split("."))
            description, about = compiled.description, str(phrase)
            yield note(description, "trending", steps, end, weight, about=about, **words)


def _trend_paths(phrase: Phrase) -> list[str]:
    """The paths under which the trend of a quantity may stand."""
    if phrase.kind == "support":
        return [f"actors.{phrase.names[0]}.support_trend"]
    if phrase.kind == "issue":
        return [f"issues.{phrase.names[0]}.trend"]
    return of_relation(phrase, "_trend") if len(phrase.names) == 2 else []


_OFTEN = 0.5
"""Falls of a government per round from which it is never long in office."""


def lasting_as_stated(description: Description) -> Iterator[Note]:
    """Look at what is stated: effects, terms, and how often promises are kept as a rule."""
    yield from _empty(description)
    yield from _endless(description)
    yield from _promises(description)


def lasting_in_runs(trial: Trial) -> Iterator[Note]:
    """Look at what short runs came to: arrangements that nobody begins, governments that fall."""
    yield from _unbegun(trial)
    yield from _governments(trial)


def _empty(description: Description) -> Iterator[Note]:
    """Find arrangements that change nothing, and that nothing asks for."""
    asked = set(_asked(description))
    for id, arrangement in description.arrangements.items():
        if id not in asked and not any(by.value for by in arrangement.effects.values()):
            yield note(description, "empty arrangement", ("arrangements", id))


def _asked(description: Description) -> Iterator[str]:
    texts = [text for outcome in description.outcomes.values() for text in texts_of(outcome.of)]
    texts += [text for lever in description.levers.values() for text in texts_in(lever.requires)]
    texts += [text for event in description.events.values() for text in texts_in(event.when)]
    texts += [text for watch in description.watch.values() for text in texts_in(watch.when)]
    for text in texts:
        if (phrase := parse(text)) and phrase.kind in OF_INSTANCES:
            yield phrase.names[0]


def _endless(description: Description) -> Iterator[Note]:
    """Find terms that no run sees the end of."""
    rounds = description.calendar.rounds
    for id, arrangement in description.arrangements.items():
        if arrangement.term is not None and arrangement.term > rounds:
            yield note(description, "endless", ("arrangements", id, "term"), arrangement.term)


def _promises(description: Description) -> Iterator[Note]:
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


def _unbegun(trial: Trial) -> Iterator[Note]:
    """Find arrangements that could be begun and are in force in no run."""
    description = trial.compiled.description
    for id in description.arrangements:
        rows = [trial.row(one.phrase) for one in beginning(description) if one.name == id]
        if not rows or trial.start[rows].any() or trial.highest[rows].max() > 0:
            continue
        levers = [name for name, lever in description.levers.items() if id in lever.begins]
        first = levers[0] if levers else ""
        yield note(description, "unbegun", ("arrangements", id), runs=trial.runs, lever=first)


def _governments(trial: Trial) -> Iterator[Note]:
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


_MARGIN = 0.02
"""How far a sum of powers may be from 1."""
_LOPSIDED = 0.9
"""A share of all power that looks like a slip of scale."""
_CLEAR = 2.0
"""Goldstein values farther from 0 are clearly friendly or hostile."""


def powers(scenario: Scenario) -> Iterator[Note]:
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


def issues_from_0_to_1(description: Description) -> Iterator[Note]:
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


def contrary_signs(description: Description) -> Iterator[Note]:
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


def still_issues(description: Description, trial: Trial | None) -> Iterator[Note]:
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
    phrase = parse(text)
    return phrase is not None and phrase.changing == Phrase("issue", (issue,))


def _wandered(id: str, trial: Trial | None) -> float | None:
    """How far it comes from its start in any run."""
    if trial is None:
        return None
    row = trial.layout.at("issue", id)
    up, down = trial.highest[row] - trial.start[row], trial.start[row] - trial.lowest[row]
    return float(max(up.max(), down.max(), 0.0))


def _shown(id: str, description: Description) -> bool:
    phrases = [text for outcome in description.outcomes.values() for text in texts_of(outcome.of)]
    phrases += [text for watch in description.watch.values() for text in texts_in(watch.when)]
    return any(_is(text, id) for text in phrases)


def idle_actors(description: Description) -> Iterator[Note]:
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


def empty_levers(description: Description) -> Iterator[Note]:
    """Find levers without effects, that begin, end and promise nothing either."""
    for id, lever in description.levers.items():
        does = any(getattr(lever, key) for key in DOES) or lever.delivers
        if not lever.effects and not does:
            yield note(description, "empty lever", ("levers", id))


def still_outcomes(description: Description, trial: Trial | None) -> Iterator[Note]:
    """Find outcomes that never change, and acts that nobody can commit."""
    for id, outcome in description.outcomes.items():
        phrases = phrases_of(outcome.of)
        if not phrases:
            if not any(_possible(lever, outcome, description) for lever in outcome.acts):
                yield _never(("outcomes", id, "acts"), outcome, description)
        elif trial is not None and any(phrase.kind != "issue" for phrase in phrases):
            rows = [trial.row(phrase) for phrase in phrases]
            values = np.stack([trial.start, trial.highest, trial.lowest])[:, rows]
            lasting = all(phrase.kind in IN_FORCE_KINDS for phrase in phrases)
            never = lasting and not values.any()  # of which another note tells
            if np.ptp(values, axis=0).max() < 1e-9 and not never:
                start = value_of(outcome.of or "", lambda one: trial.start[trial.row(one)])
                words: dict[str, Any] = {"kind": phrases[0].kind, "runs": trial.runs}
                path = ("outcomes", id, "of")
                yield note(description, "flat", path, float(np.median(start)), **words)
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


def _never(path: tuple[str, ...], part: Outcome | Watch, description: Description) -> Note:
    acts = part.acts if isinstance(part, Outcome) else (part.lever or "",)
    return note(description, "never", path, part=part, acts=acts)
