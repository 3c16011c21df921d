"""Comparisons at the edge: runs that stop, fail or never come to differ, and names that collide."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import ResultsError, ScenarioError
from sim.model.compiled import CompiledScenario
from sim.model.ledger import Ledger
from sim.scenario.loading import build, load_scenario
from sim.simulation.ensemble import run
from sim.simulation.manifest import read_manifest
from sim.studies.comparison.common_ground import Side, partings
from sim.studies.comparison.contrasts import contrasts
from sim.studies.comparison.study import compare
from sim.studies.comparison.text import runs_part
from tests.fixtures.scenarios import changed
from tests.studies.comparison.test_study import BASE, scenario


def test_runs_that_all_stop_early_are_compared() -> None:
    over = {
        "watch": {"over": {"name": "it is over", "when": {"tension of north and south": {
            "at_least": 0.0}}}},
        "stop": ["over"],
    }  # fmt: skip
    two = [scenario("a", **over), scenario("b", title="Strong", actors__south__power=0.3, **over)]
    found = compare(two, runs=300)
    assert (found.contrasts[0].other.data["stopped_round"] == 1).all()
    assert np.isfinite(found.to_dataframe()["difference"]).all()


def test_pairs_of_which_one_failed_part_nowhere_and_are_told() -> None:
    two = scenario(), scenario("warm", relations={"north and south": {"affinity": 0.4}})
    sides = [Side(one.id, one, run(one, 30, 0), Ledger(CompiledScenario(one))) for one in two]
    sides[1].data["failed_round"].values[:10] = 2
    sides[1].data["reported"].values[:10, 2:] = np.nan
    (pair,) = contrasts([(sides[0], sides[1])], 0)
    found = partings(pair.reference, pair.other, pair.shared)
    assert found.pairs == 20
    assert found.parted <= 20


def test_an_event_may_have_the_id_of_an_outcome() -> None:
    watch = {"mood": {"name": "they are friends", "when": {"affinity of north and south": {
        "at_least": -0.1}}}}  # fmt: skip
    two = [scenario("a", watch=watch), scenario("b", watch=watch, levers__summit__usual=0.4)]
    found = compare(two, runs=40)
    assert {"mood", "mood (event)"} <= set(found.data["measure"].values)
    frame = found.to_dataframe().query("measure == 'mood'")
    assert set(frame["kind"]) == {"outcome", "event"}


def test_a_change_gives_its_name_wherever_it_stands() -> None:
    strong = build(BASE, "a", overrides={"actors.south.power": 0.6})
    names = [side.name for side in compare([strong, scenario()], runs=4).groups[0].sides]
    assert names == ["South: power = 0.6", "Two neighbours and a border"]


def test_what_is_written_alike_does_not_differ() -> None:
    same = build(BASE, "b", overrides={"actors.south.power": 0.1})
    found = compare([scenario(), same], runs=10)
    assert "nothing is written otherwise, so nothing differs" in found.page.lead


def test_too_few_runs_are_said_to_be_too_few() -> None:
    lead = compare(
        [scenario(), scenario("b", title="B", actors__south__power=0.3)], runs=6
    ).page.lead
    assert "these runs cannot tell: more of them (--runs) might." in lead


def test_scenarios_that_share_little_say_so_first() -> None:
    late = scenario("late", title="Late", calendar__start="2017-03-01")
    found = compare([scenario(), late], runs=10)
    page = found.page
    assert page.lead.startswith("“Late” and the reference share only March 2017 to April 2017")
    assert "on the same draws of chance" not in page.lead
    assert "Until they part" not in runs_part(found.contrasts[0])


def test_a_proposition_is_not_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "claim.yaml"
    path.write_text("id: T1\nclaim: it rains\nfacts: [F001]\n")
    with pytest.raises(ScenarioError, match="this is a proposition, not a scenario"):
        load_scenario(path)


def test_the_manifest_of_a_comparison_is_known_for_what_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    compare([scenario(), scenario("b", title="B", runs=3)], runs=4).write_report(folder)
    with pytest.raises(ResultsError, match="the manifest of a study; make it again"):
        read_manifest(folder)


@pytest.mark.parametrize("runs", [2, 3])
def test_the_fewest_runs_make_a_whole_page(runs: int) -> None:
    other = changed(BASE, title="Talkative", levers__summit__usual=0.5)
    assert compare([scenario(), build(other, "b")], runs=runs).page.plots
