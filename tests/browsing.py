"""Opening pages in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


_UNKNOWN = """() => {
  const block = document.getElementById("figures");
  if (!window.Plotly || !block) return [];
  const { traces, layout } = Plotly.PlotSchema.get();
  const ofLayout = Object.assign(
    {}, layout.layoutAttributes, ...Object.values(traces).map((one) => one.layoutAttributes));
  const found = new Set();
  function look(value, known, path) {
    for (const [key, inner] of Object.entries(value)) {
      const here = known[key] || known[key.replace(/[0-9]+$/, "")];
      if (!here) found.add(`plotly.js does not know ${path}.${key}`);
      else if (here.valType || inner === null || typeof inner !== "object") continue;
      else if (!Array.isArray(inner)) look(inner, here, `${path}.${key}`);
      else for (const one of inner) look(one, Object.values(here.items)[0], `${path}.${key}`);
    }
  }
  for (const { data, layout } of Object.values(JSON.parse(block.textContent))) {
    for (const { type, ...rest } of data) look(rest, traces[type].attributes, type);
    look(layout, ofLayout, "layout");
  }
  return [...found];
}"""
"""What stands in the figures of a page and not in the schema of the plotly.js that draws them."""


def opened(browser: Browser, path: Path, width: int) -> tuple[Page, list[str]]:
    """Open a page and wait for its charts; also what it complained about or asked for.

    What the installed plotly put into a figure and the page's plotly.js does not know
    is trouble too: the two may be of different releases.
    """
    page = browser.new_page(viewport={"width": width, "height": 900})
    trouble: list[str] = []

    def asked(request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            trouble.append(f"asked for {request.url}")

    page.on("request", asked)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn=all]", state="attached", timeout=60_000)
    trouble += page.evaluate(_UNKNOWN)
    return page, trouble
