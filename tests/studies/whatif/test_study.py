"""The study ``whatif``: what it finds, its table, its page, and questions it cannot answer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import ResultsError, ScenarioError
from sim.reporting.document import Document, Exhibit, Note, Wide
from sim.reporting.story import Stories, Story
from sim.scenario.loading import build
from sim.simulation.branching import LET_PASS, Branches, branch
from sim.studies.explanation.study import explain
from sim.studies.whatif.result import FEW_FUTURES
from sim.studies.whatif.study import WhatIf, whatif
from sim.studies.whatif.text import choices_left_out
from tests.fixtures.pages import figures
from tests.fixtures.scenarios import DUEL, LASTING, QUARTET, QUIET, changed

WORLD = build(
    changed(
        DUEL,
        outcomes={
            "border": {"name": "The border", "of": "issue border"},
            "affinity": {"name": "Affinity", "of": "affinity of north and south"},
            "summits": {"name": "Summits", "acts": ["summit"]},
        },
        watch={
            "met": {"name": "they meet", "lever": "summit"},
            "close": {"name": "close", "when": {"affinity of north and south": {"at_least": 0}}},
        },
    )
)


def page_of(found: WhatIf) -> Document:
    assert isinstance(found.page, Document)
    return found.page


def parts_of(page: Document) -> set[str]:
    return {section.id for section in page.shown}


def notes_of(page: Document) -> list[str]:
    """What is said above the tables of all choices."""
    return [one.text for one in page.section("effects").blocks if isinstance(one, Note)]


@pytest.fixture(scope="module")
def found() -> WhatIf:
    return whatif(WORLD, 2, "north", "summit", runs=300)


def test_a_summit_warms_and_a_rebuke_cools(found: WhatIf) -> None:
    last = found.data.isel(round=-1).sel(outcome="affinity")
    assert float(last["low"].sel(alternative="summit")) > 0
    assert float(last["high"].sel(alternative="rebuke")) < 0
    assert list(found.data["alternative"].values) == [LET_PASS, "summit", "rebuke"]
    # A summit asks for consent; the others take effect at once or not at all.
    accepted = found.data["accepted"]
    assert 0.5 < float(accepted.sel(alternative="summit")) < 0.9
    assert float(accepted.sel(alternative="rebuke")) == 1
    assert float(accepted.sel(alternative=LET_PASS)) == 0
    assert float(found.data["chosen"].sum()) == pytest.approx(1)


def test_one_choice_alone_has_the_numbers_that_it_has_among_all(found: WhatIf) -> None:
    alone = whatif(WORLD, 2, "north", "summit", runs=300, only=True)
    assert list(alone.data["alternative"].values) == ["summit"]
    among = found.data.sel(alternative="summit")
    for name in ("difference", "low", "high", "event_difference", "open", "accepted"):
        assert (alone.data[name].isel(alternative=0).values == among[name].values).all()
    assert alone.page.lead == found.page.lead
    with pytest.raises(ScenarioError, match="only which choice"):
        whatif(WORLD, 2, "north", only=True)


def test_the_table_has_a_row_for_each_choice_measure_and_round_from_the_decision_on(
    found: WhatIf,
) -> None:
    frame = found.to_dataframe()
    assert len(frame) == 3 * (3 + 2) * 5
    assert frame["round"].min() == 2
    one = frame.query("alternative == 'summit' and measure == 'affinity' and round == 6").iloc[0]
    cell = found.data.sel(alternative="summit", outcome="affinity").isel(round=-1)
    assert one["difference"] == pytest.approx(float(cell["difference"]))
    assert one["sd"] == pytest.approx(float(cell["effect"]))
    event = frame.query("alternative == 'summit' and measure == 'met' and round == 2").iloc[0]
    share = found.data.sel(alternative="summit", watch="met")["event_difference"][2]
    assert event["difference"] == pytest.approx(float(share))
    assert (event["name"], event["kind"], event["choice"]) == (
        "they meet", "event", "hold a summit",
    )  # fmt: skip
    assert (one["name"], one["kind"]) == ("Affinity", "outcome")
    assert frame["from"].dtype.kind == frame["until"].dtype.kind == "M"
    assert event["from"] == found.own["from"].values[2] == found.own["until"].values[1]
    assert event["until"] == found.own["until"].values[2]


def test_the_lead_leaves_out_what_counts_the_choice_itself(found: WhatIf) -> None:
    lead = page_of(found).lead
    assert lead.startswith("Had North chosen “hold a summit” toward South in November 2016")
    assert "“Affinity” most" in lead
    assert "Summits" not in lead
    assert "they meet" not in lead
    first = page_of(found).headline.rows[0]
    assert first[0] == "▶ hold a summit"
    assert first[4].startswith("Affinity +")


def test_without_a_lever_nothing_is_marked_and_no_course_is_drawn() -> None:
    found = whatif(WORLD, 2, "north", runs=100)
    assert found.forced is None
    assert "courses" not in parts_of(page_of(found))
    assert page_of(found).lead.startswith(
        "Of 3\xa0choices that North has toward South in November 2016"
    )
    assert not any("▶" in row[0] for row in page_of(found).headline.rows)


def test_the_same_typical_run_is_told_under_both_choices(found: WhatIf) -> None:
    page = page_of(found)
    (own,), (forced,) = page.every(Stories), page.every(Story)
    assert own.typical is not None
    assert forced.run == own.typical.run
    assert forced.dates[0][0] == "2016-11"
    told = " ".join(entry.text for entry in forced.dates[0][1])
    assert "hold a summit" in told


def test_a_choice_that_is_open_nowhere_is_named_and_not_drawn() -> None:
    shut = changed(
        DUEL, levers__summit__requires={"affinity of actor and target": {"at_least": 0.9}}
    )
    found = whatif(build(shut), 2, "north", "summit", runs=20)
    page = page_of(found)
    assert "could choose “hold a summit” toward South in no run" in page.lead
    assert notes_of(page)[0] == "“hold a summit” is open in no run that could be compared."
    (row,) = (row for row in page.headline.rows if "summit" in row[0])
    assert row[1:] == ("0\xa0%", "0\xa0%", "–", "–", "–")
    assert "courses" not in parts_of(page)
    assert page.every(Story) == ()
    assert np.isnan(found.to_dataframe().query("alternative == 'summit'")["difference"]).all()


def test_forests_draw_what_the_data_hold(found: WhatIf) -> None:
    exhibit = page_of(found).exhibit("outcome-affinity")
    chart = exhibit.plots[0].chart
    drawn = {
        place: (x, high, low)
        for trace in chart.figure.data
        for place, x, high, low in zip(
            trace.y, trace.x, trace.error_x.array, trace.error_x.arrayminus, strict=True
        )
    }
    labels = chart.figure.layout.yaxis.ticktext
    assert labels[0] == "hold a summit"
    assert [row[0] for row in chart.table.rows] == list(labels)
    cell = found.data.sel(alternative="summit", outcome="affinity").isel(round=-1)
    spread = float(cell["spread"])
    x, high, low = drawn[0]
    assert x == pytest.approx(float(cell["effect"]), abs=1e-3)
    assert x + high == pytest.approx(float(cell["high"]) / spread, abs=2e-3)
    assert x - low == pytest.approx(float(cell["low"]) / spread, abs=2e-3)
    sizes = [drawn[place][0] for place in sorted(drawn)]
    assert sizes == sorted(sizes, reverse=True)


def test_the_course_parts_at_the_decision(found: WhatIf) -> None:
    exhibit = page_of(found).exhibit("course-affinity")
    own, forced, *_, gap = exhibit.plots[0].chart.figure.data
    assert own.y[:2] == pytest.approx(forced.y[:2], abs=1e-4)
    assert gap.y[:2] == (0, 0)
    assert own.y[2] < forced.y[2]
    np.testing.assert_allclose(np.subtract(forced.y, own.y), gap.y, atol=2e-4)


def test_the_report_draws_every_chart_of_its_page(found: WhatIf, tmp_path: Path) -> None:
    page = found.write_report(tmp_path / "new", command="python run.py whatif x")
    drawn = set(figures(page.read_text(encoding="utf-8")))
    assert drawn == {plot.id for plot in page_of(found).plots}
    manifest = json.loads((tmp_path / "new" / "manifest.json").read_text())
    assert manifest["study"] == "whatif"


def test_a_shared_past_is_said(found: WhatIf) -> None:
    one = whatif(WORLD, 3, "north", runs=20, run=4)
    title = "Two neighbours and a border: run 4, round 3 (December 2016), North toward South, words"
    assert one.page.title == title
    assert page_of(found).title == (
        "Two neighbours and a border: round 2 (November 2016), North toward South, words"
    )


def test_the_same_question_gives_the_same_answer() -> None:
    one, other = (whatif(WORLD, 2, "north", runs=30, seed=9).to_dataframe() for _ in range(2))
    assert one.equals(other)


def test_where_no_run_comes_there_is_nothing_to_compare() -> None:
    document = changed(
        QUARTET,
        watch={"now": {"name": "now", "when": {"tension of east and west": {"at_least": 0}}}},
        stop=["now"],
    )
    with pytest.raises(ScenarioError, match="no run comes to round 2"):
        whatif(build(document), 2, "west", toward="ally", track="words", runs=5)
    with pytest.raises(ScenarioError, match="cannot do anything"):
        whatif(build(QUIET), 1, "north", runs=5)


def test_it_stands_in_the_public_door() -> None:
    assert sim.whatif is whatif
    assert sim.WhatIf is WhatIf


def met_in(run: int) -> bool:
    """Whether North and South met in round 2 of a run, as its explanation has it."""
    (one,) = explain(WORLD, run, 2, "north").decisions  # it has words alone
    return one.chosen is not None and one.chosen.lever == "summit" and one.accepted


def test_with_a_run_all_is_compared_with_what_was_done_in_it() -> None:
    run = next(run for run in range(40) if met_in(run))
    found = whatif(WORLD, 2, "north", "pass", runs=60, run=run)
    page = page_of(found)
    assert page.lead.startswith(
        f"In run {run} North chose “hold a summit” toward South in November 2016, and South "
        "agreed. Had North let the round pass instead: "
    )
    assert page.headline.rows[0] == ("hold a summit", "yes", "agreed", "what was done", "–")
    # That they meet is what was done itself, and no news.
    assert all("they meet" not in row[-1] for row in page.headline.rows)
    assert page.headline.rows[1][0] == "▶ let the round pass"
    done = found.data.sel(alternative="summit")
    assert (done["difference"] == 0).all()
    assert float(done["chosen"]) == 1
    assert all("summit" not in row[0] for wide in page.every(Wide) for row in wide.table.rows)
    # The whole round is the run's, in all futures: what it did is what stands in the results.
    whole = sim.run(WORLD, runs=run + 1).data.sel(run=run)
    for name in ("choice", "accepted", "happened"):
        mine = found.own[name].isel(round=2)
        np.testing.assert_array_equal(mine, np.broadcast_to(whole[name][2], mine.shape))
    names = [
        trace.name for trace in page.section("courses").exhibits[0].plots[0].chart.figure.data[:2]
    ]
    assert names == ["what was done: hold a summit", "“let the round pass”"]


def test_without_a_lever_the_first_question_is_what_if_it_had_not() -> None:
    run = next(run for run in range(40) if met_in(run))
    lead = page_of(whatif(WORLD, 2, "north", runs=60, run=run)).lead
    assert "Had North let the round pass instead: " in lead
    assert "Of 1\xa0other choice, " in lead
    same = page_of(whatif(WORLD, 2, "north", "summit", runs=60, run=run))
    assert same.lead == lead
    assert "courses" not in parts_of(same)
    assert same.every(Story) == ()


def test_a_choice_of_too_few_futures_is_marked_and_not_drawn(found: WhatIf) -> None:
    few = whatif(WORLD, 2, "north", "summit", runs=FEW_FUTURES - 1)
    page = page_of(few)
    assert {row[-2] for row in page.headline.rows} == {"too few futures"}
    assert page.every(Exhibit) == ()
    assert page.every(Wide) == ()
    assert "can be compared in 9\xa0futures only, which is too few" in page.lead
    assert "fewer than 10 futures is not shown" in few.html()
    assert all("too few futures" not in row for row in page_of(found).headline.rows)
    enough = whatif(WORLD, 2, "north", "summit", runs=FEW_FUTURES)
    assert choices_left_out(enough.found) == ()
    assert page_of(enough).every(Wide)


def test_the_data_say_of_what_they_are(found: WhatIf) -> None:
    attrs = found.data.attrs
    assert (attrs["title"], attrs["seed"]) == ("Two neighbours and a border", found.seed)
    assert attrs["version"] == found.own.attrs["version"]
    assert attrs["limit"] > 1.9


def failing(monkeypatch: pytest.MonkeyPatch, lost: slice) -> None:
    def broken(*given: object, **named: object) -> Branches:
        made = branch(*given, **named)  # type: ignore[arg-type]
        for arm in (made.own, *made.arms.values()):
            arm.failed[lost] = True
        return made

    monkeypatch.setattr("sim.studies.whatif.study.branch", broken)


def test_failed_futures_are_counted_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, slice(3))
    found = whatif(WORLD, 2, "north", runs=30)
    assert choices_left_out(found.found) == (
        "3\xa0futures of 30 failed under some choice, since the numbers broke down, and are left "
        "out of its comparison.",
    )
    assert notes_of(page_of(found))[0] == choices_left_out(found.found)[0]
    assert int(found.data["pairs"].max()) == 27


def test_where_all_fail_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, slice(None))
    with pytest.raises(ResultsError, match="every run failed"):
        whatif(WORLD, 2, "north", runs=12)


def test_what_gives_way_since_it_is_once_is_not_told_as_refused() -> None:
    world = build(
        changed(
            DUEL,
            levers__summit__usual=0.6,
            levers__summit__consent=0.9,
            levers__summit__once=True,
            levers__rebuke__usual=0.1,
        )
    )
    for run in range(40):
        second = next((o for o in explain(world, run, 1).decisions if o.crossed), None)
        if second is not None and second.actor == "north":
            break
    found = whatif(world, 1, "north", "summit", run=run, runs=20)
    rows = {row[0].removeprefix("▶ "): row for row in page_of(found).headline.rows}
    assert rows["hold a summit"][2] == "no effect"
    assert float(found.data["accepted"].sel(alternative="summit")) == 0


def test_an_arrangement_may_be_put_in_force_or_ended_whatever_they_choose() -> None:
    made = build(LASTING)
    begun, ended = (
        whatif(made, 3, "north", f"{verb} peace", "south", runs=80, only=True)
        for verb in ("begin", "end")
    )
    assert begun.forced is not None
    assert ended.forced is not None
    label, at = "peace: north and south", 3
    own, there = (one["status"].sel(arrangement=label) for one in (begun.own, begun.forced))
    # Up to then the same; where it was not in force it is from this round on, but for what is
    # done in it.
    assert (own.isel(round=slice(0, at)) == there.isel(round=slice(0, at))).all()
    assert (there.isel(round=at) == 1).mean() > (own.isel(round=at) == 1).mean() + 0.2
    gone = ended.forced["status"].sel(arrangement=label).isel(round=at)
    assert (gone > 0).mean() < (own.isel(round=at) > 0).mean()
    assert begun.page.lead.startswith(
        "Had the peace of North and South come into force in April 2017, whatever the two chose:"
    )
    assert "the peace of North and South ended" in ended.page.lead.replace("Had ", "")


@pytest.mark.parametrize(
    ("lever", "toward", "said"),
    [
        ("begin war", "south", "between 'north' and 'south' there is nothing to begin war"),
        ("end sanctions", "west", "they can have 'peace'"),
        ("begun peace", "south", "there is no lever 'begun peace'"),
    ],
)
def test_what_the_two_can_never_have_is_refused(lever: str, toward: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        whatif(build(LASTING), 3, "north", lever, toward, runs=4)
