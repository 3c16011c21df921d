"""What stands on the page, in order: sections, exhibits, stories and tables."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import xarray as xr

from sim.arrays import Floats
from sim.plausibility.note import NO_NOTES, Notes
from sim.reporting import beliefs, sources
from sim.reporting import document as page
from sim.reporting.arrangement_charts import lasting_exhibits
from sim.reporting.chart_kit import BAND50, BLUE, Table
from sim.reporting.document import Block, Document, Exhibit, Heading, Note, Plot, Section
from sim.reporting.history import chart_with_history
from sim.reporting.html import Prose
from sim.reporting.issue_forecasts import forecast_blocks
from sim.reporting.outcome_charts import (
    common_top,
    dated_events,
    ending_chart,
    watched_chart,
)
from sim.reporting.sources import changes_in_words
from sim.results.bounded_tally import Tally
from sim.scenario.scenario import Scenario
from sim.statistics.arrangements import LastingArm
from sim.statistics.issue_forecasts import issue_forecasts
from sim.statistics.summary import Summary, Trajectory
from sim.studies.run.conduct_charts import (
    MOST_ACTORS,
    actor_chart,
    busiest,
    busiest_actors,
    conflict_chart,
    use_chart,
)
from sim.studies.run.network_charts import (
    network_chart,
    relations,
    relations_changed,
    relations_left_out,
)
from sim.studies.run.result import RunFindings
from sim.studies.run.text import Fold, outcome_fold, watch_fold
from sim.text import PERIODS, month, sentence

# A word-sized picture of a trajectory, for the table at the top.

_WIDTH, _HEIGHT = 120, 30


def spark(trajectory: Trajectory) -> str:
    """Draw the 90 % band and the median as an inline SVG of numbers only."""
    low, high = float(trajectory.low90.min()), float(trajectory.high90.max())
    room = max(high - low, 1e-9)

    def points(values: Floats) -> list[str]:
        across = np.linspace(1, _WIDTH - 1, len(values))
        down = _HEIGHT - 2 - (_HEIGHT - 4) * (values - low) / room
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
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'aria-hidden="true"><polygon points="{band}" fill="{BAND50}"/>'
        f'<polyline points="{" ".join(course(trajectory.median))}" fill="none" '
        f'stroke="{BLUE}" stroke-width="2"/></svg>'
    )


_FOLDER = "sim.studies.run"
_SAID = Prose(f"{_FOLDER}/sentences.j2")
_BESIDE = 240, 0
"""Pixels beside an outcome's course, on a screen and on a phone: there is its end."""


def run_page(
    found: RunFindings, manifest: Mapping[str, object], notes: Notes = NO_NOTES
) -> Document:
    """Put what was found in some runs on a page; it shows every short entry of the manifest."""
    scenario, summary, description = found.scenario, found.summary, found.scenario.description
    groups = sources.groups(scenario)
    rows = {row.path: row for group in groups for row in group.rows}
    looked_at = _looked_at(summary)
    network = (_network(found.data, scenario),) if found.any_run else ()
    believed = beliefs.run_exhibits(found.data, scenario)
    lasting = lasting_exhibits([LastingArm("", found.data, scenario)])
    told = (found.stories,) if found.stories.typical else ()
    return Document(
        kind="Scenario report",
        title=description.title,
        lead=description.summary or "",
        headline=headline(summary),
        changes=changes_in_words(scenario),
        changed="run",
        same="scenario, seed and number of runs",
        command=_command(manifest.get("command")),
        reproduction=(*sources.reproduction(dict(manifest)), *_facts(found, manifest)),
        files=scenario.files,
        summary=tuple(_in_short(found, manifest, notes)),
        sections=(
            Section("outcomes", "Outcomes", _outcomes(found, rows), listed=True),
            Section("forecasts", "Forecasts by theories of bargaining", _forecasts(found)),
            Section("watched", "Watched events", _watched(found, rows)),
            _section("lasting", "What lasts", looked_at, lasting),
            _section("beliefs", "What they believe of one another", looked_at, believed),
            _section("network", "Relations", looked_at, network),
            _section("conduct", "Who did what", looked_at, _overall(found)),
            _section("when", "When, by actor", looked_at, _actors(found)),
            _section("story", "One run in words", looked_at, told),
            Section("sources", "Numbers and sources", (_sources(found, groups),)),
        ),
    )


