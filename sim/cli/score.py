"""The command ``score``: forecasts held against dated outcomes, or written down for later."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sim.cli import options, study_command

if TYPE_CHECKING:
    from sim.studies.score.study import Scores

_OF_A_SCENARIO = ("runs", "seed", "settings", "rounds", "lens", "workers", "cluster")
_OF_A_PAGE = ("out", "show")


@click.command("score")
@click.argument("file", required=False, type=options.A_PATH, callback=options.named_in_text)
@click.option(
    "--record",
    type=options.A_PATH,
    required=True,
    help="Dated outcomes: a file, or the name of one that comes with the program.",
)
@options.runs(1, "Runs, with the theory and again without, instead of the scenario's own number.")
@click.option(
    "--freeze",
    type=options.A_PATH,
    metavar="FILE.yaml",
    help="Write the forecasts down, to be scored when the outcomes are known.",
)
@click.option(
    "--after-the-fact",
    is_flag=True,
    help="With --freeze: although outcomes are known; the file says so.",
)
@click.option(
    "--frozen",
    type=options.A_PATH,
    metavar="FILE.yaml",
    help="Score forecasts that were written down, instead of a scenario's.",
)
@options.seed
@options.changes
@study_command.out
@options.workers
@options.quiet
@options.show
@click.pass_context
def score_command(context: click.Context, /, **given: Any) -> None:
    """Hold a scenario's forecasts against a record of what came.

    Scores them beside five simple rivals, and lists the questions that the scenario cannot
    speak to. Writes report.html, results.csv and manifest.json into reports/NAME-score-RECORD.
    """
    frozen, file = given.pop("frozen"), given["file"]
    record, runs, target = given.pop("record"), given.pop("runs"), given.pop("freeze")
    late = given.pop("after_the_fact")
    if file is None and frozen is None:
        raise click.UsageError("name a scenario, or forecasts that were frozen: --frozen FILE.yaml")
    if file is not None and frozen is not None:
        raise click.UsageError("give a scenario or --frozen FILE.yaml, not both")
    if late and target is None:
        raise click.UsageError("--after-the-fact is for --freeze FILE.yaml")
    if frozen is not None and target is not None:
        raise click.UsageError("forecasts are frozen once: give --freeze or --frozen")
    if frozen is not None:
        _unused(context, _OF_A_SCENARIO, "--frozen plays nothing")
    if target is not None:
        _unused(context, _OF_A_PAGE, "--freeze writes no page")
    job = study_command.Job(given)
    if target is not None:
        _freeze(job, record, target, runs, late)
        return
    begun = time.perf_counter()
    found = _frozen(job, frozen, record) if frozen else _played(job, record, runs)
    made = found.found.made
    facts = {} if frozen else {"runs": made.runs, "seed": made.seed}
    job.deliver(found, study_command.typed(context, facts), time.perf_counter() - begun)


def _unused(context: click.Context, names: Collection[str], why: str) -> None:
    """Refuse options that were typed and would say nothing."""
    asked = (one for one in context.command.params if one.name in names)
    typed = [
        max(one.opts, key=len)
        for one in asked
        if context.get_parameter_source(one.name or "") is ParameterSource.COMMANDLINE
    ]
    if typed:
        raise click.UsageError(f"{why}: leave out {', '.join(typed)}")


def _played(job: study_command.Job, record: Path, runs: int | None) -> Scores:
    from sim.evaluation.record import load_record
    from sim.scenario.scenario import folder_name
    from sim.studies.score.study import score

    scenario, outcomes = job.scenario, load_record(record)
    job.into(f"{folder_name(scenario)}-score-{record.stem}")
    total = runs or scenario.description.runs
    with job.playing(scenario.description.title, total) as (bar, workers):
        return score(scenario, outcomes, total, job.seed, progress=bar, workers=workers)


def _frozen(job: study_command.Job, frozen: Path, record: Path) -> Scores:
    from sim.studies.score.study import score_frozen

    found = score_frozen(frozen, record)
    job.into(f"{frozen.stem}-score-{record.stem}")
    return found


def _freeze(
    job: study_command.Job, record: Path, target: Path, runs: int | None, late: bool
) -> None:
    from sim.evaluation.frozen import load_frozen
    from sim.studies.score.study import check_new, freeze

    check_new(target)
    scenario = job.scenario
    total = runs or scenario.description.runs
    with job.playing(scenario.description.title, total) as (bar, workers):
        freeze(
            scenario,
            record,
            target,
            total,
            job.seed,
            after_the_fact=late,
            progress=bar,
            workers=workers,
        )
    if not job.quiet:
        click.echo(f"Forecasts: {target}")
        digest = load_frozen(target).stated.digest
        click.echo(f"Digest, to leave with somebody on this day: {digest}")
