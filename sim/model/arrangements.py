"""What lasts: arrangements, promises and trust. Equations: ``docs/model.md``, 6.8 and 6.9."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.arrays import Bools, Floats, Ints
from sim.model.candidates import CandidateTable, Sum, columns, flow, integers, sum_unique
from sim.model.draws import Drawn, stacked
from sim.model.events import NEVER, Governments
from sim.model.theory import Saturation, Theory
from sim.scenario.lookup import (
    BROKEN,
    IN_FORCE,
    KEPT,
    LATE,
    NONE,
    OPEN,
    OVERDUE,
    SUSPENDED,
    at_start,
    promises,
)
from sim.scenario.schema import Description

_VERBS = {
    "ends": (NONE, np.array([False, True, True])),
    "suspends": (SUSPENDED, np.array([False, True, False])),
    "resumes": (IN_FORCE, np.array([False, False, True])),
    "begins": (IN_FORCE, np.array([True, True, True])),
}
"""The status after each verb, and whether what is none, in force or suspended allows it."""
_UNKNOWN = 0.5
"""Trust in one who promises nothing in ordinary times."""
_CHANGED = ("status", "begun", "due", "promise_status", "changed", "patience")
"""What a round changes of the memory."""


class Pushes(NamedTuple):
    """What is valued beside what a lever does, and what breaking off costs, by effect and run."""

    lasting: Floats
    breach: Floats


class Amounts(NamedTuple):
    """Sizes for the parameter values of each run: of flows, of what lasts, of breaking off."""

    flow: Floats
    lasting: Floats
    breach: Floats
    solemnity: Floats


class LastingTable:
    """What a description's levers, arrangements and promises have to do with one another.

    Attributes
    ----------
    instances, promises : tuple
        See :mod:`sim.scenario.lookup`.
    flowing : list of (int, int)
        The arrangement and the row of each change that one brings while it is in force;
        ``sum_flows`` adds these up by row.
    trusted : Ints
        Candidates that trust weighs the consent to.
    lasting_effect, breach_effect : Ints
        Numbers of the effects with lasting pushes, and of those that breaking off costs.
    """

    def __init__(self, description: Description, table: CandidateTable) -> None:
        layout = table.layout
        self.layout, self._table = layout, table
        self.instances = layout.instances
        self.promises = promises(description)
        self.start = integers([at_start(description, one) for one in self.instances])
        self.rows, self.trust_rows = layout.in_force, layout.rows("trust")
        self._arrangements(description)
        self._lasting()
        self._breaking()
        self._promising()
        self.trusted = integers([k for k, c in enumerate(table.rows) if c.lasting.trusted])
        actor, target = table.actor[self.trusted], table.target[self.trusted]
        self._trust = layout.direction_number(target, actor)

    def _arrangements(self, description: Description) -> None:
        layout = self.layout
        flows = [
            (number, row, path)
            for number in range(len(self.instances))
            for row, path in flow(description, layout, number)
        ]
        self.flowing = [(number, row) for number, row, _ in flows]
        self._flow_instance, self._flow_row = columns(self.flowing)
        self._flow_path = [path for *_, path in flows]
        support = layout.rows("support")
        self._flow_support = np.flatnonzero(
            (self._flow_row >= support.start) & (self._flow_row < support.stop)
        )
        self.sum_flows = Sum(self._flow_row, layout.moving.stop)
        self.term = integers(
            [description.arrangements[one.name].term or 10**9 for one in self.instances]
        )
        self._by_verb = {
            verb: columns(
                (k, number)
                for k, c in enumerate(self._table.rows)
                for number in getattr(c.lasting, verb)
            )
            for verb in _VERBS
        }
        number, pair = columns(
            (number, layout.pair(*two))
            for number, one in enumerate(self.instances)
            for two in combinations(one.holders, 2)
        )
        self._together = Sum(pair, len(layout.pairs), number, len(self.instances))

    def _lasting(self) -> None:
        table, layout = self._table, self.layout
        every = [(k, one) for k, c in enumerate(table.rows) for one in c.lasting.effects]
        self._lasts = [one for _, one in every]
        self.lasting_effect, self._by_effect = sum_unique(
            [table.effect_number[k, one.row] for k, one in every]
        )
        self._weighed, self._weight_row = columns(
            (n, layout.at("trust", *one.trust)) for n, one in enumerate(self._lasts) if one.trust
        )
        self._gated, self._gate = columns(
            (n, one.gate) for n, one in enumerate(self._lasts) if one.gate >= 0
        )

    def _breaking(self) -> None:
        table, layout = self._table, self.layout
        self.breaker, other = columns(
            (k, other)
            for k, c in enumerate(table.rows)
            if c.lasting.breaks
            for other in range(len(layout.actors))
            if other != c.actor
        )
        actor = table.actor[self.breaker]
        self._breach_pair = layout.pair_number(actor, other)
        rows = layout.rows("affinity").start + self._breach_pair
        keys = zip(self.breaker.tolist(), rows.tolist(), strict=True)
        self.breach_effect = integers([table.effect_number[key] for key in keys])
        self._by_doubter = Sum(layout.direction_number(other, actor), len(layout.directions))
        broken = [
            [self.instances[i] for i in table.rows[k].lasting.ends] for k in self.breaker.tolist()
        ]
        solemn = [
            [f"arrangements.{one.name}.solemnity" for one in several if not one.one_sided]
            for several in broken
        ]
        self._solemnity = [path for several in solemn for path in several]
        self._broken = integers(np.cumsum([0, *map(len, solemn)])[:-1])  # where each begins

    def _promising(self) -> None:
        keys, ways = self._table.keys, {way: n for n, way in enumerate(self.layout.directions)}
        self.maker = integers([keys[p.lever, p.actor, p.target] for p in self.promises])
        levers = [self._table.rows[k].lever.delivers for k in self.maker.tolist()]
        self.within = integers([one.within for one in levers if one is not None])
        self._kept_by, self._kept_of = columns(
            (keys[key], n) for n, p in enumerate(self.promises) for key in p.by
        )
        self._by_promise = Sum(self._kept_of, len(self.promises))
        # Who owes is distrusted by whom it is owed to.
        self._owed_of, way = columns(
            (n, ways[y, x]) for n, p in enumerate(self.promises) for x, y in p.owed
        )
        self._by_trust = Sum(way, len(ways))

    def amounts(self, drawn: Drawn) -> Amounts:
        """Sizes, for these parameter values."""
        values = drawn.also("", np.zeros(1))
        horizon = drawn["coefficients.horizon"]

        def factor(scale: str, term: int | None) -> Floats:
            if scale:
                return drawn[scale]
            return horizon if term is None else np.minimum(horizon, term)

        factors = stacked([one.sign * factor(one.scale, one.term) for one in self._lasts])
        solemnity = values.stack(self._solemnity)
        if len(self._broken):
            solemnity = np.maximum.reduceat(solemnity, self._broken, axis=0)
        return Amounts(
            flow=values.stack(self._flow_path),
            lasting=values.stack(one.path for one in self._lasts) * factors,
            breach=-drawn["coefficients.breach"] * solemnity,
            solemnity=solemnity,
        )

    def pushes(self, x: Floats, amounts: Amounts) -> Pushes:
        """What lasts of each candidate, and what breaking off costs, in a state."""
        lasting = np.broadcast_to(amounts.lasting, (len(self._lasts), x.shape[1])).copy()
        lasting[self._weighed] *= x[self._weight_row]
        lasting[self._gated] *= 1 - x[self.rows][self._gate]
        return Pushes(
            self._by_effect(lasting),
            amounts.breach * self.together(x)[self._breach_pair],
        )

    def together(self, x: Floats) -> Floats:
        """Whether each pair holds any arrangement together that is in force, 0 or 1."""
        found: Floats = np.minimum(self._together(x[self.rows]), 1)
        return found

    def flows(self, x: Floats, amounts: Amounts) -> Floats:
        """What arrangements in force change in a round, by :attr:`flowing`."""
        low, high = self.layout.low[self._flow_row], self.layout.high[self._flow_row]
        here = x.take(self._flow_row, axis=0)
        room = Saturation.of(here, low, high, self._flow_support)
        changed = room.change(np.broadcast_to(amounts.flow, here.shape))
        changed *= x[self.rows][self._flow_instance]
        return changed

    def close(self, status: npt.NDArray[np.integer], open_now: Bools) -> None:
        """Close, in place, what there is nothing to end, to suspend or to resume."""
        for verb in ("ends", "suspends", "resumes"):
            candidate, instance = self._by_verb[verb]
            np.logical_and.at(open_now, candidate, _VERBS[verb][1][status[instance]])

    def changes(
        self, status: npt.NDArray[np.integer], accepted: Bools
    ) -> Iterator[tuple[int, Bools]]:
        """By verb, the new status and where accepted acts give it, as ``status`` changes."""
        for verb, (new, allowed) in _VERBS.items():
            candidates, numbers = self._by_verb[verb]
            used = np.zeros(status.shape, dtype=bool)
            np.logical_or.at(used, numbers, accepted[candidates])
            yield new, used & allowed[status]

    def credence(self, trust: Floats) -> Floats:
        """The trust, of that by ordered pair, that weighs consent to each of ``trusted``."""
        return trust.take(self._trust, axis=0)

    def usual_trust(self, use: Floats) -> Floats:
        """Share of promises that are kept in ordinary times, by ordered pair.

        ``use``, shape ``(candidates, cols)``, is how often each is proposed and agreed to,
        whatever it requires.
        """
        missed = np.ones((len(self.promises), use.shape[1]))
        np.multiply.at(missed, self._kept_of, 1 - use[self._kept_by])
        kept = 1 - missed ** self.within[:, None]
        kept += kept * (1 - kept) / 2
        weight = use[self.maker]
        every = self._by_trust(weight[self._owed_of])
        found = self._by_trust((weight * kept)[self._owed_of])
        return np.divide(found, every, out=np.full_like(every, _UNKNOWN), where=every > 0)

    def delivered(self, accepted: Bools) -> Bools:
        """Which promises were delivered on in a round, ``(promises, runs)``."""
        found: Bools = self._by_promise(accepted[self._kept_by].astype(np.float64)) > 0
        return found

    def trust_change(self, up: Floats, down: Floats, trust: Floats) -> Floats:
        """Change of trust by promises kept and not kept, by ordered pair.

        ``up`` and ``down``, shape ``(promises, runs)``, are shares of the way to full trust and
        to none.
        """
        rise, fall = (self._by_trust(part[self._owed_of]) for part in (up, down))
        found: Floats = rise * (1 - trust) - fall * trust
        return found

    def trust_lost(self, accepted: Bools, x: Floats, amounts: Amounts, learning: Floats) -> Floats:
        """Share of trust lost by those who broke off, by ordered pair."""
        lost = accepted[self.breaker] * self.together(x)[self._breach_pair]
        lost *= learning * amounts.solemnity
        return self._by_doubter(lost)


class LastingMemory:
    """What a block of runs remembers; the rows of the state that follow from it lie in ``x``.

    Attributes
    ----------
    status : int8, shape (arrangements, runs)
        0 none, 1 in force, 2 suspended.
    begun : Ints, shape (arrangements, runs)
        Round at whose end each last began.
    due : Ints, shape (promises, runs)
        Round in which each is due; 0 where nothing is open.
    promise_status : int8, shape (promises, runs)
        0 nothing open, 1 open, 2 overdue; in this round 3 kept, 4 delivered late, 5 broken.
    changed : Bools, shape (governments, runs)
        Where the government is not that of the start any more.
    patience : shape (actors, runs)
        Of those who govern.
    cost_of_ruling : shape (governments, runs or 1)
        What each loses of its support in a round in office.
    """

    def __init__(
        self, table: LastingTable, governments: Governments, theory: Theory, drawn: Drawn, runs: int
    ) -> None:
        self._table, self._governments = table, governments
        self._amounts = table.amounts(drawn) if table.layout.trusting else None
        self.status = np.repeat(table.start.astype(np.int8)[:, None], runs, axis=1)
        self.begun: Ints = np.where(self.status == IN_FORCE, 0, NEVER).astype(np.int64)
        self.due: Ints = np.zeros((len(table.promises), runs), dtype=np.int64)
        self.promise_status = np.zeros(self.due.shape, dtype=np.int8)
        self.changed: Bools = np.zeros((len(governments.actors), runs), dtype=bool)
        shape = (len(table.layout.actors), runs)
        self.patience: Floats = np.broadcast_to(theory.patience, shape).copy()
        self.cost_of_ruling = governments.cost_of_ruling(drawn)

    def __deepcopy__(self, _: Any) -> LastingMemory:
        """What a round changes is copied, what it finds is shared."""
        made = copy(self)
        for name in _CHANGED:
            setattr(made, name, getattr(self, name).copy())
        return made

    def pushes(self, x: Floats) -> Pushes | None:
        """What lasts of each candidate, and what breaking off costs; none where nothing lasts."""
        return self._table.pushes(x, self._amounts) if self._amounts else None

    def flows(self, x: Floats) -> Floats | None:
        """What arrangements in force change in a round, as :meth:`LastingTable.flows` has it."""
        return self._table.flows(x, self._amounts) if self._amounts else None

    def close(self, open_now: Bools) -> None:
        """Close, in place, what there is nothing to end, to suspend or to resume."""
        self._table.close(self.status, open_now)

    def set_status(self, ends: Ints, begins: Ints, here: Bools, x: Floats, now: int) -> None:
        """End and begin arrangements by an event, in some runs."""
        for numbers, status in ((ends, NONE), (begins, IN_FORCE)):
            for number in numbers:
                self.status[number, here] = status
                if status == IN_FORCE:
                    self.begun[number, here] = now - 1  # in force from this round on
        x[self._table.rows] = self.status == IN_FORCE

    def update_promises(
        self, accepted: Bools, going: Bools, x: Floats, theory: Theory, now: int
    ) -> None:
        """Keep the ledger of promises, and learn trust: what was kept, is late, broken or new."""
        table, rows = self._table, self._table.trust_rows
        if self._amounts is None:
            return
        done, within = table.delivered(accepted), table.within[:, None]
        waiting, over = (self.due >= now) & going, (self.due > 0) & (self.due < now) & going
        kept, late = waiting & done, over & done
        missed = waiting & ~done & (self.due == now)
        broken = over & ~done & (self.due + within == now)
        half = theory.learning / 2
        up = kept * theory.learning + late * half
        down = (missed | broken) * half
        trust = x[rows]
        change = table.trust_change(up, down, trust)
        change -= trust * table.trust_lost(accepted, x, self._amounts, theory.learning)
        x[rows] = np.clip(trust + change, 0, 1)

        self.due[kept | late | broken] = 0
        made = accepted[table.maker] & (self.due == 0) & going
        self.due = np.where(made, now + within, self.due)
        stands = np.where(self.due > now, OPEN, OVERDUE)
        stands[:, ~going] = np.where(self.promise_status == OVERDUE, OVERDUE, OPEN)[:, ~going]
        self.promise_status = np.where(self.due == 0, 0, stands).astype(np.int8)
        for verdict, where in ((KEPT, kept), (LATE, late), (BROKEN, broken)):
            self.promise_status[where] = verdict

    def update_arrangements(self, accepted: Bools, going: Bools, x: Floats, now: int) -> None:
        """Let arrangements run out, end, be suspended, resumed and begun."""
        if not len(self.status):
            return
        term = self._table.term[:, None]
        self.status[(self.status != NONE) & (now - self.begun >= term) & going] = NONE
        for status, used in self._table.changes(self.status, accepted):
            used &= going
            self.status[used] = status
            if status == IN_FORCE:
                self.begun[used] = now
        x[self._table.rows] = self.status == IN_FORCE

    def age(self, x: Floats, theory: Theory, usual_trust: Floats) -> None:
        """Let trust return to its usual level, and count the rounds in office."""
        if self._amounts is not None:
            rows = self._table.trust_rows
            x[rows] += theory.forgetting * (usual_trust - x[rows])
        if len(self._governments.actors):
            x[self._governments.rows] += 1

    def with_cost_of_ruling(self, trend: Floats) -> Floats:
        """A round's trends, with what ruling costs."""
        support = self._governments.support
        if not len(support):
            return trend
        found = np.broadcast_to(trend, (len(trend), self.status.shape[1])).copy()
        found[support] -= self.cost_of_ruling
        return found

    def reviewing(self, x: Floats, candidates: int) -> Bools | None:
        """Which candidates a new government reviews now; none where none ever does."""
        governments = self._governments
        if not len(governments.reviewed):
            return None
        found = np.zeros((candidates, x.shape[1]), dtype=bool)
        found[governments.reviewed] = governments.new(x, self.changed)[governments.reviewer]
        return found
