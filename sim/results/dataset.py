"""Labelled arrays by run, round and actor: what a notebook works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, permutations
from operator import attrgetter
from typing import Any

import numpy as np
import xarray as xr
from xarray.indexes import PandasIndex

from sim.remembered import remembered
from sim.results.block import Array, Block
from sim.results.variables import LASTING, OF_RUNS, coordinates, name_of
from sim.scenario.calendar import state_dates
from sim.scenario.cameo import TRACKS
from sim.scenario.formulas import Formula, value
from sim.scenario.lookup import Instance, governed_actors, has_trust, instances, place_of, promises
from sim.scenario.phrases import IN_FORCE_KINDS, STATE, SYMMETRIC, Kind, Phrase, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Calendar, Description, Outcome

_Labels = dict[str, list[tuple[str, ...]]]
"""What the labels of a dimension name, by dimension."""


def assemble(
    scenario: Scenario, blocks: Block | Sequence[Block], attrs: Mapping[str, Any]
) -> xr.Dataset:
    """Label the records of blocks.

    Parameters
    ----------
    scenario : Scenario
    blocks : Block or sequence of Block
        One, or several of consecutive runs.
    attrs : mapping
        What to say of the whole: seed, version and the like.

    Returns
    -------
    xarray.Dataset
        Dimensions ``run``, ``round`` (0 is the start), ``actor``, ``pair``
        ("A and B"), ``direction`` ("A to B"), ``track`` (``words``, ``deeds``), ``issue``,
        ``lever``, ``event``, ``outcome``, ``watch``, ``parameter``; coordinates ``from``
        and ``until`` on ``round``, see :func:`periods`.
        Names stand in the order of the scenario file.
        Where the scenario has them also ``arrangement`` ("peace: a and b"), ``promise``
        ("pledge: a to b"), both in the order of their names, ``government`` and ``belief``.
    """
    parts = [blocks] if isinstance(blocks, Block) else sorted(blocks, key=attrgetter("first"))
    runs, start = sum(block.runs for block in parts), 0
    found: dict[str, Array] = {}
    for block in parts:
        for name, values in _recorded(scenario, block).items():
            if name not in found:
                found[name] = np.empty((runs, *values.shape[:-1]), values.dtype)
            found[name][start : start + block.runs] = np.moveaxis(values, -1, 0)
        start += block.runs
    reasons = {run: why for block in parts for run, why in block.reasons.items()}
    known = OF_RUNS | LASTING
    return xr.Dataset(
        {name: xr.Variable(*known[name].of(values)) for name, values in found.items()},
        coords=_coordinates(scenario.description, parts[0], runs),
        attrs={
            **attrs,
            "failures": "\n".join(f"run {run}: {why}" for run, why in sorted(reasons.items())),
        },
    )


def measured(scenario: Scenario, block: Block) -> xr.Dataset:
    """Label the outcomes and watched events of a block alone, as :func:`assemble` does.

    It takes a fraction of the time, and is all that a summary needs.
    """
    described = scenario.description
    watched = block.watched[[block.watches.index(name) for name in described.watch]]
    return xr.Dataset(
        {
            "reported": (
                ("run", "round", "outcome"),
                np.moveaxis(reported(scenario, block), -1, 0),
            ),
            "watched": (("run", "watch"), watched.T),
            "failed_round": ("run", block.failed),
            "stopped_round": ("run", block.stopped),
        },
        coords={
            "run": np.arange(block.first, block.first + block.runs),
            "outcome": list(described.outcomes),
            "watch": list(described.watch),
            **periods(described.calendar, block.state.shape[0]),
        },
    )


def _recorded(scenario: Scenario, block: Block) -> dict[str, Array]:
    """The variables of a block's records, runs last."""
    described = scenario.description
    names = _names(described)
    rows = {phrase: number for number, phrase in enumerate(block.phrases)}
    variables: dict[str, Array] = {}
    for kind in STATE:
        labels = names[OF_RUNS[name_of(kind)].dims[-1]]
        variables[name_of(kind)] = block.state[:, [rows[_canonical(kind, one)] for one in labels]]
    ways = [block.directions.index(way) for way in names["direction"]]
    levers = list(described.levers)
    place = np.array([levers.index(name) for name in block.levers] + [-1], dtype=np.int16)
    drawn = [*block.drawn.values()]
    return variables | {
        "reported": reported(scenario, block),
        "choice": place[block.choice[:, ways]],
        "accepted": block.accepted[:, ways],
        "happened": block.happened[:, [block.events.index(name) for name in described.events]],
        "watched": block.watched[[block.watches.index(name) for name in described.watch]],
        "drawn": np.stack(drawn) if drawn else np.empty((0, block.runs)),
        "failed_round": block.failed,
        "stopped_round": block.stopped,
        **_lasting(described, block, names, rows),
    }


def _lasting(
    description: Description, block: Block, names: _Labels, rows: Mapping[Phrase, int]
) -> dict[str, Array]:
    """What the scenario has of arrangements, promises, trust and governments, runs last."""
    found = {
        name: values
        for name, values in (("status", block.status), ("promised", block.promised))
        if values.size
    }
    if has_trust(description):
        found["trust"] = block.state[:, [rows[Phrase("trust", way)] for way in names["direction"]]]
    if names["government"]:
        held = block.state[:, [rows[Phrase("office", name)] for name in names["government"]]]
        # Of a run that failed, or rounds that are not played, there is no number.
        known = (held >= 0) & (held < np.iinfo(np.int16).max)
        found["office"] = np.where(known, held, -1).astype(np.int16)
    if description.beliefs:
        order = sorted(description.beliefs)
        told = block.belief.reshape(len(block.belief), len(order), len(BELIEF), -1)
        told = told[:, [order.index(name) for name in description.beliefs]]
        found |= {name: told[:, :, number] for number, name in enumerate(BELIEF)}
    return found


