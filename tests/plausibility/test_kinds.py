"""Each kind of note: a scenario that has it, and the nearest that has not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.calm_file import CALM, named, odd, only
from tests.fixtures.scenarios import Document, changed

CRISIS = "tension of north and south"
SEA: Document = {
    "name": "The sea", "low": "closed", "high": "open", "outcome": 20, "volatility": 2,
    "stances": {"north": {"position": 10, "salience": 0.3}},
}  # fmt: skip
RAGE: Document = {
    "name": "a rage", "when": {CRISIS: {"at_least": 0.2}},
    "changes": {"support of south": {"by": 0.1}},
}  # fmt: skip
QUIET: Document = {"name": "Quiet", "of": CRISIS, "wants": "less"}
MIGHT: Document = {"name": "Might", "of": {"share": ["power of north", "power of south"]}}
EAST_STANDS_BY: Document = {"levers__divide__usual": {"south to north": 0.04}}
RARE: Document = {**CALM["events"]["drought"], "changes": {"issue valley": {"by": 5}}}
FREQUENT: Document = {**RARE, "chance": 0.5}


def test_a_calm_scenario_has_no_notes() -> None:
    assert named(odd()) == []


@pytest.mark.parametrize(
    "parts",
    [
        {"claim__usual": 0.2, "claim__effects": {"affinity of actor and target": -0.3}},
        {"talk__usual": 0.45, "talk__cost": 0.1},
    ],
    ids=["affinity", "support"],
)
def test_what_rests_in_ordinary_times_is_carried_by_no_habit(parts: dict[str, Any]) -> None:
    assert named(odd(**{f"levers__{path}": value for path, value in parts.items()})) == []


WITH_AND_WITHOUT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "carried talk",
        {"levers__talk__effects": {"issue valley": 4}},
        {"levers__talk__effects": {"issue valley": 1}},
    ),
    (
        "carried claim",
        {
            "levers__claim__usual": {"south to north": 0.5},
            "levers__claim__effects": {"issue valley": 8},
        },
        {
            "levers__claim__usual": {"south to north": 0.1},
            "levers__claim__effects": {"issue valley": 8},
        },
    ),
    ("carried drought", {"events__drought": FREQUENT}, {"events__drought": RARE}),
    (
        "trending affinity of north and south",
        {"relations__north and south__affinity_trend": 0.1},
        {"relations__north and south__affinity_trend": 0.02},
    ),
    (
        "losing divide",
        {
            "issues__valley__stances__south__position": 20,
            "levers__divide__effects": {"issue valley": 20},
        },
        {"levers__divide__effects": {"issue valley": 20}},
    ),
    (
        "against claim",
        {"levers__claim__effects": {"issue valley": -4}},
        {"levers__claim__effects": {"issue valley": 4}},
    ),
    (
        "crowded north to south",
        {"levers__talk__usual": {"north to south": 0.95}},
        {"levers__talk__usual": {"north to south": 0.94}},
    ),
    (
        "unreached crisis",
        {"watch__crisis__when": {CRISIS: {"at_least": 0.9}}},
        {"watch__crisis__when": {CRISIS: {"at_least": 0.5}}},
    ),
    (
        "unreached crisis",
        {"watch__crisis__when": {"issue valley": {"at_most": 5}}},
        {
            "watch__crisis__when": {"issue valley": {"at_most": 25}},
            "levers__claim__effects": {"issue valley": 1},
            "issues__valley__volatility": 2,
        },
    ),
    (
        "unreached drought",
        {"events__drought__when": {CRISIS: {"at_least": 0.9}}},
        {"events__drought__when": {CRISIS: {"at_least": 0.3}}},
    ),
    (
        "certain crisis",
        {"watch__crisis__when": {CRISIS: {"at_least": 0.3}}},
        {"watch__crisis__when": {CRISIS: {"at_least": 0.31}}},
    ),
    (
        "unmoved sea",
        {
            "issues__sea": changed(SEA, volatility=0),
            "outcomes__sea": {"name": "The sea", "of": "issue sea"},
        },
        {"issues__sea": SEA, "outcomes__sea": {"name": "The sea", "of": "issue sea"}},
    ),
    (
        "unmoved valley",
        {
            "levers__claim__effects": {"issue valley": 0.05},
            "levers__divide__effects": {"issue valley": 0.2},
        },
        {
            "levers__claim__effects": {"issue valley": 3},
            "levers__divide__effects": {"issue valley": 5},
        },
    ),
    (
        "unweighed quiet",
        {"interests__quiet": QUIET},
        {"interests__quiet": QUIET, "actors__north__weights__quiet": 0.2},
    ),
    (
        "unserved might",
        {"interests__might": MIGHT, "actors__north__weights__might": 0.2},
        {"interests__might": QUIET, "actors__north__weights__might": 0.2},
    ),
    (
        "unshown sea",
        {"issues__sea": SEA},
        {
            "issues__sea": SEA,
            "watch__sea": {"name": "open", "when": {"issue sea": {"at_least": 25}}},
        },
    ),
    (
        "idle west",
        {
            "actors__west": {"name": "West", "power": 0.01},
            "levers__talk__usual": {"north to south": 0.1},
        },
        {
            "actors__west": {"name": "West", "power": 0.01},
            "levers__talk__usual": {"west to north": 0.1},
        },
    ),
    (
        "empty talk",
        {"levers__talk__effects": {}},
        {"levers__talk__effects": {"ties of actor to target": 0.01}},
    ),
    (
        "flat power",
        {"outcomes__power": {"name": "Strength", "of": "power of east"}},
        {
            "outcomes__power": {"name": "Strength", "of": "power of east"},
            "actors__east__power_growth": 0.01,
        },
    ),
    (
        "never claims",
        {"outcomes__claims": {"name": "Claims", "acts": ["claim"], "by": "east"}},
        {"outcomes__claims": {"name": "Claims", "acts": ["claim"], "by": "south"}},
    ),
    ("never divided", {"watch__divided__toward": "east"}, {"watch__divided__toward": "north"}),
    (
        "contrary claim",
        {"levers__claim__effects": {"tension of actor and target": -0.02, "issue valley": 2}},
        {
            "levers__claim__effects": {
                "tension of actor and target": 0.02,
                "affinity of actor and target": 0.01,
                "issue valley": 2,
            }
        },
    ),
    (
        "contrary talk",
        {"levers__talk__effects": {"affinity of actor and target": -0.02}},
        {"levers__talk__effects": {"affinity of actor and others": -0.02}},
    ),
    (
        "certain rage",
        {"events__rage": RAGE},
        {"events__rage": {**RAGE, "since": "2018-01-01"}},
    ),
    (
        "unreached divide",
        {"levers__divide__requires": {"affinity of actor and target": {"at_least": 0.9}}},
        {"levers__divide__requires": {"affinity of actor and target": {"at_least": 0.1}}},
    ),
    (
        "idle east",
        {"levers__talk__usual": {"north to anyone": 0.2}, **EAST_STANDS_BY},
        {"levers__talk__usual": {"north to anyone": 0.2, "east to north": 0.1}, **EAST_STANDS_BY},
    ),
    ("powers", {"actors__north__power": 5}, {"actors__north__power": 0.49}),
    (
        "scaled valley",
        {"issues__valley__outcome": 0.3, "issues__valley__stances__south__position": 1},
        {"issues__valley__outcome": 0.3},
    ),
]


@pytest.mark.parametrize(("name", "with_it", "without"), WITH_AND_WITHOUT)
def test_a_note_is_told_where_it_is_due_and_not_beside_it(
    name: str, with_it: dict[str, Any], without: dict[str, Any]
) -> None:
    assert name in named(odd(**with_it))
    assert name not in named(odd(**without))


def test_a_carried_issue_has_its_numbers() -> None:
    note = only(odd(levers__talk__effects={"issue valley": 4}, issues__valley__stances={}))
    assert note.name == "carried talk"
    assert note.place.path == "levers.talk.usual"
    assert 8 < note.value < 12, "0.2 of 6 pairs in 12 rounds, agreed to in seven of ten: 10"
    assert "from 30 to 6" in note.text
    assert "by 6 pairs" in note.text
    assert "name the pairs that you mean (usual: {north to south: 0.2})" in note.remedy


def test_a_rare_step_is_not_a_habit() -> None:
    once = odd(levers__divide__usual={"south to north": 0.6}, levers__divide__consent=0.9)
    assert "carried divide" not in named(once), "nearly every run has it, and once"


def test_what_actors_do_out_of_need_is_not_a_habit() -> None:
    needed = changed(
        CALM,
        events={
            "rage": {"name": "rage", "on": "2016-10-02", "changes": {
                "salience of south on valley": {"to": 1}, "weight of south on issues": {"to": 1}}}},
        levers__claim__usual={"south to north": 0.02}, levers__claim__effects={"issue valley": 25},
        coefficients={"rationality": 3},
    )  # fmt: skip
    found = odd(needed)
    used = {use.lever: use for use in found.uses if use.lever == "claim"}["claim"]
    assert used.used > 4 * used.usual, "the event makes it much more frequent"
    assert "carried claim" not in named(found)


def test_a_losing_lever_says_what_each_side_loses() -> None:
    note = only(
        odd(
            issues__valley__stances__south__position=20,
            levers__divide__effects={"issue valley": 20},
            levers__claim__effects={"issue valley": -2},
        )
    )
    assert note.name == "losing divide"
    assert "North loses" in note.text
    assert "it moves The valley from 30 to 50, away from its 20" in note.text


def test_a_lever_that_serves_one_of_two_is_no_loss() -> None:
    assert "losing divide" not in named(odd(levers__divide__effects={"issue valley": 20}))


def test_a_move_that_asks_nobody_may_hurt_both() -> None:
    assert named(odd(levers__claim__effects={"tension of actor and target": 0.1})) == []


def test_one_sign_for_two_sides_is_told_of_the_one_it_is_against() -> None:
    note = only(
        odd(
            levers__claim__usual={"south to north": 0.1, "north to south": 0.1},
            levers__claim__effects={"issue valley": 3},
        )
    )
    assert (note.name, note.place.path) == ("against claim", "levers.claim.usual.north to south")
    assert "North will use 'claim the valley'" in note.text
    assert "same sign whoever acts" in note.remedy


def test_a_concession_that_buys_something_is_not_against_its_actor() -> None:
    bought = odd(
        levers__claim__effects={"issue valley": -2, "tension of actor and target": -0.15},
        levers__claim__goldstein=1,
    )
    assert named(bought) == []


def test_crowded_pairs_are_told_once() -> None:
    found = odd(levers__talk__usual=0.97, levers__claim__usual={"south to north": 0.01},
                levers__divide__usual={"south to north": 0.01},
                levers__talk__effects={"ties of actor to target": 0.0001})  # fmt: skip
    note = only(found)
    assert note.name == "crowded south to north"
    assert note.value == pytest.approx(0.99)
    assert "so it is for 5 more pairs" in note.text


def test_powers_from_a_source_may_sum_to_anything() -> None:
    from dataclasses import replace

    from sim.plausibility.notes import notes
    from sim.scenario.loading import build
    from sim.scenario.schema import Dataset, Library

    sourced = changed(CALM, actors__north__power={"value": 5, "source": "almanac"})
    almanac = Dataset(name="An almanac", year="2016", about="strength")
    scenario = build(sourced, "valley", Library(data={"almanac": almanac}))
    assert named(notes(scenario)) == []
    assert named(notes(replace(scenario, overrides=()))) == []


def test_a_run_that_stops_at_once_weighs_more() -> None:
    holds = {"watch__crisis__when": {CRISIS: {"at_least": 0.2}}}
    plain, stopping = only(odd(**holds)), odd(**holds, stop=["crisis"])[0]
    assert stopping.name == plain.name == "certain crisis"
    assert stopping.weight > plain.weight
    assert "every run stops after one round" in stopping.text


def test_shares_of_power_are_told_in_full() -> None:
    note = only(odd(actors__north__power=500))
    assert "North has over 99.9 %" in note.text or "North has 99.9 %" in note.text
    assert "East has under 0.1 %" in note.text


def test_one_requirement_that_one_pair_can_meet_is_enough() -> None:
    for_some = {"levers__talk__requires": {"affinity of actor and target": {"at_least": 0.15}}}
    assert named(odd(**for_some)) == [], "north and east, south and east begin at 0.2"


def test_a_limit_a_little_out_of_reach_is_near() -> None:
    far = only(odd(watch__crisis__when={CRISIS: {"at_least": 0.9}}))
    assert named(odd(watch__crisis__when={CRISIS: {"at_least": far.value + 0.05}})) == []


def test_what_others_come_to_agree_to_is_not_a_habit() -> None:
    turned = {"position of north on valley": {"to": 100}, "weight of north on issues": {"to": 1}}
    found = odd(
        events={"turn": {"name": "North turns", "on": "2016-10-02", "changes": turned}},
        levers__claim__usual={"south to north": 0.5},
        levers__claim__consent=0.03,
        levers__claim__effects={"issue valley": 25},
        coefficients={"rationality": 3},
    )
    (used,) = (use for use in found.uses if use.lever == "claim")
    assert used.used > 3, "it is usually agreed to once in 33 times"
    assert "carried claim" not in named(found)


def test_half_of_the_loss_gained_elsewhere_is_no_little() -> None:
    def lost(eased: float) -> list[str]:
        return named(
            odd(
                levers__claim__effects={
                    "issue valley": -4, "tension of actor and target": -eased,
                },
                levers__claim__goldstein=1,
            )
        )  # fmt: skip

    assert lost(0.001) == ["against claim"]
    assert lost(0.1) == [], "it still loses, and 2.1 of 4.1 come back as security"


def test_a_requirement_that_is_near_for_one_pair_is_near() -> None:
    def closed_at(least: float) -> list[str]:
        warm = {"affinity of actor and target": {"at_least": least}}
        return named(odd(levers__divide__usual=0.05, levers__divide__requires=warm))

    from sim.model.compiled import CompiledScenario
    from sim.plausibility.trial import play
    from sim.scenario.loading import build

    trial = play(CompiledScenario(build(changed(CALM, levers__divide__usual=0.001), "valley")))
    assert trial is not None
    warmest = max(
        trial.highest[trial.layout.at("affinity", *pair)].max() for pair in trial.layout.pairs
    )
    assert closed_at(round(warmest + 0.05, 2)) == []
    assert "unreached divide" in closed_at(0.99)


def test_a_power_on_another_scale_is_told_first() -> None:
    found = odd(actors__north__power=55)
    assert found[0].name == "powers"
    assert found[0].place.path == "actors.north.power"
    assert "as 0.55 for 55" in found[0].remedy


def test_an_answer_under_a_name_that_is_nearly_right_is_told() -> None:
    loud = {"levers__talk__effects": {"issue valley": 4}, "issues__valley__stances": {}}
    note = only(odd(**loud, notes={"carried tlak": "it is meant so"}))
    assert "did you mean 'carried talk'?" in note.remedy
