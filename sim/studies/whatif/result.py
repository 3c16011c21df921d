"""A question about a choice, answered: the numbers, and what may be shown of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.arrays import Bools, Floats
from sim.reporting.arrangement_text import arrangement_text
from sim.scenario.lookup import consent, instances
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.simulation.branching import LET_PASS, Arm, Asked, decreed
from sim.statistics.measures import Measure, measures
from sim.statistics.paired_difference import (
    Estimate,
    EstimateText,
    intervals,
    joint_limit,
    moments,
    widened,
)
from sim.text import MINUS, enough, month, signed

if TYPE_CHECKING:
    import pandas as pd


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


def effects_at_end(
    data: xr.Dataset, alternative: str, description: Description, *, events: bool
) -> tuple[Effect, ...]:
    """An alternative's effects on the outcomes, or on the watched events."""
    axis, names = ("watch", _BY_WATCH) if events else ("outcome", BY_OUTCOME)
    items: Mapping[str, Measure | None]
    items = dict.fromkeys(map(str, data["watch"].values)) if events else measures(description)
    nth = data["alternative"].values.tolist().index(alternative)
    places = {str(key): place for place, key in enumerate(data[axis].values)}
    titles, spreads = data["watch_name"].values, data["spread"].values
    last = [_courses(data, name)[nth, -1] for name in names]
    found = []
    for key, item in items.items():
        place = places[key]
        difference, low, high = (float(values[place]) for values in last)
        spread = float(spreads[place]) or math.nan if item else 0.01
        effect = Effect(
            id=key,
            name=item.name if item else str(titles[place]),
            item=item,
            share=events,
            difference=difference,
            low=low,
            high=high,
            joint=widened(low, high, data.attrs["limit"]),
            spread=spread,
            effect=difference / spread if item else math.nan,
        )
        found.append(effect)
    return tuple(found)


def _courses(data: xr.Dataset, name: str) -> Floats:
    """A difference, or an end of its interval: by alternative, round, and outcome or event."""
    return np.asarray(data.variables[name].transpose("alternative", "round", ...).values)


def largest(effects: tuple[Effect, ...]) -> Effect | None:
    """The clear effect of the largest size, if any is clear."""
    clear = [one for one in effects if one.clear and math.isfinite(one.amount)]
    return max(clear, key=lambda one: abs(one.amount)) if clear else None


BY_OUTCOME = ("difference", "low", "high")
_BY_WATCH = ("event_difference", "event_low", "event_high")
_BY_ALTERNATIVE = ("open", "accepted", "chosen", "pairs")


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
    found: dict[str, list[Any]] = {key: [] for key in (*BY_OUTCOME, *_BY_WATCH, *_BY_ALTERNATIVE)}
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
            **{key: (("alternative", "round", "watch"), found[key]) for key in _BY_WATCH},
            **{key: (("alternative",), found[key]) for key in _BY_ALTERNATIVE},
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
    pairs = moments(*flat)
    found = [
        np.stack([one.difference, *one.interval()]).reshape(3, *shape)
        for one in (intervals(pairs), intervals(pairs, whole=True, events=events))
    ]
    ends = np.where(whole, found[1], found[0])
    # Up to the decision the arms are one and the same: nothing there is uncertain.
    ends[:, :at] *= 0.0
    return ends


FEW_FUTURES = 10
"""Fewer futures than these are not compared: a mean of so few, and its interval, mislead."""


MODEL, THEORY = "the model", "its theory"
"""What chooses and answers for an actor."""


