"""Charts of a debrief: what tables did, what really happened, and what the model foresaw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Floats
from sim.classroom.debrief.record import SessionRecord, TableRecord, TurningPoint
from sim.classroom.debrief.text import Wording, place_in_band, split, table_title
from sim.classroom.forecast.forecast import MEDIAN, Bands
from sim.reporting.beliefs import HOW_TO_READ, told
from sim.reporting.beliefs import chart as belief_chart
from sim.reporting.chart_kit import (
    BLACK,
    DASHES,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    VERMILLION,
    ActualCourse,
    Table,
)
from sim.reporting.document import Exhibit, exhibit_of
from sim.reporting.history import origin_of, real_course
from sim.reporting.outcome_charts import trajectory_chart
from sim.statistics.measures import Measure
from sim.statistics.summary import Trajectory
from sim.text import NBSP, listing, month, sentence, signed

_COLOURS = (VERMILLION, GREEN, PURPLE, ORANGE, BLACK)
TABLES_NAMED = 3
"""Tables of which a chart's sentence speaks one by one."""


def _exhibit(
    id: str,
    item: Measure,
    bands: Bands,
    lines: Sequence[ActualCourse],
    said: str,
    record: SessionRecord,
    *notes: str,
    name: str = "",
) -> Exhibit:
    """Courses over a forecast's bands, with what is said of them."""
    low90, low50, median, high50, high90 = (np.array(level) for level in bands)
    days = np.array(record.dates[: len(median)], dtype="datetime64[D]")
    none, shown = np.empty((0, len(median))), item.fitted([low90, high90])
    fan = Trajectory(shown, days, median, low50, high50, low90, high90, none)
    chart = trajectory_chart(fan, record.scenario.description, lines, said)
    return exhibit_of(id, chart, *notes, name=name or item.name)


def outcomes(record: SessionRecord, words: Wording) -> tuple[Exhibit, ...]:
    """Each outcome of every table, over the model's futures from the start."""
    found = []
    for name, bands in record.start.outcomes.items() if record.start else ():
        item, lines = words.measures[name], _courses(record, name)
        said = f"{sentence(item.quantity)} ({item.unit}): {_standing(item, bands, lines)}."
        notes = filter(None, (item.ends, item.detail))
        found.append(_exhibit(f"outcome-{name}", item, bands, lines, said, record, *notes))
    return tuple(found)


def interests(record: SessionRecord, words: Wording) -> tuple[Exhibit, ...]:
    """Each actor's own interest, as it changed since the start."""
    found = []
    for actor, bands in record.start.interest.items() if record.start else ():
        id, first = f"interest-{actor}", bands[MEDIAN][0]
        title = f"Own interest of {words.actor(actor)}"
        quantity = "own interest, change since the start"
        item = Measure(id, title, quantity, "own interest", "points", digits=1)
        lines = []
        for nth, table in enumerate(record.tables):
            if table.now is not None:
                own = np.array(table.now.interest[actor][MEDIAN][: table.played + 1]) - first
                lines.append(_course(record, nth, own))
        less = tuple(tuple(value - first for value in level) for level in bands)
        said = f"{sentence(item.quantity)}: {_standing(item, less, lines)}."
        seats = "; ".join(
            f"{table_title(table)}: {listing(list(table.seats[actor])) or 'played by the model'}"
            for table in record.tables
        )
        found.append(_exhibit(id, item, less, lines, said, record, f"{seats}."))
    return tuple(found)


def narrowing(
    table: TableRecord, turns: Sequence[TurningPoint], record: SessionRecord, words: Wording
) -> Exhibit | None:
    """How the forecast of the end moved, of the outcome that orders or events moved most."""
    forecasts = [one for one in table.forecasts if one is not None]
    if not turns or len(forecasts) != len(table.forecasts):
        return None
    move, round = turns[0].decided, turns[0].round
    item = words.measures[move.outcome].telling((move.before, move.after))
    levels = tuple(
        tuple(one.outcomes[move.outcome][level][-1] for one in forecasts) for level in range(5)
    )
    said = (
        f"What the model expected of the end, after each round: {words.when(round)} moved it "
        f"from {item.show(move.before)} to {item.show(move.after)}, "
        f"{signed(move.size, 1)} standard deviations of what was possible at the start "
        f"({split(move, words)})."
    )
    name = f"{table_title(table)}: the end of “{item.name}”, as it was foreseen"
    return _exhibit(f"narrowing-{table.number}", item, levels, (), said, record, name=name)


