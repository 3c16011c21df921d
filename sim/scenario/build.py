"""From a file, or plain data, to a scenario that is ready to run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.errors import Fault, Place, ScenarioError
from sim.scenario.check import check
from sim.scenario.explain import validate
from sim.scenario.files import chain, sources
from sim.scenario.lenses import LENSES, canonical
from sim.scenario.merge import extend
from sim.scenario.node import Mark, Node, from_plain
from sim.scenario.override import change
from sim.scenario.salvage import of_what_is_gone, sound_part
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Library
from sim.scenario.shipped import found
from sim.scenario.wording import did_you_mean

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
    path = found(path)
    files = chain(path, shelf)
    library, source_files, faults = sources(files)
    layers = [file.document.root for file in reversed(files)]
    layers += [layer] if layer else []
    scenario = _build(path.stem, layers, library, overrides, lens, faults)
    return replace(scenario, files=(*(file.source for file in files), *source_files))


def build(
    document: Mapping[str, Any],
    id: str = "scenario",
    library: Library | None = None,
    overrides: Overrides = (),
    lens: str | None = None,
) -> Scenario:
    """Make a scenario from plain data, for notebooks and tests.

    Parameters
    ----------
    document : mapping
        What a scenario file holds (without ``extends``).
    id : str
        Its short name, which also stands for the file in messages.
    library : Library, optional
        The facts and data that it cites.
    overrides, lens
        As in :func:`load_scenario`.

    Raises
    ------
    ScenarioError
        With all faults.
    """
    root = from_plain(document, id)
    return _build(id, [root], library or Library(), overrides, lens, [])


def through(scenario: Scenario, lens: str) -> Scenario:
    """The same scenario, every actor viewed through a lens, as when it is read with one.

    Raises
    ------
    ScenarioError
        Where there is no such lens.
    """
    name = canonical(lens)
    if name not in LENSES:
        remedy = did_you_mean(name, LENSES, "lenses")
        raise ScenarioError([Fault(Place("--lens"), f"there is no lens '{lens}'", remedy)])
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
) -> Scenario:
    """Lay each document over the one before; the first is the base of all."""
    pairs = _as_text(overrides)
    root = layers[0]
    base, wrong, notes = _describe(root, library)
    faults = [*faults, *wrong]
    merged = root
    for layer in layers[1:]:
        merged, more = extend(merged, layer, faults)
        notes += more
    for path, text in pairs:
        merged, more = change(merged, path, text, faults)
        notes += more
    if lens is not None:
        layer = Node({"lens": Node(canonical(lens), Mark("--lens"))}, Mark("--lens"))
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
    return None, faults, []


def _as_text(overrides: Overrides) -> tuple[tuple[str, str], ...]:
    pairs = overrides.items() if isinstance(overrides, Mapping) else overrides
    return tuple(
        (path, value if isinstance(value, str) else json.dumps(value)) for path, value in pairs
    )
