"""Four of the five components of interest; the fifth has a file of its own, ``security``.

Each is a small class that knows which (candidate, actor) cells of the value
table it touches and computes the discounted change there. Equations and
sources: ``docs/model.md``, sections 6.1 to 6.3.
"""

from __future__ import annotations

import numpy as np

from sim.model.candidates import Ints, Sum, Table, integers
from sim.model.streams import Floats
from sim.model.theory import Theory


def saturated(x: Floats, push: Floats, low: Floats, high: Floats) -> Floats:
    """Change that a push brings: full inside, fading in the outer half of the range."""
    room = np.where(push > 0, high - x, x - low) * (2 / (high - low))
    after = np.clip(x + push * np.minimum(room, 1), low, high)
    changed: Floats = after - x
    return changed


def loss_averse(change: Floats, aversion: Floats) -> Floats:
    """Losses weigh more than gains (Tversky and Kahneman 1992)."""
    return change + (aversion - 1) * np.minimum(change, 0)


class Prosperity:
    """Ties, discounted by their concentration (Hirschman 1945)."""

    def __init__(self, table: Table) -> None:
        layout = table.layout
        self._layout = layout
        owner = integers([layout.actors.index(a) for a, _ in layout.directions])
        self._ties = layout.rows("ties")
        self._by_owner = Sum(owner, len(layout.actors))
        self._effect = table.of_kind("ties")
        self._row = table.effect_row[self._effect]
        whose = owner[self._row - self._ties.start]
        flat = table.effect_candidate[self._effect] * len(layout.actors) + whose
        self.cells, group = np.unique(flat, return_inverse=True)
        self._by_cell = Sum(group, len(self.cells))
        self._actor = self.cells % len(layout.actors)

    def _sums(self, x: Floats) -> tuple[Floats, Floats]:
        ties = x[self._ties]
        return self._by_owner(ties), self._by_owner(ties * ties)

    def __call__(self, x: Floats, change: Floats, theory: Theory) -> Floats:
        """Discounted change of prosperity, shape ``(cells, runs)``."""
        total, squares = self._sums(x)
        moved = change[self._effect]
        more = self._by_cell(moved)
        more_squares = self._by_cell(moved * (2 * x[self._row] + moved))
        before = _prosperity(total, squares, theory.concentration)
        total, squares = total[self._actor] + more, squares[self._actor] + more_squares
        after = _prosperity(total, squares, theory.concentration)
        return theory.discount["ties"][self._actor] * (after - before[self._actor])


def _prosperity(total: Floats, squares: Floats, concentration: Floats) -> Floats:
    lopsided = np.divide(squares, total, out=np.zeros_like(total), where=total > 0)
    return total - concentration * lopsided


class Issues:
    """Salience-weighted distance to the outcome wanted, for every actor."""

    def __init__(self, table: Table) -> None:
        layout = table.layout
        actors, issues = len(layout.actors), len(layout.issues)
        self._effect = table.of_kind("issue")
        self._row = np.repeat(table.effect_row[self._effect], actors)
        self._which = np.repeat(np.arange(len(self._effect)), actors)
        actor = np.tile(np.arange(actors), len(self._effect))
        issue = self._row - layout.rows("issue").start
        self._stance = actor * issues + issue
        self._position = layout.rows("position").start + self._stance
        self._salience = layout.rows("salience").start + self._stance
        flat = np.repeat(table.effect_candidate[self._effect], actors) * actors + actor
        self.cells, group = np.unique(flat, return_inverse=True)
        self._by_cell = Sum(group, len(self.cells))
        self._audience_rows, self._audience_actor, self._audience = self._participants(table, flat)

    def _participants(self, table: Table, flat: Ints) -> tuple[Ints, Ints, Sum]:
        """Rows of those who take part, whose support pays for ground given up."""
        layout = table.layout
        support = layout.rows("support").start
        of_support = {
            (k, effect.row - support): number
            for number, (k, effect) in enumerate(table.effects)
            if layout.phrases[effect.row].kind == "support"
        }
        rows, effects, actors = [], [], []
        for row, cell in enumerate(flat):
            candidate, actor = divmod(int(cell), len(layout.actors))
            if actor in table.rows[candidate].participants:
                rows.append(row)
                actors.append(actor)
                effects.append(of_support[candidate, actor])
        return integers(rows), integers(actors), Sum(effects, len(table.effects))

    def ground_lost(self, x: Floats, change: Floats) -> Floats:
        """Salience-weighted ground lost, by issue effect and actor."""
        outcome, wanted = x[self._row], x[self._position]
        moved = change[self._effect][self._which]
        further = np.abs(outcome + moved - wanted) - np.abs(outcome - wanted)
        return x[self._salience] * further / 100

    def audience_cost(self, lost: Floats, theory: Theory) -> Floats:
        """Push on support from ground given up, shape ``(effects, runs)``."""
        given_up = np.maximum(lost[self._audience_rows], 0)
        return -self._audience(theory.audience[self._audience_actor] * given_up)

    def __call__(self, lost: Floats, theory: Theory) -> Floats:
        """Discounted, loss-averse change over all issues, shape ``(cells, runs)``."""
        discounted = -theory.discount_issue[self._stance] * lost
        return self._by_cell(loss_averse(discounted, theory.loss_aversion))


class Standing:
    """Affinity with the others, weighted by their power."""

    def __init__(self, table: Table) -> None:
        layout = table.layout
        self._power = layout.rows("power")
        sides = [
            (number, layout.actors.index(one), layout.actors.index(other))
            for number in table.of_kind("affinity")
            for one, other in _both(layout.phrases[table.effect_row[number]].names)
        ]
        self._effect = integers([number for number, *_ in sides])
        self._other = integers([other for *_, other in sides])
        flat = table.effect_candidate[self._effect] * len(layout.actors)
        flat = flat + integers([one for _, one, _ in sides])
        self.cells, group = np.unique(flat, return_inverse=True)
        self._by_cell = Sum(group, len(self.cells))
        self._actor = self.cells % len(layout.actors)

    def __call__(self, x: Floats, change: Floats, theory: Theory) -> Floats:
        """Discounted change of standing, shape ``(cells, runs)``."""
        power = x[self._power]
        others = power.sum(axis=0) - power
        weighed = self._by_cell(power[self._other] * change[self._effect])
        return theory.discount["affinity"][self._actor] * weighed / others[self._actor]


def _both(names: tuple[str, ...]) -> list[tuple[str, str]]:
    a, b = names
    return [(a, b), (b, a)]


class Support:
    """Domestic backing (Putnam 1988)."""

    def __init__(self, table: Table) -> None:
        layout = table.layout
        self._effect = table.of_kind("support")
        self._actor = table.effect_row[self._effect] - layout.rows("support").start
        self.cells = table.effect_candidate[self._effect] * len(layout.actors) + self._actor

    def __call__(self, change: Floats, theory: Theory) -> Floats:
        """Discounted change of support, shape ``(cells, runs)``."""
        return theory.discount["support"][self._actor] * change[self._effect]
