"""Faults and notes in the words of the page, each with the way to its field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from sim.errors import Fault, Place
from sim.lab.build import field_words, proposed
from sim.lab.build.sheet import Sheet
from sim.lab.build.values import joined, split
from sim.plausibility.note import Note

PAGES = {
    "about": "About",
    "actors": "Actors",
    "relations": "Relations",
    "issues": "Issues",
    "levers": "Levers",
    "arrangements": "Arrangements",
    "events": "Events",
    "outcomes": "Outcomes",
    "watch": "Watched events",
    "knobs": "Knobs",
    "text": "As text",
}
"""The pages of the builder, with their names."""
ABOUT = ("title", "summary", "calendar", "runs", "seed", "lens", "sources")
"""Sections that are on the first page."""

_REMEDIES = (
    (r"add '(\w+):' \((.+)\)", r"fill in '\1': \2"),
    (r"add source: .*, or why: the reason, to it or to its group",
     "fill in the reason of the number, or that of its card"),
    (r"add source: .*, or why: (.*)", r"fill in the reason: \1"),
    (r"begin with 'title: ...'", "fill in the title"),
    (r"write a plain number.*", "write a plain number, as 0.5"),
    (r"write it as \d{4}-\d\d-\d\d", "write a day that there is, as 2016-12-15: year, month, day"),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A fault or a note on a page.

    Attributes
    ----------
    where : str
        What it is about, in names that readers know.
    problem, remedy : str
    page : str
        The page of the builder on which it can be mended.
    path : str
        Its path, by which its field is found.
    card : str
        The path of its card.
    key : str
        Of a note, the name by which a scenario answers it.
    """

    where: str
    problem: str
    remedy: str
    page: str
    path: str
    card: str = ""
    key: str = ""


def of_fault(fault: Fault, sheet: Sheet) -> Told:
    """A fault in the words of the page."""
    page, where = _where(fault.place, sheet)
    remedy = fault.remedy
    for pattern, words in _REMEDIES:
        remedy = re.sub(f"^{pattern}$", words, remedy)
    problem = _crowded(fault.problem, sheet)
    if problem:
        remedy = "choose a rarer frequency for one of them"
    problem = problem or _with_names(fault.problem, sheet)
    return Told(where, problem, remedy, page, fault.place.path, card_of(fault.place.path))


def _crowded(problem: str, sheet: Sheet) -> str:
    """A fault of acts that do not fit into a round, with names; empty where it is another."""
    found = re.match(
        r"the usual frequencies of (\w+) of (\S+) toward (\S+) add up to (\S+), "
        r"most by ([^;]*)(.*)",
        problem,
    )
    if found is None:
        return ""
    kind, actor, target, total, most, others = found.groups()
    actor, target = sheet.name("actors", actor), sheet.name("actors", target)
    deed = f"{actor} says to {target}" if kind == "words" else f"{actor} does to {target}"
    acts = [one.rpartition(" ") for one in most.split(", ")]
    listed = ", ".join(f"'{sheet.name('levers', id)}' ({share})" for id, _, share in acts)
    return (
        f"what {deed} comes to more than once a round ({float(total):.3g} times), "
        f"most of it by {listed}{others}"
    )


def _with_names(text: str, sheet: Sheet) -> str:
    """A text with the names of actors in place of their ids, where two are spoken of."""
    names = {id: sheet.name("actors", id) for id in sheet.table("actors")}
    if not names:
        return text
    one = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pairs = re.compile(rf"\b({one}) (and|to|toward) ({one})\b")
    return pairs.sub(lambda pair: f"{names[pair[1]]} {pair[2]} {names[pair[3]]}", text)


def of_note(note: Note, sheet: Sheet) -> Told:
    """A note in the words of the page."""
    page, where = _where(note.place, sheet)
    path = note.place.path
    text = _with_names(note.text, sheet)
    return Told(where, text, note.remedy, page, path, card_of(path), note.name)


def placeholders(sheet: Sheet) -> list[Told]:
    """What has a reason that the builder proposed, and that is to be replaced."""
    found = []
    for path in proposed.placeholders(sheet.own.plain):
        page, where = _where(Place("", path=joined(path)), sheet)
        problem = "the builder proposed it"
        found.append(Told(where, problem, "", page, joined(path), card_of(joined(path))))
    return found


def card_of(path: str) -> str:
    """The path of the card that has what stands at a path."""
    return joined(split(path)[0][:2]) if "." in path else ""


def _where(place: Place, sheet: Sheet) -> tuple[str, str]:
    path = split(place.path)[0] if place.path else ()
    page = page_of(path)
    other = PurePath(place.file).name
    if not path:
        return page, f"{other}, line {place.line}" if place.line else "the scenario"
    names = [PAGES.get(path[0], path[0]).lower() if page != "about" else "about"]
    if page == "about" and len(path) == 1:
        names.append(field_words.label(path))
    if len(path) > 1:
        names.append(_step(sheet, sheet.name(path[0], path[1])))
    names += [_step(sheet, one) for one in path[2:]]
    return page, ": ".join(names)


def path_in_words(path: str, sheet: Sheet) -> str:
    """The path of a number, with the names that readers know."""
    return _where(Place("", path=path), sheet)[1]


def _step(sheet: Sheet, step: str) -> str:
    """A step of a path as readers know it: actors by their names, fields by their labels."""
    names = {id: sheet.name("actors", id) for id in sheet.table("actors")}
    if step == "when":
        return "what it waits for"
    if step in names or re.search(" (and|to|of) ", step):
        return " ".join(names.get(word, word) for word in step.split(" "))
    return field_words.label((step,))


def page_of(path: tuple[str, ...]) -> str:
    """The page of the builder that has what stands at a path."""
    if path and path[0] in PAGES:
        return path[0]
    return "about" if path and path[0] in ABOUT else "text"
