"""The command ``soundness``: whether a scenario's answers point the right way."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli import options, progress_bar

MISSED = 1


@click.command("soundness")
@options.scenario_files("[FILE]")
@click.option("--short", is_flag=True, help="Fewer runs and files, for a quick check.")
@click.option(
    "--runs",
    type=options.Whole(2, 100_000),
    help="Runs of rest; those of the other measures in proportion. [default: 4,000, --short 1,000]",
)
@click.option(
    "--signs",
    "table",
    type=options.A_PATH,
    metavar="TABLE",
    help="A sign table of your own, instead of the one that comes with the program.",
)
@options.changes
@click.option("--check", is_flag=True, help="Exit with 1 where a bound is missed.")
@click.option(
    "--out",
    type=options.A_PATH,
    metavar="RECORD",
    help="Keep what was measured in a YAML file, beside that of other versions.",
)
@click.option(
    "--as", "name", metavar="NAME", help="Under which name --out keeps it. [default: the version]"
)
@options.quiet
def soundness_command(
    files: tuple[Path, ...],
    short: bool,
    runs: int | None,
    table: Path | None,
    settings: tuple[str, ...],
    rounds: int | None,
    lens: str | None,
    check: bool,
    out: Path | None,
    name: str | None,
    quiet: bool,
) -> int:
    """Measure whether a scenario's answers point the right way.

    Four measures: signs on which theory agrees, levers against sentiment and tension,
    rest in ordinary times, and how much hangs on one number. Without FILE all that comes
    with the program is measured, and scenarios without history beside it.
    """
    from sim.cli.tables import show
    from sim.soundness.measure import soundness_of
    from sim.soundness.record import keep, to_record, version
    from sim.soundness.tables import details, measures, summary

    if len(files) > 1:
        raise click.UsageError("name one FILE at a time")
    file = files[0] if files else None
    if file is None and (settings or rounds is not None or lens is not None):
        raise click.UsageError("--set, --rounds and --lens change one scenario: name its FILE")
    scenario = None if file is None else options.read(file, settings, rounds, lens)
    with progress_bar.progress("Soundness", 1, quiet) as progress:
        found = soundness_of(scenario, short=short, runs=runs, signs_from=table, progress=progress)
    kept = to_record(found)
    if out is not None:
        keep(kept, out, name or version())
    if not quiet:
        rows = {one.sign.name: one.sign.row for one in found.signs}
        for part in (*details(kept, rows), summary(kept)):
            show(part.title, part.columns, part.rows)
    for one in found.cut:
        click.echo(f"Note: '{one}' is large: fewer runs were played than asked for.", err=True)
    missed = [one.name for one in measures(kept) if one.met is False]
    if check and missed:
        click.echo(f"Missed: {', '.join(missed)}.", err=True)
        return MISSED
    return 0
