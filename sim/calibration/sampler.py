"""The figures that the model gives for draws of its coefficients."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np

from sim.arrays import Floats
from sim.calibration.plan import Plan
from sim.calibration.propensity import Propensity
from sim.calibration.statistics import Sample, figures
from sim.model.compiled import CompiledScenario
from sim.scenario.scenario import Scenario
from sim.simulation.block import simulate

EACH = 64
"""Runs for each draw of the coefficients."""
TOGETHER = 4
"""Draws that share a block: 256 runs, which fit a processor's cache."""


def simulated(
    plan: Plan,
    scenario: Scenario,
    values: Floats,
    seed: int,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Floats:
    """The model's figures for given coefficients: shape ``(draws, targets)``."""
    jobs = [
        (number, values[start : start + TOGETHER])
        for number, start in enumerate(range(0, len(values), TOGETHER))
    ]
    work = partial(_figures, plan, scenario, seed)
    found = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for number, one in enumerate(pool.map(work, jobs, chunksize=8)):
            found.append(one)
            if progress:
                progress(min((number + 1) * TOGETHER, len(values)))
    return np.concatenate(found)


_settings: dict[str, CompiledScenario] = {}


def _figures(plan: Plan, scenario: Scenario, seed: int, job: tuple[int, Floats]) -> Floats:
    number, values = job
    setting = _settings.setdefault(scenario.sha256, CompiledScenario(scenario))
    given = {
        f"coefficients.{name}": np.repeat(values[:, place], EACH)
        for place, name in enumerate(plan.priors)
    }
    propensity = Propensity(setting)
    first, runs = number * TOGETHER * EACH, len(values) * EACH
    block = simulate(setting, seed, first, runs, observer=propensity, given=given)
    return figures(Sample(block, propensity, scenario.description, EACH), plan.targets)
