"""All differences of a comparison at a glance, the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import Any, NamedTuple

import numpy as np

from sim.analysis.contrast import Contrast
from sim.analysis.propositions import VISIBLE_SD, VISIBLE_SHARE
from sim.analysis.words import NBSP, number
from sim.report.chart import Chart, Table, plain, rounded, styled, wrapped
from sim.report.comparison_charts import COLOURS, look
from sim.report.comparison_words import gap, interval
from sim.report.palette import INK, PAPER
from sim.report.rows import cut, in_rows, whiskers

ROWS = 36
"""Most measures that one chart holds."""
SYMBOLS = ("circle", "diamond")
"""With more scenarios than colours, dots are told apart by their shape too."""
_LEGEND = {
    "orientation": "h", "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom",
    "itemclick": False, "itemdoubleclick": False, "font": {"size": 12}, "traceorder": "normal",
}  # fmt: skip


class Line(NamedTuple):
    """One difference in a chart of many: its scenario's place, and itself."""

    place: int
    contrast: Contrast


def forest(lines: Sequence[Line], names: Sequence[str], *, events: bool) -> Chart | None:
    """Draw the differences at the end, the largest first, with both intervals.

    Parameters
    ----------
    lines : sequence of Line
    names : sequence of str
        The scenarios by place, for the legend.
    events : bool
        Draw watched events in percentage points, and not outcomes in standard deviations.

    Returns
    -------
    Chart or None
        ``None`` where nothing is of that kind.
    """
    fitting: dict[str, list[Line]] = {}
    for line in lines:
        if line.contrast.event == events and _ends(line.contrast):
            fitting.setdefault(line.contrast.id, []).append(line)
    # One row for each measure, the largest difference first.
    ranked = sorted(fitting.values(), key=lambda row: -max(abs(one.contrast.size) for one in row))
    drawn = ranked[:ROWS]
    if not drawn:
        return None
    unit = "percentage points" if events else "standard deviations"
    band = 100 * VISIBLE_SHARE if events else VISIBLE_SD
    labels = [row[0].contrast.name for row in drawn]
    figure = in_rows(labels, f"difference at the end ({unit})", 46, band)
    for place, name in enumerate(names):
        _dots(figure, drawn, name, place, len(names))
    figure.update_layout(legend=_LEGEND)
    title = f"Differences {'of probabilities' if events else 'of outcomes'} at the end"
    rest = f" The {len(ranked) - ROWS} smallest are left out." if len(ranked) > ROWS else ""
    said = (
        f"The thick line is the 95{NBSP}% interval of each difference alone, the thin line the one "
        f"that allows for all others. Inside the grey band, {number(band, 0 if events else 1)} to "
        f"either side, a difference is too small to see.{rest}"
    )
    legend = 22 * len(names) if len(names) > 1 else 0
    room = max(28, 6 + 11 * len(names)) * max(len(drawn), 3)
    height = 90 + legend + room
    styled(figure, title, said, height)
    figure.update_yaxes(tickfont={"size": 12, "color": INK}, ticks="")
    figure.update_layout(
        meta={
            "height": height, "above": 20 + legend,
            "narrow": {
                "height": 120 + 2 * legend + max(room, 32 * len(drawn)),
                "above": 30 + 2 * legend,
                "labels": [cut(label, 22, 2) for label in labels], "font": 10,
            },
        }
    )  # fmt: skip
    table = Table(
        title,
        ("Measure", "Difference", f"95{NBSP}% alone", "Among all", "Scenario"),
        tuple(
            (one.name, gap(one, one.difference), interval(one, one.alone),
             interval(one, one.among_all), names[place])
            for row in ranked
            for place, one in row
        ),
    )  # fmt: skip
    return Chart(figure, title, said, table)


def _ends(one: Contrast) -> bool:
    return bool(one.event or np.isfinite(one.effect) or one.difference == 0)


def _scale(one: Contrast) -> float:
    """What a difference is multiplied by, to be shown in points or standard deviations."""
    if one.event:
        return 100.0
    return one.effect / one.difference if one.difference else 0.0


def _dots(
    figure: Any, drawn: Sequence[Sequence[Line]], name: str, place: int, scenarios: int
) -> None:
    """One scenario's differences; scenarios stand one below the other within a measure's row."""
    colour, _ = look(place)
    lower = 0.7 * ((place + 0.5) / scenarios - 0.5)
    found = [
        (row + lower, line.contrast)
        for row, lines in enumerate(drawn)
        for line in lines
        if line.place == place
    ]
    for thick, width in ((False, 1.5), (True, 4)):
        ends = np.array(
            [(one.difference, *(one.alone if thick else one.among_all)) for _, one in found]
        )
        scaled = ends.reshape(-1, 3) * np.array([_scale(one) for _, one in found]).reshape(-1, 1)
        figure.add_scatter(
            x=rounded(scaled[:, 0]), y=[round(row, 3) for row, _ in found], mode="markers",
            name=wrapped(shorten(name, 80), 42), showlegend=scenarios > 1 and thick,
            marker={
                "color": colour, "symbol": SYMBOLS[place // len(COLOURS)], "size": 9,
                "line": {"width": 1, "color": PAPER},
            },
            error_x=whiskers(scaled, colour, width, 0),
            hoverinfo="text",
            hovertext=[
                f"<b>{plain(one.name)}</b><br>{plain(name)}: {gap(one, one.difference)}<br>"
                f"95{NBSP}% alone {interval(one, one.alone)}<br>"
                f"among all {interval(one, one.among_all)}"
                for _, one in found
            ],
        )  # fmt: skip
