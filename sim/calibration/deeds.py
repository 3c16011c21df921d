"""``python -m sim.calibration.deeds``: what is done how often, in the record and in the model.

A count in the public record is met if its yearly number lies within the range
that nine in ten runs of as many years have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
import yaml

from sim.calibration.plan import Deed, load_plan
from sim.calibration.statistics import PER_YEAR, taken
from sim.errors import Fault, Place, ScenarioError, SimError
from sim.model.compiled import CompiledScenario
from sim.results.block import Block
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.simulation.block import simulate
from sim.text import did_you_mean

TARGETS = Path("scenarios/calibration/targets.yaml")
RUNS = 512
"""A few seconds' worth; an end of a range is then known to a few hundredths of the runs."""
LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Check:
    """A count of deeds beside the model.

    Attributes
    ----------
    record : float
        Times a year in the public record.
    low, median, high : float
        Times a year in the runs: median, and the range of 90 %.
    """

    record: float
    low: float
    median: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the record lies within the range."""
        return bool(self.low - 1e-9 <= self.record <= self.high + 1e-9)


def checked(
    deeds: Mapping[str, Deed], scenario: Scenario, runs: int = RUNS, seed: int = 0
) -> dict[str, Check]:
    """Simulate as many years as each record covers, and lay the counts beside it.

    Parameters
    ----------
    deeds : mapping of Deed
        By name.
    scenario : Scenario
        Ordinary times: the base that the counts speak of. Its calendar is made long enough.
    runs, seed : int

    Returns
    -------
    dict of Check
        By the same names.

    Raises
    ------
    ScenarioError
        Where a count names a lever or an actor that the scenario does not have.
    """
    faults = [fault for name, deed in deeds.items() for fault in _unknown(name, deed, scenario)]
    if faults:
        raise ScenarioError(faults)
    if not deeds:
        return {}
    per_year = PER_YEAR[scenario.description.calendar.round]
    rounds = {name: max(round(float(deed.years) * per_year), 1) for name, deed in deeds.items()}
    block = simulate(CompiledScenario(_lasting(scenario, max(rounds.values()))), seed, 0, runs)
    return {name: _check(deed, block, rounds[name]) for name, deed in deeds.items()}


def _check(deed: Deed, block: Block, rounds: int) -> Check:
    times = np.sum([taken(block, a, b, deed.uses)[:rounds] for a, b in deed.ways], axis=(0, 1))
    # Counts are whole numbers: the ends are counts that occur, and nothing between them.
    low, median, high = np.quantile(times / float(deed.years), LEVELS, method="inverted_cdf")
    return Check(deed.per_year, float(low), float(median), float(high))


def _lasting(scenario: Scenario, rounds: int) -> Scenario:
    described = scenario.description
    calendar = described.calendar.model_copy(update={"rounds": rounds})
    return replace(scenario, description=described.model_copy(update={"calendar": calendar}))


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


def as_record(found: Mapping[str, Check]) -> dict[str, dict[str, float | list[float] | bool]]:
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
@click.option("--runs", type=click.IntRange(20), default=RUNS, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=2016, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=TARGETS.with_name("deeds.yaml"),
              show_default=True, help="Where the record goes.")  # fmt: skip
def main(targets: Path, runs: int, seed: int, out: Path) -> None:
    """Count what is done in simulated ordinary times, and keep it beside the public record."""
    try:
        plan = load_plan(targets)
        scenario = load_scenario(targets.parent.parent / plan.base)
        found = as_record(checked(plan.deeds, scenario, runs, seed))
    except SimError as error:
        raise click.ClickException(str(error)) from None
    head = "# Made by python -m sim.calibration.deeds; read docs/calibration.md. Do not edit.\n"
    made = {"made": {"runs": runs, "seed": seed}, "deeds": found}
    part = out.with_suffix(".part")
    part.write_text(head + yaml.safe_dump(made, sort_keys=False, default_flow_style=None), "utf-8")
    part.replace(out)
    met = sum(bool(one["inside"]) for one in found.values())
    click.echo(f"{met} of {len(found)} counts lie within the range of nine in ten runs: {out}")


if __name__ == "__main__":
    main()
