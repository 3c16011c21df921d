"""The corners of a polytope, exactly, by the double description method.

Motzkin, Raiffa, Thompson and Thrall (1953), as Fukuda and Prodon (1996) describe it. Numbers are
whole, so that what lies on a face and what does not is no matter of rounding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools


class TooLargeError(Exception):
    """There are more corners than the work allowed finds."""


@dataclass
class Work:
    """How much is done at most; it counts comparisons of two rays, and never time.

    So what is found does not depend on how fast a machine is.
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
    for j, row in enumerate(rows):
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


def _neighbours(zeros: Bools, sign: object, size: int, work: Work) -> list[tuple[int, int]]:
    """Pairs of rays, one above and one below, that share an edge."""
    signs = np.asarray(sign)
    above, below = np.flatnonzero(signs > 0), np.flatnonzero(signs < 0)
    work.spend(len(above) * len(below))
    wide = zeros.astype(np.float32)
    shared = wide[above] @ wide[below].T >= size - 2
    found = []
    for p in np.flatnonzero(shared.any(axis=1)):
        partners = below[shared[p]]
        work.spend(len(partners) * len(zeros))
        both = (zeros[above[p]] & zeros[partners]).astype(np.float32)
        # An edge: no third ray lies in all faces that the two have in common.
        holds = both @ wide.T >= both.sum(axis=1, keepdims=True)
        found += [(int(above[p]), int(n)) for n in partners[holds.sum(axis=1) == 2]]
    return found


def _between(
    one: tuple[int, ...], value: int, other: tuple[int, ...], below: int
) -> tuple[int, ...]:
    """The ray between two at which a constraint binds, in its smallest whole numbers."""
    ray = [value * b - below * a for a, b in zip(one, other, strict=True)]
    common = math.gcd(*ray)
    return tuple(number // common for number in ray)
