"""Levers that serve nobody who takes part, by their own interests at the start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from sim.plausibility.trial import Trial, Weighed
from sim.plausibility.words import Found, actor_name, lever_name, note, shown
from sim.scenario.instances import DOES
from sim.scenario.phrases import parse
from sim.scenario.schema import Description
from sim.text import listing, number

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


def losing(weighed: Weighed, trial: Trial | None) -> Iterator[Found]:
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
    return f"mostly {_OF[component]}"


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


def against(weighed: Weighed, trial: Trial | None, told: set[str]) -> Iterator[Found]:
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
