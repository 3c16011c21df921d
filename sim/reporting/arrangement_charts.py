"""Charts of what lasts: arrangements, promises, governments and trust, alone or side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import permutations
from pathlib import Path
from textwrap import shorten
from typing import Any, NamedTuple

from sim.arrays import Floats
from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.reporting.document import Exhibit, exhibit_of
from sim.scenario.yaml_reader import read_data
from sim.statistics import arrangements as lasting
from sim.statistics.arrangements import (
    Delivered,
    LastingArm,
    LastingGap,
    Standing,
    Survival,
    Trusting,
)
from sim.text import count, enough, listing, number, percent, percents, sentence

_FILE = Path(__file__).with_name("arrangement_words.yaml")
_WORDS = read_data(_FILE)


class LastingRow(NamedTuple):
    """Something that lasts in an arm: its label, itself, and the arm's place."""

    label: str
    item: Any
    arm: int


def _rows(
    arms: Sequence[LastingArm], read: Callable[[LastingArm], Iterable[Any]]
) -> list[LastingRow]:
    """Each item in each arm, items in their order."""
    by_id: dict[str, list[LastingRow]] = {}
    for place, arm in enumerate(arms):
        for item in read(arm):
            label = sentence(item.name) + (f" · {arm.name}" if arm.name else "")
            by_id.setdefault(item.id, []).append(LastingRow(label, item, place))
    return [row for rows in by_id.values() for row in rows]


def _ids(rows: Iterable[LastingRow]) -> list[str]:
    return [*dict.fromkeys(row.item.id for row in rows)]


def _days(arms: Sequence[LastingArm]) -> Any:
    """The dates of the arm that has most of them."""
    return max((arm.whole["until"].values for arm in arms), key=len)


def _by_date(
    caption: str,
    head: str,
    rows: Sequence[LastingRow],
    arms: Sequence[LastingArm],
    show: Callable[[Any], Sequence[str]],
) -> Table:
    """A table with a column for each date, dashes where a row has none."""
    dates = _days(arms)
    cells = [(row.label, show(row.item)) for row in rows]
    shown = tuple((label, *texts, *["–"] * (len(dates) - len(texts))) for label, texts in cells)
    return Table(caption, (head, *(str(day)[:7] for day in dates)), shown)


# What differs between arms, and which items are drawn.

_FEW = 3
"""How many are drawn where nothing differs clearly: those that lie farthest apart."""


def _difference(
    chart: str,
    found: Sequence[LastingGap],
    rows: Sequence[LastingRow],
    show: Callable[[tuple[float, float]], Sequence[str]] = percents,
) -> str:
    """The largest difference at the end that is clear and large enough to be seen, or why none."""
    what, words = _WORDS["differs"][chart].values()
    notable = [one for one in found if one.notable]
    if notable:
        best = max(notable, key=lambda one: abs(one.size))
        assert best.arm.against is not None  # it is held against something
        changed, reference = show((best.changed, best.reference))
        return words.format(
            name=next(row.item.name for row in rows if row.item.id == best.id),
            changed=changed,
            reference=reference,
            arm=best.arm.name,
            against=best.arm.against.name,
        )
    if not any(one.size or one.clear for one in found):
        return f"{what}: at the end there is no difference."
    if any(one.clear for one in found):
        return f"{what}: no difference at the end is clear and large enough to be seen."
    return f"{what}: these runs cannot tell the differences at the end from none."


def _drawn_apart(
    found: Sequence[LastingGap], ids: Sequence[str], most: int
) -> tuple[list[str], str]:
    """Which items are drawn of two or more arms, and a sentence on those that are not."""
    size = dict.fromkeys(ids, 0.0)
    ever = set(ids) - {one.id for one in found}  # what only one of them has
    for one in found:
        if one.id in size:
            size[one.id] = max(size[one.id], abs(one.size))
            ever |= {one.id} if one.ever else set()
    ranked = sorted(ids, key=lambda id: (id not in ever, -size[id]))
    drawn = ranked[: min(len(ever), most) if ever else _FEW]
    if len(drawn) == len(ids):
        return drawn, ""
    if not ever:
        return drawn, f" Drawn are the {len(drawn)} that lie farthest apart; the table has all."
    said = ""
    if same := len(ids) - len(ever):
        said = f" {same} of {len(ids)} do not differ clearly at any time and are not drawn."
    if len(drawn) < len(ever):
        said += f" Drawn are {len(drawn)} of the {len(ever)} that differ clearly at some time."
    return drawn, f"{said} The table has all."


