"""Governments that change hands: ``docs/model.md``, 6.10."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.arrays import Floats
from sim.model.compiled import CompiledScenario
from sim.model.draws import Past, Streams
from sim.model.quantiles import quantile
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.phrases import COMPONENTS
from tests.fixtures.bound_world import BONDS, STILL, course, told
from tests.fixtures.scenarios import Document, changed

SPREAD = {"uniform": [0.2, 0.8]}
SUCCESSOR: dict[str, Any] = {
    "support": {"value": 0.6, "spread": SPREAD},
    "patience": {"value": 0.5, "spread": SPREAD},
    "positions": {"canal": {"value": 40, "spread": {"uniform": [20, 60]}}},
    "weights": {"standing": {"value": 0.5, "spread": SPREAD}},
}


def governed(**government: Any) -> Document:
    """The four, of whom the first has a government and a stance; nothing else moves."""
    document = changed(
        BONDS,
        actors__a__government={"cost_of_ruling": 0, **government},
        issues__canal__stances={
            "a": {"position": 80, "salience": {"value": 0.5, "spread": SPREAD}},
            "b": {"position": 10, "salience": 0.4},
        },
    )
    document["actors"]["a"] |= {"support": 0.5, "weights": {"support": 0.3}}
    return document


def played(document: Document, runs: int, **parts: Any) -> World:
    """A world at the end of its calendar."""
    world = World(CompiledScenario(build(document)), 5, 0, runs, **parts)
    for _ in range(document["calendar"]["rounds"]):
        world.step()
    return world


def falls(world: World, name: str = "new_government_a") -> np.ndarray[Any, Any]:
    """Where a government changed hands, shape ``(rounds + 1, runs)``."""
    found: np.ndarray[Any, Any] = world.records.happened[:, world.compiled.events.names.index(name)]
    return found


def logistic(odds: Floats | float) -> Floats:
    return 1 / (1 + np.exp(-np.asarray(odds)))


@pytest.mark.parametrize(
    ("government", "rounds"),
    [
        # In office for eight rounds at the start; none that has been there so long may stand.
        ({"elections": ["2016-07-15"]}, [3]),
        ({"elections": ["2016-07-15", "2017-01-01"], "limit": 3}, [3]),
        ({"elections": ["2016-07-15", "2017-01-01"], "limit": 2}, [3, 5]),
        ({"elections": ["2016-04-01"], "every": 3, "limit": 3}, [2, 5, 8]),
        ({"elections": ["2015-02-01"], "every": 3, "limit": 1}, [3, 6]),  # in round -3
        ({"elections": ["2015-02-01"], "limit": 1}, []),
        ({"elections": ["2016-07-15"], "limit": 9}, [3]),
        ({"elections": ["2016-07-15"], "limit": 11}, []),
    ],
)
def test_elections_come_on_their_dates_and_no_government_outlasts_its_limit(
    government: dict[str, Any], rounds: list[int]
) -> None:
    document = governed(**{"limit": 10, "loses": 1e-6, **government})
    world = played(document, 3)
    assert (falls(world).sum(axis=1) == [3 * (t in rounds) for t in range(9)]).all()
    office = [8]
    for now in range(1, 9):
        office.append(1 if now in rounds else office[-1] + 1)
    assert told(world, "rounds in office of a").tolist() == office


@pytest.mark.parametrize("kind", ["loses", "hazard"])
@pytest.mark.parametrize("support", [0.3, 0.5, 0.8])
def test_the_chance_to_fall_rises_as_support_falls(kind: str, support: float) -> None:
    government = {"hazard": 0.1} if kind == "hazard" else {
        "elections": ["2016-01-01"], "every": 1, "loses": 0.1, "hazard": 0.999,
    }  # fmt: skip
    document = governed(**government)
    document["coefficients"] = {**STILL, "accountability": 6}
    # Below or above what is usual, in the round in which an event has brought it there.
    document["events"] = {"turn": {"name": "A turn", "on": "2016-01-01",
                                   "changes": {"support of a": {"to": support}}}}  # fmt: skip
    found = falls(played(document, 8000))
    for now, stands in ((1, 0.5), (2, support)):
        chance = float(logistic(math.log(0.1 / 0.9) + 6 * (0.5 - stands)))
        held = ~found[1] if now == 2 else np.ones(8000, dtype=bool)
        error = (chance * (1 - chance) / held.sum()) ** 0.5
        assert abs(found[now][held].mean() - chance) < 4 * error


def test_a_new_government_wants_what_it_draws_by_its_own_names() -> None:
    document = governed(elections=["2016-04-01"], loses=0.5, limit=1, successor=SUCCESSOR)
    document["coefficients"]["reversion"] = {**STILL["reversion"], "support": 0.5}
    runs = 5
    before, world = (World(CompiledScenario(build(document)), 5, 2, runs) for _ in range(2))
    before.step()
    world.step()
    world.step()
    layout, streams = world.compiled.layout, Streams(5, 2, runs)
    actor = world.compiled.description.actors["a"]
    assert actor.government is not None
    anew, stance = (
        actor.government.successor,
        world.compiled.description.issues["canal"].stances["a"],
    )
    wanted = {
        "position of a on canal": anew.positions["canal"],
        "salience of a on canal": stance.salience,
        "weight of a on standing": anew.weights["standing"],
        "support of a": anew.support,
    }
    for name, number in wanted.items():
        assert number is not None
        drawn = quantile(number, streams.uniform("government", name, 2))
        row = layout.names.index(name)
        np.testing.assert_array_equal(world.x[row], drawn, err_msg=name)
        assert (world.x[row] != before.x[row]).all(), name
    np.testing.assert_array_equal(
        world.read("patience")[layout.actors.index("a")],
        quantile(anew.patience, streams.uniform("government", "patience of a", 2)),  # type: ignore[arg-type]
    )
    support = layout.at("support", "a")
    np.testing.assert_array_equal(world.baseline[support], world.x[support])
    # What has no spread is set to its value; others keep what they have.
    for component in sorted(set(COMPONENTS) - {"standing"}):
        row = layout.at("weight", "a", component)
        np.testing.assert_array_equal(world.x[row], before.x[row])
    for kind in ("position", "salience", "weight"):
        rows = range(*layout.rows(kind).indices(len(layout.phrases)))
        others = [row for row in rows if layout.phrases[row].names[0] != "a"]
        np.testing.assert_array_equal(world.x[others], before.x[others])


def test_weights_of_a_lens_stay() -> None:
    document = governed(elections=["2016-04-01"], loses=0.5, limit=1)
    seen = {**document, "lens": "realist"}
    world = played(seen, 2)
    rows = world.compiled.layout.rows("weight")
    assert falls(world)[2].all()
    np.testing.assert_array_equal(
        world.x[rows], World(CompiledScenario(build(seen)), 5, 0, 2).x[rows]
    )


def test_its_event_acts_after_it_and_may_wait_for_something() -> None:
    document = governed(elections=["2016-04-01"], loses=0.5, every=1, limit=1)
    document["events"] = {
        "turn": {
            "name": "A turn", "government": "a", "until": "2016-12-31",
            "when": {"rounds in office of a": {"at_least": 2}},
            "changes": {"position of a on canal": {"by": 5}},
            "begins": ["peace between a and b"],
        }
    }  # fmt: skip
    world = played(document, 2)
    assert set(world.compiled.events.names) == {"turn"}
    assert falls(world, "turn").all(axis=1).tolist() == [
        False,
        False,
        True,
        False,
        True,
        *4 * [False],
    ]
    canal = world.compiled.layout.at("position", "a", "canal")
    np.testing.assert_array_equal(world.x[canal], 85)
    assert told(world, "in force peace between a and b").tolist() == [0, 0, *7 * [1]]


def test_ruling_costs_support_until_a_new_government_starts_afresh() -> None:
    document = governed(
        cost_of_ruling=0.02, elections=["2017-01-01"], loses=0.5, limit=1,
        successor={"support": 0.7},
    )  # fmt: skip
    document["coefficients"]["reversion"] = {**STILL["reversion"], "support": 0.2}
    world = played(document, 1)
    fallen = 0.5 - 0.02 * np.arange(5)
    anew = 0.7 - 0.02 * np.arange(1, 5)
    assert told(world, "support of a").tolist() == pytest.approx([*fallen, *anew], abs=1e-6)
    assert told(world, "support of b").tolist() == [0.5] * 9


def test_a_new_government_looks_again_at_what_was_signed() -> None:
    document = governed(elections=["2016-04-01"], loses=0.5, limit=1)
    document["coefficients"] = {**STILL, "review": 5, "rationality": 0, "sentiment": 0}
    document["arrangements"]["peace"]["in_force"] = ["a and b"]
    world = World(CompiledScenario(build(document)), 5)
    odds = {}
    for now in range(1, 9):
        world.step()
        for slot, block in world.compiled.table.blocks:
            view = world.view(slot, block)
            for lever, weight in zip(view.levers, view.weight[1:, 0], strict=True):
                way = world.compiled.layout.directions[view.direction]
                odds[now, lever, way] = weight / view.weight[0, 0]
    for lever, way, raised in (
        ("leave", ("a", "b"), True), ("pause", ("a", "b"), True), ("lift", ("a", "d"), True),
        ("leave", ("b", "a"), False), ("offer", ("a", "b"), False), ("sign", ("a", "b"), False),
    ):  # fmt: skip
        ratios = [odds[now, lever, way] / odds[1, lever, way] for now in range(1, 9)]
        expected = [1] + [5 if raised else 1] * 4 + [1] * 3
        assert ratios == pytest.approx(expected), (lever, way)


def test_a_future_that_is_its_own_from_the_events_on_has_its_own_new_government() -> None:
    document = governed(hazard=0.999, successor=SUCCESSOR)
    worlds = [
        played(document, 6, past=Past(run=3, until=5, events=4)),
        played(document, 6, past=Past(run=3, until=5)),
    ]
    patient = []
    for world in worlds:
        support = world.records.state[:, world.compiled.recorded.index(
            world.compiled.layout.at("support", "a"))]  # fmt: skip
        assert falls(world)[1:].mean() > 0.99
        patient.append([len(set(at)) for at in support.tolist()])
    assert patient[0][1:5] == [1, 1, 1, 6]
    assert patient[1][1:6] == [1, 1, 1, 1, 6]


def test_a_moment_keeps_who_governs_and_how_patient_it_is() -> None:
    document = governed(elections=["2016-07-15"], loses=0.5, limit=1, successor=SUCCESSOR)
    for lever in document["levers"].values():
        lever["usual"] = 0.1
    # It is elected in the third round; before and after it others look ahead.
    straight, world = (World(CompiledScenario(build(document)), 5, 0, 40) for _ in range(2))
    seen, moments = {}, {}
    for now in range(1, 6):
        straight.step()
        world.step()
        seen[now] = {name: straight.read(name).copy() for name in ("expected", "agree", "score")}
        moments[now] = world.moment()
    assert straight.read("changed").all()
    for now in (1, 4, 1, 2, 3):
        world.resume(moments[now])
        world.step()
        for name, expected in seen[now + 1].items():
            np.testing.assert_array_equal(world.read(name), expected, err_msg=f"{name} after {now}")


def test_the_laid_down_course_goes_on_under_a_new_government() -> None:
    document = governed(elections=["2016-04-01"], loses=0.5, limit=1, successor=SUCCESSOR)
    world = course(document, {1: ("sign", "a", "b"), 3: ("leave", "a", "b")}, runs=3)
    assert falls(world)[2].all()
    assert told(world, "in force peace between a and b").tolist() == [0, 1, 1, 0, 0, 0, 0, 0, 0]
