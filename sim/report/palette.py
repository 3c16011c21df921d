"""Colours that colour-blind readers can tell apart and that survive a grey printer.

The hues are those of Okabe and Ito (2008), "Color Universal Design".
"""

from __future__ import annotations

from itertools import pairwise

BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"

INK = "#1B1F24"
MUTED = "#57606A"
RULE = "#8C959F"
GRID = "#E4E8EC"
PAPER = "#FFFFFF"

BAND90 = "rgba(0,114,178,0.16)"
BAND50 = "rgba(0,114,178,0.34)"
SAMPLE = "rgba(27,31,36,0.38)"

FONT = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", '
    '"Liberation Sans", Arial, sans-serif'
)

QUAD = ("#9CCBEA", BLUE, "#F5C98A", VERMILLION)
"""Verbal and material cooperation, verbal and material conflict: deeds are darker."""
QUAD_PATTERN = ("", "", "/", "x")
"""Conflict is hatched, for readers of a grey print."""

_DIVERGING = (
    (-1.0, VERMILLION),
    (-0.5, "#E8955A"),
    (0.0, "#B4BAC1"),
    (0.5, "#5FA3CF"),
    (1.0, BLUE),
)
_COOPERATION = ("#F4F8FB", "#B5D6EC", "#62A8D4", BLUE, "#003F66")
_CONFLICT = ("#FCF7F3", "#F6CFAE", "#E8955A", VERMILLION, "#6E2F00")


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def faint(colour: str, strength: float) -> str:
    """A colour that lets what lies below it show through; ``strength`` from 0 to 1."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{strength})"


def diverging(value: float) -> str:
    """Colour of an affinity from -1 (vermillion) over 0 (grey) to 1 (blue)."""
    value = min(max(value, -1.0), 1.0)
    for (low, first), (high, second) in pairwise(_DIVERGING):
        if value <= high:
            share = (value - low) / (high - low)
            mixed = (
                round(a + share * (b - a))
                for a, b in zip(_channels(first), _channels(second), strict=True)
            )
            return "#" + "".join(f"{channel:02X}" for channel in mixed)
    return _DIVERGING[-1][1]


def sequential(*, conflict: bool) -> list[list[float | str]]:
    """Colour scale from none to most, blue for cooperation and orange for conflict.

    The steps follow the square root of the value: most levers are used in a
    few rounds of a hundred, and a linear scale would leave them all white.
    """
    colours = _CONFLICT if conflict else _COOPERATION
    last = len(colours) - 1
    return [[(place / last) ** 2, colour] for place, colour in enumerate(colours)]