def _left_undrawn(every: int, drawn: int, noun: str) -> str:
    """Say that a chart leaves some out; empty where it has all."""
    if drawn == every:
        return ""
    return f" Drawn are {drawn} of {count(every, noun)}; the table has all."


# Arrangements in force and what became of promises: a row for each.

_MOST_BARS = 24
"""Most rows that a chart draws; its table has all."""
_THICK = 0.8
"""What a bar takes of its row where it is in force in all runs."""
_ROW = 26
"""Pixels of a row."""
_LETTERS = 46, 26
"""Most letters in a line of a row's label, on a desk and on a phone."""
_HATCH = {"fillmode": "overlay", "size": 6, "solidity": 0.3, "fgcolor": kit.INK}


def _labelled(
    rows: Sequence[LastingRow], arms: Sequence[LastingArm]
) -> list[tuple[str, LastingRow | None]]:
    """Rows with what is written beside each; of several arms, a line above with their common name.

    A row without bars is that line.
    """
    if len(arms) == 1:
        return [(row.label, row) for row in rows]
    found: list[tuple[str, LastingRow | None]] = []
    last = None
    for row in rows:
        if row.item.id != last:
            found.append((f"{sentence(row.item.name)}:", None))
            last = row.item.id
        found.append((arms[row.arm].name, row))
    return found


