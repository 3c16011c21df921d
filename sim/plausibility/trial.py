"""A few hundred short runs: what is used, what moves, how far everything comes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.model.compiled import CompiledScenario
from sim.model.layout import Layout
from sim.model.parts import parts_of
from sim.model.world import World
from sim.scenario.lookup import usual
from sim.scenario.phrases import Phrase
from sim.scenario.scenario import Scenario

SHORT_RUNS = 256
"""Runs that are played where the scenario is small enough."""
LEAST_SHORT_RUNS = 32
"""With fewer, nothing is said of what runs come to."""
WEIGHED = 64
"""Draws of the uncertain numbers over which values at the start are averaged."""
WORK = 2**24
"""Rows times rounds times runs that are played at most: about a second."""
CELLS = 2**18
"""Candidates times actors that are weighed at most."""


@dataclass(frozen=True, eq=False)
class Weighed:
    """What each candidate is worth at the start, to those who take part.

    Attributes
    ----------
    compiled : CompiledScenario
    value : shape (candidates, 2)
        Hundredths of weighed value to the actor and to the target, by their own
        interests, as the mean of the draws.
    parts : dict of component -> shape (candidates, 2)
    change : shape (effects,)
        What each effect would change.
    start : shape (rows of the state,)
    """

    compiled: CompiledScenario
    value: Floats
    parts: dict[str, Floats]
    change: Floats
    start: Floats

    @property
    def layout(self) -> Layout:
        """Where each quantity stands."""
        return self.compiled.layout


@dataclass(frozen=True, eq=False)
class Trial:
    """What short runs came to; runs that failed are left out.

    Attributes
    ----------
    compiled : CompiledScenario
    runs : int
    used : shape (candidates,)
        Uses per run, accepted where the target is asked.
    happened : shape (events,)
        How often each event happened, per run.
    change : shape (effects,)
        What each effect changed, per run, over all rounds.
    open : shape (candidates,)
        Share of the rounds in which it could be used.
    value : shape (candidates, 2)
        As of :class:`Weighed`, but where it could be used; nan where it never could.
    start, end, lowest, highest : shape (rows of the state, runs)
        Where each quantity began and ended, and how far it came at the end of any round.
    """

    compiled: CompiledScenario
    runs: int
    used: Floats
    happened: Floats
    change: Floats
    open: Floats
    value: Floats
    start: Floats
    end: Floats
    lowest: Floats
    highest: Floats

    @property
    def layout(self) -> Layout:
        """Where each quantity stands."""
        return self.compiled.layout

    def row(self, phrase: Phrase) -> int:
        """The row of a quantity."""
        return self.layout.row(phrase)


def candidate_cells(scenario: Scenario) -> int:
    """Candidates times actors, before any array is made."""
    description = scenario.description
    ids = list(description.actors)
    pairs = len(ids) * (len(ids) - 1)
    if pairs * len(description.levers) * len(ids) <= CELLS:
        return pairs * len(description.levers) * len(ids)
    found = sum(
        usual(lever, actor, target) is not None
        for lever in description.levers.values()
        for actor in ids
        for target in ids
        if actor != target
    )
    return found * len(ids)


def weigh(compiled: CompiledScenario) -> Weighed:
    """Value every candidate at the start of the scenario."""
    rows = max(compiled.look_rows, 1)
    runs = max(1, min(WEIGHED, CELLS // rows))
    world = World(compiled, compiled.description.seed, 0, runs, parts=True)
    world.evaluate_options()
    parts = party_parts(world).mean(axis=-1)
    weighed = Weighed(
        compiled,
        value=parts.sum(axis=0),
        parts=dict(zip(compiled.layout.components, parts, strict=True)),
        change=world.read("change").mean(axis=1),
        start=world.x.mean(axis=1),
    )
    world.close()
    return weighed


def party_parts(world: World) -> Floats:
    """Value of each candidate to its actor and its target, by component, in hundredths.

    Shape ``(components, candidates, 2, runs)``, of a world that keeps its parts.
    """
    compiled = world.compiled
    shape = (2, len(parts_of(compiled.description)), len(compiled.table), world.runs)
    by_side = world.read("worth_parts").reshape(shape)[:, : len(compiled.layout.components)]
    return np.moveaxis(by_side, 0, 2)


def play(compiled: CompiledScenario) -> Trial | None:
    """Play the first runs of a scenario, as many as are cheap.

    ``None`` where fewer than :data:`LEAST_SHORT_RUNS` are, or all have failed.
    """
    rows = max(compiled.look_rows, len(compiled.layout.phrases))
    runs = min(SHORT_RUNS, WORK // (rows * compiled.description.calendar.rounds))
    if runs < LEAST_SHORT_RUNS:
        return None
    parts = [
        _block(compiled, first, min(compiled.block, runs - first))
        for first in range(0, runs, compiled.block)
    ]
    reached = {name: np.concatenate([one[name] for one, _ in parts], axis=1) for name in _REACHED}
    summed = {name: np.sum([one[name] for _, one in parts], axis=0) for name in _SUMMED}
    kept = reached["start"].shape[1]
    if not kept:
        return None
    with np.errstate(invalid="ignore"):
        value = summed.pop("value") / summed["open"][:, None]
    per_run = {name: total / kept for name, total in summed.items()}
    per_run["open"] = summed["open"] / (kept * compiled.description.calendar.rounds)
    return Trial(compiled, kept, value=value, **per_run, **reached)


_REACHED = ("start", "end", "lowest", "highest")
_SUMMED = ("used", "happened", "change", "open", "value")
_Figures = dict[str, Floats]


def _block(compiled: CompiledScenario, first: int, runs: int) -> tuple[_Figures, _Figures]:
    """Play a block of runs: where its whole runs came, by run, and what they add up to."""
    world = World(compiled, compiled.description.seed, first, runs, parts=True)
    table = compiled.table
    start = world.x.copy()
    highest, lowest = np.full_like(start, -np.inf), np.full_like(start, np.inf)
    used, could = np.zeros((2, len(table), runs))
    happened = np.zeros((len(compiled.events.names), runs))
    change, value = np.zeros((len(table.effects), runs)), np.zeros((len(table), 2, runs))
    for _ in range(compiled.description.calendar.rounds):
        world.step()
        open_now, accepted = world.open & world.going, world.accepted
        used += accepted
        happened += world.happens
        could += open_now
        change += world.read("change") * accepted.take(table.effect_candidate, axis=0)
        value += party_parts(world).sum(axis=0) * open_now[:, None]
        np.fmax(highest, world.x, out=highest)
        np.fmin(lowest, world.x, out=lowest)
    whole = world.records.failed < 0
    reached = zip(_REACHED, (start, world.x, lowest, highest), strict=True)
    summed = zip(_SUMMED, (used, happened, change, could, value), strict=True)
    found = (
        {name: values[:, whole] for name, values in reached},
        {name: values[..., whole].sum(axis=-1) for name, values in summed},
    )
    world.close()
    return found
