"""The page on data names every layout, with columns that are enough to be recognised."""

from __future__ import annotations

import re

from sim.country_data.folder import LAYOUTS
from sim.country_data.recipes import MOST_ACTIVE, OPENNESS, PLEDGES
from tests.fixtures.paths import ROOT

PAGE = (ROOT / "docs" / "data.md").read_text("utf-8")


def test_every_layout_that_starts_something_is_on_the_page() -> None:
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|", PAGE, re.MULTILINE))
    for layout in LAYOUTS:
        if layout.left:
            continue
        said = {name.casefold() for name in re.findall(r"`([^`]+)`", rows[layout.name])}
        known = {name for need in layout.needs for name in need.split("|")}
        assert said <= known | set(layout.without), layout.name
        if not re.search(r"and the|and one of these|\.\.\.", rows[layout.name]):
            assert all(said & set(need.split("|")) for need in layout.needs), layout.name


def test_the_page_has_the_figures_of_the_recipes() -> None:
    assert (PLEDGES["defence"], PLEDGES["consultation"], PLEDGES["neutrality"]) == (0.8, 0.2, 0.1)
    assert "defence or offence 0.8, consultation 0.2, neutrality 0.1, non-aggression 0" in PAGE
    assert (MOST_ACTIVE, OPENNESS) == (0.8, 0.4)
    assert "where the second factor is 0.8 at most" in PAGE
    assert "two fifths of GDP" in PAGE
