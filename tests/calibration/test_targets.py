"""The targets are the figures of the published data, worked out here once more."""

from __future__ import annotations

import csv
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.calibration.plan import load_plan
from sim.scenario.loading import load_scenario
from sim.scenario.recorded import counts
from tests.fixtures.paths import ROOT
from tests.fixtures.shipped import NAMES, loaded

FOLDER = ROOT.parent / "shared" / "data" / "calibration"
CODES = {"CHN": "china", "JPN": "japan", "RUS": "russia", "USA": "united_states"}
PLAN = load_plan(ROOT / "scenarios" / "calibration" / "targets.yaml")

Years = NDArray[np.float64]

needs_data = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the data do not lie beside this checkout"
)


def test_every_source_of_a_target_is_known_and_nothing_is_later_than_2016() -> None:
    library = load_scenario(ROOT / "scenarios" / PLAN.base).library
    data = library.data
    cited = {name: target.source for name, target in PLAN.targets.items()}
    for name in NAMES:
        for one in counts(loaded(name).description):
            cited[f"{name}.{one.lever}.{one.between}"] = one.record.source
    for name, sources in cited.items():
        for source in sources:
            if source in library.facts:  # of an article of 2016
                continue
            assert source in data, name
            years = [int(word) for word in data[source].year.replace("-", " ").split()
                     if word.isdigit()]  # fmt: skip
            assert max(years) <= 2016, (name, data[source].year)


@needs_data
def test_conflict_shares() -> None:
    for name, target in PLAN.targets.items():
        if target.share:
            a, b = target.share.split(" to ")
            shares = _shares(a, b, range(2010, 2015))
            # Pooled over the years, or their mean: the two differ by at most a point or so.
            assert abs(shares.mean() - target.value) < 0.032, name
            assert abs(shares.mean() / target.value - 1) < 0.3, name


@needs_data
def test_swings() -> None:
    for name, target in PLAN.targets.items():
        if target.swing:
            (a, b), (c, d) = (text.split(" and ") for text in target.swing)
            if (a, b) == (c, d):
                x, y = _shares(a, b), _shares(b, a)
            else:
                x, y = _both(a, b), _both(c, d)
            found = np.mean([_together(x[t : t + 4], y[t : t + 4]) for t in range(len(x) - 3)])
            assert found == pytest.approx(target.value, abs=0.011), name


@needs_data
def test_conflict_after_incidents() -> None:
    shares = _both("china", "japan", range(2006, 2015))
    with_one = np.isin(np.arange(2006, 2015), (2010, 2012))
    found = shares[with_one].mean() / shares[~with_one].mean()
    assert found == pytest.approx(PLAN.targets["after_incident"].value, abs=0.1)


@needs_data
def test_changes_of_affinity() -> None:
    distance = {
        (row["dyad"], int(row["year"])): float(row["ideal_point_distance_all"])
        for row in _rows("unga_ideal_point_distance_dyad_year")
    }
    dyads = sorted({dyad for dyad, _ in distance})
    series = [
        np.array([1 - (distance[d, y] + distance[d, y - 1]) / 4 for y in range(2003, 2017)])
        for d in dyads
    ]
    for name, lag in (("affinity_one_year", 1), ("affinity_two_years", 2)):
        by_pair = [np.mean((one[lag:] - one[:-lag]) ** 2) for one in series]
        assert np.sqrt(np.mean(by_pair)) == pytest.approx(PLAN.targets[name].value, abs=0.001)


@needs_data
def test_changes_of_ties() -> None:
    gdp = {(row["iso3"], int(row["year"])): float(row["gdp_current_usd"])
           for row in _rows("gdp_current_usd_country_year")}  # fmt: skip
    trade = {(row["exporter"], row["importer"], int(row["year"])): float(row["itpd_export_usd"])
             for row in _rows("itpd_trade_directed_dyad_2000_2016")}  # fmt: skip
    for name, lag in (("ties_one_year", 1), ("ties_three_years", 3)):
        by_pair = []
        for a, b in permutations(CODES, 2):
            ties = [2 * np.sqrt((trade[a, b, y] + trade[b, a, y]) / gdp[a, y])
                    for y in range(2002, 2017)]  # fmt: skip
            by_pair.append(np.sqrt(np.mean((np.array(ties[lag:]) - np.array(ties[:-lag])) ** 2)))
        assert np.median(by_pair) == pytest.approx(PLAN.targets[name].value, abs=0.001)


@needs_data
def test_changes_of_support() -> None:
    months = [float(row["approve"]) / 100 for row in _rows("putin_approval_levada_month")
              if row["month"] < "2014"]  # fmt: skip
    quarters = np.array(months).reshape(-1, 3).mean(axis=1)
    for name, lag in (("support_one_quarter", 1), ("support_one_year", 4),
                      ("support_two_years", 8)):  # fmt: skip
        moved = np.sqrt(np.mean((quarters[lag:] - quarters[:-lag]) ** 2))
        assert moved == pytest.approx(PLAN.targets[name].value, abs=0.001), name


@needs_data
def test_summits() -> None:
    held = [row for row in _rows("abe_putin_meetings") if "2013" <= row["date"] < "2016-09-30"]
    assert len(held) / 15 == pytest.approx(PLAN.targets["summits"].value, abs=0.03)
    [stated] = [
        one for one in counts(loaded("northeast-asia-2016").description)
        if one.lever == "hold_summit"
    ]  # fmt: skip
    assert [str(day) for day in stated.record.dates or ()] == [row["date"] for row in held]
    assert stated.times == len(held)


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _shares(a: str, b: str, years: range = range(2002, 2015)) -> Years:
    code = {name: short for short, name in CODES.items()}
    found = {}
    for row in _rows("icews_directed_dyad_year_2002_2014"):
        if (row["source"], row["target"]) == (code[a], code[b]):
            acts = [float(row[k]) for k in ("verbCoop", "matlCoop", "verbConf", "matlConf")]
            found[int(row["year"])] = sum(acts[2:]) / sum(acts)
    return np.array([found[year] for year in years])


def _both(a: str, b: str, years: range = range(2002, 2015)) -> Years:
    return (_shares(a, b, years) + _shares(b, a, years)) / 2


def _together(x: Years, y: Years) -> float:
    return float(np.cov(x, y)[0, 1] / (x.mean() * y.mean()))


def test_pairs_are_all_covered() -> None:
    """Each ordered pair of the four has its conflict share."""
    named = {target.share for target in PLAN.targets.values() if target.share}
    assert named == {f"{a} to {b}" for a, b in permutations(CODES.values(), 2)}
    assert Path(ROOT / "scenarios" / PLAN.base).is_file()
    assert len(list(combinations(CODES, 2))) == 6
