"""An editor accepts the propositions that the reader accepts, and refuses what it refuses."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from sim.claims.proposition import load_proposition, load_propositions
from sim.errors import ScenarioError
from sim.scenario.yaml_reader import read_yaml
from tests.fixtures.paths import CLAIMS
from tests.fixtures.proposition_files import CLOSER, THREATS, Document, claim, put
from tests.scenario.test_json_schema import VALIDATOR

ORDER: Document = {"lever": "summit", "by": "north", "toward": "south"}
ALL: Document = {
    **claim(
        {**CLOSER, "moves": [{**ORDER, "never": True, "since": "2017-01-01"}],
         "set": {"actors.east.power": 0.2}},
        threats=THREATS,
        all_or_none={"proposals": ["threat"], "expect": "not higher", "by_more_than": 1},
        wealth={"interest": "prosperity", "of": "east", "at": "mean", "expect": "rises"},
        tense={"when": {"tension of east and south": {"at_least": 0.3}}, "expect": "unchanged"},
    ),
    "against": {"actors": {"south": {"weights": {"security": 0.4}}}},
    "moderator": {"issues": {"border": {"stances": {"south": {"salience": 0.1}}}}},
    "null_check": {"set": {"actors.south.weights.security": 0}},
    "note": "All that a claim may hold.",
    "pairs": 10,
}  # fmt: skip


def accepts(document: Document, folder: Path) -> bool:
    """Whether the reader accepts a proposition; an editor must say the same."""
    path = put(folder, document)
    try:
        load_proposition(path)
        found = True
    except ScenarioError:
        found = False
    said = bool(VALIDATOR.is_valid(read_yaml(path).root.plain()))
    assert said == found, yaml.safe_dump(document)
    return found


@pytest.mark.parametrize("path", load_propositions(CLAIMS), ids=lambda path: path.stem)
def test_the_shipped_ones_are_accepted(path: Path) -> None:
    VALIDATOR.validate(read_yaml(path).root.plain())


def test_all_that_a_claim_may_hold_is_accepted(tmp_path: Path) -> None:
    assert accepts(ALL, tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("base", None), ("base", "/world.yaml"), ("facts", []), ("id", ""), ("claim", None),
        ("pairs", 1), ("measures", {}), ("note", 5), ("intervention", 5), ("intervention", None),
        ("moderator", 5), ("moderator", {"scenario": "world.yaml"}),
        ("null_check", {"moves": [{**ORDER, "never": "often"}]}),
        ("intervention", {"moves": [{**ORDER, "on": "2017-02-01", "since": "2017-01-01"}]}),
        ("intervention", {"moves": [{"lever": "summit", "by": "north"}]}),
        ("against", {"set": 5}), ("against", {"actors": {"south": {"powr": 1}}}),
        ("moderators", {}),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_claim_is_refused(key: str, value: object, tmp_path: Path) -> None:
    document = deepcopy(ALL)
    document[key] = value
    if value is None:
        del document[key]
    assert not accepts(document, tmp_path)


@pytest.mark.parametrize(
    "measure",
    [
        {"expect": "rises"},
        {**THREATS, "of": "issue border"},
        {"of": "issue border"},
        {"of": "issue border", "expect": "rises", "at_least": 1},
        {"of": "isue border", "expect": "rises"},
        {"of": "gap on border", "expect": "rises"},
        {"of": "issue border", "by": "north", "expect": "rises"},
        {"of": "issue border", "expect": "rise"},
        {"of": "issue border", "at": "middle", "expect": "rises"},
        {"of": "issue border", "since": "2017-02-30", "expect": "rises"},
        {"when": {"isue border": {"at_least": 1}}, "expect": "rises"},
        {"interest": "standing", "expect": "rises"},
        {"interest": "standing", "of": "issue border", "expect": "rises"},
        {"interest": "wealth", "of": "north", "expect": "rises"},
        {"of": "north", "expect": "rises"},
        {**THREATS, "expect": "not lower"},
        {**THREATS, "by_more_than": 1},
        {"acts": "threat", "at_least": 1, "by_more_than": 1},
        {**THREATS, "expect": "not higher", "by_more_than": 0},
        {**THREATS, "expects": "falls"},
    ],
)
def test_what_is_wrong_in_a_measure_is_refused(measure: Document, tmp_path: Path) -> None:
    assert not accepts(claim(CLOSER, one=measure), tmp_path)
