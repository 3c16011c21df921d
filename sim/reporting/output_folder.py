"""A run's folder: results, events, manifest and report, whole or not at all."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.errors import ResultsError, option
from sim.reporting.atomic_replace import discard, own_draft, place, recover
from sim.simulation.checkpoints import Written
from sim.simulation.manifest import NAME as MANIFEST

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
def whole(folder: Path, mark: str = RUN) -> Iterator[Path]:
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
    text = json.dumps(facts, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove those of the folders that hold nothing."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
