"""The emissions case and what was printed of it, read from the shared folder beside the checkout.

Bueno de Mesquita and Stokman (1994); tables of Masad (2016). The project holds none of the files.
"""

from __future__ import annotations

import csv
from functools import cache

import numpy as np
import pytest

from sim.arrays import Floats
from sim.theories.positions import Positions
from tests.fixtures.paths import ROOT

FOLDER = ROOT.parent / "shared" / "data" / "published"
needs_tables = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the published tables are in ../shared, which is not here"
)


@cache
def rows(name: str) -> list[dict[str, str]]:
    """A table, a row at a time."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def emissions() -> Positions:
    """Ten actors on the delay of emission standards, in years."""
    table = rows("ec_car_emissions_inputs")
    names = tuple(row["Actor"] for row in table)
    return Positions(names, *(column(table, n) for n in ("Position", "Salience", "Capability")))


def column(table: list[dict[str, str]], name: str) -> Floats:
    """One column, as numbers."""
    return np.array([float(row[name]) for row in table])


def printed(name: str, key: str, names: tuple[str, ...]) -> Floats:
    """A square table by actor and other, in the order of ``names``; a cell left out is 0."""
    by_name = {row[key]: row for row in rows(name)}
    return np.array([[float(by_name[one][other] or 0) for other in names] for one in names])
