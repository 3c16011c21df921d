"""A scenario as one game has it: with its own draws, and from where it stands.

What a seat is told must be true of the game that it plays. There the uncertain
numbers have been drawn, and events may have changed what actors want; so briefs
and cards are written from a description whose every number is the game's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sim.classroom.game.course import Course, world_of
from sim.model.compiled import CompiledScenario
from sim.model.uncertain import uncertain
from sim.model.world import World
from sim.scenario.phrases import SYMMETRIC, Phrase
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description

WHY = "as this game has it"


def drawn(scenario: Scenario, seed: int | None = None) -> Scenario:
    """A scenario with the numbers that a class's world has at its start.

    Parameters
    ----------
    seed : int, optional
        The scenario's own where not given.
    """
    compiled = CompiledScenario(scenario)
    world = world_of(compiled, Course(scenario.description.seed if seed is None else seed))
    return replace(scenario, description=as_it_stands(compiled, world))


def as_it_stands(compiled: CompiledScenario, world: World) -> Description:
    """A description that begins where a world of one run stands, with nothing uncertain."""
    kept: dict[str, Any] = compiled.description.model_dump(mode="json")
    for path in uncertain(compiled.source):
        *way, last = path.split(".")
        place = kept
        for key in way:
            place = place[key]
        place[last] = _number(world.drawn[path][0])
    kept["lens"] = None  # what each wants stands in its weights now
    for actor in kept["actors"].values():
        actor["lens"] = None
    for row, phrase in enumerate(compiled.layout.phrases):
        if phrase.kind in ("in_force", "in_force_by") or _no_stake(compiled, world, phrase):
            continue
        if phrase.kind == "office":  # counts rounds, and no spread
            ruling = kept["actors"][phrase.names[0]]["government"]
            ruling["in_office"] = round(float(world.x[row, 0]))
            continue
        place, key = _place(kept, phrase)
        place[key] = _number(world.x[row, 0])
    _put_in_force(kept, compiled, world)
    return Description.model_validate(kept)


def _put_in_force(kept: dict[str, Any], compiled: CompiledScenario, world: World) -> None:
    """Let be in force at the start what is now; what is suspended is not."""
    for arrangement in kept["arrangements"].values():
        arrangement["in_force"] = []
    for instance, status in zip(
        compiled.lasting.instances, world.lasting.status[:, 0], strict=True
    ):
        if status == 1:
            joint = "to" if instance.one_sided else "and"
            text = f" {joint} ".join(instance.parties[:2])
            kept["arrangements"][instance.name]["in_force"].append(text)


def _no_stake(compiled: CompiledScenario, world: World, phrase: Phrase) -> bool:
    """Whether it is part of a stance that an actor does not have."""
    if phrase.kind not in ("position", "salience"):
        return False
    actor, issue = phrase.names
    stated = actor in compiled.description.issues[issue].stances
    # An event can give somebody a stake.
    return not stated and not world.x[compiled.layout.at("salience", actor, issue), 0]


def _number(value: float) -> dict[str, Any]:
    return {"value": float(value), "why": WHY}


def _place(kept: dict[str, Any], phrase: Phrase) -> tuple[dict[str, Any], str]:
    """Where a quantity of the state stands in a description."""
    kind, names = phrase.kind, phrase.names
    match kind:
        case "support" | "power":
            return kept["actors"][names[0]], kind
        case "weight":
            return kept["actors"][names[0]]["weights"], names[1]
        case "issue":
            return kept["issues"][names[0]], "outcome"
        case "position" | "salience":
            stances = kept["issues"][names[1]]["stances"]
            return stances.setdefault(names[0], {}), kind
    relations, joint = kept["relations"], "and" if kind in SYMMETRIC else "to"
    said = [f"{a} {joint} {b}" for a, b in ((names, names[::-1]) if joint == "and" else (names,))]
    key = next((one for one in said if one in relations), said[0])
    return relations.setdefault(key, {}), kind
