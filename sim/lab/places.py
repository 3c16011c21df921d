"""Where the lab is served: its addresses and its files, for who serves it beside other pages."""

from __future__ import annotations

PLACES = (
    "ask", "bench", "build", "build-copy", "build-new", "collected", "compare", "enter", "keep",
    "open", "scenarios", "turn", "wall",
)  # fmt: skip
"""First parts of all addresses of the lab but ``/`` and ``/static``."""
STATIC = ("sim.lab.pages", "static")
"""Package and folder of its own files."""
DRAWN_BY = (("sim.reporting", "static", "fans.js"), ("sim.reporting", "static", "fans.css"))
"""Files by which fans are drawn."""
