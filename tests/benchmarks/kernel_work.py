"""Where the scalar kernel writes: arrays made once, and the names of their columns."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tests.benchmarks import kernel_tables as t
from tests.benchmarks.kernel_tables import Tables, record

SECURITY, PROSPERITY, ISSUES, STANDING, BACKING = range(5)
"""Components of interest, in the order of their weights in the state."""
PATIENCE, AUDIENCE, GROWTH = range(3)
ROOM = record("pushed_up pushed_down up down", float)
"""Share of a push that counts, up and down, and the most it may change."""
ACTOR = record(
    "by_affinity by_commitment by_tension by_ties by_standing by_support power fare tied squared "
    "safer dearer value given", float,
)  # fmt: skip
"""What changes are worth to an actor, how it stands, what a candidate changes."""
LEAN = record("leaning powered ahead", float)
PAIR = record("side whole odds now tension", float)
STANCE = record("position distance salience stake", float)


class Work(NamedTuple):
    """Where a run of the kernel writes, made once for all runs.

    Attributes
    ----------
    theory : shape (coefficients,)
    traits : shape (3, actors)
    future : shape (kinds, actors)
        Discounted future of a change, by kind of quantity.
    future_issue : shape (actors, issues)
    stance : shape (issues x actors,)
    size, push : shape (effects,)
    usual, consent, burden, agree, score : shape (candidates,)
        Logarithm of usual odds, log-odds of usual consent, burden of the cost,
        chance of consent, score.
    cost : shape (candidates,)
    room : shape (moving,)
    actor : shape (actors,)
    weight : shape (actors, 5)
    bond, price : shape (actors, actors)
    lean : shape (leans,)
    pair : shape (pairs,)
    stands : shape (actors x actors,)
    shift : shape (actors x actors,)
    reaction : shape (candidates, actors)
    worth : shape (2, candidates)
        To the actor, to the target.
    worn, is_open : shape (candidates,)
    """

    theory: Any
    traits: Any
    future: Any
    future_issue: Any
    stance: Any
    size: Any
    push: Any
    usual: Any
    consent: Any
    burden: Any
    agree: Any
    score: Any
    cost: Any
    room: Any
    actor: Any
    weight: Any
    bond: Any
    price: Any
    lean: Any
    pair: Any
    stands: Any
    shift: Any
    reaction: Any
    worth: Any
    worn: Any
    is_open: Any


def workspace(tables: Tables) -> Work:
    """Make room for one run."""
    actors, issues, moving = tables.actors, tables.issues, tables.moving
    effects, candidates, leans = map(len, (tables.effects, tables.candidates, tables.leans))
    return Work(
        theory=np.zeros(len(t.COEFFICIENTS)),
        traits=np.zeros((3, actors)),
        future=np.zeros((5, actors)),
        future_issue=np.zeros((actors, issues)),
        stance=np.zeros(actors * issues, STANCE),
        size=np.zeros(effects),
        push=np.zeros(effects),
        usual=np.zeros(candidates),
        consent=np.zeros(candidates),
        burden=np.zeros(candidates),
        agree=np.zeros(candidates),
        score=np.zeros(candidates),
        cost=np.zeros(candidates),
        room=np.zeros(moving, ROOM),
        actor=np.zeros(actors, ACTOR),
        weight=np.zeros((actors, 5)),
        bond=np.zeros((actors, actors)),
        price=np.zeros((actors, actors)),
        lean=np.zeros(leans, LEAN),
        pair=np.zeros(actors * (actors - 1) // 2, PAIR),
        stands=np.zeros(actors * actors),
        shift=np.zeros(actors * actors),
        reaction=np.zeros((candidates, actors)),
        worth=np.zeros((2, candidates)),
        worn=np.zeros(candidates),
        is_open=np.ones(candidates, np.bool_),
    )


class Place(NamedTuple):
    """Where one run stands.

    Attributes
    ----------
    x, baseline, x_base : shape (rows,)
        The state, what it goes back to, the base's start.
    values : shape (places,)
        The run's value of every number.
    usual : shape (2, candidates)
        Worth in ordinary times, to the target and to the actor.
    total, after : shape (moving,)
    used, forbidden : shape (candidates,)
        ``used`` is the round of last use, 0 for never.
    picked, agreed : shape (directions with levers,)
    happens, ever : shape (events,)
    draws : shape (lanes, rounds + 1, streams)
    """

    x: Any
    baseline: Any
    x_base: Any
    values: Any
    usual: Any
    total: Any
    after: Any
    used: Any
    forbidden: Any
    picked: Any
    agreed: Any
    happens: Any
    ever: Any
    draws: Any


def place_of_run(
    base: Tables, own: Tables, values: int, draws: tuple[int, int, int], events: int
) -> Place:
    """Make room for where a run stands."""
    candidates, blocks = len(own.candidates), len(own.blocks)
    return Place(
        x=np.zeros(len(own.start)),
        baseline=np.zeros(len(own.start)),
        x_base=np.zeros(len(base.start)),
        values=np.zeros(values),
        usual=np.zeros((2, len(base.candidates))),
        total=np.zeros(own.moving),
        after=np.zeros(own.moving),
        used=np.zeros(candidates, np.int64),
        forbidden=np.zeros(candidates, np.bool_),
        picked=np.zeros(blocks, np.int64),
        agreed=np.zeros(blocks, np.bool_),
        happens=np.zeros(events, np.bool_),
        ever=np.zeros(events, np.bool_),
        draws=np.zeros(draws),
    )
