"""CAMEO codes: the shelf, what a lever's name suggests, and levers without a code."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from sim import run
from sim.results.export import write_events
from sim.scenario.cameo import (
    CODES,
    goldstein,
    is_conflict,
    matching_codes,
    quad_class,
    suggested_code,
    tone,
)
from sim.scenario.loading import load_scenario
from sim.scenario.schema import Lever
from tests.fixtures.paths import SHIPPED
from tests.fixtures.scenarios import DUEL, changed, scenario
from tests.fixtures.world_file import load, only, spoilt


def lever(**stated: Any) -> Lever:
    return Lever.model_validate({"name": "act", "usual": 0.1, **stated})


def test_every_code_has_its_groups_and_a_value_on_the_scale() -> None:
    assert {code[:2] for code in CODES} == {f"{root:02}" for root in range(1, 21)}
    for code, one in CODES.items():
        assert code.isdigit()
        assert 2 <= len(code) <= 4
        assert all(code[:digits] in CODES for digits in range(2, len(code)))
        assert -10 <= one.goldstein <= 10
        assert (one.goldstein < 0) == is_conflict(lever(cameo=code)) or code[:2] in ("01", "02")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("010", "verbal cooperation"), ("057", "verbal cooperation"),
        ("060", "material cooperation"), ("087", "material cooperation"),
        ("090", "verbal conflict"), ("138", "verbal conflict"),
        ("14", "material conflict"), ("204", "material conflict"),
    ],
)  # fmt: skip
def test_roots_fall_into_four_classes(code: str, name: str) -> None:
    assert quad_class(lever(cameo=code)) == name
    assert is_conflict(lever(cameo=code)) == ("conflict" in name)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("treaty", ["057"]), ("mediate", ["039", "045"]), ("0861", ["0861"]),
        ("criticise", ["111"]), ("embassy", []), ("blockade", ["0872", "1381", "191"]),
    ],
)  # fmt: skip
def test_a_word_finds_codes(words: str, codes: list[str]) -> None:
    assert [one.code for one in matching_codes(words)] == codes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("sign a peace treaty", "057"), ("hold a summit", "043"), ("impose tariffs", "163"),
        ("lift the sanctions", "085"), ("threaten sanctions", "1312"), ("declare war", "190"),
        ("send troops to the border", "154"), ("cut off aid", "162"), ("talk", "040"),
        ("demand an apology", "100"), ("release prisoners", "0841"),
        ("accuse of aggression", "1123"),
        ("do something", None), ("", None), ("quit the water treaty", None),
        ("withdraw from the alliance", "166"), ("break relations", "161"),
        ("sign a treaty to end the war", "057"),
    ],
)  # fmt: skip
def test_the_name_of_a_lever_suggests_a_code(name: str, code: str | None) -> None:
    likely = suggested_code(name)
    assert (likely.code if likely else None) == code


def test_levers_are_as_hostile_by_their_effects_as_by_their_codes() -> None:
    """What the model goes by where a lever has no code, held against those that have one."""
    levers = {
        name: one
        for path in SHIPPED
        for name, one in load_scenario(path).description.levers.items()
    }
    assert len(levers) > 40
    bare = {"cameo": None, "goldstein": None}
    for name, one in levers.items():
        assert is_conflict(one.model_copy(update=bare)) == is_conflict(one), name


def test_without_a_code_the_effects_say_what_a_lever_is() -> None:
    kind = "affinity of target and actor"
    assert quad_class(lever()) == "verbal cooperation"
    assert quad_class(lever(effects={kind: -0.1})) == "verbal conflict"
    assert quad_class(lever(effects={kind: 0.1, "tension of actor and target": 0.2})) == (
        "verbal conflict"
    )
    assert quad_class(lever(effects={"ties of actor to target": 0.1})) == "material cooperation"
    assert quad_class(lever(effects={"affinity of actor and others": -0.1})) == "verbal cooperation"
    assert quad_class(lever(effects={kind: 0.1}, goldstein=-3)) == "verbal conflict"


def test_a_goldstein_value_is_that_of_the_code_unless_it_is_stated() -> None:
    assert goldstein(lever(cameo="057")) == 8
    assert goldstein(lever(cameo="057", goldstein=3)) == 3
    assert goldstein(lever(goldstein=3)) == 3
    assert goldstein(lever()) is None
    tones = [tone(lever(cameo="190")), tone(lever(cameo="010")), tone(lever(cameo="057"))]
    assert tones == ["conflictual", "neutral", "cooperative"]
    assert tone(lever()) == "neutral"
    assert tone(lever(effects={"tension of actor and target": 0.001})) == "conflictual"


def test_the_log_leaves_empty_what_no_file_and_no_code_says(tmp_path: Path) -> None:
    levers = {
        "bare": {"name": "nod", "usual": 0.4},
        "coded": {"name": "sign", "usual": 0.4, "cameo": "057"},
    }
    world = scenario(changed(DUEL, levers=levers))
    path = tmp_path / "events.csv"
    write_events([run(world, runs=3).data], world, path, 3)
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    columns = ("lever", "cameo", "cameo_name", "cameo_root", "goldstein")
    told = {tuple(row[name] for name in columns) for row in rows}
    assert told == {
        ("bare", "", "", "", ""),
        ("coded", "057", "sign a formal agreement", "5", "8.0"),
    }


def test_a_wrong_code_is_refused_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    fault = only(tmp_path, spoilt(("cameo: '138'", "cameo: '0579'")))
    assert fault.place.path == "levers.threat.cameo"
    assert fault.problem == "'0579' is not a CAMEO code"
    assert fault.remedy.startswith("did you mean '057' (sign a formal agreement)?")
    fault = only(tmp_path, spoilt(("cameo: '138'", "cameo: abc")))
    assert "did you mean '13" in fault.remedy


def test_a_missing_code_is_a_note_with_a_suggestion(tmp_path: Path) -> None:
    (note,) = load(tmp_path, spoilt(("    cameo: '138'\n", ""))).notes
    assert note.startswith("levers without a CAMEO code are sorted by their effects: threat (by")
