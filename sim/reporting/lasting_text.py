"""The words of arrangements and promises, and of what becomes of them."""

from __future__ import annotations

import re

from sim.scenario.lookup import Instance, Promise
from sim.scenario.schema import Description
from sim.text import listing, sentence

_HEAD = re.compile(r"\b(?:about|against|at|between|by|for|from|in|of|on|over|to|with|without)\b")
"""What follows one of these does not decide whether a name is of one thing or of several."""


def between(instance: Instance, described: Description) -> str:
    """``of Japan and Russia``, ``of Washington toward Moscow``."""
    names = [described.actors[party].name for party in instance.parties]
    return f"of {f'{names[0]} toward {names[1]}' if instance.one_sided else listing(names)}"


def whole(instance: Instance, described: Description) -> str:
    """``the peace treaty of Japan and Russia``."""
    return f"{described.arrangements[instance.name].name} {between(instance, described)}"


def became(instance: Instance, how: str, actor: str | None, described: Description) -> str:
    """What became of an arrangement, as a sentence without its final stop.

    Parameters
    ----------
    instance : Instance
    how : str
        ``begun``, ``renewed``, ``resumed``, ``suspended``, ``ended``, ``broken off``,
        ``run out``.
    actor : str or None
        Who broke it off, where somebody did.
    described : Description
    """
    name = described.arrangements[instance.name].name
    if how == "broken off" and actor is not None:
        others = [described.actors[party].name for party in instance.parties if party != actor]
        breaks = sentence(described.actors[actor].name)
        return f"{breaks} breaks off {name} with {listing(others)}"
    is_, has = ("are", "have") if _several(name) else ("is", "has")
    said = {
        "begun": f"{is_} in force",
        "renewed": f"{is_} renewed",
        "resumed": f"{is_} in force again",
        "suspended": f"{is_} suspended",
        "ended": f"{has} ended",
        "broken off": f"{is_} broken off",
        "run out": f"{has} run out",
    }[how]
    return f"{sentence(whole(instance, described))} {said}"


def consequence(instance: Instance, how: str, described: Description) -> str:
    """What an act made of an arrangement, to be said after it: ``the claims are suspended``.

    Whom it concerns the act has said; parameters are as for :func:`became`.
    """
    name = described.arrangements[instance.name].name
    said = {
        "begun": "in force",
        "renewed": "renewed",
        "resumed": "in force again",
        "suspended": "suspended",
        "ended": "no longer in force",
        "broken off": "broken off",
    }[how]
    return f"{name} {'are' if _several(name) else 'is'} {said}"


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
    """``Japan owes Russia``; ``Japan and Russia owe each other``."""
    one, other, both = _ends(promise, described)
    return f"{one} and {other} owe each other" if both else f"{one} owes {other}"


def promise_became(promise: Promise, how: str, described: Description) -> str:
    """What became of a promise, as a sentence without its final stop.

    Parameters
    ----------
    promise : Promise
    how : str
        ``made``, ``kept``, ``overdue``, ``late``, ``broken``.
    described : Description
    """
    one, other, both = _ends(promise, described)
    done = delivery(promise, described)
    if how == "made":
        who = f"{one} and {other} promise each other" if both else f"{one} promises {other}"
        return f"{who} to {done}"
    if how == "overdue":
        whose = f"{one} and {other} to each other" if both else f"{one} to {other}"
        return f"The promise of {whose} to {done} is overdue"
    if both:
        verb = {"kept": "keep", "late": "deliver late on", "broken": "have broken"}[how]
        return f"{one} and {other} {verb} their promise to each other to {done}"
    verb = {"kept": "keeps", "late": "delivers late on", "broken": "has broken"}[how]
    return f"{one} {verb} its promise to {other} to {done}"


def _ends(promise: Promise, described: Description) -> tuple[str, str, bool]:
    """Who owes whom, by name, and whether both owe each other."""
    (debtor, creditor), *back = promise.owed
    names = described.actors
    return sentence(names[debtor].name), names[creditor].name, bool(back)
