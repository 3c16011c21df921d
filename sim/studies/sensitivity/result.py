"""A study of sensitivity: its plan, what its indices say, and its numbers as data."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.errors import Fault, Place, ScenarioError, option
from sim.model.quantiles import uncertain
from sim.reporting.sources import cited
from sim.results.series import Output
from sim.scenario.scenario import Scenario
from sim.studies.arguments import nothing_uncertain
from sim.studies.sensitivity.indices import FIELDS, Screening, Sobol
from sim.text import sentence

# What indices say: which inputs lead, how much is chance, and whether the samples suffice.

ENOUGH = 0.1
"""Half-width of the interval of a total index that is called narrow enough."""
FEW_CASES = 20
"""Fewest runs of A and B with an event, and without, from which its indices are read; and
fewest steps of a screening that make it come or go, from which its effects are ranked."""


@dataclass(frozen=True)
class Share:
    """A share of an output's variance, with its 95 % interval as a half-width."""

    factor: str
    first: float
    first_half: float
    total: float
    total_half: float

    @property
    def known(self) -> bool:
        """Whether the output varies, so that there is a share."""
        return bool(np.isfinite(self.total))


@dataclass(frozen=True)
class Leading:
    """What drives one output.

    Attributes
    ----------
    chance : Share
        Its total is what would be left if every uncertain number were known.
    factors : tuple of Share
        Those of the inputs, the largest total first.
    samples : int
        Base samples.
    needed : int
        Base samples from which the widest interval of a leading total index is
        narrow enough, about: the error falls with their root. Four times as many,
        at least, where the shares are impossible.
    impossible : bool
        Whether the first-order shares add up to more than the whole, beyond
        their intervals.
    """

    chance: Share
    factors: tuple[Share, ...]
    samples: int
    needed: int
    impossible: bool

    @property
    def enough(self) -> bool:
        """Whether the indices can be read as they stand."""
        return self.needed <= self.samples and not self.impossible


def scores(screening: Screening) -> dict[str, float]:
    """How far each input moves any output, in standard deviations of the output.

    The lower end of the interval counts: a rare event that a single trajectory
    happens to meet would else stand before all that is really there.
    """
    varies = screening.deviation > 0
    if not varies.any():
        return dict.fromkeys(screening.names, 0.0)
    sure = np.maximum(screening.size - screening.half, 0.0)[varies]
    best = (sure / screening.deviation[varies, None]).max(axis=0)
    return {name: float(score) for name, score in zip(screening.names, best, strict=True)}


def leading(found: Sobol, output: int, rest: Collection[str] = ()) -> Leading:
    """Read the indices of one output, at all base samples.

    Parameters
    ----------
    found : Sobol
    output : int
        Its place.
    rest : collection of str
        Factors that stand for what is left over: never told as leading.
    """
    every = {
        factor: Share(factor, *(float(getattr(found, name)[-1, output, place]) for name in FIELDS))
        for place, factor in enumerate(found.factors)
    }
    inputs = sorted(
        (share for name, share in every.items() if name != CHANCE), key=lambda one: -one.total
    )
    told = [share for share in inputs if share.factor not in rest]
    widest = max(share.total_half for share in (*told[:3], every[CHANCE]))
    samples = found.sizes[-1]
    total = sum(share.first for share in every.values())
    doubt = float(np.sqrt(sum(share.first_half**2 for share in every.values())))
    impossible = total - doubt > 1
    needed = power(samples * (widest / ENOUGH) ** 2) if widest > ENOUGH else samples
    return Leading(
        every[CHANCE],
        (*told, *(share for share in inputs if share.factor in rest)),
        samples,
        max(needed, 4 * samples if impossible else samples),
        impossible,
    )


def power(samples: float) -> int:
    """The next power of 2, so that so many samples can be asked for."""
    return 2 ** int(np.ceil(np.log2(max(samples, 1.0))))


