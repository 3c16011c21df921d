"""The theory's numbers and the state at the start, for the parameter values of each run.

Text: ``docs/model.md``, sections 5, 6.11 and 6.13.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container
from typing import TYPE_CHECKING

import numpy as np

from sim.model.vectors import (
    LANES,
    Flat,
    Index,
    Numbers,
    Record,
    Rows,
    Vector,
    Words,
    fetch,
    helper,
    lane_of,
    maximum,
    minimum,
    section,
    select,
    uniforms,
)
from sim.model.windows import start_windows
from sim.model.workspace import Kept, Keys, Paths, Tables
from sim.scenario.lenses import weights_of, weights_path
from sim.scenario.lookup import at_start
from sim.scenario.phrases import SYMMETRIC, Kind, Phrase
from sim.scenario.schema import Description

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.layout import Layout
    from sim.model.record import Model

KINDS: tuple[Kind, ...] = ("affinity", "tension", "ties", "support", "power", "issue")
"""Quantities that move, of which the text looks up the first row."""
WANTS: tuple[Kind, ...] = ("position", "salience", "weight")
"""What actors want, on the rows after them; arrangements, trust and offices follow."""
REVERTING: tuple[Kind, ...] = ("affinity", "tension", "commitment", "ties", "support")
NEVER = -1e6
"""Round of last use of a lever that was never used."""
COEFFICIENTS = (
    *("rationality", "felt_scale", "loss_aversion", "regard", "reciprocity", "reaction_scale"),
    *("balance", "concentration", "wear", "recovery", "diminishing", "sentiment", "heat"),
    *("heat_persistence", "incident_heat", "trend_damping"),
)


class StartFields(Record):
    """How many there are of everything, where its rows begin, and what every section reads."""

    lane_count: int
    width: int  # runs of the block, with those that fill its vectors up
    first_run: int  # of the block and what fills its vectors up, a multiple of the lanes
    actors: int
    issues: int
    pairs: int
    directions: int
    rows: int  # of the state
    moving: int  # of them those that move
    candidates: int
    effects: int
    slots: int  # ordered pairs, each with words and deeds
    row_affinity: int
    row_tension: int
    row_ties: int
    row_support: int
    row_power: int
    row_issue: int
    row_position: int
    row_salience: int
    row_weight: int
    row_in_force: int
    row_trust: int
    row_office: int

    zero: Rows  # one row that is never written: 0
    parameter: Rows
    x: Rows
    baseline: Rows
    low: Numbers
    high: Numbers
    start_row: Index  # by row: its parameter; -1 where trust is not stated

    pair_first: Index
    pair_second: Index
    direction_actor: Index
    candidate_actor: Index
    candidate_target: Index
    candidate_pair: Index
    candidate_asks: Index
    effect_candidate: Index
    effect_row: Index

    past_run: int  # -1: each run has its own
    past_until: int
    past_events: int
    key_low: Words
    key_high: Words
    given: Flat
    given_row: Index
    given_count: int

    rationality: int
    felt_scale: int
    loss_aversion: int
    regard: int
    reciprocity: int
    reaction_scale: int
    balance: int
    concentration: int
    wear: int
    recovery: int
    diminishing: int
    sentiment: int
    heat_slope: int
    heat_persistence: int
    incident_heat: int
    trend_damping: int
    back: Index  # reversion by kind, in the order of ``REVERTING``
    issue_back: Index
    patience_row: Index
    audience_row: Index
    cost_row: Index  # by candidate
    size_row: Index  # by effect
    scale_row: Index
    size: Rows
    patience: Rows
    discount: Rows  # by kind, then actor
    discount_issue: Rows  # by actor, then issue
    burden: Rows  # by candidate


def start_tables(compiled: CompiledDescription, path: Paths, known: Container[str]) -> Tables:
    """The tables of a description's start."""
    layout, table = compiled.layout, compiled.table
    starts = {f"row_{kind}": layout.rows(kind).start for kind in KINDS}
    starts |= {f"row_{kind}": layout.rows(kind).start for kind in WANTS}
    starts["row_in_force"] = layout.in_force.start
    starts["row_trust"] = layout.in_force.stop
    starts["row_office"] = len(layout.phrases) - len(layout.governed)
    actors = [f"actors.{name}" for name in layout.actors]
    one, other = layout.pair_ends
    coefficients = {name: path(f"coefficients.{name}") for name in COEFFICIENTS}
    coefficients["heat_slope"] = coefficients.pop("heat")
    return {
        "actors": len(layout.actors),
        "issues": len(layout.issues),
        "pairs": len(layout.pairs),
        "directions": len(layout.directions),
        "rows": len(layout.phrases),
        "moving": layout.moving.stop,
        "candidates": len(table),
        "effects": len(table.effects),
        "slots": 2 * len(layout.directions),
        **starts,
        "zero": Kept(1),
        "x": Kept(len(layout.phrases)),
        "baseline": Kept(len(layout.phrases)),
        "low": layout.low[:, 0],
        "high": layout.high[:, 0],
        "start_row": [
            start_row(phrase, layout, compiled.description, path, known)
            for phrase in layout.phrases
        ],
        "pair_first": one,
        "pair_second": other,
        "direction_actor": layout.direction_ends[0],
        "candidate_actor": table.actor,
        "candidate_target": table.target,
        "candidate_pair": table.pair,
        "candidate_asks": table.asks[:, 0],
        "effect_candidate": table.effect_candidate,
        "effect_row": table.effect_row,
        **coefficients,
        "back": [path(f"coefficients.reversion.{kind}") for kind in REVERTING],
        "issue_back": [path(f"issues.{issue}.reversion") for issue in layout.issues],
        "patience_row": [path(f"{actor}.patience") for actor in actors],
        "audience_row": [path(f"{actor}.audience_cost") for actor in actors],
        "cost_row": [path(f"levers.{c.name}.cost") for c in table.rows],
        "size_row": [path(effect.path) for _, effect in table.effects],
        "scale_row": [
            path(f"coefficients.effect_scale.{table.rows[k].quad_class}") for k, _ in table.effects
        ],
        "size": Kept(len(table.effects)),
        "patience": Kept(len(actors)),
        "discount": Kept(len(REVERTING) * len(actors)),
        "discount_issue": Kept(len(actors) * len(layout.issues)),
        "burden": Kept(len(table)),
    }


