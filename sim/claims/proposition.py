"""Propositions: a causal claim as data, to be tested as a paired experiment.

A file of its own names a base scenario, what is changed in it, what is
measured, and what the claim expects. ``docs/propositions.md`` has the format.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from pydantic import Field, StrictInt

from sim.claims import checks
from sim.claims.checks import Arms
from sim.claims.measure import Measured, Target, resolve
from sim.errors import Fault, Place, ScenarioError, option
from sim.scenario.arguments import path_of
from sim.scenario.checker import Checker
from sim.scenario.field_types import Frozen, Name, Sources, Text, optional
from sim.scenario.inherit import joined
from sim.scenario.loading import load_scenario
from sim.scenario.node import Node, tidy
from sim.scenario.scenario import Scenario, SourceFile
from sim.scenario.schema import Order
from sim.scenario.shipped import ENDINGS, SCENARIOS, find_file, is_name, natural, shipped
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import read_yaml
from sim.text import closest

PAIRS = 4000
"""Pairs of runs unless told otherwise."""
ARMS = ("against", "intervention")
OVER = {"moderator": "the moderator", "null_check": "the null check"}
"""Changes that are laid over both arms, as messages name them."""


class Proposition(Frozen):
    """A claim, as its file states it; the two arms are laid over the base scenario."""

    id: Text = Field(max_length=20, description="short name: P1")
    claim: Text = Field(description="what is claimed, in your own words")
    facts: Sources = Field(min_length=1, description="ids of the facts it is drawn from")
    note: Text | None = optional("how the claim was turned into an experiment")
    pairs: StrictInt = optional("pairs of runs unless told otherwise", PAIRS, ge=2, le=10_000_000)
    measures: dict[Name, Measured] = Field(min_length=1, description="what is measured, by id")


@dataclass(frozen=True, kw_only=True)
class Claim(Arms):
    """A proposition, ready to be tested: its two arms, and what is measured in them.

    Attributes
    ----------
    file : SourceFile
        What it was read from, named as it was opened.
    stated : Proposition
    targets : tuple of Target
        What is measured.
    moderated : Arms or None
        The two arms with the moderator laid over both.
    null : tuple of Arms
        The same arms, and those with the moderator, where the matter of the claim does
        not count; none where no null check is stated.
    """

    file: SourceFile
    stated: Proposition
    targets: tuple[Target, ...]
    moderated: Arms | None = None
    null: tuple[Arms, ...] = ()

    @property
    def arms(self) -> tuple[Arms, ...]:
        """Every pair of arms that the verdict rests on: as they are, and with the moderator."""
        return (self, self.moderated) if self.moderated else (self,)

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
    path = find_file(path_of("path", path))
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

    Parameters
    ----------
    paths : path, name, or sequence of them
        Files, names of those that come with the program, and folders with all their files.

    Returns
    -------
    found : list of Claim
        In the order of the files, each with its base scenario and its two arms.

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

    Returns
    -------
    found : Claim
        With its base scenario, its two arms, and what it measures.

    Raises
    ------
    ScenarioError
        With all faults; also where an arm writes what is measured.
    """
    path = find_file(path_of("path", path))
    document = read_yaml(path)
    root = document.root
    if {"actors", "extends", "calendar"} & set(root.fields) and "claim" not in root.fields:
        remedy = "name it under 'base:' in a file of its own; docs/propositions.md has an example"
        raise ScenarioError([Fault(Place(str(path)), "this is a scenario, not a claim", remedy)])
    base = root.fields.pop("base", None)
    layers = {key: root.fields.pop(key) for key in (*ARMS, *OVER) if key in root.fields}
    stated, wrong = validate(Proposition, root)
    faults = [_with_arms(fault) for fault in wrong]
    orders = {key: _orders(layer, faults) for key, layer in layers.items()}
    faults += _scenarios_over(layers)
    if "intervention" not in layers:
        for key in layers:
            place = Node(layers, root.mark).place((key,), at_key=True)
            remedy = "add 'intervention', or write what is changed under 'intervention' instead"
            faults.append(Fault(place, f"there is nothing to compare with '{key}'", remedy))
    if base is None:
        remedy = "add 'base:' with the name of the scenario it is tested in"
        faults.append(Fault(Place(str(path)), "'base' is missing", remedy))
        raise ScenarioError(faults)
    arms = _Arms(path, base, layers, orders)
    own = arms.made((), faults)
    if stated is not None and own is not None:
        faults += checks.check_facts(stated.facts, root, own.reference)
    if stated is None or own is None:
        raise ScenarioError(faults)
    over = {key: arms.made((key,), faults, own) for key in OVER if key in layers}
    scenarios = [own.reference, own.changed]
    scenarios += [one for made in over.values() if made for one in (made.reference, made.changed)]
    faults += checks.check_names(stated.measures, root, scenarios)
    faults += checks.check_times(stated.measures, root, scenarios)
    for key, laid in orders.items():
        arm = own.reference if key == "against" else own.changed
        checker = Checker(arm.description, Node({key: layers[key]}, root.mark))
        for number, order in enumerate(laid):
            checks.check_order(checker, (key, "moves", number), order)
        faults += checker.faults
    if faults:
        raise ScenarioError(faults)
    null = [over["null_check"]] if "null_check" in over else []
    if null and "moderator" in over:
        null.append(arms.made(tuple(OVER), faults, own))
    targets = tuple(
        resolve(stated.id, key, measured, own.reference.description)
        for key, measured in stated.measures.items()
    )
    claim = Claim(
        **vars(own),
        file=SourceFile(path.as_posix(), document.text),
        stated=stated,
        targets=targets,
        moderated=over.get("moderator"),
        null=tuple(pair for pair in null if pair),
    )
    faults += checks.check_expectations(targets, root, claim.is_experiment)
    faults += checks.check_laid_over_both(targets, Node(layers, root.mark), tuple(OVER))
    if layers:
        only = set(own.reference_orders) ^ set(own.changed_orders)
        faults += checks.check_change(root, own.reference, own.changed, only)
        faults += checks.check_directness(targets, root, own, "the intervention")
    for key, made in over.items():
        if made is not None:
            laid_over = Arms(own.reference, made.reference, changed_orders=orders[key])
            place = Node(layers, root.mark).place((key,), at_key=True)
            if laid_over.alike and own.changed.description == made.changed.description:
                remedy = "change something that both arms share, or delete it"
                faults.append(Fault(place, f"{OVER[key]} changes nothing", remedy))
            elif made.alike and not own.alike:
                remedy = "put at zero what makes the change matter, and leave the change itself"
                faults.append(Fault(place, f"under {OVER[key]} the two arms are the same", remedy))
            faults += checks.check_directness(targets, root, laid_over, OVER[key])
    if faults:
        raise ScenarioError(faults)
    return claim


