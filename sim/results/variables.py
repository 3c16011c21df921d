"""What the variables of results are: dimensions, type, unit and meaning (``variables.csv``)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import xarray as xr

from sim.errors import ResultsError
from sim.scenario.phrases import BOUNDS, Kind


class Variable(NamedTuple):
    """How a variable is recorded; ``attrs`` are what the CF conventions ask for."""

    dims: tuple[str, ...]
    dtype: str
    attrs: dict[str, Any]

    def of(self, values: Any) -> tuple[tuple[str, ...], Any, dict[str, Any]]:
        """The variable with values, as a data set takes it."""
        return self.dims, values, self.attrs


def name_of(kind: Kind) -> str:
    """The variable that records a kind of quantity."""
    return "issue_outcome" if kind == "issue" else kind


def _listed(part: str) -> dict[str, Variable]:
    """The variables of one part of the list."""
    found = {}
    for row in _ROWS:
        if row["of"] != part:
            continue
        attrs: dict[str, Any] = {"long_name": row["meaning"]}
        kind = cast(Kind, row["name"].removesuffix("_outcome"))
        if row["flags"]:
            values = np.arange(len(row["flags"].split()), dtype=np.int8)
            attrs |= {"flag_values": values, "flag_meanings": row["flags"]}
        elif row["dtype"] == "float32" and kind in BOUNDS:
            low, high = map(np.float32, BOUNDS[kind])
            attrs |= {"units": "1", "valid_min": low, "valid_max": high}
        found[row["name"]] = Variable(tuple(row["dims"].split()), row["dtype"], attrs)
    return found


with Path(__file__).with_name("variables.csv").open(encoding="utf-8", newline="") as _file:
    _ROWS = list(csv.DictReader(_file))
OF_RUNS = _listed("runs")
"""Variables of the whole paths of runs."""
LASTING = _listed("lasting")
"""Variables that results have where the scenario has what they are of."""
OF_TALLIES = _listed("tally")
"""Variables of a tally, beside those that go by bins."""
COORDINATES = _listed("coordinate")
"""Coordinates of all results: runs, rounds and their days, labels and their names."""
STATUS, PROMISED = (
    tuple(flag.replace("_", " ") for flag in LASTING[name].attrs["flag_meanings"].split())
    for name in ("status", "promised")
)
"""What an arrangement may be at the end of a round; what a promise may be, or have become in it."""


def coordinates(values: Mapping[str, Any]) -> dict[str, Any]:
    """Coordinates with their dimensions, types and meanings, as a data set takes them."""
    return {
        name: COORDINATES[name].of(np.array(array, COORDINATES[name].dtype))
        for name, array in values.items()
    }


OPTIONAL = {
    "arrangement": ("status", "trust"),
    "promise": ("promised", "trust"),
    "government": ("office",),
    "belief": ("belief_mean", "belief_low", "belief_high", "belief_true"),
}
"""Dimensions that results need not have, and what they have where they have them."""
MAY_BE_EMPTY = frozenset({"issue", "lever", "event", "watch", "parameter"})
"""Dimensions of which a scenario may have nothing."""


def whole(dataset: xr.Dataset) -> xr.Dataset:
    """Results as they were recorded, from what a file held.

    What goes by something of which the scenario has nothing is not in the file, and
    comes back without values.

    Raises
    ------
    ResultsError
        When they are no results, or something is missing or of another shape or type.
    """
    if "scenario_sha256" not in dataset.attrs:
        raise ResultsError("a NetCDF file, but not of a scenario's results")
    variables = OF_RUNS if "run" in dataset.dims else OF_TALLIES
    if "choice" in dataset and "track" not in dataset.dims:
        raise ResultsError(
            f"of Entente {dataset.attrs.get('version', '0.5 or before')}, which had one act toward "
            "each other in a round; this version has a word and a deed: run the scenario again"
        )
    if variables is OF_RUNS:
        needed = {name for dim in OPTIONAL.keys() & dataset.sizes.keys() for name in OPTIONAL[dim]}
        needed |= LASTING.keys() & dataset.variables.keys()
        variables = OF_RUNS | {name: LASTING[name] for name in LASTING if name in needed}
    dims = {dim for like in variables.values() for dim in like.dims}
    if "run" in dims:
        dims.add("lever")
    coords = {name: like for name, like in COORDINATES.items() if set(like.dims) <= dims}
    wrong, empty = [], {}
    for name, like in {**coords, **variables}.items():
        if not dataset.sizes.keys() >= set(like.dims) - MAY_BE_EMPTY:
            wrong.append(f"'{name}' is missing")
        elif not all(dataset.sizes.get(dim) for dim in like.dims):
            shape = [dataset.sizes.get(dim, 0) for dim in like.dims]
            empty[name] = like.of(np.empty(shape, like.dtype))
        elif name not in dataset.variables:
            wrong.append(f"'{name}' is missing")
        elif dataset[name].dims != like.dims or dataset[name].dtype != np.dtype(like.dtype):
            wrong.append(f"'{name}' has another shape or type")
    if wrong:
        raise ResultsError(f"damaged, or changed by another program: {', '.join(wrong)}")
    found = dataset.assign(empty).set_coords(list(coords))
    for name, like in {**coords, **variables}.items():
        found.variables[name].attrs.update(like.attrs)
    return found