def headline(summary: Summary) -> Table:
    """Each outcome at the start and at the end."""
    rows = tuple((one.measure.name, one.start, one.end, one.band) for one in summary.trajectories)
    header = ("Outcome", "At the start", "Median at the end", "90 % of runs")
    return Table("Outcomes", header, rows)


def _section(id: str, title: str, looked_at: tuple[Note, ...], blocks: Sequence[Block]) -> Section:
    """A section on the runs whose whole paths are kept."""
    return Section(id, title, (*looked_at, *blocks) if blocks else ())


def _looked_at(summary: Summary) -> tuple[Note, ...]:
    kept, runs = summary.kept, summary.counts.runs
    return () if kept == runs else (Note(f"From the first {kept:,} of {runs:,} runs."),)


def _in_short(found: RunFindings, manifest: Mapping[str, object], notes: Notes) -> Iterator[Block]:
    summary = found.summary
    yield _lead(found)
    if failed := _failed(found.data, found.tally):
        yield Note(failed, "warn")
    if partial := _partial(found, manifest):
        yield Note(partial)
    yield page.Passage(f"{_FOLDER}/notes.html.j2", {"notes": notes})
    if not summary.counts.complete:
        yield Note("No run came to its end, so there is nothing to show.", "warn")
    sparks = [spark(one) for one in summary.trajectories]
    yield page.Passage(
        f"{_FOLDER}/headline.html.j2",
        {"summary": summary, "sparks": sparks, "month": month, **_beliefs(found)},
    )
    lines = found.stories.typical is not None
    values = {"lines": lines, "history": bool(found.scenario.description.history)}
    told = page.Passage(f"{_FOLDER}/how_to_read.html.j2", values)
    yield page.Details("How to read this report", (told, page.terms()))


def _beliefs(found: RunFindings) -> dict[str, object]:
    described = found.scenario.description
    held = beliefs.learnt(found.data, described)
    return {
        "beliefs": held,
        "belief_header": beliefs.HEADER,
        "belief_rows": beliefs.rows(held, described),
    }


