"""A scalar kernel of whole runs, written by hand for Numba: the yardstick.

It makes the same choices from the same draws as :mod:`sim.model` and leaves the
same records, one run after the other, in loops over plain numbers; what a lever
does not touch is not reckoned. It keeps no account of reasons, knows actors that
decide by quantal response alone, and refuses what it does not know.
"""

from __future__ import annotations

import time

import numpy as np

from sim.model.decide import PASS
from sim.model.draws import draw, uncertain
from sim.model.setting import Setting
from sim.model.streams import Streams
from sim.results.block import Array, Block
from sim.scenario.scenario import Scenario
from tests.benchmarks.kernel_draws import LANES, keys
from tests.benchmarks.kernel_round import play
from tests.benchmarks.kernel_rules import rules
from tests.benchmarks.kernel_tables import places, tables
from tests.benchmarks.kernel_work import place_of_run, workspace


class Kernel:
    """A scenario made ready for machine code.

    Parameters
    ----------
    scenario : Scenario

    Raises
    ------
    NotImplementedError
        When the scenario needs what the kernel leaves out.
    """

    def __init__(self, scenario: Scenario) -> None:
        setting = Setting(scenario)
        _refuse(setting)
        self.setting = setting
        self._constants: list[float] = [0.0]
        number = {"": 0}
        for path, parameter in scenario.parameters.items():
            number[path] = self._constant(parameter.quantity.value)
        shared = set(setting._shared)
        at_base = {"": 0} | {
            path: number[path] if path in shared else self._constant(float(values[0]))
            for path, values in setting._base_values.items()
        }
        self._own = tables(setting, number, self._constant)
        self._base = tables(setting._base, at_base, self._constant)
        self._rules = rules(setting, number, self._constant)
        self._work, self._spare = workspace(self._own), workspace(self._base)
        self._paths = uncertain(scenario)
        self._uncertain = places([number[path] for path in self._paths])
        layout = setting.layout
        ways = [f"{a} to {b}" for a, b in layout.directions]
        self._names = [(purpose, way) for purpose in ("choice", "consent") for way in ways]
        self._names += [("event", name) for name in setting.events.names]
        self._names += [("shock", layout.names[row]) for row in self._rules.noisy]
        self._names += [
            ("precedence", " and ".join(layout.directions[way])) for way in setting.crossing_ways[0]
        ]
        self._place = place_of_run(
            self._base, self._own, len(self._constants),
            (LANES, setting.description.calendar.rounds + 1, len(self._names)),
            len(setting.events.names),
        )  # fmt: skip

    def _constant(self, value: float) -> int:
        self._constants.append(value)
        return len(self._constants) - 1

    def compile(self) -> float:
        """Compile for this scenario; seconds that took, with the playing of one run."""
        start = time.perf_counter()
        self.run(0, 0, 1)
        return time.perf_counter() - start

    def run(self, seed: int, first: int, runs: int) -> Block:
        """Play runs and record them.

        Parameters
        ----------
        seed, first, runs : int
            As of :func:`sim.runs.blocks.simulate`.

        Raises
        ------
        ArithmeticError
            When a quantity is no number any more: the kernel does not say which.
        """
        return self._play(seed, first, runs, exact=False)[0]

    def trace(self, seed: int, first: int, runs: int) -> Array:
        """Recorded quantities in double precision, shape ``(rounds + 1, rows, runs)``."""
        return _runs_last(self._play(seed, first, runs, exact=True)[1])

    def _play(self, seed: int, first: int, runs: int, *, exact: bool) -> tuple[Block, Array]:
        setting, layout = self.setting, self.setting.layout
        times, ways = setting.description.calendar.rounds + 1, len(layout.directions)
        # By the engine's own inverse distributions: they are not the model's arithmetic.
        every = draw(setting.source, Streams(seed, first, runs))
        drawn = {path: every[path] for path in self._paths}
        state = np.empty((runs, times, len(setting.recorded)), np.float32)
        traced = np.empty(state.shape if exact else (0, 0, 0))
        choice = np.full((runs, times, ways), PASS, np.int16)
        accepted = np.zeros((runs, times, ways), bool)
        happened = np.zeros((runs, times, len(setting.events.names)), bool)
        watched = np.full((runs, len(setting.watches.names)), -1, np.int16)
        stopped, failed = np.full(runs, -1, np.int16), np.full(runs, -1, np.int16)
        play(
            first, keys(seed, self._names), np.array(self._constants), self._uncertain,
            np.array([drawn[path] for path in self._paths]).reshape(-1, runs),
            self._base, self._own, self._rules, self._spare, self._work, self._place,
            (state, traced, choice, accepted, happened, watched, stopped, failed),
        )  # fmt: skip
        if (failed >= 0).any():
            raise ArithmeticError(f"run {first + int(failed.argmax())} failed: use the engine")
        block = Block(
            first=first,
            phrases=setting.recorded_phrases,
            directions=layout.directions,
            levers=sorted(setting.description.levers),
            events=setting.events.names,
            watches=setting.watches.names,
            state=_runs_last(state),
            choice=_runs_last(choice),
            accepted=_runs_last(accepted),
            happened=_runs_last(happened),
            watched=_runs_last(watched),
            stopped=stopped,
            failed=failed,
            reasons={},
            drawn=drawn,
        )
        return block, traced


def _runs_last(records: Array) -> Array:
    return np.moveaxis(records, 0, -1)


def _refuse(setting: Setting) -> None:
    """Refuse what the kernel leaves out."""
    partners = len(setting.layout.actors) - 1
    for name, actor in setting.description.actors.items():
        if actor.attention is not None and actor.attention < partners:
            raise NotImplementedError(f"the kernel has no attention; {name} has one")
    missing = sorted({key[0] for key in setting.keys if key not in setting._base.keys})
    if missing:
        raise NotImplementedError(f"the kernel knows levers of the base file alone: {missing}")
