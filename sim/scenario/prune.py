"""What falls away with a deleted actor, issue, lever, arrangement, event or outcome.

Whatever named the deleted part goes. An effect or a change goes alone; a lever
that nobody uses any more, that has lost all it does, or that waits for an
arrangement which is gone, goes whole, as does an event that has lost all it
changes or one of its conditions, and an arrangement that has lost its parties.
What goes whole may take more with it, until nothing refers to what is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sim.scenario.instances import DOES
from sim.scenario.node import Mark, Node
from sim.scenario.phrases import IN_FORCE, move, pair, parse
from sim.scenario.schema import event_of_government

SECTIONS = ("actors", "issues", "levers", "arrangements", "events", "outcomes", "watch")
GOVERNMENTS, TRUST = "governments", "trust"
"""What else may go, and is no section: the government of an actor, and trust between all."""
_CHANGES = ("changes", "forbids", "permits", "begins", "ends")


class Gone(NamedTuple):
    """A part that was deleted: its section and its name."""

    section: str
    name: str

    def __str__(self) -> str:
        if self.section == TRUST:
            return "the last arrangement or promise"
        if self.section == GOVERNMENTS:
            return f"the government of '{self.name}'"
        kind = "watched event" if self.section == "watch" else self.section.removesuffix("s")
        return f"{kind} '{self.name}'"


def parts_of(root: Node) -> set[Gone]:
    """All parts of a document that others may refer to."""
    found = set()
    for section in SECTIONS:
        if node := root.fields.get(section):
            found |= {Gone(section, name) for name in node.fields}
    actors = root.fields["actors"].fields if "actors" in root.fields else {}
    found |= {Gone(GOVERNMENTS, name) for name, one in actors.items() if "government" in one.fields}
    return found | ({Gone(TRUST, "")} if _bonds(root) else set())


def lost(before: set[Gone], root: Node) -> list[Gone]:
    """What of a document's parts is no longer there; a government goes with its actor."""
    gone = before - parts_of(root)
    return sorted(
        one for one in gone if one.section != GOVERNMENTS or Gone("actors", one.name) not in gone
    )


def _bonds(root: Node) -> bool:
    """Whether there are arrangements or promises, and so trust."""
    held, levers = (root.fields.get(key, _NOTHING).fields for key in ("arrangements", "levers"))
    return bool(held) or any("delivers" in lever.fields for lever in levers.values())


_NOTHING = Node({}, Mark(""))


