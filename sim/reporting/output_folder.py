"""A study's folder: its files take their final place together, all or none.

What is to be moved is noted before the first move. A process that finds such a note knows
that its writer is dead, since that held a lock, and moves all back.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout

from sim.errors import ResultsError, option
from sim.results.export import exported, unchanged
from sim.results.store import written_whole
from sim.simulation.checkpoints import Written
from sim.simulation.manifest import MANIFEST
from sim.text import listing

# One process at a time: a lock that ends with its process, and leaves no file behind.

_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
"""What a file system answers that knows no locks."""
_PAUSE = 0.02
"""Seconds between two tries to get a lock that is held."""
_LEAST = 0.1
"""Seconds to try at least: a holder that is just letting go removes its file."""


@contextmanager
def held(path: Path, folder: Path, *, wait: float = 0.0) -> Iterator[None]:
    """Hold a lock, for as long as the process lives at most; ResultsError when another holds it.

    Where the file system knows no locks, the work goes on without one. The folders above the
    lock's ``path`` are made; ``folder`` is what is written to, as the message names it.
    """
    lock = FileLock(path, timeout=max(wait, _LEAST), poll_interval=_PAUSE, fallback_to_soft=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise ResultsError(
            f"{folder}: another run is writing there now; "
            f"wait for its end, or name another folder ({option('--out')})"
        ) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise

    def remove() -> None:
        with suppress(OSError):
            path.unlink()

    try:
        yield
    finally:
        # Before it is let go of, so that nobody's new file is removed; Windows can only after.
        for step in (remove, lock.release) if os.name != "nt" else (lock.release, remove):
            step()


# Files that take their place together.

_TABLES = "tables"
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


def _homes(target: Path) -> list[Path]:
    """The folders that may hold a target's draft; new ones go into the first.

    They are beside the final place: a move between file systems would be a copy,
    and not whole.
    """
    return [target, target.parent] if target.is_dir() else [target.parent]


def _own_draft(target: Path) -> Path:
    """A draft for one time, which no other process knows."""
    home = _homes(target)[0]
    return home / f"{_stem(home, target)}-{uuid4().hex[:12]}.part"


def _kept_draft(home: Path, target: Path) -> Path:
    """The draft that outlives its process: a later one finds it by this name."""
    return home / f"{_stem(home, target)}.part"


def _place(draft: Path, target: Path, *, but: Collection[str] = ()) -> None:
    """Move the draft's files, ``but`` for some, to their place, all or none.

    An existing folder stays itself: it may be a link, somebody's working
    directory, or hold notes beside the run. What is left in the draft is to be
    discarded afterwards. When a file cannot be moved, all are where they were.
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
            if not _placed(draft):
                _undo(draft)
            raise
    _remove_empty(target.glob(f"{_TABLES}*"))


def left_tables(folder: Path) -> list[Path]:
    """Tables beside a new run that are not as an export wrote them, and so were not removed."""
    return [path for tables in sorted(folder.glob(f"{_TABLES}*")) for path in exported(tables)]


def _placed(draft: Path) -> bool:
    """Whether the draft's files are at their final place, and the rest is of no use."""
    return (draft / _MOVED).exists()


def _recover(folder: Path) -> None:
    """Put back what a process moved to a folder that was killed at it."""
    target = folder.resolve()
    for home in _homes(target):
        if _noted(home, target):
            with held(_lock(home, target), folder, wait=_WAIT):
                for draft in _noted(home, target):
                    _undo(draft)
                    if draft != _kept_draft(home, target):
                        _discard(draft)
        for draft in _drafts(home, target):
            # Of no use any more, and nobody else's: it has a name of its own.
            if draft != _kept_draft(home, target) and _placed(draft):
                _discard(draft)
    for home in _homes(target)[1:]:  # where nothing begins any more, now that the folder exists
        for path in home.glob(f"{_stem(home, target)}*.lock"):
            with suppress(OSError, ResultsError), held(path, folder):
                pass  # who lets go of a lock removes its file


def _discard(draft: Path) -> None:
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
    for tables in target.glob(f"{_TABLES}*"):
        earlier += unchanged(tables)
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

    What a process left half moved that was killed there is put back first. Only what has
    ``mark`` in its manifest may be written over.
    """
    try:
        _recover(folder)
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
    draft = _own_draft(target)
    try:
        draft.mkdir(parents=True)
        yield draft
        _place(draft, target)
    except OSError as error:
        raise unwritable(folder, error) from None
    finally:
        _discard(draft)
        _remove_empty(made)


def write_json(value: object, path: Path) -> None:
    """Write JSON, whole or not at all."""
    text = json.dumps(value, indent=1, ensure_ascii=False)
    with written_whole(path) as draft:
        draft.write_text(text + "\n", encoding="utf-8", newline="\n")


def _remove_empty(folders: Iterable[Path]) -> None:
    """Remove those of the folders that hold nothing."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


# The folder in which a run gathers, so that it can be broken off and taken up again.

NAME = "working.json"
"""What the folder is to hold, and how far it has come."""
WORTH = 10.0
"""Seconds of work that are kept when a run is broken off; less is soon done again."""

Plan = Mapping[str, Any]
"""What is run: only the same can be taken up again. Values as JSON has them."""


