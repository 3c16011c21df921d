"""The record of what happens and lasts: its fields, and its tables for a description."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from sim.model.candidates import CandidateTable
from sim.model.conditions import (
    ConditionFields,
    condition_tables,
    of_events,
    of_levers,
    of_watches,
)
from sim.model.happenings import Events, HappeningFields, Watches, happening_tables
from sim.model.lasting import LastingFields, LastingTable
from sim.model.promising import PromisingFields, promising_tables
from sim.model.ruling import Governments, RulingFields, ruling_tables
from sim.model.shared_fields import SharedFields, Tables
from sim.scenario.field_types import Quantity
from sim.scenario.schema import Description


class Model(
    SharedFields, ConditionFields, HappeningFields, RulingFields, LastingFields, PromisingFields
):
    """All fields that these parts read or write."""


def memory_tables(
    description: Description,
    table: CandidateTable,
    number: Callable[[str], int],
    key: Callable[[str, str], int],
    spread: Callable[[str, Quantity], int],
    forced: Mapping[int, Collection[str]],
) -> Tables:
    """Make the tables of all of these parts but the shared one.

    ``number`` gives the row of a parameter, ``key`` the number of the key of a draw by purpose and
    name, ``spread`` the place in the table of spreads of a number with a spread, ``forced`` the
    events that happen in a round in any case.
    """
    events = Events(description, table)
    watches, lasting = Watches(description, table, events), LastingTable(description, table)
    rounds = description.calendar.rounds
    happen = events.forced(rounds, forced)
    conditions = of_levers(table), of_events(description, table), of_watches(description, table)
    return {
        **condition_tables(*conditions, number),
        **happening_tables(events, watches, table.layout, number, key, happen),
        **ruling_tables(Governments(description, table), table, rounds, number, key, spread),
        **lasting.tables(number),
        **promising_tables(lasting, table, number),
    }
