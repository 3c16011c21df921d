"""The folder in which a run gathers, so that it can be broken off and taken up again."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim.errors import ResultsError, option
from sim.reporting.file_lock import held
from sim.reporting.output_folder import (
    check_target,
    discard,
    homes,
    kept_draft,
    place,
    placed,
    recover,
    remove_empty,
    unwritable,
    write_json,
)
from sim.text import listing

NAME = "working.json"
"""What the folder is to hold, and how far it has come."""
WORTH = 10.0
"""Seconds of work that are kept when a run is broken off; less is soon done again."""

Plan = Mapping[str, Any]
"""What is run: only the same can be taken up again. Values as JSON has them."""


class Working:
    """A run on its way.

    Parameters
    ----------
    draft : Path
        Where its files gather.
    plan : mapping
    done : int
        Runs that need not be played again.
    seconds : float
        Time that they took.

    Attributes
    ----------
    worked : float
        Time that what is done took, in seconds.
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
        """Note how far the run has come.

        Raises
        ------
        OSError
            When it cannot be written.
        """
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
    stays if it holds the work of some seconds, and always after a sudden end.

    Parameters
    ----------
    folder : Path
    plan : mapping
        What is run, among it the number of ``runs``.
    resume, restart : bool
        Take up what an earlier time has left, or throw it away.

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
        remove_empty(made)


def _gathering(
    folder: Path, draft: Path, plan: Plan, *, resume: bool, restart: bool
) -> Iterator[Working]:
    """Give a draft that is ours, put its files in place, and keep or discard it."""
    recover(folder)  # whoever had the draft until now may just have been killed
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
            place(draft, folder.resolve(), but=(NAME,))
            (draft / NAME).unlink()
        except BaseException as error:
            keep = found.worth and not placed(draft)
            if keep:
                with suppress(OSError):
                    found.note()
                again = f"the same command with {option('--resume')} goes on from there"
                error.add_note(f"{found} are kept: {again}.")
            raise
    finally:
        if not keep:
            discard(draft)


@contextmanager
def _ours(folder: Path, target: Path) -> Iterator[Path]:
    """Hold a run's draft for this process, from before it is read until it is gone.

    Raises
    ------
    ResultsError
        When another process holds it.
    """
    while True:
        draft = _draft(target)
        with held(draft.with_name(f"{draft.name}.lock"), folder):
            if _draft(target) == draft:  # its place was not made by another in between
                yield draft
                return


def _draft(target: Path) -> Path:
    """Where the files of a run gather, which a later process finds by the folder's name."""
    drafts = [kept_draft(home, target) for home in homes(target)]
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
    if placed(draft):
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
