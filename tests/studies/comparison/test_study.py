"""Scenarios compared: exact where they are alike, sure where they differ, whole as an object."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.model.compiled import CompiledScenario
from sim.model.ledger import Ledger
from sim.reporting.document import Bullets, Heading, Passage
from sim.scenario.loading import build, load_scenario, with_lens
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import run
from sim.statistics.paired_difference import paired
from sim.studies.comparison.common_ground import Side, partings
from sim.studies.comparison.contrasts import contrasts
from sim.studies.comparison.study import Comparison, compare
from sim.studies.comparison.text import runs_part
from tests.fixtures.scenarios import DUEL, QUARTET, Document, changed
from tests.house import calls_back_up

WATCH = {"warm": {"name": "they are friends", "when": {"affinity of north and south": {
    "at_least": -0.1}}}}  # fmt: skip
OUTCOMES = {
    "border": {"name": "The border", "of": "issue border"},
    "mood": {"name": "Mood", "of": "affinity of north and south"},
    "talks": {"name": "Talks", "acts": ["summit"]},
    "strain": {"name": "Strain", "of": "tension of north and south"},
}
BASE: Document = changed(DUEL, watch=WATCH, outcomes=OUTCOMES)
FLOOD = {
    "flood": {"name": "a flood", "on": "2017-02-15", "changes": {
        "affinity of north and south": {"by": 0.3}}},
    "feast": {"name": "a feast", "on": "2017-03-15", "changes": {
        "affinity of north and south": {"by": 0.8}}},
}  # fmt: skip
LATE = 5
"""The round of 15 February 2017 in a monthly calendar from October 2016."""


def scenario(id: str = "base", **parts: object) -> Scenario:
    return build(changed(BASE, **parts), id)


@pytest.fixture(scope="module")
def flooded() -> Comparison:
    return compare([scenario(), scenario("flooded", title="Flooded", events=FLOOD)], runs=300)


def test_a_scenario_beside_itself_differs_by_exactly_nothing() -> None:
    found = compare([scenario(), scenario("twin")], runs=40)
    (pair,) = found.contrasts
    assert pair.same
    for name in ("reported", "choice", "accepted", "watched"):
        assert (pair.reference.data[name].values == pair.other.data[name].values).all()
    frame = found.to_dataframe()
    assert len(frame) == 5 * 7
    assert not frame[["difference", "low", "high", "low_all", "high_all"]].to_numpy().any()
    assert not frame["parted"].any()
    assert partings(pair.reference, pair.other, pair.shared).parted == 0
    assert "the same scenario: nothing differs" in found.page.lead


def test_scenarios_that_differ_from_a_round_on_are_identical_before_it(flooded: Comparison) -> None:
    (pair,) = flooded.contrasts
    for name in ("reported", "choice", "accepted", "affinity", "tension", "support"):
        mine, theirs = (
            side.data[name].isel(round=slice(0, LATE)) for side in (pair.reference, pair.other)
        )
        assert (mine.values == theirs.values).all(), name
    for one in pair.found:
        assert not one.paired.difference[:LATE].any()
        assert one.parted is None or one.parted >= LATE
    found = partings(pair.reference, pair.other, pair.shared)
    assert (found.parted, found.first, found.middle) == (300, LATE, LATE)
    assert (found.by[0].kind, found.by[0].key, found.by[0].other) == ("event", ("flood",), True)
    assert found.by[0].share == 1


def test_paths_part_where_the_interval_for_all_first_leaves_out_zero() -> None:
    talkative = scenario("talkative", levers__summit__usual=0.14)
    frame = compare([scenario(), talkative], runs=400).to_dataframe()
    clear = (frame["low_all"] > 0) | (frame["high_all"] < 0)
    assert clear.any()
    for _, rows in frame.assign(clear=clear).groupby("measure"):
        assert list(rows["until"][rows["parted"]]) == sorted(rows["until"][rows["clear"]])[:1]
    wider = frame["high_all"] - frame["low_all"] - (frame["high"] - frame["low"])
    assert (wider >= 0).all()
    assert (wider > 0).any()
    alone = (frame["low"] > 0) | (frame["high"] < 0)
    assert (alone & ~clear).any()  # there is something to allow for


def test_a_refusal_that_takes_the_place_of_consent_parts_runs() -> None:
    stubborn = scenario("stubborn", levers__summit__consent=0.05)
    (pair,) = compare([scenario(), stubborn], runs=200).contrasts
    found = partings(pair.reference, pair.other, pair.shared)
    kinds = {(one.kind, one.key[0], one.other) for one in found.by}
    assert {("refusal", "summit", True), ("act", "summit", False)} <= kinds
    assert "refused (in" in runs_part(compare([scenario(), stubborn]).contrasts[0])


def test_acts_are_counted_from_the_first_date_of_both() -> None:
    late = scenario("late", title="Late", calendar__start="2017-01-01")
    frame = compare([scenario(), late], runs=50).to_dataframe()
    talks = frame[frame["measure"] == "talks"]
    assert len(talks) == 4  # January to April
    assert list(talks[["mean_reference", "mean"]].iloc[0]) == [0, 0]
    assert talks["mean_reference"].iloc[-1] > 0


def test_runs_that_failed_in_either_are_left_out() -> None:
    two = scenario(), scenario("warm", relations={"north and south": {"affinity": 0.4}})
    sides = [Side(one.id, one, run(one, 30, 0), Ledger(CompiledScenario(one))) for one in two]
    for side, lost in zip(sides, (3, 5), strict=True):
        side.data["failed_round"].values[lost] = 2
        side.data["reported"].values[lost, 2:] = np.nan
    (found,) = contrasts([(sides[0], sides[1])], 0)
    for one in found.found:
        assert set(one.paired.pairs) == {28}
        assert np.isfinite(one.difference)


def test_what_parted_them_is_told(flooded: Comparison) -> None:
    mood = flooded.page.exhibit("outcome-mood")
    heading, told = mood.body[-2:]
    assert heading == Heading("Where the paths part", 4)
    assert isinstance(told, Bullets)
    assert told.lines == (
        "“Flooded”: the paths part by March 2017. Behind it, up to then: “A flood” happens "
        "1.00 times per run instead of 0.00: +0.300 for the affinity of North and South.",
    )


def test_intervals_of_the_model_cover_its_own_long_run_difference() -> None:
    blocks, size = 250, 80
    arms = [build(changed(BASE, levers__summit__usual=usual)) for usual in (0.1, 0.25)]
    ends = [run(arm, blocks * size, 3)["reported"].isel(round=-1).values for arm in arms]
    truth = (ends[1] - ends[0]).mean(axis=0)
    covered = dict.fromkeys((1, 2, 3), 0)  # the border itself does not move
    for start in range(0, blocks * size, size):
        part = slice(start, start + size)
        for column in covered:
            mine, theirs = (end[part, [column]] for end in ends)
            low, high = paired(mine, theirs, whole=column == 2).interval()
            covered[column] += low[0] <= truth[column] <= high[0]
    # The truth is itself estimated, from 250 times as many pairs: that adds nothing to speak of.
    chance = 3.5 * math.sqrt(0.95 * 0.05 / blocks)
    assert [times / blocks for times in covered.values()] == pytest.approx([0.95] * 3, abs=chance)


def test_the_other_reference_turns_every_sign() -> None:
    two = [scenario(), scenario("strong", title="Strong", actors__south__power=0.3)]
    one, turned = (compare(two, reference=which, runs=60) for which in (0, "strong"))
    said = f"Reference: “{one.contrasts[0].other.name}”."
    assert turned.page.section("scenarios").blocks[0] == said
    for mine, theirs in zip(one.contrasts[0].found, turned.contrasts[0].found, strict=True):
        assert mine.difference == -theirs.difference
        assert mine.above == theirs.below


def test_a_lens_put_on_later_is_the_lens_put_on_when_read(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(json.dumps(BASE))
    path = tmp_path / "other.yaml"
    path.write_text("extends: base.yaml\nactors: {south: {power: 0.3}}")
    read = load_scenario(path, lens="two-level")
    worn = with_lens(load_scenario(path), "Two-level")
    assert read.sha256 == worn.sha256
    assert read.lens == worn.lens == "two_level"


def test_each_lens_has_its_own_reference(flooded: Comparison) -> None:
    two = [build(QUARTET, "a"), build(changed(QUARTET, actors__east__power=0.5), "b")]
    found = compare(two, lenses=("realist", "liberal", "realist"), runs=30)
    assert [group.lens for group in found.groups] == ["Realist", "Liberal"]
    for group in found.groups:
        lenses = {side.scenario.description.lens for side in group.sides}
        assert len(lenses) == 1
    assert set(found.to_dataframe()["lens"]) == {"realist", "liberal"}
    (grid,) = (one for one in found.page.every(Passage) if "grid" in one.template)
    assert grid.values["lenses"] == ["Realist", "Liberal"]
    seen, unseen = grid.values["seen"], grid.values["unseen"]
    assert isinstance(seen, list)
    assert isinstance(unseen, list)
    assert len([*seen, *unseen]) == len(found.contrasts[0].found)
    assert found.page.lead.startswith("The lenses disagree on ")
    assert "30\u00a0pairs of runs through 2\u00a0lenses" in found.page.lead
    assert not any("grid" in one.template for one in flooded.page.every(Passage))
    assert flooded.disagreements == ()


def test_one_scenario_compares_theories_with_one_another() -> None:
    found = compare([scenario()], lenses=("realist", "constructivist"), runs=30)
    assert [side.name for side in found.groups[0].sides] == ["Realist", "Constructivist"]
    assert len(found.contrasts) == 1
    assert not found.contrasts[0].same


def test_scenarios_of_one_title_are_told_apart() -> None:
    three = [scenario(), scenario("b", actors__south__power=0.2), scenario("c", runs=7)]
    names = [side.name for side in compare(three, runs=5).groups[0].sides]
    assert len(set(names)) == 3


def test_names_that_are_given_follow_their_scenarios() -> None:
    first, second = build(DUEL, "one"), build(changed(DUEL, actors__north__power=0.9), "two")
    found = compare([first, second], reference="two", names=["plain", "strong"], runs=5)
    assert [side.name for side in found.groups[0].sides] == ["strong", "plain"]
    assert found.groups[0].sides[0].scenario is second
    alike = compare([first, first], names=["a", "b"], runs=5)
    assert [side.name for side in alike.groups[0].sides] == ["a", "b"]
    for names in (["plain"], ["plain", "plain"], ["a", "b", "c"]):
        with pytest.raises(ScenarioError, match="a name of its own"):
            compare([first, second], names=names, runs=5)


def test_too_few_too_many_and_unknown_are_refused() -> None:
    one = scenario()
    for found, many in (("1 scenario", [one]), ("13 scenarios", [one] * 13)):
        with pytest.raises(ScenarioError, match=f"{found} to compare") as error:
            compare(many)
        assert "2 to 12 scenarios" in str(error.value)
    with pytest.raises(ScenarioError, match="did you mean 'base'"):
        compare([one, one], reference="bse")
    with pytest.raises(ScenarioError, match="write a number from 0 to 1"):
        compare([one, one], reference=2)
    with pytest.raises(ScenarioError, match="did you mean 'realist'"):
        compare([one, one], lenses=("realst",))


def test_pairs_that_share_nothing_are_refused_before_any_number() -> None:
    sides = [Side(one.id, one, run(one, 2, 0), Ledger(CompiledScenario(one))) for one in
             (scenario(), scenario("later", calendar__start="2040-01-01"))]  # fmt: skip
    with pytest.raises(ScenarioError, match="share no period"):
        contrasts([(sides[0], sides[1])], 0)


def test_the_object_has_data_table_figures_and_a_small_display(flooded: Comparison) -> None:
    frame = flooded.to_dataframe()
    assert set(frame["measure"]) == {"border", "mood", "talks", "strain", "warm"}
    assert flooded.data["difference"].dims == ("lens", "scenario", "measure", "until")
    last = flooded.data["difference"].isel(until=-1).sel(measure="mood").item()
    mood = next(one for one in flooded.contrasts[0].found if one.id == "mood")
    assert last == pytest.approx(mood.difference)
    assert {"forest-outcomes-0", "outcome-mood-0", "event-warm-0"} <= set(flooded.figures)
    shown = flooded._repr_html_()
    assert "Flooded" in shown
    assert len(shown) < 20_000


def test_the_report_is_written_whole(flooded: Comparison, tmp_path: Path) -> None:
    page = flooded.write_report(tmp_path / "out", command="python run.py compare a b")
    assert {path.name for path in page.parent.iterdir()} == {
        "report.html", "results.csv", "manifest.json",
    }  # fmt: skip
    html = page.read_text(encoding="utf-8")
    for words in ("Flooded against", "Where the paths part", "python run.py compare a b",
                  "The same luck as the reference"):  # fmt: skip
        assert words in html


def test_data_flow_down_from_the_runs_to_the_page() -> None:
    two = [scenario(), scenario("strong", title="Strong", actors__south__power=0.3)]
    back = calls_back_up(lambda: compare(two, runs=6).page)
    # A chart asks how a value of the measure is written.
    assert {called for _, called in back} <= {"sim.studies.comparison.contrasts.amount"}
    assert len(back) <= 1
