"""The record as yearly series, and what of it was known in a year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, permutations
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from sim.arrays import Floats
from sim.backtest.plan import AHEAD, BacktestPlan, Kind
from sim.country_data.folder import Folder, read_folder
from sim.country_data.recipes import QUADS, affinity_of_votes, conflict_share, ties_of
from sim.country_data.states import state_by_iso3
from sim.country_data.table import Table, Wanted
from sim.errors import Fault, Place, ScenarioError

KINDS: tuple[Kind, ...] = ("conflict", "affinity", "ties", "support")


class Series(NamedTuple):
    """What is forecast: a kind of quantity, and the states it is of, by code.

    ``conflict`` (share of conflict in all acts of the first toward the second), ``affinity`` (of
    two in alphabetical order), ``ties`` (of the first to the second), ``support`` (of one).
    """

    kind: Kind
    states: tuple[str, ...]

    @property
    def pair(self) -> tuple[str, ...]:
        """The states in alphabetical order: both directions of a pair have the same."""
        return tuple(sorted(self.states))


V = TypeVar("V")
Years = Mapping[int, float]
Quarters = Mapping[int, float]
"""By the number of a quarter, four times the year plus 0 to 3."""


@dataclass(frozen=True)
class History:
    """The record of some states up to a year.

    Attributes
    ----------
    acts : mapping of (actor, target) to mapping of year to counts, shape (4,)
        Events by quad class, in the order of ``QUADS``.
    years : mapping of Series to mapping of year to value
        Conflict shares and affinities (the latter means of the two years up to it, 1 less half
        the distance of UN ideal points), ties (twice the root of trade over the first state's
        GDP), and support in the last quarter, 0 to 1.
    quarters : mapping of state to mapping of quarter to value
        Support by quarter, from 0 to 1.
    power : mapping of state to mapping of year to value
        Share of the world's capability (CINC).
    pacts : mapping of (state, state) to frozenset of int
        Years in which a treaty bound the first to defend the second.
    """

    acts: Mapping[tuple[str, str], Mapping[int, Floats]]
    years: Mapping[Series, Years]
    quarters: Mapping[str, Quarters]
    power: Mapping[str, Years]
    pacts: Mapping[tuple[str, str], frozenset[int]]

    def until(self, year: int) -> History:
        """What the record says up to the end of a year, and nothing later."""
        return History(
            acts={way: _cut(one, year) for way, one in self.acts.items()},
            years={series: _cut(one, year) for series, one in self.years.items()},
            quarters={state: _cut(one, 4 * year + 3) for state, one in self.quarters.items()},
            power={state: _cut(one, year) for state, one in self.power.items()},
            pacts={way: frozenset(y for y in one if y <= year) for way, one in self.pacts.items()},
        )

    def of_kind(self, kind: Kind) -> list[Series]:
        """Series of a kind, in a fixed order."""
        return sorted(series for series in self.years if series.kind == kind)


def _cut(values: Mapping[int, V], last: int) -> dict[int, V]:
    return {time: value for time, value in values.items() if time <= last}


def read_history(folder: Path, plan: BacktestPlan) -> History:
    """Read what the backtest needs of a folder of published data; faults come together.

    Nothing later than the outcomes of the last start is read.

    Raises
    ------
    ScenarioError
        Where a state is not known, or the folder has nothing of a series that is asked for.
    """
    numbers = _numbers(plan)
    until = plan.last_start + AHEAD[-1]
    read = _Read(read_folder(folder, Wanted(frozenset(numbers.values()), until)), numbers, folder)
    acts = {way: read.acts(*way) for way in permutations(plan.states, 2)}
    years: dict[Series, Years] = {
        Series("conflict", way): {
            year: conflict_share(counts.tolist()) for year, counts in one.items()
        }
        for way, one in acts.items()
    }
    for two in combinations(sorted(plan.states), 2):
        years[Series("affinity", two)] = read.affinity(*two)
    for way in permutations(plan.states, 2):
        years[Series("ties", way)] = read.ties(*way)
    quarters = {state: read.support(file) for state, file in plan.approval.items()}
    for state, one_state in quarters.items():
        last = {time // 4: value for time, value in one_state.items() if time % 4 == 3}
        years[Series("support", (state,))] = last
    power = {state: read.series("capabilities", "cinc", state) for state in plan.states}
    pacts = {way: read.pacts(*way) for way in permutations(plan.states, 2)}
    if read.faults:
        raise ScenarioError(read.faults)
    return History(acts, years, quarters, power, pacts)


def _numbers(plan: BacktestPlan) -> dict[str, int]:
    """The number of each state by the Correlates of War."""
    found, faults = {}, []
    for code in plan.states:
        if (state := state_by_iso3(code, plan.last_start)) is None:
            place, problem = Place("states"), f"there was no state '{code}' in {plan.last_start}"
            faults.append(Fault(place, problem, "write an ISO 3166 code of three letters"))
        else:
            found[code] = state.number
    if faults:
        raise ScenarioError(faults)
    return found


class _Read:
    """What was read of a folder, and what it lacks."""

    def __init__(self, read: Folder, numbers: Mapping[str, int], folder: Path) -> None:
        self._read, self._numbers, self._folder = read, numbers, folder
        self.faults: list[Fault] = []

    def series(self, kind: str, measure: str, *states: str) -> dict[int, float]:
        """Yearly values of a measure; where there are none, a fault."""
        found = self._values(kind, measure, *states)
        if not found:
            self._lacks(f"{measure} of {' and '.join(states)}")
        return found

    def acts(self, actor: str, target: str) -> dict[int, Floats]:
        """Counts of events by year, shape ``(4,)``, of years that have all four."""
        found = [self.series("events", quad, actor, target) for quad in QUADS]
        return {
            year: np.array([one[year] for one in found])
            for year in found[0]
            if all(year in one for one in found)
        }

    def affinity(self, a: str, b: str) -> dict[int, float]:
        """Means of two years: odd and even sessions alternate, so that one says little."""
        one, other = (self.series("ideal points", "ideal point", state) for state in (a, b))
        apart = {year: abs(one[year] - other[year]) for year in one if year in other}
        return {
            year: affinity_of_votes([apart[year - 1], apart[year]])
            for year in apart
            if year - 1 in apart
        }

    def ties(self, a: str, b: str) -> dict[int, float]:
        """What the first gains from exchange with the second."""
        sold, bought = self.series("trade", "exports", a, b), self.series("trade", "exports", b, a)
        output = self.series("gdp", "gdp", a)
        return {
            year: ties_of(sold[year] + bought[year], output[year])
            for year in sold
            if year in bought and year in output
        }

    def support(self, name: str) -> dict[int, float]:
        """Means of quarters of which all three months are known."""
        months: dict[int, list[float]] = {}
        for table in self._tables("approval"):
            if Path(table.file).stem == name:
                for row in table.rows:
                    months.setdefault(4 * row.year + (row.month - 1) // 3, []).append(row.value)
        if not months:
            self._lacks(f"monthly approval in a file {name}")
        return {quarter: math.fsum(one) / 3 for quarter, one in months.items() if len(one) == 3}

    def pacts(self, a: str, b: str) -> frozenset[int]:
        """Years in which a treaty bound the first to defend the second; none without a record."""
        owed = self._values("alliances", "defence", a, b)
        return frozenset(year for year, one in owed.items() if one)

    def _tables(self, kind: str) -> list[Table]:
        return [table for table in self._read.tables if table.kind == kind]

    def _values(self, kind: str, measure: str, *states: str) -> dict[int, float]:
        numbers = [self._numbers[state] for state in states]
        found: dict[int, float] = {}
        for table in self._tables(kind):
            found |= table.series(measure, *numbers)
        return found

    def _lacks(self, what: str) -> None:
        remedy = "give the folder of the tables that docs/backtest.md lists (--data)"
        fault = Fault(Place(str(self._folder)), f"no file has {what}", remedy)
        if fault not in self.faults:
            self.faults.append(fault)
