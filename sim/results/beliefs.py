"""What actors came to believe of numbers of others: a row for each belief, round and run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

if TYPE_CHECKING:
    import pandas as pd

TOLD = {
    "mean": "belief_mean",
    "low": "belief_low",
    "high": "belief_high",
    "true": "belief_true",
}
"""The columns of numbers, and the variables that hold them."""


def beliefs(dataset: xr.Dataset) -> pd.DataFrame:
    """Every belief at the end of every round of every run; the columns are in ``columns.csv``."""
    import pandas as pd

    shape = tuple(dataset.sizes[name] for name in ("run", "round", "belief"))
    place, now, which = (axis.ravel() for axis in np.indices(shape))
    return pd.DataFrame(
        {
            "run": dataset["run"].values[place],
            "round": dataset["round"].values[now],
            "from": dataset["from"].values[now],
            "until": dataset["until"].values[now],
            "belief": dataset["belief"].values[which],
            **{column: dataset[name].values.ravel() for column, name in TOLD.items()},
            "name": dataset["belief_name"].values[which],
        }
    )
