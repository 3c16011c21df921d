"""Trends are stated where the ten years before the start show one, and nowhere else."""

from __future__ import annotations

import csv
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest

from tests.fixtures.paths import ROOT
from tests.fixtures.shipped import loaded

FOLDER = ROOT.parent / "shared" / "data" / "calibration"
CODES = {"china": "CHN", "japan": "JPN", "russia": "RUS", "united_states": "USA"}
LAST = {"northeast-asia-2016": 2015, "crimea-2014": 2013}
"""The last whole year before each start."""

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the data do not lie beside this checkout"
)


def slope(values: list[float]) -> tuple[float, float]:
    """Of a straight line through yearly values, in a quarter, and over its standard error."""
    years, found = np.arange(len(values), dtype=float), np.array(values)
    away = years - years.mean()
    b = float(away @ found / (away @ away))
    rest = found - found.mean() - b * away
    error = np.sqrt(rest @ rest / (len(values) - 2) / (away @ away))
    return b / 4, b / float(error)


@pytest.mark.parametrize("name", LAST)
def test_ties_have_the_trends_of_trade(name: str) -> None:
    """More than three standard errors, and the last three years went the same way."""
    gdp = {(row["iso3"], int(row["year"])): float(row["gdp_current_usd"])
           for row in _rows("gdp_current_usd_country_year")}  # fmt: skip
    trade = {(row["exporter"], row["importer"], int(row["year"])): float(row["itpd_export_usd"])
             for row in _rows("itpd_trade_directed_dyad_2000_2016")}  # fmt: skip
    last, relations = LAST[name], loaded(name).description.relations
    for a, b in permutations(CODES, 2):
        one, other = CODES[a], CODES[b]
        ties = [2 * ((trade[one, other, y] + trade[other, one, y]) / gdp[one, y]) ** 0.5
                for y in range(last - 9, last + 1)]  # fmt: skip
        per_quarter, t = slope(ties)
        stated = relations[f"{a} to {b}"].ties_trend
        lasting = abs(t) > 3 and (ties[-1] - ties[-4]) * t > 0
        assert (stated is not None) is lasting, (a, b)
        if stated is not None:
            assert stated.value == pytest.approx(per_quarter, abs=0.00006), (a, b)


@pytest.mark.parametrize("name", LAST)
def test_votes_have_no_trend_that_is_clear_of_chance(name: str) -> None:
    distance = {
        (row["dyad"], int(row["year"])): float(row["ideal_point_distance_all"])
        for row in _rows("unga_ideal_point_distance_dyad_year")
    }
    last, relations = LAST[name], loaded(name).description.relations
    for a, b in combinations(sorted(CODES.values()), 2):
        warmth = [1 - distance[f"{a}-{b}", y] / 2 for y in range(last - 9, last + 1)]
        assert abs(slope(warmth)[1]) < 2, (a, b)
    assert all(one.affinity_trend is None for one in relations.values())


def _rows(name: str) -> list[dict[str, str]]:
    with Path(FOLDER, f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
