"""``python -m sim.calibration``: fit the coefficients anew, or print them as a scenario does."""

from __future__ import annotations

import time
from pathlib import Path

import click
import numpy as np

from sim.arrays import Floats
from sim.calibration.plan import TARGETS, load_base
from sim.calibration.posterior import fit
from sim.calibration.record import as_scenario, calibration_record, spreads
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
    "--out",
    type=click.Path(path_type=Path),
    default=TARGETS.with_name("posterior.yaml"),
    show_default=True,
    help="Where the record goes.",
)
def calibrate(targets: Path, draws: int, rounds: int, seed: int, workers: int, out: Path) -> None:
    """Fit the structural coefficients to the targets and keep what came of it.

    2,048 draws take one to three minutes a population on two cores.
    """
    try:
        plan, scenario = load_base(targets)
    except SimError as error:
        raise click.ClickException(str(error)) from None
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
    write_yaml(found, out, "python -m sim.calibration; read docs/calibration.md")
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
