"""What would be seen once some acts had taken effect, in runs that stay as they are.

A *case* is what is supposed: quantities that are otherwise than they are, and acts, step after
step. Acts take effect as they do in a round (``docs/model.md``, 6.6: effects, costs, what others
make of them, quarrels, wear, promises, arrangements); what ordinary times, arrangements in force,
trends and chance bring is left out, as it is the same in every case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.interests import find_interest
from sim.model.resolve import add_acts, find_warmth, react, set_quantity
from sim.model.rounds import see
from sim.model.vectors import (
    Flat,
    Index,
    Record,
    any_lane,
    fetch,
    helper,
    put,
    section,
)
from sim.model.windows import remember

if TYPE_CHECKING:
    from sim.model.record import Model

MOVED = (
    *("x", "heat", "worn", "last", "due", "promise_status", "status", "begun"),
    *("past_level", "past_uses"),
)
"""What acts change of that which lasts."""


class SupposedFields(Record):
    """Cases; lists end where the next one begins. Arrays are as wide as the block."""

    runs_from: Flat  # where the block keeps its runs
    runs_group: int  # how far apart there two groups of lanes are, and two rows
    runs_row: int
    runs_lasting: int  # how many rows last
    moved: int  # rows that a case may change
    moved_row: Index
    moved_to: Flat  # shape (cases, moved, lanes): of one group after the other
    otherwise_start: Index  # by case: what is otherwise
    otherwise_row: Index
    otherwise: Flat  # shape (otherwise, width)
    act_start: Index  # by case, then step
    act_candidate: Index
    act_done: Flat  # shape (acts, width): 1 where it takes effect
    cases_here: Flat  # shape (cases, width): 1 where the case is looked at
    seen: int
    seen_row: Index
    seen_there: Flat  # shape (cases, seen, width)
    sees_interest: int


@section
def look_apart(m: Model, start: int, stop: int, now: int, cases: int, steps: int) -> None:
    """Look at each case in each group of lanes; where nobody asks for it nothing is written."""
    for group in range(start, stop):
        offset = group * m.lane_count
        for n in range(m.runs_lasting):
            m.all_rows[n] = fetch(m.runs_from, group * m.runs_group + n * m.runs_row, m)
        if steps > 0:
            see(m, now)
        for case in range(cases):
            if any_lane(fetch(m.cases_here, case * m.width + offset, m) != 0):
                _begin_case(m, case, offset, group, now, steps)
        for case in range(cases):
            if any_lane(fetch(m.cases_here, case * m.width + offset, m) != 0):
                for n in range(m.moved):
                    place = (case * m.moved + n) * m.lane_count
                    m.all_rows[m.moved_row[n]] = fetch(m.moved_to, place, m)
                see(m, now + min(steps, 1))
                for step in range(1, steps):
                    _act(m, case * steps + step, offset, now + step)
                    see(m, now + step + 1)
                if m.sees_interest == 1:
                    find_interest(m)
                for n in range(m.seen):
                    place = (case * m.seen + n) * m.width + offset
                    put(m.seen_there, place, m.all_rows[m.seen_row[n]], m)


@helper
def _begin_case(m: Model, case: int, offset: int, group: int, now: int, steps: int) -> None:
    """Put a case in its state after its first step, and keep it; leave the look as it was."""
    first, last = m.otherwise_start[case], m.otherwise_start[case + 1]
    _go_back(m, group)
    for n in range(first, last):
        m.all_rows[m.otherwise_row[n]] = fetch(m.otherwise, n * m.width + offset, m)
    if steps > 0:
        if last > first:
            see(m, now)
        _act(m, case * steps, offset, now)
    for n in range(m.moved):
        place = (case * m.moved + n) * m.lane_count
        put(m.moved_to, place, m.all_rows[m.moved_row[n]], m)
    if steps > 0 and last > first:
        _go_back(m, group)
        see(m, now)


@helper
def _go_back(m: Model, group: int) -> None:
    """Take again what a case has changed from where the runs are kept."""
    for n in range(m.moved):
        row = m.moved_row[n]
        m.all_rows[row] = fetch(m.runs_from, group * m.runs_group + row * m.runs_row, m)


@section
def _act(m: Model, step: int, offset: int, now: int) -> None:
    """Let the acts of one step of a case take effect; each costs its actor what it costs."""
    for k in range(m.candidates):
        m.accepted[k] = 0.0
    for n in range(m.act_start[step], m.act_start[step + 1]):
        m.accepted[m.act_candidate[n]] = fetch(m.act_done, n * m.width + offset, m)
    find_warmth(m, m.accepted)
    add_acts(m)
    for k in range(m.candidates):
        cost = m.parameter[m.cost_row[k]] * m.accepted[k]
        m.delta[m.row_support + m.candidate_actor[k]] -= cost
    for q in range(m.moving):
        set_quantity(m, q, m.x[q] + m.delta[q])
    react(m, now)
    remember(m, now)
