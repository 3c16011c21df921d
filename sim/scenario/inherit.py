"""Laying one document over another: ``extends`` and ``--set``.

Mappings merge entry by entry; lists and single values replace. ``null`` deletes,
and what referred to a deleted part falls away with it. A number never keeps the
source of another number, nor a series of what happened that of another series.
Pairs laid over one number for anyone replace it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sim.errors import Fault
from sim.scenario import schema_paths
from sim.scenario.field_types import Brief, Frequency, History
from sim.scenario.lookup import DOES
from sim.scenario.node import Mark, Node
from sim.scenario.phrases import ANYONE, IN_FORCE, move, pair, parse
from sim.scenario.schema import (
    Actor,
    Arrangement,
    Change,
    Description,
    Event,
    Lever,
    Outcome,
    Watch,
    event_of_government,
)
from sim.scenario.schema_paths import Shape
from sim.scenario.shocks import event_of_shock as shock_event
from sim.scenario.shocks import on_shelf
from sim.text import did_you_mean

# What falls away with a deleted actor, issue, lever, arrangement, event or outcome.

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


_TAKEN = "shocks"
_ANY = f"{ANYONE} to {ANYONE}"
_GROUNDS = ("source", "why")
# What a child writes on one side puts out what its base wrote on the other.
_INSTEAD: dict[Shape, tuple[tuple[frozenset[str], frozenset[str]], ...]] = {
    Actor: ((frozenset({"lens"}), frozenset({"weights"})),),
    Change: ((frozenset({"by"}), frozenset({"to"})),),
    Arrangement: ((frozenset({"one_sided"}), frozenset({"parties"})),),
    Event: (
        (frozenset({"on"}), frozenset({"since", "until"})),
        (frozenset({"government"}), frozenset({"chance", "on"})),
    ),
    Outcome: ((frozenset({"of"}), frozenset({"acts", "by", "toward"})),),
    Watch: (
        (frozenset({"when"}), frozenset({"lever", "by", "toward", "event"})),
        (frozenset({"lever", "by", "toward"}), frozenset({"event"})),
    ),
}


def extend(
    base: Node, child: Node, faults: list[Fault], joins: bool = False, shelf: Path | None = None
) -> tuple[Node, list[str]]:
    """Lay a document over its base; both stay as they are.

    ``base``, ``child``: two documents; they need not be valid; ``faults``: takes what is wrong:
    deleting something that is not there; ``joins``: whether pairs join one number for anyone,
    instead of taking its place; ``shelf``: a folder that has a shelf of outside shocks of its own.
    Gives the merged document, and what fell away, in words: with deleted parts, or because pairs
    took its place.
    """
    base, child = base.copy(), child.copy()
    before = parts_of(base)
    if _TAKEN in base.fields or _TAKEN in child.fields:
        _take(base, child, shelf)
    _delete(base, child, Description, (), child, faults)
    notes = prune(base, lost(before, base))
    laid = _Laying(joins, notes)
    return laid.merge(base, child, Description, ()), notes


def stacked(layers: Iterable[Node], shelf: Path | None = None) -> Node:
    """Documents laid over one another, the base of all first; whatever falls away."""
    first, *others = layers
    root = with_shocks(first, shelf)
    for layer in others:
        root, _ = extend(root, layer, [], shelf=shelf)
    return root


def with_shocks(root: Node, shelf: Path | None = None) -> Node:
    """A document that extends no other, with the events that the shocks it takes become.

    What it writes of such an event itself goes before.
    """
    if _TAKEN not in root.fields:
        return root
    taken = Node({}, Mark(""))
    _take(taken, root, shelf)
    events = root.fields.get("events", Node({}, root.mark))
    if not events.is_mapping:
        return root
    found = dict(events.fields)
    for name, event in taken.fields["events"].fields.items():
        own = found.get(name)
        if own is None or (own.is_mapping and not {"name", "chance", "changes"} <= set(own.fields)):
            found[name] = event if own is None else _merged(event, own)
    return Node({**root.fields, "events": Node(found, events.mark, events.key)}, root.mark)


def _merged(event: Node, own: Node) -> Node:
    """What a file writes of an event, laid over what stands on the shelf."""
    own = own.copy()
    _delete(event, own, Event, (), own, [])
    return _Laying(True, []).merge(event, own, Event, ("events",))


def _take(base: Node, child: Node, shelf: Path | None) -> None:
    """Put the events of shocks in a base that the document over it takes, and out the others.

    An event that the base has already is told of new actors, and of another length of rounds.
    """
    before, after = _taken(base), _taken(child) if _TAKEN in child.fields else _taken(base)
    events = base.fields.setdefault("events", Node({}, base.mark))
    if not events.is_mapping:
        return
    for name in before:
        if name not in after:
            events.fields.pop(name, None)
    entries = on_shelf(shelf)
    had, actors = _actors(base), _actors(base, child)
    calendar = {
        key: node
        for layer in (base, child)
        if "calendar" in layer.fields
        for key, node in layer.fields["calendar"].fields.items()
    }
    unit = str(calendar["round"].value) if "round" in calendar else ""
    for name in (name for name in after if name in entries):
        made = shock_event(entries[name], actors, unit)
        own = events.fields.get(name)
        if name not in before:
            events.fields[name] = made if own is None else _merged(made, own)
        elif own is not None and own.is_mapping:
            _brought_up(own, made, set(actors) - set(had))


def _brought_up(own: Node, made: Node, new: set[str]) -> None:
    """Bring the event of a shock up to new actors and to another length of rounds."""
    chance, changes = own.fields.get("chance"), own.fields.get("changes")
    if chance is not None and chance.mark.file == made.fields["chance"].mark.file:
        own.fields["chance"] = made.fields["chance"]
    for text, change in made.fields["changes"].fields.items():
        phrase = parse(text)
        if changes is not None and phrase is not None and new & set(phrase.actors):
            changes.fields.setdefault(text, change)


def _taken(root: Node) -> tuple[str, ...]:
    """The shocks that a document takes."""
    listed = root.fields.get(_TAKEN)
    if listed is None:
        return ()
    items = [listed] if isinstance(listed.value, str) else listed.items
    return tuple(one.value for one in items if isinstance(one.value, str))


def _actors(base: Node, child: Node | None = None) -> list[str]:
    """The actors of a base, after what is laid over it."""
    found = dict(base.fields["actors"].fields) if "actors" in base.fields else {}
    if child and "actors" in child.fields:
        found |= child.fields["actors"].fields
    return [name for name, one in found.items() if one.value is not None]


def joined(base: Node, child: Node) -> Node:
    """Two documents that are laid over a third one, as one; what they delete stays ``null``."""
    return _Laying(True, []).merge(base.copy(), child.copy(), Description, ())


def same_key(key: str, table: Node, where: Shape) -> str:
    """The key under which a table already holds what a key means.

    ``south and north`` is ``north and south`` where the base wrote it so.
    """
    parts = pair(key)
    if (
        key in table.fields
        or parts is None
        or parts[1] != "and"
        or not schema_paths.is_table(where)
    ):
        return key
    turned = f"{parts[2]} and {parts[0]}"
    return turned if turned in table.fields else key


def _delete(
    base: Node, child: Node, where: Shape, path: tuple[str, ...], root: Node, faults: list[Fault]
) -> None:
    """Carry out the ``null`` entries of the child, and take them out of it."""
    if _anew(child, where):
        return
    for key, node in list(child.fields.items()):
        here = (*path, key)
        match = same_key(key, base, where)
        under = base.fields.get(match)
        if (
            under is not None
            and node.is_mapping
            and schema_paths.is_frequencies(schema_paths.below(where, key))
        ):
            under = base.fields[match] = _by_pair(under)
            if _of_one_number(under, node):
                under = under.fields[_ANY]
        if node.value is None:
            if under is None:
                place = root.place(here, at_key=True)
                what = path[-1] if path else "keys"
                remedy = did_you_mean(key, base.fields, f"entries of '{what}'")
                faults.append(Fault(place, f"there is no '{key}' here to delete", remedy))
            else:
                del base.fields[match]
        elif under is not None:
            _delete(under, node, schema_paths.below(where, key), here, root, faults)
    for key in [key for key, node in child.fields.items() if node.value is None]:
        # Only now: the faults above look up their places in the child.
        del child.fields[key]


def _by_pair(table: Node) -> Node:
    """One number for anyone, as the table by ``A to B`` that it stands for."""
    if table.is_number or "value" in table.fields:
        return Node({_ANY: table}, table.mark, table.key)
    return table


def _of_one_number(table: Node, child: Node) -> bool:
    """Whether a mapping speaks of the one number in a table: of its spread, its reason."""
    return set(table.fields) == {_ANY} and set(child.fields) <= set(Frequency.model_fields)


@dataclass
class _Laying:
    """One document being laid over another; takes notes of what gives way."""

    joins: bool
    notes: list[str]
    _replaced: set[tuple[str, ...]] = field(default_factory=set)

    def merge(self, base: Node, child: Node, where: Shape, path: tuple[str, ...]) -> Node:
        if not child.is_mapping:
            return child
        if schema_paths.is_quantity(where) or where is History:
            return _merge_quantity(base, child, where)
        if where is Brief and isinstance(base.value, str):
            base = Node({"role": base}, base.mark, base.key)
        if schema_paths.is_frequencies(where):
            if "value" in child.fields:
                return child
            base = _by_pair(base)
            if _of_one_number(base, child):
                return _merge_quantity(base.fields[_ANY], child, Frequency)
            if set(base.fields) == {_ANY} and _ANY not in child.fields and not self.joins:
                self.notes.append(_replaced(path, base.fields[_ANY]))
                self._replaced.add(path)
                return child
        if not base.is_mapping:
            return child
        if schema_paths.is_grounded(where) and set(child.fields) - set(_GROUNDS):
            _ground(base, where)
            _ground(child, where)
        for one, other in _INSTEAD.get(where, ()):
            for mine, theirs in ((one, other), (other, one)):
                if mine & set(child.fields) and not theirs & set(child.fields):
                    for key in theirs & set(base.fields):
                        del base.fields[key]
        merged = dict(base.fields)
        for key, node in child.fields.items():
            match = same_key(key, base, where)
            if match in child.fields and match != key:
                match = key
            under, below = merged.get(match), schema_paths.below(where, key)
            here = (*path, match)
            merged[match] = node if under is None else self.merge(under, node, below, here)
        if (*path, "usual") in self._replaced and "consent" in merged:
            merged["consent"] = self._asked(merged, child.fields.get("consent"), path)
        # A part that only a line-less change touched still stands where its file has it.
        owner = child if child.mark.line else base
        return Node(merged, owner.mark, owner.key)

    def _asked(self, lever: dict[str, Node], own: Node | None, path: tuple[str, ...]) -> Node:
        """The consent of a lever, without the base's entries for those who no longer use it."""
        consent = lever["consent"]
        kept = {
            key: node
            for key, node in consent.fields.items()
            if "value" in consent.fields
            or (own and key in own.fields)
            or any(_meet(key, other) for other in lever["usual"].fields)
        }
        for key in consent.fields.keys() - kept.keys():
            where = ".".join((*path, "consent"))
            self.notes.append(f"{where}: '{key}' fell away with its usual frequency")
        return Node(kept, consent.mark, consent.key) if consent.is_mapping else consent


