"""Parameters by what they rest on."""

from __future__ import annotations

import pytest

from sim.model.quantiles import uncertain
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.studies.sensitivity.result import OTHER, by_source, merged
from tests.fixtures.paths import LARGE


@pytest.fixture(scope="module")
def shipped() -> Scenario:
    return load_scenario(LARGE)


def test_every_parameter_stands_in_one_group(shipped: Scenario) -> None:
    paths = uncertain(shipped)
    groups = by_source(shipped, paths)
    members = [path for group in groups for path in group.paths]
    assert sorted(members) == sorted(paths)
    assert len({group.id for group in groups}) == len(groups)


def test_a_fact_of_an_article_goes_before_data_and_data_before_judgement(
    shipped: Scenario,
) -> None:
    groups = {
        path: group for group in by_source(shipped, uncertain(shipped)) for path in group.paths
    }
    facts, data = shipped.library.facts, shipped.library.data
    for path, group in groups.items():
        source = shipped.parameters[path].source
        own = [one for one in source if one in facts] or [one for one in source if one in data]
        if own:
            assert group.id == own[0]
            assert group.id not in facts or group.says == facts[group.id].says
        else:
            assert group.says.startswith("Judgement about ")
            assert group.id == path.split(".")[0]
    assert "paragraph" in groups["relations.china and russia.affinity"].place


def test_those_that_tell_least_are_one_group(shipped: Scenario) -> None:
    paths = uncertain(shipped)
    groups = by_source(shipped, paths)
    score = {path: float(group.id == "S037") for group in groups for path in group.paths}
    found = merged(groups, score, most=3)
    assert len(found) == 4
    assert "S037" in {group.id for group in found}
    assert found[-1].id == OTHER
    assert sum(len(group.paths) for group in found) == len(paths)
    assert merged(groups, score, most=len(groups)) == groups
