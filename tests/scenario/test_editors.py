"""Editors of other makers say of a file what our own validator says of it."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, given, settings

from tests.fixtures.editors import LanguageServer, ajv
from tests.fixtures.odd_documents import spoilt as spoilt_document
from tests.fixtures.paths import ROOT
from tests.fixtures.quartet import QUARTET
from tests.fixtures.world_file import WORLD, spoilt
from tests.scenario.test_json_schema import SCHEMA, VALIDATOR

SLIPS = [
    (("power: 0.3", "powr: 0.3"), "powr"),
    (("power: 0.3", "power: much"), "number"),
    (("outcome: 20", "outcome: 120"), "100"),
    (("round: quarter", "round: fortnight"), "quarter"),
    (("on: 2017-05-01", "on: 2017-02-29"), "pattern"),
    (("cameo: '138'", "cameo: '238'"), "138"),
    (("south to north: 0.3", "south and north: 0.3"), "number"),
    (("issue border: -2", "border: -2"), "border"),
    (("support of actor: {at_least: 0.3}", "support of actor: 0.3"), "Limits"),
]


def documents(number: int) -> list[dict[str, Any]]:
    """Documents with something odd in them, the same each time."""
    found: list[dict[str, Any]] = []

    @settings(max_examples=number, derandomize=True, database=None, phases=[Phase.generate])
    @given(spoilt_document())
    def collect(document: dict[str, Any]) -> None:
        found.append(document)

    collect()
    return found


def test_ajv_accepts_what_our_validator_accepts() -> None:
    drawn = [QUARTET, *documents(120)]
    drawn += [{**document, "extends": "base.yaml"} for document in drawn]
    ours = [VALIDATOR.is_valid(document) for document in drawn]
    assert set(ours) == {True, False}
    assert ajv(SCHEMA, drawn) == ours


def test_the_language_server_finds_the_slips_and_only_those() -> None:
    with LanguageServer(ROOT / "scenarios" / "schema.json") as server:
        assert server.faults(WORLD) == []
        assert server.faults("extends: base.yaml\nactors: {north: null}\n") == []
        for shipped in ("two-neighbours.yaml", "northeast-asia-2016.yaml", "hollow-plan.yaml"):
            assert server.faults((ROOT / "scenarios" / shipped).read_text("utf-8")) == []
        for slip, told in SLIPS:
            found = server.faults(spoilt(slip))
            assert any(told in message for message in found), (slip, found)