def constant(values: Floats) -> NDArray[np.bool_]:
    """Which outputs, ``(rows, outputs)``, are the same in all rows, as far as numbers tell."""
    whole = values[~np.isnan(values).any(axis=1)]
    if not len(whole):
        return np.ones(values.shape[1], dtype=np.bool_)
    same: NDArray[np.bool_] = np.ptp(whole, axis=0) <= 1e-9 * np.abs(whole).max(axis=0)
    return same


# Uncertain parameters by what they rest on: a fact of an article, a data set, judgement.

MOST_GROUPS = 16
"""Most groups that stand by themselves; the rest are one."""
OTHER = "all other sources"
_PARTS = {"levers": "what levers change", "coefficients": "the theory"}
"""Parts of a scenario whose name does not say what judgement there is about."""


@dataclass(frozen=True)
class SourceGroup:
    """Parameters that rest first of all on the same.

    Attributes
    ----------
    id : str
        The fact or data set; for judgement, the part of the scenario.
    says : str
        Our sentence for the fact, or what the group is.
    place : str
        Where it stands: author, year and paragraph; empty for judgement.
    paths : tuple of str
        Its parameters.
    """

    id: str
    says: str
    place: str
    paths: tuple[str, ...]

    @property
    def name(self) -> str:
        """The sentence and its place, in a line."""
        return f"{self.says} ({self.place})" if self.place else self.says


def by_source(scenario: Scenario, paths: Sequence[str]) -> tuple[SourceGroup, ...]:
    """Group parameters by the fact that they rest on.

    A parameter that cites several goes with the first fact of an article that
    it names, else with the first data set. One that cites nothing is judgement,
    and goes with the others of its part of the scenario.
    """
    known = {one.id: one for _, facts in cited(scenario) for one in facts}
    facts, data = scenario.library.facts, scenario.library.data
    groups: dict[str, SourceGroup] = {}
    for path in paths:
        source = scenario.parameters[path].source
        own = next(
            (one for home in (facts, data) for one in source if one in home), path.split(".")[0]
        )
        if own in known:
            said = known[own]
            words = (said.says, said.short) if own in facts else (said.short, "")
            made = SourceGroup(own, *words, ())
        else:
            made = SourceGroup(own, f"Judgement about {_PARTS.get(own, own)}", "", ())
        held = groups.get(own, made)
        groups[own] = replace(held, paths=(*held.paths, path))
    return tuple(groups.values())


def merged(
    groups: Sequence[SourceGroup], scores: Mapping[str, float], most: int = MOST_GROUPS
) -> tuple[SourceGroup, ...]:
    """Keep the groups whose parameters score highest in sum, and make one of the rest."""
    if len(groups) <= most + 1:
        return tuple(groups)
    score = {group.id: sum(scores[path] for path in group.paths) for group in groups}
    kept = set(sorted(score, key=lambda id: -score[id])[:most])
    rest = [group for group in groups if group.id not in kept]
    paths = tuple(path for group in rest for path in group.paths)
    other = SourceGroup(OTHER, sentence(OTHER), "", paths)
    return (*(group for group in groups if group.id in kept), other)


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
    plan : SensitivityPlan
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
        for name in FIELDS:
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
    designs: list[tuple[str, tuple[str, ...], dict[str, tuple[Floats, Floats]]]] = []
    for design, one in found.indices.items():
        shares = {"first": (one.first[-1], one.first_half[-1])}
        shares["total"] = one.total[-1], one.total_half[-1]
        designs.append((design, one.factors, shares))
    if (screened := found.screening) is not None:
        unknown = np.full_like(screened.size, np.nan)
        effects = {
            "effect": (screened.size, screened.half),
            "mean effect": (screened.mean, unknown),
        }
        effects["spread of effects"] = screened.spread, unknown
        designs.append(("screening", screened.names, effects))
    for design, factors, indices in designs:
        for place, output in enumerate(found.outputs):
            about = (design, output.id, output.name, KINDS[output.kind])
            for column, factor in enumerate(factors):
                for index, arrays in indices.items():
                    value, half = (float(array[place, column]) for array in arrays)
                    yield (*about, factor, index, value, value - half, value + half)
