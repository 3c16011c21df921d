"""``python -m sim.backtest``: fit on early years, forecast from every year, score, keep."""

from __future__ import annotations

import time
from pathlib import Path

import click

from sim.backtest.fit import fitted
from sim.backtest.history import KINDS, read_history
from sim.backtest.plan import MODEL, PLAN, load_plan
from sim.backtest.record import SPREAD, backtest_record
from sim.backtest.run import forecast_all
from sim.errors import SimError
from sim.soundness.record import write_yaml


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder of the published tables that docs/backtest.md lists.",
)
@click.option("--plan", "file", type=click.Path(path_type=Path), default=PLAN, show_default=True)
@click.option("--steps", type=click.IntRange(1), default=10, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=2009, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=PLAN.with_name("backtest.yaml"),
    show_default=True,
    help="Where the record goes.",
)
def backtest(data: Path, file: Path, steps: int, seed: int, workers: int, out: Path) -> None:
    """Hold the model to the record, and keep what came of it.

    The coefficients are fitted, with and without theory, on outcomes of early years; then forecasts
    are made from each year and scored beside simple rivals. Ten minutes on two cores.
    """
    begun = time.perf_counter()
    try:
        plan = load_plan(file)
        history = read_history(data, plan)
    except SimError as error:
        raise click.ClickException(str(error)) from None
    fits = {}
    for name, one in plan.forms.items():
        fits[name] = fitted(history, one, steps, seed, workers)
        click.echo(f"{name}: fitted, {time.perf_counter() - begun:,.0f} s", err=True)
    forecasts = forecast_all(history, plan, fits, seed)
    settings = {"steps": steps, "seed": seed}
    found = backtest_record(plan, forecasts, fits, settings)
    write_yaml(found, out, "python -m sim.backtest; read docs/backtest.md")
    for name, period in found["periods"].items():
        for kind in KINDS:
            if kind in period["kinds"]:
                mean, low, high = period["kinds"][kind]["skill"][MODEL][SPREAD]["mean"]
                click.echo(f"{name}, {kind}: skill {mean:+.2f} ({low:+.2f} to {high:+.2f})")


if __name__ == "__main__":
    backtest()
