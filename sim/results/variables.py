"""What the variables of results are: dimensions, type, unit and meaning of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from sim.errors import ResultsError
from sim.scenario.phrases import BOUNDS, DIRECTED, STATE, SYMMETRIC, Kind

MEANINGS: dict[Kind, str] = {
    "affinity": "political alignment, from -1 to 1",
    "tension": "how live a militarised dispute is, from 0 to 1",
    "commitment": "pledge to come to the other's aid, from 0 to 1",
    "ties": "what the first gains from, and relies on in, exchange with the second, from 0 to 1",
    "support": "domestic backing of the leadership, from 0 to 1",
    "power": "capability, as the scenario measures it",
    "issue": "where the issue stands between its two ends, from 0 to 100",
}


@dataclass(frozen=True)
class Variable:
    """How a variable is recorded.

    Attributes
    ----------
    dims : tuple of str
    dtype : str
    attrs : dict
        ``long_name``, and what else the CF conventions ask for.
    """

    dims: tuple[str, ...]
    dtype: str
    attrs: dict[str, Any]

    def of(self, values: Any) -> tuple[tuple[str, ...], Any, dict[str, Any]]:
        """The variable with values, as a data set takes it."""
        return self.dims, values, self.attrs


def name_of(kind: Kind) -> str:
    """The variable that records a kind of quantity."""
    return "issue_outcome" if kind == "issue" else kind


def dimension(kind: Kind) -> str:
    """By which labels a kind of quantity goes."""
    if kind in SYMMETRIC:
        return "pair"
    if kind in DIRECTED:
        return "direction"
    return "issue" if kind == "issue" else "actor"


def _quantity(kind: Kind) -> Variable:
    low, high = map(np.float32, BOUNDS[kind])
    attrs = {"long_name": MEANINGS[kind], "units": "1", "valid_min": low, "valid_max": high}
    return Variable(("run", "round", dimension(kind)), "float32", attrs)


def _plain(dims: str, dtype: str, words: str) -> Variable:
    attrs: dict[str, Any] = {"long_name": words}
    if dtype == "bool":
        attrs |= {"flag_values": np.array([0, 1], np.int8), "flag_meanings": "no yes"}
    return Variable(tuple(dims.split()), dtype, attrs)


_NAMED = ("actor", "issue", "lever", "event", "outcome", "watch")
"""Dimensions whose labels are ids, and which have names beside them."""
OF_RUNS = {
    **{name_of(kind): _quantity(kind) for kind in STATE},
    "reported": _plain("run round outcome", "float32", "outcomes that the scenario asks for"),
    "choice": _plain(
        "run round direction track", "int16", "place of the lever in 'lever', from 0; -1: let pass"
    ),
    "accepted": _plain("run round direction track", "bool", "whether the lever took effect"),
    "happened": _plain("run round event", "bool", "whether the event happened in this round"),
    "watched": _plain("run watch", "int16", "first round in which it was the case; -1: never"),
    "drawn": _plain("run parameter", "float64", "value of each uncertain parameter in this run"),
    "failed_round": _plain("run", "int16", "round of failure; -1: none"),
    "stopped_round": _plain("run", "int16", "round of stop; -1: none"),
}
"""Variables of the whole paths of runs."""


def _flags(dims: str, words: str, meanings: tuple[str, ...]) -> Variable:
    attrs = {
        "long_name": words,
        "flag_values": np.arange(len(meanings), dtype=np.int8),
        "flag_meanings": " ".join(meaning.replace(" ", "_") for meaning in meanings),
    }
    return Variable(tuple(dims.split()), "int8", attrs)


STATUS = ("none", "in force", "suspended")
"""What an arrangement may be at the end of a round."""
PROMISED = ("nothing open", "open", "overdue", "kept", "late", "broken")
"""What a promise may be at the end of a round, or has become in it."""
LASTING = {
    "status": _flags(
        "run round arrangement", "what the arrangement was at the end of the round", STATUS
    ),
    "promised": _flags(
        "run round promise",
        "what the promise was at the end of the round; kept, late, broken: became in it",
        PROMISED,
    ),
    "trust": Variable(
        ("run", "round", "direction"),
        "float32",
        {
            "long_name": "share of the second's promises that the first expects to be kept",
            "units": "1",
            "valid_min": np.float32(0),
            "valid_max": np.float32(1),
        },
    ),
    "office": _plain(
        "run round government", "int16", "rounds that the government has been in office; -1: failed"
    ),
}
"""Variables that results have where the scenario has arrangements, promises or governments."""
OF_TALLIES = {
    "mean": _plain("round outcome", "float64", "mean over the runs"),
    "least": _plain("round outcome", "float64", "smallest value"),
    "most": _plain("round outcome", "float64", "largest value"),
    "total": _plain("round outcome", "float64", "sum over the runs"),
    "squares": _plain("round outcome", "float64", "sum of squares over the runs"),
    "first_round": _plain("watch round", "int64", "runs by the event's first round"),
}
"""Variables of a tally, beside those that go by bins."""
COORDINATES = {
    "run": _plain("run", "int64", "number of the run"),
    "round": _plain("round", "int64", "round; 0: the start"),
    "from": _plain("round", "datetime64[us]", "day on which the round begins"),
    "until": _plain("round", "datetime64[us]", "day on which the round ends and the next begins"),
    **{name: _plain(name, "object", f"{name} by its id") for name in _NAMED},
    **{f"{name}_name": _plain(name, "object", f"name of the {name}") for name in _NAMED},
    "pair": _plain("pair", "object", "two actors, in either order"),
    "direction": _plain("direction", "object", "one actor toward another"),
    "track": _plain("track", "object", "words or deeds: an actor picks one of each"),
    "arrangement": _plain("arrangement", "object", "arrangement, and between whom"),
    "promise": _plain("promise", "object", "lever that promises, and who to whom"),
    "government": _plain("government", "object", "actor whose government may change"),
    "parameter": _plain("parameter", "object", "uncertain number, by its place in the scenario"),
}
"""Coordinates of all results: runs, rounds and their days, labels and their names."""


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
