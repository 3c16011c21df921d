"""The page as its readers have it: opened from a folder, without a network, by keyboard too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import sim
from sim.studies.explorable.study import explorable
from tests.fixtures.browsing import opened, serious
from tests.fixtures.pages import EVIL, outline
from tests.studies.explorable.test_study import SUPPORT, TENSION
from tests.studies.test_pages import hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

KNOBS = {TENSION: (0.1, 0.6, 3), SUPPORT: (0.3, 0.8, 2)}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    knobs = {TENSION: {"low": 0.1, "high": 0.6, "title": EVIL, "words": [EVIL, "high"]}}
    scenario = sim.build({**hostile(), "knobs": knobs})
    return explorable(scenario, KNOBS, runs=30).write_report(tmp_path_factory.mktemp("stick"))


@pytest.fixture(params=[1280, 360])
def page(request: pytest.FixtureRequest, browser: Browser, path: Path) -> Iterator[Page]:
    found, trouble = opened(browser, path, int(request.param))
    yield found
    assert trouble == []
    assert found.title() != "broken"
    assert found.evaluate("document.documentElement.scrollWidth") == int(request.param)
    found.close()


def test_it_asks_for_nothing_and_shows_words_as_words(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    seen = outline(html)
    assert "img" not in seen.tags
    assert not [name for _, name, _ in seen.attributes if name in ("src", "onerror", "style")]
    assert "default-src 'none'" in html
    body = html[: html.index('<script type="application/json" id="look"')]
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", body)]
    assert levels.count(1) == 1
    ids = [value for _, name, value in seen.attributes if name == "id"]
    assert len(ids) == len(set(ids))


@pytest.mark.browser
def test_a_number_is_turned_by_keyboard_and_back(page: Page) -> None:
    from playwright.sync_api import expect

    knob, back = page.locator("#knob-0"), page.locator("#back")
    told, said = page.locator("#told"), page.locator("output[for=knob-0]")
    expect(told).to_have_text(
        "Nothing is turned: the charts show the scenario as it was handed on."
    )
    expect(back).to_be_disabled()
    expect(page.locator(".fan-now:not(.fan-none)")).to_have_count(0)
    knob.focus()
    page.keyboard.press("End")
    expect(said).to_have_text(re.compile("^0.60 instead of "))
    assert knob.get_attribute("aria-valuetext") == said.inner_text()
    expect(told).to_contain_text("What differs most from the scenario as it was handed on")
    charts = page.locator("#fans svg").count()
    assert charts > 1
    expect(page.locator(".fan-now:not(.fan-none)")).to_have_count(charts)
    expect(page.locator(".fan-base:not(.fan-none)")).to_have_count(charts)
    for _ in range(2):  # past the second number
        page.keyboard.press("Tab")
    expect(back).to_be_focused()
    page.keyboard.press("Enter")
    expect(said).to_have_text(re.compile("as handed on$"))
    expect(knob).to_be_focused()
    expect(page.locator(".fan-now:not(.fan-none)")).to_have_count(0)


@pytest.mark.browser
def test_what_is_shown_is_what_was_played(page: Page) -> None:
    """Words beside a chart and its table are those of the place, not of a neighbour."""
    data: dict[str, Any] = page.evaluate("JSON.parse(document.getElementById('grid').textContent)")
    sizes = [len(knob["values"]) for knob in data["knobs"]]
    from playwright.sync_api import expect

    for first in range(sizes[0]):
        for second in range(sizes[1]):
            for nth, value in enumerate((first, second)):
                page.locator(f"#knob-{nth}").fill(str(value))
            own = [knob["own"] for knob in data["knobs"]]
            if [first, second] == own:
                continue
            at = data["places"][first * sizes[1] + second]
            item = data["frame"]["outcomes"][0]
            said = page.locator(f"#fan-outcome-{item['id']} .fan-said")
            expect(said).to_contain_text(at["words"][f"outcome-{item['id']}"])
            lines = page.locator("#told li").all_inner_texts()
            assert lines == at["told"]


@pytest.mark.browser
def test_it_is_accessible_before_and_after_turning(page: Page) -> None:
    from playwright.sync_api import expect

    assert serious(page) == []
    page.locator("#knob-0").press("End")
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    expect(page.locator("#fans table")).to_have_count(page.locator("#fans svg").count())
    assert serious(page) == []


@pytest.mark.browser
def test_without_scripts_it_says_so_and_has_the_table(browser: Browser, path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("noscript").count() == 1
    assert "switched off" in page.locator("body").inner_text()
    assert page.locator("#knob-0").is_disabled()
    assert page.locator("#ends table").count() == 1
    context.close()
