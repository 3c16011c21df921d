"""How an actor's choices move with one quantity: the words, the chart and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.reporting import chart_kit as kit
from sim.reporting.chart_kit import Chart, Table, go
from sim.scenario.cameo import is_conflict
from sim.scenario.schema import Description, Outcome
from sim.statistics.measures import Measure, measure, quantity_text
from sim.studies.responses.result import Response, Shift
from sim.text import NBSP, enough, listing, percent, sentence

LINES = 6
"""Most levers that a chart draws."""
_TOLD = 2
"""Most levers that a sentence names as used more, and as used less."""
SEEN = 0.01
"""Least change of a probability that is told: one percentage point."""


@dataclass(frozen=True, eq=False)
class ActorResponse:
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
    name = sentence(quantity_text(response.phrase, description))
    outcome = Outcome(name=name, of=str(response.phrase))
    item = measure(str(response.phrase), outcome, description).fitted(response.values)
    return replace(item, digits=enough(response.values, item.digits))


def moved(shifts: Sequence[Shift], *, rise: bool, most: int) -> list[Shift]:
    """The options whose probability rises (or falls) visibly, the first ``most`` of them."""
    return [one for one in shifts if abs(one.change) >= SEEN and (one.change > 0) == rise][:most]


def option_text(shift: Shift, description: Description) -> str:
    """A lever and the other actor: ``hold a summit (Southland)``."""
    return f"{description.levers[shift.lever].name} ({description.actors[shift.other].name})"


def changed(shift: Shift, description: Description) -> str:
    """An option and its change: ``hold a summit (Southland, 10 % to 20 %)``."""
    ends = f"{percent(shift.low)} to {percent(shift.high)}"
    return f"{option_text(shift, description).removesuffix(')')}, {ends})"


def response_finding(near: Response, description: Description) -> str:
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
        options = [
            f"to {changed(one, description)}" for one in moved(shifts, rise=rise, most=_TOLD)
        ]
        said += [f"{word} often {listing(options)}"] * bool(options)
    return ", and ".join(said)


def response_chart(answer: ActorResponse, description: Description) -> Chart | None:
    """Draw the probabilities of the levers that move most, over the whole range.

    Which levers these are says the nearer response; ``None`` where nothing moves.
    """
    near, whole = answer.near, answer.whole
    drawn = near.movers(LINES)
    drawn = tuple(one for one in drawn if abs(one.change) >= SEEN) or drawn[:1]
    if not drawn:
        return None
    item = scale(whole, description)
    values, columns = kit.as_texts(whole.values, item.of_run), []
    figure = go.Figure()
    for shift, colour, symbol in zip(drawn, kit.COLOURS, kit.SYMBOLS, strict=False):
        name, chances = option_text(shift, description), whole.chances(shift)
        shown = kit.as_texts(chances, percent)
        hover = [
            f"<b>{kit.plain(name)}: {chance}</b><br>{kit.plain(item.short or item.name)} at {value}"
            for value, chance in zip(values, shown, strict=True)
        ]
        dash = "dash" if is_conflict(description.levers[shift.lever]) else "solid"
        x, entry = kit.rounded(whole.values), kit.wrapped(name, 44)
        kit.line(figure, x, chances, hover, colour, entry, dash=dash, symbol=symbol)
        columns.append((name, shown))
    # Where the scenario starts, and the stretch around it that the words are about.
    low, high = (float(value) for value in near.values[[0, -1]])
    figure.add_vrect(low, high, layer="below", fillcolor=kit.GRID, opacity=0.5, line_width=0)
    figure.add_vline(
        near.start,
        line={"color": kit.INK, "dash": "dot"},
        annotation={"text": f"start {item.of_run(near.start)}", "bgcolor": kit.PAPER},
        annotation_position="top",
    )
    low, high = (float(value) for value in whole.values[[0, -1]])
    room, unit = 0.02 * (high - low), item.unit.replace(" ", NBSP)
    figure.update_xaxes(
        title_text=kit.wrapped(f"{item.name} ({unit})", 48),
        showgrid=False,
        range=[low - room, high + room],
    )
    figure.update_yaxes(
        title_text="probability in a round", tickformat=".0%", rangemode="tozero", nticks=6
    )
    figure.update_layout(hovermode="closest")
    table = Table.of(
        f"Probability in a round, by {item.name} ({item.unit})",
        (sentence(item.short or item.name), values),
        *columns,
    )
    said, title = (
        response_finding(near, description),
        f"{description.actors[near.actor].name}: {item.name}",
    )
    return kit.finish(figure, item.name, said, table, 330, title=title, above=26, legend=True)
