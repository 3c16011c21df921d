"""Exhibits of a page: charts and tables with the words that lead up to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.reporting.chart import Chart

if TYPE_CHECKING:
    from sim.reporting.document import Block


@dataclass(frozen=True, eq=False)
class Plot:
    """A chart at its place on the page.

    ``print`` is its width and greatest height on paper, in pixels.
    """

    id: str
    chart: Chart
    print: tuple[int, int] = (680, 780)
    heading: str = ""

    @property
    def height(self) -> int:
        """Height in pixels, kept free before the chart is drawn."""
        return int(self.chart.figure.layout.meta["height"])


@dataclass(frozen=True, eq=False)
class Exhibit:
    """One figure of the page: a heading, a finding, notes, and plots with their data below.

    ``body`` is what stands in the place of the plots, and may hold them.
    """

    id: str
    name: str
    finding: str
    plots: tuple[Plot, ...]
    notes: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
