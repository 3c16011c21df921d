"""Propositions: a causal claim as data, to be tested as a paired experiment.

A file of its own names a base scenario, what is changed in it, what is
measured, and what the claim expects. ``docs/propositions.md`` has the format.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from pydantic import Field, StrictInt

from sim.errors import Fault, Place, ScenarioError, option
from sim.scenario.arguments import path_of
from sim.scenario.build import load_scenario
from sim.scenario.check_proposition import direct, effective, expectations, facts, names, times
from sim.scenario.explain import validate
from sim.scenario.grounded import Name, Sources, Text
from sim.scenario.load import read
from sim.scenario.measuring import Measured, Target, resolve
from sim.scenario.node import Node
from sim.scenario.orders import Order, check_order
from sim.scenario.quantity import Frozen
from sim.scenario.report import Report
from sim.scenario.scenario import Scenario, SourceFile
from sim.scenario.shipped import ENDINGS, FOLDER, found, is_name, natural, shipped
from sim.scenario.wording import closest

PAIRS = 4000
"""Pairs of runs unless told otherwise."""
ARMS = ("against", "intervention")


class Proposition(Frozen):
    """A claim, as its file states it; the two arms are laid over the base scenario."""

    id: Text = Field(max_length=20, description="short name: P1")
    claim: Text = Field(description="what is claimed, in your own words")
    facts: Sources = Field(min_length=1, description="ids of the facts it is drawn from")
    note: Text | None = Field(None, description="how the claim was turned into an experiment")
    pairs: StrictInt = Field(
        PAIRS, ge=2, le=10_000_000, description="pairs of runs unless told otherwise"
    )
    measures: dict[Name, Measured] = Field(min_length=1, description="what is measured, by id")


@dataclass(frozen=True)
class Claim:
    """A proposition, ready to be tested.

    Attributes
    ----------
    file : SourceFile
        What it was read from, named as it was opened.
    stated : Proposition
    reference, changed : Scenario
        The two arms; the same object where nothing is changed.
    targets : tuple of Target
        What is measured.
    reference_orders, changed_orders : tuple of Order
        Moves laid down in each arm.
    """

    file: SourceFile
    stated: Proposition
    reference: Scenario
    changed: Scenario
    targets: tuple[Target, ...]
    reference_orders: tuple[Order, ...] = ()
    changed_orders: tuple[Order, ...] = ()

    @property
    def id(self) -> str:
        """Its short name."""
        return self.stated.id

    @property
    def is_experiment(self) -> bool:
        """Whether two arms are compared."""
        return self.changed is not self.reference or self.changed_orders != self.reference_orders


def load_propositions(path: str | Path) -> list[Path]:
    """The proposition files at a path: itself, or those in the folder, in natural order."""
    path = found(path_of("path", path))
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.y*ml"), key=natural)
    if not files:
        raise ScenarioError(
            [Fault(Place(str(path)), "there is no proposition in this folder", "name a .yaml file")]
        )
    return files


def load_claims(paths: str | Path | Iterable[str | Path]) -> list[Claim]:
    """Read propositions from files and folders; a single one may stand by itself.

    Raises
    ------
    ScenarioError
        With all faults of all files; also where two have one id.
    """
    claims: list[Claim] = []
    faults: list[Fault] = []
    if isinstance(paths, (str, Path)) or not isinstance(paths, Iterable):
        paths = [path_of("paths", paths)]
    for path in paths:
        try:
            for file in load_propositions(path):
                try:
                    claims.append(load_proposition(file))
                except ScenarioError as error:
                    faults += error.faults
        except ScenarioError as error:
            faults += error.faults
    faults += same_ids(claims)
    if faults:
        raise ScenarioError(faults)
    return claims


def same_ids(claims: Iterable[Claim]) -> list[Fault]:
    """A fault for each claim that has the id of another before it."""
    first: dict[str, Claim] = {}
    return [
        Fault(
            Place(claim.file.name, path="id"),
            f"'{claim.id}' is also the id of {first[claim.id].file.name}",
            "give each proposition an id of its own",
        )
        for claim in claims
        if first.setdefault(claim.id, claim) is not claim
    ]


def load_proposition(path: str | Path) -> Claim:
    """Read a proposition, its base scenario and its two arms.

    Parameters
    ----------
    path : str or Path
        A YAML file as ``docs/propositions.md`` describes it; or the name of one
        without its ending, here or among those that come with the program.

    Raises
    ------
    ScenarioError
        With all faults; also where an arm writes what is measured.
    """
    path = found(path_of("path", path))
    document = read(path)
    root = document.root
    if {"actors", "extends", "calendar"} & set(root.fields) and "claim" not in root.fields:
        remedy = "name it under 'base:' in a file of its own; docs/propositions.md has an example"
        raise ScenarioError([Fault(Place(str(path)), "this is a scenario, not a claim", remedy)])
    base = root.fields.pop("base", None)
    layers = {arm: root.fields.pop(arm) for arm in ARMS if arm in root.fields}
    stated, wrong = validate(Proposition, root)
    faults = [_with_arms(fault) for fault in wrong]
    orders = {arm: _orders(layer, faults) for arm, layer in layers.items()}
    if "against" in layers and "intervention" not in layers:
        place = Node(layers, root.mark).place(("against",), at_key=True)
        remedy = "add 'intervention', or write what is changed under 'intervention' instead"
        faults.append(Fault(place, "there is nothing to compare with 'against'", remedy))
    if base is None:
        remedy = "add 'base:' with the name of the scenario it is tested in"
        faults.append(Fault(Place(str(path)), "'base' is missing", remedy))
        raise ScenarioError(faults)
    reference = _arm(path, base, layers.get("against"), faults)
    changed = reference
    if "intervention" in layers:
        changed = _arm(path, base, layers["intervention"], faults)
    if stated is not None and reference is not None:
        faults += facts(stated.facts, root, reference)
    if stated is None or reference is None or changed is None:
        raise ScenarioError(faults)
    faults += names(stated.measures, root, reference, changed)
    faults += times(stated.measures, root, reference, changed)
    for arm, scenario in zip(ARMS, (reference, changed), strict=True):
        if orders.get(arm):
            report = Report(scenario.description, Node({arm: layers[arm]}, root.mark))
            for number, order in enumerate(orders[arm]):
                check_order(report, (arm, "moves", number), order)
            faults += report.faults
    if faults:
        raise ScenarioError(faults)
    targets = tuple(
        resolve(stated.id, key, measured, reference.description)
        for key, measured in stated.measures.items()
    )
    claim = Claim(
        SourceFile(path.as_posix(), document.text),
        stated,
        reference,
        changed,
        targets,
        *(orders.get(arm, ()) for arm in ARMS),
    )
    only = set(claim.reference_orders) ^ set(claim.changed_orders)
    faults += expectations(targets, root, claim.is_experiment)
    if layers:
        faults += effective(root, reference, changed, only)
    faults += direct(targets, root, reference.description, changed.description, only)
    if faults:
        raise ScenarioError(faults)
    return claim


def _with_arms(fault: Fault) -> Fault:
    """A fault at an unknown key, with the three keys that are read before the rest."""
    known = "known keys here: id,"
    if known not in fault.remedy:
        return fault
    key = fault.problem.removeprefix("unknown key ").strip("'")
    near = closest(key.lower(), ("base", *ARMS))
    remedy = fault.remedy.replace(known, f"known keys here: base, {', '.join(ARMS)}, id,")
    if near and "did you mean" not in remedy:
        remedy = f"did you mean '{near}'? {remedy}"
    return replace(fault, remedy=remedy)


def _orders(layer: Node, faults: list[Fault]) -> tuple[Order, ...]:
    """The moves that an arm lays down; ``moves`` stays in the layer, for places."""
    if "moves" not in layer.fields:
        return ()
    only = Node({"moves": layer.fields["moves"]}, layer.mark, layer.key)
    moves, wrong = validate(_Moves, only)
    faults += wrong
    return moves.moves if moves else ()


class _Moves(Frozen):
    moves: tuple[Order, ...]


def _arm(path: Path, base: Node, layer: Node | None, faults: list[Fault]) -> Scenario | None:
    """The base, or the scenario that the layer names, with the rest of the layer laid over."""
    scenario: Node = base
    settings: Node | None = None
    if layer is not None:
        if not layer.is_mapping:
            remedy = "write what changes as in a scenario that extends the base"
            faults.append(Fault(Place(*layer.mark), "an arm holds keys with values", remedy))
            return None
        layer = layer.copy()
        layer.fields.pop("moves", None)
        scenario = layer.fields.pop("scenario", base)
        settings = layer.fields.pop("set", None)
        if settings is not None and not settings.is_mapping:
            remedy = "write a path and a value in each line: actors.north.power: 2"
            faults.append(Fault(Place(*settings.mark), "'set' holds paths with values", remedy))
            return None
    overrides: list[tuple[str, Any]] = (
        [(key, node.plain()) for key, node in settings.fields.items()] if settings else []
    )
    try:
        return load_scenario(_found(path, scenario), overrides, layer=layer)
    except ScenarioError as error:
        faults += [_in_file(fault, settings) for fault in error.faults]
        return None


def _in_file(fault: Fault, settings: Node | None) -> Fault:
    """A fault of a change by path, where it stands in the file."""
    if settings is None or fault.place.file != option("--set"):
        return fault
    paths = [path for path in settings.fields if fault.place.path.startswith(path)]
    place = settings.place((max(paths, key=len),) if paths else (), at_key=True)
    return replace(fault, place=replace(place, path=f"set.{place.path}"))


def _found(path: Path, named: Node) -> Path:
    """Find a scenario: beside the proposition, in the folder above, in ``scenarios/``, by name."""
    name = named.value
    place = Place(named.mark.file, named.mark.line, named.mark.column)
    if not isinstance(name, str) or not name.strip() or "\0" in name:
        remedy = "write base: northeast-asia-2016.yaml"
        raise ScenarioError([Fault(place, "this is not the name of a scenario file", remedy)])
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute():
        remedy = "name a file beside this one, in the folder above, or in scenarios/"
        raise ScenarioError([Fault(place, f"'{name}' is an absolute path", remedy)])
    homes = (path.parent, Path(os.path.normpath(path.parent / "..")), Path(FOLDER))
    for end in ("", *(ENDINGS if is_name(name) else ())):
        for folder in homes:
            if (folder / f"{name}{end}").is_file():
                return folder / f"{name}{end}"
    if file := shipped(name):
        return file
    others = {other.name for folder in homes for other in folder.glob("*.y*ml")}
    near = closest(PurePosixPath(name).name, others)
    remedy = f"did you mean '{near}'?" if near else "check the name"
    raise ScenarioError([Fault(place, f"there is no file '{name}'", remedy)])
