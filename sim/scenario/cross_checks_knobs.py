"""Rules for knobs: each is a number of the scenario, in a range that the number may take."""

from __future__ import annotations

from sim.scenario import phrases
from sim.scenario.checker import Checker
from sim.scenario.field_types import MOST_KNOBS, Quantity, within
from sim.scenario.node import Path
from sim.scenario.scenario import walk
from sim.text import did_you_mean


def check_knobs(checker: Checker) -> None:
    """Check the path of each knob, its range, and how many there are."""
    knobs = checker.description.knobs
    if not knobs:
        return
    if len(knobs) > MOST_KNOBS:
        checker.refuse("too many knobs", ("knobs",), True, count=len(knobs), most=MOST_KNOBS)
    numbers = {one.path: one.quantity for one in walk(checker.description)}
    for name, knob in knobs.items():
        path, steps = ("knobs", name), tuple(name.split("."))
        if any(_meet(place, one) for place in (path, steps) for one in checker.mended):
            continue
        if name not in numbers:
            inside = [one for one in numbers if one.startswith(f"{name}.")]
            near = f"write one number in it: '{inside[0]}'" if inside else ""
            meant = near or did_you_mean(name, numbers, "numbers")
            checker.refuse("no number to turn", path, name=name, meant=meant)
            continue
        low, high = bounds_at(name, numbers[name])
        for key, end in (("low", knob.low), ("high", knob.high)):
            if not low <= end <= high:
                checker.refuse("knob out of range", (*path, key), end=end, range=within(low, high))
        value = numbers[name].value
        if not knob.low <= value <= knob.high and _written_together(checker, path, steps):
            checker.refuse("value outside its knob", path, value=value, low=knob.low,
                           high=knob.high)  # fmt: skip


def bounds_at(path: str, quantity: Quantity) -> tuple[float, float]:
    """The least and the greatest that a number may be; of an effect, by what it changes."""
    low, high = quantity.bounds
    *before, last = path.split(".")
    limits = last in ("at_least", "at_most", "to")
    phrase = phrases.parse(before[-1] if limits or last == "by" else last)
    if phrase is None:
        return low, high
    width = phrases.range_width(phrase.kind)
    least, most = phrases.BOUNDS[phrase.kind] if limits else (-width, width)
    return max(low, least), min(high, most)


def _written_together(checker: Checker, knob: Path, number: Path) -> bool:
    """Whether one file writes both; else a later change of the number left the knob's range."""
    files = {checker.root.find(path)[1].mark.file for path in (knob, number)}
    return len(files) == 1


def _meet(one: Path, other: Path) -> bool:
    """Whether one of two paths leads through the other."""
    return all(a == b for a, b in zip(one, other, strict=False))
