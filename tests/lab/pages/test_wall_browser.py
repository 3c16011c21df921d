"""The door, the wall, and keeping a variant, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.lab.pages.keep import NONE, OVER
from sim.scenario.loading import load_scenario
from sim.scenario.shipped import home
from tests.fixtures.browsing import serious
from tests.fixtures.lab_room import CODE, ServedLab, served_lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SOUTH = "actors.south.power"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLab]:
    folder = tmp_path_factory.mktemp("lab")
    (folder / "broken.yaml").write_text("extends: two-neighbours\nactors: {south: {power: -1}}\n")
    with served_lab(folder, home() / "two-neighbours.yaml") as found:
        yield found


def page_of(browser: Browser, width: int = 1280) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    return page


def test_the_key_behind_the_address_opens_and_is_not_left_there(
    browser: Browser, lab: ServedLab
) -> None:
    from playwright.sync_api import expect

    page, sent = page_of(browser), []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(f"{lab.base}/keep#{lab.lab.door.key}")
    expect(page.get_by_role("heading", name="Keep and share", level=1)).to_be_visible()
    assert page.url == f"{lab.base}/keep"
    assert not [url for url in sent if lab.lab.door.key in url.partition("#")[0]]


def test_a_wrong_key_behind_the_address_is_tried_once_and_can_be_typed(
    browser: Browser, lab: ServedLab
) -> None:
    from playwright.sync_api import expect

    page = page_of(browser)
    page.goto(f"{lab.base}/#aaaa-bbbb-cccc")
    expect(page.locator("[data-error]")).to_contain_text("not the code of this lab")
    page.get_by_label(re.compile("code")).fill(CODE)
    page.get_by_label(re.compile("name")).fill("Anna")
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a situation to turn over")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_wall_draws_small_fans_fits_the_screen_and_has_no_serious_fault_for_readers(
    browser: Browser, lab: ServedLab, width: int
) -> None:
    from playwright.sync_api import expect

    page, said = page_of(browser, width), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{lab.base}/#{lab.lab.door.key}")
    first = page.locator(".scenario").filter(has_text="Two neighbours and a valley")
    expect(first.get_by_role("img")).to_have_count(2)
    expect(page.locator(".scenario").filter(has_text="broken.yaml")).to_contain_text(
        "-1 is out of range"
    )
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for path in ("/", "/keep", "/collected"):
        page.goto(f"{lab.base}{path}")
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert said == []


def test_a_scenario_is_opened_by_keyboard_alone(browser: Browser, lab: ServedLab) -> None:
    from playwright.sync_api import expect

    page = page_of(browser)
    page.goto(f"{lab.base}/#{CODE}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a situation to turn over")
    button = page.get_by_role("button", name="Open Crimea and after")
    for _ in range(120):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#open-title")).to_have_text("Crimea and after")
    assert page.url == f"{lab.base}/turn"


def test_a_variant_is_downloaded_and_is_the_same_scenario(
    browser: Browser, lab: ServedLab, tmp_path: Path
) -> None:
    page = page_of(browser)
    page.goto(f"{lab.base}/keep#{CODE}")
    page.get_by_role("heading", name="Keep and share", level=1).wait_for()
    page.evaluate(
        "([path, value]) => EntenteLab.ask('/bench/change', { path, value })", [SOUTH, "0.9"]
    )
    page.reload()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download two-neighbours-changed.yaml").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    expected = load_scenario("two-neighbours", {SOUTH: "0.9"})
    assert load_scenario(file).sha256 == expected.sha256


def test_a_fourth_number_to_turn_is_refused_beside_the_button(
    browser: Browser, lab: ServedLab
) -> None:
    from playwright.sync_api import expect

    page = page_of(browser)
    page.goto(f"{lab.base}/keep#{lab.lab.door.key}")
    boxes, said = page.locator("#turnable input"), page.locator("#turnable-said")
    expect(boxes.first).to_be_checked()
    for nth in (1, 2):
        boxes.nth(nth).check()
    expect(said).to_have_text("")
    boxes.nth(3).click()
    expect(said).to_have_text(OVER)
    expect(page.locator("#turnable input:checked")).to_have_count(3)
    for nth in range(3):
        boxes.nth(nth).uncheck()
    expect(said).to_have_text("")
    page.locator("#turnable button").click()
    expect(said).to_have_text(NONE)
    assert page.url == f"{lab.base}/keep"
