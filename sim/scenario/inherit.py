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
from sim.scenario.beliefs import doubted
from sim.scenario.conditions import CHOICES
from sim.scenario.field_types import Brief, Frequency, History, Recorded
from sim.scenario.formulas import Formula
from sim.scenario.lookup import DOES
from sim.scenario.node import Mark, Node
from sim.scenario.phrases import ANYONE, IN_FORCE_KINDS, move, pair, parse
from sim.scenario.schema import EXCLUSIVE, Description, Event, Lever, event_of_government
from sim.scenario.schema_paths import Shape
from sim.scenario.shocks import event_of_shock, on_shelf
from sim.text import did_you_mean

# What falls away with a deleted actor, issue, lever, arrangement, event or outcome.

SECTIONS = (
    *("actors", "issues", "levers", "arrangements", "events", "beliefs", "outcomes", "watch"),
    *("lenses", "interests"),
)
_ONE_OF = {"watch": "watched event", "lenses": "lens"}
_GOVERNMENTS, _TRUST = "governments", "trust"
"""What else may go, and is no section: the government of an actor, and trust between all."""


class _Gone(NamedTuple):
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


def _parts_of(root: Node) -> set[_Gone]:
    """All parts of a document that others may refer to."""
    found = {_Gone(section, name) for section in SECTIONS for name in root.table(section)}
    actors = root.table("actors").items()
    found |= {_Gone(_GOVERNMENTS, name) for name, one in actors if "government" in one.fields}
    return found | ({_Gone(_TRUST, "")} if _bonds(root) else set())


def _lost(before: set[_Gone], root: Node) -> list[_Gone]:
    """What of a document's parts is no longer there; a government goes with its actor."""
    gone = before - _parts_of(root)
    return sorted(
        one for one in gone if one.section != _GOVERNMENTS or _Gone("actors", one.name) not in gone
    )


def _bonds(root: Node) -> bool:
    """Whether there are arrangements or promises, and so trust."""
    promised = any("delivers" in lever.fields for lever in root.table("levers").values())
    return promised or bool(root.table("arrangements"))


def _prune(root: Node, gone: Sequence[_Gone]) -> list[str]:
    """Take out, in place, all that referred to the deleted parts.

    Whatever named a deleted part goes. An effect or a change goes alone; a lever that nobody uses
    any more, that has lost all it does, or that waits for an arrangement which is gone, goes
    whole, as does an event that has lost all it changes or one of its conditions, and an
    arrangement that has lost its parties. What goes whole may take more with it. ``root`` need
    not be valid. Gives everything that fell away, in words.
    """
    notes: list[str] = []
    queue = sorted(gone)
    while queue:
        part = queue.pop(0)
        bound = _bonds(root)
        queue += _Pruning(root, part, notes).run()
        if bound and not _bonds(root):
            queue.append(_Gone(_TRUST, ""))
    return notes


class _Pruning:
    """One deleted part, and what refers to it."""

    def __init__(self, root: Node, gone: _Gone, notes: list[str]) -> None:
        self.root = root
        self.gone = gone
        self.notes = notes
        self.also: list[_Gone] = []

    def run(self) -> list[_Gone]:
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
                self.also.append(_Gone("events", own))
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
        if self.gone.section == "arrangements":
            needed = lever.table("requires").items()
            if self.choose(lever, "requires", *path) or any(
                self.asks(text, limits) for text, limits in needed
            ):
                self.whole(*path, "it waits for something that is gone")
                return
            for key in DOES:
                emptied |= self.drop(lever, key, self.named("arrangements"), *path)
            reason = "nothing is left that it does"
        if emptied and not any(lever.get(key).value for key in ("effects", *DOES)):
            self.whole(*path, reason)
            return
        self.drop(lever, "requires", self.in_phrase, *path)
        self.choose(lever, "requires", *path)

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
        waits = self.choose(watched, "when", "watch", name)
        if self.gone.name in named or waits or any(map(self.in_phrase, watched.table("when"))):
            self.whole("watch", name, "it waits for something that is gone")

    def parts(self, section: str) -> list[tuple[str, Node]]:
        return list(self.root.table(section).items())

    def whole(self, section: str, name: str, reason: str) -> None:
        del self.root.fields[section].fields[name]
        fallen = _Gone(section, name)
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


_TAKEN, _KNOBS = "shocks", "knobs"
_ANY = f"{ANYONE} to {ANYONE}"
_GROUNDS = ("source", "why")


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
    before = _parts_of(base)
    reach = {path: _reach(base, path) for path in base.table(_KNOBS)}
    if _TAKEN in base.fields or _TAKEN in child.fields:
        _take_shocks(base, child, shelf)
    _delete(base, child, Description, (), child, faults)
    notes = _prune(base, _lost(before, base))
    laid = _Merging(joins, notes)
    merged = laid.merge(base, child, Description, ())
    kept = merged.table(_KNOBS)
    for path in [one for one in kept if _reach(merged, one) < reach.get(one, 0)]:
        if path not in child.table(_KNOBS):
            del kept[path]
            notes.append(f"knobs: '{path}' fell away with its number")
    return merged, notes


def _reach(root: Node, path: str) -> int:
    """How many steps of a path a document has; the rest of a sound path is left to defaults."""
    node, steps = root, path.split(".")
    for depth, step in enumerate(steps):
        if step == _ANY and (node.is_number or "value" in node.fields):
            return depth + 1
        if step not in node.fields:
            return depth
        node = node.fields[step]
    return len(steps)


def merge_all(layers: Iterable[Node]) -> Node:
    """Documents laid over one another, the base of all first; whatever falls away."""
    first, *others = layers
    root = with_shocks(first)
    for layer in others:
        root, _ = extend(root, layer, [])
    return root


