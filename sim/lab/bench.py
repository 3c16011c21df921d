"""A visitor's bench: what is open on it, what was changed and pinned; kept on disk as JSON.

A bench belongs to one visitor, in all of the visitor's tabs. What cannot be written, as on a
full disk, stays in memory and is tried again soon, whether anything changes or not.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.errors import ScenarioError, SimError
from sim.lab.variant import Change, Stamp, Variant
from sim.results.store import written_whole
from sim.text import count, listing

Applied = tuple[Variant, dict[str, str]]
"""A variant with the changes that apply, and by path why each other does not."""
MOST_PINNED = 4
"""Variants of a scenario that a bench pins: as many as are compared."""
MOST_CHANGES, MOST_UNDO, MOST_WORKSPACES = 60, 50, 40
"""Of a bench: changes of a scenario, steps that can be undone, scenarios with changes."""
MOST_KEPT = 1500
"""Changes that a bench keeps in all, pinned ones among them; and as many of earlier steps."""
MOST_DRAFTS, MOST_DRAFT_BYTES = 20, 300_000
"""Scenarios that a visitor builds, and the bytes of each."""
_LONGEST = 500
"""Signs of a change's path or value."""
_FILE, _FORM = "bench.json", 1
DRAFTS = "drafts"
"""Folder of a bench for the scenarios that its visitor builds."""
_DRAFT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}", re.ASCII)


def draft_files(bench: Path) -> list[Path]:
    """The scenarios that are built on a bench; files that they name lie beside them."""
    found = (bench / DRAFTS).glob("*.yaml")
    return sorted(path for path in found if _DRAFT_NAME.fullmatch(path.stem))


class RefusedError(SimError):
    """What was asked for cannot be done; the message says why, and what can."""


# As it is written.


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Pairs = tuple[tuple[str, str], ...]


class _KeptVariant(_Strict):
    name: str = ""
    changes: Pairs = ()


class _KeptWorkspace(_Strict):
    changes: Pairs = ()
    pinned: tuple[_KeptVariant, ...] = Field(default=(), max_length=MOST_PINNED)
    undo: tuple[Pairs, ...] = Field(default=(), max_length=MOST_UNDO)


class _KeptBench(_Strict):
    form: int = Field(default=_FORM, ge=_FORM, le=_FORM)
    visitor: str = ""
    revision: int = 0
    opened: str = ""
    workspaces: dict[str, _KeptWorkspace] = {}


def _pairs(changes: Iterable[Change]) -> Pairs:
    return tuple((one.path, one.value) for one in changes)


def _changes(pairs: Pairs) -> tuple[Change, ...]:
    return tuple(Change(path, value) for path, value in pairs)


# As it is worked with.


@dataclass
class Workspace:
    """What a visitor has made of one scenario.

    Attributes
    ----------
    variant : Variant
        The scenario with the changes as they are now.
    pinned : list of Variant
        Variants set aside to be compared, each with its name.
    undo : list of tuple of Change
        Earlier changes, the latest last.
    """

    variant: Variant
    pinned: list[Variant] = field(default_factory=list)
    undo: list[tuple[Change, ...]] = field(default_factory=list)


