"""The scalar kernel plays the same runs as the array engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.model.streams import standard_normal
from sim.model.world import World
from sim.results.block import Block
from sim.runs.blocks import simulate
from sim.scenario.build import build, load_scenario
from tests import samples

pytest.importorskip("numba")

if TYPE_CHECKING:
    from tests.benchmarks.kernel import Kernel

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SEED, FIRST, RUNS = 2016, 3, 64
"""The first run does not stand at the head of the four that share a draw."""


def kernel(name: str) -> Kernel:
    from tests.benchmarks.kernel import Kernel

    return Kernel(load_scenario(SCENARIOS / f"{name}.yaml"))


def same_records(ours: Block, engine: Block) -> None:
    for records in ("choice", "accepted", "happened", "watched", "stopped", "failed"):
        one, other = getattr(ours, records), getattr(engine, records)
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other, records)
    assert ours.state.dtype == engine.state.dtype
    np.testing.assert_allclose(ours.state, engine.state, rtol=1e-6, atol=1e-7)
    assert ours.drawn.keys() == engine.drawn.keys()


@pytest.mark.parametrize(
    "name", ["northeast-asia-2016", "yamaguchi-2016", "parked-dispute", "two-neighbours"]
)
def test_kernel_and_engine_leave_the_same_records(name: str) -> None:
    played = kernel(name)
    ours = played.run(SEED, FIRST, RUNS)
    engine = simulate(played.setting, SEED, FIRST, RUNS)
    same_records(ours, engine)


@pytest.mark.parametrize("name", ["northeast-asia-2016", "yamaguchi-2016"])
def test_kernel_and_engine_agree_on_every_quantity_to_nine_digits(name: str) -> None:
    played = kernel(name)
    ours = played.trace(SEED, 0, RUNS)
    world = World(played.setting, SEED, 0, RUNS)
    for now in range(1, len(ours)):
        world.step()
        np.testing.assert_allclose(
            ours[now], world.x[list(played.setting.recorded)], rtol=0, atol=1e-9
        )


def test_kernel_knows_everything_a_file_can_say_but_attention() -> None:
    from tests.benchmarks.kernel import Kernel

    free = {f"actors__{actor}__attention": None for actor in samples.QUARTET["actors"]}
    document = samples.changed(samples.QUARTET, **free, calendar__rounds=16)
    played = Kernel(build(document))
    ours = played.run(SEED, FIRST, RUNS)
    engine = simulate(played.setting, SEED, FIRST, RUNS)
    assert {-1, 7} <= set(engine.stopped.tolist()), "some run on, some stop half way"
    assert engine.happened.any()
    same_records(ours, engine)


def test_kernel_and_engine_agree_where_two_would_do_what_they_can_do_once() -> None:
    from tests.benchmarks.kernel import Kernel

    document = samples.changed(
        samples.DUEL,
        levers__summit__usual=0.6,
        levers__summit__consent=0.9,
        levers__summit__once=True,
        levers__rebuke__usual=0.1,
    )
    played = Kernel(build(document))
    engine = simulate(played.setting, SEED, FIRST, RUNS)
    met = (engine.choice == 1).all(axis=1) & engine.accepted.any(axis=1)
    assert met.sum() > RUNS / 4
    same_records(played.run(SEED, FIRST, RUNS), engine)


def test_normal_values_are_those_of_the_engine_to_the_far_tails() -> None:
    from tests.benchmarks.kernel_draws import normal

    tail = 10.0 ** -np.arange(1, 17)
    uniform = np.concatenate([[0.0], tail, np.linspace(0.001, 0.999, 501), 1 - tail[:15]])
    plainly = normal.py_func  # type: ignore[attr-defined]
    np.testing.assert_allclose(
        [plainly(float(u)) for u in uniform], standard_normal(uniform), rtol=1e-12, atol=1e-14
    )


def test_kernel_refuses_what_it_leaves_out() -> None:
    from tests.benchmarks.kernel import Kernel

    with pytest.raises(NotImplementedError, match="attention"):
        Kernel(build(samples.QUARTET))
