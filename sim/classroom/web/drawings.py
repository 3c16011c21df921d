"""Drawings on pages: relations as a network, issues as bars, and forecasts as fans.

Each is laid out here, drawn as SVG by a template, and says in words what it shows. All in it
is public.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from types import SimpleNamespace

from sim.classroom.forecast.forecast import BAND_LEVELS, MEDIAN, Bands, Forecast
from sim.classroom.game.table import RefusedError, Table
from sim.reporting.chart_kit import diverging
from sim.scenario.formulas import single
from sim.scenario.lookup import has_trust
from sim.scenario.phrases import Kind
from sim.scenario.schema import Description
from sim.statistics.measures import Measure, measures
from sim.studies.run.network_charts import CALM, LIVE, NUMBERED, circle, mood
from sim.text import MONTHS, number, percent, sentence, signed

Drawing = SimpleNamespace
"""What a template draws, by names."""


def playable(table: Table) -> Table:
    """A table whose numbers can be shown.

    Raises
    ------
    RefusedError
        When the model's numbers ran away.
    """
    if table.world.records.failed[0] >= 0:
        raise RefusedError(
            f"the game of table {table.number} broke off in round {table.round}: its numbers got "
            "out of hand; the teacher can take back the round on the console"
        )
    return table


# Relations as a network.

NETWORK_WIDE, NETWORK_HIGH = 640, 430
_ACROSS, _DOWN = 205.0, 130.0
"""How far the actors stand from the middle, at most."""
_LETTERS = 14


def network(table: Table, you: str | None = None) -> Drawing:
    """Lay out the relations of a table as they stand now."""
    actors = table.compiled.description.actors
    around = circle(list(actors))
    # Two stand side by side, more fill the picture.
    broad, tall = (max(abs(at[axis]) for at in around.values()) or 1.0 for axis in (0, 1))
    places = {
        key: (NETWORK_WIDE / 2 + _ACROSS * x / broad, NETWORK_HIGH / 2 - _DOWN * y / tall)
        for key, (x, y) in around.items()
    }
    power = {key: table.value("power", key) for key in actors}
    most = max(power.values()) or 1.0
    nodes = [
        _node(actors[key].name, *places[key], math.sqrt(power[key] / most), key == you)
        for key in actors
    ]
    lines = [_line(table, places, *pair) for pair in combinations(actors, 2)]
    return Drawing(nodes=nodes, lines=lines, numbered=len(actors) <= NUMBERED)


def _node(name: str, x: float, y: float, size: float, you: bool) -> Drawing:
    """An actor: a dot as large as its power, and its name above or below it."""
    radius, text = 9 + 15 * size, sentence(name) + (" (you)" if you else "")
    words = textwrap.wrap(text, _LETTERS, break_long_words=False, break_on_hyphens=False)
    above = y < NETWORK_HIGH / 2 + 1
    label = y - radius - 10 - 24 * (len(words) - 1) if above else y + radius + 20
    return Drawing(name=words, x=x, y=y, radius=radius, label=round(label, 1), you=you)


def _line(table: Table, places: Mapping[str, tuple[float, float]], *pair: str) -> Drawing:
    """A relation: its line, the number on it, and the same as a row of a table."""
    described = table.compiled.description
    affinity, tension = table.value("affinity", *pair), table.value("tension", *pair)

    def both_ways(kind: Kind) -> tuple[str, ...]:
        return tuple(number(table.value(kind, *way), 2) for way in (pair, pair[::-1]))

    return Drawing(
        ends=[places[one] for one in pair],
        names=[sentence(described.actors[one].name) for one in pair],
        colour=diverging(affinity),
        width=2 + 9 * abs(affinity),
        dash="" if tension < CALM else "14 9" if tension < LIVE else "3 8",
        affinity=signed(affinity, 2),
        tension=number(tension, 2),
        words=f"{mood(affinity)}, {strain(tension)}",
        pledges=both_ways("commitment"),
        ties=both_ways("ties"),
        trust=both_ways("trust") if has_trust(described) else None,
    )


def strain(tension: float) -> str:
    """Say a tension in a word or two, as the lines are broken."""
    return "calm" if tension < CALM else "strained" if tension < LIVE else "tense"


# Issues and outcomes as bars.


def bars(table: Table, you: str | None) -> Drawing:
    """Where issues and reported outcomes stand at a table now, in per cent of their bars.

    Outcomes without bounds have no bar: they are listed under ``counts``.
    """
    described = table.compiled.description
    outcomes, counts = [], []
    last = table.dataset()["reported"].isel(run=0, round=-1)
    values = dict(zip(last["outcome"].values.tolist(), last.values.tolist(), strict=True))
    for key, measure in measures(described).items():
        phrase = single(described.outcomes[key].of)
        if phrase is not None and phrase.kind == "issue":
            continue
        value = values[key]
        if phrase is not None:  # as it is now, with the events of an open round
            value = table.value(phrase.kind, *phrase.names)
        shown = measure.of_run(value)
        if measure.bounds is None:
            counts.append((measure.name, f"{shown} ({measure.unit})"))
            continue
        low, high = measure.bounds
        place, zero = (100 * (at - low) / (high - low) for at in (value, max(low, 0.0)))
        outcomes.append(Drawing(name=measure.name, shown=shown, place=place, zero=zero))
    issues = [_issue(table, key, you) for key in described.issues]
    return Drawing(issues=issues, outcomes=outcomes, counts=counts)


def _issue(table: Table, key: str, you: str | None) -> Drawing:
    """An issue between its ends, with a mark where each actor wants it."""
    described = table.compiled.description
    issue, value, marks = described.issues[key], table.value("issue", key), []
    for actor, one in described.actors.items():
        # An event can give a stake; nobody else is told who cares.
        given = actor == you and table.value("salience", actor, key) > 0
        if actor in issue.stances or given:
            place = table.value("position", actor, key)
            marks.append(Drawing(name=sentence(one.name), place=place, you=actor == you))
    marks.sort(key=lambda mark: float(mark.place))
    wanted = next((number(mark.place, 0) for mark in marks if mark.you), "")
    return Drawing(
        name=issue.name,
        low=issue.low,
        high=issue.high,
        shown=number(value, 0),
        place=value,
        marks=marks,
        wanted=wanted,
    )


# Forecasts as fans.

FRAME = Drawing(wide=360, high=190, left=46, right=350, top=10, base=164)
"""A chart's size, and where its futures lie in it."""
_ROOM = 0.06
"""Share of the range that is left free above and below."""
_LEAST = 1e-9


