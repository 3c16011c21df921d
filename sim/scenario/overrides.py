"""Single changes by path: ``--set actors.north.power=2``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.errors import Fault, Place, ScenarioError, option
from sim.scenario import schema_paths
from sim.scenario.conditions import CHOICES
from sim.scenario.inherit import extend, same_key
from sim.scenario.lenses import canonical
from sim.scenario.node import MAX_DEPTH, Mark, Node, tidy, too_deep
from sim.scenario.phrases import ANYONE, pair
from sim.scenario.phrases import parse as parse_phrase
from sim.scenario.schema import Description
from sim.scenario.schema_wants import Weights
from sim.scenario.yaml_reader import parse
from sim.text import closest

WHY = "set by hand"


def change(
    root: Node, path: str, text: str, faults: list[Fault], shelf: Path | None = None
) -> tuple[Node, list[str]]:
    """Set, or delete by ``null``, what stands at a path.

    ``root``: the document; it stays as it is; ``path``: dotted path; keys may hold spaces:
    ``relations.north and south.affinity``; ``text``: the value, as YAML text; ``faults``: takes
    what is wrong; ``shelf``: a folder that has a shelf of outside shocks of its own. Gives the
    changed document, and what fell away, in words.
    """
    steps = steps_of(path)
    try:
        value = _read(text)
    except ScenarioError as error:
        faults += [
            Fault(Place(option("--set"), path=path), fault.problem, fault.remedy)
            for fault in error.faults
        ]
        return root, []
    if len(steps) + value.depth > MAX_DEPTH:
        faults.append(too_deep(Place(option("--set"), path=path), "values"))
        return root, []
    known = _follow(root, steps, faults)
    if known is None:
        return root, []
    # The path of one pair means that pair alone: what holds for anyone stays.
    joins = frequencies_at(known[:-1]) is not None
    return extend(root, _layer(known, value), faults, joins, shelf)


def frequencies_at(steps: list[str]) -> list[str] | None:
    """The part of a path that leads to a table by ``A to B``, where it passes one."""
    depths = range(len(steps) + 1)
    return next(
        (steps[:n] for n in depths if schema_paths.is_frequencies(schema_paths.at(steps[:n]))), None
    )


def steps_of(path: str) -> list[str]:
    """The keys of a dotted path."""
    return [tidy(step) for step in path.split(".")]


def as_layer(path: str, text: str) -> Node:
    """A change that was made, as a document that makes it by ``extends``."""
    return _layer(steps_of(path), _read(text))


def _layer(steps: list[str], value: Node) -> Node:
    for key in reversed(steps):
        value = Node({key: value}, Mark(option("--set")))
    return _stated(value, Description)


def _read(text: str) -> Node:
    """Read the value; empty text is empty text, not nothing."""
    if not text.strip():
        return Node(text, Mark(option("--set")))
    return _unmarked(parse(text, option("--set")))


def _unmarked(node: Node) -> Node:
    value: Any = node.value
    if node.is_mapping:
        value = {key: _unmarked(inner) for key, inner in node.fields.items()}
    elif isinstance(value, list):
        value = [_unmarked(inner) for inner in node.items]
    return Node(value, Mark(option("--set")), written=node.written)


def _stated(node: Node, where: Any) -> Node:
    """Give each number set here its reason, so that it keeps no other one's."""
    if schema_paths.is_frequencies(where) and (node.is_number or "value" in node.fields):
        where = schema_paths.below(where, ANYONE)
    if schema_paths.is_quantity(where):
        if node.is_number:
            node = Node({"value": node}, node.mark, node.key)
        if "value" in node.fields and not {"source", "why"} & set(node.fields):
            return Node({**node.fields, "why": Node(WHY, node.mark)}, node.mark, node.key)
        return node
    if isinstance(where, type) and "lens" in node.fields:
        lens = node.fields["lens"]
        if isinstance(lens.value, str):
            node.fields["lens"] = Node(canonical(lens.value), lens.mark, lens.key)
    for key, inner in node.fields.items():
        node.fields[key] = _stated(inner, schema_paths.below(where, key))
    return node


def _follow(root: Node, steps: list[str], faults: list[Fault]) -> list[str] | None:
    """Find the keys that a path means; ``None``, with a fault, where there is no such place."""
    node: Node = root
    where: Any = Description
    known: list[str] = []
    for depth, step in enumerate(steps):
        key = same_key(step, node, where)
        if key not in node.fields and not _may_be_new(where, key, known, root):
            faults.append(_unknown(root, node, where, steps, depth))
            return None
        known.append(key)
        where = schema_paths.below(where, key)
        node = node.get(key)
    return known


def _may_be_new(where: Any, key: str, known: list[str], root: Node) -> bool:
    """Whether a file could hold the key here although this one does not."""
    if where is Weights and key in root.table("interests"):
        return True
    if schema_paths.is_part(where):
        return key in where.model_fields
    if key in _choices_in(where):
        return True
    if not schema_paths.is_table(where) or (len(known) == 1 and known[0] != "relations"):
        return False
    actors = root.table("actors")
    if parts := pair(key):
        return all(name in actors or name == ANYONE for name in (parts[0], parts[2]))
    return key in actors or parse_phrase(key) is not None


def _choices_in(where: Any) -> tuple[str, ...]:
    """The keys of choices, where a table of conditions stands."""
    return tuple(key for key in CHOICES if schema_paths.is_list(schema_paths.below(where, key)))


def _unknown(root: Node, node: Node, where: Any, steps: list[str], depth: int) -> Fault:
    before, word = steps[:depth], steps[depth]
    here = sorted({*node.fields, *schema_paths.fields(where), *_choices_in(where)})
    others = (path for path in root.paths() if path.count(".") >= depth)
    inside = f" in '{'.'.join(before)}'" if before else ""
    if schema_paths.is_list(where):
        remedy = f"a list is set whole: {'.'.join(before)}=[...]"
    elif near := closest(word, here):
        remedy = f"did you mean '{'.'.join([*before, near, *steps[depth + 1 :]])}'?"
    elif whole := closest(".".join(steps), others):
        remedy = f"did you mean '{whole}'?"
    elif here:
        remedy = f"known there: {', '.join(here[:12])}" + (", ..." if len(here) > 12 else "")
    else:
        remedy = "nothing stands below it"
    return Fault(
        Place(option("--set"), path=".".join(steps)), f"there is no '{word}'{inside}", remedy
    )
