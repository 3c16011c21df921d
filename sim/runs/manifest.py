"""The manifest: all that is needed to run it again to the same bytes of results."""

from __future__ import annotations

import hashlib
import json
import platform
import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.errors import ResultsError
from sim.scenario.build import load_scenario
from sim.scenario.scenario import Scenario

PACKAGES = ("mesa", "numpy", "scipy", "xarray", "h5py", "h5netcdf", "pydantic", "pyyaml", "plotly")
FORMAT = 1


def manifest(
    scenario: Scenario, seed: int, runs: int, lens: str | None, results: Path, seconds: float
) -> dict[str, Any]:
    """Describe a run.

    Parameters
    ----------
    lens : str or None
        The lens put on by the command, not by the file.
    results : Path
        The saved results, whose digest a rerun must meet.
    seconds : float
        Time taken by the simulation.
    """
    return {
        "format": FORMAT,
        "title": scenario.description.title,
        "scenario": scenario.id,
        "scenario_sha256": scenario.sha256,
        "seed": seed,
        "runs": runs,
        "lens": lens,
        "overrides": [list(pair) for pair in scenario.overrides],
        "command": command(scenario, seed, runs, lens),
        "results": {"file": results.name, "sha256": digest(results)},
        "seconds": round(seconds, 3),
        "versions": versions(),
        "files": [
            {"name": file.name, "sha256": file.sha256, "content": file.text}
            for file in scenario.files
        ],
    }


def command(scenario: Scenario, seed: int, runs: int, lens: str | None) -> str:
    """The command line that runs it again from the scenario file."""
    parts = ["python run.py run", f"scenarios/{scenario.id}.yaml", f"--seed {seed} --runs {runs}"]
    if lens:
        parts.append(f"--lens {lens}")
    parts += [f'--set "{path}={value}"' for path, value in scenario.overrides]
    return " ".join(parts)


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on."""
    found = {"python": platform.python_version()}
    for name in ("entente", *PACKAGES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def digest(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a manifest, by its own path or that of its folder.

    Raises
    ------
    ResultsError
        When it is not there, or is not a manifest.
    """
    if path.is_dir():
        path = path / "manifest.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ResultsError(
            f"{path}: no such file; name a manifest.json, or the folder it lies in"
        ) from None
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: not a manifest ({error})") from None
    wanted = {"format", "seed", "runs", "overrides", "results", "versions", "files"}
    if not isinstance(found, dict) or not wanted <= set(found):
        raise ResultsError(f"{path}: not a manifest of a run (it lacks some of its parts)")
    if found["format"] != FORMAT:
        raise ResultsError(
            f"{path}: manifest of format {found['format']}, this version reads {FORMAT}"
        )
    return found


def recall(found: Mapping[str, Any]) -> Scenario:
    """The scenario of a manifest, from the files it holds.

    Raises
    ------
    ResultsError
        When a file's content does not meet its digest, or its name leads out
        of the scenario's folder.
    """
    with tempfile.TemporaryDirectory(prefix="entente-") as name:
        folder = Path(name)
        for file in found["files"]:
            path = (folder / file["name"]).resolve()
            if not path.is_relative_to(folder.resolve()):
                raise ResultsError(f"manifest: file name {file['name']!r} leads out of its folder")
            if hashlib.sha256(file["content"].encode()).hexdigest() != file["sha256"]:
                raise ResultsError(f"manifest: the content of {file['name']} was altered")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file["content"], encoding="utf-8", newline="")
        overrides = [(path, value) for path, value in found["overrides"]]
        return load_scenario(folder / found["files"][0]["name"], overrides, found.get("lens"))
