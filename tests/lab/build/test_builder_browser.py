"""The builder in a real browser: a first scenario by clicking, faults at once, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import sim
from sim.lab.build.told import PAGES
from sim.scenario.files import unsourced
from tests.fixtures.browsing import serious
from tests.fixtures.served_lab import ServedLab, served_lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

ACTIONS = 60
"""Clicks and typed fields that a first scenario of one's own may take."""
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.fixture(scope="module", name="lab")
def _lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLab]:
    folder = tmp_path_factory.mktemp("lab")
    with served_lab(folder, "--store", folder / "kept") as found:
        yield found


class Hands:
    """Somebody at the page, whose clicks and typed fields are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def click(self, role: Any, name: str) -> None:
        """Click something by its name."""
        self.actions += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def type(self, label: str, text: str) -> None:
        """Fill in a field, and leave it."""
        self.actions += 1
        field = self.page.get_by_label(label, exact=True).first
        field.fill(text)
        field.blur()

    def choose(self, label: str, words: str) -> None:
        """Choose one of a list."""
        self.actions += 1
        self.page.get_by_label(label, exact=True).first.select_option(words)


def draft_file(lab: ServedLab, name: str) -> Path:
    """The file of a draft on the owner's bench."""
    store = Path(str(lab.process.args[-1]))  # type: ignore[index]
    (found,) = store.rglob(f"drafts/{name}.yaml")
    return found


def begun(lab: ServedLab, browser: Browser, title: str, width: int = 1280) -> Page:
    """A first scenario as it is proposed, under a title of its own."""
    page = lab.page(browser, width)
    page.goto(f"{lab.base}/build-new")
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Make it").click()
    return page


def test_a_first_scenario_by_clicking(lab: ServedLab, browser: Browser) -> None:
    """From the wall to a valid scenario of three named actors with reasons, opened to be turned."""
    from playwright.sync_api import expect

    page = lab.page(browser)
    hands = Hands(page)
    hands.click("link", "Build")
    hands.type("Title", "A canal")
    for number, name in enumerate(("Delta", "Hill", "Plain"), 1):
        hands.type(f"Actor {number}", name)
    hands.type("The issue", "Ships in the canal")
    hands.type("At one end, 0", "none")
    hands.type("At the other end, 100", "all")
    hands.click("button", "Make it")
    expect(page.get_by_text("None: it can be run.")).to_be_visible()
    hands.click("link", "Actors")
    hands.type("power", "0.5")
    hands.type("its reason (Delta: power)", "the largest army of the three")
    hands.click("link", "Levers")
    hands.choose("Delta to Hill", "once in two years")
    expect(page.locator("[data-saved]").first).to_have_text("Saved.")
    expect(page.get_by_text("None: it can be run.")).to_be_visible()
    expect(page.locator("[data-unstated] li").first).to_contain_text("the builder proposed it")
    hands.click("button", "Turn it")
    expect(page).to_have_url(f"{lab.base}/turn")
    expect(page.locator("#open-title")).to_have_text("A canal")
    assert hands.actions < ACTIONS
    file = draft_file(lab, "a-canal")
    scenario = sim.load_scenario(file)
    assert not unsourced(scenario, file)
    assert scenario.description.actors["delta"].power.value == 0.5
    assert scenario.description.levers["talks"].usual["delta to hill"].value == 0.12
    page.context.close()


def test_a_fault_is_told_at_once_and_led_to(lab: ServedLab, browser: Browser) -> None:
    """It stands beside the page, its field is marked, and a reload loses nothing."""
    from playwright.sync_api import expect

    page = begun(lab, browser, "A fault")
    page.get_by_role("link", name="Actors", exact=True).click()
    power = page.get_by_label("power", exact=True).first
    power.fill("much")
    power.blur()
    expect(page.locator("[data-faults] li")).to_have_count(1)
    expect(page.locator("[data-faults] li")).to_contain_text("'much' is not a number")
    expect(power).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("button", name="Turn it")).to_be_disabled()
    page.get_by_role("link", name="Issues", exact=True).click()
    page.locator("[data-faults] li a").click()
    expect(power).to_be_focused()
    expect(power).to_have_value("much")
    page.reload()
    expect(power).to_have_value("much")
    page.get_by_role("button", name="Undo").click()
    expect(power).to_have_value("0.33")
    expect(page.get_by_text("None: it can be run.")).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(power).to_have_value("much")
    page.context.close()


