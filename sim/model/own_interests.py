"""Interests of a file's own: what they come to, and what candidates would change of them.

Text: ``docs/model.md``, section 6.3.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Ints
from sim.model.candidates import columns
from sim.model.formulas import Formulas, formula_of
from sim.model.start import REVERTING
from sim.model.vectors import Index, Numbers, Record, Rows, Vector, helper, section
from sim.model.workspace import Paths, Scratch, Tables, starts
from sim.scenario.formulas import phrases_of, scale
from sim.scenario.phrases import COMPONENTS, Phrase

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription
    from sim.model.record import Model

FIRST = len(COMPONENTS)
"""Place of the first interest of a file's own among the components."""
_KINDS = len(REVERTING)
_POINT = 0.01
"""What a point of an issue counts."""
_NUDGE = 0.01
"""How far an affinity is moved, either way, to find what a little more of it is worth."""


class OwnInterestFields(Record):
    """Formulas of interests, and what each candidate moves of them.

    Lists end where the next one begins. A *touch* is a candidate that moves a quantity of an
    interest. It has a step for each kind of quantity that it moves, and for each issue, since
    their futures are discounted apart.
    """

    own_interests: int
    own_first: Index  # by interest: the first of its formulas; the last is the one that counts
    own_last: Index
    own_scale: Numbers  # what a unit counts; below 0 where less is wanted
    trial: Rows  # the state, with what is tried on the rows of interests
    own_row: Index  # those rows
    own_rows: int
    own_now: Rows  # by interest: what it comes to, as it counts
    own_gain: Rows  # by actor: what a touch changes, by its discount
    strip_touch: Index  # where the touches of each strip begin
    touch_interest: Index
    touch_cell: Index  # of the first actor
    touch_step: Index  # where its steps begin
    step_kind: Index  # whose discount counts: a place in ``REVERTING``, or an issue after them
    step_effect: Index  # where its effects begin
    own_effect: Index
    nudged: int  # interests that hang on an affinity, with each actor at either end of it
    nudge_interest: Index
    nudge_row: Index
    nudge_actor: Index
    nudge_price: Index  # by actor, then other


def own_interest_tables(compiled: CompiledDescription, cuts: Ints, path: Paths) -> Tables:
    """The tables of a file's own interests; none where it has none."""
    layout = compiled.layout
    interests = [compiled.description.interests[name] for name in layout.components[FIRST:]]
    if not interests:
        return {"strip_touch": np.zeros(len(cuts), dtype=np.int64)}
    formulas = Formulas([one.of for one in interests], layout)
    rows = [{layout.row(phrase) for phrase in phrases_of(one.of)} for one in interests]
    signs = [-1 if one.wants == "less" else 1 for one in interests]
    points = [scale(one.of).unit == "points of 100" for one in interests]
    touches, steps, effects = _touches(compiled, rows)
    candidate, interest = columns(touches)
    first = np.repeat(cuts[:-1], np.diff(cuts))
    step_begins, kinds = starts(steps)
    effect_begins, moved = starts(effects)
    nudges = [
        (j, row, a, a * len(layout.actors) + b)
        for j, own in enumerate(rows)
        for row in sorted(own)
        if (phrase := layout.phrases[row]).kind == "affinity"
        for a, b in _both_ways(phrase, layout.actors)
    ]
    nudge_interest, nudge_row, nudge_actor, nudge_price = columns(nudges, 4)
    return {
        **formulas.tables(path.constant),
        "own_interests": len(interests),
        "own_first": [0, *(place + 1 for place in formulas.places[:-1])],
        "own_last": formulas.places,
        "own_scale": [
            sign * (_POINT if point else 1.0) for sign, point in zip(signs, points, strict=True)
        ],
        "trial": Scratch(len(layout.phrases)),
        "own_row": sorted(set().union(*rows)),
        "own_rows": len(set().union(*rows)),
        "own_now": Scratch(len(interests)),
        "own_gain": Scratch(len(layout.actors)),
        "strip_touch": np.searchsorted(candidate, cuts),
        "touch_interest": interest,
        "touch_cell": (candidate - first[candidate]) * len(layout.actors),
        "touch_step": step_begins,
        "step_kind": kinds,
        "step_effect": effect_begins,
        "own_effect": moved,
        "nudged": len(nudges),
        "nudge_interest": nudge_interest,
        "nudge_row": nudge_row,
        "nudge_actor": nudge_actor,
        "nudge_price": nudge_price,
    }