BELIEF = ("belief_mean", "belief_low", "belief_high", "belief_true")
"""What is recorded of a belief, in the order of its record."""


def named_labels(dimension: str, named: Mapping[str, Any]) -> dict[str, Any]:
    """The ids of what has names, and the names."""
    shown = [item.name for item in named.values()]
    return {dimension: list(named), f"{dimension}_name": shown}


def periods(calendar: Calendar, states: int) -> dict[str, Any]:
    """The coordinates of time: each round, and its days.

    Round t lasts from the day ``from`` until the day ``until``, on which round t + 1
    begins; what is recorded of a round is what was done in it, and how things stood on
    the day ``until``. Round 0 is the start: ``from`` and ``until`` are its day.
    """
    dates = state_dates(calendar, states - 1)
    return coordinates(
        {
            "round": np.arange(states),
            "from": np.concatenate([dates[:1], dates[:-1]]),
            "until": dates,
        }
    )


def _names(description: Description) -> _Labels:
    """The names that the labels are made of, in the order of the scenario file."""
    actors, ruled = list(description.actors), governed_actors(description)
    return {
        "actor": [(name,) for name in actors],
        "issue": [(name,) for name in description.issues],
        "pair": [*combinations(actors, 2)],
        "direction": [*permutations(actors, 2)],
        "government": [(name,) for name in actors if name in ruled],
    }


def _coordinates(description: Description, first: Block, runs: int) -> xr.Coordinates:
    """The labels of records: those of so many runs, and those of every such block."""
    shared = _labels(description, first.state.shape[0], tuple(first.drawn))
    run = coordinates({"run": np.arange(first.first, first.first + runs)})["run"]
    index = PandasIndex(run[1], "run")
    indexes = {**shared.xindexes, "run": index}
    # Names and days are copied, lest whoever writes into one data set changes all.
    variables = {
        name: variable if name in indexes else variable.copy()
        for name, variable in shared.variables.items()
    }
    variables |= index.create_variables({"run": xr.Variable(*run)})
    return xr.Coordinates(variables, indexes)


@remembered(8)
def _labels(description: Description, states: int, drawn: tuple[str, ...]) -> xr.Coordinates:
    """All labels, of no run."""
    names = _names(description)
    labels: dict[str, Any] = {
        "run": np.arange(0),
        "pair": [" and ".join(pair) for pair in names["pair"]],
        "direction": [" to ".join(way) for way in names["direction"]],
        "track": TRACKS,
        "parameter": list(drawn),
    }
    for dimension in ("actor", "issue", "lever", "event", "outcome"):
        labels |= named_labels(dimension, getattr(description, f"{dimension}s"))
    labels |= named_labels("watch", description.watch)
    for dimension, told in (
        ("arrangement", [one.label for one in instances(description)]),
        ("promise", [one.label for one in promises(description)]),
        ("government", [name for (name,) in names["government"]]),
    ):
        if told:
            labels[dimension] = told
    if description.beliefs:
        labels |= named_labels("belief", description.beliefs)
    return xr.Dataset(coords=periods(description.calendar, states) | coordinates(labels)).coords


def _canonical(kind: Kind, label: tuple[str, ...]) -> Phrase:
    return Phrase(kind, tuple(sorted(label)) if kind in SYMMETRIC else label)


def reported(scenario: Scenario, block: Block) -> Array:
    """The outcomes that a scenario asks for, ``float32`` of shape ``(rounds + 1, outcomes, runs)``.

    Numbers of acts are nan from the round on in which a run failed.
    """
    rows = {phrase: number for number, phrase in enumerate(block.phrases)}
    found = instances(scenario.description)
    outcomes = scenario.description.outcomes.values()
    return np.stack([_one(outcome, block, rows, found) for outcome in outcomes], axis=1)


def _one(
    outcome: Outcome, block: Block, rows: dict[Phrase, int], found: Sequence[Instance]
) -> Array:
    """One outcome by round and run, shape ``(rounds + 1, runs)``."""
    if isinstance(outcome.of, Formula):
        return value(outcome.of, lambda one: _level(one, block, rows, found)).astype(np.float32)
    if outcome.of is not None and (phrase := parse(outcome.of)):
        return _level(phrase, block, rows, found)
    ways = counted_ways(outcome, block.directions)
    choice = block.choice[:, ways]
    acts = np.zeros(choice.shape, dtype=bool)
    for name in outcome.acts:
        acts |= choice == block.levers.index(name)
    acts &= block.accepted[:, ways]
    by_round = acts.reshape(len(acts), -1, block.runs).sum(axis=1, dtype=np.int32)
    total: Array = by_round.cumsum(axis=0).astype(np.float32)
    failed = block.failed >= 0
    after = np.arange(total.shape[0])[:, None] >= block.failed
    total[after & failed] = np.nan
    return total


def _level(
    phrase: Phrase, block: Block, rows: dict[Phrase, int], found: Sequence[Instance]
) -> Array:
    """One quantity by round and run, shape ``(rounds + 1, runs)``."""
    if phrase.kind in IN_FORCE_KINDS:
        number = place_of(phrase, found)
        if number < 0:  # between these two it can never be
            return np.zeros_like(block.state[:, 0])
        phrase = found[number].phrase
    return block.state[:, rows[_canonical(phrase.kind, phrase.names)]]


def counted_ways(outcome: Outcome, directions: Sequence[tuple[str, str]]) -> list[int]:
    """Places of the ordered pairs whose acts an outcome counts."""
    return [
        number
        for number, (a, b) in enumerate(directions)
        if outcome.by in (None, a) and outcome.toward in (None, b)
    ]
