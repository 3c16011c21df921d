"""Signs: rows are read as they say, faults of a table are told with their places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.soundness.expected_signs import Judged, Sign, SignRow, judge, signs
from tests.fixtures.scenarios import DUEL, changed, scenario

DUELLISTS = scenario(
    changed(
        DUEL,
        levers__treaty={
            "name": "treaty", "usual": 0.1, "consent": 0.05, "once": True, "cameo": "057",
            "effects": {"affinity of actor and target": 0.01},
        },
        levers__rebuke__requires={"tension of actor and target": {"at_least": 0.25}},
        events={"clash": {"name": "A clash", "chance": 0.01, "changes": {
            "tension of north and south": {"by": 0.2}}}},
    )
)  # fmt: skip
CHANCE = {"levers": ["summit"], "by": "north", "toward": "south"}


def row(**parts: Any) -> Sign:
    stated = {"says": "a claim", "scenario": "duel", "sign": "rises", **parts}
    return Sign("one", "own", SignRow.model_validate(stated), DUELLISTS)


def read(**parts: Any) -> Judged:
    return judge([row(**parts)], draws=1, pairs=64)[0]


def test_a_static_row_sets_the_start_and_reads_a_chance() -> None:
    # Below 0.25 the rebuke is not open, so its chance there is 0.
    parts = {
        "set": {"tension of north and south": [0.3, 0.2]},
        "read": {"chance": {**CHANCE, "levers": ["rebuke"]}},
    }
    found = read(**parts, sign="falls")
    assert found.before == pytest.approx(0.15, rel=0.05)
    assert found.after == 0
    assert found.hit
    assert not read(**parts, sign="rises").hit


def test_a_number_is_set_as_a_change_against_ordinary_times() -> None:
    found = read(
        set={"levers.summit.consent.anyone to anyone": [0.7, 0.4]},
        read={"consent": CHANCE},
        sign="falls",
    )
    assert found.before == pytest.approx(0.7)
    assert found.after < 0.6
    assert found.hit


def test_both_directions_and_a_tone_are_summed() -> None:
    ends = {"set": {"tension of north and south": [0.3, 0.31]}}
    one = read(read={"chance": {"tone": "conflictual", "by": "north", "toward": "south"}}, **ends)
    both = read(
        read={"chance": {"tone": "conflictual", "by": "north", "toward": "south", "both": True}},
        **ends,
    )
    other = read(read={"chance": {"tone": "conflictual", "by": "south", "toward": "north"}}, **ends)
    assert both.before == pytest.approx(one.before + other.before)


def test_moves_are_made_and_agreed_to() -> None:
    # What can be done once, and is agreed to one time in twenty, is done in all pairs.
    found = read(
        moves=[{"lever": "treaty", "by": "north", "toward": "south", "rounds": [1, 1]}],
        read={"chance": {**CHANCE, "levers": ["treaty"]}, "rounds": [2, 3]},
        sign="falls",
    )
    assert found.before > 0
    assert found.after == 0
    assert found.hit


def test_an_event_happens_in_its_round() -> None:
    found = read(
        happens={"clash": 2},
        read={"chance": {**CHANCE, "levers": ["rebuke"]}, "rounds": [2, 2]},
    )
    assert found.after > found.before
    assert found.error > 0


@pytest.mark.parametrize(
    ("before", "after", "error", "at_least", "hit"),
    [
        (0.1, 0.12, 0.0, None, True),
        (0.1, 0.1009, 0.0, None, False),  # less than a hundredth of itself
        (0.1, 0.12, 0.02, None, False),  # no more than chance
        (0.1, 0.14, 0.001, 1.5, False),  # not as far as the row asks
        (0.1, 0.16, 0.001, 1.5, True),
        (0.1, 0.08, 0.0, None, False),  # the other direction
    ],
)
def test_what_a_hit_is(
    before: float, after: float, error: float, at_least: float | None, hit: bool
) -> None:
    sign = row(
        set={"tension of north and south": [0.3, 0.4]}, read={"chance": CHANCE}, at_least=at_least
    )
    found = Judged(sign, before, after, error)
    assert found.hit is hit
    assert found.right is (after > before)
    falling = row(
        set={"tension of north and south": [0.3, 0.4]},
        read={"chance": CHANCE}, at_least=at_least, sign="falls",
    )  # fmt: skip
    turned = Judged(falling, after, before, error)
    assert turned.hit is (hit and after - before > 0.01 * after)


TABLE = """\
own:
  one:
    says: a claim
    scenario: two-neighbours
    {what}
    read: {{chance: {{levers: [{lever}], by: north, toward: south}}{rounds}}}
    sign: rises
