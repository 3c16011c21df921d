"""Alliances: what a state has taken on toward another by treaty.

An obligation is a member's own. A defence pact may bind one side only, and a treaty of many
members that promises no more than not to attack makes none of them allies; so every reader
gives, for the end of each year, who owes whom what. Measures: ``defence``, ``offence``,
``neutrality``, ``non-aggression``, ``consultation``, from ``state`` toward ``partner``, value 1.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import permutations
from typing import NamedTuple

from sim.country_data.layout import NO_STATE, NOT_THEN, OTHERS, Layout, Reading, read_nothing
from sim.country_data.states import BY_NUMBER
from sim.country_data.table import Wanted

ATOP = "Alliance Treaty Obligations and Provisions, ATOP (Leeds, Ritter, Mitchell and Long 2002)"
COW = "Correlates of War, Formal Alliances (Gibler 2009)"
_ATOP_COLUMNS = {
    "defense": "defence",
    "offense": "offence",
    "neutral": "neutrality",
    "nonagg": "non-aggression",
    "consul": "consultation",
}
_COW_COLUMNS = {
    "defense": "defence",
    "neutrality": "neutrality",
    "nonaggression": "non-aggression",
    "entente": "consultation",
}
OWN = frozenset(("own",))
_ALONE = "about an alliance without a second state that is asked for"
_NEVER = "about a membership that was in force with no other when a year ended"
STILL = 5
"""Years after the end of the data for which an alliance without an end still counts."""
_ATOP_ENDS = {"3": 2003, "4": 2016, "5": 2018}
"""Last year of ATOP by the first digit of its version; of 4.01 seen, of the others remembered."""
_COW_ENDS = {"3": 2000, "4": 2012}
"""The same of the Correlates of War; of 4.1 as its descriptions have it, of 3 remembered."""


class _Member(NamedTuple):
    """A phase of a state's membership of an alliance."""

    state: int
    phase: int
    begin: date
    end: date | None
    owes: frozenset[str]
    line: int

    def in_force(self, day: date) -> bool:
        """Whether it went on after a day."""
        return self.begin <= day and (self.end is None or self.end > day)


def read_atop_members(reading: Reading) -> None:
    """Take obligations from ATOP's member level: a line is an alliance, a member and a phase.

    ``yrexit`` 0 means in force when the data end. Of several phases in force at a year's end
    the last one counts. What is in force is taken to last up to the year asked for, but no
    longer than :data:`STILL` years after the data end, which the version tells.
    """
    table = reading.table
    atopid, member = table.at("atopid", "member")
    phase_at, version = table.optional("phase"), table.optional("version")
    alliances: dict[str, list[_Member]] = defaultdict(list)
    for line, cells in table:
        begin = _date(reading, cells, ("yrent", "moent", "dayent"), line)
        if not reading.in_time(begin, line) or begin is None:
            continue
        end = _date(reading, cells, ("yrexit", "moexit", "dayexit"), line, ends=True)
        if end is not None and end.year <= reading.wanted.until:
            reading.in_time(end, line)
        if version is not None:
            reading.vintage = cells[version].strip()
        owes = _obligations(reading, cells, line, _ATOP_COLUMNS)
        number = table.whole(cells[member], line, "member")
        phase = 0 if phase_at is None else table.whole(cells[phase_at], line, "phase") or 0
        if number not in BY_NUMBER:
            reading.leave(NO_STATE, line)
        elif end is not None and end < begin:
            table.refuse(
                line, "yrexit", f"{end} is before {begin}, when it began", "mend one of the two"
            )
        elif not reading.wanted.has(number):
            reading.leave(OTHERS, line)
        else:
            alliances[cells[atopid].strip()].append(_Member(number, phase, begin, end, owes, line))
    last = _last(reading, _ATOP_ENDS.get(reading.vintage[:1], 0))
    for members in alliances.values():
        _expand(reading, members, last)


def _last(reading: Reading, ends: int) -> int:
    """The last year of which a file of memberships speaks, which it then covers.

    ``ends``: the year in which the data end, 0 where that is not known. What is in force then
    is taken to last, but no longer than :data:`STILL` years.
    """
    if reading.last is None:
        return 0
    last = min(reading.wanted.until, ends + STILL) if ends else reading.wanted.until
    if reading.wanted.until == Wanted().until:
        last = max(ends, reading.last.year)
    reading.last = max(reading.last, date(last, 12, 31))
    return last


