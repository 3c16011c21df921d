"""Exhibits of a page: charts and tables with the words that lead up to them."""

from __future__ import annotations

from dataclasses import dataclass

from sim.reporting.chart import Chart
from sim.studies.run.drivers import Fold


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
    """One figure of the page: a heading, a finding, one or two plots, notes, what drives it."""

    id: str
    name: str
    finding: str
    plots: tuple[Plot, ...]
    notes: tuple[str, ...] = ()
    drivers: Fold | None = None
