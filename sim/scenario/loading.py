"""From a file, or plain data, to a scenario that is ready to run."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.errors import Fault, Place, ScenarioError, option
from sim.scenario import schema_paths
from sim.scenario.arguments import path_of, text
from sim.scenario.cross_checks import check
from sim.scenario.field_types import shown
from sim.scenario.files import Opened, chain, chain_of, sources
from sim.scenario.files import library as library_of
from sim.scenario.inherit import extend, same_key, with_shocks
from sim.scenario.lenses import canonical, lenses_of, seen_through
from sim.scenario.node import Mark, Node, from_plain, tidy
from sim.scenario.overrides import change
from sim.scenario.phrases import ANYONE
from sim.scenario.scenario import Scenario, SourceFile
from sim.scenario.schema import Description, Library
from sim.scenario.shipped import ENDINGS, find_file
from sim.scenario.shocks import FILE, shelf_file
from sim.scenario.type_validation import (
    about_what_is_missing,
    checkable_part,
    validate,
)
from sim.scenario.yaml_reader import yaml_text
from sim.text import did_you_mean

ScenarioLike = Scenario | str | os.PathLike[str] | Mapping[str, Any]
"""A scenario; or the path of its file, or what its file holds, as a mapping."""
Overrides = Mapping[str, Any] | Iterable[tuple[str, Any]]


def load_scenario(
    path: str | Path,
    overrides: Overrides = (),
    lens: str | None = None,
    layer: Node | None = None,
    shelf: Path | None = None,
) -> Scenario:
    """Read a scenario file, the files it extends, and its sources.

    Parameters
    ----------
    path : str or Path
        A YAML file; or the name of one without its ending, here, in ``scenarios/``
        or among those that come with the program: ``two-neighbours``.
    overrides : mapping or sequence of (path, value)
        Numbers and the like to change, by dotted path:
        ``{"actors.north.power": 2}``. A value is YAML text or a plain Python value;
        ``None`` (``null``) deletes.
    lens : str, optional
        View every actor through this lens.
    layer : Node, optional
        A document that is laid over the file, as if it extended it.
    shelf : Path, optional
        Where files are found by name, instead of what comes with the program.

    Returns
    -------
    scenario : Scenario
        Ready to run.

    Raises
    ------
    ScenarioError
        With all faults, each with its file, line, column and remedy.
    """
    return scenario_from(read_files(path, shelf), overrides, lens, layer)


def load(
    given: str | os.PathLike[str] | Mapping[str, Any],
    overrides: Overrides = (),
    lens: str | None = None,
    *,
    id: str = "scenario",
    folder: str | Path = "",
) -> Scenario:
    """Read a scenario from its file, or from what a file would hold.

    Parameters
    ----------
    given : path, name or mapping
        A path or name as for :func:`load_scenario`; or all that a file may hold, as a dict,
        ``extends`` and ``sources`` too. Numbers and dates of NumPy and pandas will do.
    overrides, lens
        As in :func:`load_scenario`.
    id : str
        Of a mapping: its short name, which also stands for the file in messages.
    folder : str or Path
        Of a mapping: the folder in which ``extends`` and ``sources`` look for files, as if
        its own file lay there; what comes with the program is found from anywhere.

    Returns
    -------
    Scenario
        :func:`sim.to_yaml` gives it back as text.

    Raises
    ------
    ScenarioError
        With all faults, each with its place and remedy.

    Examples
    --------
    >>> import sim
    >>> strong = {"extends": "two-neighbours", "actors": {"south": {"power": 0.6}}}
    >>> sim.load(strong).parameters["actors.south.power"].value
    0.6
    """
    if isinstance(given, (str, os.PathLike)):
        return load_scenario(os.fspath(given), overrides, lens)
    _check_arguments(given, id)
    root = from_plain(given, id)
    if root.get("extends").value in (id, *(f"{id}{end}" for end in ENDINGS)):
        problem, remedy = f"'{id}' is also the name of what it extends", "give another id"
        raise ScenarioError([Fault(Place("id"), problem, remedy)])
    files = chain_of(root, yaml_text(root.plain()), f"{id}.yaml", path_of("folder", folder))
    library, source_files, faults = sources(files)
    read = ReadFiles(
        Path(files[0].name), tuple(files), library, tuple(source_files), tuple(faults), None
    )
    return scenario_from(read, overrides, lens)


@dataclass(frozen=True, eq=False)
class ReadFiles:
    """A scenario's file, those that it extends, the last one the base of all, and its sources."""

    path: Path
    files: tuple[Opened, ...]
    library: Library | None
    sources: tuple[SourceFile, ...]
    faults: tuple[Fault, ...]
    shelf: Path | None


