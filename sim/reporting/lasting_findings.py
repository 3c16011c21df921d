"""What lasts, in words: what changes over time, and what differs between scenarios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import xarray as xr

from sim.reporting.chart import BLUE, GRID, VERMILLION, as_texts
from sim.scenario.scenario import Scenario
from sim.statistics.lasting import (
    Apart,
    Courses,
    Delivered,
    Survival,
    apart,
    became,
    still_in_office,
)
from sim.statistics.paired_difference import Z95
from sim.statistics.summary import complete_runs
from sim.text import count, enough, listing, number, percent, percents, sentence


@dataclass(frozen=True, eq=False)
class LastingArm:
    """One scenario's runs, or those under one choice; without a name where there is only one.

    Attributes
    ----------
    against : Arm or None
        What it is held against, of the same runs.
    limit : float
        Half-width, in standard errors, of an interval that allows for all others of the page.
    """

    name: str
    data: xr.Dataset
    scenario: Scenario
    against: LastingArm | None = None
    limit: float = Z95

    @cached_property
    def whole(self) -> xr.Dataset:
        """The runs that did not fail."""
        return complete_runs(self.data)


LastingRow = tuple[str, Any, int]
"""A thing in an arm: its label, itself, and the arm's place."""
LastingGap = tuple[str, LastingArm, Apart]
"""What an arm differs in from the one that it is held against: label, arm, difference."""


def lasting_rows(
    arms: Sequence[LastingArm], of: Callable[[LastingArm], Sequence[Any]]
) -> list[LastingRow]:
    """Each thing in each arm, things in their order."""
    by_id: dict[str, list[LastingRow]] = {}
    for place, arm in enumerate(arms):
        for one in of(arm):
            name = sentence(one.name) + (f" · {arm.name}" if arm.name else "")
            by_id.setdefault(one.id, []).append((name, one, place))
    return [row for rows in by_id.values() for row in rows]


# What differs between arms.


def gaps(
    arms: Sequence[LastingArm],
    read: Callable[[LastingArm], Courses],
    *,
    share: bool = False,
    whole: bool = False,
) -> list[LastingGap]:
    """What each arm differs in from the one that it is held against."""
    found = []
    for arm in arms:
        if (other := arm.against) is not None:
            data, courses = (other.data, arm.data), (read(other), read(arm))
            each = apart(data, courses, arm.limit, share=share, whole=whole)
            found += [(label, arm, one) for label, one in each.items()]
    return found


def _most_apart(found: Sequence[LastingGap]) -> LastingGap | None:
    """The largest difference at the end that is clear, and large enough to be seen."""
    told = [row for row in found if row[2].notable]
    return max(told, key=lambda row: abs(row[2].size)) if told else None


def _none_apart(found: Sequence[LastingGap], what: str) -> str:
    """Why no difference at the end is told."""
    said = "these runs cannot tell the differences at the end from none"
    if not any(one.size or one.clear for *_, one in found):
        said = "at the end there is no difference"
    elif any(one.clear for *_, one in found):
        said = "no difference at the end is clear and large enough to be seen"
    return f"{sentence(what)}: {said}."


def _names(best: LastingGap, rows: Sequence[LastingRow]) -> tuple[str, str, str]:
    """Of a difference: the thing, the arm, and the arm that it is held against."""
    id, arm, _ = best
    assert arm.against is not None  # it is held against something
    return next(one.name for _, one, _ in rows if one.id == id), arm.name, arm.against.name


_FEW = 3
"""How many are drawn where nothing differs clearly: those that lie farthest apart."""


def drawn_apart(
    found: Sequence[LastingGap], every: Sequence[str], most: int
) -> tuple[list[str], str]:
    """Which things are drawn of two or more arms, and a sentence on those that are not."""
    size: dict[str, float] = dict.fromkeys(every, 0.0)
    ever = set(every) - {label for label, *_ in found}  # what only one of them has
    for label, _, one in found:
        if label in size:
            size[label] = max(size[label], abs(one.size))
            ever |= {label} if one.ever else set()
    ranked = sorted(every, key=lambda label: (label not in ever, -size[label]))
    drawn = ranked[: min(len(ever), most) if ever else _FEW]
    if len(drawn) == len(every):
        return drawn, ""
    if not ever:
        return drawn, f" Drawn are the {len(drawn)} that lie farthest apart; the table has all."
    said = ""
    if same := len(every) - len(ever):
        said = f" {same} of {len(every)} do not differ clearly at any time and are not drawn."
    if len(drawn) < len(ever):
        said += f" Drawn are {len(drawn)} of the {len(ever)} that differ clearly at some time."
    return drawn, f"{said} The table has all."


def left_undrawn(every: int, drawn: int, noun: str) -> str:
    """Say that a chart leaves some out; empty where it has all."""
    if drawn == every:
        return ""
    return f" Drawn are {drawn} of {count(every, noun)}; the table has all."


# What is told of each.

MOST_LINES = 6
"""Most lines that a chart draws of one arm, and governments that are named."""


