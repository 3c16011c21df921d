"""The command ``compare``: scenarios held against one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from sim.cli import options, study_command

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.studies.comparison.study import Comparison


@study_command.study("compare", file=False, changes=options.settings_and_rounds)
@options.scenario_files("FILE...", required=True)
@click.option(
    "--reference",
    type=options.A_PATH,
    metavar="FILE",
    help="The scenario that the others are held against, instead of the first.",
)
@click.option(
    "--with",
    "variants",
    multiple=True,
    metavar="PATH=VALUE",
    help="Compare also the first file with this one change. Repeatable.",
)
@click.option(
    "--lens",
    "lenses",
    multiple=True,
    metavar="A,B,...",
    help="Compare through each of these lenses (see 'lenses'), or 'all'. Repeatable.",
)
@click.option(
    "--theory",
    "theories",
    metavar="A,B,...|all",
    help="Let all actors decide by another theory: NAME or FILE.py:NAME. With two or more, joined "
    "by commas, one FILE is played under each; 'all' is every theory that has a name (three of "
    "them take long: mind --runs).",
)
@options.runs(2, "Pairs of runs, instead of the reference's number of runs.")
def compare_command(
    job: study_command.Job,
    files: tuple[Path, ...],
    reference: Path | None,
    variants: tuple[str, ...],
    lenses: tuple[str, ...],
    theories: str | None,
    runs: int | None,
) -> tuple[Comparison, Mapping[str, object]]:
    """Compare 2 to 12 scenarios, run by run, on the same draws of chance.

    The first FILE is the reference. Writes report.html and results.csv into
    reports/compare-NAMES.
    """
    from sim.scenario.scenario import folder_name
    from sim.studies.comparison.study import compare

    first = _place(reference, files)
    if first is None:
        files, first = (cast(Path, reference), *files), 0
    _no_lens_among(files, lenses)
    scenarios = [job.read(file) for file in files]
    scenarios += [_variant(job, files[0], change) for change in variants]
    worn = _lenses(lenses, scenarios)
    played = _theories(theories)
    under = {name: name for name in played} if len(played) > 1 else None
    tail = "-theories" if under else options.names_tail(played)
    if not job.quiet and (note := _takes_long(played)):
        click.echo(note, err=True)
    job.into(_name([folder_name(scenario) for scenario in scenarios], worn) + tail)
    with job.playing("Comparing", runs or scenarios[0].description.runs) as (bar, workers):
        found = compare(
            scenarios,
            reference=first,
            lenses=worn,
            runs=runs,
            seed=job.seed,
            theories=None if under or not played else played[0],
            under=under,
            progress=bar,
            workers=workers,
        )
    return found, {"runs": found.runs, "seed": found.seed}


def _theories(text: str | None) -> list[str]:
    """The theories of ``--theory``, the built-in one first where all are asked for."""
    from sim.theories.registry import names

    if text is None:
        return []
    return list(names()) if text.lower() == "all" else [one.strip() for one in text.split(",")]


def _takes_long(theories: list[str]) -> str:
    """A note where several theories are compared of which some take very long."""
    from sim.theories.registry import LONG

    slow = [name for name in LONG if name in theories]
    if len(theories) < 2 or not slow:
        return ""
    return (
        f"Note: {len(theories)} theories are played one after the other; {', '.join(slow)} "
        f"{'takes' if len(slow) == 1 else 'take'} at least twenty times as long as the built-in "
        "one: take fewer runs (--runs), or name the theories without them"
    )


def _place(reference: Path | None, files: tuple[Path, ...]) -> int | None:
    """Where the reference stands among the files, however each is written."""
    from sim.scenario.shipped import find_file

    if reference is None:
        return 0
    wanted = find_file(reference).resolve()
    return next((nth for nth, one in enumerate(files) if find_file(one).resolve() == wanted), None)


def _no_lens_among(files: tuple[Path, ...], lenses: tuple[str, ...]) -> None:
    """Refuse lenses with spaces between them, which read as files."""
    from sim.scenario.lenses import LENSES, canonical

    found = [str(file) for file in files if canonical(str(file)) in LENSES and not file.exists()]
    if found:
        joined = ",".join([*lenses, *found])
        raise click.UsageError(f"lenses are joined by commas: --lens {joined}")


def _variant(job: study_command.Job, file: Path, change: str) -> Scenario:
    """The scenario with one change; what is wrong with it is put down to ``--with``."""
    from sim.errors import ScenarioError, option

    path, _ = options.path_and_value("--with", change)
    try:
        return job.read(file, change)
    except ScenarioError as error:
        raise ScenarioError(
            [
                replace(fault, place=replace(fault.place, file="--with"))
                if fault.place.file == option("--set") and fault.place.path == path
                else fault
                for fault in error.faults
            ]
        ) from None


def _lenses(typed: tuple[str, ...], scenarios: list[Scenario]) -> tuple[str, ...]:
    """The lenses of lists with commas; ``all`` is every lens that all scenarios have."""
    from sim.scenario.lenses import lenses_of

    words = [word.strip() for text in typed for word in text.split(",") if word.strip()]
    if "all" not in map(str.lower, words):
        return tuple(words)
    first, *others = (lenses_of(one.description) for one in scenarios)
    return tuple(lens for lens in first if all(lens in other for other in others))


LONGEST = 100
"""Characters of a folder's name, at most."""


def _name(names: list[str], lenses: tuple[str, ...]) -> str:
    name = "-".join(["compare", *dict.fromkeys(names), *(lenses and ["lenses"])])
    return name if len(name) <= LONGEST else f"compare-{names[0]}-and-{len(names) - 1}-more"
