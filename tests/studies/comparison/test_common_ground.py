"""What two scenarios share is compared, and what they do not share is named."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.studies.comparison.common_ground import Shared, shared
from tests.fixtures.scenarios import DUEL, Document, changed, scenario

NAMES = ("one", "two")
WATCH = {"warm": {"name": "they are friends", "when": {"affinity of north and south": {
    "at_least": 0.5}}}}  # fmt: skip


def both(other: Document, reference: Document = DUEL) -> Shared:
    return shared(scenario(reference), scenario(other), NAMES)


def test_alike_scenarios_share_everything() -> None:
    found = both(DUEL, DUEL)
    assert found.outcomes == ("border",)
    assert found.left_out == ()
    assert found.in_step
    assert list(found.rounds[0]) == list(found.rounds[1]) == list(range(7))


def test_a_longer_calendar_is_compared_on_the_dates_of_both() -> None:
    found = both(changed(DUEL, calendar__rounds=9))
    assert len(found.dates) == 7
    assert found.in_step
    assert found.left_out == (
        "Compared from October 2016 to April 2017, which “one” and “two” share.",
    )


def test_calendars_that_overlap_are_compared_by_date_and_said_to_be_out_of_step() -> None:
    found = both(changed(DUEL, calendar={"start": "2016-12-01", "round": "month", "rounds": 6}))
    assert list(found.rounds[0]) == [2, 3, 4, 5, 6]
    assert list(found.rounds[1]) == [0, 1, 2, 3, 4]
    assert found.dates[0] == np.datetime64("2016-12-01")
    assert not found.in_step
    assert any("different calendars" in said for said in found.left_out)


def test_a_quantity_written_the_other_way_round_is_the_same() -> None:
    one = changed(DUEL, outcomes={"a": {"name": "A", "of": "affinity of north and south"}})
    two = changed(DUEL, outcomes={"a": {"name": "B", "of": "affinity of south and north"}})
    assert both(two, one).outcomes == ("a",)


def test_what_one_of_them_lacks_or_means_otherwise_is_named() -> None:
    one = changed(DUEL, watch=WATCH)
    two = changed(
        DUEL,
        outcomes={
            "border": {"name": "The line", "of": "support of north"},
            "mood": {"name": "Mood", "of": "affinity of north and south"},
        },
        watch=WATCH,
    )
    found = both(two, one)
    assert (found.outcomes, found.watches) == ((), ("warm",))
    assert found.left_out == (
        "1 outcome is in “two” only: Mood.",
        "1 outcome is measured otherwise in “two” than in “one”: The border.",
    )


def test_actors_of_one_only_are_named() -> None:
    east = {"name": "East", "power": 0.1}
    two = changed(DUEL, actors={**DUEL["actors"], "east": east})
    assert "East plays in “two” only." in both(two).left_out


def test_nothing_shared_is_an_error_with_a_remedy() -> None:
    elsewhere = changed(DUEL, outcomes={"mood": {"name": "Mood", "of": "support of north"}})
    with pytest.raises(ScenarioError, match="no outcome and no watched event") as error:
        both(elsewhere)
    assert "“one” and “two”" in str(error.value)
    later = changed(DUEL, calendar={"start": "2030-01-01", "round": "month", "rounds": 6})
    with pytest.raises(ScenarioError, match="share no period: October 2016 to April 2017"):
        both(later)
