"""Hypothesis strategies for valid scenario documents, and for scenarios of them."""

from __future__ import annotations

import copy
import re

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from sim.scenario.scenario import Scenario
from tests import strategies_memory as memory
from tests import strategies_parts as parts
from tests.samples import Document, scenario
from tests.strategies_parts import MOST_USUAL

ACTORS = ("atlas", "borea", "corva", "delta", "ember")
ISSUES = ("border", "fishing", "tariffs")
LEVERS = ("accuse", "bargain", "embargo", "pledge", "summit", "threat")
EVENTS = ("crisis", "election", "quake")


@st.composite
def documents(draw: DrawFn, most_actors: int = 5, lasting: bool = False) -> Document:
    """Draw a whole scenario as a document, its parts in any order.

    ``lasting`` asks for arrangements, promises and governments, as far as they can be;
    else some have them, and some do not.
    """
    actors = draw(st.permutations(ACTORS))[: draw(st.integers(2, most_actors))]
    issues = draw(st.permutations(ISSUES))[: draw(st.integers(0, len(ISSUES)))]
    least = 2 if lasting else 0
    levers = draw(st.permutations(LEVERS))[: draw(st.integers(least, len(LEVERS)))]
    events = draw(st.permutations(EVENTS))[: draw(st.integers(0, len(EVENTS)))]
    calendar = draw(parts.calendar())
    world: Document = {
        "title": "Drawn by chance",
        "calendar": calendar,
        "coefficients": draw(parts.coefficients()),
        "actors": {name: draw(parts.actor(name)) for name in actors},
        "relations": draw(parts.relations(actors)),
        "issues": {name: draw(parts.issue(name, actors)) for name in issues},
        "levers": {name: draw(parts.lever(name, levers, actors, issues)) for name in levers},
        "outcomes": {"backing": {"name": "Backing at home", "of": f"support of {actors[0]}"}},
    }
    world["events"] = {name: draw(parts.event(name, calendar, world)) for name in events}
    world["watch"] = {
        f"watched_{n}": draw(parts.watch(world, n)) for n in range(draw(st.integers(0, 3)))
    }
    if world["watch"]:
        names = st.sampled_from(sorted(world["watch"]))
        world["stop"] = draw(st.lists(names, max_size=1))
    if draw(st.integers(0, 9)) == 9:
        world["lens"] = draw(st.sampled_from(("realist", "liberal", "two_level")))
    if lasting or draw(st.booleans()):
        draw(memory.remembering(world))
    return world


@st.composite
def bases(draw: DrawFn, document: Document) -> Document:
    """Draw a base file that a document could extend: other numbers, and fewer of everything."""
    base = copy.deepcopy(document)
    for gone in ("events", "watch", "stop", "lens"):
        base.pop(gone, None)
    for name in list(base["levers"]):
        if not draw(st.integers(0, 3)):
            del base["levers"][name]
    for name in base["actors"]:
        if draw(st.booleans()):
            ruled = base["actors"][name].get("government")
            base["actors"][name] = draw(parts.actor(name))
            if ruled is not None and draw(st.booleans()):
                base["actors"][name]["government"] = ruled
    for name in base["issues"]:
        if draw(st.booleans()):
            base["issues"][name] = draw(parts.issue(name, tuple(base["actors"])))
    if draw(st.booleans()):
        base["relations"] = draw(parts.relations(tuple(base["actors"])))
    draw(memory.changed(base))
    for part, least in (("actors", 2), ("issues", 0)):
        last = list(base[part])[least:][-1:]
        if last and not draw(st.integers(0, 2)):
            _drop(base, part, last[0])
    return memory.consistent(base)


def _drop(document: Document, part: str, name: str) -> None:
    """Take an actor or an issue out of a document, with all that speaks of it."""
    del document[part][name]
    named = re.compile(rf"\b{name}\b")
    for issue in document["issues"].values():
        issue["stances"].pop(name, None)
    for other in ("relations", "levers"):
        kept = document[other].items()
        document[other] = {key: value for key, value in kept if not named.search(f"{key} {value}")}


@st.composite
def crossing(draw: DrawFn) -> Scenario:
    """Draw a scenario in which actors keep doing to each other what they can do once."""
    document = draw(documents(3).filter(lambda drawn: drawn["levers"]))
    levers = document["levers"]
    for lever in levers.values():
        lever |= {"once": draw(st.integers(0, 4)) < 4, "usual": MOST_USUAL / len(levers)}
        lever["requires"] = {} if draw(st.booleans()) else lever.get("requires", {})
        asked = draw(st.sampled_from(("nobody", "all", "one side")))
        one, other = sorted(document["actors"])[:2]
        lever["consent"] = {
            "nobody": {}, "all": 0.95, "one side": {f"{one} to {other}": 0.95},
        }[asked]  # fmt: skip
    return scenario(document)


@st.composite
def scenarios(draw: DrawFn, most_actors: int = 5, lasting: bool = False) -> Scenario:
    """Draw a scenario; half of them extend a base file that differs."""
    document = draw(documents(most_actors, lasting))
    base = draw(st.none() | bases(document))
    return scenario(document, base)