def _scenarios_over(layers: dict[str, Node]) -> Iterator[Fault]:
    """A fault where what is laid over both arms names a scenario to begin from; it is dropped."""
    for key in OVER:
        if named := (layers[key].fields.pop("scenario", None) if key in layers else None):
            remedy = "write the changes themselves; 'against' and 'intervention' name scenarios"
            problem = f"{OVER[key]} is laid over both arms, and takes neither's place"
            place = Place(*(named.key or named.mark), f"{key}.scenario")
            yield Fault(place, problem, remedy)


def _with_arms(fault: Fault) -> Fault:
    """A fault at an unknown key, with the three keys that are read before the rest."""
    known = "known keys here: id,"
    if known not in fault.remedy:
        return fault
    key = fault.problem.removeprefix("unknown key ").strip("'")
    beside = ("base", *ARMS, *OVER)
    near = closest(key.lower(), beside)
    remedy = fault.remedy.replace(known, f"known keys here: {', '.join(beside)}, id,")
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


@dataclass(frozen=True)
class _Arms:
    """What the two arms are made of."""

    path: Path
    base: Node
    layers: dict[str, Node]
    orders: dict[str, tuple[Order, ...]]

    def made(
        self, over: tuple[str, ...], faults: list[Fault], own: Arms | None = None
    ) -> Arms | None:
        """The two arms, with some changes laid over both.

        ``own`` are the arms without them: a number that only one of those has is set in
        that one.
        """
        others: tuple[frozenset[str], ...] = (frozenset(), frozenset())
        if own:
            others = tuple(
                _only_in(other, one)
                for one, other in ((own.reference, own.changed), (own.changed, own.reference))
            )
        found: list[Scenario | None] = []
        wrong: list[Fault] = []
        for arm, elsewhere in zip(ARMS, others, strict=True):
            keys = [key for key in (arm, *over) if key in self.layers]
            if found and arm not in keys and not over:
                found.append(found[0])
                continue
            layers = [self.layers[key] for key in keys]
            found.append(_arm(self.path, self.base, layers, wrong, elsewhere))
        # The changed arm has more names that may have been meant.
        told = {(fault.place, fault.problem): fault for fault in wrong}
        faults += [fault for fault in told.values() if fault not in faults]
        reference, changed = found
        if reference is None or changed is None:
            return None
        before, after = (
            tuple(order for key in (arm, *over) for order in self.orders.get(key, ()))
            for arm in ARMS
        )
        return Arms(reference, changed, before, after)


