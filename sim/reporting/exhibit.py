"""Exhibits of a page: charts and tables with the words that lead up to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.reporting.chart import Chart
from sim.reporting.sources import Cited, Row

if TYPE_CHECKING:
    from sim.reporting.document import Block


@dataclass(frozen=True)
class Grounds:
    """What numbers rest on; the words of each fact stand where a fold cites it first.

    Attributes
    ----------
    told : tuple of Cited
        Facts and data that are cited here first.
    before : tuple of Cited
        Those whose words stand further up.
    why : str
        The stated reason, or that it is the model's default.
    lines : int
        How many lines rest on it.
    """

    told: tuple[Cited, ...]
    before: tuple[Cited, ...]
    why: str
    lines: int = 1


@dataclass(frozen=True)
class DriverLine:
    """One or more numbers of one kind that rest on the same.

    Attributes
    ----------
    words : str
        What the numbers are.
    numbers : tuple of (str, Row)
        What tells each from the others, empty where there is only one.
    more : int
        How many more there are of the kind.
    did : str
        What came of it in the runs.
    grounds : Grounds or None
        ``None`` where it rests on the same as the line above.
    inner : bool
        True where it belongs to the lever or event of the line above.
    """

    words: str
    numbers: tuple[tuple[str, Row], ...]
    more: int
    did: str
    grounds: Grounds | None
    inner: bool


@dataclass(frozen=True)
class DriverPart:
    """Lines under a common heading."""

    name: str
    lines: tuple[DriverLine, ...]


@dataclass(frozen=True)
class Fold:
    """What drives one curve.

    Attributes
    ----------
    id, summary : str
        Its anchor, and what one clicks on.
    parts : tuple of DriverPart
    notes : tuple of str
    elsewhere : tuple of (str, str)
        Id and name of outcomes under which more of it stands.
    """

    id: str
    summary: str
    parts: tuple[DriverPart, ...]
    notes: tuple[str, ...]
    elsewhere: tuple[tuple[str, str], ...] = ()


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
    drivers: Fold | None = None
    body: tuple[Block, ...] = ()
