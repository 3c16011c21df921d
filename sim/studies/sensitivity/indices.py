"""Which inputs drive an output: Sobol indices and elementary effects, by SALib.

The drivers know nothing of scenarios: they lay points in the unit cube, have
them evaluated, and read the indices off the outputs. What is random in the
evaluation itself, the draws of chance, is one more input: every point comes
with the number of a stream of draws, which stays with the matrix that the point
takes it from. Without that, a stochastic model's total indices would count its
chance once for every input.

First order and total: Saltelli et al. (2010), "Variance based sensitivity
analysis of model output", Computer Physics Communications 181. Elementary
effects: Morris (1991), Technometrics 33; Campolongo, Cariboni and Saltelli
(2007), Environmental Modelling & Software 22.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import Floats, Ints

Evaluate = Callable[[Floats, Ints], Floats]
"""Takes rows of the unit cube, ``(rows, inputs)``, and the number of the stream of draws
of each; gives the outputs, ``(rows, outputs)``, nan where a row has none."""

LEVELS = 4
"""Levels of the grid on which elementary effects are taken."""
STEP = LEVELS / (2 * (LEVELS - 1))
"""A step of Morris' grid: from the first level to the third, or from the second to the last."""
LEAST = 4
"""Fewest base samples: a quarter of them is still one."""
FIELDS = ("first", "first_half", "total", "total_half")
"""The arrays of :class:`Sobol`."""


@dataclass(frozen=True, eq=False)
class Sobol:
    """First-order and total indices of one grouping of the inputs.

    Attributes
    ----------
    factors : tuple of str
        Groups of inputs, or single ones; the stream of draws among them.
    sizes : tuple of int
        Numbers of base samples: a quarter, a half, and all.
    first, total : shape (sizes, outputs, factors)
        Shares of the output's variance; nan where the output does not vary.
    first_half, total_half : shape (sizes, outputs, factors)
        Half-widths of the 95 % intervals, by bootstrap.
    """

    factors: tuple[str, ...]
    sizes: tuple[int, ...]
    first: Floats
    first_half: Floats
    total: Floats
    total_half: Floats

    def of(self, outputs: list[int]) -> Sobol:
        """Those of some outputs only."""
        return replace(self, **{name: getattr(self, name)[:, outputs] for name in FIELDS})


@dataclass(frozen=True, eq=False)
class Base:
    """Matrices A and B of a Sobol design, which all its groupings share.

    Attributes
    ----------
    first, second : shape (samples, outputs)
        Outputs at the points of A and of B.
    missing : int
        Rows without outputs, in whatever block; they were given the output's mean.
    """

    first: Floats
    second: Floats
    missing: int


@dataclass(frozen=True, eq=False)
class Screening:
    """Elementary effects: how far an output moves when one input moves half its distribution.

    Attributes
    ----------
    names : tuple of str
    mean : shape (outputs, inputs)
        Mean effect (Morris' mu), in the output's unit.
    size : shape (outputs, inputs)
        Mean of its absolute value (mu*).
    half : shape (outputs, inputs)
        Half-width of the 95 % interval of ``size``, by bootstrap.
    spread : shape (outputs, inputs)
        Standard deviation of the effects (sigma): how much they hang on all else.
    deviation : shape (outputs,)
        Standard deviation of the output over all points.
    moved : shape (outputs,)
        Steps of all trajectories that changed the output at all.
    missing : int
        Rows without outputs; they were given the output's mean.
    """

    names: tuple[str, ...]
    mean: Floats
    size: Floats
    half: Floats
    spread: Floats
    deviation: Floats
    moved: Ints
    missing: int

    def of(self, outputs: list[int]) -> Screening:
        """Those of some outputs only."""
        arrays = ("mean", "size", "half", "spread", "deviation", "moved")
        return replace(self, **{name: getattr(self, name)[outputs] for name in arrays})


def blocks(groupings: Mapping[str, Sequence[str]], *, chance: bool) -> int:
    """How many times the base samples :func:`sobol` has to evaluate."""
    return 2 + chance + len({columns for groups in groupings.values() for columns in _sets(groups)})


