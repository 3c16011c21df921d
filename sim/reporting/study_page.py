"""What the pages of all studies have in common, and the folder that a study leaves."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.reporting.chart import Table
from sim.reporting.exhibit import Plot
from sim.scenario.scenario import Scenario, SourceFile

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, eq=False, kw_only=True)
class StudyPage:
    """What every study's page has; each study adds its own parts.

    Attributes
    ----------
    kind : str
        What the study is, in a few words, above the title.
    title, lead : str
        What was asked, and in a sentence or two what came of it.
    headline : Table
        The main numbers: the page's first table, and what a notebook's cell shows.
    plots : tuple of Plot
        Every chart of the page.
    changes : tuple of str
        What the command changed in the scenario, in words.
    reproduction : tuple of (str, str)
        Facts for those who would make it again: seed, number of runs.
    files : tuple of SourceFile
        Every file that was read.
    command : str
        The command line that makes it again.
    """

    kind: str
    title: str
    lead: str
    headline: Table
    plots: tuple[Plot, ...]
    changes: tuple[str, ...] = ()
    reproduction: tuple[tuple[str, str], ...] = ()
    files: tuple[SourceFile, ...] = ()
    command: str = ""

    @property
    def tables(self) -> tuple[Table, ...]:
        """What a terminal prints: the headline, unless a study has more to say."""
        return (self.headline,)


def files(scenarios: Iterable[Scenario]) -> tuple[SourceFile, ...]:
    """Every file that was read, once."""
    read = [file for scenario in scenarios for file in scenario.files]
    return tuple({(file.name, file.sha256): file for file in read}.values())


def card(title: str, lead: str, table: Table, sparks: Sequence[str] = ()) -> str:
    """Show a study in a notebook's cell: title, sentence, main numbers.

    Small on purpose: a cell that carried plotly.js would swell the notebook by
    megabytes each time.

    Parameters
    ----------
    title, lead : str
    table : Table
    sparks : sequence of str
        An inline picture for each row, as of :func:`sim.studies.run.page.spark`.
    """
    cells = "".join(
        f'<th style="text-align:left">{html.escape(name)}</th>' for name in table.header
    )
    rows = []
    for nth, row in enumerate(table.rows):
        picture = f"<td>{sparks[nth]}</td>" if sparks else ""
        first, *rest = (html.escape(cell) for cell in row)
        values = "".join(f"<td>{value}</td>" for value in rest)
        rows.append(f'<tr><th style="text-align:left">{first}</th>{picture}{values}</tr>')
    course = "<th>course</th>" if sparks else ""
    head = cells.replace("</th>", f"</th>{course}", 1)
    return (
        f"<div><strong>{html.escape(title)}</strong><p>{html.escape(lead)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
