"""What moves by itself: reversion, structural balance, shocks, growth.

Heider (1946) and Marvel et al. (2011) for balance; equations in
``docs/model.md``, section 6.6.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.model.compiled import Setting
from sim.model.random_streams import Streams, standard_normal
from sim.model.theory import Theory


def shocks(setting: Setting, theory: Theory, streams: Streams, now: int) -> Floats:
    """Standard normal shocks, shape ``(moving rows, runs)``; 0 where there is no noise."""
    moving = setting.layout.names[setting.layout.moving]
    noisy = np.flatnonzero(theory.noise.any(axis=1))
    drawn = np.zeros((len(moving), streams.runs))
    for row in noisy:
        drawn[row] = streams.uniform("shock", moving[row], now)
    drawn[noisy] = standard_normal(drawn[noisy])
    return drawn


def drifted(
    setting: Setting,
    theory: Theory,
    trend: Floats,
    balance: Floats,
    x: Floats,
    baseline: Floats,
    shock: Floats,
) -> Floats:
    """The moving rows after one round's drift, shape ``(moving rows, runs)``.

    Parameters
    ----------
    trend : shape (moving rows, runs)
    balance : shape (pairs, runs)
        Pull of structural balance in ordinary times: only what goes beyond it moves.
    """
    layout = setting.layout
    here, back = x[layout.moving], baseline[layout.moving]
    low, high = layout.low[layout.moving], layout.high[layout.moving]
    place = (here - low) / (high - low)
    after = here + theory.reversion * (back - here)
    after += 4 * place * (1 - place) * theory.noise * shock
    after += trend
    tied = layout.rows("affinity")
    after[tied] += setting.pull(here[tied], theory) - balance
    clipped: Floats = np.clip(after, low, high)
    return clipped
