"""What one candidate is worth: only what its lever touches is reckoned anew.

``docs/model.md``, sections 6.2 to 6.4, in loops over plain numbers.
"""

from __future__ import annotations

from typing import Any

from tests.benchmarks import kernel_tables as t
from tests.benchmarks import kernel_work as w
from tests.benchmarks.kernel_compiler import apart, compiled
from tests.benchmarks.kernel_look import averse, changed, prosperity


@apart
def weigh(x: Any, tables: Any, work: Any) -> Any:
    """Weigh every open candidate in state ``x``."""
    for block in tables.blocks:
        for k in range(block.first, block.last):
            if work.is_open[k]:
                _weigh(k, x, 1.0 - work.worn[k], tables, work)


@compiled
def _weigh(k: Any, x: Any, fresh: Any, tables: Any, work: Any) -> Any:
    """Value of candidate ``k`` to all, and its worth to actor and target."""
    n, effects, c, actor = tables.actors, tables.effects, tables.candidates[k], work.actor
    push, size, room, aversion = work.push, work.size, work.room, work.theory[t.LOSS_AVERSION]
    for a in range(n):
        actor[a].safer = 0.0
        actor[a].dearer = 0.0
        actor[a].value = 0.0
        actor[a].given = 0.0
    for e in range(c.issue, c.end):
        row, first = effects[e].row, effects[e].stance
        push[e] = size[e] * fresh
        after = x[row] + changed(push[e], room[row])
        for a in range(n):
            stance = work.stance[first + a]
            lost = stance.salience * (abs(after - stance.position) - stance.distance)
            actor[a].value += averse(-stance.stake * lost, aversion)
            actor[a].given += max(lost, 0.0)
    for e in range(c.support, c.issue):
        a = effects[e].one
        push[e] = size[e] * fresh
        if effects[e].pays:
            push[e] -= work.traits[w.AUDIENCE, a] * actor[a].given
        change = changed(push[e], room[effects[e].row])
        actor[a].value += averse(change * actor[a].by_support, aversion)
    more, squared = 0.0, 0.0
    for e in range(c.ties, c.support):
        row, a = effects[e].row, effects[e].one
        push[e] = size[e] * fresh
        change = changed(push[e], room[row])
        more += change
        squared += change * (2 * x[row] + change)
        if effects[e].closes:
            more, squared = more + actor[a].tied, squared + actor[a].squared
            richer = prosperity(more, squared, work.theory[t.CONCENTRATION]) - actor[a].fare
            actor[a].value += averse(actor[a].by_ties * richer, aversion)
            more, squared = 0.0, 0.0
    _secure(c, fresh, tables, work)
    for a in range(n):
        actor[a].value += averse(actor[a].safer, aversion)
        actor[a].value += averse(actor[a].by_standing * actor[a].dearer, aversion)
    _foresee(k, tables, work)


@compiled
def _secure(c: Any, fresh: Any, tables: Any, work: Any) -> Any:
    """Changes of security and standing that a candidate would bring."""
    effects, actor, pair, odds = tables.effects, work.actor, work.pair, tables.odds
    push, size, room, shift = work.push, work.size, work.room, work.shift
    for e in range(c.affinity, c.tension):
        effect = effects[e]
        push[e] = size[e] * fresh
        change = changed(push[e], room[effect.row])
        shift[effect.cell] = change
        shift[effect.back] = change
        actor[effect.one].dearer += actor[effect.two].power * change
        actor[effect.two].dearer += actor[effect.one].power * change
    for o in range(c.warmed, c.pledged):
        gain = _tip(odds[o], tables, work)
        actor[odds[o].left].safer += actor[odds[o].left].by_affinity * gain
        actor[odds[o].right].safer -= actor[odds[o].right].by_affinity * gain
    for e in range(c.commitment, c.ties):
        push[e] = size[e] * fresh
        shift[effects[e].cell] += changed(push[e], room[effects[e].row])
    for o in range(c.pledged, c.weighed):
        gain = _tip(odds[o], tables, work)
        actor[odds[o].left].safer += actor[odds[o].left].by_commitment * gain
        actor[odds[o].right].safer -= actor[odds[o].right].by_commitment * gain
    for e in range(c.tension, c.commitment):
        effect = effects[e]
        push[e] = size[e] * fresh
        change, now = changed(push[e], room[effect.row]), pair[effect.pair].now
        actor[effect.one].safer -= actor[effect.one].by_tension * change * (1.0 - now)
        actor[effect.two].safer -= actor[effect.two].by_tension * change * now
    for e in range(c.affinity, c.tension):
        shift[effects[e].cell] = 0.0
        shift[effects[e].back] = 0.0
    for e in range(c.commitment, c.ties):
        shift[effects[e].cell] = 0.0
    for o in range(c.warmed, c.weighed):
        pair[odds[o].pair].now = pair[odds[o].pair].odds


@compiled
def _tip(moved: Any, tables: Any, work: Any) -> Any:
    """Gain of a pair's first actor, by tension, from the leans moved so far."""
    pair, lean, shift, shifts = work.pair[moved.pair], work.lean, work.shift, tables.shifts
    if pair.tension == 0.0 and not moved.needed:
        return 0.0
    side, whole = pair.side, pair.whole
    for s in range(moved.first, moved.last):
        third = lean[shifts[s].lean]
        by = shift[shifts[s].plus] - shift[shifts[s].minus]
        ahead = third.powered * max(third.leaning + by, 0.0) - third.ahead
        side += ahead
        # All that leans, |z|, is twice what leans to the first, max(z, 0), less z.
        whole += 2.0 * ahead - third.powered * by
    after = side / whole
    gain = pair.tension * (after - pair.now)
    pair.now = after
    return gain


@compiled
def _foresee(k: Any, tables: Any, work: Any) -> Any:
    """Care of actor and target, with what third parties will make of the move."""
    n, c, actor, theory = tables.actors, tables.candidates[k], work.actor, work.theory
    aversion, own, other = theory[t.LOSS_AVERSION], 0.0, 0.0
    share = (0.5 if c.asks else 1.0) * theory[t.RECIPROCITY]
    for y in range(n):
        value = actor[y].value
        own += work.bond[c.actor, y] * value
        other += work.bond[c.target, y] * value
        if y not in (c.actor, c.target):
            reaction = share * value / (theory[t.REACTION_SCALE] + abs(value))
            work.reaction[k, y] = reaction
            own += averse(work.price[c.actor, y] * reaction, aversion)
            other += averse(work.price[c.target, y] * reaction, aversion)
    work.worth[0, k] = own
    work.worth[1, k] = other
