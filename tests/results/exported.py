"""Results with all that other programs are known to misread, and programs to read them with."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from sim.results.export import export
from sim.results.formats import Written
from sim.studies.run.study import Runs, run
from tests.scenario.worlds import load, spoilt

TITLE = "=SUM(1;1) | 国境 — за мир"
"""A formula to a spreadsheet, a cell's end to Markdown, and beyond Latin-1."""
LONG = "crossings_of_the_long_river_in_the_north"
"""Longer than a name in Stata, and so is its twin."""


def results(folder: Path, start: str = "2016-10-01") -> Runs:
    """Twelve runs; the first failed, the second stopped early, the third saw what is watched."""
    text = spoilt(
        ("2016-10-01", start),
        ("  election:\n    name: an election\n    on: 2017-05-01\n", "  election:\n    name: x\n"),
        ("name: the border, of", f"name: '{TITLE}', of"),
        ("  moves:", f"  {LONG}: {{name: crossings, acts: [summit]}}\n"
         f"  {LONG}_too: {{name: more, acts: [threat]}}\n  moves:"),
        ("    forbids: [threat by south]\n", ""),
        ("cameo: '036'", "cameo: '061'"),
    )  # fmt: skip
    found = run(load(folder, text), 12, 2**53 + 1)
    found.data["watched"][:] = -1
    found.data["failed_round"][0], found.data["stopped_round"][1] = 3, 5
    found.data["reported"][0, 3:] = float("nan")
    found.data["watched"][2] = 4
    return found


def exported(found: Runs, folder: Path, kind: str, *, everything: bool = False) -> list[Written]:
    """Write them in one format."""
    return export([found.data], folder, kind, everything, scenario=found.scenario)


def in_r(script: str, *packages: str) -> str:
    """What R prints, or a skipped test where R or a package is not installed."""
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed (Debian: r-base-core)")
    for package in packages:
        wanted = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
        if subprocess.run(["Rscript", "-e", wanted], check=False).returncode:
            pytest.skip(f"R has no package {package} (Debian: r-cran-{package})")
    done = subprocess.run(
        ["Rscript", "-e", script], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr, done.stderr
    return done.stdout


def in_calc(workbook: Path, folder: Path) -> Path:
    """Each sheet of a workbook as LibreOffice shows it, ``NAME-SHEET.csv`` in a folder."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc)")
    every = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    home = (folder / "profile").resolve().as_uri()
    done = subprocess.run(
        [
            office, "--headless", "--norestore", f"-env:UserInstallation={home}",
            "--convert-to", every, "--outdir", str(folder), str(workbook),
        ],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder
