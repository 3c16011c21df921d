"""Notes on levers: how often they will be used, what that alone moves, and whom they serve."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.model.compiled import CompiledScenario
from sim.model.ordinary import RESTING
from sim.plausibility.note import Note, Use, actor_name, lever_name, note, shown, times, width
from sim.plausibility.trial import Trial, Weighed
from sim.scenario.calendar import MONTHS
from sim.scenario.cameo import TRACKS, Track, track
from sim.scenario.lookup import DOES, usual
from sim.scenario.phrases import ANYONE, Kind, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.statistics.measures import quantity_text
from sim.text import count, listing, number

# Levers that serve nobody who takes part, by their own interests at the start.

_LOSS = 0.5
"""Hundredths of weighed value from which a loss is one."""
_GAINED = 0.5
"""What an actor may gain elsewhere, as a share of its loss, where a move is against it."""
_USED = 0.2
"""Uses per run below which a move against an actor's own position is let be."""
_OF: dict[str, str] = {
    "security": "security",
    "prosperity": "prosperity",
    "issues": "the issues",
    "standing": "standing",
    "support": "support at home",
}


def losing(weighed: Weighed, trial: Trial | None) -> Iterator[Note]:
    """Find levers that need consent and leave both sides worse off, whoever the two are."""
    description, table = weighed.compiled.description, weighed.compiled.table
    for lever in description.levers:
        mine = [k for k, c in enumerate(table.rows) if c.name == lever and c.asks]
        if not mine or not all(_both_lose(k, weighed, trial) for k in mine):
            continue
        worst = min(mine, key=lambda k: float(weighed.value[k].max()))
        sides = (table.rows[worst].actor, table.rows[worst].target)
        losses = [
            f"{actor_name(description, weighed.layout.actors[actor])} loses "
            f"{number(-weighed.value[worst, side], 0 if weighed.value[worst, side] < -9.5 else 1)} "
            f"points ({_why(weighed, worst, side, actor)})"
            for side, actor in enumerate(sides)
        ]
        others = len({frozenset((table.rows[k].actor, table.rows[k].target)) for k in mine}) - 1
        path, value = ("levers", lever, "effects"), weighed.value[worst].max()
        yield note(description, "losing", path, value, sides=listing(losses), more=others)


def _both_lose(k: int, weighed: Weighed, trial: Trial | None) -> bool:
    """At the start, and on average where it could be used."""
    if (weighed.value[k] > -_LOSS).any():
        return False
    return trial is None or not (trial.value[k] > -_LOSS).any()


def _why(weighed: Weighed, k: int, side: int, actor: int) -> str:
    """What the loss is mostly made of."""
    component = min(weighed.parts, key=lambda name: float(weighed.parts[name][k, side]))
    if component == "issues" and (away := _away(weighed, k, actor)):
        return away
    own = weighed.compiled.description.interests.get(component)
    return f"mostly {f'“{own.name}”' if own else _OF[component]}"


def _away(weighed: Weighed, k: int, actor: int) -> str:
    """The issue that it moves farthest from where an actor wants it, as that counts."""
    layout, table, start = weighed.layout, weighed.compiled.table, weighed.start
    description = weighed.compiled.description
    name = layout.actors[actor]
    lost: list[tuple[float, str]] = []
    for effect in np.flatnonzero(table.effect_candidate == k):
        row = int(table.effect_row[effect])
        if layout.phrases[row].kind != "issue":
            continue
        issue = layout.phrases[row].names[0]
        wanted = start[layout.at("position", name, issue)]
        salience = start[layout.at("salience", name, issue)]
        here, there = start[row], start[row] + weighed.change[effect]
        ground = salience * (abs(there - wanted) - abs(here - wanted))
        if ground > 0:
            said = (
                f"it moves {description.issues[issue].name} from {shown(here, 'issue')} to "
                f"{shown(there, 'issue')}, away from its {shown(wanted, 'issue')}"
            )
            lost.append((ground, said))
    return max(lost)[1] if lost else ""


