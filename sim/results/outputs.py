"""What a study looks at in each run: where an outcome ends, and whether an event came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from sim.arrays import Floats
from sim.errors import Fault, Place, ScenarioError, option
from sim.scenario.schema import Description
from sim.text import did_you_mean


@dataclass(frozen=True)
class Output:
    """An outcome at the end of a run, or whether a watched event came by then.

    Attributes
    ----------
    id : str
        Its key in the scenario.
    kind : {"outcome", "watch"}
    name : str
    twin : bool
        Whether the scenario has an outcome and an event of this id.
    """

    id: str
    kind: Literal["outcome", "watch"]
    name: str
    twin: bool = False

    @property
    def label(self) -> str:
        """The id, told apart where an event has that of an outcome."""
        return f"{self.id} (event)" if self.twin and self.kind == "watch" else self.id


def outputs(description: Description, asked: Sequence[str] = ()) -> tuple[Output, ...]:
    """The outputs that are asked for, or all of a scenario.

    An id that an outcome and an event share names both.

    Raises
    ------
    ScenarioError
        When an id is that of neither.
    """
    twins = description.outcomes.keys() & description.watch.keys()
    outcomes, events = description.outcomes.items(), description.watch.items()
    every = [Output(key, "outcome", one.name, key in twins) for key, one in outcomes]
    every += [Output(key, "watch", one.name, key in twins) for key, one in events]
    known = {one.id for one in every}
    faults = [
        Fault(
            Place(option("--outcome")),
            f"there is no outcome or watched event '{id}'",
            did_you_mean(id, known, "outcomes and watched events"),
        )
        for id in asked
        if id not in known
    ]
    if faults:
        raise ScenarioError(faults)
    return tuple(one for one in every if not asked or one.id in asked)


def read_outputs(dataset: xr.Dataset, wanted: Sequence[Output]) -> Floats:
    """Read outputs off results.

    Returns
    -------
    array of float, shape (runs, outputs)
        An outcome's last value; 1 where an event came, 0 where not; nan where a
        run failed.
    """
    last = dataset["reported"].isel(round=-1)
    columns = [
        last.sel(outcome=one.id).values
        if one.kind == "outcome"
        else dataset["watched"].sel(watch=one.id).values >= 0
        for one in wanted
    ]
    values = np.stack(columns, axis=1).astype(np.float64)
    values[dataset["failed_round"].values >= 0] = np.nan
    return values
