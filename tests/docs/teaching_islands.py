"""Figures of the exercise in the lab, in which single changes keep the islands' talks alive.

``python -m tests.docs.teaching_islands`` writes them anew (some ten seconds); a test compares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import xarray as xr

from sim.lab.knobs import Knob, named
from sim.lab.variant import Change, Variant
from sim.simulation.ensemble import run
from sim.statistics.paired_difference import paired
from sim.text import number, signed
from tests.docs.teaching_figures import Floats, ends, happened, middle, share, table
from tests.fixtures.paths import ROOT

NAME = "northeast-asia-2016"
RUNS = 2000
"""As many as the lab plays in the end, with the seed of the file: so a class sees these figures."""
PROJECT, TREATIES, ACTS = "joint_projects", ("treaty", "peace"), "conciliation"
CHANGES = (
    ("relations.japan and russia.tension", "0.05"),
    ("issues.islands.stances.russia.salience", "0.1"),
    ("issues.islands.stances.japan.salience", "0.1"),
    ("issues.islands.stances.japan.position", "40"),
    ("issues.far_east.stances.russia.salience", "0.9"),
    ("issues.isolation.outcome", "30"),
    ("relations.russia to japan.ties", "0.5"),
    ("relations.united_states to japan.commitment", "0.4"),
    ("actors.japan.support", "0.8"),
    ("levers.joint_activity.consent.russia to japan", "0.9"),
    ("levers.open_joint_project.usual.japan to russia", "0.04"),
    ("lens", "liberal"),
    ("events.scandal_in_tokyo", "off"),
)
"""Single changes beside the scenario's own knobs: what the two want, how they stand, what they do.
A class finds them by the search."""
BY_DECREE = ("levers.open_joint_project.usual.japan to russia",)
"""Changes that put in what is to come out."""


Difference = tuple[float, float, float]
"""A paired difference to the base, and the ends of its 95 % interval."""


@dataclass(frozen=True)
class Found:
    """What came of a change."""

    words: str
    project: Difference
    treaty: Difference
    acts: Difference


def variant(*pairs: tuple[str, str]) -> Variant:
    """The scenario with some changes."""
    return Variant(Path(NAME), tuple(Change(*pair) for pair in pairs))


@cache
def played(*pairs: tuple[str, str]) -> xr.Dataset:
    """All runs of the scenario with some changes."""
    found = run(variant(*pairs).scenario(), RUNS)
    assert (found["failed_round"].values < 0).all()
    return found


def watched(data: xr.Dataset, *names: str) -> Floats:
    """Whether one of some watched events happened, by run, as one column."""
    held = happened(data)[:, [list(data["watch"].values).index(name) for name in names]]
    return np.asarray(held.max(axis=1, keepdims=True), dtype=np.float64)


def points(pairs: tuple[tuple[str, str], ...], *names: str) -> Difference:
    """By how many points of 100 a probability changes."""
    found = paired(watched(played(), *names), watched(played(*pairs), *names), events=True)
    low, high = (100 * float(end[0]) for end in found.interval())
    return 100 * float(found.difference[0]), low, high


def acts(data: xr.Dataset) -> Floats:
    """Friendly acts from one toward the other by the end, by run, as one column."""
    return ends(data)[:, [list(data["outcome"].values).index(ACTS)]]


def effect(*pairs: tuple[str, str]) -> Found:
    """What some changes come to."""
    counted = paired(acts(played()), acts(played(*pairs)), whole=True)
    low, high = (float(end[0]) for end in counted.interval())
    return Found(
        "; ".join(variant(*pairs).in_words()),
        points(pairs, PROJECT),
        points(pairs, *TREATIES),
        (float(counted.difference[0]), low, high),
    )


Single = tuple[tuple[str, str], Found]
"""A change by path and value, and what came of it."""


@cache
def effects() -> tuple[Single, ...]:
    """What each of the other changes comes to, the one that helps most first."""
    found = [(pair, effect(pair)) for pair in CHANGES]
    return tuple(sorted(found, key=lambda one: -one[1].project[0]))


@cache
def ends_of_knobs() -> tuple[tuple[Knob, Single, Single], ...]:
    """What each of the scenario's knobs comes to at its lowest and at its highest."""
    rows = []
    for knob in named(variant().scenario()):
        low, high = ((knob.path, f"{end:g}") for end in (knob.low, knob.high))
        rows.append((knob, (low, effect(low)), (high, effect(high))))
    return tuple(rows)


