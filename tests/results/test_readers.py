"""What others' programs make of results.nc: all of it, and without a complaint."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from sim.results.store import load, save
from sim.simulation.ensemble import run
from tests.fixtures.scenarios import DUEL, scenario

SEED = 2**53 + 1
"""The first whole number that no double holds."""
RESULTS = run(
    scenario({**DUEL, "calendar": {"start": "1618-05-23", "round": "year", "rounds": 3}}), 4, SEED
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a scenario without events and uncertain numbers."""
    found = tmp_path_factory.mktemp("readers") / "results.nc"
    save(RESULTS, found)
    return found


def output(*words: object, quiet: bool = True) -> str:
    """What a program says; skipped where it is not installed."""
    program = str(words[0])
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True)
    assert not (quiet and done.stderr), done.stderr
    return done.stdout


def test_ncdump_shows_dates_units_and_no_dimension_without_limit(path: Path) -> None:
    shown = output("ncdump", "-t", "-v", "from,until", path)
    assert "UNLIMITED" not in shown
    assert "string affinity:" not in shown
    assert 'affinity:units = "1" ;' in shown
    assert "affinity:valid_min = -1.f ;" in shown
    assert f':seed = "{SEED}" ;' in shown
    days = '"1618-05-23", "1619-05-23", "1620-05-23"'
    assert f'from = "1618-05-23", {days} ;' in shown
    assert f'until = {days}, "1621-05-23" ;' in shown


def test_udunits_takes_every_unit(path: Path) -> None:
    found = load(path)
    units = {one.attrs["units"] for one in found.variables.values() if "units" in one.attrs}
    for unit in (*units, "days since 1970-01-01"):
        output("udunits2", "-H", unit, "-W", unit)


def test_nco_takes_a_mean_and_keeps_the_days(path: Path, tmp_path: Path) -> None:
    output("ncwa", "-O", "-a", "run", "-v", "reported", path, tmp_path / "mean.nc")
    shown = output("ncks", "--json", tmp_path / "mean.nc")
    found = json.loads(shown)["variables"]
    assert {"reported", "from", "until", "outcome_name"} <= set(found)
    values = np.array(found["reported"]["data"], np.float32)
    np.testing.assert_allclose(values, RESULTS["reported"].mean("run").values, rtol=1e-6)


R = """
library(ncdf4)
held <- nc_open(commandArgs(TRUE)[1])
names <- ncvar_get(held, "outcome_name")
days <- as.Date(ncvar_get(held, "until"), origin = "1970-01-01")
values <- ncvar_get(held, "reported")
cat(ncatt_get(held, 0, "seed")$value, "\\n")
cat(names, "\\n")
cat(format(days), "\\n")
cat(format(values, digits = 9), "\\n")
cat(sapply(held$dim, function(one) one$unlim), "\\n")
"""


def test_r_reads_the_seed_the_days_and_the_values(path: Path) -> None:
    missing = "if (!requireNamespace('ncdf4', quietly = TRUE)) cat('missing')"
    if output("Rscript", "-e", missing):
        pytest.skip("R has no package ncdf4")
    seed, names, days, values, unlimited, *rest = output("Rscript", "-e", R, path).splitlines()
    assert not rest
    assert seed.strip() == str(SEED)
    assert names.strip() == "The border"
    assert days.split() == ["1618-05-23", "1619-05-23", "1620-05-23", "1621-05-23"]
    wanted = RESULTS["reported"].values.ravel()  # R counts the last dimension first
    np.testing.assert_allclose([float(one) for one in values.split()], wanted, rtol=1e-6)
    assert set(unlimited.split()) == {"FALSE"}
