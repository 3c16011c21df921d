"""One or two parameters take one value after another; all draws of chance stay the same."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrays import Progress
from sim.errors import Fault, Place, ScenarioError, option
from sim.scenario.field_types import shown
from sim.scenario.loading import number_path
from sim.scenario.scenario import Scenario
from sim.simulation.block import about
from sim.simulation.ensemble import Ensemble, Played, labelled
from sim.simulation.executors.base import HERE, Workers
from sim.studies.values import DIGITS, MOST_VALUES, at_the_ends, spaced
from sim.theories.seating import NOBODY, Seats

if TYPE_CHECKING:
    import xarray as xr

MOST_CELLS = 1024
"""Most pairs of values of two parameters."""

Over = str | Mapping[str, Sequence[float]] | Iterable[str | tuple[str, Sequence[float]]]
"""Paths with their values, or text as on the command line: ``PATH=FROM:TO:COUNT``."""
FORMS = "PATH=FROM:TO:COUNT or PATH=VALUE,VALUE,..."
EXAMPLE = "actors.north.power=0.2:0.8:7 (seven values from 0.2 to 0.8)"


@dataclass(frozen=True, eq=False)
class SweepPlan:
    """What a sweep will set, checked.

    Attributes
    ----------
    scenario : Scenario
        As it was given.
    start : Scenario
        With the lowest value of each swept parameter.
    axes : dict of path to values
        Rising; the paths as results name them.
    own : dict of path to float or None
        The scenario's own central values; ``None`` where its file states none.
    """

    scenario: Scenario
    start: Scenario
    axes: dict[str, tuple[float, ...]]
    own: dict[str, float | None] = field(default_factory=dict)

    @property
    def cells(self) -> list[tuple[float, ...]]:
        """Every combination of values, the last parameter's fastest."""
        return list(itertools.product(*self.axes.values()))

    @property
    def nearest(self) -> tuple[float, ...]:
        """The combination nearest to the scenario's own values; the lowest where it has none."""
        return tuple(
            min(values, key=lambda value: abs(value - (values[0] if own is None else own)))
            for values, own in zip(self.axes.values(), self.own.values(), strict=True)
        )


def plan(scenario: Scenario, over: Over, faults: Sequence[Fault] = ()) -> SweepPlan:
    """Check what is to be swept.

    Parameters
    ----------
    scenario : Scenario
    over : mapping, text, or sequence of texts or of (path, values)
        One or two parameters, as ``--set`` names them; as text ``PATH=FROM:TO:COUNT``,
        both ends among the values, or ``PATH=VALUE,VALUE,...``.
    faults : sequence of Fault
        Found before; they are raised together with those found here.

    Raises
    ------
    ScenarioError
        With all faults: unknown paths, values out of range or at odds with one
        another, too few or too many.
    """
    found = list(faults)
    axes: dict[str, tuple[float, ...]] = {}
    sound: dict[str, tuple[float, ...]] = {}
    for path, values in _read(over, found):
        known, wrong = number_path(scenario, path, option("--over"))
        rising = tuple(sorted({float(f"{value:.{DIGITS}g}") for value in values}))
        wrong = wrong or _values(known, rising, len(values))
        if known in axes:
            wrong.append(_fault("the parameter is given twice", "give it once", known))
        axes[known] = rising
        if not wrong:
            sound[known] = rising
        found += wrong
    found += _together(axes) if axes else []
    if not axes and not found:
        found.append(_fault("nothing is swept", "name a parameter and its values"))
    start, wrong = at_the_ends(scenario, sound, option("--over"))
    if found + wrong:
        raise ScenarioError(found + wrong)
    own = {path: p.value if (p := scenario.parameters.get(path)) else None for path in axes}
    return SweepPlan(scenario, start, axes, own)


def _read(over: Over, faults: list[Fault]) -> list[tuple[str, tuple[float, ...]]]:
    """Each path with its values; what is neither text nor a pair, and no number, is a fault."""
    given: list[Any] = [over] if isinstance(over, str) else []
    if isinstance(over, Mapping):
        given = list(over.items())
    elif isinstance(over, Iterable) and not given:
        given = list(over)
    elif not given:
        faults.append(_unread(shown(over)))
    found = []
    for one in given:
        path, values = _split(one) if isinstance(one, str) else _pair(one)
        if not path or values is None:
            faults.append(_unread(shown(one)))
            continue
        try:
            found.append((path, _numbers(values)))
        except (TypeError, ValueError):
            problem = f"{shown(values)} cannot be read as values"
            faults.append(_fault(problem, _counted(path, values), path))
    return found


def _counted(path: str, values: Any) -> str:
    """How a range is written; with the count that a step was meant to give."""
    remedy = f"write {path}=FROM:TO:COUNT or {path}=V1,V2,... with plain numbers"
    try:
        first, last, step = map(float, str(values).split(":"))
        count = round((last - first) / step) + 1
    except (ValueError, OverflowError, ZeroDivisionError):
        return remedy
    ends = ":".join(str(values).split(":")[:2])
    example = f", e.g. {path}={ends}:{count}" if 2 <= count <= MOST_VALUES else ""
    return f"the third number is a count of values, not a step{example}; {remedy}"


def _split(text: str) -> tuple[str, Any]:
    path, equals, values = (part.strip() for part in text.partition("="))
    return path, values if equals and values else None


