"""Values of uncertain numbers at shares of their distributions. Text: ``docs/model.md``, 6.11.

Tables of spreads are made once for a scenario. PERT and beta distributions are polynomials in
the normal score (:mod:`sim.model.beta`), of which all but rare draws need one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.beta import TERMS, Pieces, beta_pieces, pert_pieces, together
from sim.model.elementary import normal_quantile
from sim.model.start import uniform_of
from sim.model.vectors import (
    Index,
    Numbers,
    Record,
    Vector,
    any_lane,
    helper,
    maximum,
    minimum,
    section,
    select,
    square_root,
)
from sim.model.workspace import Keys, Paths, Tables
from sim.scenario.field_types import Quantity
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.model.record import Model

# Shapes. The first two go by the normal score.
SERIES, NORMAL, UNIFORM, TRIANGULAR, CASES = range(5)


class SpreadFields(Record):
    """Tables of spreads; of the pieces of those that are series; of cases."""

    spread_shape: Index
    spread_base: Numbers  # mean, or low end
    spread_width: Numbers  # standard deviation, or from low to high end
    spread_peak: Numbers  # share of the width at which a triangle has its mode
    spread_floor: Numbers  # least and largest value
    spread_ceiling: Numbers
    spread_pieces: Index  # where its pieces begin, and where they end
    spread_stop: Index
    spread_cases: Index  # where its cases begin, and how many there are
    spread_count: Index
    spread_case: Numbers
    piece_low: Numbers  # scores at its ends
    piece_high: Numbers
    piece_middle: Numbers
    piece_slope: Numbers
    piece_blocks: Index  # how many times four terms it needs
    piece_terms: Numbers


class ParameterFields(Record):
    """What is drawn at the start of a run."""

    uncertain: int
    uncertain_row: Index  # of its parameter
    uncertain_spread: Index
    uncertain_key: Index


# The tables.


def uncertain(scenario: Scenario) -> list[str]:
    """Paths of the parameters that have a spread and are drawn at the start of a run."""
    return [
        path
        for path, p in scenario.parameters.items()
        if p.quantity.spread and ".government.successor." not in path
    ]


class Spreads:
    """Gives each uncertain number its place in the tables of spreads."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._quantities: list[Quantity] = []

    def __call__(self, path: str, quantity: Quantity) -> int:
        """The place of a number, given with its path."""
        if path not in self._places:
            self._places[path] = len(self._quantities)
            self._quantities.append(quantity)
        return self._places[path]

    def tables(self) -> Tables:
        """Make :class:`SpreadFields`, once all have their places."""
        return spread_tables(self._quantities)


def parameter_tables(scenario: Scenario, path: Paths, key: Keys, spread: Spreads) -> Tables:
    """Make :class:`ParameterFields`."""
    paths = uncertain(scenario)
    return {
        "uncertain": len(paths),
        "uncertain_row": [path(name) for name in paths],
        "uncertain_spread": [spread(name, scenario.parameters[name].quantity) for name in paths],
        "uncertain_key": [key("parameter", name) for name in paths],
    }


@dataclass
class _Row:
    """One spread: its shape, its ends, and what else its shape wants."""

    shape: int
    base: float
    width: float
    low: float
    high: float
    peak: float = 0.0
    cases: list[float] = field(default_factory=list)
    beta: tuple[float, float] | None = None


