"""What a caller of Python gets wrong is told before anything is run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import sim
from sim.errors import ScenarioError
from sim.scenario.loading import build
from tests.fixtures.scenarios import DUEL

ONE = build(DUEL)
ASKED = {"title": "A record", "questions": {"one": {"acts": "summit", "came": 1}}}
STUDIES: dict[str, Callable[..., Any]] = {
    "run": lambda **given: sim.run(ONE, **given),
    "compare": lambda **given: sim.compare([ONE, ONE], **given),
    "sweep": lambda **given: sim.sweep(ONE, {"actors.south.power": [0.1, 0.2]}, **given),
    "whatif": lambda **given: sim.whatif(ONE, 2, "north", **given),
    "score": lambda **given: sim.score(ONE, ASKED, **given),
}


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("runs", [0, -1, 1.5, float("nan"), "10"])
def test_a_number_of_runs_is_a_whole_number_above_nought(study: str, runs: object) -> None:
    with pytest.raises(ScenarioError, match="runs"):
        STUDIES[study](runs=runs)


@pytest.mark.parametrize("study", ["compare", "sweep", "whatif"])
def test_a_comparison_wants_two_runs(study: str) -> None:
    with pytest.raises(ScenarioError, match="write"):
        STUDIES[study](runs=1)


@pytest.mark.parametrize("study", ["compare", "sweep", "whatif", "score"])
@pytest.mark.parametrize("workers", [4, sim.workers(4)], ids=["a number", "not hired"])
def test_workers_are_hired_first(study: str, workers: object) -> None:
    with pytest.raises(ScenarioError, match=r"write: with sim\.workers\(4\) as crew: "):
        STUDIES[study](workers=workers)


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("seed", [-1, 2**63, 0.5, "x"])
def test_a_seed_is_a_whole_number_from_nought(study: str, seed: object) -> None:
    with pytest.raises(ScenarioError, match="seed"):
        STUDIES[study](runs=2, seed=seed)


def test_a_single_name_may_stand_by_itself() -> None:
    alone = sim.sweep(ONE, {"actors.south.power": [0.1, 0.2]}, runs=4, outcomes="border")
    assert list(alone.data["outcome"].values) == ["border"]
    with pytest.raises(ScenarioError, match="no lens 'liberl'"):
        sim.compare([ONE, ONE], lenses="liberl")


def test_explain_and_whatif_want_whole_rounds() -> None:
    with pytest.raises(ScenarioError, match=r"round: 1\.5 is no whole number"):
        sim.whatif(ONE, 1.5, "north")  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match="round: '2' is no whole number"):
        sim.explain(ONE, 0, "2")  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match="run"):
        sim.explain(ONE, -1, 2)
