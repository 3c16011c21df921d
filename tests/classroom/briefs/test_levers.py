"""Cards of levers: the words hold what the scenario and the model say in numbers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from sim.classroom.briefs.levers import Deck, LeverCard
from sim.scenario.cameo import quad_class
from sim.scenario.lookup import consent, usual
from sim.scenario.scenario import Scenario
from tests.fixtures.scenarios import DUEL, QUARTET, Document, changed, scenario
from tests.fixtures.shipped import NAMES, loaded
from tests.fixtures.strategies import scenarios


def card(document: Document, actor: str, target: str, lever: str) -> LeverCard:
    return next(one for one in Deck(scenario(document)).cards(actor, target) if one.id == lever)


def summit(**parts: object) -> LeverCard:
    """North's summit with South, with parts of the lever set anew."""
    return card(changed(DUEL, **{f"levers__summit__{k}": v for k, v in parts.items()}),
                "north", "south", "summit")  # fmt: skip


def complete(source: Scenario) -> None:
    """Every usable lever has a whole card, and no other has one."""
    deck, described = Deck(source), source.description
    for actor in described.actors:
        for target in described.actors:
            cards = deck.cards(actor, target)
            assert [one.id for one in cards] == [
                name
                for name, lever in described.levers.items()
                if actor != target and usual(lever, actor, target)
            ]
            for one in cards:
                lever = described.levers[one.id]
                assert one.name == lever.name
                assert one.usual.startswith("in ordinary times")
                assert one.asks == (consent(lever, actor, target) is not None)
                for text in (*one.needs, *one.costs, *one.does):
                    assert text.endswith(".")
                    assert "nan" not in text
                    assert not re.search(r"\b(actor|target|others|united_states)\b", text)


@pytest.mark.parametrize("name", NAMES)
def test_every_lever_of_every_shipped_scenario_has_a_whole_card(name: str) -> None:
    complete(loaded(name))


@settings(max_examples=25)
@given(scenarios())
def test_every_lever_of_any_scenario_has_a_card(drawn: Scenario) -> None:
    complete(drawn)


@pytest.mark.parametrize("file", NAMES)
def test_the_sizes_told_are_those_of_the_scenario(file: str) -> None:
    source = loaded(file)
    described = source.description
    deck, told = Deck(source), 0
    for actor, target in _pairs(source):
        for one in deck.cards(actor, target):
            lever = described.levers[one.id]
            effect = lever.effects.get("affinity of actor and target")
            if effect is None:
                continue
            name = described.actors[target].name
            kind = quad_class(lever).replace(" ", "_")
            push = effect.value * getattr(described.coefficients.effect_scale, kind).value
            expected = _saturated(_affinity(source, actor, target), push)
            line = next(
                (text for text in one.does if text.startswith(f"Affinity with {name}")), None
            )
            if line is None:
                assert abs(expected) < 0.0005
                continue
            shown = float(re.findall(r"[+−][\d.]+\d", line)[0].replace("−", "-"))
            assert shown == pytest.approx(expected, abs=0.0051 if abs(expected) > 0.0094 else 6e-4)
            told += 1
    assert told


def _pairs(source: Scenario) -> list[tuple[str, str]]:
    names = list(source.description.actors)
    return [(one, other) for one in names for other in names if one != other]


def _affinity(source: Scenario, actor: str, target: str) -> float:
    for key in (f"{actor} and {target}", f"{target} and {actor}"):
        found = source.description.relations.get(key)
        if found and found.affinity:
            return found.affinity.value
    return 0.0


def _saturated(here: float, push: float) -> float:
    """Section 6.1 of docs/model.md, for a range from -1 to 1."""
    room = 1 - here if push > 0 else here + 1
    return push * min(1, room)


def test_an_issue_moves_toward_one_of_its_ends_as_wished_or_not() -> None:
    effects = {"issue border": 12}
    north = summit(effects=effects).does
    assert north == ("“Where the border runs” moves 12 points toward “the ridge”, as you wish.",)
    document = changed(DUEL, levers__summit__effects=effects)
    south = card(document, "south", "north", "summit").does
    assert south == (
        "“Where the border runs” moves 12 points toward “the ridge”, against your wish.",
    )


def test_two_moves_of_a_card_toward_one_end_are_not_wished_and_unwished() -> None:
    document = changed(
        DUEL, issues__border__stances__north__position=43,  # it stands at 40
        arrangements={"pact": {"name": "the pact", "effects": {"issue border": 1}}},
        levers__summit__effects={"issue border": 12}, levers__summit__begins=["pact"],
    )  # fmt: skip
    lasting, at_once = card(document, "north", "south", "summit").does
    assert lasting.endswith("moves 1 point toward “the ridge”, as you wish.")
    assert at_once.endswith("moves 12 points toward “the ridge”, past where you want it.")


def test_an_issue_that_leaves_the_distance_as_it_was_is_neither() -> None:
    document = changed(DUEL, issues__border__stances__north__position=45)
    document = changed(document, levers__summit__effects={"issue border": 10})
    assert card(document, "north", "south", "summit").does == (
        "“Where the border runs” moves 10 points toward “the ridge”.",
    )


def test_what_it_costs_says_that_a_refusal_costs_it_too() -> None:
    assert summit().costs == (
        "It costs you 0.01 of your support at home, also when it is refused.",
    )
    assert summit(consent={}).costs == ("It costs you 0.01 of your support at home.",)
    assert summit(cost=0).costs == ()


