"""The quantities that can be chosen for an effect, a condition or a chart, in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

from sim.lab.build.sheet import Sheet

Option = tuple[str, str]


def effects(sheet: Sheet) -> list[Option]:
    """What a lever may change."""
    found = [
        ("affinity of actor and target", "affinity of the two"),
        ("tension of actor and target", "tension of the two"),
        ("commitment of actor to target", "commitment of who acts to the other"),
        ("commitment of target to actor", "commitment of the other to who acts"),
        ("ties of actor to target", "ties of who acts to the other"),
        ("ties of target to actor", "ties of the other to who acts"),
        ("support of actor", "support at home of who acts"),
        ("support of target", "support at home of the other"),
        ("affinity of target and others", "affinity of the other and third parties"),
        ("tension of target and others", "tension of the other and third parties"),
        ("affinity of actor and others", "affinity of who acts and third parties"),
    ]
    return [*_issues(sheet), *found]


def requirements(sheet: Sheet) -> list[Option]:
    """What a lever may wait for."""
    return [*(one for one in effects(sheet) if "others" not in one[0]), *_named(sheet)]


def changes(sheet: Sheet) -> list[Option]:
    """What an event may change."""
    return [*_issues(sheet), *_named(sheet), *_stances(sheet)]


def conditions(sheet: Sheet) -> list[Option]:
    """What an event or a watched event may wait for, and what a chart may show."""
    return [*_issues(sheet), *_named(sheet)]


def _issues(sheet: Sheet) -> Iterator[Option]:
    for id in sheet.table("issues"):
        yield f"issue {id}", f"where '{sheet.name('issues', id)}' stands"


def _named(sheet: Sheet) -> Iterator[Option]:
    names = {id: sheet.name("actors", id) for id in sheet.table("actors")}
    for kind in ("tension", "affinity"):
        for one, other in combinations(names, 2):
            yield f"{kind} of {one} and {other}", f"{kind} of {names[one]} and {names[other]}"
    for id, name in names.items():
        yield f"support of {id}", f"support at home of {name}"
    for kind in ("commitment", "ties"):
        for one, other in permutations(names, 2):
            yield f"{kind} of {one} to {other}", f"{kind} of {names[one]} to {names[other]}"
    for id, name in names.items():
        yield f"power of {id}", f"power of {name}"


def _stances(sheet: Sheet) -> Iterator[Option]:
    for id in sheet.table("actors"):
        for issue in sheet.table("issues"):
            name, what = sheet.name("actors", id), sheet.name("issues", issue)
            yield f"position of {id} on {issue}", f"what {name} wants of '{what}'"
            yield f"salience of {id} on {issue}", f"how much {name} cares for '{what}'"


def in_words(phrase: str, options: list[Option]) -> str:
    """A phrase in the words of a list; itself where the list has none."""
    return next((words for key, words in options if key == phrase), phrase)
