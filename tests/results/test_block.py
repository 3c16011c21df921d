"""Blocks of runs join into the whole, whatever their order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.compiled import CompiledScenario
from sim.results.block import ARRAYS, Block, joined
from sim.simulation import block as played
from sim.simulation import ensemble
from tests.fixtures.scenarios import DUEL, scenario

SETTING = CompiledScenario(scenario(DUEL))
WHOLE = played.simulate(SETTING, 3, 0, 12)


def same(one: Block, other: Block) -> None:
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert (one.first, one.runs, one.reasons) == (other.first, other.runs, other.reasons)
    assert list(one.drawn) == list(other.drawn)


@given(st.permutations([(0, 5), (5, 1), (6, 4), (10, 2)]))
def test_the_order_in_which_blocks_come_is_of_no_matter(parts: Sequence[tuple[int, int]]) -> None:
    blocks = [played.simulate(SETTING, 3, first, runs) for first, runs in parts]
    same(joined(blocks), WHOLE)


def test_one_block_is_itself() -> None:
    same(joined([WHOLE]), WHOLE)


@pytest.mark.parametrize("size", [1, 5, 12])
def test_the_size_of_blocks_is_of_no_matter(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ensemble.run(scenario(DUEL), runs=12, seed=3)
    monkeypatch.setattr(CompiledScenario, "block", size)
    done: list[int] = []
    found = ensemble.run(scenario(DUEL), runs=12, seed=3, progress=done.append)
    assert found.identical(wanted)
    assert done[-1] == 12
    assert done == sorted(done)


def test_later_runs_do_not_depend_on_earlier_ones() -> None:
    all_runs = ensemble.run(scenario(DUEL), runs=12, seed=3)
    later = ensemble.run(scenario(DUEL), runs=4, seed=3, first=8)
    assert later.identical(all_runs.isel(run=slice(8, 12)))
