"""The role brief: whole, in words that match the numbers, and silent on what others hide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.classroom.briefs.role import Role, role, roles
from sim.classroom.game.course import drawn
from sim.classroom.terminal import brief_lines
from sim.model.compiled import CompiledScenario
from sim.scenario.field_types import Brief
from sim.scenario.lenses import weights_of
from sim.scenario.lookup import components_of
from sim.scenario.phrases import COMPONENTS
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from tests.fixtures.scenarios import DUEL, QUARTET, changed, scenario
from tests.fixtures.shipped import NAMES, loaded
from tests.fixtures.strategies import scenarios


def texts(part: Any) -> Iterator[str]:
    """Every text that a brief holds, at any depth."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from texts(inner)


def words(one: Role) -> list[str]:
    return list(texts(astuple(one)))


def complete(source: Scenario) -> None:
    described = source.description
    for actor, found in roles(source).items():
        assert found.role
        wanted = {want.component for want in found.wants}
        assert set(COMPONENTS) <= wanted <= set(components_of(described))
        assert sum(want.weight for want in found.wants) == pytest.approx(1)
        assert {one.issue for one in found.issues} == set(described.issues)
        assert [one.actor for one in found.relations] == [
            other for other in described.actors if other != actor
        ]
        for text in words(found):
            assert text
            assert "nan" not in re.findall(r"\w+", text)


@pytest.mark.parametrize("name", NAMES)
def test_every_seat_of_every_shipped_scenario_has_a_whole_brief(name: str) -> None:
    complete(loaded(name))
    for found in roles(loaded(name)).values():
        assert found.knows
        assert found.secret
        assert any(one.levers for one in found.relations)


@settings(max_examples=25)
@given(scenarios())
def test_any_scenario_gives_whole_briefs(drawn: Scenario) -> None:
    complete(drawn)


def private(described: Description, actor: str) -> Description:
    """The same, with all that only one actor knows of itself put differently."""
    one = described.actors[actor]
    brief = one.brief or Brief(role=f"You lead {one.name}.")
    turned = {
        part: getattr(one.weights, part).model_copy(update={"value": weight})
        for part, weight in zip(COMPONENTS, (0.05, 0.1, 0.15, 0.3, 0.4), strict=True)
    }
    changed_actor = one.model_copy(
        update={
            "brief": brief.model_copy(update={"secret": "SOMETHING ELSE"}),
            "weights": one.weights.model_copy(update=turned),
            "patience": one.patience.model_copy(update={"value": 0.123}),
            "audience_cost": one.audience_cost.model_copy(update={"value": 1.234}),
        }
    )
    issues = {
        name: issue.model_copy(
            update={
                "stances": {
                    who: stance
                    if who != actor
                    else stance.model_copy(
                        update={"salience": stance.salience.model_copy(update={"value": 0.987})}
                    )
                    for who, stance in issue.stances.items()
                }
            }
        )
        for name, issue in described.issues.items()
    }
    actors = {**described.actors, actor: changed_actor}
    return described.model_copy(update={"actors": actors, "issues": issues})


def keeps_secrets(source: Scenario) -> None:
    """No brief depends on what another actor keeps to itself."""
    before = roles(source)
    for hiding in before:
        after = roles(Scenario("other", private(source.description, hiding), source.reference))
        same = {actor for actor in before if before[actor] == after[actor]}
        assert same == set(before) - {hiding}


@pytest.mark.parametrize("name", NAMES)
def test_no_brief_tells_what_another_seat_keeps_to_itself(name: str) -> None:
    keeps_secrets(loaded(name))
    found = roles(loaded(name))
    for actor, one in found.items():
        told = "\n".join(words(one))
        assert {other for other in found if str(found[other].secret) in told} == {actor}


@settings(max_examples=15)
@given(scenarios(), st.data())
def test_no_brief_of_any_scenario_tells_what_another_keeps_to_itself(
    drawn: Scenario, data: st.DataObject
) -> None:
    hiding = data.draw(st.sampled_from(sorted(drawn.description.actors)))
    other = Scenario("other", private(drawn.description, hiding), drawn.reference)
    before, after = roles(drawn), roles(other)
    assert all(before[actor] == after[actor] for actor in before if actor != hiding)


@pytest.mark.parametrize("name", NAMES)
def test_wants_come_strongest_first_with_the_weights_of_the_scenario(name: str) -> None:
    described = loaded(name).description
    for actor, one_role in roles(loaded(name)).items():
        weights = weights_of(actor, described)
        whole = sum(getattr(weights, part).value for part in COMPONENTS)
        found = one_role.wants
        assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
        for one in found:
            weight = getattr(weights, one.component).value / whole
            assert one.weight == pytest.approx(weight)
            assert int(re.findall(r"\((\d+) of 100\)", one.words)[0]) == round(100 * weight)
        assert re.search(r"weighs? most", found[0].words)