def _date(
    reading: Reading,
    cells: Sequence[str],
    columns: tuple[str, str, str],
    line: int,
    ends: bool = False,
) -> date | None:
    """A date of three columns, year first; ``None`` where the year is 0, empty or missing.

    ``ends``: it ends something; a month or day that is not known is then the last one.
    """
    table = reading.table
    cell = cells[table.at(columns[0])[0]]
    year = table.whole(cell, line, columns[0])
    if not year or table.year(cell, line, columns[0]) is None:
        return None
    found = []
    for column, most in zip(columns[1:], (12, 31), strict=True):
        at = table.optional(column)
        value = None if at is None else table.whole(cells[at], line, column)
        if value is not None and not 0 <= value <= most:
            table.refuse(line, column, f"{value} is out of range", f"write 1 to {most}")
            value = None
        found.append(value or (most if ends else 1))
    return date(year, found[0], min(found[1], monthrange(year, found[0])[1]))


def _expand(reading: Reading, members: list[_Member], until: int) -> None:
    """Give who owes whom what at the end of each year."""
    first = min(one.begin.year for one in members)
    counted: set[int] = set()
    for year in range(first, until + 1):
        end = date(year, 12, 31)
        there: dict[int, _Member] = {}
        for one in members:
            if one.in_force(end):
                known = there.get(one.state)
                if known is None or known[1:3] < one[1:3]:
                    there[one.state] = one
        for one, other in permutations(there.values(), 2):
            for owed in one.owes:
                _owe(reading, owed, (one.state, other.state), year, one.line)
            counted.update((one.line, other.line))
    for one in members:
        if one.line in counted:
            reading.use(one.line)
        elif len({other.state for other in members}) == 1:
            reading.leave(_ALONE, one.line)
        else:
            reading.leave(_NEVER, one.line)


def _owe(reading: Reading, owed: str, states: tuple[int, int], year: int, line: int) -> None:
    """Take an obligation, unless another treaty has it already."""
    if not reading.known(owed, states, year):
        reading.add(owed, states, (year, 0), 1.0, line)


def _obligations(
    reading: Reading, cells: Sequence[str], line: int, columns: Mapping[str, str]
) -> frozenset[str]:
    """What a line says is owed: columns with 1."""
    table = reading.table
    owes = set()
    for column, owed in columns.items():
        value = table.number(cells[table.at(column)[0]], line, column)
        if value is not None and value not in (0, 1):
            table.refuse(line, column, f"{value:g} is no obligation", "write 1, or 0 for none")
        elif value:
            owes.add(owed)
    return frozenset(owes)


def _read_pairs(
    reading: Reading, names: tuple[str, str], columns: Mapping[str, str], one_way: bool | None
) -> None:
    """Take obligations from a table that has a line for a pair and a year.

    ``names``: the columns of the two numbers; ``one_way``: they are those of the first toward
    the second; else the file does not say who of the two owes them, and both do. ``None``: the
    lines tell which of the two it is, see :class:`_Ways`.
    """
    table = reading.table
    first_at, second_at, year_at = table.at(*names, "year")
    version, alliance = table.optional("version"), table.optional("version4id")
    ways = _Ways(reading)
    owed_by: list[tuple[frozenset[str], tuple[int, int], int, int]] = []
    for line, cells, year in reading.by_year(year_at):
        if version is not None:
            reading.vintage = cells[version].strip()
        numbers = [
            table.whole(cells[at], line, name)
            for at, name in zip((first_at, second_at), names, strict=True)
        ]
        ways.see(numbers, ("" if alliance is None else cells[alliance].strip(), year))
        states = [BY_NUMBER.get(number or 0) for number in numbers]
        first, second = states
        owes = _obligations(reading, cells, line, columns)
        if first is None or second is None:
            reading.leave(NO_STATE, line)
        elif not reading.wanted.pair(first.number, second.number):
            reading.leave(OTHERS, line)
        elif not (first.outlived(year) and second.outlived(year)):
            reading.leave(NOT_THEN, line)
        elif _ended(reading, cells, year, line, "dyad_end"):
            reading.leave("about an alliance that ended in the year", line)
        else:
            reading.use(line)
            owed_by.append((owes, (first.number, second.number), year, line))
    own = ways.directed if one_way is None else one_way
    for owes, pair, year, line in owed_by:
        for states_ in (pair,) if own else (pair, pair[::-1]):
            for owed in owes:
                _owe(reading, owed, states_, year, line)


