"""The numbers of a study of sensitivity: labelled arrays, and a long table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

from sim.analysis.indices import Sobol
from sim.report.sensitivity_found import NUMBERS, SOURCES, Found
from sim.results.outputs import Output

HEADER = ("design", "measure", "name", "kind", "factor", "index", "value", "low", "high")
KINDS = {"outcome": "outcome", "watch": "event"}
Row = tuple[str, str, str, str, str, str, float, float, float]


def labelled(found: Found) -> xr.Dataset:
    """All indices as a data set.

    Returns
    -------
    Dataset
        ``total``, ``total_half``, ``first``, ``first_half`` by size (base
        samples: a quarter, half, all), outcome and factor; ``source_total`` and
        so on by size, outcome and source; ``effect``, ``effect_half``,
        ``mean_effect`` and ``effect_spread`` of the screening by outcome and
        parameter.
    """
    labels = np.array([output.label for output in found.outputs], dtype=object)
    names = np.array([output.name for output in found.outputs], dtype=object)
    variables: dict[str, Any] = {}
    coordinates: dict[str, Any] = {"outcome": labels, "outcome_name": ("outcome", names)}
    for design, before, axis in ((NUMBERS, "", "factor"), (SOURCES, "source_", "source")):
        if (one := found.indices.get(design)) is None:
            continue
        coordinates |= {"size": list(one.sizes), axis: np.array(one.factors, dtype=object)}
        for name in ("first", "first_half", "total", "total_half"):
            variables[before + name] = (("size", "outcome", axis), getattr(one, name))
    if (screened := found.screening) is not None:
        coordinates["parameter"] = np.array(screened.names, dtype=object)
        for name, values in (
            ("effect", screened.size),
            ("effect_half", screened.half),
            ("mean_effect", screened.mean),
            ("effect_spread", screened.spread),
        ):
            variables[name] = (("outcome", "parameter"), values)
    attrs = {
        "title": f"Sensitivity of {found.scenario.description.title}",
        "scenario": found.scenario.id,
        "scenario_sha256": found.scenario.sha256,
        "seed": found.seed,
        "runs": found.runs,
    }
    return xr.Dataset(variables, coordinates, attrs)


def rows(found: Found) -> Iterator[Row]:
    """Each index at all base samples, in the order of :data:`HEADER`."""
    for design, one in found.indices.items():
        for place, output in enumerate(found.outputs):
            yield from _indices(design, output, one, place)
    if (screened := found.screening) is None:
        return
    nothing = float("nan")
    for place, output in enumerate(found.outputs):
        for column, name in enumerate(screened.names):
            size, half = screened.size[place, column], screened.half[place, column]
            own = ("screening", *_about(output), name)
            yield (*own, "effect", float(size), float(size - half), float(size + half))
            for index, value in (
                ("mean effect", screened.mean[place, column]),
                ("spread of effects", screened.spread[place, column]),
            ):
                yield (*own, index, float(value), nothing, nothing)


def _about(output: Output) -> tuple[str, str, str]:
    return output.id, output.name, KINDS[output.kind]


def _indices(design: str, output: Output, one: Sobol, place: int) -> Iterator[Row]:
    for column, factor in enumerate(one.factors):
        for index, values, halves in (
            ("first", one.first, one.first_half),
            ("total", one.total, one.total_half),
        ):
            value, half = float(values[-1, place, column]), float(halves[-1, place, column])
            yield (design, *_about(output), factor, index, value, value - half, value + half)
