"""Choices depend on the state: they are usual at the reference, and move away from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from sim.arrays import Floats, Ints
from sim.errors import ScenarioError
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.cameo import TRACKS, track
from sim.scenario.loading import build
from sim.scenario.lookup import consent, usual
from sim.scenario.phrases import MOVED_BY_LEVERS, Phrase
from sim.scenario.scenario import Scenario
from sim.studies.responses.result import (
    POINTS,
    Probe,
    Response,
    near,
    ranked,
    response,
    settable,
)
from sim.theories.protocol import View
from sim.theories.quantal import quantal
from tests.fixtures.scenarios import (
    DUEL,
    LASTING,
    QUARTET,
    SAMPLES,
    Document,
    changed,
    plain,
    scenario,
)


def respond(
    scenario: Scenario,
    actor: str,
    phrase: str,
    values: Sequence[float] | None = None,
    *,
    runs: int,
    seed: int | None = None,
) -> Response:
    """The response of one actor to one quantity."""
    return response(Probe(scenario, runs, seed), actor, phrase, values)


def telling(scenario: Scenario, actor: str, *, runs: int) -> tuple[Response, ...]:
    """The quantities that move what an actor chooses."""
    return ranked(Probe(scenario, runs), actor)


CERTAIN = {name: plain(document) for name, document in SAMPLES.items() if document["levers"]}


@pytest.mark.parametrize("name", CERTAIN)
def test_at_the_reference_open_levers_have_their_usual_odds(name: str) -> None:
    scenario = build(CERTAIN[name])
    levers = scenario.description.levers
    for actor in scenario.description.actors:
        found = _at_start(scenario, actor)
        for nth, other in enumerate(found.others):
            chances = dict(zip(found.levers, found.probability[0, nth], strict=True))
            told = {
                lever: frequency[1].value
                for lever in levers
                if (frequency := usual(levers[lever], actor, other))
            }
            open_now = {lever: chances[lever] for lever in told if chances[lever] > 0}
            for kind in TRACKS:
                own = {lever for lever in told if track(levers[lever]) == kind}
                closed = sum(told[lever] for lever in own if lever not in open_now)
                for lever in own & set(open_now):
                    expected = told[lever] / (1 - closed)
                    assert open_now[lever] == pytest.approx(expected), (actor, other, lever)


@pytest.mark.parametrize("name", CERTAIN)
def test_at_the_reference_consent_has_its_usual_odds(name: str) -> None:
    scenario = build(CERTAIN[name])
    levers = scenario.description.levers
    for actor in scenario.description.actors:
        found = _at_start(scenario, actor)
        for nth, other in enumerate(found.others):
            for lever, chance in zip(found.levers, found.consent[0, nth], strict=True):
                stated = consent(levers[lever], other, actor)
                if stated and usual(levers[lever], other, actor):
                    assert chance == pytest.approx(stated[1].value)
                else:
                    assert np.isnan(chance)


@pytest.mark.parametrize("document", [DUEL, QUARTET], ids=["duel", "quartet"])
def test_probabilities_sum_to_one(document: Document) -> None:
    probe = Probe(build(document), runs=16)
    for phrase in probe.layout.phrases[:: max(len(probe.layout.phrases) // 12, 1)]:
        if phrase.kind == "weight":
            continue
        for actor in probe.layout.actors:
            found = response(probe, actor, str(phrase))
            assert found.values.shape == (POINTS,)
            assert (found.probability >= 0).all()
            for nth, kind in enumerate(TRACKS):
                own = [place for place, one in enumerate(found.tracks) if one == kind]
                whole = found.idle[..., nth] + found.probability[..., own].sum(axis=2)
                np.testing.assert_allclose(whole, 1)
            asked = found.consent[np.isfinite(found.consent)]
            assert ((asked >= 0) & (asked <= 1)).all()


def test_without_rationality_nothing_moves_a_choice() -> None:
    blind = build(changed(DUEL, coefficients__rationality=0, coefficients__sentiment=0))
    for actor in blind.description.actors:
        assert telling(blind, actor, runs=4) == ()
        whole = respond(blind, actor, "affinity of north and south", runs=4)
        assert whole.variation == pytest.approx(np.zeros((1, 2)))
        assert whole.movers() == whole.answers() == ()


def test_with_rationality_something_does() -> None:
    ranking = telling(build(DUEL), "north", runs=4)
    assert ranking
    variation = [one.largest.variation for one in ranking]
    assert variation == sorted(variation, reverse=True)
    assert {one.phrase.kind for one in ranking} <= set(MOVED_BY_LEVERS)
    first = ranking[0].movers()
    changes = [abs(shift.change) for shift in first]
    assert changes == sorted(changes, reverse=True)
    assert ranking[0].movers(1) == first[:1]


def test_the_odds_are_those_that_the_worlds_actors_meet() -> None:
    """The tension is certain, all else is drawn: the probe has a world's own draws."""
    uncertain = changed(
        DUEL,
        actors__north__power={"value": 0.2, "spread": {"normal": 0.05}},
        levers__summit__effects={
            "affinity of actor and target": {"value": 0.06, "spread": {"uniform": [0, 0.3]}}
        },
    )
    scenario = build(uncertain)
    seen: list[Floats] = []

    def watched(view: View) -> Ints:
        if view.track == "words":
            seen.append(view.weight / view.weight.sum(axis=0))
        return quantal(view)

    World(CompiledScenario(scenario), 7, 0, 32, {"north": watched}).step()
    found = respond(scenario, "north", "tension of north and south", [0.3], runs=32, seed=7)
    levers = ("rebuke", "summit")
    assert found.levers == levers
    idle, *chances = seen[0].mean(axis=1)
    np.testing.assert_allclose(found.idle[0, 0], [idle, 1])
    np.testing.assert_allclose(found.probability[0, 0], chances)


