"""Changes to a scenario that is read already, as ``--set`` makes them to its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sim.errors import Fault, Place, option
from sim.scenario import overrides, schema_paths
from sim.scenario.inherit import same_key
from sim.scenario.loading import build
from sim.scenario.node import from_plain, tidy
from sim.scenario.phrases import ANYONE
from sim.scenario.scenario import Scenario

NAMED = 8
"""Most numbers of a section that a message lists."""


def revised(scenario: Scenario, overrides: Mapping[str, Any]) -> Scenario:
    """Change values by path; the reference, the ordinary times, stays as it is.

    The result is the one that :func:`sim.scenario.loading.load_scenario` gives with
    these overrides added, rules between the parts included.

    Parameters
    ----------
    scenario : Scenario
    overrides : mapping of path to value

    Raises
    ------
    ScenarioError
        With all faults.
    """
    document = scenario.description.model_dump(exclude_unset=True)
    made = build(document, scenario.id, scenario.library, overrides)
    return replace(
        scenario,
        description=made.description,
        overrides=(*scenario.overrides, *made.overrides),
        notes=(*scenario.notes, *made.notes),
    )


def number_path(scenario: Scenario, path: str, given: str) -> tuple[str, list[Fault]]:
    """Find the parameter that a path means, as ``--set`` would.

    Parameters
    ----------
    scenario : Scenario
    path : str
        Either order of the names of a pair will do.
    given : str
        Where the path was written: ``--over``.

    Returns
    -------
    (str, list of Fault)
        The path as results name it, and what is wrong with it.
    """
    root = from_plain(scenario.description.model_dump(exclude_unset=True), scenario.id)
    faults: list[Fault] = []
    overrides.change(root, path, "0", faults)
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
        return Fault(
            place,
            f"'{path}' is no parameter of the model",
            "name a number of an actor, a relation, an issue, a lever or a coefficient, "
            "e.g. coefficients.rationality",
        )
    listed = ", ".join(inside[:NAMED]) + (", ..." if len(inside) > NAMED else "")
    return Fault(place, f"'{path}' is a section, not a number", f"name a number in it: {listed}")
