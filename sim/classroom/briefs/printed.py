"""Role briefs on paper: one sheet for everyone, one for each role, one for the teacher.

All of it is one page of HTML without a script. Each sheet begins on a new leaf, so
that it can be handed out by itself: nothing of one role stands on another's.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import numpy as np

from sim.classroom.briefs.role import in_force_at_start, roles, shares
from sim.classroom.briefs.wording import AT_REST, in_office_text, points, tie, trust_in, word
from sim.classroom.game.course import drawn
from sim.errors import ScenarioError
from sim.reporting.html import fill, write_page
from sim.reporting.output_folder import STUDY, write_json, written_together
from sim.reporting.sources import changes_in_words
from sim.scenario.beliefs import beliefs_of
from sim.scenario.calendar import date_after
from sim.scenario.lookup import Tie, components_of
from sim.scenario.scenario import Scenario, changes
from sim.scenario.schema import Description, Event
from sim.simulation.branching import actor_faults
from sim.simulation.manifest import MANIFEST, versions
from sim.statistics.measures import component_text
from sim.text import count, listing, month, number, sentence, signed

_ROUND = {"month": "a month", "quarter": "a quarter", "half-year": "half a year", "year": "a year"}
_Row = tuple[str, ...]
_PRIVATE = {"salience", "saliences", "weights", "secret"}
"""Parts of paths to numbers of an actor that only its own sheet tells."""


# One page to hand out, in a folder of its own with what it was made from.


def worth_telling(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """Each change of a scenario, in words and as stated; the number of rounds is said anyway."""
    told = changes_in_words(scenario)
    return tuple(one for one in told if not one[1].startswith("calendar.rounds ="))


def write_handout(
    text: str, folder: Path, name: str, kind: str, scenario: Scenario, command: str = ""
) -> Path:
    """Write a page of a name and kind, and its manifest, into a folder, both or none.

    Raises
    ------
    ResultsError
        When the folder cannot be written, or holds something that is not ours.
    """
    facts = {
        "format": 1,
        STUDY: kind,
        "title": scenario.description.title,
        "command": command,
        "changes": list(changes(scenario)),
        "versions": versions(),
        "files": [{"name": file.name, "sha256": file.sha256} for file in scenario.files],
    }
    with written_together(folder, STUDY) as draft:
        write_page(text, draft / name)
        write_json(facts, draft / MANIFEST)
    return folder / name


# Role briefs.


def briefs_page(scenario: Scenario, actors: Sequence[str] = (), seed: int | None = None) -> str:
    """Lay out the role briefs of a scenario, to be printed and handed out, as a page of HTML.

    Without ``actors`` it has the sheets of all, and the teacher's. Uncertain numbers are as the
    game of the seed draws them: the scenario's own, as ``classroom`` takes it, if not given.

    Raises
    ------
    ScenarioError
        For an actor that the scenario does not have.
    """
    chosen = chosen_actors(scenario, actors)
    seed = scenario.description.seed if seed is None else seed
    game = drawn(scenario, seed)
    described, written = game.description, roles(game)
    uncertain = any(one.quantity.spread for one in scenario.parameters.values())
    named = [(actor, described.actors[actor]) for actor in chosen]
    sheets = {
        "described": described,
        "title": scenario.description.title,
        "changes": list(_told_to_all(scenario)),
        "seed": seed if uncertain else None,
        "everyone": _everyone(described),
        "roles": [written[actor] for actor in chosen],
        # Briefs of governments that may come into office, to be handed out then.
        "governments": [
            (actor, one.name, one.government.brief)
            for actor, one in named
            if one.government and one.government.brief
        ],
        "teacher": None if actors else _for_teacher(described),
    }
    filters = {"shorter": _shorter, "count": count, "number": number, "points": points}
    return fill("sim.classroom.briefs/briefs.html.j2", filters, sheets=sheets)


def _told_to_all(scenario: Scenario) -> Iterator[str]:
    """The changes that all may know: none of a salience, a weight, or what somebody doubts."""
    doubted = {one.about.path for one in beliefs_of(scenario.description)}
    for words, stated in worth_telling(scenario):
        path = stated.partition(" = ")[0]
        parts = path.split(".")
        if path not in doubted and parts[0] != "beliefs" and not _PRIVATE & set(parts):
            yield words


def _everyone(described: Description) -> dict[str, Any]:
    """What all may know at the start: never a salience, a weight or a secret."""
    calendar, actors = described.calendar, described.actors
    last = date_after(calendar, calendar.rounds) - datetime.timedelta(days=1)
    total = sum(actor.power.value for actor in actors.values())
    offices = {}
    for key, actor in actors.items():
        if actor.government is not None:
            offices[key] = in_office_text(described, key, actor.government.in_office, 0)
    return {
        "rounds": f"{sentence(count(calendar.rounds, 'round'))}, each {_ROUND[calendar.round]}, "
        f"from {month(np.datetime64(calendar.start))} to {month(np.datetime64(last))}.",
        "rest": AT_REST,
        "strength": {
            key: f"{number(100 * actor.power.value / total, 0)} of 100"
            for key, actor in actors.items()
        },
        "offices": offices,
        "pairs": [_pair(*pair, described) for pair in combinations(actors, 2)],
        "trusted": _trusted(described),
        "in_force": in_force_at_start(described),
    }


def _trusted(described: Description) -> bool:
    """Whether trust is known: it is where a game was drawn that has promises."""
    return any(trust_in(described, *way) is not None for way in permutations(described.actors, 2))


def _pair(first: str, second: str, described: Description) -> _Row:
    """Two names, then affinity, tension, pledges, ties and any trust, in words with numbers."""
    ways = ((first, second), (second, first))
    one, other = (described.actors[actor].name for actor in ways[0])

    def both_ways(texts: Iterable[str]) -> str:
        names = (sentence(one), sentence(other))
        return "; ".join(f"{name}: {text}" for name, text in zip(names, texts, strict=True))

    def tied(kind: Tie) -> Iterator[str]:
        for value in (tie(described, kind, *way) for way in ways):
            yield f"{word(value, kind)} ({number(value, 2)})"

    affinity, tension = (tie(described, kind, first, second) for kind in ("affinity", "tension"))
    trust = (number(trust_in(described, *way) or 0.0, 2) for way in ways)
    return (
        f"{sentence(one)} and {other}",
        f"{word(affinity, 'affinity')} ({signed(affinity, 2)})",
        f"{word(tension, 'tension')} ({number(tension, 2)})",
        both_ways(tied("commitment")),
        both_ways(tied("ties")),
        *([both_ways(trust)] if _trusted(described) else []),
    )


def _for_teacher(described: Description) -> dict[str, Any]:
    """All seats side by side, with their secrets."""
    actors = described.actors
    weights = [shares(actor, described) for actor in actors]
    issues: list[_Row] = []
    for issue in described.issues.values():
        stances = [issue.stances.get(actor) for actor in actors]
        cells = (
            f"{number(one.position.value, 0)}, cares {number(one.salience.value, 2)}"
            if one
            else "no stake"
            for one in stances
        )
        issues.append((f"{issue.name} (now {number(issue.outcome.value, 0)})", *cells))
    return {
        "names": tuple(sentence(actor.name) for actor in actors.values()),
        "weights": [
            (
                sentence(component_text(part, described)),
                *(number(100 * one.get(part, 0.0), 0) for one in weights),
            )
            for part in components_of(described)
        ],
        "issues": issues,
        "secrets": [one for one in actors.values() if one.brief and one.brief.secret],
        "events": [(event.name, _when(event, described)) for event in described.events.values()],
        "watched": [watch.name for watch in described.watch.values()],
    }


def _when(event: Event, described: Description) -> str:
    """When an event may happen."""
    found = []
    if event.government is not None:
        found.append(elections_text(described, event.government))
    if event.on:
        found.append(f"on {event.on}")
    if event.since:
        found.append(f"from {event.since}")
    if event.until:
        found.append(f"until {event.until}")
    if event.when:
        found.append("once the state calls for it")
    if event.chance.value < 1:
        found.append(f"with a chance of {number(100 * event.chance.value, 0)} in 100 each round")
    return sentence(listing(found)) or "In the first round"


def elections_text(described: Description, actor: str) -> str:
    """When a government can change hands, for the teacher."""
    part = described.actors[actor].government
    assert part is not None
    said = []
    if part.elections:
        days = listing([month(np.datetime64(day)) for day in sorted(part.elections)])
        every = f", and then one every {count(part.every, 'round')}" if part.every else ""
        said.append(f"it may lose the election of {days}{every}")
    if part.hazard is not None:
        said.append("it may fall in any round")
    if not said:
        return "only when the teacher lets it happen"
    return f"{' and '.join(said)}, the likelier the less support it has"


def chosen_actors(scenario: Scenario, actors: Iterable[str]) -> tuple[str, ...]:
    """Actors in the scenario's order, each once; all where none is named.

    Raises
    ------
    ScenarioError
        For each that the scenario does not have.
    """
    known, wanted = scenario.description.actors, set(actors)
    faults = [
        fault
        for actor in sorted(wanted)
        for fault in actor_faults(actor, "--actor", scenario.description)
    ]
    if faults:
        raise ScenarioError(faults)
    return tuple(actor for actor in known if not wanted or actor in wanted)


def write_briefs(
    scenario: Scenario,
    folder: Path,
    actors: Sequence[str] = (),
    command: str = "",
    seed: int | None = None,
) -> Path:
    """Write the page of :func:`briefs_page` and its manifest into a folder, both or none."""
    text = briefs_page(scenario, actors, seed)
    return write_handout(text, folder, "briefs.html", "briefs", scenario, command)


_SHORTER = {
    re.compile(long): short
    for long, short in {
        r"; in ordinary times it agrees in (.+?) cases": r", ordinarily in \1 cases",
        r", the more readily the more it trusts you(?: \(now [^)]*\))?": ", more with trust",
        r"It can be done only once between the two of you": "Once only",
        r"; each round then: ": "; each round: ",
        r"It costs you (\S+) of your support at home": r"\1 of your support at home",
        # The ends of an issue stand on the sheet for everyone.
        r"(moves \S+ points?) toward “[^”]*”(, (?:as you|against your) wish)": r"\1\2",
        r": that costs (\S+) of your support at home": r": \1 of your support at home",
    }.items()
}
"""What a card says in fewer words on paper, where the sheet says the rest elsewhere."""
_SMALL = re.compile(r"(?:(?<=\. )|^)[^.“;:]* [+−]0\.00\d\.(?: |$)")
"""A change of less than a hundredth, as a card tells it."""


def _shorter(text: str, small: bool = True) -> str:
    """A card's words for paper; on request without changes of less than a hundredth."""
    if not small:
        text = _SMALL.sub("", text).rstrip()
    for pattern, new in _SHORTER.items():
        text = pattern.sub(new, text)
    return text
