"""A page: what every study has, and sections made of blocks, laid out by one template.

A block is a paragraph (a string), a table, a plot, an exhibit, a run in words, or one of
the classes below. The list of contents and the charts of a page come from its blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TypeAlias, TypeVar

from sim.reporting.chart_kit import Chart, Table
from sim.reporting.sources import explained
from sim.reporting.story import Stories, Story
from sim.scenario.scenario import Scenario, SourceFile
from sim.scenario.schema import Description
from sim.scenario.yaml_reader import read_data
from sim.text import sentence


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


def exhibit_of(id: str, chart: Chart, *notes: str, name: str = "") -> Exhibit:
    """A chart with its finding, under its own name where none is given."""
    return Exhibit(id, name or chart.name, chart.finding, (Plot(f"plot-{id}", chart),), notes)


_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class Note:
    """A paragraph in small print; ``look`` is its class in the style sheet."""

    text: str
    look: str = "note"


@dataclass(frozen=True)
class Heading:
    """A heading within a section; sections have level 2."""

    text: str
    level: int = 3


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Names with their values."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Code:
    """A command line to copy."""

    text: str


@dataclass(frozen=True)
class Cell:
    """A cell of :class:`Cards`: text, what stands smaller below it, the anchor it leads to."""

    text: str
    small: str = ""
    link: str = ""


@dataclass(frozen=True)
class Cards:
    """A table whose rows become cards on a phone.

    ``label`` is read to the blind; a sighted reader has a heading or a note above.
    ``numbers`` aligns all but the first column to the right; ``look`` is a class of
    the style sheet.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str | Cell, ...], ...]
    label: str = ""
    numbers: bool = False
    look: str = ""


@dataclass(frozen=True)
class Wide:
    """A table of many narrow columns: it fits a desk, and its rows become cards on a phone."""

    table: Table


@dataclass(frozen=True, eq=False)
class Details:
    """Blocks that a reader opens with a click; ``look`` is a class of the style sheet."""

    summary: str
    blocks: tuple[Block, ...]
    open: bool = False
    look: str = ""


@dataclass(frozen=True, eq=False)
class Columns:
    """Blocks beside one another where there is room; ``look`` is a class of the style sheet."""

    blocks: tuple[Block, ...]
    look: str = "pair grounds"


@dataclass(frozen=True, eq=False)
class Passage:
    """Long prose, or a form of its own: a template in the folder of a study.

    Attributes
    ----------
    template : str
        Package and file: ``sim.studies.sweep/how_to_read.html.j2``.
    values : mapping
        What the template shows, by name.
    plots : tuple of Plot
        Charts that it places.
    entry : Cell, optional
        Its line in the list of contents.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    plots: tuple[Plot, ...] = ()
    entry: Cell | None = None


Block: TypeAlias = (
    "str | Note | Heading | Bullets | Facts | Code | Cards | Wide | Details | Columns | Passage"
    " | Table | Plot | Exhibit | Story | Stories"
)


@dataclass(frozen=True, eq=False)
class Section:
    """A part of a page with its heading; one without blocks is left out.

    ``listed``: whether the list of contents names what stands in the section, too.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    listed: bool = False

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """Its exhibits, wherever they stand in it."""
        return tuple(one for one in walk(self.blocks) if isinstance(one, Exhibit))

    @property
    def entries(self) -> tuple[Cell, ...]:
        """Lines of the list of contents: its exhibits, and passages that have one."""
        found = []
        for one in walk(self.blocks) if self.listed else ():
            match one:
                case Exhibit():
                    found.append(Cell(sentence(one.name), link=one.id))
                case Passage(entry=Cell() as entry):
                    found.append(entry)
        return tuple(found)


