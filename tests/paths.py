"""Where the checkout, its scenarios and its documents lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = ROOT / "scenarios"
CLAIMS = SCENARIOS / "propositions"
VALLEY = SCENARIOS / "two-neighbours.yaml"
"""The smallest scenario that ships."""
BASE = SCENARIOS / "northeast-asia-2016.yaml"
LARGE = SCENARIOS / "yamaguchi-2016.yaml"
SHIPPED = sorted(
    path for path in SCENARIOS.glob("*.yaml") if path.stem not in ("sources", "shocks")
)
"""Every scenario that comes with the program."""
