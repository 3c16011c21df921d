"""A run's folder: results, events, manifest and report, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xarray as xr

from sim.errors import ResultsError
from sim.report.page import write_report
from sim.results.log import write_events
from sim.results.store import save
from sim.runs.manifest import manifest
from sim.scenario.scenario import Scenario

RESULTS, EVENTS, MANIFEST, REPORT = "results.nc", "events.csv", "manifest.json", "report.html"


def write_folder(
    dataset: xr.Dataset,
    scenario: Scenario,
    folder: str | Path,
    *,
    lens: str | None = None,
    logged: int = 100,
    seconds: float = 0.0,
) -> None:
    """Write everything that a run leaves behind.

    Parameters
    ----------
    lens : str, optional
        The lens that the command put on.
    logged : int
        Runs whose moves go into the event log.
    seconds : float
        Time that the simulation took.

    Raises
    ------
    ResultsError
        When the folder cannot be written, or holds something that is not ours.
    """
    with whole(Path(folder)) as draft:
        save(dataset, draft / RESULTS)
        write_events(dataset, scenario, draft / EVENTS, logged)
        seed, runs = int(dataset.attrs["seed"]), dataset.sizes["run"]
        found = manifest(scenario, seed, runs, lens, draft / RESULTS, seconds)
        text = json.dumps(found, indent=1, ensure_ascii=False)
        (draft / MANIFEST).write_text(text + "\n", encoding="utf-8")
        write_report(dataset, scenario, found, draft / REPORT)


def check_target(folder: Path) -> None:
    """Refuse a target that we could not, or should not, replace.

    Raises
    ------
    ResultsError
        When something else lies there, or the place cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise ResultsError(f"{folder}: is a file; give --out the name of a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise ResultsError(
            f"{folder}: exists and holds no earlier run, so it is left alone; "
            "give --out another name"
        )
    near = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    if not os.access(near, os.W_OK):
        raise ResultsError(f"{folder}: cannot be written (no permission in {near})")


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Give a draft folder that takes its final name only when all is written.

    An earlier run of the same name is replaced; whatever ends the work early
    leaves it as it was, and no draft behind.
    """
    check_target(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    except OSError as error:
        raise ResultsError(f"{folder}: cannot be written ({error.strerror})") from None
    try:
        yield draft
        draft.chmod(0o755)
        if folder.exists():
            earlier = draft.with_suffix(".old")
            folder.rename(earlier)
            draft.rename(folder)
            shutil.rmtree(earlier, ignore_errors=True)
        else:
            draft.rename(folder)
    except OSError as error:
        raise ResultsError(
            f"{folder}: cannot be written ({error.strerror or error}); nothing was left there"
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
