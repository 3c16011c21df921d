"""What commands print as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.text import NBSP, count

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.statistics.summary import Summary, Trajectory
    from sim.studies.run.study import Runs

NARROWEST = 76
"""Columns that a table takes at least."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command line, which ends in peace; rich would exit with 1."""
        raise BrokenPipeError


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; text of a scenario is never read as markup."""
    table = Table(title=Text(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        longest = max(len(word) for word in column.split())
        table.add_column(column, overflow="fold", min_width=longest)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if table.rows:
        console = _Console()
        # A narrower terminal wraps whole lines, which is easier to read than broken words.
        console.width = max(console.width, NARROWEST)
        console.print(table)


def print_summary(summary: Summary, scenario: Scenario) -> None:
    """Each outcome at start and end; each watched event with its probability."""
    show(
        scenario.description.title,
        ("outcome", "start", "median at end", "90 % of runs", "unit"),
        [
            (t.measure.name, *_ends(t), t.band, "in force" if t.measure.share else t.measure.unit)
            for t in summary.trajectories
        ],
    )
    show(
        "Probability by the end",
        ("watched event", "probability", "95 % interval"),
        [(w.name, w.chance, w.interval) for w in summary.watched],
    )


def print_beliefs(found: Runs) -> None:
    """What actors believe of one another beside what is true, where a scenario says who doubts."""
    from sim.reporting.beliefs import HEADER, learnt, rows

    described = found.scenario.description
    held = learnt(found.data, described)
    over = f", means over {count(held[0].runs, 'run')}" if held and held[0].runs > 1 else ""
    header = [head.lower() for head in HEADER]
    show(f"What they believe of one another{over}", header, rows(held, described))


def _ends(course: Trajectory) -> tuple[str, str]:
    """Start and median at the end; of what is in force or not, the share of runs in which it is."""
    if course.measure.share:
        return f"{course.start} of runs", f"{course.end} of runs"
    return course.start, course.end


def print_failures(found: Runs) -> None:
    """Say on standard error how many runs failed, and why the first did."""
    counts = found.summary.counts
    reasons = found.tally.reasons if found.tally else found.data.attrs["failures"].splitlines()
    if counts.failed:
        left = "is left" if counts.failed == 1 else "are left"
        said = (
            f"{counts.failed:,} of {count(counts.runs, 'run')} failed and {left} out of the "
            f"figures; the report lists them. The first: {reasons[0]}"
        )
        click.echo(said.replace(NBSP, " "), err=True)
