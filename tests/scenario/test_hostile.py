"""Whatever a file holds, the answer is a scenario or a list of its faults."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.loading import build
from sim.scenario.node import from_plain
from sim.scenario.yaml_reader import parse
from tests.fixtures.bonds_file import BONDS
from tests.fixtures.world_file import WORLD

PLAIN: dict[str, Any] = parse(WORLD.replace("source: almanac", "why: so"), "world").plain()
BOUND: dict[str, Any] = parse(BONDS, "bonds").plain()
PATHS = [
    (document, path.split("."))
    for document in (PLAIN, BOUND)
    for path in from_plain(document, "it").paths()
    if not path.startswith("sources")
]
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["north", "affinity of actor and others", "issue border", "north to south"])
    | st.sampled_from(["peace", "in force peace between north and south", "trust of north in east"])
    | st.sampled_from(["peace between north and north", "embargo by x toward y", "begins"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from(["value", "spread", "source", "north", "by", "anyone to anyone"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
SPOTS = st.integers(0, len(WORLD))
BITS = st.sampled_from([*"{}[]:-,'\"#&*!|>%@`?\t\n\\ ", "<<: ", "---", "...", "\x00", "\u2028"])


@settings(max_examples=120)
@given(st.lists(st.tuples(SPOTS, SPOTS.map(lambda n: n % 12), BITS), min_size=1, max_size=4))
def test_a_torn_file(cuts: list[tuple[int, int, str]]) -> None:
    text = WORLD
    for start, length, bit in cuts:
        text = text[:start] + bit + text[start + length :]
    with contextlib.suppress(ScenarioError):
        found = parse(text, "world.yaml").plain()
        if isinstance(found, dict):
            build(found)


@settings(max_examples=120)
@given(st.sampled_from(PATHS), ODD)
def test_an_odd_value_anywhere(spot: tuple[dict[str, Any], list[str]], odd: Any) -> None:
    plain, path = spot
    document = copy.deepcopy(plain)
    part = document
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = odd
    with contextlib.suppress(ScenarioError):
        build(document)


@settings(max_examples=120)
@given(st.sampled_from(PATHS), ODD)
def test_an_odd_override_anywhere(spot: tuple[dict[str, Any], list[str]], odd: Any) -> None:
    plain, path = spot
    with contextlib.suppress(ScenarioError):
        build(plain, overrides={".".join(path): odd})


@settings(max_examples=60)
@given(st.text(max_size=30), st.text(max_size=30))
def test_an_odd_path_and_value(path: str, value: str) -> None:
    with contextlib.suppress(ScenarioError):
        build(PLAIN, overrides={path: value})
