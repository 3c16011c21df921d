"""What falls away with a part of a scenario that was deleted: all that referred to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sim.scenario.beliefs import doubted
from sim.scenario.conditions import CHOICES
from sim.scenario.lookup import DOES
from sim.scenario.node import Node
from sim.scenario.phrases import IN_FORCE_KINDS, move, pair, parse
from sim.scenario.schema import event_of_government

SECTIONS = (
    *("actors", "issues", "levers", "arrangements", "events", "beliefs", "outcomes", "watch"),
    *("lenses", "interests"),
)
"""Parts of a scenario that others may refer to."""
_ONE_OF = {"watch": "watched event", "lenses": "lens"}
_GOVERNMENTS, _TRUST = "governments", "trust"
"""What else may go, and is no section: the government of an actor, and trust between all."""


class Gone(NamedTuple):
    """A part that was deleted: its section and its name."""

    section: str
    name: str

    def __str__(self) -> str:
        if self.section == _TRUST:
            return "the last arrangement or promise"
        if self.section == _GOVERNMENTS:
            return f"the government of '{self.name}'"
        return f"{one_of(self.section)} '{self.name}'"


def one_of(section: str) -> str:
    """What a part of a section is called: ``actor``, ``watched event``."""
    return _ONE_OF.get(section) or section.removesuffix("s")


def parts_of(root: Node) -> set[Gone]:
    """All parts of a document that others may refer to."""
    found = {Gone(section, name) for section in SECTIONS for name in root.table(section)}
    actors = root.table("actors").items()
    found |= {Gone(_GOVERNMENTS, name) for name, one in actors if "government" in one.fields}
    return found | ({Gone(_TRUST, "")} if _bonds(root) else set())


def lost(before: set[Gone], root: Node) -> list[Gone]:
    """What of a document's parts is no longer there; a government goes with its actor."""
    gone = before - parts_of(root)
    return sorted(
        one for one in gone if one.section != _GOVERNMENTS or Gone("actors", one.name) not in gone
    )


def _bonds(root: Node) -> bool:
    """Whether there are arrangements or promises, and so trust."""
    promised = any("delivers" in lever.fields for lever in root.table("levers").values())
    return promised or bool(root.table("arrangements"))


