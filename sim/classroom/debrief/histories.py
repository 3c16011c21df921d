"""What really happened, drawn over what the model would have done."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.classroom.debrief.charts import fan, line_of, start_of
from sim.classroom.debrief.record import SessionRecord
from sim.classroom.debrief.text import Wording
from sim.reporting.chart import INK, Line
from sim.reporting.exhibit import Exhibit, Plot
from sim.reporting.sources import citation
from sim.reporting.trajectories import trajectory_chart
from sim.scenario.calendar import Dates
from sim.scenario.field_types import History
from sim.statistics.measures import Measure
from sim.text import month, sentence


def histories(record: SessionRecord, words: Wording) -> dict[str, Exhibit]:
    """Outcomes over what really happened; of those of which the scenario tells it."""
    start, described = start_of(record), record.scenario.description
    if start is None:
        return {}
    found = {}
    for name, history in described.history.items():
        item = words.measures[name]
        first = float(record.tables[0].values(name)[0])
        dates, real, said = told(history, record.dates, first, item)
        if not said:
            continue
        lines = [line_of(record, nth, table.values(name))
                 for nth, table in enumerate(record.tables)]  # fmt: skip
        lines.append(Line("what really happened", dates, real, INK, "dot", sparse=True))
        bands = fan(item, record.dates, start.outcomes[name])
        chart = trajectory_chart(bands, described, lines, said)
        found[name] = Exhibit(
            f"history-{name}", f"{item.name}, and what really happened", said,
            (Plot(f"plot-history-{name}", chart),), _origin(record, history),
        )  # fmt: skip
    return found


def told(
    history: History, calendar: tuple[np.datetime64, ...], first: float, item: Measure
) -> tuple[Dates, Floats, str]:
    """A record as it is drawn within the calendar, and in a sentence; none where it has none.

    A line between a date inside and the next one outside is drawn up to the calendar's
    edge. A record that never changes is drawn from where the class started: it says
    that nothing changed, and its level may be counted otherwise than the scenario's.

    Parameters
    ----------
    first : float
        Where the class started.
    """
    known = np.array(list(history.values), dtype="datetime64[D]")
    values = np.array(list(history.values.values()))
    begin, end = calendar[0], calendar[-1]
    inside = (known >= begin) & (known <= end)
    if known[0] > end or known[-1] < begin:
        return known[:0], values[:0], ""
    if len(values) > 1 and known[-1] > begin and np.ptp(values) == 0:
        both = np.array([max(known[0], begin), min(known[-1], end)])
        said = f"What really happened: unchanged from the start to {month(known[-1])}."
        return both, np.full(2, first), said
    edges = [day for day in (begin, end) if known[0] < day < known[-1] and day not in known]
    dates = np.array(sorted({*known[inside].tolist(), *(day.item() for day in edges)}),
                     dtype="datetime64[D]")  # fmt: skip
    drawn = np.interp(dates.astype(float), known.astype(float), values)
    shown = [nth for nth, day in enumerate(known) if inside[nth]]
    shown = sorted({shown[0], shown[-1]}) if shown else []
    if not inside.any():  # the calendar lies between two known dates
        shown = [int(np.flatnonzero(known < begin)[-1])]
    if known[-1] > end:
        shown.append(int(np.flatnonzero(known > end)[0]))
    parts = [f"{item.of_run(float(values[nth]))} in {month(known[nth])}" for nth in shown]
    joint = "; between known dates a straight line" if len(dates) > 1 else ""
    return dates, drawn, f"What really happened: {', '.join(parts)}{joint}."


def _origin(record: SessionRecord, history: History) -> tuple[str, ...]:
    values = ", ".join(f"{day.isoformat()}: {value:g}" for day, value in history.values.items())
    found = [f"Values: {values}."]
    if history.why:
        found.append(f"{sentence(history.why).rstrip('.')}.")
    cited = [citation(source, record.scenario) for source in history.source]
    if cited:
        found.append(f"Source: {'; '.join(f'{one.work}, {one.place}' for one in cited)}.")
    return tuple(found)
