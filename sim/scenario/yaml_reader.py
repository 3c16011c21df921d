"""Reading YAML: text -> document. The only reader of scenario files.

The text is read as a stream of parse events, without recursion, and bounded
while it is read: a hostile file is refused, not survived. Values follow
YAML 1.2: ``true``/``false``, ``null``, decimal numbers; ``on``, ``yes`` and
dates are text. Anchors, aliases, tags and merge keys are not read at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.errors import Fault, Place, ScenarioError
from sim.scenario.node import MAX_DEPTH, Mark, Node, tidy, too_deep
from sim.scenario.shipped import ENDINGS, SCENARIOS, nearest

# What a YAML syntax error means, in plain words.


def plain_words(error: yaml.MarkedYAMLError, text: str, file: str) -> Fault:
    """Explain a syntax error to somebody who does not know YAML's grammar.

    ``error``: as the C or the Python parser raised it; the two word it differently; ``file``: its
    name in messages.
    """
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    here = lines[line][column : column + 1] if line < len(lines) else ""
    place = Place(file, line + 1, column + 1)
    words = f"{error.context or ''} {error.problem or ''}"
    opened = error.context_mark.line + 1 if error.context_mark else line + 1

    if "quoted scalar" in words:
        if error.context_mark:
            place = Place(file, opened, error.context_mark.column + 1)
        if "escape" in words:
            return Fault(place, "a backslash in double quotes is misread", "use single quotes")
        return Fault(
            place,
            "a quotation mark is opened here and never closed",
            'close it; a text with an apostrophe goes in double quotes: "the other\'s"',
        )
    if "flow sequence" in words or "flow mapping" in words:
        bracket = "[" if "sequence" in words else "{"
        return Fault(
            place,
            f"the bracket '{bracket}' opened on line {opened} is not closed, or a comma is missing",
            f"close it with '{']' if bracket == '[' else '}'}' and put commas between the parts",
        )
    if here == "\t" or "\\t" in words:
        return Fault(place, "a tab stands here", "indent with spaces; YAML does not read tabs")
    if "cannot start any token" in words:
        return Fault(place, f"a text cannot begin with '{here}'", "put the text in quotes")
    if "mapping values are not allowed" in words:
        above = _line_without_colon(lines, line)
        return Fault(
            place,
            "a ':' stands where none can",
            f"line {above} above has no ':' after its key; write 'key: value' there"
            if above
            else "put a text that holds ': ' in quotes, or mend the indent of this line",
        )
    if "expected ':'" in words:
        return Fault(place, "a key without ':' stands here or just above", "write 'key: value'")
    if "block mapping" in words or "block sequence" in words or "block collection" in words:
        odd = _line_with_an_open_quote(lines, opened - 1, line)
        return Fault(
            place,
            f"this line does not fit the block that began on line {opened}",
            f"line {odd} opens a quotation mark that it does not close; close it there"
            if odd
            else "indent it, or the lines of that block, like its neighbours, and put a text that "
            "begins with a quote, '[' or '{' wholly in quotes",
        )
    return Fault(
        place, f"this is not YAML: {words.strip()}", "mend the line, or put text in quotes"
    )


def _line_without_colon(lines: list[str], line: int) -> int:
    """Number of the line just above, if it looks like a key that lacks its ':'; else 0."""
    for number in range(line - 1, -1, -1):
        written = lines[number].split(" #")[0].strip()
        if written and not written.startswith("#"):
            return 0 if ":" in written or written[0] in "-[{\"'" else number + 1
    return 0


def _line_with_an_open_quote(lines: list[str], first: int, last: int) -> int:
    """Number of the first line with an odd number of double quotes; 0 if there is none."""
    for number in range(max(first, 0), min(last + 1, len(lines))):
        if lines[number].split(" #")[0].count('"') % 2:
            return number + 1
    return 0


MAX_BYTES = 2_000_000
MAX_NODES = 100_000
MAX_SCALAR = 20_000

EVENT_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""What turns text into events; the one in C where there is one."""

