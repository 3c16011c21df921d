"""How an actor's choices move when one quantity of the state does: comparative statics.

All else as at the start, how do the probabilities of an actor's options change with one
quantity? Nothing is played: the state is that of the first look, before any event. See
``docs/model.md``, sections 6.5 and 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.errors import Fault, Place, ScenarioError, option
from sim.model.compiled import CompiledScenario
from sim.model.layout import Layout
from sim.model.world import World
from sim.scenario.cameo import TRACKS, Track, track
from sim.scenario.field_types import within
from sim.scenario.lookup import IN_FORCE, NONE
from sim.scenario.phrases import (
    BOUNDS,
    IN_FORCE_KINDS,
    MOVED_BY_LEVERS,
    STATE,
    Kind,
    Phrase,
    forms,
    parse,
)
from sim.scenario.scenario import Scenario
from sim.simulation.block import options
from sim.text import closest, did_you_mean

_RUNS = 256
"""Draws of the uncertain parameters over which odds are averaged."""
HELD = 2**24
"""Numbers in the largest array that a probe makes, at most."""
SETTABLE: tuple[Kind, ...] = (*STATE, "position", "salience")
LASTS: tuple[Kind, ...] = (*IN_FORCE_KINDS, "trust")
"""What can be set as well, where a scenario has it."""


@dataclass(frozen=True, eq=False)
class Odds:
    """What every actor is likely to choose and to accept, averaged over the draws.

    Attributes
    ----------
    idle : shape (directions, tracks)
        Probability of letting the round pass, in words and in deeds.
    choice : shape (directions, levers)
        Probability of each lever; 0 where it is not open. Those of one track sum to 1
        with its ``idle``.
    consent : shape (directions, levers)
        Probability that the target agrees if it is proposed; nan where nobody is asked.
    """

    idle: Floats
    choice: Floats
    consent: Floats


class Probe:
    """A scenario's start, in which one quantity at a time takes another value.

    Parameters
    ----------
    scenario : Scenario
    runs : int, optional
        Draws of the uncertain parameters: those of runs 0, 1, ... of an ensemble; by default
        256, fewer of many actors, so that they fit in memory.
    seed : int, optional
        The scenario's own where not given.

    Attributes
    ----------
    layout : Layout
        Names of actors, directions and quantities.
    levers : tuple of str
        All levers, in alphabetical order: the order in :class:`Odds`.
    tracks : tuple of {"words", "deeds"}
        Of each lever.
    runs : int
        How many draws there are.

    Raises
    ------
    ScenarioError
        For more draws than fit in memory.
    """

    def __init__(
        self, scenario: Scenario, runs: int | None = None, seed: int | None = None
    ) -> None:
        description = scenario.description
        compiled = CompiledScenario(scenario)
        most = max(HELD // max(compiled.look_rows, 1), 1)
        if runs is not None and runs > max(most, 4):
            raise ScenarioError(
                [
                    Fault(
                        Place("--runs"),
                        f"{runs:,} draws of {len(description.actors)} actors do not fit in memory",
                        f"write {max(most, 4):,} at the most",
                    )
                ]
            )
        runs = runs or max(min(_RUNS, most), 1)
        self.runs = runs
        self.layout = compiled.layout
        self.levers = tuple(sorted(description.levers))
        self.tracks = tuple(track(description.levers[name]) for name in self.levers)
        self._world = World(compiled, description.seed if seed is None else seed, 0, runs)
        self._found: dict[tuple[int, float], Odds] = {}

    def start(self, phrase: Phrase) -> float:
        """Where a quantity stands at the start, as the mean of the draws."""
        return float(self._world.x[self.layout.row(phrase)].mean())

    def range(self, phrase: Phrase) -> tuple[float, float]:
        """The values that a quantity may take; of power, half to twice its start."""
        if phrase.kind == "power":
            return self.start(phrase) / 2, 2 * self.start(phrase)
        return BOUNDS[phrase.kind]

    def odds(self, phrase: Phrase, value: float) -> Odds:
        """Odds with one quantity at ``value`` in every draw, and all else as it starts."""
        row = self.layout.row(phrase)
        key = row, float(value)
        if key not in self._found:
            world = self._world
            x, status = world.x, world.read("status")
            before, was = x[row].copy(), status.copy()
            x[row] = value
            if phrase.kind in IN_FORCE_KINDS:
                status[self.layout.instance(phrase)] = IN_FORCE if value else NONE
            world.glance()
            x[row], status[:] = before, was
            self._found[key] = self._read()
        return self._found[key]

    def _read(self) -> Odds:
        world, table = self._world, self._world.compiled.table
        place = {lever: number for number, lever in enumerate(self.levers)}
        shape = len(self.layout.directions), len(self.levers)
        idle = np.ones((shape[0], len(TRACKS)))
        choice, consent = np.zeros(shape), np.full(shape, np.nan)
        for slot, block in table.blocks:
            way, nth = divmod(slot, len(TRACKS))
            columns = np.array([place[candidate.name] for candidate in table.rows[block]])
            chance = options(world, block).mean(axis=1)
            idle[way, nth], choice[way, columns] = chance[0], chance[1:]
            agree = world.read("agree")[block].mean(axis=1)
            consent[way, columns] = np.where(table.asks[block, 0], agree, np.nan)
        return Odds(idle, choice, consent)


def known(actor: str, layout: Layout) -> str:
    """The actor, where the scenario has it.

    Raises
    ------
    ScenarioError
        Where it does not: with the nearest that it has.
    """
    if actor in layout.actors:
        return actor
    remedy = did_you_mean(actor, layout.actors, "actors")
    raise ScenarioError([Fault(Place(option("--actor")), f"there is no actor '{actor}'", remedy)])


def settable(text: str, layout: Layout) -> Phrase:
    """Read a phrase that names a quantity which a probe can set.

    Raises
    ------
    ScenarioError
        Where it is none of the scenario's: with the nearest that is.
    """
    phrase = parse(text)
    kinds = (*SETTABLE, *dict.fromkeys(one.kind for one in layout.phrases if one.kind in LASTS))
    if phrase is not None and phrase.kind in kinds:
        with suppress(KeyError):
            return layout.phrases[layout.row(phrase)]
    near = closest(text, (str(known) for known in layout.phrases if known.kind in kinds))
    hint = f"did you mean '{near}'? " if near else ""
    remedy = f"{hint}the forms are {forms(kinds)}"
    raise ScenarioError(
        [Fault(Place(option("--of")), f"'{text}' is no quantity of this scenario", remedy)]
    )


# The responses that a probe gives.

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


def response(
    probe: Probe, actor: str, phrase: str, values: Sequence[float] | None = None
) -> Response:
    """Set one quantity of the start to each of some values, and see what an actor would do.

    ``phrase`` names the quantity as in a scenario file, and ``values`` are in its unit; by default
    eleven over its range (of power, from half to twice its start; of what is in force 0 and 1).

    Raises
    ------
    ScenarioError
        For an actor or a quantity that the scenario does not have, or a value out of range.
    """
    known(actor, probe.layout)
    quantity = settable(phrase, probe.layout)
    low, high = probe.range(quantity)
    if values is None:
        points = 2 if quantity.kind in IN_FORCE_KINDS else POINTS
        return _at(probe, actor, quantity, np.linspace(low, high, points))
    given = np.unique(np.asarray(values, dtype=np.float64))
    if quantity.kind in IN_FORCE_KINDS and not set(given) <= {0, 1}:
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
    """Rank the quantities by how much they move what an actor chooses, the most telling first.

    Each quantity that levers can move, and trust, goes from a quarter of its range below
    its start to a quarter above, cut at its bounds; an arrangement is in force, or not. It
    ranks by the total variation of the choice for which that is largest: what changes the
    words, or the deeds, toward one partner tells, though it may leave the others alone. Those
    that move nothing are left out. Where there are more than 600 such quantities, only those
    that name the actor are looked at, and the issues.

    Raises
    ------
    ScenarioError
        For an actor that the scenario does not have.
    """
    known(actor, probe.layout)
    kinds = (*MOVED_BY_LEVERS, *LASTS)
    phrases = [one for one in probe.layout.phrases if one.kind in kinds]
    if len(phrases) > MOST_PROBED:
        phrases = [one for one in phrases if actor in one.names or one.kind == "issue"]
    every = (_near(probe, actor, phrase) for phrase in phrases)
    found = [one for one in every if one.largest.variation > 0]
    return tuple(sorted(found, key=lambda one: (-one.largest.variation, str(one.phrase))))


def _near(probe: Probe, actor: str, phrase: Phrase) -> Response:
    low, high = probe.range(phrase)
    reach, start = NEAR * (high - low), probe.start(phrase)
    ends = np.clip([start - reach, start + reach], low, high)
    if phrase.kind in IN_FORCE_KINDS:
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
