"""The measures of the house: ``python -m tests.house [FOLDER]``.

Sizes, importers, names and circles of a package are read from its source; nothing of it is
imported. Calls back up are counted while a page is made, as Python's profiler sees them.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from tests.fixtures.paths import ROOT

LONGEST = 600
"""Lines that a file may have."""
_LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


class Module(NamedTuple):
    """A source file: its path, its text and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """All lines."""
        return len(self.text.splitlines())


class Import(NamedTuple):
    """A module that another imports; ``late`` where a function does so when it is called."""

    importer: str
    imported: str
    late: bool


def modules(root: Path) -> dict[str, Module]:
    """Read every module of a package by its dotted name."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text(encoding="utf-8")
        found[name] = Module(path, text, ast.parse(text))
    return found


def code_lines(module: Module) -> int:
    """Count the lines that are not blank, comment or docstring."""
    prose: set[int] = set()
    for node in ast.walk(module.tree):
        body = getattr(node, "body", None)
        for line in body if isinstance(body, list) else ():
            if isinstance(line, ast.Expr) and isinstance(getattr(line.value, "value", None), str):
                prose.update(range(line.lineno, (line.end_lineno or line.lineno) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type not in _LAYOUT:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code - prose)


def imports(known: Mapping[str, Module]) -> Iterator[Import]:
    """Yield the imports of known modules by one another, but for those under TYPE_CHECKING."""
    for name, module in known.items():
        late = _inside(module.tree, ast.FunctionDef, ast.AsyncFunctionDef)
        typed = _inside(module.tree, ast.If, told="TYPE_CHECKING")
        for node in ast.walk(module.tree):
            if id(node) not in typed:
                for imported in _imported(node, known) - {name}:
                    yield Import(name, imported, id(node) in late)


def _inside(tree: ast.Module, *kinds: type[ast.AST], told: str = "") -> set[int]:
    """Ids of all nodes below nodes of a kind; of those tests alone that name something."""
    tops = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    tops = [top for top in tops if told in ast.unparse(getattr(top, "test", ast.Constant(told)))]
    return {id(inner) for top in tops for inner in ast.walk(top)}


def _imported(node: ast.AST, known: Mapping[str, Module]) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names} & known.keys()
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        below = {f"{node.module}.{alias.name}" for alias in node.names} & known.keys()
        whole = len(below) < len(node.names) and node.module in known
        return below | ({node.module} if whole else set())
    return set()


def single_importers(known: Mapping[str, Module]) -> list[str]:
    """List the modules, packages aside, that exactly one other imports."""
    importers = defaultdict(set)
    for one in imports(known):
        importers[one.imported].add(one.importer)
    packages = {name.rpartition(".")[0] for name in known}
    return [name for name in known if len(importers[name]) == 1 and name not in packages]


def circles(known: Mapping[str, Module]) -> list[list[str]]:
    """Find the groups of modules that import one another, at once or late (Tarjan)."""
    edges = defaultdict(set)
    for one in imports(known):
        edges[one.importer].add(one.imported)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(edges[name]):
            if other not in index:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in known:
        if name not in index:
            visit(name)
    return found


def shared_names(known: Mapping[str, Module]) -> Counter[str]:
    """Count the modules that define a public name, where more than one does."""
    found: Counter[str] = Counter()
    for module in known.values():
        names: set[str] = set()
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
        found.update(name for name in names if not name.startswith("_"))
    return Counter({name: count for name, count in found.items() if count > 1})


def calls_back_up(work: Callable[[], object], package: str = "sim") -> set[tuple[str, str]]:
    """Watch some work; give the calls that go back to a room from which they came.

    A room is a folder below the package (of ``studies`` and ``classroom``, one below it).
    A call goes back up where a function of one room calls one of another, in which a caller
    further up the stack stands already.

    Returns
    -------
    set of (str, str)
        Caller and called, ``module.function``, each pair once.
    """
    found: set[tuple[str, str]] = set()
    stack: list[tuple[str, str] | None] = []

    def watch(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call":
            module = frame.f_globals.get("__name__", "")
            name = frame.f_code.co_name
            here = None
            # What remembers calls for whoever asks, as a cache of functools does.
            asks = module != f"{package}.remembered"
            if module.startswith(f"{package}.") and asks and not name.startswith("<"):
                here = _room(module), f"{module}.{name}"
                callers = [one for one in stack if one]
                if here[0] in {room for room, _ in callers} and callers[-1][0] != here[0]:
                    found.add((callers[-1][1], here[1]))
            stack.append(here)
        elif event == "return" and stack:
            stack.pop()

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(before)
    return found


def _room(module: str) -> str:
    parts = module.split(".")
    deep = 3 if len(parts) > 3 and parts[1] in ("studies", "classroom") else 2
    return ".".join(parts[: min(deep, len(parts) - 1)])


def main(root: Path) -> None:
    """Print the measures of a package."""
    known = modules(root)
    shared = {name: count for name, count in shared_names(known).most_common() if count > 2}
    long = [f"{name} {one.lines}" for name, one in known.items() if one.lines > LONGEST]
    alone = single_importers(known)
    print(f"lines of code        {sum(map(code_lines, known.values())):,}")
    print(f"files                {len(known)}; over {LONGEST} lines: {', '.join(long) or 'none'}")
    print(f"single importers     {len(alone)}")
    print(f"names in more than 2 {len(shared)}: {shared}")
    print(f"circles              {circles(known) or 'none'}")
    print(f"# fmt: skip          {sum(one.text.count('# fmt: skip') for one in known.values())}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "sim")