# Leading zeros make text, not a number: codes such as 036 keep all their digits.
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,29})")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
    **{f"{sign}{word}": float(f"{sign}inf")
       for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
}  # fmt: skip
# A bracket, or a quoted text, whose brackets open nothing.
_BRACKET = re.compile(r"[\[\]{}]|'[^']*'|\"(?:[^\"\\]|\\.)*\"")
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Document:
    """A file as it was read.

    Attributes
    ----------
    file : str
        Its name, as messages show it.
    text : str
        Its content.
    root : Node
        Its values, each with its line and column.
    """

    file: str
    text: str
    root: Node


def read_yaml(path: Path, file: str | None = None) -> Document:
    """Read a YAML file whose top level is a mapping.

    ``file``: its name in messages; the path unless told.

    Raises
    ------
    ScenarioError
        With the file, line and column of what cannot be read.
    """
    file = file or str(path)
    text = _text(path, file)
    root = parse(text, file)
    if not root.is_mapping:
        place = Place(file, root.mark.line, root.mark.column)
        found = "a list" if isinstance(root.value, list) else "a single value"
        raise ScenarioError(
            [
                Fault(
                    place,
                    f"the file holds {found}, not keys with values",
                    "begin with 'title: ...'",
                )
            ]
        )
    return Document(file, text, root)


def read_data(path: Path) -> Any:
    """The plain data of a file that belongs to the program: texts, tables."""
    return parse(path.read_text(encoding="utf-8"), path.name).plain()


def parse(text: str, file: str) -> Node:
    """Read YAML text: one document without anchors, aliases, tags or merge keys.

    Raises
    ------
    ScenarioError
        With the line and column of what cannot be read; all duplicate keys at once.
    """
    read = _tree if len(text) > _LONG else _known_tree
    return read(text, file).copy()


_LONG = 2**20
"""Characters of a text that is too long to keep its tree."""


def _tree(text: str, file: str) -> Node:
    if odd := _UNREADABLE.search(text):
        raise _refusal(
            _spot(text, odd.start(), file),
            f"an unreadable character (code {ord(odd[0]):#x}) stands here",
            "delete it: a scenario is plain text in UTF-8",
        )
    tree = _Tree(file)
    try:
        for event in yaml.parse(text, Loader=EVENT_LOADER):
            tree.take(event)
    except yaml.MarkedYAMLError as error:
        if "nesting" in (error.problem or ""):
            # libyaml from 0.2.6 on has a bound of its own, and reads far ahead of its events.
            raise _too_deep(tree.where_too_deep(text)) from None
        raise ScenarioError([plain_words(error, text, file)]) from None
    if tree.faults:
        raise ScenarioError(tree.faults)
    if tree.root is None or (tree.root.value is None and not text.strip()):
        raise _refusal(Mark(file), "the file is empty", "begin with 'title: ...'")
    return tree.root


_known_tree = lru_cache(maxsize=8)(_tree)
"""The same, for files that are read again and again: a base, its sources."""


