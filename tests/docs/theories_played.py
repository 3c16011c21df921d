"""The tables of ``docs/theories.md`` in which every theory plays every shipped scenario.

``python -m tests.docs.theories --play`` plays them (some minutes), writes what they come to
beside this module and the tables into the document. The tests hold the tables against what
was written, and play a few runs again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import sim
from sim.reporting.issue_forecasts import WORDS
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import records, scenarios
from sim.statistics.issue_forecasts import issue_forecasts
from sim.statistics.measures import measures
from sim.statistics.paired_difference import VISIBLE_SD, VISIBLE_SHARE
from sim.text import TextTable, number, sentence
from sim.theories.registry import OWN, QUANTAL

RECORD = Path(__file__).with_suffix(".json")
BASE, SMALL = "northeast-asia-2016", "two-neighbours"
RUNS, FEW, SEED = 500, 40, 7
SLOW, FEWER = ("fictitious_play", "look_ahead", "look_ahead_3"), 100
"""Theories that take long, and how many runs they play."""
TOLD = ("japan_russia", "islands", "far_east", "isolation", "maritime", "peace_in_force")
"""Outcomes of the base that the first table has."""
SCORES = ("brier", "crps_of_range")


class Ends(NamedTuple):
    """Where a measure ends under a theory: mean and standard deviation over the runs."""

    mean: float
    sd: float


Played = dict[str, dict[str, Ends]]
"""By theory and measure."""


def played(scenario: Scenario, runs: int, theories: Iterable[str] = OWN) -> Played:
    """Where every measure of a scenario ends under theories that come with the program."""
    found: Played = {}
    for theory in theories:
        some = min(runs, FEWER) if theory in SLOW else runs
        data = sim.run(scenario, runs=some, seed=SEED, theories=theory).data
        ends = data["reported"].isel(round=-1).transpose("outcome", "run").values
        seen = data["watched"].transpose("watch", "run").values >= 0
        names = [*map(str, data["outcome"].values), *(f"{id}!" for id in data["watch"].values)]
        found[theory] = {
            name: Ends(float(values.mean()), float(values.std()))
            for name, values in zip(names, [*ends, *seen.astype(float)], strict=True)
        }
    return found


def record() -> dict[str, Any]:
    """Play everything, and give what the tables and the tests need of it."""
    found = {
        path.stem: played(sim.load_scenario(path.stem), RUNS) for path in scenarios(shelves=False)
    }
    return {
        "runs": RUNS,
        "base": {
            theory: {id: round(ends[id].mean, 4) for id in TOLD}
            for theory, ends in found[BASE].items()
        },
        "widest": {name: _widest(name, ends) for name, ends in found.items()},
        "scores": scores((theory for theory in OWN if theory not in SLOW), RUNS),
        "scores_of_slow": scores((QUANTAL, *SLOW), FEWER),
        "few": few(),
    }


Scored = dict[str, dict[str, list[float]]]
"""By theory and shipped record: the mean Brier score, the mean CRPS, how many questions of each."""


def scores(theories: Iterable[str], runs: int) -> Scored:
    """How far theories are from what came."""
    found: Scored = {}
    for theory in theories:
        for path in records():
            scenario = sim.load_scenario(path.stem, overrides=[("theory", theory)])
            skills = sim.score(scenario, path.stem, runs=runs, seed=SEED).found.skills
            first = [next(one for one in skills if one.score == name) for name in SCORES]
            row = [*(round(one.own, 4) for one in first), *(one.questions for one in first)]
            found.setdefault(theory, {})[path.stem] = row
    return found


def few() -> dict[str, dict[str, float]]:
    """What a few runs of the small scenario come to."""
    found = played(sim.load_scenario(SMALL), FEW)
    return {
        theory: {id: round(one.mean, 6) for id, one in ends.items()}
        for theory, ends in found.items()
    }


def _widest(name: str, ends: Played) -> list[str]:
    """On how many measures theories come to the same, and on which they are widest apart."""
    described = sim.load_scenario(name).description
    outcomes = measures(described)
    sizes = {}
    for id, own in ends[QUANTAL].items():
        counted = id.endswith("!") or outcomes[id].share
        scale = VISIBLE_SHARE if counted else VISIBLE_SD * own.sd
        means = [one[id].mean for one in ends.values()]
        apart = max(abs(mean - own.mean) for mean in means)
        # What never varies under the built-in theory has no scale of its own.
        sizes[id] = apart / scale if scale > 0 else 0.0
    alike = sum(size < 1 for size in sizes.values())
    widest = max((id for id in sizes if id in outcomes and not outcomes[id].share),
                 key=sizes.__getitem__)  # fmt: skip
    low = min(ends, key=lambda theory: ends[theory][widest].mean)
    high = max(ends, key=lambda theory: ends[theory][widest].mean)
    show = outcomes[widest].show
    return [
        f"{alike} of {len(sizes)}",
        sentence(described.outcomes[widest].name),
        show(ends[QUANTAL][widest].mean),
        f"{show(ends[low][widest].mean)} by `{low}`",
        f"{show(ends[high][widest].mean)} by `{high}`",
    ]


def recorded() -> dict[str, Any]:
    """What was played last."""
    found: dict[str, Any] = json.loads(RECORD.read_text("utf-8"))
    return found


def written(found: dict[str, Any]) -> str:
    """A record as it lies beside this module."""
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def compared() -> str:
    """Where some outcomes of the base end under each theory."""
    outcomes = measures(sim.load_scenario(BASE).description)
    lines = []
    for theory, means in recorded()["base"].items():
        shown = [
            f"{100 * means[id]:.0f} %" if outcomes[id].share else outcomes[id].show(means[id])
            for id in TOLD
        ]
        lines.append((f"`{theory}`", *shown))
    return _table(("theory", *(sentence(outcomes[id].name) for id in TOLD)), lines)


def widest() -> str:
    """For every shipped scenario, on how many measures theories agree, and where they do least."""
    head = ("scenario", "the same", "widest apart", QUANTAL, "lowest", "highest")
    return _table(head, [(f"`{name}`", *row) for name, row in recorded()["widest"].items()])


def foretold() -> str:
    """What theories of bargaining forecast of the issues of the base, beside where they end."""
    ends = recorded()["base"]
    lines = []
    for one in issue_forecasts(sim.load_scenario(BASE).description):
        if one.outcome in TOLD:
            cells = []
            for name, forecast in one.by_theory.items():
                cells.append(f"{number(forecast, 1)} ({number(ends[name][one.outcome], 1)})")
            own = number(ends[QUANTAL][one.outcome], 1)
            lines.append((sentence(one.name), number(one.start, 1), *cells, own))
    return _table(("issue", "start", *WORDS.values(), QUANTAL), lines)


def scored() -> str:
    """How far the theories of many runs are from what came, the nearest first."""
    return _scored(recorded()["scores"])


def scored_slow() -> str:
    """How far those of fewer runs are, beside the built-in theory with as few."""
    return _scored(recorded()["scores_of_slow"])


def _scored(found: Scored) -> str:
    names = list(next(iter(found.values())))
    head = ["theory"]
    for name in names:
        _, _, events, counts = found[QUANTAL][name]
        head += [f"`{name}`: Brier, {events} questions", f"CRPS, {counts} questions"]
    lines = [
        (f"`{theory}`", *(number(one, 3) for name in names for one in by_record[name][:2]))
        for theory, by_record in sorted(found.items(), key=lambda item: item[1][names[0]])
    ]
    return _table(tuple(head), lines)


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    return TextTable("", head, tuple(lines)).markdown
