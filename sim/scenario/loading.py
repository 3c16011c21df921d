"""From a file, or plain data, to a scenario that is ready to run."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import Fault, Place, ScenarioError, option
from sim.scenario import schema_paths
from sim.scenario.arguments import path_of, text
from sim.scenario.checks import check
from sim.scenario.field_types import History
from sim.scenario.files import chain, sources
from sim.scenario.files import library as library_of
from sim.scenario.inherit import extend, with_shocks
from sim.scenario.lenses import LENSES, canonical
from sim.scenario.node import Mark, Node, from_plain
from sim.scenario.node import Path as NodePath
from sim.scenario.overrides import change
from sim.scenario.phrases import move, pair, parse
from sim.scenario.quantity import shown
from sim.scenario.scenario import Scenario, SourceFile
from sim.scenario.schema import Calendar, Description, Library
from sim.scenario.shipped import find_file
from sim.scenario.shocks import FILE, shelf_file
from sim.scenario.validation import validate
from sim.scenario.yaml_reader import yaml_text
from sim.text import did_you_mean

# What of a faulty document can still be checked, so that all faults come in one go.

_PASSES = 8
"""Taking one thing out may leave another without what it needs, a few times over."""
_FITTING: dict[object, object] = {str: "01", int: 1000, float: 0, bool: False}
"""A text that is also a CAMEO code; enough rounds for any date."""
_CALENDAR = {"start": "1900-01-01", "round": "year"}
"""Dates are not compared with it."""


@dataclass(frozen=True)
class Sound:
    """What of a faulty document can be checked.

    Attributes
    ----------
    description : Description
        What the rest describes.
    rest : Node
        The rest.
    gone : set of str
        Ids that were taken out.
    mended : set of path
        Where something was taken out or replaced.
    """

    description: Description
    rest: Node
    gone: set[str]
    mended: set[NodePath]


def sound_part(root: Node) -> Sound | None:
    """A document like this one that fits the types.

    ``root``: a document that does not. ``None`` where too little is left to check.
    """
    rest, gone, mended = root.copy(), set[str](), set[NodePath]()
    for _ in range(_PASSES):
        try:
            return Sound(Description.model_validate(rest.plain()), rest, gone, mended)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
        for path in {_at_fault(rest, detail["loc"], detail["type"]) for detail in details}:
            if len(path) < 1 or not _mend(rest, path, gone):
                return None
            mended.add(path)
    return None


def of_what_is_gone(problem: str, gone: set[str]) -> bool:
    """Whether a fault only says that something taken out is not there."""
    return any(gone.intersection(_ids(quoted)) for quoted in re.findall("'([^']*)'", problem))


def _ids(text: str) -> tuple[str, ...]:
    """The ids in what a message quotes: a phrase, a pair, a move, or one id."""
    if phrase := parse(text):
        return phrase.names
    if ends := pair(text):
        return ends[0], ends[2]
    return move(text) or (text,)


def _at_fault(rest: Node, loc: NodePath, sort: str) -> NodePath:
    """The smallest part, no item of a list nor inside a number, that has the fault."""
    path = loc[:-1] if loc and loc[-1] == "[key]" else loc
    if sort != "missing":
        path, _ = rest.find(path)
    for depth in range(1, len(path) + 1):
        kind = schema_paths.at(path[:depth])
        if schema_paths.is_quantity(kind) or (depth < len(path) and isinstance(path[depth], int)):
            return path[:depth]
    return path


def _mend(rest: Node, path: NodePath, gone: set[str]) -> bool:
    """Take the value out, or put one that fits where it cannot be missing."""
    found, owner = rest.find(path[:-1])
    key = str(path[-1])
    if found != path[:-1] or not owner.is_mapping:
        return True  # it went with something else
    part, kind = schema_paths.at(path[:-1]), schema_paths.at(path)
    if part is History and key == "values":  # which it cannot do without
        del rest.fields["history"].fields[str(path[1])]
        return True
    required = schema_paths.is_part(part) and key in part.model_fields
    required = required and part.model_fields[key].is_required()
    if required or (schema_paths.is_table(part) and schema_paths.is_quantity(kind)):
        # A name of its own, or two parts would share one.
        fitting = f"A {path[-2]}" if key == "name" else _fitting(kind)
        mark = owner.fields[key].mark if key in owner.fields else owner.mark
        if kind is Calendar:
            fitting = {word: Node(value, mark) for word, value in _CALENDAR.items()}
            fitting["rounds"] = Node(1, mark)
        elif part is Calendar:
            fitting = _CALENDAR.get(key, fitting)
        if fitting is None:
            return False
        owner.fields[key] = Node(fitting, mark)
    elif key in owner.fields:
        node = owner.fields.pop(key)
        if path[0] != "history":
            gone |= set(node.fields) if len(path) == 1 else {key} if len(path) == 2 else set()
    return True


def _fitting(kind: object) -> object:
    """A value of a type, of no consequence; ``None`` where there is no such thing."""
    if schema_paths.is_quantity(kind) or schema_paths.is_frequencies(kind):
        return 0.01
    return _FITTING.get(kind)


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

    Raises
    ------
    ScenarioError
        With all faults, each with its file, line, column and remedy.
    """
    path = find_file(path_of("path", path))
    files = chain(path, shelf)
    library, source_files, faults = sources(files)
    layers = [file.document.root for file in reversed(files)]
    layers += [layer] if layer else []
    scenario = _build(path.stem, layers, library, overrides, lens, faults, shelf)
    kept = [*(file.source for file in files), *source_files, *_shocks(scenario, shelf)]
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

    Raises
    ------
    ScenarioError
        With all faults.
    """
    _check_arguments(document, id)
    root = from_plain(document, id)
    root.fields.pop("sources", None)
    cited, faults = _library(library, f"{id}-sources")
    files = []
    if cited != Library():
        name = f"{id}-sources.yaml"
        root.fields["sources"] = from_plain(name, id)
        cited_text = yaml_text(cited.model_dump(mode="json", exclude_unset=True))
        files.append(SourceFile(name, cited_text))
    scenario = _build(id, [root], cited, overrides, lens, faults)
    # Results keep the files of their scenario, so that they can be made again.
    own = SourceFile(f"{id}.yaml", yaml_text(root.plain()))
    return replace(scenario, files=(own, *files, *_shocks(scenario, None)))


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

    Raises
    ------
    ScenarioError
        Where there is no such lens.
    """
    name = canonical(text("lens", lens))
    if name not in LENSES:
        remedy = did_you_mean(name, LENSES, "lenses")
        raise ScenarioError([Fault(Place(option("--lens")), f"there is no lens '{lens}'", remedy)])
    description, reference = (
        part.model_copy(update={"lens": name})
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
) -> Scenario:
    """Lay each document over the one before; the first is the base of all."""
    pairs = _as_text(overrides)
    lens = None if lens is None else text("lens", lens)
    root = with_shocks(layers[0], shelf)
    base, wrong, notes = _describe(root, library)
    faults = [*faults, *wrong]
    merged = root
    for layer in layers[1:]:
        merged, more = extend(merged, layer, faults, shelf=shelf)
        notes += more
    for path, value in pairs:
        merged, more = change(merged, path, value, faults, shelf)
        notes += more
    if lens is not None:
        layer = Node(
            {"lens": Node(canonical(lens), Mark(option("--lens")))}, Mark(option("--lens"))
        )
        merged, more = extend(merged, layer, faults)
        notes += more
    if merged is root:
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
        reference = base.model_copy(update={"lens": description.lens})
    return Scenario(
        id=id,
        description=description,
        reference=reference,
        library=library or Library(),
        overrides=pairs,
        lens=None if lens is None else description.lens,
        notes=tuple(notes),
    )


