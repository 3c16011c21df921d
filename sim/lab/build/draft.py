"""A draft on a visitor's bench: every text that it ever had, kept on disk as it is made.

A folder holds the file as it is now, the files that it builds on beside it, and its
earlier texts by number. A number means the same text for ever, so that a page that was
opened earlier can be compared with what it showed.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from sim.scenario.scenario import SourceFile

MOST_STEPS = 60
"""Steps that can be undone; older texts are deleted."""
_STATE, _EARLIER = "draft.json", "earlier"


@dataclass(frozen=True)
class Draft:
    """A draft as it stands.

    Attributes
    ----------
    folder : Path
        Its own folder, whose name is that of its file.
    revision : int
        The number of its text.
    undo, redo : tuple of int
        The texts before, the latest last, and those that were undone.
    latest : int
        The highest number that was given.
    """

    folder: Path
    revision: int = 0
    undo: tuple[int, ...] = ()
    redo: tuple[int, ...] = ()
    latest: int = 0

    @property
    def name(self) -> str:
        """Its file's name without the ending."""
        return self.folder.name

    @property
    def file(self) -> Path:
        """The file as it is now."""
        return self.folder / f"{self.name}.yaml"

    @property
    def text(self) -> str:
        """Its text as it is now."""
        return self.text_of(self.revision) or ""

    def text_of(self, revision: int) -> str | None:
        """A text by its number; ``None`` where it is no longer kept."""
        path = self._path(revision)
        return path.read_bytes().decode("utf-8") if path.is_file() else None

    def _path(self, revision: int) -> Path:
        return self.folder / _EARLIER / f"{revision:06}.yaml"

    def written(self, text: str) -> Draft:
        """Take a new text; the one before can be had again.

        Raises ``OSError`` where the disk does not take it; the draft is as it was then.
        """
        if self.latest and text == self.text:
            return self
        number = self.latest + 1
        undo = (*self.undo, self.revision)[-MOST_STEPS:] if self.latest else ()
        write_whole(self._path(number), text)
        return self._now(replace(self, revision=number, undo=undo, redo=(), latest=number))

    def undone(self) -> Draft:
        """Go back to the text before."""
        if not self.undo:
            return self
        *undo, before = self.undo
        redo = (*self.redo, self.revision)
        return self._now(replace(self, revision=before, undo=tuple(undo), redo=redo))

    def redone(self) -> Draft:
        """Take back the last undoing."""
        if not self.redo:
            return self
        *redo, after = self.redo
        undo = (*self.undo, self.revision)
        return self._now(replace(self, revision=after, undo=undo, redo=tuple(redo)))

    def _now(self, draft: Draft) -> Draft:
        write_whole(draft.file, draft.text)
        state = {"revision": draft.revision, "undo": draft.undo, "redo": draft.redo}
        write_whole(draft.folder / _STATE, json.dumps({**state, "latest": draft.latest}))
        # A page that is open in another tab may still show one of the latest.
        latest = range(draft.latest - MOST_STEPS, draft.latest + 1)
        kept = {draft.revision, *draft.undo, *draft.redo, *latest}
        for path in (draft.folder / _EARLIER).glob("*.yaml"):
            if int(path.stem) not in kept:
                path.unlink(missing_ok=True)
        return draft


def begin(folder: Path, text: str, beside: tuple[SourceFile, ...] = ()) -> Draft:
    """Make a draft of a text, with the files that it names beside it.

    Raises ``OSError`` where the disk does not take it.
    """
    (folder / _EARLIER).mkdir(parents=True, exist_ok=True)
    for one in beside:
        if not one.shipped:
            write_whole(folder / one.name, one.text)
    return Draft(folder).written(text)


def opened(folder: Path) -> Draft | None:
    """The draft in a folder; ``None`` where there is none."""
    texts = sorted(
        int(path.stem)
        for path in (folder / _EARLIER).glob("*.yaml")
        if re.fullmatch("[0-9]+", path.stem)
    )
    if not texts:
        return None
    try:
        state = json.loads((folder / _STATE).read_text("utf-8"))
        draft = Draft(
            folder,
            int(state["revision"]),
            tuple(map(int, state["undo"])),
            tuple(map(int, state["redo"])),
            int(state["latest"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        # The texts are what counts: the last one is the draft, and the others come before it.
        return Draft(folder, texts[-1], tuple(texts[:-1]), (), texts[-1])
    return draft if draft.text_of(draft.revision) is not None else None


def drafts(folder: Path) -> list[Draft]:
    """All drafts in a folder, by name."""
    if not folder.is_dir():
        return []
    found = [opened(path) for path in sorted(folder.iterdir()) if path.is_dir()]
    return [draft for draft in found if draft is not None]


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole, or as it was before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
        os.replace(made, path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