def read_files(path: str | Path, shelf: Path | None = None) -> ReadFiles:
    """Read a scenario's files, from which it and its variants are made.

    Raises
    ------
    ScenarioError
        Where a file cannot be read; what is wrong with sources is told with all other faults.
    """
    path = find_file(path_of("path", path))
    files = chain(path, shelf)
    library, source_files, faults = sources(files)
    return ReadFiles(path, tuple(files), library, tuple(source_files), tuple(faults), shelf)


def scenario_from(
    read: ReadFiles,
    overrides: Overrides = (),
    lens: str | None = None,
    layer: Node | None = None,
) -> Scenario:
    """The scenario of files that were read, changed as in :func:`load_scenario`.

    Raises
    ------
    ScenarioError
        With all faults.
    """
    files, shelf = read.files, read.shelf
    layers = [file.document.root for file in reversed(files)]
    layers += [layer] if layer else []
    base = files[-1].document
    key = base.file, base.text, read.sources, shelf
    texts = None if layer else tuple((one.document.file, one.document.text) for one in files)
    scenario = _build(
        read.path.stem, layers, read.library, overrides, lens, [*read.faults], shelf, key, texts
    )
    kept = [*(file.source for file in files), *read.sources, *_shocks(scenario, shelf)]
    return replace(scenario, files=tuple(kept))


def build(
    document: Mapping[str, Any],
    id: str = "scenario",
    library: Library | Mapping[str, Any] | None = None,
    overrides: Overrides = (),
    lens: str | None = None,
) -> Scenario:
    """Make a scenario from plain data, for notebooks and tests.

    Parameters
    ----------
    document : mapping
        What a scenario file holds, without ``extends``. Numbers and dates of NumPy and
        pandas will do.
    id : str
        Its short name, which also stands for the file in messages.
    library : Library or mapping, optional
        The facts and data that it cites: what a sources file holds.
    overrides, lens
        As in :func:`load_scenario`.

    Returns
    -------
    scenario : Scenario
        Ready to run.

    Raises
    ------
    ScenarioError
        With all faults.
    """
    _check_arguments(document, id)
    scenario, root = _of_plain(document, id, library, overrides, lens)
    # Results keep the files of their scenario, so that they can be made again.
    files = [SourceFile(f"{id}.yaml", yaml_text(root.plain()))]
    if scenario.library != Library():
        cited = yaml_text(scenario.library.model_dump(mode="json", exclude_unset=True))
        files.append(SourceFile(_sources_of(id), cited))
    return replace(scenario, files=(*files, *_shocks(scenario, None)))


def _of_plain(
    document: Mapping[str, Any],
    id: str,
    library: Library | Mapping[str, Any] | None,
    overrides: Overrides,
    lens: str | None = None,
) -> tuple[Scenario, Node]:
    """A scenario of plain data, without files, and the document that it was made of."""
    root = from_plain(document, id)
    root.fields.pop("sources", None)
    cited, faults = _library(library, f"{id}-sources")
    if cited != Library():
        root.fields["sources"] = from_plain(_sources_of(id), id)
    return _build(id, [root], cited, overrides, lens, faults), root


def _sources_of(id: str) -> str:
    """The name of the sources file of a scenario made of plain data."""
    return f"{id}-sources.yaml"


def _shocks(scenario: Scenario, shelf: Path | None) -> list[SourceFile]:
    """The shelf, where a scenario takes something off it."""
    if not (scenario.description.shocks or scenario.reference.shocks):
        return []
    return [SourceFile(FILE, shelf_file(shelf).read_text("utf-8"), shipped=True)]


def _check_arguments(document: Any, id: Any) -> None:
    faults = []
    if not isinstance(document, Mapping):
        problem = f"{shown(document)} is no mapping"
        remedy = "give what a scenario file holds, as a dict; a file is read by load_scenario"
        faults.append(Fault(Place("document"), problem, remedy))
    if not isinstance(id, str) or not re.fullmatch(r"[\w.-]*\w", id):
        remedy = "write a short name of letters, digits, '-' and '_'"
        faults.append(Fault(Place("id"), f"{shown(id)} cannot name a file", remedy))
    if faults:
        raise ScenarioError(faults)


def _library(given: Library | Mapping[str, Any] | None, name: str) -> tuple[Library, list[Fault]]:
    if isinstance(given, Library):
        return given, []
    if given is not None and not isinstance(given, Mapping):
        remedy = "give what a sources file holds, as a dict"
        problem = f"{shown(given)} is no mapping"
        return Library(), [Fault(Place("library"), problem, remedy)]
    found, faults = library_of(from_plain(given or {}, name))
    return found or Library(), faults


