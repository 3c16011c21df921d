"""What a block of runs remembers: arrangements in force, promises, governments.

Equations: ``docs/model.md``, 6.8 to 6.10.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.model.bonds import ALLOWS, IN_FORCE, NONE, SUSPENDED, Pushes
from sim.model.compiled import Setting
from sim.model.conditions import NEVER
from sim.model.random_streams import Streams
from sim.model.theory import Theory
from sim.model.uncertain import Drawn

OPEN, OVERDUE, KEPT, LATE, BROKEN = 1, 2, 3, 4, 5
"""How a promise stands at the end of a round; 0 where nothing is open."""
_CHANGED = ("status", "begun", "due", "told", "changed", "patience")
"""What a round changes."""


class Lasting:
    """The memory of a block of runs; the rows of the state that follow from it lie in ``x``.

    Attributes
    ----------
    status : int8, shape (arrangements, runs)
        0 none, 1 in force, 2 suspended.
    begun : Ints, shape (arrangements, runs)
        Round at whose end each last began.
    due : Ints, shape (promises, runs)
        Round in which each is due; 0 where nothing is open.
    told : int8, shape (promises, runs)
        How each stands, see :data:`OPEN`.
    changed : Bools, shape (governments, runs)
        Where the government is not that of the start any more.
    patience : shape (actors, runs)
        Of those who govern.
    ruling : shape (governments, runs or 1)
        What each loses of its support in a round in office.
    """

    def __init__(self, setting: Setting, theory: Theory, drawn: Drawn, runs: int) -> None:
        bonds = setting.bonds
        self._setting, self._drawn = setting, drawn
        if setting.layout.trusting:
            self._amounts = bonds.amounts(drawn)
        self.status = np.repeat(bonds.start.astype(np.int8)[:, None], runs, axis=1)
        self.begun: Ints = np.where(self.status == IN_FORCE, 0, NEVER).astype(np.int64)
        self.due: Ints = np.zeros((len(bonds.promises), runs), dtype=np.int64)
        self.told = np.zeros(self.due.shape, dtype=np.int8)
        self.changed: Bools = np.zeros((len(setting.governments.actors), runs), dtype=bool)
        shape = (len(setting.layout.actors), runs)
        self.patience: Floats = np.broadcast_to(theory.patience, shape).copy()
        self.ruling = setting.governments.ruling(drawn)

    def __deepcopy__(self, _: Any) -> Lasting:
        """What a round changes is copied, what it finds is shared."""
        made = copy(self)
        for name in _CHANGED:
            setattr(made, name, getattr(self, name).copy())
        return made

    def pushes(self, x: Floats) -> Pushes | None:
        """What lasts of each candidate, and what breaking off costs; none without bonds."""
        return (
            self._setting.bonds.pushes(x, self._amounts) if self._setting.layout.trusting else None
        )

    def close(self, open_now: Bools) -> None:
        """Close, in place, what there is nothing to end, to suspend or to resume."""
        for candidates, holds in self._setting.bonds.opening(self.status):
            np.logical_and.at(open_now, candidates, holds)

    def flows(self, x: Floats) -> Floats:
        """What arrangements in force change in a round, as :meth:`Bonds.flows` has it."""
        return self._setting.bonds.flows(x, self._amounts)

    def reviewing(self, x: Floats) -> Bools | None:
        """Which candidates a new government reviews now; none where none ever does."""
        governments = self._setting.governments
        if not len(governments.reviewed):
            return None
        found = np.zeros((len(self._setting.table), x.shape[1]), dtype=bool)
        found[governments.reviewed] = governments.reviewing(x, self.changed)
        return found

    def install(
        self,
        actor: str,
        here: Bools,
        x: Floats,
        baseline: Floats,
        theory: Theory,
        now: int,
        streams: Streams,
    ) -> None:
        """Give an actor a new government in some runs."""
        place = self._setting.governments.install(
            actor, here, x, baseline, self.patience, now, self._drawn, streams
        )
        self.changed[place, here] = True
        theory.look_ahead(self.patience)

    def decree(self, ends: Ints, begins: Ints, here: Bools, x: Floats, now: int) -> None:
        """End and begin arrangements by an event, in some runs."""
        for numbers, status in ((ends, NONE), (begins, IN_FORCE)):
            for number in numbers:
                self.status[number, here] = status
                if status == IN_FORCE:
                    self.begun[number, here] = now - 1  # in force from this round on
        self._write(x)

    def learn(self, accepted: Bools, going: Bools, x: Floats, theory: Theory, now: int) -> None:
        """Keep the ledger of promises: what was kept, is late or broken, and what is new."""
        bonds = self._setting.bonds
        if not self._setting.layout.trusting:
            return
        rows = self._setting.layout.rows("trust")
        done = bonds.delivered(accepted)
        waiting, over = (self.due >= now) & going, (self.due > 0) & (self.due < now) & going
        kept, late = waiting & done, over & done
        missed = waiting & ~done & (self.due == now)
        broken = over & ~done & (self.due + bonds.within[:, None] == now)
        half = theory.learning / 2
        up = kept * theory.learning + late * half
        down = (missed | broken) * half
        trust = x[rows]
        change = bonds.lesson(up, down, trust)
        change -= trust * bonds.disgrace(accepted, x, self._amounts, theory.learning)
        x[rows] = np.clip(trust + change, 0, 1)

        self.due[kept | late | broken] = 0
        made = accepted[bonds.maker] & (self.due == 0) & going
        self.due = np.where(made, now + bonds.within[:, None], self.due)
        stands = np.where(self.due > now, OPEN, OVERDUE)
        stands[:, ~going] = np.where(self.told == OVERDUE, OVERDUE, OPEN)[:, ~going]
        self.told = np.where(self.due == 0, 0, stands).astype(np.int8)
        for verdict, where in ((KEPT, kept), (LATE, late), (BROKEN, broken)):
            self.told[where] = verdict

    def arrange(self, accepted: Bools, going: Bools, x: Floats, now: int) -> None:
        """Let arrangements run out, end, be suspended, resumed and begun."""
        bonds = self._setting.bonds
        if not len(self.status):
            return
        out = (self.status != NONE) & (now - self.begun >= bonds.term[:, None]) & going
        self.status[out] = NONE
        for verb, status in (
            ("ends", NONE), ("suspends", SUSPENDED), ("resumes", IN_FORCE), ("begins", IN_FORCE),
        ):  # fmt: skip
            candidates, numbers = bonds.verbs[verb]
            used = np.zeros(self.status.shape, dtype=bool)
            np.logical_or.at(used, numbers, accepted[candidates])
            used &= ALLOWS[verb][self.status] & going
            self.status[used] = status
            if status == IN_FORCE:
                self.begun[used] = now
        self._write(x)

    def age(self, x: Floats, theory: Theory, usual_trust: Floats) -> None:
        """Let memories fade, governments wear out, and terms go on."""
        layout, governments = self._setting.layout, self._setting.governments
        if layout.trusting:
            rows = layout.rows("trust")
            x[rows] += theory.forgetting * (usual_trust - x[rows])
        if len(governments.actors):
            x[governments.rows] += 1

    def ruled(self, trend: Floats) -> Floats:
        """A round's trends, with what ruling costs."""
        support = self._setting.governments.support
        if not len(support):
            return trend
        found = np.broadcast_to(trend, (len(trend), self.status.shape[1])).copy()
        found[support] -= self.ruling
        return found

    def _write(self, x: Floats) -> None:
        x[self._setting.layout.in_force] = self.status == IN_FORCE
