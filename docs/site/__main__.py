"""Build the site into a folder, by default ``reports/site``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from docs.site.build import ROOT, SiteError, build


def main(words: Sequence[str]) -> int:
    """Build, say where it is, and give the exit code."""
    parser = argparse.ArgumentParser("python -m docs.site", description="Build the site of docs.")
    default = ROOT / "reports" / "site"
    parser.add_argument("folder", nargs="?", type=Path, default=default, help="where it goes")
    folder = parser.parse_args(words).folder
    try:
        pages = build(folder)
    except SiteError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{pages} pages. Open {folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