def with_lens(scenario: Scenario, lens: str) -> Scenario:
    """The same scenario, every actor viewed through a lens, as when it is read with one.

    Raises ``ScenarioError`` where there is no such lens.
    """
    name, known = canonical(text("lens", lens)), lenses_of(scenario.description)
    if name not in known:
        remedy = did_you_mean(name, known, "lenses")
        raise ScenarioError([Fault(Place(option("--lens")), f"there is no lens '{lens}'", remedy)])
    description, reference = (
        seen_through(part, name, scenario.description)
        for part in (scenario.description, scenario.reference)
    )
    return replace(scenario, description=description, reference=reference, lens=name)


def _build(
    id: str,
    layers: list[Node],
    library: Library | None,
    overrides: Overrides,
    lens: str | None,
    faults: list[Fault],
    shelf: Path | None = None,
    key: Hashable = None,
    texts: Hashable = None,
) -> Scenario:
    """Lay each document over the one before; the first is the base of all.

    ``key`` says what the base was read from: where it is the same, so is its description.
    ``texts`` says what all layers were read from: where they are the same, so is what they come to.
    """
    pairs = _as_text(overrides)
    lens = None if lens is None else text("lens", lens)
    root = with_shocks(layers[0], shelf)
    told = _described(_Base(key, root, library)) if key else _describe(root, library)
    base, faults, notes = told[0], [*faults, *told[1]], [*told[2]]
    layered = _Layers((texts, shelf), (root, *layers[1:]), shelf)
    merged, wrong, more = _laid(layered) if texts else layered.laid()
    faults, notes = [*faults, *wrong], [*notes, *more]
    for path, value in pairs:
        merged, more = change(merged, path, value, faults, shelf)
        notes += more
    if lens is not None:
        layer = Node(
            {"lens": Node(canonical(lens), Mark(option("--lens")))}, Mark(option("--lens"))
        )
        merged, more = extend(merged, layer, faults)
        notes += more
    if len(layers) == 1 and not pairs and lens is None:
        description = base
    else:
        description, wrong, more = _describe(merged, library)
        known = {(fault.place.path, fault.problem) for fault in faults}
        faults += [fault for fault in wrong if (fault.place.path, fault.problem) not in known]
        notes += [note for note in more if note not in notes]
    if faults or base is None or description is None:
        raise ScenarioError(faults)
    reference = base
    if base.lens != description.lens:
        # Each theory must explain the same ordinary times.
        reference = seen_through(base, description.lens, description)
    return Scenario(
        id=id,
        description=description,
        reference=reference,
        library=library or Library(),
        overrides=pairs,
        lens=None if lens is None else description.lens,
        notes=tuple(notes),
    )


@dataclass(frozen=True)
class _Base:
    """A base to be described; two are equal that were read from the same."""

    key: Hashable
    root: Node = field(compare=False)
    library: Library | None = field(compare=False)


@lru_cache(maxsize=4)
def _described(base: _Base) -> tuple[Description | None, list[Fault], list[str]]:
    return _describe(base.root, base.library)


@dataclass(frozen=True)
class _Layers:
    """Documents to be laid over one another; two are equal that were read from the same."""

    key: Hashable
    documents: tuple[Node, ...] = field(compare=False)
    shelf: Path | None = field(compare=False)

    def laid(self) -> tuple[Node, list[Fault], list[str]]:
        """The document that they come to, what is wrong with it, and what fell away."""
        merged, *others = self.documents
        faults: list[Fault] = []
        notes: list[str] = []
        for layer in others:
            merged, more = extend(merged, layer, faults, shelf=self.shelf)
            notes += more
        return merged, faults, notes


@lru_cache(maxsize=16)
def _laid(layers: _Layers) -> tuple[Node, list[Fault], list[str]]:
    return layers.laid()


def _describe(
    root: Node, library: Library | None
) -> tuple[Description | None, list[Fault], list[str]]:
    description, faults = validate(Description, root)
    if description is not None:
        return description, *check(description, root, library)
    if part := checkable_part(root):
        more, _ = check(part.description, part.rest, library, part.mended)
        faults += [fault for fault in more if not about_what_is_missing(fault.problem, part.gone)]
    else:
        last = max(faults)
        faults.remove(last)
        remedy = f"{last.remedy}; more faults may show once these are mended"
        faults.append(replace(last, remedy=remedy))
    return None, faults, []


