"""Opening a link in a lab that runs: by its address, by pasting, and when all is not as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.lab.link import write
from sim.lab.variant import Change, Variant
from tests.fixtures.browsing import serious
from tests.fixtures.paths import SCENARIOS
from tests.fixtures.served_lab import ServedLab, served_lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHANGES = (Change("actors.north.power", "0.5"), Change("relations.north and south.tension", "0.4"))
LINK = write(Variant(Path("two-neighbours"), CHANGES, "closer"))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLab]:
    folder = tmp_path_factory.mktemp("desk")
    with served_lab(folder, "--port", 0) as lab:
        yield lab


def test_a_pasted_link_is_opened(lab: ServedLab) -> None:
    visitor = lab.visitor()
    reply = visitor.post("/open", {"link": f"http://example.org/open#{LINK}"})
    assert (reply.status, reply.location) == (303, "/turn")
    told = visitor.get("/bench").text
    assert '"scenario":"two-neighbours"' in told
    assert [(one.path, one.value) for one in CHANGES] == _pairs(told)


def _pairs(told: str) -> list[tuple[str, str]]:
    return re.findall(r'"path":"([^"]+)","value":"([^"]+)"', told)


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (LINK[:-3], "not whole"),
        ("2" + LINK[1:], "newer version"),
        ("hello", "no link of the lab"),
        (write(Variant(SCENARIOS / "crimea-2014.yaml")).replace("1.", "1.A"), "not whole"),
    ],
)
def test_what_cannot_be_opened_is_told_and_stays_in_the_box(
    lab: ServedLab, link: str, said: str
) -> None:
    visitor = lab.visitor()
    before = visitor.get("/bench").text
    reply = visitor.post("/open", {"link": link})
    assert reply.status == 409
    assert said in reply.text
    assert link in reply.text
    assert visitor.get("/bench").text == before


def test_markup_in_a_link_is_text(lab: ServedLab) -> None:
    reply = lab.visitor().post("/open", {"link": "<script>alert(1)</script>"})
    assert "<script>alert" not in reply.text
    assert "&lt;script&gt;alert" in reply.text


def test_a_changed_scenario_shows_what_differs_and_opens_what_applies(
    lab: ServedLab, tmp_path: Path
) -> None:
    text = (SCENARIOS / "two-neighbours.yaml").read_text("utf-8")
    path = tmp_path / "two-neighbours.yaml"
    path.write_text(text.replace("affinity: 0.1, tension: 0.3", "affinity: 0.1, tension: 0.2"))
    link = write(Variant(path, CHANGES))
    visitor = lab.visitor()
    reply = visitor.post("/open", {"link": link})
    assert reply.status == 409
    assert "was changed since the link was made" in reply.text
    assert "<td>0.2</td><td>0.3</td><td>0.4</td><td>yes</td>" in reply.text
    assert visitor.post("/open", {"link": link, "anyway": "yes"}).status == 303


def test_a_scenario_that_is_not_there_is_named(lab: ServedLab, tmp_path: Path) -> None:
    path = tmp_path / "my-river.yaml"
    path.write_text(
        (SCENARIOS / "two-neighbours.yaml")
        .read_text("utf-8")
        .replace("affinity: 0.1", "affinity: 0")
    )
    reply = lab.visitor().post("/open", {"link": write(Variant(path))})
    assert reply.status == 409
    assert "a scenario named &#39;my-river&#39;, and there is none here" in reply.text


@pytest.mark.browser
def test_the_address_alone_opens_it_and_leaves_no_trace_in_it(
    lab: ServedLab, browser: Browser
) -> None:
    from playwright.sync_api import expect

    page = lab.page(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{lab.base}/open#{LINK[:-3]}")
    expect(page.locator("[data-error]")).to_contain_text("not whole")
    page.goto(f"{lab.base}/open#{LINK}")  # the page that is there already
    page.wait_for_url("**/turn")
    page.goto(lab.base)
    expect(page.locator("#open-title")).to_have_text("Two neighbours and a valley")
    assert LINK[2:30] not in "".join(asked).replace(f"#{LINK}", "")
    page.context.close()


@pytest.mark.browser
def test_a_stranger_comes_in_first_and_then_gets_to_the_link(
    lab: ServedLab, browser: Browser
) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{lab.base}/open#{LINK}")
    page.get_by_label("The key of this lab").fill(lab.key)
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url("**/turn")
    page.context.close()


@pytest.mark.browser
def test_the_page_is_for_all(lab: ServedLab, browser: Browser, tmp_path: Path) -> None:
    text = (SCENARIOS / "two-neighbours.yaml").read_text("utf-8")
    path = tmp_path / "two-neighbours.yaml"
    path.write_text(
        text.replace("  march:", "  advance:").replace("levers.march", "levers.advance")
    )
    gone = write(Variant(path, (*CHANGES, Change("levers.advance.cost", "0.02"))))
    for width in (360, 1280):
        page = lab.page(browser, width)
        for link in ("", LINK[:-3], gone):
            page.goto(f"{lab.base}/open")
            if link:
                page.get_by_label("Open a link").fill(link)
                page.get_by_role("button", name="Open the link").click()
                page.locator("[data-error]").wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert not serious(page)
        page.context.close()


@pytest.mark.browser
def test_a_link_is_copied_and_opened_in_another_lab(
    lab: ServedLab, browser: Browser, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = lab.entered(context)
    page.goto(f"{lab.base}/open#{LINK}")
    page.wait_for_url("**/turn")
    page.goto(f"{lab.base}/keep")
    page.get_by_role("button", name="Copy the link").first.click()
    expect(page.locator("#told")).to_have_text("The link was copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert len(copied) < 500
    context.close()
    with served_lab(tmp_path, "--port", 0) as other:
        visitor = other.visitor()
        assert visitor.post("/open", {"link": copied}).status == 303
        assert [(one.path, one.value) for one in CHANGES] == _pairs(visitor.get("/bench").text)
