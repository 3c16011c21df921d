"""``python -m sim.calibration.deeds``: what is done how often, in the record and in the model.

Scenarios state beside the usual frequency of a lever how often it was used before their start.
Such a count is met if its yearly number lies within the range that nine in ten runs of as many
rounds of ordinary times have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from sim.calibration.plan import TARGETS
from sim.calibration.record import BAND
from sim.calibration.statistics import PER_YEAR, taken
from sim.errors import SimError
from sim.model.compiled import CompiledScenario
from sim.scenario.field_types import Share, Spread
from sim.scenario.loading import load_scenario
from sim.scenario.recorded import Count, counts
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Lever
from sim.scenario.yaml_reader import read_data
from sim.simulation.block import simulate
from sim.soundness.engine import with_rounds
from sim.soundness.record import write_yaml

_RUNS = 512
"""A few seconds' worth; an end of a range is then known to a few hundredths of the runs."""

Key = tuple[str, str]
"""The lever whose record it is, and between whom."""


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


def per_year(count: Count, description: Description) -> float:
    """Times a year."""
    return count.times * PER_YEAR[description.calendar.round] / count.rounds


def check_counts(scenario: Scenario, runs: int = _RUNS, seed: int = 0) -> dict[Key, DeedCheck]:
    """Simulate as many rounds as each record covers, and lay the counts beside it.

    Parameters
    ----------
    scenario : Scenario
        What states the records. It is played in ordinary times, without its dated events, and
        its calendar is made long enough.
    runs, seed : int
        Runs, and the seed of all draws.

    Returns
    -------
    dict of (lever, pair) to DeedCheck
        By the lever whose record it is, and between whom; empty where none is stated.
    """
    wanted = counts(scenario.description)
    if not wanted:
        return {}
    block = simulate(
        CompiledScenario(_ordinary(scenario, max(one.rounds for one in wanted))), seed, 0, runs
    )
    found = {}
    for one in wanted:
        used = [taken(block, a, b, one.levers)[: one.rounds] for a, b in one.ways]
        years = one.rounds / PER_YEAR[scenario.description.calendar.round]
        yearly = np.sum(used, axis=(0, 1)) / years
        # Counts are whole numbers: the ends are counts that occur, and nothing between them.
        ends = np.quantile(yearly, BAND, method="inverted_cdf").tolist()
        found[one.lever, one.between] = DeedCheck(one.times / years, *ends)
    return found


def _ordinary(scenario: Scenario, rounds: int) -> Scenario:
    """The scenario without its dated events, for so many rounds."""
    events = {
        name: event.model_copy(update={"chance": Share(value=0)}) if event.on else event
        for name, event in scenario.description.events.items()
    }
    return with_rounds(scenario, rounds, events=events)


def same_as_base(scenario: Scenario) -> bool:
    """Whether it has the records of the file that it extends, with the same start."""
    mine, base = scenario.description, scenario.reference
    return (
        mine is not base
        and mine.calendar.start == base.calendar.start
        and counts(mine) == counts(base)
    )


def supposed(scenario: Scenario) -> list[Key]:
    """The records of a scenario whose lever it supposes to be used otherwise than its base does."""
    mine, base = scenario.description.levers, scenario.reference.levers
    return [
        (one.lever, one.between)
        for one in counts(scenario.description)
        if any(_often(mine[name]) != _often(base[name]) for name in one.levers if name in base)
    ]


def _often(lever: Lever) -> dict[str, tuple[float, Spread | None]]:
    """How often a lever is used, whatever is said of the reason."""
    return {key: (number.value, number.spread) for key, number in lever.usual.items()}


def checked(scenarios: Sequence[Scenario], runs: int = _RUNS, seed: int = 0) -> dict[str, Any]:
    """Check the records of several scenarios, each once.

    Gives, as plain values, ``deeds`` (by scenario, lever and pair: record, runs and inside, in
    times a year to hundredths), ``as_base`` (scenarios with the records and the start of the file
    they extend) and ``supposed`` (by scenario: what it supposes otherwise on purpose).
    """
    deeds: dict[str, Any] = {}
    as_base: list[str] = []
    otherwise: dict[str, Any] = {}
    for scenario in scenarios:
        if not counts(scenario.description):
            continue
        if same_as_base(scenario):
            as_base.append(scenario.id)
            if names := supposed(scenario):
                otherwise[scenario.id] = [f"{lever}: {between}" for lever, between in names]
            continue
        deeds[scenario.id] = _plain(check_counts(scenario, runs, seed))
    return {"deeds": deeds, "as_base": as_base, "supposed": otherwise}


def _plain(found: Mapping[Key, DeedCheck]) -> dict[str, dict[str, Any]]:
    """Checks as plain values, rounded to hundredths, by lever and pair."""
    by_lever: dict[str, dict[str, Any]] = {}
    for (lever, between), one in found.items():
        by_lever.setdefault(lever, {})[between] = {
            "record": round(one.record, 2),
            "runs": [round(x, 2) for x in (one.low, one.median, one.high)],
            "inside": one.inside,
        }
    return by_lever


def _scenarios(folder: Path) -> list[Scenario]:
    """All scenarios of a folder; the files that are none hold other things."""
    files = sorted(folder.glob("*.yaml"))
    return [load_scenario(file) for file in files if "title" in (read_data(file) or {})]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--runs", type=click.IntRange(20), default=_RUNS, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=2016, show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=TARGETS.with_name("deeds.yaml"),
    show_default=True,
    help="Where the record goes.",
)
def count_deeds(files: tuple[Path, ...], runs: int, seed: int, out: Path) -> None:
    """Count what is done in simulated ordinary times, and keep it beside the public record.

    FILES are scenarios; without any, all of the folder 'scenarios'.
    """
    try:
        scenarios = [load_scenario(file) for file in files] or _scenarios(TARGETS.parent.parent)
        found = checked(scenarios, runs, seed)
    except SimError as error:
        raise click.ClickException(str(error)) from None
    made = {"made": {"runs": runs, "seed": seed}, **found}
    write_yaml(made, out, "python -m sim.calibration.deeds; read docs/calibration.md")
    ones = [one for levers in found["deeds"].values() for pairs in levers.values()
            for one in pairs.values()]  # fmt: skip
    met = sum(one["inside"] for one in ones)
    click.echo(f"{met} of {len(ones)} counts lie within the range of nine in ten runs: {out}")


if __name__ == "__main__":
    count_deeds()
