"""On which scale a kind of quantity is compared: log-odds of shares, logarithms of ties."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from sim.arrays import Floats
from sim.backtest.plan import Kind

_EVEN = 200


class Scale(NamedTuple):
    """From values to a scale without ends, and back."""

    to: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]


_LOG_ODDS = Scale(logit, expit)
SCALES: dict[Kind, Scale] = {
    "conflict": _LOG_ODDS,
    "affinity": Scale(np.asarray, np.asarray),
    "ties": Scale(np.log, np.exp),
    "support": _LOG_ODDS,
}


@cache
def even_normal(members: int = _EVEN) -> Floats:
    """Standard normal values at even shares of the distribution, in order."""
    found = np.asarray(norm.ppf((np.arange(members) + 0.5) / members))
    found.flags.writeable = False
    return found
