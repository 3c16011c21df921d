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
from sim.model.candidates import Sum, Table, integers, total
from sim.model.theory import Theory

NONE = slice(0, 0)
"""No rows."""


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
class Room:
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
    def of(cls, x: Floats, low: Floats, high: Floats, sheer: slice = NONE) -> Room:
        """Room of quantities at ``x``; those that are ``sheer`` fall in full to their bound."""
        up, down, half = high - x, low - x, (high - low) / 2
        fall = np.minimum(down / -half, 1)
        fall[sheer] = 1
        return cls(up, down, np.minimum(up / half, 1), fall)

    def at(self, rows: Ints) -> Room:
        """Room of some of the quantities, as often as they are named."""
        return Room(*(a.take(rows, axis=0) for a in (self.up, self.down, self.rise, self.fall)))

    def change(self, push: Floats) -> Floats:
        """Change that a push brings: full inside, fading in the outer half of the range."""
        change = np.where(push > 0, self.rise, self.fall)
        change *= push
        np.minimum(change, self.up, out=change)
        return np.maximum(change, self.down, out=change)


def saturated(x: Floats, push: Floats, low: Floats, high: Floats, sheer: slice = NONE) -> Floats:
    """Change that a push on quantities at ``x`` brings."""
    return Room.of(x, low, high, sheer).change(push)


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
        flat = table.cell(table.effect_candidate[self._effect], owner[self._row - self._ties.start])
        self.cells, group = np.unique(flat, return_inverse=True)
        self._by_cell = Sum(group, len(self.cells))
        self._actor = table.whose(self.cells)

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


class Issues:
    """Salience-weighted distance to the outcome wanted, for every actor."""

    def __init__(self, table: Table) -> None:
        layout = table.layout
        actors, issues = len(layout.actors), len(layout.issues)
        self.effect = table.of_kind("issue")
        self._outcome = layout.rows("issue")
        self._actors = actors
        issue = table.effect_row[self.effect] - self._outcome.start
        self._issue = issue
        # One row for each effect and actor; a stance is an actor's, on an issue.
        self._stance = (np.arange(actors) * issues + issue[:, None]).ravel()
        self._position, self._salience = layout.rows("position"), layout.rows("salience")
        candidate = table.effect_candidate[self.effect]
        flat = table.cell(candidate[:, None], np.arange(actors)).ravel()
        self.cells, group = np.unique(flat, return_inverse=True)
        self._by_cell = Sum(group, len(self.cells))
        self._participants(table, candidate)

    def _participants(self, table: Table, candidates: Ints) -> None:
        """Those who take part, whose support pays for ground given up."""
        support = table.of_kind("support")
        whose = table.effect_row[support] - table.layout.rows("support").start
        of_support = {
            (int(k), int(actor)): effect
            for effect, k, actor in zip(
                support, table.effect_candidate[support], whose, strict=True
            )
        }
        actors = len(table.layout.actors)
        payers = [
            (number * actors + actor, actor, of_support[int(k), actor])
            for number, k in enumerate(candidates)
            for actor in sorted(table.rows[int(k)].participants)
        ]
        self._payer_row = integers([row for row, *_ in payers])
        self._payer = integers([actor for _, actor, _ in payers])
        self.paid, group = np.unique(
            integers([effect for *_, effect in payers]), return_inverse=True
        )
        self._audience = Sum(group, len(self.paid))

    def ground_lost(self, x: Floats, change: Floats) -> Floats:
        """Salience-weighted ground lost, shape ``(issue effects x actors, runs)``.

        Parameters
        ----------
        change : shape (issue effects, runs)
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

        Parameters
        ----------
        meant : shape (effects, runs)
        lost : shape (issue effects x actors, runs)
            By what takes effect at once.
        later : Ints
            Places of those effects among the issue effects.
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

        Parameters
        ----------
        stake : shape (actors x issues, runs)
        """
        return self._by_cell(theory.loss_averse(lost * (-stake).take(self._stance, axis=0)))


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
        other = integers([other for *_, other in sides])
        one = integers([one for _, one, _ in sides])
        self._ends = one * len(layout.actors) + other
        flat = table.cell(table.effect_candidate[self._effect], one)
        self.cells, group = np.unique(flat, return_inverse=True)
        self._by_cell = Sum(group, len(self.cells))

    def __call__(self, x: Floats, change: Floats, stake: Floats) -> Floats:
        """Weighed change of standing, shape ``(cells, runs)``."""
        power = x[self._power]
        share = (stake / (total(power) - power))[:, None] * power
        warmer = change.take(self._effect, axis=0)
        warmer *= share.reshape(-1, x.shape[1]).take(self._ends, axis=0)
        return self._by_cell(warmer)


def _both(names: tuple[str, ...]) -> list[tuple[str, str]]:
    a, b = names
    return [(a, b), (b, a)]


class Support:
    """Domestic backing (Putnam 1988)."""

    def __init__(self, table: Table) -> None:
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
