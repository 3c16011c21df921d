"""Which numbers of a scenario move its outcomes most: a quick search, the same for the same seed.

Every number is looked at twice. First many at once: in each of some thousand runs a few numbers
stand at one end of their range, and what changes is charged to all of them; over the runs the
charges of those that change nothing cancel out (random balance: Satterthwaite 1959, "Random
balance experimentation", Technometrics 1). Then the likeliest one by one, at both ends, each
on the same draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.lab.cost import seconds
from sim.lab.work import Check, unchecked
from sim.results.dataset import reported
from sim.results.series import Output, outputs
from sim.scenario.cross_checks_knobs import bounds_at
from sim.scenario.field_types import Growth, NonNegative, Positive
from sim.scenario.scenario import Parameter, Scenario
from sim.simulation.ensemble import Ensemble

SEEN_SD, SEEN_SHARE = 0.1, 0.02
"""What counts as one step of an effect: of an outcome in its standard deviations over the runs,
of an event two points of its probability."""
_FIRST_RUNS, _FIRST_MOVED = 3072, 24
"""Runs of the first search, and numbers that are moved in each."""
_SECOND, _SECOND_RUNS = 28, 128
"""Numbers that are looked at one by one, and the runs at each end."""
_IN_ALL = 2 * _FIRST_RUNS + (2 * _SECOND + 1) * _SECOND_RUNS
_MOST_SECONDS, _LEAST_SHARE = 12.0, 0.25
"""What all runs may take, and the share of them that still finds what matters."""
_ENOUGH = 10
"""Steps of one effect that count for its breadth."""
_LEFT_OUT = ("watch", "coefficients")
"""Sections that are not searched: definitions, and the theory."""
_CONDITIONS = ("requires", "when")

Range = tuple[float, float]


@dataclass(frozen=True)
class Effect:
    """What turning one number from end to end of its range changes.

    Attributes
    ----------
    path : str
    low, high : float
        The ends.
    size : float
        Its largest effect, in steps of :data:`SEEN_SD` and :data:`SEEN_SHARE`.
    on : str
        The outcome or event that it moves most.
    breadth : float
        Its effects on all outcomes and events together, none counted for more than
        :data:`_ENOUGH` steps: what moves many matters more than what moves one far.
    """

    path: str
    low: float
    high: float
    size: float
    on: str
    breadth: float


def screened(
    scenario: Scenario, most: int = 12, seed: int | None = None, check: Check = unchecked
) -> tuple[Effect, ...]:
    """Find the numbers that move outcomes and watched events most, the broadest first.

    Parameters
    ----------
    scenario : Scenario
    most : int
        How many at most; those that show no effect are left out.
    seed : int, optional
        The scenario's own where not given.
    check : callable
        Called between pieces of work.

    Of a large scenario fewer runs are played; one that is too large for the least of them has no
    numbers found.
    """
    share = min(1.0, _MOST_SECONDS / seconds(scenario, _IN_ALL))
    if share < _LEAST_SHARE:
        return ()
    seed = scenario.description.seed if seed is None else seed
    ranges = {path: range_of(one) for path, one in scenario.parameters.items() if _searched(path)}
    ranges = {path: (low, high) for path, (low, high) in ranges.items() if low < high}
    likeliest = _likeliest(scenario, ranges, seed, int(_FIRST_RUNS * share), check)
    moved = {path: ranges[path] for path in likeliest}
    found = effects(scenario, moved, int(_SECOND_RUNS * share), seed, check)
    kept = [one for one in found if one.size > 1]
    return tuple(sorted(kept, key=lambda one: -one.breadth)[:most])


def effects(
    scenario: Scenario,
    ranges: Mapping[str, Range],
    runs: int,
    seed: int,
    check: Check = unchecked,
) -> tuple[Effect, ...]:
    """What each number changes by itself, turned from the low to the high end of its range.

    All else stays as it is, every draw of chance too. ``ranges`` has the ends by path, ``runs``
    are played at each end; ``check`` is called between pieces of work.
    """
    wanted = outputs(scenario.description)
    steps = _steps(_Values(scenario, (), seed, check)(runs, {}), wanted)
    found = []
    for path, (low, high) in ranges.items():
        values = _Values(scenario, (path,), seed, check)  # from which ordinary times do not move
        ends = [values(runs, {path: np.full(runs, end)}) for end in (low, high)]
        sizes = _counted(_mean(ends[1] - ends[0]), steps)
        nth = int(sizes.argmax())
        breadth = float(np.minimum(sizes, _ENOUGH).sum())
        found.append(Effect(path, low, high, float(sizes[nth]), wanted[nth].label, breadth))
    return tuple(found)


def range_of(parameter: Parameter) -> Range:
    """A range around a number, as far as it may reasonably be turned.

    The odds of a share and the size of a positive number go up and down by the same factor, a
    place on a scale by a sixth of it, an effect by its own size; the range ends where the number
    must. Of a positive number that is 0 nothing says how far: its range is empty.
    """
    quantity, value = parameter.quantity, parameter.value
    least, most = bounds_at(parameter.path, quantity)
    if isinstance(quantity, (Positive, NonNegative)):
        low, high = value / 3, value * 3
    elif isinstance(quantity, Growth):
        low, high = value - 0.01, value + 0.01
    elif _is_effect(parameter.path):
        away = abs(value) or 0.02 * most
        low, high = value - away, value + away
    elif least >= 0 and most <= 1 and 0 < value < 1:
        odds = value / (1 - value)
        low, high = (odds * factor / (1 + odds * factor) for factor in (1 / 4, 4))
    else:
        away = (most - least) / (20 if value in (least, most) else 6)
        low, high = value - away, value + away
    if quantity.spread and (ends := quantity.spread.ends()):
        low, high = min(low, ends[0]), max(high, ends[1])
    return _shorter(max(low, least), value), _shorter(min(high, most), value)


def _is_effect(path: str) -> bool:
    steps = path.split(".")
    return "effects" in steps or steps[-1] == "by"


def _searched(path: str) -> bool:
    steps = path.split(".")
    return steps[0] not in _LEFT_OUT and not set(steps) & set(_CONDITIONS)


def _shorter(end: float, value: float) -> float:
    """An end in two digits, if these do not come to stand beyond the number itself."""
    short = float(f"{end:.2g}")
    return short if (short - value) * (end - value) > 0 else end


class _Values:
    """Plays runs with some numbers set, and reads the outputs of each run."""

    def __init__(
        self, scenario: Scenario, varied: tuple[str, ...], seed: int, check: Check
    ) -> None:
        self.scenario, self.seed = scenario, seed
        self.work = Ensemble(scenario, seed, varied=varied)
        self.check = check
        self.drawn: dict[str, Floats] = {}

    def __call__(self, runs: int, given: Mapping[str, Floats]) -> Floats:
        """Outputs, shape ``(runs, outputs)``: ends of outcomes, 1 where an event came.

        What the uncertain numbers came to is left in ``drawn``.
        """
        parts, drawn = [], []
        for batch in self.work.batches(runs, given=given):
            self.check()
            for block in self.work(batch).blocks:
                ends = reported(self.scenario, block)[-1]
                came = block.watched[: len(self.scenario.description.watch)] >= 0
                values = np.concatenate([ends, came]).astype(np.float64)
                values[:, block.failed >= 0] = np.nan
                parts.append(values.T)
                drawn.append(block.drawn)
        self.drawn = {path: np.concatenate([one[path] for one in drawn]) for path in drawn[0]}
        return np.concatenate(parts)


def _steps(base: Floats, wanted: tuple[Output, ...]) -> Floats:
    """One step of an effect, for each output; 0 where an outcome never varies."""
    outcome = np.array([one.kind == "outcome" for one in wanted])
    spread = np.nanstd(base, axis=0) if len(base) else np.zeros(len(wanted))
    return np.where(outcome, SEEN_SD * spread, SEEN_SHARE)


def _counted(effects: Floats, steps: Floats) -> Floats:
    """Effects in steps; whatever moves an outcome that chance never moves has enough of them."""
    sizes = np.where(effects != 0, float(_ENOUGH), 0.0)
    return np.divide(np.abs(effects), steps, out=sizes, where=steps > 0)


def _mean(values: Floats) -> Floats:
    kept = np.where(np.isfinite(values), values, 0.0)
    return np.asarray(kept.sum(axis=0) / max(len(values), 1))


def _likeliest(
    scenario: Scenario, ranges: Mapping[str, Range], seed: int, runs: int, check: Check
) -> list[str]:
    """The numbers to which the first search charges most."""
    paths = list(ranges)
    if len(paths) <= _SECOND:
        return paths
    rng = np.random.default_rng([seed, len(paths)])
    moved = rng.random((runs, len(paths))) < _FIRST_MOVED / len(paths)
    ends = np.where(moved, rng.integers(0, 2, moved.shape) * 2 - 1, 0)
    values, wanted = _Values(scenario, tuple(paths), seed, check), outputs(scenario.description)
    base = values(runs, {})
    given = {}
    for nth, path in enumerate(paths):
        low, high = ranges[path]
        own = values.drawn.get(path, np.full(runs, scenario.parameters[path].value))
        given[path] = np.where(ends[:, nth] < 0, low, np.where(ends[:, nth] > 0, high, own))
    change = values(runs, given) - base
    change[~np.isfinite(change)] = 0.0
    charged = (ends.T @ change) / np.maximum(moved.sum(axis=0), 1)[:, None]
    steps = _steps(base, wanted)
    # Of an outcome that chance never moves, what the others did is the chance here.
    steps = np.where(steps > 0, steps, SEEN_SD * change.std(axis=0))
    sizes = _counted(charged, np.broadcast_to(steps, charged.shape))
    score = np.minimum(sizes, _ENOUGH).sum(axis=1)
    return [paths[nth] for nth in np.argsort(-score, kind="stable")[:_SECOND]]
