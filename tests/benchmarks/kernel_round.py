"""The whole of many runs in the scalar kernel: one run after the other.

``docs/model.md``, sections 3, 6.6, 6.7 and 6.9, in loops over plain numbers.
"""

from __future__ import annotations

import math
from typing import Any

from tests.benchmarks import kernel_rules as r
from tests.benchmarks import kernel_tables as t
from tests.benchmarks import kernel_work as w
from tests.benchmarks.kernel_compiler import compiled, entry
from tests.benchmarks.kernel_conduct import PASS, begin, hold, may, pick, promise, score
from tests.benchmarks.kernel_draws import LANES, fill, normal
from tests.benchmarks.kernel_look import changed, glance, make_room
from tests.benchmarks.kernel_weigh import weigh


@compiled
def copy(values: Any, into: Any) -> Any:
    """Copy a line of numbers."""
    for n in range(len(values)):
        into[n] = values[n]


@compiled
def _usual(v: Any, base: Any, spare: Any, x: Any, worth: Any) -> Any:
    """Worth of each candidate of the base in ordinary times, to target and actor."""
    begin(v, base, spare, x)
    glance(x, base, spare)
    weigh(x, base, spare)
    for block in base.blocks:
        for k in range(block.first, block.last):
            agree = v[base.candidates[k].consent] if base.candidates[k].asks else 1.0
            worth[0, k] = spare.worth[1, k]
            worth[1, k] = promise(k, agree, base, spare)


@compiled
def _befall(
    now: Any,
    x: Any,
    baseline: Any,
    v: Any,
    draws: Any,
    own: Any,
    rules: Any,
    used: Any,
    forbidden: Any,
    happens: Any,
    ever: Any,
) -> Any:
    """Let this round's events happen."""
    for n in range(len(happens)):
        event = rules.events[n]
        happens[n] = (
            event.earliest <= now <= event.latest
            and (event.repeats or not ever[n])
            and draws[n] < v[event.chance]
            and hold(rules.of_event[n], rules.of_event[n + 1], now, x, v, used, rules.conditions)
        )
    for n in range(len(happens)):
        if not happens[n]:
            continue
        event = rules.events[n]
        ever[n] = True
        for c in range(event.changes, event.changed):
            row, sets = rules.changes[c].change, rules.changes[c].sets
            amount, low, high = v[rules.changes[c].amount], own.low[row], own.high[row]
            x[row] = min(max(amount if sets else x[row] + amount, low), high)
            if rules.changes[c].lasting:
                wanted = amount if sets else baseline[row] + amount
                baseline[row] = min(max(wanted, low), high)
        for c in range(event.forbids, event.permits):
            forbidden[rules.named[c]] = True
        for c in range(event.permits, event.ruled):
            forbidden[rules.named[c]] = False


@compiled
def _settle(picked: Any, agreed: Any, rules: Any, draws: Any) -> Any:
    """Of two that would do to each other what they can do once, let one do it."""
    for n in range(len(rules.crossing)):
        crossing = rules.crossing[n]
        there, back = crossing.there, crossing.back
        if (
            picked[there] == crossing.one
            and picked[back] == crossing.other
            and agreed[there]
            and agreed[back]
        ):
            agreed[back if draws[n] < 0.5 else there] = False


@compiled
def _resolve(picked: Any, agreed: Any, own: Any, work: Any, x: Any, total: Any) -> Any:
    """Accepted levers take effect together; every proposal costs; thirds react."""
    n, effects, c = own.actors, own.effects, own.candidates
    pairs = n * (n - 1) // 2
    total[:] = 0.0
    for block in range(len(picked)):
        k = picked[block]
        if k == PASS:
            continue
        total[6 * pairs + c[k].actor] -= work.cost[k]
        if agreed[block]:
            for e in range(c[k].affinity, c[k].end):
                total[effects[e].row] += work.push[e]
    for row in range(own.moving):
        x[row] += changed(total[row], work.room[row])
    make_room(x, own, work.room, pairs)
    total[:pairs] = 0.0
    for block in range(len(picked)):
        k = picked[block]
        if k == PASS or not agreed[block]:
            continue
        for third in range(n):
            if third != c[k].actor and third != c[k].target:
                total[own.pair_of[third, c[k].actor]] += work.reaction[k, third]
                if c[k].asks:
                    total[own.pair_of[third, c[k].target]] += work.reaction[k, third]
    for row in range(pairs):
        x[row] += changed(total[row], work.room[row])


@compiled
def _drift(
    x: Any, baseline: Any, v: Any, draws: Any, own: Any, rules: Any, work: Any, after: Any
) -> Any:
    """Reversion, balance, shocks and growth."""
    n = own.actors
    pairs = n * (n - 1) // 2
    for noise in range(len(rules.noisy)):
        row = rules.noisy[noise]
        low, high = own.low[row], own.high[row]
        u = (x[row] - low) / (high - low)
        shock = 4 * u * (1 - u) * v[own.noise[row]]
        if shock != 0.0:
            shock *= normal(draws[noise])
        after[row] = x[row] + v[own.reversion[row]] * (baseline[row] - x[row]) + shock
    for a in range(n):
        row = 6 * pairs + n + a
        after[row] = x[row] + work.traits[w.GROWTH, a]
        for b in range(a + 1, n):
            shared = 0.0
            for c in range(n):
                if c not in (a, b):
                    shared += x[own.pair_of[a, c]] * x[own.pair_of[b, c]]
            at = own.pair_of[a, b]
            room = work.theory[t.BALANCE] * (1 - x[at] * x[at])
            after[at] += room * shared / max(n - 2, 1)
    for row in range(own.moving):
        x[row] = min(max(after[row], own.low[row]), own.high[row])


