"""Figures of data up to 2009 and from 2010 on, worked out once more; and the fit between them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from sim.calibration.__main__ import calibrate
from sim.calibration.record import distances
from tests.calibration.test_targets import (
    CODES,
    PLAN,
    _both,
    _rows,
    _shares,
    _together,
    needs_data,
)
from tests.docs.calibration import FOLDER, record

Known = tuple[float | None, float | None]


def held(name: str, found: Known, abs: float = 0.0006) -> None:
    """A target has the figures of both spans, and none where the data have none."""
    target = PLAN.targets[name]
    for stated, worked_out in zip((target.until_2009, target.from_2010), found, strict=True):
        assert (stated is None) is (worked_out is None), name
        if stated is not None:
            assert stated == pytest.approx(worked_out, abs=abs), name


@needs_data
def test_conflict_shares() -> None:
    for name, target in PLAN.targets.items():
        if target.share:
            a, b = target.share.split(" to ")
            held(name, (float(_shares(a, b, range(2002, 2010)).mean()),
                        float(_shares(a, b, range(2010, 2015)).mean())))  # fmt: skip


@needs_data
def test_swings_are_those_of_windows_within_the_years() -> None:
    for name, target in PLAN.targets.items():
        if not target.swing:
            continue
        (a, b), (c, d) = (text.split(" and ") for text in target.swing)
        alike = (a, b) == (c, d)
        x, y = (_shares(a, b), _shares(b, a)) if alike else (_both(a, b), _both(c, d))
        windows = [_together(x[t : t + 4], y[t : t + 4]) for t in range(len(x) - 3)]
        # The first window is of 2002 to 2005, the fifth ends in 2009, the last two begin in 2010.
        held(name, (float(np.mean(windows[:5])), float(np.mean(windows[8:]))))


@needs_data
def test_conflict_after_incidents_is_of_later_years_alone() -> None:
    shares = _both("china", "japan", range(2010, 2015))
    held("after_incident", (None, float(shares[[0, 2]].mean() / shares[[1, 3, 4]].mean())))


def spans(series: dict[int, float], lag: int) -> Known:
    """Mean squared changes that end up to 2009, and from 2010 on."""
    moved = {year: (value - series[year - lag]) ** 2 for year, value in series.items()
             if year - lag in series}  # fmt: skip
    early = [change for year, change in moved.items() if year <= 2009]
    late = [change for year, change in moved.items() if year >= 2010]
    return float(np.mean(early)), float(np.mean(late))


def over_pairs(by_pair: list[Known], mean: Callable[[list[float]], float]) -> Known:
    early, late = ([one[place] or 0.0 for one in by_pair] for place in (0, 1))
    return mean(early), mean(late)


@needs_data
def test_changes_of_affinity() -> None:
    distance = {
        (row["dyad"], int(row["year"])): float(row["ideal_point_distance_all"])
        for row in _rows("unga_ideal_point_distance_dyad_year")
    }
    for name, lag in (("affinity_one_year", 1), ("affinity_two_years", 2)):
        by_pair = [
            spans(
                {y: 1 - (distance[d, y] + distance[d, y - 1]) / 4 for y in range(2003, 2017)}, lag
            )
            for d in sorted({dyad for dyad, _ in distance})
        ]
        held(name, over_pairs(by_pair, lambda values: float(np.sqrt(np.mean(values)))))


@needs_data
def test_changes_of_ties() -> None:
    gdp = {(row["iso3"], int(row["year"])): float(row["gdp_current_usd"])
           for row in _rows("gdp_current_usd_country_year")}  # fmt: skip
    trade = {(row["exporter"], row["importer"], int(row["year"])): float(row["itpd_export_usd"])
             for row in _rows("itpd_trade_directed_dyad_2000_2016")}  # fmt: skip
    for name, lag in (("ties_one_year", 1), ("ties_three_years", 3)):
        by_pair = [
            spans({y: 2 * ((trade[a, b, y] + trade[b, a, y]) / gdp[a, y]) ** 0.5
                   for y in range(2002, 2017)}, lag)
            for a, b in permutations(CODES, 2)
        ]  # fmt: skip
        held(name, over_pairs(by_pair, lambda values: float(np.median(np.sqrt(values)))))


@needs_data
def test_changes_of_support() -> None:
    months = [float(row["approve"]) / 100 for row in _rows("putin_approval_levada_month")
              if row["month"] < "2014"]  # fmt: skip
    quarters = np.array(months).reshape(-1, 3).mean(axis=1)  # eight of them up to 2009
    for name, lag in (("support_one_quarter", 1), ("support_one_year", 4),
                      ("support_two_years", 8)):  # fmt: skip
        moved = (quarters[lag:] - quarters[:-lag]) ** 2
        early, late = moved[: max(8 - lag, 0)], moved[max(8 - lag, 0) :]
        first = float(np.sqrt(early.mean())) if len(early) else None
        held(name, (first, float(np.sqrt(late.mean()))))


def test_no_treaty_and_no_earlier_list_of_summits() -> None:
    quarters = (2010 - 1956) * 4 - 3  # from October 1956 on
    held("treaty", (0.5 / quarters * 16, 0.0), abs=0.001)
    held("summits", (None, 0.75))


def test_a_plan_of_some_years_fits_what_both_have_but_shares() -> None:
    for years in ("until_2009", "from_2010"):
        plan = PLAN.of_years(years)
        assert plan.priors == PLAN.priors
        assert list(plan.targets) == list(PLAN.targets)
        for name, one in plan.targets.items():
            whole = PLAN.targets[name]
            value = getattr(whole, years)
            assert one.value == (whole.value if value is None else value), name
            both = whole.until_2009 is not None and whole.from_2010 is not None
            assert one.fitted is (whole.fitted and both and not whole.share), name
    assert sum(one.fitted for one in PLAN.of_years("until_2009").targets.values()) >= 10


def test_distances_are_worked_out_target_by_target() -> None:
    found = record()
    for stage, by_years in distances(PLAN, found).items():
        for years, distance in by_years.items():
            squares = [
                ((found["figures"][name][stage][1] - getattr(one, years)) / one.tolerance) ** 2
                for name, one in PLAN.targets.items()
                if one.fitted and not one.share
                and one.until_2009 is not None and one.from_2010 is not None
            ]  # fmt: skip
            assert distance == pytest.approx(sum(squares) / len(squares), rel=0.01), (stage, years)


def test_a_small_fit_keeps_how_it_does_on_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("statistics", "__main__"):
        monkeypatch.setattr(f"sim.calibration.{module}.RUNS_OF_DRAW", 8)
    out = tmp_path / "posterior.yaml"
    words = ["--until-2009", "--targets", str(FOLDER / "targets.yaml"), "--out", str(out)]
    done = CliRunner().invoke(calibrate, [*words, "--draws", "32", "--rounds", "1"])
    assert done.exit_code == 0, done.output
    found = yaml.safe_load(out.read_text("utf-8"))
    assert found["distances"] == distances(PLAN, found)
    assert set(found["distances"]) == {"prior", "posterior", "shipped"}
    assert "--until-2009" in out.read_text("utf-8").splitlines()[0]
