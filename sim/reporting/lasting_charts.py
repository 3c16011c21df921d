"""Charts of what lasts: arrangements, promises, governments and trust, alone or side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from textwrap import shorten
from typing import Any

from sim.arrays import Floats
from sim.reporting.chart import (
    BELOW,
    BLUE,
    COLOURS,
    DASHES,
    DATES,
    GRID,
    INK,
    SKY,
    Chart,
    Table,
    as_texts,
    bars,
    finish,
    go,
    iso,
    line,
    months,
    plain,
    rounded,
    row_axis,
    wrapped,
)
from sim.reporting.document import Exhibit, Plot
from sim.reporting.lasting_findings import (
    BECAME_WORDS,
    MOST_LINES,
    LastingArm,
    LastingRow,
    drawn_apart,
    gaps,
    in_force_apart,
    in_force_finding,
    kept_finding,
    lasting_rows,
    left_undrawn,
    stays_finding,
    trusts_apart,
    trusts_finding,
)
from sim.statistics.lasting import (
    Standing,
    believed,
    delivered,
    in_force_courses,
    standings,
    survivals,
    trust,
    trusting,
)
from sim.text import number, percent, sentence

_HOW_TO_READ = {
    "arrangements": "How to read: time runs from left to right. A band is as thick as the share of "
    "the runs in which the arrangement is in force (blue), and above it, hatched, suspended; the "
    "grey behind it stands for all runs. Shares are those at the end of each round, joined by "
    "straight lines.",
    "promises": "How to read: each bar is a promise, made by a lever from one actor to another; "
    "its parts say what became of a hundred of them.",
    "governments": "How to read: each line begins with the government of the start in all runs, "
    "and goes down as it is voted out or falls. Shares are those at the end of each round, joined "
    "by straight lines.",
    "trust": "How to read: trust of the first in the second is the share of its promises that it "
    "expects to be kept. It moves as promises are kept or broken, and falls where an arrangement "
    "is broken off; memory fades. The lines are means over the runs; directions in which nothing "
    "can be promised, and no word was broken, are left out.",
}
"""A line below the finding of each chart of what lasts."""


def _longest(arms: Sequence[LastingArm]) -> Any:
    """The dates of the arm that has most of them."""
    return max((arm.whole["until"].values for arm in arms), key=len)


def _by_date(
    caption: str,
    head: str,
    rows: Sequence[tuple[str, Sequence[str]]],
    arms: Sequence[LastingArm],
) -> Table:
    """A table with a column for each date, dashes where a row has none."""
    dates = _longest(arms)
    shown = tuple((label, *texts, *["–"] * (len(dates) - len(texts))) for label, texts in rows)
    return Table(caption, (head, *(str(day)[:7] for day in dates)), shown)


# Arrangements in force and what became of promises: a row for each.

_MOST_BARS = 24
"""Most rows that a chart draws; its table has all."""
_THICK = 0.8
"""What a bar takes of its row where it is in force in all runs."""
_ROW = 26
"""Pixels of a row."""
_LETTERS = 46, 26
"""Most letters in a line of a row's label, on a desk and on a phone."""
_HATCH = {"fillmode": "overlay", "size": 6, "solidity": 0.3, "fgcolor": INK}


def _labelled(
    rows: Sequence[LastingRow], arms: Sequence[LastingArm]
) -> list[tuple[str, LastingRow | None]]:
    """Rows with what is written beside each; of several arms, a line above with their common name.

    A row without bars is that line.
    """
    if len(arms) == 1:
        return [(row[0], row) for row in rows]
    found: list[tuple[str, LastingRow | None]] = []
    last = None
    for row in rows:
        if row[1].id != last:
            found.append((f"{sentence(row[1].name)}:", None))
            last = row[1].id
        found.append((arms[row[2]].name, row))
    return found


