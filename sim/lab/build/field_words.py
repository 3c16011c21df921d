"""What the fields of the builder are called, and what their numbers mean, for newcomers."""

from __future__ import annotations

from sim.lab.build.values import Path

_LABELS = {
    "outcome": "at the start",
    "low": "what 0 means",
    "high": "what 100 means",
    "says": "how it is told",
    "offers": "how a proposal is told",
    "cameo": "CAMEO code",
    "goldstein": "Goldstein value",
    "chance": "chance in a round",
    "on": "on a date",
    "once": "only once",
    "repeats": "may happen again",
    "round": "a round is a",
    "start": "it starts on",
    "lasting": "for good",
}
"""What fields are called whose words in the format say little by themselves."""
_OF_KNOBS = {
    "low": "the least",
    "high": "the most",
    "step": "from one place to the next (empty: a hundredth of the way)",
    "words": "words for places along it, with commas, as: low, middle, high (or empty)",
}
_OF_CHANGES = {"by": "changes it by", "to": "sets it to"}
_MEANINGS = {
    "affinity": "how warm: -1 opposed, 0 neither, 1 aligned",
    "tension": "how live an armed dispute is: 0 not at all, 1 most",
    "commitment": "its pledge to come to the other's aid: 0 none, 1 full",
    "ties": "what it gains from exchange with the other: 0 nothing, 1 most",
    "power": "its strength; only the ratios between actors matter",
    "support": "backing of its leaders at home: 0 none, 1 all",
    "patience": "how much the next round counts beside this one: 0 to 0.99",
    "position": "where it wants the issue: 0 to 100, as the ruler has it",
    "salience": "how much it cares: 0 not at all, 1 most",
    "outcome": "0 to 100, as the ruler has it",
    "chance": "how likely in one round: 0 never, 1 surely",
    "audience_cost": "support that it loses when it gives ground: 0 or more",
    "cost": "support that it costs whoever does it: 0 to 1",
    "solemnity": "how solemnly it was sworn, and what a breach costs: 0 to 1",
}
_WEIGHT = "how much that counts for it: 0 not at all, 1 most"


def label(path: Path) -> str:
    """What a field is called."""
    last = path[-1]
    if path[0] == "knobs":
        return _OF_KNOBS.get(last, last)
    if "changes" in path or "effects" in path:
        return _OF_CHANGES.get(last, last.replace("_", " "))
    return _LABELS.get(last, last.replace("_", " "))


def meaning(path: Path) -> str:
    """What a number means, with its range; empty where the format says it well enough."""
    if len(path) > 1 and path[-2] == "weights":
        return _WEIGHT
    return _MEANINGS.get(path[-1], "")