def _as_text(overrides: Overrides) -> tuple[tuple[str, str], ...]:
    """Each change as its path and YAML text.

    Raises ``ScenarioError`` where a path is no text, or a value nothing that YAML has.
    """
    given = overrides.items() if isinstance(overrides, Mapping) else overrides
    pairs, faults = [], []
    form = 'write overrides as a dict, {"actors.north.power": 2}'
    for one in given if isinstance(given, Iterable) else [given]:
        if isinstance(one, str) or not isinstance(one, Sequence) or len(one) != 2:
            problem = f"{shown(one)} is no path with its value"
            faults.append(Fault(Place(option("--set")), problem, form))
            continue
        path, value = one
        if not isinstance(path, str):
            faults.append(Fault(Place(option("--set")), f"{shown(path)} is no path", form))
        elif isinstance(value, str):
            pairs.append((path, value))
        else:
            try:
                pairs.append((path, json.dumps(from_plain(value, path).plain())))
            except ScenarioError as error:
                place = Place(option("--set"), path=path)
                faults += [replace(fault, place=place) for fault in error.faults]
            except TypeError:
                problem = f"{shown(value)} is no value of a scenario"
                remedy = "give a number, a text, a truth value, a list or a dict"
                faults.append(Fault(Place(option("--set"), path=path), problem, remedy))
    if faults:
        raise ScenarioError(faults)
    return tuple(pairs)


def scenario_of(given: ScenarioLike) -> Scenario:
    """The scenario, read or built where it is not one yet.

    Raises ``ScenarioError`` with all faults, also where it is nothing of the kind.
    """
    if isinstance(given, Scenario):
        return given
    if isinstance(given, (str, os.PathLike)):
        return load_scenario(os.fspath(given))
    if isinstance(given, Mapping):
        return load(given)
    remedy = "give a scenario, the path of its file, or what the file holds as a dict"
    raise ScenarioError([Fault(Place("scenario"), f"{shown(given)} is no scenario", remedy)])


def scenarios_of(given: ScenarioLike | Iterable[ScenarioLike]) -> list[Scenario]:
    """Scenarios in a row; a single one may stand by itself."""
    if isinstance(given, (Scenario, str, os.PathLike, Mapping)):
        return [scenario_of(given)]
    return (
        [scenario_of(one) for one in given] if isinstance(given, Iterable) else [scenario_of(given)]
    )


# A scenario that is read already, changed as ``--set`` would.

_LISTED = 8
"""Most numbers of a section that a message lists."""


def revised(scenario: Scenario, overrides: Mapping[str, Any]) -> Scenario:
    """Change values by path; the reference, the ordinary times, stays as it is.

    The result is the one that :func:`sim.scenario.loading.load_scenario` gives with
    these overrides added, rules between the parts included.

    Raises ``ScenarioError`` with all faults.
    """
    document = scenario.description.model_dump(exclude_unset=True)
    made, _ = _of_plain(document, scenario.id, scenario.library, overrides)
    return replace(
        scenario,
        description=made.description,
        overrides=(*scenario.overrides, *made.overrides),
        notes=(*scenario.notes, *made.notes),
    )


def number_path(scenario: Scenario, path: str, given: str) -> tuple[str, list[Fault]]:
    """Find the parameter that a path means, as ``--set`` would.

    ``path``: either order of the names of a pair will do; ``given``: where the path was written:
    ``--over``. Gives the path as results name it, and what is wrong with it.
    """
    root = from_plain(scenario.description.model_dump(exclude_unset=True), scenario.id)
    faults: list[Fault] = []
    change(root, path, "0", faults)
    if faults:
        return path, said_by(given, faults)
    known: list[str] = []
    node = root
    for step in map(tidy, path.split(".")):
        key = same_key(step, node, schema_paths.at(known))
        known.append(key)
        node = node.fields.get(key, from_plain({}, scenario.id))
    if known[-1] == "value" and schema_paths.is_quantity(schema_paths.at(known[:-1])):
        known.pop()
    found = ".".join(known)
    if schema_paths.is_frequencies(schema_paths.at(known)) and len(node.fields) <= 1:
        only = next(iter(node.fields), f"{ANYONE} to {ANYONE}")
        if only == f"{ANYONE} to {ANYONE}":
            return f"{found}.{only}", []
    if schema_paths.is_quantity(schema_paths.at(known)):
        return found, []
    inside = [one for one in scenario.parameters if one.startswith(f"{found}.")]
    return found, [_no_number(given, found, inside)]


def said_by(given: str, faults: Iterable[Fault]) -> list[Fault]:
    """The same faults, of another option than ``--set``."""
    return [
        replace(fault, place=replace(fault.place, file=given))
        if fault.place.file == option("--set")
        else fault
        for fault in faults
    ]


def _no_number(given: str, path: str, inside: list[str]) -> Fault:
    place = Place(given, path=path)
    if not inside:
        remedy = (
            "name a number of an actor, a relation, an issue, a lever or a coefficient, "
            "e.g. coefficients.rationality"
        )
        return Fault(place, f"'{path}' is no parameter of the model", remedy)
    listed = ", ".join(inside[:_LISTED]) + (", ..." if len(inside) > _LISTED else "")
    return Fault(place, f"'{path}' is a section, not a number", f"name a number in it: {listed}")
