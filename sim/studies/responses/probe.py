"""The start of a scenario, held still: one quantity is set, and every actor's odds are read.

Nothing is played. The state is that of the first look, before any event.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.errors import Fault, Place, ScenarioError, option
from sim.model.compiled import CompiledScenario
from sim.model.lasting import IN_FORCE as BEGUN
from sim.model.lasting import NONE
from sim.model.layout import Layout
from sim.model.world import World
from sim.scenario.cameo import TRACKS, track
from sim.scenario.phrases import BOUNDS, IN_FORCE, STATE, Kind, Phrase, forms, parse
from sim.scenario.scenario import Scenario
from sim.simulation.act_chances import options
from sim.text import closest, did_you_mean

RUNS = 256
"""Draws of the uncertain parameters over which odds are averaged."""
HELD = 2**24
"""Numbers in the largest array that a probe makes, at most."""
SETTABLE: tuple[Kind, ...] = (*STATE, "position", "salience")
LASTS: tuple[Kind, ...] = (*IN_FORCE, "trust")
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
        :data:`RUNS`, fewer of many actors, so that they fit in memory.
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
        most = max(HELD // max(compiled.utility.rows, 1), 1)
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
        runs = runs or max(min(RUNS, most), 1)
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
            before, status = world.x[row].copy(), world.lasting.status.copy()
            world.x[row] = value
            if phrase.kind in IN_FORCE:
                place = self.layout.instance(phrase)
                world.lasting.status[place] = BEGUN if value else NONE
            world.evaluate_options()
            world.x[row], world.lasting.status = before, status
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
            agree = world.assessment.agree[block].mean(axis=1)
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