def against(weighed: Weighed, trial: Trial | None, told: set[str]) -> Iterator[Note]:
    """Find levers that move an issue away from where their own actor wants it, for little else.

    ``told``: levers of which :func:`losing` has told already.
    """
    if trial is None:
        return
    description, table = weighed.compiled.description, weighed.compiled.table
    for lever in description.levers:
        mine = [
            k
            for k, c in enumerate(table.rows)
            if c.name == lever and _against(k, weighed) and trial.used[k] >= _USED
        ]
        if not mine or lever in told:
            continue
        worst = min(mine, key=lambda k: float(weighed.value[k, 0] * trial.used[k]))
        row, names = table.rows[worst], weighed.layout.actors
        actors = sorted({table.rows[k].actor for k in mine})
        others = [actor_name(description, names[a]) for a in actors if a != row.actor]
        used = float(trial.used[[k for k in mine if table.rows[k].actor == row.actor]].sum())
        loss = float(weighed.value[worst, 0])
        away, remedy = _away(weighed, worst, row.actor), ""
        if not away:
            # What it does at once takes nothing: the loss is that of what it promises or puts
            # in force, or ends.
            if not (later := _later(description, lever)):
                continue
            away, remedy = later
        path = ("levers", lever, "usual", row.usual.split(".usual.")[1])
        weight = 0.5 + 0.25 * min(-loss * used / 20, 1.0)
        remedy = remedy or _remedy(description, lever, names[row.actor], asks=row.asks)
        who = actor_name(description, names[row.actor])
        words: dict[str, Any] = {"actor": who, "others": listing(others)}
        words |= {"used": used, "away": away, "remedy": remedy}
        yield note(description, "against", path, loss, weight, **words)


def _later(description: Description, lever: str) -> tuple[str, str] | None:
    """What a lever leads to that moves an issue, and a remedy; ``None`` where there is no such."""
    drawn = description.levers[lever]
    if drawn.delivers and _on_issues(description.levers[drawn.delivers.lever].effects):
        done = lever_name(description, drawn.delivers.lever)
        return (
            f"what it promises, {done}, moves an issue away from where it wants it",
            f"check what {done} does to the issue, and the actor's position",
        )
    changed = [name for key in DOES for name in getattr(drawn, key)]
    moving = [
        description.arrangements[name].name
        for name in changed
        if _on_issues(description.arrangements[name].effects)
    ]
    if not moving:
        return None
    named = listing([f"'{name}'" for name in moving])
    return (
        f"what it changes, {named}, moves an issue as long as it is in force, and what that comes "
        "to is worse for it",
        f"check what {named} does to the issue, and the actor's position",
    )


def _on_issues(effects: Iterable[str]) -> bool:
    return any((phrase := parse(text)) and phrase.kind == "issue" for text in effects)


def _against(k: int, weighed: Weighed) -> bool:
    parts = {name: float(part[k, 0]) for name, part in weighed.parts.items()}
    lost = -parts["issues"]
    gained = sum(part for name, part in parts.items() if name != "issues" and part > 0)
    rest = [-part for name, part in parts.items() if name != "issues"]
    return weighed.value[k, 0] <= -_LOSS and lost >= max(_LOSS, *rest) and gained < _GAINED * lost


def _remedy(description: Description, lever: str, actor: str, *, asks: bool) -> str:
    users = {key.split(" to ")[0] for key in description.levers[lever].usual}
    if users == {actor}:
        return "check the sign of the effect, and the actor's position"
    if asks:
        return (
            f"let it give {actor_name(description, actor)} something that it wants, or leave "
            "it to the other side to propose"
        )
    return (
        "an effect has the same sign whoever acts: give "
        f"{actor_name(description, actor)} a lever of its own, or leave it out of 'usual'"
    )


_FAR: dict[Kind, float] = {"issue": 0.2}
"""Share of a quantity's range that counts as far; of those not named here a quarter."""
_OFTEN = 2.0
"""Uses per run, or times that an event happens, from which acts are frequent."""
_FULL = 0.95
"""Share of rounds that usual acts may fill before there is no room to pass."""


def expected(compiled: CompiledScenario) -> Floats:
    """Proposals per run at the usual frequency, shape ``(candidates,)``."""
    parameters = compiled.source.parameters
    rounds = compiled.description.calendar.rounds
    return np.array([rounds * parameters[c.usual].value for c in compiled.table.rows])


def uses(trial: Trial) -> tuple[Use, ...]:
    """How often each lever will be used, by pair, the most frequent first."""
    names, table = trial.layout.actors, trial.compiled.table
    usually = expected(trial.compiled)
    found = [
        Use(c.name, names[c.actor], names[c.target], float(usually[k]), float(trial.used[k]))
        for k, c in enumerate(table.rows)
    ]
    return tuple(sorted(found, key=lambda use: (-use.used, use.lever, use.actor, use.target)))


