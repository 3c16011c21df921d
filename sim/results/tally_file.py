"""A tally as a data set: for a file, a notebook, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.results.dataset import named_labels, periods
from sim.results.tally import Bins, Tally
from sim.results.variables import OF_TALLIES, coordinates
from sim.scenario.scenario import Scenario

TOTALS = ("runs", "failed", "stopped")
BY_BIN = {
    "runs": "runs in the bin",
    "low": "smallest value in the bin; inf: none",
    "high": "largest value in the bin; -inf: none",
}


def labelled(found: Tally, scenario: Scenario, attrs: Mapping[str, Any]) -> xr.Dataset:
    """Label a tally.

    Variables ``mean``, ``least``, ``most``, ``total`` and ``squares`` by round and
    outcome; ``first_round`` (runs by watched event and round of its first occurrence);
    ``runs_OUTCOME`` (runs by round and bin), with ``low_OUTCOME`` and ``high_OUTCOME``
    (the least and the most of their values), whose bins begin at the coordinate
    ``bin_OUTCOME``.
    """
    described = scenario.description
    mean = found.total / found.complete if found.complete else np.full_like(found.total, np.nan)
    by_round = {
        "mean": mean,
        "first_round": found.watched,
        **{name: getattr(found, name) for name in ("least", "most", "total", "squares")},
    }
    variables = {name: OF_TALLIES[name].of(array) for name, array in by_round.items()}
    labels = named_labels("outcome", described.outcomes) | named_labels("watch", described.watch)
    coords = periods(described.calendar, len(found.total)) | coordinates(labels)
    for name, own in found.bins.items():
        here = f"bin_{name}"
        by_bin: Iterable[Mapping[str, NDArray[Any]]] = (found.counts, found.low, found.high)
        for (kind, words), values in zip(BY_BIN.items(), by_bin, strict=True):
            variables[f"{kind}_{name}"] = (("round", here), values[name], {"long_name": words})
        scale = {"scale": own.scale, "low": own.low, "high": own.high}
        coords[here] = (here, own.ends[:-1], scale)
    counted = {name: getattr(found, name) for name in TOTALS}
    return xr.Dataset(variables, coords, {**attrs, **counted, "failures": "\n".join(found.reasons)})


def unlabelled(dataset: xr.Dataset) -> Tally:
    """The tally that a data set holds: the other way round.

    Raises
    ------
    ResultsError
        When it holds none.
    """
    try:
        names = [str(name) for name in dataset["outcome"].values]
        scales = {name: dataset[f"bin_{name}"] for name in names}
        return Tally(
            runs=int(dataset.attrs["runs"]),
            failed=int(dataset.attrs["failed"]),
            stopped=int(dataset.attrs["stopped"]),
            bins={
                name: Bins(
                    at.attrs["scale"], float(at.attrs["low"]), float(at.attrs["high"]), len(at)
                )
                for name, at in scales.items()
            },
            counts={name: dataset[f"runs_{name}"].values.copy() for name in names},
            low={name: dataset[f"low_{name}"].values.copy() for name in names},
            high={name: dataset[f"high_{name}"].values.copy() for name in names},
            least=dataset["least"].values.copy(),
            most=dataset["most"].values.copy(),
            total=dataset["total"].values.copy(),
            squares=dataset["squares"].values.copy(),
            watched=dataset["first_round"].values.copy(),
            reasons=str(dataset.attrs["failures"]).splitlines(),
        )
    except KeyError as error:
        raise ResultsError(f"not a summary of runs: {error} is missing") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise ResultsError(f"a damaged summary of runs ({error})") from None
