"""What speaks for each of an actor's choices, part by part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import shorten

from sim.model.reasons import Decided, Option
from sim.model.utility_breakdown import PARTS
from sim.reporting.chart import (
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
    Chart,
    Table,
    go,
    plain,
    rounded,
    styled,
    wrapped,
)
from sim.scenario.schema import Description
from sim.text import number, percent, sentence, signed

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
    "sentiment": ("#6E2F00", "+", "how the two stand"),
    "heat": ("#F0E442", "", "heat of their quarrel"),
    "review": ("#8C959F", "x", "a new government's review"),
}
"""Colour, pattern and word of each part of value, and of what moves the odds beside it.

Patterns serve a grey print, and who sees few hues.
"""
GROUNDS = (*PARTS, "sentiment", "heat", "review")
LEAST = 1e-9
"""Changes of value that are smaller are rounding, and are not shared out."""
ROW, ENTRY = 28, 19
"""Pixels of a bar with its gap, and of a line of the legend."""
FACTORS = ("Odds by interests", "Odds by how the two stand", "Odds by their quarrel")
REVIEW = "Odds by review"
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
    name = f"{sentence(actor)} toward {target}, {one.track}: what differs from ordinary times"
    said = (
        "What makes each choice likelier than in ordinary times (right) or rarer (left): its "
        f"interests, how the two stand to one another{_more(one)} the heat of their quarrel, in "
        "log-odds against letting the round pass. +0.7 doubles the odds, −0.7 halves them. "
        "◆ is the sum."
    )
    options = ranked(one)
    return _bars(
        name, said, one, described, [by_ground(option) for option in options],
        [option.odds for option in options], "log-odds",
    )  # fmt: skip


def _more(one: Decided) -> str:
    """What moves the odds in some scenarios only."""
    reviewed = any(option.review for option in one.options)
    return ", a new government's review, and" if reviewed else ", and"


def by_ground(option: Option) -> tuple[float, ...]:
    """Log-odds of proposing an option by part of value, by sentiment, heat and review.

    What all parts together change is shared out among them in proportion.
    """
    change = option.parts[0] - option.before[0]
    whole = float(change.sum())
    slope = option.felt[0] / whole if abs(whole) > LEAST else 0.0
    mine = (float(slope * part) for part in change)
    return (*mine, option.sentiment, option.heat, option.review)


def worth_chart(one: Decided, described: Description) -> Chart:
    """Draw what speaks for and against each option now."""
    actor, target = (described.actors[name].name for name in (one.actor, one.target))
    options = ranked(one)
    name = f"{sentence(actor)} toward {target}, {one.track}: what speaks for and against"
    said = (
        "What speaks for (right) and against (left) each choice now, in hundredths of weighted "
        "value. ◆ is the sum; ┃ is the sum in ordinary times."
    )
    chart = _bars(
        name, said, one, described, [tuple(option.parts[0]) for option in options],
        [float(option.worth[0]) for option in options], "hundredths of weighted value",
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
    unit: str,
) -> Chart:
    options = ranked(one)
    places = list(range(len(options)))
    figure = go.Figure()
    most = range(max(map(len, values), default=0))
    shown = [nth for nth in most if any(abs(row[nth]) >= 5e-4 for row in values)]
    for nth in shown:
        colour, pattern, words = LOOKS[GROUNDS[nth]]
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
    figure.update_xaxes(title_text=unit, gridcolor=GRID)
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
    header = ("Choice", *(sentence(LOOKS[GROUNDS[nth]][2]) for nth in shown), "Sum")
    table = Table(
        caption=name,
        header=header,
        rows=tuple(
            (text, *(number(float(row[nth]), 2) for nth in shown), number(float(total), 2))
            for text, row, total in zip(labels, values, sums, strict=True)
        ),
    )
    return Chart(figure, name, said, table)


def _beside(option: Option) -> tuple[float, ...]:
    """Log-odds by each of the factors, the review last."""
    return option.felt[0], option.sentiment, option.heat, option.review


def options_table(one: Decided, described: Description, why: Sequence[str]) -> Table:
    """Every choice with its chance and its value, and by what its odds differ from ordinary ones.

    Parameters
    ----------
    one : Decided
    described : Description
    why : sequence of str
        Why each option, in the order of :func:`ranked`, is closed; empty where it is open.
    """
    target, thirds = one.target, list(one.options[0].reactions)
    factors = (*FACTORS, REVIEW) if any(option.review for option in one.options) else FACTORS
    usual = 1 - sum(option.usual for option in one.options)
    idle = (
        f"{'▶ ' if one.chosen is None else ''}let the round pass",
        f"{percent(one.idle)} ({percent(max(usual, 0.0))})", "0 (0)", "–",
        *("–" for _ in (*factors, target, *thirds)),
    )  # fmt: skip
    rows = [
        (
            f"{'▶ ' if option is one.chosen else ''}{described.levers[option.lever].name}"
            + (f" (closed: {reason})" if reason else ""),
            f"{percent(option.chance)} ({percent(option.usual)})",
            f"{number(float(option.worth[0]), 2)} ({number(float(option.ordinary[0]), 2)})",
            percent(option.consent),
            *(f"× {number(math.exp(odds), 2)}"
              for odds in _beside(option)[: len(factors)]),
            signed(option.answer, 3),
            *(signed(option.reactions[third], 3) for third in thirds),
        )
        for option, reason in zip(ranked(one), why, strict=True)
    ]  # fmt: skip
    header = (
        "Choice", "Chance (usually)", "Value (usually)", "Would agree", *factors,
        *(f"{sentence(described.actors[name].name)} reacts" for name in (target, *thirds)),
    )  # fmt: skip
    names = (described.actors[name].name for name in (one.actor, target))
    caption = "{} toward {}: every choice of {}".format(*names, one.track)
    return Table(sentence(caption), header, (idle, *rows))
