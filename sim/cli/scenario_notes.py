"""Notes on a scenario's numbers, as the commands say them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sim.plausibility.note import Notes
    from sim.scenario.scenario import Scenario

ANSWER = (
    "A note is no fault. Where it is meant so, say why in the file, under the name in brackets, "
    'e.g.  notes: {{"{name}": it is meant so, because ...}}'
)
BUSIEST = 3
"""Pairs that are named of each lever."""

option = click.option(
    "--notes/--no-notes",
    default=True,
    help="Say what may not be meant in the numbers, by short runs. [default: notes]",
)


def noted(scenario: Scenario, file: Path, wanted: bool = True) -> Notes:
    """Find the notes on a scenario that was read from a file; none where none are wanted."""
    from sim.plausibility.note import NO_NOTES
    from sim.plausibility.notes import notes
    from sim.scenario.shipped import find_file

    return notes(scenario, find_file(file).parent) if wanted else NO_NOTES


def lines(scenario: Scenario, found: Notes) -> list[str]:
    """What was noted when it was read, then the notes on its numbers."""
    return [*(f"note: {one}" for one in scenario.notes), *_odd(found)]


def _odd(found: Notes) -> list[str]:
    said = [f"note: {one.place}: {one.text}\n    {one.remedy} [{one.name}]" for one in found]
    if found.left_out:
        said.append(f"{found.left_out} more of less weight, told once these are mended or answered")
    return said


def warn(found: Notes) -> None:
    """Say what is odd in the numbers on standard error, before a run, and how to answer it."""
    for line in _odd(found):
        click.echo(line, err=True)
    if found:
        click.echo(hint(found), err=True)


def hint(found: Notes) -> str:
    """How to answer the last of some notes."""
    return ANSWER.format(name=found[-1].name)


def used(scenario: Scenario, found: Notes) -> None:
    """Print how often each lever will be used."""
    from sim.cli.tables import show

    described = scenario.description
    rows = []
    for id, lever in described.levers.items():
        mine = [use for use in found.uses if use.lever == id]
        most = [
            f"{described.actors[use.actor].name} to {described.actors[use.target].name} "
            f"{use.used:.3g}"
            for use in mine[:BUSIEST]
            if use.used > 0
        ]
        whole, usual = sum(use.used for use in mine), sum(use.usual for use in mine)
        rows.append((f"{id}: {lever.name}", f"{whole:.3g}", f"{usual:.3g}", "; ".join(most)))
    show(
        f"How often levers will be used in a run: the mean of {found.runs:,} short runs",
        ("lever", "uses", "proposals if all stays usual", "most by"),
        rows if found.uses else (),
    )
