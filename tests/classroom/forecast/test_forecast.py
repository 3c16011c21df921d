"""Forecasts: what futures share with the class, and what is their own."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Literal

import numpy as np
import pytest

from sim.classroom.forecast.forecast import (
    MEDIAN,
    Forecast,
    Futures,
    FuturesTask,
    PlayFutures,
    forecast,
    forecast_work,
)
from sim.classroom.game import log_entries as entries
from sim.classroom.game.course import CLASS_RUN, BranchPoint, Course, rules, world_of
from sim.classroom.game.table import Table
from sim.model.compiled import CompiledScenario
from sim.model.quantiles import uncertain
from sim.model.world import World
from sim.results.dataset import assemble
from sim.scenario.loading import build, load_scenario
from sim.scenario.scenario import Scenario
from sim.simulation.block import recorded, simulate
from sim.statistics.measures import measures
from tests.fixtures.finished_game import foretell
from tests.fixtures.paths import LARGE, VALLEY
from tests.fixtures.scenarios import DUEL, QUARTET, changed
from tests.fixtures.sessions import Log, through

RUNS = 60


@pytest.fixture(scope="module")
def large() -> Scenario:
    return load_scenario(LARGE)


@pytest.fixture
def log() -> Log:
    """Two rounds of the valley are over: north marches, south leaves it at that."""
    log = Log(load_scenario(VALLEY))
    north, south = log.seat("north"), log.seat("south")
    for _ in range(2):
        log.open()
        log.order(north, south="march")
        log.order(south, north=None)
        through(log)
    return log


def futures(table: Table, runs: int = RUNS) -> Futures:
    work, _, at = forecast_work(table, None, runs)
    return work(FuturesTask(at, CLASS_RUN + 1, runs))


def of_now(table: Table, runs: int = RUNS) -> Forecast:
    work, tasks, at = forecast_work(table, None, runs)
    return forecast(work.scenario, at, map(work, tasks))


def together(compiled: CompiledScenario, at: BranchPoint) -> World:
    """Futures at their start, each of which follows the class's course by itself."""
    decisions, answers = rules(compiled, at.course)
    return World(
        compiled,
        at.course.seed,
        CLASS_RUN + 1,
        RUNS,
        decisions,
        answers=answers,
        forced=at.course.forced,
        past=at.past,
        interests=True,
    )


def reported(table: Table) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    found = table.dataset()["reported"].isel(run=0).transpose("round", "outcome").values
    return np.asarray(found, dtype=np.float64)


@pytest.mark.parametrize("document", [QUARTET, None])
def test_from_the_start_it_is_the_models_own_ensemble_in_the_classs_world(
    document: dict[str, object] | None, large: Scenario
) -> None:
    scenario = large if document is None else build(document)
    found = foretell(scenario, BranchPoint(Course(11)), RUNS)
    compiled = CompiledScenario(scenario)
    own = world_of(compiled, Course(11))
    world = {path: np.repeat(own.drawn[path], RUNS) for path in uncertain(scenario)}
    block = simulate(compiled, 11, CLASS_RUN + 1, RUNS, given=world)
    plain = assemble(scenario, block, {})["reported"]
    for name, bands in found.outcomes.items():
        values = plain.sel(outcome=name).values.astype(np.float64)
        item = measures(scenario.description)[name]
        if item.share:
            np.testing.assert_allclose(np.array(bands), [values.mean(axis=0)] * 5)
            continue
        whole = item.whole
        method: Literal["inverted_cdf", "linear"] = "linear"
        if whole:  # of acts there are no halves
            method = "inverted_cdf"
        np.testing.assert_array_equal(
            np.array(bands),
            np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0, method=method),
        )
    assert found.runs == RUNS


def test_all_futures_have_the_past_of_the_class_and_none_the_same_end(log: Log) -> None:
    table = log.table()
    found, over = futures(table), reported(table)
    assert (found.reported[:, :3] == over[None]).all()
    affinity = found.reported[:, :, 0]
    assert np.ptp(affinity[:, 2]) == 0
    assert len(np.unique(affinity[:, 3])) == RUNS  # from the next round on all go their ways
    now = of_now(table)
    assert all(len({level[2] for level in bands}) == 1 for bands in now.outcomes.values())
    assert all(len({level[-1] for level in bands}) > 1 for bands in now.interest.values())


def test_they_go_on_as_if_each_had_followed_the_class_by_itself(log: Log) -> None:
    table, at = log.table(), log.table().branch_point()
    world, found = together(table.compiled, at), futures(table)
    world.play()
    labelled = assemble(table.scenario, recorded(world), {})
    reported = labelled["reported"].transpose("run", "round", "outcome").values
    np.testing.assert_array_equal(found.reported, reported)
    np.testing.assert_array_equal(found.interest, np.moveaxis(world.records.interest, -1, 0))
    np.testing.assert_array_equal(found.watched, labelled["watched"].transpose("run", "watch"))
    assert (found.watched >= 0).any()


