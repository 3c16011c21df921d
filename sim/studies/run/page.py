"""What stands on the page, in order: sections, exhibits, stories and tables."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import xarray as xr

from sim.arrays import Floats
from sim.plausibility.note import NONE, Notes
from sim.reporting import sources
from sim.reporting.chart import BAND50, BLUE
from sim.reporting.exhibit import Exhibit, Fold, Plot
from sim.reporting.lasting_charts import LastingArm, lasting_exhibits
from sim.reporting.story import Stories, stories
from sim.reporting.trajectories import (
    common_top,
    dated_events,
    ending_chart,
    trajectory_chart,
    watched_chart,
)
from sim.results.bounded_tally import Tally
from sim.scenario.scenario import Scenario, changes
from sim.statistics.conduct import actor_use, conduct, lever_use
from sim.statistics.drivers import Drivers, find_drivers
from sim.statistics.summary import Summary, Trajectory, Watched, summarise
from sim.studies.run.conduct_charts import (
    MOST_ACTORS,
    actor_chart,
    busiest,
    busiest_actors,
    conflict_chart,
    use_chart,
)
from sim.studies.run.drivers import outcome_fold, watch_fold
from sim.studies.run.network_charts import change_in_words, network_chart, relations_left_out
from sim.text import PERIODS, count, listing, month, sentence

# A word-sized picture of a trajectory, for the table at the top.

WIDTH, HEIGHT = 120, 30


def spark(trajectory: Trajectory) -> str:
    """Draw the 90 % band and the median as an inline SVG of numbers only."""
    low, high = float(trajectory.low90.min()), float(trajectory.high90.max())
    room = max(high - low, 1e-9)

    def points(values: Floats) -> list[str]:
        across = np.linspace(1, WIDTH - 1, len(values))
        down = HEIGHT - 2 - (HEIGHT - 4) * (values - low) / room
        return [f"{x:.0f},{y:.1f}" for x, y in zip(across, down, strict=True)]

    def course(values: Floats) -> list[str]:
        if not (trajectory.measure.whole or trajectory.measure.share):
            return points(values)
        # A count holds for the period that led to its date.
        drawn = points(values)
        corners = [f"{a.split(',')[0]},{b.split(',')[1]}" for a, b in pairwise(drawn)]
        return [drawn[0], *(spot for pair in zip(corners, drawn[1:], strict=True) for spot in pair)]

    band = " ".join([*course(trajectory.low90), *reversed(course(trajectory.high90))])
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'aria-hidden="true"><polygon points="{band}" fill="{BAND50}"/>'
        f'<polyline points="{" ".join(course(trajectory.median))}" fill="none" '
        f'stroke="{BLUE}" stroke-width="2"/></svg>'
    )


TOLD = 10
"""Most failed runs that are named."""
NAMED = 16
"""Most actors that are listed by name in the page's first sentence."""


@dataclass(frozen=True, eq=False)
class Page:
    """All that the template shows."""

    scenario: Scenario
    summary: Summary
    lead: str
    changes: tuple[str, ...]
    failed: str
    partial: str
    notes: Notes
    sparks: tuple[str, ...]
    events: tuple[tuple[str, str], ...]
    outcomes: tuple[Exhibit, ...]
    watched: tuple[Exhibit, ...]
    behind: tuple[Fold, ...]
    lasting: tuple[Exhibit, ...]
    network: Exhibit | None
    overall: tuple[Exhibit, ...]
    actors: tuple[Exhibit, ...]
    undrawn: str
    stories: Stories
    groups: tuple[sources.Group, ...]
    origins: tuple[sources.OriginShare, ...]
    cited: tuple[tuple[str, tuple[sources.Cited, ...]], ...]
    drawn: int
    command: str
    moves_log: str
    reproduction: tuple[tuple[str, str], ...]

    @staticmethod
    def usual(event: Watched) -> str:
        """Date by which half of the runs that saw an event had seen it."""
        return "–" if event.usual is None else month(event.usual)

    @property
    def plots(self) -> tuple[Plot, ...]:
        """Every plot of the page."""
        network = (self.network,) if self.network else ()
        exhibits = (
            *self.outcomes,
            *self.watched,
            *self.lasting,
            *network,
            *self.overall,
            *self.actors,
        )
        return tuple(plot for exhibit in exhibits for plot in exhibit.plots)


