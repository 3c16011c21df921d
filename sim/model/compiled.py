"""A compiled scenario: everything about it that is the same in every run, made once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.arrays import Floats
from sim.model.beginning import beginning_tables
from sim.model.candidates import CandidateTable
from sim.model.changes import change_tables
from sim.model.choosing import choosing_tables
from sim.model.conditions import Conditions, condition_tables, of_events, of_levers, of_watches
from sim.model.disputes import dispute_tables
from sim.model.draws import central, uncertain
from sim.model.foresight import foresight_tables
from sim.model.happenings import Events, Watches, happening_tables
from sim.model.interests import interest_tables
from sim.model.lasting import LastingTable
from sim.model.layout import Layout
from sim.model.ordinary import base_tables, ordinary_tables
from sim.model.promising import promising_tables
from sim.model.record import Model
from sim.model.resolving import resolving_tables
from sim.model.rounds import round_tables
from sim.model.ruling import Governments, ruling_tables
from sim.model.workspace import Kept, Keys, Paths, Plan, Tables
from sim.scenario.cameo import TRACKS
from sim.scenario.phrases import Phrase, parse
from sim.scenario.scenario import Scenario, walk
from sim.scenario.schema import Description

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
        self.values = central(description)

    @property
    def rounds(self) -> int:
        """Rounds of the calendar."""
        return self.description.calendar.rounds

    def tables(self, path: Paths, key: Keys, *, parts: bool) -> Tables:
        """The tables of a description's ordinary times."""
        known, table = self.values, self.table
        nothing = Conditions(table, ())
        return {
            **beginning_tables(self, path, known),
            **condition_tables(of_levers(table), nothing, nothing, path),
            **self.lasting.tables(path),
            **promising_tables(self.lasting, table, path),
            **change_tables(self),
            **dispute_tables(self),
            **interest_tables(self, parts=parts),
            **foresight_tables(self),
            **choosing_tables(self, path, key),
            **resolving_tables(self, path, key, known, known),
            **ordinary_tables(self),
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
        description, table, layout = self.description, self.table, self.layout
        self.governments = Governments(description, table)
        self.events = Events(description, table)
        self.watches = Watches(description, table, self.events)
        self.slots = tuple((way, track) for way in layout.directions for track in TRACKS)
        self.slot_names = tuple(f"{a} to {t}, {track}" for (a, t), track in self.slots)
        self._plans: dict[bool, Plans] = {}

    def plans(self, *, parts: bool = False) -> Plans:
        """Where the numbers of runs lie; with room for values by component, or without."""
        if parts not in self._plans:
            self._plans[parts] = self._planned(parts)
        return self._plans[parts]

    def _planned(self, parts: bool) -> Plans:
        path, key = Paths(), Keys()
        tables = self.tables(path, key, parts=parts)
        described, table = self.description, self.table
        tables |= condition_tables(
            of_levers(table), of_events(described, table), of_watches(described, table), path
        )
        tables |= happening_tables(
            self.events, self.watches, self.layout, path, key, self.events.forced(self.rounds, {})
        )
        from sim.model.quantiles import spread

        tables |= ruling_tables(self.governments, table, self.rounds, path, key, spread)
        tables |= round_tables(self)
        for name in uncertain(self.source):
            path(name)
        base, there, base_values = self._base, Paths(), np.empty(0)
        plan = None
        shared: list[tuple[int, int]] | None = None
        if base is not None:
            base_tables_ = base.tables(there, Keys(), parts=parts)
            base_values = there.values(base.values)
            shared = [
                (path(name), there(name)) for name in self._shared(base) if name in there.rows
            ]
            base_tables_["parameter"] = Kept(len(there))
            plan = Plan.of(Model, base_tables_)
        tables |= base_tables(self, base or self, shared)
        tables["parameter"] = Kept(len(path))
        return Plans(Plan.of(Model, tables), plan, path, key, path.values(self.values), base_values)

    @cached_property
    def _base(self) -> CompiledDescription | None:
        """What ordinary times are made of, where that is not the scenario itself."""
        same = self.source.reference is self.source.description
        if same and not self.varied:
            return None
        return CompiledDescription(self.source.reference)

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
            phrase = parse(outcome.of) if outcome.of else None
            if phrase is not None and (row := self.layout.row(phrase)) not in rows:
                rows.append(row)
        return tuple(rows)

    @cached_property
    def recorded_phrases(self) -> tuple[Phrase, ...]:
        """The quantity on each recorded row."""
        return tuple(self.layout.phrases[row] for row in self.recorded)
