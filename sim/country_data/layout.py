"""How a kind of published file is recognised and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sim.country_data.states import BY_NUMBER, State
from sim.country_data.table import Row, Table, Unused, Wanted
from sim.country_data.text_table import TextTable, plain_name

LATER = "later than the year asked for"
OTHERS = "about other states"
NOT_THEN = "about a state in a year in which it was none"
MISSING_VALUE = "without a value"
TWICE = "said before"
NO_STATE = "about no state of our list"


@dataclass
class Reading:
    """A file while it is read: rows found, rows left out, and faults.

    Attributes
    ----------
    table : TextTable
        The file.
    wanted : Wanted
        Which rows are asked for.
    ids : set of str
        Events that were read so far, here and in other files of the layout.
    traits : set of str
        Those of the layout, and what the lines tell beside.
    """

    table: TextTable
    wanted: Wanted
    ids: set[str] = field(default_factory=set)
    traits: frozenset[str] = frozenset()
    rows: list[Row] = field(default_factory=list)
    unused: Unused = field(default_factory=Unused)
    vintage: str = ""
    first: date | None = None
    last: date | None = None
    _used: set[int] = field(default_factory=set)
    _seen: dict[tuple[str, int, int, int, int], Row] = field(default_factory=dict)

    def leave(self, reason: str, line: int) -> None:
        """Leave a line out."""
        self.unused.add(reason, line)

    def in_time(self, when: date | int | None, line: int) -> bool:
        """Whether a year or day is given and not too late; it widens what the file covers."""
        if when is None:
            self.leave("without a year", line)
            return False
        first = last = when if isinstance(when, date) else None
        if isinstance(when, int):
            first, last = date(when, 1, 1), date(when, 12, 31)
        assert first is not None
        assert last is not None
        if first.year > self.wanted.until:
            self.leave(LATER, line)
            return False
        self.first = min(self.first or first, first)
        self.last = max(self.last or last, last)
        return True

    def by_year(self, at: int) -> Iterator[tuple[int, list[str], int]]:
        """The lines of years that are asked for: number, cells, and the year in column ``at``."""
        for line, cells in self.table:
            year = self.table.year(cells[at], line, "year")
            if self.in_time(year, line) and year is not None:
                yield line, cells, year

    def state(self, number: int | None, year: int, line: int) -> State | None:
        """The state of a number of the Correlates of War that is asked for in a year."""
        known = None if number is None else BY_NUMBER.get(number)
        return self.kept(known, year, line)

    def kept(self, state: State | None, year: int, line: int) -> State | None:
        """A state that was found, if rows about it are asked for and it was one in that year."""
        if state is None:
            self.leave(NO_STATE, line)
        elif not self.wanted.has(state.number):
            self.leave(OTHERS, line)
        elif not state.existed(year):
            self.leave(NOT_THEN, line)
        else:
            return state
        return None

    def add(
        self,
        measure: str,
        states: tuple[int, int],
        when: tuple[int, int],
        value: float,
        line: int,
        within: tuple[float, float] | None = None,
    ) -> None:
        """Take a number of a line.

        ``states``: state and partner, or 0; ``when``: year and month, or 0; ``within``: what
        the number can be at least and at most.
        """
        if within is not None and not within[0] <= value <= within[1]:
            low, high = within
            self.table.refuse(
                line, measure, f"{value:g} is out of range", f"it lies from {low:g} to {high:g}"
            )
            return
        row = Row(measure, *states, *when, value, line)
        first = self._seen.setdefault(row[:5], row)
        if first is row:
            self.rows.append(row)
            if line:  # sums of the whole file have none
                self._used.add(line)
        elif first.value == value:
            self.leave(TWICE, line)
        else:
            self.table.refuse(
                line,
                "",
                f"{measure} is {value:g} here and {first.value:g} on line {first.line}, "
                f"for the same {'pair' if states[1] else 'state'} and time",
                "keep one of the two lines",
            )

    def known(self, measure: str, states: tuple[int, int], year: int) -> bool:
        """Whether a number of a year was taken already."""
        return (measure, *states, year, 0) in self._seen

    def use(self, line: int) -> None:
        """Say that a line was used, whatever became of it."""
        self._used.add(line)

    def finish(self, layout: Layout) -> Table:
        """What was read, or every fault."""
        self.table.finish()
        days = None if self.first is None or self.last is None else (self.first, self.last)
        return Table(
            self.table.source.name,
            layout.name,
            layout.kind,
            tuple(self.rows),
            self.table.lines,
            len(self._used),
            self.unused,
            self.vintage,
            days,
            self.traits,
        )


Reader = Callable[[Reading], None]


@dataclass(frozen=True)
class Layout:
    """A layout in which files are published.

    Attributes
    ----------
    name : str
        What such a file is called here.
    kind : str
        What it is about.
    needs : tuple of str
        Columns without which it is not this layout, in small letters; ``one|other`` where
        either will do.
    maker : str
        Whose data these are, as a source cites them.
    read : callable
        Takes the rows of a file.
    left : str
        Why its numbers start no scenario, where they do not.
    without : tuple of str
        Columns with which it is another layout.
    traits : set of str
        ``own`` where obligations are a member's own, ``single`` where each line is one event,
        ``fitted`` where the factors of affinity and tension were chosen on this maker's counts.
    """

    name: str
    kind: str
    needs: tuple[str, ...]
    maker: str
    read: Reader
    left: str = ""
    without: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()

    def fits(self, names: Sequence[str]) -> bool:
        """Whether a header has the columns."""
        return not self.lacking(names) and not set(map(plain_name, self.without)) & set(names)

    def lacking(self, names: Sequence[str]) -> list[str]:
        """The columns that a header lacks."""
        return [
            need for need in self.needs if not set(map(plain_name, need.split("|"))) & set(names)
        ]

    def table(self, text: TextTable, wanted: Wanted, ids: set[str] | None = None) -> Table:
        """Read a file.

        ``ids``: events of other files of the layout, which are not counted again.

        Raises
        ------
        ScenarioError
            All faults of the file, each with its line and column.
        """
        reading = Reading(text, wanted, set() if ids is None else ids, self.traits)
        self.read(reading)
        return reading.finish(self)


def read_nothing(reading: Reading) -> None:
    """Go through a table without taking a number, so that its lines are counted."""
    for line, _ in reading.table:
        reading.leave("of a table that starts no scenario", line)
