"""Under which combinations of uncertain numbers something happens: scenario discovery.

Boxes are found by the patient rule induction method (PRIM; Friedman and Fisher
1999, "Bump hunting in high-dimensional data", Statistics and Computing 9) as
scenario discovery uses it (Bryant and Lempert 2010, "Thinking inside the box",
Technological Forecasting and Social Change 77), in the form of the
ema_workbench.

With a hundred numbers and few cases, some box always looks good on the runs it
was made from. Every box is therefore made on one half of the runs and judged on
the other.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import stats

from sim.arrays import Bools, Floats
from sim.claims.measure import Target
from sim.scenario.scenario import Scenario
from sim.statistics.summary import wilson

LOOKED_AT = 12
"""Numbers that PRIM looks at: those whose distributions differ most between cases and others."""
MOST_LIMITED = 4
"""Most numbers that one box limits."""
MOST_BOXES = 3
LEVEL = 0.05
"""Quasi-p-value above which a limit is dropped."""
SMALLEST = 0.05
"""Least share of the runs that a box holds while it is made."""


@dataclass(frozen=True)
class Limit:
    """A range of one number that a box asks for.

    Attributes
    ----------
    path : str
    low, high : float
        Infinite where the box has no such limit.
    least, most : float
        The range over all runs, or a wider one within which it is known to lie.
    chance : float
        Quasi-p-value: how often the box would be as dense if this limit did
        nothing, by a one-sided binomial test on the runs it was made from.
    """

    path: str
    low: float
    high: float
    least: float
    most: float
    chance: float


@dataclass(frozen=True)
class Fit:
    """How a box does on some runs.

    Attributes
    ----------
    coverage : float
        Share of all cases that lie in the box.
    density : float
        Share of the box's runs that are cases.
    mass : float
        Share of all runs that lie in the box.
    cases, runs : int
        In the box.
    low, high : float
        The 95 % interval of the density (Wilson 1927).
    """

    coverage: float
    density: float
    mass: float
    cases: int
    runs: int
    low: float
    high: float

    @property
    def score(self) -> float:
        """Harmonic mean of coverage and density."""
        both = self.coverage + self.density
        return 2 * self.coverage * self.density / both if both else 0.0


@dataclass(frozen=True)
class Box:
    """A combination of ranges.

    Attributes
    ----------
    limits : tuple of Limit
        The most telling first.
    made, held : Fit
        On the half of the runs that it was made from, and on the other half.
    """

    limits: tuple[Limit, ...]
    made: Fit
    held: Fit


@dataclass(frozen=True)
class Step:
    """A box on the way from all runs to the smallest: what one gains and gives up."""

    limited: int
    made: Fit
    held: Fit
    chosen: bool


@dataclass(frozen=True, eq=False)
class Boxes:
    """What was found.

    Attributes
    ----------
    boxes : tuple of Box
        Those that hold up on the other half; each after what the ones before it
        leave over.
    refused : Box or None
        The first that did not.
    steps : tuple of Step
        The way to the first box.
    share : float
        Share of cases among the runs of the other half.
    cases, runs : int
        Of both halves.
    """

    boxes: tuple[Box, ...]
    refused: Box | None
    steps: tuple[Step, ...]
    share: float
    cases: int
    runs: int


def find_boxes(paths: Sequence[str], values: Floats, cases: Bools) -> Boxes:
    """Find up to three boxes in which cases are frequent.

    Each is the one with the best harmonic mean of coverage and density on
    PRIM's way, limits with a quasi-p-value over 0.05 dropped, among those that
    limit at most four numbers. It counts if on the other half of the runs the
    lower end of its density's interval lies above the share of all.

    Parameters
    ----------
    paths : sequence of str
        Names of the numbers.
    values : shape (runs, numbers)
        What each run drew.
    cases : shape (runs,)
        Where it happened; some runs, and not all.
    """
    making = np.arange(len(values)) % 2 == 0
    varies = np.ptp(values, axis=0) > 0
    names, values = [p for p, v in zip(paths, varies, strict=True) if v], values[:, varies]
    share = float(cases[~making].mean())
    rest = np.ones(len(values), dtype=np.bool_)
    found: list[Box] = []
    steps: tuple[Step, ...] = ()
    refused = None
    while names and len(found) < MOST_BOXES and _both(cases[making & rest]):
        box, way = _box(names, values, cases, making, rest)
        steps = steps or way
        if box is None:
            break
        if box.held.low <= share:
            refused = box
            break
        found.append(box)
        rest = rest & ~inside(names, values, box.limits)
    return Boxes(tuple(found), refused, steps, share, int(cases.sum()), len(cases))


def _both(cases: Bools) -> bool:
    return bool(cases.any() and not cases.all())


def _box(
    names: list[str], values: Floats, cases: Bools, making: Bools, rest: Bools
) -> tuple[Box | None, tuple[Step, ...]]:
    """The best box of what is left, and the way to it."""
    mine = making & rest
    looked = _apart(values[mine], cases[mine])[:LOOKED_AT]
    first = _peel([names[place] for place in looked], values[mine][:, looked], cases[mine])
    strongest = sorted(first[-1], key=lambda limit: limit.chance)
    chosen = list(dict.fromkeys(limit.path for limit in strongest))[:MOST_LIMITED]
    if not chosen:
        return None, ()
    places = [names.index(path) for path in chosen]
    way = _peel(chosen, values[mine][:, places], cases[mine])
    boxes = [
        Box(
            limits,
            *(
                _fit(inside(names, values, limits) & rest, cases, half)
                for half in (making, ~making)
            ),
        )
        for limits in way
    ]
    limited = [box for box in boxes if box.limits]
    best = max(limited, key=lambda box: box.made.score, default=None)
    steps = tuple(
        Step(len({limit.path for limit in box.limits}), box.made, box.held, box is best)
        for box in boxes
    )
    return best, steps


def _apart(values: Floats, cases: Bools) -> list[int]:
    """Columns, those first whose values differ most between cases and others.

    By the largest gap of their distribution functions (Kolmogorov and Smirnov),
    which sees a limit in the middle of a range as well as one at its end.
    """
    gaps = [
        float(stats.ks_2samp(column[cases], column[~cases], method="asymp").statistic)
        for column in values.T
    ]
    return [int(place) for place in np.argsort(-np.array(gaps), kind="stable")]


def _peel(names: list[str], values: Floats, cases: Bools) -> list[tuple[Limit, ...]]:
    """The limits of each box on PRIM's way, without those that chance would explain."""
    ways, tests = _trajectory(names, values, cases)
    whole = ways[0]
    found = []
    for limits, chances in zip(ways, tests, strict=True):
        kept = []
        for path, pair in chances.items():
            least, most = (float(whole[path].iloc[end]) for end in (0, 1))
            ends = [-np.inf, np.inf]
            told = [chance for chance in pair if 0 <= chance <= LEVEL]
            for end, chance in enumerate(pair):
                if 0 <= chance <= LEVEL:
                    ends[end] = float(limits[path].iloc[end])
            if told:
                kept.append(Limit(path, ends[0], ends[1], least, most, float(max(told))))
        found.append(tuple(sorted(kept, key=lambda limit: limit.chance)))
    return found


