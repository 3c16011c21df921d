"""What speaks for each of an actor's choices, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from sim.analysis.words import number, percent, sentence, signed
from sim.model.reasons import Decided, Option
from sim.model.worth import PARTS
from sim.report.chart import Chart, Table, go, plain, rounded, styled, wrapped
from sim.report.palette import (
    BLACK,
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    RULE,
    SKY,
    VERMILLION,
)
from sim.scenario.schema import Description

LOOKS = {
    "security": (BLUE, "", "security"),
    "prosperity": (GREEN, "/", "prosperity"),
    "issues": (ORANGE, "", "the issues"),
    "standing": (SKY, "\\", "standing"),
    "support": (PURPLE, "", "support at home"),
    "regard": (VERMILLION, "x", "friends' and rivals' gains"),
    "reactions": (MUTED, "-", "reactions foreseen"),
    "consent": ("#D0D7DE", "|", "chance of a refusal"),
    "cost": (BLACK, ".", "cost at home"),
}
"""Colour, pattern and word of each part; patterns serve a grey print, and who sees few hues."""
ROW, ENTRY = 28, 19
"""Pixels of a bar with its gap, and of a line of the legend."""
WIDE, THIN = 34, 38
"""Most letters of a name beside a bar: in one line on a desk, in three on a phone."""


def ranked(one: Decided) -> tuple[Option, ...]:
    """Its options, the likeliest first; those that are closed last."""
    return tuple(sorted(one.options, key=lambda option: (not option.open, -option.chance)))


def label(option: Option, one: Decided, described: Description, most: int = 200) -> str:
    """An option with its chance here, marked where it was chosen; the name is cut to ``most``."""
    name = shorten(described.levers[option.lever].name, most, placeholder=" …")
    chance = percent(option.chance) if option.open else "closed"
    return f"{'▶ ' if option is one.chosen else ''}{name} ({chance})"


def change_chart(one: Decided, described: Description) -> Chart:
    """Draw how far what speaks for each option differs from ordinary times."""
    actor, target = (described.actors[name].name for name in (one.actor, one.target))
    values = [tuple(option.parts[0] - option.before[0]) for option in ranked(one)]
    name = f"{sentence(actor)} toward {target}: what differs from ordinary times"
    said = (
        "What speaks more than in ordinary times (right) or less (left) for each choice, in "
        "hundredths of weighted value. ◆ is the sum, which moves the chance of the choice."
    )
    return _bars(name, said, one, described, values, [sum(value) for value in values])


def worth_chart(one: Decided, described: Description) -> Chart:
    """Draw what speaks for and against each option now."""
    actor, target = (described.actors[name].name for name in (one.actor, one.target))
    options = ranked(one)
    name = f"{sentence(actor)} toward {target}: what speaks for and against each choice"
    said = (
        "What speaks for (right) and against (left) each choice now, in hundredths of weighted "
        "value. ◆ is the sum; ┃ is the sum in ordinary times."
    )
    chart = _bars(
        name, said, one, described, [tuple(option.parts[0]) for option in options],
        [float(option.worth[0]) for option in options],
    )  # fmt: skip
    chart.figure.add_scatter(
        x=rounded([option.ordinary[0] for option in options]), y=list(range(len(options))),
        mode="markers", name="sum in ordinary times", hoverinfo="skip",
        marker={"symbol": "line-ns", "size": 16, "color": INK, "line": {"width": 3, "color": INK}},
    )  # fmt: skip
    return chart


def _bars(
    name: str,
    said: str,
    one: Decided,
    described: Description,
    values: Sequence[Sequence[float]],
    sums: Sequence[float],
) -> Chart:
    options = ranked(one)
    places = list(range(len(options)))
    figure = go.Figure()
    shown = [nth for nth in range(len(PARTS)) if any(abs(row[nth]) >= 5e-4 for row in values)]
    for nth in shown:
        colour, pattern, words = LOOKS[PARTS[nth]]
        figure.add_bar(
            x=rounded([row[nth] for row in values]), y=places, orientation="h", name=words,
            marker={
                "color": colour, "line": {"color": PAPER, "width": 0.5},
                "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": PAPER,
                            "size": 6, "solidity": 0.35},
            },
            hoverinfo="text",
            hovertext=[
                f"<b>{plain(described.levers[option.lever].name)}</b><br>{plain(words)} "
                f"{signed(float(row[nth]), 2)}"
                for option, row in zip(options, values, strict=True)
            ],
            textposition="none",
        )  # fmt: skip
    figure.add_scatter(
        x=rounded(sums), y=places, mode="markers", name="sum", hoverinfo="text",
        hovertext=[f"sum {signed(float(total), 2)}" for total in sums],
        marker={"symbol": "diamond", "size": 10, "color": INK,
                "line": {"width": 1.5, "color": PAPER}},
    )  # fmt: skip
    figure.add_shape(
        type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line={"color": RULE, "width": 1.5}
    )
    labels = [label(option, one, described) for option in options]
    figure.update_xaxes(title_text="hundredths of weighted value", gridcolor=GRID)
    figure.update_yaxes(
        tickmode="array", tickvals=places,
        ticktext=[plain(label(option, one, described, WIDE)) for option in options],
        range=[len(options) - 0.5, -0.5], showgrid=False, ticks="",
    )  # fmt: skip
    styled(figure, name, said, 0)
    entries = len(shown) + 2
    narrow = [wrapped(label(option, one, described, THIN), 21) for option in options]
    lines_of = max(text.count("<br>") + 1 for text in narrow)
    rows = max(len(options), 2)
    below, thin = 56 + ENTRY * ((entries + 1) // 2), 56 + ENTRY * entries
    height = 20 + ROW * rows + below
    figure.update_layout(
        barmode="relative", bargap=0.3,
        legend={
            "orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 0,
            "yref": "container", "yanchor": "bottom", "font": {"size": 12},
            "itemclick": False, "itemdoubleclick": False, "traceorder": "normal",
        },
        height=height + figure.layout.height,
        margin={"b": below},
        meta={
            "height": height, "above": 12,
            "narrow": {
                "height": 20 + max(ROW, 14 * lines_of) * rows + thin, "below": thin,
                "labels": narrow, "font": 10,
            },
        },
    )  # fmt: skip
    figure.update_yaxes(ticks="")
    header = ("Choice", *(sentence(LOOKS[PARTS[nth]][2]) for nth in shown), "Sum")
    table = Table(
        caption=name,
        header=header,
        rows=tuple(
            (text, *(number(float(row[nth]), 2) for nth in shown), number(float(total), 2))
            for text, row, total in zip(labels, values, sums, strict=True)
        ),
    )
    return Chart(figure, name, said, table)


def options_table(one: Decided, described: Description, why: Sequence[str]) -> Table:
    """Every choice with its chance and its value, here and in ordinary times.

    Parameters
    ----------
    one : Decided
    described : Description
    why : sequence of str
        Why each option, in the order of :func:`ranked`, is closed; empty where it is open.
    """
    thirds = list(one.options[0].reactions)
    usual = 1 - sum(option.usual for option in one.options)
    idle = (
        f"{'▶ ' if one.chosen is None else ''}let the round pass",
        f"{percent(one.idle)} ({percent(max(usual, 0.0))})", "0 (0)", "–", *("–" for _ in thirds),
    )  # fmt: skip
    rows = [
        (
            f"{'▶ ' if option is one.chosen else ''}{described.levers[option.lever].name}"
            + (f" (closed: {reason})" if reason else ""),
            f"{percent(option.chance)} ({percent(option.usual)})",
            f"{number(float(option.worth[0]), 2)} ({number(float(option.ordinary[0]), 2)})",
            percent(option.consent),
            *(signed(option.reactions[third], 3) for third in thirds),
        )
        for option, reason in zip(ranked(one), why, strict=True)
    ]
    header = (
        "Choice", "Chance (usually)", "Value (usually)", "Would agree",
        *(f"{sentence(described.actors[third].name)} reacts" for third in thirds),
    )  # fmt: skip
    names = (described.actors[name].name for name in (one.actor, one.target))
    caption = "{} toward {}: every choice".format(*names)
    return Table(sentence(caption), header, (idle, *rows))