def test_ground_given_up_is_a_cost_by_the_audience_cost_and_the_salience() -> None:
    document = changed(DUEL, actors__south__audience_cost=0.5)
    document = changed(document, levers__summit__effects={"issue border": 20})
    costs = card(document, "south", "north", "summit").costs
    # 0.5 x 0.9 x 20 / 100: support falls in full, though it stands at 0.4
    assert costs[1:] == (
        "You give ground on “Where the border runs”: that costs 0.09 of your support at home.",
    )


def test_a_stated_effect_on_support_stands_apart_from_ground_given_up() -> None:
    document = changed(DUEL, actors__north__audience_cost=1)
    document = changed(
        document, levers__summit__effects={"issue border": -20, "support of actor": -0.1}
    )
    found = card(document, "north", "south", "summit")
    assert "Your support at home −0.10." in found.does
    # The issue falls by 16, since a push fades below the middle: 1 x 0.5 x 16 / 100.
    assert found.costs[1].endswith("that costs 0.08 of your support at home.")


def test_the_other_side_of_a_pledge_and_of_ties_is_named() -> None:
    effects = {
        "commitment of actor to target": 0.1, "commitment of target to actor": 0.2,
        "ties of actor to target": 0.1, "ties of target to actor": -0.1,
        "support of target": -0.05,
    }  # fmt: skip
    # South's ties lie below the middle, so a fall fades, by 0.4 / 0.5; that of support does not.
    assert set(summit(effects=effects).does) == {
        "Your pledge to South +0.10.", "South's pledge to you +0.20.",
        "Your ties to South +0.10.", "South's ties to you −0.08.",
        "South's support at home −0.05.",
    }  # fmt: skip


def test_needs_are_said_in_words() -> None:
    requires = {
        "support of actor": {"at_least": 0.4},
        "affinity of actor and target": {"at_least": -0.5, "at_most": 0.5},
        "issue border": {"at_most": 60},
        "gap on border": {"at_most": 30.5},
        "rounds since rebuke": {"at_least": 3},
    }
    assert summit(once=True, requires=requires).needs == (
        "South must agree; in ordinary times it agrees in 70 of 100 cases.",
        "It can be done only once between the two of you.",
        "Your support at home must stand at 0.40 or more.",
        "Affinity with South must stand between −0.50 and 0.50.",
        "“Where the border runs” must stand at 60 of 100 or less.",
        "The distance between your position and South's on “Where the border runs” "
        "must stand at 30.5 of 100 or less.",
        "Your last “rebuke in public” toward South, if any, must lie 3 rounds back or more.",
    )


def test_a_requirement_on_the_others_names_each_of_them() -> None:
    document = changed(
        QUARTET, levers__protest__requires={"affinity of actor and others": {"at_least": -0.9}}
    )
    found = next(
        one
        for actor, target in _pairs(scenario(document))
        for one in Deck(scenario(document)).cards(actor, target)
        if one.id == "protest"
    )
    assert len([text for text in found.needs if text.startswith("Affinity with")]) == 2


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.41, "in about 4 of 10 rounds"), (0.3, "in about 3 of 10 rounds"),
        (0.15, "about once in 7 rounds"), (0.004, "about once in 250 rounds"),
        (0.0005, "less than once in 1,000 rounds"),
    ],
)  # fmt: skip
def test_how_often_it_is_usual_is_said_in_rounds(share: float, words: str) -> None:
    assert summit(usual=share).usual == f"in ordinary times {words}"


@pytest.mark.parametrize(
    ("goldstein", "tone"),
    [(4, "cooperative"), (0.4, "neutral"), (0, "neutral"), (-2, "conflictual")],
)
def test_its_tone_is_that_of_its_goldstein_value(goldstein: float, tone: str) -> None:
    assert summit(goldstein=goldstein).tone == tone


def test_an_actor_that_is_not_there_is_an_error() -> None:
    for actor, target in (("nobody", "south"), ("north", "nobody")):
        with pytest.raises(KeyError):
            Deck(scenario(DUEL)).cards(actor, target)


def test_who_is_asked_reads_what_it_would_do_to_it(valley: Scenario) -> None:
    """North holds the valley: to divide it is against its wish, and costs it at home."""
    told = " ".join(Deck(valley).asked("divide", "south", "north"))
    assert "against your wish" in told
    assert "affinity with South" in told.replace("Affinity", "affinity")
    assert "That costs" in told.replace("that costs", "That costs")
    asker = " ".join(next(c for c in Deck(valley).cards("south", "north") if c.id == "divide").does)
    assert "as you wish" in asker


@pytest.fixture(scope="module")
def valley() -> Scenario:
    return loaded("two-neighbours")


def test_choices_and_what_looks_back_are_told() -> None:
    needs = summit(requires={
        "any_of": [
            {
                "affinity of actor and target": {"at_least": 0},
                "support of actor": {"at_least": 0.5},
            },
            {"change of tension of actor and target over 3 rounds": {"at_most": -0.1}},
        ],
        "none_of": [{"uses of summit by target toward actor in 1 rounds": {"at_least": 1}}],
    }).needs  # fmt: skip
    assert needs[-2:] == (
        "One of these must hold: affinity with South at least 0 and your support at home at least "
        "0.5; change of tension of North and South over 3\u00a0rounds at most -0.1.",
        "None of these may hold: uses of “hold a summit” by South toward North in 1\u00a0round at "
        "least 1.",
    )
