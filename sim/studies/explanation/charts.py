"""What speaks for each of an actor's choices, part by part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import cycle
from textwrap import shorten

from sim.model.parts import parts_of, told_parts
from sim.model.reasons import Decided, Option
from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.scenario.schema import Description
from sim.text import number, percent, sentence, signed

LOOKS = {
    "security": (kit.BLUE, "", "security"),
    "prosperity": (kit.GREEN, "/", "prosperity"),
    "issues": (kit.ORANGE, "", "the issues"),
    "standing": (kit.SKY, "\\", "standing"),
    "support": (kit.PURPLE, "", "support at home"),
    "regard": (kit.VERMILLION, "x", "friends' and rivals' gains"),
    "reactions": (kit.MUTED, "-", "reactions foreseen"),
    "consent": ("#D0D7DE", "|", "chance of a refusal"),
    "cost": (kit.BLACK, ".", "cost at home"),
    "sentiment": ("#6E2F00", "+", "how the two stand"),
    "heat": ("#F0E442", "", "heat of their quarrel"),
    "review": ("#8C959F", "x", "a new government's review"),
}
"""Colour, pattern and word of each part of value, and of what moves the odds beside it.

Patterns serve a grey print, and who sees few hues.
"""
_OWN_LOOKS = (("#1B7837", "\\"), ("#9E6B00", "/"), ("#7B3294", "x"), ("#2C7FB8", "-"))
"""Colours and patterns of interests of the file's own, one after another."""
_ROUNDING = 1e-9
"""Changes of value that are smaller are rounding, and are not shared out."""
_ROW = 28
"""Pixels of a bar with its gap."""
_FACTORS = ("Odds by interests", "Odds by how the two stand", "Odds by their quarrel")
_REVIEW = "Odds by review"
_WIDE, _THIN = 34, 38
"""Most letters of a name beside a bar: in one line on a desk, in three on a phone."""
_BESIDE = 280, 130
"""Pixels that these take."""


def looks_of(description: Description) -> list[tuple[str, str, str]]:
    """Look and word of each part of value, and of what moves the odds, in their order."""
    looks = [LOOKS.get(part) for part in parts_of(description)]
    names = told_parts(description)
    own = cycle(_OWN_LOOKS)
    found = [look or (*next(own), name) for look, name in zip(looks, names, strict=True)]
    return [*found, *(LOOKS[name] for name in ("sentiment", "heat", "review"))]


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
    options = ranked(one)
    # What moves the odds in some scenarios only.
    reviewed = any(option.review for option in options)
    more = ", a new government's review, and" if reviewed else ", and"
    said = (
        "What makes each choice likelier than in ordinary times (right) or rarer (left): its "
        f"interests, how the two stand to one another{more} the heat of their quarrel, in "
        "log-odds against letting the round pass. +0.7 doubles the odds, −0.7 halves them. "
        "◆ is the sum."
    )
    name = f"{sentence(actor)} toward {target}, {one.track}: what differs from ordinary times"
    parts, sums = [by_ground(option) for option in options], [option.odds for option in options]
    return _bars(name, said, one, described, parts, sums, "log-odds")


def by_ground(option: Option) -> tuple[float, ...]:
    """Log-odds of proposing an option by part of value, by sentiment, heat and review.

    What all parts together change is shared out among them in proportion.
    """
    change = option.parts[0] - option.before[0]
    whole = float(change.sum())
    slope = option.felt[0] / whole if abs(whole) > _ROUNDING else 0.0
    mine = (float(slope * part) for part in change)
    return (*mine, option.sentiment, option.heat, option.review)


def worth_chart(one: Decided, described: Description) -> Chart:
    """Draw what speaks for and against each option now."""
    actor, target = (described.actors[name].name for name in (one.actor, one.target))
    options = ranked(one)
    said = (
        "What speaks for (right) and against (left) each choice now, in hundredths of weighted "
        "value. ◆ is the sum; ┃ is the sum in ordinary times."
    )
    name = f"{sentence(actor)} toward {target}, {one.track}: what speaks for and against"
    parts = [tuple(option.parts[0]) for option in options]
    sums = [float(option.worth[0]) for option in options]
    before = [float(option.ordinary[0]) for option in options]
    unit = "hundredths of weighted value"
    return _bars(name, said, one, described, parts, sums, unit, before)


