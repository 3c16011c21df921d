"""What all candidates of one look share, reckoned once for a run and round.

``docs/model.md``, sections 6.1 to 6.4, in loops over plain numbers.
"""

from __future__ import annotations

from typing import Any

from tests.benchmarks import kernel_tables as t
from tests.benchmarks import kernel_work as w
from tests.benchmarks.kernel_compiler import apart, compiled


@compiled
def averse(change: Any, aversion: Any) -> Any:
    """A loss weighs more than a gain."""
    return change if change >= 0.0 else aversion * change


@compiled
def changed(push: Any, room: Any) -> Any:
    """Change that a push on a quantity brings."""
    if push > 0.0:
        return min(push * room.pushed_up, room.up)
    return max(push * room.pushed_down, room.down)


@compiled
def make_room(x: Any, tables: Any, room: Any, rows: Any) -> Any:
    """How far the first ``rows`` quantities may still move."""
    for row in range(rows):
        low, high = tables.low[row], tables.high[row]
        place = (x[row] - (low + high) / 2) * (2 / (high - low))
        room[row].pushed_up = 1.0 - max(place, 0.0)
        room[row].pushed_down = 1.0 + min(place, 0.0)
        room[row].up = high - x[row]
        room[row].down = low - x[row]


@compiled
def prosperity(tied: Any, squared: Any, concentration: Any) -> Any:
    return tied - concentration * squared / tied if tied > 0.0 else tied


@apart
def glance(x: Any, tables: Any, work: Any) -> Any:
    """What all candidates share: room, weights and stakes, who stands with whom."""
    n, issues, actor, weight = tables.actors, tables.issues, work.actor, work.weight
    pairs = n * (n - 1) // 2
    ties = 4 * pairs
    power = 6 * pairs + n
    issue = power + n
    position = issue + issues
    salience = position + n * issues
    weights = salience + n * issues
    make_room(x, tables, work.room, tables.moving)
    everything = 0.0
    for a in range(n):
        actor[a].power = x[power + a]
        everything += x[power + a]
    for a in range(n):
        total = 0.0
        for c in range(5):
            total += x[weights + 5 * a + c]
        for c in range(5):
            weight[a, c] = x[weights + 5 * a + c] / total
        future = work.future
        actor[a].by_affinity = future[0, a] * weight[a, w.SECURITY]
        actor[a].by_tension = future[1, a] * weight[a, w.SECURITY]
        actor[a].by_commitment = future[2, a] * weight[a, w.SECURITY]
        actor[a].by_ties = future[3, a] * weight[a, w.PROSPERITY]
        actor[a].by_standing = future[0, a] * weight[a, w.STANDING] / (everything - x[power + a])
        actor[a].by_support = future[4, a] * weight[a, w.BACKING]
        tied, squared = 0.0, 0.0
        for place in range(n - 1):
            tie = x[ties + a * (n - 1) + place]
            tied += tie
            squared += tie * tie
        actor[a].tied = tied
        actor[a].squared = squared
        actor[a].fare = prosperity(tied, squared, work.theory[t.CONCENTRATION])
        for i in range(issues):
            at = a * issues + i
            stance = work.stance[i * n + a]
            stance.position = x[position + at]
            stance.distance = abs(x[issue + i] - x[position + at])
            stance.salience = x[salience + at] / 100
            stance.stake = work.future_issue[a, i] * weight[a, w.ISSUES]
    _sides(x, tables, work, pairs)


@compiled
def _sides(x: Any, tables: Any, work: Any, pairs: Any) -> Any:
    """Who leans to whom, both sides of every pair, and the price of affinities."""
    n, actor, leans, lean, pair = tables.actors, work.actor, tables.leans, work.lean, work.pair
    price = work.price
    for a in range(n):
        for b in range(n):
            price[a, b] = 0.0
            work.bond[a, b] = 1.0
            if a != b:
                affinity = x[tables.pair_of[a, b]]
                tension = x[pairs + tables.pair_of[a, b]]
                pledge = x[2 * pairs + a * (n - 1) + (b if b < a else b - 1)]
                work.stands[a * n + b] = affinity + pledge
                work.bond[a, b] = work.theory[t.REGARD] * (affinity - tension)
            if a < b:
                at = tables.pair_of[a, b]
                pair[at].tension = tension
                pair[at].side = actor[a].power
                pair[at].whole = actor[a].power + actor[b].power
    for row in range(len(leans)):
        who, at = leans[row], leans[row].pair
        force = actor[who.third].power
        z = work.stands[who.third * n + who.left] - work.stands[who.third * n + who.right]
        lean[row].leaning = z
        lean[row].powered = force
        lean[row].ahead = force * max(z, 0.0)
        pair[at].side += lean[row].ahead
        pair[at].whole += force * abs(z)
    for at in range(pairs):
        pair[at].odds = pair[at].side / pair[at].whole
        pair[at].now = pair[at].odds
    for row in range(len(leans)):
        who, z, disputed = leans[row], lean[row].leaning, pair[leans[row].pair]
        side, whole = disputed.side, disputed.whole
        toward = whole - side if z > 0.0 else (side if z < 0.0 else 0.0)
        slope = disputed.tension * lean[row].powered * toward / (whole * whole)
        price[who.left, who.third] += slope * actor[who.left].by_affinity
        price[who.right, who.third] += slope * actor[who.right].by_affinity
    for a in range(n):
        for b in range(n):
            price[a, b] += actor[a].by_standing * actor[b].power
