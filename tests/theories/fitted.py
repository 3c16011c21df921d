"""Reaction functions fitted to yearly counts of events, read from the folder beside the checkout.

The tone of a year is the mean friendliness of its events, by their kind, as the model has it
(``docs/model.md``, 4). It is regressed on the tone of the year before of the same actor toward the
same other, and on that of the other, of twelve ordered pairs together.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.text import TextTable
from sim.theories.protocol import Track
from tests.theories.published import FOLDER

KINDS: dict[Track, dict[str, float]] = {
    "words": {"verbCoop": 0.65, "verbConf": -0.7},
    "deeds": {"matlCoop": 0.85, "matlConf": -0.9},
}
"""Friendliness of events by kind: half for the tone, half for a tenth of the Goldstein value."""


@dataclass(frozen=True)
class Fit:
    """Coefficients of routine and reciprocity, their standard errors by pair, and what is told."""

    coefficients: Floats
    errors: Floats
    observations: int
    explained: float


def fit(track: Track, *, own_level: bool) -> Fit:
    """Least squares, with one level of tone for all, or one for each ordered pair."""
    tone = _tones(track)
    ways = sorted({way for way, _ in tone})
    years = sorted({year for _, year in tone})
    cases = [(way, year) for way in ways for year in years[1:]]
    before = [[tone[way, year - 1], tone[way[::-1], year - 1]] for way, year in cases]
    level = [[float(way == one) for one in ways] if own_level else [1.0] for way, _ in cases]
    x, y = np.hstack([before, level]), np.array([tone[case] for case in cases])
    found = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = y - x @ found
    pairs = np.array([" ".join(sorted(way)) for way, _ in cases])
    scores = np.array([x[pairs == one].T @ rest[pairs == one] for one in sorted(set(pairs))])
    inverse = np.linalg.inv(x.T @ x)
    errors = np.sqrt(np.diag(inverse @ scores.T @ scores @ inverse))
    explained = 1 - rest @ rest / ((y - y.mean()) @ (y - y.mean()))
    return Fit(found[:2], errors[:2], len(y), float(explained))


def table() -> str:
    """The fits as the document shows them."""
    tracks: tuple[Track, ...] = ("words", "deeds")
    lines = []
    for track in tracks:
        for own_level, name in [(False, "one for all"), (True, "one for each ordered pair")]:
            found = fit(track, own_level=own_level)
            shown = [
                f"{value:.2f} ({error:.2f})"
                for value, error in zip(found.coefficients, found.errors, strict=True)
            ]
            lines.append((track, name, *shown, f"{found.explained:.2f}", str(found.observations)))
    head = ("track", "usual tone", "routine", "reciprocity", "R squared", "years")
    return TextTable("", head, tuple(lines)).markdown


def _tones(track: Track) -> dict[tuple[tuple[str, str], int], float]:
    """By ordered pair and year, the mean friendliness of what was done."""
    path = FOLDER.parent / "calibration" / "icews_directed_dyad_year_2002_2014.csv"
    found = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            counts = {kind: float(row[kind]) for kind in KINDS[track]}
            tone = sum(KINDS[track][kind] * count for kind, count in counts.items())
            way = (row["source"], row["target"])
            found[way, int(row["year"])] = tone / sum(counts.values())
    return found
