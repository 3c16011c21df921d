"""Picks have the tone that the reaction function gives, and are else as usual."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.arrays import Ints
from sim.theories.protocol import PASS, Track, View
from sim.theories.reaction import FITTED, Reaction, mean_tone, tilted
from tests.theories import fitted
from tests.theories.published import needs_tables
from tests.theories.test_protocol import VALLEY

QUIET: dict[Track, tuple[float, float]] = {"words": (0.0, 0.0), "deeds": (0.0, 0.0)}
IN_KIND: dict[Track, tuple[float, float]] = {"words": (0.0, 0.9), "deeds": (0.0, 0.9)}


@given(
    often=st.lists(st.floats(0.001, 0.3), min_size=2, max_size=6),
    share=st.floats(-0.3, 1.3),
    seed=st.integers(0, 2**32),
)
def test_frequencies_get_the_mean_that_is_wanted(
    often: list[float], share: float, seed: int
) -> None:
    used = np.array(often)[:, None]
    tone = np.random.default_rng(seed).uniform(-1, 1, len(often))
    least, most = tone.min(), tone.max()
    wanted = least + share * (most - least)
    found = tilted(used, tone, np.array([wanted]))
    assert (found > 0).all()
    assert found.sum() == pytest.approx(used.sum())
    reached = least + np.clip(share, 0.02, 0.98) * (most - least)
    assert mean_tone(found, tone)[0] == pytest.approx(reached, abs=1e-6 * (most - least) + 1e-9)


def test_the_usual_mean_leaves_frequencies_as_they_are() -> None:
    often, tone = np.array([[0.2], [0.1], [0.0]]), np.array([0.5, -0.5, 0.9])
    np.testing.assert_allclose(tilted(often, tone, mean_tone(often, tone)), often, atol=1e-9)


@needs_tables
def test_coefficients_are_those_that_fit_the_record() -> None:
    for track, wanted in FITTED.items():
        found = fitted.fit(track, own_level=False)
        assert tuple(np.round(found.coefficients, 2)) == wanted
        assert found.coefficients[1] < 2 * found.errors[1]  # not told from 0


def test_what_nobody_uses_and_what_is_alike_stays() -> None:
    often = np.array([[0.2, 0.0], [0.0, 0.0]])
    tone, wanted = np.array([0.5, -0.5]), np.array([-0.5, 0.3])
    np.testing.assert_array_equal(tilted(often, tone, wanted), often)


def test_without_routine_and_reciprocity_actors_act_as_in_ordinary_times() -> None:
    data = sim.run(VALLEY, runs=400, seed=3, theories=Reaction(QUIET)).data
    did = data["choice"].sel(direction="north to south")
    for lever, usual in [("talk", 0.4), ("march", 0.05), ("trade", 0.15)]:
        number = list(data["lever"].values).index(lever)
        often = float((did == number).any("track").isel(round=slice(1, None)).mean())
        assert often == pytest.approx(usual, abs=0.02)


def test_the_tone_is_that_of_the_function() -> None:
    friendly = []

    def watch(view: View) -> Ints:
        theory = Reaction({"words": (0.5, 0.2), "deeds": (0.5, 0.2)})
        tone = theory.tone(view)
        known = view.around.friendliness
        usual = []
        for by, toward in [(view.actor, view.target), (view.target, view.actor)]:
            levers = view.around.levers(by, toward, view.track)
            often = view.around.usual(by, toward, view.track)[:, 2]
            usual.append(sum(known[a] * f for a, f in zip(levers, often, strict=True)) / sum(often))
        wanted = usual[0]
        for weight, mean, by, toward in [
            (0.5, usual[0], view.actor, view.target),
            (0.2, usual[1], view.target, view.actor),
        ]:
            acts = view.around.acts(by, toward, view.track)
            if acts.accepted[2]:
                wanted += weight * (known[acts.levers[acts.picked[2]]] - mean)
                friendly.append(wanted)
        assert tone[2] == pytest.approx(wanted)
        return theory.choose(view)

    sim.run(VALLEY, runs=5, seed=3, theories=watch)
    assert np.ptp(friendly) > 0.1


def hostile(view: View) -> Ints:
    if "march" not in view.levers:
        return np.full(view.open.shape[1], PASS)
    return np.where(view.open[view.levers.index("march")], view.levers.index("march"), PASS)


def test_hostility_is_answered_in_kind() -> None:
    shares = []
    for theory in (Reaction(QUIET), Reaction(IN_KIND)):
        data = sim.run(VALLEY, runs=200, seed=3, theories={"south": hostile, "north": theory}).data
        did = data["choice"].sel(direction="north to south")
        number = list(data["lever"].values).index("march")
        shares.append(float((did == number).any("track").mean()))
    assert shares[1] > 2 * shares[0] > 0
