"""What a choice changes, in words and in the cells of a table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import xarray as xr

from sim.analysis.measures import Measure, measures
from sim.analysis.paired import Z95
from sim.analysis.propositions import VISIBLE_SD, VISIBLE_SHARE
from sim.analysis.words import (
    NBSP,
    enough,
    interval_digits,
    number,
    outward,
    percent,
    signed,
)
from sim.scenario.schema import Description


@dataclass(frozen=True)
class Effect:
    """One alternative's effect on one measure at the end.

    ``difference``, ``low`` and ``high`` are in the outcome's unit, or percentage points of
    an event; ``spread`` is one standard deviation of the outcome (nan where it never
    varies), or one percentage point. ``limit`` is the half-width, in standard errors, of
    the interval that allows for all other effects.
    """

    id: str
    name: str
    difference: float
    low: float
    high: float
    spread: float
    item: Measure | None
    limit: float = Z95

    @property
    def size(self) -> float:
        """The difference in standard deviations, or in percentage points."""
        return self.difference / self.spread

    @property
    def seen(self) -> float:
        """Its size beside what a reader sees as one: 1 is just visible, either way."""
        least = 100 * VISIBLE_SHARE if self.item is None else VISIBLE_SD
        return abs(self.size) / least

    @property
    def clear(self) -> bool:
        """Whether the interval that allows for all other effects leaves out zero."""
        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2
        return abs(middle) > half * self.limit / Z95

    @property
    def cell(self) -> str:
        """Its size in a table; in brackets where it is not clear."""
        if not math.isfinite(self.size):
            return "–"
        shown = self.sized
        return shown if self.clear else f"({shown})"

    @property
    def _size_digits(self) -> int:
        least = 0 if self.item is None else 2
        return enough((0.0, self.size), least) if self.clear else least

    @property
    def sized(self) -> str:
        """Its size with its sign: two decimals of a standard deviation, whole percentage points.

        One that is clear is written with more rather than as none.
        """
        return signed(self.size, self._size_digits)

    @property
    def much(self) -> str:
        """The same without the sign."""
        return number(abs(self.size), self._size_digits)

    @property
    def change(self) -> str:
        """The difference with its sign; percentage points of an event."""
        return self.at(self.difference)

    def at(self, difference: float) -> str:
        """Write a difference of this measure."""
        return signed(difference, self._digits)

    @property
    def interval(self) -> str:
        """The 95 % interval, as it is shown."""
        low, high = outward(self.low, self.high, self._digits)
        return f"{signed(low, self._digits)} to {signed(high, self._digits)}"

    @property
    def _digits(self) -> int:
        least, item = 0, self.item
        if item is not None:
            least = item.digits if item.bounds and item.bounds[1] > 1 else item.digits + 1
        return interval_digits(self.difference, [(self.low, self.high)], least)


def outcome_effects(
    data: xr.Dataset, alternative: str, description: Description
) -> tuple[Effect, ...]:
    """An alternative's effects on the outcomes at the end, in the scenario's order."""
    last = data.sel(alternative=alternative).isel(round=-1)
    found = []
    for key, item in measures(description).items():
        one = last.sel(outcome=key)
        difference, low, high, spread = (
            float(one[name]) for name in ("difference", "low", "high", "spread")
        )
        spread = spread or math.nan
        limit = float(data.attrs["limit"])
        found.append(Effect(key, item.name, difference, low, high, spread, item, limit))
    return tuple(found)


def event_effects(data: xr.Dataset, alternative: str) -> tuple[Effect, ...]:
    """An alternative's effects on the watched events at the end, in the scenario's order."""
    last = data.sel(alternative=alternative).isel(round=-1)
    found = []
    for key in data["watch"].values:
        one = last.sel(watch=key)
        difference, low, high = (
            100 * float(one[name]) for name in ("event_difference", "event_low", "event_high")
        )
        name, limit = str(one["watch_name"].values), float(data.attrs["limit"])
        found.append(Effect(str(key), name, difference, low, high, 1.0, None, limit))
    return tuple(found)


def largest(effects: tuple[Effect, ...]) -> Effect | None:
    """The clear effect of the largest size, if any is clear."""
    clear = [one for one in effects if one.clear and math.isfinite(one.size)]
    return max(clear, key=lambda one: abs(one.size)) if clear else None


def told(outcome: Effect | None, event: Effect | None, data: xr.Dataset, reference: str) -> str:
    """What an alternative changes most against the ``reference``, as the rest of a sentence."""
    said = []
    if outcome is not None and outcome.item is not None:
        said.append(
            f"it moves “{outcome.name}” most: by {outcome.change} ({outcome.item.unit}; "
            f"95{NBSP}% interval {outcome.interval}), which is {outcome.sized} standard "
            f"deviations of the futures under {reference}"
        )
    if event is not None:
        usual = float(data["probability"].sel(watch=event.id).isel(round=-1))
        rarer = "likelier" if event.difference > 0 else "rarer"
        said.append(
            f"it makes “{event.name}” {rarer} by {event.much} "
            f"percentage points (95{NBSP}% interval {event.interval}); under {reference} it "
            f"happens in {percent(usual)} of the futures"
        )
    return "; and ".join(said) if said else "no outcome and no watched event differs clearly"
