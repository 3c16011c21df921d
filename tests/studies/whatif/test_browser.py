"""The pages of a forced choice and of an explained round in a real browser: wide tables fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.scenario.loading import load_scenario
from sim.studies.explanation.study import explain
from sim.studies.whatif.study import whatif
from tests.fixtures.browsing import opened
from tests.fixtures.paths import LARGE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

CUT = (
    "[...document.querySelectorAll('.scroll:has(table.wide)')]"
    ".filter(one => one.scrollWidth > one.clientWidth).length"
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    home = tmp_path_factory.mktemp("choices")
    scenario = load_scenario(LARGE)
    return [
        whatif(scenario, 4, "japan", toward="russia", track="words", run=17, runs=12).write_report(
            home / "if"
        ),
        explain(scenario, 17, 4, "japan").write_report(home / "why"),
    ]


@pytest.mark.parametrize("width", [1280, 390])
def test_tables_of_many_columns_are_not_cut(
    browser: Browser, pages: list[Path], width: int
) -> None:
    for path in pages:
        page, trouble = opened(browser, path, width)
        assert trouble == []
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert page.locator("table.wide").count() >= 2
        assert page.evaluate(CUT) == 0
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.close()
