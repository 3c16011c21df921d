"""The oracle against numbers worked out by hand, and against its own promises."""

from __future__ import annotations

import datetime
import itertools
import math

import mesa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.phrases import BOUNDS
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Calendar
from tests.oracle import OracleWorld, candidate_values, scores, simulate
from tests.oracle_batch import BatchWorld
from tests.oracle_flow import in_season
from tests.oracle_look import Judge, prosperity, security, standing, win
from tests.oracle_rules import Rules, central, first_day, saturated
from tests.samples import DUEL, QUARTET, QUIET, SAMPLES, Document, changed, scenario
from tests.strategies import scenarios

TRIO: Document = changed(
    DUEL,
    actors__north__power=4,
    actors__south__power=2,
    actors__third={"name": "Third", "power": 3},
    relations={
        "north and south": {"affinity": -0.5, "tension": 0.4},
        "north and third": {"affinity": 0.5},
        "south and third": {"affinity": 0.2},
        "third to south": {"commitment": 0.1},
        "north to south": {"ties": 0.2},
        "north to third": {"ties": 0.6},
    },
)


def start(document: Document) -> tuple[Rules, dict[tuple[str, ...], float]]:
    description = scenario(document).description
    rules = Rules(description, central(description))
    return rules, rules.start()


def test_saturation_fades_in_the_outer_half() -> None:
    assert saturated(("support", "a"), 0.4, 0.1) == pytest.approx(0.1)
    assert saturated(("support", "a"), 0.9, 0.1) == pytest.approx(0.02)
    assert saturated(("support", "a"), 0.1, -0.1) == pytest.approx(-0.02)
    assert saturated(("affinity", "a", "b"), 0.5, 0.2) == pytest.approx(0.1)
    assert saturated(("issue", "i"), 100, 5) == 0
    assert saturated(("issue", "i"), 50, 80) == 50
    assert saturated(("issue", "i"), 50, 0) == 0


def test_security_of_three_by_hand() -> None:
    rules, state = start(TRIO)
    # Third leans (0.5 + 0) - (0.2 + 0.1) = 0.2 to North: N = 4 + 3 * 0.2, D = 6 + 0.6.
    assert win(rules, state, "north", "south") == pytest.approx(4.6 / 6.6)
    assert win(rules, state, "south", "north") == pytest.approx(2.0 / 6.6)
    assert security(rules, state, "north") == pytest.approx(-0.4 * 2.0 / 6.6)
    assert security(rules, state, "south") == pytest.approx(-0.4 * 4.6 / 6.6)
    assert security(rules, state, "third") == 0


def test_prosperity_and_standing_by_hand() -> None:
    rules, state = start(TRIO)
    # s = 0.8, q = 0.04 + 0.36: 0.8 - 0.5 * 0.4 / 0.8.
    assert prosperity(rules, state, "north") == pytest.approx(0.55)
    assert prosperity(rules, state, "third") == 0
    # (2 * -0.5 + 3 * 0.5) / 5.
    assert standing(rules, state, "north") == pytest.approx(0.1)


def test_price_of_affinity_is_the_slope_of_security_and_standing() -> None:
    plain = changed(
        TRIO,
        actors__north__patience=0,
        actors__north__weights=dict.fromkeys(("prosperity", "issues", "support"), 0),
    )
    rules, state = start(plain)
    price = Judge(rules, state, {}).price["north", "third"]
    step = 1e-6
    warmer = {**state, ("affinity", "north", "third"): 0.5 + step}
    w = Judge(rules, state, {}).weights["north"]
    slope = sum(
        w[component] * (of(rules, warmer, "north") - of(rules, state, "north")) / step
        for component, of in (("security", security), ("standing", standing))
    )
    # dp/dlean = 3 * 2.0 / 6.6^2, at a tension of 0.4; standing 3 / 5.
    by_hand = (0.25 * 0.4 * 3 * 2.0 / 6.6**2 + 0.1 * 0.6) / 0.35
    assert price == pytest.approx(by_hand)
    assert price == pytest.approx(slope, rel=1e-4)


def test_value_of_a_rebuke_by_hand() -> None:
    document = changed(
        DUEL, actors__north__patience=0.5, coefficients={"reversion": {"support": 0.2}}
    )
    value = candidate_values(OracleWorld(scenario(document), 1, 0))["rebuke", "north", "south"]
    # Tension at 0.3 rises unfaded; affinity at -0.2 falls by 0.8 of the push, support at 0.6
    # rises by 0.8 of it. Between two alone p is 2/3, whatever they feel.
    f_affinity, f_tension, f_support = (1 / (1 - 0.5 * kept) for kept in (0.92, 0.88, 0.8))
    by_hand = (
        0.25 * 2.25 * -f_tension * 0.04 / 3
        + 0.1 * 2.25 * -f_affinity * 0.04
        + 0.2 * f_support * 0.016
    )
    assert value["north"] == pytest.approx(by_hand)


