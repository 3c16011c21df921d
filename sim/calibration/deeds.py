"""``python -m sim.calibration.deeds``: what is done how often, in the record and in the model.

A count in the public record is met if its yearly number lies within the range
that nine in ten runs of as many years have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from sim.calibration.plan import TARGETS, Deed, load_base
from sim.calibration.record import BAND
from sim.calibration.statistics import PER_YEAR, taken
from sim.errors import Fault, Place, ScenarioError, SimError
from sim.model.compiled import CompiledScenario
from sim.scenario.scenario import Scenario
from sim.simulation.block import simulate
from sim.soundness.engine import with_rounds
from sim.soundness.record import write_yaml
from sim.text import did_you_mean

_RUNS = 512
"""A few seconds' worth; an end of a range is then known to a few hundredths of the runs."""


@dataclass(frozen=True)
class DeedCheck:
    """A count of deeds beside the model, in times a year: median and 90 % range of the runs."""

    record: float
    low: float
    median: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the record lies within the range."""
        return bool(self.low - 1e-9 <= self.record <= self.high + 1e-9)


def check_deeds(
    deeds: Mapping[str, Deed], scenario: Scenario, runs: int = _RUNS, seed: int = 0
) -> dict[str, DeedCheck]:
    """Simulate as many years as each record covers, and lay the counts beside it, by their names.

    The scenario is the base that the counts speak of, in ordinary times; its calendar is made
    long enough. A count that names a lever or an actor that it does not have is a fault.
    """
    faults = [fault for name, deed in deeds.items() for fault in _unknown(name, deed, scenario)]
    if faults:
        raise ScenarioError(faults)
    if not deeds:
        return {}
    per_year = PER_YEAR[scenario.description.calendar.round]
    rounds = {name: max(round(float(deed.years) * per_year), 1) for name, deed in deeds.items()}
    block = simulate(CompiledScenario(with_rounds(scenario, max(rounds.values()))), seed, 0, runs)
    found = {}
    for name, deed in deeds.items():
        used = [taken(block, a, b, deed.uses)[: rounds[name]] for a, b in deed.ways]
        yearly = np.sum(used, axis=(0, 1)) / float(deed.years)
        # Counts are whole numbers: the ends are counts that occur, and nothing between them.
        ends = np.quantile(yearly, BAND, method="inverted_cdf").tolist()
        found[name] = DeedCheck(deed.per_year, *ends)
    return found


def _unknown(name: str, deed: Deed, scenario: Scenario) -> list[Fault]:
    actors, levers = list(scenario.description.actors), list(scenario.description.levers)
    words = [("between", "actor", word, actors) for word in deed.ways[0]]
    words += [("uses", "lever", word, levers) for word in deed.uses]
    return [
        Fault(
            Place("deeds", path=f"{name}.{key}"),
            f"there is no {what} '{word}'",
            did_you_mean(word, known, f"{what}s"),
        )
        for key, what, word, known in words
        if word not in known
    ]


def as_record(found: Mapping[str, DeedCheck]) -> dict[str, dict[str, float | list[float] | bool]]:
    """Checks as plain values, rounded to hundredths."""
    return {
        name: {
            "record": round(one.record, 2),
            "runs": [round(x, 2) for x in (one.low, one.median, one.high)],
            "inside": one.inside,
        }
        for name, one in found.items()
    }


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--targets", type=click.Path(path_type=Path), default=TARGETS, show_default=True)
@click.option("--runs", type=click.IntRange(20), default=_RUNS, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=2016, show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=TARGETS.with_name("deeds.yaml"),
    show_default=True,
    help="Where the record goes.",
)
def count_deeds(targets: Path, runs: int, seed: int, out: Path) -> None:
    """Count what is done in simulated ordinary times, and keep it beside the public record."""
    try:
        plan, scenario = load_base(targets)
        found = as_record(check_deeds(plan.deeds, scenario, runs, seed))
    except SimError as error:
        raise click.ClickException(str(error)) from None
    made = {"made": {"runs": runs, "seed": seed}, "deeds": found}
    write_yaml(made, out, "python -m sim.calibration.deeds; read docs/calibration.md")
    met = sum(bool(one["inside"]) for one in found.values())
    click.echo(f"{met} of {len(found)} counts lie within the range of nine in ten runs: {out}")


if __name__ == "__main__":
    count_deeds()
