"""The memory that a scenario is told to take is that of what the model lays out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.model.compiled import CompiledScenario
from sim.model.recorder import Recorder
from sim.model.vectors import Flat
from sim.scenario.cross_checks_levers import BOUND, _drawn, draws, memory, uses
from sim.scenario.loading import build
from sim.scenario.phrases import Phrase
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import parse
from tests.fixtures.bonds_file import BONDS
from tests.fixtures.large_scenario import LEVERS, large
from tests.fixtures.quartet import Document
from tests.fixtures.scenarios import scenario
from tests.fixtures.strategies import scenarios


def shifts(compiled: CompiledScenario) -> int:
    """Pairs whose odds candidates move."""
    return len(compiled.plans().own.tables["shift_pair"])


@settings(max_examples=15)
@given(scenarios())
def test_uses_and_draws_are_those_of_the_model(described: Scenario) -> None:
    compiled, description = CompiledScenario(described), described.description
    names = [candidate.name for candidate in compiled.table.rows]
    reckoned = 0
    for name, lever in description.levers.items():
        assert uses(lever, description) == names.count(name)
        reckoned += names.count(name) * sum(draws(lever, description))
    assert shifts(compiled) <= reckoned


@given(st.sets(st.sampled_from(["a000", "a001", "a002", "a003"])), st.sets(
    st.sampled_from(["a000", "a001", "a002", "a003"])), st.booleans(), st.sets(st.sampled_from(
        [("a000", "a001"), ("a001", "a000"), ("a002", "a003"), ("a003", "a001")])))  # fmt: skip
def test_uses_are_counted_however_they_are_written(
    by: set[str], toward: set[str], anyone: bool, named: set[tuple[str, str]]
) -> None:
    usual = {f"{one} to anyone": 0.01 for one in by} | {f"anyone to {one}": 0.01 for one in toward}
    usual |= {f"{one} to {other}": 0.01 for one, other in named}
    usual |= {"anyone to anyone": 0.01} if anyone else {}
    if not usual:
        return
    document = large(4, rounds=1, levers=1)
    document["levers"] = {"talk": {**LEVERS["talk"], "usual": usual}}
    described = scenario(document)
    lever = described.description.levers["talk"]
    assert uses(lever, described.description) == len(CompiledScenario(described).table)


def test_what_would_not_fit_is_refused_before_it_is_laid_out() -> None:
    with pytest.raises(ScenarioError) as caught:
        build(large(200, rounds=2))
    (fault,) = caught.value.faults
    assert fault.place.path == "actors"
    assert "200 actors with 199,000 uses of levers" in fault.problem
    assert "3 GB is the most" in fault.problem
    assert "anyone to anyone" in fault.remedy


def test_sixty_actors_fit() -> None:
    assert memory(build(large(60, levers=2)).description) < BOUND / 2


def test_of_many_actors_it_is_told_which_of_their_quantities_broke_down() -> None:
    document: Document = large(120, levers=1)
    document["levers"]["talk"] = {**LEVERS["talk"], "usual": {"a000 to a001": 0.1}}
    compiled = CompiledScenario(scenario(document))
    records = Recorder(compiled, 16, slice(3, 9))
    last = compiled.layout.row(Phrase("power", ("a119",)))
    assert last > 2**15
    records.whole["failed"][5] = 4
    failed = records.outside["record_failed_row"]
    assert isinstance(failed, Flat)
    failed.array[5] = last
    assert list(records.reasons) == [2]
    assert records.reasons[2].startswith("power of a119 became")


def test_a_lever_on_all_others_at_once_counts_for_more() -> None:
    document: Document = large(60, levers=1)
    one = memory(scenario(document).description)
    document["levers"]["talk"] = {
        **LEVERS["talk"], "effects": {"affinity of actor and others": 0.01},
    }  # fmt: skip
    assert memory(scenario(document).description) > 10 * one


def test_the_rounds_count() -> None:
    short, long = (memory(scenario(large(60, rounds=n)).description) for n in (2, 200))
    assert long > short + 4 * 198 * 4 * 1770 * 6


@pytest.mark.parametrize("more", [0, 6])
@pytest.mark.parametrize("asked", [{}, {"north to south": 0.5}])
def test_what_is_begun_ended_and_promised_is_reckoned_too(asked: Document, more: int) -> None:
    document = parse(BONDS, "bonds").plain()
    document["levers"]["leave"]["consent"] = asked
    for name in (f"extra_{number}" for number in range(more)):
        document["actors"][name] = {"name": name, "power": 0.1}
    for name in ("sign", "leave", "offer", "build"):
        document["levers"][name]["usual"] = 0.05
    described = build(document)
    compiled, description = CompiledScenario(described), described.description
    count = len(description.actors)
    levers = description.levers.values()
    reckoned = sum(uses(one, description) * sum(draws(one, description)) for one in levers)
    plain = sum(uses(one, description) * sum(_drawn(one.effects, count)) for one in levers)
    assert plain < shifts(compiled) <= reckoned


@pytest.mark.parametrize("one_sided", [False, True])
def test_what_two_have_in_common_moves_either_of_them(one_sided: bool) -> None:
    document: Document = large(4, levers=1)
    document["arrangements"] = {
        "pact": {"name": "the pact", "one_sided": one_sided,
                 "effects": {"commitment of target to a000": 0.01}},
    }  # fmt: skip
    document["levers"] = {
        "halt": {"name": "halt it", "usual": 0.1, "suspends": ["pact"], "cameo": "120"}
    }
    described = scenario(document)
    (lever,) = described.description.levers.values()
    reckoned = sum(draws(lever, described.description)) * uses(lever, described.description)
    assert shifts(CompiledScenario(described)) <= reckoned