def contents(
    dataset: xr.Dataset,
    scenario: Scenario,
    manifest: Mapping[str, object],
    tally: Tally | None = None,
    notes: Notes = NONE,
) -> Page:
    """Gather what a page shows.

    Parameters
    ----------
    dataset : Dataset
        Labelled results.
    scenario : Scenario
        What was run.
    manifest : mapping
        How it was run.
    tally : Tally, optional
        Of all runs, where the data set holds only the first of them.
    notes : Notes
        What is to be known of the scenario's numbers.
    """
    summary = summarise(dataset, scenario, tally)
    description = scenario.description
    any_run = bool((dataset["failed_round"] < 0).any())
    events = dated_events(description, dataset["until"].values)
    top = common_top(summary.watched)
    groups = sources.groups(scenario)
    rows = {row.path: row for group in groups for row in group.rows}
    of_outcomes, of_watched = find_drivers(dataset, scenario)
    return Page(
        scenario=scenario,
        summary=summary,
        lead=_lead(dataset, scenario, summary),
        changes=changes(scenario),
        failed=_failed(dataset, tally),
        partial=_partial(summary, manifest, any_run=any_run),
        notes=notes,
        sparks=tuple(spark(one) for one in summary.trajectories),
        events=tuple((month(np.datetime64(day)), name) for day, name in events),
        outcomes=_outcomes(summary, scenario, of_outcomes, rows),
        watched=tuple(
            Exhibit(
                f"watched-{event.id}",
                chart.name,
                chart.finding,
                (Plot(f"plot-watched-{event.id}", chart, (215, 170)),),
            )
            for event in summary.watched
            for chart in (watched_chart(event, top),)
        ),
        behind=tuple(
            watch_fold(event.id, of_watched[event.id], rows, description)
            for event in summary.watched
            if event.id in of_watched
        ),
        lasting=lasting_exhibits([LastingArm("", dataset, scenario)]),
        network=_network(dataset, scenario) if any_run else None,
        overall=_overall(dataset, scenario) if any_run and description.levers else (),
        actors=_actors(dataset, scenario) if any_run and description.levers else (),
        undrawn=_undrawn(len(description.actors)),
        stories=stories(dataset, scenario, summary),
        groups=groups,
        origins=sources.origins(scenario),
        cited=sources.cited(scenario),
        drawn=dataset.sizes.get("parameter", 0),
        command=_command(manifest.get("command")),
        moves_log=_log(manifest),
        reproduction=sources.reproduction(dict(manifest)),
    )


def _log(manifest: Mapping[str, object]) -> str:
    """Which runs' moves the log of events has; nothing where none was written."""
    log = manifest.get("events")
    if not isinstance(log, dict):
        return ""
    runs, held = manifest["runs"], log["runs"]
    which = "all runs" if held == runs else f"the first {held:,} of {runs:,} runs"
    return f"{log['file']} has every move of {which}."


def _command(command: object) -> str:
    if isinstance(command, (list, tuple)):
        return shlex.join(str(word) for word in command)
    return str(command or "")


def _lead(dataset: xr.Dataset, scenario: Scenario, summary: Summary) -> str:
    dates = dataset["until"].values
    rounds = dataset.sizes["round"] - 1
    every = PERIODS[scenario.description.calendar.round]
    text = (
        f"{count(summary.counts.runs, 'run')} of {count(rounds, f'{every} round')}, "
        f"from {month(dates[0])} to {month(dates[-1])}: "
        f"{_who(scenario)}."
    )
    if summary.counts.stopped:
        text += f" {count(summary.counts.stopped, 'run')} stopped early, as the scenario asks."
    return text


def _who(scenario: Scenario) -> str:
    """The actors by name, or of very many how many they are."""
    names = [actor.name for actor in scenario.description.actors.values()]
    return listing(names) if len(names) <= NAMED else count(len(names), "actor")


