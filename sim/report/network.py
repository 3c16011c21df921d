"""The relations of all actors at one moment, as a network."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr

from sim.analysis.summary import complete
from sim.analysis.words import MINUS, month, number, sentence, signed
from sim.report.chart import Chart, Table, go, plain, rounded, styled, wrapped
from sim.report.palette import INK, PAPER, diverging
from sim.scenario.phrases import pair
from sim.scenario.scenario import Scenario

CALM, LIVE = 0.25, 0.5
"""Tension below the first is drawn solid, below the second dashed, else dotted."""
NUMBERED = 6
"""Most actors for which each line carries its affinity as a number."""


def network_chart(dataset: xr.Dataset, scenario: Scenario, nth: int) -> Chart:
    """Draw the relations in one round, as medians across the runs.

    Parameters
    ----------
    dataset : Dataset
        Labelled results.
    scenario : Scenario
        Gives the names.
    nth : int
        Place of the round: 0 for the start, -1 for the end.

    Returns
    -------
    Chart
        Actors on a circle, sized by power; lines coloured by affinity (-1
        vermillion, 1 blue), as wide as it is strong, broken where tension is
        high.
    """
    state = (
        complete(dataset)
        .isel(round=nth)[["affinity", "tension", "power", "commitment", "ties"]]
        .median("run")
    )
    when = month(dataset["until"].values[nth])
    actors = [str(key) for key in state["actor"].values]
    names = {key: sentence(scenario.description.actors[key].name) for key in actors}
    places = circle(actors)
    figure = go.Figure()
    rows = []
    numbered = len(actors) <= NUMBERED
    for key in (str(key) for key in state["pair"].values):
        first, _, second = pair(key) or ("", "", "")
        affinity = float(state["affinity"].sel(pair=key))
        tension = float(state["tension"].sel(pair=key))
        pledges = [
            (a, b, float(state["commitment"].sel(direction=f"{a} to {b}")),
             float(state["ties"].sel(direction=f"{a} to {b}")))
            for a, b in ((first, second), (second, first))
        ]  # fmt: skip
        (x0, y0), (x1, y1) = places[first], places[second]
        figure.add_scatter(
            x=rounded([x0, x1]), y=rounded([y0, y1]), mode="lines", hoverinfo="skip",
            line={
                "color": diverging(affinity), "width": round(1.5 + 9 * abs(affinity), 1),
                "dash": "solid" if tension < CALM else "dash" if tension < LIVE else "dot",
            },
        )  # fmt: skip
        # Off the middle, where the diagonals of a circle would meet.
        x, y = x0 + 0.32 * (x1 - x0), y0 + 0.32 * (y1 - y0)
        figure.add_scatter(
            x=rounded([x]), y=rounded([y]), mode="markers",
            marker={"size": 22, "color": diverging(affinity), "opacity": 0 if numbered else 0.9},
            hoverinfo="text",
            hovertext=[_edge_words(names, first, second, affinity, tension, pledges)],
        )  # fmt: skip
        if numbered:
            figure.add_annotation(
                x=round(x, 3), y=round(y, 3), text=signed(affinity, 2), showarrow=False,
                bgcolor=PAPER, borderpad=1, font={"size": 12, "color": INK},
            )  # fmt: skip
        rows.append(
            (f"{names[first]} and {names[second]}", signed(affinity, 2), number(tension, 2),
             *(number(value, 2) for _, _, *values in pledges for value in values))
        )  # fmt: skip
    _nodes(figure, state, names, places)
    wide, high = (max(abs(place[nth]) for place in places.values()) for nth in (0, 1))
    figure.update_xaxes(visible=False, range=[-wide - 0.5, wide + 0.5])
    figure.update_yaxes(
        visible=False, range=[-high - 0.4, high + 0.4], scaleanchor="x", scaleratio=1
    )
    figure.update_layout(showlegend=False, hovermode="closest")
    name = f"Relations in {when}"
    said = f"Affinity ({MINUS}1 to 1) is {_extremes(state, names)}."
    table = Table(
        caption=f"Relations in {when}, medians across the runs",
        header=(
            "Pair", "Affinity", "Tension", "First's pledge to second", "First's ties to second",
            "Second's pledge to first", "Second's ties to first",
        ),
        rows=tuple(rows),
    )  # fmt: skip
    figure = styled(figure, name, said, 380 if len(actors) > 2 else 170)
    figure.update_xaxes(fixedrange=True, automargin=False)
    figure.update_yaxes(automargin=False)
    return Chart(figure, name, said, table)


def circle(actors: list[str]) -> dict[str, tuple[float, float]]:
    """Spread the actors over a circle, so that labels stand left and right of it."""
    turn = math.pi if len(actors) == 2 else 0.75 * math.pi if len(actors) == 4 else math.pi / 2
    return {
        actor: (
            math.cos(turn - 2 * math.pi * nth / len(actors)),
            math.sin(turn - 2 * math.pi * nth / len(actors)),
        )
        for nth, actor in enumerate(actors)
    }


def _nodes(
    figure: go.Figure,
    state: xr.Dataset,
    names: dict[str, str],
    places: dict[str, tuple[float, float]],
) -> None:
    power = np.array([float(state["power"].sel(actor=key)) for key in names])
    total = power.sum() or 1.0
    sizes = 16 + 44 * np.sqrt(power / max(power.max(), 1e-12))
    figure.add_scatter(
        x=rounded([places[key][0] for key in names]), y=rounded([places[key][1] for key in names]),
        mode="markers", marker={
            "size": rounded(sizes, 1), "color": "#3D444D", "opacity": 1,
            "line": {"color": PAPER, "width": 2},
        },
        hoverinfo="text",
        hovertext=[
            f"<b>{plain(name)}</b><br>power {number(float(own), 3)}, "
            f"{number(100 * float(own) / total, 0)} of every 100 among these actors"
            for name, own in zip(names.values(), power, strict=True)
        ],
    )  # fmt: skip
    for (key, name), size in zip(names.items(), sizes, strict=True):
        x, y = places[key]
        above = y >= -0.01
        figure.add_annotation(
            x=x, y=y, text=f"<b>{wrapped(name, 18)}</b>", showarrow=False,
            yshift=(size / 2 + 4) * (1 if above else -1), yanchor="bottom" if above else "top",
            font={"size": 13, "color": INK},
        )  # fmt: skip


def _edge_words(
    names: dict[str, str],
    first: str,
    second: str,
    affinity: float,
    tension: float,
    pledges: list[tuple[str, str, float, float]],
) -> str:
    lines = [
        f"<b>{plain(names[first])} and {plain(names[second])}</b>",
        f"affinity {signed(affinity, 2)} ({mood(affinity)})",
        f"tension {number(tension, 2)} of 1",
    ]
    lines += [
        f"{plain(names[a])} to {plain(names[b])}: "
        f"pledge {number(pledge, 2)}, ties {number(ties, 2)}"
        for a, b, pledge, ties in pledges
    ]
    return "<br>".join(lines)


def mood(affinity: float) -> str:
    """Say an affinity in a word or two."""
    for least, word in ((0.6, "close"), (0.2, "friendly"), (-0.2, "neither friend nor foe")):
        if affinity >= least:
            return word
    return "hostile" if affinity < -0.6 else "at odds"


def _told(key: str, names: dict[str, str]) -> str:
    first, _, second = pair(key) or ("", "", "")
    return f"{names[first]} and {names[second]}"


def _extremes(state: xr.Dataset, names: dict[str, str]) -> str:
    affinity = state["affinity"]
    keys = [str(key) for key in affinity["pair"].values]
    high, low = int(np.argmax(affinity.values)), int(np.argmin(affinity.values))
    words = [
        f"between {_told(keys[place], names)} ({signed(float(affinity.values[place]), 2)})"
        for place in (high, low)
    ]
    return f"highest {words[0]} and lowest {words[1]}"


def change_in_words(dataset: xr.Dataset, scenario: Scenario) -> str:
    """Say which relation changed most between start and end, in medians, and which stand out."""
    states = [complete(dataset).isel(round=nth)[["affinity"]].median("run") for nth in (0, -1)]
    names = {key: actor.name for key, actor in scenario.description.actors.items()}
    before, after = (state["affinity"].values for state in states)
    most = int(np.argmax(np.abs(after - before)))
    key = str(states[0]["pair"].values[most])
    course = (
        f"from {signed(float(before[most]), 2)} to {signed(float(after[most]), 2)} in the median"
    )
    if len(before) == 1:
        return f"Affinity ({MINUS}1 to 1) between {_told(key, names)} goes {course}."
    return (
        f"Affinity ({MINUS}1 to 1) changes most between {_told(key, names)}, {course}. "
        f"At the end it is {_extremes(states[1], names)}."
    )
