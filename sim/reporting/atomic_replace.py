"""Files that take their final place together: all or none, whenever the process is killed.

What is to be moved is noted before the first move. A process that finds such a
note knows that its writer is dead, since that held a lock, and moves all back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from sim.errors import ResultsError
from sim.reporting.file_lock import held
from sim.results import package

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
    part = draft / f"{_MOVES}.part"
    part.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    part.replace(draft / _MOVES)


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