def scalar(text: str) -> Any:
    """What an unquoted word stands for: a number, a truth value, nothing, or text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


class _Tree:
    """The document as it grows, event by event."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.faults: list[Fault] = []
        self._open: list[Node] = []
        # The key of each open mapping that still waits for its value.
        self._keys: list[tuple[str, Mark] | None] = []
        self._nodes = 0
        self._documents = 0
        self._read = 0

    def take(self, event: Any) -> None:
        self._read = event.end_mark.index
        mark = Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _refusal(mark, "a second document begins here", "keep one: delete '---'")
        elif isinstance(event, yaml.NodeEvent):
            self._bound(event, mark)
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event, mark)
            else:
                is_mapping = isinstance(event, yaml.MappingStartEvent)
                if self._wants_key():
                    raise _refusal(
                        mark, "a list or mapping stands where a key is wanted", "write plain text"
                    )
                self._open.append(self._add(Node({} if is_mapping else [], mark)))
                self._keys.append(None)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._open.pop()
            self._keys.pop()

    def where_too_deep(self, text: str) -> Mark:
        """Where the first bracket too many opens in what is not taken yet."""
        depth = len(self._open)
        for found in _BRACKET.finditer(text, self._read):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
            if depth > MAX_DEPTH:
                return _spot(text, found.start(), self.file)
        return _spot(text, self._read, self.file)

    def _bound(self, event: Any, mark: Mark) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise _refusal(
                mark,
                f"'{sign}{event.anchor}' is an anchor or alias, which scenarios do not have",
                "write the value out, or put the text in quotes",
            )
        if event.tag is not None:
            raise _refusal(
                mark, f"'{event.tag}' is a YAML tag, which scenarios do not have", "delete it"
            )
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _refusal(
                mark, f"the file holds more than {MAX_NODES:,} values", "make it smaller"
            )
        if len(self._open) >= MAX_DEPTH and not isinstance(event, yaml.ScalarEvent):
            raise _too_deep(mark)

    def _scalar(self, event: Any, mark: Mark) -> None:
        if len(event.value) > MAX_SCALAR:
            raise _refusal(
                mark,
                f"a text of {len(event.value):,} characters stands here",
                f"keep texts under {MAX_SCALAR:,} characters",
            )
        if not self._wants_key():
            if event.style:
                self._add(Node(event.value, mark))
            else:
                self._add(Node(scalar(event.value), mark, written=event.value))
        elif event.value == "<<" and not event.style:
            raise _refusal(
                mark,
                "'<<' is a merge key, which scenarios do not have",
                "write the values out, or build on another file with 'extends: base.yaml'",
            )
        else:
            self._keys[-1] = (tidy(event.value), mark)

    def _wants_key(self) -> bool:
        return bool(self._open) and self._open[-1].is_mapping and self._keys[-1] is None

    def _add(self, node: Node) -> Node:
        if not self._open:
            self.root = node
            return node
        inside = self._open[-1].value
        if isinstance(inside, list):
            inside.append(node)
        elif pending := self._keys[-1]:
            key, node.key = pending
            self._keys[-1] = None
            if first := inside.get(key):
                self._duplicate(key, pending[1], first)
            else:
                inside[key] = node
        return node

    def _duplicate(self, key: str, mark: Mark, first: Node) -> None:
        line = first.key.line if first.key else first.mark.line
        self.faults.append(
            Fault(
                Place(*mark),
                f"the key '{key}' is given twice, first on line {line}",
                "keep one of them",
            )
        )


def _nearby(path: Path) -> str:
    """Where a scenario of that name does lie, if its ending or folder was left out."""
    name = path.name if path.suffix in ENDINGS else f"{path.name}.yaml"
    for folder in (path.parent, path.parent / SCENARIOS):
        if (folder / name).is_file():
            return f"did you mean '{(folder / name).as_posix()}'?"
    if near := nearest(path.name):
        return f"did you mean '{near}', which comes with the program?"
    return "check the name; 'list' shows what comes with the program"


def _text(path: Path, file: str) -> str:
    try:
        if not path.is_file():
            problem = "is a folder, not a file" if path.is_dir() else "there is no such file"
            raise _refusal(Mark(file), problem, _nearby(path))
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _refusal(
                Mark(file),
                f"the file holds {size:,} bytes, the most is {MAX_BYTES:,}",
                "a scenario has about a thousand lines; is this the right file?",
            )
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refusal(Mark(file), f"cannot be read: {reason}", "check its permissions") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise _refusal(
            Mark(file, line, column), "the text is not UTF-8", "save the file as UTF-8"
        ) from None


def _spot(text: str, index: int, file: str) -> Mark:
    return Mark(file, text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def _too_deep(mark: Mark) -> ScenarioError:
    return ScenarioError([too_deep(Place(*mark), "brackets or indents")])


def _refusal(mark: Mark, problem: str, remedy: str) -> ScenarioError:
    return ScenarioError([Fault(Place(*mark), problem, remedy)])


class _Dumper(yaml.SafeDumper):
    """Writes what our reader reads: YAML 1.2, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out."""
        return True

    def text(self, data: str) -> yaml.ScalarNode:
        """Quote text that our reader would take for a number, a truth value or nothing."""
        style = None if isinstance(scalar(data), str) else "'"
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    def serialize(self, node: yaml.Node) -> None:
        """Write a document; its own keys stand on lines of their own."""
        if isinstance(node, yaml.MappingNode) and node.value:
            node.flow_style = False
        super().serialize(node)


_Dumper.add_representer(str, _Dumper.text)


def yaml_text(data: Any) -> str:
    """Write plain data as YAML: mappings in their order, the innermost in braces."""
    return str(
        yaml.dump(
            data,
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=None,
            width=100,
        )
    )