def test_after_the_last_round_nothing_is_open_and_the_end_is_the_games() -> None:
    log = Log(load_scenario(VALLEY))
    north, south = log.seat("north"), log.seat("south")
    while log.table().phase != "over":
        log.open()
        log.order(north, south="march")
        log.order(south, north="march")
        through(log)
    found = of_now(log.table())
    ends = reported(log.table())
    for nth, (name, bands) in enumerate(found.outcomes.items()):
        for level in bands:
            assert level == tuple(ends[:, nth])
        assert found.ends[name] == (ends[-1, nth], 0)
    seen = {name: float(name in log.table().watched()) for name in found.events}
    assert found.events == seen
    assert sum(seen.values()) >= 1


def test_what_people_laid_down_is_followed(log: Log) -> None:
    marched, left = (
        futures(log.table()),
        foretell(log.table().scenario, log.table().branch_point(0)),
    )
    tension = list(log.table().scenario.description.outcomes).index("tension")
    assert (marched.reported[:, 2, tension] > left.outcomes["tension"][MEDIAN][2]).all()


def test_events_of_an_open_round_have_happened_and_its_choices_have_not(large: Scenario) -> None:
    log = Log(large, seed=2016)
    log.seat("japan")
    log.open()
    table = log.table()
    work, _, at = forecast_work(table)
    assert at == BranchPoint(table.course, 0, True)
    world = together(table.compiled, at)
    world.deliberate()
    happened = world.happens
    assert (happened == table.world.happens).all()
    assert happened.any()
    assert (np.ptp(world.pick, axis=1) > 0).any()
    # Without the events' own limit, each future would have events of its own.
    alone = replace(at, opened=False)
    other = together(table.compiled, alone)
    other.deliberate()
    assert (other.happens != table.world.happens).any()
    assert isinstance(work, PlayFutures)


def test_choices_that_can_still_be_changed_do_not_show(log: Log) -> None:
    log.open()
    before = of_now(log.table())
    log.order("p0", south="march")
    assert of_now(log.table()) == before
    through(log)
    assert of_now(log.table()) != before


def test_proposals_that_wait_for_an_answer_do_not_show(log: Log) -> None:
    log.open()
    before = log.table().branch_point().digest
    log.order("p0", south="trade")
    log.close()
    assert log.table().phase == "answering"
    assert log.table().branch_point().digest == before


def test_what_is_to_happen_later_is_foreseen_only_once_it_has_happened(log: Log) -> None:
    before = of_now(log.table())
    changes = {"tension of north and south": 0.5}
    log.accept(entries.Injected(at=log.now, table=1, round=3, name="A shot", changes=changes))
    assert of_now(log.table()) == before
    log.open()
    after = of_now(log.table())
    assert after.events["crisis"] > before.events["crisis"] + 0.3


def test_an_event_of_the_scenario_that_is_let_happen_later_does_not_show(large: Scenario) -> None:
    log = Log(large, seed=2016)
    log.seat("japan")
    log.open()
    through(log)
    before = log.table().branch_point().digest
    event = next(name for name in large.description.events if name not in log.table().events(1))
    log.accept(entries.Injected(at=log.now, table=1, round=2, event=event))
    assert log.table().branch_point().digest == before
    log.open()
    assert event in log.table().events(2)
    assert event in log.table().branch_point().course.forced[2]


def test_a_standing_is_told_from_another(log: Log) -> None:
    table = log.table()
    digests = [table.branch_point(played).digest for played in (0, 1, 2)]
    assert len(set(digests)) == 3
    assert table.branch_point().digest == digests[2]
    log.open()
    assert table.branch_point().digest not in digests
    assert table.branch_point(2).digest == digests[2]
    assert table.branch_point(0).digest == BranchPoint(Course(7)).digest


def test_a_forecast_is_plain_data(log: Log) -> None:
    found = of_now(log.table())
    assert found.dates[0] == "2000-01-01"
    assert len(found.dates) == 13
    again = json.loads(json.dumps(asdict(found)))
    assert again["events"] == found.events
    assert list(found.relations) == ["north and south"]


def test_futures_in_pieces_are_the_same_as_together(log: Log) -> None:
    work, _, at = forecast_work(log.table())
    whole = work(FuturesTask(at, 1, 10))
    parts = [work(FuturesTask(at, first, runs)) for first, runs in ((1, 3), (4, 7))]
    for name in ("reported", "interest", "affinity", "watched"):
        joined = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_array_equal(joined, getattr(whole, name))


def test_what_has_happened_is_what_the_class_has_seen() -> None:
    """What all futures come to may still be ahead."""
    watch = {
        "peace": {"name": "peace", "when": {"support of north": {"at_least": 0}}},
        "summit": {"name": "a summit", "lever": "summit"},
    }
    log = Log(build(changed(DUEL, watch=watch)))
    south = log.seat("south")
    before = of_now(log.table())
    log.open()
    log.order(south, north=None)
    through(log)
    after = of_now(log.table())
    assert before.events["peace"] == after.events["peace"] == 1
    assert before.seen == ()
    assert set(after.seen) == set(log.table().watched())
    assert "peace" in after.seen
