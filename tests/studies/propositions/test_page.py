"""The page of tested propositions: whole, safe, and saying what the numbers say."""

from __future__ import annotations

import csv
import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest

from sim.claims.proposition import load_claims
from sim.reporting.scenario_diff import differences
from sim.results.formats import BOM
from sim.studies.propositions.charts import findings_chart, label
from sim.studies.propositions.result import Experiment, experiments
from sim.studies.propositions.study import write_propositions
from sim.studies.propositions.text import checks, judged, tally
from tests.fixtures.pages import figures, outline
from tests.fixtures.proposition_files import CLOSER, THREATS, Document, claim, loaded, put

MEASURES: dict[str, Document] = {
    "threats": THREATS,
    "agreed": {"consent": "summit", "expect": "rises"},
    "settled": {"watch": "settled", "expect": "unchanged"},
    "border": {"of": "issue border", "at": "mean", "since": "2017-01-01", "expect": "falls"},
}
ORDER: Document = {"lever": "summit", "by": "north", "toward": "south", "on": "2017-02-01"}
COLUMNS = (
    *("id", "measure", "name", "expected", "reference", "changed", "difference", "low", "high"),
    *("effect", "ratio", "ratio_low", "ratio_high", "pairs", "saved", "verdict"),
    *("null_difference", "null_low", "null_high", "null_check"),
)


def tried(folder: Path) -> list[Experiment]:
    """An experiment with four measures, and a level."""
    put(folder, {**claim(CLOSER, **MEASURES), "note": "A note."}, "t1")
    put(folder, {**claim(level={"acts": "summit", "at_least": 0.1}), "id": "T2"}, "t2")
    return experiments(load_claims([folder / "propositions"]), pairs=40)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> list[Experiment]:
    return tried(tmp_path_factory.mktemp("claims"))


