"""QR codes of the students' address, for a terminal and for the projector."""

from __future__ import annotations

import io

import segno


def students(address: str, code: str) -> str:
    """The address that a QR code holds: the code stands where browsers do not send it."""
    return f"{address}/#{code}"


def in_letters(text: str) -> list[str]:
    """A QR code as lines of half blocks, light on dark."""
    out = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(out=out, border=2, compact=True)
    return out.getvalue().splitlines()


def as_svg(text: str, title: str) -> str:
    """A QR code as an SVG element that scales with its box."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, border=2, light="#fff", title=title, svgclass="qr")
    return str(drawn).replace("<svg ", '<svg role="img" ', 1)
