"""Role briefs on paper: one sheet for everyone, one for each role, one for the teacher.

All of it is one page of HTML without a script. Each sheet begins on a new leaf, so
that it can be handed out by itself: nothing of one role stands on another's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from sim.classroom.briefs.drawn_scenario import drawn
from sim.classroom.briefs.public_and_teacher import (
    Everyone,
    ForTeacher,
    everyone,
    for_teacher,
)
from sim.classroom.briefs.role import Role, roles
from sim.errors import ScenarioError
from sim.reporting.html import templates, write_page
from sim.reporting.output_folder import STUDY, whole
from sim.scenario.field_types import Brief
from sim.scenario.scenario import Scenario, changes
from sim.simulation.branching import actor_faults
from sim.simulation.manifest import NAME as MANIFEST
from sim.simulation.manifest import versions

if TYPE_CHECKING:
    import jinja2


# One page to hand out, in a folder of its own with what it was made from.

ROUNDS = "calendar.rounds ="
"""A change that need not be told: how many rounds there are is said anyway."""


def worth_telling(scenario: Scenario) -> tuple[str, ...]:
    """What the command changed in a scenario, in words, but for the number of rounds."""
    return tuple(one for one in changes(scenario) if not one.startswith(ROUNDS))


def write_handout(
    text: str, folder: Path, name: str, kind: str, scenario: Scenario, command: str = ""
) -> Path:
    """Write a page and its manifest into a folder, both or none.

    Parameters
    ----------
    text : str
        The page.
    folder : Path
    name : str
        The page's file.
    kind : str
        What it is, in a word, for the manifest.
    scenario : Scenario
        What it was made from.
    command : str
        The command line that makes it again.

    Returns
    -------
    Path
        The page.

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
    with whole(folder, STUDY) as draft:
        write_page(text, draft / name)
        written = json.dumps(facts, indent=1, ensure_ascii=False)
        (draft / MANIFEST).write_text(written + "\n", encoding="utf-8", newline="\n")
    return folder / name


BRIEFS = "briefs.html"


@dataclass(frozen=True)
class NewBrief:
    """The brief of a government that may come into office, to be handed out then."""

    actor: str
    name: str
    brief: Brief


@dataclass(frozen=True)
class Sheets:
    """What the template shows.

    Attributes
    ----------
    title : str
    changes : tuple of str
        What the command changed in the scenario, in words, but for the number of rounds.
    seed : int or None
        Of the games whose draws the sheets have; None where nothing is uncertain.
    everyone : Everyone
    roles : tuple of Role
    governments : tuple of NewBrief
    teacher : ForTeacher or None
        Only where every role is printed: it holds the secrets of all.
    """

    title: str
    changes: tuple[str, ...]
    seed: int | None
    everyone: Everyone
    roles: tuple[Role, ...]
    governments: tuple[NewBrief, ...]
    teacher: ForTeacher | None


def briefs_page(scenario: Scenario, actors: Sequence[str] = (), seed: int | None = None) -> str:
    """Lay out the role briefs of a scenario, to be printed and handed out.

    Parameters
    ----------
    scenario : Scenario
    actors : sequence of str
        Ids of those whose sheets are wanted; all, and the teacher's sheet, if empty.
    seed : int, optional
        Of the game: uncertain numbers are as it draws them. The scenario's own if not given,
        as ``classroom`` takes it.

    Returns
    -------
    str
        A page of HTML. It has no script and asks for nothing; its style stands in it.

    Raises
    ------
    ScenarioError
        For an actor that the scenario does not have.
    """
    chosen = chosen_actors(scenario, actors)
    seed = scenario.description.seed if seed is None else seed
    game = drawn(scenario, seed)
    written = roles(game)
    sheets = Sheets(
        title=scenario.description.title,
        changes=worth_telling(scenario),
        seed=seed if any(one.quantity.spread for one in scenario.parameters.values()) else None,
        everyone=everyone(game.description),
        roles=tuple(written[actor] for actor in chosen),
        governments=tuple(
            NewBrief(actor, one.name, one.government.brief)
            for actor in chosen
            if (one := game.description.actors[actor]).government and one.government.brief
        ),
        teacher=None if actors else for_teacher(game.description),
    )
    return _environment().get_template("briefs.html.j2").render(
        sheets=sheets, style=_read("briefs.css")
    )  # fmt: skip


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
    """Write the page and its manifest into a folder, both or none.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    ScenarioError
        For an actor that the scenario does not have.
    ResultsError
        When the folder cannot be written, or holds something that is not ours.
    """
    text = briefs_page(scenario, actors, seed)
    return write_handout(text, folder, BRIEFS, "briefs", scenario, command)


_SHORTER = (
    (re.compile(r"; in ordinary times it agrees in (.+?) cases"), r", ordinarily in \1 cases"),
    (
        re.compile(r", the more readily the more it trusts you(?: \(now [^)]*\))?"),
        ", more with trust",
    ),
    (re.compile(r"It can be done only once between the two of you"), "Once only"),
    (re.compile(r"; each round then: "), "; each round: "),
    (re.compile(r"It costs you (\S+) of your support at home"), r"\1 of your support at home"),
    # The ends of an issue stand on the sheet for everyone.
    (re.compile(r"(moves \S+ points?) toward “[^”]*”(, (?:as you|against your) wish)"), r"\1\2"),
    (re.compile(r": that costs (\S+) of your support at home"), r": \1 of your support at home"),
)
"""What a card says in fewer words on paper, where the sheet says the rest elsewhere."""


_SMALL = re.compile(r"(?:(?<=\. )|^)[^.“;:]* [+−]0\.00\d\.(?: |$)")
"""A change of less than a hundredth, as a card tells it."""


def _shorter(text: str, small: bool = True) -> str:
    """A card's words for paper; on request without changes of less than a hundredth."""
    if not small:
        text = _SMALL.sub("", text).rstrip()
    for pattern, new in _SHORTER:
        text = pattern.sub(new, text)
    return text


@cache
def _environment() -> jinja2.Environment:
    environment = templates(_read)
    environment.filters["shorter"] = _shorter
    return environment


def _read(name: str) -> str:
    return (resources.files("sim.classroom.briefs") / "templates" / name).read_text(
        encoding="utf-8"
    )
