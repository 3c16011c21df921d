"""What commands print as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import xarray as xr

    from sim.scenario.scenario import Scenario


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; text of a scenario is never read as markup."""
    table = Table(title=Text(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if table.rows:
        Console().print(table)


def print_summary(dataset: xr.Dataset, scenario: Scenario) -> None:
    """Each outcome at start and end; each watched event with its probability."""
    from sim.analysis.summary import summarise

    summary = summarise(dataset, scenario)
    show(
        scenario.description.title,
        ("outcome", "start", "median at end", "90 % of runs", "unit"),
        [(t.measure.name, t.start, t.end, t.band, t.measure.unit) for t in summary.trajectories],
    )
    show(
        "Probability by the end",
        ("watched event", "probability", "95 % interval"),
        [(w.name, w.chance, w.interval) for w in summary.watched],
    )
    if summary.counts.failed:
        Console(stderr=True).print(
            f"{summary.counts.failed} of {summary.counts.runs} runs failed; "
            "the report says which and why."
        )
