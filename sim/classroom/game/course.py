"""The course of a game: what people and the teacher decided in it, and the world that follows.

A table plays one run. What its people chose and answered, and what the teacher let
happen, are kept by round; all the rest is the model's, by that run's draws. So the
game is its course: it can be played again, and branched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.model.compiled import CompiledScenario
from sim.model.draws import Past
from sim.model.quantiles import uncertain
from sim.model.world import World
from sim.scenario.cameo import Track
from sim.scenario.lookup import IN_FORCE
from sim.scenario.phrases import SYMMETRIC, Phrase
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.theories.protocol import PASS, Answer, Decision, Proposal, View
from sim.theories.quantal import quantal

CLASS_RUN = 0
"""The run that every table plays: equal luck, so that tables differ by their choices."""

Slot = tuple[str, str, Track]
"""Who acts or asks, toward whom, and whether it is a word or a deed."""
RoundSlot = tuple[int, str, str, Track]
"""The same with the round before it."""


@dataclass(frozen=True)
class Course:
    """What was decided so far; whatever is not is left to the model.

    Attributes
    ----------
    seed : int
    moves : mapping of (round, actor, target, track) to lever or None
        What people chose; None is to let the round pass.
    answers : mapping of (round, who asks, who is asked, track) to bool
        What people consented to, and what they refused.
    forced : mapping of round to events
        Events of the scenario that the teacher let happen.
    """

    seed: int
    moves: Mapping[RoundSlot, str | None] = field(default_factory=dict)
    answers: Mapping[RoundSlot, bool] = field(default_factory=dict)
    forced: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def known(course: Course, played: int, happened: int) -> Course:
    """A course up to the rounds that are over, with what was let happen up to another."""
    return replace(
        course,
        moves={slot: lever for slot, lever in course.moves.items() if slot[0] <= played},
        answers={slot: agreed for slot, agreed in course.answers.items() if slot[0] <= played},
        forced={at: events for at, events in course.forced.items() if at <= happened},
    )


@dataclass(frozen=True)
class BranchPoint:
    """Where a game stands, as far as its class can know: what a forecast starts from.

    Attributes
    ----------
    course : Course
        What was decided in the rounds that are over, and what was let happen up to now.
    played : int
        Rounds that are over.
    opened : bool
        The next round is open: its events have happened.
    """

    course: Course
    played: int = 0
    opened: bool = False

    @property
    def past(self) -> Past:
        """What all futures share."""
        own = self.played + 1
        return Past(CLASS_RUN, own, events=own + self.opened)

    @property
    def digest(self) -> str:
        """The same for the same point of the same game."""
        course = self.course
        parts = (course.moves, course.answers, course.forced)
        laid = (course.seed, *(sorted(part.items()) for part in parts), self.played, self.opened)
        return blake2b(repr(laid).encode(), digest_size=12).hexdigest()


def agree_by_chance(proposal: Proposal) -> Bools:
    """Agree with the model's chance, by the draw."""
    return proposal.draw < proposal.chance


Rules = tuple[dict[str, Decision], dict[str, Answer]]
"""How each actor decides, and how it answers."""


def rules(
    compiled: CompiledScenario,
    course: Course,
    decide: Decision = quantal,
    answer: Answer = agree_by_chance,
) -> Rules:
    """Rules of actors that follow a course.

    Parameters
    ----------
    course : Course
        Read as the world goes: what is decided for a round later on still counts.
    decide, answer
        How actors decide and answer where neither the course nor a theory of the file does.
    """
    directions, actors = compiled.layout.directions, compiled.layout.actors
    stated = compiled.seats

    def decision(view: View) -> Ints:
        slot = (view.round, *directions[view.direction], view.track)
        if slot not in course.moves:
            return stated.decisions.get(view.actor, decide)(view)
        lever = course.moves[slot]
        if lever is None:
            return np.full(view.draw.shape, PASS)
        number = view.levers.index(lever)
        return np.where(view.open[number], number, PASS)

    def consent(proposal: Proposal) -> Bools:
        slot = (proposal.round, *directions[proposal.direction], proposal.track)
        agreed = course.answers.get(slot)
        if agreed is None:
            return (stated.answers.get(proposal.target) or answer)(proposal)
        return np.full(proposal.draw.shape, agreed)

    return dict.fromkeys(actors, decision), dict.fromkeys(actors, consent)


def world_of(compiled: CompiledScenario, course: Course, *, interests: bool = False) -> World:
    """The class's own run at its start, that will follow a course.

    ``interests`` records every actor's own interest.
    """
    decisions, answers = rules(compiled, course)
    return World(
        compiled,
        course.seed,
        CLASS_RUN,
        decisions=decisions,
        answers=answers,
        forced=course.forced,
        interests=interests,
    )


# A scenario as one game has it: with its own draws, and from where it stands.

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
    numbers, x = world.drawn, world.x[:, 0]
    for path in uncertain(compiled.source):
        *way, last = path.split(".")
        place = kept
        for key in way:
            place = place[int(key) if isinstance(place, list) else key]
        place[last] = _number(numbers[path][0])
    kept["lens"] = None  # what each wants stands in its weights now
    for actor in kept["actors"].values():
        actor["lens"] = None
    for row, phrase in enumerate(compiled.layout.phrases):
        if phrase.kind in ("in_force", "in_force_by") or _no_stake(compiled, x, phrase):
            continue
        if phrase.kind == "office":  # counts rounds, and no spread
            ruling = kept["actors"][phrase.names[0]]["government"]
            ruling["in_office"] = round(float(x[row]))
            continue
        place, key = _place(kept, phrase)
        place[key] = _number(x[row])
    _put_in_force(kept, compiled, world)
    return Description.model_validate(kept)


def _put_in_force(kept: dict[str, Any], compiled: CompiledScenario, world: World) -> None:
    """Let be in force at the start what is now; what is suspended is not."""
    for arrangement in kept["arrangements"].values():
        arrangement["in_force"] = []
    statuses = world.read("status")[:, 0]
    for instance, status in zip(compiled.lasting.instances, statuses, strict=True):
        if status == IN_FORCE:
            joint = "to" if instance.one_sided else "and"
            text = f" {joint} ".join(instance.parties[:2])
            kept["arrangements"][instance.name]["in_force"].append(text)


def _no_stake(compiled: CompiledScenario, x: Floats, phrase: Phrase) -> bool:
    """Whether it is part of a stance that an actor does not have."""
    if phrase.kind not in ("position", "salience"):
        return False
    actor, issue = phrase.names
    stated = actor in compiled.description.issues[issue].stances
    # An event can give somebody a stake.
    return not stated and not x[compiled.layout.at("salience", actor, issue)]


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
