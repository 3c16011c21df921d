"""What indices say: which inputs lead, how much is chance, and whether the samples suffice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.studies.sensitivity.indices import Screening, Sobol

ENOUGH = 0.1
"""Half-width of the interval of a total index that is called narrow enough."""
FEW_CASES = 20
"""Fewest runs of A and B with an event, and without, from which its indices are read; and
fewest steps of a screening that make it come or go, from which its effects are ranked."""


@dataclass(frozen=True)
class Share:
    """A share of an output's variance, with its 95 % interval as a half-width."""

    factor: str
    first: float
    first_half: float
    total: float
    total_half: float


@dataclass(frozen=True)
class Leading:
    """What drives one output.

    Attributes
    ----------
    chance : Share
        Its total is what would be left if every uncertain number were known.
    factors : tuple of Share
        Those of the inputs, the largest total first.
    samples : int
        Base samples.
    needed : int
        Base samples from which the widest interval of a leading total index is
        narrow enough, about: the error falls with their root. Four times as many,
        at least, where the shares are impossible.
    impossible : bool
        Whether the first-order shares add up to more than the whole, beyond
        their intervals.
    """

    chance: Share
    factors: tuple[Share, ...]
    samples: int
    needed: int
    impossible: bool

    @property
    def enough(self) -> bool:
        """Whether the indices can be read as they stand."""
        return self.needed <= self.samples and not self.impossible


def scores(screening: Screening) -> dict[str, float]:
    """How far each input moves any output, in standard deviations of the output.

    The lower end of the interval counts: a rare event that a single trajectory
    happens to meet would else stand before all that is really there.
    """
    varies = screening.deviation > 0
    if not varies.any():
        return dict.fromkeys(screening.names, 0.0)
    sure = np.maximum(screening.size - screening.half, 0.0)[varies]
    best = (sure / screening.deviation[varies, None]).max(axis=0)
    return {name: float(score) for name, score in zip(screening.names, best, strict=True)}


def leading(found: Sobol, output: int, chance: str, rest: Collection[str] = ()) -> Leading:
    """Read the indices of one output, at all base samples.

    Parameters
    ----------
    found : Sobol
    output : int
        Its place.
    chance : str
        Name of the stream of draws.
    rest : collection of str
        Factors that stand for what is left over: never told as leading.
    """
    every = {
        factor: Share(factor, *(float(array[-1, output, place]) for array in _arrays(found)))
        for place, factor in enumerate(found.factors)
    }
    inputs = sorted(
        (share for name, share in every.items() if name != chance), key=lambda one: -one.total
    )
    told = [share for share in inputs if share.factor not in rest]
    widest = max(share.total_half for share in (*told[:3], every[chance]))
    samples = found.sizes[-1]
    total = sum(share.first for share in every.values())
    doubt = float(np.sqrt(sum(share.first_half**2 for share in every.values())))
    impossible = total - doubt > 1
    needed = power(samples * (widest / ENOUGH) ** 2) if widest > ENOUGH else samples
    return Leading(
        every[chance],
        (*told, *(share for share in inputs if share.factor in rest)),
        samples,
        max(needed, 4 * samples if impossible else samples),
        impossible,
    )


def power(samples: float) -> int:
    """The next power of 2, so that so many samples can be asked for."""
    return 2 ** int(np.ceil(np.log2(max(samples, 1.0))))


def _arrays(found: Sobol) -> tuple[Floats, ...]:
    return found.first, found.first_half, found.total, found.total_half


def constant(values: Floats) -> NDArray[np.bool_]:
    """Which outputs, ``(rows, outputs)``, are the same in all rows, as far as numbers tell."""
    whole = values[~np.isnan(values).any(axis=1)]
    if not len(whole):
        return np.ones(values.shape[1], dtype=np.bool_)
    same: NDArray[np.bool_] = np.ptp(whole, axis=0) <= 1e-9 * np.abs(whole).max(axis=0)
    return same
