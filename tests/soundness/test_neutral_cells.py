"""Neutral cells: what moves against its kind is found, and what is exempt is left out."""

from __future__ import annotations

import pytest

from sim.scenario.schema import Lever
from sim.soundness.engine import LEVERS, generated
from sim.soundness.neutral_cells import LeverKind, kind_of, neutral_cells
from tests.fixtures.scenarios import DUEL, changed, scenario


def wrong(**parts: object) -> set[tuple[str, str]]:
    found = neutral_cells(scenario(changed(DUEL, **parts)), 1)
    return {(one.lever, one.moved) for one in found if not one.right}


def test_a_sound_duel_has_no_cell_in_the_wrong_direction() -> None:
    assert wrong() == set()


def test_a_lever_that_works_against_its_kind_is_found() -> None:
    # Hostile by its code, friendly by all that it does and by its Goldstein value.
    kind = {
        "name": "rebuke", "usual": 0.15, "cameo": "111", "goldstein": 9.0,
        "effects": {"affinity of actor and target": 0.2},
    }  # fmt: skip
    assert ("rebuke", "affinity") in wrong(levers__rebuke=kind)


def test_an_agreement_that_takes_away_tension_is_exempt() -> None:
    found = {(one.lever, one.kind, one.moved) for one in neutral_cells(scenario(DUEL), 1)}
    assert found == {
        ("summit", "agreement", "affinity"),
        ("rebuke", "protest", "affinity"),
        ("rebuke", "protest", "tension"),
    }
    plain = changed(DUEL, levers__summit__effects={"affinity of actor and target": 0.06})
    assert ("summit", "tension") in {
        (one.lever, one.moved) for one in neutral_cells(scenario(plain), 1)
    }


def test_a_lever_that_is_not_open_has_no_cell() -> None:
    closed = changed(DUEL, levers__rebuke__requires={"support of actor": {"at_least": 0.9}})
    assert {one.lever for one in neutral_cells(scenario(closed), 1)} == {"summit"}


def test_a_moved_quantity_stays_in_its_range() -> None:
    warm = changed(DUEL)
    warm["relations"]["north and south"] = {"affinity": 0.9, "tension": 0.9}
    assert all(0 <= one.after <= 2 for one in neutral_cells(scenario(warm), 1))


@pytest.mark.parametrize(
    ("cameo", "goldstein", "asks", "kind"),
    [
        ("057", 8.0, True, "agreement"), ("061", 6.4, True, "agreement"),
        ("071", 7.4, False, "help"), ("111", -2.0, False, "protest"),
        ("1012", -5.0, False, "protest"), ("141", -6.5, False, "protest"),
        ("138", -7.0, False, "threat"), ("154", -7.2, False, "threat"),
        ("163", -8.0, False, "coercion"), ("190", -10.0, False, "coercion"),
        (None, 2.0, True, "agreement"), (None, -2.0, False, "protest"),
        (None, -5.0, False, "threat"), (None, -9.0, False, "coercion"),
    ],
)  # fmt: skip
def test_the_kind_of_a_lever(
    cameo: str | None, goldstein: float, asks: bool, kind: LeverKind
) -> None:
    stated = {"name": "one", "usual": 0.1, "effects": {}, "cameo": cameo, "goldstein": goldstein}
    assert kind_of(Lever.model_validate(stated), asks=asks) == kind


def test_scenarios_without_history_are_the_same_each_time_and_have_every_kind() -> None:
    for number in range(4):
        one = generated(number)
        assert one.sha256 == generated(number).sha256
        assert 3 <= len(one.description.actors) <= 5
        assert set(one.description.levers) == set(LEVERS)
        assert not one.description.events
    assert generated(0).sha256 != generated(1).sha256
    kinds = {kind_of(lever, asks=bool(lever.consent))
             for lever in generated(0).description.levers.values()}  # fmt: skip
    assert kinds == {"agreement", "help", "protest", "threat", "coercion"}


def test_without_sentiment_interests_alone_decide() -> None:
    # Nobody gains or loses by it, so that nothing but sentiment makes it friendly.
    wave = {"name": "wave", "usual": 0.2, "cameo": "030", "effects": {}}
    world = scenario(changed(DUEL, levers__wave=wave))

    def right(*, sentiment: bool) -> set[bool]:
        found = neutral_cells(world, 1, sentiment=sentiment)
        return {one.right for one in found if one.lever == "wave"}

    assert right(sentiment=True) == {True}
    assert False in right(sentiment=False)
