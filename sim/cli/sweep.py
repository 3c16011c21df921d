"""The command ``sweep``: one or two parameters take one value after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sim.cli import options, study_command

if TYPE_CHECKING:
    from sim.studies.sweep.study import Sweep


@study_command.study("sweep")
@click.option(
    "--over",
    "ranges",
    multiple=True,
    required=True,
    metavar="PATH=FROM:TO:COUNT",
    help="The parameter and its values, both ends among them; or PATH=V1,V2,... Give it twice "
    "to sweep two parameters together.",
)
@options.outcomes("Keep only this outcome or watched event. Repeatable.")
@options.theory
@options.runs(2, "Runs at each value. [default: 500, or 100 at each pair of values]")
def sweep_command(
    job: study_command.Job,
    ranges: tuple[str, ...],
    outcomes: tuple[str, ...],
    theories: tuple[str, ...],
    runs: int | None,
) -> tuple[Sweep, Mapping[str, object]]:
    """Move one or two parameters and see what follows, and where an outcome flips.

    All else stays as it is, every draw of chance too. Writes report.html, results.csv
    and manifest.json into reports/NAME-sweep-PARAMETER.
    """
    from sim.errors import Fault, ScenarioError
    from sim.results.series import outputs
    from sim.scenario.scenario import folder_name
    from sim.studies.sweep.design import plan
    from sim.studies.sweep.study import RUNS, carried_out

    for text in ranges:
        options.path_and_value("--over", text, "0.2:0.8:7")
    faults: list[Fault] = []
    scenario = job.scenario
    try:
        outputs(scenario.description, outcomes)
    except ScenarioError as error:
        faults += error.faults
    ready = plan(scenario, ranges, faults)
    named = options.theories_named(theories)
    name = "-".join([folder_name(scenario), "sweep", *map(_short, ready.axes)])
    job.into(name + options.theory_tail(named))
    each = runs or RUNS[len(ready.axes)]
    with job.playing(scenario.description.title, each * len(ready.cells)) as (bar, workers):
        found = carried_out(
            ready,
            each,
            job.seed,
            outcomes,
            progress=bar.count,
            workers=workers,
            theories=named,
        )
    return found, {"runs": each, "seed": found.data.attrs["seed"]}


def _short(path: str) -> str:
    """The last two parts of a path, as a folder's name."""
    import re

    return re.sub(r"[^\w.=-]+", "-", ".".join(path.split(".")[-2:]))
