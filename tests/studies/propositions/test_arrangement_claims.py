"""Claims about what is in force, what becomes of promises, and who governs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import sim
from sim.claims.condition import condition
from sim.claims.proposition import Claim, load_proposition
from sim.errors import ScenarioError
from sim.results.arrangements import promised
from sim.simulation.ensemble import run
from sim.statistics.measures import measure_name
from sim.statistics.mechanism import Use, mechanism
from sim.statistics.verdict import finding
from sim.studies.propositions.result import Experiment, experiments
from sim.studies.propositions.text import detail
from tests.fixtures.scenarios import LASTING, scenario

PAIRS = 60
MEASURES: dict[str, Any] = {
    "peace": {"of": "in force peace between south and north", "expect": "rises"},
    "often": {"of": "in force peace between north and south", "at": "mean", "expect": "rises"},
    "kept": {"promises": "plan", "by": "north", "toward": "south", "expect": "unchanged"},
    "broken": {"promises": ["plan"], "verdict": "broken", "until": "2018-12-31",
               "expect": "unchanged"},
    "fallen": {"watch": "fallen", "expect": "unchanged"},
    "trust": {"of": "trust of south in north", "expect": "rises"},
    "lasts": {"when": {"in force peace between north and west": True}, "expect": "unchanged"},
}  # fmt: skip
SIGNED: dict[str, Any] = {
    "events": {
        "congress": {
            "name": "a congress wins the border's peace",
            "on": "2019-02-01",
            "changes": {"affinity of north and south": {"by": 0.3}},
        }
    }
}


def written(folder: Path, intervention: dict[str, Any], measures: dict[str, Any]) -> Path:
    (folder / "world.yaml").write_text(yaml.safe_dump({**LASTING, "sources": "sources.yaml"}))
    (folder / "sources.yaml").write_text(yaml.safe_dump(SOURCES))
    document = {
        "id": "L1", "claim": "What was signed lasts.", "facts": ["almanac"], "base": "world.yaml",
        "pairs": PAIRS, "intervention": intervention, "measures": measures,
    }  # fmt: skip
    home = folder / "propositions"
    home.mkdir()
    path = home / "claim.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path


SOURCES = {"data": {"almanac": {"name": "Almanac", "year": "2016", "about": "borders"}}}


@pytest.fixture(scope="module")
def claim(tmp_path_factory: pytest.TempPathFactory) -> Claim:
    return load_proposition(written(tmp_path_factory.mktemp("claims"), SIGNED, MEASURES))


@pytest.fixture(scope="module")
def found(claim: Claim) -> Experiment:
    return experiments([claim])[0]


def test_measures_are_what_the_runs_did(claim: Claim, found: Experiment) -> None:
    data = run(claim.reference, PAIRS, claim.reference.description.seed)
    status = data["status"].sel(arrangement="peace: north and south") == 1
    told = promised(data, claim.reference)
    series = found.reference.series
    np.testing.assert_array_equal(series["L1 peace"].values, status.isel(round=-1))
    np.testing.assert_allclose(
        series["L1 often"].values, status.isel(round=slice(1, None)).mean("round")
    )
    north = told[(told["actor"] == "north") & (told["change"] == "kept")]
    kept = north.groupby("run").size().reindex(range(PAIRS), fill_value=0)
    np.testing.assert_array_equal(series["L1 kept"].values, kept)
    early = told[(told["change"] == "broken") & (told["from"] <= "2018-12-31")]
    broken = early.groupby("run").size().reindex(range(PAIRS), fill_value=0)
    np.testing.assert_array_equal(series["L1 broken"].values, broken)
    assert kept.sum() > broken.sum() > 0
    fell = data["happened"].sel(event="new_government_north").any("round")
    np.testing.assert_array_equal(series["L1 fallen"].values, fell)


def test_they_are_said_in_words(claim: Claim) -> None:
    described = claim.reference.description
    said = {one.id: (measure_name(one, described), detail(one, described)) for one in claim.targets}
    assert said["kept"][0].startswith("Promises kept: “agree on a plan of aid”")
    assert said["broken"][1].startswith("Promises per run that are broken, ")
    assert said["peace"][0] == "In force: the peace of South and North"


def test_what_lies_behind_them_are_the_levers_that_begin_end_and_deliver(
    claim: Claim, found: Experiment
) -> None:
    behind = {}
    for target in claim.targets:
        arms = found.reference, found.changed
        pair = [arm.series[target.label] for arm in arms]
        behind[target.id] = mechanism(claim, finding(target, *pair), *(arm.account for arm in arms))
    pushes = (*behind["peace"].drives, *behind["peace"].opposes)
    levers = {part.key[0] for part in pushes if isinstance(part, Use)}
    assert levers <= {"sign", "leave", "freeze", "thaw"}
    assert levers
    counted = {use.key[0] for use in behind["kept"].counted}
    assert counted == {"plan", "aid"}


def test_an_intervention_may_put_an_arrangement_in_force(tmp_path: Path) -> None:
    forced = {"events": {"decree": {"name": "it is decreed", "on": "2019-02-01",
                                    "begins": ["peace between north and south"]}}}  # fmt: skip
    trust = {"trust": {"of": "trust of south in north", "expect": "unchanged"}}
    claim = load_proposition(written(tmp_path, forced, trust))
    data = run(claim.changed, 20)
    status = data["status"].sel(arrangement="peace: north and south")
    at = [str(day)[:7] for day in data["from"].values].index("2019-01")
    assert (status.isel(round=at) > 0).mean() > (status.isel(round=at - 1) > 0).mean()


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        ({"promises": "aid", "expect": "rises"}, "there is no 'aid' that promises anything"),
        ({"acts": "aid", "verdict": "late", "expect": "rises"}, "says nothing without 'promises'"),
        ({"promises": "plan", "verdict": "held", "expect": "rises"}, "verdict"),
        ({"of": "in force peace between north and east", "expect": "rises"}, "east"),
    ],
)
def test_faults_are_told(measures: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=said):
        load_proposition(written(tmp_path, SIGNED, {"one": measures}))


def test_conditions_on_single_runs() -> None:
    made = scenario(LASTING)
    kept = condition("promises: plan, verdict: broken, at_least: 1", made)
    assert kept.is_counted
    found = sim.discover(made, where="of: in force peace between north and west, at_least: 1",
                         runs=120)  # fmt: skip
    assert found.to_dataframe() is not None
