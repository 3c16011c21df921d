"""What a study of sensitivity found, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.reporting.html import Prose
from sim.reporting.sources import Row, groups, parameter
from sim.results.series import Output
from sim.studies.sensitivity.result import (
    CHANCE,
    FEW_CASES,
    MOST_SAMPLES,
    NUMBERS,
    OTHER,
    REST,
    SOURCES,
    Found,
    Leading,
    Share,
    leading,
    power,
)
from sim.text import NBSP, listing, number, sentence

_SAID = Prose("sim.studies.sensitivity/sentences.j2")


TELLING = 0.05
"""Least total index of a number that is named as driving an outcome."""


@dataclass(frozen=True, eq=False)
class OutputDrivers:
    """What drives one output.

    Attributes
    ----------
    output : Output
    numbers : Leading
        By parameter.
    sources : Leading or None
        By source, where the parameters rest on more than one.
    came, runs : int or None, int
        In how many of the runs of A and B an event came; ``None`` of an outcome.
    moved, steps, walks : int or None, int, int
        How many of the steps of the screening changed it, and its trajectories;
        ``None`` where there was no screening.
    """

    output: Output
    numbers: Leading
    sources: Leading | None
    came: int | None
    runs: int
    moved: int | None
    steps: int
    walks: int

    @property
    def name(self) -> str:
        """The output's name, as a title."""
        return sentence(self.output.name)

    @property
    def chance(self) -> float:
        """The share of chance, as it can be."""
        return clipped(self.numbers.chance.total)

    @property
    def least_chance(self) -> float:
        """The lower end of its interval."""
        return clipped(self.numbers.chance.total - self.numbers.chance.total_half)

    @property
    def cases(self) -> int | None:
        """Runs with an event or without, whichever are fewer."""
        return None if self.came is None else min(self.came, self.runs - self.came)

    @property
    def needed(self) -> int:
        """Base samples, about, from which its shares can be read."""
        if self.cases is None or self.cases >= FEW_CASES:
            return self.numbers.needed
        rare = power(self.numbers.samples * FEW_CASES / max(self.cases, 1))
        return max(self.numbers.needed, rare)

    @property
    def enough(self) -> bool:
        """Whether its shares can be read as they stand."""
        return self.numbers.enough and self.needed <= self.numbers.samples

    @property
    def unranked(self) -> bool:
        """Whether too few steps of the screening changed it to rank the numbers by."""
        if self.moved is None:
            return False
        # An outcome may hang on one number only, which each trajectory moves once.
        return self.moved < (FEW_CASES if self.came is not None else min(FEW_CASES, self.walks))

    @property
    def top(self) -> tuple[Share, ...]:
        """The parameters that drive it, the strongest first; none where none tells."""
        numbers = (share for share in self.numbers.factors if share.factor != REST)
        return tuple(
            share for share in numbers if share.total > share.total_half and share.total >= TELLING
        )


def output_drivers(found: Found) -> tuple[OutputDrivers, ...]:
    """Read the indices of every output."""
    by_source, screened = found.indices.get(SOURCES), found.screening
    steps = found.plan.trajectories * found.plan.parameters
    return tuple(
        OutputDrivers(
            output,
            leading(found.indices[NUMBERS], place, (REST,)),
            leading(by_source, place, (OTHER,)) if by_source else None,
            found.came[place],
            found.looked_at,
            None if screened is None else int(screened.moved[place]),
            steps,
            found.plan.trajectories,
        )
        for place, output in enumerate(found.outputs)
    )


