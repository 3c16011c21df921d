"""The array engine and the scalar oracle make the same choices in every run."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.arrays import Bools, Floats
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.loading import build, load_scenario
from sim.scenario.lookup import instances, promises
from sim.scenario.phrases import Phrase
from sim.scenario.scenario import Scenario
from tests.fixtures import scenarios as samples
from tests.fixtures.doubting import OF_SOUTH, doubtful, doubting
from tests.fixtures.paths import SHIPPED
from tests.fixtures.strategies import crossing, scenarios
from tests.oracle.history import WANTS, History
from tests.oracle.model import OracleWorld
from tests.oracle.rules import TRACKS


def agree(scenario: Scenario, seed: int, runs: int, rounds: int | None = None) -> None:
    """Run both and compare every look, choice, consent, event and quantity, to 1e-9."""
    compiled = CompiledScenario(scenario)
    world = World(compiled, seed, 0, runs)
    last = rounds or scenario.description.calendar.rounds
    states, looks = [world.x.copy()], []
    for _ in range(last):
        world.step()
        states.append(world.x.copy())
        looks.append((world.open, world.read("expected").copy(), world.read("agree").copy()))
    for run in range(runs):
        oracle = OracleWorld(scenario, seed, run)
        history = oracle.history
        _same_memory(world, history, 0, run)
        _same_beliefs(world, history, 0, run)
        _same_state(compiled, states[0][:, run], history, 0)
        for t, (opened, worth, chance) in enumerate(looks, start=1):
            over = history.stopped_round is not None
            oracle.advance()
            if not over:
                _same_look(compiled, opened[:, run], worth[:, run], chance[:, run], oracle)
            _same_conduct(world, history, t, run)
            _same_memory(world, history, t, run)
            _same_beliefs(world, history, t, run)
            _same_state(compiled, states[t][:, run], history, t)
        for number, name in enumerate(compiled.watches.names):
            first = int(world.records.watched[number, run])
            assert (first if first >= 0 else None) == history.watched[name]
        stopped = int(world.records.stopped[run])
        assert (stopped if stopped >= 0 else None) == history.stopped_round


def _same_look(
    compiled: CompiledScenario,
    opened: Bools,
    worth: Floats,
    agree: Floats,
    oracle: OracleWorld,
) -> None:
    """What is open, and what each is worth and how likely it is agreed to."""
    for move, k in compiled.keys.items():
        assert opened[k] == (move in oracle.open), (oracle.round, move)
        if move in oracle.open:
            score, here = oracle.scored[move], (oracle.round, move)
            assert worth[k] == pytest.approx(score.worth, abs=1e-9), here
            assert agree[k] == pytest.approx(score.agree, abs=1e-9), here


def _same_state(
    compiled: CompiledScenario, x: np.ndarray[Any, Any], history: History, t: int
) -> None:
    for row, phrase in enumerate(compiled.layout.phrases):
        assert x[row] == pytest.approx(_told(history, phrase, t), abs=1e-9), (t, str(phrase))


def _told(history: History, phrase: Phrase, t: int) -> float:
    """What the oracle tells of a quantity."""
    if phrase.kind in ("in_force", "in_force_by"):
        (status,) = (
            status
            for held, status in history.status[t].items()
            if held.name == phrase.names[0] and held.parties[:2] == phrase.names[1:]
        )
        return float(status == 1)
    if phrase.kind in WANTS:
        return history.wants[t][phrase.kind, *phrase.names]
    kept = getattr(history, "issues" if phrase.kind == "issue" else phrase.kind)[t]
    found: float = kept[phrase.names if len(phrase.names) == 2 else phrase.names[0]]
    return found


def _same_memory(world: World, history: History, t: int, run: int) -> None:
    """What is in force and what became of promises, round by round."""
    held = instances(world.compiled.description)
    told = [(one.name, one.parties, one.one_sided) for one in held]
    assert told == list(history.status[t])
    assert world.records.status[t, :, run].tolist() == list(history.status[t].values()), t
    made = [(one.lever, one.actor, one.target) for one in promises(world.compiled.description)]
    assert made == list(history.promised[t])
    assert world.records.promised[t, :, run].tolist() == list(history.promised[t].values()), t


def _same_beliefs(world: World, history: History, t: int, run: int) -> None:
    told = [number for one in history.believed[t] for number in one]
    assert world.records.belief[t, :, run] == pytest.approx(told, abs=1e-6), t


def _same_conduct(world: World, history: History, t: int, run: int) -> None:
    levers = sorted(world.compiled.description.levers)
    ways = itertools.product(enumerate(world.compiled.layout.directions), enumerate(TRACKS))
    for (row, direction), (place, track) in ways:
        way = (*direction, track)
        number = int(world.records.choice[t, row, place, run])
        chosen = levers[number] if number >= 0 else None
        assert chosen == history.choice[t][way], (t, way)
        accepted = bool(world.records.accepted[t, row, place, run])
        assert accepted == bool(history.accepted[t][way]), (t, way)
    happened = {
        name
        for number, name in enumerate(world.compiled.events.names)
        if world.records.happened[t, number, run]
    }
    assert happened == history.events[t]


@pytest.mark.parametrize("name", ["DUEL", "QUIET", "QUARTET"])
def test_oracle_and_engine_agree_on_the_samples(name: str) -> None:
    agree(build(getattr(samples, name)), seed=7, runs=20)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"beliefs__of_south__of": "audience cost of south", "calendar__rounds": 4},
        {"beliefs__of_north": {**OF_SOUTH, "name": "how much the north minds it", "by": "south",
                               "of": "salience of north on border", "mean": 0.9}},
        {"actors__south__attention": 1},
        {"events__calm": {"name": "a calm year", "on": "2017-01-15",
                          "changes": {"salience of south on border": {"by": -0.3}}}},
        {"actors__south__government": {"hazard": 0.5, "successor": {
            "saliences": {"border": {"value": 0.5, "spread": {"uniform": [0.1, 0.9]}}}}}},
    ],
    ids=["salience", "resolve", "of one another", "attention", "event", "government"],
)  # fmt: skip
def test_oracle_and_engine_agree_on_beliefs(parts: dict[str, Any]) -> None:
    agree(build(doubting(**parts)), seed=7, runs=4)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(scenario=doubtful(lasting=True), seed=st.integers(0, 2**32))
def test_oracle_and_engine_agree_where_anybody_doubts(scenario: Scenario, seed: int) -> None:
    agree(scenario, seed, runs=2)


@settings(max_examples=60)
@given(scenario=scenarios(), seed=st.integers(0, 2**32))
def test_oracle_and_engine_agree_on_any_scenario(scenario: Scenario, seed: int) -> None:
    agree(scenario, seed, runs=3)


@settings(max_examples=60)
@given(scenario=scenarios(lasting=True), seed=st.integers(0, 2**32))
def test_oracle_and_engine_agree_where_much_lasts(scenario: Scenario, seed: int) -> None:
    agree(scenario, seed, runs=3)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(scenario=crossing(), seed=st.integers(0, 2**32))
def test_oracle_and_engine_agree_where_proposals_cross(scenario: Scenario, seed: int) -> None:
    agree(scenario, seed, runs=3)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_oracle_and_engine_agree_on_every_shipped_scenario(path: Path) -> None:
    agree(load_scenario(path), seed=2016, runs=2)
