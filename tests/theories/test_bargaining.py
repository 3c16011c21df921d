"""Theories of bargaining that play: issues go where they are forecast, by acts that say so."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import sim
from sim.arrays import Bools, Floats, Ints
from sim.model.compiled import CompiledScenario
from sim.model.snapshot import begins_at
from sim.model.world import World
from sim.scenario.phrases import Phrase, parse
from sim.theories.bargaining import BARGAINING
from sim.theories.challenge import power
from sim.theories.compromise import compromise
from sim.theories.positions import Positions, total
from sim.theories.protocol import PASS, Proposal, View
from tests.fixtures.shipped import loaded
from tests.theories.published import emissions, needs_tables, rows
from tests.theories.test_protocol import VALLEY, same

ASIA = "northeast-asia-2016"
NAMES = sorted(BARGAINING)


class Around:
    """An issue whose actors do not change: what a theory is shown of it, for one run."""

    def __init__(self, actors: Positions) -> None:
        self.stances = {"delay": actors.names}
        self.memory: dict[str, Floats] = {}
        self.state = {"issue delay": np.array([5.0])}
        for place, name in enumerate(actors.names):
            self.state[f"position of {name} on delay"] = actors.position[place : place + 1]
            self.state[f"salience of {name} on delay"] = actors.salience[place : place + 1]
            self.state[f"power of {name}"] = actors.power[place : place + 1]


@needs_tables
def test_each_round_of_a_scenario_is_one_of_the_published_rounds() -> None:
    around: Any = Around(emissions())
    theory = BARGAINING["expected_utility"]
    found = [
        theory._forecasts(around, now, 1)["delay"].item() for now in range(1, 10) for _ in (1, 2)
    ]
    assert found[::2] == found[1::2]  # asked again in a round, it has not gone on
    published = [float(row["original_mean_years"]) for row in rows(
        "ec_published_original_median_mean")[1:]]  # fmt: skip
    assert np.abs(np.array(found[::2]) - published).max() < 0.07


def test_what_moves_an_actor_otherwise_comes_on_top_of_what_bargaining_did() -> None:
    names = ("east", "north", "south")
    actors = Positions(names, np.array([60.0, 0, 100]), np.array([0.5, 0.9, 0.4]), np.ones(3))
    around: Any = Around(actors)
    theory = BARGAINING["expected_utility"]
    theory._forecasts(around, 1, 1)
    moved = around.memory["moves on delay"].copy()
    assert np.abs(moved).max() > 1
    around.state["position of east on delay"] = np.array([70.0])
    theory._forecasts(around, 2, 1)
    fresh: Any = Around(Positions(names, np.array([70.0, 0, 100]), actors.salience, actors.power))
    fresh.memory.update({"moves on delay": moved})
    theory._forecasts(fresh, 1, 1)
    assert np.array_equal(fresh.memory["delay"], around.memory["delay"])


class Watched:
    """A theory, with what it saw and did in one run: levers, chances, and how issues stood."""

    def __init__(self, name: str) -> None:
        self.theory = BARGAINING[name]
        self.acts: list[tuple[View | Proposal, Any]] = []

    def choose(self, view: View) -> Ints:
        picked = self.theory.choose(view)
        self.acts.append((view, (picked, nearer_of(view, view.actor))))
        return picked

    def answer(self, proposal: Proposal) -> Bools:
        agreed = self.theory.answer(proposal)
        self.acts.append((proposal, (agreed, nearer_of(proposal, proposal.target))))
        return agreed


def nearer_of(seen: View | Proposal, actor: str) -> list[float]:
    """The same for the first run, one number at a time, with the compromise as forecast."""
    state, found = seen.state, [0.0] * len(seen.levers)
    for issue, names in seen.around.stances.items():
        if actor not in names:
            continue
        here, change = state[f"issue {issue}"][0], seen.around.change(f"issue {issue}")
        weight = {
            name: state[f"power of {name}"][0] * state[f"salience of {name} on {issue}"][0]
            for name in names
        }
        wanted = [weight[name] * state[f"position of {name} on {issue}"][0] for name in names]
        goal = sum(wanted) / sum(weight.values())
        minds = state[f"salience of {actor} on {issue}"][0]
        for place in range(len(found)):
            gain = abs(here - goal) - abs(here + change[place, 0] - goal)
            found[place] += minds * gain
    return found


def test_acts_and_answers_bring_issues_nearer_to_the_forecast() -> None:
    watched = Watched("compromise")
    scenario = sim.load_scenario(ASIA, overrides=[("calendar.rounds", "6")])
    sim.run(scenario, runs=3, seed=5, theories=watched)
    kinds: dict[str, int] = {"nearest": 0, "none": 0, "yes": 0, "no": 0}
    for seen, (found, nearer) in watched.acts:
        if isinstance(seen, View):
            worth = [
                chance * gain if is_open else -np.inf
                for chance, gain, is_open in zip(
                    seen.chance[:, 0], nearer, seen.open[:, 0], strict=True
                )
            ]
            if max(worth) > 1e-9:
                kinds["nearest"] += 1
                assert worth[found[0]] == pytest.approx(max(worth), rel=1e-9)
            elif found[0] != PASS:
                kinds["none"] += 1
                assert nearer[found[0]] > -1e-9
        elif seen.asks[0] and abs(nearer[seen.picked[0]]) > 1e-9:
            kinds["yes" if found[0] else "no"] += 1
            assert found[0] == (nearer[seen.picked[0]] > 0)
    assert min(kinds.values()) > 0, kinds


@pytest.mark.parametrize("name", NAMES)
def test_where_no_issue_matters_it_is_the_built_in_theory(name: str) -> None:
    nothing = [(f"issues.valley.stances.{one}.salience", "0") for one in ("north", "south")]
    scenario = sim.load_scenario(VALLEY, overrides=nothing)
    assert same(
        sim.run(scenario, runs=60, seed=3), sim.run(scenario, runs=60, seed=3, theories=name)
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_the_same_whatever_runs_stand_beside_it(name: str) -> None:
    scenario = sim.load_scenario(ASIA, overrides=[("calendar.rounds", "5")])
    whole = sim.run(scenario, runs=24, seed=3, theories=name).data
    part = sim.run(scenario, runs=1, first=19, seed=3, theories=name).data
    assert np.array_equal(part["choice"].values, whole["choice"].sel(run=part["run"]).values)


@pytest.mark.parametrize("name", NAMES)
def test_runs_whose_numbers_break_down_do_not_disturb_the_others(name: str) -> None:
    compiled, theory = CompiledScenario(loaded(VALLEY)), BARGAINING[name]
    found = []
    for broken in (False, True):
        odd = np.arange(9) % 2 == 1
        wanted = np.where(odd & broken, np.nan, 100.0)
        world = World(
            compiled, 3, 0, 9, dict.fromkeys(("north", "south"), theory.choose),
            answers=dict.fromkeys(("north", "south"), theory.answer),
            given={"issues.valley.stances.south.position": wanted},
        )  # fmt: skip
        world.play()
        found.append(world.records)
    whole, part = found
    assert sorted(part.reasons) == [1, 3, 5, 7]
    assert not whole.reasons
    assert np.array_equal(whole.choice[..., ::2], part.choice[..., ::2])


def test_issues_end_nearer_to_the_forecast_than_by_the_built_in_theory() -> None:
    scenario = loaded(ASIA)
    described = scenario.description
    goals = {}
    for issue in ("islands", "far_east"):
        names = tuple(sorted(described.issues[issue].stances))
        numbers = [
            np.array([begins_at(_phrase(text.format(name, issue)), described) for name in names])
            for text in ("position of {} on {}", "salience of {} on {}", "power of {}")
        ]
        goals[issue] = float(compromise(Positions(names, *numbers)))
    apart = {}
    for name in ("quantal", "compromise"):
        end = sim.run(scenario, runs=60, seed=4, theories=name).data["reported"].isel(round=-1)
        apart[name] = sum(
            abs(float(end.sel(outcome=issue).mean()) - goal) for issue, goal in goals.items()
        )
    assert apart["compromise"] < apart["quantal"] / 2


def _phrase(text: str) -> Phrase:
    found = parse(text)
    assert found is not None
    return found


def test_powers_are_those_of_the_library_and_sums_do_not_depend_on_the_runs_beside() -> None:
    random = np.random.Generator(np.random.Philox(3))
    base, exponent = random.random((50, 40)), 0.5 + 1.5 * random.random((50, 1))
    assert np.allclose(power(base, exponent), base**exponent, rtol=1e-14, atol=0)
    assert np.array_equal(power(np.array([0.0, 1.0]), 0.7), [0, 1])
    many = random.random((17, 40)) / 3
    assert np.array_equal(total(many)[:1], total(many[:, :1]))


DIGEST = """
import hashlib
import numpy as np
from sim.theories.challenge import power
random = np.random.Generator(np.random.Philox(1))
base, exponent = random.random(20_000), 0.5 + 1.5 * random.random(20_000)
print(hashlib.sha256(power(base, exponent).tobytes()).hexdigest())
print(hashlib.sha256((base**exponent).tobytes()).hexdigest())
"""


def test_powers_have_the_same_bits_on_other_processors() -> None:
    package = "numpy._core" if np.__version__ >= "2" else "numpy.core"
    core = import_module(f"{package}._multiarray_umath")
    fast = [name for name in core.__cpu_dispatch__ if core.__cpu_features__[name]]
    if not fast:
        pytest.skip("this processor has nothing that NumPy could do without")
    found = []
    for off in ("", " ".join(fast)):
        surroundings = {**os.environ, "NPY_DISABLE_CPU_FEATURES": off}
        words = [sys.executable, "-W", "ignore", "-c", DIGEST]
        done = subprocess.run(words, env=surroundings, capture_output=True, text=True, check=True)
        found.append(done.stdout.split())
    (ours, library), (ours_there, library_there) = found
    assert ours == ours_there
    if any(name.startswith(("AVX512", "X86_V4")) for name in fast):
        assert library != library_there  # so that the test would see it
