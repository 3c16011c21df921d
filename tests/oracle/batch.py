"""The oracle under Mesa's own batch runner and data collector."""

from __future__ import annotations

from typing import Any

import mesa

from tests.oracle.flow import phrased
from tests.oracle.model import OracleWorld


class BatchWorld(OracleWorld):
    """An :class:`OracleWorld` for :func:`mesa.batch_run`.

    Its parameters are those of the world: ``scenario``, ``seed`` and ``run``.
    """

    def __init__(self, rng: object = None, **parameters: Any) -> None:
        # From 3.5 on Mesa's batch runner hands each model an rng; our draws are keyed.
        super().__init__(**parameters)
        quantities = [q for q in self.state if q[0] not in ("position", "salience", "weight")]
        self.datacollector = mesa.DataCollector(
            model_reporters={phrased(q): lambda world, q=q: world.state[q] for q in quantities}
        )

    def step(self) -> None:
        super().step()
        self.datacollector.collect(self)
