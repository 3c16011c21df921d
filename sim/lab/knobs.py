"""What a visitor turns: numbers, the theory, the number of rounds, the seed, events."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sim.lab.screening import range_of, screened
from sim.lab.variant import OFF, ON, Variant
from sim.lab.work import Check, unchecked
from sim.remembered import remembered
from sim.reporting.sources import Row, groups, parameter
from sim.scenario.calendar import most_rounds
from sim.scenario.cross_checks_knobs import bounds_at
from sim.scenario.field_types import KnobRange, Spread
from sim.scenario.lenses import lenses_of
from sim.scenario.scenario import Scenario

OWN_LENSES = "as each actor has it"
"""What is said where no lens is put on all actors."""
_PLACES = 100
"""Places of a knob whose step nobody stated."""
_MOST_SEED = 9999

Kind = Literal["number", "whole", "choice", "switch"]
Value = float | int | str


@dataclass(frozen=True)
class Knob:
    """One thing that can be turned.

    Attributes
    ----------
    path : str
        As a :class:`~sim.lab.variant.Change` has it.
    title : str
    kind : {"number", "whole", "choice", "switch"}
        A number; a whole number; one of ``words``; ``on`` or ``off``.
    value : float, int or str
        The base's: of a choice and a switch its YAML text.
    low, high, step : float
        Of a number: the ends of its range and the way from place to place; else 0.
    least, most : float
        Of a number: what it may be at all.
    words : tuple of (value, word)
        What places on a number mean; all that may be chosen.
    spread, source, why : str
        Of a number: its uncertainty, what it rests on, and the reason, in words.
    own : bool
        Whether the scenario itself names it.
    """

    path: str
    title: str
    kind: Kind
    value: Value
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    least: float = -math.inf
    most: float = math.inf
    words: tuple[tuple[Value, str], ...] = ()
    spread: str = ""
    source: str = ""
    why: str = ""
    own: bool = False


@dataclass(frozen=True)
class _Checked:
    """What is called between pieces of work; whoever asks, the answer is the same."""

    check: Check = field(default=unchecked, compare=False)


def knobs_of(scenario: Scenario, check: Check = unchecked) -> tuple[Knob, ...]:
    """The knobs that a visitor sees first: the numbers, then what a scenario always has.

    The numbers are those that the file names under ``knobs``; else those that a quick screening
    finds to matter most, which takes about a second once;
    ``check`` is called between its pieces.
    """
    return (*(named(scenario) or _found(scenario, _Checked(check))), *settings(scenario))


def named(scenario: Scenario) -> tuple[Knob, ...]:
    """The numbers that the scenario names under ``knobs``, in its order."""
    rows = _rows(scenario)
    stated = scenario.description.knobs
    return tuple(_of_file(path, knob, rows[path], scenario) for path, knob in stated.items())


@remembered(8)
def _found(scenario: Scenario, checked: _Checked) -> tuple[Knob, ...]:
    """The numbers that a screening finds to matter most, the broadest effect first."""
    rows = _rows(scenario)
    effects = screened(scenario, check=checked.check)
    return tuple(_number(rows[one.path], scenario, (one.low, one.high)) for one in effects)


@remembered(8)
def all_numbers(scenario: Scenario) -> tuple[Knob, ...]:
    """Every number of the scenario, as a knob, in the order of the file's parts."""
    own = {knob.path: knob for knob in named(scenario)}
    parameters = scenario.parameters
    return tuple(
        own.get(path) or _number(row, scenario, range_of(parameters[path]))
        for path, row in _rows(scenario).items()
    )


def settings(scenario: Scenario) -> tuple[Knob, ...]:
    """Lens, rounds, seed, and each event, which may be taken out."""
    described = scenario.description
    titled = ((id, lens.title) for id, lens in lenses_of(described).items())
    lenses = (("null", OWN_LENSES), *titled)
    rounds = described.calendar.rounds
    most = most_rounds(described.calendar)
    return (
        Knob("lens", "Lens on all actors", "choice", described.lens or "null", words=lenses),
        Knob("calendar.rounds", "Rounds", "whole", rounds, 1, max(min(2 * rounds, most), 1), 1,
             1, min(most, 1000)),
        Knob("seed", "Seed of all draws", "whole", described.seed, 0,
             max(_MOST_SEED, described.seed), 1, 0, 2**63 - 1),
        *(
            Knob(f"events.{name}", event.name, "switch", ON, words=((ON, "on"), (OFF, "off")))
            for name, event in described.events.items()
        ),
    )  # fmt: skip


def offered(variant: Variant) -> tuple[Knob, ...]:
    """Numbers that others may want to turn: those that the visitor changed, then the file's."""
    scenario = variant.scenario()
    changed = {change.path for change in variant.changes}
    mine = tuple(knob for knob in all_numbers(scenario) if knob.path in changed)
    return *mine, *(knob for knob in named(scenario) if knob.path not in changed)


def nice_step(low: float, high: float) -> float:
    """A hundredth of a range, as 1, 2 or 5 with zeros."""
    rough = (high - low) / _PLACES
    power = 10.0 ** math.floor(math.log10(rough))
    size = next(size for size in (1, 2, 5, 10) if size * power >= rough * (1 - 1e-9))
    return float(f"{size * power:.1g}")


def _rows(scenario: Scenario) -> dict[str, Row]:
    return {row.path: row for group in groups(scenario) for row in group.rows}


def _of_file(path: str, stated: KnobRange, row: Row, scenario: Scenario) -> Knob:
    """A knob of the file; its range grows to a number that was set beyond it."""
    value = scenario.parameters[path].value
    ends = min(stated.low, value), max(stated.high, value)
    return _number(row, scenario, ends, stated)


def _number(
    row: Row, scenario: Scenario, ends: tuple[float, float], stated: KnobRange | None = None
) -> Knob:
    one, (low, high) = scenario.parameters[row.path], ends
    least, most = bounds_at(row.path, one.quantity)
    if low >= high:  # a number without a size of its own
        low, high = max(least, one.value - 1), min(most, one.value + 1)
    return Knob(
        path=row.path,
        title=(stated and stated.title) or parameter(row.path, scenario.description),
        kind="number",
        value=one.value,
        low=low,
        high=high,
        step=(stated and stated.step) or nice_step(low, high),
        least=least,
        most=most,
        words=tuple(_places(stated)) if stated else (),
        spread=_unsure(one.quantity.spread, row),
        source="; ".join(dict.fromkeys(cited.short for cited in row.cited)),
        why=row.why,
        own=stated is not None,
    )


def _unsure(spread: Spread | None, row: Row) -> str:
    """How uncertain a number is, without the name of its distribution where that has ends."""
    if spread is None or spread.shape not in ("uniform", "pert"):
        return row.spread
    return row.spread[row.spread.index("from") :]


def _places(stated: KnobRange) -> Iterator[tuple[float, str]]:
    """Each word with its place: at equal distances from the least to the most."""
    last = max(len(stated.words) - 1, 1)
    for nth, word in enumerate(stated.words):
        place = stated.low + (stated.high - stated.low) * nth / last
        yield float(f"{place:.12g}"), word
