"""The tables of the scalar kernel: what stands where, in small arrays of integers.

A number of the scenario is never written into a table, only its place among a
run's values, so that one table serves every run. Columns have names here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.model.draws import Drawn
from sim.model.security import STAGES, Leans
from sim.model.setting import Stage
from sim.model.theory import REVERTING, start
from sim.scenario.phrases import Kind

Places = Mapping[str, int]
"""Place of each parameter among a run's values, by path; "" is a place that holds 0."""


def record(names: str, kind: type = np.uint32) -> Any:
    """A row of named numbers; where none is below zero, Numba need not look for it."""
    return np.dtype([(name, kind) for name in names.split()])


EFFECT = record("row size scale one two cell back pair stance closes pays")
"""On a row, of size x scale (places); the two actors and their cells in the matrix
of who stands with whom; the pair, or the issue's first stance; whether it is the
owner's last tie of its candidate, and whether audience costs may fall on it."""
CANDIDATE = record(
    "actor target asks usual consent cost affinity tension commitment ties support issue end "
    "warmed pledged weighed"
)
"""Places of its numbers; first effect of each kind, in the order of the rows; first
odds that its affinities move, that its commitments move, and the last."""
ODDS = record("pair left right first last needed")
"""The pair and its actors, the shifts; whether a later change builds on it, which
then counts even where there is no tension now."""
SHIFT = record("lean plus minus")
"""What is added to a lean and taken from it, cells of who stands with whom."""
LEANER = record("pair left right third")
BLOCK = record("way first last")

COEFFICIENTS = (
    "rationality", "felt_scale", "loss_aversion", "regard", "reciprocity", "reaction_scale",
    "balance", "concentration", "wear", "recovery",
)  # fmt: skip
(RATIONALITY, FELT_SCALE, LOSS_AVERSION, REGARD, RECIPROCITY, REACTION_SCALE, BALANCE,
 CONCENTRATION, WEAR, RECOVERY) = range(10)  # fmt: skip
LEVERS_MOVE: tuple[Kind, ...] = ("affinity", "tension", "commitment", "ties", "support", "issue")


class Tables(NamedTuple):
    """A description as the kernel reads it; whole numbers, but for the bounds.

    Attributes
    ----------
    actors, issues, moving : int
        How many; ``moving`` rows come first in the state.
    start : shape (rows,)
        Place of each row's first value.
    coefficients : shape (coefficients,)
    traits : shape (3, actors)
        Places of patience, audience cost and growth of power.
    reversion, noise : shape (moving,)
    back : shape (kinds,)
        Places of the reversion of each kind, but for issues.
    effects, candidates, odds, shifts, leans : rows of named numbers
    blocks : shape (directions with levers,)
        Direction, first candidate, last.
    pair_of : shape (actors, actors)
    low, high : float64, shape (rows,)
    """

    actors: int
    issues: int
    moving: int
    start: Any
    coefficients: Any
    traits: Any
    reversion: Any
    noise: Any
    back: Any
    effects: Any
    candidates: Any
    odds: Any
    shifts: Any
    leans: Any
    blocks: Any
    pair_of: Any
    low: Any
    high: Any


def table(rows: Sequence[Sequence[int]], kind: Any) -> Any:
    """Rows of named integers, also none."""
    return np.array([tuple(row) for row in rows], dtype=kind)


def places(numbers: Sequence[Any]) -> Any:
    """Places, also none."""
    return np.array(numbers, dtype=np.uint32)


def tables(stage: Stage, number: Places, constant: Callable[[float], int]) -> Tables:
    """Make the tables of a description.

    Parameters
    ----------
    stage : Stage
    number : mapping of path to place
    constant : callable
        A new place for a value that is the same in every run.
    """
    layout = stage.layout
    kinds = [phrase.kind for phrase in layout.phrases[layout.moving]]
    issue = [p.names[0] if p.kind == "issue" else "" for p in layout.phrases[layout.moving]]
    odds, shifts, of_candidate = _odds(stage)

    def by_row(coefficient: str, of_issue: str) -> Any:
        return places([
            number[f"issues.{name}.{of_issue}"] if name
            else number["" if kind == "power" else f"coefficients.{coefficient}.{kind}"]
            for kind, name in zip(kinds, issue, strict=True)
        ])  # fmt: skip

    return Tables(
        actors=len(layout.actors),
        issues=len(layout.issues),
        moving=layout.moving.stop,
        start=_start(stage, number, constant),
        coefficients=places([number[f"coefficients.{name}"] for name in COEFFICIENTS]),
        traits=places([
            [number[f"actors.{a}.{trait}"] for a in layout.actors]
            for trait in ("patience", "audience_cost", "power_growth")
        ]),
        reversion=by_row("reversion", "reversion"),
        noise=by_row("noise", "volatility"),
        back=places([number[f"coefficients.reversion.{kind}"] for kind in REVERTING]),
        effects=_effects(stage, number),
        candidates=_candidates(stage, number, of_candidate),
        odds=odds,
        shifts=shifts,
        leans=table(
            [[layout.pair(a, b), *map(layout.actors.index, (a, b, c))]
             for a, b, c in Leans(layout).number],
            LEANER,
        ),
        blocks=table([[way, b.start, b.stop] for way, b in stage.table.blocks], BLOCK),
        pair_of=places([
            [layout.pair(a, b) if a != b else 0 for b in layout.actors] for a in layout.actors
        ]),
        low=layout.low[:, 0].copy(),
        high=layout.high[:, 0].copy(),
    )  # fmt: skip


