"""A study's folder: its files take their final place together, all or none.

What is to be moved is noted before the first move. A process that finds such a note knows
that its writer is dead, since that held a lock, and moves all back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from sim.errors import ResultsError, option
from sim.reporting.file_lock import held
from sim.results import package
from sim.simulation.checkpoints import Written
from sim.simulation.manifest import MANIFEST

TABLES = "tables"
"""Folder inside a run's for what is exported from the results, and goes with them."""
_REPLACED = ("results-*.nc", "summary.nc", "events.csv", "events-first-*-runs.csv")
"""What an earlier run has left that a new one may not write itself."""
_MOVES, _MOVED = "moves.json", "moved.json"
"""The note of the moves while they are made; and its name when they are all made."""
_EARLIER, _NEW = "earlier", "new"
"""Folders inside the draft: for what is replaced, and for what appears in one move."""
_WAIT = 10.0
"""Seconds to wait for another process that moves files to the same place."""

Moves = list[tuple[Path, Path]]
"""Where each file is, and where it goes."""


def homes(target: Path) -> list[Path]:
    """The folders that may hold a target's draft; new ones go into the first.

    They are beside the final place: a move between file systems would be a copy,
    and not whole.
    """
    return [target, target.parent] if target.is_dir() else [target.parent]


def own_draft(target: Path) -> Path:
    """A draft for one time, which no other process knows."""
    home = homes(target)[0]
    return home / f"{_stem(home, target)}-{uuid4().hex[:12]}.part"


def kept_draft(home: Path, target: Path) -> Path:
    """The draft that outlives its process: a later one finds it by this name."""
    return home / f"{_stem(home, target)}.part"


def place(draft: Path, target: Path, *, but: Collection[str] = ()) -> None:
    """Move the draft's files to their place, all or none.

    An existing folder stays itself: it may be a link, somebody's working
    directory, or hold notes beside the run. What is left in the draft is to be
    discarded afterwards.

    Parameters
    ----------
    draft, target : Path
    but : collection of str
        Names of files that stay in the draft.

    Raises
    ------
    OSError, ResultsError
        When a file cannot be moved; all are where they were then.
    """
    with held(_lock(draft.parent, target), target, wait=_WAIT):
        new = sorted(path for path in draft.iterdir() if path.name not in but)
        moves = _into(draft, target, new) if target.exists() else _as_one(draft, target, new)
        try:
            _note(draft, moves)
            for name in (_EARLIER, _NEW):
                (draft / name).mkdir()
            for source, goal in moves:
                source.rename(goal)
            (draft / _MOVES).replace(draft / _MOVED)
        except BaseException:
            if not placed(draft):
                _undo(draft)
            raise
    for tables in target.glob(f"{TABLES}*"):
        with suppress(OSError):
            tables.rmdir()


def left_tables(folder: Path) -> list[Path]:
    """Tables beside a new run that are not as an export wrote them, and so were not removed."""
    return [
        path for tables in sorted(folder.glob(f"{TABLES}*")) for path in package.exported(tables)
    ]


def placed(draft: Path) -> bool:
    """Whether the draft's files are at their final place, and the rest is of no use."""
    return (draft / _MOVED).exists()


def recover(folder: Path) -> None:
    """Put back what a process moved that was killed at it.

    Parameters
    ----------
    folder : Path
        The final place of what was moved.

    Raises
    ------
    OSError, ResultsError
        When another process moves files there now, or a file cannot be put back.
    """
    target = folder.resolve()
    for home in homes(target):
        if _noted(home, target):
            with held(_lock(home, target), folder, wait=_WAIT):
                for draft in _noted(home, target):
                    _undo(draft)
                    if draft != kept_draft(home, target):
                        discard(draft)
        for draft in _drafts(home, target):
            # Of no use any more, and nobody else's: it has a name of its own.
            if draft != kept_draft(home, target) and placed(draft):
                discard(draft)
    for home in homes(target)[1:]:  # where nothing begins any more, now that the folder exists
        for path in home.glob(f"{_stem(home, target)}*.lock"):
            with suppress(OSError, ResultsError), held(path, folder):
                pass  # who lets go of a lock removes its file


def discard(draft: Path) -> None:
    """Remove a draft, unless it has files that are to be put back."""
    if not (draft / _MOVES).exists():
        shutil.rmtree(draft, ignore_errors=True)


def _stem(home: Path, target: Path) -> str:
    name = "." if home == target else target.name
    return f".entente-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _lock(home: Path, target: Path) -> Path:
    """The lock of whoever moves files, for as long as a draft holds a note of it."""
    return home / f"{_stem(home, target)}.moves.lock"


def _drafts(home: Path, target: Path) -> list[Path]:
    return sorted(home.glob(f"{_stem(home, target)}*.part"))


def _noted(home: Path, target: Path) -> list[Path]:
    """Drafts whose files were being moved."""
    return [draft for draft in _drafts(home, target) if (draft / _MOVES).exists()]


def _as_one(draft: Path, target: Path, new: list[Path]) -> Moves:
    """Moves to a place where nothing is: nobody ever sees half of the files there."""
    return [*((path, draft / _NEW / path.name) for path in new), (draft / _NEW, target)]