def test_ground_given_up_costs_support() -> None:
    document = changed(
        DUEL,
        levers__summit__effects={"issue border": 10, "support of target": 0.01},
        actors__south__audience_cost=0.5,
    )
    world = OracleWorld(scenario(document), 1, 0)
    look = world.judge(world.rules.candidates)[1]
    # South wants 10; the border goes from 40 to 50, against a salience of 0.9.
    pushes = look.pushes["summit", "north", "south"]
    assert pushes["support", "south"] == pytest.approx(0.01 - 0.5 * 0.9 * 10 / 100)
    assert ("support", "north") not in pushes
    assert ("support", "south") not in look.pushes["rebuke", "north", "south"]


@pytest.mark.parametrize("name", ["duel", "quartet"])
def test_at_the_reference_levers_have_their_usual_frequency(name: str) -> None:
    described = scenario(plain(SAMPLES[name]))
    world = OracleWorld(described, 3, 0)
    found = scores(world)
    for pair, chances in found.chances.items():
        known = {m: world.rules.candidates[m].usual for m in world.rules.toward[pair]}
        open_now = {m: u for m, u in known.items() if m in world.open}
        resting = 1 - sum(known.values())
        total = resting + sum(open_now.values())
        assert chances[None] == pytest.approx(resting / total)
        for move, usual in open_now.items():
            assert chances[move[0]] == pytest.approx(usual / total)
    for move, agree in found.agree.items():
        assert agree == pytest.approx(world.rules.candidates[move].consent or 1)


def test_reference_of_an_extension_is_the_base_file() -> None:
    richer = changed(DUEL, relations__north__x=None)
    del richer["relations"]["north"]
    tense = changed(DUEL)
    tense["relations"]["north and south"]["tension"] = 0.9
    tense["levers"]["threat"] = {**DUEL["levers"]["rebuke"], "usual": 0.02}
    same = scores(OracleWorld(scenario(tense), 1, 0))
    moved = scores(OracleWorld(scenario(tense, richer), 1, 0))
    pair = ("north", "south")
    assert same.chances[pair]["summit"] == pytest.approx(0.1)
    assert moved.chances[pair]["summit"] > 0.1
    # The base file knows no threat: the scenario's own start is its reference.
    relative = moved.chances[pair]["threat"] or 0.0
    assert relative / moved.chances[pair][None] == pytest.approx(0.02 / (1 - 0.27))


def test_quiet_world_stays_as_it_is() -> None:
    history = simulate(scenario(QUIET), 5, 0)
    for series in (
        history.affinity,
        history.tension,
        history.ties,
        history.support,
        history.issues,
    ):
        assert all(entry == series[0] for entry in series)
    assert len(history.affinity) == 7


def test_drift_by_hand() -> None:
    document = changed(
        QUIET,
        coefficients__reversion={"affinity": 0.1},
        coefficients__balance=0.05,
        actors__third={"name": "Third", "power": 0.1, "power_growth": 0.01},
        events={
            "quarrel": {
                "name": "A quarrel",
                "on": "2016-10-20",
                "changes": {"affinity of north and south": {"by": -0.3}},
            }
        },
    )
    document["relations"] |= {
        "north and third": {"affinity": 0.4},
        "south and third": {"affinity": 0.5},
    }
    history = simulate(scenario(document), 5, 0, rounds=1)
    assert history.events[1] == {"quarrel"}
    by_hand = -0.5 + 0.1 * (-0.2 + 0.5) + 0.05 * (1 - 0.25) * 0.4 * 0.5
    assert history.affinity[1]["north", "south"] == pytest.approx(by_hand)
    assert history.power[1]["third"] == pytest.approx(0.11)


def test_third_party_reaction_by_hand() -> None:
    world = OracleWorld(scenario(TRIO), 1, 0)
    look = world.judge(world.rules.candidates)[1]
    for lever, share in (("summit", 0.5), ("rebuke", 1.0)):
        move = (lever, "north", "south")
        stake = 100 * look.values[move]["third"]
        expected = share * 0.03 * stake / (3 + abs(stake))
        assert look.reactions[move]["third", "north"] == pytest.approx(expected)
        assert (("third", "south") in look.reactions[move]) is (lever == "summit")


@pytest.mark.parametrize(
    ("length", "date", "round"),
    [
        ("month", "2019-02-27", 1),
        ("month", "2019-02-28", 2),
        ("month", "2019-03-28", 3),
        ("quarter", "2019-04-27", 1),
        ("quarter", "2019-04-28", 2),
        ("year", "2021-01-28", 3),
    ],
)
def test_dated_event_falls_into_one_round(length: str, date: str, round: int) -> None:
    event = {"name": "It", "on": date}
    document = changed(
        DUEL, calendar={"start": "2019-01-31", "round": length, "rounds": 6}, events={"it": event}
    )
    description = scenario(document).description
    assert [t for t in range(1, 7) if in_season(description, "it", t)] == [round]


