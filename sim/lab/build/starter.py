"""A first scenario of one's own: valid at once, each number with a reason that asks to be replaced.

Nothing here knows the case; all numbers are middling, and say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any

from sim.lab.acts import acts, lever_of, per_round
from sim.lab.build import written
from sim.lab.build.edits import fresh_id
from sim.lab.build.proposed import (
    PLACEHOLDER,
    crisis_of,
    press_for,
    presses_for,
    tension_of,
)
from sim.lab.build.room import fitted

ACTS = ("talks", "visit", "negotiate", "open_market", "criticise", "warn", "tariff", "treaty")
"""Ready acts that are proposed for a first scenario."""
MOST_ACTORS = 8
WHY = f"{PLACEHOLDER}: "
_HEAD = "# Made in the builder. Numbers whose reason is 'a starting point' wait for your own.\n"


@dataclass(frozen=True)
class Wish:
    """What a visitor says of a scenario that is to be made.

    Attributes
    ----------
    title : str
    actors : tuple of str
        Names as they are shown; two or more.
    issue, low, high : str
        What they disagree about, and what its two ends are called.
    start, unit, rounds : str, str, int
        The calendar.
    acts : tuple of str
        Ids of ready acts.
    """

    title: str
    actors: tuple[str, ...]
    issue: str
    low: str
    high: str
    start: str = "2025-01-01"
    unit: str = "quarter"
    rounds: int = 12
    acts: tuple[str, ...] = ACTS


def starter(wish: Wish) -> str:
    """The text of a first scenario."""
    ids: dict[str, str] = {}
    for name in wish.actors:
        ids[fresh_id(name, "actors", ids)] = name
    issue = fresh_id(wish.issue, "issues", {})
    positions = places(list(ids))
    plain: dict[str, Any] = {
        "title": wish.title,
        "calendar": {"start": wish.start, "round": wish.unit, "rounds": wish.rounds},
        "runs": 1000,
        "actors": {id: new_actor(name, len(ids)) for id, name in ids.items()},
        "relations": new_relations(list(ids)),
        "issues": {issue: new_issue(wish.issue, wish.low, wish.high, positions)},
        "levers": _levers(wish, issue, positions),
        "outcomes": _outcomes(wish, ids, issue),
        "watch": _watch(ids),
    }
    sections = ["\n".join(written.entry(key, value, 0)) for key, value in plain.items()]
    return _HEAD + "\n".join(sections) + "\n"


def new_actor(name: str, among: int) -> dict[str, Any]:
    """An actor of middling numbers; ``among``: how many there are."""
    return {
        "name": name,
        "power": {"value": round(1 / among, 2), "why": WHY + "as strong as each of the others"},
        "support": {"value": 0.5, "why": WHY + "half of the country behind its leaders"},
        "why": WHY + "cares for everything in a middling way",
    }


def new_relations(actors: Sequence[str], with_whom: Sequence[str] = ()) -> dict[str, Any]:
    """Relations of all pairs; with ``with_whom`` only of those with the actors named."""
    named = set(with_whom) or set(actors)
    found: dict[str, Any] = {}
    for pair in combinations(actors, 2):
        if not named & set(pair):
            continue
        first, second = pair
        why = WHY + "neither friends nor enemies, with some strain"
        found[f"{first} and {second}"] = {"affinity": 0, "tension": 0.2, "why": why}
        for one, other in permutations(pair):
            why = WHY + "some trade, and no pledge of help"
            found[f"{one} to {other}"] = {"commitment": 0, "ties": 0.2, "why": why}
    return found


def new_issue(name: str, low: str, high: str, positions: Mapping[str, float]) -> dict[str, Any]:
    """An issue with a stance for each actor."""
    why = WHY + "spread over the line, and each cares in a middling way"
    return {
        "name": name,
        "low": low,
        "high": high,
        "outcome": {"value": 50, "why": WHY + "in the middle"},
        "stances": {
            id: {"position": place, "salience": 0.5, "why": why} for id, place in positions.items()
        },
    }


def places(actors: Sequence[str]) -> dict[str, float]:
    """Places on an issue: the first two at its ends, the others between."""
    places = [20, 80, 50, 35, 65, 27, 72, 43]
    return {id: places[nth % len(places)] for nth, id in enumerate(actors)}


def _levers(wish: Wish, issue: str, positions: Mapping[str, float]) -> dict[str, Any]:
    """The acts that were chosen, and one each that moves the issue to either end."""
    found = {id: lever_of(acts()[id], wish.unit) for id in wish.acts if id in acts()}
    found |= presses(issue, wish.low, wish.high, positions, wish.unit)
    return fitted(found, list(positions))


def presses(
    issue: str, low: str, high: str, positions: Mapping[str, float], unit: str
) -> dict[str, Any]:
    """For each end of an issue a lever, of those who want it upon the others."""
    found = {}
    for end, toward, sign in (("high", high, 1), ("low", low, -1)):
        for_it = [id for id, place in positions.items() if sign * (place - 50) > 0]
        others = [id for id in positions if id not in for_it]
        pairs = [f"{one} to {other}" for one in for_it for other in others]
        if pairs:
            found[f"press_{issue}_{end}"] = _pressing(toward, issue, sign, pairs, unit)
    return found


def _pressing(
    toward: str, issue: str, sign: int, pairs: Sequence[str], unit: str
) -> dict[str, Any]:
    """A lever that moves an issue toward one of its ends, against another's will."""
    chance = per_round(0.5, unit)
    return {
        "name": press_for(toward),
        "says": presses_for(toward),
        "usual": dict.fromkeys(pairs, chance),
        "cameo": "105",
        "goldstein": -5.0,
        "effects": {
            f"issue {issue}": 3 * sign,
            "affinity of actor and target": -0.02,
            "tension of actor and target": 0.03,
        },
        "why": WHY + "once in two years, and a small step each time",
    }


def _outcomes(wish: Wish, ids: Mapping[str, str], issue: str) -> dict[str, Any]:
    found = {"issue": {"name": wish.issue, "of": f"issue {issue}"}}
    for first, second in list(combinations(ids, 2))[:3]:
        name = tension_of(ids[first], ids[second])
        phrase = f"tension of {first} and {second}"
        found[f"tension_{first}_{second}"] = {"name": name, "of": phrase}
    return found


def _watch(ids: Mapping[str, str]) -> dict[str, Any]:
    first, second = list(ids)[:2]
    name = crisis_of(ids[first], ids[second])
    limit = {"value": 0.3, "why": WHY + "0.1 above the tension at the start"}
    phrase = f"tension of {first} and {second}"
    return {"crisis": {"name": name, "when": {phrase: {"at_least": limit}}}}
