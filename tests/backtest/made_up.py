"""Made-up tables of three states in the tidy layouts, and a plan that reads them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import numpy as np

from sim.backtest.history import History, read_history
from sim.backtest.plan import PLAN, BacktestPlan, load_plan
from tests.fixtures.paths import ROOT

STATES = ("FRA", "DEU", "ITA")
NUMBERS = {"FRA": 220, "DEU": 255, "ITA": 325}
YEARS = range(2002, 2013)


def plan() -> BacktestPlan:
    """The shipped plan, for the made-up states, with starts 2003 to 2010 and a fit to 2007."""
    shipped = load_plan(ROOT / PLAN)
    changed = {
        "states": list(STATES),
        "approval": {"FRA": "approval_of_somebody"},
        "last_start": 2010,
        "fitted_until": 2007,
    }
    return shipped.model_copy(update=changed)


def write_tables(folder: Path, seed: int = 0, later_than: int = 9999) -> Path:
    """Write all tables; rows later than a year are drawn anew, by another seed."""
    rng = {False: np.random.default_rng(seed), True: np.random.default_rng([seed, 1])}
    draw = {late: one.random for late, one in rng.items()}
    folder.mkdir(parents=True, exist_ok=True)

    def value(year: int, low: float, high: float) -> float:
        before = low + (high - low) * float(draw[False]())
        return low + (high - low) * float(draw[True]()) if year > later_than else before

    quads = ("verbCoop", "matlCoop", "verbConf", "matlConf")
    _write(
        folder / "acts.csv",
        ("source", "target", "year", *quads),
        [
            (a, b, year, *(round(value(year, low, 10 * low)) for low in (200, 10, 20, 5)))
            for a, b in permutations(STATES, 2)
            for year in YEARS
        ],
    )
    _write(
        folder / "points.csv",
        ("iso3", "year", "idealpointall"),
        [(state, year, value(year, -1.5, 1.5)) for state in STATES for year in YEARS],
    )
    _write(
        folder / "exports.csv",
        ("exporter", "importer", "year", "itpd_export_usd", "dyad"),
        [
            (a, b, year, value(year, 1e10, 5e10), "-".join(sorted((a, b))))
            for a, b in permutations(STATES, 2)
            for year in YEARS
        ],
    )
    _write(
        folder / "output.csv",
        ("iso3", "year", "gdp_current_usd"),
        [(state, year, value(year, 1e12, 2e12)) for state in STATES for year in YEARS],
    )
    _write(
        folder / "power.csv",
        ("iso3", "year", "cinc", "milex", "milper", "irst", "pec", "tpop", "upop"),
        [(s, year, value(year, 0.01, 0.03), 1, 1, 1, 1, 1, 1) for s in STATES for year in YEARS],
    )
    pact = ("ccode1", "ccode2", "year", *(f"atop_{w}" for w in _OBLIGATIONS), "iso3_1", "iso3_2")
    sides = ((220, 325, 1, "FRA", "ITA"), (325, 220, 0, "ITA", "FRA"))  # one owes the other nothing
    rows = [(a, b, y, owed, 0, 0, 0, 0, *two) for a, b, owed, *two in sides for y in YEARS]
    _write(folder / "pacts.csv", pact, rows)
    months = [f"{year}-{month:02d}" for year in YEARS[2:] for month in range(1, 13)]
    _write(
        folder / "approval_of_somebody.csv",
        ("month", "approve"),
        [(month, round(value(int(month[:4]), 40, 60))) for month in months],
    )
    return folder


_OBLIGATIONS = ("defense", "offense", "neutral", "nonagg", "consul")


def history(folder: Path, seed: int = 0, later_than: int = 9999) -> History:
    """The record of the made-up tables."""
    return read_history(write_tables(folder, seed, later_than), plan())


def _write(file: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(header)
        writer.writerows(rows)