def _arrangements_chart(arms: Sequence[LastingArm]) -> Chart | None:
    """Draw arrangements as bands along time, as thick as the share of runs in which they stand."""
    rows = _rows(arms, lasting.standings)
    every = _ids(row for row in rows if row.item.ever)
    rows = [row for row in rows if row.item.id in every]
    if not rows:
        return None
    most = max(_MOST_BARS // len(arms), 1)
    if len(arms) > 1:
        differing = lasting.gaps(arms, lasting.in_force_courses, whole=True)
        found = [one for one in differing if one.id in every]
        ids, left = _drawn_apart(found, every, most)
        said = _difference("arrangements", found, rows) + left
    else:
        weight = {one.id: float((one.in_force + one.suspended).mean()) for _, one, _ in rows}
        ids = sorted(every, key=lambda id: (-weight[id], id))[:most]
        changes = _most_changed([row.item for row in rows])
        said = changes + _left_undrawn(len(every), len(ids), "arrangement")
    drawn = _labelled([row for row in rows if row.item.id in ids], arms)
    figure = go.Figure()
    look = {"mode": "lines", "line": {"width": 0}, "fill": "toself", "showlegend": True}
    look |= {"hoverinfo": "text", "hoveron": "points"}
    bands = _bands(drawn, arms, "in_force")
    figure.add_scatter(**bands, name="in force", fillcolor=kit.BLUE, **look)
    bands, hatch = _bands(drawn, arms, "suspended"), _HATCH | {"shape": "/"}
    figure.add_scatter(**bands, name="suspended", fillcolor=kit.SKY, fillpattern=hatch, **look)
    days = kit.iso(_days(arms))
    figure.update_layout(
        shapes=[
            {
                "type": "rect",
                "x0": days[0],
                "x1": kit.iso(arms[row.arm].whole["until"].values)[-1],
                "y0": place - _THICK / 2,
                "y1": place + _THICK / 2,
                "layer": "below",
                "fillcolor": kit.GRID,
                "line": {"width": 0},
            }
            for place, (_, row) in enumerate(drawn)
            if row
        ]
    )
    figure.update_xaxes(range=[days[0], days[-1]], **kit.DATES)
    caption = "Share of the runs in which each is in force (suspended), by date"
    table = _by_date(caption, "Arrangement", rows, arms, _shares)
    return _finish_rows(figure, "What is in force", said, table, [label for label, _ in drawn])


def _most_changed(found: Sequence[Standing]) -> str:
    """What has changed most since the start, up and down."""
    said = []
    for sign, words in ((1, "in force in more of the runs"), (-1, "in force in fewer")):
        moved = max(found, key=lambda one: sign * one.change)
        if sign * moved.change > 0:
            start, end = percents((float(moved.in_force[0]), float(moved.in_force[-1])))
            said.append(f"“{moved.name}” is {words} ({start} at the start, {end} at the end)")
    if not said:
        return "At the end the same is in force as at the start, in as many of the runs."
    return f"What changes most: {'; '.join(said)}."


def _shares(one: Standing) -> list[str]:
    """Shares in force, with those suspended in brackets."""
    both = zip(kit.as_texts(one.in_force, percent), one.suspended, strict=True)
    return [share + (f" (+{percent(float(off))})" if off else "") for share, off in both]


def _bands(
    drawn: Sequence[tuple[str, LastingRow | None]], arms: Sequence[LastingArm], kind: str
) -> Any:
    """A closed band for each row: its edges at the dates of the states, with a gap after each."""
    x: list[str | None] = []
    y: list[float | None] = []
    hover: list[str] = []
    for place, (_, row) in enumerate(drawn):
        if row is None or not getattr(row.item, kind).any():
            continue
        one, dates = row.item, arms[row.arm].whole["until"].values
        days, label = kit.iso(dates), kit.plain(row.label)
        below = one.in_force if kind == "suspended" else 0 * one.in_force
        foot = place + _THICK / 2 - _THICK * below
        top = foot - _THICK * getattr(one, kind)
        shares = kit.as_texts(one.in_force, percent), kit.as_texts(one.suspended, percent)
        said = [
            f"<b>{label}</b><br>{day}: in force in {on} of the runs, suspended in {off}"
            for day, on, off in zip(kit.months(dates), *shares, strict=True)
        ]
        x += [*days, *reversed(days), None]
        y += [*kit.rounded(top, 4), *reversed(kit.rounded(foot, 4)), None]
        hover += [*said, *reversed(said), ""]
    return {"x": x, "y": y, "hovertext": hover}


def _finish_rows(
    figure: Any, name: str, said: str, table: Table, labels: Sequence[str], more: Sequence[str] = ()
) -> Chart:
    """Finish a chart of rows: each label has the lines that it needs.

    What there is ``more`` of a row stands under its label, but not on a phone.
    """
    wide, narrow = ([kit.wrapped(one, size) for one in labels] for size in _LETTERS)
    if more:
        under = (f"<br>{kit.plain(two)}" if two else "" for two in more)
        wide = [one + two for one, two in zip(wide, under, strict=True)]
    kit.row_axis(figure, wide)
    figure.update_yaxes(tickfont_size=11)
    lines = [[label.split("<br>") for label in shown] for shown in (wide, narrow)]
    height, thin = (
        20 + kit.BELOW + len(labels) * max(_ROW, 15 * max(map(len, shown))) for shown in lines
    )
    # A legend is no wider than the plot, which stands beside the labels.
    beside, thin_beside = (6 * max(len(one) for parts in shown for one in parts) for shown in lines)
    return kit.finish(
        figure,
        name,
        said,
        table,
        height,
        legend=True,
        beside=(beside, thin_beside),
        narrow={"height": thin, "labels": narrow, "font": 10},
    )


_FATES = (
    ("kept", "kept in time", kit.BLUE, ""),
    ("late", "delivered late", "#9CCBEA", "/"),
    ("broken", "broken", kit.VERMILLION, "x"),
    ("overdue", "overdue at the end", "#F2B8A0", "\\"),
    ("open", "not yet due at the end", kit.GRID, ""),
)
"""What became of promises: key, words, colour, pattern."""


def _promises_chart(arms: Sequence[LastingArm]) -> Chart | None:
    """Draw what became of a hundred promises of each kind."""
    rows = _rows(arms, lasting.delivered)
    made = dict.fromkeys(_ids(rows), 0)
    for row in rows:
        made[row.item.id] += row.item.made
    rows = [row for row in rows if made[row.item.id]]
    if not rows:
        return None
    every, most = _ids(rows), max(_MOST_BARS // len(arms), 1)
    ids = sorted(every, key=lambda id: (-made[id], id))[:most]
    placed = _labelled([row for row in rows if row.item.id in ids], arms)
    drawn = [(place, row) for place, (_, row) in enumerate(placed) if row]
    figure = go.Figure()
    for key, words, colour, shape in _FATES:
        hover = [
            f"<b>{kit.plain(row.label)}</b><br>{words}: {percent(row.item.share(key))} "
            f"({getattr(row.item, key):,} of {row.item.made:,} made)"
            for _, row in drawn
        ]
        places, shares = [place for place, _ in drawn], [100 * r.item.share(key) for _, r in drawn]
        pattern = _HATCH | {"shape": shape, "fgopacity": 0.5}
        kit.bars(figure, places, shares, hover, colour, words, pattern=pattern, digits=1)
    figure.update_xaxes(title_text="of a hundred that were made", range=[0, 100], nticks=6)
    figure.update_layout(barmode="stack", bargap=0.3)
    said = _fates(rows, arms) + _left_undrawn(len(every), len(ids), "promise")
    columns = [("Promise", [row.label for row in rows])]
    for key, words in (("made", "made"), *(fate[:2] for fate in _FATES)):
        columns.append((sentence(words), [f"{getattr(row.item, key):,}" for row in rows]))
    caption = "Promises of all runs: how many were made, and what became of them"
    table = Table.of(caption, *columns)
    often = [_how_often(row, arms) for _, row in placed]
    labels = [label for label, _ in placed]
    return _finish_rows(figure, "What became of promises", said, table, labels, often)


def _how_often(row: LastingRow | None, arms: Sequence[LastingArm]) -> str:
    """How many were made in a run, on average."""
    if row is None:
        return ""
    return f"{number(row.item.made / arms[row.arm].whole.sizes['run'], 1)} made in a run"


def _fates(rows: Sequence[LastingRow], arms: Sequence[LastingArm]) -> str:
    """What became of the promises of each arm, and where that differs."""
    said = []
    for place, arm in enumerate(arms):
        mine: list[Delivered] = [row.item for row in rows if row.arm == place]
        made = sum(one.made for one in mine)
        if not made:
            said.append(f"no promise is made{f' with “{arm.name}”' if arm.name else ''}")
            continue
        shares = percents([sum(getattr(one, key) for one in mine) / made for key, *_ in _FATES])
        each = [f"{part} are {words}" for part, (_, words, *_) in zip(shares, _FATES, strict=True)]
        said.append((f"with “{arm.name}” " if arm.name else "of all promises ") + listing(each))
    levels = f"{sentence('; '.join(said))}."
    if len(arms) == 1:
        return levels
    return f"{promises_apart(arms) or 'These runs cannot tell the shares apart.'} {levels}"


def promises_apart(arms: Sequence[LastingArm]) -> str:
    """What became of promises, where that clearly and visibly differs; else empty."""
    found = lasting.gaps(arms, lasting.promise_courses, share=True)
    in_words = {key: words for key, words, *_ in _FATES}
    said = []
    for arm in arms:
        each = []
        for one in found:
            if one.arm is arm and one.notable:
                changed, reference = percents((one.changed, one.reference))
                each.append(f"{changed} (against {reference}) are {in_words[one.id]}")
        if each:
            said.append(f"Of the promises with “{arm.name}” {listing(each)}.")
    return " ".join(said)


# Governments and trust: lines over time.

_MOST_LINES = 6
"""Most lines that a chart draws of one arm, and governments that are named."""
_HEIGHT, _LONGEST = 320, 60
"""Pixels of a chart, and most letters of an entry of its legend."""
_THIN = 1.2
"""Width of the lines of things beyond the colours, where dashes tell the arms."""
_Line = tuple[str, Floats, int, int]
"""Label, values by round, place of the arm, place of the item."""


def _governments_chart(arms: Sequence[LastingArm]) -> Chart | None:
    """Draw in what share of the runs the government of the start is still in office."""
    rows = _rows(arms, lasting.survivals)
    if not rows:
        return None
    ids, most = _ids(rows), max(_MOST_LINES * len(kit.DASHES) // len(arms), 1)
    order = sorted(ids, key=lambda id: min(r.item.share[-1] for r in rows if r.item.id == id))
    drawn = set(order[:most])
    if len(arms) > 1:
        found = lasting.gaps(arms, lasting.office_courses, share=True, whole=True)
        said = _difference("governments", found, rows)
    else:
        said = _in_office([row.item for row in rows])
    figure = go.Figure()
    lines = [(r.label, r.item.share, r.arm, ids.index(r.item.id)) for r in rows]
    lines = [one for row, one in zip(rows, lines, strict=True) if row.item.id in drawn]
    draw_lines(figure, lines, arms, percent, "still in office in {} of the runs")
    figure.update_yaxes(tickformat=".0%", title_text="still in office")
    caption = "Share of the runs in which the government of the start is still in office, by date"
    table = _by_date(caption, "Government", rows, arms, _stays)
    said += _left_undrawn(len(ids), len(drawn), "government")
    return kit.finish(figure, "How long governments stay", said, table, _HEIGHT, legend=True)


def _stays(one: Survival) -> list[str]:
    return kit.as_texts(one.share, percent)


def _in_office(found: Sequence[Survival]) -> str:
    """In how many of the runs the governments of the start stay."""
    said = [f"{one.name} in {percent(float(one.share[-1]))}" for one in found[:_MOST_LINES]]
    most = max(found, key=lambda one: one.changes)
    return (
        "The government of the start is still in office at the end in so many of the runs: "
        f"{listing(said)}. On average it changes most often in {most.name}, "
        f"{number(most.changes, 1)} times in a run."
    )


def _trust_chart(arms: Sequence[LastingArm]) -> Chart | None:
    """Draw trust by direction over time: where it moves most."""
    weighed = set[str]().union(*(lasting.believed(arm.description) for arm in arms))
    rows = [
        row for row in _rows(arms, lasting.trusting) if row.item.id in weighed or row.item.tried
    ]
    if not rows:
        return None
    ids, most = _ids(rows), max(_MOST_LINES // len(arms), 2)
    if len(arms) > 1:
        found = [one for one in lasting.gaps(arms, lasting.trust_courses) if one.id in ids]
        drawn, left = _drawn_apart(found, ids, most)
        said = _difference("trust", found, rows, _apart_numbers) + left
    else:
        moved = {row.item.id: row.item for row in rows}
        drawn = sorted(ids, key=lambda id: -moved[id].moved)[:most]
        said = _moves_most(moved[drawn[0]]) + _left_undrawn(len(ids), len(drawn), "direction")
    ways = permutations(sorted(arms[0].description.actors), 2)
    colour = {f"{one} to {two}": nth for nth, (one, two) in enumerate(ways)}
    lines = [
        (row.label, row.item.mean, row.arm, colour.get(row.item.id, 0))
        for row in rows
        if row.item.id in drawn
    ]
    figure = go.Figure()
    draw_lines(figure, lines, arms, _trust_number, "trust {}")
    figure.update_yaxes(title_text="trust (0 to 1)")
    caption = "Trust of the first in the second, means over the runs, by date"
    table = _by_date(caption, "Trust of", rows, arms, _mean_trust)
    return kit.finish(figure, "Trust", said, table, _HEIGHT, legend=True)


def _mean_trust(one: Trusting) -> list[str]:
    return kit.as_texts(one.mean, _trust_number)


def _trust_number(value: float) -> str:
    return number(value, 2)


def _apart_numbers(values: tuple[float, float]) -> list[str]:
    """Two means of trust, with decimals that tell them apart."""
    digits = enough(values, 2)
    return [number(value, digits) for value in values]


def _moves_most(one: Trusting) -> str:
    """Whose trust moves most."""
    if not one.moved:
        return "Trust stays where it is between all of them."
    first, last = (float(one.mean[nth]) for nth in (0, -1))
    start, end = _apart_numbers((first, last))
    verb = "rises" if last > first else "falls"
    return f"Trust moves most of {one.name}: on average it {verb} from {start} to {end}."


def draw_lines(
    figure: Any,
    lines: Sequence[_Line],
    arms: Sequence[LastingArm],
    show: Callable[[float], str],
    words: str,
) -> None:
    """A line for each, from 0 to 1: items have colours, arms dashes.

    What is beyond the colours has other dashes alone, and thin lines where arms have the dashes.
    """
    for label, values, arm, item in lines:
        dates = arms[arm].whole["until"].values
        dash = arm if len(arms) > 1 else item // len(kit.COLOURS)
        hover = [
            f"<b>{kit.plain(label)}</b><br>{day}: {words.format(value)}"
            for day, value in zip(kit.months(dates), kit.as_texts(values, show), strict=True)
        ]
        kit.line(
            figure,
            kit.iso(dates),
            values,
            hover,
            kit.COLOURS[item % len(kit.COLOURS)],
            kit.plain(shorten(label, _LONGEST)),
            width=_THIN if len(arms) > 1 and item >= len(kit.COLOURS) else 2.5,
            dash=kit.DASHES[dash % len(kit.DASHES)],
        )
    days = kit.iso(_days(arms))
    figure.update_xaxes(range=[days[0], days[-1]], **kit.DATES)
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
            found.append(exhibit_of(id, chart, _WORDS["how_to_read"][id]))
    return tuple(found)
