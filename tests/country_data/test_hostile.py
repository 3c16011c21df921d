"""Whatever stands in a cell, a file is read or refused with a place; nothing else happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.country_data.folder import read_file
from sim.country_data.table import Row, Wanted
from sim.errors import Fault, ScenarioError
from tests.fixtures import country_files as made

WANTED = Wanted(frozenset(made.NUMBERS.values()), 2010)
FILES: dict[str, Callable[[Path], Path]] = {
    "nmc.csv": lambda path: made.capabilities(path, range(2009, 2012)),
    "points.csv": lambda path: made.sessions(path, range(2009, 2012)),
    "atop.csv": made.members,
    "trade.csv": lambda path: made.dyadic_trade(path, range(2009, 2012)),
    "gdp.csv": lambda path: made.gdp(path, range(2009, 2012)),
}
ODD = ["", "-9", "NA", "1e400", "99999999999", "2010-02-30", '"', '""', "\u0661", "nan", "-1"]


@pytest.mark.parametrize("name", FILES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    line=st.integers(0, 30),
    column=st.integers(0, 30),
    cell=st.one_of(st.sampled_from(ODD), st.text(max_size=8)),
)
def test_any_cell_is_read_or_refused(
    name: str, tmp_path: Path, line: int, column: int, cell: str
) -> None:
    path = FILES[name](tmp_path / name)
    lines = [row.split(",") for row in path.read_text("utf-8").splitlines()]
    row = lines[line % len(lines)]
    row[column % len(row)] = cell
    text = "\n".join(",".join(cells) for cells in lines)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    rows, faults = _read(path)
    assert all(row.year <= 2010 and row.value == row.value for row in rows)
    assert all(fault.place.file == name and fault.remedy for fault in faults)


def _read(path: Path) -> tuple[tuple[Row, ...], tuple[Fault, ...]]:
    try:
        return read_file(path, WANTED).rows, ()
    except ScenarioError as error:
        return (), error.faults
