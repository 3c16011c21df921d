"""The corners of a polytope, exactly, by the double description method.

Motzkin, Raiffa, Thompson and Thrall (1953), as Fukuda and Prodon (1996) describe it. Numbers are
whole, so that what lies on a face and what does not is no matter of rounding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools, Ints

_PAIR, _TRIPLE, _RAY = 8, 40, 15_000
"""Steps for comparing two rays, for holding a third against them, and for making a new one."""


class TooLargeError(Exception):
    """There are more corners than the work allowed finds."""


@dataclass
class Work:
    """How much is done at most, in steps of about a nanosecond on a desktop.

    Steps are counted and never timed: what is found does not depend on how fast a machine is.
    """

    left: int

    def spend(self, steps: int) -> None:
        """Take off what is about to be done.

        Raises
        ------
        TooLargeError
            When less than that is left.
        """
        self.left -= steps
        if self.left < 0:
            raise TooLargeError


@dataclass(frozen=True)
class Corner:
    """One corner: its coordinates over a common denominator, and the constraints that bind.

    Attributes
    ----------
    below : int
    above : tuple of int
        The coordinates are ``above / below``.
    binding : int
        Bit i for coordinate i at zero, bit d + j for constraint j with equality.
    """

    below: int
    above: tuple[int, ...]
    binding: int


def corners(rows: Sequence[Sequence[int]], work: Work) -> list[Corner]:
    """The corners of all x >= 0 with row . x <= 1 for each row.

    Parameters
    ----------
    rows : sequence of sequences of int, each above 0
        So the polytope is bounded.
    work : Work
        What may be spent on it.

    Raises
    ------
    TooLargeError
        When the work does not suffice.
    """
    size = len(rows[0])
    # A cone one dimension up: (t, x) with t >= 0, x >= 0, then t - row . x >= 0, one by one.
    rays = [tuple(int(i == n) for i in range(size + 1)) for n in range(size + 1)]
    zeros = np.ones((size + 1, 1 + size + len(rows)), dtype=bool)
    zeros[:, 1 + size :] = False
    zeros[np.arange(size + 1), np.arange(size + 1)] = False
    # Those that cut off most come first: fewer rays are made and dropped again.
    for j in sorted(range(len(rows)), key=lambda j: -sum(rows[j])):
        row = rows[j]
        values = [ray[0] - sum(map(int.__mul__, row, ray[1:])) for ray in rays]
        sign = np.array([(value > 0) - (value < 0) for value in values])
        zeros[:, 1 + size + j] = sign == 0
        pairs = _neighbours(zeros, sign, size + 1, work)
        made = [_between(rays[p], values[p], rays[n], values[n]) for p, n in pairs]
        ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        common = zeros[ends[:, 0]] & zeros[ends[:, 1]]
        common[:, 1 + size + j] = True
        stays = np.flatnonzero(sign >= 0)
        rays = [rays[n] for n in stays] + made
        zeros = np.concatenate([zeros[stays], common])
    return [
        Corner(ray[0], ray[1:], sum(1 << int(bit) for bit in np.flatnonzero(zero[1:])))
        for ray, zero in zip(rays, zeros, strict=True)
    ]


def _neighbours(zeros: Bools, sign: Ints, size: int, work: Work) -> list[tuple[int, int]]:
    """Pairs of rays, one above and one below, that share an edge.

    They do if the faces that both lie in leave two dimensions. As many faces as that takes are
    sure to do so where one of the two lies in no more faces than it must; else no third ray may
    lie in all of them.
    """
    above, below = np.flatnonzero(sign > 0), np.flatnonzero(sign < 0)
    work.spend(_PAIR * len(above) * len(below))
    wide = zeros.astype(np.float32)
    simple = zeros.sum(axis=1) == size - 1
    found = []
    for p in above:
        partners = below[wide[below] @ wide[p] >= size - 2]
        if not simple[p] and len(partners):
            sure = simple[partners]
            doubtful = partners[~sure]
            work.spend(_TRIPLE * len(doubtful) * len(zeros))
            both = (zeros[p] & zeros[doubtful]).astype(np.float32)
            holds = both @ wide.T >= both.sum(axis=1, keepdims=True)
            partners = np.append(partners[sure], doubtful[holds.sum(axis=1) == 2])
        work.spend(_RAY * len(partners))
        found += [(int(p), int(n)) for n in partners]
    return found


def _between(
    one: tuple[int, ...], value: int, other: tuple[int, ...], below: int
) -> tuple[int, ...]:
    """The ray between two at which a constraint binds, in its smallest whole numbers."""
    ray = [value * b - below * a for a, b in zip(one, other, strict=True)]
    common = math.gcd(*ray)
    return tuple(number // common for number in ray)
