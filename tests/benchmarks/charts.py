"""The two charts of ``docs/performance.md``: contestants, and how the time grows.

Matplotlib draws them (it comes with the extra ``analysis``). Text stays text, and
a style sheet inside the file turns the colours about for readers on a dark page.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from sim.reporting.chart_kit import BLUE, INK, MUTED, PAPER, RULE, TEMPLATE, VERMILLION
from tests.benchmarks.figures import Part, Rate, figure, rates
from tests.benchmarks.scaling_tables import done, exponents, per_round

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

GRID = "#D0D7DE"
DARK = {INK: "#E6EDF3", MUTED: "#9DA7B3", RULE: "#6E7681", GRID: "#30363D", PAPER: "#0D1117",
        BLUE: "#58A6FF", VERMILLION: "#FF9B5E"}  # fmt: skip
"""What each colour becomes on a dark page; both sets keep their contrast."""
_WIDE = "DejaVu Sans"
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "entente",
    # Room is reckoned for the widest of the fonts that a reader may have.
    "font.family": _WIDE,
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
}
FEW = 200
"""From this ratio of the largest to the least on, a scale marks tenfolds only."""
_DRAWN = "drawn from "
GROWING = ("runs", "rounds", "actors")


def write(found: Part, folder: Path) -> list[Path]:
    """Draw what a file of figures holds enough for.

    Returns
    -------
    list of Path
        ``performance.svg`` and ``scaling.svg``, as far as they could be drawn.
    """
    made = []
    for name, (parts, title, draw) in CHARTS.items():
        if set(parts) <= set(found):
            path = folder / name
            path.write_text(_svg(draw(found), title, digest(found, parts)), "utf-8", newline="\n")
            made.append(path)
    return made


def digest(found: Part, parts: Sequence[str]) -> str:
    """What tells whether a chart was drawn from these figures."""
    text = json.dumps({name: found.get(name) for name in parts}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def up_to_date(found: Part, folder: Path) -> bool:
    """Whether the charts in a folder were drawn from these figures."""
    return all(
        _DRAWN + digest(found, parts) in (folder / name).read_text("utf-8")
        for name, (parts, *_) in CHARTS.items()
    )


def _contestants(found: Part) -> Figure:
    """Runs a second of each contestant, on a scale of tenfolds."""
    from matplotlib import pyplot

    shown = rates(found["suite"])
    plain = next((rate.middle for rate in shown if rate.key == "mesa"), None)
    with pyplot.rc_context(STYLE):
        drawn, axes = pyplot.subplots(figsize=(8, 1.1 + 0.42 * len(shown)))
        for place, rate in enumerate(reversed(shown)):
            colour = BLUE if rate.key == "engine" else MUTED
            axes.plot([rate.low, rate.high], [place, place], color=colour, linewidth=2.5)
            axes.plot([rate.middle], [place], "o", color=colour, markersize=7)
            axes.annotate(
                _said(rate, plain), (rate.high, place), (9, 0), textcoords="offset points",
                va="center", color=INK, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
            )  # fmt: skip
        axes.set_yticks(range(len(shown)), [_named(rate) for rate in reversed(shown)])
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
        _tenfolds(axes.xaxis, _plain)
        low, high = min(r.low for r in shown), max(r.high for r in shown)
        axes.set_xlim(low / 1.6, high * 12)
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.set_xlabel("runs a second, one core; each line further is ten times as many")
        drawn.tight_layout()
    return drawn


def _named(rate: Rate) -> str:
    if rate.key != "engine":
        return rate.name
    return f"{rate.name}, {rate.runs:,} run{'s' if rate.runs != 1 else ''}"


def _said(rate: Rate, plain: float | None) -> str:
    if plain is None or rate.key == "mesa":
        return figure(rate.middle)
    return f"{figure(rate.middle)}  ({figure(rate.middle / plain)} × Mesa)"


Line = tuple[str, Callable[[Part], float], str]
"""A line's name, its value at a point, its colour."""


def _scaling(found: Part) -> Figure:
    """Time over runs, rounds and actors, and memory over actors."""
    from matplotlib import pyplot

    def time(row: Part) -> float:
        return median(row["seconds"])

    panels: tuple[tuple[str, str, tuple[Line, ...]], ...] = (
        ("runs", "Time by runs", (("", time, BLUE),)),
        ("rounds", "Time by rounds", (("", time, BLUE),)),
        ("actors", "Time by actors",
         (("to lay out", lambda row: row["ready_seconds"], VERMILLION),
          ("a run and round", per_round, BLUE))),
        ("actors", "Peak memory by actors",
         (("", lambda row: row["peak_bytes"] / 1e6, BLUE),)),
    )  # fmt: skip
    with pyplot.rc_context(STYLE):
        drawn, grid = pyplot.subplots(2, 2, figsize=(8, 6.6))
        for axes, (name, title, lines) in zip(grid.flat, panels, strict=True):
            rows = done(found[name])
            if name != "actors":
                _proportion(axes, name, rows, lines[0][1])
            for nth, (told, of, colour) in enumerate(lines):
                # Of two lines that end together the words part, the first upward.
                _line(axes, name, rows, told, of, colour, (1 - len(lines) + 2 * nth) * -14)
            axes.set_title(title, loc="left")
            axes.set_xlabel(name)
            _tenfolds(axes.xaxis, _plain)
            _tenfolds(axes.yaxis, _megabytes if "memory" in title else _time)
            axes.set_xticks([row[name] for row in rows], [_plain(row[name]) for row in rows])
            ends = rows[0][name], rows[-1][name]
            # Room at the right for the words beside the last point.
            axes.set_xlim(ends[0] / 1.3, ends[1] * (ends[1] / ends[0]) ** 0.42)
            axes.margins(y=0.12)
        drawn.tight_layout(h_pad=2)
    return drawn