def _bars(
    name: str,
    said: str,
    one: Decided,
    described: Description,
    values: Sequence[Sequence[float]],
    sums: Sequence[float],
    unit: str,
    before: Sequence[float] = (),
) -> Chart:
    """Bars by ground with their sums, and those ``before``, in ordinary times."""
    options = ranked(one)
    places = list(range(len(options)))
    figure = go.Figure()
    most = range(max(map(len, values), default=0))
    shown = [nth for nth in most if any(abs(row[nth]) >= 5e-4 for row in values)]
    looks, columns = looks_of(described), []
    for nth in shown:
        colour, shape, words = looks[nth]
        column = [float(row[nth]) for row in values]
        hover = [
            f"<b>{kit.plain(described.levers[option.lever].name)}</b><br>{kit.plain(words)} "
            f"{signed(value, 2)}"
            for option, value in zip(options, column, strict=True)
        ]
        pattern = {"shape": shape, "fgcolor": kit.PAPER, "solidity": 0.35}
        kit.bars(figure, places, column, hover, colour, words, pattern=pattern, textposition="none")
        columns.append((sentence(words), kit.as_texts(column, lambda value: number(value, 2))))
    edge = {"width": 1.5, "color": kit.PAPER}
    figure.add_scatter(
        x=kit.rounded(sums),
        y=places,
        mode="markers",
        name="sum",
        hoverinfo="text",
        hovertext=[f"sum {signed(total, 2)}" for total in sums],
        marker={"symbol": "diamond", "size": 10, "color": kit.INK, "line": edge},
    )
    if before:
        stroke = {"width": 3, "color": kit.INK}
        figure.add_scatter(
            x=kit.rounded(before),
            y=places,
            mode="markers",
            name="sum in ordinary times",
            hoverinfo="skip",
            marker={"symbol": "line-ns", "size": 16, "color": kit.INK, "line": stroke},
        )
    figure.add_vline(0)
    figure.update_xaxes(title_text=unit)
    kit.row_axis(figure, [kit.plain(label(option, one, described, _WIDE)) for option in options])
    figure.update_layout(barmode="relative", bargap=0.3)
    table = Table.of(
        name,
        ("Choice", [label(option, one, described) for option in options]),
        *columns,
        ("Sum", kit.as_texts(sums, lambda total: number(total, 2))),
    )
    narrow = [kit.wrapped(label(option, one, described, _THIN), 21) for option in options]
    lines = max(text.count("<br>") + 1 for text in narrow)
    rows = max(len(options), 2)
    height, thin = (20 + kit.BELOW + pixels * rows for pixels in (_ROW, max(_ROW, 14 * lines)))
    small = {"height": thin, "labels": narrow, "font": 10}
    # A legend is no wider than the plot, which stands beside the labels.
    return kit.finish(
        figure, name, said, table, height, above=12, legend=True, beside=_BESIDE, narrow=small
    )


def _beside(option: Option) -> tuple[float, ...]:
    """Log-odds by each of the factors, the review last."""
    return option.felt[0], option.sentiment, option.heat, option.review


def _doubted(option: Option) -> bool:
    """Whether its actor sees another chance of consent than there is."""
    return option.asked and option.believed != option.consent


def options_table(one: Decided, described: Description, why: Sequence[str]) -> Table:
    """Every choice with its chance and its value, and by what its odds differ from ordinary ones.

    ``why`` says why each option, in the order of :func:`ranked`, is closed; empty where it
    is open.
    """
    target, thirds = one.target, list(one.options[0].reactions)
    factors = (*_FACTORS, _REVIEW) if any(option.review for option in one.options) else _FACTORS
    idle = f"{'▶ ' if one.chosen is None else ''}let the round pass"
    doubts = any(_doubted(option) for option in one.options)
    dashes = ["–" for _ in (*factors, target, *thirds, *([target] if doubts else []))]
    rows = [(idle, f"{percent(one.idle)} ({percent(one.usual_idle)})", "0 (0)", "–", *dashes)]
    for option, reason in zip(ranked(one), why, strict=True):
        closed = f" (closed: {reason})" if reason else ""
        mark = "▶ " if option is one.chosen else ""
        rows.append(
            (
                f"{mark}{described.levers[option.lever].name}{closed}",
                f"{percent(option.chance)} ({percent(option.usual)})",
                f"{number(float(option.worth[0]), 2)} ({number(float(option.ordinary[0]), 2)})",
                percent(option.consent),
                *([percent(option.believed)] if doubts else []),
                *(f"× {number(math.exp(odds), 2)}" for odds in _beside(option)[: len(factors)]),
                signed(option.answer, 3),
                *(signed(option.reactions[third], 3) for third in thirds),
            )
        )
    names = [sentence(described.actors[name].name) for name in (target, *thirds)]
    reacts = (f"{name} reacts" for name in names)
    agree = ("Would agree", "Seen as") if doubts else ("Would agree",)
    header = ("Choice", "Chance (usually)", "Value (usually)", *agree, *factors, *reacts)
    actor = described.actors[one.actor].name
    caption = f"{actor} toward {described.actors[target].name}: every choice of {one.track}"
    return Table(sentence(caption), header, tuple(rows))
