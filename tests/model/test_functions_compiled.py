"""Elementary functions and quantiles have the same bits compiled and uncompiled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.native import Native, Sections
from sim.model.quantiles import SpreadFields, spread_tables
from sim.model.vectors import LANES, Rows
from sim.scenario.field_types import Share, Spread
from tests.model import functions_text
from tests.model.functions_text import Functions

SIZE = 200
NUMBERS = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 5e-324, 1e-310, 1.7e308, -745.0, -708.6]
NUMBERS += [709.4, 709.5, 2.0**-1000, 2.0**-1001, 2.0**1000, 0.5 - 2.0**-54, 0.5, 0.5 + 2.0**-53]
SHARES = [0.0, 1.0, np.nan, 0.5, 2.0**-53, 1 - 2.0**-53, 0.00168, 0.00169]
SPREADS = [
    Spread(beta=[0.05, 0.05]),
    Spread(beta=[3.0, 40.0]),
    Spread(normal=0.1),
    Spread(cases=[0.1, 0.2, 0.2]),
    Spread(triangular=[0.1, 0.4]),
    Spread(uniform=[0.1, 0.4]),
    Spread(pert=[0.2, 0.4]),
    Spread(pert=[0.1, 0.4]),
]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Sections:
    name = functions_text.__name__
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENTENTE_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("ENTENTE_COMPILED", raising=False)
        native = Native(name, name, [Path(functions_text.__file__)])
        sections = native.sections(wait=True)
    assert sections is not None, native.why_not()
    return sections


def functions() -> Functions:
    random = np.random.default_rng(4)
    x = random.normal(size=(SIZE, LANES)) * np.exp(3 * random.normal(size=(SIZE, LANES)))
    share = random.random((SIZE, LANES)) ** 3
    x.flat[: len(NUMBERS)] = NUMBERS
    share[::5, : len(SHARES)] = SHARES
    kinds = SpreadFields.fields()
    spreads = [Share(value=0.2, spread=SPREADS[n % len(SPREADS)]) for n in range(SIZE)]
    tables = {name: kinds[name](table) for name, table in spread_tables(spreads).items()}
    rows = {"x": Rows(x), "share": Rows(share), "out": Rows(np.zeros((SIZE, LANES)))}
    return Functions(LANES, {**tables, **rows, "size": SIZE})


@pytest.mark.parametrize(
    "name", ["exponentials", "logarithms", "logistics", "logits", "normals", "draws"]
)
def test_compiled_functions_have_the_bits_of_the_uncompiled(compiled: Sections, name: str) -> None:
    ours, theirs = functions(), functions()
    compiled[name](ours)
    with np.errstate(all="ignore"):
        getattr(functions_text, name)(theirs)
    one, other = (np.where(np.isnan(m.out.array), 0, m.out.array) for m in (ours, theirs))
    np.testing.assert_array_equal(np.isnan(ours.out.array), np.isnan(theirs.out.array))
    assert one.tobytes() == other.tobytes()
    assert np.unique(one).size > 100
