"""What the text reads and writes: rows that are there, and of a run that is over none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.random import Generator, default_rng

from sim.arrays import Bools, Floats
from sim.model import native, vectors
from sim.model.compiled import CompiledScenario
from sim.model.conditions import check_choices, check_conditions
from sim.model.events import apply_events, observe
from sim.model.look import look
from sim.model.record import Model
from sim.model.resolve import drift, react, resolve
from sim.model.world import World
from sim.scenario.conditions import Condition
from sim.scenario.lookup import OPEN, OVERDUE
from sim.scenario.phrases import Phrase, expand, parse
from sim.scenario.scenario import Scenario
from tests.fixtures.bare_record import bare
from tests.fixtures.strategies import scenarios

LANES = 8
generators = st.integers(0, 2**32).map(default_rng)
drawn = st.booleans().flatmap(lambda lasting: scenarios(lasting=lasting))
quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to count rows from the end, and numbers beyond the end of a flat table."""

    def guarded(kind: type[Any], name: str) -> None:
        plain = getattr(kind, name)

        def checked(self: Any, row: int, *values: Any) -> Any:
            assert 0 <= row < len(self), (row, len(self))
            return plain(self, row, *values)

        monkeypatch.setattr(kind, name, checked)

    for kind, name in (
        (vectors.Rows, "__getitem__"),
        (vectors.Rows, "__setitem__"),
        (vectors.Index, "__getitem__"),
        (vectors.Numbers, "__getitem__"),
    ):
        guarded(kind, name)
    monkeypatch.setattr(native, "sections", lambda wait=False: None)


@quick
@given(scenario=drawn, seed=st.integers(0, 2**32), parts=st.booleans())
def test_compiled_nothing_looks_whether_a_row_is_there_and_each_is(
    strict: None, scenario: Scenario, seed: int, parts: bool
) -> None:
    world = World(CompiledScenario(scenario), seed, 0, 3, parts=parts)
    if parts:
        for _ in range(scenario.description.calendar.rounds):
            world.step()
    else:
        world.play()


# --- a run that is over ---

KEPT = ("x", "baseline", "status", "begun", "due", "patience", "changed", "ever_happened")


@quick
@given(scenario=drawn, chance=generators, now=st.integers(1, 6))
def test_a_run_that_is_over_stays_as_it_was(
    scenario: Scenario, chance: Generator, now: int
) -> None:
    now = min(now, scenario.description.calendar.rounds)
    m = bare(CompiledScenario(scenario), LANES, chance, now)
    over = m.going.array[0] == 0
    m.accepted.array[:, over] = 0
    m.pick.array[:] = -1
    kept = {name: getattr(m, name).array[:, over].copy() for name in KEPT}
    promised = m.promise_status.array[:, over].copy()
    with np.errstate(all="ignore"):
        apply_events(m, 0, now)
        look(m)
        resolve(m)
        react(m, now)
        drift(m, 0, now)
        observe(m, now)
    for name, before in kept.items():
        assert np.array_equal(getattr(m, name).array[:, over], before), name
    assert not m.happens.array[:, over].any()
    assert not m.observed.array[:, over].any()
    # What was kept or broken in its last round is so no more; what was open stays open.
    stands = np.where(promised == OVERDUE, OVERDUE, OPEN)
    wanted = np.where(kept["due"] == 0, 0, stands)
    assert np.array_equal(m.promise_status.array[:, over], wanted)


# --- conditions ---


@quick
@given(scenario=drawn, chance=generators, now=st.integers(1, 6))
def test_a_group_holds_where_each_of_its_conditions_does(
    scenario: Scenario, chance: Generator, now: int
) -> None:
    compiled = CompiledScenario(scenario)
    m = bare(compiled, LANES, chance, now)
    check_conditions(m, 0, m.conditions, 0, m.groups, now, now)
    check_choices(m, 0, m.choices)
    description, nobody = scenario.description, compiled.layout.actors[0]
    groups: list[tuple[int, Mapping[str, Condition], list[str]]] = [
        (number, description.levers[name].requires, [actor, target])
        for number, (name, actor, target) in enumerate(compiled.keys)
    ]
    for first, parts in (
        (m.event_groups, description.events), (m.watch_groups, description.watch)
    ):  # fmt: skip
        groups += [
            (first + number, parts[name].when, [nobody, nobody])
            for number, name in enumerate(sorted(parts))
        ]
    for number, stated, way in groups:
        wanted = _all_hold(m, compiled, stated, way, now)
        assert m.holds.array[number].tolist() == wanted.tolist(), stated


def _all_hold(
    m: Model, compiled: CompiledScenario, stated: Mapping[str, Condition], way: list[str], now: int
) -> Bools:
    """Where all conditions hold, and of choices one or none."""
    wanted = np.ones(LANES, dtype=bool)
    for text, ends in stated.items():
        if isinstance(ends, tuple):
            ways = [_all_hold(m, compiled, table, way, now) for table in ends]
            wanted &= np.any(ways, axis=0) ^ (text == "none_of")
            continue
        phrase = parse(text)
        assert phrase is not None
        for one in expand(phrase, way[0], way[1], compiled.layout.actors):
            found = _told(m, compiled, one, way, now)
            if ends.at_least is not None:
                wanted &= found >= ends.at_least.value
            if ends.at_most is not None:
                wanted &= found <= ends.at_most.value
    return wanted


def _told(m: Model, compiled: CompiledScenario, phrase: Phrase, way: list[str], now: int) -> Floats:
    """A quantity as the state has it, found by its name alone."""
    layout, (name, *between) = compiled.layout, phrase.names
    never = np.full(LANES, 1e6 + now)
    if phrase.kind == "since":
        k = compiled.keys.get((name, way[0], way[1]))
        return never if k is None else now - m.last.array[k]
    if phrase.kind == "gap":
        one, other = (m.x.array[layout.names.index(f"position of {a} on {name}")] for a in way)
        return np.abs(one - other)
    if phrase.kind in ("in_force", "in_force_by", "begun", "begun_by"):
        held = [
            n
            for n, one in enumerate(layout.instances)
            if one.name == name and one.concerns(between[0], between[1])
        ]
        if phrase.kind.startswith("in_force"):
            return (m.status.array[held[0]] == 1) * 1.0 if held else np.zeros(LANES)
        return now - m.begun.array[held[0]] if held else never
    # Names of what is symmetric may stand the other way round.
    rows = {(p.kind, p.names): n for n, p in enumerate(layout.phrases)}
    row = rows.get((phrase.kind, phrase.names), rows.get((phrase.kind, phrase.names[::-1])))
    assert row is not None
    return m.x.array[row]