def _meet(one: str, other: str) -> bool:
    """Whether some pair fits both keys of tables by ``A to B``."""
    a, b = pair(one), pair(other)
    return (
        a is None or b is None or all(x == y or ANYONE in (x, y) for x, y in zip(a, b, strict=True))
    )


def _replaced(path: tuple[str, ...], number: Node) -> str:
    """What a reader should know of pairs that took the place of one number for anyone."""
    value = number.fields.get("value", number).plain()
    others = "no other pair uses the lever" if path[-1] == "usual" else "no other target is asked"
    return (
        f"{'.'.join(path)}: the pairs named take the place of {value} for anyone, so that "
        f"{others}; to keep it for the others, add '{_ANY}: {value}'"
    )


def _anew(child: Node, where: Shape) -> bool:
    """Whether it brings values of its own, so that nothing of the base's holds for it."""
    if where is History:
        return "values" in child.fields
    return schema_paths.is_quantity(where) and "value" in child.fields


def _merge_quantity(base: Node, child: Node, where: Shape) -> Node:
    """New values stand alone; a new spread or reason joins the base's values."""
    if _anew(child, where):
        return child
    if base.is_number:
        base = Node({"value": base}, base.mark, base.key)
    if not base.is_mapping:
        return child
    return Node({**base.fields, **child.fields}, child.mark, child.key)


