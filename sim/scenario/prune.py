"""What falls away with a deleted actor, issue, lever, event or outcome.

Whatever named the deleted part goes. An effect or a change goes alone; a lever
that nobody uses any more, or that has lost all its effects, goes whole, as does
an event that has lost all it changes or one of its conditions. What goes whole
may take more with it, until nothing refers to what is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sim.scenario.node import Node
from sim.scenario.phrases import move, pair, parse

SECTIONS = ("actors", "issues", "levers", "events", "outcomes", "watch")


class Gone(NamedTuple):
    """A part that was deleted: its section and its name."""

    section: str
    name: str

    def __str__(self) -> str:
        kind = "watched event" if self.section == "watch" else self.section.removesuffix("s")
        return f"{kind} '{self.name}'"


def prune(root: Node, gone: Sequence[Gone]) -> list[str]:
    """Take out, in place, all that referred to the deleted parts.

    Parameters
    ----------
    root : Node
        A document from which the parts themselves are gone already; it need not
        be valid.
    gone : sequence of Gone
        What was deleted.

    Returns
    -------
    list of str
        Everything that fell away, in words.
    """
    notes: list[str] = []
    queue = sorted(gone)
    while queue:
        part = queue.pop(0)
        queue += _Pruning(root, part, notes).run()
    return notes


class _Pruning:
    """One deleted part, and what refers to it."""

    def __init__(self, root: Node, gone: Gone, notes: list[str]) -> None:
        self.root = root
        self.gone = gone
        self.notes = notes
        self.also: list[Gone] = []

    def run(self) -> list[Gone]:
        """Prune, and list the parts that fell away whole."""
        if self.gone.section == "actors":
            self.drop(self.root.fields.get("relations"), "relations", self.in_pair)
            for name, issue in self.parts("issues"):
                self.drop(issue.fields.get("stances"), f"issues.{name}.stances", self.named)
        for name, lever in self.parts("levers"):
            self.lever(name, lever)
        for name, event in self.parts("events"):
            self.event(name, event)
        for name, outcome in self.parts("outcomes"):
            self.outcome(name, outcome)
        for name, watched in self.parts("watch"):
            self.watched(name, watched)
        if self.gone.section == "watch":
            self.shorten(self.root, "stop", "stop", self.named)
        if self.gone.section == "outcomes":
            self.drop(self.root.fields.get("history"), "history", self.named)
        return self.also

    def lever(self, name: str, lever: Node) -> None:
        path = f"levers.{name}"
        if self.gone.section == "actors":
            nobody = self.drop(lever.fields.get("usual"), f"{path}.usual", self.in_pair)
            self.drop(lever.fields.get("consent"), f"{path}.consent", self.in_pair)
            if nobody:
                self.whole("levers", name, "nobody is left who uses it")
                return
        if self.drop(lever.fields.get("effects"), f"{path}.effects", self.in_phrase):
            self.whole("levers", name, "none of its effects is left")
            return
        self.drop(lever.fields.get("requires"), f"{path}.requires", self.in_phrase)

    def event(self, name: str, event: Node) -> None:
        path = f"events.{name}"
        if self.any_key(event.fields.get("when"), self.in_phrase):
            self.whole("events", name, "it waits for something that is gone")
            return
        lost = self.drop(event.fields.get("changes"), f"{path}.changes", self.in_phrase)
        for key in ("forbids", "permits"):
            lost |= self.shorten(event, key, f"{path}.{key}", self.in_move)
        if lost and not any(
            event.fields[key].value
            for key in ("changes", "forbids", "permits")
            if key in event.fields
        ):
            self.whole("events", name, "nothing is left that it changes")

    def outcome(self, name: str, outcome: Node) -> None:
        actors = [self.text(outcome, key) for key in ("by", "toward")]
        emptied = self.gone.section == "levers" and self.shorten(
            outcome, "acts", f"outcomes.{name}.acts", self.named
        )
        if (
            emptied
            or self.in_phrase(self.text(outcome, "of"))
            or (self.gone.section == "actors" and self.gone.name in actors)
        ):
            self.whole("outcomes", name, "what it shows is gone")

    def watched(self, name: str, watched: Node) -> None:
        keys = {"actors": ("by", "toward"), "levers": ("lever",), "events": ("event",)}
        named = [self.text(watched, key) for key in keys.get(self.gone.section, ())]
        if self.gone.name in named or self.any_key(watched.fields.get("when"), self.in_phrase):
            self.whole("watch", name, "it waits for something that is gone")

    def parts(self, section: str) -> list[tuple[str, Node]]:
        node = self.root.fields.get(section)
        return list(node.fields.items()) if node else []

    def whole(self, section: str, name: str, reason: str) -> None:
        del self.root.fields[section].fields[name]
        fallen = Gone(section, name)
        self.notes.append(f"{fallen} fell away with {self.gone}: {reason}")
        if section in SECTIONS:
            self.also.append(fallen)

    def drop(self, table: Node | None, path: str, meant: Callable[[str], bool]) -> bool:
        """Drop the entries meant; true if that leaves the table empty."""
        fallen = [key for key in (table.fields if table else ()) if meant(key)]
        if table is None or not fallen:
            return False
        for key in fallen:
            del table.fields[key]
            self.notes.append(f"{path}: '{key}' fell away with {self.gone}")
        return not table.fields

    def shorten(self, owner: Node, key: str, path: str, meant: Callable[[str], bool]) -> bool:
        """Drop the items meant from a list; true if that leaves it empty."""
        listed = owner.fields.get(key)
        fallen = [node for node in (listed.items if listed else ()) if meant(str(node.value))]
        if listed is None or not fallen:
            return False
        for node in fallen:
            listed.items.remove(node)
            self.notes.append(f"{path}: '{node.value}' fell away with {self.gone}")
        return not listed.items

    def any_key(self, table: Node | None, meant: Callable[[str], bool]) -> bool:
        return any(meant(key) for key in (table.fields if table else ()))

    def text(self, owner: Node, key: str) -> str:
        return str(owner.fields[key].value) if key in owner.fields else ""

    def named(self, text: str) -> bool:
        return text == self.gone.name

    def in_pair(self, text: str) -> bool:
        parts = pair(text)
        return parts is not None and self.gone.name in (parts[0], parts[2])

    def in_phrase(self, text: str) -> bool:
        phrase = parse(text)
        return phrase is not None and self.gone in phrase.slots

    def in_move(self, text: str) -> bool:
        parts = move(text)
        return parts is not None and self.gone in (("levers", parts[0]), ("actors", parts[1]))
