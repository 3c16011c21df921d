"""What a study of sensitivity found, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
from sim.text import NBSP, count, listing, number, sentence

# The first sentences of a study of sensitivity: what drives most, and what is not known.

ALIKE = 0.01
"""Shares that differ by less are told as one."""
MIDDLE = 2
"""Outcomes above which the median share of chance is told."""


def sensitivity_lead(all_told: Sequence[OutputDrivers], names: Names) -> str:
    """Say what drives most, and how much is chance; first of all where samples are too few."""
    sound = [one for one in all_told if one.enough]
    few = [one for one in all_told if not one.enough]
    if not sound:
        return f"{_unknown(few)} {_known(few)}".rstrip()
    drivers, chance = _strongest(sound, names), _chance(sound)
    if not few:
        if drivers:
            return f"Of the uncertain numbers, most hangs on {listing(drivers)}. {chance}"
        return (
            f"No uncertain number surely tells over {share(TELLING)} of any outcome's spread. "
            f"{chance}"
        )
    others = "the other" if len(sound) == 1 else f"the other {len(sound)}"
    first = (
        f"Of {others}, most hangs on {listing(drivers)}."
        if drivers
        else f"Of {others}, no uncertain number surely tells over {share(TELLING)} of the spread."
    )
    return (
        f"For {len(few)} of {count(len(all_told), 'outcome')} the samples are too few to say on "
        f"what they hang; {advice(max(one.needed for one in few))}. {first} {chance}"
    )


def _unknown(few: Sequence[OutputDrivers]) -> str:
    what = f"“{few[0].name}” hangs" if len(few) == 1 else f"any of {len(few)} outcomes hangs"
    needed = advice(max(one.needed for one in few))
    return f"The samples are too few to say on which numbers {what}; {needed}."


def _known(few: Sequence[OutputDrivers]) -> str:
    """What can be said all the same."""
    low = min(clipped(one.numbers.chance.total - one.numbers.chance.total_half) for one in few)
    if len(few) > 1:
        said = f"chance makes up at least {share(low)} of the spread of each"
        return f"What is known: {said}." if low >= TELLING else ""
    said = f"chance makes up at least {share(low)} of its spread" if low >= TELLING else ""
    one = few[0]
    came = "" if one.came is None else f"it came in {one.came:,} of {count(one.runs, 'run')}"
    known = listing([part for part in (came, said) if part])
    return f"What is known: {known}." if known else ""


def _chance(sound: Sequence[OutputDrivers]) -> str:
    """How much of the outcomes is chance."""
    chances = sorted(sound, key=lambda one: one.numbers.chance.total)
    ends = [clipped(one.numbers.chance.total) for one in (chances[0], chances[-1])]
    low, high = map(share, ends)
    left = "so much would be left if every uncertain number were known"
    if len(sound) == 1:
        return f"Chance makes up {low} of its spread: {left}."
    if ends[1] - ends[0] < ALIKE:
        about = "about " if ends[0] != ends[1] else ""
        return f"Chance makes up {about}{low} of the spread of each: {left}."
    middle = share(float(np.median([one.numbers.chance.total for one in sound])))
    half = f", {middle} in the middle" if len(sound) > MIDDLE else ""
    return (
        f"Chance makes up from {low} ({chances[0].name}) to {high} ({chances[-1].name}) of an "
        f"outcome's spread{half}: {left}."
    )


def _strongest(sound: Sequence[OutputDrivers], names: Names, most: int = 3) -> list[str]:
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


TELLING = 0.05
"""Least total index of a number that is named as driving an outcome."""

NEARLY = 0.9
"""Part of a total from which a number is said to do nearly all of it by itself."""


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
            leading(found.indices[NUMBERS], place, CHANCE, (REST,)),
            leading(by_source, place, CHANCE, (OTHER,)) if by_source else None,
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


def numbers_finding(one: OutputDrivers, names: Names) -> str:
    """One sentence: how much of an output is chance, and which number tells most of the rest."""
    chance = one.numbers.chance
    left = "of the spread would be left if every number were known"
    if not np.isfinite(chance.total):
        return "The samples are too few to say how much of the spread is chance."
    if not one.enough:
        return (
            f"{share_interval(chance.total, chance.total_half)} {left}; the samples are too few to "
            "say which number tells most of the rest."
        )
    said = f"{share(chance.total)} {left}"
    if not one.top:
        return f"{said}; no single number surely tells over {share(TELLING)} of it."
    top = one.top[0]
    alone = f"{share(top.first)}" if top.first < NEARLY * top.total else "nearly all of it"
    return (
        f"{said}; of the numbers, “{names.number(top.factor)}” tells most: "
        f"{share(top.total)} of the spread, {alone} by itself."
    )


def sources_finding(one: OutputDrivers, found: Leading, names: Names) -> str:
    """One sentence: which source an output hangs on."""
    if not (one.enough and found.enough):
        return "The samples are too few to say on which source most hangs."
    top = found.factors[0]
    if top.total < TELLING or top.total - top.total_half <= 0:
        return f"No single source surely tells over {share(TELLING)} of the spread."
    place = f" ({names.place(top.factor)})" if names.place(top.factor) else ""
    said = names.source(top.factor).rstrip(".")
    return f"Most hangs on “{said}”{place}: {share(top.total)} of the spread."


def warning(one: OutputDrivers, names: Names) -> str:
    """What is to be doubted about an output's indices; empty where nothing is."""
    found = one.numbers
    if one.enough:
        return ""
    if one.cases is not None and one.cases < FEW_CASES:
        what = "came" if one.cases == one.came else "stayed away"
        said = f"Too few samples: it {what} in only {one.cases:,} of {count(one.runs, 'run')}."
    elif found.impossible:
        said = "Too few samples: the shares add up to more than the whole."
    else:
        wide = max((*one.top[:3], found.chance), key=lambda share: share.total_half)
        said = (
            f"Too few samples: the share of “{names.number(wide.factor)}” is known only to "
            f"±{share(wide.total_half)}."
        )
    return f"{said} {sentence(advice(one.needed))}." if one.needed > found.samples else said


def advice(needed: int) -> str:
    """How many samples would be enough, and how they are asked for."""
    if needed > MOST_SAMPLES:
        return f"even {MOST_SAMPLES:,} samples, the most that can be asked for, would hardly do"
    return f"about {needed:,} samples would do (--samples {needed})"


def screening_finding(one: OutputDrivers, strongest: str, others: bool) -> str:
    """One sentence: which number moves an output most, or that this cannot be said.

    Parameters
    ----------
    one : Told
    strongest : str
        The number that moves it most, in words.
    others : bool
        Whether other outputs were screened with it.
    """
    if not one.unranked:
        return f"Moved by half of its distribution, “{strongest}” moves it most."
    what = "made the event come or stay away" if one.came is not None else "changed the outcome"
    luck = "luck and the other outcomes" if others else "luck"
    few = f"only {one.moved:,}" if one.moved else "none"
    tied = ", so that most of these effects are 0 and others tie" if one.moved else ""
    said = (
        f"Too weak to rank the numbers: {few} of {count(one.steps, 'step')} {what}{tied}. "
        f"Which numbers have shares of their own was left to {luck}."
    )
    if not one.moved:
        return said
    needed = power(one.numbers.samples * FEW_CASES / one.moved)
    return f"{said} {sentence(advice(needed))}." if needed > one.numbers.samples else said


def outputs_left_out(found: Found) -> tuple[str, ...]:
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