def test_a_probe_forgets_what_it_set() -> None:
    scenario = build(QUARTET)
    used, fresh = Probe(scenario, runs=8), Probe(scenario, runs=8)
    before = [used.start(phrase) for phrase in used.layout.phrases]
    for phrase in used.layout.phrases[:20]:
        used.odds(phrase, fresh.range(phrase)[1])
    assert [used.start(phrase) for phrase in used.layout.phrases] == before
    last = used.layout.phrases[20]
    for value in fresh.range(last):
        here, there = used.odds(last, value), fresh.odds(last, value)
        np.testing.assert_array_equal(here.idle, there.idle)
        np.testing.assert_array_equal(here.choice, there.choice)
        np.testing.assert_array_equal(here.consent, there.consent)


def test_a_condition_opens_a_lever() -> None:
    bound = changed(DUEL, levers__summit__requires={"support of actor": {"at_least": 0.5}})
    found = respond(build(bound), "north", "support of north", [0.49, 0.5], runs=2)
    low, high = found.chances(found.movers()[0])
    assert found.movers()[0].lever == "summit"
    assert low == 0
    assert high > 0.05


def test_nearness_is_a_quarter_of_the_range_cut_at_its_bounds() -> None:
    probe = Probe(build(DUEL), runs=2)
    ends = {
        phrase: near(probe, "north", phrase).values.tolist()
        for phrase in ("affinity of north and south", "tension of north and south", "issue border")
    }
    assert ends["affinity of north and south"] == pytest.approx([-0.7, 0.3])
    assert ends["tension of north and south"] == pytest.approx([0.05, 0.55])
    assert ends["issue border"] == pytest.approx([15, 65])
    assert near(probe, "south", "commitment of north to south").values == pytest.approx([0, 0.25])


def test_power_goes_from_half_to_twice_its_start() -> None:
    found = respond(build(DUEL), "south", "power of north", runs=2)
    assert found.values[[0, -1]] == pytest.approx([0.1, 0.4])
    assert found.start == pytest.approx(0.2)


def test_a_pair_may_be_named_in_either_order() -> None:
    layout = Probe(build(DUEL), runs=1).layout
    assert settable("tension of south and north", layout) == Phrase("tension", ("north", "south"))
    assert settable(" salience  of north on border", layout).kind == "salience"


@pytest.mark.parametrize(
    ("actor", "phrase", "said"),
    [
        ("nort", "issue border", "there is no actor 'nort'\n    did you mean 'north'?"),
        ("north", "issue bordr", "'issue bordr' is no quantity of this scenario"),
        ("north", "issue bordr", "did you mean 'issue border'? the forms are 'affinity of A and"),
        ("north", "ties of north to nowhere", "did you mean 'ties of north to south'?"),
        ("north", "weight of north on security", "is no quantity of this scenario"),
        ("north", "how things are", "the forms are 'affinity of A and B'"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(actor: str, phrase: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        respond(build(DUEL), actor, phrase, runs=1)
    assert said in str(error.value)


@pytest.mark.parametrize("values", [[], [0.5, 1.5], [float("nan")]])
def test_values_lie_within_the_range(values: list[float]) -> None:
    with pytest.raises(ScenarioError, match="write a number from 0 to 1"):
        respond(build(DUEL), "north", "tension of north and south", values, runs=1)


def test_an_unknown_actor_has_no_ranking() -> None:
    with pytest.raises(ScenarioError, match="known actors: north, south"):
        ranked(Probe(build(DUEL), runs=1), "west")


def _at_start(scenario: Scenario, actor: str) -> Response:
    """The response at the single value at which everything starts."""
    probe = Probe(scenario, runs=1)
    phrase = probe.layout.phrases[0]
    return response(probe, actor, str(phrase), [probe.start(phrase)])


def test_trust_and_what_is_in_force_can_be_set_too() -> None:
    made = scenario(LASTING)
    trust = respond(made, "south", "trust of south in north", runs=16)
    assert len(trust.values) == 11
    consent = {one.lever: one.change for one in trust.answers() if one.other == "north"}
    assert consent["plan"] > 0.2  # a promise is agreed to by whoever trusts it
    peace = respond(made, "north", "in force peace between south and north", runs=16)
    assert peace.values.tolist() == [0, 1]
    odds = {one.lever: (one.low, one.high) for one in peace.movers() if one.other == "south"}
    # What is not in force cannot be left, or frozen.
    assert odds["leave"][0] == odds["freeze"][0] == 0 < odds["leave"][1]
    assert odds["sign"][0] > odds["sign"][1]
    assert any(one.phrase.kind == "in_force" for one in telling(made, "north", runs=16))
    with pytest.raises(ScenarioError, match=r"write 1 \(in force\), 0 \(not\), or both"):
        respond(made, "north", "in force peace between north and south", [0.5], runs=4)
    with pytest.raises(ScenarioError, match="is no quantity of this scenario"):
        respond(scenario(DUEL), "north", "trust of south in north", runs=4)
