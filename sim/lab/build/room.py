"""Room in a round: what a pair usually does fills a share of it, and never all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

from sim.lab.build.values import ANY, covering, parts, table
from sim.scenario.field_types import is_number

FULL = 0.75
"""Share of a round that all acts of a pair fill at most, where the builder proposes them."""
_LEAST = 0.01


def filled(levers: Mapping[str, Any], actors: Sequence[str]) -> float:
    """Share of a round that acts fill, of the pair that is busiest."""
    return max(
        (
            sum(_chance(lever, f"{first} to {second}") for lever in levers.values())
            for first, second in permutations(actors, 2)
        ),
        default=0.0,
    )


def _chance(lever: Any, way: str) -> float:
    by_pair = table(lever.get("usual")) if isinstance(lever, Mapping) else {}
    key = covering(by_pair, way)
    value = parts(by_pair[key]).get("value") if key else 0
    return float(value) if value is not None and is_number(value) else 0.0


def fitted(levers: dict[str, Any], actors: Sequence[str]) -> dict[str, Any]:
    """Levers made rarer, all by the same share, so that those of a pair fit into a round."""
    full = filled(levers, actors)
    return levers if full <= FULL else {id: rarer(one, FULL / full) for id, one in levers.items()}


def with_room(levers: Mapping[str, Any], lever: dict[str, Any], actors: Sequence[str]) -> Any:
    """A lever that joins others, rarer where they leave it too little room."""
    own = filled({"": lever}, actors)
    left = max(FULL - filled(levers, actors), _LEAST)
    return lever if own <= left else rarer(lever, left / own)


def rarer(lever: dict[str, Any], share: float) -> dict[str, Any]:
    """A lever that is used less often, and says why."""
    by_pair = {
        key: float(f"{parts(one)['value'] * share:.2g}")
        for key, one in table(lever["usual"]).items()
    }
    usual = by_pair[ANY] if set(by_pair) == {ANY} else by_pair
    why = f"{lever['why']}; here less often, so that all acts of a pair fit into one round"
    return {**lever, "usual": usual, "why": why}
