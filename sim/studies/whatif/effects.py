"""What each choice at one decision changes, against the choice that the model makes itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Bools, Floats
from sim.scenario.schema import Description
from sim.simulation.branching import Arm
from sim.statistics.estimate import Estimate, EstimateText, widened
from sim.statistics.measures import Measure, measures
from sim.statistics.paired_difference import joint_limit, paired
from sim.text import MINUS, NBSP, enough, percent, signed

# What a choice changes, in words and in the cells of a table.


@dataclass(frozen=True, kw_only=True)
class Effect(Estimate):
    """One alternative's effect on one measure at the end.

    ``spread`` is one standard deviation of the outcome (nan where it never varies), or one
    percentage point.
    """

    id: str
    name: str
    spread: float
    item: Measure | None

    @property
    def amount(self) -> float:
        """The difference in standard deviations, or in percentage points."""
        return 100 * self.difference if self.share else self.effect

    @property
    def cell(self) -> str:
        """Its amount in a table; in brackets where it is not clear."""
        if not math.isfinite(self.amount):
            return "–"
        return self.sized if self.clear else f"({self.sized})"

    @property
    def sized(self) -> str:
        """Its amount with its sign: two decimals of a standard deviation, whole percentage points.

        One that is clear is written with more rather than as none.
        """
        least = 0 if self.share else 2
        return signed(self.amount, enough((0.0, self.amount), least) if self.clear else least)

    @property
    def much(self) -> str:
        """The same without the sign."""
        return self.sized.lstrip(f"+{MINUS}")

    @property
    def change(self) -> str:
        """The difference with its sign; percentage points of an event."""
        return self.at(self.difference)

    def at(self, difference: float) -> str:
        """Write a difference of this measure."""
        return self._text.at(difference)

    @property
    def interval(self) -> str:
        """The 95 % interval, as it is shown."""
        return self._text.interval(self.low, self.high)

    @property
    def _text(self) -> EstimateText:
        if (item := self.item) is None:
            return self.text(0, 100)
        return self.text(item.digits + (not (item.bounds and item.bounds[1] > 1)))


def outcome_effects(
    data: xr.Dataset, alternative: str, description: Description
) -> tuple[Effect, ...]:
    """An alternative's effects on the outcomes at the end, in the scenario's order."""
    last, names = data.sel(alternative=alternative), ("difference", "low", "high", "spread")
    found = []
    for key, item in measures(description).items():
        one = last.isel(round=-1).sel(outcome=key)
        difference, low, high, spread = (float(one[name]) for name in names)
        found.append(
            Effect(
                id=key,
                name=item.name,
                item=item,
                difference=difference,
                low=low,
                high=high,
                joint=widened(low, high, data.attrs["limit"]),
                spread=spread or math.nan,
                effect=difference / (spread or math.nan),
            )
        )
    return tuple(found)


def event_effects(data: xr.Dataset, alternative: str) -> tuple[Effect, ...]:
    """An alternative's effects on the watched events at the end, in the scenario's order."""
    last, names = data.sel(alternative=alternative), BY_WATCH
    found = []
    for key in data["watch"].values:
        one = last.isel(round=-1).sel(watch=key)
        difference, low, high = (float(one[name]) for name in names)
        found.append(
            Effect(
                id=str(key),
                name=str(one["watch_name"].values),
                item=None,
                share=True,
                difference=difference,
                low=low,
                high=high,
                joint=widened(low, high, data.attrs["limit"]),
                spread=0.01,
            )
        )
    return tuple(found)


def largest(effects: tuple[Effect, ...]) -> Effect | None:
    """The clear effect of the largest size, if any is clear."""
    clear = [one for one in effects if one.clear and math.isfinite(one.amount)]
    return max(clear, key=lambda one: abs(one.amount)) if clear else None


def largest_changes(
    outcome: Effect | None, event: Effect | None, data: xr.Dataset, reference: str
) -> str:
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


BY_OUTCOME = ("difference", "low", "high")
BY_WATCH = ("event_difference", "event_low", "event_high")
BY_ALTERNATIVE = ("open", "accepted", "chosen", "pairs")


def compare(
    own: Arm,
    arms: Mapping[str, Arm],
    chosen: NDArray[Any],
    at: int,
    counts: Bools,
    coords: Mapping[str, Any],
) -> xr.Dataset:
    """Compare each alternative with the model's own choice, run by run.

    Only runs in which an alternative is open, and that fail in neither arm, are
    compared: run r of one arm with run r of the other.

    Parameters
    ----------
    own : Arm
        The model's own choice; ``open`` tells which runs come to the decision.
    arms : mapping of alternative -> Arm
    chosen : shape (runs,)
        What the model itself chose.
    at : int
        The round of the decision.
    counts : shape (outcomes,)
        Which outcomes are counts, whose intervals are those of whole numbers.
    coords : mapping
        Of ``round``, ``date`` (by round), ``outcome`` and ``watch``.

    Returns
    -------
    xarray.Dataset
        ``difference`` with its 95 % interval ``low`` to ``high`` (alternative, round,
        outcome), in the outcome's unit; ``effect`` (alternative, outcome), the
        difference at the end in standard deviations of the own choice's runs;
        ``event_difference``, ``event_low``, ``event_high`` (alternative, round, watch),
        as shares of 1; by alternative ``open`` (share of the runs that come to the
        decision), ``accepted`` (share of those that choose it in which it takes effect),
        ``chosen`` (share in which the model chooses it itself) and ``pairs``; of the own
        choice ``mean`` (round, outcome), ``spread`` (outcome), ``probability`` (round, watch);
        and the attribute ``limit``: the half-width in standard errors at which the intervals
        of all differences at the end hold at once (``joint_limit``).
    """
    here = own.open & ~own.failed
    rounds = own.reported.shape[1]
    seen = _seen(own, rounds)
    came = max(int(own.open.sum()), 1)
    found: dict[str, list[Any]] = {key: [] for key in (*BY_OUTCOME, *BY_WATCH, *BY_ALTERNATIVE)}
    for name, arm in arms.items():
        pulled, both = own.open & arm.open, here & arm.open & ~arm.failed
        row = (
            *_ends(own.reported[both], arm.reported[both], counts, at),
            *_ends(
                seen[both], _seen(arm, rounds)[both], np.ones(seen.shape[2], bool), at, events=True
            ),
            pulled.sum() / came,
            arm.accepted[pulled].mean() if pulled.any() else np.nan,
            (chosen[own.open] == name).sum() / came,
            both.sum(),
        )
        for values, value in zip(found.values(), row, strict=True):
            values.append(value)
    mine = own.reported[here].astype(np.float64)
    spread = mine[:, -1].std(axis=0, ddof=1) if len(mine) > 1 else np.full(mine.shape[2], np.nan)
    data = xr.Dataset(
        {
            **{key: (("alternative", "round", "outcome"), found[key]) for key in BY_OUTCOME},
            **{key: (("alternative", "round", "watch"), found[key]) for key in BY_WATCH},
            **{key: (("alternative",), found[key]) for key in BY_ALTERNATIVE},
            "mean": (("round", "outcome"), mine.mean(axis=0)),
            "spread": (("outcome",), spread),
            "probability": (("round", "watch"), seen[here].mean(axis=0)),
        },
        {"alternative": np.array(list(arms), dtype=object), **coords},
    )
    data.attrs["limit"] = joint_limit([_gap(own, arm, here) for arm in arms.values()], seed=0)
    last = data["difference"].isel(round=-1, drop=True)
    data["effect"] = last / data["spread"].where(data["spread"] > 0)
    return data


def _gap(own: Arm, arm: Arm, here: Bools) -> Floats:
    """All differences at the end, ``(runs, outcomes + watches)``; nan where not compared."""
    both = here & arm.open & ~arm.failed
    outcomes = np.where(both[:, None], arm.reported[:, -1] - own.reported[:, -1], np.nan)
    events = (arm.watched >= 0).astype(np.float64) - (own.watched >= 0)
    return np.concatenate([outcomes, np.where(both[:, None], events, np.nan)], axis=1)


def _seen(arm: Arm, rounds: int) -> Floats:
    """Whether each watched event has happened, ``(runs, rounds + 1, watches)``."""
    first = arm.watched[:, None, :]
    return np.asarray((first >= 0) & (first <= np.arange(rounds)[None, :, None]), dtype=np.float64)


def _ends(
    reference: NDArray[Any], changed: NDArray[Any], whole: Bools, at: int, *, events: bool = False
) -> Floats:
    """Difference, low and high of arrays ``(runs, rounds, things)``: ``(3, rounds, things)``."""
    runs, *shape = reference.shape
    flat = [
        np.asarray(one, dtype=np.float64).reshape(runs, math.prod(shape))
        for one in (reference, changed)
    ]
    found = [
        np.stack([one.difference, *one.interval()]).reshape(3, *shape)
        for one in (paired(*flat), paired(*flat, whole=True, events=events))
    ]
    ends = np.where(whole, found[1], found[0])
    # Up to the decision the arms are one and the same: nothing there is uncertain.
    ends[:, :at] *= 0.0
    return ends
