"""What an intervention on arrangements, promises and governments writes."""

from __future__ import annotations

from typing import Any

import pytest

from sim.claims.checks import writings, written_directly
from sim.claims.measure import Measured, resolve
from sim.scenario.loading import build
from sim.scenario.schema import Order
from sim.scenario.yaml_reader import parse
from tests.fixtures.bonds_file import BONDS

PLAIN = parse(BONDS, "bonds").plain()
REFERENCE = build(PLAIN).description
PEACE = "in force peace between north and south"


@pytest.mark.parametrize(
    ("path", "value", "written"),
    [
        ("relations.south to north.trust", 0.9, {"trust of south in north"}),
        ("arrangements.peace.effects.support of actor", -0.1,
         {"support of north", "support of south"}),
        ("arrangements.embargo.effects.ties of target to actor", -0.1,
         {"ties of south to north", "ties of east to north"}),
        ("arrangements.peace.term", 3, {PEACE}),
        ("arrangements.peace.solemnity", 0.1, set()),
        ("arrangements.embargo.in_force", ["north to east"],
         {"in force embargo by north toward south", "in force embargo by north toward east"}),
        ("levers.quit.suspends", ["peace"],
         {PEACE, "in force club between north and south"}),
        ("levers.offer.delivers.within", 9, {"trust of actor in target"}),
        ("actors.north.government.successor.positions.border", 50, {"position of north on border"}),
        ("actors.north.government.successor.saliences.border", 0.1,
         {"salience of north on border"}),
        ("actors.north.government.successor.weights.security", 0.1,
         {"weight of north on security"}),
        ("actors.north.government.cost_of_ruling", 0.1, {"support of north"}),
        ("actors.north.government.loses", 0.1, {"rounds in office of north", "change"}),
        ("actors.south.government.hazard", 0.1,
         {"rounds in office of south", "new_government_south"}),
        ("actors.north.government.every", 8, {"rounds in office of north", "change"}),
        ("actors.north.government.name", "Votes are counted", set()),
        ("coefficients.learning", 0.9, {"trust of actor in actor"}),
        ("coefficients.reversion.trust", 0.9, {"trust of actor in actor"}),
        ("coefficients.breach", 0.9, {"affinity of actor and actor"}),
    ],
)  # fmt: skip
def test_what_a_change_writes(path: str, value: Any, written: set[str]) -> None:
    changed = build(PLAIN, overrides={path: value}).description
    found = {str(one.phrase or one.event) for one in writings(REFERENCE, changed)}
    assert found == written


def test_an_event_writes_what_it_begins_and_ends() -> None:
    changed = build(PLAIN, overrides={"events.war.chance": 0.5}).description
    phrases = {str(one.phrase) for one in writings(REFERENCE, changed) if one.phrase}
    assert {"in force embargo by north toward east", PEACE} <= (phrases)


def measured(of: str) -> Any:
    one = Measured.model_validate({"of": of, "expect": "rises"})
    return resolve("P1", "m", one, REFERENCE)


@pytest.mark.parametrize("of", [PEACE, "in force peace between south and north"])
def test_either_order_of_who_holds_it_is_the_same(of: str) -> None:
    changed = build(PLAIN, overrides={"arrangements.peace.term": 3}).description
    assert written_directly(measured(of), REFERENCE, changed) == ("arrangements.peace.term",)
    one_sided = measured("in force embargo by south toward north")
    changed = build(PLAIN, overrides={"arrangements.embargo.term": 3}).description
    assert written_directly(one_sided, REFERENCE, changed) == ()


def test_an_event_that_ends_it_writes_it_in_either_order() -> None:
    changed = build(PLAIN, overrides={"events.war.chance": 0.5}).description
    assert "events.war" in written_directly(measured(PEACE), REFERENCE, changed)


def test_a_move_laid_down_writes_what_it_begins_and_whom_it_lets_down() -> None:
    def order(lever: str) -> Order:
        return Order.model_validate({"lever": lever, "by": "north", "toward": "south"})

    for lever, of in (
        ("sign", PEACE), ("offer", "trust of south in north"), ("build", "trust of south in north"),
    ):  # fmt: skip
        found = written_directly(measured(of), REFERENCE, REFERENCE, [order(lever)])
        assert found == (f"moves: {lever} by north",)
    talk = written_directly(measured(PEACE), REFERENCE, REFERENCE, [order("talk")])
    assert talk == ()