def test_first_days() -> None:
    calendar = Calendar(start=datetime.date(2016, 11, 15), round="half-year", rounds=3)
    days = [first_day(calendar, t).isoformat() for t in (1, 2, 3)]
    assert days == ["2016-11-15", "2017-05-15", "2017-11-15"]


def test_once_requires_and_forbids_close_levers() -> None:
    often = changed(
        DUEL,
        levers__summit__usual=0.7,
        levers__summit__consent=0.999,
        levers__summit__once=True,
        levers__rebuke__requires={"rounds since rebuke": {"at_least": 3}},
        levers__rebuke__usual=0.25,
        coefficients={"rationality": 0},
        calendar__rounds=40,
        events={"ban": {"name": "Ban", "on": "2018-10-01", "forbids": ["rebuke by north"]}},
    )
    for run in range(10):
        history = simulate(scenario(often), 1, run)
        summits = [
            t
            for t, answers in enumerate(history.accepted)
            if any(yes and history.choice[t][pair] == "summit" for pair, yes in answers.items())
        ]
        assert len(set(summits)) == 1
        rebukes = [t for t, c in enumerate(history.choice) if c["north", "south"] == "rebuke"]
        assert rebukes
        assert all(later - t >= 3 for t, later in itertools.pairwise(rebukes))
        assert max(rebukes) < 25


def test_stop_freezes_the_state() -> None:
    document = changed(
        DUEL,
        watch={"act": {"name": "Anything", "lever": "rebuke", "by": "north"}},
        stop=["act"],
        calendar__rounds=60,
    )
    history = simulate(scenario(document), 1, 0)
    stopped = history.stopped_round
    assert stopped is not None
    assert history.watched["act"] == stopped
    assert history.choice[stopped]["north", "south"] == "rebuke"
    assert all(entry == history.affinity[stopped] for entry in history.affinity[stopped:])
    assert all(lever is None for c in history.choice[stopped + 1 :] for lever in c.values())


def test_a_run_depends_on_seed_and_number_only() -> None:
    described = scenario(QUARTET)
    assert simulate(described, 7, 2) == simulate(described, 7, 2)
    assert simulate(described, 7, 2) != simulate(described, 7, 3)
    turned = {
        part: dict(reversed(list(content.items()))) if isinstance(content, dict) else content
        for part, content in QUARTET.items()
    }
    other, same = simulate(scenario(turned), 7, 2), simulate(described, 7, 2)
    assert other.choice == same.choice
    assert other.affinity[-1] == pytest.approx(same.affinity[-1])


def test_batch_run() -> None:
    rows = mesa.batch_run(
        BatchWorld,
        {"scenario": scenario(DUEL), "seed": 7, "run": [0, 1]},
        display_progress=False,
        data_collection_period=1,
    )
    assert len(rows) == 12
    alone = simulate(scenario(DUEL), 7, 1)
    assert rows[-1]["issue border"] == alone.issues[-1]["border"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(described=scenarios(), run=st.integers(0, 3))
def test_every_drawn_scenario_runs_within_its_ranges(described: Scenario, run: int) -> None:
    world = OracleWorld(described, 11, run)
    for _ in range(described.description.calendar.rounds):
        world.advance()
        for quantity, x in world.state.items():
            low, high = BOUNDS[quantity[0]]  # type: ignore[index]
            assert low <= x <= high
        for chances in scores(world).chances.values():
            assert math.isclose(sum(chances.values()), 1)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(described=scenarios())
def test_without_patience_and_loss_aversion_value_is_the_plain_difference(
    described: Scenario,
) -> None:
    numbers = central(described.description)
    numbers |= {path: 0.0 for path in numbers if path.endswith(".patience")}
    numbers["coefficients.loss_aversion"] = 1.0
    rules = Rules(described.description, numbers)
    state = rules.start()
    judge = Judge(rules, state, {})
    look = judge.look(rules.candidates)
    for move, pushes in look.pushes.items():
        after = dict(state)
        for quantity, push in pushes.items():
            after[quantity] += saturated(quantity, state[quantity], push)
        for x in rules.actors:
            w = judge.weights[x]
            dear = sum(
                state["salience", x, i]
                * (
                    abs(state["issue", i] - state["position", x, i])
                    - abs(after["issue", i] - state["position", x, i])
                )
                for i in rules.issues
            )
            plainly = (
                w["security"] * (security(rules, after, x) - security(rules, state, x))
                + w["prosperity"] * (prosperity(rules, after, x) - prosperity(rules, state, x))
                + w["standing"] * (standing(rules, after, x) - standing(rules, state, x))
                + w["support"] * (after["support", x] - state["support", x])
                + w["issues"] * dear / 100
            )
            assert look.values[move][x] == pytest.approx(plainly, abs=1e-9)


def plain(document: Document) -> Document:
    """Copy a document without its spreads: its start is its reference."""

    def bare(node: object) -> object:
        if isinstance(node, dict):
            if "spread" in node:
                return node["value"]
            return {name: bare(child) for name, child in node.items()}
        return node

    return {name: bare(part) for name, part in document.items()}
