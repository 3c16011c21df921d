"""Charts of a debrief: what tables did, over what the model would have done."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Floats
from sim.classroom.debrief.questions_by_kind import split
from sim.classroom.debrief.record import SessionRecord, TableRecord
from sim.classroom.debrief.text import Wording, place_in_band, table_title
from sim.classroom.debrief.turning_points import TurningPoint
from sim.classroom.forecast.forecast import MEDIAN, Bands, Forecast
from sim.reporting.chart import BLACK, GREEN, ORANGE, PURPLE, VERMILLION, Line, Table
from sim.reporting.exhibit import Exhibit, Plot
from sim.reporting.trajectories import trajectory_chart
from sim.statistics.measures import Measure
from sim.statistics.summary import Trajectory
from sim.text import NBSP, listing, month, sentence, signed

COLOURS = (VERMILLION, GREEN, PURPLE, ORANGE, BLACK)
DASHES = ("solid", "dash", "dot", "dashdot")
NAMED = 3
"""Tables of which a chart's sentence speaks one by one."""


def fan(item: Measure, dates: Sequence[np.datetime64], bands: Bands, less: float = 0) -> Trajectory:
    """A forecast's bands as a trajectory, less a number."""
    low90, low50, median, high50, high90 = (np.array(level) - less for level in bands)
    none = np.empty((0, len(median)))
    days = np.array(dates, dtype="datetime64[D]")
    item = item.fitted([low90, high90])
    return Trajectory(item, days, median, low50, high50, low90, high90, none)


def outcomes(record: SessionRecord, words: Wording) -> tuple[Exhibit, ...]:
    """Each outcome of every table, over the model's futures from the start."""
    start = start_of(record)
    if start is None:
        return ()
    found = []
    for name, item in words.measures.items():
        lines = [
            line_of(record, nth, table.values(name)) for nth, table in enumerate(record.tables)
        ]
        bands = start.outcomes[name]
        said = f"{sentence(item.quantity)} ({item.unit}): {_standing(record, item, bands, lines)}."
        chart = trajectory_chart(fan(item, record.dates, bands), record.scenario.description,
                                 lines, said)  # fmt: skip
        plot = Plot(f"plot-outcome-{name}", chart)
        found.append(Exhibit(f"outcome-{name}", item.name, said, (plot,), _notes(item)))
    return tuple(found)


def interests(record: SessionRecord, words: Wording) -> tuple[Exhibit, ...]:
    """Each actor's own interest, as it changed since the start."""
    start = start_of(record)
    if start is None:
        return ()
    found = []
    for actor, bands in start.interest.items():
        name, first = words.actor(actor), bands[MEDIAN][0]
        item = Measure(
            f"interest-{actor}", f"Own interest of {name}", "own interest, change since the start",
            "own interest", "points", digits=1,
        )  # fmt: skip
        lines = []
        for nth, table in enumerate(record.tables):
            if table.now is not None:
                own = np.array(table.now.interest[actor][MEDIAN][: table.played + 1]) - first
                lines.append(line_of(record, nth, own))
        less = tuple(tuple(value - first for value in level) for level in bands)
        said = f"{sentence(item.quantity)}: {_standing(record, item, less, lines)}."
        chart = trajectory_chart(
            fan(item, record.dates, less), record.scenario.description, lines, said
        )
        seats = [
            f"{table_title(table)}: {listing(list(table.seats[actor])) or 'played by the model'}"
            for table in record.tables
        ]
        plots = (Plot(f"plot-interest-{actor}", chart),)
        found.append(
            Exhibit(f"interest-{actor}", item.name, said, plots, (f"{'; '.join(seats)}.",))
        )
    return tuple(found)


