"""Laying one document over another: ``extends`` and ``--set``.

Mappings merge entry by entry; lists and single values replace. ``null`` deletes,
and what referred to a deleted part falls away with it. A number never keeps the
source of another number, nor a series of what happened that of another series.
Pairs laid over one number for anyone replace it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import Fault
from sim.scenario import schema_paths
from sim.scenario.field_types import Brief, Frequency, History, Recorded
from sim.scenario.formulas import Formula
from sim.scenario.node import Mark, Node
from sim.scenario.phrases import ANYONE, pair, parse
from sim.scenario.pruning import lost, parts_of, prune
from sim.scenario.schema import EXCLUSIVE, Description, Event, Lever
from sim.scenario.schema_paths import Shape
from sim.scenario.shocks import event_of_shock, on_shelf
from sim.text import did_you_mean

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
    before = parts_of(base)
    reach = {path: _reach(base, path) for path in base.table(_KNOBS)}
    if _TAKEN in base.fields or _TAKEN in child.fields:
        _take_shocks(base, child, shelf)
    _delete(base, child, Description, (), child, faults)
    notes = prune(base, lost(before, base))
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
