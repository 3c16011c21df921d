"""The page in a real browser: offline, on a desk, on a phone, on paper."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.reporting.html import write_page
from sim.studies.run.study import Runs, run_html
from tests.fixtures.browsing import opened
from tests.fixtures.results_by_walks import manifest, sample_results, sample_scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scenario = sample_scenario()
    path = tmp_path_factory.mktemp("report") / "report.html"
    found = Runs(scenario, sample_results(scenario, runs=100))
    write_page(run_html(found, manifest()), path)
    return path


@pytest.mark.parametrize("width", [1280, 390])
def test_every_chart_is_drawn_and_nothing_overflows(
    browser: Browser, report: Path, width: int
) -> None:
    page, trouble = opened(browser, report, width)
    assert trouble == []
    assert page.locator(".plot").count() == page.locator(".plot .main-svg:first-child").count()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    spilled = page.evaluate(
        "[...document.querySelectorAll('.plot')].filter(plot => plot.querySelector('.main-svg')"
        ".getBoundingClientRect().width > plot.clientWidth + 1).map(plot => plot.id)"
    )
    assert spilled == []
    page.close()


def test_lever_labels_do_not_cover_one_another(browser: Browser, report: Path) -> None:
    for width in (1280, 390):
        page, _ = opened(browser, report, width)
        boxes = page.evaluate(
            "[...document.querySelectorAll('#plot-use .ytick text')]"
            ".map(label => label.getBoundingClientRect()).map(box => [box.top, box.bottom])"
            ".sort((a, b) => a[0] - b[0])"
        )
        assert len(boxes) > 20
        overlaps = [
            (first, second)
            for first, second in itertools.pairwise(boxes)
            if second[0] < first[1] - 2
        ]
        assert overlaps == []
        page.close()


def test_a_chart_speaks_when_pointed_at(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report, 1280)
    plot = page.locator("#plot-outcome-warmth")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    hover = page.locator("#plot-outcome-warmth .hoverlayer .hovertext").first
    hover.wait_for(timeout=5000)
    assert "half of the runs between" in (hover.text_content() or "")
    page.close()


def test_paper_gets_its_own_width_and_the_screen_gets_its_back(
    browser: Browser, report: Path
) -> None:
    page, _ = opened(browser, report, 1280)
    width = "document.querySelector('#plot-use .main-svg').getAttribute('width')"
    page.set_viewport_size({"width": 1200, "height": 800})
    page.wait_for_timeout(500)
    before = page.evaluate(width)
    page.evaluate("window.dispatchEvent(new Event('beforeprint')), 0")
    assert page.evaluate(width) == "680"
    assert page.locator("#plot-outcome-warmth").evaluate("plot => plot.clientHeight") == 245
    page.evaluate("window.dispatchEvent(new Event('afterprint')), 0")
    page.wait_for_timeout(300)
    assert page.evaluate(width) == before
    assert len(page.pdf(prefer_css_page_size=True)) > 10_000
    page.close()


def test_a_link_to_a_source_opens_its_list(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report, 1280)
    page.evaluate("location.hash = 'source-F001'")
    page.wait_for_timeout(200)
    assert page.locator("#source-F001").is_visible()
    page.close()


def test_a_curve_leads_to_the_number_and_the_fact_behind_it(browser: Browser, report: Path) -> None:
    for width in (1280, 390):
        page, trouble = opened(browser, report, width)
        number, fact = (
            page.locator("[id='relations.north-and-south.affinity']"),
            page.locator("#source-F001"),
        )
        fold = page.locator("#drivers-outcome-warmth")
        assert not number.is_visible()
        fold.locator("summary").click()
        fold.locator("a[href='#relations.north-and-south.affinity']").first.click()
        number.wait_for(state="visible", timeout=5000)
        assert number.evaluate("row => row.matches(':target')")
        assert in_sight(number)
        number.locator("a[href='#source-F001']").click()
        fact.wait_for(state="visible", timeout=5000)
        assert in_sight(fact)
        # Back at the curve, the same way is open again although the list was closed.
        fact.evaluate("fact => { fact.closest('details').open = false; }")
        fold.locator("a[href='#source-F001']").first.click()
        fact.wait_for(state="visible", timeout=5000)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert trouble == []
        page.close()


def in_sight(place: Locator) -> bool:
    """Whether an element stands in the window, from top to bottom."""
    inside: bool = place.evaluate(
        "place => { const box = place.getBoundingClientRect();"
        " return box.top >= 0 && box.top < innerHeight; }"
    )
    return inside
