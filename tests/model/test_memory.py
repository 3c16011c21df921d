"""Arrangements and promises over the rounds: ``docs/model.md``, 6.8 and 6.9."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.lookup import KEPT, OPEN, OVERDUE
from sim.scenario.phrases import parse
from sim.scenario.scenario import Scenario
from sim.simulation.block import simulate
from tests.fixtures.bound_world import BONDS, STILL, Act, course, status, told
from tests.fixtures.scenarios import Document, changed
from tests.fixtures.scenarios import scenario as scenario_of
from tests.fixtures.strategies import documents, scenarios

few = settings(max_examples=30)
seeds = st.integers(0, 2**32)
SIGN: Act = ("sign", "a", "b")
LEAVE: Act = ("leave", "a", "b")
OFFER: Act = ("offer", "a", "b")
BUILD: Act = ("build", "a", "b")


def steps(world: World, text: str) -> list[float]:
    """By how much a quantity moves in each round."""
    return np.diff(told(world, text)).round(6).tolist()


# --- arrangements ---


def test_what_begins_has_its_effects_from_the_next_round_on_and_while_it_is_in_force() -> None:
    acts = {1: SIGN, 3: ("pause", "b", "a"), 5: ("mend", "a", "b"), 7: ("close", "b", "a")}
    world = course(BONDS, acts)
    assert status(world, "peace: a and b") == [0, 1, 1, 2, 2, 1, 1, 0, 0]
    assert told(world, "in force peace between b and a").tolist() == [0, 1, 1, 0, 0, 1, 1, 0, 0]
    in_effect = [0, 1, 1, 0, 0, 1, 1, 0]
    for text, size in (
        ("tension of a and b", 0.01), ("issue canal", 2), ("support of a", -0.01),
        ("support of b", -0.01), ("support of c", 0), ("tension of a and c", 0),
    ):  # fmt: skip
        assert steps(world, text) == [pytest.approx(size * on, abs=1e-6) for on in in_effect], text


def test_what_is_in_force_at_the_start_moves_nothing_until_it_ends() -> None:
    still = course(BONDS, {})
    assert (still.records.state == still.records.state[0]).all()
    assert status(still, "embargo: a toward d") == [1] * 9
    lifted = course(BONDS, {3: ("lift", "a", "d")})
    # What went on held ties where they were: without it they fall as it had raised them.
    assert steps(lifted, "ties of d to a") == pytest.approx([0, 0, 0, 0, 0, 0, 0, 0])
    tied = changed(BONDS)
    tied["relations"]["d to a"] = {"ties": 0.4, "trust": 0.5}
    tied["relations"]["a to d"] = {"ties": 0.4}
    lifted = course(tied, {3: ("lift", "a", "d")})
    assert steps(lifted, "ties of d to a") == pytest.approx([0, 0, 0, *5 * [-0.02]])
    assert not any(steps(lifted, "ties of a to d"))  # it is one-sided


@pytest.mark.parametrize(("term", "left"), [(1, 1), (3, 3), (20, 6)])
def test_a_term_is_the_rounds_of_effect_whoever_begins_it(term: int, left: int) -> None:
    document = changed(BONDS, arrangements__peace__term=term, calendar__rounds=7)
    by_lever = course(document, {1: SIGN})
    assert sum(step > 0 for step in steps(by_lever, "tension of a and b")) == left
    event = {"name": "A congress", "on": "2016-05-01", "begins": ["peace between b and a"]}
    by_event = course(changed(document, events={"congress": event}), {})
    assert status(by_event, "peace: a and b")[:3] == [0, 0, int(term > 1)]
    assert steps(by_event, "tension of a and b") == steps(by_lever, "tension of a and b")
    renewed = course(document, {1: SIGN, 2: SIGN} if term > 1 else {1: SIGN})
    assert sum(step > 0 for step in steps(renewed, "tension of a and b")) == min(
        left + (term > 1), 6
    )
    held = changed(document, arrangements__peace__in_force=["b and a"])
    assert sum(status(course(held, {}), "peace: a and b")) == min(term, 8)


@pytest.mark.parametrize(
    ("resumed", "became"),
    [
        (3, [0, 1, 2, 1, 1, 1, 0, 0, 0]),  # it counts anew
        (4, [0, 1, 2, 2, 0, 0, 0, 0, 0]),  # it has run out in that round, and nothing is left
        (None, [0, 1, 2, 2, 0, 0, 0, 0, 0]),
    ],
)
def test_a_term_goes_on_while_it_is_suspended(resumed: int | None, became: list[int]) -> None:
    acts: dict[int, Act] = {1: SIGN, 2: ("pause", "a", "b")}
    if resumed is not None:
        acts[resumed] = ("mend", "b", "a")
    world = course(changed(BONDS, arrangements__peace__term=3), acts)
    assert status(world, "peace: a and b") == became


def test_levers_are_open_by_what_there_is_to_end_to_suspend_and_to_resume() -> None:
    # What is closed is not done, though it was laid down.
    for acts in ({1: LEAVE}, {1: ("pause", "a", "b")}, {1: SIGN, 2: ("mend", "a", "b")},
                 {1: SIGN, 2: ("pause", "a", "b"), 3: ("pause", "b", "a")}):  # fmt: skip
        with pytest.raises(AssertionError, match="was closed"):
            course(BONDS, acts)
    ended = course(BONDS, {1: SIGN, 2: ("pause", "a", "b"), 3: LEAVE})
    assert status(ended, "peace: a and b")[3] == 0


@pytest.mark.parametrize(("limits", "open_from"), [({"at_least": 3}, 4), ({"at_most": 2}, 2)])
def test_rounds_since_it_began_count_from_the_round_at_whose_end_it_did(
    limits: dict[str, int], open_from: int
) -> None:
    asked = {"rounds since peace began between actor and target": limits}
    document = changed(BONDS, levers__leave__requires=asked)
    for now in range(2, 6):
        acts = {1: SIGN, now: LEAVE}
        fits = limits.get("at_least", 0) <= now - 1 <= limits.get("at_most", 99)
        if fits:
            assert now >= open_from
            assert status(course(document, acts), "peace: a and b")[now] == 0
        else:
            with pytest.raises(AssertionError, match="was closed"):
                course(document, acts)


# --- breaking off ---


def test_who_breaks_off_loses_the_affinity_and_the_trust_of_all_who_hold_something_with_it() -> (
    None
):
    world = course(BONDS, {1: SIGN, 3: LEAVE})
    for text, fall in (
        ("affinity of a and b", 0.1 * 0.8), ("affinity of a and c", 0.1 * 0.8),
        ("affinity of a and d", 0), ("affinity of b and c", 0), ("affinity of c and d", 0),
        ("trust of b in a", 0.4 * 0.8 * 0.5), ("trust of c in a", 0.4 * 0.8 * 0.5),
        ("trust of d in a", 0),
    ):  # fmt: skip
        expected = [0, 0, -fall, 0, 0, 0, 0, 0]
        assert steps(world, text) == [pytest.approx(step, abs=1e-6) for step in expected], text


def test_what_costs_nobody_a_name() -> None:
    fall = {"name": "A fall", "on": "2016-08-01", "ends": ["peace between a and b"]}
    for world in (
        course(BONDS, {1: SIGN, 3: ("close", "a", "b")}),  # agreed
        course(BONDS, {1: SIGN, 3: ("lift", "a", "d")}),  # one-sided
        course(BONDS, {1: SIGN, 3: ("pause", "a", "b")}),  # suspended only
        course(changed(BONDS, events={"fall": fall}), {1: SIGN}),  # by an event
        course(changed(BONDS, arrangements__peace__term=2), {1: SIGN}),  # run out
    ):
        for one in "bcd":
            assert not any(steps(world, f"trust of {one} in a"))
            assert not any(steps(world, f"affinity of a and {one}"))


def test_what_is_suspended_binds_nobody_to_the_breaker() -> None:
    world = course(BONDS, {1: SIGN, 2: ("pause", "b", "a"), 3: LEAVE})
    assert not any(steps(world, "trust of b in a"))
    assert min(steps(world, "trust of c in a")) == pytest.approx(-0.16, abs=1e-6)
    parted = changed(BONDS, arrangements__pact__in_force=[])
    assert not any(steps(course(parted, {1: SIGN, 3: LEAVE}), "trust of c in a"))


def test_of_several_that_are_broken_off_at_once_the_most_solemn_counts() -> None:
    document = changed(
        BONDS,
        arrangements__peace__in_force=["c and a"],
        arrangements__embargo__in_force=["a to c"],
        arrangements__embargo__solemnity=1,  # one-sided: no word is broken
        levers__leave__ends=["embargo", "pact", "peace"],
    )
    world = course(document, {2: ("leave", "a", "c")})
    assert min(steps(world, "affinity of a and c")) == pytest.approx(-0.08, abs=1e-6)
    assert min(steps(world, "trust of c in a")) == pytest.approx(-0.4 * 0.8 * 0.5, abs=1e-6)


# --- promises ---


@pytest.mark.parametrize(
    ("acts", "became", "moves"),
    [
        ({1: OFFER}, [1, 1, 2, 2, 5, 0], {3: "overdue", 5: "broken"}),
        ({1: OFFER, 2: BUILD}, [1, 3, 0, 0, 0, 0], {2: "kept"}),
        ({1: OFFER, 3: BUILD}, [1, 1, 3, 0, 0, 0], {3: "kept"}),
        ({1: OFFER, 4: BUILD}, [1, 1, 2, 4, 0, 0], {3: "overdue", 4: "late"}),
        ({1: OFFER, 5: BUILD}, [1, 1, 2, 2, 4, 0], {3: "overdue", 5: "late"}),
        ({1: OFFER, 3: OFFER}, [1, 1, 2, 2, 5, 0], {3: "overdue", 5: "broken"}),
        # Broken and promised anew at once; kept in the round after.
        ({1: OFFER, 5: OFFER, 6: BUILD}, [1, 1, 2, 2, 5, 3],
         {3: "overdue", 5: "broken", 6: "kept"}),
        ({1: BUILD, 2: OFFER, 3: ("build", "b", "a")}, [0, 1, 1, 2, 2, 5],
         {4: "overdue", 6: "broken"}),
    ],
)  # fmt: skip
def test_what_becomes_of_a_promise_and_what_is_learnt_of_it(
    acts: dict[int, Act], became: list[int], moves: dict[int, str]
) -> None:
    world = course(changed(BONDS, calendar__rounds=6), acts)
    labels = [f"{one.lever} {one.actor} {one.target}" for one in world.compiled.lasting.promises]
    told_of = world.records.promised[:, labels.index("offer a b"), 0].tolist()
    assert told_of == [0, *became]
    lessons: dict[str, Any] = {
        "kept": lambda trust: trust + 0.4 * (1 - trust),
        "overdue": lambda trust: trust - 0.2 * trust,
        "late": lambda trust: trust + 0.2 * (1 - trust),
        "broken": lambda trust: trust - 0.2 * trust,
        "": lambda trust: trust,
    }
    trust = [0.5]
    for now in range(1, 7):
        trust.append(lessons[moves.get(now, "")](trust[-1]))
    assert told(world, "trust of b in a").tolist() == pytest.approx(trust, abs=1e-6)
    assert not any(steps(world, "trust of c in a"))
    assert not any(steps(world, "trust of a in b"))


@pytest.mark.parametrize("by", ["actor", "target", "either"])
def test_who_owes_a_promise_keeps_it_and_is_believed(by: str) -> None:
    document = changed(BONDS, levers__offer__delivers={"lever": "build", "within": 2, "by": by})
    document["relations"]["a to b"] = {"trust": 0.5}
    rises = {}
    for keeper in (BUILD, ("build", "b", "a")):
        world = course(document, {1: OFFER, 2: keeper})
        rises[keeper[1]] = [max(steps(world, f"trust of {x} in {y}")) for x, y in ("ba", "ab")]
    assert rises == {
        "actor": {"a": [0.2, 0], "b": [0, 0]},
        "target": {"a": [0, 0], "b": [0, 0.2]},
        "either": {"a": [0.2, 0.2], "b": [0.2, 0.2]},
    }[by]  # fmt: skip


def test_trust_goes_back_to_what_is_usual() -> None:
    fading = changed(BONDS, coefficients__reversion={**STILL["reversion"], "trust": 0.25})
    fading["levers"]["build"]["usual"] = {"a to b": 0.3, "anyone to anyone": 1e-6}
    kept = 1 - 0.7**2
    usual = kept + kept * (1 - kept) / 2
    for acts in ({}, {1: OFFER, 2: BUILD}):
        trust = told(course(fading, acts), "trust of b in a")
        kept_once = [0.5]
        for now in range(1, 9):
            last = kept_once[-1]
            last += 0.4 * (1 - last) if acts and now == 2 else 0
            kept_once.append(last + 0.25 * (usual - last))
        assert trust.tolist() == pytest.approx(kept_once, abs=1e-5)


def test_where_conduct_is_usual_trust_stays_at_its_usual_level_on_average() -> None:
    # The acts are usual: nothing moves conduct. A little is learnt of each promise, so that
    # what a promise does to trust while it is open is next to nothing.
    unmoved = {"rationality": 0, "sentiment": 0, "heat": 0, "credence": 0, "learning": 0.02}
    document = changed(BONDS, calendar__rounds=40, relations={})
    document["coefficients"] = {**STILL, **unmoved}
    document["levers"]["offer"] |= {"usual": 0.25, "consent": 0.6}
    document["levers"]["build"] |= {"usual": 0.3}
    world = World(CompiledScenario(build(document)), 3, 0, 3000)
    for _ in range(40):
        world.step()
    layout = world.compiled.layout
    rows = [world.compiled.recorded.index(r) for r in range(*layout.rows("trust").indices(10**6))]
    start, early, late = (world.records.state[t][rows].mean(axis=0) for t in (0, 10, 40))
    kept = 1 - 0.7**2
    assert start == pytest.approx(kept + kept * (1 - kept) / 2)
    drift = late - early
    error = drift.std() / len(drift) ** 0.5
    assert 0 < error < 0.001
    assert abs(drift.mean()) < 4 * error


@pytest.mark.parametrize("how", ["delivers", "begins"])
def test_a_lever_of_the_base_that_comes_to_promise_is_believed_as_is_usual(how: str) -> None:
    base = changed(BONDS, levers__offer__consent=0.6, relations={}, coefficients__rationality=0)
    base["levers"]["offer"].pop("delivers")
    meant = {"delivers": {"lever": "build", "within": 2}, "begins": ["peace"]}[how]
    for trust in (None, 0.9):
        document = changed(base, **{f"levers__offer__{how}": meant})
        if trust is not None:
            document["relations"] = {"b to a": {"trust": trust}}
        world = World(CompiledScenario(scenario_of(document, base)), 1)
        world.open_round()
        k = world.compiled.keys["offer", "a", "b"]
        usual = float(
            world.read("trust_ref")[world.compiled.layout.directions.index(("b", "a")), 0]
        )
        better = 3 * ((usual if trust is None else trust) - usual)
        agreed = 1 / (1 + 0.4 / 0.6 * np.exp(-better))
        assert world.read("agree")[k, 0] == pytest.approx(agreed)


def test_what_is_open_when_all_runs_are_over_stays_open_to_the_end() -> None:
    document = changed(
        BONDS,
        levers__offer__usual=0.5,
        levers__build__usual=0.3,
        events={"bell": {"name": "A bell", "on": "2016-08-01"}},
        watch={"over": {"name": "It is over", "event": "bell"}},
        stop=["over"],
    )
    compiled = CompiledScenario(build(document))
    at_once, by_step = (World(compiled, 1, 0, 40) for _ in range(2))
    at_once.play()
    for _ in range(compiled.rounds):
        by_step.step()
    promised, stop = at_once.records.promised, int(at_once.records.stopped[0])
    assert (at_once.records.stopped == 3).all()
    assert {OPEN, OVERDUE, KEPT} <= set(np.unique(promised[stop]))
    after = np.where(promised[stop] <= OVERDUE, promised[stop], 0)
    assert (promised[stop + 1 :, promised[stop] < KEPT] == after[promised[stop] < KEPT]).all()
    np.testing.assert_array_equal(promised, by_step.records.promised)


# --- whatever the scenario ---


def _memory(world: World) -> dict[str, np.ndarray[Any, Any]]:
    return {
        name: getattr(world.records, name) for name in ("state", "choice", "status", "promised")
    }


@few
@given(scenario=scenarios(lasting=True), seed=seeds, run=st.integers(0, 40), runs=st.integers(1, 6))
def test_what_a_run_remembers_is_the_same_whatever_runs_stand_beside_it(
    scenario: Scenario, seed: int, run: int, runs: int
) -> None:
    compiled = CompiledScenario(scenario)
    first = max(run - 3, 0)
    alone, among = simulate(compiled, seed, run, 1), simulate(compiled, seed, first, runs + 3)
    for name in ("state", "choice", "accepted", "status", "promised"):
        np.testing.assert_array_equal(
            getattr(alone, name)[..., 0], getattr(among, name)[..., run - first], err_msg=name
        )


@few
@given(document=documents(4, lasting=True), seed=seeds, rng=st.randoms(use_true_random=False))
def test_the_order_in_which_a_file_names_what_lasts_does_not_matter(
    document: Document, seed: int, rng: Any
) -> None:
    worlds = []
    for described in (document, _shuffled(document, rng)):
        worlds.append(World(CompiledScenario(build(described)), seed, 0, 6))
        for _ in range(document["calendar"]["rounds"]):
            worlds[-1].step()
    for name, values in _memory(worlds[0]).items():
        np.testing.assert_array_equal(values, _memory(worlds[1])[name], err_msg=name)


def _shuffled(node: Any, rng: Any) -> Any:
    """The same with keys in another order, and lists of names too."""
    if isinstance(node, dict):
        names = list(node)
        rng.shuffle(names)
        ranged = ("uniform", "triangular", "pert", "beta", "cases")  # which have an order
        return {n: node[n] if n in ranged else _shuffled(node[n], rng) for n in names}
    if isinstance(node, list):
        return rng.sample(node, len(node))
    return copy.deepcopy(node)


@pytest.mark.parametrize("first_change", [2, 5])
def test_what_is_ended_or_promised_from_a_round_on_changes_nothing_before_it(
    first_change: int,
) -> None:
    document = lively()
    fall = {
        "name": "A fall", "on": f"{2015 + first_change}-03-01",
        "ends": ["pact between a and c"], "begins": ["peace between a and b"],
    }  # fmt: skip
    other = {**document, "events": {"fall": fall}}
    worlds = [
        World(CompiledScenario(build(described)), 5, 0, 200) for described in (document, other)
    ]
    for world in worlds:
        for _ in range(document["calendar"]["rounds"]):
            world.step()
    here, there = map(_memory, worlds)
    for name in here:
        np.testing.assert_array_equal(here[name][:first_change], there[name][:first_change])
    assert (here["status"][first_change] != there["status"][first_change]).any()
    assert (here["state"][first_change] != there["state"][first_change]).any()


def lively() -> Document:
    """The four in a world that moves, with levers that are used."""
    document = changed(BONDS, coefficients={}, calendar__round="year")
    for lever in document["levers"].values():
        lever["usual"] = 0.1
    return document


@few
@given(document=documents(4), seed=seeds)
def test_an_arrangement_that_nobody_can_begin_changes_nothing(
    document: Document, seed: int
) -> None:
    idle = {"name": "An idle one", "effects": {"support of actor": 0.1}, "term": 2}
    more = changed(document, arrangements__idle=idle)
    plain, other = (World(CompiledScenario(build(d)), seed, 0, 5) for d in (document, more))
    for world in (plain, other):
        for _ in range(document["calendar"]["rounds"]):
            world.step()
    layout = other.compiled.layout
    rows = [layout.phrases.index(phrase) for phrase in plain.compiled.layout.phrases]
    np.testing.assert_array_equal(plain.x, other.x[rows])
    np.testing.assert_array_equal(plain.records.choice, other.records.choice)
    np.testing.assert_array_equal(plain.records.accepted, other.records.accepted)
    np.testing.assert_array_equal(plain.baseline, other.baseline[rows])


def test_without_any_of_it_nothing_of_it_is_there() -> None:
    document = changed(BONDS, relations={})
    for lever in document["levers"].values():
        for key in ("begins", "ends", "suspends", "resumes", "delivers"):
            lever.pop(key, None)
    del document["arrangements"]
    world = World(CompiledScenario(build(document)), 1, 0, 4)
    world.step()
    kinds = {phrase.kind for phrase in world.compiled.layout.phrases}
    assert not kinds & {"in_force", "in_force_by", "trust", "office"}
    assert world.records.status.size == world.records.promised.size == 0
    assert parse("trust of a in b") not in world.compiled.layout.phrases
