"""The kept record is what the published tables give: its rivals worked out here once more."""

from __future__ import annotations

import csv
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.stats import norm

from tests.fixtures.paths import ROOT

FOLDER = ROOT.parent / "shared" / "data" / "calibration"
RECORD = ROOT / "scenarios" / "calibration" / "backtest.yaml"
STATES = ("CHN", "JPN", "RUS", "USA")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the data do not lie beside this checkout"
)


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _crps_of_normal(outcome: float, middle: float, spread: float, back: object) -> float:
    """CRPS of a transformed normal, by many even quantiles and the formula over all pairs."""
    shares = (np.arange(200) + 0.5) / 200
    members = np.asarray(back(middle + spread * norm.ppf(shares)))  # type: ignore[operator]
    order = np.sort(members)
    # Mean |x - x'| of sorted members: each x counts as often above as below others.
    between = (order * (2 * np.arange(200) - 199)).sum() * 2 / 200**2
    return float(np.abs(members - outcome).mean() - between / 2)


def _persistence(
    series: dict[tuple[str, str], dict[int, float]], back: object, starts: range
) -> float:
    """Mean CRPS of the last value with the spread of past changes; series on their scale."""
    scores = []
    for start in starts:
        for ahead in (1, 2, 3):
            changes = [
                one[year + ahead] - one[year]
                for one in series.values()
                for year in one
                if year + ahead in one and year + ahead <= start
            ]
            if len(changes) < 6:
                changes = [
                    np.sqrt(ahead) * (one[year + 1] - one[year])
                    for one in series.values()
                    for year in one
                    if year + 1 <= start
                ]
            spread = float(np.sqrt(np.mean(np.square(changes))))
            for one in series.values():
                if start + ahead in one:
                    came = float(back(one[start + ahead]))  # type: ignore[operator]
                    scores.append(_crps_of_normal(came, one[start], spread, back))
    return float(np.mean(scores))


@pytest.mark.parametrize(("period", "starts"), [("fitted", (2003, 2009)), ("test", (2010, 2013))])
def test_persistence(period: str, starts: tuple[int, int]) -> None:
    found = yaml.safe_load(RECORD.read_text("utf-8"))["periods"][period]
    assert found["starts"] == list(starts)
    odds: dict[tuple[str, str], dict[int, float]] = {way: {} for way in permutations(STATES, 2)}
    for row in _rows("icews_directed_dyad_year_2002_2014"):
        coop, conf = (
            sum(float(row[f"{kind}{what}"]) for kind in ("verb", "matl"))
            for what in ("Coop", "Conf")
        )
        odds[row["source"], row["target"]][int(row["year"])] = float(np.log(conf / coop))
    gdp = {
        (row["iso3"], int(row["year"])): float(row["gdp_current_usd"])
        for row in _rows("gdp_current_usd_country_year")
    }
    trade = {
        (row["exporter"], row["importer"], int(row["year"])): float(row["itpd_export_usd"])
        for row in _rows("itpd_trade_directed_dyad_2000_2016")
    }
    ties = {
        (a, b): {
            year: float(np.log(2 * np.sqrt((trade[a, b, year] + trade[b, a, year]) / gdp[a, year])))
            for year in range(2002, 2017)
        }
        for a, b in permutations(STATES, 2)
    }
    years = range(starts[0], starts[1] + 1)

    def share(x: object) -> object:
        return 1 / (1 + np.exp(-np.asarray(x)))

    expected = {
        "conflict": _persistence(odds, share, years),
        "ties": _persistence(ties, np.exp, years),
    }
    for kind, crps in expected.items():
        kept = found["kinds"][kind]["scores"]["last value with spread"]["crps"]
        assert crps == pytest.approx(kept, rel=0.006), kind


def test_nothing_later_than_2016_is_used() -> None:
    plan = yaml.safe_load((ROOT / "scenarios/calibration/backtest-plan.yaml").read_text("utf-8"))
    assert plan["last_start"] + 3 <= 2016
    assert plan["fitted_until"] == 2009
    assert Path(RECORD).is_file()
