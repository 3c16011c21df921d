"""Reading the project's Markdown: its code blocks and its links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.fixtures.paths import ROOT

BY_CI = "run by .ci/run"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)!?\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced piece of code.

    Attributes
    ----------
    language : str
        Word after the fence; empty where there is none.
    text : str
        What stands between the fences.
    place : str
        File and line of the opening fence, for messages.
    by_ci : bool
        Whether a comment above it says that CI runs it.
    """

    language: str
    text: str
    place: str
    by_ci: bool

    @property
    def name(self) -> str | None:
        """File name that its first line, a comment, gives it."""
        found = re.match(r"# ([\w./-]+\.(?:ya?ml|py))\n", self.text)
        return found[1] if found else None


def documents() -> list[Path]:
    """All Markdown files that a reader is meant to read."""
    tops = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "reports/README.md",
        "reports/example/README.md",
    ]
    return [ROOT / name for name in tops] + sorted((ROOT / "docs").rglob("*.md"))


def shown(path: Path) -> str:
    """A path as a message names it."""
    return path.relative_to(ROOT).as_posix()


def blocks(document: Path) -> list[Block]:
    """The code blocks of a document, in order."""
    text = document.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        before = text[: match.start()].rstrip("\n")
        line = text.count("\n", 0, match.start()) + 1
        place = f"{shown(document)}:{line}"
        last = before.rsplit("\n", 1)[-1]
        found.append(Block(match[1], match[2], place, last == f"<!-- {BY_CI} -->"))
    return found


def links(document: Path) -> list[str]:
    """Targets of all links and pictures, without the code blocks."""
    return _LINK.findall(_FENCE.sub("", document.read_text(encoding="utf-8")))


def anchors(document: Path) -> set[str]:
    """What a link may name after ``#``, made from the headings as forges do."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}