def prune(root: Node, gone: Sequence[Gone]) -> list[str]:
    """Take out, in place, all that referred to the deleted parts.

    ``root``: a document from which the parts themselves are gone already; it need not be valid.
    Gives everything that fell away, in words.
    """
    notes: list[str] = []
    queue = sorted(gone)
    while queue:
        part = queue.pop(0)
        bound = _bonds(root)
        queue += _Pruning(root, part, notes).run()
        if bound and not _bonds(root):
            queue.append(Gone(TRUST, ""))
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
        if self.gone.section == "issues":
            for name, actor in self.parts("actors"):
                self.successor(name, actor)
        if self.gone.section == TRUST:
            for name, relation in self.parts("relations"):
                self.drop(relation, f"relations.{name}", lambda key: key == TRUST)
        for name, lever in self.parts("levers"):
            self.lever(name, lever)
        for name, arrangement in self.parts("arrangements"):
            self.arrangement(name, arrangement)
        for name, event in self.parts("events"):
            self.event(name, event)
        if self.gone.section in ("actors", GOVERNMENTS):
            own = event_of_government(self.gone.name)
            if own not in dict(self.parts("events")):  # no file writes it, but one may speak of it
                self.also.append(Gone("events", own))
        for name, outcome in self.parts("outcomes"):
            self.outcome(name, outcome)
        for name, watched in self.parts("watch"):
            self.watched(name, watched)
        if self.gone.section == "events":
            self.shorten(self.root, "shocks", "shocks", self.named)
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
        if self.gone.section == "levers":
            promised = lever.fields.get("delivers", _NOTHING)
            if self.named(self.text(promised, "lever")):
                del lever.fields["delivers"]
                self.notes.append(f"{path}.delivers fell away with {self.gone}")
        emptied = self.drop(lever.fields.get("effects"), f"{path}.effects", self.in_phrase)
        reason = "none of its effects is left"
        if self.gone.section == "arrangements":
            asked = lever.fields.get("requires", _NOTHING).fields
            if any(self.asks(text, limits) for text, limits in asked.items()):
                self.whole("levers", name, "it waits for something that is gone")
                return
            for key in DOES:
                emptied |= self.shorten(lever, key, f"{path}.{key}", self.named)
            reason = "nothing is left that it does"
        if emptied and not any(
            lever.fields[key].value for key in ("effects", *DOES) if key in lever.fields
        ):
            self.whole("levers", name, reason)
            return
        self.drop(lever.fields.get("requires"), f"{path}.requires", self.in_phrase)

    def asks(self, text: str, limits: Node) -> bool:
        """Whether a condition asks that the arrangement which is gone is in force."""
        phrase = parse(text)
        if phrase is None or phrase.kind not in IN_FORCE or not self.in_phrase(text):
            return False
        return limits.value is True or "at_least" in limits.fields

    def successor(self, name: str, actor: Node) -> None:
        drawn = actor.fields.get("government", _NOTHING).fields.get("successor", _NOTHING)
        for key in ("positions", "saliences"):
            path = f"actors.{name}.government.successor.{key}"
            self.drop(drawn.fields.get(key), path, self.named)

    def arrangement(self, name: str, arrangement: Node) -> None:
        path = f"arrangements.{name}"
        self.drop(arrangement.fields.get("effects"), f"{path}.effects", self.in_phrase)
        if self.gone.section != "actors":
            return
        self.shorten(arrangement, "in_force", f"{path}.in_force", self.in_pair)
        before = self.texts(arrangement, "parties")
        self.shorten(arrangement, "parties", f"{path}.parties", self.named)
        after = self.texts(arrangement, "parties")
        if len(after) < min(len(before), 2):
            self.whole("arrangements", name, "its parties are gone")

    def event(self, name: str, event: Node) -> None:
        path = f"events.{name}"
        governed = self.gone.section in ("actors", GOVERNMENTS)
        if governed and self.named(self.text(event, "government")):
            self.whole("events", name, "there is no government that could change")
            return
        if self.any_key(event.fields.get("when"), self.in_phrase):
            self.whole("events", name, "it waits for something that is gone")
            return
        gone = self.drop(event.fields.get("changes"), f"{path}.changes", self.in_phrase)
        for key in ("forbids", "permits"):
            gone |= self.shorten(event, key, f"{path}.{key}", self.in_move)
        for key in ("begins", "ends"):
            gone |= self.shorten(event, key, f"{path}.{key}", self.in_instance)
        if gone and not any(
            event.fields[key].value for key in (*_CHANGES, "government") if key in event.fields
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
        """Drop the items meant from a list, or one item without a list; true if none is left."""
        listed = owner.fields.get(key)
        if listed is None:
            return False
        items = [listed] if isinstance(listed.value, str) else listed.items
        fallen = [node for node in items if meant(str(node.value))]
        for node in fallen:
            self.notes.append(f"{path}: '{node.value}' fell away with {self.gone}")
        left = [node for node in items if node not in fallen]
        if fallen and left:
            listed.value = left
        elif fallen:
            del owner.fields[key]
        return bool(fallen) and not left

    def texts(self, owner: Node, key: str) -> list[str]:
        listed = owner.fields.get(key, _NOTHING)
        items = [listed] if isinstance(listed.value, str) else listed.items
        return [str(node.value) for node in items]

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
        if phrase is None:
            return False
        if self.gone.section == TRUST:
            return phrase.kind == "trust"
        if self.gone.section == GOVERNMENTS:
            return phrase.kind == "office" and self.gone.name in phrase.names
        return self.gone in phrase.slots

    def in_instance(self, text: str) -> bool:
        return self.in_phrase(f"in force {text}")

    def in_move(self, text: str) -> bool:
        parts = move(text)
        return parts is not None and self.gone in (("levers", parts[0]), ("actors", parts[1]))