def spread_tables(quantities: Sequence[Quantity]) -> Tables:
    """Make :class:`SpreadFields`, of uncertain numbers in this order.

    Raises
    ------
    ValueError
        When one has no spread.
    """
    rows = [_row(quantity) for quantity in quantities]
    cases = [len(row.cases) for row in rows]
    pieces, counts = _pieces(rows)
    ends = np.cumsum(counts, dtype=np.int64)
    low, high = pieces.spans.T
    return {
        "spread_shape": [row.shape for row in rows],
        "spread_base": [row.base for row in rows],
        "spread_width": [row.width for row in rows],
        "spread_peak": [row.peak for row in rows],
        "spread_floor": [row.low for row in rows],
        "spread_ceiling": [row.high for row in rows],
        "spread_pieces": ends - counts,
        "spread_stop": ends,
        "spread_cases": np.cumsum([0, *cases])[:-1],
        "spread_count": cases,
        "spread_case": [case for row in rows for case in row.cases],
        "piece_low": low,
        "piece_high": high,
        "piece_middle": (low + high) / 2,
        "piece_slope": 2 / (high - low),
        "piece_blocks": -(-pieces.wanted // 4),
        "piece_terms": pieces.terms.reshape(-1),
    }


def _row(quantity: Quantity) -> _Row:
    spread, (least, most) = quantity.spread, quantity.bounds
    if spread is None:
        raise ValueError("a number without a spread has no distribution")
    if spread.normal is not None:
        return _Row(NORMAL, quantity.value, spread.normal, least, most)
    if spread.cases is not None:
        return _Row(CASES, 0.0, 0.0, least, most, cases=spread.cases)
    if spread.beta is not None:
        return _Row(SERIES, least, most - least, least, most, beta=(spread.beta[0], spread.beta[1]))
    low, high = spread.ends() or quantity.bounds
    if spread.uniform is not None or low == high:
        return _Row(UNIFORM, low, high - low, low, high)
    peak = (quantity.value - low) / (high - low)
    shape = SERIES if spread.pert is not None else TRIANGULAR
    return _Row(shape, low, high - low, low, high, peak)


def _pieces(rows: Sequence[_Row]) -> tuple[Pieces, Ints]:
    """The pieces of all rows that are series, over their own ranges, and how many each has."""
    series = [row for row in rows if row.shape == SERIES]
    perts = iter(pert_pieces([row.peak for row in series if row.beta is None]))
    every = [beta_pieces(*row.beta) if row.beta else next(perts) for row in series]
    counts = np.array([len(one.wanted) for one in every], dtype=np.int64)
    found = together(every)
    terms = found.terms * np.repeat([row.width for row in series], counts)[:, None]
    terms[:, 0] += np.repeat([row.base for row in series], counts)
    of_rows = np.zeros(len(rows), dtype=np.int64)
    of_rows[[row.shape == SERIES for row in rows]] = counts
    return Pieces(found.spans, terms, found.wanted), of_rows


# The text.


@section
def draw_parameters(m: Model, first_run: int) -> None:
    """Draw the uncertain parameters of runs."""
    for n in range(m.uncertain):
        share = uniform_of(m, m.uncertain_key[n], first_run, 0, 0)
        m.parameter[m.uncertain_row[n]] = draw_quantile(m, m.uncertain_spread[n], share)


@helper
def draw_quantile(m: SpreadFields, spread: int, share: Vector) -> Vector:
    """The value of an uncertain number at a share of its distribution, cut at its range."""
    shape = m.spread_shape[spread]
    base = m.spread_base[spread]
    width = m.spread_width[spread]
    value = share
    if shape <= NORMAL:
        score = normal_quantile(share)
        if shape == SERIES:
            value = series_at(m, m.spread_pieces[spread], m.spread_stop[spread], score)
        else:
            value = base + width * score
    elif shape == UNIFORM:
        value = base + share * width
    elif shape == TRIANGULAR:
        peak = m.spread_peak[spread]
        rising = square_root(share * peak)
        falling = 1.0 - square_root((1.0 - share) * (1.0 - peak))
        value = base + width * select(share < peak, rising, falling)
    else:
        first = m.spread_cases[spread]
        count = m.spread_count[spread]
        place = share * count
        for n in range(count):
            value = select(place >= n, m.spread_case[first + n], value)
    return minimum(m.spread_ceiling[spread], maximum(m.spread_floor[spread], value))


@helper
def series_at(m: SpreadFields, first: int, stop: int, score: Vector) -> Vector:
    """The value of a series at a score: of the first piece, and of others where any is beyond."""
    beyond = (score < m.piece_low[first]) | (score >= m.piece_high[first])
    last = first + 1
    if any_lane(beyond):
        last = stop
    value = score
    for piece in range(first, last):
        here = (score >= m.piece_low[piece]) & (score < m.piece_high[piece])
        if any_lane(here):
            place = (score - m.piece_middle[piece]) * m.piece_slope[piece]
            place = minimum(1.0, maximum(-1.0, place))
            value = select(here, polynomial(m, piece, place), value)
    return value


@helper
def polynomial(m: SpreadFields, piece: int, place: Vector) -> Vector:
    """The polynomial of a piece at a place from -1 to 1, in four sums side by side."""
    square = place * place
    fourth = square * square
    lowest = TERMS * piece
    term = lowest + 4 * m.piece_blocks[piece] - 4
    one: Vector | float = m.piece_terms[term]
    two: Vector | float = m.piece_terms[term + 1]
    three: Vector | float = m.piece_terms[term + 2]
    four: Vector | float = m.piece_terms[term + 3]
    for _ in range(m.piece_blocks[piece] - 1):
        term -= 4
        one = one * fourth + m.piece_terms[term]
        two = two * fourth + m.piece_terms[term + 1]
        three = three * fourth + m.piece_terms[term + 2]
        four = four * fourth + m.piece_terms[term + 3]
    return (one + place * two) + square * (three + place * four)


# The same for those who ask without a model.


def quantiles(quantities: Sequence[Quantity], u: Floats) -> Floats:
    """Values of uncertain numbers at shares of their distributions, cut at their ranges.

    Each depends on its own number and share alone. A share of 0 counts as 2^-54.

    Parameters
    ----------
    quantities : sequence of Quantity
    u : shape (quantities, runs)

    Raises
    ------
    ValueError
        When one has no spread.
    """
    kinds, tables = SpreadFields.fields(), spread_tables(quantities)
    fields = {name: kinds[name](table) for name, table in tables.items()}
    record = SpreadFields(u.shape[1], fields)
    found = [draw_quantile(record, place, shares) for place, shares in enumerate(u)]
    return np.array(found).reshape(u.shape)


def quantile(quantity: Quantity, u: Floats) -> Floats:
    """Value of an uncertain number at shares ``u`` of its distribution, cut at its range.

    Raises
    ------
    ValueError
        When the number has no spread.
    """
    return quantiles([quantity], u[None])[0]


def at_shares(scenario: Scenario, paths: Sequence[str], points: Floats) -> dict[str, Floats]:
    """Values of uncertain parameters at points of the unit cube, shape ``(runs, paths)``.

    A coordinate is a share of its parameter's distribution.
    """
    quantities = [scenario.parameters[path].quantity for path in paths]
    return dict(zip(paths, quantiles(quantities, points.T), strict=True))
