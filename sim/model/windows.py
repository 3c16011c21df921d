"""What runs remember of their last rounds: levels of quantities, and uses of levers.

Only what conditions look back at is kept, in rings of as many rounds as the longest of them
needs. Text: ``docs/model.md``, 6.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.candidates import CandidateTable, integers
from sim.model.vectors import Index, Record, Rows, Vector, helper
from sim.model.workspace import Kept, Tables, starts
from sim.scenario.phrases import ANYONE, Phrase

if TYPE_CHECKING:
    from sim.model.record import Model


class WindowFields(Record):
    """What is remembered, and for how long. Lists end where the next one begins."""

    window: int  # rounds of each ring
    kept_levels: int
    level_row: Index  # by remembered quantity: its row of the state
    past_level: Rows  # by remembered quantity, then round
    kept_uses: int
    counted_uses: Index  # where the candidates begin whose uses are counted together
    counted_use: Index
    past_uses: Rows  # by count, then round


class Windows:
    """What conditions look back at: rows of the state, and groups of candidates.

    Parameters
    ----------
    table : CandidateTable
        The candidates.
    """

    def __init__(self, table: CandidateTable) -> None:
        self._table = table
        self._levels: dict[int, int] = {}
        self._uses: dict[tuple[int, ...], int] = {}
        self._most = 0

    def level(self, phrase: Phrase) -> int:
        """The number under which the quantity is remembered whose change a phrase asks for."""
        self._most = max(self._most, phrase.rounds)
        row = self._table.layout.row(phrase.changing)
        return self._levels.setdefault(row, len(self._levels))

    def uses(self, phrase: Phrase) -> int:
        """The number under which uses of a lever are remembered; -1 where nobody has it so."""
        self._most = max(self._most, phrase.rounds)
        lever, by, toward, _ = phrase.names
        counted = tuple(
            k
            for (name, actor, target), k in self._table.keys.items()
            if name == lever and by in (ANYONE, actor) and toward in (ANYONE, target)
        )
        return self._uses.setdefault(counted, len(self._uses)) if counted else -1

    def tables(self) -> Tables:
        """Make :class:`WindowFields`."""
        # A change over n rounds needs the level at both ends.
        window = self._most + 1 if self._most else 0
        begins, counted = starts([list(one) for one in self._uses])
        return {
            "window": window,
            "kept_levels": len(self._levels),
            "level_row": integers([*self._levels]),
            "past_level": Kept(window * len(self._levels)),
            "kept_uses": len(self._uses),
            "counted_uses": begins,
            "counted_use": counted,
            "past_uses": Kept(window * len(self._uses)),
        }


@helper
def start_windows(m: Model) -> None:
    """Before the first round all was as it is at the start, and nothing was done."""
    for n in range(m.kept_levels):
        for place in range(m.window):
            m.past_level[n * m.window + place] = m.x[m.level_row[n]]
    for place in range(m.window * m.kept_uses):
        m.past_uses[place] = 0.0


@helper
def remember(m: Model, now: int) -> None:
    """Keep what conditions of later rounds look back at."""
    for n in range(m.kept_levels):
        m.past_level[n * m.window + now % m.window] = m.x[m.level_row[n]]
    for u in range(m.kept_uses):
        done = m.zero[0]
        for n in range(m.counted_uses[u], m.counted_uses[u + 1]):
            done = done + m.accepted[m.counted_use[n]]
        m.past_uses[u * m.window + now % m.window] = done


@helper
def change_over(m: Model, level: int, rounds: int, done: int) -> Vector:
    """How far a quantity is from where it stood so many rounds before the last that is done."""
    first = max(done - rounds, 0)
    return m.x[m.level_row[level]] - m.past_level[level * m.window + first % m.window]


@helper
def uses_in(m: Model, counted: int, rounds: int, done: int) -> Vector:
    """How often levers were used with effect in the last rounds that are done."""
    found = m.zero[0]
    for now in range(max(done - rounds, 0) + 1, done + 1):
        found = found + m.past_uses[counted * m.window + now % m.window]
    return found
