"""What was read of a file of published data: typed rows, and an account of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple


class Row(NamedTuple):
    """One number of a file.

    Attributes
    ----------
    measure : str
        What it measures: ``cinc``, ``ideal point``, ``exports``; see the layout.
    state, partner : int
        Whom it is about, by the numbers of the Correlates of War; ``partner`` is 0 where the
        number is of one state alone. Where it has a direction it goes from ``state`` to
        ``partner``.
    year, month : int
        When; ``month`` is 0 where the year is all that is known.
    value : float
        The number, in the unit of the measure; never a code for missing.
    line : int
        Line of the file where it stands, from 1; where several lines were added up, the first.
    """

    measure: str
    state: int
    partner: int
    year: int
    month: int
    value: float
    line: int


@dataclass(frozen=True)
class Wanted:
    """Which rows are asked for.

    Attributes
    ----------
    states : set of int
        Only rows about these, and between these; empty for all states.
    until : int
        Nothing later than this year is read.
    """

    states: frozenset[int] = frozenset()
    until: int = 9999

    def has(self, state: int) -> bool:
        """Whether rows about a state are asked for."""
        return not self.states or state in self.states

    def pair(self, state: int, partner: int) -> bool:
        """Whether rows between two states are asked for."""
        return self.has(state) and self.has(partner)


@dataclass
class Unused:
    """Rows of a file that were not used, by reason.

    Attributes
    ----------
    count, first : dict of str to int
        How many rows there are for a reason, and the line of the first.
    """

    count: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    first: dict[str, int] = field(default_factory=dict)

    def add(self, reason: str, line: int) -> None:
        """Count a row that is not used."""
        self.count[reason] += 1
        self.first.setdefault(reason, line)

    def __iter__(self) -> Iterator[tuple[str, int, int]]:
        """Each reason with its number of rows and the first line."""
        for reason, number in self.count.items():
            yield reason, number, self.first[reason]


@dataclass(frozen=True)
class Table:
    """What was read of one file.

    Attributes
    ----------
    file : str
        Its name, as messages show it.
    layout : str
        Name of the layout by which it was read.
    kind : str
        What it is about: ``capabilities``, ``alliances``, ``trade``, ...
    rows : tuple of Row
        The numbers that were asked for.
    lines : int
        Lines of the file that were read, without its header.
    used : int
        Lines that a number was taken from.
    unused : Unused
        The others, by reason.
    vintage : str
        Which version of the data this is, as far as the file says so.
    days : tuple of date, or None
        First and last day that the file covers, of whatever states, up to the year asked for.
    traits : set of str
        Those of its layout, and what its lines tell beside.
    """

    file: str
    layout: str
    kind: str
    rows: tuple[Row, ...]
    lines: int
    used: int
    unused: Unused
    vintage: str = ""
    days: tuple[date, date] | None = None
    traits: frozenset[str] = frozenset()

    def series(self, measure: str, state: int, partner: int = 0) -> Mapping[int, float]:
        """The yearly values of a measure, by year; those of months added up."""
        return self._series.get((measure, state, partner), {})

    @cached_property
    def _series(self) -> dict[tuple[str, int, int], dict[int, float]]:
        found: dict[tuple[str, int, int], dict[int, float]] = defaultdict(dict)
        for row in sorted(self.rows, key=lambda one: (one.year, one.month)):
            years = found[row[:3]]
            years[row.year] = years.get(row.year, 0.0) + row.value
        return dict(found)

    @property
    def last_year(self) -> int:
        """The last year that the file covers, up to the year asked for; 0 where it covers none."""
        return self.days[1].year if self.days else 0
