"""A run is told in words: who did what, who refused, what came of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from sim.reporting.story import Entry, proposal_text, timeline
from sim.scenario.cameo import track
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import run
from tests.fixtures.results_by_walks import LEVERS, document, sample_results, sample_scenario
from tests.fixtures.scenarios import LASTING, scenario

SCENARIO = sample_scenario()
NUMBERS = {key: nth for nth, (key, _, _) in enumerate(LEVERS)}


@pytest.fixture
def quiet() -> xr.Dataset:
    """Results of one run in which nothing happens and nothing moves."""
    dataset = sample_results(SCENARIO, runs=1)
    dataset["choice"].values[:] = -1
    for name in ("accepted", "happened"):
        dataset[name].values[:] = False
    dataset["watched"].values[:] = -1
    for name in ("affinity", "tension", "support", "issue_outcome"):
        dataset[name].values[:] = dataset[name].values[:, :1]
    return dataset


def act(
    dataset: xr.Dataset, nth: int, direction: str, lever: str, *, accepted: bool = True
) -> None:
    kind = track(SCENARIO.description.levers[lever])
    at = {"run": 0, "round": nth, "direction": direction, "track": kind}
    dataset["choice"].loc[at] = NUMBERS[lever]
    dataset["accepted"].loc[at] = accepted


def told(dataset: xr.Dataset, scenario: Scenario = SCENARIO) -> list[str]:
    return [entry.text for entry in timeline(dataset, scenario, 0)]


def test_a_quiet_run_has_no_story(quiet: xr.Dataset) -> None:
    assert timeline(quiet, SCENARIO, 0) == ()


def test_acts_are_told_by_their_line_or_their_name(quiet: xr.Dataset) -> None:
    act(quiet, 6, "north to south", "treaty")
    act(quiet, 6, "south to north", "summit")
    act(quiet, 6, "east to north", "sanction")
    found = timeline(quiet, SCENARIO, 0)
    assert found[0] == Entry(6, "2017-03", "act", "Northland and Southland sign a treaty")
    assert [entry.text for entry in found[1:]] == [
        "Southland proposes to hold a summit; Northland accepts",
        "The Eastern Union moves to impose sanctions, toward Northland",
    ]


def test_a_refusal_is_never_told_as_done(quiet: xr.Dataset) -> None:
    act(quiet, 1, "north to south", "treaty", accepted=False)
    (entry,) = timeline(quiet, SCENARIO, 0)
    assert entry.kind == "refusal"
    assert entry.text == "Northland offers Southland a treaty; Southland refuses"


def test_what_was_agreed_is_never_told_as_offered(quiet: xr.Dataset) -> None:
    levers = SCENARIO.description.levers
    treaty = levers["treaty"]
    unsaid = treaty.model_copy(update={"says": None})
    known = {**levers, "treaty": unsaid}
    silent = replace(
        SCENARIO, description=SCENARIO.description.model_copy(update={"levers": known})
    )
    act(quiet, 1, "north to south", "treaty")
    assert told(quiet) == ["Northland and Southland sign a treaty"]
    assert told(quiet, silent) == ["Northland offers Southland a treaty; Southland accepts"]


def test_an_open_proposal_is_told_by_its_line_or_its_name() -> None:
    levers = SCENARIO.description.levers
    assert proposal_text(levers["treaty"], "north", "South") == "North offers South a treaty"
    assert proposal_text(levers["summit"], "north", "South") == "North proposes to hold a summit"


def test_who_asks_nobody_proposes_nothing(quiet: xr.Dataset) -> None:
    """A lever can ask one and not another."""
    levers = SCENARIO.description.levers
    north_alone = levers["summit"].model_copy(
        update={"consent": {"north to south": levers["summit"].consent["anyone to anyone"]}}
    )
    known = {**levers, "summit": north_alone}
    other = replace(SCENARIO, description=SCENARIO.description.model_copy(update={"levers": known}))
    act(quiet, 1, "north to south", "summit")
    act(quiet, 2, "south to north", "summit")
    assert told(quiet, other) == [
        "Northland proposes to hold a summit; Southland accepts",
        "Southland moves to hold a summit, toward Northland",
    ]


def test_what_many_do_alike_is_told_once(quiet: xr.Dataset) -> None:
    for direction in ("north to south", "south to west", "east to west"):
        act(quiet, 2, direction, "consult")
    act(quiet, 2, "west to south", "consult", accepted=False)
    assert told(quiet) == [
        "Consult at working level: Northland → Southland, Southland → Westmark, "
        "the Eastern Union → Westmark",
        "Westmark proposes to consult at working level; Southland refuses",
    ]


def test_events_come_before_acts_and_watched_things_after(quiet: xr.Dataset) -> None:
    act(quiet, 3, "north to west", "expel")
    quiet["happened"].loc[{"round": 3, "event": "storm"}] = True
    quiet["watched"].loc[{"watch": "peace"}] = 3
    assert [entry.kind for entry in timeline(quiet, SCENARIO, 0)] == ["event", "act", "watched"]


def test_a_mark_is_news_only_when_it_is_passed_for_good(quiet: xr.Dataset) -> None:
    path = np.full(17, -0.2)
    path[4:] = [0.02, -0.02, 0.02, 0.3, *[0.3] * 9]
    quiet["affinity"].loc[{"run": 0, "pair": "north and south"}] = path
    (entry,) = timeline(quiet, SCENARIO, 0)
    assert (entry.round, entry.kind) == (7, "crossing")
    assert entry.text == "The relation of Northland and Southland turns friendly (0.30)"


def test_an_issue_that_tips_names_the_end_it_tips_to(quiet: xr.Dataset) -> None:
    quiet["issue_outcome"].loc[{"run": 0, "issue": "valley", "round": slice(9, 16)}] = 70
    assert told(quiet) == [
        "The valley passes the middle of its scale, toward “all of it goes back to Southland” (70)"
    ]


def test_a_run_that_stops_or_fails_says_so() -> None:
    dataset = sample_results(SCENARIO, runs=2, failed=1, stopped=1)
    assert timeline(dataset, SCENARIO, 0)[-1].text == "The run stops here"
    assert timeline(dataset, SCENARIO, 1)[-1].text.startswith("The run fails")
    assert max(entry.round for entry in timeline(dataset, SCENARIO, 0)) == 8


def test_a_line_cannot_reach_into_objects(quiet: xr.Dataset) -> None:
    levers = document()["levers"]
    levers["treaty"]["says"] = "{actor.__class__} and {target} {0} {actor}"
    act(quiet, 1, "north to south", "treaty")
    assert told(quiet, sample_scenario(levers=levers)) == [
        "{actor.__class__} and Southland {0} Northland"
    ]


def test_there_is_no_story_of_a_run_that_is_not_there(quiet: xr.Dataset) -> None:
    with pytest.raises(KeyError):
        timeline(quiet, SCENARIO, 99)


def test_what_becomes_of_arrangements_and_promises_is_told() -> None:
    made = scenario(LASTING)
    found = run(made, runs=4)
    entries = [entry for nth in range(4) for entry in timeline(found, made, nth)]
    told = [entry.text for entry in entries if entry.kind == "lasting"]
    for line in (
        "The peace of North and South is in force",
        "The peace of North and West is suspended",
        "The peace of North and West is renewed",
        "Sanctions of West toward South have ended",
        "North breaks off the peace with South",
        "West promises South to send aid",
        "West keeps its promise to South to send aid",
        "The promise of North to South to send aid is overdue",
        "North has broken its promise to South to send aid",
    ):
        assert line in told, line
    # Sanctions have no term: that they go on is no news.
    assert not any(line.startswith("Sanctions") and "renewed" in line for line in told)
    assert any(entry.kind == "event" and "new cabinet" in entry.text for entry in entries)


def test_they_are_told_after_the_acts_that_brought_them() -> None:
    made = scenario(LASTING)
    found = run(made, runs=1)
    for now in range(1, found.sizes["round"]):
        entries = [entry for entry in timeline(found, made, 0) if entry.round == now]
        order = {"event": 0, "act": 1, "refusal": 1, "lasting": 2, "crossing": 3, "watched": 4}
        places = [order[entry.kind] for entry in entries]
        assert places == sorted(places)
        lines = [entry.text for entry in entries if entry.kind == "lasting"]
        assert len(lines) == len(set(lines))


def test_a_name_that_ends_in_s_takes_no_second_s() -> None:
    lever = scenario(LASTING).description.levers
    some = next(iter(lever.values())).model_copy(update={"offers": "{actor}'s offer to {target}."})
    assert proposal_text(some, "the United States", "Japan") == "The United States' offer to Japan"
    assert proposal_text(some, "Japan", "Russia") == "Japan's offer to Russia"
