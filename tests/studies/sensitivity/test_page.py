"""The page of sensitivity: its words, its charts, and that it is whole and safe."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.reporting.sources import FAMILIES, MEANINGS, explained
from sim.scenario.loading import build
from sim.studies.sensitivity.charts import BARS
from sim.studies.sensitivity.page import sensitivity_page
from sim.studies.sensitivity.result import CHANCE, NUMBERS, Share
from sim.studies.sensitivity.study import Sensitivity, sensitivity
from sim.studies.sensitivity.text import (
    Names,
    OutputDrivers,
    numbers_finding,
    output_drivers,
    screening_finding,
    sensitivity_lead,
    share,
    share_interval,
    sources_finding,
    warning,
)
from tests.fixtures.scenarios import changed
from tests.studies.sensitivity.test_study import BORDER, LIVELY, RIGGED

if TYPE_CHECKING:
    pass


@pytest.fixture(scope="module")
def study() -> Sensitivity:
    """One outcome that a single number decides, one of luck, and a screening."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.studies.sensitivity.result.DIRECT", 2)
        lively = changed(
            LIVELY,
            issues__border__outcome={"value": 40, "spread": {"uniform": [0, 90]}},
        )
        return sensitivity(build(lively), ["border", "tension"], samples=512)


@pytest.fixture(scope="module")
def path(study: Sensitivity, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sensitivity") / "new"
    return study.write_report(folder, command="python run.py sensitivity x.yaml", seconds=2.0)


def spread_of(one: OutputDrivers, total: float, half: float, needed: int = 512) -> OutputDrivers:
    """An outcome whose shares are all alike."""

    def alike(share: Share) -> Share:
        return replace(share, total=total, total_half=half)

    numbers = replace(
        one.numbers, chance=alike(one.numbers.chance),
        factors=tuple(map(alike, one.numbers.factors)), needed=needed, impossible=False,
    )  # fmt: skip
    return replace(one, numbers=numbers)


def test_the_first_sentence_names_the_drivers_and_the_share_of_chance(study: Sensitivity) -> None:
    said = sensitivity_lead(output_drivers(study.found)[:1], Names(study.found))
    first, *rest = re.split(r"(?<=\.) ", said)
    assert first.startswith("Of the uncertain numbers, most hangs on “Where the border runs: where")
    assert "of the spread of “The border”" in first
    assert "Chance makes up " in rest[0]
    assert "would be left if every uncertain number were known" in rest[0]


def test_where_some_samples_are_too_few_that_comes_first_and_names_no_winner(
    study: Sensitivity,
) -> None:
    names, (border, tension) = Names(study.found), output_drivers(study.found)
    few = spread_of(tension, 0.9, 0.3, needed=1024)
    said = sensitivity_lead([border, few], names)
    assert said.startswith(
        "For 1 of 2\u00a0outcomes the samples are too few to say on what they hang; about 1,024 "
        "samples would do (--samples 1024). Of the other, most hangs on “Where the border runs"
    )
    assert "“Tension”" not in said
    alone = sensitivity_lead([few], names)
    assert alone == (
        "The samples are too few to say on which numbers “Tension” hangs; about 1,024 samples "
        "would do (--samples 1024). What is known: chance makes up at least 60\u00a0% of its "
        "spread."
    )
    beyond = sensitivity_lead([spread_of(few, 0.9, 0.89, needed=2**17)] * 2, names)
    assert beyond == (
        "The samples are too few to say on which numbers any of 2 outcomes hangs; even 65,536 "
        "samples, the most that can be asked for, would hardly do."
    )


def test_a_rare_event_has_too_few_samples_however_narrow_its_intervals(study: Sensitivity) -> None:
    names, border = Names(study.found), output_drivers(study.found)[0]
    rare = replace(border, came=5, runs=128)
    assert border.enough
    assert (rare.enough, rare.needed) == (False, 2048)
    assert warning(rare, names).startswith("Too few samples: it came in only 5 of 128\u00a0runs.")
    assert "it came in 5 of 128\u00a0runs" in sensitivity_lead([rare], names)
    common = replace(border, came=123, runs=128)
    assert "it stayed away in only 5 of 128\u00a0runs" in warning(common, names)
    assert replace(border, came=20, runs=128).enough
    for said in (numbers_finding(rare, names), sources_finding(rare, rare.numbers, names)):
        assert "the samples are too few to say" in said.lower()
        assert "“" not in said


def test_what_no_number_surely_drives_is_said_so_without_a_range_of_one(
    study: Sensitivity,
) -> None:
    names, (border, tension) = Names(study.found), output_drivers(study.found)
    blind = [spread_of(one, 0.24, 0.25) for one in (border, tension)]
    said = sensitivity_lead(blind, names)
    assert said.startswith(
        "No uncertain number surely tells over 5\u00a0% of any outcome's spread. "
        "Chance makes up 24\u00a0% of the spread of each: "
    )
    assert "surely tells over 5\u00a0%" in numbers_finding(blind[0], names)
    assert sources_finding(blind[0], blind[0].numbers, names).startswith("No single source surely")


def test_a_screening_of_few_changes_ranks_nothing(study: Sensitivity) -> None:
    border = output_drivers(study.found)[0]
    assert not border.unranked
    said = screening_finding(border, "the border", others=True)
    assert said == "Moved by half of its distribution, “the border” moves it most."
    event = replace(border, came=30, runs=128, moved=19, steps=6720, walks=64)
    assert event.unranked
    assert not replace(event, moved=20).unranked
    said = screening_finding(replace(event, moved=9), "the border", others=False)
    assert said.startswith(
        "Too weak to rank the numbers: only 9 of 6,720\u00a0steps made the event"
    )
    assert said.endswith("left to luck. About 2,048 samples would do (--samples 2048).")
    assert "the border" not in said
    nothing = screening_finding(replace(event, moved=0), "the border", others=True)
    assert nothing == (
        "Too weak to rank the numbers: none of 6,720\u00a0steps made the event come or stay away. "
        "Which numbers have shares of their own was left to luck and the other outcomes."
    )
    # An outcome may hang on a single number, which each of few trajectories moves once.
    assert not replace(border, moved=8, walks=8).unranked
    assert replace(border, moved=7, walks=8).unranked
    assert not replace(event, moved=None).unranked


def test_a_screening_too_weak_to_rank_draws_nothing(study: Sensitivity) -> None:
    screening = study.found.screening
    assert screening is not None
    weak = replace(study.found, screening=replace(screening, moved=screening.moved * 0))
    page = sensitivity_page(weak)
    effects = page.exhibit("outcome-border-effects")
    assert effects.plots == ()
    assert effects.finding.startswith("Too weak to rank")
    assert study.page.exhibit("outcome-border-effects").plots


def test_the_headline_names_no_winner_where_samples_are_too_few(study: Sensitivity) -> None:
    found = replace(study.found, came=(None, 3))
    border, tension = sensitivity_page(found).headline.rows
    assert border[3] == "yes"
    assert "where it stands at first" in border[2]
    assert tension[2:] == ("too few samples to say", "no, about 4,096")
    assert study.page.headline.rows[1][2:] == ("none surely over 5\u00a0%", "yes")


def test_every_number_of_the_theory_is_explained() -> None:
    scenario = build(RIGGED)
    paths = [path for path in scenario.parameters if path.startswith("coefficients.")]
    found = dict(explained([*paths, BORDER], scenario.description))
    assert len(found) == len(paths) > len(MEANINGS) + len(FAMILIES)
    assert (
        found["Theory: noise, tension"] == "the size of the random change of tension in each round"
    )
    assert "coefficients.wear" in paths


def test_the_page_tells_a_doubt_from_a_change_and_what_the_theory_means(tmp_path: Path) -> None:
    loud = changed(RIGGED, coefficients__regard={"value": 0.5, "spread": {"uniform": [0.1, 0.9]}})
    study = sensitivity(build(loud), ["border"], samples=16)
    html = study.write_report(tmp_path / "loud").read_text(encoding="utf-8")
    assert "<dt>Theory: regard</dt><dd>how much another&#39;s gain counts" in html
    assert "<code>sweep</code>" in html


def test_too_few_samples_are_said_with_how_many_would_do(study: Sensitivity) -> None:
    names = Names(study.found)
    border, tension = output_drivers(study.found)
    text = warning(spread_of(tension, 0.9, 0.3, needed=2048), names)
    assert text.startswith("Too few samples: the share of “")
    assert re.search(r"About [\d,]+ samples would do \(--samples \d+\)", text)
    sure = replace(border, numbers=replace(border.numbers, needed=512, impossible=False))
    assert warning(sure, names) == ""
    odd = replace(border, numbers=replace(border.numbers, needed=512, impossible=True))
    assert warning(odd, names) == "Too few samples: the shares add up to more than the whole."


def test_shares_are_shown_as_they_can_be() -> None:
    assert share(-0.04) == "0\u00a0%"
    assert share(1.2) == "100\u00a0%"
    assert share(float("nan")) == "–"
    assert share_interval(0.5, 0.6) == "50\u00a0% (0\u00a0% to 100\u00a0%)"


def test_charts_draw_what_their_tables_hold(study: Sensitivity) -> None:
    page = study.page
    chart = page.exhibit("outcome-border-numbers").plots[0].chart
    bars, diamonds = chart.figure.data
    assert len(bars.x) == len(diamonds.x) == len(bars.y) <= BARS
    assert len(chart.table.rows) == len(study.found.indices[NUMBERS].factors)
    totals = study.data["total"].isel(size=-1).sel(outcome="border")
    assert max(bars.x) == pytest.approx(min(float(totals.max()), 1), abs=1e-3)
    assert chart.table.rows[0][0] == "Where the border runs: where it stands at first"
    samples, effects = (
        page.exhibit(f"outcome-border-{what}").plots[0].chart for what in ("samples", "effects")
    )
    assert samples.table.header == ("Factor", "128 samples", "256 samples", "512 samples")
    assert [row[0] for row in samples.table.rows][-1] == "Chance"
    assert effects.table.rows[0][0].startswith("Where the border runs")
    drawn = sum(len(trace.x) for trace in effects.figure.data)
    assert drawn == len(effects.table.rows) == study.found.plan.parameters


def test_the_headline_has_a_row_for_each_outcome(study: Sensitivity) -> None:
    rows = study.page.headline.rows
    assert [row[0] for row in rows] == ["The border", "Tension"]
    assert "where it stands at first" in rows[0][2]


def test_a_number_is_told_with_its_spread_and_what_it_rests_on(study: Sensitivity) -> None:
    names = Names(study.found)
    assert names.spread(BORDER) == "uniform from 0 to 90"
    assert names.grounds(BORDER) == "not said"
    assert names.grounds(CHANCE) == names.spread(CHANCE) == "–"


def test_the_page_says_what_cannot_be_ranked_and_how_to_make_it_again(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    body = html[: html.index('<script type="application/json"')]
    # The screening of the tension, which no number moves, has nothing to draw.
    assert body.count("Data as table") == body.count("<figure ") - 1
    assert body.count("Too weak to rank") == 1
    assert "python run.py sensitivity x.yaml" in body
    assert "Single runs" in body
    assert (path.parent / "results.csv").read_text(encoding="utf-8-sig").startswith("design,")


def test_a_notebook_shows_the_main_numbers(study: Sensitivity) -> None:
    assert "The border" in study._repr_html_()
    assert len(study.figures) == len(study.page.plots)


def test_intervals_are_finite_where_an_outcome_varies(study: Sensitivity) -> None:
    assert np.isfinite(study.data["total_half"].isel(size=-1)).all()