def sobol(
    names: Sequence[str],
    groupings: Mapping[str, Sequence[str]],
    evaluate: Evaluate,
    samples: int,
    seed: int,
    chance: str | None = None,
) -> tuple[dict[str, Sobol], Base]:
    """First-order and total indices, for one or more groupings of the same inputs.

    All groupings share the matrices A and B, and blocks that they have in
    common are evaluated once: A first, with streams 0 to samples - 1.

    Parameters
    ----------
    names : sequence of str
        The inputs.
    groupings : mapping of str to sequence of str
        By name: the group that each input belongs to.
    evaluate : callable
        See :data:`Evaluate`.
    samples : int
        Base samples, a power of 2 and at least :data:`LEAST`.
    seed : int
        Of the points and of the bootstrap.
    chance : str, optional
        Name of the stream of draws as a factor of its own: point i of A has
        stream i, point i of B stream samples + i. Without it all streams are 0.

    Raises
    ------
    ValueError
        When the number of samples is no power of 2, or too small.
    """
    if samples < LEAST or samples & (samples - 1):
        raise ValueError(f"the number of base samples is a power of 2, at least {LEAST}")
    done: dict[bytes, Floats] = {}
    designs: dict[str, tuple[dict[str, object], Floats]] = {}
    for label, groups in groupings.items():
        problem, points = _points(names, groups, chance, samples, seed)
        first = points[:, 0]
        outputs = []
        for place in range(points.shape[1]):
            block = points[:, place]
            swapped = (block != first).any(axis=0)
            if swapped.tobytes() not in done:
                streams = np.arange(samples) + samples * (chance is not None and swapped[-1])
                streams = streams if chance else np.zeros(samples, dtype=np.int64)
                rows = np.ascontiguousarray(block[:, : len(names)])
                done[swapped.tobytes()] = evaluate(rows, streams.astype(np.int64))
            outputs.append(done[swapped.tobytes()])
        designs[label] = (problem, np.stack(outputs, axis=1))
    missing = sum(int(np.isnan(block).any(axis=1).sum()) for block in done.values())
    found = {
        label: _indices(problem, _filled(values), samples, seed)
        for label, (problem, values) in designs.items()
    }
    ends = next(iter(designs.values()))[1]
    return found, Base(ends[:, 0], ends[:, -1], missing)


def screen(names: Sequence[str], evaluate: Evaluate, trajectories: int, seed: int) -> Screening:
    """Elementary effects of every input; trajectory i has stream i of draws throughout.

    The four levels are the middles of the quarters of each input's
    distribution, so that none lies at an end that may be infinitely far.

    Parameters
    ----------
    names : sequence of str
        The inputs.
    evaluate : callable
        See :data:`Evaluate`.
    trajectories : int
        At least 2; each takes one evaluation more than there are inputs.
    seed : int
        Of the points and of the bootstrap.
    """
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as design

    problem = _problem(names)
    grid = design.sample(dict(problem), trajectories, num_levels=LEVELS, seed=seed)
    steps = len(names) + 1
    middles = (grid * (LEVELS - 1) + 0.5) / LEVELS
    streams = np.arange(trajectories, dtype=np.int64)
    # Step by step over all trajectories: their streams then follow one another.
    parts = [evaluate(middles[step::steps], streams) for step in range(steps)]
    walks = np.stack(parts, axis=1)
    moved = (np.abs(np.diff(walks, axis=1)) > 0).sum(axis=(0, 1))
    outputs = walks.reshape(trajectories * steps, -1)
    missing = int(np.isnan(outputs).any(axis=1).sum())
    outputs = _filled(outputs)
    found = [
        analysis.analyze(dict(problem), grid, column, num_levels=LEVELS, seed=seed)
        for column in outputs.T
    ]
    mean, size, half, spread = (
        STEP * np.array([one[key] for one in found], dtype=np.float64)
        for key in ("mu", "mu_star", "mu_star_conf", "sigma")
    )
    return Screening(tuple(names), mean, size, half, spread, outputs.std(axis=0), moved, missing)


def _problem(names: Sequence[str], **more: list[str]) -> dict[str, object]:
    bounds = [[0.0, 1.0]] * len(names)
    return {"num_vars": len(names), "names": list(names), "bounds": bounds, **more}


def _points(
    names: Sequence[str], groups: Sequence[str], chance: str | None, samples: int, seed: int
) -> tuple[dict[str, object], Floats]:
    """SALib's problem, and its points by base sample and block: A, each AB, B."""
    from SALib.sample import sobol as design

    own = [chance] if chance else []
    problem = _problem([*names, *own], groups=[*groups, *own])
    rows = design.sample(dict(problem), samples, calc_second_order=False, seed=seed)
    return problem, rows.reshape(samples, -1, rows.shape[1])


def _sets(groups: Sequence[str]) -> set[frozenset[int]]:
    """The columns of each group."""
    return {
        frozenset(place for place, own in enumerate(groups) if own == group) for group in groups
    }


def _indices(problem: dict[str, object], values: Floats, samples: int, seed: int) -> Sobol:
    """Indices at a quarter, a half and all of the base samples."""
    from SALib.analyze import sobol as analysis
    from SALib.util import extract_group_names

    factors, _ = extract_group_names(problem)
    sizes = (samples // 4, samples // 2, samples)
    shape = 4, len(sizes), values.shape[2], len(factors)
    kept = np.full(shape, np.nan)
    for nth, size in enumerate(sizes):
        for output in range(values.shape[2]):
            block = values[:size, :, output]
            if size < 2 or np.ptp(block[:, [0, -1]]) <= 1e-12 * np.abs(block).max():
                continue
            # SALib takes a seed of 0 for none.
            found = analysis.analyze(problem, block.ravel(), calc_second_order=False, seed=seed + 1)
            kept[:, nth, output] = [found[key] for key in ("S1", "S1_conf", "ST", "ST_conf")]
    return Sobol(tuple(map(str, factors)), sizes, *kept)


def _filled(values: Floats) -> Floats:
    """The mean of each output, the last axis, in place of what is missing."""
    gaps = np.isnan(values)
    if not gaps.any():
        return values
    rows = tuple(range(values.ndim - 1))
    number = np.maximum((~gaps).sum(axis=rows), 1)
    means = np.where(gaps, 0.0, values).sum(axis=rows) / number
    return np.where(gaps, means, values)