def _arrangements_chart(arms: Sequence[LastingArm]) -> Chart | None:
    """Draw arrangements as bands along time, as thick as the share of runs in which they stand."""
    rows = lasting_rows(arms, lambda arm: standings(arm.whole, arm.scenario.description))
    every = [*dict.fromkeys(one.id for _, one, _ in rows if one.ever)]
    rows = [row for row in rows if row[1].id in every]
    if not rows:
        return None
    most = max(_MOST_BARS // len(arms), 1)
    if len(arms) > 1:
        found = gaps(arms, lambda arm: in_force_courses(arm.data), whole=True)
        found = [row for row in found if row[0] in every]
        ids, left = drawn_apart(found, every, most)
        said = in_force_apart(found, rows) + left
    else:
        weight = {one.id: float((one.in_force + one.suspended).mean()) for _, one, _ in rows}
        ids = sorted(every, key=lambda id: (-weight[id], id))[:most]
        said = in_force_finding(rows) + left_undrawn(len(every), len(ids), "arrangement")
    drawn = _labelled([row for row in rows if row[1].id in ids], arms)
    figure = go.Figure()
    look = {"mode": "lines", "line": {"width": 0}, "fill": "toself", "showlegend": True}
    look |= {"hoverinfo": "text", "hoveron": "points"}
    bands = _bands(drawn, arms, "in_force")
    figure.add_scatter(**bands, name="in force", fillcolor=BLUE, **look)
    bands, hatch = _bands(drawn, arms, "suspended"), _HATCH | {"shape": "/"}
    figure.add_scatter(**bands, name="suspended", fillcolor=SKY, fillpattern=hatch, **look)
    first = iso(_longest(arms))[0]
    figure.update_layout(
        shapes=[
            {
                "type": "rect",
                "x0": first,
                "x1": iso(arms[row[2]].whole["until"].values)[-1],
                "y0": place - _THICK / 2,
                "y1": place + _THICK / 2,
                "layer": "below",
                "fillcolor": GRID,
                "line": {"width": 0},
            }
            for place, (_, row) in enumerate(drawn)
            if row
        ]
    )
    figure.update_xaxes(range=[first, iso(_longest(arms))[-1]], **DATES)
    caption = "Share of the runs in which each is in force (suspended), by date"
    table = _by_date(caption, "Arrangement", [(row[0], _cells(row[1])) for row in rows], arms)
    return _finish_rows(figure, "What is in force", said, table, [label for label, _ in drawn])


def _cells(one: Standing) -> list[str]:
    """Shares in force, with those suspended in brackets."""
    both = zip(as_texts(one.in_force, percent), one.suspended, strict=True)
    return [share + (f" (+{percent(float(off))})" if off else "") for share, off in both]


def _bands(
    drawn: Sequence[tuple[str, LastingRow | None]], arms: Sequence[LastingArm], kind: str
) -> Any:
    """A closed band for each row: its edges at the dates of the states, with a gap after each."""
    x: list[str | None] = []
    y: list[float | None] = []
    told: list[str] = []
    for place, (_, row) in enumerate(drawn):
        if row is None or not getattr(row[1], kind).any():
            continue
        name, one, nth = row
        dates = arms[nth].whole["until"].values
        days = iso(dates)
        below = one.in_force if kind == "suspended" else 0 * one.in_force
        foot = place + _THICK / 2 - _THICK * below
        top = foot - _THICK * getattr(one, kind)
        shares = as_texts(one.in_force, percent), as_texts(one.suspended, percent)
        said = [
            f"<b>{plain(name)}</b><br>{day}: in force in {here} of the runs, suspended in {off}"
            for day, here, off in zip(months(dates), *shares, strict=True)
        ]
        x += [*days, *reversed(days), None]
        y += [*rounded(top, 4), *reversed(rounded(foot, 4)), None]
        told += [*said, *reversed(said), ""]
    return {"x": x, "y": y, "hovertext": told}


def _finish_rows(
    figure: Any, name: str, said: str, table: Table, labels: Sequence[str], more: Sequence[str] = ()
) -> Chart:
    """Finish a chart of rows: each label has the lines that it needs.

    What there is ``more`` of a row stands under its label, but not on a phone.
    """
    wide, narrow = ([wrapped(one, size) for one in labels] for size in _LETTERS)
    if more:
        under = (f"<br>{plain(two)}" if two else "" for two in more)
        wide = [one + two for one, two in zip(wide, under, strict=True)]
    row_axis(figure, wide)
    figure.update_yaxes(tickfont_size=11)
    lines = [[label.split("<br>") for label in shown] for shown in (wide, narrow)]
    height, thin = (
        20 + BELOW + len(labels) * max(_ROW, 15 * max(map(len, shown))) for shown in lines
    )
    # A legend is no wider than the plot, which stands beside the labels.
    beside, thin_beside = (6 * max(len(one) for parts in shown for one in parts) for shown in lines)
    return finish(
        figure,
        name,
        said,
        table,
        height,
        legend=True,
        beside=(beside, thin_beside),
        narrow={"height": thin, "labels": narrow, "font": 10},
    )


def _promises_chart(arms: Sequence[LastingArm]) -> Chart | None:
    """Draw what became of a hundred promises of each kind."""
    rows = lasting_rows(arms, lambda arm: delivered(arm.whole, arm.scenario))
    made: dict[str, int] = {}
    for _, one, _ in rows:
        made[one.id] = made.get(one.id, 0) + one.made
    made = {id: number for id, number in made.items() if number}
    rows = [row for row in rows if row[1].id in made]
    if not rows:
        return None
    most = max(_MOST_BARS // len(arms), 1)
    ids = set(sorted(made, key=lambda id: (-made[id], id))[:most])
    placed = _labelled([row for row in rows if row[1].id in ids], arms)
    drawn = [(place, *row) for place, (_, row) in enumerate(placed) if row]
    figure = go.Figure()
    for key, words, colour, shape in BECAME_WORDS:
        hover = [
            f"<b>{plain(name)}</b><br>{words}: {percent(one.share(key))} "
            f"({getattr(one, key):,} of {one.made:,} made)"
            for _, name, one, _ in drawn
        ]
        places, shares = [row[0] for row in drawn], [100 * one.share(key) for *_, one, _ in drawn]
        pattern = _HATCH | {"shape": shape, "fgopacity": 0.5}
        bars(figure, places, shares, hover, colour, words, pattern=pattern, digits=1)
    figure.update_xaxes(title_text="of a hundred that were made", range=[0, 100], nticks=6)
    figure.update_layout(barmode="stack", bargap=0.3)
    said = kept_finding(rows, arms) + left_undrawn(len(made), len(ids), "promise")
    columns = [("Promise", [label for label, *_ in rows])]
    for key, words in (("made", "made"), *(row[:2] for row in BECAME_WORDS)):
        columns.append((sentence(words), [f"{getattr(one, key):,}" for _, one, _ in rows]))
    caption = "Promises of all runs: how many were made, and what became of them"
    table = Table.of(caption, *columns)
    labels, each = [label for label, _ in placed], [_each(row, arms) for _, row in placed]
    return _finish_rows(figure, "What became of promises", said, table, labels, each)


def _each(row: LastingRow | None, arms: Sequence[LastingArm]) -> str:
    """How many were made in a run, on average."""
    if row is None:
        return ""
    return f"{number(row[1].made / arms[row[2]].whole.sizes['run'], 1)} made in a run"


# Governments and trust: lines over time.

_HEIGHT, _LONGEST = 320, 60
"""Pixels of a chart, and most letters of an entry of its legend."""
_THIN = 1.2
"""Width of the lines of things beyond the colours, where dashes tell the arms."""
_Line = tuple[str, Floats, int, int]
"""Label, values by round, place of the arm, place of the thing."""


def _governments_chart(arms: Sequence[LastingArm]) -> Chart | None:
    """Draw in what share of the runs the government of the start is still in office."""
    rows = lasting_rows(arms, lambda arm: survivals(arm.whole, arm.scenario.description))
    if not rows:
        return None
    ids = [*dict.fromkeys(one.id for _, one, _ in rows)]
    most = max(MOST_LINES * len(DASHES) // len(arms), 1)
    order = sorted(ids, key=lambda id: min(one.share[-1] for _, one, _ in rows if one.id == id))
    drawn = set(order[:most])
    lines = [
        (label, one.share, nth, ids.index(one.id)) for label, one, nth in rows if one.id in drawn
    ]
    figure = go.Figure()
    draw_lines(figure, lines, arms, percent, "still in office in {} of the runs")
    said = stays_finding(rows, arms) + left_undrawn(len(ids), len(drawn), "government")
    figure.update_yaxes(tickformat=".0%", title_text="still in office")
    caption = "Share of the runs in which the government of the start is still in office, by date"
    shown = [(label, as_texts(one.share, percent)) for label, one, _ in rows]
    table = _by_date(caption, "Government", shown, arms)
    return finish(figure, "How long governments stay", said, table, _HEIGHT, legend=True)


def _trust_chart(arms: Sequence[LastingArm]) -> Chart | None:
    """Draw trust by direction over time: where it moves most."""
    rows = lasting_rows(arms, lambda arm: trusting(arm.whole, arm.scenario.description))
    weighed = set[str]().union(*(believed(arm.scenario.description) for arm in arms))
    rows = [row for row in rows if row[1].id in weighed or row[1].tried]
    if not rows:
        return None
    ids = [*dict.fromkeys(one.id for _, one, _ in rows)]
    most = max(MOST_LINES // len(arms), 2)
    if len(arms) > 1:
        found = [row for row in gaps(arms, lambda arm: trust(arm.data)) if row[0] in ids]
        drawn, left = drawn_apart(found, ids, most)
        said = trusts_apart(found, rows) + left
    else:
        drawn = sorted(ids, key=lambda id: -max(one.moved for _, one, _ in rows if one.id == id))
        drawn = drawn[:most]
        said = trusts_finding(rows, drawn[0]) + left_undrawn(len(ids), len(drawn), "direction")
    ways = permutations(sorted(arms[0].scenario.description.actors), 2)
    colour = {f"{one} to {two}": nth for nth, (one, two) in enumerate(ways)}
    lines = [
        (label, one.mean, nth, colour.get(one.id, 0)) for label, one, nth in rows if one.id in drawn
    ]
    figure = go.Figure()
    draw_lines(figure, lines, arms, _trust_number, "trust {}")
    figure.update_yaxes(title_text="trust (0 to 1)")
    caption = "Trust of the first in the second, means over the runs, by date"
    shown = [(label, as_texts(one.mean, _trust_number)) for label, one, _ in rows]
    table = _by_date(caption, "Trust of", shown, arms)
    return finish(figure, "Trust", said, table, _HEIGHT, legend=True)


def _trust_number(value: float) -> str:
    return number(value, 2)


def draw_lines(
    figure: Any,
    lines: Sequence[_Line],
    arms: Sequence[LastingArm],
    show: Callable[[float], str],
    words: str,
) -> None:
    """A line for each, from 0 to 1: things have colours, arms dashes.

    What is beyond the colours has other dashes alone, and thin lines where arms have the dashes.
    """
    for label, values, arm, thing in lines:
        dates = arms[arm].whole["until"].values
        dash = arm if len(arms) > 1 else thing // len(COLOURS)
        hover = [
            f"<b>{plain(label)}</b><br>{day}: {words.format(value)}"
            for day, value in zip(months(dates), as_texts(values, show), strict=True)
        ]
        line(
            figure,
            iso(dates),
            values,
            hover,
            COLOURS[thing % len(COLOURS)],
            plain(shorten(label, _LONGEST)),
            width=_THIN if len(arms) > 1 and thing >= len(COLOURS) else 2.5,
            dash=DASHES[dash % len(DASHES)],
        )
    days = iso(_longest(arms))
    figure.update_xaxes(range=[days[0], days[-1]], **DATES)
    figure.update_yaxes(range=[-0.02, 1.02])
    figure.update_layout(hovermode="closest", showlegend=True)


def lasting_exhibits(arms: Sequence[LastingArm]) -> tuple[Exhibit, ...]:
    """What lasts: arrangements, promises, governments and trust; nothing where nothing does.

    Of several scenarios side by side the first is the reference.
    """
    seen = [arm for arm in arms if arm.whole.sizes["run"]]
    makers: tuple[tuple[str, Callable[[Sequence[LastingArm]], Chart | None]], ...] = (
        ("arrangements", _arrangements_chart),
        ("promises", _promises_chart),
        ("governments", _governments_chart),
        ("trust", _trust_chart),
    )
    found = []
    for id, make in makers if seen else ():
        if chart := make(seen):
            plot = Plot(f"plot-{id}", chart)
            found.append(Exhibit(id, chart.name, chart.finding, (plot,), (_HOW_TO_READ[id],)))
    return tuple(found)
