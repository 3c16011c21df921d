"""The places to which up to three numbers can be turned, and how many of them fit on a page."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import Fault, Place, ScenarioError, option
from sim.reporting.sources import parameter
from sim.scenario.field_types import shown
from sim.scenario.loading import number_path
from sim.scenario.scenario import Scenario
from sim.studies.values import DIGITS, at_the_ends, spaced
from sim.text import enough, exact, number

MOST_KNOBS, MOST_STEPS = 3, 25
"""Most numbers that can be turned, and most values of one."""
MOST_BYTES = 8_000_000
"""Most bytes of a page: it is to fit on any memory stick, and into a letter."""
_PAGE_BYTES, _NUMBER_BYTES, _WORDS_BYTES = 400_000, 7, 130
"""Bytes of a page without its places, of a number, and of what is said of one difference."""
_NEAR = 0.02
"""How far a value may be from how it is shown, as a share of the range."""
FORM = "PATH=LOW:HIGH:N"
EXAMPLE = "actors.north.power=0.2:0.8:5"

Knobs = str | Iterable[str] | Mapping[str, Sequence[float]]
"""Text as on the command line, or the low end, the high end and the number of values by path."""


@dataclass(frozen=True)
class Knob:
    """One number that can be turned.

    Attributes
    ----------
    path, title : str
    values : tuple of float
        Rising; the scenario's own is among them.
    own : int
        The place of the scenario's own value, which keeps its spread.
    words : (str, str)
        What the two ends mean; empty where nothing is said.
    stated : str
        As it was asked for: ``PATH=LOW:HIGH:N``.
    """

    path: str
    title: str
    values: tuple[float, ...]
    own: int
    words: tuple[str, str] = ("", "")
    stated: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The values as they are shown: near to what they are, and no two alike."""
        digits = exact(self.values, 0)
        digits = max(digits, *(exact([value], digits) for value in self.values))
        near = (self.values[-1] - self.values[0]) * _NEAR
        while any(abs(round(value, digits) - value) > near for value in self.values):
            digits += 1
        digits = enough(self.values, digits)
        return tuple(number(value, digits) for value in self.values)