class _Ways:
    """Whether lines of pairs are directed, where tables of either form have the same header.

    A directed one has each pair of an alliance twice, once from either side, and a line is what
    the first state owes the second; the other has each pair once.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.seen: set[tuple[object, ...]] = set()
        self.directed = False

    def see(self, numbers: Sequence[int | None], which: tuple[object, ...]) -> None:
        """Note a line of a pair; ``which``: its alliance and time."""
        if self.directed:
            return
        if (*numbers[::-1], *which) in self.seen:
            self.directed = True
            self.reading.traits |= OWN
            self.seen.clear()
        else:
            self.seen.add((*numbers, *which))


def _ended(reading: Reading, cells: Sequence[str], year: int, line: int, word: str) -> bool:
    """Whether an alliance of a yearly line ended in that year.

    One that was in force when the data end has the last year too, and no month.
    """
    table = reading.table
    ends = []
    for part in ("year", "month"):
        at = table.optional(f"{word}_{part}")
        ends.append(None if at is None else table.whole(cells[at], line, f"{word}_{part}"))
    return ends[0] == year and bool(ends[1])


def read_atop_dyads(reading: Reading) -> None:
    """Take obligations from ATOP's dyad-years, which do not say who of the two owes them."""
    _read_pairs(reading, ("mem1", "mem2"), _ATOP_COLUMNS, one_way=False)


def read_atop_directed(reading: Reading) -> None:
    """Take obligations from ATOP's directed dyad-years: those of the first state."""
    _read_pairs(reading, ("statea", "stateb"), _ATOP_COLUMNS, one_way=True)


def read_tidy_dyads(reading: Reading) -> None:
    """Take obligations by pair and year from columns ``atop_defense`` ..., directed or not."""
    columns = {f"atop_{column}": owed for column, owed in _ATOP_COLUMNS.items()}
    _read_pairs(reading, ("ccode1", "ccode2"), columns, one_way=None)


def read_cow_dyads(reading: Reading) -> None:
    """Take obligations from the yearly pairs of the Correlates of War, directed or not.

    A pair stands once for each alliance of a year, or twice where the file is directed.
    """
    _read_pairs(reading, ("ccode1", "ccode2"), _COW_COLUMNS, one_way=None)


def read_cow_members(reading: Reading) -> None:
    """Take obligations from the yearly members of the Correlates of War: the member's own."""
    table = reading.table
    alliance, ccode, year_at = table.at("version4id", "ccode", "year")
    version = table.optional("version")
    together: dict[tuple[str, int], dict[int, tuple[frozenset[str], int]]] = defaultdict(dict)
    for line, cells, year in reading.by_year(year_at):
        if version is not None:
            reading.vintage = cells[version].strip()
        owes = _obligations(reading, cells, line, _COW_COLUMNS)
        state = reading.state(table.whole(cells[ccode], line, "ccode"), year, line)
        if state is None:
            continue
        if _ended(reading, cells, year, line, "mem_end") or not state.outlived(year):
            reading.leave("about an alliance that ended in the year", line)
            continue
        members = together[cells[alliance].strip(), year]
        known, first = members.get(state.number, (frozenset(), line))
        members[state.number] = (known | owes, first)
    for (_, year), members in together.items():
        for one, other in permutations(members, 2):
            for owed in members[one][0]:
                _owe(reading, owed, (one, other), year, members[one][1])
        for _, line in members.values():
            if len(members) > 1:
                reading.use(line)
            else:
                reading.leave(_ALONE, line)


def read_cow_spells(reading: Reading) -> None:
    """Take obligations from the memberships of the Correlates of War, which have no year.

    What is marked as going on when the data end (``right_censor``) is taken to last, as in
    :func:`read_atop_members`.
    """
    alliances: dict[str, list[_Member]] = defaultdict(list)
    ends = 0
    for _, key, spell, data_end in _spells(reading, ("ccode",), "mem"):
        ends = max(ends, data_end)
        alliances[key].append(spell)
    last = _last(reading, ends or _COW_ENDS.get(reading.vintage[:1], 0))
    for members in alliances.values():
        _expand(reading, members, last)


def read_cow_pair_spells(reading: Reading) -> None:
    """Take obligations from the pairs of the Correlates of War with dates, directed or not."""
    ways, ends = _Ways(reading), 0
    found = []
    for pair, _, spell, data_end in _spells(reading, ("ccode1", "ccode2"), "dyad", ways):
        ends = max(ends, data_end)
        found.append((pair, spell))
    last = _last(reading, ends or _COW_ENDS.get(reading.vintage[:1], 0))
    for pair, spell in found:
        years = [
            year for year in range(spell.begin.year, last + 1) if spell.in_force(date(year, 12, 31))
        ]
        if years:
            reading.use(spell.line)
        else:
            reading.leave("about an alliance that was in force when no year ended", spell.line)
        for one, other in (pair,) if ways.directed else (pair, pair[::-1]):
            for year in years:
                for owed in spell.owes:
                    _owe(reading, owed, (one, other), year, spell.line)


