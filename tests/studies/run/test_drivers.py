"""Under each curve stands what drives it, with the words of each fact in reach."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from sim.reporting import sources
from sim.statistics.drivers import Associated, Drivers, EventDriver, LeverDriver
from sim.studies.run.study import Runs, run_html
from sim.studies.run.text import KEYS, DriverLine, Fold, outcome_fold, watch_fold
from tests.fixtures.results_by_walks import document, manifest, sample_results, sample_scenario

LEVERS = document()["levers"]
LEVERS["summit"]["usual"] = {
    f"{a} to {b}": 0.02 for a in document()["actors"] for b in document()["actors"] if a != b
}
SCENARIO = sample_scenario(levers=LEVERS)
ROWS = {row.path: row for group in sources.groups(SCENARIO) for row in group.rows}
START = "relations.north and south.affinity"
EFFECT = "levers.summit.effects.affinity of actor and target"
HABITS = tuple(f"levers.summit.usual.{way}" for way in LEVERS["summit"]["usual"])


NOTHING = Drivers(own=(), levers=(), left_out=0, events=(), uncertain=())


def fold(**parts: Any) -> Fold:
    return outcome_fold("warmth", replace(NOTHING, **parts), ROWS, SCENARIO.description)


def lines(found: Fold) -> list[DriverLine]:
    return [line for part in found.parts for line in part.lines]


def test_a_fact_is_told_in_our_words_once_in_a_fold() -> None:
    first, second = lines(fold(own=(START,), levers=(LeverDriver("summit", (EFFECT,), (), 2.0),)))
    assert first.grounds
    assert second.grounds
    assert [fact.says for fact in first.grounds.told] == [
        "The two have no treaty.",
        "The valley is held by the north.",
    ]
    assert first.grounds.told[0].short == "A. Writer, 2016-09, paragraph 3"
    assert (second.grounds.told, [fact.id for fact in second.grounds.before]) == ((), ["F002"])


def test_lines_that_rest_on_the_same_share_it() -> None:
    rules = ("coefficients.balance", "coefficients.reciprocity", "coefficients.noise.affinity")
    first, *rest = lines(fold(own=rules))
    assert first.grounds
    assert (first.grounds.lines, [line.grounds for line in rest]) == (3, [None, None])
    assert "default" in first.grounds.why


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        (LeverDriver("summit", (EFFECT,), (), 2.04, 0.03), "used 2.0 times a run: +0.061 in sum"),
        (LeverDriver("summit", (EFFECT,), (), 0.5, -6.0), "used 0.50 times a run: −3.0 in sum"),
        (
            LeverDriver("summit", (EFFECT,), (), 0.01, 0.03),
            "used 0.01 times a run: under 0.001 in sum",
        ),
        (LeverDriver("summit", (EFFECT,), (), 1500.0), "used 1,500.0 times a run"),
        (LeverDriver("summit", (EFFECT,), (), 0.001, 0.03), "hardly ever used"),
        (LeverDriver("summit", (EFFECT,), (), 0.0, 0.03), "never used"),
        (
            LeverDriver("summit", (EFFECT,), (), 3.0, -0.01, proposed=True),
            "proposed 3.0 times a run: −0.030 in sum",
        ),
    ],
)
def test_how_much_a_lever_did_is_said_in_words(driver: LeverDriver, words: str) -> None:
    (line,) = lines(fold(levers=(driver,)))
    assert line.did == words


def test_numbers_of_one_kind_stand_together() -> None:
    effect, habits = lines(fold(levers=(LeverDriver("summit", (EFFECT,), HABITS, 1.0, 0.03),)))
    assert effect.words == "Hold a summit: effect on affinity of the actor and the target"
    assert habits.words == "Usual frequency per round"
    assert habits.numbers[0][0] == "Northland to Southland"
    assert (len(habits.numbers), habits.more) == (KEYS, len(HABITS) - KEYS)
    assert (effect.inner, habits.inner, habits.did) == (False, True, "")


def test_a_counted_lever_begins_with_how_often_it_is_used() -> None:
    habits, effect = lines(fold(levers=(LeverDriver("summit", (EFFECT,), HABITS, 1.0),)))
    assert habits.words == "Hold a summit: usual frequency per round"
    assert (habits.did, effect.did) == ("used 1.0 times a run", "")


def test_events_and_rank_correlations_are_said_in_words() -> None:
    found = fold(
        events=(EventDriver("storm", ("events.storm.chance",), 0.59),),
        uncertain=(Associated("actors.south.power", -0.42),),
        left_out=3,
    )
    storm, power = lines(found)
    assert storm.did == "happened in 59\u00a0% of runs"
    assert power.did == "the higher it is, the lower it ends: clear (rank correlation −0.42)"
    assert found.notes[0] == "3 more are left out: they did less."
    assert "once in 20 times" in found.notes[-1]


def test_a_watched_condition_points_to_the_outcome_that_shows_it() -> None:
    path = "watch.close.when.affinity of north and south.at_least"
    drivers = replace(NOTHING, own=(path,), outcomes=("warmth",))
    found = watch_fold("close", drivers, ROWS, SCENARIO.description)
    assert found.elsewhere == (("drivers-outcome-warmth", "Northland and Southland"),)
    assert lines(found)[0].did == "the mark to reach"


@pytest.fixture(scope="module")
def page() -> str:
    return run_html(Runs(SCENARIO, sample_results(SCENARIO, runs=60)), manifest())


def folds(page: str) -> dict[str, str]:
    found = re.findall(r'<details id="(drivers-[^"]*)">(.*?)</details>', page, re.DOTALL)
    return {key: html.unescape(text) for key, text in found}


def test_each_outcome_and_each_watched_event_has_its_fold(page: str) -> None:
    described = SCENARIO.description
    assert set(folds(page)) == {f"drivers-outcome-{key}" for key in described.outcomes} | {
        f"drivers-watched-{key}" for key in described.watch
    }
    warmth = folds(page)["drivers-outcome-warmth"]
    assert "The two have no treaty." in warmth
    assert "A. Writer, 2016-09, paragraph 3" in warmth


def test_each_link_of_a_fold_leads_to_one_row(page: str) -> None:
    links = re.findall(r'href="#([^"]*)"', "".join(folds(page).values()))
    assert START.replace(" ", "-") in links
    assert "source-F001" in links
    for link in links:
        assert page.count(f' id="{html.escape(link)}"') == 1, link


def test_every_number_has_a_row_of_its_own(page: str) -> None:
    anchors = [row.anchor for row in ROWS.values()]
    assert len(set(anchors)) == len(anchors)
    for anchor in anchors:
        assert page.count(f'<tr id="{anchor}">') == 1
