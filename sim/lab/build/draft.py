"""A draft on a visitor's bench: every text that it had lately, kept on disk as it is made.

The bench has the file as it is now; a folder beside it has earlier texts by number. A
number means the same text for ever, so that a page that was opened earlier can be
compared with what it showed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import SimError
from sim.lab.bench import MOST_DRAFT_BYTES, Bench, RefusedError
from sim.lab.build.document import YamlText
from sim.results.store import written_whole
from sim.scenario.scenario import SourceFile

MOST_STEPS = 60
"""Steps that can be undone; older texts are deleted."""
MOST_BYTES, MOST_BYTES_OF_ALL = 3_000_000, 20_000_000
"""Of a draft's earlier texts, and of those of all drafts of a bench."""
_STATE = "draft.json"


@dataclass(frozen=True)
class Draft:
    """A draft as it stands.

    Attributes
    ----------
    bench : Bench
        On which it lies.
    name : str
        Its file's name without the ending.
    revision : int
        The number of its text.
    undo, redo : tuple of int
        The texts before, the latest last, and those that were undone.
    latest : int
        The highest number that was given.
    """

    bench: Bench
    name: str
    revision: int = 0
    undo: tuple[int, ...] = ()
    redo: tuple[int, ...] = ()
    latest: int = 0

    @property
    def file(self) -> Path:
        """The file as it is now."""
        return self.bench.draft_file(self.name)

    @property
    def folder(self) -> Path:
        """Where its earlier texts are."""
        return self.file.with_name(f"{self.name}.earlier")

    @property
    def text(self) -> str:
        """Its text as it is now."""
        return self.text_of(self.revision) or ""

    def text_of(self, revision: int) -> str | None:
        """A text by its number; ``None`` where it is no longer kept."""
        path = self._path(revision)
        return path.read_bytes().decode("utf-8") if path.is_file() else None

    def _path(self, revision: int) -> Path:
        return self.folder / f"{revision:06}.yaml"

    def written(self, text: str) -> Draft:
        """Take a new text; the one before can be had again.

        Raises ``SimError`` where the disk does not take it, or the bench; the draft is as it
        was then.
        """
        if self.latest and text == self.text:
            return self
        self.bench.check_draft(self.name, text)
        number = self.latest + 1
        undo = (*self.undo, self.revision)[-MOST_STEPS:] if self.latest else ()
        write_whole(self._path(number), text)
        try:
            return self._now(replace(self, revision=number, undo=undo, redo=(), latest=number))
        except SimError:
            self._path(number).unlink(missing_ok=True)
            raise

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
        self.bench.keep_draft(draft.name, draft.text)
        draft = draft._within(_room(self.bench, draft.name))
        state = {"revision": draft.revision, "undo": draft.undo, "redo": draft.redo}
        write_whole(self.folder / _STATE, json.dumps({**state, "latest": draft.latest}))
        return draft

    def _within(self, most: int) -> Draft:
        """Delete texts of long ago, and the earliest steps where all would be too large."""
        # A page that is open in another tab may still show one of the latest.
        latest = range(self.latest - MOST_STEPS, self.latest + 1)
        steps = {*self.undo, *self.redo}
        sizes = {number: self._path(number).stat().st_size for number in _numbers(self.folder)}
        kept, size = {self.revision}, sizes.get(self.revision, 0)
        wanted = (one for one in sizes if one in steps or one in latest)
        for number in sorted(wanted, key=lambda one: (one in steps, one), reverse=True):
            if number in kept:
                continue
            if size + sizes[number] > most:
                break
            kept.add(number)
            size += sizes[number]
        for number in sizes:
            if number not in kept:
                self._path(number).unlink(missing_ok=True)
        undo, redo = (tuple(n for n in some if n in kept) for some in (self.undo, self.redo))
        return replace(self, undo=undo, redo=redo)

    def forget(self) -> None:
        """Remove it with all its texts."""
        self.bench.remove_draft(self.name)
        for path in self.file.parent.glob(f"{self.name}_*.yaml"):
            path.unlink(missing_ok=True)
        for path in self.folder.glob("*"):
            path.unlink(missing_ok=True)
        if self.folder.is_dir():
            self.folder.rmdir()


