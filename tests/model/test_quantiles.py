"""Values at shares of distributions: those of SciPy's functions, and the same bits everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.special import betainc, betaincc, betaincinv, ndtri

from sim.arrays import Floats
from sim.model.beta import END, REACH, beta_pieces
from sim.model.draws import Streams
from sim.model.quantiles import at_shares, quantile, quantiles, uncertain
from sim.scenario.field_types import Points, Quantity, Share, Spread
from sim.scenario.loading import load_scenario
from tests.fixtures.drawn import draw
from tests.fixtures.paths import SHIPPED
from tests.model.processors import printed_plainly

# As they are drawn, and near both ends.
drawn = st.integers(1, 2**53 - 1).map(lambda n: n / 2**53)
near = st.integers(1, 52).map(lambda n: 2.0**-n)
shares = st.lists(drawn | near | near.map(lambda u: 1 - u), min_size=1, max_size=20).map(np.array)
shapes = st.floats(-2, 4).map(lambda power: 10.0**power)

EVERY = np.sort(np.concatenate([np.random.default_rng(2).random(500), 2.0 ** -np.arange(1, 54)]))


def by_scipy(quantity: Quantity, u: Floats) -> Floats:
    """The same by functions of SciPy and NumPy."""
    assert quantity.spread is not None
    spread, bounds = quantity.spread, quantity.bounds
    low, high = spread.ends() or bounds
    shape = spread.shape if low < high or spread.shape == "cases" else "uniform"
    place = (quantity.value - low) / (high - low) if low < high else 0
    content = getattr(spread, shape if shape == spread.shape else spread.shape)
    by_shape: dict[str, Callable[[], Floats]] = {
        "normal": lambda: quantity.value + content * ndtri(u),
        "cases": lambda: np.array(content)[(u * len(content)).astype(int)],
        "uniform": lambda: low + u * (high - low),
        "triangular": lambda: low + (high - low) * np.where(
            u < place, np.sqrt(u * place), 1 - np.sqrt((1 - u) * (1 - place))
        ),
        "pert": lambda: low + (high - low) * betaincinv(1 + 4 * place, 5 - 4 * place, u),
        "beta": lambda: bounds[0] + (bounds[1] - bounds[0]) * betaincinv(content[0], content[1], u),
    }  # fmt: skip
    return np.clip(by_shape[shape](), *bounds)


def check_beta(a: float, b: float, x: Floats, u: Floats) -> None:
    """Hold quantiles to the distribution function, which SciPy knows better than its inverse."""
    near, off = 2e-12, 1 + 1e-12
    assert ((x >= 0) & (x <= 1)).all()
    low, high = np.maximum(x - near, 0), np.minimum(x + near, 1)
    below, above = u <= 0.5, u > 0.5
    assert (betainc(a, b, low) <= u * off)[below].all()
    assert (betainc(a, b, high) * off >= u)[below].all()
    assert (betaincc(a, b, high) <= (1 - u) * off)[above].all()
    assert (betaincc(a, b, low) * off >= 1 - u)[above].all()


@given(mode=st.floats(0, 1), ends=st.tuples(st.floats(0, 0.4), st.floats(0.6, 1)), u=shares)
@example(mode=0, ends=(0, 1), u=EVERY)
@example(mode=1, ends=(0.25, 0.75), u=EVERY)
def test_pert_spreads(mode: float, ends: tuple[float, float], u: Floats) -> None:
    low, high = ends
    value = min(max(low + mode * (high - low), low), high)
    found = quantile(Share(value=value, spread=Spread(pert=[low, high])), u)
    assert ((found >= low) & (found <= high)).all()
    place = (value - low) / (high - low)
    check_beta(1 + 4 * place, 5 - 4 * place, np.clip((found - low) / (high - low), 0, 1), u)


@settings(max_examples=40)
@given(a=shapes, b=shapes, u=shares)
@example(a=1.0, b=5.0, u=EVERY)
@example(a=0.2, b=500.0, u=EVERY)
@example(a=0.01, b=0.01, u=EVERY)
@example(a=0.02, b=2.0, u=EVERY)
@example(a=1e4, b=1e4, u=EVERY)
@example(a=1e3, b=1e4, u=EVERY)
@example(a=10.0**0.0625, b=10.0**0.0625, u=np.array([0.5]))
def test_beta_spreads(a: float, b: float, u: Floats) -> None:
    check_beta(a, b, quantile(Share(value=0.5, spread=Spread(beta=[a, b])), u), u)


@pytest.mark.parametrize("shape", [[0.001, 1.0], [1.0, 20_000.0], [0.0, 1.0]])
def test_shapes_without_measure_are_refused(shape: list[float]) -> None:
    with pytest.raises(ValidationError, match="two numbers from"):
        Spread(beta=shape)


OTHERS = [
    Share(value=0.2, spread=Spread(normal=0.3)),
    Quantity(value=-4, spread=Spread(normal=2.5)),
    Points(value=20, spread=Spread(triangular=[10, 80])),
    Points(value=20, spread=Spread(triangular=[20, 20])),
    Points(value=20, spread=Spread(pert=[20, 20])),
    Share(value=0.2, spread=Spread(uniform=[0.1, 0.4])),
    Quantity(value=1, spread=Spread(cases=[3.0, 1.0, 1.0, -2.0, 0.5])),
]


@pytest.mark.parametrize("quantity", OTHERS, ids=str)
@given(u=shares)
def test_other_spreads(quantity: Quantity, u: Floats) -> None:
    np.testing.assert_allclose(quantile(quantity, u), by_scipy(quantity, u), rtol=4e-15, atol=0)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_parameters_of_shipped_scenarios(path: Path) -> None:
    scenario = load_scenario(path)
    paths = uncertain(scenario)
    streams = Streams(7, 0, 400)
    values = draw(scenario, streams)
    for name in paths:
        quantity = scenario.parameters[name].quantity
        wanted = by_scipy(quantity, streams.uniform("parameter", name, 0))
        wide = max(np.ptp(wanted), 1e-300)
        np.testing.assert_allclose(values[name] / wide, wanted / wide, rtol=1e-14, atol=1e-12)


def test_a_share_of_0_counts_as_the_least_and_of_1_is_the_end() -> None:
    ends = np.array([0.0, 2.0**-54, 1.0])
    for spread in (Spread(pert=[0.1, 0.7]), Spread(beta=[2.0, 3.0]), Spread(normal=0.1)):
        found = quantile(Share(value=0.2, spread=spread), ends)
        assert found[0] == found[1] < found[2]
    assert quantile(Share(value=0.2, spread=Spread(pert=[0.1, 0.7])), ends)[2] == 0.7


def test_a_value_depends_on_its_own_number_and_share_alone() -> None:
    several = [
        Share(value=0.2, spread=Spread(pert=[0.1, 0.7])),
        Share(value=0.2, spread=Spread(beta=[0.1, 2.0])),
        *OTHERS,
    ]
    u = np.random.default_rng(1).random((len(several), 3000))
    u[:, :4] = [0, 1, 2.0**-53, 1 - 2.0**-53]
    together = quantiles(several, u)
    for row, quantity in enumerate(several):
        alone = [quantile(quantity, u[row, n : n + 1])[0] for n in range(0, 3000, 117)]
        assert alone == together[row, ::117].tolist()


def test_pieces_cover_all_scores_and_meet() -> None:
    for a, b in ((2.0, 3.0), (0.05, 0.05)):
        pieces = beta_pieces(a, b)
        low, high = pieces.spans[np.argsort(pieces.spans[:, 0])].T
        assert (low[0], high[-1]) == (-END, END)
        assert (low[1:] == high[:-1]).all()
        assert pieces.spans[0, 0] <= 0 < pieces.spans[0, 1] <= REACH
    assert len(beta_pieces(2.0, 3.0).spans) == 3


def test_a_number_without_a_spread_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="without a spread"):
        quantile(Share(value=0.2), np.array([0.5]))


def test_points_are_shares_of_each_parameter() -> None:
    scenario = load_scenario(SHIPPED[0])
    paths = uncertain(scenario)[:3]
    points = np.random.default_rng(3).random((50, 3))
    found = at_shares(scenario, paths, points)
    for column, path in enumerate(paths):
        quantity = scenario.parameters[path].quantity
        np.testing.assert_array_equal(found[path], quantile(quantity, points[:, column]))


def digest() -> str:
    """A digest of all bits of values of many spreads."""
    modes = np.linspace(0, 1, 21)
    several = [Share(value=0.2 + 0.5 * m, spread=Spread(pert=[0.2, 0.7])) for m in modes.tolist()]
    shapes = ((0.05, 0.05), (0.5, 3.0), (40.0, 7.0), (200.0, 0.5))
    several += [Share(value=0.5, spread=Spread(beta=list(shape))) for shape in shapes]
    every = [*several, *OTHERS]
    found = quantiles(every, np.random.default_rng(6).random((len(every), 4000)))
    return hashlib.sha256(found.tobytes()).hexdigest()


DIGEST = "c54a28c87585753a2442b13766eee6e7c156422546fd58bc457bb3b8b92d4d59"

BITS = """
from tests.model.test_quantiles import digest
print(digest())
"""


def test_bits_are_those_of_a_plainer_processor() -> None:
    assert printed_plainly(BITS).strip() == digest() == DIGEST
