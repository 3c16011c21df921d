"""Laying one document over another: ``extends`` and ``--set``.

Mappings merge entry by entry; lists and single values replace. ``null`` deletes,
and what referred to a deleted part falls away with it. A number never keeps the
source of another number, nor a series of what happened that of another series.
"""

from __future__ import annotations

from sim.errors import Fault
from sim.scenario import shape
from sim.scenario.node import Node
from sim.scenario.phrases import ANYONE, pair
from sim.scenario.prune import SECTIONS, Gone, prune
from sim.scenario.schema import Actor, Change, Description, Event, Lever, Outcome, Watch
from sim.scenario.shape import Shape
from sim.scenario.told import Brief, History
from sim.scenario.wording import did_you_mean

_GROUNDS = ("source", "why")
# What a child writes on one side puts out what its base wrote on the other.
_INSTEAD: dict[Shape, tuple[tuple[frozenset[str], frozenset[str]], ...]] = {
    Actor: ((frozenset({"lens"}), frozenset({"weights"})),),
    Change: ((frozenset({"by"}), frozenset({"to"})),),
    Event: ((frozenset({"on"}), frozenset({"since", "until"})),),
    Outcome: ((frozenset({"of"}), frozenset({"acts", "by", "toward"})),),
    Watch: (
        (frozenset({"when"}), frozenset({"lever", "by", "toward", "event"})),
        (frozenset({"lever", "by", "toward"}), frozenset({"event"})),
    ),
}


def extend(base: Node, child: Node, faults: list[Fault]) -> tuple[Node, list[str]]:
    """Lay a document over its base; both stay as they are.

    Parameters
    ----------
    base, child : Node
        Two documents; they need not be valid.
    faults : list of Fault
        Takes what is wrong: deleting something that is not there.

    Returns
    -------
    (Node, list of str)
        The merged document, and what fell away with deleted parts, in words.
    """
    base, child = base.copy(), child.copy()
    before = _names(base)
    _delete(base, child, Description, (), child, faults)
    gone = [Gone(part, name) for part, name in before if (part, name) not in _names(base)]
    notes = prune(base, gone)
    return _merge(base, child, Description), notes


def same_key(key: str, table: Node, where: Shape) -> str:
    """The key under which a table already holds what a key means.

    ``south and north`` is ``north and south`` where the base wrote it so.
    """
    parts = pair(key)
    if key in table.fields or parts is None or parts[1] != "and" or not shape.is_table(where):
        return key
    turned = f"{parts[2]} and {parts[0]}"
    return turned if turned in table.fields else key


def _names(root: Node) -> set[tuple[str, str]]:
    found = set()
    for section in SECTIONS:
        if node := root.fields.get(section):
            found |= {(section, name) for name in node.fields}
    return found


def _delete(
    base: Node,
    child: Node,
    where: Shape,
    path: tuple[str, ...],
    root: Node,
    faults: list[Fault],
) -> None:
    """Carry out the ``null`` entries of the child, and take them out of it."""
    if _anew(child, where):
        return
    for key, node in list(child.fields.items()):
        here = (*path, key)
        match = same_key(key, base, where)
        under = base.fields.get(match)
        if node.value is None:
            if under is None:
                place = root.place(here, at_key=True)
                what = path[-1] if path else "keys"
                remedy = did_you_mean(key, base.fields, f"entries of '{what}'")
                faults.append(Fault(place, f"there is no '{key}' here to delete", remedy))
            else:
                del base.fields[match]
        elif under is not None:
            _delete(under, node, shape.below(where, key), here, root, faults)
    for key in [key for key, node in child.fields.items() if node.value is None]:
        # Only now: the faults above look up their places in the child.
        del child.fields[key]


def _merge(base: Node, child: Node, where: Shape) -> Node:
    if not child.is_mapping:
        return child
    if shape.is_quantity(where) or where is History:
        return _merge_quantity(base, child, where)
    if where is Brief and isinstance(base.value, str):
        base = Node({"role": base}, base.mark, base.key)
    if shape.is_frequencies(where):
        if "value" in child.fields:
            return child
        if base.is_number or "value" in base.fields:
            base = Node({f"{ANYONE} to {ANYONE}": base}, base.mark, base.key)
    if not base.is_mapping:
        return child
    if shape.is_grounded(where) and set(child.fields) - set(_GROUNDS):
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
        under = merged.get(match)
        merged[match] = node if under is None else _merge(under, node, shape.below(where, key))
    # A part that only a line-less change touched still stands where its file has it.
    owner = child if child.mark.line else base
    return Node(merged, owner.mark, owner.key)


def _anew(child: Node, where: Shape) -> bool:
    """Whether it brings values of its own, so that nothing of the base's holds for it."""
    if where is History:
        return "values" in child.fields
    return shape.is_quantity(where) and "value" in child.fields


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
            part.fields[key] = _grounded(node, shape.below(where, key), own) if own else node


def _grounded(node: Node, where: Shape, grounds: dict[str, Node]) -> Node:
    if shape.is_frequencies(where) and (node.is_number or "value" in node.fields):
        where = shape.below(where, ANYONE)
    if shape.is_quantity(where):
        if node.is_number:
            return Node({"value": node, **grounds}, node.mark, node.key)
        if node.is_mapping and not set(_GROUNDS) & set(node.fields):
            return Node({**node.fields, **grounds}, node.mark, node.key)
        return node
    if shape.is_grounded(where) and set(_GROUNDS) & set(node.fields):
        return node
    if shape.is_table(where) or shape.is_part(where):
        for key, inner in list(node.fields.items()):
            node.fields[key] = _grounded(inner, shape.below(where, key), grounds)
    return node