def _start(stage: Stage, number: Places, constant: Callable[[float], int]) -> Any:
    """Place of each row's first value, as the model itself finds it.

    The model is handed the places for values, below zero, where no constant of
    a start lies.
    """
    probe = Drawn({path: np.array([-1.0 - place]) for path, place in number.items() if path})
    found = start(stage.description, stage.layout, probe, 1)[:, 0]
    return places([int(-1 - value) if value < 0 else constant(float(value)) for value in found])


def _effects(stage: Stage, number: Places) -> Any:
    layout, rows = stage.layout, []
    actors = len(layout.actors)
    for place, (k, effect) in enumerate(stage.table.effects):
        candidate, phrase = stage.table.rows[k], layout.phrases[effect.row]
        one = two = pair = stance = 0
        if phrase.kind == "issue":
            stance = layout.issues.index(phrase.names[0]) * actors
        else:
            one, two = [*(layout.actors.index(name) for name in phrase.names), 0][:2]
        if phrase.kind == "tension":
            pair = layout.pair(*phrase.names)
        following = stage.table.effects[place + 1 : place + 2]
        owner = [(k_, layout.phrases[e.row].kind, layout.phrases[e.row].names[0])
                 for k_, e in following]  # fmt: skip
        rows.append([
            effect.row, number[effect.path],
            number[f"coefficients.effect_scale.{candidate.quad_class}"], one, two,
            one * actors + two, two * actors + one, pair, stance,
            int(owner != [(k, phrase.kind, phrase.names[0])]),
            int(phrase.kind == "support" and one in candidate.participants),
        ])  # fmt: skip
    return table(rows, EFFECT)


def _candidates(stage: Stage, number: Places, odds: dict[tuple[Kind, int], int]) -> Any:
    layout, rows, first = stage.layout, [], 0
    for k, candidate in enumerate(stage.table.rows):
        kinds = [layout.phrases[effect.row].kind for effect in candidate.effects]
        begins = []
        for kind in LEVERS_MOVE:
            begins.append(first)
            first += kinds.count(kind)
        lever = f"levers.{candidate.name}"
        rows.append([
            candidate.actor, candidate.target, int(candidate.asks), number[candidate.usual],
            number[candidate.consent] if candidate.asks else 0, number[f"{lever}.cost"],
            *begins, first, *(odds[stage_, k] for stage_ in STAGES), odds[STAGES[0], k + 1],
        ])  # fmt: skip
    return table(rows, CANDIDATE)


def _odds(stage: Stage) -> tuple[Any, Any, dict[tuple[Kind, int], int]]:
    """Odds that each candidate moves, by stage: after affinities, then commitments too."""
    layout, rows = stage.layout, stage.table.rows
    triples = list(Leans(layout).number)
    odds: list[list[int]] = []
    shifts: list[list[int]] = []
    first: dict[tuple[Kind, int], int] = {}
    for k, candidate in enumerate(rows):
        phrases = [layout.phrases[effect.row] for effect in candidate.effects]
        stands = {kind: {p.names for p in phrases if p.kind == kind} for kind in STAGES}
        stands["affinity"] |= {names[::-1] for names in stands["affinity"]}
        hotter = {layout.pair(*p.names) for p in phrases if p.kind == "tension"}
        moved = {kind: _moved(triples, stands[kind]) for kind in STAGES}
        both = moved["affinity"] | moved["commitment"]
        pledged = {layout.pair(*triples[lean][:2]) for lean in moved["commitment"]}
        for at in STAGES:
            first[at, k] = len(odds)
            leans = moved["affinity"] if at == "affinity" else both
            of_stage = {layout.pair(*triples[lean][:2]) for lean in moved[at]}
            for pair in sorted(of_stage):
                here = [lean for lean in sorted(leans) if layout.pair(*triples[lean][:2]) == pair]
                later = pair in hotter or (at == "affinity" and pair in pledged)
                ends = (layout.actors.index(name) for name in layout.pairs[pair])
                odds.append([pair, *ends, len(shifts), len(shifts) + len(here), int(later)])
                for lean in here:
                    a, b, c = (layout.actors.index(name) for name in triples[lean])
                    shifts.append([lean, c * len(layout.actors) + a, c * len(layout.actors) + b])
    first["affinity", len(rows)] = len(odds)
    return table(odds, ODDS), table(shifts, SHIFT), first


def _moved(triples: Sequence[tuple[str, str, str]], stands: set[tuple[str, ...]]) -> set[int]:
    """Leans that change with who stands with whom."""
    return {n for n, (a, b, c) in enumerate(triples) if {(c, a), (c, b)} & stands}
