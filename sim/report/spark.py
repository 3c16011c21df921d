"""A word-sized picture of a trajectory, for the table at the top."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sim.analysis.summary import Floats, Trajectory
from sim.report.palette import BAND50, BLUE

WIDTH, HEIGHT = 120, 30


def spark(trajectory: Trajectory) -> str:
    """Draw the 90 % band and the median as an inline SVG of numbers only."""
    low, high = float(trajectory.low90.min()), float(trajectory.high90.max())
    room = max(high - low, 1e-9)

    def points(values: Floats) -> list[str]:
        across = np.linspace(1, WIDTH - 1, len(values))
        down = HEIGHT - 2 - (HEIGHT - 4) * (values - low) / room
        return [f"{x:.0f},{y:.1f}" for x, y in zip(across, down, strict=True)]

    def course(values: Floats) -> list[str]:
        if not (trajectory.measure.whole or trajectory.measure.share):
            return points(values)
        # A count holds for the period that led to its date.
        drawn = points(values)
        corners = [f"{a.split(',')[0]},{b.split(',')[1]}" for a, b in pairwise(drawn)]
        return [drawn[0], *(spot for pair in zip(corners, drawn[1:], strict=True) for spot in pair)]

    band = " ".join([*course(trajectory.low90), *reversed(course(trajectory.high90))])
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'aria-hidden="true"><polygon points="{band}" fill="{BAND50}"/>'
        f'<polyline points="{" ".join(course(trajectory.median))}" fill="none" '
        f'stroke="{BLUE}" stroke-width="2"/></svg>'
    )