def beliefs(table: TableRecord) -> tuple[Exhibit, ...]:
    """What actors believed of one another at a table, beside what was true."""
    described, found = table.scenario.description, []
    for course in table.beliefs:
        drawn = belief_chart(course, described, told(course, described))
        found.append(exhibit_of(f"belief-{table.number}-{course.held.id}", drawn, HOW_TO_READ))
    return tuple(found)


def ends(record: SessionRecord, words: Wording) -> Table:
    """Where every outcome stands at every table, beside the model's futures."""
    start = record.start
    rows = []
    for name, item in words.measures.items():
        now = [item.of_run(float(table.values(name)[-1])) for table in record.tables]
        first = item.of_run(float(record.tables[0].values(name)[0]))
        model: tuple[str, ...] = ("–", "–")
        if start is not None:
            low, _, median, _, high = (level[record.furthest] for level in start.outcomes[name])
            model = (item.show(median), f"{item.show(low)} to {item.show(high)}")
            if item.share:
                model = (f"{item.show(median)} of its futures", "–")
        rows.append((item.name, first, *now, *model))
    at = month(record.dates[record.furthest])
    heads = [table_title(table) for table in record.tables]
    model_heads = ("The model's median", f"90{NBSP}% of its futures")
    if len({table.played for table in record.tables}) > 1:
        dates = [month(record.dates[table.played]) for table in record.tables]
        heads = [f"{head} ({date})" for head, date in zip(heads, dates, strict=True)]
        model_heads = (f"The model's median ({at})", f"90{NBSP}% of its futures ({at})")
    caption = f"What was reached by {at}, and what the model would have done"
    return Table(caption, ("Outcome", "At first", *heads, *model_heads), tuple(rows))


def _course(record: SessionRecord, nth: int, values: Floats) -> ActualCourse:
    """A table's course, in a colour of its own."""
    dates = np.array(record.dates[: len(values)], dtype="datetime64[D]")
    colour, dash = _COLOURS[nth % len(_COLOURS)], DASHES[nth // len(_COLOURS) % len(DASHES)]
    return ActualCourse(table_title(record.tables[nth]), dates, values, colour, dash)


def _courses(record: SessionRecord, outcome: str) -> list[ActualCourse]:
    """The course of an outcome at every table."""
    return [_course(record, nth, table.values(outcome)) for nth, table in enumerate(record.tables)]


def _standing(item: Measure, bands: Bands, lines: Sequence[ActualCourse]) -> str:
    """Where the tables stand in the fan, in words."""
    told = []
    for line in lines[:TABLES_NAMED]:
        value, at = float(line.values[-1]), len(line.values) - 1
        told.append(f"{line.name} {_stands(item, value, [level[at] for level in bands])}")
    if len(lines) > TABLES_NAMED:
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


# What really happened.


def histories(record: SessionRecord, words: Wording) -> dict[str, Exhibit]:
    """Outcomes over what really happened; of those of which the scenario tells it."""
    start, found = record.start, {}
    for name, history in record.scenario.description.history.items() if start else ():
        item, first = words.measures[name], float(record.tables[0].values(name)[0])
        dates, real, said = real_course(history, record.dates, first, item)
        if said and start:
            course = ActualCourse("what really happened", dates, real, INK, "dot", sparse=True)
            lines = [*_courses(record, name), course]
            title = f"{item.name}, and what really happened"
            id, bands, notes = (
                f"history-{name}",
                start.outcomes[name],
                origin_of(history, record.scenario),
            )
            found[name] = _exhibit(id, item, bands, lines, said, record, *notes, name=title)
    return found