def _ground(part: Node, where: Shape) -> None:
    """Hand the source and reason of a part down to each of its numbers."""
    grounds = {key: part.fields.pop(key) for key in _GROUNDS if key in part.fields}
    if grounds:
        for key, node in list(part.fields.items()):
            own = grounds
            if where is Lever and key == "effects":
                own = {name: why for name, why in grounds.items() if name != "source"}
            part.fields[key] = _grounded(node, schema_paths.below(where, key), own) if own else node


def _grounded(node: Node, where: Shape, grounds: dict[str, Node]) -> Node:
    if schema_paths.is_frequencies(where) and (node.is_number or "value" in node.fields):
        where = schema_paths.below(where, ANYONE)
    if schema_paths.is_quantity(where):
        if node.is_number:
            return Node({"value": node, **grounds}, node.mark, node.key)
        if node.is_mapping and not set(_GROUNDS) & set(node.fields):
            return Node({**node.fields, **grounds}, node.mark, node.key)
        return node
    if schema_paths.is_grounded(where) and set(_GROUNDS) & set(node.fields):
        return node
    if schema_paths.is_table(where) or schema_paths.is_part(where):
        for key, inner in list(node.fields.items()):
            node.fields[key] = _grounded(inner, schema_paths.below(where, key), grounds)
    return node
