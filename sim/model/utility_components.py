"""Four of the five components of interest; the fifth has a file of its own, ``security``.

Each is a small class that knows which (candidate, actor) cells of the value
table it touches and computes the weighed change there. A *stake* is what a unit
of change is worth to an actor: its weight times the discounted future. Equations
and sources: ``docs/model.md``, sections 6.1 to 6.3. Large arrays are changed in
place: most of the time goes into passing them through the cache.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.candidates import CandidateTable, Sum, columns, sum_unique, total
from sim.model.theory import Theory

_NO_ROWS = slice(0, 0)


@dataclass(frozen=True)
class Levels:
    """What counts for less the more there is of it, in ordinary times.

    Attributes
    ----------
    support, prosperity : shape (actors, cols)
    offset : shape (cols,)
        The coefficient ``diminishing``.
    """

    support: Floats
    prosperity: Floats
    offset: Floats

    def felt_support(self, level: Floats, actors: Ints | slice = slice(None)) -> Floats:
        """Support as it counts: 0 in ordinary times, where its slope is 1."""
        return _diminishing(level, self.support[actors], self.offset)

    def felt_prosperity(self, level: Floats, actors: Ints | slice = slice(None)) -> Floats:
        """Prosperity as it counts: 0 in ordinary times, where its slope is 1."""
        return _diminishing(level, self.prosperity[actors], self.offset)

    def slope_of_support(self, level: Floats) -> Floats:
        """What a little more support counts, against ordinary times."""
        found: Floats = (self.support + self.offset) / (level + self.offset)
        return found


def _diminishing(level: Floats, ordinary: Floats, offset: Floats) -> Floats:
    whole = ordinary + offset
    felt: Floats = whole * np.log((level + offset) / whole)
    return felt


@dataclass(frozen=True)
class Saturation:
    """How far quantities may still move, each of shape ``(quantities, runs)``.

    Attributes
    ----------
    up, down
        The most it may rise, and fall (0 or less).
    rise, fall
        Share of a push upward, and downward, that takes effect: all of it in the
        nearer half of the range, less and less in the other.
    """

    up: Floats
    down: Floats
    rise: Floats
    fall: Floats

    @classmethod
    def of(cls, x: Floats, low: Floats, high: Floats, sheer: slice | Ints = _NO_ROWS) -> Saturation:
        """Saturation of quantities at ``x``; those in ``sheer`` fall in full."""
        up, down, half = high - x, low - x, (high - low) / 2
        fall = np.minimum(down / -half, 1)
        fall[sheer] = 1
        return cls(up, down, np.minimum(up / half, 1), fall)

    def at(self, rows: Ints) -> Saturation:
        """That of some of the quantities, as often as they are named."""
        every = (self.up, self.down, self.rise, self.fall)
        return Saturation(*(one.take(rows, axis=0) for one in every))

    def change(self, push: Floats) -> Floats:
        """Change that a push brings: full inside, fading in the outer half of the range."""
        change = np.where(push > 0, self.rise, self.fall)
        change *= push
        np.minimum(change, self.up, out=change)
        return np.maximum(change, self.down, out=change)


class ProsperityComponent:
    """Ties, discounted by their concentration (Hirschman 1945)."""

    def __init__(self, table: CandidateTable) -> None:
        layout = table.layout
        owner = layout.direction_ends[0]
        self._ties = layout.rows("ties")
        self._by_owner = Sum(owner, len(layout.actors))
        self._effect = table.of_kind("ties")
        self._row = table.effect_row[self._effect]
        actor = owner[self._row - self._ties.start]
        self.cells, self._by_cell = sum_unique(
            table.cell(table.effect_candidate[self._effect], actor)
        )
        self._actor = table.actor_of_cell(self.cells)

    def _sums(self, x: Floats) -> tuple[Floats, Floats]:
        ties = x[self._ties]
        return self._by_owner(ties), self._by_owner(ties * ties)

    def level(self, x: Floats, concentration: Floats) -> Floats:
        """Prosperity of each actor as it is, shape ``(actors, runs)``."""
        return _prosperity(*self._sums(x), concentration)

    def __call__(
        self, x: Floats, change: Floats, stake: Floats, concentration: Floats, levels: Levels
    ) -> Floats:
        """Weighed change of prosperity as it counts, shape ``(cells, runs)``."""
        total, squares = self._sums(x)
        moved = change.take(self._effect, axis=0)
        more = self._by_cell(moved)
        more_squares = self._by_cell(moved * (2 * x[self._row] + moved))
        before = _prosperity(total, squares, concentration)
        total, squares = total[self._actor] + more, squares[self._actor] + more_squares
        after = levels.felt_prosperity(_prosperity(total, squares, concentration), self._actor)
        return stake[self._actor] * (after - levels.felt_prosperity(before)[self._actor])


def _prosperity(total: Floats, squares: Floats, concentration: Floats) -> Floats:
    lopsided = np.divide(squares, total, out=np.zeros_like(total), where=total > 0)
    return total - concentration * lopsided


class IssueComponent:
    """Salience-weighted distance to the outcome wanted, for every actor."""

    def __init__(self, table: CandidateTable) -> None:
        layout = table.layout
        self._actors, issues = len(layout.actors), len(layout.issues)
        every = np.arange(self._actors)
        self.effect = table.of_kind("issue")
        self._outcome = layout.rows("issue")
        self._issue = table.effect_row[self.effect] - self._outcome.start
        # One row for each effect and actor; a stance is an actor's, on an issue.
        self._stance = (every * issues + self._issue[:, None]).ravel()
        self._position, self._salience = layout.rows("position"), layout.rows("salience")
        candidate = table.effect_candidate[self.effect]
        self.cells, self._by_cell = sum_unique(table.cell(candidate[:, None], every).ravel())
        # The support of those who take part pays for ground given up.
        support = layout.rows("support").start
        self._payer_row, self._payer, paid = columns(
            [
                (number * self._actors + actor, actor, table.effect_number[k, support + actor])
                for number, k in enumerate(candidate.tolist())
                for actor in sorted(table.rows[k].participants)
            ],
            3,
        )
        self.paid, self._audience = sum_unique(paid)

    def ground_lost(self, x: Floats, change: Floats) -> Floats:
        """Salience-weighted ground lost, shape ``(issue effects x actors, runs)``.

        ``change`` is that of each issue effect.
        """
        outcome, wanted = x[self._outcome], x[self._position]
        distance = np.abs(outcome - wanted.reshape(self._actors, *outcome.shape))
        after = change + outcome.take(self._issue, axis=0)
        lost = wanted.take(self._stance, axis=0)
        by_effect = lost.reshape(len(after), self._actors, x.shape[1])
        np.subtract(after[:, None], by_effect, out=by_effect)
        np.abs(lost, out=lost)
        lost -= distance.reshape(wanted.shape).take(self._stance, axis=0)
        lost *= (x[self._salience] / 100).take(self._stance, axis=0)
        return lost

    def with_what_lasts(self, x: Floats, meant: Floats, lost: Floats, later: Ints) -> Floats:
        """Ground lost as actors value it, with what some effects bring in later rounds.

        ``meant`` are changes by effect, ``lost`` is the ground lost by what takes effect at once,
        ``later`` are the places of those effects among the issue effects.
        """
        if not len(later):
            return lost
        found = lost.copy()
        rows = (later[:, None] * self._actors + np.arange(self._actors)).ravel()
        issue, stance = self._issue[later], self._stance[rows]
        outcome, wanted = x[self._outcome], x[self._position]
        after = meant.take(self.effect[later], axis=0) + outcome.take(issue, axis=0)
        after = np.repeat(after, self._actors, axis=0)
        here = np.repeat(outcome.take(issue, axis=0), self._actors, axis=0)
        place = wanted.take(stance, axis=0)
        farther = np.abs(after - place) - np.abs(here - place)
        found[rows] = farther * (x[self._salience] / 100).take(stance, axis=0)
        return found

    def audience_cost(self, lost: Floats, theory: Theory) -> Floats:
        """Push on support from ground given up, shape ``(paid, runs)``."""
        given_up = np.maximum(lost.take(self._payer_row, axis=0), 0)
        given_up *= theory.audience[self._payer]
        return -self._audience(given_up)

    def __call__(self, lost: Floats, stake: Floats, theory: Theory) -> Floats:
        """Weighed, loss-averse change over all issues, shape ``(cells, runs)``.

        ``stake`` has the shape ``(actors x issues, runs)``.
        """
        return self._by_cell(theory.loss_averse(lost * (-stake).take(self._stance, axis=0)))


class StandingComponent:
    """Affinity with the others, weighted by their power."""

    def __init__(self, table: CandidateTable) -> None:
        self._power = table.layout.rows("power")
        self._effect, one, other = table.effects_toward("affinity")
        self._ends = one * len(table.layout.actors) + other
        self.cells, self._by_cell = sum_unique(
            table.cell(table.effect_candidate[self._effect], one)
        )

    def __call__(self, x: Floats, change: Floats, stake: Floats) -> Floats:
        """Weighed change of standing, shape ``(cells, runs)``."""
        power = x[self._power]
        share = (stake / (total(power) - power))[:, None] * power
        warmer = change.take(self._effect, axis=0)
        warmer *= share.reshape(-1, x.shape[1]).take(self._ends, axis=0)
        return self._by_cell(warmer)


class SupportComponent:
    """Domestic backing (Putnam 1988)."""

    def __init__(self, table: CandidateTable) -> None:
        self._rows = table.layout.rows("support")
        self._effect = table.of_kind("support")
        self._actor = table.effect_row[self._effect] - self._rows.start
        self.cells = table.cell(table.effect_candidate[self._effect], self._actor)

    def __call__(self, x: Floats, change: Floats, stake: Floats, levels: Levels) -> Floats:
        """Weighed change of support as it counts, shape ``(cells, runs)``."""
        level = x[self._rows]
        moved = levels.felt_support(
            change.take(self._effect, axis=0) + level.take(self._actor, axis=0), self._actor
        )
        moved -= levels.felt_support(level).take(self._actor, axis=0)
        moved *= stake.take(self._actor, axis=0)
        return moved
