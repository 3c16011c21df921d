"""Room in a round: what a pair usually does fills a share of it, and never all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

from sim.lab.build.values import ANY, covering, parts, table
from sim.scenario.cameo import quad_of_code
from sim.scenario.field_types import is_number
from sim.scenario.phrases import parse

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


def taken_by_others(levers: Mapping[str, Any], own: str, way: str) -> float:
    """Share of a round that all levers but one fill, of a pair, of the same kind as that one.

    ``own``: the lever's id; ``way``: the pair, as ``north to south``. Words and deeds have each a
    round of their own.
    """
    kind = _is_deed(levers.get(own))
    return sum(
        _chance(lever, way) for id, lever in levers.items() if id != own and _is_deed(lever) == kind
    )


def _is_deed(lever: Any) -> bool:
    """Whether a lever is a deed and no word, as :func:`sim.scenario.cameo.quad_class` has it."""
    lever = lever if isinstance(lever, Mapping) else {}
    if quad := quad_of_code(str(lever.get("cameo"))):
        return not quad.startswith("verbal")
    effects = lever.get("effects")
    return any(
        (phrase := parse(str(text))) is not None and phrase.kind == "ties"
        for text in (effects if isinstance(effects, Mapping) else ())
    )


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