def test_equal_weights_weigh_as_much_and_none_does_not_count() -> None:
    weights = {"security": 0.4, "prosperity": 0.4, "issues": 0, "standing": 0.2, "support": 0}
    found = role(scenario(changed(DUEL, actors__north__weights=weights)), "north").wants
    assert [one.words.split(":")[0] for one in found] == [
        "Security weighs most (40 of 100)", "Prosperity weighs as much (40 of 100)",
        "Standing comes third (20 of 100)", "The issues do not count",
        "Support at home does not count",
    ]  # fmt: skip


def test_a_lens_weighs_instead_of_the_weights() -> None:
    found = role(scenario(changed(DUEL, actors__north__lens="realist")), "north").wants
    assert found[0].words.startswith("Security weighs most (50 of 100)")


def test_an_issue_is_told_with_its_ends_and_what_the_others_want() -> None:
    (one,) = role(scenario(DUEL), "south").issues
    assert (one.low, one.high, one.now, one.wanted, one.salience) == (
        "the river", "the ridge", 40, 10, 0.9,
    )  # fmt: skip
    assert one.stands == "It stands at 40 of 100, nearer to “the river”."
    assert one.want == "You want it at 10 of 100, close to “the river”."
    assert one.care == "You care about it as much as one can (0.90 of 1)."
    assert one.others == ("North wants it at 80 of 100, nearer to “the ridge”.",)


def test_issues_come_in_the_order_of_your_care_and_one_without_a_stance_last() -> None:
    found = role(loaded("northeast-asia-2016"), "japan").issues
    assert [one.issue for one in found[:3]] == ["maritime", "alliance_terms", "islands"]
    assert found[-1].issue == "amur"
    assert found[-1].want == "You take no position on it."
    assert found[-1].care == "You have no stake in how it ends."


def test_who_has_no_stance_is_told_so_in_the_numbers_of_a_game_too() -> None:
    scenario_ = loaded("northeast-asia-2016")
    described = scenario_.description
    game = roles(drawn(scenario_))
    for actor, brief in game.items():
        for one in brief.issues:
            stances = described.issues[one.issue].stances
            if actor not in stances:
                assert (one.wanted, one.salience) == (None, None)
                assert one.want == "You take no position on it."
                assert one.care == "You have no stake in how it ends."
            others = [name for name in stances if name != actor]
            assert len(one.others) == len(others)
    amur = next(one for one in game["japan"].issues if one.issue == "amur")
    lines = brief_lines(game["japan"])
    assert any(amur.care in line for line in lines)
    assert not any("50 of 100" in line for line in lines if amur.name in line)


def test_a_stance_that_weighs_nothing_is_told_as_such() -> None:
    idle = changed(DUEL, issues__border__stances__south__salience=0)
    (one,) = role(scenario(idle), "south").issues
    assert one.want.startswith("You want it at 10 of 100")
    assert one.care == "But how it ends does not count for you."


def test_support_is_told_with_what_giving_ground_costs() -> None:
    document = changed(DUEL, actors__south__audience_cost=0.5)
    assert role(scenario(document), "south").support == (
        "Your support at home stands at 0.40 of 1; the less you have, the more a loss of it "
        "weighs. "
        "To give up 10 points on “Where the border runs” would cost about 0.04 of it."
    )  # 0.5 x 0.9 x 10 / 100 = 0.045


def test_relations_are_told_with_their_numbers() -> None:
    (one,) = role(scenario(DUEL), "north").relations
    assert one.words == (
        "You have about 2 times the strength of South. "
        "You and South are on cool terms (affinity −0.20, from −1 to 1). "
        "Between you there is a live dispute (tension 0.30 of 1). "
        "Neither of you has pledged to help the other in need. "
        "From trade and exchange with South you gain something (ties 0.20 of 1); "
        "South gains much from you (0.40)."
    )
    west = next(one for one in role(scenario(QUARTET), "ally").relations if one.actor == "west")
    assert west.words.startswith("West has about 5 times your strength. ")
    assert west.words.split(". ")[3] == (
        "Your pledge to help West in need is a partial one (0.50 of 1); "
        "West's pledge to you is an unconditional one (0.90)"
    )


def test_a_seat_without_a_brief_leads_its_actor() -> None:
    found = role(scenario(DUEL), "north")
    assert (found.role, found.knows, found.secret) == ("You lead North.", None, None)


def test_a_setting_serves_as_well_as_a_scenario() -> None:
    source = scenario(DUEL)
    assert role(CompiledScenario(source), "north") == role(source, "north")


def test_an_actor_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        role(scenario(DUEL), "nobody")