def prune(root: Node, gone: Sequence[Gone]) -> list[str]:
    """Take out, in place, all that referred to the deleted parts.

    Whatever named a deleted part goes. An effect or a change goes alone; a lever that nobody uses
    any more, that has lost all it does, that waits for an arrangement which is gone or for an
    ``any_of`` of which nothing is left, goes whole, as does an event that has lost all it changes
    or one of its conditions, and an arrangement that has lost its parties. What goes whole may
    take more with it. ``root`` need not be valid. Gives everything that fell away, in words.
    """
    notes: list[str] = []
    queue = sorted(gone)
    while queue:
        part = queue.pop(0)
        bound = _bonds(root)
        queue += _Pruning(root, part, notes).run()
        if bound and not _bonds(root):
            queue.append(Gone(_TRUST, ""))
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
        self.drop(self.root, "relations", self.in_pair)
        for name, issue in self.parts("issues"):
            self.drop(issue, "stances", self.named("actors"), "issues", name)
        self.drop(self.root, "lens", self.named("lenses"))
        for name, lens in self.parts("lenses"):
            self.drop(lens, "weights", self.named("interests"), "lenses", name)
        for name, interest in self.parts("interests"):
            if any(map(self.in_phrase, interest.get("of").words())):
                self.whole("interests", name, "what it is made of is gone")
        for name, actor in self.parts("actors"):
            self.drop(actor, "weights", self.named("interests"), "actors", name)
            self.drop(actor, "lens", self.named("lenses"), "actors", name)
            drawn = actor.get("government").get("successor")
            path = ("actors", name, "government", "successor")
            for key in ("positions", "saliences"):
                self.drop(drawn, key, self.named("issues"), *path)
            self.drop(drawn, "weights", self.named("interests"), *path)
        if self.gone.section == _TRUST:
            for name in self.root.table("relations"):
                self.drop(self.root.get("relations"), name, lambda key: key == _TRUST, "relations")
        for name, lever in self.parts("levers"):
            self.lever(name, lever)
        for name, arrangement in self.parts("arrangements"):
            self.arrangement(name, arrangement)
        for name, event in self.parts("events"):
            self.event(name, event)
        if self.gone.section in ("actors", _GOVERNMENTS):
            own = event_of_government(self.gone.name)
            if own not in self.root.table("events"):  # no file writes it, but one may speak of it
                self.also.append(Gone("events", own))
        for name, outcome in self.parts("outcomes"):
            self.outcome(name, outcome)
        for name, watched in self.parts("watch"):
            self.watched(name, watched)
        for name, belief in self.parts("beliefs"):
            about = doubted(str(belief.get("of").value))
            named = {("actors", belief.get("by").value)}
            if about is not None:
                named |= {("actors", about.actor), ("issues", about.issue)}
            if tuple(self.gone) in named:
                self.whole("beliefs", name, "nobody is left who doubts, or nothing to doubt")
        for key, section in (("shocks", "events"), ("stop", "watch"), ("history", "outcomes")):
            self.drop(self.root, key, self.named(section))
        return self.also

    def lever(self, name: str, lever: Node) -> None:
        path = ("levers", name)
        nobody = self.drop(lever, "usual", self.in_pair, *path)
        self.drop(lever, "consent", self.in_pair, *path)
        if nobody:
            self.whole(*path, "nobody is left who uses it")
            return
        self.drop(lever, "recorded", self.in_pair, *path)
        for between, record in lever.table("recorded").items():
            self.drop(record, "also", self.named("levers"), *path, "recorded", between)
        if self.gone == ("levers", lever.get("delivers").get("lever").value):
            del lever.fields["delivers"]
            self.notes.append(f"levers.{name}.delivers fell away with {self.gone}")
        emptied = self.drop(lever, "effects", self.in_phrase, *path)
        reason = "none of its effects is left"
        needed = lever.table("requires").items()
        waits = self.choose(lever, "requires", *path)
        if self.gone.section == "arrangements":
            waits |= any(self.asks(text, limits) for text, limits in needed)
        if waits:
            self.whole(*path, "it waits for something that is gone")
            return
        if self.gone.section == "arrangements":
            for key in DOES:
                emptied |= self.drop(lever, key, self.named("arrangements"), *path)
            reason = "nothing is left that it does"
        if emptied and not any(lever.get(key).value for key in ("effects", *DOES)):
            self.whole(*path, reason)
            return
        self.drop(lever, "requires", self.in_phrase, *path)

    def choose(self, owner: Node, key: str, *path: str) -> bool:
        """Drop what can no longer be chosen of conditions; true if nothing is left of an any_of.

        What names something that is gone can hold no more; of a choice without entries the key
        goes, too.
        """
        emptied = False
        for sort in CHOICES:
            chosen = owner.get(key).get(sort)
            left = [one for one in chosen.items if not any(map(self.in_phrase, one.fields))]
            if len(left) == len(chosen.items):
                continue
            gone = f"{len(chosen.items) - len(left)} of {len(chosen.items)} entries"
            where = ".".join((*path, key, sort))
            self.notes.append(f"{where}: {gone} fell away with {self.gone}")
            chosen.value = left
            if not left:
                del owner.get(key).fields[sort]
                emptied |= sort == "any_of"
        return emptied

    def asks(self, text: str, limits: Node) -> bool:
        """Whether a condition asks that the arrangement which is gone is in force."""
        phrase = parse(text)
        if phrase is None or phrase.kind not in IN_FORCE_KINDS or not self.in_phrase(text):
            return False
        return limits.value is True or "at_least" in limits.fields

    def arrangement(self, name: str, arrangement: Node) -> None:
        path = ("arrangements", name)
        self.drop(arrangement, "effects", self.in_phrase, *path)
        self.drop(arrangement, "in_force", self.in_pair, *path)
        before = arrangement.get("parties").texts
        self.drop(arrangement, "parties", self.named("actors"), *path)
        left = len(arrangement.get("parties").texts)
        if left < min(len(before), 2) and self.gone.section == "actors":
            self.whole(*path, "its parties are gone")

    def event(self, name: str, event: Node) -> None:
        path = ("events", name)
        governed = self.gone.section in ("actors", _GOVERNMENTS)
        if governed and event.get("government").value == self.gone.name:
            self.whole(*path, "there is no government that could change")
            return
        waits = self.choose(event, "when", *path)
        if waits or any(map(self.in_phrase, event.table("when"))):
            self.whole(*path, "it waits for something that is gone")
            return
        changes: dict[str, Callable[[str], bool]] = {"changes": self.in_phrase}
        changes |= dict.fromkeys(("forbids", "permits"), self.in_move)
        changes |= dict.fromkeys(("begins", "ends"), self.in_instance)
        emptied = [self.drop(event, key, meant, *path) for key, meant in changes.items()]
        if any(emptied) and not any(event.get(key).value for key in (*changes, "government")):
            self.whole(*path, "nothing is left that it changes")

    def outcome(self, name: str, outcome: Node) -> None:
        path = ("outcomes", name)
        actors = [outcome.get(key).value for key in ("by", "toward")]
        if (
            self.drop(outcome, "acts", self.named("levers"), *path)
            or any(map(self.in_phrase, outcome.get("of").words()))
            or (self.gone.section == "actors" and self.gone.name in actors)
        ):
            self.whole(*path, "what it shows is gone")

    def watched(self, name: str, watched: Node) -> None:
        keys = {"actors": ("by", "toward"), "levers": ("lever",), "events": ("event",)}
        named = [watched.get(key).value for key in keys.get(self.gone.section, ())]
        waits = self.choose(watched, "when", "watch", name) or watched.get("when").value == {}
        if self.gone.name in named or waits or any(map(self.in_phrase, watched.table("when"))):
            self.whole("watch", name, "it waits for something that is gone")

    def parts(self, section: str) -> list[tuple[str, Node]]:
        return list(self.root.table(section).items())

    def whole(self, section: str, name: str, reason: str) -> None:
        del self.root.fields[section].fields[name]
        fallen = Gone(section, name)
        self.notes.append(f"{fallen} fell away with {self.gone}: {reason}")
        self.also.append(fallen)

    def drop(self, owner: Node, key: str, meant: Callable[[str], bool], *path: str) -> bool:
        """Drop the entries meant from a table, or a list; true if that leaves it empty.

        A table stays, if empty; a list goes, and so does one item without a list.
        """
        held = owner.get(key)
        fallen = [word for word in held.fields or held.texts if meant(word)]
        where = ".".join((*path, key))
        self.notes += [f"{where}: '{one}' fell away with {self.gone}" for one in fallen]
        if held.is_mapping:
            for word in fallen:
                del held.fields[word]
        elif fallen:
            held.value = [one for one in held.items if not meant(str(one.value))]
            if not held.value:
                del owner.fields[key]
        return bool(fallen) and not held.value

    def named(self, section: str) -> Callable[[str], bool]:
        """Whether a name in a place for those of a section is what is gone."""
        return lambda text: self.gone == (section, text)

    def in_pair(self, text: str) -> bool:
        ends = pair(text)
        return ends is not None and self.gone in (("actors", ends[0]), ("actors", ends[2]))

    def in_phrase(self, text: str) -> bool:
        phrase = parse(text)
        if phrase is None:
            return False
        if self.gone.section == _TRUST:
            return phrase.kind == "trust"
        if self.gone.section == _GOVERNMENTS:
            return phrase.kind == "office" and self.gone.name in phrase.names
        if self.gone.section == "interests":
            return ("components", self.gone.name) in phrase.slots
        return self.gone in phrase.slots

    def in_instance(self, text: str) -> bool:
        return self.in_phrase(f"in force {text}")

    def in_move(self, text: str) -> bool:
        parts = move(text)
        return parts is not None and self.gone in (("levers", parts[0]), ("actors", parts[1]))
