"""A compiled scenario: everything about it that is the same in every run, made once."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.arrangements import LastingTable
from sim.model.candidates import CandidateTable, Sum, integers
from sim.model.draws import Drawn
from sim.model.events import Conditions, Events, Governments, Watches
from sim.model.layout import Layout
from sim.model.reference import CombinedReference, Reference, ReferenceModel
from sim.model.theory import Saturation, Theory, start
from sim.model.utility import Utility
from sim.scenario.cameo import TRACKS
from sim.scenario.phrases import Phrase, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description

_CACHED = 2**18
"""Numbers in an array of which a processor's cache holds a few."""
_HELD = 2**23
"""Numbers in an array of which memory holds some tens."""
_RECORDED = 2**26
"""Bytes that the records of a block may take."""


class Reactors(NamedTuple):
    """Who reacts to whom: number of the reaction, third party, mover, share that falls on it."""

    row: Ints
    third: Ints
    mover: Ints
    share: Floats


class CompiledDescription:
    """A description as index arrays: its layout, candidates and utility."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self.layout = layout = Layout.of(description)
        self.table = table = CandidateTable(description, layout)
        self.keys = table.keys
        self.lasting = LastingTable(description, table)
        self.utility = Utility(table, self.lasting)
        self.requirements = Conditions(
            table,
            [
                (f"levers.{c.name}.requires", c.lever.requires, actor, target)
                for c, (_, actor, target) in zip(table.rows, table.keys, strict=True)
            ],
        )
        self._reactions()
        self._triads()
        self.usual = ReferenceModel(self)

    def begin(self, drawn: Drawn, runs: int, trust: Floats, *, stated: bool = True) -> Floats:
        """The state at the start; trust is as usual where none is ``stated``."""
        x = start(self.description, self.layout, drawn, runs)
        rows = self.layout.rows("trust")
        if self.layout.trusting:
            x[rows] = np.where(np.isnan(x[rows]) | (not stated), trust, x[rows])
        return x

    def _reactions(self) -> None:
        """Add reactions up by pair, half and half where two take part."""
        table = self.table
        row = np.arange(table.thirds.size)
        third = table.thirds.ravel()
        candidate = np.repeat(np.arange(len(table)), len(table.thirds.T))
        asked = np.flatnonzero(table.asks[candidate, 0])
        self.reactors = Reactors(
            row=np.concatenate([row, asked]),
            third=np.concatenate([third, third[asked]]),
            mover=np.concatenate([table.actor[candidate], table.target[candidate[asked]]]),
            share=np.where(np.isin(row, asked), 0.5, 1.0)[np.concatenate([row, asked])],
        )
        self._react_pair = Sum(
            self.layout.pair_number(self.reactors.third, self.reactors.mover),
            len(self.layout.pairs),
            self.reactors.row,
            len(row),
            self.reactors.share,
        )
        self._answer_pair = Sum(table.pair, len(self.layout.pairs))

    def warmth(self, reaction: Floats, answer: Floats, use: Floats, affinity: Floats) -> Floats:
        """Change of each affinity by what others make of acts, ``(pairs, runs)``.

        ``use`` is which acts took effect, or how often they are expected to; what fades, fades
        push by push from the affinity as it stands.
        """
        felt = reaction * use[:, None]
        felt = felt.reshape(-1, felt.shape[-1])
        answered = answer * use
        rows = self.layout.rows("affinity")
        room = Saturation.of(affinity, self.layout.low[rows], self.layout.high[rows])
        up, down = (
            self._react_pair(limit(felt, 0)) + self._answer_pair(limit(answered, 0))
            for limit in (np.maximum, np.minimum)
        )
        found: Floats = room.rise * up + room.fall * down
        return found

    def _triads(self) -> None:
        layout = self.layout
        thirds = layout.others(*layout.pair_ends)
        one, other = (layout.pair_number(thirds, end[:, None]) for end in layout.pair_ends)
        self._triad = Sum(np.repeat(np.arange(len(thirds)), len(thirds.T)), len(thirds))
        self._triad_sides = one.ravel(), other.ravel()
        self._thirds = max(len(layout.actors) - 2, 1)

    def pull(self, affinity: Floats, theory: Theory) -> Floats:
        """Pull of structural balance on each affinity in a round, ``(pairs, runs)``.

        The mean product of the pair's affinities with third actors (Heider 1946).
        """
        one, other = self._triad_sides
        mean = self._triad(affinity[one] * affinity[other]) / self._thirds
        found: Floats = theory.balance * (1 - affinity * affinity) * mean
        return found


class CompiledScenario(CompiledDescription):
    """A scenario as index arrays, shared by all of its runs.

    Parameters
    ----------
    scenario : Scenario
    varied : collection of str
        Paths of parameters that a study sets, as a change from ordinary times.
    """

    def __init__(self, scenario: Scenario, varied: Collection[str] = ()) -> None:
        super().__init__(scenario.description)
        self.varied = frozenset(varied)
        self.source = scenario
        description, table, layout = self.description, self.table, self.layout
        self.governments = Governments(description, table)
        self.events = Events(description, table)
        self.watches = Watches(description, table, self.events)
        self.sum_changes = Sum(table.effect_row, layout.moving.stop)
        self.sum_heat = Sum(table.pair, len(layout.pairs))
        self.slots = tuple((way, track) for way in layout.directions for track in TRACKS)
        self.slot_names = tuple(f"{a} to {t}, {track}" for (a, t), track in self.slots)
        self.sum_costs = Sum(np.repeat(layout.direction_ends[0], len(TRACKS)), len(layout.actors))
        # Candidates that can be used once, and the same lever of the target, which closes them.
        self.once = table.once
        back = [(name, target, actor) for name, actor, target in table.keys]
        self.returned = integers([table.keys.get(back[k], k) for k in self.once.tolist()])
        both = self.once < self.returned  # each two once; a lever of one side meets only itself
        self.crossing = np.stack([self.once[both], self.returned[both]])
        self.crossing_slots = table.slot[self.crossing]

    @cached_property
    def block(self) -> int:
        """Runs that are best played together: a power of two, from 4 to 4,096.

        So many that calls cost little beside the work in them, and so few that the
        largest array stays in a processor's cache; where already a few runs are too
        much for that, so few that it stays in memory, as do the records of all rounds.
        It depends on the scenario alone, and no run depends on it.
        """
        rows = max(self.utility.rows, 1)
        moves = 3 * len(self.slots) + len(self.events.names)
        recorded = (self.description.calendar.rounds + 1) * (4 * len(self.recorded) + moves)
        fitting = min(max(_CACHED // rows, min(32, _HELD // rows)), _RECORDED // recorded)
        return 2 ** min(max(fitting, 4).bit_length() - 1, 12)

    @cached_property
    def _reference(self) -> CombinedReference:
        same = self.source.reference is self.source.description
        return CombinedReference(self, self if same else CompiledDescription(self.source.reference))

    def reference(self, drawn: Drawn, runs: int) -> Reference:
        """What is usual: that of the base; what it has not got, that of the scenario."""
        return self._reference.at_start(drawn, runs)

    def reference_parts(self, drawn: Drawn, runs: int) -> Floats:
        """What worth in ordinary times is made of, shape ``(2, parts, candidates, runs)``."""
        found = self._reference.at_start(drawn, runs, parts=True).parts
        assert found is not None  # it was asked for
        return np.moveaxis(found, 0, 2)

    @cached_property
    def recorded(self) -> tuple[int, ...]:
        """Rows of the state that results keep: what moves, and what outcomes name."""
        rows = list(range(self.layout.moving.stop))
        rows += range(self.layout.in_force.start, len(self.layout.phrases))
        for outcome in self.description.outcomes.values():
            phrase = parse(outcome.of) if outcome.of else None
            if phrase is not None and (row := self.layout.row(phrase)) not in rows:
                rows.append(row)
        return tuple(rows)

    @cached_property
    def recorded_phrases(self) -> tuple[Phrase, ...]:
        """The quantity on each recorded row."""
        return tuple(self.layout.phrases[row] for row in self.recorded)