@dataclass(frozen=True, eq=False)
class Forced:
    """A question about a choice, answered.

    Attributes
    ----------
    scenario : Scenario
    asked : Asked
    data : Dataset
        See :func:`sim.studies.whatif.result.compare`.
    own, forced : Dataset
        Labelled results under the choice that the others are compared with (the model's own,
        or what was done in the run whose past is shared), and under the marked one.
    done : str or None
        What was done in that run; ``None`` where each future has its own past.
    comparable : shape (runs,)
        Runs that come to the decision, and in which the marked choice is open.
    failed : int
        Futures that failed under some choice.
    runs, seed : int
    seconds : float
        Time that the runs took.
    chooser, answers_by : str
        By what the actor chooses where it is not forced, and the target answers: the model, or
        a theory of its own.
    """

    few_futures: ClassVar[int] = FEW_FUTURES
    let_pass: ClassVar[str] = LET_PASS
    scenario: Scenario
    asked: Asked
    data: xr.Dataset
    own: xr.Dataset
    forced: xr.Dataset | None
    done: str | None
    comparable: Any
    failed: int
    runs: int
    seed: int
    seconds: float
    chooser: str = MODEL
    answers_by: str = MODEL

    def label(self, alternative: str) -> str:
        """An alternative as it is shown."""
        described = self.scenario.description
        if (ruled := decreed(alternative, self.asked.fork, described)) is not None:
            verb, number = ruled
            held = arrangement_text(instances(described)[number], described)
            return f"{held} {'in force' if verb == 'begin' else 'ended'}"
        return alternative if alternative == LET_PASS else described.levers[alternative].name

    def ruled(self, alternative: str) -> str | None:
        """``begin`` or ``end``, where it is an arrangement that is laid down; else None."""
        found = decreed(alternative, self.asked.fork, self.scenario.description)
        return found[0] if found else None

    @property
    def closed(self) -> tuple[str, ...]:
        """Alternatives that can be compared in no run."""
        return tuple(name for name in self.names if not self.compared[name])

    @property
    def few(self) -> tuple[str, ...]:
        """Alternatives that can be compared in too few futures."""
        return tuple(
            name
            for name in self.names
            if 0 < self.compared[name] < FEW_FUTURES and name != self.done
        )

    @cached_property
    def compared(self) -> dict[str, int]:
        """In how many futures each alternative is compared."""
        pairs = map(int, self.data["pairs"].values)
        return dict(zip(self.names, pairs, strict=True))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All alternatives, in the scenario's order."""
        return tuple(str(name) for name in self.data["alternative"].values)

    @property
    def drawn(self) -> tuple[str, ...]:
        """Alternatives that can be compared, the marked one first; not what was done itself."""
        names = sorted(self.names, key=lambda name: name != self.asked.lever)
        return tuple(
            name for name in names if self.compared[name] >= FEW_FUTURES and name != self.done
        )

    @property
    def marked(self) -> tuple[str, xr.Dataset] | None:
        """The choice asked about with its results; None where it cannot be compared."""
        lever = self.asked.lever
        if lever is None or self.forced is None or lever not in self.drawn:
            return None
        return lever, self.forced

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """Those that are drawn, by what each changes most."""
        return tuple(sorted(self.drawn, key=lambda name: -self.weight(name)))

    def weight(self, alternative: str) -> float:
        """The largest clear effect of an alternative, beside what a reader sees as one."""
        return max((abs(one.size) for one in self.most(alternative) if one), default=0.0)

    @property
    def reference(self) -> str:
        """What all choices are compared with."""
        if self.done is not None:
            return "what was done"
        own = f"{self.who[0]}'s own choice by its theory"
        return "the model's own choice" if self.chooser == MODEL else own

    @property
    def rule(self) -> str:
        """By what the target answers."""
        return "the model's rule" if self.answers_by == MODEL else self.answers_by

    @property
    def own_label(self) -> str:
        """The same with the choice itself, where it is one."""
        if self.done is None:
            return self.reference
        return f"{self.reference}: {self.label(self.done)}"

    @property
    def who(self) -> tuple[str, str]:
        """Names of the actor and of its target."""
        actors, fork = self.scenario.description.actors, self.asked.fork
        return actors[fork.actor].name, actors[fork.target].name

    @property
    def date(self) -> np.datetime64:
        """The first day of the decision's round."""
        return np.datetime64(self.own["from"].values[self.asked.fork.round])

    @property
    def when(self) -> str:
        """The month of the decision."""
        return month(self.date)

    @property
    def answered(self) -> str:
        """What became of what was done, in the run whose past is shared."""
        fork = self.asked.fork
        choice = {"direction": f"{fork.actor} to {fork.target}", "track": fork.track}
        accepted = self.own["accepted"].sel(choice).isel(round=fork.round, run=0)
        return self.answer(self.done or "", accepted=bool(accepted))

    def answer(self, alternative: str, *, accepted: bool) -> str:
        """What became of a choice, in the run whose past is shared."""
        if accepted:
            return "agreed"
        fork, lever = self.asked.fork, self.scenario.description.levers.get(alternative)
        choice = {"direction": f"{fork.target} to {fork.actor}", "track": fork.track}
        back = self.own["choice"].sel(choice)
        number = int(back.isel(round=fork.round, run=0))
        same = number >= 0 and self.own["lever"].values[number] == alternative
        # Where the target does what the two can do only once, it may have agreed as well.
        return "no effect" if same and lever is not None and lever.once else "refused"

    def asks(self, alternative: str) -> bool:
        """Whether a choice needs the target's consent."""
        fork = self.asked.fork
        lever = self.scenario.description.levers.get(alternative)
        return lever is not None and consent(lever, fork.actor, fork.target) is not None

    def outcomes(self, alternative: str) -> tuple[Effect, ...]:
        """Effects on the outcomes."""
        return self._effects[alternative][0]

    def events(self, alternative: str) -> tuple[Effect, ...]:
        """Effects on the watched events."""
        return self._effects[alternative][1]

    @cached_property
    def _effects(self) -> dict[str, tuple[tuple[Effect, ...], tuple[Effect, ...]]]:
        described = self.scenario.description
        return {
            name: (
                effects_at_end(self.data, name, described, events=False),
                effects_at_end(self.data, name, described, events=True),
            )
            for name in self.names
        }

    def most(self, alternative: str) -> tuple[Effect | None, Effect | None]:
        """The outcome and the event that an alternative changes most.

        What counts the choice itself is no news.
        """
        watches, fork = self.scenario.description.watch, self.asked.fork
        counts = [
            key
            for key, one in self.scenario.description.outcomes.items()
            if one.acts and one.by in (None, fork.actor) and one.toward in (None, fork.target)
        ]
        outcomes = tuple(one for one in self.outcomes(alternative) if one.id not in counts)
        events = tuple(
            one
            for one in self.events(alternative)
            if watches[one.id].lever is None
            or watches[one.id].lever not in (alternative, self.done)
        )
        return largest(outcomes), largest(events)