def narrowing(
    table: TableRecord, turns: Sequence[TurningPoint], record: SessionRecord, words: Wording
) -> Exhibit | None:
    """How the forecast of the end moved, of the outcome that orders or events moved most."""
    forecasts = [one for one in table.forecasts if one is not None]
    if not turns or len(forecasts) != len(table.forecasts):
        return None
    move, round = turns[0].telling, turns[0].round
    outcome = move.outcome
    item = words.measures[outcome].telling((move.before, move.after))
    levels = tuple(
        tuple(one.outcomes[outcome][level][-1] for one in forecasts) for level in range(5)
    )
    said = (
        f"What the model expected of the end, after each round: {words.when(round)} moved it "
        f"from {item.show(move.before)} to {item.show(move.after)}, "
        f"{signed(move.size, 1)} standard deviations of what was possible at the start "
        f"({split(move, words)})."
    )
    chart = trajectory_chart(
        fan(item, record.dates[: len(forecasts)], levels), record.scenario.description, (), said
    )
    key = f"narrowing-{table.number}"
    name = f"{table_title(table)}: the end of “{item.name}”, as it was foreseen"
    return Exhibit(key, name, said, (Plot(f"plot-{key}", chart),))


def ends(record: SessionRecord, words: Wording) -> Table:
    """Where every outcome stands at every table, beside the model's futures."""
    start = start_of(record)
    rows = []
    for name, item in words.measures.items():
        now = [item.of_run(float(table.values(name)[-1])) for table in record.tables]
        first = item.of_run(float(record.tables[0].values(name)[0]))
        model: tuple[str, ...] = ("–", "–")
        if start is not None:
            low, _, median, _, high = (level[_rounds(record)] for level in start.outcomes[name])
            model = (item.show(median), f"{item.show(low)} to {item.show(high)}")
            if item.share:
                model = (f"{item.show(median)} of its futures", "–")
        rows.append((item.name, first, *now, *model))
    at = month(record.dates[_rounds(record)])
    heads = [table_title(table) for table in record.tables]
    model_heads = ("The model's median", f"90{NBSP}% of its futures")
    if len({table.played for table in record.tables}) > 1:
        heads = [f"{head} ({month(record.dates[table.played])})"
                 for head, table in zip(heads, record.tables, strict=True)]  # fmt: skip
        model_heads = (f"The model's median ({at})", f"90{NBSP}% of its futures ({at})")
    header = ("Outcome", "At first", *heads, *model_heads)
    return Table(f"What was reached by {at}, and what the model would have done", header,
                 tuple(rows))  # fmt: skip


def start_of(record: SessionRecord) -> Forecast | None:
    """What the model would have done from the start; the same for all tables."""
    return next((table.start for table in record.tables if table.start is not None), None)


def _rounds(record: SessionRecord) -> int:
    return max(table.played for table in record.tables)


def line_of(record: SessionRecord, nth: int, values: Floats) -> Line:
    """A table's course, in a colour of its own."""
    dates = np.array(record.dates[: len(values)], dtype="datetime64[D]")
    colour, dash = COLOURS[nth % len(COLOURS)], DASHES[nth // len(COLOURS) % len(DASHES)]
    return Line(table_title(record.tables[nth]), dates, values, colour, dash)


def _standing(record: SessionRecord, item: Measure, bands: Bands, lines: Sequence[Line]) -> str:
    """Where the tables stand in the fan, in words."""
    told = []
    for line in lines[:NAMED]:
        value, at = float(line.values[-1]), len(line.values) - 1
        told.append(f"{line.name} {_stands(item, value, [level[at] for level in bands])}")
    if len(lines) > NAMED:
        last = [float(line.values[-1]) for line in lines]
        told = [f"the tables stand between {item.show(min(last))} and {item.show(max(last))}"]
        if item.share:
            told = [f"so at {sum(value > 0.5 for value in last)} of {len(last)} tables"]
    return "; ".join(told) or "nothing has been played yet"


def _stands(item: Measure, value: float, levels: Sequence[float]) -> str:
    """Where a table stands among the model's futures."""
    if item.share:
        return (
            f"has it {item.of_run(value)}, the model in {item.show(levels[MEDIAN])} of its futures"
        )
    return f"stands at {item.of_run(value)}, {place_in_band(value, levels)}"


def _notes(item: Measure) -> tuple[str, ...]:
    return tuple(note for note in (item.ends, item.detail) if note)
