"""What would be seen once some acts had taken effect, in runs that stay as they are.

A *case* is what is supposed: quantities that are otherwise than they are, and acts, step after
step. Acts take effect as they do in a round (``docs/model.md``, 6.6: effects, costs, what others
make of them, quarrels, wear, promises, arrangements); what ordinary times, arrangements in force,
trends and chance bring is left out, as it is the same in every case.

What it takes is mostly the weighing of candidates. So each ordered pair of actors is a strip of its
own here, and only those that are looked at are weighed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.arrangements import lasting_pushes
from sim.model.choice import find_open, find_scores
from sim.model.interests import find_interest, find_values, find_weights
from sim.model.look import begin_weighing, weigh_strip
from sim.model.reactions import find_reactions
from sim.model.resolve import add_acts, add_warmth, clear_warmth, react, set_quantity
from sim.model.rounds import see
from sim.model.security import find_odds
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
    acting_start: Index  # by case, then step: the strips of those who act
    acting_strip: Index
    act_done: Flat  # shape (acts, width): 1 where it takes effect
    strips_seen: int
    strip_seen: Index
    cases_here: Flat  # shape (cases, width): 1 where the case is looked at
    seen: int
    seen_row: Index
    seen_there: Flat  # shape (cases, seen, width)
    sees_interest: int


@section
def look_apart(m: Model, start: int, stop: int, now: int, cases: int, steps: int) -> None:
    """Look at each case in each group of lanes; where nobody asks for it numbers are nan."""
    for group in range(start, stop):
        offset = group * m.lane_count
        for n in range(m.runs_lasting):
            m.all_rows[n] = fetch(m.runs_from, group * m.runs_group + n * m.runs_row, m)
        if steps > 0:
            _prepare(m)
        for case in range(cases):
            if any_lane(fetch(m.cases_here, case * m.width + offset, m) != 0):
                _begin_case(m, case, offset, group, now, steps)
        for case in range(cases):
            if any_lane(fetch(m.cases_here, case * m.width + offset, m) != 0):
                for n in range(m.moved):
                    place = (case * m.moved + n) * m.lane_count
                    m.all_rows[m.moved_row[n]] = fetch(m.moved_to, place, m)
                for step in range(1, steps):
                    _prepare(m)
                    _act(m, case * steps + step, offset, now + step)
                _see(m, now + steps)
                if m.sees_interest == 1:
                    find_interest(m)
                for n in range(m.seen):
                    place = (case * m.seen + n) * m.width + offset
                    put(m.seen_there, place, m.all_rows[m.seen_row[n]], m)
            else:
                for n in range(m.seen):
                    place = (case * m.seen + n) * m.width + offset
                    put(m.seen_there, place, m.zero[0] + float("nan"), m)


@section
def _prepare(m: Model) -> None:
    """What acts change, without what they are worth."""
    find_odds(m)
    find_weights(m)
    lasting_pushes(m)
    begin_weighing(m)


@helper
def _see(m: Model, now: int) -> None:
    """What actors would see, toward those who are looked at."""
    if m.beliefs > 0:
        see(m, now)
    else:
        _prepare(m)
        for n in range(m.strips_seen):
            weigh_strip(m, m.strip_seen[n])
        find_scores(m)
        find_open(m, now)


@helper
def _begin_case(m: Model, case: int, offset: int, group: int, now: int, steps: int) -> None:
    """Put a case in its state after its first step, and keep it; leave the look as it was."""
    first, last = m.otherwise_start[case], m.otherwise_start[case + 1]
    _go_back(m, group)
    for n in range(first, last):
        m.all_rows[m.otherwise_row[n]] = fetch(m.otherwise, n * m.width + offset, m)
    if steps > 0:
        if last > first:
            _prepare(m)
        _act(m, case * steps, offset, now)
    for n in range(m.moved):
        place = (case * m.moved + n) * m.lane_count
        put(m.moved_to, place, m.all_rows[m.moved_row[n]], m)
    if steps > 0 and last > first:
        _go_back(m, group)
        _prepare(m)


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
    clear_warmth(m)
    for n in range(m.acting_start[step], m.acting_start[step + 1]):
        strip = m.acting_strip[n]
        find_values(m, strip)
        find_reactions(m, strip)
        add_warmth(m, strip, m.accepted)
    add_acts(m)
    for k in range(m.candidates):
        cost = m.parameter[m.cost_row[k]] * m.accepted[k]
        m.delta[m.row_support + m.candidate_actor[k]] -= cost
    for q in range(m.moving):
        set_quantity(m, q, m.x[q] + m.delta[q])
    react(m, now)
    remember(m, now)
