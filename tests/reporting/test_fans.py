"""Fans in the browser: what is drawn and told is what the runs came to."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sim.reporting.fans import axis, bands, frame
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.simulation.ensemble import run
from sim.statistics.summary import Summary, summarise
from sim.text import percent
from tests.fixtures.browsing import opened, serious
from tests.fixtures.pages import EVIL

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RUNS = 60


def played(name: str, **changes: float) -> tuple[Scenario, Summary]:
    scenario = load_scenario(
        name, [(path.replace("__", "."), one) for path, one in changes.items()]
    )
    return scenario, summarise(run(scenario, RUNS), scenario)


@pytest.fixture(scope="module")
def base() -> tuple[Scenario, Summary]:
    return played("yamaguchi-2016")


def test_bands_are_those_of_the_report(base: tuple[Scenario, Summary]) -> None:
    scenario, summary = base
    found = bands(summary, scenario)
    assert (found["runs"], found["failed"]) == (RUNS, 0)
    for one in summary.trajectories:
        told = found["outcomes"][one.measure.id]
        np.testing.assert_allclose(told["q05"], one.low90, rtol=1e-4)
        np.testing.assert_allclose(told["q50"], one.median, rtol=1e-4)
        np.testing.assert_allclose(told["q95"], one.high90, rtol=1e-4)
        assert all(low <= high for low, high in zip(told["q25"], told["q75"], strict=True))
    for event in summary.watched:
        assert found["events"][event.id]["p"][-1] == pytest.approx(event.happened / RUNS, rel=1e-4)


def test_a_scale_holds_the_base_with_room_and_stays_on_its_scale(
    base: tuple[Scenario, Summary],
) -> None:
    scenario, summary = base
    whole = frame(summary, scenario)
    for one, told in zip(summary.trajectories, whole["outcomes"], strict=True):
        low, high = told["range"]
        assert low <= one.low90.min() <= one.high90.max() <= high
        if bounds := one.measure.bounds:
            width = bounds[1] - bounds[0]
            assert bounds[0] - 0.03 * width <= low
            assert high <= bounds[1] + 0.03 * width
        assert axis(one)[0] >= low - 1e-9
    for event, told in zip(summary.watched, whole["events"], strict=True):
        assert event.high.max() <= told["top"] <= 1


def test_what_happened_is_drawn_where_the_scenario_tells_it(
    base: tuple[Scenario, Summary],
) -> None:
    scenario, summary = base
    told = {one["id"]: one["history"] for one in frame(summary, scenario)["outcomes"]}
    assert {name for name, one in told.items() if one} == set(scenario.description.history)
    for name, history in scenario.description.history.items():
        known = [
            day
            for day, is_known in zip(told[name]["dates"], told[name]["known"], strict=True)
            if is_known
        ]
        assert set(known) <= {day.isoformat() for day in history.values}
        assert "What happened" in told[name]["note"]


def page_of(folder: Path, whole: dict[str, Any], now: dict[str, Any]) -> Path:
    """A page with the script as it stands, fed with data."""
    here = resources.files("sim.reporting") / "static"
    script, style = ((here / name).read_text("utf-8") for name in ("fans.js", "fans.css"))
    data = json.dumps([whole, now]).replace("<", "\\u003c")
    page = folder / "fans.html"
    page.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Fans</title>'
        f"<style>{style}</style><main><h1>Fans</h1><h2>All</h2><div id=place></div></main>"
        f"<script>{script}</script><script>const [whole, now] = {data};"
        "window.shown = EntenteFans.frame(document.getElementById('place'), whole, {ask: '/ask'});"
        "document.documentElement.dataset.drawn = 'all';</script></html>",
        encoding="utf-8",
    )
    return page


@pytest.mark.browser
def test_a_move_keeps_the_scale_and_tells_both_numbers(
    browser: Browser, base: tuple[Scenario, Summary], tmp_path: Path
) -> None:
    scenario, summary = base
    other = played("yamaguchi-2016", coefficients__rationality=0.5)
    whole, now = frame(summary, scenario), bands(other[1], other[0], {"event-summits": EVIL})
    whole["events"][0]["title"] = EVIL
    page, trouble = opened(browser, page_of(tmp_path, whole, now), 360)
    scales = "[...document.querySelectorAll('.fan-grid')].map((one) => one.textContent)"
    before = page.evaluate(scales)
    page.evaluate("shown.show(now)")
    after = page.evaluate(scales)
    unmoved = sum(one == two for one, two in zip(before, after, strict=True))
    assert unmoved >= 0.8 * len(before)
    event, changed = summary.watched[1], other[1].watched[1]
    said = page.locator(f"#fan-event-{event.id} .fan-said").inner_text()
    assert f"{percent(float(changed.probability[-1]))} instead of {event.chance}" in said
    assert page.title() == "Fans"
    page.locator(f"#fan-event-{event.id} summary").click()
    page.locator(f"#fan-event-{event.id} tbody tr").first.wait_for()
    cells = page.locator(f"#fan-event-{event.id} tbody tr").last.locator("td").all_inner_texts()
    assert cells[:2] == [percent(float(changed.probability[-1])), event.chance]
    page.evaluate("shown.show(null)")
    assert "instead" not in page.locator(f"#fan-event-{event.id} .fan-said").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious(page) == []
    assert trouble == []
    page.close()