def in_force_apart(found: Sequence[LastingGap], rows: Sequence[LastingRow]) -> str:
    """What differs most between arms, where it clearly does."""
    best = _most_apart(found)
    if best is None:
        return _none_apart(found, "what is in force")
    name, arm, against = _names(best, rows)
    here, there = percents((best[2].changed, best[2].reference))
    return (
        f"What differs most at the end is “{name}”: in force in {here} of the runs with "
        f"“{arm}”, in {there} with “{against}”."
    )


def in_force_finding(rows: Sequence[LastingRow]) -> str:
    """What has changed most since the start, up and down."""
    said = []
    for sign, words in ((1, "in force in more of the runs"), (-1, "in force in fewer")):
        moved = max((one for _, one, _ in rows), key=lambda one: sign * one.change)
        if sign * moved.change > 0:
            start, end = percents((float(moved.in_force[0]), float(moved.in_force[-1])))
            said.append(f"“{moved.name}” is {words} ({start} at the start, {end} at the end)")
    if not said:
        return "At the end the same is in force as at the start, in as many of the runs."
    return f"What changes most: {'; '.join(said)}."


BECAME_WORDS = (
    ("kept", "kept in time", BLUE, ""),
    ("late", "delivered late", "#9CCBEA", "/"),
    ("broken", "broken", VERMILLION, "x"),
    ("overdue", "overdue at the end", "#F2B8A0", "\\"),
    ("open", "not yet due at the end", GRID, ""),
)
"""What became of promises: key, words, colour, pattern."""


def kept_finding(rows: Sequence[LastingRow], arms: Sequence[LastingArm]) -> str:
    """What became of the promises of each arm, and where that differs."""
    said = []
    for place, arm in enumerate(arms):
        mine: list[Delivered] = [one for _, one, nth in rows if nth == place]
        made = sum(one.made for one in mine)
        if not made:
            said.append(f"no promise is made{f' with “{arm.name}”' if arm.name else ''}")
            continue
        parts = percents(
            [sum(getattr(one, key) for one in mine) / made for key, *_ in BECAME_WORDS]
        )
        told = [
            f"{part} are {words}" for part, (_, words, *_) in zip(parts, BECAME_WORDS, strict=True)
        ]
        said.append((f"with “{arm.name}” " if arm.name else "of all promises ") + listing(told))
    levels = f"{sentence('; '.join(said))}."
    if len(arms) == 1:
        return levels
    return f"{promises_apart(arms) or 'These runs cannot tell the shares apart.'} {levels}"


def promises_apart(arms: Sequence[LastingArm]) -> str:
    """What became of promises, where that clearly and visibly differs; else empty."""
    found = gaps(arms, lambda arm: became(arm.data, arm.scenario), share=True)
    in_words = {key: words for key, words, *_ in BECAME_WORDS}
    said = []
    for arm in arms:
        told = []
        for label, mine, one in found:
            if mine is arm and one.notable:
                here, there = percents((one.changed, one.reference))
                told.append(f"{here} (against {there}) are {in_words[label]}")
        if told:
            said.append(f"Of the promises with “{arm.name}” {listing(told)}.")
    return " ".join(said)


def stays_finding(rows: Sequence[tuple[str, Survival, int]], arms: Sequence[LastingArm]) -> str:
    """In how many of the runs the governments of the start stay, and where that differs."""
    if len(arms) > 1:
        found = gaps(
            arms, lambda arm: still_in_office(arm.data, arm.scenario), share=True, whole=True
        )
        best = _most_apart(found)
        if best is None:
            return _none_apart(found, "how long governments stay")
        name, arm, against = _names(best, rows)
        here, there = percents((best[2].changed, best[2].reference))
        return (
            f"What differs most is how long the government of {name} stays: that of the start is "
            f"still in office at the end in {here} of the runs with “{arm}”, in {there} with "
            f"“{against}”."
        )
    said = [f"{one.name} in {percent(float(one.share[-1]))}" for _, one, _ in rows[:MOST_LINES]]
    most = max((one for _, one, _ in rows), key=lambda one: one.changes)
    often = f"{number(most.changes, 1)} times in a run"
    return (
        "The government of the start is still in office at the end in so many of the runs: "
        f"{listing(said)}. On average it changes most often in {most.name}, {often}."
    )


def trusts_apart(found: Sequence[LastingGap], rows: Sequence[LastingRow]) -> str:
    """Whose trust differs most between arms, where it clearly does."""
    best = _most_apart(found)
    if best is None:
        return _none_apart(found, "trust")
    name, arm, against = _names(best, rows)
    ends = best[2].changed, best[2].reference
    here, there = as_texts(ends, lambda value: number(value, enough(ends, 2)))
    return (
        f"Trust differs most, at the end, of {name}: on average {here} with “{arm}”, {there} "
        f"with “{against}”."
    )


def trusts_finding(rows: Sequence[LastingRow], id: str) -> str:
    """Whose trust moves most."""
    one = next(one for _, one, _ in rows if one.id == id)
    if not one.moved:
        return "Trust stays where it is between all of them."
    start, end = (float(one.mean[nth]) for nth in (0, -1))
    digits = enough((start, end), 2)
    verb = "rises" if end > start else "falls"
    return (
        f"Trust moves most of {one.name}: on average it {verb} from {number(start, digits)} to "
        f"{number(end, digits)}."
    )