class Working:
    """A run on its way: where its files gather, and how many runs need not be played again.

    ``seconds`` is the time that the run has taken, ``worked`` that of what is done.
    """

    def __init__(self, draft: Path, plan: Plan, done: int = 0, seconds: float = 0.0) -> None:
        self.draft, self.plan, self.done = draft, plan, done
        self._resumed = done > 0
        self.worked, self._begun = seconds, time.monotonic() - seconds

    @property
    def seconds(self) -> float:
        """Time that the run has taken, earlier times included."""
        return time.monotonic() - self._begun

    @property
    def worth(self) -> bool:
        """Whether what is done is kept when the run is broken off."""
        return self.done > 0 and (self._resumed or self.worked >= WORTH)

    def checkpoint(self, done: int) -> None:
        """Note how far the run has come."""
        self.done, self.worked = done, self.seconds
        self.note()

    def note(self) -> None:
        """Write what is known of the run; whole or not at all."""
        found = {"plan": self.plan, "done": self.done, "seconds": round(self.worked, 3)}
        write_json(found, self.draft / NAME)

    def __str__(self) -> str:
        return f"{self.done:,} of {self.plan['runs']:,} runs"


@contextmanager
def working(
    folder: Path, plan: Plan, *, resume: bool = False, restart: bool = False
) -> Iterator[Working]:
    """Give a draft folder whose files take their final place when all are written.

    Whatever ends the work early leaves what was in the folder as it was. The draft
    stays if it holds the work of some seconds, and always after a sudden end: ``resume``
    takes it up, ``restart`` throws it away. The plan has the number of ``runs``.

    Raises
    ------
    ResultsError
        When the folder cannot be written, or holds something that is not ours; when
        there is nothing to resume, or something else than the plan; when there is
        something, and neither is asked for; when another run is at work there.
    """
    check_target(folder)
    target = folder.resolve()
    made = [parent for parent in target.parents if not parent.exists()]
    try:
        with _ours(folder, target) as draft:
            yield from _gathering(folder, draft, plan, resume=resume, restart=restart)
    except OSError as error:
        told = unwritable(folder, error)
        for note in getattr(error, "__notes__", ()):
            told.add_note(note)
        raise told from None
    finally:
        _remove_empty(made)


def _gathering(
    folder: Path, draft: Path, plan: Plan, *, resume: bool, restart: bool
) -> Iterator[Working]:
    """Give a draft that is ours, put its files in place, and keep or discard it."""
    _recover(folder)  # whoever had the draft until now may just have been killed
    keep = draft.exists()
    try:
        left = _left(draft)
        _agree(folder, left, plan, resume=resume, restart=restart)
        keep = False
        draft.mkdir(parents=True, exist_ok=True)
        found = left if left and resume else Working(draft, plan)
        if found is not left:
            (draft / NAME).unlink(missing_ok=True)  # before what it tells of
        _clear(draft, "*.part" if found is left else "*")
        try:
            found.note()
            yield found
            _place(draft, folder.resolve(), but=(NAME,))
            (draft / NAME).unlink()
        except BaseException as error:
            keep = found.worth and not _placed(draft)
            if keep:
                with suppress(OSError):
                    found.note()
                again = f"the same command with {option('--resume')} goes on from there"
                error.add_note(f"{found} are kept: {again}.")
            raise
    finally:
        if not keep:
            _discard(draft)


@contextmanager
def _ours(folder: Path, target: Path) -> Iterator[Path]:
    """Hold a run's draft for this process, from before it is read until it is gone."""
    while True:
        draft = _draft(target)
        with held(draft.with_name(f"{draft.name}.lock"), folder):
            if _draft(target) == draft:  # its place was not made by another in between
                yield draft
                return


def _draft(target: Path) -> Path:
    """Where the files of a run gather, which a later process finds by the folder's name."""
    drafts = [_kept_draft(home, target) for home in _homes(target)]
    return next((draft for draft in drafts if draft.exists()), drafts[0])


def _clear(draft: Path, kind: str) -> None:
    """Remove what an earlier time has left: all of it, or what was being written."""
    for path in draft.glob(kind):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _left(draft: Path) -> Working | None:
    """What an earlier time has left, unless it is at its place by now."""
    if _placed(draft):
        return None
    try:
        found = json.loads((draft / NAME).read_bytes())
        return Working(draft, dict(found["plan"]), int(found["done"]), float(found["seconds"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _differences(was: Plan, now: Plan) -> list[str]:
    """What is asked for otherwise than it was, in words."""
    other = [name for name, value in now.items() if was.get(name) != value]
    told = {
        "scenario_sha256": "the scenario differs (its file, "
        f"{option('--set')}, {option('--lens')} or {option('--rounds')})",
        "code": "the program was changed since",
    }
    return [
        told.get(name, f"{name} was {was.get(name, 'not there')}, and is {now[name]}")
        for name in other
        # How much is kept follows from the runs, unless it was said.
        if not (name == "kept" and "runs" in other)
    ]


def _agree(folder: Path, left: Working | None, plan: Plan, *, resume: bool, restart: bool) -> None:
    """Check that what was left, and what is asked for, go together."""
    if resume and left is None:
        raise ResultsError(
            f"{folder}: there is no interrupted run to resume; run without {option('--resume')}"
        )
    if left is None or restart:
        return
    if resume:
        if other := _differences(left.plan, plan):
            raise ResultsError(
                f"{folder}: the interrupted run ({left}) is another one: {listing(other)}; "
                f"give the same options, or start over with {option('--restart')}"
            )
    elif left.done and left.worked >= WORTH:
        raise ResultsError(
            f"{folder}: an interrupted run lies here ({left}); "
            f"go on with {option('--resume')}, or start over with {option('--restart')}"
        )
