"""All Nash equilibria of a game of two, with ties and without.

The corners of the two best-response polytopes that together bear all labels are the extreme
equilibria; the whole set is a union of products of their convex hulls (Vorob'ev 1958, Kuhn 1961,
Jansen 1981; as Avis, Rosenberg, Savani and von Stengel, 2010, compute it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.studies.equilibrium.vertices import Corner, TooLargeError, Work, corners

DIGITS = 6
"""Decimals of payoffs: those that differ by less count as the same."""
MOST_WORK = 2_000_000_000
"""Most steps for all equilibria: about three seconds."""
_PAIR = 30
"""Steps for holding two corners against each other."""
MOST_SETS = 1000
"""Most sets of equilibria that are told apart."""

Mixture = tuple[Fraction, ...]


@dataclass(frozen=True)
class EquilibriumSet:
    """Equilibria that can be mixed: each mixture of ``first`` with each of ``second`` is one.

    Attributes
    ----------
    first, second : tuple of mixtures
        Extreme mixtures of the row player, and of the column player. One of each: an isolated
        equilibrium, or one that lies in no larger set.
    """

    first: tuple[Mixture, ...]
    second: tuple[Mixture, ...]

    @property
    def single(self) -> bool:
        """Whether it is one equilibrium."""
        return len(self.first) == len(self.second) == 1

    @property
    def pure(self) -> bool:
        """Whether it is one equilibrium, in which nobody mixes."""
        return self.single and max(self.first[0]) == max(self.second[0]) == 1


class Struck(NamedTuple):
    """A move that was struck out: another is better whatever the other player does.

    ``step`` is 1 where that holds of all moves of the other, 2 where it holds once those of the
    first step are struck out, and so on.
    """

    player: int
    move: int
    by: int
    step: int


@dataclass(frozen=True)
class Solutions:
    """The equilibria of a game.

    Attributes
    ----------
    sets : tuple of EquilibriumSet
        Those without a mixture first.
    complete : bool
        Whether they are all; else only the pure ones were sought.
    kept : (tuple of int, tuple of int)
        Moves of both that are left when strictly dominated ones are struck out, again and again.
    struck : tuple of Struck
        Those that were, in the order of the steps.
    never_best : (tuple of int, tuple of int)
        Moves among those that are left and no best answer to anything: a mixture dominates them.
    """

    sets: tuple[EquilibriumSet, ...]
    complete: bool
    kept: tuple[tuple[int, ...], tuple[int, ...]]
    struck: tuple[Struck, ...]
    never_best: tuple[tuple[int, ...], tuple[int, ...]]

    @property
    def degenerate(self) -> bool:
        """Whether equilibria form a set that is more than points."""
        return any(not one.single for one in self.sets)


def whole(payoffs: Floats) -> list[list[list[int]]]:
    """Payoffs of both as whole numbers, rounded to ``DIGITS`` decimals."""
    found: list[list[list[int]]] = np.rint(payoffs * 10**DIGITS).astype(np.int64).tolist()
    return found


def solve(payoffs: Floats, most_work: int = MOST_WORK) -> Solutions:
    """Find all equilibria of a game of two.

    Parameters
    ----------
    payoffs : Floats, shape (2, moves, other's moves)
        By player: the first picks the row, the second the column.
    most_work : int
        Steps to be done at most. Where they do not suffice only equilibria without
        mixtures are given.

    Returns
    -------
    Solutions
    """
    mine, theirs = whole(payoffs)
    kept, struck = strike_out(mine, theirs)
    sizes = len(mine), len(mine[0])
    first = [[mine[i][j] for j in kept[1]] for i in kept[0]]
    second = [[theirs[i][j] for i in kept[0]] for j in kept[1]]  # the column player's, its rows
    work = Work(most_work)
    try:
        # Corners of what the one may play, by what the other gets from it; and the reverse.
        xs = corners(_raised(second), work)
        ys = corners(_raised(first), work)
        sets = _sets(xs, ys, (len(first), len(second)), work)
    except TooLargeError:
        pure = [_pure(place, sizes) for place in pure_equilibria(mine, theirs)]
        return Solutions(tuple(pure), False, kept, struck, ((), ()))
    spread = [
        EquilibriumSet(
            tuple(_spread(x, kept[0], sizes[0]) for x in one.first),
            tuple(_spread(y, kept[1], sizes[1]) for y in one.second),
        )
        for one in sets
    ]
    never = (
        tuple(k for n, k in enumerate(kept[0]) if not _ever(ys, n)),
        tuple(k for n, k in enumerate(kept[1]) if not _ever(xs, n)),
    )
    spread.sort(
        key=lambda one: (not one.pure, not one.single, _order(one.first), _order(one.second))
    )
    return Solutions(tuple(spread), True, kept, struck, never)


def _order(mixtures: Sequence[Mixture]) -> list[Fraction]:
    return [-share for share in mixtures[0]]


def pure_equilibria(
    mine: Sequence[Sequence[int]], theirs: Sequence[Sequence[int]]
) -> list[tuple[int, int]]:
    """Cells from which nobody gains by another move alone."""
    tops = [max(column) for column in zip(*mine, strict=True)]
    return [
        (i, j)
        for i, row in enumerate(mine)
        for j, value in enumerate(row)
        if value == tops[j] and theirs[i][j] == max(theirs[i])
    ]


def strike_out(
    mine: Sequence[Sequence[int]], theirs: Sequence[Sequence[int]]
) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], tuple[Struck, ...]]:
    """Strike out moves to which another is better whatever the other does, again and again.

    No equilibrium is lost by it.

    Returns
    -------
    ((tuple of int, tuple of int), tuple of Struck)
        What is left of each, and what was struck out.
    """
    left = list(range(len(mine))), list(range(len(mine[0])))
    worth = mine, [list(column) for column in zip(*theirs, strict=True)]
    struck: list[Struck] = []
    step = 0
    while True:
        step += 1
        found = [
            Struck(player, move, better, step)
            for player in (0, 1)
            for move in left[player]
            if (better := _better(worth[player], move, left[player], left[1 - player])) is not None
        ]
        if not found:
            return (tuple(left[0]), tuple(left[1])), tuple(struck)
        for one in found:
            left[one.player].remove(one.move)
        struck += found


def _better(
    worth: Sequence[Sequence[int]], move: int, own: Sequence[int], others: Sequence[int]
) -> int | None:
    """The best of the moves that are better than one whatever the other does, if there is one."""
    found = [k for k in own if all(worth[k][j] > worth[move][j] for j in others)]
    return max(found, key=lambda k: sum(worth[k][j] for j in others), default=None)


def _raised(rows: list[list[int]]) -> list[list[int]]:
    """The same payoffs, all above zero: a constant changes no equilibrium."""
    least = min(map(min, rows))
    return [[value - least + 1 for value in row] for row in rows]


def _ever(corners_: list[Corner], place: int) -> bool:
    """Whether a move is a best answer to something: whether its constraint binds beside zero."""
    return any(one.binding >> (len(one.above) + place) & 1 and any(one.above) for one in corners_)


def _sets(
    xs: list[Corner], ys: list[Corner], sizes: tuple[int, int], work: Work
) -> list[EquilibriumSet]:
    """Maximal sets of extreme equilibria that can be mixed with one another."""
    partners = _partners(xs, ys, sizes, work)
    closed = set(partners.values())
    fresh = closed
    while fresh:
        fresh = {one & other for one in fresh for other in closed} - closed - {0}
        closed |= fresh
        if len(closed) > MOST_SETS:
            raise TooLargeError
    made = {}
    for shared in closed:
        first = tuple(n for n, found in partners.items() if shared & ~found == 0)
        # What all of these have in common: no set that lies within another is kept.
        made[first] = _common([partners[n] for n in first])
    return [
        EquilibriumSet(
            tuple(sorted((_mixture(xs[n]) for n in first), reverse=True)),
            tuple(
                sorted((_mixture(ys[k]) for k in range(len(ys)) if common >> k & 1), reverse=True)
            ),
        )
        for first, common in made.items()
    ]


def _partners(
    xs: list[Corner], ys: list[Corner], sizes: tuple[int, int], work: Work
) -> dict[int, int]:
    """By corner of the first, the corners of the second with which it has all labels.

    Its labels are the moves of both that are not played, or are best answers. Corners are bits
    of a whole number.
    """
    rows, columns = sizes
    work.spend(_PAIR * len(xs) * len(ys))
    lacks = _lacking(xs, rows + columns, 0), _lacking(ys, rows + columns, rows)
    found = {}
    for n, mine in enumerate(lacks[0]):
        if any(xs[n].above):
            both = np.flatnonzero(lacks[1] @ mine == 0)
            if fits := sum(1 << int(k) for k in both if any(ys[k].above)):
                found[n] = fits
    return found


def _lacking(corners_: list[Corner], labels: int, first: int) -> Floats:
    """By corner and label, 1 where the label is lacking; ``first`` is that of its coordinates."""
    found = np.array(
        [[not one.binding >> bit & 1 for bit in range(labels)] for one in corners_], dtype=float
    )
    return np.roll(found, first, axis=1)


def _common(masks: Sequence[int]) -> int:
    """What all masks have."""
    found = masks[0]
    for mask in masks:
        found &= mask
    return found


def _mixture(corner: Corner) -> Mixture:
    total = sum(corner.above)
    return tuple(Fraction(share, total) for share in corner.above)


def _spread(mixture: Mixture, kept: tuple[int, ...], size: int) -> Mixture:
    """A mixture of the moves that were left, over all moves."""
    shares = dict(zip(kept, mixture, strict=True))
    return tuple(shares.get(n, Fraction(0)) for n in range(size))


def _pure(place: tuple[int, int], sizes: tuple[int, int]) -> EquilibriumSet:
    first, second = (
        tuple(Fraction(int(n == at)) for n in range(size))
        for at, size in zip(place, sizes, strict=True)
    )
    return EquilibriumSet((first,), (second,))
