"""The six things one does in the lab, as docs/lab.md has them, in a real browser.

Open, turn, compare, ask, build, keep and share: by mouse, by keyboard alone, with a reload in
the middle, and each page as axe and two widths see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.cli.app import execute
from tests.benchmarks.lab_tables import MOST_ACTIONS
from tests.fixtures.browsing import serious
from tests.fixtures.lab_hand import Hand, Keys, build_three
from tests.fixtures.paths import ROOT
from tests.fixtures.served_lab import ServedLab, served_lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

VALLEY = "Two neighbours and a valley"
WIDTHS = (360, 1280)
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
TENSION = "How tense the two are at first"
FINE = 60_000
"""Milliseconds that the finer fans may take where the machine is busy."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLab]:
    with served_lab(tmp_path_factory.mktemp("desk"), "--port", 0) as lab:
        yield lab


@pytest.fixture
def page(lab: ServedLab, browser: Browser) -> Iterator[Page]:
    page = lab.page(browser)
    yield page
    page.context.close()


def open_valley(page: Page, lab: ServedLab) -> None:
    """The valley as its file has it, whatever was made of it before."""
    page.goto(f"{lab.base}/")
    page.get_by_role("button", name=f"{VALLEY}").click()
    page.wait_for_url("**/turn")
    settled(page)
    back = page.get_by_role("button", name="Reset")
    if back.is_enabled():
        back.click()
    for _ in range(4):
        page.goto(f"{lab.base}/compare")
        if not (unpin := page.get_by_role("button", name="Unpin")).count():
            break
        unpin.first.click()
    page.goto(f"{lab.base}/turn")
    settled(page)


def settled(page: Page) -> None:
    """Wait for the finer fans of what is set now."""
    from playwright.sync_api import expect

    expect(page.locator("#state")).to_have_text(re.compile("^2,000 runs, seed"), timeout=FINE)


def move_up(page: Page, title: str) -> None:
    """Move a knob to the end of its range."""
    page.get_by_label(title, exact=True).focus()
    page.keyboard.press("End")
    page.get_by_role("heading", name="What you changed").wait_for()
    settled(page)


def test_turn_compare_ask_and_keep(lab: ServedLab, page: Page) -> None:
    from playwright.sync_api import expect

    open_valley(page, lab)
    move_up(page, TENSION)
    expect(page.locator("#said")).to_contain_text("crisis")
    page.reload()
    settled(page)
    expect(page.locator("#changes")).to_contain_text(f"{TENSION}: 0.3 → 0.7")
    page.get_by_label("Set this variant aside as").fill("on the brink")
    page.get_by_role("button", name="Pin it to compare").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#changes-part")).to_be_hidden()
    page.get_by_role("link", name="Compare them").click()
    result = page.locator("#result")
    expect(result).to_contain_text("on the brink", timeout=FINE)
    expect(result).to_contain_text("points", timeout=FINE)
    page.get_by_role("button", name="Go on from on the brink").click()
    page.wait_for_url("**/turn")
    expect(page.locator("#changes")).to_contain_text(TENSION)
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", name="Why they did it")).to_be_visible(timeout=FINE)
    page.get_by_role("link", name="Keep and share").click()
    expect(page.locator("#changes")).to_contain_text("0.3 → 0.7")
    link = page.get_by_label("Link to what you have now").input_value()
    assert len(link) < 500
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download two-neighbours").first.click()
    text = Path(kept.value.path()).read_text("utf-8")
    assert "extends: two-neighbours" in text
    assert "tension: {value: 0.7" in text


def test_a_click_on_a_fan_asks_about_its_date(lab: ServedLab, page: Page) -> None:
    open_valley(page, lab)
    page.locator("#fans svg").first.click(position={"x": 150, "y": 60})
    page.wait_for_url("**/ask?*")
    page.get_by_role("heading", name="Why they did it").wait_for()


