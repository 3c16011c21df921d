"""The page of sensitivity: its words, its charts, and that it is whole and safe."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.report.sensitivity_charts import BARS
from sim.report.sensitivity_found import CHANCE, NUMBERS
from sim.report.sensitivity_page import SensitivityPage
from sim.report.sensitivity_words import Names, interval, lead, share, told, warning
from sim.scenario.build import build
from sim.studies.sensitivity import Sensitivity, sensitivity
from tests.browsing import opened
from tests.report.test_page import EVIL, figures, outline
from tests.samples import changed
from tests.studies.test_sensitivity import BORDER, LIVELY, RIGGED

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def study() -> Sensitivity:
    """One outcome that a single number decides, one of luck, and a screening."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.studies.sensitivity_plan.DIRECT", 2)
        lively = changed(
            LIVELY,
            issues__border__outcome={"value": 40, "spread": {"uniform": [0, 90]}},
        )
        return sensitivity(build(lively), ["border", "tension"], samples=64)


@pytest.fixture(scope="module")
def path(study: Sensitivity, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sensitivity") / "new"
    return study.write_report(folder, command="python run.py sensitivity x.yaml", seconds=2.0)


def test_the_first_sentence_names_the_drivers_and_the_share_of_chance(study: Sensitivity) -> None:
    said = lead(study.found, told(study.found), Names(study.found))
    first, *rest = re.split(r"(?<=\.) ", said)
    assert first.startswith("Of the uncertain numbers, most hangs on “Where the border runs: where")
    assert "of the spread of “The border”" in first
    assert "Chance makes up " in rest[0]
    assert "would be left if every uncertain number were known" in rest[0]


def test_too_few_samples_are_said_with_how_many_would_do(study: Sensitivity) -> None:
    names = Names(study.found)
    border, tension = told(study.found)
    assert not tension.numbers.enough
    text = warning(tension, names)
    assert text.startswith("Too few samples: the share of “")
    assert re.search(r"About [\d,]+ samples \(--samples \d+\)", text)
    sure = replace(border, numbers=replace(border.numbers, needed=64, impossible=False))
    assert warning(sure, names) == ""
    odd = replace(border, numbers=replace(border.numbers, needed=64, impossible=True))
    assert warning(odd, names) == "Too few samples: the shares add up to more than the whole."


def test_shares_are_shown_as_they_can_be() -> None:
    assert share(-0.04) == "0\u00a0%"
    assert share(1.2) == "100\u00a0%"
    assert share(float("nan")) == "–"
    assert interval(0.5, 0.6) == "50\u00a0% (0\u00a0% to 100\u00a0%)"


def test_charts_draw_what_their_tables_hold(study: Sensitivity) -> None:
    page = study.page
    assert isinstance(page, SensitivityPage)
    part = page.parts[0]
    chart = part.numbers.plots[0].chart
    bars, diamonds = chart.figure.data
    assert len(bars.x) == len(diamonds.x) == len(bars.y) <= BARS
    assert len(chart.table.rows) == len(study.found.indices[NUMBERS].factors)
    totals = study.data["total"].isel(size=-1).sel(outcome="border")
    assert max(bars.x) == pytest.approx(min(float(totals.max()), 1), abs=1e-3)
    assert chart.table.rows[0][0] == "Where the border runs: where it stands at first"
    samples, effects = (one.plots[0].chart for one in part.checks)
    assert samples.table.header == ("Factor", "16 samples", "32 samples", "64 samples")
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


def test_the_page_is_whole_and_asks_for_nothing(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    for _, name, value in outline(html).attributes:
        assert name not in ("src", "srcset", "data", "poster")
        if name == "href":
            assert (value or "").startswith(("#", "data:,"))
    body = html[: html.index('<script type="application/json"')]
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", body)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    drawn = figures(html)
    assert set(drawn) == set(re.findall(r'class="plot" id="([^"]+)"', body))
    assert body.count("Data as table") == body.count("<figure ")
    ids = [value for _, name, value in outline(html).attributes if name == "id"]
    assert len(ids) == len(set(ids))
    for link in re.findall(r'href="#([^"]+)"', body):
        assert link in ids
    assert "python run.py sensitivity x.yaml" in body
    assert "Single runs" in body
    assert (path.parent / "results.csv").read_text(encoding="utf-8-sig").startswith("design,")


def test_words_of_the_scenario_are_no_markup(tmp_path: Path) -> None:
    document = changed(RIGGED, title=EVIL, issues__border__name=EVIL, outcomes__border__name=EVIL)
    study = sensitivity(build(document), ["border"], samples=16)
    text = study.write_report(tmp_path / "evil").read_text(encoding="utf-8")
    outline(text)
    assert "<script>alert" not in text
    assert "<img" not in text.split("<script>")[0]


def test_a_notebook_shows_the_main_numbers(study: Sensitivity) -> None:
    assert "The border" in study._repr_html_()
    assert len(study.figures) == len(study.page.plots)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_every_chart_is_drawn_and_nothing_overflows(
    browser: Browser, path: Path, width: int
) -> None:
    page, trouble = opened(browser, path, width)
    assert trouble == []
    assert page.locator(".plot").count() == page.locator(".plot .main-svg:first-child").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


def test_intervals_are_finite_where_an_outcome_varies(study: Sensitivity) -> None:
    assert np.isfinite(study.data["total_half"].isel(size=-1)).all()
