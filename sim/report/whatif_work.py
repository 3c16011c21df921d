"""A question about a choice, answered: the numbers, and what may be shown of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.alternatives_words import Effect, event_effects, largest, outcome_effects
from sim.analysis.measures import measures
from sim.runs.branch import LET_PASS
from sim.runs.fork import Asked
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Work:
    """A question about a choice, answered.

    Attributes
    ----------
    scenario : Scenario
    asked : Asked
    data : Dataset
        See :func:`sim.analysis.alternatives.compare`.
    own, forced : Dataset
        Labelled results under the model's own choice, and under the marked one.
    comparable : shape (runs,)
        Runs that come to the decision, and in which the marked choice is open.
    runs, seed : int
    seconds : float
        Time that the runs took.
    """

    scenario: Scenario
    asked: Asked
    data: xr.Dataset
    own: xr.Dataset
    forced: xr.Dataset | None
    comparable: Any
    runs: int
    seed: int
    seconds: float

    def label(self, alternative: str) -> str:
        """An alternative as it is shown."""
        levers = self.scenario.description.levers
        return alternative if alternative == LET_PASS else levers[alternative].name

    @property
    def closed(self) -> tuple[str, ...]:
        """Alternatives that can be compared in no run."""
        few = self.data["pairs"].values < 2
        return tuple(str(name) for name in self.data["alternative"].values[few])

    @property
    def drawn(self) -> tuple[str, ...]:
        """Alternatives that can be compared, the marked one first."""
        names = [str(name) for name in self.data["alternative"].values]
        names.sort(key=lambda name: name != self.asked.lever)
        return tuple(name for name in names if name not in self.closed)

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
            one for one in self.events(alternative) if watches[one.id].lever != alternative
        )
        return largest(outcomes), largest(events)


def long_table(work: Work) -> pd.DataFrame:
    """Every effect by date, one row per alternative, measure and round from the decision on."""
    import pandas as pd

    at = work.asked.fork.round
    named = {"outcome": measures(work.scenario.description), "event": None}
    rows = []
    for name in (str(one) for one in work.data["alternative"].values):
        cell = work.data.sel(alternative=name)
        shares = {key: float(cell[key]) for key in ("open", "chosen", "accepted")}
        for kind, items in named.items():
            axis, prefix, scale = ("outcome", "", 1.0) if items else ("watch", "event_", 100.0)
            for key in work.data[axis].values:
                one = cell.sel({axis: key})
                spread = float(one["spread"]) if items else math.nan
                for nth in range(at, work.data.sizes["round"]):
                    ends = {
                        end: scale * float(one[f"{prefix}{end}"].values[nth])
                        for end in ("difference", "low", "high")
                    }
                    rows.append(
                        {
                            "alternative": name,
                            "name": work.label(name),
                            "kind": kind,
                            "measure": str(key),
                            "unit": items[str(key)].unit if items else "percentage points",
                            "round": nth,
                            "date": str(work.own["date"].values[nth].astype("datetime64[D]")),
                            **ends,
                            "sd": ends["difference"] / spread if spread else math.nan,
                            **shares,
                            "pairs": int(cell["pairs"]),
                        }
                    )
    return pd.DataFrame(rows)