@dataclass(frozen=True, eq=False, kw_only=True)
class Document:
    """The page of a study.

    Attributes
    ----------
    kind : str
        What the study is, in a few words, above the title.
    title, lead : str
        What was asked, and in a sentence or two what came of it.
    heading : str
        What stands on the page as its title, where that is shorter than a window's title.
    headline : Table
        The main numbers: what a terminal prints and a notebook's cell shows.
    sections : tuple of Section
    summary : tuple of Block
        What stands in short at the top; the headline, where nothing is given.
    changes : tuple of (str, str)
        What was changed in the scenario: each in words, and as a command has it.
    changed : str
        What it changed that for: a study, an exercise.
    reproduction : tuple of (str, str)
        Facts for those who would make it again: seed, number of runs.
    same : str
        What gives the same results again.
    files : tuple of SourceFile
        Every file that was read.
    command : str
        The command line that makes it again.
    printed : tuple of Table
        What a terminal prints, where that is not the headline.
    styles, scripts : tuple of str
        Style sheets and scripts of its own, by package and file.
    """

    kind: str
    title: str
    lead: str
    headline: Table
    sections: tuple[Section, ...] = ()
    summary: tuple[Block, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    changed: str = "study"
    reproduction: tuple[tuple[str, str], ...] = ()
    same: str = "files, seed and number of runs"
    files: tuple[SourceFile, ...] = ()
    command: str = ""
    heading: str = ""
    printed: tuple[Table, ...] = ()
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """What a terminal prints."""
        return self.printed or (self.headline,)

    @property
    def shown(self) -> tuple[Section, ...]:
        """The sections that have something to show."""
        return tuple(section for section in self.sections if section.blocks)

    @property
    def blocks(self) -> Iterator[Block]:
        """Every block of the page, outer ones first."""
        return walk(chain(self.summary, *(section.blocks for section in self.sections)))

    @property
    def plots(self) -> tuple[Plot, ...]:
        """Every chart of the page, once."""
        return tuple({plot.id: plot for plot in self.every(Plot)}.values())

    def every(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """Every block of a kind, in the order of the page."""
        return tuple(one for one in self.blocks if isinstance(one, kind))

    def exhibit(self, id: str) -> Exhibit:
        """An exhibit by its id.

        Raises
        ------
        KeyError
            When the page has none of that id.
        """
        return {one.id: one for one in self.every(Exhibit)}[id]

    def section(self, id: str) -> Section:
        """A section by its id.

        Raises
        ------
        KeyError
            When the page has none of that id.
        """
        return {one.id: one for one in self.shown}[id]


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks, and those that they hold."""
    for block in blocks:
        yield block
        match block:
            case Exhibit():
                yield from walk((*block.plots, *block.body))
            case Details() | Columns():
                yield from walk(block.blocks)
            case Passage():
                yield from block.plots


def cards(
    table: Table, *, numbers: bool = False, links: Iterable[str] = (), look: str = ""
) -> Cards:
    """A table as cards, each row leading to one of ``links``, if there are any."""
    rows: Iterable[tuple[str | Cell, ...]] = table.rows
    if anchors := list(links):
        pairs = zip(table.rows, anchors, strict=True)
        rows = ((Cell(row[0], link=anchor), *row[1:]) for row, anchor in pairs)
    return Cards(table.header, tuple(rows), table.caption, numbers, look)


def how_to_read(template: str, **values: object) -> Details:
    """What explains a page, from a template (see :class:`Passage`), and the glossary."""
    return Details("How to read this page", (Passage(template, values), terms()))


def terms() -> Details:
    """The glossary, folded."""
    return Details("What the words mean", (Facts(glossary()),))


@cache
def glossary() -> tuple[tuple[str, str], ...]:
    """The terms of reports and pages with their meanings, by alphabet."""
    return tuple(read_data(Path(__file__).with_name("glossary.yaml")).items())


def theory(paths: Iterable[str], description: Description) -> tuple[Details, ...]:
    """What those of some parameters mean that are the theory's; nothing where none is."""
    found = tuple((name, f"{meaning}.") for name, meaning in explained(paths, description))
    return (Details("What the theory's numbers mean", (Facts(found),)),) if found else ()


def files(scenarios: Iterable[Scenario]) -> tuple[SourceFile, ...]:
    """Every file that was read, once."""
    read = [file for scenario in scenarios for file in scenario.files]
    return tuple({(file.name, file.sha256): file for file in read}.values())