def start_row(
    phrase: Phrase, layout: Layout, description: Description, path: Paths, known: Container[str]
) -> int:
    """The parameter that a row starts with; -1 for trust that is not stated."""
    kind, names = phrase.kind, phrase.names
    if kind == "weight":
        stated = f"{weights_path(names[0], description)}.{names[1]}"
        if stated in known:
            return path(stated)
        weight = weights_of(names[0], description).of(names[1])  # of a shipped lens, or 0
        return path.constant(weight.value)
    if kind in ("support", "power"):
        return path(f"actors.{names[0]}.{kind}")
    if kind == "issue":
        return path(f"issues.{names[0]}.outcome")
    if kind in ("in_force", "in_force_by"):
        held = at_start(description, layout.instances[layout.instance(phrase)])
        return path.constant(float(held))
    if kind == "office":
        ruling = description.actors[names[0]].government
        return path.constant(float(ruling.in_office) if ruling else 0.0)
    if kind in ("position", "salience"):
        # An actor without a stance does not care, so its position does not matter.
        stance = f"issues.{names[1]}.stances.{names[0]}.{kind}"
        if stance in known:
            return path(stance)
        return path.constant(50.0 if kind == "position" else 0.0)
    for tried in of_relation(phrase):
        if tried in known:
            return path(tried)
    # Trust that is not stated is what promises come to in ordinary times.
    return -1 if kind == "trust" else path("")


