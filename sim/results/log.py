"""The event log: every move as an analyst's row, beside ICEWS or GDELT."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.results import csv_file
from sim.scenario.cameo import CODES, goldstein
from sim.scenario.lookup import consent
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


AT_ONCE = 500
"""Runs whose moves are held in memory."""


def events(dataset: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """Every move of every run: a row for each, by run, round, direction and track.

    Parameters
    ----------
    dataset : Dataset
        Whole paths of runs.
    scenario : Scenario
        The one that was played.

    Returns
    -------
    DataFrame
        ``run``; ``round``, and the days ``from`` and ``until`` between which it was;
        ``actor``, ``target``; ``track``, ``words`` or ``deeds``; ``lever``; ``move``: an
        ``act`` (the lever asks nobody), an ``agreement`` (the target agreed), a
        ``refusal`` (it did not; nothing took effect), or ``crossed`` (nothing took effect,
        since the target did the same in that round, and the two can do it only once);
        ``accepted``, whether it took effect; ``cameo``, the code as text, with its
        ``cameo_name`` and ``cameo_root`` (1 to 20); ``goldstein``.
    """
    import pandas as pd

    choice, effect = dataset["choice"].values, dataset["accepted"].values.astype(bool)
    place, now, way, track = np.nonzero(choice >= 0)
    lever = choice[place, now, way, track].astype(np.intp)
    accepted = effect[place, now, way, track]
    ways = [str(one).split(" to ") for one in dataset["direction"].values]
    named = [str(name) for name in dataset["lever"].values]
    levers = [scenario.description.levers[name] for name in named]
    asks = np.array([[consent(one, a, t) is not None for one in levers] for a, t in ways])
    asked = asks.reshape(len(ways), len(levers))[way, lever]
    back = np.array([ways.index([target, actor]) for actor, target in ways])[way]
    same = (choice[place, now, back, track] == lever) & effect[place, now, back, track]
    crossed = np.array([one.once for one in levers], dtype=bool)[lever] & same & ~accepted
    codes = [one.cameo for one in levers]
    roots = pd.array([int(code[:2]) if code else None for code in codes], dtype="Int8")
    columns = {
        "run": dataset["run"].values[place],
        "round": dataset["round"].values[now],
        "from": dataset["from"].values[now],
        "until": dataset["until"].values[now],
        "actor": _texts(actor for actor, _ in ways)[way],
        "target": _texts(target for _, target in ways)[way],
        "track": _texts(map(str, dataset["track"].values))[track],
        "lever": _texts(named)[lever],
        "move": np.select(
            [crossed, ~asked, accepted], ["crossed", "act", "agreement"], "refusal"
        ).astype(object),
        "accepted": accepted,
        "cameo": _texts(codes)[lever],
        "cameo_name": _texts(CODES[code].name if code else None for code in codes)[lever],
        "cameo_root": roots.take(lever),
        "goldstein": np.array([goldstein(one) for one in levers], dtype=float)[lever],
    }
    return pd.DataFrame(columns)


def _texts(values: Iterable[str | None]) -> NDArray[np.object_]:
    return np.array([*values], dtype=object)


def write_events(volumes: Iterable[xr.Dataset], scenario: Scenario, path: Path, runs: int) -> int:
    """Write the moves of the first ``runs`` runs as CSV; returns the number of rows.

    The runs come in volumes, of which no more are taken than it needs.
    """
    rows, left, new = 0, runs, True
    for dataset in volumes:
        for found in stretches(dataset.isel(run=slice(0, left)), scenario):
            csv_file.append(found, path, new=new)
            rows, new = rows + len(found), False
        left -= dataset.sizes["run"]
        if left <= 0:
            break
    return rows


def cut(dataset: xr.Dataset) -> Iterator[xr.Dataset]:
    """So many runs at a time as take little memory."""
    for first in range(0, dataset.sizes["run"], AT_ONCE):
        yield dataset.isel(run=slice(first, first + AT_ONCE))


def stretches(dataset: xr.Dataset, scenario: Scenario) -> Iterator[pd.DataFrame]:
    """The moves, one table after the other, each of some of the runs."""
    for part in cut(dataset):
        yield events(part, scenario)