def _partial(summary: Summary, manifest: Mapping[str, object], *, any_run: bool) -> str:
    """What is said where the page looks at the whole paths of some runs only."""
    runs, seen = summary.counts.runs, summary.kept
    if seen == runs:
        return ""
    said = f"Courses, ends and probabilities are those of all {count(runs, 'run')}; "
    rest = "what drives an outcome, relations, who did what, single runs"
    if not any_run:
        failed = "run, which failed" if seen == 1 else f"{seen:,} runs, all of which failed"
        return f"{said}all else ({rest}) is left out: it would come from the first {failed}."
    kept, whose = manifest.get("kept", manifest.get("runs")), ", whose whole paths are kept"
    if isinstance(kept, int) and kept > seen:
        whose = f" of the {kept:,} runs whose whole paths are kept"
    return f"{said}all else on this page ({rest}) comes from the first {seen:,}{whose}."


def _failed(dataset: xr.Dataset, tally: Tally | None) -> str:
    rounds = dataset["failed_round"].values
    places = np.flatnonzero(rounds >= 0)
    failed = len(places) if tally is None else tally.failed
    if not failed:
        return ""
    reasons = [line for line in str(dataset.attrs.get("failures", "")).splitlines() if line]
    told = (tally.reasons if tally else reasons) or [
        f"run {int(dataset['run'].values[place])} in round {int(rounds[place])}" for place in places
    ]
    more = f"; and {failed - TOLD:,} more" if failed > TOLD else ""
    verb = "is" if failed == 1 else "are"
    return (
        f"{count(failed, 'run')} failed and {verb} left out of every figure: "
        f"{'; '.join(told[:TOLD])}{more}."
    )


def _undrawn(actors: int) -> str:
    """What is said where not every actor's levers are drawn."""
    if actors <= MOST_ACTORS:
        return ""
    return (
        f"Charts are drawn of the {MOST_ACTORS} of {actors} actors that did most; what the others "
        "did is told in a sentence each."
    )


def _outcomes(
    summary: Summary,
    scenario: Scenario,
    drivers: Mapping[str, Drivers],
    rows: Mapping[str, sources.Row],
) -> tuple[Exhibit, ...]:
    found = []
    for one, ending in zip(summary.trajectories, summary.endings, strict=True):
        chart = trajectory_chart(one, scenario.description)
        plots = (
            Plot(f"plot-outcome-{one.measure.id}", chart, (470, 245), "Over time"),
            Plot(f"plot-ending-{one.measure.id}", ending_chart(ending), (205, 245), "At the end"),
        )
        # Both plots of an outcome stand on one line.
        above = chart.figure.layout.meta["above"]
        plots[1].chart.figure.update_layout(
            meta={**plots[1].chart.figure.layout.meta, "above": above}
        )
        notes = tuple(note for note in (one.measure.ends, one.measure.detail) if note)
        key = one.measure.id
        fold = None
        if key in drivers:
            fold = outcome_fold(key, drivers[key], rows, scenario.description)
        found.append(Exhibit(f"outcome-{key}", chart.name, chart.finding, plots, notes, fold))
    return tuple(found)


def _network(dataset: xr.Dataset, scenario: Scenario) -> Exhibit:
    start, end = (network_chart(dataset, scenario, nth) for nth in (0, -1))
    return Exhibit(
        "network-chart",
        "Relations at the start and at the end",
        " ".join(filter(None, (change_in_words(dataset, scenario), relations_left_out(dataset)))),
        (
            Plot("plot-network-start", start, (335, 360), start.name),
            Plot("plot-network-end", end, (335, 360), end.name),
        ),
    )


def _overall(dataset: xr.Dataset, scenario: Scenario) -> tuple[Exhibit, ...]:
    used, description = lever_use(dataset), scenario.description
    use = use_chart(used, description)
    conflict = conflict_chart(conduct(used, description), description)
    return (
        Exhibit("use", use.name, use.finding, (Plot("plot-use", use),)),
        Exhibit("conflict", conflict.name, conflict.finding, (Plot("plot-conflict", conflict),)),
    )


def _actors(dataset: xr.Dataset, scenario: Scenario) -> tuple[Exhibit, ...]:
    found, description = [], scenario.description
    uses = actor_use(dataset, description)
    drawn = busiest_actors(uses)
    for use in uses:
        id = f"actor-{use.actor}"
        plots: tuple[Plot, ...] = ()
        name, said = sentence(description.actors[use.actor].name), busiest(use, description)
        if use.levers and use.actor in drawn:
            chart = actor_chart(use, description)
            plots = (Plot(f"plot-{id}", chart),)
        found.append(Exhibit(id, name, said, plots))
    return tuple(found)
