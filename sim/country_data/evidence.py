"""What a folder says about some states up to a year: one file for each kind of number.

Files of the same kind are not mixed: versions of the same data differ, by a factor of two in
single cells, and even in sign. The one that says most of the states counts, then the one that
comes nearest to the year, then the later version. Only of event files of one layout may there be
many, for they are published by year, week or day.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sim.country_data.folder import Folder
from sim.country_data.layout import TWICE
from sim.country_data.recipes import QUADS
from sim.country_data.table import Table
from sim.errors import option

STALE = 5
"""Years before the year asked for beyond which a number is too old to stand for it."""
WINDOW = 5
"""Years of events that usual frequencies, tension and conflict shares rest on."""
ROUND_DAYS = 365.25 / 4
"""Days of a round: scenarios from data have quarters."""
LEAST_DAYS = 90
"""Days of the window that event files must cover: about one round."""
SINGLE = ("capabilities", "ideal points", "alliances", "trade", "all trade", "gdp")
"""Kinds of which one file counts."""
_EDITIONS = {3: 2005, 4: 2010, 5: 2017, 6: 2021, 7: 2025}
"""Years in which versions of National Material Capabilities came out, as far as is remembered;
the column holds a version in some of them and a year in others (2021 in 6.0, 2025 in 7.0)."""


@dataclass
class Evidence:
    """What a folder says up to a year.

    Attributes
    ----------
    folder : Folder
        The folder, read for the states and up to the year.
    year : int
        The year.
    one : dict of str to Table
        The file that counts, by kind.
    events : tuple of Table
        The event files that count.
    approval : dict of int to Table
        The approval series that counts, by state.
    left : dict of str to str
        Files that do not count, with the reason.
    nobodys : list of str
        Approval series of which neither they nor the user says whose they are.
    """

    folder: Folder
    year: int
    whose: Mapping[str, int]
    one: dict[str, Table] = field(default_factory=dict)
    events: tuple[Table, ...] = ()
    approval: dict[int, Table] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    nobodys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left.update(self.folder.left)
        layouts = dict(
            zip((one.file for one in self.folder.tables), self.folder.layouts, strict=True)
        )
        kinds: dict[str, list[Table]] = defaultdict(list)
        for table in self.folder.tables:
            if why := layouts[table.file].left:
                self.left[table.file] = why
            elif not table.rows and not (table.kind == "alliances" and table.days):
                again = table.kind == "events" and TWICE in table.unused.count
                self.left[table.file] = (
                    "all its events of these states are in other files"
                    if again
                    else f"no row of these states up to {self.year}"
                )
            else:
                kinds[table.kind].append(table)
        for kind in SINGLE:
            self._choose(kind, kinds[kind])
        self._choose_events(kinds["events"])
        self._choose_approval(kinds["approval"])

    def _choose(self, kind: str, tables: Sequence[Table]) -> None:
        if not tables:
            return
        best = max(tables, key=self._merit)
        self.one[kind] = best
        for table in tables:
            if table is not best:
                self.left[table.file] = (
                    f"{best.file} is of the same kind and says more of these states up to "
                    f"{self.year}, or is a later version; versions are not mixed"
                )

    def _merit(self, table: Table) -> tuple[int, int, bool, float, str]:
        recent = [row for row in table.rows if row.year > self.year - STALE]
        said = len({(row.measure, row.state, row.partner) for row in recent})
        if table.kind == "alliances":  # whose file says that nothing is owed says as much
            said = 0
        numbers = re.findall(r"\d+(?:\.\d+)?", table.vintage)
        version = float(numbers[-1]) if numbers else 0.0
        if table.kind == "capabilities":
            version = _EDITIONS.get(int(version), version)
        last = max((row.year for row in table.rows), default=0)
        return said, last, "own" in table.traits, version, table.file

    def _choose_events(self, tables: Sequence[Table]) -> None:
        by_layout: dict[str, list[Table]] = defaultdict(list)
        for table in tables:
            same = by_layout[table.layout]
            if same and not self.has_days(same):
                # Sums of a year say nothing of which events they have in common.
                self.left[table.file] = f"{same[0].file} has such counts, and they are not added up"
            else:
                same.append(table)
        if not by_layout:
            return
        best = max(by_layout, key=lambda name: (self.covered(by_layout[name]), name))
        self.events = tuple(by_layout[best])
        for name, others in by_layout.items():
            for table in others:
                if name != best:
                    self.left[table.file] = (
                        f"the files in the layout '{best}' cover more of the {WINDOW} years; "
                        "counts of different makers are not added up"
                    )

    def _choose_approval(self, tables: Sequence[Table]) -> None:
        """Of each state the series that comes nearest to the end of the year."""
        series: dict[int, list[Table]] = defaultdict(list)
        for table in tables:
            for state in {row.state for row in table.rows}:
                whose = state or self.whose.get(table.file, 0)
                if whose:
                    series[whose].append(table)
                else:
                    self.nobodys.append(table.file)
                    self.left[table.file] = (
                        "the file does not say whose approval it is; "
                        f'say so: {option("--approval")} "STATE={table.file}"'
                    )
        self.approval = {
            state: max(known, key=lambda one: max((row.year, row.month) for row in one.rows))
            for state, known in series.items()
        }
        for state, known in series.items():
            for table in known:
                if table not in self.approval.values():
                    self.left[table.file] = (
                        f"{self.approval[state].file} comes nearer to the end of {self.year}; "
                        "polls of different houses are not mixed"
                    )

    @property
    def window(self) -> tuple[int, int]:
        """First and last year of the events that count."""
        return self.year - WINDOW + 1, self.year

    def covered(self, tables: Sequence[Table]) -> int:
        """Days of the window that event files cover, each from its first to its last event."""
        first, last = date(self.window[0], 1, 1), date(self.year, 12, 31)
        spans = sorted(
            (max(table.days[0], first), min(table.days[1], last)) for table in tables if table.days
        )
        days, until = 0, first - timedelta(days=1)
        for begin, end in spans:
            days += max((end - max(begin, until + timedelta(days=1))).days + 1, 0)
            until = max(until, end)
        return days

    def acts(self, state: int, partner: int) -> dict[str, float]:
        """Acts of one toward another in the window, by kind; ``visits`` are in the words too."""
        first, last = self.window
        return {
            kind: math.fsum(
                value
                for table in self.events
                for year, value in table.series(kind, state, partner).items()
                if first <= year <= last
            )
            for kind in (*QUADS, "visits")
        }

    @property
    def has_visits(self) -> bool:
        """Whether the event files tell visits from other words."""
        return self.has_days(self.events)

    @property
    def fitted(self) -> bool:
        """Whether the factors of affinity and tension were chosen on counts of this maker."""
        return all("fitted" in table.traits for table in self.events)

    @staticmethod
    def has_days(tables: Sequence[Table]) -> bool:
        """Whether event files hold single events, and not sums of a year."""
        return any("single" in table.traits for table in tables)

    def series(self, kind: str, measure: str, state: int, partner: int = 0) -> Mapping[int, float]:
        """A yearly series of the file that counts; empty without one."""
        table = self.one.get(kind)
        return table.series(measure, state, partner) if table else {}

    def months(self, state: int) -> dict[tuple[int, int], float]:
        """Approval of a state by year and month."""
        table = self.approval.get(state)
        if table is None:
            return {}
        rows = [row for row in table.rows if row.state in (0, state)]
        return {(row.year, row.month): row.value for row in rows}
