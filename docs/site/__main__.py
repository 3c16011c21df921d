"""Build the site into a folder, by default ``reports/site``."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.site.build import ROOT, SiteError, build

USAGE = "python -m docs.site [FOLDER]"


def main(words: list[str]) -> int:
    """Build, say where it is, and give the exit code."""
    if len(words) > 1 or any(word.startswith("-") for word in words):
        print(f"usage: {USAGE}", file=sys.stderr)
        return 2
    folder = Path(words[0]) if words else ROOT / "reports" / "site"
    try:
        pages = build(folder)
    except SiteError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{pages} pages. Open {folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
