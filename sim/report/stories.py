"""Runs told in words: the one nearest to the medians, and the two least alike."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import xarray as xr

from sim.analysis.measures import measures
from sim.analysis.story import Entry, timeline
from sim.analysis.summary import Summary
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Story:
    """One run in words, by date; ``ends`` is where each outcome stands at its end."""

    run: int
    ends: tuple[str, ...]
    dates: tuple[tuple[str, tuple[Entry, ...]], ...]


@dataclass(frozen=True)
class Stories:
    """A typical run and the two most unlike, with where each ends.

    Attributes
    ----------
    outcomes, medians : tuple of str
        Names of the outcomes, and their medians at the end.
    typical : Story or None
        ``None`` where no run came to its end.
    unlike : tuple of Story
        Two, or none where all runs are alike.
    """

    outcomes: tuple[str, ...]
    medians: tuple[str, ...]
    typical: Story | None
    unlike: tuple[Story, ...]

    @property
    def lasting(self) -> bool:
        """Whether arrangements or promises are told of."""
        told = [one for one in (self.typical, *self.unlike) if one]
        entries = (entry for one in told for _, group in one.dates for entry in group)
        return any(entry.kind == "lasting" for entry in entries)


def stories(dataset: xr.Dataset, scenario: Scenario, summary: Summary) -> Stories:
    """Tell the typical run of an ensemble, and the two most unlike.

    Parameters
    ----------
    dataset : Dataset
        Labelled results.
    scenario : Scenario
        What was run.
    summary : Summary
        Of the same results: it names the runs.
    """
    typical = summary.representative
    return Stories(
        outcomes=tuple(one.measure.name for one in summary.trajectories),
        medians=tuple(one.end for one in summary.trajectories),
        typical=None if typical is None else story(dataset, scenario, typical),
        unlike=tuple(story(dataset, scenario, run) for run in summary.unlike or ()),
    )


def story(dataset: xr.Dataset, scenario: Scenario, run: int) -> Story:
    """Tell one run."""
    reported = dataset["reported"].sel(run=run).isel(round=-1)
    entries = timeline(dataset, scenario, run)
    return Story(
        run=run,
        ends=tuple(
            item.of_run(float(reported.sel(outcome=key)))
            for key, item in measures(scenario.description).items()
        ),
        dates=tuple(
            (date, tuple(group)) for date, group in groupby(entries, key=lambda entry: entry.date)
        ),
    )
