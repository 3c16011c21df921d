"""What the builder itself proposed: reasons to be replaced, and texts made of names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

from sim.lab.build.sheet import Sheet

PLACEHOLDER = "a starting point to be replaced"
"""How each reason begins that the builder proposes."""
TO_BE_SAID = f"{PLACEHOLDER}: say why it is this number"
"""What stands for the reason of a number that was changed."""


def is_placeholder(reason: Any) -> bool:
    """Whether a reason is the builder's own, and not the visitor's."""
    return isinstance(reason, str) and reason.startswith(PLACEHOLDER)


def placeholders(plain: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of what has a reason of the builder's own."""
    if isinstance(plain, dict):
        if is_placeholder(plain.get("why")):
            yield path
        for key, inner in plain.items():
            yield from placeholders(inner, (*path, key))


def tension_of(first: str, second: str) -> str:
    """The title of a chart of the tension of two."""
    return f"Tension of {first} and {second}"


def crisis_of(first: str, second: str) -> str:
    """The name of a watched crisis of two."""
    return f"a crisis of {first} and {second}"


def press_for(end: str) -> str:
    """The name of a lever that moves an issue toward one of its ends."""
    return f"press for '{end}'"


def presses_for(end: str) -> str:
    """The line that tells such a lever; without braces, which stand for names there."""
    return f"{{actor}} presses {{target}} for '{end.translate(str.maketrans('{}', '()'))}'."


def ends_of(issue: str) -> tuple[str, str]:
    """What the two ends of an issue are called that has only a name."""
    return f"least of {issue}", f"most of {issue}"


def follow(before: Sheet, after: Sheet) -> tuple[Sheet, tuple[str, ...]]:
    """Change the texts that the builder made of names along with the names.

    Only a text that still is as the builder made it changes. Gives the new texts, too.
    """
    followed: list[str] = []
    for _ in range(2):  # the ends of an issue are made of its name, and levers of the ends
        new = _texts(before, after)
        made = after
        for path, text in _named(made):
            if text in new and before.get(path) == text:
                made = made.with_text(made.own.with_value(path, new[text]))
                followed.append(new[text])
        if made is after:
            break
        after = made
    return after, tuple(followed)


def _texts(before: Sheet, after: Sheet) -> dict[str, str]:
    """Texts made of names that have changed, as they were, with what they are now."""
    was, now = _names(before, "actors"), _names(after, "actors")
    found: dict[str, str] = {}
    for one, other in permutations(was.keys() & now.keys(), 2):
        for made in (tension_of, crisis_of):
            found[made(was[one], was[other])] = made(now[one], now[other])
    issues = _names(before, "issues"), _names(after, "issues")
    for id in issues[0].keys() & issues[1].keys():
        old, new = issues[0][id], issues[1][id]
        found[old] = new
        found |= dict(zip(ends_of(old), ends_of(new), strict=True))
        for end in ("low", "high"):
            first, second = (one.get(("issues", id, end)) for one in (before, after))
            if isinstance(first, str) and isinstance(second, str):
                found[press_for(first)] = press_for(second)
                found[presses_for(first)] = presses_for(second)
    return {old: new for old, new in found.items() if old != new}


def _names(sheet: Sheet, section: str) -> dict[str, str]:
    held = sheet.table(section)
    return {id: sheet.name(section, id) for id in held if sheet.get((section, id, "name"))}


def _named(sheet: Sheet) -> Iterator[tuple[tuple[str, ...], str]]:
    """The paths and texts that the builder may have made of names."""
    for section, keys in (
        ("issues", ("low", "high")),
        ("levers", ("name", "says")),
        ("outcomes", ("name",)),
        ("watch", ("name",)),
    ):
        for id in sheet.table(section):
            for key in keys:
                text = sheet.get((section, id, key))
                if isinstance(text, str):
                    yield (section, id, key), text
