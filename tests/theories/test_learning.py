"""Learning comes to what is published of it, and counts what was done in the runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.arrays import Bools, Floats, Ints
from sim.theories.experience_weighted_attraction import ExperienceWeightedAttraction
from sim.theories.fictitious_play import FictitiousPlay, expectation
from sim.theories.protocol import PASS, View
from tests.theories.test_protocol import VALLEY, same

TRACKS: Any = ("words", "deeds")
shares = st.floats(0, 1)


def history(seed: int, options: int = 4, others: int = 3) -> tuple[Floats, Ints, Ints]:
    """A table of payoffs, and what both did in some rounds."""
    source = np.random.default_rng(seed)
    table = source.normal(size=(options, others))
    return table, source.integers(options, size=12), source.integers(others, size=12)


@given(phi=shares, seed=st.integers(0, 2**32))
def test_with_full_hypothetical_payoffs_it_is_weighted_fictitious_play(
    phi: float, seed: int
) -> None:
    """Camerer and Ho: attractions are then expected payoffs by beliefs that fade by phi."""
    table, own, other = history(seed)
    theory = ExperienceWeightedAttraction(phi=phi, delta=1, rho=phi)
    belief = np.full(table.shape[1], 1 / table.shape[1])
    attraction, experience = table @ belief, np.ones(())
    counts = belief.copy()
    for mine, theirs in zip(own, other, strict=True):
        chosen: Bools = np.arange(len(table)) == mine
        attraction, experience = theory.learned(attraction, experience, table[:, theirs], chosen)
        counts = phi * counts
        counts[theirs] += 1
    np.testing.assert_allclose(attraction, table @ (counts / counts.sum()), atol=1e-9)


@given(phi=shares, seed=st.integers(0, 2**32))
def test_without_them_it_is_reinforcement(phi: float, seed: int) -> None:
    """Roth and Erev: what was done is reinforced by what it brought, all else only fades."""
    table, own, other = history(seed)
    theory = ExperienceWeightedAttraction(phi=phi, delta=0, rho=0)
    attraction, experience = np.zeros(len(table)), np.ones(())
    propensity = np.zeros(len(table))
    for mine, theirs in zip(own, other, strict=True):
        chosen: Bools = np.arange(len(table)) == mine
        attraction, experience = theory.learned(attraction, experience, table[:, theirs], chosen)
        propensity *= phi
        propensity[mine] += table[mine, theirs]
    np.testing.assert_allclose(attraction, propensity, atol=1e-9)


def frequencies(first: Floats, second: Floats, rounds: int) -> list[Floats]:
    """What one of two does as both play the best against all that the other did, by Brown."""
    mine, theirs = np.eye(3)[0], np.eye(3)[0]
    course = []
    for _ in range(rounds):
        one = expectation(theirs / theirs.sum(), first.T).argmax()
        other = expectation(mine / mine.sum(), second).argmax()
        mine[one] += 1
        theirs[other] += 1
        course.append(mine / mine.sum())
    return course


def test_in_a_game_of_pure_conflict_frequencies_come_to_the_equilibrium() -> None:
    table = np.array([[0.0, -1, 2], [1, 0, -1], [-2, 1, 0]])  # solved by a quarter, half, quarter
    assert np.allclose(table @ [0.25, 0.5, 0.25], 0)
    course = frequencies(table, -table, 4000)
    assert np.abs(course[-1] - [0.25, 0.5, 0.25]).max() < 0.03


def test_in_the_game_of_shapley_they_do_not() -> None:
    first = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]])
    second = np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])
    course = frequencies(first, second, 4000)
    late = np.array(course[len(course) // 4 :])
    assert np.ptp(late, axis=0).max() > 0.3


def quiet(view: View) -> Ints:
    return np.full(view.open.shape[1], PASS)


def test_who_is_expected_to_do_nothing_changes_nothing() -> None:
    """A prior of nearly no rounds, and one that does nothing: from round 2 on as built in."""
    theory = FictitiousPlay(prior=1e-12)
    gains = []

    def watch(view: View) -> Ints:
        gains.append((view.round, np.abs(theory.gain(view)).max()))
        return theory.choose(view)

    sim.run(VALLEY, runs=20, seed=3, theories={"north": watch, "south": quiet})
    assert max(gain for now, gain in gains if now > 1) < 1e-9
    assert max(gain for now, gain in gains if now == 1) > 1e-6


def test_what_is_expected_is_what_was_done_beside_ordinary_times() -> None:
    theory, seen = FictitiousPlay(fading=0.5, prior=2.0), []

    def watch(view: View) -> Ints:
        for track in TRACKS:
            levers = view.around.levers(view.target, view.actor, track)
            usual = view.around.usual(view.target, view.actor, track)[:, 4]
            counts = dict(zip(levers, 2.0 * usual, strict=True))
            idle = 2.0 * (1 - usual.sum())
            for ago in range(1, view.round):
                acts = view.around.acts(view.target, view.actor, track, ago)
                if acts.picked[4] != PASS:
                    counts[acts.levers[acts.picked[4]]] += 0.5 ** (ago - 1)
                else:
                    idle += 0.5 ** (ago - 1)
            whole = idle + sum(counts.values())
            wanted = [idle / whole, *(counts[lever] / whole for lever in levers)]
            np.testing.assert_allclose(theory.frequencies(view, track)[:, 4], wanted)
            seen.append(max(wanted[1:]))
        return theory.choose(view)

    sim.run(VALLEY, runs=6, seed=3, theories={"north": watch})
    assert max(seen) > 0.5


def test_attractions_follow_what_came_of_acts() -> None:
    """Run by run, the attractions of the third round from what was done and met in the second."""
    theory = ExperienceWeightedAttraction(phi=0.8, delta=0.3, rho=0.6)
    checked = 0

    def watch(view: View) -> Ints:
        nonlocal checked
        memory, key = view.around.memory, f"{view.target} {view.track}"
        before = {name: array.copy() for name, array in memory.items() if name.startswith(key)}
        picked = theory.choose(view)
        if view.round != 3:
            return picked
        own = view.around.acts(view.actor, view.target, view.track)
        for run in range(len(picked)):
            met = 0.0
            for track in TRACKS:
                acts = view.around.acts(view.target, view.actor, track)
                if acts.accepted[run]:
                    levers = view.around.levers(view.target, view.actor, track)
                    place = levers.index(acts.levers[acts.picked[run]])
                    met += before[f"{key} met {track}"][place, run]
            weight = before[f"{key} experience"][run]
            for place, lever in enumerate([None, *view.levers]):
                did = own.levers[own.picked[run]] if own.picked[run] != PASS else None
                payoff = 0.0
                if lever is not None:
                    what = "taken" if own.accepted[run] else "refused"
                    name = what if lever == did else "expected"
                    payoff = before[f"{key} {name}"][place - 1, run]
                counts = 1.0 if lever == did else 0.3
                old = before[f"{key} attraction"][place, run]
                wanted = (0.8 * weight * old + counts * (payoff + met)) / (0.6 * weight + 1)
                assert memory[f"{key} attraction"][place, run] == pytest.approx(wanted)
                checked += lever == did and lever is not None
        return picked

    sim.run(VALLEY, runs=30, seed=3, theories={"south": watch})
    assert checked > 10


@pytest.mark.parametrize(
    "theory", [FictitiousPlay(), FictitiousPlay(smooth=False), ExperienceWeightedAttraction()]
)
def test_a_run_is_the_same_whatever_runs_stand_beside_it(theory: Any) -> None:
    whole = sim.run(VALLEY, runs=40, seed=3, theories=theory).data
    part = sim.run(VALLEY, runs=6, first=21, seed=3, theories=theory).data
    assert np.array_equal(part["choice"].values, whole["choice"].sel(run=part["run"]).values)
    assert not same(sim.run(VALLEY, runs=40, seed=3), sim.run(VALLEY, runs=40, seed=3,
                    theories=theory))  # fmt: skip
