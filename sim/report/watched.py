"""The probability of each watched event, by date."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.summary import Watched
from sim.analysis.words import NBSP, month, percent, sentence
from sim.report.chart import DATES, Chart, Table, go, iso, rounded, styled
from sim.report.palette import BAND50, BLUE

TOPS = (0.05, 0.1, 0.2, 0.5, 1.0)


def common_top(events: Sequence[Watched]) -> float:
    """End of the probability axis that all charts of these events share."""
    return top_over(max((float(event.high.max()) for event in events), default=1.0))


def top_over(most: float) -> float:
    """End of a probability axis on which ``most`` still stands."""
    return next((top for top in TOPS if most <= top), 1.0)


def watched_chart(event: Watched, top: float = 1.0) -> Chart:
    """Draw in what share of the runs an event has happened, by date, with its interval.

    Parameters
    ----------
    event : Watched
        Probabilities by round.
    top : float
        End of the probability axis.
    """
    dates = iso(event.dates)
    edge = {
        "x": dates, "mode": "lines", "line": {"width": 0, "shape": "vh"}, "hoverinfo": "skip",
        "showlegend": False,
    }  # fmt: skip
    figure = go.Figure()
    figure.add_scatter(y=rounded(event.low, 4), **edge)
    figure.add_scatter(y=rounded(event.high, 4), fill="tonexty", fillcolor=BAND50, **edge)
    figure.add_scatter(
        x=dates, y=rounded(event.probability, 4), mode="lines", showlegend=False,
        line={"width": 2.5, "color": BLUE, "shape": "vh"}, hoverinfo="text",
        hovertext=[
            f"<b>by {month(date)}: {percent(float(share))}</b><br>"
            f"95{NBSP}% interval {percent(float(low))} to {percent(float(high))}"
            for date, share, low, high in zip(
                event.dates, event.probability, event.low, event.high, strict=True
            )
        ],
    )  # fmt: skip
    figure.update_yaxes(
        range=[-0.02 * top, 1.02 * top],
        tickformat=".1%" if top < 0.1 else ".0%",
        tickvals=[0, top / 2, top],
        title_text="probability",
    )
    figure.update_xaxes(range=[dates[0], dates[-1]], **(DATES | {"nticks": 5}))
    figure.update_layout(hovermode="x")
    said = f"Probability by {month(event.dates[-1])}: {event.chance} ({event.interval})."
    table = Table(
        caption=f"{event.name}: probability by date",
        header=("By", "Probability", "From", "To"),
        rows=tuple(
            (month(date), percent(float(share)), percent(float(low)), percent(float(high)))
            for date, share, low, high in zip(
                event.dates, event.probability, event.low, event.high, strict=True
            )
        ),
    )
    name = sentence(event.name)
    return Chart(styled(figure, name, said, 190), name, said, table)
