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


@pytest.fixture
def valley(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, Path]]:
    """The owner's page "Turn" with a file that extends the valley, and that file."""
    file = tmp_path / "mine.yaml"
    file.write_text("extends: two-neighbours\n", encoding="utf-8")
    with served_lab(tmp_path, file) as served:
        page, trouble = opened(browser, served)
        yield page, file
        page.context.close()
        assert [one for one in trouble if "status of 422" not in one] == []


def write(page: Page, path: str, value: str) -> None:
    """Write an exact number beside a slider, and wait for what comes of it."""
    from playwright.sync_api import expect

    exact = page.locator(f'.knob[data-path="{path}"] input[type=text]')
    exact.fill(value)
    exact.press("Enter")
    expect(page.locator("#turn")).not_to_have_attribute("data-shown", str(FINE))
    settled(page)


TENSION = "relations.north and south.tension"


@pytest.mark.parametrize("size", [(1280, 800), (360, 640)])
def test_the_last_change_undo_and_pin_stay_in_view(
    valley: tuple[Page, Path], size: tuple[int, int]
) -> None:
    from playwright.sync_api import expect

    page, _ = valley
    page.set_viewport_size({"width": size[0], "height": size[1]})
    write(page, TENSION, "0.6")
    write(page, "actors.north.power", "0.4")
    expect(page.locator("#bar-words")).to_have_text(
        "Last change: How powerful North is: 0.6 → 0.4 (2 in all)"
    )
    expect(page.locator("#bar-said")).to_contain_text("With all 2 changes: ")
    expect(page.locator("#bar-said")).not_to_be_empty()
    for place in ('.knob[data-path="seed"]', "#words", "h1"):
        page.locator(place).scroll_into_view_if_needed()
        for part in ("#bar-words", "#undo", "#reset", "#bar-pin"):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)
    page.locator("#bar-pin").click()
    expect(page.locator("#pinned")).to_contain_text("Variant 1")
    page.locator("#undo").click()
    expect(page.locator("#bar-words")).to_contain_text(": 0.3 → 0.6")
    assert serious(page) == []


def test_words_stand_at_the_ends_of_a_slider(valley: tuple[Page, Path]) -> None:
    from playwright.sync_api import expect

    page, _ = valley
    row = page.locator('.knob[data-path="actors.north.power"]')
    slider = row.locator("input[type=range]")
    expect(row.locator(".knob-ends span")).to_have_text(["half of South", "four times South"])
    assert slider.get_attribute("aria-valuetext") == (
        "0.6, between “half of South” and “four times South”"
    )
    write(page, "actors.north.power", "0.2")
    assert slider.get_attribute("aria-valuetext") == "0.2, half of South"
    write(page, "actors.north.power", "2")  # beyond the slider's end
    assert slider.get_attribute("aria-valuetext") == "2"


def test_a_scale_is_narrow_again_when_all_is_reset(valley: tuple[Page, Path]) -> None:
    from playwright.sync_api import expect

    page, _ = valley
    chart = page.locator("#fan-outcome-tension")
    before = chart.locator(".fan-grid").inner_html()
    write(page, TENSION, "0.95")
    expect(chart.get_by_text("The scale was widened")).to_be_visible()
    page.locator("#reset").click()
    expect(page.locator("#changes li")).to_have_count(0)
    settled(page)
    expect(chart.get_by_text("The scale was widened")).to_be_hidden()
    assert chart.locator(".fan-grid").inner_html() == before


def test_a_scale_is_narrow_again_as_soon_as_the_curves_fit_it(valley: tuple[Page, Path]) -> None:
    from playwright.sync_api import expect

    page, _ = valley
    chart = page.locator("#fan-outcome-tension")
    write(page, TENSION, "0.35")
    before = chart.locator(".fan-grid").inner_html()
    write(page, TENSION, "0.95")
    expect(chart.get_by_text("The scale was widened")).to_be_visible()
    write(page, TENSION, "0.35")
    expect(chart.get_by_text("The scale was widened")).to_be_hidden()
    assert chart.locator(".fan-grid").inner_html() == before


def test_all_that_a_search_finds_can_be_reached(valley: tuple[Page, Path]) -> None:
    from playwright.sync_api import expect

    page, _ = valley
    page.locator("#words").fill("north")
    page.locator("#words").press("Enter")
    expect(page.locator("#found")).to_contain_text("not shown yet")
    expect(page.locator("#results li")).to_have_count(20)
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#found")).not_to_contain_text("not shown")
    every = int(page.locator("#found").inner_text().split()[0])
    expect(page.locator("#results li")).to_have_count(every)


def test_a_longer_variant_is_compared_at_the_last_date_of_both(valley: tuple[Page, Path]) -> None:
    from playwright.sync_api import expect

    page, _ = valley
    said = page.locator("#fan-event-divided .fan-said")
    base = said.inner_text().removeprefix("By January 2006: ")
    write(page, "calendar.rounds", "24")
    expect(said).to_have_text(f"By January 2006: {base} instead of {base}; no difference")


def test_a_file_that_breaks_is_told_and_nothing_old_stays_beside_it(
    valley: tuple[Page, Path],
) -> None:
    from playwright.sync_api import expect

    page, file = valley
    write(page, TENSION, "0.6")
    file.write_text("extends: two-neighbours\ntitle: [\n", encoding="utf-8")
    exact = page.locator(f'.knob[data-path="{TENSION}"] input[type=text]')
    exact.fill("0.5")
    exact.press("Enter")
    expect(page.locator("#problem")).to_be_visible()
    expect(page.locator("#said li")).to_have_count(0)
    expect(page.locator("#bar-said")).to_be_empty()
