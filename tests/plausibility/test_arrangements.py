"""Notes on arrangements, promises and governments: where they are due, and not beside it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import sim
from sim.model.compiled import CompiledScenario
from sim.plausibility.part_notes import kept_share
from sim.plausibility.trial import play
from sim.scenario.loading import build
from sim.scenario.lookup import promises
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import parse
from tests.fixtures.bonds_file import BONDS
from tests.fixtures.calm_file import CALM, named, odd
from tests.fixtures.scenarios import changed, scenario

PACT = {"name": "the pact", "effects": {"tension of actor and target": -0.01}}
SIGN = {
    "name": "sign the pact", "usual": {"north to south": 0.05}, "consent": 0.5, "begins": ["pact"],
    "cameo": "057", "effects": {"affinity of actor and target": 0.05},
}  # fmt: skip
WITH = {"arrangements__pact": PACT, "levers__sign": SIGN}
NEVER = {**SIGN, "requires": {"affinity of actor and target": {"at_least": 0.99}}}
PROMISE: dict[str, Any] = {
    "name": "promise to talk", "usual": {"north to east": 0.1}, "cameo": "030",
    "delivers": {"lever": "talk", "within": 3},
}  # fmt: skip


def rule(**ruling: Any) -> dict[str, Any]:
    return {"actors__east__government": ruling}


WITH_AND_WITHOUT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "empty pact",
        {**WITH, "arrangements__pact": {**PACT, "effects": {}}},
        {
            **WITH,
            "arrangements__pact": {**PACT, "effects": {}},
            "watch__pact": {
                "name": "the pact holds", "when": {"in force pact between north and south": True},
            },
        },
    ),
    ("empty pact", {**WITH, "arrangements__pact__effects": {"issue valley": 0}}, WITH),
    ("endless pact", {**WITH, "arrangements__pact__term": 13},
     {**WITH, "arrangements__pact__term": 12}),
    ("unbegun pact", {**WITH, "levers__sign": NEVER}, WITH),
    ("unbegun pact", {**WITH, "levers__sign": NEVER},
     {**WITH, "levers__sign": NEVER, "arrangements__pact__in_force": ["north and south"]}),
    ("unreached held",
     {**WITH, "levers__sign": NEVER, "watch__held": {
         "name": "the pact holds", "when": {"in force pact between north and south": True}}},
     {**WITH, "watch__held": {
         "name": "the pact holds", "when": {"in force pact between north and south": True}}}),
    ("hollow promise",
     {"levers__promise": {**PROMISE, "delivers": {"lever": "talk", "within": 1}},
      "levers__talk__usual": {"anyone to anyone": 0.2, "north to east": 0.05}},
     {"levers__promise": PROMISE}),
    ("sure promise",
     {"levers__promise": {**PROMISE, "delivers": {"lever": "talk", "within": 30}}},
     {"levers__promise": PROMISE}),
    ("falling east", rule(hazard=0.7), rule(hazard=0.1)),
    ("staying east", rule(hazard=1e-5), rule(hazard=0.1)),
    ("staying east", rule(elections=["2030-01-01"], loses=0.5),
     rule(elections=["2017-01-01"], loses=0.5)),
    ("empty nod",
     {"levers__nod": {"name": "nod", "usual": 0.05, "effects": {}, "cameo": "030"}},
     {"levers__nod": {"name": "nod", "usual": {"north to east": 0.05}, "cameo": "030",
                      "delivers": {"lever": "talk", "within": 3}}}),
    ("unmoved sea",
     {"issues__sea": {"name": "The sea", "low": "closed", "high": "open", "outcome": 20},
      **WITH},
     {"issues__sea": {"name": "The sea", "low": "closed", "high": "open", "outcome": 20},
      "arrangements__pact": {**PACT, "effects": {"issue sea": 2}}, "levers__sign": SIGN}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "with_it", "without"), WITH_AND_WITHOUT)
def test_a_note_is_told_where_it_is_due_and_not_beside_it(
    name: str, with_it: dict[str, Any], without: dict[str, Any]
) -> None:
    assert name in named(odd(**copy.deepcopy(with_it)))
    assert name not in named(odd(**copy.deepcopy(without)))


def made(**parts: Any) -> Scenario:
    return scenario(changed(CALM, **parts))


def test_how_often_a_promise_is_kept_as_a_rule() -> None:
    """By hand: 0.2 of the rounds and seven of ten agreed to, within three rounds."""
    described = made(levers__promise=PROMISE).description
    (promise,) = promises(described)
    assert kept_share(promise, described) == pytest.approx(1 - (1 - 0.2 * 0.7) ** 3)
    either = {**PROMISE, "delivers": {"lever": "talk", "within": 3, "by": "either"}}
    described = made(levers__promise=either).description
    (promise,) = promises(described)
    assert kept_share(promise, described) == pytest.approx(1 - (1 - 0.2 * 0.7) ** 6)


def test_the_level_of_trust_in_ordinary_times_follows_from_it() -> None:
    """P + p (1 - p) / 2, as the model has it: what is late counts half."""
    described = made(levers__promise=PROMISE, coefficients__learning=0)
    trial = play(CompiledScenario(described))
    assert trial is not None
    (promise,) = promises(described.description)
    often = kept_share(promise, described.description)
    row = trial.layout.at("trust", "east", "north")
    assert trial.start[row].mean() == pytest.approx(often + often * (1 - often) / 2)


@pytest.mark.parametrize(
    ("text", "unreached"),
    [
        ("rounds since peace began between north and south: {at_least: 30}", False),
        ("in force peace between north and south: false", False),
        ("trust of south in north: {at_least: 0.99}", False),
        ("rounds in office of south: {at_least: 900}", True),
    ],
)
def test_conditions_on_what_lasts_are_looked_at(text: str, unreached: bool) -> None:
    """What has no row of the state, and what is there between some pairs only, does no harm."""
    document = parse(BONDS, "bonds").plain()
    document["watch"]["far"] = {"name": "far", "when": parse(text, "it").plain()}
    document["levers"]["quit"]["requires"] = parse(
        "{in force peace between actor and target: true, "
        "rounds since peace began between actor and target: {at_least: 9}}",
        "it",
    ).plain()
    document["levers"]["talk"]["requires"] = {
        "in force peace between actor and target": True, "support of actor": {"at_least": 0.999},
    }  # fmt: skip
    found = [one.name for one in sim.notes(build(document))]
    assert ("unreached far" in found) is unreached


def test_a_promise_whose_delivery_is_against_its_maker_is_told_as_such() -> None:
    cede = {"name": "cede the valley", "usual": {"north to south": 0.1}, "cameo": "057",
            "effects": {"issue valley": 30}, "goldstein": 5}  # fmt: skip
    vow = {"name": "vow to cede", "usual": {"north to south": 0.2}, "cameo": "030",
           "delivers": {"lever": "cede", "within": 3}}  # fmt: skip
    found = {one.name: one for one in odd(levers__cede=cede, levers__vow=vow)}
    told = found["against vow"]
    assert "position: what it promises, 'cede the valley', moves an issue away" in told.text
    assert told.remedy == (
        "check what 'cede the valley' does to the issue, and the actor's position"
    )
    assert all(": ," not in one.text for one in found.values())
