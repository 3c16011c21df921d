"""What is listed under a curve does drive it, as often as the runs say."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

from sim.model.candidates import candidates
from sim.model.layout import Layout
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Outcome
from sim.simulation.ensemble import run
from sim.statistics import drivers as module
from sim.statistics.conduct import ends_of
from sim.statistics.drivers import Drivers, find_drivers
from tests.fixtures.results_by_walks import sample_results, sample_scenario
from tests.fixtures.scenarios import DUEL, LASTING, SAMPLES, changed, scenario
from tests.fixtures.strategies import scenarios

Document = dict[str, Any]


def found(document: Document, runs: int = 40) -> tuple[Scenario, xr.Dataset, dict[str, Drivers]]:
    """Run a document; also what drives its outcomes."""
    built = scenario(document)
    dataset = run(built, runs=runs)
    return built, dataset, find_drivers(dataset, built)[0]


def layout_of(built: Scenario) -> Layout:
    return Layout(tuple(sorted(built.description.actors)), tuple(sorted(built.description.issues)))


def reporting_all(built: Scenario) -> Scenario:
    """The same scenario with every quantity of its state as an outcome."""
    phrases = layout_of(built).phrases
    outcomes = {
        f"q{nth}": Outcome(name=str(phrase), of=str(phrase))
        for nth, phrase in enumerate(phrases)
        if phrase.kind != "weight"
    }
    description = built.description.model_copy(update={"outcomes": outcomes})
    return Scenario(id="all", description=description, reference=built.reference)


def touching(built: Scenario) -> dict[str, set[str]]:
    """By quantity, the paths of the effects that the model itself lets act on it."""
    layout = layout_of(built)
    paths: dict[str, set[str]] = {str(phrase): set() for phrase in layout.phrases}
    for candidate in candidates(built.description, layout):
        for effect in candidate.effects:
            if effect.path:
                paths[str(layout.phrases[effect.row])].add(effect.path)
    return paths


def effects_listed(built: Scenario) -> None:
    """Check that the listed effects are those of the model, each on its quantity."""
    built = reporting_all(built)
    model = touching(built)
    listed, _ = find_drivers(run(built, runs=2), built)
    for key, outcome in built.description.outcomes.items():
        mine = {
            number
            for driver in listed[key].levers
            for number in driver.numbers
            if not number.endswith(".cost")
        }
        assert mine == model[str(outcome.of or "")], outcome.of
        for path in (*listed[key].own, *mine, *(h for d in listed[key].levers for h in d.habits)):
            assert path in built.parameters


@pytest.fixture
def whole_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LEVERS", 1000)


@pytest.mark.usefixtures("whole_lists")
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_the_effects_listed_are_those_that_act_on_the_quantity(name: str) -> None:
    effects_listed(scenario(SAMPLES[name]))


def test_so_they_are_in_drawn_scenarios() -> None:
    @settings(max_examples=25)
    @given(scenarios(most_actors=4))
    def check(built: Scenario) -> None:
        effects_listed(built)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_LEVERS", 1000)
        check()


def test_uses_are_counted_run_by_run() -> None:
    built, dataset, listed = found(
        changed(DUEL, outcomes__warmth={"name": "Warmth", "of": "affinity of south and north"})
    )
    levers = list(built.description.levers)
    accepted = dataset["choice"].where(dataset["accepted"], -1).values
    for driver in listed["warmth"].levers:
        uses = (accepted == levers.index(driver.lever)).sum() / dataset.sizes["run"]
        assert driver.uses == pytest.approx(uses)
        assert driver.push == pytest.approx(uses * (0.06 if driver.lever == "summit" else -0.05))
    assert [d.strength for d in listed["warmth"].levers] == sorted(
        (d.strength for d in listed["warmth"].levers), reverse=True
    )
    assert listed["warmth"].own[0] == "relations.north and south.affinity"


def test_trends_stand_beside_where_a_quantity_starts() -> None:
    _, _, listed = found(
        changed(
            DUEL,
            outcomes__warmth={"name": "Warmth", "of": "affinity of south and north"},
            outcomes__home={"name": "At home", "of": "support of north"},
            **{"relations__north and south__affinity_trend": 0.01},
            actors__north__support_trend=-0.01,
            issues__border__trend=1,
        )
    )
    for name, trend in (
        ("warmth", "relations.north and south.affinity_trend"),
        ("home", "actors.north.support_trend"),
        ("border", "issues.border.trend"),
    ):
        assert listed[name].own[1] == trend


def test_a_cost_is_paid_with_every_proposal_of_its_actor() -> None:
    _, dataset, listed = found(
        changed(DUEL, outcomes__home={"name": "At home", "of": "support of north"})
    )
    cost = next(one for one in listed["home"].levers if one.numbers == ("levers.summit.cost",))
    made = dataset["choice"].sel(direction="north to south").values == 0
    assert cost.proposed
    assert cost.uses == pytest.approx(made.sum() / dataset.sizes["run"])
    assert cost.push == pytest.approx(-0.01 * cost.uses)
    # What south does to its own support is nothing to north.
    rebuke = next(one for one in listed["home"].levers if one.lever == "rebuke")
    assert rebuke.habits == ("levers.rebuke.usual.anyone to anyone",)
    done = dataset["choice"].sel(direction="north to south").values == 1
    assert rebuke.uses == pytest.approx(done.sum() / dataset.sizes["run"])


def test_the_list_is_cut_and_says_so() -> None:
    # Thirty levers of the sample all move the affinity of the two who use them.
    built = sample_scenario()
    dataset = sample_results(built, runs=20)
    warmth = find_drivers(dataset, built)[0]["warmth"]
    assert (len(warmth.levers), warmth.left_out) == (module.MOST_LEVERS, 30 - module.MOST_LEVERS)
    accepted = dataset["choice"].where(dataset["accepted"], -1)
    ways = [way for way in dataset["direction"].values if set(ends_of(way)) == {"north", "south"}]
    counts = Counter(accepted.sel(direction=ways).values.ravel().tolist())
    counts.pop(-1)
    most = [str(dataset["lever"].values[place]) for place, _ in counts.most_common(1)]
    assert [warmth.levers[0].lever] == most


def test_counted_acts_name_their_habits_and_watched_levers_their_effects() -> None:
    built = sample_scenario()
    outcomes, watched = find_drivers(sample_results(built, runs=20), built)
    assert {one.lever for one in outcomes["steps"].levers} == {"summit", "projects", "joint"}
    for one in outcomes["steps"].levers:
        assert one.size is None
        assert set(one.habits) == {
            f"levers.{one.lever}.{table}.anyone to anyone" for table in ("usual", "consent")
        }
    (treaty,) = watched["peace"].levers
    assert "levers.treaty.effects.affinity of actor and target" in treaty.numbers
    assert watched["close"].outcomes == ("warmth",)
    assert watched["close"].own == ("watch.close.when.affinity of north and south.at_least",)
    (storm,) = watched["storm"].events
    assert storm.numbers == ("events.storm.chance",)


def test_events_name_their_change_and_how_often_they_came() -> None:
    document = changed(
        DUEL,
        events__raid={
            "name": "a raid",
            "chance": 0.2,
            "when": {"tension of north and south": {"at_least": 0.1}},
            "changes": {"tension of south and north": {"by": 0.1}},
        },
        events__vote={
            "name": "a vote",
            "on": "2016-12-01",
            "changes": {"issue border": {"to": 50}},
        },
        outcomes__heat={"name": "Heat", "of": "tension of north and south"},
    )
    _, dataset, listed = found(document)
    (raid,) = listed["heat"].events
    assert raid.numbers == (
        "events.raid.changes.tension of south and north.by",
        "events.raid.chance",
        "events.raid.when.tension of north and south.at_least",
    )
    assert raid.share == pytest.approx(
        float(dataset["happened"].sel(event="raid").any("round").mean())
    )
    (vote,) = listed["border"].events
    assert (vote.numbers, vote.share) == (("events.vote.changes.issue border.to",), 1.0)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_one_number_that_matters_stands_first_with_its_sign(sign: int) -> None:
    document = copy.deepcopy(SAMPLES["quiet"])
    document["events"] = {
        "push": {
            "name": "a push",
            "on": "2016-12-01",
            "changes": {
                "issue border": {"by": {"value": 20 * sign, "spread": {"normal": 10}}},
                "support of south": {"by": {"value": 0, "spread": {"normal": 0.1}}},
            },
        }
    }
    document["actors"]["south"]["power"] = {"value": 0.1, "spread": {"uniform": [0.05, 0.15]}}
    document["outcomes"] |= {
        "far": {"name": "Far", "of": "issue border"},
        "weak": {"name": "Weak", "of": "affinity of north and south"},
    }
    document["issues"]["border"]["outcome"] = 50
    _, _, listed = found(document, runs=200)
    (first,) = listed["border"].uncertain
    assert first.path == "events.push.changes.issue border.by"
    assert first.rho > 0.99
    assert listed["weak"].uncertain == ()  # it never moves


@pytest.mark.parametrize(("runs", "failed"), [(1, 0), (2, 0), (3, 3), (30, 4)])
def test_few_or_failed_runs_are_no_trouble(runs: int, failed: int) -> None:
    built = sample_scenario()
    outcomes, watched = find_drivers(sample_results(built, runs=runs, failed=failed), built)
    if runs == failed:
        assert (outcomes, watched) == ({}, {})
    else:
        assert set(outcomes) == set(built.description.outcomes)
        assert set(watched) == set(built.description.watch)
        assert all(np.isfinite(d.uses) for one in outcomes.values() for d in one.levers)


def test_a_scenario_without_uncertain_numbers_or_levers_has_drivers() -> None:
    _, _, listed = found(SAMPLES["quiet"], runs=5)
    assert listed["border"].levers == ()
    assert listed["border"].uncertain == ()
    assert listed["border"].own == ("issues.border.outcome",)


def test_a_condition_on_what_is_not_reported_lists_its_drivers() -> None:
    built, dataset, _ = found(
        changed(
            DUEL,
            watch__both={
                "name": "both",
                "when": {
                    "tension of south and north": {"at_most": 0.1},
                    "issue border": {"at_least": 50},
                },
            },
        )
    )
    both = find_drivers(dataset, built)[1]["both"]
    assert both.outcomes == ("border",)
    assert both.own == (
        "watch.both.when.tension of south and north.at_most",
        "watch.both.when.issue border.at_least",
        "relations.north and south.tension",
        "coefficients.reversion.tension",
        "coefficients.noise.tension",
    )
    assert {number for one in both.levers for number in one.numbers} == {
        f"levers.{lever}.effects.tension of actor and target" for lever in ("summit", "rebuke")
    }


def test_what_lasts_is_driven_by_what_begins_ends_and_delivers() -> None:
    made = scenario(LASTING)
    outcomes, watched = find_drivers(run(made, runs=20), made)
    peace, trust, office = (outcomes[key] for key in ("peace", "trust", "office"))
    assert {one.lever for one in peace.levers} == {"sign", "leave", "freeze", "thaw"}
    assert {one.event for one in peace.events} == {"storm", "talks"}
    assert "arrangements.peace.solemnity" in peace.own
    assert {one.lever for one in trust.levers} == {"plan", "aid"}
    assert trust.own[0] == "relations.south to north.trust"
    assert "actors.north.government.hazard" in office.own
    assert {one.event for one in office.events} == {"new_government_north"}
    assert {one.event for one in watched["fallen"].events} == {"new_government_north"}
    # What an arrangement changes while it is in force is a number behind the quantity.
    tense = scenario(changed(LASTING, outcomes={
        "tense": {"name": "tension", "of": "tension of north and south"}}))  # fmt: skip
    found, _ = find_drivers(run(tense, runs=4), tense)
    assert "arrangements.peace.effects.tension of actor and target" in found["tense"].own
