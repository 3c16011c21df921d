"""A condition in words of a measure: what it may say, and how a slip is answered."""

from __future__ import annotations

import datetime

import pytest

from sim.claims.condition import condition
from sim.errors import ScenarioError
from sim.scenario.loading import build
from tests.fixtures.scenarios import DUEL, changed

SCENARIO = build(
    changed(
        DUEL,
        watch={"talks": {"name": "they talk", "lever": "summit"}},
        outcomes__rebukes={"name": "Rebukes", "acts": ["rebuke"]},
    )
)


def test_an_event_means_that_it_happens() -> None:
    target = condition("watch: talks, until: 2016-12-31", SCENARIO)
    assert target.measured.at_least == 1
    assert target.measured.until == datetime.date(2016, 12, 31)
    assert target.watch == SCENARIO.description.watch["talks"]
    assert condition("watch: talks, at_most: 0", SCENARIO).measured.at_least is None
    when = condition("when: {tension of north and south: {at_least: 0.6}}", SCENARIO)
    assert when.measured.at_least == 1


def test_text_with_braces_without_and_data_are_the_same() -> None:
    text = condition("outcome: border, at: highest, at_least: 50", SCENARIO)
    assert text == condition("{outcome: border, at: highest, at_least: 50}", SCENARIO)
    data = {"outcome": "border", "at": "highest", "at_least": 50}
    assert text == condition(data, SCENARIO)
    assert data == {"outcome": "border", "at": "highest", "at_least": 50}


def test_words_for_levers_are_written_out() -> None:
    target = condition("acts: conflict, by: north, at_least: 2", SCENARIO)
    assert target.levers == ("rebuke",)


@pytest.mark.parametrize(
    ("where", "place", "said"),
    [
        ("watch: talk", "where: watch:", "did you mean 'talks'?"),
        ("wach: talks", "where: wach:", "did you mean 'watch'?"),
        ("outcome: bordr, at_least: 3", "where: outcome:", "did you mean 'border'?"),
        ("of: tension of north and suth, at_least: 0.5", "where: of:", "did you mean 'south'?"),
        ("acts: sumit, at_least: 1", "where", "did you mean 'summit'?"),
        ("outcome: border", "where:", "add at_least, at_most or both"),
        ("outcome: border, at_least: high", "where: at_least:", "write a plain number"),
        ("outcome: border, at_least: 5, at_most: 3", "where:", "the lower number under at_least"),
        ("watch: talks, at_least: 0.3", "where: at_least:", "an event happens or does not"),
        ("watch: talks, expect: rises", "where: expect:", "write at_least or at_most"),
        ("consent: summit, at_least: 0.5", "where: consent:", "not seen in a single run"),
        ("watch: talks, since: 2030-01-01", "where:", "write dates from 2016-10-01"),
        ("", "where:", "one of outcome, of, interest, acts, proposals, promises, watch, when"),
        ("watch: [", "where: this is not YAML", "put text in quotes"),
        ("watch: !!python/name:os.system x", "where:", "YAML tag"),
    ],
)
def test_a_slip_is_told_with_key_and_remedy(where: str, place: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        condition(where, SCENARIO)
    text = str(caught.value)
    assert "1 fault found" in text
    assert place in text
    assert said in text
    assert "measures" not in text
    assert "expect, " not in text


def test_all_refusals_come_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        condition("watch: talks, expect: rises, at_least: 0.5", SCENARIO)
    assert len(caught.value.faults) == 2
