"""A calendar moved by hundreds of years changes no number but its dates, wherever they stand."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import text
from sim.reporting.html import static
from sim.results.export import export, write_events
from sim.results.store import load, save
from sim.scenario.scenario import Scenario
from sim.studies.comparison.study import compare
from sim.studies.run.study import run, run_html
from sim.studies.whatif.study import whatif
from tests.fixtures.results_by_walks import manifest
from tests.fixtures.scenarios import QUARTET, Document, scenario

FIRST = int(QUARTET["calendar"]["start"][:4])
YEARS = (1, 1500, 1618, 1677, 2261, 9990)
"""Of the start: the first, Julian and Gregorian ones, those where nanoseconds end, the last."""
BUNDLE = static("plotly-cartesian.min.js")
MONTHS = re.compile(rf"((?:{'|'.join(text.MONTHS)}) )(\d+)\b")
PLAYED = run(scenario(QUARTET), runs=6)


def moved(document: Document, years: int) -> Document:
    """A document whose dates all lie other years away.

    The line to a date after the calendar must pass no leap day in any year.
    """
    found = copy.deepcopy(document)
    found["calendar"]["start"] = later(found["calendar"]["start"], years)
    for event in found["events"].values():
        for key in event.keys() & {"on", "since", "until"}:
            event[key] = later(event[key], years)
    for history in found["history"].values():
        history["values"] = {later(day, years): at for day, at in history["values"].items()}
    return found


def later(text: str, years: int) -> str:
    """Dates in a text, so many years later."""
    return re.sub(r"\b(\d{4})(?=-\d\d)", lambda year: f"{int(year[1]) + years:04}", text)


def starting(year: int) -> tuple[Scenario, int]:
    return scenario(moved(QUARTET, year - FIRST)), year - FIRST


@pytest.mark.parametrize("year", YEARS)
def test_results_files_and_tables_differ_in_their_dates_alone(year: int, tmp_path: Path) -> None:
    made, years = starting(year)
    found = run(made, runs=6)
    for name, variable in PLAYED.data.data_vars.items():
        np.testing.assert_array_equal(found.data[name].values, variable.values, str(name))
    days = np.datetime_as_string(found.data["until"].values, "D")
    assert list(days) == [later(day, years) for day in
                          np.datetime_as_string(PLAYED.data["until"].values, "D")]  # fmt: skip
    save(found.data, tmp_path / "results.nc")
    assert load(tmp_path / "results.nc").identical(found.data)
    write_events([PLAYED.data], scenario(QUARTET), tmp_path / "before.csv", 6)
    write_events([found.data], made, tmp_path / "after.csv", 6)
    export([PLAYED.data], tmp_path / "before", "csv", everything=True)
    export([load(tmp_path / "results.nc")], tmp_path / "after", "csv", everything=True)
    for before in tmp_path.glob("before*/*.csv"):
        after = tmp_path / "after" / before.name
        assert after.read_text() == later(before.read_text(), years)
    assert (tmp_path / "after.csv").read_text() == later(
        (tmp_path / "before.csv").read_text(), years
    )


@pytest.mark.parametrize("year", [1, 1618, 2261])
def test_a_report_differs_in_its_dates_alone(year: int) -> None:
    made, years = starting(year)
    before, after = (
        run_html(run(one, runs=6), manifest()).replace(BUNDLE, "")
        for one in (scenario(QUARTET), made)
    )
    before = MONTHS.sub(lambda at: f"{at[1]}{int(at[2]) + years}", later(before, years))
    assert after.splitlines() == before.splitlines()
    assert len(re.findall(rf"{year:04}-\d\d-\d\d", after)) > 20


@pytest.mark.parametrize("year", [1618, 2261])
def test_comparisons_and_what_ifs_have_them_too(year: int) -> None:
    made, years = starting(year)
    for before, after in (
        (two(scenario(QUARTET)), two(made)),
        (forced(scenario(QUARTET)), forced(made)),
    ):
        for name in before:
            if name in ("from", "until"):
                days = before[name].dt.strftime("%Y-%m-%d").map(lambda day: later(day, years))
                assert list(days) == list(after[name].dt.strftime("%Y-%m-%d"))
            else:
                pd.testing.assert_series_equal(before[name], after[name])


def two(made: Scenario) -> pd.DataFrame:
    return compare([made], lenses=["realist", "liberal"], runs=6).to_dataframe()


def forced(made: Scenario) -> pd.DataFrame:
    return whatif(made, 2, "west", toward="east", track="deeds", runs=20).to_dataframe()