def _numbers(folder: Path) -> list[int]:
    found = folder.glob("*.yaml") if folder.is_dir() else ()
    return sorted(int(path.stem) for path in found if re.fullmatch("[0-9]{1,9}", path.stem))


def _room(bench: Bench, name: str) -> int:
    """Bytes that the earlier texts of a draft may have."""
    folders = bench.draft_file(name).parent.glob("*.earlier")
    others = sum(
        path.stat().st_size
        for folder in folders
        if folder.stem != name
        for path in folder.glob("*")
    )
    return min(MOST_BYTES, MOST_BYTES_OF_ALL - others)


def begin(bench: Bench, name: str, text: str, beside: tuple[SourceFile, ...] = ()) -> Draft:
    """Make a draft of a text, with files of its own of those that it names.

    ``beside``: the files of its folder that it, or one of them, extends or cites. They get names
    that begin with that of the draft, so that no other draft stands in for them, and the files
    name one another by these.

    Raises ``SimError`` where the bench does not take it.
    """
    draft = Draft(bench, name)
    bench.check_draft(name, text)
    names = {one.name: _own_name(name, one.name) for one in beside if not one.shipped}
    try:
        for one in beside:
            if one.name in names:
                write_whole(draft.file.with_name(names[one.name]), _naming(one.text, names))
        return draft.written(_naming(text, names))
    except SimError:
        draft.forget()
        raise


def _own_name(draft: str, file: str) -> str:
    return f"{draft}_{Path(file.replace('/', '_')).stem}.yaml"


def _naming(text: str, names: Mapping[str, str]) -> str:
    """A file that names others by their new names; as it is where it names none of them."""
    found = YamlText(text)
    for key in ("extends", "sources"):
        named = found.plain.get(key)
        known = [new for old, new in names.items() if named in (old, Path(old).stem)]
        if known:
            found = found.with_value((key,), known[0])
    return found.text


def opened(bench: Bench, name: str) -> Draft | None:
    """A draft by its name; ``None`` where there is none.

    A file that was changed by another program is taken as it is now.
    """
    draft = Draft(bench, name)
    if not draft.file.is_file():
        return None
    if numbers := _numbers(draft.folder):
        draft = _as_kept(draft, numbers)
    text = draft.file.read_bytes().decode("utf-8-sig", "replace")
    return draft.written(text)


def _as_kept(draft: Draft, numbers: list[int]) -> Draft:
    latest = numbers[-1]
    try:
        state = json.loads((draft.folder / _STATE).read_text("utf-8"))
        revision, undo, redo = int(state["revision"]), state["undo"], state["redo"]
        latest = max(latest, int(state["latest"]))
    except (OSError, ValueError, KeyError, TypeError):
        # The texts are what counts: the last one is the draft, and the others come before it.
        revision, undo, redo = latest, numbers[:-1], []
    there = set(numbers)
    if revision not in there:
        revision = numbers[-1]
    before, after = ([one for one in some if one in there] for some in (undo, redo))
    return replace(draft, revision=revision, undo=tuple(before), redo=tuple(after), latest=latest)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole, or as it was before.

    Raises ``SimError`` where the disk does not take it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as part:
            part.write_bytes(text.encode("utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        problem = f"'{path.name}' cannot be written: {reason}; what was written before is kept"
        raise SimError(problem) from None


def keep_unreadable(draft: Draft, section: str, text: str | None) -> None:
    """Keep a section's text that cannot be read yet beside the draft; ``None``: no longer."""
    path = _unreadable(draft, section)
    if text is None:
        path.unlink(missing_ok=True)
        return
    others = sum(one.stat().st_size for one in draft.folder.glob("*.unreadable") if one != path)
    if others + len(text.encode()) > MOST_DRAFT_BYTES:
        raise RefusedError(f"a scenario has {MOST_DRAFT_BYTES // 1000} kB at most")
    write_whole(path, text)


def unreadable(draft: Draft, section: str) -> str | None:
    """The text of a section that could not be read when it was typed."""
    path = _unreadable(draft, section)
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else None


def _unreadable(draft: Draft, section: str) -> Path:
    return draft.folder / f"{section}.unreadable"
