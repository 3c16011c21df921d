"""The quantal response curve of each actor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Floats
from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.studies.equilibrium.result import Played
from sim.text import listing, number, percent, sentence

_DRAWN = 6
"""Most moves that are drawn: those that are ever the likeliest come first."""
_NAMED = 2
"""Moves that are named in the sentence."""
_TOLD = 10
"""Every so many points of the curve are in the table."""


def _most(chances: Floats, moves: Sequence[str]) -> str:
    """The likeliest moves in words."""
    order = sorted(range(len(moves)), key=lambda k: -float(chances[k]))[:_NAMED]
    return listing([f"“{moves[k]}” ({percent(float(chances[k]))})" for k in order])


def curve_chart(found: Played, player: int) -> Chart:
    """Draw the probability of an actor's moves by rationality, the model's own marked."""
    curve, name = found.curve, found.names[player]
    chances = (curve.first, curve.second)[player]
    moves, own = found.moves[player], found.game.rationality
    order = sorted(range(len(moves)), key=lambda k: -float(chances[:, k].max()))[:_DRAWN]
    shown = curve.rationality > 0
    levels = [float(level) for level in curve.rationality[shown]]
    figure = go.Figure()
    for nth, k in enumerate(order):
        values = chances[shown, k]
        hover = [
            f"<b>{kit.plain(moves[k])}</b><br>{percent(float(value))} at rationality "
            f"{number(level, 3)}"
            for level, value in zip(levels, values, strict=True)
        ]
        kit.line(
            figure, levels, values, hover, kit.COLOURS[nth % len(kit.COLOURS)],
            kit.wrapped(moves[k], 34), dash=kit.DASHES[nth % len(kit.DASHES)],
        )  # fmt: skip
    if own > 0:
        figure.add_vline(own, line={"color": kit.INK, "width": 1.5, "dash": "dash"})
        note = {"x": float(np.log10(own)), "y": 1, "yref": "paper", "yanchor": "bottom",
                "text": "the model's own", "showarrow": False}  # fmt: skip
        kit.overlay(figure, annotations=[note])
    figure.update_xaxes(type="log", title_text="rationality (log-odds per hundredth of value)")
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    places = [n for n in range(len(levels)) if n % _TOLD == 0]
    drawn = np.flatnonzero(shown)
    table = Table.of(
        f"{sentence(name)}: probability of each move by rationality",
        ("Rationality", [number(levels[n], 3) for n in places]),
        *((moves[k], [percent(float(chances[drawn[n], k])) for n in places]) for k in order),
    )
    left = len(moves) - len(order)
    rest = f" {left} moves that are never likely are left out." if left else ""
    at_own = found.quantal
    most = "" if at_own is None else _most(at_own[player], moves)
    said = (
        f"At the model's own rationality (the dashed line) {name} chooses {most}. Further to the "
        f"right both err less; each reckons with the other's errors.{rest}"
    )
    title = f"{sentence(name)}: quantal response"
    return kit.finish(figure, title, said, table, 330, above=22, below=kit.BELOW, legend=True)
