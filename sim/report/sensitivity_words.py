"""What a study of sensitivity found, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.leading import Leading, Share, leading
from sim.analysis.words import NBSP, count, listing, number, sentence
from sim.report.parameter_words import parameter
from sim.report.sensitivity_found import CHANCE, MOST_SAMPLES, NUMBERS, REST, SOURCES, Found
from sim.report.source_groups import OTHER
from sim.report.sources import Row, groups
from sim.results.outputs import Output

TELLING = 0.05
"""Least total index of a number that is named as driving an outcome."""

MIDDLE = 2
"""Outcomes above which the median share of chance is told."""
NEARLY = 0.9
"""Part of a total from which a number is said to do nearly all of it by itself."""


@dataclass(frozen=True, eq=False)
class Told:
    """What drives one output.

    Attributes
    ----------
    output : Output
    numbers : Leading
        By parameter.
    sources : Leading or None
        By source, where the parameters rest on more than one.
    """

    output: Output
    numbers: Leading
    sources: Leading | None

    @property
    def name(self) -> str:
        """The output's name, as a title."""
        return sentence(self.output.name)

    @property
    def top(self) -> tuple[Share, ...]:
        """The parameters that drive it, the strongest first; none where none tells."""
        return tuple(
            share for share in self.numbers.factors
            if share.factor != REST and share.total - share.total_half > 0
            and share.total >= TELLING
        )  # fmt: skip


def told(found: Found) -> tuple[Told, ...]:
    """Read the indices of every output."""
    by_source = found.indices.get(SOURCES)
    return tuple(
        Told(
            output,
            leading(found.indices[NUMBERS], place, CHANCE, (REST,)),
            leading(by_source, place, CHANCE, (OTHER,)) if by_source else None,
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
    """Write a share of the variance."""
    return f"{number(100 * clipped(value), 0)}{NBSP}%" if np.isfinite(value) else "–"


def interval(value: float, half: float) -> str:
    """Write a share with its interval."""
    if not np.isfinite(value):
        return "–"
    return f"{share(value)} ({share(value - half)} to {share(value + half)})"


def lead(found: Found, all_told: Sequence[Told], names: Names) -> str:
    """Say in two sentences what drives most, and how much is chance."""
    sound = [one for one in all_told if one.numbers.enough] or list(all_told)
    drivers = _strongest(sound, names)
    first = (
        f"Of the uncertain numbers, most hangs on {listing(drivers)}."
        if drivers
        else "No uncertain number drives any outcome visibly."
    )
    chances = sorted(sound, key=lambda one: one.numbers.chance.total)
    low, high = chances[0], chances[-1]
    left = "so much would be left if every uncertain number were known"
    if len(sound) == 1:
        said = f"Chance makes up {share(low.numbers.chance.total)} of its spread: {left}."
    else:
        middle = float(np.median([one.numbers.chance.total for one in sound]))
        half = f", {share(middle)} in the middle" if len(sound) > MIDDLE else ""
        said = (
            f"Chance makes up from {share(low.numbers.chance.total)} ({low.name}) to "
            f"{share(high.numbers.chance.total)} ({high.name}) of an outcome's spread{half}: "
            f"{left}."
        )
    few = len(all_told) - len([one for one in all_told if one.numbers.enough])
    return f"{first} {said}" + (f" {_doubtful(few, len(all_told))}" if few else "")


def _strongest(sound: Sequence[Told], names: Names, most: int = 3) -> list[str]:
    """The parameters with the largest totals, each with the output that it tells most of."""
    best: dict[str, tuple[float, str]] = {}
    for one in sound:
        for driver in one.top:
            if driver.total > best.get(driver.factor, (0.0, ""))[0]:
                best[driver.factor] = driver.total, one.name
    order = sorted(best, key=lambda factor: -best[factor][0])[:most]
    return [
        f"“{names.number(factor)}” ({share(best[factor][0])} of the spread of “{best[factor][1]}”)"
        for factor in order
    ]


def _doubtful(few: int, outputs: int) -> str:
    if few == outputs:
        return "The samples are too few to rely on any of these shares."
    return (
        f"For {few} of {outputs} outcomes the samples are too few to rely on the shares; "
        "each says so."
    )


def numbers_finding(one: Told, names: Names) -> str:
    """One sentence: how much of an output is chance, and which number tells most of the rest."""
    chance = one.numbers.chance
    said = f"{share(chance.total)} of the spread would be left if every number were known"
    if not one.top:
        return f"{said}; no single number tells {share(TELLING)} of it."
    top = one.top[0]
    alone = f"{share(top.first)}" if top.first < NEARLY * top.total else "nearly all of it"
    return (
        f"{said}; of the numbers, “{names.number(top.factor)}” tells most: "
        f"{share(top.total)} of the spread, {alone} by itself."
    )


def sources_finding(one: Leading, names: Names) -> str:
    """One sentence: which source an output hangs on."""
    top = one.factors[0]
    place = f" ({names.place(top.factor)})" if names.place(top.factor) else ""
    said = names.source(top.factor).rstrip(".")
    return f"Most hangs on “{said}”{place}: {share(top.total)} of the spread."


def warning(one: Told, names: Names) -> str:
    """What is to be doubted about an output's indices; empty where nothing is."""
    found = one.numbers
    if found.enough:
        return ""
    if found.impossible:
        said = "Too few samples: the shares add up to more than the whole."
    else:
        wide = max((*one.top[:3], found.chance), key=lambda share: share.total_half)
        said = (
            f"Too few samples: the share of “{names.number(wide.factor)}” is known only to "
            f"±{share(wide.total_half)}."
        )
    if found.samples < found.needed <= MOST_SAMPLES:
        said += f" About {found.needed:,} samples (--samples {found.needed}) would narrow it."
    return said


def left_out(found: Found) -> tuple[str, ...]:
    """What was not looked at, and why."""
    return tuple(f"{sentence(output.name)}: {why}" for output, why in found.left_out)


def effort(found: Found) -> str:
    """How the runs were spent."""
    plan = found.plan
    screening = (
        f"{plan.screened:,} runs screened all {plan.parameters} uncertain numbers, and "
        if plan.trajectories
        else ""
    )
    rest = found.runs - plan.screened
    return (
        f"{screening}{rest:,} runs at {plan.samples:,} base samples gave the shares; "
        f"{count(found.failed, 'run')} failed."
    )