def carried(trial: Trial) -> Iterator[Note]:
    """Find levers, and repeated events, that carry a quantity far from its start by habit alone."""
    moved = np.median(trial.end - trial.start, axis=1)
    far: dict[tuple[str, str], list[_Carry]] = {}
    for one in (*_by_levers(trial), *_by_events(trial)):
        way = np.sign(moved[one.row])
        kind = trial.layout.phrases[one.row].kind
        share = abs(moved[one.row]) / width(kind)
        # At least half of the way, and by itself as far as counts as far.
        enough = max(0.5 * abs(moved[one.row]), _FAR.get(kind, 0.25) * width(kind))
        if (
            share >= _FAR.get(kind, 0.25)
            and min(way * one.change, way * one.plain) >= enough
            and one.often >= _OFTEN
        ):
            far.setdefault((one.section, one.id), []).append(replace(one, share=float(share)))
    for carries in far.values():
        carries.sort(key=lambda one: -one.share)
        yield (_lever if carries[0].section == "levers" else _event)(trial, carries)


@dataclass(frozen=True)
class _Carry:
    """What a lever or event moves one quantity by: in the runs, and as it is stated."""

    section: str
    id: str
    row: int
    change: float
    plain: float
    often: float
    candidates: tuple[int, ...] = ()
    share: float = 0.0


def _by_levers(trial: Trial) -> Iterator[_Carry]:
    """What accepted uses move by the run.

    What usual acts would do to affinity, tension, ties and support is taken off again
    in every round, so that no habit carries these.
    """
    compiled, table = trial.compiled, trial.compiled.table
    parameters, usually = compiled.source.parameters, expected(compiled)
    agreed = np.array([parameters[c.consent].value if c.asks else 1.0 for c in table.rows])
    found: dict[tuple[str, int], list[tuple[int, float, float, float]]] = {}
    for nth, (k, effect) in enumerate(table.effects):
        if trial.layout.phrases[effect.row].kind in RESTING:
            continue
        # What usual acts would add up to if nothing wore off and nobody felt otherwise.
        size = parameters[effect.path].value if effect.path else 0.0
        found.setdefault((table.rows[k].name, effect.row), []).append(
            (k, trial.change[nth], size * usually[k] * agreed[k], trial.used[k])
        )
    for (lever, row), parts in found.items():
        _, change, plain, often = (float(sum(column)) for column in zip(*parts, strict=True))
        yield _Carry(
            "levers", lever, row, change, plain, often, tuple(dict.fromkeys(p[0] for p in parts))
        )


def _by_events(trial: Trial) -> Iterator[_Carry]:
    """What repeated events move by the run."""
    for name, often in zip(trial.compiled.events.names, trial.happened, strict=True):
        for text, change in trial.compiled.description.events[name].changes.items():
            phrase = parse(text)
            if change.by and phrase and trial.layout.row(phrase) < trial.layout.moving.stop:
                moved = change.by.value * float(often)
                yield _Carry("events", name, trial.row(phrase), moved, moved, float(often))


def _lever(trial: Trial, carries: Sequence[_Carry]) -> Note:
    description, rows = trial.compiled.description, trial.compiled.table.rows
    names = trial.layout.actors
    first = carries[0]
    used = np.array(first.candidates)
    per_run = float(trial.used[used].sum())
    most = used[trial.used[used].argmax()]
    pair = (
        f"{actor_name(description, names[rows[most].actor])} toward "
        f"{actor_name(description, names[rows[most].target])}"
    )
    by = f"by {pair}"
    if len(used) > 1:
        by = f"by {count(len(used), 'pair')}, most by {pair}: {times(float(trial.used[most]))}"
    path, remedy = _frequencies(description, first.id, {rows[k].usual for k in used})
    words: dict[str, Any] = {"by": by, "course": _course(trial, carries), "frequencies": remedy}
    return note(description, "carried by a lever", path, per_run, _weight(first), **words)


def _event(trial: Trial, carries: Sequence[_Carry]) -> Note:
    first = carries[0]
    path = ("events", first.id, "chance")
    words: dict[str, Any] = {"course": _course(trial, carries)}
    description = trial.compiled.description
    return note(description, "carried by an event", path, first.often, _weight(first), **words)