def _pair(one: Any) -> tuple[str, Any]:
    """A path and its values; nothing where it is no such pair."""
    if isinstance(one, Sequence) and len(one) == 2 and isinstance(one[0], str):
        return one[0], one[1]
    return "", None


def _numbers(values: Any) -> tuple[float, ...]:
    """Values as numbers, text as on the command line.

    Raises
    ------
    TypeError, ValueError
        Where they are none.
    """
    if not isinstance(values, str):
        return tuple(map(float, values))
    if ":" not in values:
        return tuple(map(float, values.split(",")))
    first, last, count = values.split(":")
    return spaced(float(first), float(last), int(count))


def _unread(text: str) -> Fault:
    problem = f"{text} names no parameter with its values"
    return _fault(problem, f"write {FORMS}, e.g. {EXAMPLE}")


def _together(axes: Mapping[str, tuple[float, ...]]) -> list[Fault]:
    cells = math.prod(map(len, axes.values()))
    if len(axes) > 2:
        problem = f"{len(axes)} parameters are more than a sweep can show"
        return [_fault(problem, f"sweep one or two, and set the others with {option('--set')}")]
    if len(axes) > 1 and cells > MOST_CELLS:
        sizes = " times ".join(str(len(values)) for values in axes.values())
        problem = f"{sizes} values make {cells:,} pairs"
        return [_fault(problem, f"use fewer steps: at most {MOST_CELLS:,} pairs")]
    return []


def _values(path: str, values: tuple[float, ...], given: int) -> list[Fault]:
    if not all(map(math.isfinite, values)):
        wrong = "a value is not a finite number", "write plain numbers"
    elif given < 2:
        said = f"{given} {'value' if given == 1 else 'values'}"
        wrong = f"{said} cannot show a change", f"give at least 2, e.g. {path}=0:1:5"
    elif len(values) < 2:
        wrong = f"all its values are {values[0]:g}", "give two ends that differ, e.g. 0:1:5"
    elif len(values) > MOST_VALUES:
        wrong = "too many values", f"give at most {MOST_VALUES}"
    else:
        return []
    return [_fault(*wrong, path)]


def _fault(problem: str, remedy: str, path: str = "") -> Fault:
    return Fault(Place(option("--over"), path=path), problem, remedy)


def played(
    ready: SweepPlan, runs: int, seed: int, workers: Workers = HERE, seats: Seats = NOBODY
) -> Iterator[xr.Dataset]:
    """Run one combination of values after another: each as ``run --set`` with its values.

    Parameters
    ----------
    ready : SweepPlan
    runs, seed : int
    workers : Workers
    seats : Seats
        The theories by which actors decide.

    Yields
    ------
    Dataset
        As of :func:`sim.results.dataset.assemble`, in the order of the plan's cells.
    """
    # Ordinary times do not move with what is swept.
    work = Ensemble(ready.start, seed, varied=tuple(ready.axes), seats=seats)
    settings = (dict(zip(ready.axes, values, strict=True)) for values in ready.cells)
    batches = (
        batch
        for setting in settings
        for batch in work.batches(
            runs, given={path: np.full(runs, value) for path, value in setting.items()}
        )
    )
    found = Played()
    for part in workers.map(work, batches):
        found.add(part)
        if found.runs == runs:
            yield labelled(ready.start, found.blocks, seed)
            found = Played()


def swept(
    ready: SweepPlan,
    runs: int,
    seed: int,
    progress: Progress | None = None,
    workers: Workers = HERE,
    seats: Seats = NOBODY,
) -> tuple[xr.Dataset, xr.Dataset]:
    """Run every combination of values.

    Parameters
    ----------
    ready : SweepPlan
    runs : int
        Of each combination: the same runs, with the same draws.
    seed : int
    progress : callable, optional
        Called with the number of runs done so far.
    workers : Workers
        Who plays them; the results are the same.
    seats : Seats
        The theories by which actors decide.

    Returns
    -------
    (Dataset, Dataset)
        Dimensions: a path for each axis, ``run``, ``outcome``, ``watch``; variables
        ``ended`` (where each outcome stands at the end), ``watched`` (first round of
        each watched event, -1: never) and ``failed_round``. And the whole results at
        the combination nearest to the scenario's own values.
    """
    import xarray as xr

    ended, watched, failed = [], [], []
    told: xr.Dataset | None = None
    cells = zip(ready.cells, played(ready, runs, seed, workers, seats), strict=True)
    for nth, (values, one) in enumerate(cells, 1):
        ended.append(one["reported"].values[:, -1].copy())
        watched.append(one["watched"].values)
        failed.append(one["failed_round"].values)
        if told is None or values == ready.nearest:
            told = one
        if progress:
            progress(nth * runs)
    assert told is not None  # a plan has values
    sizes = tuple(map(len, ready.axes.values()))

    def grid(cells: list[np.ndarray]) -> np.ndarray:
        return np.stack(cells).reshape(*sizes, *cells[0].shape)

    dims = tuple(ready.axes)
    kept = ["run", "outcome", "outcome_name", "watch", "watch_name"]
    data = xr.Dataset(
        {
            "ended": ((*dims, "run", "outcome"), grid(ended)),
            "watched": ((*dims, "run", "watch"), grid(watched)),
            "failed_round": ((*dims, "run"), grid(failed)),
        },
        coords={
            **{path: list(values) for path, values in ready.axes.items()},
            **{name: told.coords[name] for name in kept},
        },
        attrs=about(ready.scenario, seed),
    )
    return data, told
