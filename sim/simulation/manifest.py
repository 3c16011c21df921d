"""The manifest: all that is needed to run it again to the same bytes of results."""

from __future__ import annotations

import hashlib
import platform
import shlex
import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.errors import Fault, ResultsError, ScenarioError
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import name_of
from sim.simulation.checkpoints import Written, volume_runs
from sim.simulation.fingerprint import package_version
from sim.theories.seating import NOBODY, Seats, Used, seated

_PACKAGES = ("mesa", "numpy", "scipy", "xarray", "h5py", "h5netcdf", "pydantic", "pyyaml", "plotly")
FORMAT = 1
MANIFEST = "manifest.json"
AS_WRITTEN = "a manifest can be run again only as it was written"


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class Saved(_Part):
    """The saved results: the file's name and the SHA-256 of its content."""

    file: str
    sha256: str


class Kept(_Part):
    """A file of the scenario, as a :class:`SourceFile` has it: name, digest and content."""

    name: str
    sha256: str
    shipped: bool = False
    content: str


class Played(_Part):
    """The theory of an actor: its name, and the file of code it came from."""

    name: str
    named: bool = True
    file: str | None = None
    sha256: str | None = None
    content: str | None = None


class Manifest(_Part):
    """What it takes to run it again, in the order of the file; ``Any`` is for people.

    Attributes
    ----------
    kept : int or None
        Of how many runs the whole paths are kept; of all where it is not said.
    first : int
        Number of the first run.
    theories : dict of actor to Played
        Of the actors that do not play the built-in one.
    more : tuple of Saved
        Further volumes of whole paths, and the tally of all runs.
    seconds
        Time taken by the simulation.
    files : tuple of Kept
        The scenario's own file first, then those it extends, then its sources.
    """

    format: Literal[1]
    title: Any = None
    scenario: Any = None
    scenario_sha256: str
    seed: int = Field(ge=0, le=2**63 - 1)
    runs: int = Field(ge=1, le=1_000_000_000)
    kept: int | None = Field(None, ge=1, le=1_000_000_000)
    first: int = Field(0, ge=0, le=1_000_000_000)
    lens: str | None
    overrides: tuple[tuple[str, str], ...]
    theories: dict[str, Played] = {}
    command: Any = None
    results: Saved
    more: tuple[Saved, ...] = ()
    seconds: Any = None
    versions: dict[str, str]
    files: tuple[Kept, ...]


def manifest(
    written: Written, scenario: Scenario, seconds: float, seats: Seats = NOBODY
) -> dict[str, Any]:
    """Describe a run by the digests that a rerun must meet; defaults are left out."""
    seed, first = int(written.data.attrs["seed"]), int(written.data["run"][0])
    paths = (*written.volumes, *([written.summary] if written.summary else []))
    results, *more = (Saved(file=path.name, sha256=digest(path)) for path in paths)
    # No command begins with another run than the first: that is left to ``rerun``.
    again = None
    if not first and all(one.named for one in seats.used.values()):
        again = command(scenario, seed, written.runs, kept=written.kept, seats=seats)
    found = Manifest(
        format=1,
        title=scenario.description.title,
        scenario=scenario.id,
        scenario_sha256=scenario.sha256,
        seed=seed,
        runs=written.runs,
        kept=written.kept if written.kept < written.runs else None,
        first=first,
        lens=scenario.lens,
        overrides=scenario.overrides,
        theories={actor: _played(one) for actor, one in seats.used.items()},
        command=again,
        results=results,
        more=tuple(more),
        seconds=round(seconds, 3),
        versions=versions(),
        files=tuple(
            Kept(name=file.name, sha256=file.sha256, shipped=file.shipped, content=file.text)
            for file in scenario.files
        ),
    )
    return found.model_dump(mode="json", exclude_defaults=True)


def _played(one: Used) -> Played:
    code = one.code
    if code is None:
        return Played(name=one.name, named=one.named)
    return Played(
        name=one.name, named=one.named, file=code.file, sha256=code.sha256, content=code.content
    )


def command(
    scenario: Scenario,
    seed: int,
    runs: int,
    verb: str = "run",
    kept: int | None = None,
    seats: Seats = NOBODY,
) -> str:
    """The command line that does it again, where the scenario is found by its name."""
    name = name_of(scenario.files[0].name) if scenario.files else scenario.id
    parts = [f"entente {verb} {_quoted(name)} --seed {seed} --runs {runs}"]
    if kept not in (None, min(runs, volume_runs(scenario.description))):
        parts.append(f"--keep {'all' if kept == runs else kept}")
    if scenario.lens:
        parts.append(f"--lens {scenario.lens}")
    parts += [f"--set {_quoted(f'{path}={value}')}" for path, value in scenario.overrides]
    names = {one.name for one in seats.used.values()}
    if len(names) == 1 and len(seats.used) == len(scenario.description.actors):
        parts.append(f"--theory {_quoted(names.pop())}")
    else:
        parts += [f"--theory {_quoted(f'{a}={one.name}')}" for a, one in seats.used.items()]
    return " ".join(parts)


