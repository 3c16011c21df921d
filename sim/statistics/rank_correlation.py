"""Which uncertain numbers the end of the runs goes with: rank correlations.

Spearman's rho is Pearson's correlation of the ranks, ties sharing their mean
rank. A number is told only where chance hardly explains it: the two-sided test
of rho (Student's t with n - 2 degrees of freedom) at 5 %, divided by how many
pairs of a number and an end were tried (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from scipy import stats

LEVEL = 0.05
"""Chance that anything is told where no end goes with any number."""
MOST = 6
"""Most numbers that are told of one end."""
_RANK_TIES = 1e-9


@dataclass(frozen=True)
class Associated:
    """An uncertain number, by its path, and its rank correlation with an end."""

    path: str
    rho: float


def associations(
    drawn: xr.DataArray, ends: Mapping[str, ArrayLike]
) -> dict[str, tuple[Associated, ...]]:
    """Find the uncertain numbers that ends go with over the runs.

    Parameters
    ----------
    drawn : DataArray
        ``(run, parameter)``: what each run drew, of runs that did not fail.
    ends : mapping of str to array_like of float, (run,)
        A value of each run, by name: where an outcome ended, or 1 where an
        event happened and 0 where it did not.

    Returns
    -------
    dict of str to tuple of Associated
        By name of the end, the strongest first, at most :data:`MOST`; none for
        an end that is the same in all runs, or with fewer than 3 runs.
    """
    paths = [str(path) for path in drawn["parameter"].values]
    ranks, varies = _ranks(drawn.transpose("run", "parameter").values)
    least = critical_rho(len(ranks), int(varies.sum()) * len(ends))
    found = {}
    for name, values in ends.items():
        end, differs = _ranks(np.asarray(values, dtype=np.float64)[:, None])
        rho = ranks.T @ end[:, 0] if differs[0] else np.zeros(len(paths))
        strongest = np.argsort(-np.abs(rho), kind="stable")[:MOST]
        found[name] = tuple(
            Associated(paths[place], float(np.clip(rho[place], -1, 1)))
            for place in strongest
            if abs(rho[place]) > least
        )
    return found


def critical_rho(runs: int, tried: int) -> float:
    """The rank correlation that chance alone seldom exceeds anywhere.

    Parameters
    ----------
    runs : int
        How many runs were ranked; with fewer than 3 nothing exceeds it.
    tried : int
        How many pairs of a number and an end were looked at.
    """
    if runs < 3 or tried == 0:
        return 1.0
    t = float(stats.t.isf(LEVEL / 2 / tried, runs - 2))
    return t / float(np.sqrt(runs - 2 + t**2))


def _ranks(columns: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Ranks by column as vectors of length 1 around 0, and which columns vary."""
    if not columns.size:
        return np.zeros(columns.shape), np.zeros(columns.shape[1], dtype=np.bool_)
    ranks = stats.rankdata(columns, axis=0)
    ranks -= ranks.mean(axis=0)
    length = np.sqrt((ranks**2).sum(axis=0))
    varies = length > _RANK_TIES
    return np.divide(ranks, length, out=np.zeros_like(ranks), where=varies), varies
