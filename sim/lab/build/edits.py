"""What a visitor does to a draft: fields that are changed, parts that come and go.

A page says which text it showed. Only fields that differ from what it showed count as
changed; one that was changed elsewhere meanwhile is no longer overwritten, but told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import Fault, Place, ScenarioError
from sim.lab.build.document import YamlText
from sim.lab.build.draft import Draft
from sim.lab.build.proposed import TO_BE_SAID, follow, is_placeholder
from sim.lab.build.sheet import Sheet, sheet_of
from sim.lab.build.values import joined, put, shown, split, without_knobs
from sim.scenario.inherit import extend
from sim.scenario.node import Mark, Node, from_plain
from sim.scenario.schema import Description

SECTIONS = list(Description.model_fields)
"""The sections of a file in their usual order."""
WHOLE = "whole"
"""What stands for the text of the whole file, where a section could be named."""
_RESERVED = {
    *("actor", "target", "others", "anyone", "pass", "any"),
    *("cooperation", "conflict"),
}
"""Words of the format, which are no ids of parts."""


@dataclass(frozen=True)
class Clash:
    """A field that was changed here and elsewhere.

    Attributes
    ----------
    name : str
        The field's.
    mine, theirs : str
        What was typed on this page, and what stands there now.
    """

    name: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Answer:
    """What a draft's text becomes by a page's fields.

    Attributes
    ----------
    text : str
    clashes : tuple of Clash
        Fields that were left as they stand.
    followed : tuple of str
        Texts that the builder had made of a name, as they are now that the name has changed.
    """

    text: str
    clashes: tuple[Clash, ...] = ()
    followed: tuple[str, ...] = ()


def taken(
    draft: Draft, revision: int, said: Mapping[str, str], was: Mapping[str, str] | None = None
) -> Answer:
    """Take the fields of a page.

    Parameters
    ----------
    draft : Draft
    revision : int
        The number of the text that the page showed.
    said : mapping
        What its fields say now, by their names.
    was : mapping, optional
        What they showed before they were changed, where the page knows it; else it is found by
        the revision.

    The reason that the builder proposed for a number goes with that number; one is asked for.
    """
    now = sheet_of(draft)
    before = sheet_of(draft, revision)
    assert now is not None
    changed, clashes = {}, []
    for name, typed in said.items():
        typed = typed.replace("\r\n", "\n")
        stands = shown(now, name)
        if was is not None:
            showed = was.get(name)
        else:
            showed = None if before is None else shown(before, name)
        if _alike(typed, stands) or (showed is not None and _alike(typed, showed)):
            continue
        if showed is None or not _alike(stands, showed):
            clashes.append(Clash(name, typed, stands))
        else:
            changed[name] = typed
    for name in list(changed):
        path, facet = split(name)
        why = joined(path, "why")
        if facet == "value" and why not in changed and is_placeholder(shown(now, why)):
            changed[why] = TO_BE_SAID
    sheet, followed = follow(now, put(now, changed))
    return Answer(sheet.own.text, tuple(clashes), followed)


def _alike(one: str, other: str) -> bool:
    """Whether two texts are the same to who reads them; browsers drop a line end at an end."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()


def fresh_id(wanted: str, section: str, taken: Mapping[str, Any]) -> str:
    """An id for a new part: its name in small letters, with a number where it is taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", wanted.lower()).strip("_")[:40] or section.removesuffix("s")
    plain = plain if plain[0].isalpha() else f"{section.removesuffix('s')}_{plain}"
    found, number = plain, 2
    while found in taken or found in _RESERVED:
        found, number = f"{plain}_{number}", number + 1
    return found


def add(sheet: Sheet, section: str, id: str, part: Any) -> Sheet:
    """Put a new part into a section."""
    text = sheet.own
    if not isinstance(text.plain.get(section), dict):
        return sheet.with_text(text.with_value((section,), {id: part}, SECTIONS))
    return sheet.with_text(text.with_value((section, id), part))


def remove(sheet: Sheet, path: tuple[str, ...]) -> tuple[Sheet, list[str]]:
    """Take a part out, with all that refers to it; and what fell away with it, in words."""
    if sheet.get(path) is None or len(path) > 2:
        # Nothing but a knob speaks of a row of a part.
        there = sheet.with_text(without_knobs(sheet.own.without(path), path))
        if there.get(path) is not None:
            there = there.with_text(there.own.with_value(path, None))
        return there, []
    mark = Mark(sheet.own.file)
    node = Node(None, mark)
    for step in reversed(path):
        node = Node({step: node}, mark)
    # The shelf of shocks is no part of the file: its events are not to be written into it.
    before = {key: one for key, one in sheet.whole.items() if key != "shocks"}
    after, fallen = extend(from_plain(before, mark.file), node, [])
    there = sheet.with_text(sheet.own.becoming(_left(sheet.own.plain, before, after.plain())))
    if there.get(path) is not None:
        # It comes from a file below: null takes it away.
        there = there.with_text(there.own.with_value(path, None))
    return there, fallen


def _left(own: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is left of a file's own entries once some of the whole have fallen away."""
    kept: dict[str, Any] = {}
    for key, value in own.items():
        was, now = before.get(key), after.get(key)
        if value is None or key not in before:
            kept[key] = value
        elif isinstance(value, dict) and isinstance(was, dict) and isinstance(now, dict):
            if (left := _left(value, was, now)) or not value:
                kept[key] = left
        elif key in after:
            kept[key] = now if isinstance(value, list) and value == was else value
    return kept


def replace_section(sheet: Sheet, section: str, typed: str) -> Sheet:
    """Put the text of a whole section in place of the one that is there.

    Raises ``ScenarioError`` where it cannot be read, or holds another section too.
    """
    typed = typed.replace("\r\n", "\n").rstrip() + "\n"
    new = YamlText(typed, sheet.own.file) if typed.strip() else None
    if section == WHOLE:
        return sheet.with_text(new or YamlText("", sheet.own.file))
    if new is not None and set(new.plain) - {section}:
        other = min(set(new.plain) - {section})
        place = Place(sheet.own.file, 1, 1, other)
        problem = f"the text of '{section}' holds '{other}' too"
        raise ScenarioError([Fault(place, problem, f"begin with '{section}:' and indent the rest")])
    text = sheet.own
    if new is None or section not in new.plain:
        return sheet.with_text(text.without((section,)))
    start, end = extent(text, section)
    if start == end:
        made = text.with_value((section,), new.plain[section], SECTIONS)
        start, end = extent(made, section)
        text = made
    return sheet.with_text(YamlText(text.text[:start] + typed + text.text[end:], text.file))


def section_text(text: YamlText, section: str) -> str:
    """The text of a section of a file, with its key; empty where it has none."""
    if section == WHOLE:
        return text.text
    start, end = extent(text, section)
    return text.text[start:end]


def extent(text: YamlText, section: str) -> tuple[int, int]:
    """From which character to which a section goes, whole lines; (0, 0) where there is none."""
    entry = text.span.entries.get(section)
    if entry is None or text.span.flow:
        return 0, 0
    end = text.text.find("\n", max(entry.end, entry.value.end))
    return entry.start, len(text.text) if end < 0 else end + 1
