"""What two can do only once they do once, also where both would do it in one round."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.model.compiled import CompiledScenario
from sim.model.draws import Past
from sim.model.world import World
from sim.scenario.cameo import TRACKS
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.theories.protocol import PASS
from tests.fixtures.scenarios import DUEL, Document, changed
from tests.fixtures.strategies import crossing

EAGER = changed(
    DUEL,
    levers__summit__usual=0.6,
    levers__summit__consent=0.9,
    levers__summit__once=True,
    levers__rebuke__usual=0.01,
    coefficients={"rationality": 0},
    calendar__rounds=2,
)
"""Both keep asking the other for a summit, and mostly agree."""
RUNS = 4000
WORDS = TRACKS.index("words")


def played(document: Document, runs: int = RUNS, rounds: int = 1, seed: int = 7) -> World:
    world = World(CompiledScenario(build(document)), seed, 0, runs)
    for _ in range(rounds):
        world.step()
    return world


def summits(world: World, round: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each of the two proposed a summit, and where it took effect, ``(2, runs)``."""
    records = world.records
    number = sorted(world.compiled.description.levers).index("summit")
    proposed = records.choice[round, :, WORDS] == number
    return proposed, proposed & records.accepted[round, :, WORDS]


def test_two_who_ask_each_other_do_it_once() -> None:
    proposed, done = summits(played(EAGER), 1)
    both = proposed.all(axis=0)
    assert both.sum() > RUNS / 4
    assert done.sum(axis=0).max() == 1
    # With consents of 0.9, one takes effect in 99 of 100 crossings.
    assert done[:, both].any(axis=0).mean() == pytest.approx(0.99, abs=0.01)


def test_whose_it_is_owes_nothing_to_names_or_places() -> None:
    proposed, done = summits(played(EAGER), 1)
    crossed = done[:, proposed.all(axis=0)]
    assert crossed[0].sum() / crossed.sum() == pytest.approx(0.5, abs=0.04)


def test_one_that_asks_nobody_takes_the_place_of_one_that_asks_in_half_the_cases() -> None:
    """The rule looks at what would take effect, not at how."""
    proposed, done = summits(
        played(changed(EAGER, levers__summit__consent={"north to south": 0.9})), 1
    )
    crossed = done[:, proposed.all(axis=0)]
    assert crossed.sum(axis=0).tolist() == [1] * crossed.shape[1]
    assert crossed[0].mean() == pytest.approx(0.45, abs=0.04)


def test_the_effect_is_that_of_one_and_the_other_has_not_used_it() -> None:
    still = changed(
        EAGER,
        coefficients={
            "rationality": 0,
            "noise": dict.fromkeys(("affinity", "tension", "commitment", "ties", "support"), 0),
        },
        levers__summit__cost=0,
    )
    world = played(still)
    proposed, done = summits(world, 1)
    rows = world.compiled.layout.rows("affinity")
    both, alone = done.any(axis=0) & proposed.all(axis=0), done.any(axis=0) & ~proposed.all(axis=0)
    quiet = (world.records.choice[1] != PASS).sum(axis=(0, 1)) == proposed.sum(axis=0)
    affinity = world.x[rows][0]
    assert affinity[both] == pytest.approx(affinity[alone & quiet][0])
    used = (world.read("last") == 1)[world.compiled.table.once]
    assert used.sum(axis=0).max() == 1
    assert (world.read("worn")[world.compiled.table.once] > 0).sum(axis=0).max() == 1


def test_both_pay_what_asking_costs() -> None:
    world = played(changed(EAGER, levers__summit__cost=0.05))
    free = played(changed(EAGER, levers__summit__cost=0))
    proposed, _ = summits(world, 1)
    support = world.compiled.layout.rows("support")
    both = proposed.all(axis=0)
    assert (world.x[support][:, both] < free.x[support][:, both]).all()


def test_it_is_closed_to_both_from_then_on() -> None:
    world = played(EAGER, rounds=2)
    done = summits(world, 1)[1].any(axis=0)
    assert not summits(world, 2)[0][:, done].any()
    assert summits(world, 2)[0][:, ~done].any()


def test_a_lever_of_one_side_meets_nothing() -> None:
    world = played(changed(EAGER, levers__summit__usual={"north to south": 0.6}))
    assert world.plans.own.tables["crossings"] == 0
    assert summits(world, 1)[1][0].any()


def test_what_is_not_once_crosses_as_before() -> None:
    _, done = summits(played(changed(EAGER, levers__summit__once=False)), 1)
    assert done.all(axis=0).any()


def test_futures_of_a_run_share_whose_it_was() -> None:
    compiled = CompiledScenario(build(EAGER))
    whole = World(compiled, 7, 0, 64)
    whole.step()
    run = int(np.flatnonzero(summits(whole, 1)[0].all(axis=0))[0])
    futures = World(compiled, 7, 0, 64, past=Past(run, 2))
    futures.step()
    assert (futures.records.accepted[1] == whole.records.accepted[1, ..., run : run + 1]).all()


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(scenario=crossing(), seed=st.integers(0, 2**32))
def test_no_pair_does_it_twice_whatever_happens(scenario: Scenario, seed: int) -> None:
    compiled = CompiledScenario(scenario)
    world = World(compiled, seed, 0, 20)
    for _ in range(scenario.description.calendar.rounds):
        world.step()
    levers, layout = sorted(scenario.description.levers), compiled.layout
    choice, accepted = world.records.choice, world.records.accepted
    for name, lever in scenario.description.levers.items():
        used = accepted & (choice == levers.index(name))
        for a, b in layout.pairs:
            ways = [layout.direction(a, b), layout.direction(b, a)]
            if lever.once:
                assert used[:, ways].sum(axis=(0, 1, 2)).max() <= 1
