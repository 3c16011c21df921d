"""A variant beside its base: the same draws, the newest request, and what failed is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.lab.ensembles import Ensembles, play_runs
from sim.lab.variant import Variant
from sim.lab.work import SupersededError, Work
from sim.results.block import Block
from sim.simulation.block import simulate
from sim.studies.comparison.study import compare
from sim.studies.run.study import run

BASE = Path("two-neighbours")
PATH = "coefficients.rationality"


@pytest.fixture
def ensembles() -> Iterator[Ensembles]:
    work = Work()
    yield Ensembles(work)
    work.close()


def moved(value: str = "0.3") -> Variant:
    return Variant(BASE).with_change(PATH, value)


def test_fans_are_those_of_run_at_any_number_of_pieces() -> None:
    scenario = moved().scenario()
    seed = scenario.description.seed
    found = play_runs(scenario, 1100, seed)
    whole = run(scenario, 1100)
    for mine, theirs in zip(found.summary.trajectories, whole.summary.trajectories, strict=True):
        np.testing.assert_array_equal(mine.median, theirs.median)
        np.testing.assert_array_equal(mine.low90, theirs.low90)
    assert [one.happened for one in found.summary.watched] == [
        one.happened for one in whole.summary.watched
    ]


def test_differences_are_those_of_compare(ensembles: Ensembles) -> None:
    fans = ensembles.play(moved(), 300)
    base, changed = Variant(BASE).scenario(), moved().scenario()
    compared = compare([base, changed], runs=300).contrasts[0].found
    assert [one.key for one in fans.contrasts] == [one.key for one in compared]
    for mine, theirs in zip(fans.contrasts, compared, strict=True):
        assert mine.difference == theirs.difference
        assert mine.alone == theirs.alone
        # Fewer intervals have to hold at once than in a comparison of all dates.
        assert abs(mine.among_all[0]) <= abs(theirs.among_all[0]) + 1e-12
    assert fans.contrasts


def test_what_is_not_changed_is_the_base_itself(ensembles: Ensembles) -> None:
    fans = ensembles.play(Variant(BASE), 50)
    assert not fans.changed
    assert fans.contrasts == ()
    assert "Nothing is changed" in fans.in_words()[0].text


def test_another_seed_is_played_in_both(ensembles: Ensembles) -> None:
    variant = moved().with_change("seed", "77")
    fans = ensembles.play(variant, 50)
    assert fans.base.seed == fans.now.seed == 77
    alone = ensembles.play(Variant(BASE).with_change("seed", "77"), 50)
    assert not alone.changed
    assert alone.base is fans.base


def test_more_rounds_are_drawn_and_compared_as_far_as_both_go(ensembles: Ensembles) -> None:
    rounds = Variant(BASE).scenario().description.calendar.rounds
    fans = ensembles.play(moved().with_change("calendar.rounds", str(rounds + 4)), 50)
    assert len(fans.bands()["dates"]) == rounds + 5
    assert len(fans.frame()["dates"]) == rounds + 1
    assert fans.contrasts[0].dates[-1] == fans.base.summary.trajectories[0].dates[-1]


def test_results_that_are_kept_are_given_again_and_bounded() -> None:
    work = Work()
    small = Ensembles(work, memory=1)
    base = Variant(BASE).scenario()
    one = small.runs_of(base, 40, 1)
    assert small.runs_of(base, 40, 1) is one
    small.runs_of(base, 40, 2)
    assert small.runs_of(base, 40, 1) is not one
    work.close()


def test_the_latest_request_of_a_bench_wins(ensembles: Ensembles) -> None:
    async def asked() -> list[Any]:
        questions = [ensembles.fans("ann", moved(f"0.{nth}"), 200) for nth in range(1, 9)]
        other = ensembles.fans("bob", moved("0.9"), 200)
        return await asyncio.gather(*questions, other, return_exceptions=True)

    *mine, last, other = asyncio.run(asked())
    assert all(isinstance(one, SupersededError) for one in mine)
    for fans, value in ((last, 0.8), (other, 0.9)):
        assert fans.now.scenario.parameters[PATH].value == value


def test_a_fault_reaches_whoever_moved_the_number(ensembles: Ensembles) -> None:
    with pytest.raises(ScenarioError, match="rationality"):
        asyncio.run(ensembles.fans("ann", moved("-5"), 20))


def spoil(patch: pytest.MonkeyPatch, runs: int) -> None:
    """Let the first runs fail in their second round."""

    def spoiled(*args: Any, **more: Any) -> Block:
        block = simulate(*args, **more)
        for place in range(max(min(runs - block.first, block.runs), 0)):
            block.failed[place] = 2
            block.state[2:, :, place] = np.nan
            block.reasons[block.first + place] = "its numbers broke down"
        return block

    patch.setattr("sim.simulation.ensemble.simulate", spoiled)


def test_runs_that_fail_are_left_out_and_told(
    ensembles: Ensembles, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch, 4)
    fans = ensembles.play(moved(), 60)
    said = fans.faults()
    assert len(said) == 2
    assert "4\u00a0runs of 60 failed and are left out: run 0: its numbers broke down" in said[0]
    assert fans.bands()["failed"] == 4
    assert np.isfinite(fans.bands()["outcomes"]["affinity"]["q50"]).all()


def test_where_every_run_fails_nothing_is_drawn_and_that_is_said(
    ensembles: Ensembles, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch, 60)
    fans = ensembles.play(moved(), 60)
    assert fans.bands()["outcomes"] == {}
    assert fans.faults()[0].startswith("Every run failed, so there is nothing to draw")
    assert fans.contrasts == ()
    assert fans.in_words() == []