def of_relation(phrase: Phrase, ending: str = "") -> list[str]:
    """The paths under which a quantity of two actors may stand."""
    names = phrase.names
    if phrase.kind in SYMMETRIC:
        return [f"relations.{a} and {b}.{phrase.kind}{ending}" for a, b in (names, names[::-1])]
    return [f"relations.{names[0]} to {names[1]}.{phrase.kind}{ending}"]


def stream_keys(keys: Keys, seed: int) -> Tables:
    """The two words of the key of each stream of random numbers."""
    words = np.array(
        [
            np.frombuffer(
                hashlib.blake2b(f"{seed}\x1f{purpose}\x1f{name}".encode(), digest_size=16).digest(),
                dtype=np.int64,
            )
            for purpose, name in keys.names
        ],
        dtype=np.int64,
    ).reshape(-1, 2)
    return {"key_low": words[:, 0], "key_high": words[:, 1]}


@helper
def uniform_of(m: Model, key: int, first_run: int, now: int, of_event: int) -> Vector:
    """Uniform draws of a stream in a round: the past run's, as long as its past is shared."""
    until = m.past_events if of_event == 1 else m.past_until
    if now < until:
        start = m.past_run - m.past_run % LANES  # whose lanes that run is among
        own = uniforms(m.key_low[key], m.key_high[key], start, now, m)
        return lane_of(start, m.past_run, own)
    return uniforms(m.key_low[key], m.key_high[key], first_run, now, m)


@section
def set_given(m: Model, offset: int) -> None:
    """Set parameters run by run."""
    for n in range(m.given_count):
        m.parameter[m.given_row[n]] = fetch(m.given, n * m.width + offset, m)


@section
def set_theory(m: Model) -> None:
    """What stays the same through a run: sizes of effects, and how the future is discounted."""
    for e in range(m.effects):
        m.size[e] = m.parameter[m.size_row[e]] * m.parameter[m.scale_row[e]]
    for a in range(m.actors):
        m.patience[a] = m.parameter[m.patience_row[a]]
    look_ahead(m)


@section
def look_ahead(m: Model) -> None:
    """Discount the future by the patience of those who govern (6.3)."""
    for kind in range(5):
        back = 1 - m.parameter[m.back[kind]]
        for a in range(m.actors):
            m.discount[kind * m.actors + a] = 1 / (1 - m.patience[a] * back)
    for a in range(m.actors):
        for i in range(m.issues):
            back = 1 - m.parameter[m.issue_back[i]]
            m.discount_issue[a * m.issues + i] = 1 / (1 - m.patience[a] * back)
    support = 4 * m.actors
    averse = m.parameter[m.loss_aversion]
    for k in range(m.candidates):
        # A cost is a loss, and weighs like one.
        whole = averse * m.discount[support + m.candidate_actor[k]]
        m.burden[k] = -whole * m.parameter[m.cost_row[k]]


@section
def set_start(m: Model, stated: int) -> None:
    """The state before the first round; trust is as usual where none is stated."""
    for q in range(m.row_trust):
        m.x[q] = m.parameter[m.start_row[q]]
    for d in range(m.trusting):
        q = m.row_trust + d
        if stated == 1 and m.start_row[q] >= 0:
            m.x[q] = m.parameter[m.start_row[q]]
        else:
            m.x[q] = m.trust_ref[d]
    for q in range(m.row_trust + m.trusting, m.rows):
        m.x[q] = m.parameter[m.start_row[q]]
    for q in range(m.rows):
        m.baseline[q] = m.x[q]
    start_windows(m)


@helper
def loss_averse(m: Model, change: Vector) -> Vector:
    """Losses weigh more than gains (Tversky and Kahneman 1992)."""
    return select(change < 0, change * m.parameter[m.loss_aversion], change)


@helper
def within(number: Vector, low: Vector | float, high: Vector | float) -> Vector:
    """The number cut at the ends of a range; one that is nan stays so."""
    return minimum(high, maximum(low, number))
