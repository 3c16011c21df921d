"""What is to be known when a session is gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sim.classroom.desk import Desk
    from sim.scenario.scenario import Scenario


def gone_on(desk: Desk, scenario: Scenario | None, file: Path | None) -> None:
    """Say, a line each, what differs from when a session was begun: the version, the scenario."""
    from sim.classroom.opening import differing

    changed = differing(desk, scenario, file) if scenario is not None and file is not None else ""
    for note in (desk.warning, changed):
        if note:
            click.echo(f"Note: {note}", err=True)