def test_the_page_is_not_left_before_all_is_saved(lab: ServedLab, browser: Browser) -> None:
    """However late the answer comes: a field is typed, and the next click leads away."""
    from playwright.sync_api import expect

    page = begun(lab, browser, "In a hurry")

    def late(route: Route) -> None:
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/fields", late)
    page.get_by_label("title", exact=True).fill("Without waiting")
    page.get_by_role("button", name="Turn it").click()
    expect(page).to_have_url(f"{lab.base}/turn")
    expect(page.locator("#open-title")).to_have_text("Without waiting")
    page.goto(f"{lab.base}/build/in-a-hurry")
    page.get_by_label("title", exact=True).fill("Without waiting twice")
    page.get_by_role("link", name="Actors", exact=True).click()
    expect(page.get_by_role("heading", level=2, name="Actors")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Without waiting twice")
    page.context.close()


def test_two_tabs_are_told_of_each_other(lab: ServedLab, browser: Browser) -> None:
    """Other fields follow; the same field is asked about."""
    from playwright.sync_api import expect

    one = begun(lab, browser, "Two tabs")
    two = one.context.new_page()
    two.goto(one.url)
    for page, title in ((one, "From the first"), (two, "From the second")):
        page.get_by_label("title", exact=True).fill(title)
        page.get_by_label("title", exact=True).blur()
        expect(page.locator("[data-saved]").first).to_have_text("Saved.")
    expect(two.get_by_text("Changed in another tab meanwhile, to “From the first”")).to_be_visible()
    two.get_by_role("button", name="Use mine, “From the second”").click()
    expect(two.get_by_text("Changed in another tab")).to_have_count(0)
    one.reload()
    expect(one.get_by_label("title", exact=True)).to_have_value("From the second")
    one.context.close()


def test_a_pin_is_drawn_along_its_ruler(lab: ServedLab, browser: Browser) -> None:
    """Its number follows, and is written."""
    from playwright.sync_api import expect

    page = begun(lab, browser, "A ruler")
    page.get_by_role("link", name="Issues", exact=True).click()
    place = page.get_by_label("position", exact=True).first
    expect(place).to_have_value("20")
    pin = page.locator(".pin circle").first.bounding_box()
    ruler = page.locator(".ruler svg").first.bounding_box()
    assert pin is not None
    assert ruler is not None
    page.mouse.move(pin["x"] + pin["width"] / 2, pin["y"] + pin["height"] / 2)
    page.mouse.down()
    page.mouse.move(ruler["x"] + ruler["width"] * 290 / 700, pin["y"], steps=4)
    page.mouse.up()
    expect(place).to_have_value("40")
    expect(page.locator("[data-saved]").first).to_have_text("Saved.")
    page.reload()
    expect(place).to_have_value("40")
    page.context.close()


def test_a_section_as_text_is_checked_as_it_is_typed(lab: ServedLab, browser: Browser) -> None:
    """What cannot be read yet is kept, also through a reload."""
    from playwright.sync_api import expect

    page = begun(lab, browser, "As text")
    page.goto(f"{page.url.split('?')[0]}?part=watch")
    page.get_by_text("All of this section as text").click()
    area = page.get_by_label("watch, as the file has it")
    area.fill("watch: {crisis: {name: a crisis")
    expect(page.locator("[data-wrong]")).to_contain_text("not taken yet")
    page.reload()
    expect(area).to_have_value("watch: {crisis: {name: a crisis")
    area.fill("watch: {crisis: {name: a crisis, lever: tariff}}\n")
    expect(page.locator("[data-wrong]")).to_be_empty()
    expect(page.locator("[data-text] [data-saved]")).to_have_text("Saved.")
    page.reload()
    expect(page.get_by_label("lever", exact=True)).to_have_value("tariff")
    page.context.close()


def test_without_scripts_everything_can_be_done(lab: ServedLab, browser: Browser) -> None:
    """Plain forms: a field, a part more, a part less, undo."""
    from playwright.sync_api import expect

    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(lab.base)
    page.locator("#key").fill(lab.key)
    page.get_by_role("button", name="Come in").click()
    page.goto(f"{lab.base}/build-new")
    page.get_by_label("Title").fill("Plain forms")
    page.get_by_role("button", name="Make it").click()
    page.get_by_label("title", exact=True).fill("Plainer forms")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plainer forms")
    page.get_by_role("link", name="Events", exact=True).click()
    page.get_by_label("Its name").fill("a flood")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="a flood")).to_be_visible()
    expect(page.get_by_text("None: it can be run.")).to_be_visible()
    page.get_by_role("button", name="Take out a flood").click()
    expect(page.get_by_role("heading", name="a flood")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="a flood")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_and_can_be_read_aloud(
    lab: ServedLab, browser: Browser, width: int
) -> None:
    """No serious fault by axe, folded out; nothing wider than the screen."""
    page = begun(lab, browser, f"At {width}", width)
    base = page.url.split("?")[0]
    found = []
    for address in [f"{lab.base}/build-new", *(f"{base}?part={part}" for part in PAGES)]:
        page.goto(address)
        page.evaluate(UNFOLD)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{address}: {wide} pixels wide")
        found += [f"{address}: {fault}" for fault in serious(page)]
    assert not found
    page.context.close()
