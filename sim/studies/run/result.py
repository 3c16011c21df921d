"""What is found in the runs of a scenario: computed once, before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from sim.reporting.story import Stories, stories
from sim.results.bounded_tally import Tally
from sim.scenario.scenario import Scenario
from sim.statistics.conduct import ActorUse, Conduct, LeverUse, actor_use, conduct, lever_use
from sim.statistics.drivers import Drivers, find_drivers
from sim.statistics.summary import Summary


@dataclass(frozen=True, eq=False)
class RunFindings:
    """What was found in some runs.

    Attributes
    ----------
    data : Dataset
        Labelled results of the runs whose whole paths are kept.
    scenario : Scenario
    tally : Tally or None
        Of all runs, where the data holds only the first of them.
    summary : Summary
    of_outcomes, of_watched : dict of str to Drivers
        What drives each outcome and each watched event, by id.
    uses : LeverUse or None
        How often each lever was used; ``None`` where there is no lever or every run failed.
    conduct : tuple of Conduct
        What each actor did toward each other.
    actors : tuple of ActorUse
        What each actor did, and when.
    stories : Stories
        A typical run and the two least alike, in words.
    """

    data: xr.Dataset
    scenario: Scenario
    tally: Tally | None
    summary: Summary
    of_outcomes: dict[str, Drivers]
    of_watched: dict[str, Drivers]
    uses: LeverUse | None
    conduct: tuple[Conduct, ...]
    actors: tuple[ActorUse, ...]
    stories: Stories

    @property
    def any_run(self) -> bool:
        """Whether any run whose whole path is kept came to its end."""
        return bool((self.data["failed_round"] < 0).any())


def run_findings(
    data: xr.Dataset, scenario: Scenario, tally: Tally | None, summary: Summary
) -> RunFindings:
    """Find what is to be told of some runs, beside their summary."""
    description = scenario.description
    of_outcomes, of_watched = find_drivers(data, scenario)
    acted = bool(description.levers and (data["failed_round"] < 0).any())
    uses = lever_use(data) if acted else None
    return RunFindings(
        data=data,
        scenario=scenario,
        tally=tally,
        summary=summary,
        of_outcomes=of_outcomes,
        of_watched=of_watched,
        uses=uses,
        conduct=conduct(uses, description) if uses else (),
        actors=actor_use(data, description) if acted else (),
        stories=stories(data, scenario, summary),
    )
