"""Lenses that a scenario file defines itself."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.claims.checks import Arms
from sim.errors import ScenarioError
from sim.lab.knobs import settings
from sim.reporting.scenario_diff import differences
from sim.scenario.lenses import LENSES, lenses_of, weights_of
from sim.scenario.loading import build, load_scenario, revised, with_lens
from sim.scenario.scenario import Scenario
from sim.scenario.writing import to_yaml
from sim.simulation.ensemble import run
from tests.fixtures.scenarios import DUEL

WEIGHTS = {"security": 0.2, "prosperity": 0.5, "issues": 0.1, "standing": 0.1, "support": 0.1}
FILE = Path(__file__).parents[2] / "scenarios" / "two-neighbours.yaml"
OWN = """\
lenses:
  geoeconomic:
    name: Geoeconomic
    about: Exchange is a weapon.
    why: a guess
    weights: {security: 0.2, prosperity: 0.5, issues: 0.1, standing: 0.1, support: 0.1}
"""


def duel(lens: str = "", **weights: Any) -> Scenario:
    document: dict[str, Any] = copy.deepcopy(DUEL)
    document["lenses"] = {"mine": {"name": "Mine", "weights": {**WEIGHTS, **weights}}}
    if lens:
        document["lens"] = lens
    return build(document)


def bytes_of(scenario: Scenario) -> bytes:
    data = run(scenario, runs=40, seed=3)
    return b"".join(
        data[name].values.tobytes() for name in ("affinity", "support", "choice", "accepted")
    )


def test_a_lens_of_ones_own_with_the_figures_of_a_shipped_one_plays_like_it() -> None:
    shipped = {name: part.value for name, part in LENSES["liberal"].weights if name in WEIGHTS}
    mine = duel("mine", **shipped)
    assert bytes_of(mine) == bytes_of(with_lens(build(DUEL), "liberal"))
    assert bytes_of(mine) != bytes_of(duel("mine"))


def test_a_lens_that_nobody_wears_changes_no_run() -> None:
    assert bytes_of(duel()) == bytes_of(build(DUEL))
    assert duel().sha256 != build(DUEL).sha256
    assert duel().sha256 != duel(security=0.3).sha256


def test_its_weights_are_numbers_of_the_scenario() -> None:
    uncertain = {"value": 0.5, "spread": {"uniform": [0.1, 0.9]}}
    scenario = duel("mine", prosperity=uncertain)
    assert "lenses.mine.weights.prosperity" in scenario.parameters
    for actor in ("north", "south"):
        assert weights_of(actor, scenario.description).prosperity.value == 0.5
    drawn = run(scenario, runs=40)["drawn"]
    values = drawn.sel(parameter="lenses.mine.weights.prosperity").values
    assert values.min() < 0.3 < 0.7 < values.max()
    changed = revised(scenario, {"lenses.mine.weights.security": 0.9})
    assert changed.description.lenses["mine"].weights.security.value == 0.9


def test_it_is_put_on_ordinary_times_too_where_the_base_does_not_know_it(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(FILE.read_text("utf-8"), "utf-8")
    variant = tmp_path / "variant.yaml"
    variant.write_text(f"extends: base.yaml\nlens: geoeconomic\n{OWN}", "utf-8")
    scenario = load_scenario(variant)
    assert "geoeconomic" not in load_scenario(tmp_path / "base.yaml").description.lenses
    assert weights_of("north", scenario.reference) == weights_of("north", scenario.description)
    plain = tmp_path / "plain.yaml"
    plain.write_text(f"extends: base.yaml\n{OWN}", "utf-8")
    worn = load_scenario(plain, lens="Geoeconomic")
    assert worn.lens == "geoeconomic"
    assert worn.reference.lens == "geoeconomic"
    assert (
        bytes_of(worn)
        == bytes_of(scenario)
        == bytes_of(with_lens(load_scenario(plain), "Geoeconomic"))
    )
    assert to_yaml(worn).endswith("lens: geoeconomic\n")


@pytest.mark.parametrize(
    ("id", "part", "place", "problem", "remedy"),
    [
        ("realist", {"name": "Mine"}, "lenses.realist", "comes with the program: Realist",
         "own_realist"),
        ("mine", {"name": "realist "}, "lenses.mine.name", "is called so too", "name of its own"),
        ("mine", {"name": "Mine", "weights": dict.fromkeys(WEIGHTS, 0)}, "lenses.mine.weights",
         "the lens 'mine' wants nothing", "a weight above 0"),
        ("mine", {"name": "Mine", "weights": {"security": 2}}, "lenses.mine.weights.security",
         "2 is out of range", "from 0 to 1"),
        ("mine", {"name": "Mine", "source": "nowhere"}, "lenses.mine", "'nowhere'", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_with_one_is_said(
    id: str, part: dict[str, Any], place: str, problem: str, remedy: str
) -> None:
    document: dict[str, Any] = copy.deepcopy(DUEL)
    document["lenses"] = {id: {"weights": WEIGHTS, **part}}
    with pytest.raises(ScenarioError) as caught:
        build(document)
    (fault,) = caught.value.faults
    assert str(fault.place.path).startswith(place)
    assert problem in fault.problem
    assert remedy in fault.remedy


def test_a_lens_that_is_not_there_is_told_with_the_file_s_own() -> None:
    for place in ("whole", "actor"):
        document: dict[str, Any] = copy.deepcopy(DUEL)
        document["lenses"] = {"mine": {"name": "Mine", "weights": WEIGHTS}}
        (document if place == "whole" else document["actors"]["north"])["lens"] = "min"
        with pytest.raises(ScenarioError, match="did you mean 'mine'"):
            build(document)
    with pytest.raises(ScenarioError, match=r"did you mean 'mine'.*two_level"):
        with_lens(duel(), "min")


def test_what_was_seen_through_a_deleted_lens_falls_back(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(f"{FILE.read_text('utf-8')}\n{OWN}", "utf-8")
    worn = load_scenario(tmp_path / "base.yaml", {"actors.north.lens": "geoeconomic"})
    assert worn.description.actors["north"].lens == "geoeconomic"
    variant = tmp_path / "variant.yaml"
    variant.write_text("extends: base.yaml\nlens: geoeconomic\n", "utf-8")
    without = load_scenario(variant, {"lenses.geoeconomic": None})
    assert without.description.lens is None
    assert any("lens 'geoeconomic'" in note for note in without.notes)


def test_lenses_are_compared_listed_and_turned_like_shipped_ones() -> None:
    scenario = duel()
    found = sim.compare(scenario, lenses=["realist", "mine"], runs=20)
    assert [side.name for side in found.groups[0].sides] == ["Realist", "Mine"]
    assert list(lenses_of(scenario.description)) == [*LENSES, "mine"]
    knob = next(one for one in settings(scenario) if one.path == "lens")
    assert ("mine", "Mine") in knob.words
    lines = differences(Arms(build(DUEL), duel("mine"), (), ()))
    assert "Lens added: “Mine”" in lines
