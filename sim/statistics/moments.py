"""Means and variances of paired columns, without the pairs; those of different pairs add up.

Sums of squares are kept about the mean, and merged by the formula of Chan,
Golub and LeVeque (1983): nothing is lost where the mean is large beside the
spread, and a difference that is the same in all pairs keeps no variance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np

from sim.arrays import Floats, Ints

REFERENCE, CHANGED, DIFFERENCE = range(3)
"""Rows of what is kept of both arms and of their difference."""


@dataclass(frozen=True, eq=False)
class Moments:
    """What the pairs of two arms come to, column by column.

    Attributes
    ----------
    pairs : shape (columns,)
        Pairs of which neither failed; nothing else counts.
    mean : shape (3, columns)
        Of the reference, the changed arm, and the difference; 0 where there is no pair.
    centred : shape (3, columns)
        Sums of squares about these means.
    total, squares : shape (columns,)
        Sums of the differences and of their squares as they are: of whole numbers, exact.
    above, below : shape (columns,)
        Pairs in which the changed arm stands above the reference, and below it.
    """

    pairs: Ints
    mean: Floats
    centred: Floats
    total: Floats
    squares: Floats
    above: Ints
    below: Ints

    @property
    def variance(self) -> Floats:
        """Of each row, shape ``(3, columns)``; nan with fewer than two pairs."""
        found: Floats = self.centred / np.maximum(self.pairs - 1, 1)
        return np.where(self.pairs > 1, found, np.nan)

    @property
    def size(self) -> Floats:
        """Mean square of both arms together, shape ``(columns,)``."""
        arms = slice(REFERENCE, DIFFERENCE)
        spread = self.centred[arms] / np.maximum(self.pairs, 1)
        return np.asarray((spread + self.mean[arms] ** 2).sum(axis=0))

    def merged(self, other: Moments) -> Moments:
        """The moments of the pairs of both.

        Counts, and sums of whole numbers, do not depend on the order in which moments
        are merged; all else does, in its last digits.
        """
        pairs = self.pairs + other.pairs
        share = other.pairs / np.maximum(pairs, 1)
        apart = other.mean - self.mean
        return Moments(
            pairs,
            np.where(self.pairs > 0, self.mean + share * apart, other.mean),
            self.centred + other.centred + apart**2 * (self.pairs * share),
            self.total + other.total,
            self.squares + other.squares,
            self.above + other.above,
            self.below + other.below,
        )


def moments(reference: Floats, changed: Floats) -> Moments:
    """Of arrays of the same runs, shape ``(runs, columns)``; nan where one failed."""
    gap = changed - reference
    there = np.isfinite(gap)
    pairs = there.sum(axis=0)
    number = np.maximum(pairs, 1).astype(np.float64)
    means, centred = [], []
    for values in (reference, changed, gap):
        kept = np.where(there, values, 0.0)
        means.append(kept.sum(axis=0) / number)
        centred.append((np.where(there, kept - means[-1], 0.0) ** 2).sum(axis=0))
    return Moments(
        pairs=pairs.astype(np.int64),
        mean=np.stack(means),
        centred=np.stack(centred),
        total=kept.sum(axis=0),
        squares=(kept**2).sum(axis=0),
        above=(kept > 0).sum(axis=0),
        below=(kept < 0).sum(axis=0),
    )


def merged(parts: Iterable[Moments]) -> Moments:
    """Moments of many pieces, one at least, taken in their order."""
    return reduce(Moments.merged, parts)
