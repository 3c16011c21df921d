"""The words of arrangements and promises, and of what becomes of them."""

from __future__ import annotations

import re

from sim.scenario.lookup import Instance, Promise
from sim.scenario.schema import Description
from sim.text import listing, sentence

_HEAD = re.compile(r"\b(?:about|against|at|between|by|for|from|in|of|on|over|to|with|without)\b")
"""What follows one of these does not decide whether a name is of one thing or of several."""


def parties_text(instance: Instance, described: Description) -> str:
    """``of North and South``, ``of North toward South``."""
    names = [described.actors[party].name for party in instance.parties]
    return f"of {f'{names[0]} toward {names[1]}' if instance.one_sided else listing(names)}"


def arrangement_text(instance: Instance, described: Description) -> str:
    """``the peace treaty of North and South``."""
    return f"{described.arrangements[instance.name].name} {parties_text(instance, described)}"


_FATES = {
    "begun": "in force",
    "renewed": "renewed",
    "resumed": "in force again",
    "suspended": "suspended",
    "broken off": "broken off",
}
"""What an arrangement is after what became of it; else it has ended, or run out."""


def arrangement_became(
    instance: Instance, how: str, actor: str | None, described: Description
) -> str:
    """What became of an arrangement, as a sentence without its final stop.

    ``how`` is that of :class:`~sim.results.arrangements.ArrangementChange`; ``actor`` is who broke
    it off, where somebody did.
    """
    name = described.arrangements[instance.name].name
    if how == "broken off" and actor is not None:
        others = [described.actors[party].name for party in instance.parties if party != actor]
        breaks = sentence(described.actors[actor].name)
        return f"{breaks} breaks off {name} with {listing(others)}"
    is_, has = ("are", "have") if _several(name) else ("is", "has")
    said = f"{is_} {_FATES[how]}" if how in _FATES else f"{has} {how}"
    return f"{sentence(arrangement_text(instance, described))} {said}"


def consequence(instance: Instance, how: str, described: Description) -> str:
    """What an act made of an arrangement, to be said after it: ``the claims are suspended``.

    Whom it concerns the act has said.
    """
    name = described.arrangements[instance.name].name
    return f"{name} {'are' if _several(name) else 'is'} {_FATES.get(how, 'no longer in force')}"


def _several(name: str) -> bool:
    """Whether a name is of several things, as *sanctions* or *visits without visa* are."""
    head = _HEAD.split(name)[0].split()
    return bool(head) and head[-1].endswith("s") and not head[-1].endswith(("ss", "us", "is"))


def delivery(promise: Promise, described: Description) -> str:
    """What is promised: ``carry out the plan``."""
    delivers = described.levers[promise.lever].delivers
    assert delivers is not None
    return described.levers[delivers.lever].name


def owes(promise: Promise, described: Description) -> str:
    """``North owes South``; ``North and South owe each other``."""
    one, other, both = _ends(promise, described)
    return f"{one} and {other} owe each other" if both else f"{one} owes {other}"


def promise_became(promise: Promise, how: str, described: Description) -> str:
    """What became of a promise, as a sentence without its final stop.

    ``how``: ``made``, ``kept``, ``overdue``, ``late``, ``broken``.
    """
    one, other, both = _ends(promise, described)
    done = delivery(promise, described)
    if how == "made":
        who = f"{one} and {other} promise each other" if both else f"{one} promises {other}"
        return f"{who} to {done}"
    if how == "overdue":
        whose = f"{one} and {other} to each other" if both else f"{one} to {other}"
        return f"The promise of {whose} to {done} is overdue"
    verbs = {
        "kept": ("keeps", "keep"),
        "late": ("delivers late on", "deliver late on"),
        "broken": ("has broken", "have broken"),
    }[how]
    if both:
        return f"{one} and {other} {verbs[1]} their promise to each other to {done}"
    return f"{one} {verbs[0]} its promise to {other} to {done}"


def _ends(promise: Promise, described: Description) -> tuple[str, str, bool]:
    """Who owes whom, by name, and whether both owe each other."""
    (debtor, creditor), *back = promise.owed
    names = described.actors
    return sentence(names[debtor].name), names[creditor].name, bool(back)