def best() -> list[Single]:
    """All single changes but those by decree, the one that helps most first."""
    singles = [*effects(), *(end for _, low, high in ends_of_knobs() for end in (low, high))]
    helpful = [one for one in singles if one[0][0] not in BY_DECREE]
    return sorted(helpful, key=lambda one: -one[1].project[0])


def told(found: Difference, digits: int = 0) -> str:
    """A difference with its interval; bold where it can be seen and is not chance."""
    at, low, high = (signed(value, digits) for value in found)
    seen = (found[1] > 0 or found[2] < 0) and at.strip("+−0.")
    return f"**{at}** ({low} to {high})" if seen else f"{at} ({low} to {high})"


def base() -> str:
    """What happens without any change, by four things that one might mean by talks alive."""
    data = played()
    last_year = data["reported"].values[:, -1] - data["reported"].values[:, -5]
    index = list(data["outcome"].values).index(ACTS)
    still = np.asarray(last_year[:, index] > 0, dtype=np.float64)
    rows = [
        ("Tokyo still makes a friendly step in the last year", share(still)),
        ("friendly steps in four years, middle and nine runs in ten", middle(acts(data)[:, 0], 0)),
        ("a joint project on the islands is opened", share(watched(data, PROJECT))),
        ("a treaty is signed, with two islands or without any", share(watched(data, *TREATIES))),
    ]
    return table(("what one might mean by “alive”", "in the base"), rows)


def changes() -> str:
    """What each of the other single changes comes to."""
    rows = [
        (found.words, told(found.project), told(found.treaty), told(found.acts, 1))
        for _, found in effects()
    ]
    header = ("one change", "a joint project, points", "a treaty, points", "friendly steps")
    return table(header, rows)


def knobs() -> str:
    """What each of the scenario's knobs comes to at its two ends."""
    rows = [
        (
            f"{knob.title} ({knob.value:g}; {knob.low:g} to {knob.high:g})".replace("-", "−"),
            *(told(end.project) for end in (low, high)),
            *(told(end.treaty) for end in (low, high)),
        )
        for knob, (_, low), (_, high) in ends_of_knobs()
    ]
    header = (
        "knob (as it is; its ends)",
        "joint project, at its lowest",
        "joint project, at its highest",
        "treaty, at its lowest",
        "treaty, at its highest",
    )
    return table(header, rows)


def together() -> str:
    """Whether the three best changes of different numbers add up, two by two."""
    three: dict[str, Single] = {}
    for one in best():
        three.setdefault(one[0][0], one)
    rows = [
        (
            "; ".join(variant(one, two).in_words()),
            signed(first.project[0] + second.project[0], 0),
            told(points((one, two), PROJECT)),
        )
        for (one, first), (two, second) in combinations(list(three.values())[:3], 2)
    ]
    return table(("two changes", "sum of the two, points", "both together, points"), rows)


def chance() -> str:
    """How the same comparison looks with as many runs as the first fans have, by other luck."""
    pair = best()[0][0]
    rows = []
    for seed in range(1, 6):
        shares = [
            100 * float(watched(run(variant(*changed).scenario(), 200, seed=seed), PROJECT).mean())
            for changed in ((), (pair,))
        ]
        before, after = (f"{number(share, 0)} %" for share in shares)
        rows.append((str(seed), before, after, signed(shares[1] - shares[0], 0)))
    return table(("seed", "base, 200 runs", "changed, 200 runs", "points"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "islands-base": base,
    "islands-knobs": knobs,
    "islands-changes": changes,
    "islands-together": together,
    "islands-chance": chance,
}

if __name__ == "__main__":
    from tests.docs.teaching import rewritten

    paper = ROOT / "docs" / "teaching" / "islands-lab-45.md"
    paper.write_text(rewritten(paper.read_text("utf-8")), encoding="utf-8")