def _trajectory(names: list[str], values: Floats, cases: Bools) -> tuple[list[Any], list[Any]]:
    """Limits on PRIM's way, and the chances of each, as either release of the workbench has them.

    Release 3 wants truth values and has no threshold, and says ``p_values`` for ``qp``.
    """
    import pandas as pd

    frame, prim = pd.DataFrame(values, columns=names), _workbench()
    with warnings.catch_warnings():
        # The workbench still drops a column in place, which a later pandas will not do.
        warnings.filterwarnings("ignore", message="The inplace keyword in DataFrame.drop")
        if int(version("ema-workbench").split(".")[0]) >= 3:
            box = prim.Prim(frame, cases, mass_min=SMALLEST).find_box()
            return box.box_lims, box.p_values
        # A threshold just above 0: PRIM keeps the whole way, and counts cases as cases.
        box = prim.Prim(frame, cases.astype(np.int64), threshold=1e-9, mass_min=SMALLEST).find_box()
    return box.box_lims, box.qp


def _workbench() -> Any:
    """The workbench's module."""
    with warnings.catch_warnings():
        # It says at import which of its own extras are missing; none is needed here.
        warnings.filterwarnings("ignore", message="ipyparallel not installed")
        warnings.filterwarnings("ignore", message="altair based", category=ImportWarning)
        from ema_workbench.analysis import prim
    return prim