def _describe(
    root: Node, library: Library | None
) -> tuple[Description | None, list[Fault], list[str]]:
    description, faults = validate(Description, root)
    if description is not None:
        return description, *check(description, root, library)
    if part := sound_part(root):
        more, _ = check(part.description, part.rest, library, part.mended)
        faults += [fault for fault in more if not of_what_is_gone(fault.problem, part.gone)]
    else:
        last = max(faults)
        faults.remove(last)
        remedy = f"{last.remedy}; more faults may show once these are mended"
        faults.append(replace(last, remedy=remedy))
    return None, faults, []


def _as_text(overrides: Overrides) -> tuple[tuple[str, str], ...]:
    """Each change as its path and YAML text.

    Raises
    ------
    ScenarioError
        Where a path is no text, or a value nothing that YAML has.
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
            except TypeError:
                problem = f"{shown(value)} is no value of a scenario"
                remedy = "give a number, a text, a truth value, a list or a dict"
                faults.append(Fault(Place(option("--set"), path=path), problem, remedy))
    if faults:
        raise ScenarioError(faults)
    return tuple(pairs)


def scenario_of(given: ScenarioLike) -> Scenario:
    """The scenario, read or built where it is not one yet.

    Raises
    ------
    ScenarioError
        With all faults of the file or mapping; where it is nothing of the kind.
    """
    if isinstance(given, Scenario):
        return given
    if isinstance(given, (str, os.PathLike)):
        return load_scenario(os.fspath(given))
    if isinstance(given, Mapping):
        return build(given)
    remedy = "give a scenario, the path of its file, or what the file holds as a dict"
    raise ScenarioError([Fault(Place("scenario"), f"{shown(given)} is no scenario", remedy)])


def scenarios_of(given: ScenarioLike | Iterable[ScenarioLike]) -> list[Scenario]:
    """Scenarios in a row; a single one may stand by itself."""
    if isinstance(given, (Scenario, str, os.PathLike, Mapping)):
        return [scenario_of(given)]
    return (
        [scenario_of(one) for one in given] if isinstance(given, Iterable) else [scenario_of(given)]
    )
