"""``python -m sim.calibration``: fit the coefficients anew, or print them as a scenario does."""

from __future__ import annotations

import time
from pathlib import Path

import click
import numpy as np

from sim.arrays import Floats
from sim.calibration.plan import TARGETS, load_base
from sim.calibration.posterior import fit
from sim.calibration.record import as_scenario, calibration_record, distances, spreads
from sim.calibration.statistics import RUNS_OF_DRAW, simulated
from sim.errors import SimError
from sim.model.quantiles import quantile
from sim.scenario.field_types import NonNegative
from sim.soundness.record import write_yaml


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--targets", type=click.Path(path_type=Path), default=TARGETS, show_default=True)
@click.option("--draws", type=click.IntRange(32), default=2048, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=4, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=2016, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True)
@click.option(
    "--until-2009", is_flag=True, help="Fit to data up to 2009, and test on those from 2010 on."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where the record goes, instead of posterior.yaml or posterior-2009.yaml there.",
)
def calibrate(
    targets: Path,
    draws: int,
    rounds: int,
    seed: int,
    workers: int,
    until_2009: bool,
    out: Path | None,
) -> None:
    """Fit the structural coefficients to the targets and keep what came of it.

    2,048 draws take one to three minutes a population on two cores.
    """
    try:
        whole, scenario = load_base(targets)
    except SimError as error:
        raise click.ClickException(str(error)) from None
    plan = whole.of_years("until_2009") if until_2009 else whole
    out = out or TARGETS.with_name("posterior-2009.yaml" if until_2009 else "posterior.yaml")
    begun = time.perf_counter()

    def simulate(values: Floats, number: int) -> Floats:
        found = simulated(plan, scenario, values, number, workers)
        click.echo(f"{len(values):,} draws, {time.perf_counter() - begun:,.0f} s", err=True)
        return found

    populations = fit(plan, simulate, draws, rounds, seed)
    stated = _stated(spreads(plan, populations[-1]), draws // 8, seed)
    settings = {"draws": len(populations[-1].weights), "rounds": rounds, "seed": seed}
    settings["each"] = RUNS_OF_DRAW
    found = calibration_record(plan, populations, simulate(stated, seed + rounds), settings)
    if until_2009:
        found["distances"] = distances(whole, found)
    words = "python -m sim.calibration --until-2009" if until_2009 else "python -m sim.calibration"
    write_yaml(found, out, f"{words}; read docs/calibration.md")
    click.echo(as_scenario(found))


def _stated(stated: dict[str, dict[str, object]], draws: int, seed: int) -> Floats:
    """Coefficients drawn as a scenario draws them: each from its own spread."""
    chance = np.random.default_rng(seed).random((draws, len(stated)))
    columns = []
    for place, quantity in enumerate(stated.values()):
        number = NonNegative.model_validate(quantity)
        columns.append(quantile(number, chance[:, place]))
    return np.stack(columns, axis=1)


if __name__ == "__main__":
    calibrate()
