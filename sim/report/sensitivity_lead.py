"""The first sentences of a study of sensitivity: what drives most, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.analysis.words import count, listing
from sim.report.sensitivity_words import TELLING, Names, Told, advice, clipped, share

ALIKE = 0.01
"""Shares that differ by less are told as one."""
MIDDLE = 2
"""Outcomes above which the median share of chance is told."""


def lead(all_told: Sequence[Told], names: Names) -> str:
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


def _unknown(few: Sequence[Told]) -> str:
    what = f"“{few[0].name}” hangs" if len(few) == 1 else f"any of {len(few)} outcomes hangs"
    needed = advice(max(one.needed for one in few))
    return f"The samples are too few to say on which numbers {what}; {needed}."


def _known(few: Sequence[Told]) -> str:
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


def _chance(sound: Sequence[Told]) -> str:
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
