"""Charts of differences in rows, zero in the middle: what the forests have in common."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.report.chart import go, rounded, wrapped
from sim.report.palette import GRID, RULE

BAND = "#EEF1F4"
"""Grey in which a difference is too small to see."""


def in_rows(labels: Sequence[str], axis: str, width: int, band: float = 0.0) -> Any:
    """Start a figure with a row for each label, the first at the top, and zero marked.

    Parameters
    ----------
    labels : sequence of str
    axis : str
        Title of the axis of differences.
    width : int
        Characters of a label, at most.
    band : float
        Half-width of the grey band about zero; none where it is 0.
    """
    figure = go.Figure()
    if band:
        figure.add_shape(
            type="rect", x0=-band, x1=band, y0=0, y1=1, yref="paper", layer="below",
            fillcolor=BAND, line={"width": 0},
        )  # fmt: skip
    figure.add_shape(
        type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line={"color": RULE, "width": 1.5}
    )
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(labels))),
        ticktext=[cut(label, width, 1) for label in labels],
        range=[len(labels) - 0.5, -0.5], showgrid=False, ticks="",
    )  # fmt: skip
    figure.update_xaxes(title_text=axis, gridcolor=GRID)
    return figure


def cut(label: str, width: int, lines: int) -> str:
    """A label cut so that it takes no more room than its row has."""
    return wrapped(shorten(label, lines * width - 2 * (lines - 1), placeholder=" …"), width)


def whiskers(
    ends: NDArray[np.float64], colour: str, thickness: float, width: int
) -> dict[str, Any]:
    """Error bars of differences.

    Parameters
    ----------
    ends : shape (rows, 3)
        Difference, lower and upper end.
    colour : str
    thickness : float
        Of the line, in pixels.
    width : int
        Of the ends, in pixels.
    """
    return {
        "type": "data", "symmetric": False, "color": colour, "thickness": thickness,
        "width": width, "array": rounded(np.maximum(ends[:, 2] - ends[:, 0], 0)),
        "arrayminus": rounded(np.maximum(ends[:, 0] - ends[:, 1], 0)),
    }  # fmt: skip