def long_table(found: Forced) -> pd.DataFrame:
    """Every effect by round, one row per alternative, measure and round from the decision on."""
    import pandas as pd

    data, first = found.data, found.asked.fork.round
    rounds = np.arange(first, data.sizes["round"])
    dates = {name: found.own[name].values[first:] for name in ("from", "until")}
    shares = {key: data[key].values for key in ("open", "chosen", "accepted")}
    courses = {key: _courses(data, key)[:, first:] for key in (*BY_OUTCOME, *_BY_WATCH)}
    rows: list[dict[str, object]] = []
    ends: list[list[Floats]] = [[], [], []]
    for nth, alternative in enumerate(found.names):
        for events in (False, True):
            axis, names = ("watch", _BY_WATCH) if events else ("outcome", BY_OUTCOME)
            places = {str(key): place for place, key in enumerate(data[axis].values)}
            for effect in found.events(alternative) if events else found.outcomes(alternative):
                for column, name in zip(ends, names, strict=True):
                    column.append(courses[name][nth, :, places[effect.id]])
                row = {
                    "alternative": alternative,
                    "choice": found.label(alternative),
                    "measure": effect.id,
                    "name": effect.name,
                    "kind": "event" if events else "outcome",
                    "unit": effect.item.unit if effect.item else "share of the futures",
                    "spread": math.nan if events else effect.spread,
                    **{key: values[nth] for key, values in shares.items()},
                    "pairs": found.compared[alternative],
                }
                rows.append(row)
    each = pd.DataFrame(rows)
    table = each.loc[each.index.repeat(len(rounds))].reset_index(drop=True)
    words = ("alternative", "choice", "measure", "name", "kind", "unit")
    times = {
        name: np.tile(values, len(rows)) for name, values in ({"round": rounds} | dates).items()
    }
    sizes = {name: np.concatenate(one) for name, one in zip(BY_OUTCOME, ends, strict=True)}
    sizes["sd"] = sizes["difference"] / table["spread"].to_numpy()
    return pd.DataFrame(
        {
            **{name: table[name] for name in words},
            **times,
            **sizes,
            **{name: table[name] for name in (*shares, "pairs")},
        }
    )
