"""Simple rivals of the model: each sees the record up to the start, and gives an ensemble.

All but the last value as a point are normal on the scale of their kind, with a spread that the
record up to the start shows, over all series of the kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sim.arrays import Floats
from sim.backtest.history import History, Series
from sim.backtest.scales import SCALES, even_normal

Rival = Callable[[History, Series, int, int], Floats]
"""From what is known, a series, the start and years ahead to members, shape ``(members,)``."""

_TREND_YEARS = 10
_FEW = 6
"""Changes over several years that are enough to go by."""


def last_value(known: History, series: Series, start: int, ahead: int) -> Floats:
    """Nothing changes: the last value, as a point."""
    return np.array([known.years[series][start]])


def last_value_with_spread(known: History, series: Series, start: int, ahead: int) -> Floats:
    """The last value, with the spread of past changes over as many years."""
    scale = SCALES[series.kind]
    here = scale.to(np.array(known.years[series][start]))
    return scale.back(here + past_change(known, series, ahead) * even_normal())


def trend(known: History, series: Series, start: int, ahead: int) -> Floats:
    """The least-squares line through up to ten years, with the spread that comes with it.

    With fewer than three years it is the last value with its spread.
    """
    values = _scaled(known, series)
    line = _line(values, start)
    if line is None:
        return last_value_with_spread(known, series, start, ahead)
    lines = [_line(_scaled(known, one), start) for one in known.of_kind(series.kind)]
    fits = [one for one in lines if one is not None]
    freedom = sum(one[2] for one in fits)
    spread = np.sqrt(sum(one[1] for one in fits) / freedom) if freedom else 0.0
    times, middle = line[3], line[3].mean()
    leverage = 1 / len(times) + (start + ahead - middle) ** 2 / ((times - middle) ** 2).sum()
    centre = np.polyval(line[0], start + ahead - start)
    return SCALES[series.kind].back(centre + spread * np.sqrt(1 + leverage) * even_normal())


def mean_so_far(known: History, series: Series, start: int, ahead: int) -> Floats:
    """The mean of all years so far, with the spread of single years around it."""
    every = [np.array(list(_scaled(known, one).values())) for one in known.of_kind(series.kind)]
    own = np.array(list(_scaled(known, series).values()))
    freedom = sum(len(one) - 1 for one in every)
    squares = sum(float(((one - one.mean()) ** 2).sum()) for one in every)
    spread = np.sqrt(squares / freedom * (1 + 1 / len(own))) if freedom else 0.0
    return SCALES[series.kind].back(own.mean() + spread * even_normal())


RIVALS: dict[str, Rival] = {
    "last value": last_value,
    "last value with spread": last_value_with_spread,
    "trend": trend,
    "mean so far": mean_so_far,
}


def past_change(known: History, series: Series, ahead: int) -> float:
    """Root mean square of changes over some years, on the scale of the kind, over all its series.

    Where fewer than six are known, that over the shortest time of the record times the root of
    how much longer is asked.
    """
    step, tables = 1, [_scaled(known, one) for one in known.of_kind(series.kind)]
    if series.kind == "support":
        step = 4
        to = SCALES["support"].to
        tables = [
            {time: float(to(np.array(value))) for time, value in one.items()}
            for one in known.quarters.values()
        ]
    changes = _changes(tables, step * ahead)
    if len(changes) >= _FEW:
        return float(np.sqrt(np.mean(changes**2)))
    shortest = _changes(tables, 1)
    longer = np.sqrt(step * ahead)
    return float(np.sqrt(np.mean(shortest**2)) * longer) if len(shortest) else 0.0


def _changes(tables: list[dict[int, float]], over: int) -> Floats:
    return np.array(
        [one[time + over] - one[time] for one in tables for time in one if time + over in one]
    )


def _scaled(known: History, series: Series) -> dict[int, float]:
    to = SCALES[series.kind].to
    return {year: float(to(np.array(value))) for year, value in known.years[series].items()}


def _line(values: Mapping[int, float], start: int) -> tuple[Floats, float, int, Floats] | None:
    """Slope and level at the start, squares of what is left, their freedom, and the times."""
    times = np.array([time for time in values if time > start - _TREND_YEARS], dtype=np.float64)
    if len(times) < 3:
        return None
    found = np.array([values[int(time)] for time in times])
    line = np.polyfit(times - start, found, 1)
    left = found - np.polyval(line, times - start)
    return line, float((left**2).sum()), len(times) - 2, times
