"""Rest: whether ordinary times stay as they are, where nothing happens from outside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.model.compiled import CompiledScenario
from sim.scenario.cameo import is_conflict
from sim.scenario.conditions import texts_in
from sim.scenario.formulas import texts
from sim.scenario.phrases import Kind, Phrase, parse
from sim.scenario.scenario import Scenario
from sim.simulation.block import chances
from sim.soundness.engine import at_least, played, with_rounds

ROUNDS = 16
"""Rounds over which drift is measured."""
LONG, _WINDOW = 100, 20
"""Rounds over which the conflict share is followed, in windows of so many."""
_KINDS: tuple[Kind, ...] = ("affinity", "tension", "support", "ties")
"""What rests in ordinary times."""
BUILT: tuple[Kind, ...] = ("commitment", "issue")
"""What acts build by design, usual ones too: shown, and not judged."""
_LEAST_SHARE = 0.02
"""A pair of which less than this share of the acts is conflict is shown and not judged."""


@dataclass(frozen=True)
class Drift:
    """How far the mean of a quantity moves over :data:`ROUNDS` rounds, with its standard error."""

    phrase: Phrase
    start: float
    end: float
    error: float

    @property
    def size(self) -> float:
        """How far it moves, up or down."""
        return abs(self.end - self.start)

    @property
    def least(self) -> float:
        """How far it moves at least, but for chance (95 %)."""
        return at_least(self.size, self.error)


@dataclass(frozen=True)
class ConflictShare:
    """What part of a pair's acts is conflict, in each window of :data:`_WINDOW` rounds.

    ``error`` is the standard error of the last window's difference from the first, as a share of
    the first; ``growing`` is the same with the trends that the file states: shown, not judged.
    """

    pair: tuple[str, str]
    windows: tuple[float, ...]
    error: float
    growing: tuple[float, ...]

    @property
    def judged(self) -> bool:
        """Whether there is enough conflict for a share of it to mean something."""
        return self.windows[0] >= _LEAST_SHARE

    @property
    def size(self) -> float:
        """Largest departure of a later window from the first, as a share of the first."""
        first = self.windows[0]
        return max(abs(one - first) for one in self.windows[1:]) / first if first else math.nan

    @property
    def least(self) -> float:
        """That departure at least, but for chance (95 %)."""
        return at_least(self.size, self.error)


class Rest(NamedTuple):
    """What was found of one base scenario."""

    scenario: Scenario
    drifts: tuple[Drift, ...]
    built: tuple[Drift, ...]
    shares: tuple[ConflictShare, ...]


def ordinary_times(scenario: Scenario) -> Scenario:
    """The base file of a scenario, without events, changes of government and watched events.

    Only a base file has ordinary times of its own: they are those of all files that
    extend it, and what these change is a change.
    """
    base = scenario.reference
    actors = {
        name: actor.model_copy(update={"government": None}) for name, actor in base.actors.items()
    }
    levers = {}
    for name, lever in base.levers.items():
        requires = {
            key: one
            for key, one in lever.requires.items()
            if not any(map(_of_office, texts_in({key: one})))
        }
        levers[name] = lever.model_copy(update={"requires": requires})
    outcomes = {
        n: one for n, one in base.outcomes.items() if not any(map(_of_office, texts(one.of)))
    }
    kept: dict[str, object] = {"actors": actors, "levers": levers, "outcomes": outcomes}
    still = base.model_copy(update={**kept, "events": {}, "watch": {}, "stop": ()})
    return replace(scenario, description=still, reference=still)


def _of_office(text: str) -> bool:
    """Whether a quantity needs a government."""
    phrase = parse(text)
    return phrase is not None and phrase.kind == "office"


def trends(scenario: Scenario) -> dict[str, float]:
    """All that moves because the file says so, set to 0."""
    return {
        path: 0.0
        for path, parameter in scenario.parameters.items()
        if path.endswith(("trend", "growth")) and (parameter.value or parameter.quantity.spread)
    }


def rest(scenario: Scenario, runs: int, long_runs: int) -> Rest:
    """Play the base without events and changes, and see what moves.

    ``runs`` are played over :data:`ROUNDS` rounds, ``long_runs`` over :data:`LONG`.
    """
    base = ordinary_times(scenario)
    stated = trends(base)
    acts = _acts(base, long_runs, stated)
    grown = _acts(base, long_runs, {}) if stated else acts
    pairs = CompiledScenario(base).layout.pairs
    shares = (_share(ends, acts[:, :, nth], grown[:, :, nth]) for nth, ends in enumerate(pairs))
    drifts = _drifts(base, runs)
    resting, built = (
        tuple(drift for drift in drifts if drift.phrase.kind in kinds) for kinds in (_KINDS, BUILT)
    )
    return Rest(scenario, resting, built, tuple(shares))


def _drifts(base: Scenario, runs: int) -> tuple[Drift, ...]:
    starts: list[Floats] = []
    ends: list[Floats] = []
    phrases: tuple[Phrase, ...] = ()
    rows: list[int] = []
    for _, world in played(with_rounds(base, ROUNDS), runs, numbers=trends(base)):
        if not rows:
            phrases = world.compiled.layout.phrases
            rows = [row for row, phrase in enumerate(phrases) if phrase.kind in (*_KINDS, *BUILT)]
        if world.now == ROUNDS:
            starts.append(world.records.state[0][rows].astype(float))
            ends.append(world.records.state[ROUNDS][rows].astype(float))
    start, end = (np.concatenate(parts, axis=1) for parts in (starts, ends))
    sound = np.isfinite(end).all(axis=0)  # a run that failed has no end
    start, end = start[:, sound], end[:, sound]
    moved = end - start
    error = moved.std(axis=1, ddof=1) / math.sqrt(moved.shape[1])
    figures = np.stack([start.mean(axis=1), end.mean(axis=1), error], axis=1).tolist()
    return tuple(Drift(phrases[row], *three) for row, three in zip(rows, figures, strict=True))


def _acts(base: Scenario, runs: int, numbers: Mapping[str, float]) -> Floats:
    """Acts and conflictual acts to be expected, shape ``(2, windows, pairs, runs)``."""
    compiled = CompiledScenario(base)
    table, layout = compiled.table, compiled.layout
    pair = layout.pair_number(table.actor, table.target)
    quarrel = np.array([is_conflict(c.lever) for c in table.rows], dtype=bool)
    found = np.zeros((2, LONG // _WINDOW, len(layout.pairs), runs))
    for span, world in played(with_rounds(base, LONG), runs, numbers=numbers):
        here = found[:, (world.now - 1) // _WINDOW, :, span.first : span.first + span.runs]
        done = chances(world).done
        np.add.at(here[0], pair, done)
        np.add.at(here[1], pair[quarrel], done[quarrel])
    return found


def _share(ends: tuple[str, str], acts: Floats, grown: Floats) -> ConflictShare:
    """The ratio of sums, and by the delta method the error of the last against the first."""
    windows, growing = (
        conflict.mean(axis=1) / np.maximum(every.mean(axis=1), 1e-12)
        for every, conflict in (acts, grown)
    )
    every, conflict = acts
    apart = (conflict - windows[:, None] * every) / np.maximum(every.mean(axis=1), 1e-12)[:, None]
    difference = apart[-1] - apart[0]
    error = float(difference.std(ddof=1) / math.sqrt(len(difference)))
    first = float(windows[0])
    relative = error / first if first else 0.0
    return ConflictShare(ends, tuple(windows.tolist()), relative, tuple(growing.tolist()))