def _quoted(word: str) -> str:
    """Quote for a shell; with double quotes where they do, which Windows knows too."""
    if shlex.quote(word) == word or set(word) & set('"$`\\!%'):
        return shlex.quote(word)
    return f'"{word}"'


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on, and the kind of machine."""
    found = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "entente": package_version(),
    }
    return found | {name: package_version(name) for name in _PACKAGES}


def digest(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(path: Path) -> Manifest:
    """Read a manifest, by its own path or that of its folder.

    Raises
    ------
    ResultsError
        When it is not there, or is not a manifest; names every entry at fault.
    """
    if path.is_dir():
        path = path / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise ResultsError(
            f"{path}: no such file; name a {MANIFEST}, or the folder it lies in"
        ) from None
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read ({error.strerror})") from None
    except ValidationError as error:
        text = path.read_bytes()
        for mark, what in ((b'"propositions', "tested claims"), (b'"study"', "a study")):
            if mark in text:
                remedy = "make it again by the command that its report gives at its end"
                raise ResultsError(f"{path}: the manifest of {what}; {remedy}") from None
        faults = [_in_words(fault) for fault in error.errors()]
        raise ResultsError(
            "\n    ".join([f"{path}: not the manifest of a run; {AS_WRITTEN}", *faults])
        ) from None


def _in_words(fault: Any) -> str:
    place = ".".join(str(step) for step in fault["loc"])
    if fault["type"] == "missing":
        return f"{place}: is missing"
    if place == "format":
        return f"format: {fault['input']!r} is not one that this version reads ({FORMAT})"
    found = "" if isinstance(fault["input"], (dict, list, bytes)) else f", not {fault['input']!r}"
    return f"{place or 'the file'}: {fault['msg'][0].lower()}{fault['msg'][1:]}{found[:60]}"


def recalled_seats(found: Manifest, scenario: Scenario, *, trusted: bool) -> Seats:
    """The theories of a manifest.

    Parameters
    ----------
    found : Manifest
    scenario : Scenario
    trusted : bool
        Whether code that the manifest holds may be carried out.

    Raises
    ------
    ResultsError
        Where a theory was an object of Python, its code is not trusted, or was altered.
    ScenarioError
        Where a theory is not there any more.
    """
    for actor, one in found.theories.items():
        if not one.named:
            raise ResultsError(
                f"'{actor}' was played by an object of Python ({one.name}): the run can be made "
                "again only by the notebook or script that made it"
            )
        if one.content is None:
            continue
        if hashlib.sha256(one.content.encode()).hexdigest() != one.sha256:
            problem = f"the content of {one.file} was altered: it does not have the digest beside"
            raise ResultsError(f"manifest: {problem} it; {AS_WRITTEN}")
        if not trusted:
            raise ResultsError(
                f"this run was made with code of its own ({one.file}), which the manifest holds; "
                "read it there, and add --trust-code to carry it out"
            )
    with tempfile.TemporaryDirectory(prefix="entente-") as name:
        theories = {actor: _unpacked(one, Path(name)) for actor, one in found.theories.items()}
        return seated(theories, scenario.description.actors)


def _unpacked(one: Played, folder: Path) -> str:
    """The name by which a theory is found, its code laid down in a folder."""
    if one.content is None:
        return one.name
    file = folder / "theory.py"
    file.write_text(one.content, encoding="utf-8", newline="")
    return f"{file}:{one.name.rpartition(':')[2]}"


def recall(found: Manifest) -> Scenario:
    """The scenario of a manifest, from the files it holds.

    Raises
    ------
    ResultsError
        When it holds no file, a file's content does not meet its digest, or a
        file's name leads out of the scenario's folder.
    ScenarioError
        When the files are no longer a scenario to this version.
    """
    if not found.files:
        raise ResultsError(
            "the manifest holds no scenario file: it was made from plain data, "
            "and can be run again only by the notebook or script that made it"
        )
    with tempfile.TemporaryDirectory(prefix="entente-") as name:
        # Two folders: a file beside the scenario may have the name of one that came along.
        folder, shelf = Path(name) / "own", Path(name) / "shipped"
        for file in found.files:
            if not _stays_inside(file.name):
                raise ResultsError(
                    f"manifest: {file.name!r} is not the name of a file in its folder; {AS_WRITTEN}"
                )
            if hashlib.sha256(file.content.encode()).hexdigest() != file.sha256:
                raise ResultsError(
                    f"manifest: the content of {file.name} was altered: "
                    f"it does not have the digest beside it; {AS_WRITTEN}"
                )
            path = (shelf if file.shipped else folder) / file.name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(file.content, encoding="utf-8", newline="")
            except OSError as error:
                raise ResultsError(
                    f"manifest: the file {file.name!r} cannot be unpacked ({error.strerror})"
                ) from None
        try:
            first = folder / found.files[0].name
            return load_scenario(first, found.overrides, found.lens, shelf=shelf)
        except ScenarioError as error:
            raise ScenarioError(
                [_in_manifest(fault, folder, shelf) for fault in error.faults]
            ) from None


def _in_manifest(fault: Fault, *folders: Path) -> Fault:
    """Name the file as the manifest does, not where it was unpacked."""
    file = fault.place.file
    for folder in folders:
        file = file.replace(str(folder), "manifest")
    file = file.replace("\\", "/")
    return replace(fault, place=replace(fault.place, file=file))


def _stays_inside(name: str) -> bool:
    """Whether a name is that of a file in the folder, on every system."""
    windows = PureWindowsPath(name)
    return bool(
        PurePosixPath(name).name
        and not windows.drive
        and not windows.root
        and ".." not in windows.parts
        and "\0" not in name
    )
