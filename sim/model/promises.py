"""Promises, and the trust that follows from them. Equations: ``docs/model.md``, 6.9."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.model.arrangements import LastingTable
from sim.model.candidates import CandidateTable, integers
from sim.model.vectors import (
    Index,
    Mask,
    Record,
    Rows,
    Vector,
    helper,
    maximum,
    minimum,
    number,
    section,
    select,
)
from sim.model.workspace import Kept, Scratch, Tables, starts
from sim.scenario.lookup import BROKEN, KEPT, LATE, OPEN, OVERDUE

if TYPE_CHECKING:
    from sim.model.record import Model

_UNKNOWN = 0.5
"""Trust in one who promises nothing in ordinary times."""


class PromiseFields(Record):
    """Tables and rows of promises and trust. Lists end where the next one begins."""

    promises: int
    promise_maker: Index  # the candidate by which it is made
    promise_within: Index  # rounds that it may take
    promise_keepers: Index  # where the candidates begin that keep it
    keeper: Index
    promise_owed: Index  # where the ordered pairs begin whose trust it moves
    owed_way: Index
    due: Rows  # round in which it is due; 0 where it is not open
    promise_status: Rows  # 0 not open, 1 open, 2 overdue; of this round 3 kept, 4 late, 5 broken
    trust_ref: Rows  # by ordered pair: the share that is kept in ordinary times
    trusting: int  # ordered pairs; 0 where there is no trust
    trust_up: Rows  # by ordered pair: shares of the way to full trust and to none
    trust_down: Rows
    trust_lost: Rows
    trusted_uses: int
    trusted: Index  # candidates that trust weighs consent to, and the row of that trust
    trusted_row: Index
    consent_trust: Rows  # by candidate: that trust; 0 for others
    learning: int  # rows of parameters
    forgetting: int


def promise_tables(
    lasting: LastingTable, table: CandidateTable, number: Callable[[str], int]
) -> Tables:
    """Make :class:`PromiseFields`; ``number`` gives the row of a parameter."""
    layout, keys, rows = table.layout, table.keys, table.rows
    ways = {way: n for n, way in enumerate(layout.directions)}
    makers = [keys[one.lever, one.actor, one.target] for one in lasting.promises]
    levers = [rows[k].lever.delivers for k in makers]
    keep, keeper = starts([[keys[key] for key in one.by] for one in lasting.promises])
    # Who owes is distrusted by whom it is owed to.
    owe, owed = starts([[ways[y, x] for x, y in one.owed] for one in lasting.promises])
    trusting = len(ways) if layout.trusting else 0
    way = layout.direction_number(table.target[lasting.trusted], table.actor[lasting.trusted])
    return {
        "promises": len(makers),
        "promise_maker": integers(makers),
        "promise_within": integers([one.within for one in levers if one is not None]),
        "promise_keepers": keep,
        "keeper": keeper,
        "promise_owed": owe,
        "owed_way": owed,
        "due": Kept(len(makers)),
        "promise_status": Kept(len(makers)),
        "trusting": trusting,
        "trust_ref": Kept(trusting),
        "trust_up": Scratch(trusting),
        "trust_down": Scratch(trusting),
        "trust_lost": Scratch(trusting),
        "trusted_uses": len(way),
        "trusted": lasting.trusted,
        "trusted_row": layout.rows("trust").start + way,
        "consent_trust": Kept(len(rows)),
        "learning": number("coefficients.learning"),
        "forgetting": number("coefficients.reversion.trust"),
    }


@section
def start_promises(m: Model) -> None:
    """Begin a run: no promise is open."""
    for n in range(m.promises):
        m.due[n] = 0.0
        m.promise_status[n] = 0.0


@section
def update_promises(m: Model, now: int) -> None:
    """Keep the ledger of promises, and learn trust: what was kept, is late, broken or new."""
    learning = m.parameter[m.learning]
    for way in range(m.trusting):
        m.trust_up[way] = 0.0
        m.trust_down[way] = 0.0
        m.trust_lost[way] = 0.0
    for n in range(m.promises):
        see_promise(m, n, now)
    for n in range(m.breaches):
        lost = m.accepted[m.breaker[n]] * m.together[m.breach_pair[n]]
        way = m.breach_way[n]
        m.trust_lost[way] = m.trust_lost[way] + lost * (learning * m.solemnity[n])
    for way in range(m.trusting):
        trust = m.x[m.row_trust + way]
        change = m.trust_up[way] * (1.0 - trust) - m.trust_down[way] * trust
        change = change - trust * m.trust_lost[way]
        moved = minimum(1.0, maximum(0.0, trust + change))
        m.x[m.row_trust + way] = select(m.going[0] != 0, moved, trust)


@helper
def see_promise(m: Model, n: int, now: int) -> None:
    """Look at one promise: open, due, broken, or made anew."""
    going, before, due = m.going[0] != 0, m.promise_status[n], m.due[n]
    done = before < 0  # nowhere yet
    for one in range(m.promise_keepers[n], m.promise_keepers[n + 1]):
        done = done | (m.accepted[m.keeper[one]] != 0)
    waiting, over = (due >= now) & going, (due > 0) & (due < now) & going
    kept, late = waiting & done, over & done
    missed = waiting & ~done & (due == now)
    broken = over & ~done & (due + m.promise_within[n] == now)
    learn_trust(m, n, kept, late, missed | broken)

    due = select(kept | late | broken, 0.0, due)
    made = (m.accepted[m.promise_maker[n]] != 0) & (due == 0) & going
    due = select(made, 1.0 * (now + m.promise_within[n]), due)
    m.due[n] = due
    # Where a run is over, an open promise stays what it was.
    overdue = (going & (due <= now)) | (~going & (before == OVERDUE))
    status = select(due == 0, 0.0, select(overdue, 1.0 * OVERDUE, 1.0 * OPEN))
    status = select(kept, 1.0 * KEPT, status)
    status = select(late, 1.0 * LATE, status)
    m.promise_status[n] = select(broken, 1.0 * BROKEN, status)


@helper
def learn_trust(m: Model, n: int, kept: Mask, late: Mask, let_down: Mask) -> None:
    """Add up how far trust goes up and down by what became of one promise."""
    whole: Vector = m.parameter[m.learning]
    half = whole / 2.0
    up, down = number(kept) * whole + number(late) * half, number(let_down) * half
    for one in range(m.promise_owed[n], m.promise_owed[n + 1]):
        way = m.owed_way[one]
        m.trust_up[way] = m.trust_up[way] + up
        m.trust_down[way] = m.trust_down[way] + down


@section
def fade_trust(m: Model) -> None:
    """Let trust return to its usual level."""
    for way in range(m.trusting):
        trust = m.x[m.row_trust + way]
        after = trust + m.parameter[m.forgetting] * (m.trust_ref[way] - trust)
        m.x[m.row_trust + way] = select(m.going[0] != 0, after, trust)


@section
def usual_trust(m: Model) -> None:
    """Find the share of promises that are kept in ordinary times, whatever a lever requires."""
    for way in range(m.trusting):
        m.trust_up[way] = 0.0
        m.trust_ref[way] = 0.0
    for n in range(m.promises):
        maker = m.promise_maker[n]
        weight = m.usual[maker] * m.consent[maker]
        kept = kept_in_time(m, n)
        kept = kept + kept * (1.0 - kept) / 2.0
        for one in range(m.promise_owed[n], m.promise_owed[n + 1]):
            way = m.owed_way[one]
            m.trust_up[way] = m.trust_up[way] + weight
            m.trust_ref[way] = m.trust_ref[way] + weight * kept
    for way in range(m.trusting):
        every = m.trust_up[way]
        mean = m.trust_ref[way] / select(every > 0, every, 1.0)
        m.trust_ref[way] = select(every > 0, mean, _UNKNOWN)


@helper
def kept_in_time(m: Model, n: int) -> Vector:
    """How often a promise is kept by the round in which it is due, in ordinary times."""
    missed = m.usual[m.promise_maker[n]] * 0.0 + 1.0
    for one in range(m.promise_keepers[n], m.promise_keepers[n + 1]):
        k = m.keeper[one]
        missed = missed * (1.0 - m.usual[k] * m.consent[k])
    never = missed
    for _ in range(1, m.promise_within[n]):
        never = never * missed
    return 1.0 - never


@section
def trust_of_consent(m: Model) -> None:
    """Find the trust that weighs the consent to each candidate."""
    for n in range(m.trusted_uses):
        m.consent_trust[m.trusted[n]] = m.x[m.trusted_row[n]]
