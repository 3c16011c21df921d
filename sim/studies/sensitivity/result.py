"""A study of sensitivity: its plan, what it found, and its numbers as arrays and as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from sim.errors import Fault, Place, ScenarioError, option
from sim.model.uncertain import uncertain
from sim.results.outputs import Output
from sim.scenario.scenario import Scenario
from sim.studies.arguments import nothing_uncertain
from sim.studies.sensitivity.indices import Screening, Sobol
from sim.studies.sensitivity.sources import MOST_GROUPS, SourceGroup, by_source

CHANCE, REST = "chance", "all other parameters"
NUMBERS, SOURCES = "parameters", "sources"
"""The two groupings of the parameters."""
LEAST_SAMPLES, MOST_SAMPLES = 16, 2**16
"""Limits of the number of base samples."""
SAMPLES = 512
"""Base samples unless told otherwise."""
DIRECT = 20
"""Most uncertain parameters that all get indices of their own; more are screened first."""
AFTER_SCREENING = 16
"""Parameters that get them after the screening."""


@dataclass(frozen=True)
class SensitivityPlan:
    """How many runs a study takes.

    Attributes
    ----------
    parameters : int
        Uncertain parameters.
    samples : int
        Base samples of the Sobol designs.
    trajectories : int
        Of the screening; 0 where there is none.
    most_blocks : int
        Blocks of base samples, at most: two designs may turn out to share some.
    """

    parameters: int
    samples: int
    trajectories: int
    most_blocks: int

    @property
    def screened(self) -> int:
        """Runs of the screening."""
        return self.trajectories * (self.parameters + 1)

    @property
    def most_runs(self) -> int:
        """All runs, at most."""
        return self.screened + self.samples * self.most_blocks


def plan(scenario: Scenario, samples: int = SAMPLES) -> SensitivityPlan:
    """Say what a study takes before it is run.

    Raises
    ------
    ScenarioError
        When no parameter has a spread, or the number of samples is no power of
        2 from 16 to 65,536.
    """
    faults = []
    if not LEAST_SAMPLES <= samples <= MOST_SAMPLES or samples & (samples - 1):
        near = 2 ** round(np.log2(min(max(samples, LEAST_SAMPLES), MOST_SAMPLES)))
        faults.append(
            Fault(
                Place(option("--samples")),
                f"{samples:,} is no power of 2 from {LEAST_SAMPLES} to {MOST_SAMPLES:,}",
                f"write {near}: Sobol's points are even only in such numbers",
            )
        )
    paths = uncertain(scenario)
    if not paths:
        faults.append(nothing_uncertain(scenario))
    if faults:
        raise ScenarioError(faults)
    groups = len(by_source(scenario, paths))
    if len(paths) <= DIRECT:
        apart = groups if 1 < groups < len(paths) else 0
        return SensitivityPlan(len(paths), samples, 0, 3 + len(paths) + apart)
    return SensitivityPlan(
        len(paths),
        samples,
        max(samples // 8, 8),
        3 + AFTER_SCREENING + 1 + min(groups, MOST_GROUPS + 1),
    )


@dataclass(frozen=True, eq=False)
class Found:
    """All that came of a study.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    plan : Plan
    outputs : tuple of Output
        What was looked at, and varies.
    left_out : tuple of (Output, str)
        What was not, with the reason.
    came : tuple of (int or None)
        Of each of ``outputs``: in how many of ``looked_at`` runs the event came;
        ``None`` of an outcome.
    looked_at : int
        Runs of the matrices A and B that did not fail.
    screening : Screening or None
        Elementary effects of all parameters; ``None`` where few need no screening.
    indices : dict of str to Sobol
        ``parameters``, and ``sources`` where the parameters rest on more than one.
    groups : tuple of SourceGroup
        The factors of ``sources``.
    runs : int
        Runs that were made.
    failed : int
        Runs of them that failed.
    dataset : Dataset
        The runs of the first base sample: an ordinary ensemble.
    """

    scenario: Scenario
    seed: int
    plan: SensitivityPlan
    outputs: tuple[Output, ...]
    left_out: tuple[tuple[Output, str], ...]
    came: tuple[int | None, ...]
    looked_at: int
    screening: Screening | None
    indices: dict[str, Sobol]
    groups: tuple[SourceGroup, ...]
    runs: int
    failed: int
    dataset: xr.Dataset


INDEX_COLUMNS = ("design", "measure", "name", "kind", "factor", "index", "value", "low", "high")
KINDS = {"outcome": "outcome", "watch": "event"}
_Row = tuple[str, str, str, str, str, str, float, float, float]


def as_dataset(found: Found) -> xr.Dataset:
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


def rows(found: Found) -> Iterator[_Row]:
    """Each index at all base samples, in the order of :data:`INDEX_COLUMNS`."""
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


def _indices(design: str, output: Output, one: Sobol, place: int) -> Iterator[_Row]:
    for column, factor in enumerate(one.factors):
        for index, values, halves in (
            ("first", one.first, one.first_half),
            ("total", one.total, one.total_half),
        ):
            value, half = float(values[-1, place, column]), float(halves[-1, place, column])
            yield (design, *_about(output), factor, index, value, value - half, value + half)
