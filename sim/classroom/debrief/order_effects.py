"""What an order brought about, as numbers: differences with their intervals."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.scenario.cameo import Track
from sim.scenario.scenario import Scenario
from sim.statistics.measures import measures
from sim.statistics.paired_difference import paired

FEW = 10
"""Pairs that differ: with fewer no interval is worth its name."""


@dataclass(frozen=True)
class Option:
    """Something a seat might have done toward another; no lever is to let the round pass."""

    lever: str | None
    chance: float


@dataclass(frozen=True)
class Reasons:
    """Why a chance is not what it is in ordinary times, as changes of its log-odds.

    Attributes
    ----------
    interest : float
        From what it is worth to who decides.
    sentiment : float
        From how the two stand to one another.
    heat : float
        From the heat of their quarrel; consent does not depend on it.
    trust : float
        From how far who decides on consent trusts who asks.
    review : float
        From a new government's look at what its predecessors signed.
    """

    interest: float
    sentiment: float
    heat: float = 0.0
    trust: float = 0.0
    review: float = 0.0


@dataclass(frozen=True)
class Chosen:
    """What a seat did toward another, in words or in deeds, and what the model would have done.

    Attributes
    ----------
    track : {"words", "deeds"}
    options : tuple of Option
        All that was open, with the probability that the model gives each; likeliest first.
    chance : float
        The one it gave to what was done.
    usual : float
        The same in ordinary times.
    why : Reasons or None
        Why the two differ; None for letting it pass.
    """

    actor: str
    target: str
    track: Track
    lever: str | None
    options: tuple[Option, ...]
    chance: float
    usual: float
    why: Reasons | None

    @property
    def likeliest(self) -> Option:
        """What the model would most likely have done."""
        return self.options[0]


@dataclass(frozen=True)
class Answered:
    """A proposal and its answer.

    Attributes
    ----------
    chance : float
        The model's probability of consent.
    draw : float
        The number that decided, where the model did: below the chance, it agrees.
    usual : float
        The probability of consent in ordinary times.
    why : Reasons
        Why the two differ.
    """

    actor: str
    target: str
    track: Track
    lever: str
    agreed: bool
    asked_by_people: bool
    by_people: bool
    chance: float
    draw: float
    usual: float
    why: Reasons


@dataclass(frozen=True)
class Effect:
    """A difference: the order as it stood, less the model's choice.

    Attributes
    ----------
    low, high : float
        Its 95 % interval.
    spread : float
        Standard deviation over the futures in which the choice was the model's.
    differ : int
        Pairs of futures that differ at all.
    """

    mean: float
    low: float
    high: float
    spread: float
    differ: int

    @property
    def seldom(self) -> bool:
        """Whether too few pairs differ to say how surely."""
        return self.differ < FEW

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        return not self.seldom and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Order:
    """What one seat's order of a round brought about.

    Attributes
    ----------
    at_once : dict of outcome to Effect
        At the end of the round itself.
    own_at_once : Effect
        On the seat's own interest, then.
    outcomes, events : dict to Effect
        By the end: of each outcome, and of the probability of each watched event; but not
        what an order moves by being given: counts of levers that the seat was offered,
        and events that are the pulling of one that it chose.
    interest : dict of actor to Effect
        By the end: of each actor's own interest, in points.
    """

    actor: str
    at_once: dict[str, Effect]
    own_at_once: Effect
    outcomes: dict[str, Effect]
    events: dict[str, Effect]
    interest: dict[str, Effect]

    @property
    def own(self) -> Effect:
        """Of the seat's own interest, by the end."""
        return self.interest[self.actor]


@dataclass(frozen=True)
class Weighed:
    """A round that is over, weighed.

    Attributes
    ----------
    chosen : tuple of Chosen
        Of seats that people played.
    answers : tuple of Answered
        To every proposal of the round.
    orders : tuple of Order
    futures : int
        Pairs that each effect rests on, at most.
    """

    round: int
    chosen: tuple[Chosen, ...]
    answers: tuple[Answered, ...]
    orders: tuple[Order, ...]
    futures: int

    def levers(self, actor: str) -> frozenset[str]:
        """The levers of a seat's order."""
        mine = (one for one in self.chosen if one.actor == actor)
        return frozenset(one.lever for one in mine if one.lever is not None)

    def offered(self, actor: str) -> frozenset[str]:
        """The levers that it might have been of."""
        options = (option for one in self.chosen if one.actor == actor for option in one.options)
        return frozenset(option.lever for option in options if option.lever is not None)


@dataclass(frozen=True, eq=False)
class Ends:
    """What runs came to, each of shape ``(runs, columns)``; nan where one failed.

    Attributes
    ----------
    soon, soon_interest
        Outcomes and own interests at the end of the round that is weighed.
    outcomes, events, interest
        Those, and watched events, at the end.
    """

    soon: Floats
    soon_interest: Floats
    outcomes: Floats
    events: Floats
    interest: Floats

    @classmethod
    def joined(cls, parts: list[Ends]) -> Ends:
        """Of further runs, in their order."""
        return cls(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in cls.__dataclass_fields__
            )
        )


def weighed(
    scenario: Scenario,
    seat: str,
    left: Ends,
    stands: Ends,
    levers: Set[str] = frozenset(),
    offered: Set[str] = frozenset(),
) -> Order:
    """Compare a seat's order with the choice left to the model, run by run.

    Parameters
    ----------
    levers, offered : set of str
        What the order was of, and what it might have been of.
    """
    described = scenario.description
    actors = sorted(described.actors)
    soon = _effects(left.soon_interest, stands.soon_interest)
    counts = {
        name
        for name, item in described.outcomes.items()
        if item.by in (None, seat) and not offered.isdisjoint(item.acts)
    }
    events = _effects(left.events, stands.events, events=True)
    return Order(
        actor=seat,
        at_once=_of_outcomes(scenario, left.soon, stands.soon, counts),
        own_at_once=soon[actors.index(seat)],
        outcomes=_of_outcomes(scenario, left.outcomes, stands.outcomes, counts),
        events={
            name: effect
            for (name, watch), effect in zip(described.watch.items(), events, strict=True)
            if watch.lever not in levers or watch.by not in (None, seat)
        },
        interest=dict(zip(actors, _effects(left.interest, stands.interest), strict=True)),
    )


def _of_outcomes(
    scenario: Scenario, left: Floats, stands: Floats, but: Set[str]
) -> dict[str, Effect]:
    return {
        name: _effects(left[:, n : n + 1], stands[:, n : n + 1], whole=item.whole)[0]
        for n, (name, item) in enumerate(measures(scenario.description).items())
        if name not in but
    }


def _effects(
    left: Floats, stands: Floats, *, whole: bool = False, events: bool = False
) -> list[Effect]:
    found = paired(left, stands, whole=whole, events=events)
    low, high = found.interval()
    differ = ((left != stands) & np.isfinite(left) & np.isfinite(stands)).sum(axis=0)
    columns = zip(found.difference, low, high, found.spread, differ, strict=True)
    return [
        Effect(float(mean), float(least), float(most), float(spread), int(pairs))
        for mean, least, most, spread, pairs in columns
    ]
