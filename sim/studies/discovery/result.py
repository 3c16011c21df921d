"""What a study of discovery found: the runs, where the condition holds, and the boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.claims.measure import Target
from sim.scenario.scenario import Scenario
from sim.studies.discovery.boxes import Boxes, inside

HEADER = (
    "box",
    "parameter",
    "low",
    "high",
    "least",
    "most",
    "quasi_p",
    "coverage",
    "density",
    "density_low",
    "density_high",
    "mass",
    "coverage_making",
    "density_making",
    "mass_making",
    "share",
)


@dataclass(frozen=True, eq=False)
class Discovered:
    """All that came of a study.

    Attributes
    ----------
    scenario : Scenario
    target : Target
        The condition.
    dataset : Dataset
        The runs, whole ones only.
    cases : array of bool, shape (runs,)
        Where it holds.
    boxes : Boxes
    seed : int
    failed : int
        Runs that failed, and are left out.
    """

    scenario: Scenario
    target: Target
    dataset: xr.Dataset
    cases: NDArray[np.bool_]
    boxes: Boxes
    seed: int
    failed: int

    def labelled(self) -> xr.Dataset:
        """Draws, where the condition holds, and the first box that each run lies in (0: none)."""
        drawn = self.dataset["drawn"]
        paths = [str(path) for path in drawn["parameter"].values]
        first = np.zeros(len(self.cases), dtype=np.int64)
        for nth, box in reversed(list(enumerate(self.boxes.boxes, 1))):
            first[inside(paths, drawn.values, box.limits)] = nth
        return xr.Dataset(
            {
                "drawn": drawn,
                "happened": (("run",), self.cases),
                "box": (("run",), first),
                "held_out": (("run",), np.arange(len(first)) % 2 == 1),
            },
            attrs={
                "title": f"Discovery in {self.scenario.description.title}",
                "scenario": self.scenario.id,
                "scenario_sha256": self.scenario.sha256,
                "seed": self.seed,
            },
        )

    def rows(self) -> list[tuple[Any, ...]]:
        """One row for each limit of each box, in the order of :data:`HEADER`."""
        return [
            (
                nth,
                limit.path,
                limit.low,
                limit.high,
                limit.least,
                limit.most,
                limit.chance,
                box.held.coverage,
                box.held.density,
                box.held.low,
                box.held.high,
                box.held.mass,
                box.made.coverage,
                box.made.density,
                box.made.mass,
                self.boxes.share,
            )
            for nth, box in enumerate(self.boxes.boxes, 1)
            for limit in box.limits
        ]