@pytest.fixture(scope="module")
def folder(done: list[Experiment], tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("report") / "new"
    write_propositions(done, home, command="python run.py propositions")
    return home


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def test_each_measure_has_a_heading_a_verdict_and_its_numbers(html: str) -> None:
    body = html[: html.index('<script type="application/json"')]
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", body)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    # Two charts of all, in standard deviations and in points, and one for each measure.
    assert len(figures(html)) == 2 + 5
    assert body.count("<figure") == 2 + 5
    for said in ("A note.", "What it rests on", "The Almanac", "Event added: “they move closer”",
                 "affinity of North and South by +0.4 for good",
                 "Nothing: the scenario is looked at as it is.",
                 "python run.py propositions"):  # fmt: skip
        assert said in body
    ids = [value for _, name, value in outline(html).attributes if name == "id"]
    assert len(ids) == len(set(ids))
    for link in re.findall(r'href="#([^"]+)"', body):
        assert link in ids


def test_a_chart_draws_both_arms_and_their_difference(done: list[Experiment], html: str) -> None:
    drawn = figures(html)["plot-T1-border"]["data"]
    before, after, gap = (np.array(line["y"], dtype=float) for line in drawn[:3])
    np.testing.assert_allclose(gap, after - before, atol=2e-4)
    np.testing.assert_allclose(
        after, done[0].changed.series["T1 border"].course, atol=1e-4, equal_nan=True
    )
    assert [line["name"] for line in drawn[:2]] == ["without the change", "with the change"]
    assert len(figures(html)["plot-T2-level"]["data"]) == 1


def test_effects_stand_in_the_panel_of_their_unit(done: list[Experiment]) -> None:
    found = judged(done[0])
    description = done[0].changed.scenario.description
    lines = [(label("T1", row.finding, description), row.finding, description)
             for row in found.rows]  # fmt: skip
    shares, spreads = findings_chart(lines, shares=True), findings_chart(lines, shares=False)
    assert shares is not None
    assert spreads is not None
    assert [row[0] for row in shares.table.rows] == [
        "T1 ▲ Share agreed to of proposals: “hold a summit”", "T1 = Settled",
    ]  # fmt: skip
    assert len(spreads.table.rows) == 2
    spreads_only = [line for line in lines if not line[1].target.measured.is_share]
    assert findings_chart(spreads_only, shares=True) is None


def test_words_and_numbers_agree(done: list[Experiment]) -> None:
    found = judged(done[0])
    by_id = {row.id: row for row in found.rows}
    assert by_id["threats"].name == "Uses of “threaten” by South"
    assert by_id["settled"].expected == "to stay as it is"
    assert by_id["border"].detail == "Mean of the border (points of 100) from 1 January 2017."
    assert all(bool(row.why) == (row.finding.verdict != "supported") for row in found.rows)
    level = judged(done[1]).rows[0]
    assert level.expected == "to be at least 0.1"
    assert level.mechanisms == ()
    counted = tally([found, judged(done[1])])
    assert re.fullmatch(r"\d of 2 supported(, \d (contested|no effect|unclear))*\.", counted)


def test_the_results_have_a_row_for_each_measure(folder: Path) -> None:
    with (folder / "results.csv").open(encoding=BOM, newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["measure"] for row in rows] == [*MEASURES, "level"]
    assert rows[-1]["expected"] == "at least 0.1"
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [one["id"] for one in found["propositions"]] == ["T1", "T2"]
    assert all(len(file["sha256"]) == 64 for file in found["files"])


@pytest.mark.parametrize(
    ("intervention", "said"),
    [
        ({"actors": {"south": {"weights": {"security": 0.9}}}},
         "South: weight, security: 0.5 → 0.9"),
        ({"set": {"actors.south.power": 0.5}}, "South: power: 0.2 (uncertain) → 0.5"),
        ({"moves": [ORDER]},
         "With the change, North is made to “hold a summit” toward South "
         "in the round of 1 February 2017, wherever that is open"),
        ({"moves": [{**ORDER, "never": True}]},
         "With the change, North never makes the move “hold a summit” toward South "
         "in the round of 1 February 2017"),
        ({"levers": {"summit": None}, "outcomes": {"moves": {"acts": ["threat"]}}},
         "Lever taken away: “hold a summit”"),
        ({"levers": {"summit": {"once": True}}},
         "Lever changed: “hold a summit” can be used only once"),
        ({"events": {"election": {"on": "2018-01-01"}}},
         "Event changed: “an election”, 1 January 2018: support of South to 0.7; "
         "“threaten” no longer open to South"),
        ({"events": {"election": {"chance": 0.5}}}, "An election: chance: 1 → 0.5"),
        ({"lens": "realist"}, "All actors are seen through the lens “realist”"),
    ],
)  # fmt: skip
def test_what_was_changed_is_said(intervention: Document, said: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, claim(intervention, border={"of": "issue border", "at_least": 0}))
    assert differences(found)[0] == said


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> tuple[Experiment, str, list[dict[str, str]]]:
    """A claim with a moderator and a null check that must fail: its page and its results."""
    home = tmp_path_factory.mktemp("over")
    document = {
        **claim(CLOSER, **{
            **MEASURES,
            "standing": {"interest": "standing", "of": "east", "expect": "not lower",
                         "by_more_than": 0.5},
        }),
        "moderator": {"set": {"actors.south.weights.security": 0.1}},
        "null_check": {"set": {"actors.east.patience": 0.79}},
    }  # fmt: skip
    del document["measures"]["settled"], document["measures"]["agreed"]
    found = experiments([loaded(home, document)], pairs=40)
    write_propositions(found, home / "out")
    with (home / "out" / "results.csv").open(encoding=BOM, newline="") as file:
        rows = list(csv.DictReader(file))
    return found[0], (home / "out" / "report.html").read_text(encoding="utf-8"), rows


def test_a_moderator_is_told_with_both_effects(
    over: tuple[Experiment, str, list[dict[str, str]]],
) -> None:
    experiment, html, _ = over
    outline(html)
    for said in ("Moderator, in both arms", "South: weight, security: 0.5 → 0.1",
                 "Null check, in both arms", "East: patience: 0.8 → 0.79",
                 "Without the moderator: what drives the difference",
                 "without the moderator and"):  # fmt: skip
        assert said in html, said
    drawn = figures(html)["plot-T1-border"]["data"]
    without, given = (
        changed["T1 border"].course - reference["T1 border"].course
        for reference, changed in experiment.pairs
    )
    for line, course in zip(drawn[:3], (without, given, given - without), strict=True):
        np.testing.assert_allclose(np.array(line["y"], dtype=float), course, atol=2e-4)
    assert [line["name"] for line in drawn[:2]] == ["without the moderator", "with the moderator"]


def test_words_of_an_interest_and_of_a_margin(
    over: tuple[Experiment, str, list[dict[str, str]]],
) -> None:
    experiment, html, _ = over
    row = {row.id: row for row in judged(experiment).rows}["standing"]
    assert row.name == "Effect on: Standing of East"
    assert row.expected == "not to fall by more than 0.5 with the moderator"
    assert row.finding.verdict == "supported"
    assert row.null.startswith("Nothing to check")
    assert "standing of East (−1 to 1) at the end" in row.detail.replace("S", "s", 1)
    assert "It was expected not to fall by more than 0.5, and the interval leaves that out." in html


def test_the_results_say_what_a_null_check_left(
    over: tuple[Experiment, str, list[dict[str, str]]],
) -> None:
    experiment, _, rows = over
    by_id = {row["measure"]: row for row in rows}
    for one in judged(experiment).rows:
        row = by_id[one.id]
        assert row["null_check"] == one.finding.null_check
        assert one.finding.null is not None
        assert float(row["null_difference"]) == pytest.approx(one.finding.null.difference)
    assert by_id["standing"]["expected"] == "not lower by more than 0.5"
    assert by_id["standing"]["ratio"] == "nan"


def test_a_ratio_stands_beside_the_effect(done: list[Experiment], html: str, folder: Path) -> None:
    row = {row.id: row for row in judged(done[0]).rows}["threats"]
    found = row.finding.ratio
    assert found is not None
    assert found.value == pytest.approx(row.finding.changed / row.finding.reference)
    assert re.fullmatch(r"× \d\.\d\d \(× \d\.\d\d to \d\.\d\d\)", row.ratio.replace("\xa0", " "))
    assert row.ratio.replace(" (", "\n(") in html
    with (folder / "results.csv").open(encoding=BOM, newline="") as file:
        first = next(csv.DictReader(file))
    assert float(first["ratio"]) == pytest.approx(found.value)
    assert float(first["ratio_low"]) < found.value < float(first["ratio_high"])


def test_a_failed_null_check_says_what_still_drives_it(tmp_path: Path) -> None:
    """What is put at zero has nothing to do with it, so all of the effect is left."""
    warm = {"of": "affinity of east and north", "expect": "rises"}
    arm: Document = {"coefficients": {"regard": 0.9}, "events": {"rift": {
        "name": "a rift", "on": "2017-01-01",
        "changes": {"affinity of north and south": {"by": 0.9, "lasting": True},
                    "affinity of east and south": {"by": 0.9, "lasting": True}}}}}  # fmt: skip
    document = {**claim(arm, warm=warm), "null_check": {"set": {"actors.east.patience": 0.79}}}
    (found,) = experiments([loaded(tmp_path, document)], pairs=60)
    (row,) = judged(found).rows
    assert row.finding.null_check == "failed"
    assert row.null.startswith("Null check failed: where the matter of the claim does not count")
    assert row.mechanisms[-1].title == "Where the matter of the claim does not count"
    assert row.mechanisms[-1].drives
    assert checks([judged(found)]) == "Null checks of the supported: 1 failed."
    write_propositions([found], tmp_path / "out")
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Where the matter of the claim does not count: what drives the difference" in html
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["propositions"][0]["null_check"] == "failed"
