"""Theories of one's own in every study: the same rule has the same say in all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.reporting.document import Note
from sim.reporting.html import page_html
from sim.scenario.scenario import Scenario
from sim.studies.base import Study
from sim.text import NBSP
from sim.theories.best_response import best_response
from sim.theories.protocol import Proposal, Theories, View
from tests.fixtures.shipped import loaded
from tests.theories.test_protocol import VALLEY, own, quantal_by_rule

POWER = "actors.south.power"


def test_sweep_plays_each_value_by_the_theory() -> None:
    scenario = loaded(VALLEY)
    found = sim.sweep(scenario, {POWER: [0.4, 0.6]}, runs=30, seed=2, theories=own)
    free = sim.sweep(scenario, {POWER: [0.4, 0.6]}, runs=30, seed=2)
    alone = sim.run(scenario, runs=30, seed=2, theories=own)
    assert scenario.parameters[POWER].value == 0.4  # the first value is the scenario's own
    ended = found.data["ended"].isel({POWER: 0})
    assert np.array_equal(ended, alone["reported"].isel(round=-1), equal_nan=True)
    assert not np.array_equal(ended, free.data["ended"].isel({POWER: 0}))


def test_whatif_holds_the_theory_in_all_futures() -> None:
    asked = partial(sim.whatif, loaded(VALLEY), 3, "south", "march", runs=40, seed=2)
    alone = sim.run(loaded(VALLEY), runs=40, seed=2, theories=own)
    assert np.array_equal(asked(theories=own).own["choice"], alone["choice"])
    assert not np.array_equal(asked().own["choice"], alone["choice"])


def test_compare_holds_theories_against_one_another_on_the_same_draws() -> None:
    under: dict[str, Theories] = {
        "built in": "quantal",
        "by rule": quantal_by_rule,
        "best": {"north": "best_response"},
    }
    found = sim.compare(VALLEY, under=under, runs=60, seed=2)
    same, best = found.contrasts
    assert all(not one.difference for one in same.found)
    assert any(one.difference for one in best.found)
    assert best.changes == ("Actors decide by “best” instead of “built in”.",)
    alone = sim.run(VALLEY, runs=60, seed=2, theories={"north": best_response})
    assert np.array_equal(found.groups[0].sides[2].data["choice"], alone["choice"])
    assert "nothing differs" not in found.page.lead


def test_compare_takes_the_same_theories_for_all_scenarios() -> None:
    weak = sim.load_scenario(VALLEY, overrides=[(POWER, "0.2")])
    found = sim.compare([VALLEY, weak], theories=own, runs=20, seed=2)
    for side, scenario in zip(found.groups[0].sides, (loaded(VALLEY), weak), strict=True):
        alone = sim.run(scenario, runs=20, seed=2, theories=own)
        assert np.array_equal(side.data["choice"], alone["choice"])


def test_further_pairs_are_played_by_the_same_theories(monkeypatch: pytest.MonkeyPatch) -> None:
    under = {"built in": "quantal", "best": "best_response"}
    whole = sim.compare(VALLEY, under=under, runs=60, seed=2)
    monkeypatch.setattr("sim.studies.comparison.study.kept_pairs", lambda _: 20)
    parts = sim.compare(VALLEY, under=under, runs=60, seed=2)
    for one, other in zip(whole.contrasts[0].found, parts.contrasts[0].found, strict=True):
        assert one.difference == pytest.approx(other.difference, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"under": {"one": "quantal"}}, r"1.theory cannot be compared"),
        ({"under": {"one": "quantal", "two": 3}}, "3 is no theory"),
        ({"under": {"one": own, "two": own}, "theories": own}, "and theories to be compared"),
        ({"scenarios": [VALLEY, VALLEY], "under": {"one": own, "two": own}}, "here are 2"),
        ({"under": {"one": own, "two": own}, "lenses": ["liberal"]}, "through lenses"),
    ],
)
def test_what_cannot_be_compared_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        sim.compare(**{"scenarios": VALLEY, "runs": 4, **given})


def test_what_if_says_that_an_actor_chooses_and_answers_by_its_theory() -> None:
    class Yes:
        def choose(self, view: View) -> Any:
            return own(view)

        def answer(self, proposal: Proposal) -> Any:
            return proposal.chance > 0

    by: Theories = {"north": own, "south": Yes()}
    page = sim.whatif(VALLEY, 3, "north", "talk", runs=200, seed=2, theories=by).page
    said = page_html(page)
    assert "Chosen by its theory" in said
    assert "still answers by its theory." in said
    assert "by the model" not in said
    assert "the model chose" not in said
    plain = page_html(sim.whatif(VALLEY, 3, "north", "talk", runs=200, seed=2).page)
    assert "Chosen by the model" in plain
    assert "by the model's rule" in plain.replace("&#39;", "'")


def test_two_workers_give_the_same_runs() -> None:
    with sim.workers(2) as crew:
        several = sim.run(VALLEY, runs=60, seed=2, theories=own, workers=crew)
    assert np.array_equal(
        several["choice"], sim.run(VALLEY, runs=60, seed=2, theories=own)["choice"]
    )


def test_explain_says_whose_chances_are_not_those_of_what_it_did() -> None:
    alone = sim.run(VALLEY, runs=1, first=9, seed=2, theories={"north": own})
    found = sim.explain(VALLEY, 9, 3, seed=2, theories={"north": own})
    levers = list(alone["lever"].values)
    for one in found.decisions:
        way = alone["choice"].sel(direction=f"{one.actor} to {one.target}", track=one.track)
        chosen = int(way.isel(round=3, run=0))
        assert (one.chosen.lever if one.chosen else None) == (
            levers[chosen] if chosen >= 0 else None
        )
    assert found.page.lead.startswith("North decides by the theory “own”: its chances here are")
    assert "decides by the theory" not in sim.explain(VALLEY, 9, 3, seed=2).page.lead
    other = sim.explain(VALLEY, 9, 3, "south", seed=2, theories={"north": own})
    assert "decides by the theory" not in other.page.lead


def test_sensitivity_plays_by_the_theory() -> None:
    seen: set[str] = set()

    def watch(view: View) -> Any:
        seen.add(view.actor)
        return quantal_by_rule(view)

    document = sim.load_scenario(VALLEY, overrides=[
        ("actors.south.support", "{value: 0.5, spread: {uniform: [0.3, 0.7]}}"),
        ("actors.north.support", "{value: 0.5, spread: {uniform: [0.3, 0.7]}}"),
    ])  # fmt: skip
    found = sim.sensitivity(document, "valley", samples=64, seed=2, theories=watch)
    assert seen == {"north", "south"}
    assert found.data.equals(sim.sensitivity(document, "valley", samples=64, seed=2).data)


@pytest.mark.parametrize("rivals", [("best_response",), ("best_response", "tit_for_tat")])
def test_theories_are_compared_in_words_first(rivals: tuple[str, ...]) -> None:
    found = sim.compare(
        VALLEY, under={name: name for name in ("quantal", *rivals)}, runs=200, seed=2
    )
    ends = {
        side.name: float(side.data["reported"].isel(round=-1).sel(outcome="valley").mean())
        for side in found.groups[0].sides
    }
    low, high = min(ends, key=ends.__getitem__), max(ends, key=ends.__getitem__)
    span = (
        f"“The valley” (mean at the end from {ends[low]:.1f} under “{low}” to "
        f"{ends[high]:.1f} under “{high}”)"
    )
    assert span in found.page.lead
    assert f"Each is held against “Quantal”, in 200{NBSP}pairs of runs" in found.page.lead
    apart = {pair.other.name: len(pair.notable) for pair in found.contrasts}
    if len(rivals) > 1:
        near, far = min(apart, key=apart.__getitem__), max(apart, key=apart.__getitem__)
        assert f"Nearest to “Quantal” is “{near}”, which differs from it on {apart[near]} of" in (
            found.page.lead
        )
        assert f"farthest is “{far}”, on {apart[far]}." in found.page.lead
    (table,) = found.page.printed
    counted = next(one for one in found.page.summary if isinstance(one, str) and "On " in one)
    told, *parts = map(int, re.findall(r"[Oo]n (\d+) (?:at|all|only|some)", counted))
    assert told == sum(parts) == len(table.rows)
    row = next(row for row in table.rows if row[0] == "The valley")
    assert row[1:] == (f"{ends['Quantal']:.1f}", f"{ends[low]:.1f} · {low}",
                       f"{ends[high]:.1f} · {high}")  # fmt: skip


def test_theories_that_do_the_same_come_to_the_same() -> None:
    found = sim.compare(VALLEY, under={"one": "quantal", "two": quantal_by_rule}, runs=50, seed=2)
    assert found.page.lead.startswith(f"Both theories come to the same on 5{NBSP}measures")
    assert not found.page.printed[0].rows


ASKED: dict[str, Callable[[Any], Study]] = {
    "run": lambda by: sim.run(VALLEY, runs=4, theories=by),
    "sweep": lambda by: sim.sweep(VALLEY, {POWER: [0.4, 0.6]}, runs=4, theories=by),
    "whatif": lambda by: sim.whatif(VALLEY, 2, "south", "march", runs=4, theories=by),
    "compare": lambda by: sim.compare([VALLEY, changed(power="0.3")], runs=4, theories=by),
}


def changed(**power: str) -> Scenario:
    found: Scenario = sim.load_scenario(
        VALLEY, overrides=[(f"actors.south.{path}", value) for path, value in power.items()]
    )
    return found


@pytest.mark.parametrize("study", ASKED)
def test_pages_say_by_which_theories_they_were_played(study: str) -> None:
    page = ASKED[study]({"north": "tit_for_tat"}).page
    said = "Theories by which actors decide: North by “tit_for_tat” and all others by the built-in"
    assert isinstance(page.summary[0], Note)
    assert page.summary[0].text.startswith(said)
    assert ("Theory of North", "tit_for_tat") in page.reproduction
    for nobody in (None, "quantal"):
        page = ASKED[study](nobody).page
        assert "Theory" not in str(page.reproduction)


def test_a_theory_of_the_file_is_told_unless_another_is_handed_in() -> None:
    scenario = changed(theory="best_response", power="0.3")
    all_by = "All actors decide by the theory “{}”."
    assert _first(sim.run(scenario, runs=4)).startswith("Theories by which actors decide: South by")
    assert _first(sim.run(scenario, runs=4, theories=own)) == all_by.format("own")
    assert sim.run(scenario, runs=4, theories={"south": "quantal"}).theories == {}
    # Where the sides of a comparison differ in it, the difference is told.
    found = sim.compare([VALLEY, scenario], runs=4)
    assert found.theories == {}
    assert any("decides by the theory" in line for line in found.contrasts[0].changes)


def _first(study: Study) -> str:
    note = study.page.summary[0]
    assert isinstance(note, Note)
    return note.text
