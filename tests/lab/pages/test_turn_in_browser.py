"""Turn, Compare and Ask in a real browser: by mouse, by keyboard, after a reload, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.lab.ensembles import COARSE, FINE
from tests.fixtures.browsing import serious
from tests.fixtures.lab_room import ServedLab, served_lab
from tests.fixtures.served_classroom import SMALL

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PATIENCE = 60_000


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[ServedLab]:
    with served_lab(tmp_path, SMALL) as served:
        yield served


def opened(browser: Browser, lab: ServedLab, width: int = 1280) -> tuple[Page, list[str]]:
    """The owner's page "Turn", when its finer fans are drawn; and what scripts complained of."""
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    trouble: list[str] = []
    page.goto(f"{lab.base}/turn#{lab.lab.door.key}")
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
    settled(page)
    return page, trouble


def settled(page: Page, runs: int = FINE) -> None:
    from playwright.sync_api import expect

    expect(page.locator("#turn")).to_have_attribute("data-shown", str(runs), timeout=PATIENCE)


def knob(page: Page, nth: int = 0) -> str:
    """What a selector of the knob's parts begins with."""
    page.locator(".knob input[type=range]").nth(nth).wait_for()
    path = page.locator(".knob:has(input[type=range])").nth(nth).get_attribute("data-path")
    return f'.knob[data-path="{path}"]'


def test_a_slider_is_moved_by_mouse_and_fires_once_it_is_let_go(
    browser: Browser, lab: ServedLab
) -> None:
    from playwright.sync_api import expect

    page, trouble = opened(browser, lab)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.method == "POST" else None)
    slider = page.locator(f"{knob(page)} input[type=range]")
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    for nth in range(20):
        page.mouse.move(box["x"] + box["width"] * (0.5 + nth / 50), middle)
    assert asked == []
    page.mouse.up()
    expect(page.locator("#changes li")).to_have_count(1)
    settled(page)
    assert len(asked) == 1
    expect(page.locator("#state")).to_contain_text(f"{FINE:,} runs")
    expect(page.locator(f"{knob(page)} .knob-fault")).to_be_hidden()
    expect(page.locator(".fan .fan-base.fan-alone")).to_have_count(0)
    assert page.locator("#said li").count() >= 1
    page.reload()
    settled(page)
    expect(page.locator("#changes li")).to_have_count(1)
    expect(page.locator(f"{knob(page)}")).to_have_class("knob moved")
    assert serious(page) == []
    assert trouble == []
    page.context.close()


def test_the_keyboard_alone_moves_undoes_pins_and_compares(
    browser: Browser, lab: ServedLab
) -> None:
    from playwright.sync_api import expect

    page, trouble = opened(browser, lab)
    slider = page.locator(f"{knob(page)} input[type=range]")
    slider.focus()
    before = slider.input_value()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    expect(page.locator("#changes li")).to_have_count(1)
    settled(page)
    assert slider.input_value() != before
    assert slider.get_attribute("aria-valuetext")
    expect(slider).to_be_focused()
    expect(page.locator("#told")).not_to_be_empty()
    page.locator("#reset").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#changes li")).to_have_count(0)
    page.locator("#undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#changes li")).to_have_count(1)
    page.locator("#changes button").first.press("Enter")
    expect(page.locator("#changes li")).to_have_count(0)
    expect(slider).to_have_value(before)
    exact = page.locator(f"{knob(page)} input[type=text]")
    exact.fill(exact.input_value().replace(".", ",") + "1")
    page.keyboard.press("Enter")
    expect(page.locator("#changes li")).to_have_count(1)
    page.locator("#pin-name").fill("Mine")
    page.keyboard.press("Enter")
    expect(page.locator("#pinned")).to_contain_text("Mine")
    page.goto(f"{lab.base}/compare")
    expect(page.locator("#result h2").first).to_have_text("Mine", timeout=PATIENCE)
    expect(page.locator("#fans .fan").first).to_be_visible(timeout=PATIENCE)
    assert serious(page) == []
    assert trouble == []
    page.context.close()


def test_a_number_out_of_range_is_told_beside_it_and_changes_nothing(
    browser: Browser, lab: ServedLab
) -> None:
    from playwright.sync_api import expect

    page, _ = opened(browser, lab)
    exact = page.locator(f"{knob(page)} input[type=text]")
    for typed, said in (("1e9", "out of range: write a number"), ("much", "is no number")):
        exact.fill(typed)
        exact.press("Enter")
        expect(page.locator(f"{knob(page)} .knob-fault")).to_contain_text(said)
        expect(exact).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#changes li")).to_have_count(0)
    page.context.close()


def test_two_tabs_of_a_bench_come_to_show_the_same(browser: Browser, lab: ServedLab) -> None:
    from playwright.sync_api import expect

    page, _ = opened(browser, lab)
    other = page.context.new_page()
    other.goto(f"{lab.base}/turn")
    settled(other)
    exact = other.locator(f"{knob(other, 1)} input[type=text]")
    exact.fill(exact.input_value() + "1")
    exact.press("Enter")
    expect(other.locator("#changes li")).to_have_count(1)
    mine = page.locator(f"{knob(page)} input[type=text]")
    mine.fill(mine.input_value() + "1")
    mine.press("Enter")
    expect(page.locator("#changes li")).to_have_count(2)
    page.context.close()


def test_a_curve_that_is_clicked_is_told_in_words(browser: Browser, lab: ServedLab) -> None:
    from playwright.sync_api import expect

    page, trouble = opened(browser, lab, 360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".fan svg").first.click()
    expect(page.locator("#run-title")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#told-run tr.asked")).to_have_count(1)
    button = page.locator("form.if-not button").first
    page.locator("details:has(form.if-not)").first.evaluate("(one) => { one.open = true; }")
    button.click()
    expect(page.locator(".otherwise p").first).to_contain_text("In run", timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious(page) == []
    assert trouble == []
    page.context.close()


def test_coarse_fans_come_before_fine_ones(browser: Browser, lab: ServedLab) -> None:
    page, _ = opened(browser, lab)
    seen: list[int] = []
    page.on(
        "response",
        lambda one: seen.append(one.json()["runs"]) if "/turn/" in one.url else None,
    )
    exact = page.locator(f"{knob(page)} input[type=text]")
    exact.fill(exact.input_value() + "1")
    with page.expect_response(lambda one: f"runs={FINE}" in one.url):
        exact.press("Enter")
    settled(page)
    assert seen == [COARSE, FINE]
    page.context.close()
