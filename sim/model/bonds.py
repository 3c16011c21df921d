"""Arrangements, promises and trust as index arrays: ``docs/model.md``, 6.8 and 6.9."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.arrays import Bools, Floats, Ints
from sim.model.candidates import Sum, Table, integers
from sim.model.entries import flow
from sim.model.uncertain import Drawn
from sim.model.utility_components import Room
from sim.scenario.instances import at_start, promises
from sim.scenario.schema import Description

NONE, IN_FORCE, SUSPENDED = 0, 1, 2
"""Status of an arrangement."""
ALLOWS = {
    "ends": np.array([False, True, True]),
    "suspends": np.array([False, True, False]),
    "resumes": np.array([False, False, True]),
    "begins": np.array([True, True, True]),
}
"""Whether what is none, in force or suspended can be ended, suspended, resumed, begun."""
UNKNOWN = 0.5
"""Trust in one who promises nothing in ordinary times."""


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


class Bonds:
    """What a description's levers, arrangements and promises have to do with one another.

    Attributes
    ----------
    instances, promises : tuple
        See :mod:`sim.scenario.instances`.
    flowing : tuple of (int, int)
        The arrangement and the row of each change that one brings while it is in force.
    sum_flows : Sum
        Adds these up by row.
    lasting_effect, breach_effect : Ints
        Numbers of the effects with lasting pushes, and of those that breaking off costs.
    """

    def __init__(self, description: Description, table: Table) -> None:
        layout = table.layout
        self._layout, self._table = layout, table
        self.instances = layout.instances
        self.promises = promises(description)
        self.start = integers([at_start(description, one) for one in self.instances])
        self.rows = layout.in_force
        self._trust = layout.rows("trust").start
        self._effects = {(k, e.row): n for n, (k, e) in enumerate(table.effects)}
        self._keys = {
            (c.name, layout.actors[c.actor], layout.actors[c.target]): k
            for k, c in enumerate(table.rows)
        }
        self._arrangements(description)
        self._lasting()
        self._breaking()
        self._promising()
        self.trusted = integers([k for k, c in enumerate(table.rows) if c.about.trusted])
        self._trusted_row = integers(
            [self._trusts(table.target[k], table.actor[k]) for k in self.trusted]
        )

    def _trusts(self, one: int, other: int) -> int:
        """Row of the trust of one actor in another."""
        ways = self._layout.direction_number(integers([one]), integers([other]))
        return int(self._trust + ways[0])

    def _arrangements(self, description: Description) -> None:
        layout = self._layout
        found = [
            (number, row, path)
            for number in range(len(self.instances))
            for row, path in flow(description, layout, number)
        ]
        self._flow_instance = integers([number for number, *_ in found])
        self._flow_row = integers([row for _, row, _ in found])
        self._flow_path = [path for *_, path in found]
        self.sum_flows = Sum(self._flow_row, layout.moving.stop)
        self.flowing = tuple((number, row) for number, row, _ in found)
        self.term = integers(
            [description.arrangements[one.name].term or 10**9 for one in self.instances]
        )
        about = [c.about for c in self._table.rows]
        self.verbs = {
            verb: _pairs([getattr(one, verb) for one in about])
            for verb in ("ends", "suspends", "resumes", "begins")
        }
        together = [
            (number, layout.pair(*sorted((a, b))))
            for number, one in enumerate(self.instances)
            for n, a in enumerate(one.holders)
            for b in one.holders[n + 1 :]
        ]
        self._together = Sum(
            [pair for _, pair in together],
            len(layout.pairs),
            of=[number for number, _ in together],
            rows=len(self.instances),
        )

    def _lasting(self) -> None:
        table, layout = self._table, self._layout
        entries = [(k, entry) for k, c in enumerate(table.rows) for entry in c.about.entries]
        self._entries = [entry for _, entry in entries]
        effect = integers([self._effects[k, entry.row] for k, entry in entries])
        self.lasting_effect, group = np.unique(effect, return_inverse=True)
        self._by_effect = Sum(group, len(self.lasting_effect))
        self._weighed = integers([n for n, (_, e) in enumerate(entries) if e.trust])
        self._weight_row = integers(
            [layout.at("trust", *e.trust) for _, e in entries if e.trust is not None]
        )
        self._gated = integers([n for n, (_, e) in enumerate(entries) if e.gate >= 0])
        self._gate = integers([e.gate for _, e in entries if e.gate >= 0])

    def _breaking(self) -> None:
        table, layout = self._table, self._layout
        breaks = [
            (k, other)
            for k, c in enumerate(table.rows)
            if c.about.breaks
            for other in range(len(layout.actors))
            if other != c.actor
        ]
        self.breaker = integers([k for k, _ in breaks])
        other = integers([other for _, other in breaks])
        actor = table.actor[self.breaker]
        self._breach_pair = layout.pair_number(actor, other)
        affinity = layout.rows("affinity").start
        self.breach_effect = integers(
            [
                self._effects[int(k), int(affinity + pair)]
                for k, pair in zip(self.breaker, self._breach_pair, strict=True)
            ]
        )
        self._doubting = layout.direction_number(other, actor)
        self._by_doubter = Sum(self._doubting, len(layout.directions))
        broken = [
            [i for i in table.rows[int(k)].about.ends if not self.instances[i].one_sided]
            for k in self.breaker
        ]
        self._solemnity = [
            f"arrangements.{self.instances[i].name}.solemnity"
            for several in broken
            for i in several
        ]
        self._broken = integers(np.cumsum([0, *map(len, broken)])[:-1])  # where each begins

    def _promising(self) -> None:
        ways = {way: n for n, way in enumerate(self._layout.directions)}
        self.maker = integers([self._keys[p.lever, p.actor, p.target] for p in self.promises])
        levers = [self._table.rows[int(k)].lever.delivers for k in self.maker]
        self.within = integers([one.within for one in levers if one is not None])
        by = [(n, self._keys[key]) for n, p in enumerate(self.promises) for key in p.by]
        self._kept_by = integers([k for _, k in by])
        self._kept_of = integers([n for n, _ in by])
        self._by_promise = Sum(self._kept_of, len(self.promises))
        # Who owes is distrusted by whom it is owed to.
        owed = [(n, ways[y, x]) for n, p in enumerate(self.promises) for x, y in p.owed]
        self._owed_of = integers([n for n, _ in owed])
        self._by_trust = Sum([way for _, way in owed], len(ways))

    def amounts(self, drawn: Drawn) -> Amounts:
        """Sizes, for these parameter values."""
        values = drawn.also("", np.zeros(1))
        horizon = drawn["coefficients.horizon"]
        factors = [
            entry.sign
            * (
                drawn[entry.scale]
                if entry.scale
                else horizon
                if entry.term is None
                else np.minimum(horizon, entry.term)
            )
            for entry in self._entries
        ]
        lasting = values.stack(entry.path for entry in self._entries) * _stacked(factors)
        solemnity = values.stack(self._solemnity)
        if len(self._broken):
            solemnity = np.maximum.reduceat(solemnity, self._broken, axis=0)
        return Amounts(
            flow=values.stack(self._flow_path),
            lasting=lasting,
            breach=-drawn["coefficients.breach"] * solemnity,
            solemnity=solemnity,
        )

    def pushes(self, x: Floats, amounts: Amounts) -> Pushes:
        """What lasts of each candidate, and what breaking off costs, in a state."""
        lasting = np.broadcast_to(amounts.lasting, (len(self._entries), x.shape[1])).copy()
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
        layout = self._layout
        here = x.take(self._flow_row, axis=0)
        support = layout.rows("support")
        sheer = np.flatnonzero((self._flow_row >= support.start) & (self._flow_row < support.stop))
        room = Room.of(here, layout.low[self._flow_row], layout.high[self._flow_row])
        room.fall[sheer] = 1
        push = np.broadcast_to(amounts.flow, here.shape)
        changed = room.change(push)
        changed *= x[self.rows][self._flow_instance]
        return changed

    def opening(self, status: npt.NDArray[np.integer]) -> Iterator[tuple[Ints, Bools]]:
        """Candidates that end, suspend or resume, and where each may, ``(candidates, runs)``."""
        for verb in ("ends", "suspends", "resumes"):
            candidate, instance = self.verbs[verb]
            yield candidate, ALLOWS[verb][status[instance]]

    def credence(self, x: Floats) -> Floats:
        """The trust that weighs consent to each candidate of ``trusted``."""
        return x.take(self._trusted_row, axis=0)

    def credited(self, trust: Floats) -> Floats:
        """The same, of trust by ordered pair."""
        return trust.take(self._trusted_row - self._trust, axis=0)

    def usual_trust(self, use: Floats) -> Floats:
        """Share of promises that are kept in ordinary times, by ordered pair.

        Parameters
        ----------
        use : shape (candidates, cols)
            How often each is proposed and agreed to, whatever it requires.
        """
        missed = np.ones((len(self.promises), use.shape[1]))
        np.multiply.at(missed, self._kept_of, 1 - use[self._kept_by])
        kept = 1 - missed ** self.within[:, None]
        kept += kept * (1 - kept) / 2
        weight = use[self.maker]
        whole = self._by_trust(weight[self._owed_of])
        told = self._by_trust((weight * kept)[self._owed_of])
        return np.divide(told, whole, out=np.full_like(whole, UNKNOWN), where=whole > 0)

    def delivered(self, accepted: Bools) -> Bools:
        """Which promises were delivered on in a round, ``(promises, runs)``."""
        found: Bools = self._by_promise(accepted[self._kept_by].astype(np.float64)) > 0
        return found

    def lesson(self, up: Floats, down: Floats, trust: Floats) -> Floats:
        """Change of trust by promises kept and not kept, by ordered pair.

        Parameters
        ----------
        up, down : shape (promises, runs)
            Share of the way to full trust, and to none.
        trust : shape (ordered pairs, runs)
        """
        rise, fall = (self._by_trust(part[self._owed_of]) for part in (up, down))
        found: Floats = rise * (1 - trust) - fall * trust
        return found

    def disgrace(self, accepted: Bools, x: Floats, amounts: Amounts, learning: Floats) -> Floats:
        """Share of trust lost by those who broke off, by ordered pair."""
        lost = accepted[self.breaker] * self.together(x)[self._breach_pair]
        lost *= learning * amounts.solemnity
        return self._by_doubter(lost)


def _pairs(numbers: list[tuple[int, ...]]) -> tuple[Ints, Ints]:
    """Candidates and the arrangements that they are about."""
    pairs = [(k, number) for k, several in enumerate(numbers) for number in several]
    return integers([k for k, _ in pairs]), integers([number for _, number in pairs])


def _stacked(rows: list[Floats]) -> Floats:
    width = max(map(len, rows), default=1)
    out = np.empty((len(rows), width))
    for number, row in enumerate(rows):
        out[number] = row
    return out
