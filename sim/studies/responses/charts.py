"""How an actor's choices move with one quantity: the words, the chart and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    VERMILLION,
    Chart,
    Table,
    go,
    plain,
    rounded,
    styled,
    wrapped,
)
from sim.scenario.cameo import is_conflict
from sim.scenario.schema import Description, Outcome
from sim.statistics.measures import Measure, in_words, measure
from sim.studies.responses.responses import Response, Shift
from sim.text import NBSP, enough, listing, percent, sentence

LINES = 6
"""Most levers that a chart draws."""
TOLD = 2
"""Most levers that a sentence names as used more, and as used less."""
SEEN = 0.01
"""Least change of a probability that is told: one percentage point."""
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, BLACK)
MARKERS = ("circle", "square", "diamond", "triangle-up", "cross", "x")
HEIGHT, AXIS, ENTRY = 330, 62, 19
"""Pixels of a plot with its axis, of the axis alone, and of a line of the legend."""


@dataclass(frozen=True, eq=False)
class Answer:
    """An actor's response to one quantity.

    Attributes
    ----------
    near : Response
        Between a quarter of the range below the start and a quarter above: what is told.
    whole : Response
        Over the range: what is drawn.
    """

    near: Response
    whole: Response


def scale(response: Response, description: Description) -> Measure:
    """Name, unit and ends of the quantity that is set, with decimals that suit its values."""
    name = sentence(in_words(response.phrase, description))
    outcome = Outcome(name=name, of=str(response.phrase))
    item = measure(str(response.phrase), outcome, description).fitted(response.values)
    return replace(item, digits=enough(response.values, item.digits))


def moved(shifts: Sequence[Shift], *, rise: bool, most: int) -> list[Shift]:
    """The options whose probability rises (or falls) visibly, the first ``most`` of them."""
    return [one for one in shifts if abs(one.change) >= SEEN and (one.change > 0) == rise][:most]


def option(shift: Shift, description: Description) -> str:
    """A lever and the other actor: ``hold a summit (Southland)``."""
    return f"{description.levers[shift.lever].name} ({description.actors[shift.other].name})"


def changed(shift: Shift, description: Description) -> str:
    """An option and its change: ``hold a summit (Southland, 10 % to 20 %)``."""
    ends = f"{percent(shift.low)} to {percent(shift.high)}"
    return f"{option(shift, description).removesuffix(')')}, {ends})"


def finding(near: Response, description: Description) -> str:
    """One sentence: what an actor does more, and less, as the quantity rises."""
    item, actor = scale(near, description), description.actors[near.actor].name
    low, high = (item.of_run(float(value)) for value in near.values[[0, -1]])
    told = _more_and_less(near.movers(), description)
    return f"{item.name} at {high} instead of {low}: {actor} " + (
        f"moves {told}." if told else "chooses as before."
    )


def consents(near: Response, description: Description) -> str:
    """One sentence: which proposals it accepts more, and less, often; empty for none."""
    told = _more_and_less(near.answers(), description)
    return f"Asked by the actor in brackets, it agrees {told}." if told else ""


def _more_and_less(shifts: Sequence[Shift], description: Description) -> str:
    """``more often to A and to B, and less often to C``."""
    said = []
    for rise, word in ((True, "more"), (False, "less")):
        options = [f"to {changed(one, description)}" for one in moved(shifts, rise=rise, most=TOLD)]
        said += [f"{word} often {listing(options)}"] * bool(options)
    return ", and ".join(said)


def response_chart(answer: Answer, description: Description) -> Chart | None:
    """Draw the probabilities of the levers that move most, over the whole range.

    Parameters
    ----------
    answer : Answer
        The levers are chosen by the nearer response.
    description : Description
        Gives the names.

    Returns
    -------
    Chart or None
        ``None`` where nothing moves.
    """
    near, whole = answer.near, answer.whole
    drawn = near.movers(LINES)
    drawn = tuple(one for one in drawn if abs(one.change) >= SEEN) or drawn[:1]
    if not drawn:
        return None
    item = scale(whole, description)
    names = [option(shift, description) for shift in drawn]
    figure = go.Figure()
    for name, shift, colour, marker in zip(names, drawn, COLOURS, MARKERS, strict=False):
        chances = whole.chances(shift)
        conflict = is_conflict(description.levers[shift.lever])
        figure.add_scatter(
            x=rounded(whole.values), y=rounded(chances, 4), mode="lines+markers",
            name=wrapped(name, 44),
            line={"width": 2.5, "color": colour, "dash": "dash" if conflict else "solid"},
            marker={"size": 7, "symbol": marker, "color": colour},
            hoverinfo="text",
            hovertext=[
                f"<b>{plain(name)}: {percent(float(chance))}</b><br>"
                f"{plain(item.short or item.name)} at {item.of_run(float(value))}"
                for value, chance in zip(whole.values, chances, strict=True)
            ],
        )  # fmt: skip
    _mark(figure, near, item)
    figure.update_xaxes(
        title_text=wrapped(f"{item.name} ({item.unit.replace(' ', NBSP)})", 48), showgrid=False,
        range=_padded(float(whole.values[0]), float(whole.values[-1])),
    )  # fmt: skip
    figure.update_yaxes(
        title_text="probability in a round", tickformat=".0%", rangemode="tozero", nticks=6
    )
    said = finding(near, description)
    styled(figure, f"{description.actors[near.actor].name}: {item.name}", said, HEIGHT)
    _legend(figure, len(drawn))
    table = Table(
        caption=f"Probability in a round, by {item.name} ({item.unit})",
        header=(sentence(item.short or item.name), *names),
        rows=tuple(
            (item.of_run(float(value)), *(percent(float(whole.chances(one)[nth])) for one in drawn))
            for nth, value in enumerate(whole.values)
        ),
    )
    return Chart(figure, item.name, said, table)


def _padded(low: float, high: float) -> list[float]:
    room = 0.02 * (high - low)
    return [low - room, high + room]


def _mark(figure: go.Figure, near: Response, item: Measure) -> None:
    """Where the scenario starts, and the stretch around it that the words are about."""
    low, high = (float(value) for value in near.values[[0, -1]])
    figure.add_shape(
        type="rect", x0=low, x1=high, y0=0, y1=1, yref="paper", layer="below",
        fillcolor=GRID, opacity=0.5, line={"width": 0},
    )  # fmt: skip
    figure.add_shape(
        type="line", x0=near.start, x1=near.start, y0=0, y1=1, yref="paper",
        line={"color": INK, "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    figure.add_annotation(
        x=near.start, y=1, yref="paper", yanchor="bottom", showarrow=False,
        text=f"start {item.of_run(near.start)}", font={"size": 12, "color": MUTED}, bgcolor=PAPER,
    )  # fmt: skip


def _legend(figure: go.Figure, entries: int) -> None:
    """Below the plot, two entries in a line on a desk and one on a phone."""
    rows = (entries + 1) // 2
    height, narrow = HEIGHT + ENTRY * rows, HEIGHT + ENTRY * entries
    figure.update_layout(
        hovermode="closest",
        legend={
            "orientation": "h", "x": 0, "xref": "container", "xanchor": "left",
            "y": 0, "yref": "container", "yanchor": "bottom", "font": {"size": 12},
            "itemclick": False, "itemdoubleclick": False,
        },
        height=figure.layout.height + ENTRY * rows,
        margin={"b": AXIS + ENTRY * rows},
        meta={
            "height": height, "above": 26,
            "narrow": {"height": narrow, "below": AXIS + ENTRY * entries},
        },
    )  # fmt: skip
    figure.update_xaxes(automargin=False)
