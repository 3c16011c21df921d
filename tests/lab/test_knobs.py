"""What a visitor turns first, and the search for it where a file names nothing."""

from __future__ import annotations

import time

import pytest

from sim.lab import screening
from sim.lab.knobs import Knob, all_numbers, knobs_of, named, nice_step, settings
from sim.lab.screening import effects, range_of, screened
from sim.lab.variant import Change, Variant
from sim.scenario.loading import build, load_scenario
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import run
from tests.fixtures.paths import SCENARIOS
from tests.fixtures.scenarios import DUEL, changed
from tests.fixtures.shipped import NAMES, loaded

KNOBS = {
    "actors.north.power": {"low": 0.1, "high": 0.4},
    "levers.summit.usual.anyone to anyone": {
        "low": 0.05, "high": 0.5, "step": 0.05, "title": "Summits",
        "words": ["rare", "some", "many"],
    },
}  # fmt: skip


@pytest.fixture
def duel() -> Scenario:
    return build(changed(DUEL, knobs=KNOBS))


def test_the_knobs_of_a_file_come_first_with_their_words(duel: Scenario) -> None:
    power, summits, *rest = knobs_of(duel)
    assert (power.path, power.low, power.high, power.value) == ("actors.north.power", 0.1, 0.4, 0.2)
    assert (power.title, power.step, power.own) == ("North: power", 0.005, True)
    assert (summits.title, summits.step) == ("Summits", 0.05)
    assert [word for _, word in summits.words] == ["rare", "some", "many"]
    assert [place for place, _ in summits.words] == [0.05, 0.275, 0.5]
    assert [knob.path for knob in rest[:3]] == ["lens", "calendar.rounds", "seed"]


def test_a_range_grows_to_a_number_that_was_set_beyond_it() -> None:
    duel = build(changed(DUEL, knobs=KNOBS), overrides={"actors.north.power": 2})
    assert (named(duel)[0].low, named(duel)[0].high) == (0.1, 2)


def test_each_setting_makes_a_variant_that_plays() -> None:
    variant = Variant(SCENARIOS / "two-neighbours.yaml")
    for knob in settings(variant.base_scenario()):
        turned = {"choice": "realist", "whole": str(int(knob.value) + 1) if knob.kind == "whole"
                  else "", "switch": "off"}[knob.kind]  # fmt: skip
        one = Variant(variant.base, (Change(knob.path, turned),))
        assert one.scenario().sha256 != variant.digest()


@pytest.mark.parametrize("name", ["two-neighbours", "yamaguchi-2016", "unquiet-world"])
def test_every_number_has_a_range_that_holds_it_and_that_it_may_take(name: str) -> None:
    scenario = load_scenario(name)
    knobs = all_numbers(scenario)
    assert {knob.path for knob in knobs} == set(scenario.parameters)
    for knob in knobs:
        value = float(knob.value)
        assert knob.least <= knob.low <= value <= knob.high <= knob.most, knob
        assert 0 < knob.step <= knob.high - knob.low, knob


def test_a_number_says_what_it_rests_on() -> None:
    knobs: dict[str, Knob] = {one.path: one for one in all_numbers(load_scenario("yamaguchi-2016"))}
    drawn = knobs["actors.united_states.government.successor.positions.isolation"]
    assert drawn.spread == "from 40 to 70"
    assert drawn.source
    islands = knobs["levers.implement_plan.usual.japan to russia"].source.split("; ")
    assert len(set(islands)) == len(islands) > 1
    assert "deal with Moscow" in drawn.why


@pytest.mark.parametrize(("low", "high", "step"), [(0, 1, 0.01), (0, 3, 0.05), (10, 17, 0.1)])
def test_a_step_is_a_round_number(low: float, high: float, step: float) -> None:
    assert nice_step(low, high) == step


# The screening.


def test_it_is_the_same_for_the_same_seed_and_quick() -> None:
    scenario = load_scenario("yamaguchi-2016")
    screened(load_scenario("two-neighbours"))  # what is made once is made
    begun = time.process_time()
    first = screened(scenario)
    assert time.process_time() - begun < 8  # on any machine; about one second of two cores
    assert screened(scenario) == first
    assert len(first) == 12
    assert screened(scenario, most=5) == first[:5]


@pytest.mark.parametrize(
    ("name", "path", "low", "high"),
    [
        ("two-neighbours", "relations.north and south.tension", 0.1, 0.6),
        # Of an uncertain number among many.
        ("crimea-2014", "relations.japan and russia.affinity", -0.2, 0.4),
    ],
)
def test_an_effect_is_that_of_whole_runs_with_both_ends_set(
    name: str, path: str, low: float, high: float
) -> None:
    """The oracle is `run --set` with each end, and a mean taken by hand."""
    runs = 64
    (found,) = effects(load_scenario(name), {path: (low, high)}, runs, 7)
    ends = [run(load_scenario(name, {path: end}), runs, 7) for end in (low, high)]
    base = run(load_scenario(name), runs, 7)
    gaps = {}
    for key in map(str, base["outcome"].values):
        last = [one["reported"].sel(outcome=key).values[:, -1] for one in (*ends, base)]
        gaps[key] = abs(float((last[1] - last[0]).mean())) / float(last[2].std()) / 0.1
    for key in map(str, base["watch"].values):
        came = [float((one["watched"].sel(watch=key).values >= 0).mean()) for one in ends]
        gaps[key] = abs(came[1] - came[0]) / 0.02
    assert found.on == max(gaps, key=lambda key: gaps[key])
    assert found.size == pytest.approx(max(gaps.values()), rel=1e-4)
    assert found.breadth == pytest.approx(sum(min(gap, 10) for gap in gaps.values()), rel=1e-3)


def test_what_moves_nothing_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this scenario's one outcome nothing but its start decides."""
    monkeypatch.setattr(screening, "_SECOND", 8)  # so that the first search has to choose
    assert [one.path for one in screened(build(DUEL))] == ["issues.border.outcome"]


def test_a_range_goes_as_far_as_a_number_may() -> None:
    numbers = load_scenario("yamaguchi-2016").parameters
    assert range_of(numbers["issues.islands.outcome"]) == (0, 19)
    volatile = next(one for path, one in numbers.items() if path.endswith("volatility"))
    assert range_of(volatile)[1] <= 3 * volatile.value or volatile.quantity.spread


@pytest.mark.parametrize("name", NAMES)
def test_every_knob_that_ships_moves_something(name: str) -> None:
    """From end to end an outcome moves by a tenth of its spread, or an event by two points."""
    scenario = loaded(name)
    knobs = scenario.description.knobs
    assert 6 <= len(knobs) <= 12
    ranges = {path: (knob.low, knob.high) for path, knob in knobs.items()}
    found = effects(scenario, ranges, 1000, scenario.description.seed)
    assert {one.path: one.size for one in found if one.size <= 1} == {}
    assert all(knob.title and knob.low <= scenario.parameters[path].value <= knob.high
               for path, knob in knobs.items())  # fmt: skip
