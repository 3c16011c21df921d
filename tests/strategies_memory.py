"""Arrangements, promises and governments for drawn scenario documents."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from sim.scenario.phrases import COMPONENTS
from tests.oracle_rules import for_pair
from tests.samples import Document
from tests.strategies_small import SIZES, meet, phrase, quantities, share, some

ACTORS = ("atlas", "borea", "corva", "delta", "ember")
ARRANGEMENTS = ("accord", "boycott", "compact")
DEEDS = ("begins", "ends", "suspends", "resumes")
DAYS = {"month": 28, "quarter": 87, "half-year": 178, "year": 362}
"""A little less than the days of a round."""
Way = tuple[str, str]


@st.composite
def remembering(draw: DrawFn, document: Document) -> Document:
    """Draw what lasts into a document: it changes the document that it is given."""
    actors, issues = tuple(document["actors"]), tuple(document["issues"])
    names = draw(st.permutations(ARRANGEMENTS))[: draw(st.integers(0, len(ARRANGEMENTS)))]
    if names:
        document["arrangements"] = {
            name: draw(_arrangement(name, actors, issues)) for name in names
        }
    for name in document["levers"]:
        _do(draw, document, name)
    for name in actors:
        if draw(st.booleans()):
            document["actors"][name]["government"] = draw(_government(document, name))
    _befall(draw, document)
    for name, lever in document["levers"].items():
        asked = draw(_conditions(document, name))
        if asked:
            lever["requires"] = {**lever.get("requires", {}), **asked}
    waiting = [event for event in document["events"].values() if not draw(st.integers(0, 2))]
    waiting += [watch for watch in document["watch"].values() if "when" in watch]
    for part in waiting:
        part["when"] = {**part.get("when", {}), **draw(_conditions(document, None))}
    if has_trust(document):
        for way in itertools.permutations(actors, 2):
            if not draw(st.integers(0, 4)):
                related = document["relations"].setdefault(" to ".join(way), {})
                related["trust"] = draw(share())
    return document


@st.composite
def _arrangement(draw: DrawFn, name: str, actors: Sequence[str], issues: Sequence[str]) -> Document:
    sort = draw(st.sampled_from(("mutual", "mutual", "one-sided", "parties")))
    found: Document = {"name": f"The {name}"}
    who: Sequence[str] = ("actor", "target", "others", *actors)
    pairs = list(itertools.combinations(actors, 2))
    joint = "and"
    if sort == "one-sided":
        found["one_sided"] = True
        pairs, joint = list(itertools.permutations(actors, 2)), "to"
    elif sort == "parties":
        found["parties"] = draw(st.permutations(actors))[: draw(st.integers(2, len(actors)))]
        pairs = list(itertools.combinations(found["parties"], 2))
        who = actors
    most = 1 if sort == "parties" else 3
    held = draw(st.lists(st.sampled_from(pairs), max_size=most, unique=True))
    turned = [way if sort == "one-sided" or draw(st.booleans()) else way[::-1] for way in held]
    found["in_force"] = [f" {joint} ".join(way) for way in turned]
    found["effects"] = draw(_effects(who, actors, issues, sort))
    optional = {"term": st.integers(1, 4), "solemnity": share()}
    return {**found, **draw(some(optional))}


@st.composite
def _effects(
    draw: DrawFn, who: Sequence[str], actors: Sequence[str], issues: Sequence[str], sort: str
) -> Document:
    kinds = [kind for kind in SIZES if kind != "issue" or issues]
    found: Document = {}
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=3)):
        text, size = draw(phrase(kind, who, issues)), SIZES[kind] / 3
        both = [text, _mirrored(text)] if sort == "mutual" else [text]
        # No quantity twice in one arrangement, whoever holds it.
        if not any(meet(one, other, actors) for one in both for other in found):
            found[text] = draw(quantities(-size, size))
    return found


def _mirrored(text: str) -> str:
    """An effect with its roles exchanged: of a mutual arrangement each is the actor in turn."""
    turned = {"actor": "target", "target": "actor"}
    return " ".join(turned.get(word, word) for word in text.split())


def ways(document: Document, lever: str) -> list[Way]:
    """List who uses a lever toward whom."""
    usual = document["levers"][lever]["usual"]
    if not isinstance(usual, dict) or "value" in usual:
        usual = {"anyone to anyone": usual}
    pairs = itertools.permutations(document["actors"], 2)
    return [way for way in pairs if for_pair(usual, *way) is not None]


def _do(draw: Any, document: Document, name: str) -> None:
    """Draw what a lever does to arrangements, and what it promises."""
    lever, users = document["levers"][name], ways(document, name)
    for arrangement, stated in document.get("arrangements", {}).items():
        among = set(stated.get("parties", document["actors"]))
        if users and all(set(way) <= among for way in users) and draw(st.booleans()):
            deed = draw(st.sampled_from(("begins", *DEEDS)))
            lever.setdefault(deed, []).append(arrangement)
    others = [other for other in document["levers"] if other != name]
    if others and draw(st.booleans()):
        kept: str = draw(st.sampled_from(others))
        by = draw(st.sampled_from(("actor", "target", "either")))
        have = set(ways(document, kept))
        if users and all(_owing(way, by) & have for way in users):
            lever["delivers"] = {"lever": kept, "within": draw(st.integers(1, 3)), "by": by}


def _owing(way: Way, by: str) -> set[Way]:
    """Who owes whom what is promised."""
    back = (way[1], way[0])
    return {"actor": {way}, "target": {back}}.get(by, {way, back})


def has_trust(document: Document) -> bool:
    """Whether there is trust in it."""
    promised = any("delivers" in lever for lever in document["levers"].values())
    return promised or bool(document.get("arrangements"))


def possible(document: Document, name: str) -> list[Way]:
    """List between whom an arrangement may come into force, in both orders where it is mutual."""
    stated = document["arrangements"][name]
    found = [tuple(text.split()[::2]) for text in stated.get("in_force", ())]
    for lever, described in document["levers"].items():
        if name in described.get("begins", ()):
            found += ways(document, lever)
    if found and stated.get("parties"):
        return list(itertools.permutations(stated["parties"], 2))
    if not stated.get("one_sided"):
        found += [way[::-1] for way in found]
    return sorted({(way[0], way[1]) for way in found})


def _between(document: Document, name: str, way: Way) -> str:
    if document["arrangements"][name].get("one_sided"):
        return f"by {way[0]} toward {way[1]}"
    return f"between {way[0]} and {way[1]}"


def _either_way(document: Document, lever: str, held: Sequence[Way]) -> bool:
    """Whether some who use a lever may have what is held, each of them toward the other."""
    return any(way in held and way[::-1] in held for way in ways(document, lever))


@st.composite
def _conditions(draw: DrawFn, document: Document, lever: str | None) -> Document:
    """Draw conditions on what lasts: of a lever between roles, too."""
    found: Document = {}
    roles = [("actor", "target"), ("target", "actor")]
    actors = list(itertools.permutations(document["actors"], 2))
    for name in document.get("arrangements", {}):
        held = possible(document, name)
        if not held or draw(st.integers(0, 3)):
            continue
        pairs = list(held)
        if lever is not None and _either_way(document, lever, held):
            pairs += roles
        told = _between(document, name, draw(st.sampled_from(pairs)))
        if draw(st.booleans()):
            found[f"in force {name} {told}"] = draw(st.booleans())
        else:
            side = draw(st.sampled_from(("at_least", "at_most")))
            found[f"rounds since {name} began {told}"] = {side: draw(st.integers(1, 4))}
    if has_trust(document) and not draw(st.integers(0, 4)):
        first, second = draw(st.sampled_from(actors + (roles if lever is not None else [])))
        found[f"trust of {first} in {second}"] = draw(
            st.sampled_from(({"at_least": 0.4}, {"at_most": 0.6}))
        )
    ruled = [name for name, actor in document["actors"].items() if "government" in actor]
    if ruled and not draw(st.integers(0, 4)):
        if lever is not None and len(ruled) == len(document["actors"]):
            ruled += ["actor", "target"]
        side = draw(st.sampled_from(("at_least", "at_most")))
        named = draw(st.sampled_from(ruled))
        found[f"rounds in office of {named}"] = {side: draw(st.integers(0, 12))}
    return found


def _befall(draw: Any, document: Document) -> None:
    """Draw what events do to arrangements, and how a change of government is told."""
    actors, events = list(document["actors"]), document["events"]
    for name, stated in document.get("arrangements", {}).items():
        among = list(itertools.permutations(stated.get("parties", actors), 2))
        for event in events.values():
            deed = draw(st.sampled_from(("begins", "ends", "neither", "neither")))
            pairs = among if deed == "begins" else possible(document, name)
            if deed != "neither" and pairs:
                told = f"{name} {_between(document, name, draw(st.sampled_from(pairs)))}"
                event.setdefault(deed, []).append(told)
    for name in actors:
        if "government" in document["actors"][name] and not draw(st.integers(0, 3)):
            kind = draw(st.sampled_from(("support", "power")))
            change = {"by": draw(quantities(-0.1, 0.1))}
            events[f"turn_in_{name}"] = {
                "name": f"A turn in {name.title()}",
                "government": name,
                "changes": {f"{kind} of {draw(st.sampled_from(actors))}": change},
            }


@st.composite
def _government(draw: DrawFn, document: Document, name: str) -> Document:
    calendar = document["calendar"]
    start = datetime.date.fromisoformat(calendar["start"])
    length = DAYS[calendar["round"]]
    days = st.integers(-3 * length, length * calendar["rounds"] - 1)
    dates = st.lists(days, min_size=1, max_size=2, unique=True).map(
        lambda found: [(start + datetime.timedelta(day)).isoformat() for day in found]
    )
    found: Document = {}
    if draw(st.booleans()):
        found |= {"elections": draw(dates), "loses": draw(quantities(0.05, 0.95))}
        found |= draw(some({"every": st.integers(1, 4), "limit": st.integers(1, 10)}))
    if not found or draw(st.booleans()):
        found["hazard"] = draw(quantities(0.05, 0.9))
    found["successor"] = draw(_successor(document, name))
    optional = {
        "name": st.just(f"A new cabinet in {name.title()}"),
        "in_office": st.integers(0, 10),
        "cost_of_ruling": quantities(0, 0.05),
    }
    return {**found, **draw(some(optional))}


@st.composite
def _successor(draw: DrawFn, document: Document, name: str) -> Document:
    stances = [i for i, issue in document["issues"].items() if name in issue["stances"]]
    optional: dict[str, Any] = {
        "support": share(),
        "patience": quantities(0, 0.95),
        "positions": some({issue: quantities(0, 100, beta=True) for issue in stances}),
        "saliences": some({issue: share() for issue in stances}),
    }
    if "lens" not in document["actors"][name]:
        # Never 0, so that the five cannot all be 0.
        optional["weights"] = some({one: quantities(0.1, 1) for one in COMPONENTS})
    return draw(some(optional))


@st.composite
def changed(draw: DrawFn, document: Document) -> Document:
    """Draw changes to what lasts in a base file: it changes the document that it is given."""
    actors, issues = tuple(document["actors"]), tuple(document["issues"])
    stated = document.get("arrangements", {})
    for name in list(stated):
        fate = draw(st.sampled_from(("kept", "gone", "at rest", "of other sizes")))
        if fate == "gone":
            del stated[name]
        elif fate == "at rest":
            stated[name]["in_force"] = []
        elif fate == "of other sizes":
            sort = "parties" if "parties" in stated[name] else "mutual"
            who = actors if sort == "parties" else ("actor", "target", *actors)
            stated[name] |= {"effects": draw(_effects(who, actors, issues, sort)), "term": 3}
    for lever in document["levers"].values():
        if not draw(st.integers(0, 4)):
            lever.pop("delivers", None)
    return document


def consistent(document: Document) -> Document:
    """Take out of a document what speaks of what it no longer has; it is changed."""
    actors, arrangements = set(document["actors"]), document.get("arrangements", {})
    for name in list(arrangements):
        stated = arrangements[name]
        stated["effects"] = {
            text: size for text, size in stated["effects"].items() if _known(document, text)
        }
        stated["in_force"] = [t for t in stated["in_force"] if set(t.split()[::2]) <= actors]
        if "parties" in stated:
            stated["parties"] = [actor for actor in stated["parties"] if actor in actors]
            if len(stated["parties"]) < 2:
                del arrangements[name]
    for name, lever in document["levers"].items():
        _undo(document, name, lever)
    for name, lever in document["levers"].items():
        asked = lever.get("requires", {}).items()
        lever["requires"] = {text: limits for text, limits in asked if _can(document, name, text)}
    for name, actor in document["actors"].items():
        successor = actor.get("government", {}).get("successor", {})
        if "lens" in actor:
            successor.pop("weights", None)
        for part in ("positions", "saliences"):
            kept = successor.get(part, {}).items()
            stances = {i for i, issue in document["issues"].items() if name in issue["stances"]}
            successor[part] = {issue: x for issue, x in kept if issue in stances}
    for relation in document["relations"].values():
        if not has_trust(document):
            relation.pop("trust", None)
    return document


def _known(document: Document, text: str) -> bool:
    words = text.split()
    if words[0] == "issue":
        return words[1] in document["issues"]
    return {word for word in words[1:] if word in ACTORS} <= set(document["actors"])


def _undo(document: Document, name: str, lever: Document) -> None:
    users = ways(document, name)
    for deed in DEEDS:
        kept = []
        for arrangement in lever.get(deed, []):
            stated = document.get("arrangements", {}).get(arrangement)
            if stated is None:
                continue
            among = set(stated.get("parties", document["actors"]))
            if all(set(way) <= among for way in users):
                kept.append(arrangement)
        lever[deed] = kept
    delivery = lever.get("delivers")
    if delivery is None:
        return
    other = delivery["lever"]
    have = set(ways(document, other)) if other in document["levers"] else set()
    if not all(_owing(way, delivery["by"]) & have for way in users):
        del lever["delivers"]


def _can(document: Document, lever: str, text: str) -> bool:
    """Whether what a lever requires can still be asked."""
    words = text.split()
    if text.startswith("rounds in office"):
        return all("government" in actor for actor in document["actors"].values()) or (
            "government" in document["actors"].get(words[-1], {})
        )
    if text.startswith("trust of"):
        return has_trust(document)
    if text.startswith("in force") or " began " in text:
        name = words[2]
        if name not in document.get("arrangements", {}):
            return False
        held = possible(document, name)
        way = (words[-3], words[-1])
        return way in held or ("actor" in way and _either_way(document, lever, held))
    return not text.startswith("rounds since") or words[-1] in document["levers"]