def _spells(
    reading: Reading, numbers: Sequence[str], word: str, ways: _Ways | None = None
) -> Iterator[tuple[tuple[int, ...], str, _Member, int]]:
    """Lines with dates: the states that are asked for, the alliance, the time, the data's end.

    ``numbers``: columns of the states; ``word``: what columns of dates begin with. The data's
    end is 0 where a line does not tell it.
    """
    table = reading.table
    alliance, censor = table.at("version4id", "right_censor")
    version = table.optional("version")
    for line, cells in table:
        begin = _date(reading, cells, _parts(f"{word}_st"), line)
        if not reading.in_time(begin, line) or begin is None:
            continue
        if version is not None:
            reading.vintage = cells[version].strip()
        end, ends = _date(reading, cells, _parts(f"{word}_end"), line, ends=True), 0
        if table.whole(cells[censor], line, "right_censor"):
            end, ends = None, end.year if end else 0
        elif end is not None and end.year <= reading.wanted.until:
            reading.in_time(end, line)
        states = [table.whole(cells[at], line, name) for at, name in _at(reading, numbers)]
        key = cells[alliance].strip()
        if ways is not None:
            ways.see(states, (key, begin))
        owes = _obligations(reading, cells, line, _COW_COLUMNS)
        if any(state not in BY_NUMBER for state in states):
            reading.leave(NO_STATE, line)
        elif not all(reading.wanted.has(state or 0) for state in states):
            reading.leave(OTHERS, line)
        else:
            known = tuple(state or 0 for state in states)
            yield known, key, _Member(known[0], 0, begin, end, owes, line), ends


def _parts(word: str) -> tuple[str, str, str]:
    return f"{word}_year", f"{word}_month", f"{word}_day"


def _at(reading: Reading, names: Sequence[str]) -> list[tuple[int, str]]:
    return list(zip(reading.table.at(*names), names, strict=True))


LAYOUTS = (
    Layout(
        "alliances by member and phase (ATOP)",
        "alliances",
        ("atopid", "member", "yrent", "yrexit", *_ATOP_COLUMNS),
        ATOP,
        read_atop_members,
        traits=OWN,
    ),
    Layout(
        "alliances by pair and year (ATOP)",
        "alliances",
        ("mem1", "mem2", "year", *_ATOP_COLUMNS),
        ATOP,
        read_atop_dyads,
    ),
    Layout(
        "alliances by directed pair and year (ATOP)",
        "alliances",
        ("statea", "stateb", "year", *_ATOP_COLUMNS),
        ATOP,
        read_atop_directed,
        traits=OWN,
    ),
    Layout(
        "ATOP obligations by pair and year",
        "alliances",
        ("ccode1", "ccode2", "year", *(f"atop_{column}" for column in _ATOP_COLUMNS)),
        ATOP,
        read_tidy_dyads,
    ),
    Layout(
        "alliances by member and year (Correlates of War)",
        "alliances",
        ("version4id", "ccode", "year", *_COW_COLUMNS),
        COW,
        read_cow_members,
        traits=OWN,
    ),
    Layout(
        "alliances by pair and year (Correlates of War)",
        "alliances",
        ("version4id", "ccode1", "ccode2", "year", *_COW_COLUMNS),
        COW,
        read_cow_dyads,
    ),
    Layout(
        "alliances by member and dates (Correlates of War)",
        "alliances",
        ("version4id", "ccode", "mem_st_year", "mem_end_year", "right_censor", *_COW_COLUMNS),
        COW,
        read_cow_spells,
        without=("year",),
        traits=OWN,
    ),
    Layout(
        "alliances by pair and dates (Correlates of War)",
        "alliances",
        (
            "version4id",
            "ccode1",
            "ccode2",
            "dyad_st_year",
            "dyad_end_year",
            "right_censor",
            *_COW_COLUMNS,
        ),
        COW,
        read_cow_pair_spells,
        without=("year",),
    ),
    Layout(
        "alliances, a line for each (ATOP)",
        "alliances",
        ("atopid", "begyr", "endyr", *_ATOP_COLUMNS),
        ATOP,
        read_nothing,
        "it does not say which member owes what; take the file by member or by directed pair",
    ),
    Layout(
        "alliances of each state by year (ATOP)",
        "alliances",
        ("state", "year", *_ATOP_COLUMNS),
        ATOP,
        read_nothing,
        "it does not say with whom; take the file by member or by directed pair",
    ),
)
