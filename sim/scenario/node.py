"""A document: plain values, each with the file, line and column it came from."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sim.errors import Fault, Place, ScenarioError

Path = tuple[str | int, ...]
_HOLDS_NODES = (dict, list)
MAX_DEPTH = 40
"""Most mappings and lists inside one another that a document may have."""
_SHOWN = 3
"""Steps of the path to what is nested too deep that a message names."""


class Mark(NamedTuple):
    """A spot in a file, counted from 1; line 0 where there is no file."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(slots=True)
class Node:
    """A value of a document, and where it stands.

    Marks sit on the values themselves, so that a value keeps its file and line
    when documents are merged.

    Attributes
    ----------
    value : dict of str to Node, list of Node, str, int, float, bool or None
        What is written there.
    mark : Mark
        Where the value begins.
    key : Mark or None
        Where its key stands, inside a mapping.
    written : str or None
        An unquoted word as it stands there: ``1e3`` for 1000.0.
    """

    value: Any
    mark: Mark
    key: Mark | None = None
    written: str | None = None

    @property
    def fields(self) -> dict[str, Node]:
        """The entries of a mapping; none for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The items of a list; none for anything else."""
        return self.value if isinstance(self.value, list) else []

    @property
    def texts(self) -> list[str]:
        """The items of a list of texts, as text; one text by itself is a list of one."""
        if isinstance(self.value, str):
            return [self.value]
        return [str(node.value) for node in self.items]

    def words(self) -> Iterator[str]:
        """Every text at or below it, keys left out."""
        if isinstance(self.value, str):
            yield self.value
        for node in (*self.fields.values(), *self.items):
            yield from node.words()

    def get(self, key: str) -> Node:
        """What stands under a key; an empty node where nothing does."""
        return self.fields.get(key) or Node(None, self.mark)

    def table(self, key: str) -> dict[str, Node]:
        """The entries of a mapping under a key; none where there is no such."""
        return self.get(key).fields

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self.value, dict)

    @property
    def is_number(self) -> bool:
        """Whether the value is a number (``true`` is none)."""
        return isinstance(self.value, (int, float)) and not isinstance(self.value, bool)

    def plain(self) -> Any:
        """The value without its marks."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    @property
    def depth(self) -> int:
        """How many mappings and lists stand inside one another; 0 for a single value."""
        if type(self.value) not in _HOLDS_NODES:
            return 0
        return 1 + max((node.depth for node in (*self.fields.values(), *self.items)), default=0)

    def copy(self) -> Node:
        """A node whose entries can be changed without changing this one.

        Single values are never changed, only exchanged: both have the same.
        """
        value = self.value
        if isinstance(value, dict):
            value = {
                key: node.copy() if type(node.value) in _HOLDS_NODES else node
                for key, node in value.items()
            }
        elif isinstance(value, list):
            value = [node.copy() for node in value]
        else:
            return self
        return Node(value, self.mark, self.key, self.written)

    def paths(self, before: tuple[str, ...] = ()) -> Iterator[str]:
        """Dotted paths of all that stands in the mappings below."""
        for key, node in self.fields.items():
            yield ".".join((*before, key))
            yield from node.paths((*before, key))

    def find(self, path: Path) -> tuple[Path, Node]:
        """Follow a path as far as the document goes.

        Gives the part of the path that exists, and the node at its end.
        """
        node = self
        for depth, step in enumerate(path):
            if isinstance(step, str) and step in node.fields:
                node = node.fields[step]
            elif str(step).isdecimal() and int(step) < len(node.items):
                node = node.items[int(step)]
            else:
                return path[:depth], node
        return path, node

    def place(self, path: Path, at_key: bool = False) -> Place:
        """Where a path stands, as far as the document goes.

        ``at_key``: point to the key rather than the value.
        """
        found, node = self.find(path)
        # A mapping begins at its first entry; its key is the line a reader looks for.
        mark = node.key if node.key and (at_key or node.is_mapping) else node.mark
        return Place(mark.file, mark.line, mark.column, ".".join(map(str, found)))


def tidy(key: str) -> str:
    """A key with single spaces: ``north  to south`` is ``north to south``."""
    return " ".join(key.split())


def from_plain(data: Any, file: str) -> Node:
    """Turn plain Python data into a document without lines.

    NumPy's numbers and arrays, pandas' dates and the like count as what they stand for.

    Raises
    ------
    ScenarioError
        The data is what no file can hold: nested too deep, or with a key that stands there twice
        once blanks are single.
    """
    faults: list[Fault] = []
    root = _node_of(data, Mark(file), (), faults)
    if faults:
        raise ScenarioError(faults)
    return root


def too_deep(place: Place, what: str) -> Fault:
    """The fault of a document with too many mappings and lists inside one another."""
    problem = f"{what} are nested more than {MAX_DEPTH} deep"
    return Fault(place, problem, "a scenario needs about 6 levels")


def _node_of(data: Any, mark: Mark, path: tuple[str, ...], faults: list[Fault]) -> Node:
    """A node of plain data, which stands at a path; takes note of keys given twice."""
    if hasattr(data, "dtype") and callable(getattr(data, "tolist", None)):
        # A date counts days here; NumPy gives one of finer units as a bare number.
        data = data.astype("datetime64[D]").tolist() if data.dtype.kind == "M" else data.tolist()
    if isinstance(data, Mapping):
        _bound(mark, path)
        entries: dict[str, Node] = {}
        for written, value in data.items():
            key = tidy(str(written))
            here = (*path, key)
            if key in entries:
                place = Place(mark.file, path=".".join(here))
                faults.append(Fault(place, f"the key '{key}' is given twice", "keep one of them"))
            else:
                entries[key] = _node_of(value, mark, here, faults)
        return Node(entries, mark)
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        _bound(mark, path)
        items = enumerate(data)
        return Node([_node_of(item, mark, (*path, str(n)), faults) for n, item in items], mark)
    if isinstance(data, datetime.datetime) and data.time() == datetime.time():
        data = data.date()
    if isinstance(data, datetime.date):
        return Node(data.isoformat(), mark)
    if isinstance(data, (Decimal, Fraction)):
        return Node(float(data), mark)
    return Node(data, mark)


def _bound(mark: Mark, path: tuple[str, ...]) -> None:
    """Refuse a mapping or list that stands too deep; a circle would have no end."""
    if len(path) >= MAX_DEPTH:
        raise ScenarioError([too_deep(Place(mark.file, path=".".join(path[:_SHOWN])), "values")])