def fans(forecast: Forecast, description: Description) -> Drawing:
    """Lay out a forecast: a chart for each outcome, and how likely is what is watched for."""
    days = []
    for date in forecast.dates:
        year, month, _ = date.split("-")
        days.append(f"{MONTHS[int(month) - 1][:3]} {int(year)}")
    # The values that a forecast in an open round begins with are those of the round before.
    when = f"when round {forecast.round} closed" if forecast.round else "at the start"
    charts = [
        _fan(measure, forecast.outcomes[key], days, forecast.round)
        for key, measure in measures(description).items()
    ]
    events = {
        key: "in all futures" if share == 1 else percent(share)
        for key, share in forecast.events.items()
    } | dict.fromkeys(forecast.seen, "has happened")
    return Drawing(
        round=forecast.round,
        opened=forecast.opened,
        runs=forecast.runs,
        end=days[-1],
        when=when,
        now=sentence(when) if forecast.opened else "Now",
        charts=charts,
        events=[(sentence(description.watch[key].name), events[key]) for key in forecast.events],
        heads=["median" if at == 0.5 else f"{percent(at)} lie below" for at in BAND_LEVELS],
        frame=FRAME,
    )


def _fan(measure: Measure, bands: Bands, days: Sequence[str], now: int) -> Drawing:
    """One outcome's futures: bands that hold nine and five of ten, and the median."""
    measure, rounds = measure.fitted(bands), len(days) - 1
    low, high = _range(bands, measure)

    def x(at: int) -> float:
        return round(FRAME.left + (FRAME.right - FRAME.left) * at / max(rounds, 1), 1)

    def y(value: float) -> float:
        down = (FRAME.base - FRAME.top) * (high - value) / (high - low)
        return round(FRAME.top + down, 1)

    def line(level: int, first: int, last: int) -> list[str]:
        return [f"{x(at)},{y(bands[level][at])}" for at in range(first, last + 1)]

    def between(lower: int, upper: int) -> str:
        return " ".join([*line(lower, now, rounds), *reversed(line(upper, now, rounds))])

    value = bands[MEDIAN][now]
    return Drawing(
        name=measure.name,
        unit=measure.axis,
        meaning=measure.ends,
        share=measure.share,
        wide_band=between(0, len(BAND_LEVELS) - 1),
        narrow_band=between(1, len(BAND_LEVELS) - 2),
        middle=" ".join(line(MEDIAN, now, rounds)),
        past=" ".join(line(MEDIAN, 0, now)),
        now=x(now),
        ups=[(y(value), measure.show(value)) for value in _ticks(low, high, measure)],
        alongs=[(x(0), days[0]), (x(rounds), days[-1])],
        today=measure.of_run(value) if measure.share else measure.show(value),
        ends=tuple(measure.show(level[-1]) for level in bands),
    )


def _range(bands: Bands, measure: Measure) -> tuple[float, float]:
    values = [value for level in bands for value in level]
    low, high = min(values), max(values)
    spread = max(high - low, 2 * 10.0**-measure.digits, _LEAST)
    low, high = low - _ROOM * spread, high + _ROOM * spread
    if measure.bounds is not None:
        low, high = max(low, measure.bounds[0]), min(high, measure.bounds[1])
    elif measure.whole:
        low = max(low, 0.0)
    return (low, high) if high - low > _LEAST else (low - 0.5, high + 0.5)


def _ticks(low: float, high: float, measure: Measure) -> Iterator[float]:
    """Two to five round values inside a range."""
    steps = (s * 10.0**power for power in range(-measure.digits, 9) for s in (1, 2, 5))
    fitting = (step for step in steps if high // step + -low // step < 4)
    step = next(fitting, 10.0**-measure.digits)
    for nth in range(int(-(-low // step)), int(high // step) + 1):
        yield step * nth
