"""A question about a choice, answered: the numbers, and what may be shown of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.reporting.lasting_text import whole
from sim.scenario.instances import instances
from sim.scenario.lookup import consent
from sim.scenario.scenario import Scenario
from sim.simulation.branching import LET_PASS, Asked, decreed
from sim.statistics.measures import measures
from sim.studies.whatif.effects import Effect, event_effects, largest, outcome_effects
from sim.text import month

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


FEW_FUTURES = 10
"""Fewer futures than these are not compared: a mean of so few, and its interval, mislead."""


@dataclass(frozen=True, eq=False)
class Work:
    """A question about a choice, answered.

    Attributes
    ----------
    scenario : Scenario
    asked : Asked
    data : Dataset
        See :func:`sim.studies.whatif.effects.compare`.
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
    """

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

    def label(self, alternative: str) -> str:
        """An alternative as it is shown."""
        described = self.scenario.description
        if (ruled := decreed(alternative, self.asked.fork, described)) is not None:
            verb, number = ruled
            held = whole(instances(described)[number], described)
            return f"{held} {'in force' if verb == 'begin' else 'ended'}"
        return alternative if alternative == LET_PASS else described.levers[alternative].name

    def ruled(self, alternative: str) -> str | None:
        """``begin`` or ``end``, where it is an arrangement that is laid down; else None."""
        found = decreed(alternative, self.asked.fork, self.scenario.description)
        return found[0] if found else None

    @property
    def closed(self) -> tuple[str, ...]:
        """Alternatives that can be compared in no run."""
        return tuple(name for name in self.names if not self._pairs(name))

    @property
    def few(self) -> tuple[str, ...]:
        """Alternatives that can be compared in too few futures."""
        return tuple(
            name for name in self.names if 0 < self._pairs(name) < FEW_FUTURES and name != self.done
        )

    def _pairs(self, name: str) -> int:
        return int(self.data["pairs"].sel(alternative=name))

    @property
    def names(self) -> tuple[str, ...]:
        """All alternatives, in the scenario's order."""
        return tuple(str(name) for name in self.data["alternative"].values)

    @property
    def drawn(self) -> tuple[str, ...]:
        """Alternatives that can be compared, the marked one first; not what was done itself."""
        names = sorted(self.names, key=lambda name: name != self.asked.lever)
        return tuple(
            name for name in names if self._pairs(name) >= FEW_FUTURES and name != self.done
        )

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
        return "the model's own choice" if self.done is None else "what was done"

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
        return outcome_effects(self.data, alternative, self.scenario.description)

    def events(self, alternative: str) -> tuple[Effect, ...]:
        """Effects on the watched events."""
        return event_effects(self.data, alternative)

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


def long_table(work: Work) -> pd.DataFrame:
    """Every effect by round, one row per alternative, measure and round from the decision on."""
    import pandas as pd

    at = work.asked.fork.round
    named = {"outcome": measures(work.scenario.description), "event": None}
    rows = []
    for name in (str(one) for one in work.data["alternative"].values):
        cell = work.data.sel(alternative=name)
        shares = {key: float(cell[key]) for key in ("open", "chosen", "accepted")}
        for kind, items in named.items():
            axis, prefix = ("outcome", "") if items else ("watch", "event_")
            for key in work.data[axis].values:
                one = cell.sel({axis: key})
                spread = float(one["spread"]) if items else math.nan
                for nth in range(at, work.data.sizes["round"]):
                    ends = {
                        end: float(one[f"{prefix}{end}"].values[nth])
                        for end in ("difference", "low", "high")
                    }
                    rows.append(
                        {
                            "alternative": name,
                            "choice": work.label(name),
                            "measure": str(key),
                            "name": str(one[f"{axis}_name"].values),
                            "kind": kind,
                            "unit": items[str(key)].unit if items else "share of the futures",
                            "round": nth,
                            **ends,
                            "sd": ends["difference"] / spread if spread else math.nan,
                            **shares,
                            "pairs": int(cell["pairs"]),
                        }
                    )
    found = pd.DataFrame(rows)
    # As arrays: one by one, pandas before 3 takes dates for nanoseconds.
    place = list(found).index("round") + 1
    for name in ("until", "from"):
        found.insert(place, name, work.own[name].values[found["round"]])
    return found