def _line(
    axes: Axes,
    name: str,
    rows: Sequence[Part],
    told: str,
    of: Callable[[Part], float],
    colour: str,
    lift: int,
) -> None:
    xs, ys = [row[name] for row in rows], [of(row) for row in rows]
    axes.plot(xs, ys, "o-", color=colour, linewidth=2, markersize=5)
    power = f"power {exponents(name, rows, of)[0]:.2f}" if len(rows) > 1 else ""
    axes.annotate(
        "\n".join(filter(None, [told, power])), (xs[-1], ys[-1]), (9, lift),
        textcoords="offset points", va="center", color=colour, fontweight="bold",
    )  # fmt: skip


def _proportion(axes: Axes, name: str, rows: Sequence[Part], of: Callable[[Part], float]) -> None:
    """Where the points would lie if all grew in proportion to the last."""
    last = rows[-1]
    xs = [row[name] for row in rows]
    ys = [of(last) * x / last[name] for x in xs]
    axes.plot(xs, ys, linestyle=(0, (3, 3)), color=MUTED, linewidth=1)
    axes.annotate(
        "in proportion", (xs[0], ys[0]), (10, 2), textcoords="offset points",
        va="top", color=MUTED,
    )  # fmt: skip


def _plain(value: float) -> str:
    for size, letter in ((1e6, "m"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def _megabytes(value: float) -> str:
    return f"{value / 1e3:g} GB" if value >= 1e3 else f"{value:g} MB"


def _time(value: float) -> str:
    """Write a mark of a scale of times; marks are 1, 2 or 5 of a unit, tens or hundreds."""
    for size, unit in ((1, "s"), (1e-3, "ms")):
        if value >= 0.999 * size:
            return f"{value / size:,.0f} {unit}"
    return f"{value / 1e-6:.3g} µs"


def _tenfolds(axis: Axis, said: Callable[[float], str]) -> None:
    """A scale of tenfolds, with marks between where there are too few."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    along = axis.axes.set_xscale if axis is axis.axes.xaxis else axis.axes.set_yscale
    along("log")
    low, high = sorted(axis.get_data_interval())
    axis.set_major_locator(LogLocator(subs=(1.0,) if high / low > FEW else (1.0, 2.0, 5.0)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: said(value)))
    axis.set_minor_formatter(NullFormatter())


def _svg(drawn: Figure, title: str, drawn_from: str) -> str:
    from matplotlib import pyplot

    buffer = io.StringIO()
    with pyplot.rc_context(STYLE):
        drawn.savefig(
            buffer, format="svg", bbox_inches="tight", pad_inches=0.15,
            metadata={"Date": None, "Creator": None},
        )  # fmt: skip
    pyplot.close(drawn)
    text = "\n".join(line.rstrip() for line in buffer.getvalue().splitlines())
    text = text.replace(f"'{_WIDE}'", TEMPLATE.layout.font.family.replace('"', "'"))
    start = text.index("<svg ")
    end = text.index(">", start) + 1
    tag = text[start : end - 1] + f' role="img" aria-label="{html.escape(title)}">'
    told = f"<title>{html.escape(title)}</title>\n<desc>{_DRAWN}{drawn_from}</desc>"
    return f"{text[:start]}{tag}\n{told}\n<style>{_dark()}</style>{text[end:]}\n"


def _dark() -> str:
    rules = []
    for light, dark in DARK.items():
        for what in ("fill", "stroke"):
            rules.append(f'[style*="{what}: {light.lower()}"]{{{what}:{dark} !important}}')
    return "@media (prefers-color-scheme: dark){" + "".join(rules) + "}"


CHARTS: dict[str, tuple[tuple[str, ...], str, Callable[[Part], Figure]]] = {
    "performance.svg": (
        ("suite",), "Runs a second of this engine and of the same model by other means",
        _contestants,
    ),
    "scaling.svg": (
        GROWING, "How time and memory grow with runs, rounds and actors", _scaling
    ),
}  # fmt: skip
"""File, the parts it shows, its title, and how it is drawn."""