"""


@pytest.mark.parametrize(
    ("what", "lever", "rounds", "said"),
    [
        ("set: {support of nroth: [0.1, 0.2]}", "talk", "", ["5:11: own.one.set.support of nroth",
         "the actor 'nroth' is not defined", "did you mean 'north'?"]),
        ("set: {actors.north.pwer: [0.1, 0.2]}", "talk", "",
         ["'actors.north.pwer' is no number", "did you mean 'actors.north.power'?"]),
        ("set: {support of north: [0.1, 1.2]}", "talk", "", ["1.2 is out of range", "0 to 1"]),
        ("set: {support of north: [0.1, 0.2]}", "tlak", "", ["the lever 'tlak' is not defined"]),
        ("set: {support of north: [0.1, 0.2]}", "divide", "", ["there is no 'divide' by 'north'"]),
        ("set: {support of north: [0.1, 0.2]}", "talk", ", rounds: [1, 2]", ["write 'rounds:"]),
        ("happens: {storm: 2}", "talk", ", rounds: [1, 2]", ["the event 'storm' is not defined"]),
        ("moves: [{lever: march, by: north, toward: south, rounds: [1, 13]}]", "talk",
         ", rounds: [1, 2]", ["round 1 to 13 is not within the calendar", "write 1 to 12"]),
        ("moves: [{lever: divide, by: north, toward: south, rounds: [1, 1]}]", "talk",
         ", rounds: [1, 2]", ["'north' has no 'divide' toward 'south'"]),
        ("remark: nothing is set", "talk", "", ["write 'set', or 'moves' and 'happens'"]),
    ],
)  # fmt: skip
def test_faults_of_a_table(
    what: str, lever: str, rounds: str, said: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "signs.yaml"
    path.write_text(TABLE.format(what=what, lever=lever, rounds=rounds), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        signs(path)
    for words in said:
        assert words in str(caught.value)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "signs.yaml"
    text = TABLE.format(what="set: {support of nroth: [0.1, 0.2]}", lever="tlak", rounds="")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="2 faults"):
        signs(path)


def test_the_share_of_draws_that_move_in_the_direction_is_told() -> None:
    # The rebuke opens from a tension on that is drawn; in one draw of four it stays closed.
    bound = {"value": 0.35, "spread": {"uniform": [0.25, 0.45]}}
    unsure = scenario(
        changed(DUEL, levers__rebuke__requires={"tension of actor and target": {"at_least": bound}})
    )
    stated = {
        "says": "a claim", "scenario": "duel", "set": {"tension of north and south": [0.3, 0.4]},
        "read": {"chance": {**CHANCE, "levers": ["rebuke"]}},
    }  # fmt: skip
    rises, falls = (
        judge(
            [Sign("one", "own", SignRow.model_validate({**stated, "sign": sign}), unsure)], 400, 2
        )[0]
        for sign in ("rises", "falls")
    )
    assert rises.draws == pytest.approx(0.75, abs=0.08)
    assert falls.draws == 0
    moved = read(happens={"clash": 2}, read={"chance": CHANCE, "rounds": [2, 2]})
    assert moved.draws is None
