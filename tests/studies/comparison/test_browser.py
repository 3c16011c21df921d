"""The page of a comparison in a real browser: drawn, offline, and as wide as the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.scenario.loading import build
from sim.studies.comparison.study import compare
from tests.fixtures.browsing import opened
from tests.fixtures.scenarios import QUARTET, changed
from tests.studies.run.test_page import EVIL

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str, ...]], Path]:
    """The page of three scenarios, one of an ugly name, through some lenses."""
    three = [
        build(QUARTET, "base"),
        build(changed(QUARTET, title=f"{EVIL} a very long name that nobody would give"), "evil"),
        build(changed(QUARTET, title="Strong", actors__east__power=0.5), "strong"),
    ]
    written: dict[tuple[str, ...], Path] = {}

    def write(lenses: tuple[str, ...]) -> Path:
        if lenses not in written:
            folder = tmp_path_factory.mktemp("comparison") / "out"
            written[lenses] = compare(three, lenses=lenses, runs=30).write_report(folder)
        return written[lenses]

    return write


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lenses", [(), ("realist", "liberal")])
def test_it_is_drawn_and_nothing_overflows(
    browser: Browser, report: Callable[[tuple[str, ...]], Path], lenses: tuple[str, ...], width: int
) -> None:
    page, trouble = opened(browser, report(lenses), width)
    assert trouble == []
    assert page.title() != "broken"
    assert page.locator(".plot").count() == page.locator(".plot .main-svg:first-child").count() > 0
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    spilled = page.evaluate(
        "[...document.querySelectorAll('.plot')].filter(plot => plot.querySelector('.main-svg')"
        ".getBoundingClientRect().width > plot.clientWidth + 1).map(plot => plot.id)"
    )
    assert spilled == []
    page.close()
