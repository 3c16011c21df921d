"""Ordinary times are those of the base, also where a scenario has less than it, or more."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.compiled import CompiledScenario
from sim.model.world import World
from tests.fixtures.scenarios import QUARTET, Document, changed, scenario


@pytest.mark.parametrize("field", ["answer", "proposal", "worn"])
@pytest.mark.parametrize(
    "lever", [{"protest": None}, {"protest": None, "boast": QUARTET["levers"]["protest"]}],
    ids=["less", "less and more"],
)  # fmt: skip
def test_levers_that_the_base_has_keep_their_ordinary_times(lever: Document, field: str) -> None:
    levers = {**QUARTET["levers"], **lever}
    left = {name: one for name, one in levers.items() if one}
    whole = World(CompiledScenario(scenario(QUARTET)), 3, 0, 4)
    some = World(CompiledScenario(scenario(changed(QUARTET, levers=left), QUARTET)), 3, 0, 4)
    kept = [key for key in whole.compiled.keys if key in some.compiled.keys]
    assert len(kept) == len([key for key in whole.compiled.keys if key[0] != "protest"])
    before, after = (
        np.stack([world.read(f"usual_{field}")[world.compiled.keys[key]] for key in kept])
        for world in (whole, some)
    )
    np.testing.assert_array_equal(after, before)
    some.step()
    assert np.isfinite(some.x).all()
