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


def opened(browser: Browser, path: Path, width: int) -> tuple[Page, list[str]]:
    """Open a page and wait for its charts; also what it complained about or asked for."""
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
    return page, trouble
