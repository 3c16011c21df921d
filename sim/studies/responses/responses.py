"""Do actors respond? How an actor's choices move when one quantity of the state does.

The question of comparative statics, put to the model's quantal response: all
else as at the start, how do the probabilities of an actor's options change
with one quantity? See ``docs/model.md``, sections 6.5 and 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.errors import Fault, Place, ScenarioError
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.phrases import IN_FORCE, MOVED_BY_LEVERS, Phrase
from sim.scenario.quantity import within
from sim.scenario.scenario import Scenario
from sim.studies.responses.probe import LASTS, Probe, known, settable

POINTS = 11
"""Values at which a quantity is set, over its range: steps of a tenth."""
MOST_PROBED = 600
"""Quantities up to which all are ranked; of more, only those that name the actor, and issues."""
NEAR = 0.25
"""How far from its start a quantity is moved to see whether it tells: share of its range."""


@dataclass(frozen=True)
class Shift:
    """One option whose probability moves: a lever, and the other actor.

    ``low`` and ``high`` are its probabilities at the lowest and the highest value.
    """

    other: str
    lever: str
    low: float
    high: float

    @property
    def change(self) -> float:
        """Rise of the probability from the lowest to the highest value."""
        return self.high - self.low


class Moved(NamedTuple):
    """A choice of one actor toward another, of words or of deeds, and its total variation."""

    other: str
    track: Track
    variation: float


@dataclass(frozen=True, eq=False)
class Response:
    """What one actor is likely to do, by the value of one quantity.

    Attributes
    ----------
    actor : str
    phrase : Phrase
        The quantity that is set.
    start : float
        Where it stands at the scenario's start, as the mean of the draws.
    values : shape (values,)
        What it is set to, rising; in its unit.
    others : tuple of str
        The other actors.
    levers : tuple of str
    tracks : tuple of {"words", "deeds"}
        Of each lever.
    idle : shape (values, others, 2)
        Probability of letting the round pass toward each other, in words and in deeds.
    probability : shape (values, others, levers)
        Of each lever; those of one track sum to 1 with its ``idle``.
    consent : shape (values, others, levers)
        That it agrees if the other proposes the lever; nan where it is not asked.
    """

    actor: str
    phrase: Phrase
    start: float
    values: Floats
    others: tuple[str, ...]
    levers: tuple[str, ...]
    tracks: tuple[Track, ...]
    idle: Floats
    probability: Floats
    consent: Floats

    @property
    def variation(self) -> Floats:
        """Total variation distance of each choice at the two ends, shape ``(others, 2)``.

        The probability that has to move to turn one choice of words, or of deeds, into
        the other, 0 to 1.
        """
        moved = np.abs(self.probability[-1] - self.probability[0])
        of_track = np.array(
            [[one == track for track in TRACKS] for one in self.tracks], dtype=float
        )
        idle = np.abs(self.idle[-1] - self.idle[0])
        found: Floats = (moved @ of_track.reshape(-1, len(TRACKS)) + idle) / 2
        return found

    @property
    def largest(self) -> Moved:
        """The choice that moves most: toward whom, of words or of deeds, and how far."""
        other, track = np.unravel_index(self.variation.argmax(), self.variation.shape)
        return Moved(self.others[other], TRACKS[track], float(self.variation[other, track]))

    def movers(self, most: int | None = None) -> tuple[Shift, ...]:
        """Its levers by how much their probability moves, the largest first."""
        return self._shifts(self.probability, most)

    def answers(self, most: int | None = None) -> tuple[Shift, ...]:
        """Proposals to it by how much its consent moves, the largest first."""
        return self._shifts(self.consent, most)

    def chances(self, shift: Shift) -> Floats:
        """Probability of one lever toward one other, shape ``(values,)``."""
        nth = self.others.index(shift.other)
        return self.probability[:, nth, self.levers.index(shift.lever)]

    def _shifts(self, chances: Floats, most: int | None) -> tuple[Shift, ...]:
        found = [
            Shift(other, lever, float(low), float(high))
            for other, lows, highs in zip(self.others, chances[0], chances[-1], strict=True)
            for lever, low, high in zip(self.levers, lows, highs, strict=True)
            if low != high and np.isfinite(low)
        ]
        ranked = sorted(found, key=lambda one: (-abs(one.change), one.other, one.lever))
        return tuple(ranked[:most])


def respond(
    scenario: Scenario,
    actor: str,
    phrase: str,
    values: Sequence[float] | None = None,
    *,
    runs: int | None = None,
    seed: int | None = None,
) -> Response:
    """Set one quantity of the start to each of some values, and see what an actor would do.

    Parameters
    ----------
    scenario : Scenario
    actor : str
        Whose choices.
    phrase : str
        The quantity, as in a scenario file: ``tension of north and south``.
    values : sequence of float, optional
        In the quantity's unit, within its range; by default eleven over its range
        (of power, from half to twice its start; of what is in force 0 and 1).
    runs : int, optional
        Draws of the uncertain parameters to average over; by default 256, fewer of many actors.
    seed : int, optional
        The scenario's own where not given.

    Raises
    ------
    ScenarioError
        For an actor or a quantity that the scenario does not have, or a value out of range.
    """
    return response(Probe(scenario, runs, seed), actor, phrase, values)


def telling(
    scenario: Scenario, actor: str, *, runs: int | None = None, seed: int | None = None
) -> tuple[Response, ...]:
    """Rank the quantities by how much they move what an actor chooses.

    Each quantity that levers can move, and trust, goes from a quarter of its range below
    its start to a quarter above, cut at its bounds; an arrangement is in force, or not. It
    ranks by the total variation
    of the choice for which that is largest: what changes the words, or the deeds,
    toward one partner tells, though it may leave the others alone. Where there are more than 600
    such quantities, only those that name the actor are looked at, and the issues.

    Returns
    -------
    tuple of Response
        The most telling first, each at two values; those that move nothing are left out.

    Raises
    ------
    ScenarioError
        For an actor that the scenario does not have.
    """
    return ranked(Probe(scenario, runs, seed), actor)


def response(
    probe: Probe, actor: str, phrase: str, values: Sequence[float] | None = None
) -> Response:
    """As :func:`respond`, of a start that is probed more than once."""
    known(actor, probe.layout)
    quantity = settable(phrase, probe.layout)
    low, high = probe.range(quantity)
    if values is None:
        points = 2 if quantity.kind in IN_FORCE else POINTS
        return _at(probe, actor, quantity, np.linspace(low, high, points))
    given = np.unique(np.asarray(values, dtype=np.float64))
    if quantity.kind in IN_FORCE and not set(given) <= {0, 1}:
        remedy = "write 1 (in force), 0 (not), or both"
        raise ScenarioError([Fault(Place("values"), f"{values} for '{quantity}'", remedy)])
    if not given.size or not (low <= given[0] and given[-1] <= high):
        raise ScenarioError(
            [Fault(Place("values"), f"{values} for '{quantity}'", f"write {within(low, high)}")]
        )
    return _at(probe, actor, quantity, given)


def near(probe: Probe, actor: str, phrase: str) -> Response:
    """The response to a quarter of the range below the start, and to a quarter above."""
    known(actor, probe.layout)
    return _near(probe, actor, settable(phrase, probe.layout))


def ranked(probe: Probe, actor: str) -> tuple[Response, ...]:
    """As :func:`telling`, of a start that is probed more than once."""
    known(actor, probe.layout)
    found = [one for one in _all_near(probe, actor) if one.largest.variation > 0]
    return tuple(sorted(found, key=lambda one: (-one.largest.variation, str(one.phrase))))


def _all_near(probe: Probe, actor: str) -> Iterator[Response]:
    kinds = (*MOVED_BY_LEVERS, *LASTS)
    phrases = [one for one in probe.layout.phrases if one.kind in kinds]
    if len(phrases) > MOST_PROBED:
        phrases = [one for one in phrases if actor in one.names or one.kind == "issue"]
    for phrase in phrases:
        yield _near(probe, actor, phrase)


def _near(probe: Probe, actor: str, phrase: Phrase) -> Response:
    low, high = probe.range(phrase)
    reach, start = NEAR * (high - low), probe.start(phrase)
    ends = np.clip([start - reach, start + reach], low, high)
    if phrase.kind in IN_FORCE:
        ends = np.array([low, high])
    return _at(probe, actor, phrase, ends)


def _at(probe: Probe, actor: str, phrase: Phrase, values: Floats) -> Response:
    layout = probe.layout
    others = tuple(name for name in layout.actors if name != actor)
    toward = [layout.direction(actor, other) for other in others]
    asked = [layout.direction(other, actor) for other in others]
    odds = [probe.odds(phrase, float(value)) for value in values]
    return Response(
        actor=actor,
        phrase=phrase,
        start=probe.start(phrase),
        values=values,
        others=others,
        levers=probe.levers,
        tracks=probe.tracks,
        idle=np.stack([one.idle[toward] for one in odds]),
        probability=np.stack([one.choice[toward] for one in odds]),
        consent=np.stack([one.consent[asked] for one in odds]),
    )