@dataclass(frozen=True, eq=False)
class GridPlan:
    """What will be played, checked.

    Attributes
    ----------
    scenario : Scenario
    knobs : tuple of Knob
    """

    scenario: Scenario
    knobs: tuple[Knob, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Values of each knob."""
        return tuple(len(knob.values) for knob in self.knobs)

    @property
    def places(self) -> list[tuple[int, ...]]:
        """Every combination, as the place of each knob's value; the last knob's fastest."""
        return list(itertools.product(*map(range, self.sizes)))

    @property
    def stated(self) -> tuple[str, ...]:
        """What was asked for, as the command has it."""
        return tuple(knob.stated for knob in self.knobs)

    @property
    def own(self) -> tuple[int, ...]:
        """The place at which nothing is turned."""
        return tuple(knob.own for knob in self.knobs)

    def turned(self, place: tuple[int, ...]) -> dict[str, float]:
        """What is set at a place: nothing for a knob that stands where the scenario has it."""
        return {
            knob.path: knob.values[nth]
            for knob, nth in zip(self.knobs, place, strict=True)
            if nth != knob.own
        }


def plan(scenario: Scenario, knobs: Knobs | None = None) -> GridPlan:
    """Check what is to be turned.

    Parameters
    ----------
    scenario : Scenario
    knobs : text, sequence of text, or mapping, optional
        One to three numbers: ``PATH=LOW:HIGH:N``, or by path the two ends and the number of
        values. Where nothing is given, the first two that the scenario names under ``knobs``.

    Raises
    ------
    ScenarioError
        With all faults: an unknown path, ends turned round or out of range, too few values, or
        more places than fit on a page.
    """
    faults: list[Fault] = []
    given = _own(scenario) if knobs is None else _read(knobs, faults)
    axes: dict[str, tuple[float, float, int]] = {}
    for path, (low, high, count) in given:
        known, wrong = number_path(scenario, path, option("--knob"))
        if not wrong and known not in scenario.parameters:
            problem = "the scenario states no number here, so nothing could be turned back to it"
            wrong = [_fault(problem, "write the number into its file first", known)]
        wrong += _ends(known, low, high, count)
        if known in axes:
            wrong.append(_fault("the number is given twice", "give it once", known))
        if not wrong:
            axes[known] = (low, high, count)
        faults += wrong
    if len(given) > MOST_KNOBS:
        problem = f"{len(given)} numbers are more than a page can hold"
        faults.append(_fault(problem, f"choose {MOST_KNOBS} at most, or the lab, which has all"))
    if not given and not faults:
        problem = "nothing is turned, and the scenario names no knobs"
        faults.append(_fault(problem, f"name a number and its ends: {FORM}, e.g. {EXAMPLE}"))
    found = tuple(_knob(scenario, path, *ends) for path, ends in axes.items())
    if not faults:
        faults += _fits(scenario, found)
    if not faults:
        faults += at_the_ends(scenario, {one.path: one.values for one in found}, option("--knob"))[
            1
        ]
    if faults:
        raise ScenarioError(faults)
    return GridPlan(scenario, found)


def most_places(scenario: Scenario) -> int:
    """How many places fit on a page of this scenario."""
    described = scenario.description
    outcomes, events = len(described.outcomes), len(described.watch)
    dates = described.calendar.rounds + 1
    numbers = (5 * outcomes + 3 * events) * dates * _NUMBER_BYTES
    return (MOST_BYTES - _PAGE_BYTES) // (numbers + _WORDS_BYTES * (outcomes + events + 5))


_Given = list[tuple[str, tuple[float, float, int]]]


def _own(scenario: Scenario) -> _Given:
    """The first two numbers that the scenario itself names."""
    stated = list(scenario.description.knobs.items())[:2]
    return [(path, (knob.low, knob.high, 7)) for path, knob in stated]


def _read(knobs: Any, faults: list[Fault]) -> _Given:
    """Each path with its ends and number of values."""
    if isinstance(knobs, Mapping):
        pairs = [(path, values) for path, values in knobs.items()]
    else:
        texts = [knobs] if isinstance(knobs, str) or not isinstance(knobs, Iterable) else knobs
        pairs = [_split(one) for one in texts]
    found: _Given = []
    for path, values in pairs:
        try:
            low, high, count = values
            found.append((path, (float(low), float(high), int(count))))
        except (TypeError, ValueError):
            problem = f"{shown(values if path else path or values)} is no range of a number"
            faults.append(_fault(problem, f"write {FORM}, e.g. {EXAMPLE}", path))
    return found


def _split(one: Any) -> tuple[str, Any]:
    if not isinstance(one, str):
        return "", one
    path, equals, values = (part.strip() for part in one.rpartition("="))
    parts = values.split(":")
    return (path, parts) if equals and len(parts) == 3 else ("", one)


def _ends(path: str, low: float, high: float, count: int) -> list[Fault]:
    if not (math.isfinite(low) and math.isfinite(high)):
        wrong = "an end is not a finite number", "write plain numbers"
    elif low >= high:
        better = f": {path}={high:g}:{low:g}:{count}" if low > high else ""
        wrong = f"it cannot turn from {low:g} to {high:g}", f"write the lower end first{better}"
    elif count < 2:
        wrong = f"{count} of its values cannot show a change", f"write 2 to {MOST_STEPS}"
    elif count > MOST_STEPS:
        wrong = f"{count} values are too many", f"write 2 to {MOST_STEPS}"
    else:
        return []
    return [_fault(*wrong, path)]


def _knob(scenario: Scenario, path: str, low: float, high: float, count: int) -> Knob:
    one, stated = scenario.parameters[path], scenario.description.knobs.get(path)
    even = [float(f"{value:.{DIGITS}g}") for value in spaced(low, high, count)]
    near = 1e-9 * (high - low)
    values = sorted([*(value for value in even if abs(value - one.value) > near), one.value])
    whole = stated is not None and (low, high) == (stated.low, stated.high) and stated.words
    return Knob(
        path,
        (stated and stated.title) or parameter(path, scenario.description),
        tuple(values),
        values.index(one.value),
        (stated.words[0], stated.words[-1]) if stated and whole else ("", ""),
        f"{path}={low:g}:{high:g}:{count}",
    )


def _fits(scenario: Scenario, knobs: tuple[Knob, ...]) -> list[Fault]:
    """Whether all places fit on a page; else how many values of each would."""
    sizes, most = [len(knob.values) for knob in knobs], most_places(scenario)
    places = math.prod(sizes)
    if places <= most:
        return []
    each = int(most ** (1 / len(knobs)) + 1e-9) - 1  # the scenario's own value comes with them
    times = " times ".join(map(str, sizes))
    problem = (
        f"{times} values, the scenario's own among them, make {places:,} places, and a page of "
        f"{MOST_BYTES // 1_000_000} MB holds {most:,} of this scenario"
    )
    if each < 2:
        remedy = "turn fewer numbers, or watch fewer outcomes and events"
    else:
        ends = [f"{knob.path}={knob.values[0]:g}:{knob.values[-1]:g}:{each}" for knob in knobs]
        remedy = f"ask for {each} values of each ({'; '.join(ends)}), or turn fewer numbers"
    return [_fault(problem, remedy)]


def _fault(problem: str, remedy: str, path: str = "") -> Fault:
    return Fault(Place(option("--knob"), path=path), problem, remedy)