@compiled
def _watch(now: Any, x: Any, v: Any, used: Any, happens: Any, rules: Any, watched: Any) -> Any:
    """See what is the case at the end of the round; whether the run stops."""
    stops = False
    for n in range(len(watched)):
        watch = rules.watches[n]
        seen = False
        if watch.waits == r.EVENT:
            seen = happens[watch.came]
        elif watch.waits == r.LEVER:
            for c in range(watch.came, watch.gone):
                seen |= used[rules.named[c]] == now
        else:
            first, last = rules.of_watch[n], rules.of_watch[n + 1]
            seen = hold(first, last, now, x, v, used, rules.conditions)
        if seen and watched[n] < 0:
            watched[n] = now
        stops |= seen and watch.stops
    return stops


@compiled
def _record(run: Any, now: Any, x: Any, rules: Any, state: Any, exact: Any) -> Any:
    """Keep the state of a run."""
    for row in range(len(rules.recorded)):
        state[run, now, row] = x[rules.recorded[row]]
        if len(exact):
            exact[run, now, row] = x[rules.recorded[row]]


@entry
def play(
    first: Any, keys: Any, constants: Any, uncertain: Any, drawn: Any,
    base: Any, own: Any, rules: Any, spare: Any, work: Any, place: Any, records: Any,
) -> None:  # fmt: skip
    """Play all runs and record them.

    Parameters
    ----------
    first : int
        Number of the first run.
    keys : uint64, shape (streams, 2)
    constants : shape (places,)
    uncertain : shape (uncertain,)
        Places of the uncertain numbers.
    drawn : shape (uncertain, runs)
    base, own : Tables
    rules : Rules
    spare, work : Work
        Of the base and of the scenario.
    place : Place
    records : tuple of arrays, runs first
        What a :class:`Block` holds; the second is the state in double precision,
        kept where the array is not empty.
    """
    state, exact, choice, accepted, happened, watched, stopped, failed = records
    rounds, ways, events = state.shape[1] - 1, choice.shape[2], len(rules.events)
    count = len(own.candidates)
    (x, baseline, x_base, v, usual, total, after, used, forbidden,
     picked, agreed, happens, ever, draws) = place  # fmt: skip
    copy(constants, v)
    for run in range(len(state)):
        lane = (first + run) % LANES
        if run == 0 or lane == 0:
            fill(keys, (first + run) // LANES, draws)
        for n in range(len(uncertain)):
            v[uncertain[n]] = drawn[n, run]
        _usual(v, base, spare, x_base, usual)
        begin(v, own, work, x)
        copy(x, baseline)
        work.worn[:] = 0.0
        used[:] = 0
        forbidden[:] = False
        ever[:] = False
        _record(run, 0, x, rules, state, exact)
        for now in range(1, rounds + 1):
            if stopped[run] >= 0:
                _record(run, now, x, rules, state, exact)
                continue
            u = draws[lane, now]
            _befall(
                now, x, baseline, v, u[2 * ways :], own, rules, used, forbidden, happens, ever
            )  # fmt: skip
            glance(x, own, work)
            for k in range(count):
                work.is_open[k] = may(k, now, x, v, used, forbidden, rules)
            weigh(x, own, work)
            for block in range(len(own.blocks)):
                way, first_k, last_k = (
                    own.blocks[block].way,
                    own.blocks[block].first,
                    own.blocks[block].last,
                )
                for k in range(first_k, last_k):
                    if work.is_open[k]:
                        same = rules.usual[k]
                        score(k, usual[0, same], usual[1, same], own, work)
                chosen = pick(first_k, last_k, u[way], work)
                picked[block] = chosen
                agreed[block] = chosen != PASS and u[ways + way] < work.agree[chosen]
                if chosen != PASS:
                    choice[run, now, way] = rules.lever[chosen]
            _settle(picked, agreed, rules, u[2 * ways + events + len(rules.noisy) :])
            for block in range(len(own.blocks)):
                accepted[run, now, own.blocks[block].way] = agreed[block]
            _resolve(picked, agreed, own, work, x, total)
            for k in range(count):
                work.worn[k] *= 1 - work.theory[t.RECOVERY]
            for block in range(len(picked)):
                if agreed[block]:
                    work.worn[picked[block]] = work.theory[t.WEAR]
                    used[picked[block]] = now
            _drift(x, baseline, v, u[2 * ways + events :], own, rules, work, after)
            for n in range(events):
                happened[run, now, n] = happens[n]
            _record(run, now, x, rules, state, exact)
            for row in range(own.moving):
                if not math.isfinite(x[row]):
                    failed[run] = now
            if _watch(now, x, v, used, happens, rules, watched[run]):
                stopped[run] = now