def _touches(
    compiled: CompiledDescription, rows: list[set[int]]
) -> tuple[list[tuple[int, int]], list[list[int]], list[list[int]]]:
    """Candidate and interest of each touch, kinds of its steps, and effects of each step."""
    table = compiled.table
    touches: list[tuple[int, int]] = []
    steps: list[list[int]] = []
    effects: list[list[int]] = []
    begins = np.searchsorted(table.effect_candidate, np.arange(len(table) + 1)).tolist()
    for k in range(len(table)):
        for j, own in enumerate(rows):
            mine = [e for e in range(begins[k], begins[k + 1]) if int(table.effect_row[e]) in own]
            if not mine:
                continue
            sorted_by = {e: _discounted(compiled, int(table.effect_row[e])) for e in mine}
            mine.sort(key=lambda e: (sorted_by[e], e))
            found = [(kind, list(of)) for kind, of in groupby(mine, key=lambda e: sorted_by[e])]
            touches.append((k, j))
            steps.append([kind for kind, _ in found])
            effects += [of for _, of in found]
    return touches, steps, effects


def _discounted(compiled: CompiledDescription, row: int) -> int:
    """Whose discount a change of a row has: a place in ``REVERTING``, or an issue after them."""
    phrase = compiled.layout.phrases[row]
    if phrase.kind == "issue":
        return _KINDS + compiled.layout.issues.index(phrase.names[0])
    return REVERTING.index(phrase.kind)


def _both_ways(phrase: Phrase, actors: tuple[str, ...]) -> list[tuple[int, int]]:
    one, other = (actors.index(name) for name in phrase.actors)
    return [(one, other), (other, one)]


# The text.


@helper
def own_level(m: Model, state: Rows, j: int) -> Vector:
    """What an interest comes to in a state, as it counts."""
    for f in range(m.own_first[j], m.own_last[j] + 1):
        m.formula_value[f] = formula_of(m, state, f)
    return m.formula_value[m.own_last[j]] * m.own_scale[j]


@section
def find_own_interests(m: Model) -> None:
    """What the interests of the file's own come to as the state is, before anything is tried."""
    for n in range(m.own_rows):
        m.trial[m.own_row[n]] = m.x[m.own_row[n]]
    for j in range(m.own_interests):
        m.own_now[j] = own_level(m, m.trial, j)


@helper
def try_touch(m: Model, n: int) -> None:
    """What a touch changes, kind by kind of quantity, each with the discount of its future."""
    j = m.touch_interest[n]
    for a in range(m.actors):
        m.own_gain[a] = 0.0
    before = m.own_now[j]
    for step in range(m.touch_step[n], m.touch_step[n + 1]):
        for at in range(m.step_effect[step], m.step_effect[step + 1]):
            e = m.own_effect[at]
            m.trial[m.effect_row[e]] = m.x[m.effect_row[e]] + m.meant[e]
        after = own_level(m, m.trial, j)
        kind, moved = m.step_kind[step], after - before
        for a in range(m.actors):
            m.own_gain[a] += moved * _discount(m, kind, a)
        before = after
    for step in range(m.touch_step[n], m.touch_step[n + 1]):
        for at in range(m.step_effect[step], m.step_effect[step + 1]):
            e = m.own_effect[at]
            m.trial[m.effect_row[e]] = m.x[m.effect_row[e]]


@helper
def _discount(m: Model, kind: int, a: int) -> Vector:
    """What a lasting change of one kind of quantity, or of an issue, counts for an actor."""
    found = m.zero[0]
    if kind < _KINDS:
        found = m.discount[kind * m.actors + a]
    if kind >= _KINDS:
        found = m.discount_issue[a * m.issues + kind - _KINDS]
    return found


@section
def add_own_prices(m: Model) -> None:
    """What a little more affinity is worth by interests of the file's own, before its discount."""
    for n in range(m.nudged):
        j, q = m.nudge_interest[n], m.nudge_row[n]
        m.trial[q] = m.x[q] + _NUDGE
        above = own_level(m, m.trial, j)
        m.trial[q] = m.x[q] - _NUDGE
        below = own_level(m, m.trial, j)
        m.trial[q] = m.x[q]
        weight = m.weight[m.components * m.nudge_actor[n] + FIRST + j]
        m.price[m.nudge_price[n]] += weight * (above - below) / (2 * _NUDGE)