def inside(names: Sequence[str], values: Floats, limits: Sequence[Limit]) -> Bools:
    """Which runs, rows of ``values``, lie within all limits."""
    columns = {name: values[:, place] for place, name in enumerate(names)}
    found = np.ones(len(values), dtype=np.bool_)
    for limit in limits:
        column = columns[limit.path]
        found &= (column >= limit.low) & (column <= limit.high)
    return found


def _fit(within: Bools, cases: Bools, half: Bools) -> Fit:
    runs, mine = int((within & half).sum()), int((within & half & cases).sum())
    every, total = int(half.sum()), int((half & cases).sum())
    density = mine / runs if runs else 0.0
    low, high = (float(end) for end in wilson(mine, runs))
    return Fit(mine / total if total else 0.0, density, runs / every, mine, runs, low, high)


_OF_LIMIT = ("parameter", "low", "high", "least", "most", "quasi_p")
_OF_FITS = ("coverage", "density", "density_low", "density_high", "mass")
_OF_MAKING = ("coverage_making", "density_making", "mass_making")
HEADER = ("box", *_OF_LIMIT, *_OF_FITS, *_OF_MAKING, "share")


@dataclass(frozen=True, eq=False)
class Discovered:
    """All that came of a study.

    Attributes
    ----------
    scenario : Scenario
    target : Target
        The condition.
    dataset : Dataset
        The runs, whole ones only.
    cases : array of bool, shape (runs,)
        Where it holds.
    boxes : Boxes
    seed : int
    failed : int
        Runs that failed, and are left out.
    """

    scenario: Scenario
    target: Target
    dataset: xr.Dataset
    cases: NDArray[np.bool_]
    boxes: Boxes
    seed: int
    failed: int

    def labelled(self) -> xr.Dataset:
        """Draws, where the condition holds, and the first box that each run lies in (0: none)."""
        drawn = self.dataset["drawn"]
        paths = [str(path) for path in drawn["parameter"].values]
        first = np.zeros(len(self.cases), dtype=np.int64)
        for nth, box in reversed(list(enumerate(self.boxes.boxes, 1))):
            first[inside(paths, drawn.values, box.limits)] = nth
        return xr.Dataset(
            {
                "drawn": drawn,
                "happened": (("run",), self.cases),
                "box": (("run",), first),
                "held_out": (("run",), np.arange(len(first)) % 2 == 1),
            },
            attrs={
                "title": f"Discovery in {self.scenario.description.title}",
                "scenario": self.scenario.id,
                "scenario_sha256": self.scenario.sha256,
                "seed": self.seed,
            },
        )

    def rows(self) -> list[tuple[Any, ...]]:
        """One row for each limit of each box, in the order of :data:`HEADER`."""
        rows: list[tuple[Any, ...]] = []
        for nth, box in enumerate(self.boxes.boxes, 1):
            held, made = box.held, box.made
            fits = (held.coverage, held.density, held.low, held.high, held.mass)
            making = (made.coverage, made.density, made.mass)
            rows += [
                (nth, *astuple(limit), *fits, *making, self.boxes.share) for limit in box.limits
            ]
        return rows
