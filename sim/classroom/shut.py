"""Why a lever is not open to a seat, in a few words."""

from __future__ import annotations

from sim.classroom.table import Table
from sim.classroom.voice import Voice, level
from sim.model.conditions import NEVER as UNUSED
from sim.model.reasons import broken
from sim.results.lasting import IN_FORCE as STANDS
from sim.results.lasting import NONE, SUSPENDED
from sim.scenario.phrases import BEGUN, IN_FORCE, Phrase


def closed(table: Table, lever: str, actor: str, target: str) -> str:
    """Why a lever is not open now, in a few words; empty where it is.

    Parameters
    ----------
    lever : str
        An actor's, toward the target.
    """
    if table.levers(actor, target)[lever]:
        return ""
    described = table.setting.description
    status = dict(zip(table.instances, table.status(), strict=True))
    found, said = described.levers[lever], ""
    for what, names in (
        ("end", found.ends), ("suspend", found.suspends), ("resume", found.resumes),
    ):  # fmt: skip
        for name in names:
            here = next(
                (now for one, now in status.items()
                 if one.name == name and one.concerns(actor, target)), NONE,
            )  # fmt: skip
            shown = described.arrangements[name].name
            if what == "resume" and here != SUSPENDED:
                said = f"nothing is suspended to resume ({shown})"
            elif what == "suspend" and here != STANDS:
                said = f"nothing is in force to suspend ({shown})"
            elif what == "end" and here == NONE:
                said = f"nothing is in force to end ({shown})"
            if said:
                return said
    return "; ".join(_other_reasons(table, lever, actor, target))


def _other_reasons(table: Table, lever: str, actor: str, target: str) -> list[str]:
    """That it was done once, that an event closed it, or which of its limits do not hold."""
    world, keys = table.world, table.setting.keys
    found = table.setting.description.levers[lever]
    here, back = keys[lever, actor, target], keys.get((lever, target, actor))
    if found.once and any(world.last[k, 0] != UNUSED for k in (here, back) if k is not None):
        return ["it can be done only once, and was"]
    state = dict(zip(table.setting.layout.phrases, world.x[:, 0].tolist(), strict=True))
    voice = Voice(table.setting.description, actor)
    said = [
        _words(one.phrase, one.value, voice, target, low=one.value < one.at_least)
        for one in broken(world, here, state, world.last[:, 0])
    ]
    return said or (["an event has closed it"] if world.forbidden[here, 0] else [])


def _words(phrase: Phrase, value: float, voice: Voice, target: str, *, low: bool) -> str:
    described, name = voice.description, phrase.names[0]
    if phrase.kind in IN_FORCE:
        return f"{described.arrangements[name].name}: {'not in force' if low else 'in force'}"
    if phrase.kind in BEGUN:
        ago = "too short a time ago" if low else "too long ago, or never"
        return f"{described.arrangements[name].name}: begun {ago}"
    if phrase.kind == "since":
        ago = "too short a time ago" if low else "too long ago, or never"
        return f"“{described.levers[name].name}” was done {ago}"
    # How much another cares is its own secret.
    secret = phrase.kind in ("salience", "weight") and name != voice.you
    now = "" if secret else f" ({level(phrase, value)})"
    return f"{voice.quantity(phrase, target)} is too {'low' if low else 'high'}{now}"
