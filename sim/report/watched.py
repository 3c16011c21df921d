"""The probability of each watched event, by date."""

from __future__ import annotations

from sim.analysis.summary import Watched
from sim.analysis.words import NBSP, month, percent
from sim.report.chart import Chart, Table, go, iso, rounded, styled
from sim.report.palette import BAND50, BLUE


def watched_chart(event: Watched) -> Chart:
    """Draw in what share of the runs an event has happened, by date, with its interval."""
    dates = iso(event.dates)
    edge = {
        "x": dates, "mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip",
        "showlegend": False,
    }  # fmt: skip
    figure = go.Figure()
    figure.add_scatter(y=rounded(event.low, 4), **edge)
    figure.add_scatter(y=rounded(event.high, 4), fill="tonexty", fillcolor=BAND50, **edge)
    figure.add_scatter(
        x=dates, y=rounded(event.probability, 4), mode="lines", showlegend=False,
        line={"width": 2.5, "color": BLUE, "shape": "hv"}, hoverinfo="text",
        hovertext=[
            f"<b>by {month(date)}: {percent(float(share))}</b><br>"
            f"95{NBSP}% interval {percent(float(low))} to {percent(float(high))}"
            for date, share, low, high in zip(
                event.dates, event.probability, event.low, event.high, strict=True
            )
        ],
    )  # fmt: skip
    figure.update_yaxes(
        range=[-0.02, 1.02], tickformat=".0%", tickvals=[0, 0.5, 1], title_text="probability"
    )
    figure.update_xaxes(range=[dates[0], dates[-1]], showgrid=False, hoverformat="%B %Y", nticks=6)
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
    return Chart(styled(figure, event.name, said, 180), event.name, said, table)