class Bench:
    """What one visitor works on.

    Every method that changes something writes the bench down, or notes in ``unwritten`` why it
    cannot; nothing is lost in memory then.

    Parameters
    ----------
    id : str
        Name of its folder, which tells nothing about the visitor.
    path : Path
        Its folder; made when something is written.
    find : callable
        Gives the file of a scenario by the scenario's name on the wall, and this bench's folder.

    Attributes
    ----------
    visitor : str
        The visitor's name, as it was typed at the door; may be empty.
    revision : int
        Grows with each change: by it a page knows whether it is old.
    opened : str
        Name of the scenario that is open; empty where none is.
    unwritten : str
        Why the bench could not be written; empty when it could.
    note : str
        What the visitor is to be told once about the bench itself.
    """

    def __init__(self, id: str, path: Path, find: Callable[[str, Path], Path]) -> None:
        self.id, self.path, self._find = id, path, find
        self.visitor = self.opened = self.unwritten = self.note = ""
        self.revision = 0
        self._workspaces: dict[str, Workspace] = {}
        self._applied: dict[Path, tuple[Stamp, dict[Variant, Applied]]] = {}
        self._read()

    # -- the scenario that is open -------------------------------------------------

    @property
    def workspace(self) -> Workspace:
        """What was made of the scenario that is open.

        Raises
        ------
        RefusedError
            When none is open.
        """
        if not self.opened:
            raise RefusedError("no scenario is open on your bench: choose one among the scenarios")
        return self._workspaces[self.opened]

    @property
    def variant(self) -> Variant:
        """The scenario that is open, with those of its changes that its file has a place for."""
        return self._apply(self.workspace.variant)[0]

    @property
    def pinned(self) -> list[Variant]:
        """Variants that were set aside to be compared, each with the changes that apply now."""
        return [self._apply(one)[0] for one in self.workspace.pinned]

    @property
    def left_out(self) -> str:
        """Which changes do not apply to the file as it is now, as a sentence; empty where all do.

        They are kept, and apply again as soon as the file has a place for them.
        """
        if not self.opened:
            return ""
        told = [listing(self.asleep())] if self.asleep() else []
        for nth, one in enumerate(self.workspace.pinned):
            if words := self.asleep(nth):
                told.append(f"in “{one.name}”: {listing(words)}")
        if not told:
            return ""
        return (
            f"left out for now, as the scenario is: {'; '.join(told)}. What is left out is kept, "
            "and holds again once the scenario has a place for it"
        )

    def asleep(self, number: int | None = None) -> list[str]:
        """Changes that do not apply now, in words: of a pinned variant, or of what is open."""
        variant = self.workspace.variant if number is None else self._pinned_at(number)
        left = self._apply(variant)[1]
        return [variant.left_out_in_words(one) for one in variant.changes if one.path in left]

    def _apply(self, variant: Variant) -> Applied:
        """A variant with the changes that its file allows; whole where the file has faults."""
        if not variant.changes:
            return variant, {}
        seen, known = self._applied.get(variant.base, ((), {}))
        if seen != variant.folder_stamp or len(known) > MOST_UNDO:
            seen, known = variant.folder_stamp, {}
            self._applied[variant.base] = seen, known
        if variant not in known:
            try:
                known[variant] = variant.applicable()
            except ScenarioError:
                return variant, {}
        return known[variant]

    def begin(self, name: str) -> None:
        """Have a scenario open from the start; nothing is written before something is changed."""
        self._workspaces[name] = Workspace(Variant(self._find(name, self.path)))
        self.opened = name

    def pinned_of(self, name: str) -> list[Variant]:
        """Variants of a scenario that were set aside, whether it is open now or not."""
        pinned = self._workspaces[name].pinned if name in self._workspaces else []
        return [self._apply(one)[0] for one in pinned]

    def open(self, name: str) -> None:
        """Open a scenario of the wall; what was made of another one stays."""
        if name not in self._workspaces:
            if len(self._workspaces) >= MOST_WORKSPACES:
                self._forget_untouched()
            self._workspaces[name] = Workspace(Variant(self._find(name, self.path)))
        self.opened = name
        self._changed()

    def _forget_untouched(self) -> None:
        """Make room: scenarios that nothing was made of need not be remembered."""
        kept = {
            name: one
            for name, one in self._workspaces.items()
            if one.variant.changes or one.pinned or one.undo
        }
        if len(kept) >= MOST_WORKSPACES:
            raise RefusedError(
                f"you have changed {MOST_WORKSPACES} scenarios: reset one, and unpin its variants"
            )
        self._workspaces = kept

    # -- changes -------------------------------------------------------------------

    def change(self, path: str, value: str) -> None:
        """Set a number, or whatever else a knob sets.

        Raises
        ------
        ScenarioError
            When the value is not allowed; nothing has changed.
        RefusedError
            When no scenario is open, or there are too many changes.
        """
        if len(path) > _LONGEST or len(value) > _LONGEST:
            raise RefusedError(f"a value has {_LONGEST} signs at most")
        self._take(self.workspace.variant.with_change(path, value))

    def take(self, changes: Iterable[Change]) -> None:
        """Put other changes in the place of all, as from a link; refused like :meth:`change`."""
        variant = self.workspace.variant.reset()
        for one in changes:
            variant = variant.with_change(one.path, one.value)
        self._take(variant)

    def without(self, *paths: str) -> None:
        """Take the changes of some paths back, whatever became of the file meanwhile."""
        self._put(self.workspace.variant.without(*paths))

    def reset(self) -> None:
        """Take all changes back; the step can be undone."""
        self._put(self.workspace.variant.reset())

    def undo(self) -> None:
        """Have the changes as they were before the last step."""
        if not self.workspace.undo:
            raise RefusedError("there is nothing to undo")
        workspace = self.workspace
        before = workspace.undo.pop()
        workspace.variant = Variant(workspace.variant.base, before)
        self._changed()

    def _take(self, variant: Variant) -> None:
        workspace = self.workspace
        if len(variant.changes) > MOST_CHANGES:
            raise RefusedError(f"{MOST_CHANGES} changes are the most: take some back first")
        if variant.changes == workspace.variant.changes:
            return
        self._room_for(len(variant.changes) - len(workspace.variant.changes))
        every = (workspace.variant, *workspace.pinned)
        known = {one for each in every for one in each.changes if one.path in self._apply(each)[1]}
        new = (change for change in variant.changes if change not in known)
        replace(variant, changes=tuple(new)).scenario()  # refused with all faults
        self._put(variant)

    def _put(self, variant: Variant) -> None:
        workspace = self.workspace
        if variant.changes == workspace.variant.changes:
            return
        workspace.undo = [*workspace.undo, workspace.variant.changes][-MOST_UNDO:]
        workspace.variant = variant
        self._forget_earliest()
        self._changed()

    def _room_for(self, more: int) -> None:
        """Refuse what would make the bench too large to be kept."""
        kept = sum(
            len(variant.changes)
            for one in self._workspaces.values()
            for variant in (one.variant, *one.pinned)
        )
        if more > 0 and kept + more > MOST_KEPT:
            raise RefusedError(
                f"your bench keeps {MOST_KEPT:,} changes, and no more: reset a scenario, or unpin "
                "a variant"
            )

    def _forget_earliest(self) -> None:
        """Forget the first steps that could be undone, where there are very many."""
        while sum(len(step) for one in self._workspaces.values() for step in one.undo) > MOST_KEPT:
            longest = max(self._workspaces.values(), key=lambda one: sum(map(len, one.undo)))
            del longest.undo[0]

    # -- variants to compare -------------------------------------------------------

    def pin(self, name: str = "") -> None:
        """Set the changes as they are now aside, under a name.

        Raises
        ------
        RefusedError
            When there are four already, or one has the name.
        """
        workspace = self.workspace
        pinned = workspace.pinned
        if len(pinned) >= MOST_PINNED:
            raise RefusedError(f"{MOST_PINNED} variants are pinned: unpin one first")
        taken = {one.name for one in pinned}
        free = (f"Variant {nth}" for nth in range(1, MOST_PINNED + 2))
        name = " ".join(name.split())[:80] or next(one for one in free if one not in taken)
        self._room_for(len(workspace.variant.changes))
        if name in taken:
            raise RefusedError(f"a variant '{name}' is pinned already: choose another name")
        pinned.append(replace(workspace.variant, name=name))
        self._changed()

    def unpin(self, number: int) -> None:
        """Take a pinned variant away, by its place from 0."""
        self._pinned_at(number)
        del self.workspace.pinned[number]
        self._changed()

    def take_pinned(self, number: int) -> None:
        """Go on from a pinned variant; the step can be undone."""
        self._take(replace(self._pinned_at(number), name=""))

    def _pinned_at(self, number: int) -> Variant:
        pinned = self.workspace.pinned
        if not 0 <= number < len(pinned):
            raise RefusedError(f"{count(len(pinned), 'variant')} are pinned: choose among them")
        return pinned[number]

    # -- scenarios that the visitor builds -----------------------------------------

    def drafts(self) -> dict[str, str]:
        """The text of each scenario that was built here, by name."""
        found = {}
        with suppress(OSError):
            for path in draft_files(self.path):
                if path.stat().st_size <= MOST_DRAFT_BYTES:
                    found[path.stem] = path.read_text(encoding="utf-8", errors="replace")
        return found

    def draft_file(self, name: str) -> Path:
        """The file of a scenario that is built here, whether it is there or not.

        Raises
        ------
        RefusedError
            When the name is none.
        """
        if not _DRAFT_NAME.fullmatch(name):
            raise RefusedError(
                f"'{name}' cannot name a scenario: use small letters, digits and hyphens, "
                "60 at most, and begin with a letter or digit"
            )
        return self.path / DRAFTS / f"{name}.yaml"

    def check_draft(self, name: str, text: str) -> None:
        """Refuse a draft that is too long, or one too many; nothing is written.

        Raises
        ------
        RefusedError
        """
        if len(text.encode()) > MOST_DRAFT_BYTES:
            raise RefusedError(f"a scenario has {MOST_DRAFT_BYTES // 1000} kB at most")
        if not self.draft_file(name).exists() and len(self.drafts()) >= MOST_DRAFTS:
            raise RefusedError(f"{MOST_DRAFTS} scenarios of yours are kept: remove one first")

    def keep_draft(self, name: str, text: str) -> None:
        """Write a scenario that is built here, whole or not at all.

        Raises
        ------
        RefusedError
            When it is too long, or one too many.
        SimError
            When it cannot be written; what was written before is as it was.
        """
        file = self.draft_file(name)
        self.check_draft(name, text)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(file) as draft:
                draft.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise SimError(_why("the scenario", file.name, error)) from None
        self._changed()

    def remove_draft(self, name: str) -> None:
        """Remove a scenario that was built here."""
        file = self.draft_file(name)
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise SimError(_why("the scenario", file.name, error)) from None
        self._changed()

    def noted(self) -> None:
        """The visitor has read the note."""
        self.note = ""

    # -- on the disk -----------------------------------------------------------------

    def call(self, visitor: str) -> None:
        """Note the visitor's name."""
        self.visitor = visitor
        self._changed()

    def _changed(self) -> None:
        self.revision += 1
        self.save()

    def save(self) -> bool:
        """Write the bench down, whole or not at all; whether it could be."""
        kept = _KeptBench(
            visitor=self.visitor,
            revision=self.revision,
            opened=self.opened,
            workspaces={name: _kept(one) for name, one in self._workspaces.items()},
        )
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with written_whole(self.path / _FILE) as draft:
                draft.write_text(kept.model_dump_json(indent=1), encoding="utf-8")
        except OSError as error:
            self.unwritten = _why("your bench", _FILE, error)
            return False
        self.unwritten = ""
        return True

    def _read(self) -> None:
        """Take what is kept; a file that cannot be read is set aside, and said so."""
        file = self.path / _FILE
        try:
            kept = _KeptBench.model_validate(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return
        except OSError as error:
            self.note = f"{_why('your bench', _FILE, error, 'read')}: you begin with an empty one"
            return
        except (ValueError, RecursionError, ValidationError):
            self.note = self._set_aside(file)
            return
        self.visitor, self.revision = kept.visitor, kept.revision
        for name, one in kept.workspaces.items():
            base = self._find(name, self.path)
            self._workspaces[name] = Workspace(
                Variant(base, _changes(one.changes)),
                [Variant(base, _changes(each.changes), each.name) for each in one.pinned],
                [_changes(each) for each in one.undo],
            )
        self.opened = kept.opened if kept.opened in self._workspaces else ""

    def _set_aside(self, file: Path) -> str:
        aside = file.with_name(f"damaged-{time.time_ns()}-{_FILE}")
        with suppress(OSError):
            os.replace(file, aside)
        return (
            f"the file of your bench was damaged: it is set aside as {aside.name}, and you begin "
            "with an empty bench"
        )


def _kept(workspace: Workspace) -> _KeptWorkspace:
    return _KeptWorkspace(
        changes=_pairs(workspace.variant.changes),
        pinned=tuple(
            _KeptVariant(name=one.name, changes=_pairs(one.changes)) for one in workspace.pinned
        ),
        undo=tuple(map(_pairs, workspace.undo)),
    )


def _why(what: str, file: str, error: OSError, done: str = "written") -> str:
    return f"{what} cannot be {done} ({file}: {error.strerror or type(error).__name__})"
