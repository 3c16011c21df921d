"""Which run stands for the others, and which two are least alike.

The distance of two runs is the root mean square, over the reported outcomes
and the rounds, of their difference in units of each outcome's spread (the
standard deviation across runs, averaged over the rounds as a root mean
square). Outcomes that are the same in all runs do not count.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

CANDIDATES = 1000
"""Runs looked at for the two least alike: those farthest from the medians."""


def _standardised(reported: xr.DataArray) -> NDArray[np.float32]:
    """Deviations from the pointwise medians, in spreads: ``(run, feature)``."""
    values = reported.transpose("run", "outcome", "round").values.astype(np.float32)
    deviations = values - np.median(values, axis=0)
    spread = np.sqrt(values.var(axis=0).mean(axis=-1, keepdims=True))
    scaled = np.divide(deviations, spread, out=np.zeros_like(deviations), where=spread > 1e-9)
    features = scaled.reshape(len(scaled), -1)
    return np.asarray(features / np.sqrt(max(features.shape[1], 1)), dtype=np.float32)


def distance_from_medians(reported: xr.DataArray) -> NDArray[np.float64]:
    """Distance of each run from the pointwise medians: ``(run,)``, in spreads.

    Parameters
    ----------
    reported : DataArray
        ``(run, round, outcome)``, runs that did not fail.
    """
    return np.asarray(np.linalg.norm(_standardised(reported), axis=1), dtype=np.float64)


def representative_run(reported: xr.DataArray) -> int:
    """Label of the run that lies closest to the pointwise medians.

    The medians themselves are no run: no future need pass through all of them.
    Of equally close runs the first is taken.
    """
    return int(reported["run"].values[int(np.argmin(distance_from_medians(reported)))])


def most_unlike(reported: xr.DataArray) -> tuple[int, int] | None:
    """Labels of the two runs that differ most from each other.

    Sought among the 1,000 runs farthest from the medians (two runs far apart
    cannot both lie near the middle). ``None`` with fewer than two runs, or
    where all runs are alike.
    """
    if reported.sizes["run"] < 2:
        return None
    features = _standardised(reported).astype(np.float64)
    radius = np.linalg.norm(features, axis=1)
    outer = np.sort(np.argsort(-radius, kind="stable")[:CANDIDATES])
    points = features[outer]
    square = (points**2).sum(axis=1)
    apart = square[:, None] + square[None, :] - 2 * points @ points.T
    first, second = np.unravel_index(int(np.argmax(apart)), apart.shape)
    if apart[first, second] <= 1e-12:
        return None
    labels = sorted(int(reported["run"].values[outer[place]]) for place in (first, second))
    return labels[0], labels[1]
