"""The event log: every move as an analyst's row, beside ICEWS or GDELT."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import xarray as xr

from sim.scenario.cameo import goldstein
from sim.scenario.lookup import consent
from sim.scenario.scenario import Scenario

COLUMNS = (
    "run", "round", "from", "until", "actor", "target", "lever", "move", "accepted", "cameo",
    "goldstein",
)  # fmt: skip
BOM = "utf-8-sig"
"""Encoding that Excel recognises."""


def write_events(volumes: Iterable[xr.Dataset], scenario: Scenario, path: Path, runs: int) -> int:
    """Write the moves of the first ``runs`` runs as CSV; returns the number of rows.

    The runs come in volumes, of which no more are taken than it needs.

    One row per move: an ``act`` (the lever asks nobody), an ``agreement`` (the
    target agreed), a ``refusal`` (it did not; nothing took effect), or ``crossed``
    (nothing took effect, since the target did the same in that round, and the two
    can do it only once).
    """
    with path.open("w", encoding=BOM, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        rows, left = 0, runs
        for dataset in volumes:
            for row in _moves(dataset.isel(run=slice(0, left)), scenario):
                writer.writerow(row)
                rows += 1
            left -= dataset.sizes["run"]
            if left <= 0:
                break
    return rows


def _moves(dataset: xr.Dataset, scenario: Scenario) -> Iterator[tuple[object, ...]]:
    levers = [scenario.description.levers[name] for name in dataset["lever"].values]
    names = list(dataset["lever"].values)
    ways = [str(way).split(" to ") for way in dataset["direction"].values]
    asks = [[consent(lever, a, t) is not None for lever in levers] for a, t in ways]
    back = [ways.index([target, actor]) for actor, target in ways]
    begun, ended = (
        np.datetime_as_string(dataset[name].values, unit="D") for name in ("from", "until")
    )
    runs = dataset["run"].values
    choice, accepted = dataset["choice"].values, dataset["accepted"].values
    for place, now, way in zip(*np.nonzero(choice >= 0), strict=True):
        number = int(choice[place, now, way])
        agreed = bool(accepted[place, now, way])
        actor, target = ways[way]
        move = ("agreement" if agreed else "refusal") if asks[way][number] else "act"
        lever, other = levers[number], (place, now, back[way])
        if lever.once and not agreed and choice[other] == number and accepted[other]:
            move = "crossed"
        yield (
            int(runs[place]), int(now), begun[now], ended[now], actor, target, names[number],
            move, "yes" if agreed else "no", lever.cameo, goldstein(lever),
        )  # fmt: skip
