"""Everything about a scenario that is the same in every run, made once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.model.candidates import Bools, Ints, Sum, Table, integers
from sim.model.conditions import Conditions
from sim.model.decide import Choice, Reference
from sim.model.draws import Drawn, central
from sim.model.happenings import Events, Watches
from sim.model.interests import Interests, Look
from sim.model.layout import Layout
from sim.model.streams import Floats
from sim.model.theory import Theory, start
from sim.model.worth import parts_of_worth
from sim.scenario.parameters import walk
from sim.scenario.phrases import Phrase, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description

CACHED = 2**18
"""Numbers in an array of which a processor's cache holds a few."""
HELD = 2**23
"""Numbers in an array of which memory holds some tens."""
RECORDED = 2**26
"""Bytes that the records of a block may take."""


class Stage:
    """A description as index arrays: its layout, candidates and interests."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self.layout = Layout.of(description)
        self.table = Table(description, self.layout)
        self.interests = Interests(self.table)

    def ordinary(self, drawn: Drawn, runs: int) -> Reference:
        """Worth of each candidate at the start, for these parameter values."""
        return self._at_start(drawn, runs)[1]

    def ordinary_parts(self, drawn: Drawn, runs: int) -> Floats:
        """What that worth is made of, shape ``(candidates, 2, parts, runs)``."""
        look, reference, agree = self._at_start(drawn, runs, parts=True)
        parts = parts_of_worth(self.table, look, agree, reference.proposal)
        return np.moveaxis(parts, 2, 0)

    def _at_start(
        self, drawn: Drawn, runs: int, *, parts: bool = False
    ) -> tuple[Look, Reference, Floats]:
        theory, choice = Theory(self.table, drawn), Choice(self.table, drawn)
        x = start(self.description, self.layout, drawn, runs)
        worn = np.zeros((len(self.table), runs))
        look = self.interests.look(x, worn, theory, parts=parts)
        return look, choice.reference(look, theory), choice.usual_agreement

    @cached_property
    def keys(self) -> dict[Key, int]:
        """Number of each candidate by lever, actor and target."""
        names = self.layout.actors
        return {(c.name, names[c.actor], names[c.target]): k for k, c in enumerate(self.table.rows)}


Key = tuple[str, str, str]
Read = Callable[[Stage, Drawn], Sequence[Floats]]


class Reactors(NamedTuple):
    """Who reacts to whom: number of the reaction, third party, mover, share that falls on it."""

    row: Ints
    third: Ints
    mover: Ints
    share: Floats


class Setting(Stage):
    """A scenario as index arrays, shared by all of its runs.

    Parameters
    ----------
    scenario : Scenario
    varied : collection of str
        Paths of parameters that a study sets, as a change from ordinary times.
    """

    def __init__(self, scenario: Scenario, varied: Collection[str] = ()) -> None:
        super().__init__(scenario.description)
        self._varied = frozenset(varied)
        self.source = scenario
        description, table, layout = self.description, self.table, self.layout
        self.events = Events(description, table)
        self.watches = Watches(description, table, self.events)
        self.requirements = Conditions(
            table,
            [
                (
                    f"levers.{c.name}.requires",
                    c.lever.requires,
                    layout.actors[c.actor],
                    layout.actors[c.target],
                )
                for c in table.rows
            ],
        )
        self._once()
        self.sum_pushes = Sum(table.effect_row, layout.moving.stop)
        self.sum_costs = Sum(layout.direction_ends[0], len(layout.actors))
        self.ways = tuple(f"{actor} to {target}" for actor, target in layout.directions)
        self._reactions()
        self._triads()

    @cached_property
    def block(self) -> int:
        """Runs that are best played together: a power of two, from 4 to 4,096.

        So many that calls cost little beside the work in them, and so few that the
        largest array stays in a processor's cache; where already a few runs are too
        much for that, so few that it stays in memory, as do the records of all rounds.
        It depends on the scenario alone, and no run depends on it.
        """
        rows = max(self.interests.rows, 1)
        moves = 3 * len(self.layout.directions) + len(self.events.names)
        recorded = (self.description.calendar.rounds + 1) * (4 * len(self.recorded) + moves)
        fitting = min(max(CACHED // rows, min(32, HELD // rows)), RECORDED // recorded)
        return 2 ** min(max(fitting, 4).bit_length() - 1, 12)

    @cached_property
    def _base(self) -> Stage:
        same = self.source.reference is self.source.description
        return self if same else Stage(self.source.reference)

    def reference(self, drawn: Drawn, runs: int) -> Reference:
        """Worth of each candidate in ordinary times, shape ``(candidates, runs)``."""
        return Reference(
            *self._usual(
                drawn,
                lambda stage, values: (
                    (found := stage.ordinary(values, runs)).answer,
                    found.proposal,
                ),
            )
        )

    def reference_parts(self, drawn: Drawn, runs: int) -> Floats:
        """What that worth is made of, shape ``(2, parts, candidates, runs)``."""
        (found,) = self._usual(drawn, lambda stage, values: (stage.ordinary_parts(values, runs),))
        return np.moveaxis(found, 0, 2)

    def _usual(self, drawn: Drawn, read: Read) -> list[Floats]:
        """Read arrays, candidates first, off the base; what it has not got, off the scenario."""
        shared = {path: drawn[path] for path in self._shared}
        found = read(self._base, Drawn({**self._base_values, **shared}))
        own = self._in_base
        missing = own < 0
        here = read(self, drawn) if missing.any() else found
        usual = []
        for based, fresh in zip(found, here, strict=True):
            values = np.empty((len(own), *based.shape[1:]))
            values[~missing] = based[own[~missing]]
            if missing.any():
                values[missing] = fresh[missing]
            usual.append(values)
        return usual

    @cached_property
    def _in_base(self) -> Ints:
        """Number of each candidate in the base, -1 where the base has not got it."""
        keys = self._base.keys
        return integers([keys.get(key, -1) for key in self.keys])

    @cached_property
    def _base_values(self) -> Drawn:
        return central(self._base.description)

    @cached_property
    def _shared(self) -> tuple[str, ...]:
        """Parameters that take this run's draws at the reference, too.

        What is uncertain about the past is uncertain in ordinary times: the
        numbers that scenario and base have in common, and the theory's
        coefficients. What the scenario changes is a change, from the base's value.
        """
        here = self.source.parameters
        return tuple(
            parameter.path
            for parameter in walk(self._base.description)
            if parameter.path.startswith("coefficients.")
            or (
                parameter.path in here
                and parameter.path not in self._varied
                and parameter.same_number(here[parameter.path])
            )
        )

    @cached_property
    def recorded(self) -> tuple[int, ...]:
        """Rows of the state that results keep: what moves, and what outcomes name."""
        rows = list(range(self.layout.moving.stop))
        for outcome in self.description.outcomes.values():
            phrase = parse(outcome.of) if outcome.of else None
            if phrase is not None and (row := self.layout.row(phrase)) not in rows:
                rows.append(row)
        return tuple(rows)

    @cached_property
    def recorded_phrases(self) -> tuple[Phrase, ...]:
        """The quantity on each recorded row."""
        return tuple(self.layout.phrases[row] for row in self.recorded)

    def _once(self) -> None:
        """Candidates that can be used once, and the same lever of the target, which closes them."""
        names = self.layout.actors
        self.once = integers([k for k, c in enumerate(self.table.rows) if c.lever.once])
        self.returned = integers(
            [
                self.keys.get((c.name, names[c.target], names[c.actor]), k)
                for k, c in enumerate(self.table.rows)
                if c.lever.once
            ]
        )
        both = self.once < self.returned  # each two once; a lever of one side meets only itself
        self.crossing = np.stack([self.once[both], self.returned[both]])
        way = self.layout.direction_number(self.table.actor, self.table.target)
        self.crossing_ways = way[self.crossing]

    def _reactions(self) -> None:
        """Add reactions up by pair, half and half where two take part."""
        table = self.table
        row = np.arange(table.thirds.size)
        third, candidate = (
            table.thirds.ravel(),
            np.repeat(np.arange(len(table)), len(table.thirds.T)),
        )
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
            of=self.reactors.row,
            rows=len(row),
            sign=self.reactors.share,
        )

    def warmth(self, reaction: Floats, accepted: Bools) -> Floats:
        """Push on each affinity from third parties' reactions, ``(pairs, runs)``."""
        felt = reaction * accepted[:, None]
        return self._react_pair(felt.reshape(-1, felt.shape[-1]))

    def _triads(self) -> None:
        layout = self.layout
        thirds = layout.others(*layout.pair_ends)
        one, other = (layout.pair_number(thirds, end[:, None]) for end in layout.pair_ends)
        self._triad = Sum(np.repeat(np.arange(len(thirds)), len(thirds.T)), len(thirds))
        self._triad_sides = one.ravel(), other.ravel()
        self._thirds = max(len(layout.actors) - 2, 1)

    def balance(self, affinity: Floats) -> Floats:
        """Mean product of each pair's affinities with third actors (Heider 1946)."""
        one, other = self._triad_sides
        return self._triad(affinity[one] * affinity[other]) / self._thirds
