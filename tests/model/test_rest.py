"""Ordinary times are at rest: what usual acts bring is taken off again, and only more moves."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from sim.arrays import Floats
from sim.model.choice import find_slopes
from sim.model.compiled import CompiledDescription, CompiledScenario
from sim.model.interests import counted
from sim.model.snapshot import Snapshot
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.phrases import Kind, parse
from tests.fixtures.scenarios import DUEL, QUARTET, QUIET, Document, changed, plain, scenario

RUNS = 6000
RESTING: tuple[Kind, ...] = ("affinity", "tension", "ties", "support")
UNMOVED = {"rationality": 0, "sentiment": 0, "heat": 0}
STILL = dict.fromkeys(("affinity", "tension", "commitment", "ties", "support"), 0)


def free(**parts: object) -> Document:
    """The quartet with nothing that keeps its acts from being as frequent as usual."""
    document = plain(changed(QUARTET, coefficients__noise=STILL, **parts))
    for part in ("events", "watch", "stop", "history"):
        document.pop(part)
    for actor in document["actors"].values():
        actor.pop("attention", None)
        actor.pop("power_growth", None)
    for lever in document["levers"].values():
        lever.pop("requires", None)
    document["coefficients"] |= UNMOVED
    return document


def after(document: Document, rounds: int, runs: int = RUNS) -> tuple[World, np.ndarray]:
    """A world some rounds on, and how far each moving row has come, ``(rows, runs)``."""
    world = World(CompiledScenario(build(document)), 11, 0, runs)
    moving = world.compiled.layout.moving
    before = world.x[moving].copy()
    for _ in range(rounds):
        world.step()
    return world, world.x[moving] - before


def row_of(world: World, text: str) -> int:
    phrase = parse(text)
    assert phrase is not None
    return world.compiled.layout.row(phrase)


def inside(world: World, kind: Kind) -> np.ndarray:
    """Rows of a kind that start where the end of the range does not cut off what falls."""
    layout = world.compiled.layout
    rows = np.arange(len(layout.phrases))[layout.rows(kind)]
    return rows[world.baseline[rows].min(axis=1) > layout.low[rows, 0] + 0.05]


@pytest.mark.parametrize("kind", RESTING)
def test_nothing_moves_in_expectation_where_conduct_is_usual(kind: Kind) -> None:
    world, moved = after(free(), 1)
    found = moved[inside(world, kind)]
    error = found.std(axis=1) / RUNS**0.5
    assert (error > 0).sum() >= 3
    assert (np.abs(found.mean(axis=1)) < 4 * error + 1e-12).all()


def test_nothing_drifts_away_over_the_years_either() -> None:
    document = free(calendar__rounds=16)
    for lever in document["levers"].values():
        # Issues and pledges are built by acts, and change what the next act is worth.
        kept = lever["effects"].items()
        lever["effects"] = {q: x for q, x in kept if not q.startswith(("issue", "commitment"))}
    world, moved = after(document, 16, 2000)
    for kind in RESTING:
        found = moved[inside(world, kind)]
        error = found.std(axis=1) / 2000**0.5
        assert (np.abs(found.mean(axis=1)) < 0.01 + 4 * error).all(), kind


def test_pledges_and_issues_are_what_acts_build() -> None:
    world, moved = after(free(levers__treaty__once=False), 1)
    layout = world.compiled.layout
    assert moved[layout.at("commitment", "west", "ally")].mean() > 0.001
    assert moved[layout.at("issue", "tariffs")].mean() > 1


def test_structural_balance_is_at_rest_where_the_base_begins() -> None:
    base = changed(
        QUIET,
        coefficients__balance=0.1,
        actors__third={"name": "Third", "power": 0.1},
        relations={
            "north and south": {"affinity": -0.2},
            "north and third": {"affinity": 0.4},
            "south and third": {"affinity": 0.5},
        },
    )
    assert after(base, 1, 1)[1] == pytest.approx(0)
    closer = copy.deepcopy(base)
    closer["relations"]["north and third"]["affinity"] = 0.8
    moved = World(CompiledScenario(scenario(closer, base)), 11)
    moved.step()
    there = moved.compiled.layout.at("affinity", "north", "south")
    by_hand = -0.2 + 0.1 * (1 - 0.04) * 0.5 * (0.8 - 0.4)
    assert moved.x[there, 0] == pytest.approx(by_hand)


def test_a_lever_starts_as_worn_as_its_usual_use_keeps_it() -> None:
    document = free(calendar__rounds=40)
    world, _ = after(document, 40, 2000)
    expected = world.read("usual_worn")[:, 0]
    assert world.read("worn").mean(axis=1) == pytest.approx(expected, abs=0.02)
    assert expected.max() > 0.1
    assert expected[[k for k, c in enumerate(world.compiled.table.rows) if c.lever.once]] == (
        pytest.approx(0)
    )


@pytest.mark.parametrize("kind", ["support", "prosperity"])
def test_what_counts_for_less_the_more_there_is_has_slope_1_in_ordinary_times(kind: str) -> None:
    usual = np.array([0.05, 0.4, 0.9])
    seen = Snapshot(CompiledDescription(build(DUEL).description), lanes=3)
    seen.read(f"usual_{kind}")[:] = usual

    def count(level: Floats) -> Floats:
        """As the text has it that weighs an effect of a candidate on the quantity."""
        return counted(seen.record, level, getattr(seen.record, f"usual_{kind}")[0])

    step = 1e-6
    assert count(usual) == pytest.approx(0)
    assert (count(usual + step) - count(usual - step)) / (2 * step) == pytest.approx(1)
    assert (count(usual + 0.1) + count(usual - 0.05) < 0.05).all()


def test_a_little_more_support_counts_for_more_the_less_there_is() -> None:
    seen = Snapshot(CompiledDescription(build(DUEL).description), lanes=3)
    seen.read("usual_support")[:] = usual = np.array([0.05, 0.4, 0.9])
    for share, least, most in ((1, 1, 1), (0.5, 1.1, 3)):
        seen.read("x")[seen.record.row_support] = share * usual
        find_slopes(seen.record)
        slope = seen.read("slope_of_support")[0]
        assert slope.min() >= least - 1e-12
        assert slope.max() <= most + 1e-12


def test_support_falls_in_full_and_rises_less_and_less() -> None:
    document = changed(DUEL, levers__rebuke__effects={"support of target": -0.15})
    document["levers"]["cheer"] = {
        "name": "cheer", "usual": 0.1, "effects": {"support of target": 0.1}, "goldstein": 1,
    }  # fmt: skip
    world = World(CompiledScenario(build(document)), 1)
    layout, table, keys = world.compiled.layout, world.compiled.table, world.compiled.keys
    for support, fall, rise in ((0.4, -0.15, 0.1), (0.2, -0.15, 0.1), (0.05, -0.05, 0.1),
                                (0.0, 0.0, 0.1), (0.9, -0.15, 0.02)):  # fmt: skip
        world.x[layout.at("support", "south")] = support
        world.read("worn")[:] = 0
        world.open_round()
        for name, expected in (("rebuke", fall), ("cheer", rise)):
            (effect,) = np.flatnonzero(
                (table.effect_candidate == keys[name, "north", "south"])
                & (table.effect_row == layout.at("support", "south"))
            )
            assert world.read("change")[effect, 0] == pytest.approx(expected), (support, name)
        assert np.isfinite(world.read("value")).all()


def test_a_trend_moves_the_baseline_along_and_is_damped() -> None:
    document = changed(
        QUIET,
        coefficients__trend_damping=0.8,
        actors__north__power_growth=0.01,
        actors__north__support_trend=-0.02,
        issues__border__trend=2,
        issues__border__reversion=0.3,
    )
    document["relations"]["north and south"] |= {"affinity_trend": 0.03, "tension_trend": 0.02}
    document["relations"]["north to south"] |= {"ties_trend": -0.01, "commitment_trend": 0.04}
    world, moved = after(document, 6, 1)
    layout = world.compiled.layout
    grown = sum(0.8**t for t in range(6))
    for text, trend in {
        "power of north": 0.01,
        "support of north": -0.02,
        "issue border": 2,
        "affinity of north and south": 0.03,
        "tension of north and south": 0.02,
        "ties of north to south": -0.01,
        "commitment of north to south": 0.04,
    }.items():
        row = row_of(world, text)
        assert moved[row, 0] == pytest.approx(trend * grown), text
        assert world.baseline[row, 0] == pytest.approx(world.x[row, 0]), text
    assert moved[layout.at("support", "south"), 0] == 0


def test_an_actor_that_the_base_lacks_has_its_own_start_for_ordinary_times() -> None:
    larger = changed(DUEL, coefficients__noise=STILL, actors__east={"name": "East", "power": 0.3})
    larger["relations"]["east and north"] = {"affinity": 0.6, "tension": 0.2}
    larger["relations"]["east to north"] = {"ties": 0.5}
    base = changed(DUEL, coefficients__noise=STILL)
    world = World(CompiledScenario(scenario(larger, base)), 5, 0, RUNS)
    world.open_round()
    for slot, block in world.compiled.table.blocks:
        (actor, target), _ = world.compiled.slots[slot]
        usual = [0.15, 0.1]  # rebuke, summit
        if "east" in (actor, target):
            weight = world.view(slot, block).weight[:, 0]
            assert weight / weight.sum() == pytest.approx([1 - sum(usual), *usual])

    blind = larger | {"coefficients": larger["coefficients"] | UNMOVED}
    world = World(CompiledScenario(scenario(blind, base)), 5, 0, RUNS)
    before = world.x.copy()
    world.step()
    for text in ("affinity of east and north", "tension of east and north", "support of east"):
        moved = (world.x - before)[row_of(world, text)]
        assert moved.std() > 0
        assert abs(moved.mean()) < 4 * moved.std() / RUNS**0.5, text


def test_noise_counts_where_its_central_value_is_nothing_and_where_it_is_given() -> None:
    spread = {"value": 0, "spread": {"uniform": [0, 0.1]}}
    document = changed(QUIET, coefficients__noise={**STILL, "tension": spread})
    told = {}
    for name, given in (("drawn", {}), ("given", {"coefficients.noise.support": np.full(9, 0.1)})):
        world = World(CompiledScenario(build(document)), 3, 0, 9, given=given)
        before = world.x.copy()
        world.step()
        told[name] = (world.x != before).all(axis=1)
    moved = {
        text: row_of(world, text) for text in ("tension of north and south", "support of north")
    }
    tension, support = moved.values()
    assert told["drawn"][tension]
    assert not told["drawn"][support]
    assert told["given"][tension]
    assert told["given"][support]
