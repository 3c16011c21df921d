"""What is supposed is what the text makes of it, and leaves the runs as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.arrays import Floats, Ints
from sim.errors import ScenarioError
from sim.model import look as look_module
from sim.model import native
from sim.model.choice import find_open, find_scores
from sim.model.compiled import CompiledScenario
from sim.model.interests import find_interest
from sim.model.look import look
from sim.model.resolve import react, resolve
from sim.model.snapshot import Snapshot
from sim.model.supposed import MOVED
from sim.model.supposing import Supposed
from sim.model.workspace import Kept
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.theories.protocol import PASS, Case, View
from sim.theories.quantal import quantal
from tests.fixtures.scenarios import QUARTET
from tests.fixtures.shipped import loaded
from tests.fixtures.strategies import scenarios

VALLEY = "two-neighbours"
WAYS = [("north", "south"), ("south", "north")]
TRACKS: Any = ("words", "deeds")


def after_rounds(name: str, rounds: int, runs: int = 21) -> World:
    compiled = CompiledScenario(build(QUARTET) if name == "quartet" else loaded(name))
    world = World(compiled, 5, 3, runs)
    for _ in range(rounds):
        world.step()
    world.open_round()
    return world


def after(world: World, steps: list[dict[int, Floats]]) -> Snapshot:
    """The same by the text of a round, with nothing but the picks laid down."""
    seen, now = world.snapshot(), world.now
    m = seen.record
    slot = world.compiled.table.slot
    for step in steps:
        look(m)
        seen.read("pick")[:] = PASS
        seen.read("accepted")[:] = 0
        for k, done in step.items():
            seen.read("pick")[slot[k]][done != 0] = k
            seen.read("accepted")[k] = done
        resolve(m)
        react(m, now)
        now += 1
    look(m)
    find_scores(m)
    find_open(m, now)
    find_interest(m)
    return seen


def agree(world: World, found: Supposed, case: int, wanted: Snapshot) -> None:
    table, layout = world.compiled.table, world.compiled.layout
    for slot, block in table.blocks:
        actor, target = layout.directions[slot // 2]
        way: tuple[str, str, Any] = (actor, target, TRACKS[slot % 2])
        assert found.levers(*way) == tuple(one.name for one in table.rows[block])
        for name, here in [
            ("agree", found.chance(*way)),
            ("expected", found.expected(*way)),
            ("open", found.open(*way)),
            ("worth", found.worth(*way, actor)),
        ]:
            np.testing.assert_array_equal(here[case], wanted.read(name)[block], err_msg=name)
        other = slice(block.start + len(table), block.stop + len(table))
        np.testing.assert_array_equal(found.worth(*way, target)[case], wanted.read("worth")[other])
    for number, actor in enumerate(layout.actors):
        np.testing.assert_array_equal(
            found.interest(actor)[case], wanted.read("own_interest")[number]
        )


def without_flows(world: World) -> World:
    """Arrangements in force bring something in every case: they are left out of suppositions."""
    tables = world.plans.own.tables
    world.read("parameter")[[tables["flow_size"][n] for n in range(tables["flows"])]] = 0
    return world


@pytest.mark.parametrize("name", [VALLEY, "quartet", "crimea-2014"])
def test_what_is_supposed_is_what_a_round_with_these_acts_would_bring(name: str) -> None:
    world = without_flows(after_rounds(name, 2))
    keys, layout = world.compiled.table.keys, world.compiled.layout
    some = np.arange(world.runs) % 3 > 0
    one, *others = ([n for n, (_, a, _) in enumerate(keys) if a == actor] for actor in
                    layout.actors[:2])  # fmt: skip
    names = [(actor, target, lever) for lever, actor, target in keys]
    theirs = others[0]
    cases, wanted = [], []
    for k, r in [(one[0], theirs[0]), (one[-1], theirs[-1]), (one[len(one) // 2], theirs[0])]:
        cases.append(Case([{names[k]: True}, {names[r]: some}]))
        wanted.append(after(world, [{k: np.ones(world.runs)}, {r: np.where(some, 1.0, 0.0)}]))
    ways = layout.directions
    found = world.supposer.suppose(cases, ways, interests=True)
    for number, snapshot in enumerate(wanted):
        agree(world, found, number, snapshot)


@settings(max_examples=8, deadline=None)
@given(scenario=scenarios() | scenarios(lasting=True), data=st.data())
def test_it_is_so_in_any_scenario(scenario: Scenario, data: st.DataObject) -> None:
    world = World(CompiledScenario(scenario), 5, 3, 4)
    world.open_round()
    world = without_flows(world)
    names = [(actor, target, lever) for lever, actor, target in world.compiled.keys]
    assume(names)
    k = data.draw(st.integers(0, len(names) - 1))
    done = np.array([True, False, True, True])
    found = world.supposer.suppose(
        [Case([{names[k]: done}])], world.compiled.layout.directions, interests=True
    )
    with np.errstate(all="ignore"):
        agree(world, found, 0, after(world, [{k: done * 1.0}]))


def test_what_lasts_and_acts_change_is_put_back_between_cases() -> None:
    compiled = CompiledScenario(loaded("crimea-2014"))
    every = len(compiled.table)
    world = after_rounds("crimea-2014", 2, runs=every)  # an act in each run
    before = world.snapshot()
    seen = after(world, [dict(enumerate(np.eye(every)))])
    tables = world.plans.own.tables
    changed = {
        name
        for name in world.plans.own.places
        if isinstance(tables[name], Kept)
        and not np.array_equal(before.read(name), seen.read(name), equal_nan=True)
    }
    assert changed - {"consent_trust"} <= set(MOVED)  # which is found anew at each look
    assert {"x", "heat", "worn", "last", "status", "begun"} <= changed


def test_nothing_supposed_is_what_is_seen() -> None:
    world = after_rounds(VALLEY, 3)
    now = world.snapshot()
    find_interest(now.record)
    agree(world, world.supposer.suppose([Case()], WAYS, interests=True), 0, now)


def test_quantities_and_parameters_may_be_otherwise() -> None:
    world = after_rounds(VALLEY, 3)
    tension, cost = "tension of north and south", "actors.north.audience_cost"
    levels = np.linspace(0, 1, world.runs)
    act = [("north", "south", world.compiled.table.rows[0].name)]
    step: Any = [dict.fromkeys(act, True)]
    state: dict[str, Floats | float] = {tension: levels, cost: 0.9}
    cases = [Case(step), Case(step, state), Case(step)]
    found = world.supposer.suppose(cases, WAYS, quantities=[tension], interests=True)
    changed = after_rounds(VALLEY, 3)
    changed.read("x")[changed.quantities.row(tension)] = levels
    changed.read("parameter")[world.plans.paths.rows[cost]] = 0.9
    agree(world, found, 0, after(world, [{0: np.ones(world.runs)}]))
    agree(world, found, 1, after(changed, [{0: np.ones(world.runs)}]))
    agree(world, found, 2, after(world, [{0: np.ones(world.runs)}]))
    assert np.abs(np.diff(found.state(tension)[1])).min() > 0


def test_where_nobody_asks_nothing_is_seen() -> None:
    world = after_rounds(VALLEY, 1, runs=40)
    here = np.zeros((2, 40), dtype=bool)
    here[0], here[1, 3] = True, True
    found = world.supposer.suppose([Case(), Case()], WAYS, here=here)
    worth = found.worth("north", "south", "words", to="south")
    assert np.isfinite(worth[0]).all()
    assert (worth[1, :, 3] == worth[0, :, 3]).all()


def curious(view: View) -> Ints:
    """The built-in theory by what is supposed, of a round that nobody uses."""
    own, back = (view.actor, view.target), (view.target, view.actor)
    first = {(*own, lever): view.draw < 0.5 for lever in view.levers[:1]}
    view.around.supposing([Case([first, {}])], [back])
    seen = view.around.supposing([Case()], [own])
    weight = seen.weight(*own, view.track)[0]
    np.testing.assert_array_equal(weight, view.weight)
    return quantal(view)


@pytest.mark.parametrize("compiled", [True, False])
def test_runs_go_on_as_if_nobody_had_supposed_anything(
    monkeypatch: pytest.MonkeyPatch, compiled: bool
) -> None:
    if compiled and native.sections(wait=True) is None:
        pytest.skip("the model is not compiled here")
    if not compiled:
        monkeypatch.setattr(native, "sections", lambda wait=False: None)
    model = CompiledScenario(loaded(VALLEY))
    told = []
    for rules in ({}, dict.fromkeys(model.layout.actors, curious)):
        at_once, stepped = World(model, 3, 5, 37, rules), World(model, 3, 5, 37, rules)
        at_once.play()
        while stepped.now < 6:
            stepped.step()
        told.append(at_once.records)
        state = stepped.records.state[:7]
        np.testing.assert_array_equal(state, at_once.records.state[:7])
    one, other = told
    np.testing.assert_array_equal(one.state, other.state)
    np.testing.assert_array_equal(one.choice, other.choice)


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ([Case([{}]), Case()], "differ in how many steps"),
        ([Case([{("north", "south", "sing"): True}])], "has no lever 'sing'"),
        ([Case(state={"tension of north and sout": 1})], "no 'tension of north and sout'"),
        ([Case(state={"actors.nort.power": 1})], "no quantity or parameter 'actors.nort.power'"),
    ],
)
def test_what_cannot_be_supposed_is_refused(cases: list[Case], words: str) -> None:
    def rule(view: View) -> Ints:
        view.around.supposing(cases, WAYS)
        return np.full(len(view.draw), PASS)

    world = World(CompiledScenario(loaded(VALLEY)), 3, 0, 8, {"north": rule})
    with pytest.raises(ScenarioError, match=words):
        world.play()


def test_only_what_was_asked_for_can_be_read() -> None:
    world = after_rounds(VALLEY, 1)
    found = world.supposer.suppose([Case()], WAYS[:1])
    with pytest.raises(ValueError, match="nobody asked to look at 'south' toward 'north'"):
        found.chance("south", "north", "words")
    with pytest.raises(ValueError, match="'east' takes no part"):
        found.worth("north", "south", "words", to="east")


def test_beliefs_count_in_what_is_supposed() -> None:
    """What an actor expects of another that it is not sure of goes by what it believes."""
    world = after_rounds("moscow-in-doubt", 2, runs=16)
    ways = [("japan", "russia"), ("russia", "japan")]
    found = world.supposer.suppose([Case()], ways)
    compiled = world.compiled
    for slot, block in compiled.table.blocks:
        way = compiled.layout.directions[slot // 2]
        if way in ways:
            seen = found.expected(*way, TRACKS[slot % 2])[0]
            np.testing.assert_array_equal(seen, world.read("expected")[block])
    other = world.supposer.suppose([Case(state={"actors.japan.audience_cost": 0.9})], ways)
    assert (other.weight(*ways[0], "words") != found.weight(*ways[0], "words")).any()


def test_candidates_of_several_strips_are_weighed_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_module, "_STRIP", 100)
    world = without_flows(after_rounds("northeast-asia-2016", 1, runs=16))
    assert world.plans.own.tables["strips"] > 2
    table, layout = world.compiled.table, world.compiled.layout
    names = [(actor, target, lever) for lever, actor, target in table.keys]
    last = len(names) - 1
    cases = [Case([{names[k]: True}]) for k in (0, last)]
    found = world.supposer.suppose(cases, layout.directions, interests=True)
    for case, k in enumerate((0, last)):
        agree(world, found, case, after(world, [{k: np.ones(16)}]))


@pytest.mark.parametrize("name", ["moscow-in-doubt", "crimea-2014", VALLEY])
@pytest.mark.parametrize("parts", [True, False])
def test_what_lasts_lies_where_it_lies_in_the_world(name: str, parts: bool) -> None:
    compiled = CompiledScenario(loaded(name))
    plans, other = compiled.plans(parts=parts), compiled.by_ways(parts=parts)
    own = plans.own
    assert other.kept == own.kept
    kept = [one for one in own.places if isinstance(own.tables[one], Kept)]
    assert kept
    assert {one: other.places[one] for one in kept} == {one: own.places[one] for one in kept}
    rows = [one for one in own.tables if one.endswith("_row") and one != "glance_row"]
    for one in rows:
        if not isinstance(own.tables[one], int):
            np.testing.assert_array_equal(other.tables[one].array, own.tables[one].array)
