"""The round, from events to record, and runs that are made of rounds.

Text: ``docs/model.md``, section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.arrangements import start_lasting
from sim.model.beliefs import (
    expect,
    find_supposed_ordinary_times,
    learn,
    record_beliefs,
    renew_beliefs,
    start_beliefs,
    suppose,
)
from sim.model.choice import (
    answer,
    choose,
    find_open,
    find_scores,
    keep_most_valued,
    set_usual,
    settle,
)
from sim.model.events import apply_events, observe
from sim.model.interests import find_interest
from sim.model.ledger import note
from sim.model.look import look
from sim.model.ordinary import find_ordinary_times
from sim.model.parts import find_parts_of_proposal
from sim.model.promises import start_promises, update_promises
from sim.model.quantiles import draw_parameters
from sim.model.resolve import drift, react, resolve
from sim.model.start import NEVER, look_ahead, set_given, set_start, set_theory
from sim.model.vectors import (
    Bytes,
    Flat,
    Index,
    Record,
    Room,
    Shorts,
    Singles,
    any_lane,
    fetch,
    finite,
    helper,
    number,
    put,
    section,
    select,
)
from sim.model.windows import remember
from sim.model.workspace import Tables
from sim.theories.protocol import PASS

if TYPE_CHECKING:
    from sim.model.compiled import CompiledScenario
    from sim.model.record import Model

EVENTS, LOOK, PICK, ATTEND, ANSWER, CLOSE = 1, 2, 4, 8, 16, 32
"""Parts of a round: events; what actors see; picks; attention; answers; what comes of it."""
WHOLE = EVENTS | LOOK | PICK | ATTEND | ANSWER | CLOSE


class RoundFields(Record):
    """What a block of runs leaves behind: arrays of its runs, run beside run."""

    all_rows: Room  # the whole workspace, what lasts first
    store: Flat  # numbers of all runs of a block, shape (rows, store_width), between calls
    store_width: int
    store_rows: int  # how many rows are stored: those that last, and those found anew
    store_lasting: int  # how many of them last
    glances: int  # rows that are kept of a glance
    glance_row: Index
    recorded: int
    recorded_row: Index
    candidate_lever: Index
    record_state: Singles  # shape (rounds + 1, recorded, width)
    record_choice: Shorts  # shape (rounds + 1, slots, width)
    record_accepted: Bytes
    record_happened: Bytes
    record_status: Bytes
    record_promised: Bytes
    record_watched: Shorts  # shape (watches, width)
    record_stopped: Shorts  # shape (width,)
    record_failed: Shorts
    record_failed_row: Flat  # of many actors there are more than 16 bits can number
    record_failed_value: Flat
    record_drawn: Flat  # shape (uncertain parameters, width)
    record_interest: Flat  # own interest, shape (rounds + 1, actors, width), where it is kept
    keeps_interest: int


def round_tables(compiled: CompiledScenario) -> Tables:
    """The tables of what is recorded."""
    levers = sorted(compiled.description.levers)
    return {
        "recorded": len(compiled.recorded),
        "recorded_row": compiled.recorded,
        "candidate_lever": [levers.index(c.name) for c in compiled.table.rows],
    }


@section
def begin(m: Model, base: Model, offset: int) -> None:
    """Draw the parameters of some runs of a block, and put them at their start."""
    draw_parameters(m, m.first_run + offset)
    set_given(m, offset)
    set_theory(m)
    set_usual(m)
    if m.beliefs > 0:
        find_supposed_ordinary_times(m, base)
    find_ordinary_times(m, base)
    set_start(m, 1)
    start_lasting(m)
    start_promises(m)
    start_beliefs(m)
    for g in range(m.governments):
        m.changed[g] = 0.0
    for k in range(m.candidates):
        m.worn[k] = m.usual_worn[k]
        m.last[k] = float(NEVER)
        m.forbidden[k] = 0.0
    for p in range(m.pairs):
        m.heat[p] = m.usual_heat[p]
    for e in range(m.events):
        m.ever_happened[e] = 0.0
        m.happens[e] = 0.0
    for s in range(m.slots):
        m.pick[s] = float(PASS)
        m.agreed[s] = 0.0
    m.damped[0] = 1.0
    m.active[0] = 1.0
    m.going[0] = 1.0
    for n in range(m.uncertain):
        put(m.record_drawn, n * m.width + offset, m.parameter[m.uncertain_row[n]], m)
    _record_state(m, 0, offset)


@section
def see(m: Model, now: int) -> None:
    """Let actors weigh all candidates, and see which are open."""
    if m.beliefs > 0:
        suppose(m, now)
    look(m)
    find_scores(m)
    find_open(m, now)
    if m.keeps_parts == 1:
        find_parts_of_proposal(m)
    if m.beliefs > 0:
        expect(m)


@section
def play_round(m: Model, offset: int, now: int, parts: int) -> None:
    """Play a round, or parts of it."""
    first_run = m.first_run + offset
    if parts & EVENTS != 0:
        m.going[0] = m.active[0]
        apply_events(m, first_run, now)
        came = m.zero[0]
        for g in range(m.governments):
            came = came + m.came[g]
        if any_lane(came > 0):
            look_ahead(m)
            renew_beliefs(m)
    if parts & LOOK != 0:
        see(m, now)
    if parts & PICK != 0:
        choose(m, first_run, now)
    if parts & ATTEND != 0:
        keep_most_valued(m)
    if parts & ANSWER != 0:
        answer(m, first_run, now)
    if parts & CLOSE != 0:
        going = m.going[0] != 0
        for s in range(m.slots):
            m.pick[s] = select(going, m.pick[s], float(PASS))
            m.agreed[s] = select(going, m.agreed[s], 0.0)
        if m.beliefs > 0:
            learn(m)
        settle(m, first_run, now)
        resolve(m)
        react(m, now)
        drift(m, first_run, now)
        remember(m, now)
        _end_runs(m, now, offset)
        _record(m, now, offset)
        if m.accounts == 1:
            note(m, now, offset)


@helper
def _end_runs(m: Model, now: int, offset: int) -> None:
    """End the runs that fail, and those that wait for what is the case."""
    active = m.active[0] != 0
    whole = active | ~active
    for q in range(m.moving):
        whole = whole & finite(m.x[q])
    failed = active & ~whole
    if any_lane(failed):
        _record_failures(m, now, offset)
        for q in range(m.rows):
            m.x[q] = select(failed, float("nan"), m.x[q])
        m.active[0] = select(failed, 0.0, m.active[0])
    observe(m, now)
    running = m.active[0] != 0
    stops = running & ~running
    for n in range(m.watches):
        observed = (m.observed[n] != 0) & running
        m.observed[n] = number(observed)
        if m.watch_stops[n] == 1:
            stops = stops | observed
        place = n * m.width + offset
        first = fetch(m.record_watched, place, m)
        put(m.record_watched, place, select(observed & (first < 0), float(now), first), m)
    if any_lane(stops):
        put(
            m.record_stopped,
            offset,
            select(stops, float(now), fetch(m.record_stopped, offset, m)),
            m,
        )
        m.active[0] = select(stops, 0.0, m.active[0])


@helper
def _record_failures(m: Model, now: int, offset: int) -> None:
    """Say in which round runs failed, and of what."""
    open_ = fetch(m.record_failed, offset, m)
    active = m.active[0] != 0
    for q in range(m.moving):
        first = active & ~finite(m.x[q]) & (open_ < 0)
        open_ = select(first, float(now), open_)
        put(
            m.record_failed_row,
            offset,
            select(first, float(q), fetch(m.record_failed_row, offset, m)),
            m,
        )
        value = select(first, m.x[q], fetch(m.record_failed_value, offset, m))
        put(m.record_failed_value, offset, value, m)
    put(m.record_failed, offset, open_, m)


@helper
def _record_state(m: Model, now: int, offset: int) -> None:
    """Record where quantities, arrangements and promises stand."""
    for n in range(m.recorded):
        put(m.record_state, (now * m.recorded + n) * m.width + offset, m.x[m.recorded_row[n]], m)
    for n in range(m.arrangements):
        put(m.record_status, (now * m.arrangements + n) * m.width + offset, m.status[n], m)
    for n in range(m.promises):
        place = (now * m.promises + n) * m.width + offset
        put(m.record_promised, place, m.promise_status[n], m)
    if m.beliefs > 0:
        record_beliefs(m, now, offset)
    if m.keeps_interest == 1:
        find_interest(m)
        for a in range(m.actors):
            put(m.record_interest, (now * m.actors + a) * m.width + offset, m.own_interest[a], m)


@helper
def _record(m: Model, now: int, offset: int) -> None:
    """Record a round."""
    _record_state(m, now, offset)
    for n in range(m.events):
        put(m.record_happened, (now * m.events + n) * m.width + offset, m.happens[n], m)
    for b in range(m.blocks):
        slot = m.block_slot[b]
        pick = m.pick[slot]
        lever = pick
        for k in range(m.block_start[b], m.block_stop[b]):
            lever = select(pick == k, float(m.candidate_lever[k]), lever)
        place = (now * m.slots + slot) * m.width + offset
        put(m.record_choice, place, lever, m)
        put(m.record_accepted, place, m.agreed[slot], m)


@helper
def _load(m: Model, offset: int, rows: int) -> None:
    """Take runs from where a block keeps them between calls."""
    for n in range(rows):
        m.all_rows[n] = fetch(m.store, n * m.store_width + offset, m)


@helper
def _store(m: Model, offset: int) -> None:
    """Put runs where a block keeps them between calls."""
    for n in range(m.store_rows):
        put(m.store, n * m.store_width + offset, m.all_rows[n], m)


@helper
def _go_on(m: Model, offset: int, now: int, parts: int) -> None:
    """Take runs from where they are kept, and play a round, or parts of it."""
    if parts & EVENTS != 0:
        _load(m, offset, m.store_lasting)  # a round begins with what lasts
    else:
        _load(m, offset, m.store_rows)
    play_round(m, offset, now, parts)


@helper
def _finish(m: Model, offset: int, first: int, last: int) -> None:
    """Play rounds one after the other; a run that is over stays as it is."""
    for now in range(first, last + 1):
        if any_lane(m.active[0] != 0):
            play_round(m, offset, now, WHOLE)
        else:
            m.going[0] = m.active[0]
            update_promises(m, now)
            _record_state(m, now, offset)


@section
def play(m: Model, base: Model, start: int, stop: int, last: int) -> None:
    """Play runs of a block, so many lanes at a time, from the start through some rounds."""
    for group in range(start, stop):
        begin(m, base, group * m.lane_count)
        _finish(m, group * m.lane_count, 1, last)


@section
def begin_runs(m: Model, base: Model, start: int, stop: int) -> None:
    """Put runs of a block at their start, and keep them."""
    for group in range(start, stop):
        begin(m, base, group * m.lane_count)
        _store(m, group * m.lane_count)


@section
def advance(m: Model, start: int, stop: int, now: int, parts: int) -> None:
    """Play a round of runs that are kept, or parts of it, and keep them again."""
    for group in range(start, stop):
        _go_on(m, group * m.lane_count, now, parts)
        _store(m, group * m.lane_count)


@section
def glance(m: Model, start: int, stop: int, now: int) -> None:
    """Look at runs as they are kept; of what is found, only some rows are kept."""
    for group in range(start, stop):
        offset = group * m.lane_count
        _load(m, offset, m.store_lasting)
        play_round(m, offset, now, LOOK)
        for n in range(m.glances):
            row = m.glance_row[n]
            put(m.store, row * m.store_width + offset, m.all_rows[row], m)


@section
def finish(m: Model, start: int, stop: int, now: int, parts: int, last: int, keep: int) -> None:
    """Play the rest of a round of runs that are kept, and the rounds up to the last.

    Unless they are to be kept again, where a block keeps its runs they stay as they were.
    """
    for group in range(start, stop):
        offset = group * m.lane_count
        _go_on(m, offset, now, parts)
        _finish(m, offset, now + 1, last)
        if keep == 1:
            _store(m, offset)