def _only_in(one: Scenario, other: Scenario) -> frozenset[str]:
    """Paths of numbers, and of what holds them, that only the one has."""
    ways = [
        {
            ".".join(steps[: depth + 1])
            for path in scenario.parameters
            for steps in [path.split(".")]
            for depth in range(len(steps))
        }
        for scenario in (one, other)
    ]
    return frozenset(ways[0] - ways[1])


def _arm(
    path: Path, base: Node, layers: list[Node], faults: list[Fault], elsewhere: frozenset[str]
) -> Scenario | None:
    """The base, or the scenario that the first layer names, with the layers laid over it.

    ``elsewhere`` are paths that only the other arm has: they are left to that one.
    """
    scenario = base
    document: Node | None = None
    settings: dict[str, Node] = {}
    for layer in layers:
        if not layer.is_mapping:
            remedy = "write what changes as in a scenario that extends the base"
            faults.append(Fault(Place(*layer.mark), "an arm holds keys with values", remedy))
            return None
        layer = layer.copy()
        layer.fields.pop("moves", None)
        scenario = layer.fields.pop("scenario", scenario)
        given = layer.fields.pop("set", None)
        if given is not None and not given.is_mapping:
            remedy = "write a path and a value in each line: actors.north.power: 2"
            faults.append(Fault(Place(*given.mark), "'set' holds paths with values", remedy))
            return None
        settings = {key: node for key, node in settings.items() if not _covers(layer, key)}
        fields = given.fields if given is not None else {}
        settings |= {key: node for key, node in fields.items() if tidy(key) not in elsewhere}
        document = joined(document, layer) if document else layer
    overrides: list[tuple[str, Any]] = [(key, node.plain()) for key, node in settings.items()]
    try:
        return load_scenario(_found(path, scenario), overrides, layer=document)
    except ScenarioError as error:
        faults += [_in_file(fault, settings) for fault in error.faults]
        return None


def _covers(layer: Node, path: str) -> bool:
    """Whether a document states what stands at a path, or above it."""
    for step in path.split("."):
        if not layer.is_mapping:
            return True
        if tidy(step) not in layer.fields:
            return False
        layer = layer.fields[tidy(step)]
    return True


def _in_file(fault: Fault, settings: dict[str, Node]) -> Fault:
    """A fault of a change by path, where it stands in the file."""
    if fault.place.file != option("--set"):
        return fault
    paths = [path for path in settings if fault.place.path.startswith(path)]
    if not paths:
        return fault
    key = max(paths, key=len)
    mark = settings[key].key or settings[key].mark
    return replace(fault, place=replace(Place(*mark), path=f"set.{fault.place.path}"))


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
    homes = (path.parent, Path(os.path.normpath(path.parent / "..")), Path(SCENARIOS))
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
