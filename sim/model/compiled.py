"""A compiled scenario: everything about it that is the same in every run, made once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.arrangements import LastingTable
from sim.model.beliefs import belief_tables
from sim.model.candidates import CandidateTable
from sim.model.changes import change_tables
from sim.model.choice import choice_tables
from sim.model.conditions import Conditions, condition_tables, of_events, of_levers, of_watches
from sim.model.draws import central
from sim.model.events import Events, Watches, event_tables
from sim.model.governments import Governments, government_tables
from sim.model.interests import interest_tables
from sim.model.layout import Layout
from sim.model.ledger import ledger_tables
from sim.model.look import look_tables, strips
from sim.model.ordinary import base_tables, ordinary_tables
from sim.model.own_interests import own_interest_tables
from sim.model.parts import part_tables
from sim.model.promises import promise_tables
from sim.model.quantiles import Spreads, parameter_tables
from sim.model.reactions import reaction_tables
from sim.model.record import Model
from sim.model.resolve import resolve_tables
from sim.model.rounds import round_tables
from sim.model.security import security_tables
from sim.model.start import start_tables
from sim.model.windows import Windows
from sim.model.workspace import Kept, Keys, Paths, Plan, Tables
from sim.remembered import remembered
from sim.scenario.cameo import TRACKS
from sim.scenario.formulas import phrases_of
from sim.scenario.lookup import theories_of
from sim.scenario.phrases import IN_FORCE_KINDS, Phrase
from sim.scenario.scenario import Scenario, walk
from sim.scenario.schema import Description
from sim.theories.seating import Seats, seated

_RECORDED = 2**23
"""Bytes that the records of a block may take."""
_MOST = 2**10
"""Runs of the largest block."""


@dataclass(frozen=True, eq=False)
class Plans:
    """Where the numbers of a scenario lie, and those of the reference.

    Attributes
    ----------
    own : Plan
    base : Plan or None
        That of ordinary times, where they are not the scenario's own.
    paths, keys
        The rows of parameters, and the streams of random numbers.
    values, base_values : shape (parameters,)
        The values of certain parameters, and the central ones at the reference.
    """

    own: Plan
    base: Plan | None
    paths: Paths
    keys: Keys
    values: Floats
    base_values: Floats


class CompiledDescription:
    """A description as index arrays: its layout and candidates."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self.layout = layout = Layout.of(description)
        self.table = table = CandidateTable(description, layout)
        self.keys = table.keys
        self.lasting = LastingTable(description, table)
        self.windows = Windows(table)
        self.requirements = of_levers(table, self.windows)
        self.values = central(description)
        self._plans: dict[bool, Plans] = {}
        self._by_ways: dict[bool, Plan] = {}

    @property
    def rounds(self) -> int:
        """Rounds of the calendar."""
        return self.description.calendar.rounds

    @property
    def look_rows(self) -> int:
        """Rows of the largest table that a look makes: values, odds or effects."""
        tables = self.plans().own.tables
        odds = tables["pairs"] + 2 * tables["triples"] + len(tables["shift_pair"])
        return max(len(self.table) * len(self.layout.actors), odds, len(self.table.effects))

    def plans(self, *, parts: bool = False) -> Plans:
        """Where numbers lie; with room for values by component, or without."""
        if parts not in self._plans:
            self._plans[parts] = self._laid_out(strips(self.table), parts=parts)
        return self._plans[parts]

    def by_ways(self, *, parts: bool = False) -> Plan:
        """The same, with a strip of candidates for each ordered pair that has any.

        What lasts lies where it lies in :meth:`plans`.
        """
        if parts not in self._by_ways:
            ways = self.table.slot // len(TRACKS)
            cuts = np.append(0, np.flatnonzero(np.diff(ways, append=-1)) + 1)
            self._by_ways[parts] = self._laid_out(cuts, parts=parts).own
        return self._by_ways[parts]

    def _laid_out(self, cuts: Ints, *, parts: bool) -> Plans:
        """Where numbers lie, with such strips of candidates."""
        path, key = Paths(), Keys()
        tables = self._tables(path, key, cuts, parts=parts)
        return self._planned(tables, path, key, parts=parts)

    def _planned(self, tables: Tables, path: Paths, key: Keys, *, parts: bool) -> Plans:
        tables = {"parameter": Kept(len(path)), **tables}
        values = path.values(self.values)
        return Plans(Plan.of(Model, tables), None, path, key, values, values)

    def _waited_for(self) -> tuple[Conditions, Conditions]:
        """The conditions of events, and of what is waited for: in ordinary times none."""
        nothing = Conditions(self.table, self.windows, ())
        return nothing, nothing

    def _tables(self, path: Paths, key: Keys, cuts: Ints, *, parts: bool) -> Tables:
        """The tables of a description's ordinary times."""
        known, table = self.values, self.table
        return {
            **start_tables(self, path, known),
            **condition_tables(self.requirements, *self._waited_for(), path),
            **self.windows.tables(),
            **self.lasting.tables(path),
            **promise_tables(self.lasting, table, path),
            **look_tables(cuts),
            **change_tables(self),
            **security_tables(self, cuts),
            **interest_tables(self, cuts, parts=parts),
            **own_interest_tables(self, cuts, path),
            **reaction_tables(self, cuts),
            **choice_tables(self, path, key),
            **resolve_tables(self, path, key, known),
            **part_tables(self, parts=parts),
            **ordinary_tables(self, cuts),
        }


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
        self.slow: set[tuple[str, int]] = set()  # theories of which it was said
        description, table, layout = self.description, self.table, self.layout
        self.governments = Governments(description, table)
        self.events = Events(description, table)
        self.watches = Watches(description, table, self.events)
        self.slots = tuple((way, track) for way in layout.directions for track in TRACKS)
        self.slot_names = tuple(f"{a} to {t}, {track}" for (a, t), track in self.slots)

    @cached_property
    def seats(self) -> Seats:
        """The theories that the file gives to actors."""
        return seated(theories_of(self.description) or None, self.layout.actors)

    def _waited_for(self) -> tuple[Conditions, Conditions]:
        parts = self.description, self.table, self.windows
        return of_events(*parts), of_watches(*parts)

    def _tables(self, path: Paths, key: Keys, cuts: Ints, *, parts: bool) -> Tables:
        spread = Spreads()
        tables = {
            **super()._tables(path, key, cuts, parts=parts),
            **event_tables(
                self.events,
                self.watches,
                self.layout,
                path,
                key,
                self.events.forced(self.rounds, {}),
            ),
            **government_tables(self.governments, self.table, self.rounds, path, key, spread),
            **belief_tables(self, path),
            **(ledger_tables(self) if parts else {}),
            **round_tables(self),
            **parameter_tables(self.source, path, key, spread),
        }
        return {**tables, **spread.tables()}

    def _planned(self, tables: Tables, path: Paths, key: Keys, *, parts: bool) -> Plans:
        base = self._base
        shared, there = None, base.plans(parts=parts) if base else None
        if base is not None and there is not None:
            used = there.paths.rows
            shared = [(path(name), used[name]) for name in self._shared(base) if name in used]
        tables = {
            **tables,
            **base_tables(self, base or self, shared),
            "parameter": Kept(len(path)),
        }
        return Plans(
            Plan.of(Model, tables),
            there.own if there else None,
            path,
            key,
            path.values(self.values),
            there.values if there else np.empty(0),
        )

    @cached_property
    def _base(self) -> CompiledDescription | None:
        """What ordinary times are made of, where that is not the scenario itself."""
        same = self.source.reference is self.source.description
        if same and not self.varied:
            return None
        return _described(self.source.reference)

    def _shared(self, base: CompiledDescription) -> tuple[str, ...]:
        """Parameters that take this run's draws at the reference, too.

        What is uncertain about the past is uncertain in ordinary times: the numbers that scenario
        and base have in common, and the theory's coefficients. What the scenario changes is a
        change, from the base's value.
        """
        here = self.source.parameters
        return tuple(
            parameter.path
            for parameter in walk(base.description)
            if parameter.path.startswith("coefficients.")
            or (
                parameter.path in here
                and parameter.path not in self.varied
                and parameter.same_number(here[parameter.path])
            )
        )

    @cached_property
    def block(self) -> int:
        """Runs that are best played together: a power of two, from 8 on.

        So many that calls cost little beside the work in them, and so few that their records
        stay near. It depends on the scenario alone, and no run depends on it.
        """
        moves = 3 * len(self.slots) + len(self.events.names)
        recorded = (self.rounds + 1) * (4 * len(self.recorded) + moves)
        return 2 ** (min(max(_RECORDED // recorded, 8), _MOST).bit_length() - 1)

    @cached_property
    def recorded(self) -> tuple[int, ...]:
        """Rows of the state that results keep: what moves, and what outcomes name."""
        rows = list(range(self.layout.moving.stop))
        rows += range(self.layout.in_force.start, len(self.layout.phrases))
        for outcome in self.description.outcomes.values():
            for phrase in phrases_of(outcome.of):
                lasting = phrase.kind in IN_FORCE_KINDS  # which are all there, or can never be
                if not lasting and (row := self.layout.row(phrase)) not in rows:
                    rows.append(row)
        return tuple(rows)

    @cached_property
    def recorded_phrases(self) -> tuple[Phrase, ...]:
        """The quantity on each recorded row."""
        return tuple(self.layout.phrases[row] for row in self.recorded)


@remembered(2)
def _described(description: Description) -> CompiledDescription:
    return CompiledDescription(description)


@remembered(2)
def compiled_scenario(scenario: Scenario, varied: Collection[str] = ()) -> CompiledScenario:
    """A scenario compiled; of the last ones the same again. ``varied`` can be hashed."""
    return CompiledScenario(scenario, varied)