def with_shocks(root: Node, shelf: Path | None = None) -> Node:
    """A document that extends no other, with the events that the shocks it takes become.

    What it writes of such an event itself goes before.
    """
    if _TAKEN not in root.fields:
        return root
    taken = Node({}, Mark(""))
    _take_shocks(taken, root, shelf)
    events = root.fields.get("events", Node({}, root.mark))
    if not events.is_mapping:
        return root
    found = dict(events.fields)
    for name, event in taken.fields["events"].fields.items():
        own = found.get(name)
        if own is None or (own.is_mapping and not {"name", "chance", "changes"} <= set(own.fields)):
            found[name] = event if own is None else _shock_with_changes(event, own)
    return Node({**root.fields, "events": Node(found, events.mark, events.key)}, root.mark)


def _shock_with_changes(event: Node, own: Node) -> Node:
    """What a file writes of an event, laid over what stands on the shelf."""
    own = own.copy()
    _delete(event, own, Event, (), own, [])
    return _Merging(True, []).merge(event, own, Event, ("events",))


def _take_shocks(base: Node, child: Node, shelf: Path | None) -> None:
    """Put the events of shocks in a base that the document over it takes, and out the others.

    An event that the base has already is told of new actors, and of another length of rounds.
    """
    before, after = (
        _shocks_of(base),
        _shocks_of(child if _TAKEN in child.fields else base),
    )
    events = base.fields.setdefault("events", Node({}, base.mark))
    if not events.is_mapping:
        return
    for name in before:
        if name not in after:
            events.fields.pop(name, None)
    entries = on_shelf(shelf)
    had, actors = _actors(base), _actors(base, child)
    calendar = base.table("calendar") | child.table("calendar")
    unit = str(calendar["round"].value) if "round" in calendar else ""
    for name in (name for name in after if name in entries):
        made = event_of_shock(entries[name], actors, unit)
        own = events.fields.get(name)
        if name not in before:
            events.fields[name] = made if own is None else _shock_with_changes(made, own)
        elif own is not None and own.is_mapping:
            _update_shock(own, made, set(actors) - set(had))


def _update_shock(own: Node, made: Node, new: set[str]) -> None:
    """Bring the event of a shock up to new actors and to another length of rounds."""
    chance, changes = own.fields.get("chance"), own.fields.get("changes")
    if chance is not None and chance.mark.file == made.fields["chance"].mark.file:
        own.fields["chance"] = made.fields["chance"]
    for text, change in made.fields["changes"].fields.items():
        phrase = parse(text)
        if changes is not None and phrase is not None and new & set(phrase.actors):
            changes.fields.setdefault(text, change)


def _shocks_of(root: Node) -> tuple[str, ...]:
    """The shocks that a document takes."""
    return tuple(root.get(_TAKEN).texts)


def _actors(base: Node, child: Node | None = None) -> list[str]:
    """The actors of a base, after what is laid over it."""
    found = base.table("actors") | (child.table("actors") if child else {})
    return [name for name, one in found.items() if one.value is not None]


def joined(base: Node, child: Node) -> Node:
    """Two documents that are laid over a third one, as one; what they delete stays ``null``."""
    return _Merging(True, []).merge(base.copy(), child.copy(), Description, ())


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
    if _has_own_value(child, where):
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
            if _speaks_of_one_number(under, node):
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


def _speaks_of_one_number(table: Node, child: Node) -> bool:
    """Whether a mapping speaks of the one number in a table: of its spread, its reason."""
    return set(table.fields) == {_ANY} and set(child.fields) <= set(Frequency.model_fields)


@dataclass
class _Merging:
    """One document being laid over another; takes notes of what gives way."""

    joins: bool
    notes: list[str]
    _replaced: set[tuple[str, ...]] = field(default_factory=set)

    def merge(self, base: Node, child: Node, where: Shape, path: tuple[str, ...]) -> Node:
        if not child.is_mapping or where is Formula:
            return child
        if schema_paths.is_quantity(where) or where in (History, Recorded):
            return _merge_quantity(base, child, where)
        if where is Brief and isinstance(base.value, str):
            base = Node({"role": base}, base.mark, base.key)
        if schema_paths.is_frequencies(where):
            if "value" in child.fields:
                return child
            base = _by_pair(base)
            if _speaks_of_one_number(base, child):
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
        # What a child writes on one side puts out what its base wrote on the other.
        for one, other in EXCLUSIVE.get(where, ()):
            for mine, theirs in ((one, other), (other, one)):
                if set(mine) & set(child.fields) and not set(theirs) & set(child.fields):
                    for key in set(theirs) & set(base.fields):
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
            merged["consent"] = self._consent(merged, child.fields.get("consent"), path)
        # A part that only a line-less change touched still stands where its file has it.
        owner = child if child.mark.line else base
        return Node(merged, owner.mark, owner.key)

    def _consent(self, lever: dict[str, Node], own: Node | None, path: tuple[str, ...]) -> Node:
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


def _has_own_value(child: Node, where: Shape) -> bool:
    """Whether it brings values of its own, so that nothing of the base's holds for it."""
    if where is History:
        return "values" in child.fields
    if where is Recorded:
        return "dates" in child.fields or "count" in child.fields
    return schema_paths.is_quantity(where) and "value" in child.fields


def _merge_quantity(base: Node, child: Node, where: Shape) -> Node:
    """New values stand alone; a new spread or reason joins the base's values."""
    if _has_own_value(child, where):
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
    for number, inner in enumerate(node.items):
        node.items[number] = _grounded(inner, schema_paths.below(where, number), grounds)
    return node
