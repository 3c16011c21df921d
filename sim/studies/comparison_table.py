"""A comparison as a table, and as labelled arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.contrast import Contrast, Contrasts
from sim.report.comparison_grid import Group

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

KEYS = ("lens", "scenario", "measure", "until")
"""What tells the rows apart."""


def table(groups: Sequence[Group]) -> pd.DataFrame:
    """One row for each lens, scenario, measure and date."""
    import pandas as pd

    frames = [
        pd.DataFrame(dict(_columns(group, pair, one)))
        for group in groups
        for pair in group.contrasts
        for one in pair.found
    ]
    return pd.concat(frames, ignore_index=True)


def _columns(group: Group, pair: Contrasts, one: Contrast) -> Iterator[tuple[str, object]]:
    (low, high), (low_all, high_all) = one.paired.interval(), one.paired.interval(one.limit)
    yield "lens", group.lens_id
    yield "reference", pair.reference.name
    yield "scenario", pair.other.name
    yield "measure", one.id
    yield "name", one.name
    yield "kind", "event" if one.event else "outcome"
    yield "until", one.dates
    yield "mean_reference", one.reference
    yield "mean", one.changed
    yield from (("difference", one.paired.difference), ("low", low), ("high", high))
    yield from (("low_all", low_all), ("high_all", high_all), ("saved", one.paired.saved))
    yield "pairs", one.paired.pairs
    yield "parted", np.arange(len(one.dates)) == (-1 if one.parted is None else one.parted)
    last = np.arange(len(one.dates)) == len(one.dates) - 1
    for name in ("effect", "above", "below"):
        yield name, np.where(last, getattr(one, name), np.nan)


def labelled(frame: pd.DataFrame) -> xr.Dataset:
    """The numbers of the table as arrays by lens, scenario, measure and date."""
    outcomes = set(frame["measure"][frame["kind"] == "outcome"])
    twins = (frame["kind"] == "event") & frame["measure"].isin(outcomes)
    told_apart = frame["measure"].where(~twins, frame["measure"] + " (event)")
    rows = frame.assign(measure=told_apart).set_index(list(KEYS))
    return rows.select_dtypes("number").to_xarray()
