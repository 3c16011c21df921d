"""The table of a class's pages: how long each took, and what the forecasts did beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

import numpy as np

from sim.text import count
from tests.benchmarks.figures import Part, Table, duration

ALL = "all of them"
SHARES = (0.5, 0.95, 0.99)
GOAL = 0.2
"""Seconds of the server's own that nineteen of twenty page actions must stay under."""


def quantiles(seconds: Sequence[float]) -> list[float]:
    """Median, 95th and 99th percentile."""
    known = [one for one in seconds if math.isfinite(one)]
    return [round(float(one), 5) for one in np.quantile(known, SHARES)]


def table(part: Part) -> Table:
    """Percentiles of the server's own time by page, and of the wait."""
    head = ("page or form", "times", "median", "95 of 100 within", "99 of 100 within",
            "client waits: median", "95 of 100 within")  # fmt: skip
    rows: list[tuple[str, ...]] = [
        (
            row["page"],
            f"{row['count']:,}",
            *(duration(seconds) for seconds in row["server"]),
            *(duration(seconds) for seconds in row["client"][:2]),
        )
        for row in part["rows"]
    ]
    return Table(head, rows)


def findings(part: Part) -> list[str]:
    """What the table comes to."""
    whole = next(row for row in part["rows"] if row["page"] == ALL)
    kept = "kept" if whole["server"][1] < GOAL else "missed"
    forecasts = part["forecast_seconds"]
    found = [
        f"{part['students']} students at {part['tables']} tables, "
        f"{count(part['rounds'], 'round')} in {duration(part['seconds'])}: "
        "nineteen of twenty page actions took the server less than "
        f"{duration(whole['server'][1])}; the aim, under {duration(GOAL)}, was {kept}.",
        f"{len(forecasts)} forecasts of 1,000 futures ran meanwhile; all tables asked at once, "
        f"a table's was there after {duration(median(forecasts))} (median), the last of a round "
        f"after {duration(max(forecasts))} at most.",
    ]
    if part["forecasts_late"]:
        found.append(
            f"{part['forecasts_late']} more were not there within half a minute, when the round "
            "was closed."
        )
    if whole["wrong"]:
        found.append(f"{whole['wrong']} requests were refused.")
    return found
