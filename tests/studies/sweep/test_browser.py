"""The page of a sweep in a real browser: every chart and map is drawn, nothing overflows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.scenario.loading import build
from sim.studies.sweep.study import sweep
from tests.fixtures.browsing import opened
from tests.studies.sweep.test_page import SUPPORT, TENSION, WATCHING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    home = tmp_path_factory.mktemp("swept")
    over = {TENSION: [0.1, 0.3, 0.5, 0.7]}
    both = {**over, SUPPORT: [0.2, 0.4, 0.9]}
    return [
        sweep(build(WATCHING), asked, runs=30).write_report(home / str(nth))
        for nth, asked in enumerate((over, both))
    ]


def test_a_map_shows_its_cells_and_the_line_where_it_flips(
    browser: Browser, pages: list[Path]
) -> None:
    page, _ = opened(browser, pages[1], 1280)
    assert page.locator(".hm image").count() == 5
    assert page.locator("#plot-watched-acute .contourlayer path.contour, "
                        "#plot-watched-acute .contourlevel path").count() >= 1  # fmt: skip
    page.close()
