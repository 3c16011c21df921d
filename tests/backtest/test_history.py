"""The record is what the tables say, and what of it is known in a year is nothing later."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sim.backtest.history import Series, read_history
from sim.errors import ScenarioError
from tests.backtest.made_up import STATES, YEARS, history, plan, write_tables


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_series_are_worked_out_from_the_tables(tmp_path: Path) -> None:
    found = history(tmp_path)
    for row in _rows(tmp_path / "acts.csv"):
        counts = [float(row[quad]) for quad in ("verbCoop", "matlCoop", "verbConf", "matlConf")]
        way, year = (row["source"], row["target"]), int(row["year"])
        assert found.acts[way][year].tolist() == counts
        share = (counts[2] + counts[3]) / sum(counts)
        assert found.years[Series("conflict", way)][year] == pytest.approx(share, abs=1e-12)
    point = {
        (row["iso3"], int(row["year"])): float(row["idealpointall"])
        for row in _rows(tmp_path / "points.csv")
    }
    affinity = found.years[Series("affinity", ("DEU", "FRA"))]
    assert list(affinity) == list(YEARS)[1:]
    apart = [abs(point["DEU", y] - point["FRA", y]) for y in (2005, 2006)]
    assert affinity[2006] == pytest.approx(1 - sum(apart) / 4, abs=1e-12)
    sold = {
        (row["exporter"], row["importer"], int(row["year"])): float(row["itpd_export_usd"])
        for row in _rows(tmp_path / "exports.csv")
    }
    output = {
        (row["iso3"], int(row["year"])): float(row["gdp_current_usd"])
        for row in _rows(tmp_path / "output.csv")
    }
    both = sold["ITA", "DEU", 2009] + sold["DEU", "ITA", 2009]
    expected = 2 * np.sqrt(both / output["ITA", 2009])
    assert found.years[Series("ties", ("ITA", "DEU"))][2009] == pytest.approx(expected)
    months = {r["month"]: float(r["approve"]) for r in _rows(tmp_path / "approval_of_somebody.csv")}
    last = np.mean([months[f"2008-{month}"] for month in (10, 11, 12)]) / 100
    assert found.years[Series("support", ("FRA",))][2008] == pytest.approx(last)
    assert found.quarters["FRA"][4 * 2008 + 3] == pytest.approx(last)
    assert found.pacts["FRA", "ITA"] == frozenset(YEARS)
    assert found.pacts["ITA", "FRA"] == frozenset()
    assert found.pacts["DEU", "FRA"] == frozenset()


def test_nothing_later_is_known(tmp_path: Path) -> None:
    one = history(tmp_path / "one").until(2006)
    other = history(tmp_path / "other", later_than=2006).until(2006)
    assert one.years == other.years
    assert one.quarters == other.quarters
    assert one.power == other.power
    assert one.pacts == other.pacts
    assert max(max(years) for years in one.years.values()) == 2006
    assert max(one.quarters["FRA"]) == 4 * 2006 + 3
    for way, years in one.acts.items():
        assert list(years) == list(other.acts[way])
        assert all((years[year] == other.acts[way][year]).all() for year in years)


def test_everything_that_a_folder_lacks_is_told_at_once(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    (folder / "exports.csv").unlink()
    rows = [row for row in _rows(folder / "power.csv") if row["iso3"] != "ITA"]
    with (folder / "power.csv").open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(ScenarioError) as caught:
        read_history(folder, plan())
    said = str(caught.value)
    assert "no file has exports of FRA and DEU" in said
    assert "no file has cinc of ITA" in said
    assert "--data" in said


def test_states_that_nobody_knows_are_told(tmp_path: Path) -> None:
    odd = plan().model_copy(update={"states": [*STATES, "QQQ"]})
    with pytest.raises(ScenarioError, match="there was no state 'QQQ' in 2010"):
        read_history(write_tables(tmp_path), odd)
