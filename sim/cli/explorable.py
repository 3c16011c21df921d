"""The command ``explorable``: one page on which a few numbers can be turned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sim.cli import options, study_command

if TYPE_CHECKING:
    from sim.studies.explorable.study import Explorable


@study_command.study("explorable")
@click.option(
    "--knob",
    "knobs",
    multiple=True,
    metavar="PATH=LOW:HIGH:N",
    help="A number that can be turned, the ends of its range, and how many values it takes; up "
    "to three. [default: the first two that the scenario names under 'knobs']",
)
@options.runs(2, "Runs at each place.", default=500, show_default=True)
def explorable_command(
    job: study_command.Job, knobs: tuple[str, ...], runs: int
) -> tuple[Explorable, Mapping[str, object]]:
    """Write one page for a memory stick on which a few numbers can be turned.

    Every combination of their values is played beforehand, on the same draws of chance as the
    scenario as it is. Writes report.html (under 8 MB, it needs no network), results.csv and
    manifest.json into reports/NAME-explorable.
    """
    from sim.scenario.scenario import folder_name
    from sim.studies.explorable.design import plan
    from sim.studies.explorable.study import carried_out

    scenario = job.scenario
    ready = plan(scenario, knobs or None)
    job.into(f"{folder_name(scenario)}-explorable")
    title = scenario.description.title
    with job.playing(title, runs * len(ready.places)) as (bar, workers):
        found = carried_out(ready, runs, job.seed, progress=bar.count, workers=workers)
    return found, {"seed": found.found.seed, "knobs": ready.stated}