def _facts(found: RunFindings, manifest: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Facts for those who would make it again, beyond the manifest's."""
    counts, scenario = found.summary.counts, found.scenario
    yield "Runs that failed", f"{counts.failed} of {counts.runs:,}"
    yield "Runs that stopped early", f"{counts.stopped} of {counts.runs:,}"
    if isinstance(log := manifest.get("events"), dict):
        yield "Log of moves", _SAID.logged(log, manifest["runs"])
    for path, value in scenario.overrides:
        yield f"Changed: {path}", str(value)
    for note in scenario.notes:
        yield "Note", str(note)


def _sources(found: RunFindings, groups: tuple[sources.Group, ...]) -> page.Passage:
    return page.Passage(
        f"{_FOLDER}/sources.html.j2",
        {
            "parameters": found.scenario.parameters,
            "drawn": found.data.sizes.get("parameter", 0),
            "origins": sources.origins(found.scenario),
            "groups": groups,
            "cited": sources.cited(found.scenario),
        },
    )


def _watched(found: RunFindings, rows: Mapping[str, sources.Row]) -> tuple[Block, ...]:
    watched, top = found.summary.watched, common_top(found.summary.watched)
    if not watched:
        return ()
    exhibits = []
    for event in watched:
        chart = watched_chart(event, top)
        plots = (Plot(f"plot-watched-{event.id}", chart, (215, 170)),)
        exhibits.append(Exhibit(f"watched-{event.id}", chart.name, chart.finding, plots))
    described, of_watched = found.scenario.description, found.of_watched
    folds: list[Block] = [
        _drivers(watch_fold(one.id, of_watched[one.id], rows, described))
        for one in watched
        if one.id in of_watched
    ]
    if folds:
        folds = [Heading("What drives these, and where the numbers come from"), *folds]
    about = "Share of runs in which each has happened by a date, with its 95 % interval."
    return about, page.Columns(tuple(exhibits), "small"), *folds


def _drivers(fold: Fold) -> page.Passage:
    return page.Passage(f"{_FOLDER}/drivers.html.j2", {"fold": fold})


def _command(command: object) -> str:
    if isinstance(command, (list, tuple)):
        return shlex.join(str(word) for word in command)
    return str(command or "")


def _lead(found: RunFindings) -> str:
    dates, described = found.data["until"].values, found.scenario.description
    return _SAID.lead(
        found.summary.counts,
        found.data.sizes["round"] - 1,
        PERIODS[described.calendar.round],
        dates[0],
        dates[-1],
        [actor.name for actor in described.actors.values()],
    )


def _partial(found: RunFindings, manifest: Mapping[str, object]) -> str:
    """What is said where the page looks at the whole paths of some runs only."""
    runs, seen = found.summary.counts.runs, found.summary.kept
    kept = manifest.get("kept", manifest.get("runs"))
    kept = kept if isinstance(kept, int) else seen
    return "" if seen == runs else _SAID.partial(runs, seen, kept, found.any_run)


def _failed(data: xr.Dataset, tally: Tally | None) -> str:
    rounds = data["failed_round"].values
    places = np.flatnonzero(rounds >= 0)
    failed = len(places) if tally is None else tally.failed
    reasons = [line for line in str(data.attrs.get("failures", "")).splitlines() if line]
    told = (tally.reasons if tally else reasons) or [
        f"run {int(data['run'].values[place])} in round {int(rounds[place])}" for place in places
    ]
    return _SAID.failed(failed, told) if failed else ""


def _outcomes(found: RunFindings, rows: Mapping[str, sources.Row]) -> tuple[Exhibit, ...]:
    """Each outcome over time and at the end, the dated events, and what drives it."""
    summary, description = found.summary, found.scenario.description
    dated = [
        (month(np.datetime64(day)), name)
        for day, name in dated_events(description, found.data["until"].values)
    ]
    events = (page.Passage(f"{_FOLDER}/dated_events.html.j2", {"events": dated}),) if dated else ()
    exhibits = []
    for one, ending in zip(summary.trajectories, summary.endings, strict=True):
        key, (chart, told) = one.measure.id, chart_with_history(one, found.scenario, _BESIDE)
        plots = (
            Plot(f"plot-outcome-{key}", chart, (470, 245), "Over time"),
            Plot(f"plot-ending-{key}", ending_chart(ending), (205, 245), "At the end"),
        )
        # Both plots of an outcome stand on one line.
        above = chart.figure.layout.meta["above"]
        plots[1].chart.figure.update_layout(
            meta={**plots[1].chart.figure.layout.meta, "above": above}
        )
        notes = tuple(note for note in (one.measure.ends, one.measure.detail) if note)
        body: list[Block] = [page.Columns(plots, "pair outcome"), *events]
        if told:
            body.append(Note(told))
        if key in found.of_outcomes:
            body.append(_drivers(outcome_fold(key, found.of_outcomes[key], rows, description)))
        exhibits.append(
            Exhibit(f"outcome-{key}", chart.name, chart.finding, plots, notes, body=tuple(body))
        )
    return tuple(exhibits)


def _forecasts(found: RunFindings) -> tuple[Block, ...]:
    ends = {one.measure.id: float(one.median[-1]) for one in found.summary.trajectories}
    return tuple(forecast_blocks(issue_forecasts(found.scenario.description), ends))


def _network(dataset: xr.Dataset, scenario: Scenario) -> Exhibit:
    found = relations(dataset, scenario)
    start, end = (network_chart(found, nth) for nth in (0, -1))
    plots = (
        Plot("plot-network-start", start, (335, 360), start.name),
        Plot("plot-network-end", end, (335, 360), end.name),
    )
    return Exhibit(
        "network-chart",
        "Relations at the start and at the end",
        f"{relations_changed(found)} {relations_left_out(found)}".rstrip(),
        plots,
        body=(page.Passage(f"{_FOLDER}/network_key.html.j2"), page.Columns(plots, "pair network")),
    )


def _overall(found: RunFindings) -> tuple[Exhibit, ...]:
    """How often each lever was used, and how much of it was conflict."""
    if found.uses is None:
        return ()
    described = found.scenario.description
    charts = {
        "use": use_chart(found.uses, described),
        "conflict": conflict_chart(found.conduct, described),
    }
    return tuple(page.exhibit_of(id, chart) for id, chart in charts.items())


def _actors(found: RunFindings) -> tuple[Block, ...]:
    """When each actor used each lever; of many actors, charts of the busiest."""
    description, drawn = found.scenario.description, busiest_actors(found.actors)
    if not found.actors:
        return ()
    exhibits = []
    for use in found.actors:
        id, name = f"actor-{use.actor}", sentence(description.actors[use.actor].name)
        if use.levers and use.actor in drawn:
            exhibits.append(page.exhibit_of(id, actor_chart(use, description)))
        else:
            exhibits.append(Exhibit(id, name, busiest(use, description), ()))
    return _SAID.by_actor(MOST_ACTORS, len(description.actors)), *exhibits