def _into(draft: Path, target: Path, new: list[Path]) -> Moves:
    """Moves into a folder; what they replace is put aside first."""
    earlier = [target / path.name for path in new]
    for kind in _REPLACED:
        found = sorted(target.glob(kind))
        earlier += [path for path in found if path not in earlier]
    for tables in target.glob(f"{TABLES}*"):
        earlier += package.unchanged(tables)
    there = [path for path in earlier if os.path.lexists(path)]
    moves = [(path, draft / _EARLIER / str(number)) for number, path in enumerate(there)]
    return moves + [(path, target / path.name) for path in new]


def _note(draft: Path, moves: Moves) -> None:
    """Write the moves down; whole or not at all."""
    # Seen from the draft's folder, so that it may be moved or renamed in between.
    found = [[path.relative_to(draft.parent).as_posix() for path in move] for move in moves]
    write_json(found, draft / _MOVES)


def _undo(draft: Path) -> None:
    """Move back what was moved, if anything; the note of it goes last."""
    (draft / f"{_MOVES}.part").unlink(missing_ok=True)
    if not (draft / _MOVES).exists():
        return
    for move in reversed(json.loads((draft / _MOVES).read_bytes())):
        source, goal = (draft.parent / path for path in move)
        if not os.path.lexists(goal):
            continue
        if not os.path.lexists(source):
            source.parent.mkdir(parents=True, exist_ok=True)
            goal.rename(source)
        elif goal.parent == draft / _EARLIER:
            raise ResultsError(
                f"{source}: is in the way of a file of the earlier run, {goal}; "
                "move it to another place and try again"
            )
    for name in (_EARLIER, _NEW):
        if (draft / name).exists():
            (draft / name).rmdir()
    (draft / _MOVES).unlink()


EVENTS, REPORT = "events.csv", "report.html"
RUN, PROPOSITIONS, STUDY = "scenario_sha256", "propositions", "study"
"""Entries by which the manifest of a run, of tested propositions, and of a study are known."""
_KINDS = {RUN: "run", PROPOSITIONS: "test of propositions", STUDY: "study"}


def events_file(logged: int, written: Written) -> str:
    """Name of the log of events, which says so where it does not hold all runs."""
    held = min(logged, written.kept)
    return EVENTS if held == written.runs else f"events-first-{held}-runs.csv"


def check_target(folder: Path, mark: str = RUN) -> None:
    """Refuse a target that we could not, or should not, write to.

    What a process left half moved that was killed there is put back first.

    Parameters
    ----------
    folder : Path
    mark : str
        Entry that the manifest has of what may be written over.

    Raises
    ------
    ResultsError
        When something else lies there, or the place cannot be written.
    """
    try:
        recover(folder)
        if folder.is_dir():
            if any(_shown(folder)) and not _is_ours(folder, mark):
                raise ResultsError(
                    f"{folder}: exists and holds no earlier {_KINDS[mark]}, so it is left alone; "
                    f"name another folder ({option('--out')})"
                )
        elif folder.exists():
            raise FileExistsError
        target = folder.resolve()
        near = next(place for place in (target, *target.parents) if place.exists())
        if not near.is_dir():
            raise ResultsError(
                f"{folder}: cannot be made, since {near.name} is a file; "
                f"name a folder ({option('--out')})"
            )
        tempfile.TemporaryDirectory(dir=near).cleanup()
    except (OSError, RuntimeError) as error:
        raise unwritable(folder, error) from None


def _shown(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if not path.name.startswith("."))


def _is_ours(folder: Path, mark: str) -> bool:
    """Whether the folder's manifest is one of ours, of whatever format."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and mark in found


def unwritable(folder: Path, error: Exception) -> ResultsError:
    """Say why a folder cannot be written, and what to do about it."""
    if isinstance(error, FileExistsError):
        return ResultsError(f"{folder}: is a file; name a folder ({option('--out')})")
    reason = getattr(error, "strerror", None) or error
    return ResultsError(
        f"{folder}: cannot be written ({reason}), and was left as it was; "
        f"make room or name another folder ({option('--out')})"
    )


@contextmanager
def written_together(folder: Path, mark: str = RUN) -> Iterator[Path]:
    """Give a draft folder whose files take their final place only when all are written.

    They replace those of an earlier run, and other files beside these stay.
    Whatever ends the work early leaves all as it was, and no draft behind.
    """
    check_target(folder, mark)
    target = folder.resolve()
    made = [parent for parent in target.parents if not parent.exists()]
    draft = own_draft(target)
    try:
        draft.mkdir(parents=True)
        yield draft
        place(draft, target)
    except OSError as error:
        raise unwritable(folder, error) from None
    finally:
        discard(draft)
        remove_empty(made)


def write_manifest(facts: Mapping[str, object], folder: Path) -> None:
    """Write a manifest into a draft folder.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    write_json(facts, folder / MANIFEST)


def write_json(value: object, path: Path) -> None:
    """Write JSON, whole or not at all.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    text = json.dumps(value, indent=1, ensure_ascii=False)
    part.write_text(text + "\n", encoding="utf-8", newline="\n")
    part.replace(path)


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove those of the folders that hold nothing."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