class Names:
    """The names of factors, and what each rests on."""

    def __init__(self, found: Found) -> None:
        self._description = found.scenario.description
        self._rows: dict[str, Row] = {
            row.path: row for group in groups(found.scenario) for row in group.rows
        }
        self._groups = {group.id: group for group in found.groups}

    def number(self, factor: str) -> str:
        """A parameter in words."""
        if factor == CHANCE:
            return "Chance"
        if factor == REST:
            return sentence(REST)
        return parameter(factor, self._description)

    def source(self, factor: str) -> str:
        """A source in words: our sentence for the fact."""
        return "Chance" if factor == CHANCE else self._groups[factor].says

    def place(self, factor: str) -> str:
        """Where a source stands; empty where its name says it."""
        return "" if factor == CHANCE else self._groups[factor].place

    def grounds(self, factor: str) -> str:
        """What a parameter rests on: the places of all that it cites, else that it is judged."""
        row = self._rows.get(factor)
        if row is None:
            return "–"
        cited = listing([one.short or one.id for one in row.cited])
        why = f"judgement: {row.why}" if row.why else "not said"
        return cited or why

    def spread(self, factor: str) -> str:
        """A parameter's own spread."""
        return self._rows[factor].spread if factor in self._rows else "–"


def clipped(value: float) -> float:
    """A share as it can be: an estimate may lie a little below 0 or above 1."""
    return min(max(value, 0.0), 1.0)


def share(value: float) -> str:
    """Write a share of the variance; one that is small, or nearly all, is not rounded away."""
    if not np.isfinite(value):
        return "–"
    if 0 < value < 0.005:
        return f"under{NBSP}0.5{NBSP}%"
    if 0.995 <= value < 1:
        return f"over{NBSP}99.5{NBSP}%"
    return f"{number(100 * clipped(value), 0)}{NBSP}%"


def share_interval(value: float, half: float) -> str:
    """Write a share with its interval."""
    if not np.isfinite(value):
        return "–"
    return f"{share(value)} ({share(value - half)} to {share(value + half)})"


def sensitivity_lead(all_told: Sequence[OutputDrivers], names: Names) -> str:
    """Say what drives most, and how much is chance; first of all where samples are too few."""
    few, sound = ([one for one in all_told if one.enough == enough] for enough in (False, True))
    ranked = sorted(sound, key=lambda one: one.numbers.chance.total)
    middle = float(np.median([one.numbers.chance.total for one in sound])) if sound else 0.0
    counted = len(all_told), few, ranked, _strongest(sound, names), middle
    return _SAID.lead(*counted, share, TELLING, MOST_SAMPLES)


def _strongest(sound: Sequence[OutputDrivers], names: Names) -> list[str]:
    """The three parameters with the largest totals, each with the output that it tells most of."""
    best: dict[str, tuple[float, str]] = {}
    for one in sound:
        for driver in one.top:
            if driver.total > best.get(driver.factor, (0.0, ""))[0]:
                best[driver.factor] = driver.total, one.name
    order = sorted(best, key=lambda factor: -best[factor][0])[:3]
    return [
        f"“{names.number(factor)}” ({share(best[factor][0])} of the spread of “{best[factor][1]}”)"
        for factor in order
    ]


def numbers_finding(one: OutputDrivers, names: Names) -> str:
    """One sentence: how much of an output is chance, and which number tells most of the rest."""
    return _SAID.numbers(one, names, share, share_interval, TELLING)


def sources_finding(one: OutputDrivers, found: Leading, names: Names) -> str:
    """One sentence: which source an output hangs on."""
    enough = one.enough and found.enough
    return _SAID.sources(enough, found.factors[0], names, share, TELLING)


def warning(one: OutputDrivers, names: Names) -> str:
    """What is to be doubted about an output's indices; empty where nothing is."""
    if one.enough:
        return ""
    wide = max((*one.top[:3], one.numbers.chance), key=lambda share: share.total_half)
    return _SAID.warning(one, FEW_CASES, wide, names, share, MOST_SAMPLES)


def screening_finding(one: OutputDrivers, strongest: str, others: bool) -> str:
    """One sentence: which number moves an output most, or that this cannot be said.

    ``strongest`` is that number in words; ``others`` says whether more outputs were screened.
    """
    needed = power(one.numbers.samples * FEW_CASES / max(one.moved or 0, 1))
    return _SAID.screening(one, strongest, others, needed, MOST_SAMPLES)


def outputs_left_out(found: Found) -> tuple[str, ...]:
    """What was not looked at, and why."""
    return tuple(f"{sentence(output.name)}: {why}" for output, why in found.left_out)


def effort(found: Found) -> str:
    """How the runs were spent."""
    return _SAID.effort(found.plan, found.runs, found.failed)
