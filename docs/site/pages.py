"""The documents, laid out as the generator reads them: the same folders, links that stay inside.

A link to another document stays as it is. A link to a file of code or data leads to a page that
shows the file; a link to a folder to the list of such pages.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

ALONE = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "findings/README.md",
    "reports/README.md",
    "reports/example/README.md",
)
"""Documents outside ``docs``."""

INDEX, FRONT = "docs/README.md", "index.md"
"""The document that is the first page."""

WELCOME = """# Entente

Entente simulates political situations. You describe one, in the browser or in a text file: a few \
states, what they want, how good their relations are, and what they can do. Entente plays it \
thousands of times and shows how relations, disputes and public support moved, how much the runs \
differ, and how often what you watch for happened. It is for teaching and for testing arguments.

[How to install it, and the first five minutes](README.md) come first. Search and contents are in \
the margin (in a narrow window, in the menu); the [reference](api/index.rst) has every public \
function of the package `sim`.

"""
"""What the first page says before the list of documents, whose heading moves down a level."""

FILES = "files"
"""Where pages that show a file of the project lie."""

PICTURES = {".png", ".svg", ".jpg"}
LANGUAGES = {
    ".py": "python", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".sh": "bash",
    ".toml": "toml",
}  # fmt: skip

_FENCE = re.compile(r"^```\w*\n.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")
_COMMENT = re.compile(r"^<!--.*?-->\n?", re.MULTILINE)


def documents(root: Path) -> dict[str, str]:
    """Every document, by its path from the root of the project, and the page it becomes."""
    inside = [path for end in ("md", "ipynb") for path in (root / "docs").rglob(f"*.{end}")]
    names = [*ALONE, *sorted(path.relative_to(root).as_posix() for path in inside)]
    pages = {name: Path(name).with_suffix(".md").as_posix() for name in names}
    return pages | {INDEX: FRONT}


def lay_out(root: Path, source: Path) -> None:
    """Write everything that the pages are made of into a new folder."""
    shown: set[str] = set()
    for name, page in documents(root).items():
        target = source / page
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (root / name).read_text(encoding="utf-8")
        if name.endswith(".ipynb"):
            text = notebook(text, Path(name).name)
            shutil.copyfile(root / name, target.with_name(Path(name).name))
        text = _linked(_COMMENT.sub("", text), name, root, shown)
        if page == FRONT:
            text = _contents(root) + WELCOME + f"#{text}"
        target.write_text(text, encoding="utf-8")
    for name in _pictures(root):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, source / name)
    _show_files(root, source, shown)


def notebook(text: str, name: str) -> str:
    """A notebook as a document: its texts, and its code in blocks; without what it shows."""
    parts = []
    for number, cell in enumerate(json.loads(text)["cells"]):
        content = "".join(cell["source"])
        parts.append(f"```python\n{content}\n```" if cell["cell_type"] == "code" else content)
        if number == 0:
            parts.append(f"{{download}}`The notebook itself <{name}>`")
    return "\n\n".join(parts) + "\n"


def _linked(text: str, name: str, root: Path, shown: set[str]) -> str:
    """The same text, with each link led to the page of what it is about."""
    pages = documents(root)
    here, there = Path(name).parent, Path(pages[name]).parent

    def lead(match: re.Match[str]) -> str:
        link, mark, anchor = match[2].partition("#")
        if "://" in link or not link:
            return match[0]
        target = Path(os.path.normpath(here / link)).as_posix()
        page = pages.get(target, target)
        if page == target and Path(target).suffix not in {".md", *PICTURES}:
            shown.update(_files_of(root, target))
            page = f"{FILES}/{target}" + ("/index.md" if (root / target).is_dir() else ".md")
        new = Path(os.path.relpath(page, there)).as_posix()
        return f"{match[1]}{new}{mark}{anchor}{match[3]}"

    pieces, fences = _FENCE.split(text), _FENCE.findall(text)
    led = [_LINK.sub(lead, piece) for piece in pieces]
    return "".join(piece + fence for piece, fence in zip(led, [*fences, ""], strict=True))


def _files_of(root: Path, target: str) -> Iterator[str]:
    """The files that a link to a file or folder is about."""
    path = root / target
    if path.is_dir():
        for one in sorted(path.iterdir()):
            if one.is_file() and not one.name.startswith((".", "__")):
                yield f"{target}/{one.name}"
    else:
        yield target


def _pictures(root: Path) -> list[str]:
    found = [path for path in (root / "docs").rglob("*") if path.suffix in PICTURES]
    return [path.relative_to(root).as_posix() for path in found]


def _show_files(root: Path, source: Path, shown: set[str]) -> None:
    """A page for each file that a document links to, and a list for each of their folders."""
    folders: dict[str, list[str]] = {}
    for name in sorted(shown):
        text = (root / name).read_text(encoding="utf-8")
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
        language = LANGUAGES.get(Path(name).suffix, "text")
        page = source / FILES / f"{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(
            f"---\norphan: true\nnosearch: true\n---\n\n# {name}\n\n"
            f"{fence}{language}\n{text.rstrip()}\n{fence}\n",
            encoding="utf-8",
        )
        folders.setdefault(Path(name).parent.as_posix(), []).append(name)
    for folder, inside in folders.items():
        lines = [f"- [{Path(name).name}]({Path(name).name}.md)" for name in inside]
        text = "\n".join([f"---\norphan: true\nnosearch: true\n---\n\n# {folder}\n", *lines, ""])
        (source / FILES / folder / "index.md").write_text(text, encoding="utf-8")


def _contents(root: Path) -> str:
    """The contents list of the whole site, for the first page."""
    groups = {
        "Begin": ["README", "docs/lab", "docs/tour", "docs/glossary"],
        "Teach": [
            "docs/teaching/README", "docs/teaching/two-neighbours-45",
            "docs/teaching/islands-lab-45", "docs/teaching/yamaguchi-90",
            "docs/teaching/own-scenario-week", "docs/classroom",
        ],
        "Write a scenario": ["docs/scenario-format", "docs/data"],
        "Ask": [
            "docs/comparing", "docs/comparison", "docs/sweeping", "docs/explorable",
            "docs/sensitivity", "docs/whatif", "docs/propositions",
        ],
        "Theories": ["docs/theories", "docs/own-theory", "docs/equilibrium"],
        "How far to trust it": [
            "docs/model", "docs/scoring", "docs/backtest", "docs/calibration", "docs/soundness",
        ],
        "Results and scale": ["docs/results", "docs/performance", "docs/scale"],
        "From Python": ["api/index"],
        "The project": [
            "CHANGELOG", "CONTRIBUTING", "docs/architecture", "docs/why",
            "docs/dependencies", "findings/README", "reports/README", "reports/example/README",
        ],
    }  # fmt: skip
    listed = {name for group in groups.values() for name in group}
    pages = {page.removesuffix(".md") for page in documents(root).values()}
    groups["The project"] += sorted(pages - listed - {"index"})
    trees = [
        "\n".join(["```{toctree}", ":hidden:", f":caption: {title}", "", *names, "```"])
        for title, names in groups.items()
    ]
    return "\n\n".join([*trees, ""])
