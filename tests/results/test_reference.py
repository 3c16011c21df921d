"""The same scenario and seed give the same results as before the code was moved about."""

from __future__ import annotations

import json

import pytest

from tests.results.reference import KEPT, SCENARIOS, reference


@pytest.mark.parametrize("name", SCENARIOS)
def test_results_are_those_that_are_kept(name: str) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))[name]
    found = reference(name)
    assert found["discrete"] == kept["discrete"]
    assert found["means"].keys() == kept["means"].keys()
    for key, mean in kept["means"].items():
        near = None if mean is None else pytest.approx(mean, rel=1e-9, abs=1e-12)
        assert found["means"][key] == near, key