def _weight(carry: _Carry) -> float:
    return 0.6 + 0.4 * min(carry.share / 0.5, 1.0)


def _course(trial: Trial, carries: Sequence[_Carry]) -> str:
    """How far the quantity comes that is carried farthest."""
    first, more = carries[0], len(carries) - 1
    phrase = trial.layout.phrases[first.row]
    start, end = (
        shown(float(np.median(side[first.row])), phrase.kind) for side in (trial.start, trial.end)
    )
    unit = " points" if phrase.kind == "issue" else ""
    return (
        f"that moves {quantity_text(phrase, trial.compiled.description)} by "
        f"{shown(first.change, phrase.kind)}{unit} in all, and it goes from {start} to {end}"
        + (f"; {count(more, 'other quantity', 'other quantities')} as far" if more else "")
    )


def _frequencies(
    description: Description, lever: str, paths: Collection[str]
) -> tuple[tuple[str, ...], str]:
    """Where the frequencies stand, and what to do about them."""
    stem = ("levers", lever, "usual")
    table = description.levers[lever].usual
    if len(paths) > 1:
        return stem, "lower its usual frequencies"
    key = next(iter(paths)).removeprefix(".".join((*stem, "")))
    value = table[key].value
    if ANYONE not in key.split():
        return (*stem, key), f"lower the usual frequency of {value:g}"
    actor, target = key.split(" to ")
    pair = next(
        f"{one} to {other}"
        for one in (description.actors if actor == ANYONE else [actor])
        for other in (description.actors if target == ANYONE else [target])
        if one != other
    )
    return (*stem, key), (
        f"{value:g} holds for {key}, each pair by itself: name the pairs that you mean "
        f"(usual: {{{pair}: {value:g}}}), or lower it"
    )


def crowded(scenario: Scenario, answered: Collection[str]) -> Iterator[Note]:
    """Find the pair whose usual words or deeds fill nearly every round; the others are counted.

    Those that are answered stand for themselves.
    """
    description = scenario.description
    found: list[_Crowd] = []
    for actor, target in itertools.permutations(description.actors, 2):
        sums = []
        for kind in TRACKS:
            parts = [
                (use[1].value, name, use[0])
                for name, lever in description.levers.items()
                if track(lever) == kind and (use := usual(lever, actor, target))
            ]
            sums.append((sum(part[0] for part in parts), kind, sorted(parts, reverse=True)))
        total, kind, parts = max(sums, key=lambda one: one[0])
        if total >= _FULL - 1e-9:
            found.append((total, actor, target, kind, parts))
    left = [one for one in found if f"crowded {one[1]} to {one[2]}" not in answered]
    if left:
        yield _crowd(max(left, key=lambda one: one[0]), len(left) - 1, description)
    for one in found:
        if one not in left:
            yield _crowd(one, 0, description)


_Crowd = tuple[float, str, str, Track, list[tuple[float, str, str]]]
"""Sum of frequencies, actor, target, track; and of each lever its frequency, name and entry."""


def _crowd(one: _Crowd, more: int, description: Description) -> Note:
    total, actor, target, kind, parts = one
    _, name, key = parts[0]
    path = ("levers", name, "usual", key)
    most = listing([f"{name} {value:g}" for value, name, _ in parts[:3]])
    words: dict[str, Any] = {"track": kind, "actor": actor, "target": target}
    words |= {"most": most, "more": more, "about": f"{actor} to {target}"}
    return note(description, "crowded", path, total, **words)


def rounds(scenario: Scenario) -> Iterator[Note]:
    """Find a round of another length whose frequencies are still those of the base."""
    now, before = scenario.description.calendar.round, scenario.reference.calendar.round
    if now == before:
        return
    factor = MONTHS[now] / MONTHS[before]
    base, mine = (
        {
            (name, key): frequency.value
            for name, lever in one.levers.items()
            for key, frequency in lever.usual.items()
        }
        for one in (scenario.reference, scenario.description)
    )
    same = [use for use, value in mine.items() if base.get(use) == value]
    if not same:
        return
    lever, key = most = max(same, key=lambda use: mine[use])
    usual = mine[most]
    words: dict[str, Any] = {"before": before, "same": len(same), "all": len(mine), "about": ""}
    words |= {"lever": lever, "key": key, "usual": usual, "fitting": min(usual * factor, 0.999)}
    yield note(scenario.description, "round", ("calendar", "round"), factor, **words)
