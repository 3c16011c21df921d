"""The course of a game: what people laid down in it, and the world that comes of it.

A table plays one run. What its people chose and answered, and what the teacher
let happen, are laid down by round; all the rest is the model's, by that run's
draws. So the game is its course: it can be played again, and branched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from sim.arrays import Bools, Ints
from sim.model.choice import PASS, Answer, Decision, Proposal, View, quantal
from sim.model.compiled import Setting
from sim.model.random_streams import Past
from sim.model.world import World
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Event

RUN = 0
"""The run that every table plays: equal luck, so that tables differ by their choices."""

Turn = tuple[int, str, str, Track]
"""A round, who acts or asks, toward whom, and whether it is a word or a deed."""


@dataclass(frozen=True)
class Course:
    """What was laid down so far; whatever is not is left to the model.

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
    moves: Mapping[Turn, str | None] = field(default_factory=dict)
    answers: Mapping[Turn, bool] = field(default_factory=dict)
    forced: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def before(self, round: int) -> Course:
        """The course up to a round: what people did in it and later is left to the model."""
        return replace(
            self,
            moves={turn: lever for turn, lever in self.moves.items() if turn[0] < round},
            answers={turn: said for turn, said in self.answers.items() if turn[0] < round},
        )

    def without(self, round: int, actor: str) -> Course:
        """The course with one actor's choices of one round left to the model."""
        kept = {t: lever for t, lever in self.moves.items() if t[:2] != (round, actor)}
        return replace(self, moves=kept)


def slot(direction: int, track: Track) -> int:
    """The number of an ordered pair's words, or deeds, among what is picked in a round."""
    return direction * len(TRACKS) + TRACKS.index(track)


def with_events(scenario: Scenario, events: Mapping[str, Event]) -> Scenario:
    """The scenario with events that a teacher made up; ordinary times stay as they were."""
    if not events:
        return scenario
    described = scenario.description
    added = described.model_copy(update={"events": {**described.events, **events}})
    return replace(scenario, description=added)


def play(
    setting: Setting,
    course: Course,
    *,
    first: int = RUN,
    runs: int = 1,
    past: Past | None = None,
    decisions: Mapping[str, Decision] | None = None,
    answers: Mapping[str, Answer] | None = None,
) -> World:
    """A world at its start that will follow a course.

    Parameters
    ----------
    setting : Setting
    course : Course
        Read as the world goes: what is laid down for a round later on still counts.
    first, runs, past
        As for :class:`sim.model.world.World`.
    decisions : mapping of actor to Decision, optional
        How actors decide where the course says nothing; by quantal response otherwise.
    answers : mapping of actor to Answer, optional
        How actors answer where the course says nothing; by chance otherwise.
    """
    otherwise, replies = decisions or {}, answers or {}
    actors = setting.layout.actors
    return World(
        setting,
        course.seed,
        first,
        runs,
        {actor: _mover(course, setting, otherwise.get(actor, quantal)) for actor in actors},
        answers={
            actor: _answerer(course, setting, replies.get(actor, by_luck)) for actor in actors
        },
        forced=course.forced,
        past=past,
    )


def _mover(course: Course, setting: Setting, otherwise: Decision) -> Decision:
    def rule(view: View) -> Ints:
        turn = (view.round, *setting.layout.directions[view.direction], view.track)
        if turn not in course.moves:
            return otherwise(view)
        lever, runs = course.moves[turn], view.draw.shape
        if lever is None:
            return np.full(runs, PASS)
        number = view.levers.index(lever)
        return np.where(view.open[number], number, PASS)

    return rule


def by_luck(proposal: Proposal) -> Bools:
    """Agree with the model's chance, by the draw."""
    return proposal.draw < proposal.chance


def _answerer(course: Course, setting: Setting, otherwise: Answer) -> Answer:
    def rule(proposal: Proposal) -> Bools:
        asked = setting.layout.directions[proposal.direction]
        said = course.answers.get((proposal.round, *asked, proposal.track))
        if said is None:
            return otherwise(proposal)
        return np.full(proposal.draw.shape, said)

    return rule