def test_a_first_scenario_takes_few_actions_and_outlives_a_reload(
    lab: ServedLab, page: Page, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    page.goto(f"{lab.base}/")
    hand = Hand(page)
    build_three(hand)
    first = hand.actions
    expect(page.get_by_text("None: it can be run.")).to_be_visible()
    hand.click(page.get_by_role("navigation", name="Parts").get_by_role("link", name="Levers"))
    shelf = page.locator("details", has_text="Take acts off the shelf")
    hand.click(shelf.locator("summary"))
    hand.write(page.get_by_label("Find an act"), "toll")
    hand.write(page.get_by_label("Find an act"), "close the border")
    hand.click(shelf.get_by_role("checkbox", name="close the border"))
    hand.click(hand.button("Add those ticked"))
    card = page.get_by_role("article", name="close the border", exact=False)
    hand.choose(card.get_by_label("Upton to Lowick", exact=True), "once a year")
    expect(card.locator("[data-saved]")).to_have_text("Saved.")
    page.reload()
    expect(card.get_by_label("Upton to Lowick", exact=True)).to_have_value("once a year")
    expect(page.get_by_text("None: it can be run.")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download").click()
    path = tmp_path / "bridge.yaml"
    path.write_text(Path(kept.value.path()).read_text("utf-8"), "utf-8")
    assert execute(["validate", "--strict", str(path)]) == 0
    hand.click(hand.button("Turn it"))
    page.wait_for_url("**/turn")
    expect(page.locator("#state")).to_contain_text("2,000 runs", timeout=FINE)
    assert first < hand.actions < MOST_ACTIONS


def test_a_scenario_is_built_turned_and_shared_by_keyboard_alone(
    lab: ServedLab, page: Page
) -> None:
    from playwright.sync_api import expect

    page.goto(f"{lab.base}/")
    keys = Keys(page)
    keys.press(page.get_by_role("link", name="Start a new one of your own"), "Enter")
    keys.write(page.get_by_label("Title"), "By keys")
    keys.press(page.get_by_role("button", name="Make it"), "Enter")
    page.wait_for_url("**/build/by-keys*")
    keys.press(page.get_by_role("link", name="Relations", exact=True), "Enter")
    page.wait_for_url("**part=relations")
    value = page.locator("[data-fields] input[inputmode=decimal]").first
    keys.write(value, "0.2")
    page.keyboard.press("Tab")
    expect(page.locator("[data-saved]").first).to_have_text("Saved.")
    keys.press(page.get_by_role("button", name="Turn it"), "Enter")
    page.wait_for_url("**/turn")
    slider = page.locator("#knobs input[type=range]").first
    keys.press(slider, "ArrowRight", "ArrowRight", "ArrowRight")
    expect(page.locator("#changes li")).to_have_count(1)
    keys.write(page.get_by_label("Set this variant aside as"), "by keys")
    page.keyboard.press("Enter")
    expect(page.locator("#pinned")).to_contain_text("by keys")
    keys.press(page.get_by_role("link", name="Compare", exact=True), "Enter")
    expect(page.locator("#result")).to_contain_text("by keys", timeout=FINE)
    keys.press(page.get_by_role("link", name="Ask", exact=True), "Enter")
    expect(page.get_by_role("heading", name="Why they did it")).to_be_visible(timeout=FINE)
    keys.press(page.get_by_role("link", name="Keep and share"), "Enter")
    keys.press(page.get_by_role("button", name="Copy the link").first, "Enter")
    expect(page.locator("#told")).to_contain_text("link")


NOT_HERE = {
    "Take back", "Open the lab to all", "What if it had chosen", "Play it", "With all figures",
}  # fmt: skip
"""What the guide names and these pages show in another state, or for a class alone."""
PAGES = (
    "/", "/turn", "/compare", "/ask", "/build-new", "/build/three-towns-and-a-bridge",
    *(f"/build/three-towns-and-a-bridge?part={part}" for part in ("actors", "relations", "issues",
      "levers", "events", "outcomes", "watch", "knobs", "text")),
    "/keep", "/open", "/nowhere",
)  # fmt: skip


@pytest.fixture(scope="module")
def furnished(lab: ServedLab, browser: Browser) -> ServedLab:
    """A lab with a draft, and a variant that is changed and pinned."""
    page = lab.page(browser)
    if not page.get_by_text("Three towns and a bridge").count():
        build_three(Hand(page))
    open_valley(page, lab)
    move_up(page, TENSION)
    page.get_by_role("button", name="Pin it to compare").click()
    page.get_by_role("link", name="Compare them").wait_for()
    page.context.close()
    return lab


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_for_all(furnished: ServedLab, browser: Browser, path: str) -> None:
    page = furnished.page(browser)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(furnished.base + path)
        ready(page, path)
        page.evaluate(UNFOLD)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} pixels wide at {width}")
        found += [f"at {width}: {fault}" for fault in serious(page)]
    page.context.close()
    assert found == []


def ready(page: Page, path: str) -> None:
    """Wait until a page shows what it fetches."""
    from playwright.sync_api import expect

    match path:
        case "/turn":
            settled(page)
        case "/compare":
            expect(page.locator("#result")).to_contain_text("points", timeout=FINE)
        case "/ask":
            page.get_by_role("heading", name="Why they did it").wait_for(timeout=FINE)


def test_each_chart_has_its_table_and_each_knob_its_name(
    furnished: ServedLab, browser: Browser
) -> None:
    from playwright.sync_api import expect

    page = furnished.page(browser)
    page.goto(f"{furnished.base}/turn")
    settled(page)
    charts = page.locator("#fans svg")
    expect(charts).not_to_have_count(0)
    page.evaluate(UNFOLD)
    expect(page.locator("#fans table")).to_have_count(charts.count())
    sliders = page.locator("#knobs input[type=range]")
    assert sliders.count() >= 6
    for nth in range(sliders.count()):
        assert sliders.nth(nth).evaluate("one => one.labels.length") == 1
    page.context.close()


def test_the_guide_names_what_is_on_the_pages(furnished: ServedLab, browser: Browser) -> None:
    """Every button or heading that docs/lab.md names is there under that name."""
    guide = (ROOT / "docs" / "lab.md").read_text("utf-8")
    page = furnished.page(browser)
    shown = ""
    for path in (*PAGES, "/"):
        page.goto(furnished.base + path)
        ready(page, path)
        page.evaluate(UNFOLD)
        shown += page.locator("body").inner_text().lower() + "\n"
    page.context.close()
    parts = "Actors|Relations|Issues|Levers|Arrangements|Events|Outcomes|Watched events|Knobs"
    words = rf"(?<!\*)\*([A-Z][\w ,’']+)\*(?!\*)|\*\*(Make it|Turn it|{parts})\*\*"
    named = {one or other for one, other in re.findall(words, guide)}
    assert len(named) > 25
    assert {one for one in named if one.lower() not in shown} <= NOT_HERE
