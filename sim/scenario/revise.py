"""A scenario that is read already: changed, as ``--set`` would, and written as YAML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sim.errors import Fault, Place, option
from sim.scenario import schema_paths
from sim.scenario.inherit import joined, same_key
from sim.scenario.loading import ScenarioLike, build, scenario_of
from sim.scenario.node import Mark, Node, from_plain, tidy
from sim.scenario.overrides import as_layer, change, frequencies_at, steps_of
from sim.scenario.phrases import ANYONE
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import yaml_text

_LISTED = 8
"""Most numbers of a section that a message lists."""


def revised(scenario: Scenario, overrides: Mapping[str, Any]) -> Scenario:
    """Change values by path; the reference, the ordinary times, stays as it is.

    The result is the one that :func:`sim.scenario.loading.load_scenario` gives with
    these overrides added, rules between the parts included.

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


def to_yaml(scenario: ScenarioLike) -> str:
    """A scenario as the text of a YAML file, which reads back as the same scenario.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path or name of its file, or what its file holds.

    Returns
    -------
    str
        The text of its own file. With overrides or a lens: a file that ``extends`` that one
        and holds the changes. The files that a text names under ``extends:`` and
        ``sources:`` are in ``scenario.files``, and belong beside it.

    Examples
    --------
    >>> import sim
    >>> changed = sim.load_scenario("scenarios/two-neighbours.yaml", {"actors.south.power": 0.6})
    >>> print(sim.to_yaml(changed))
    extends: two-neighbours.yaml
    actors:
      south:
        power: {value: 0.6, why: set on the command line}
    <BLANKLINE>
    """
    scenario = scenario_of(scenario)
    own = scenario.files[0]
    if not scenario.overrides and scenario.lens is None:
        return own.text
    layer = Node({"extends": Node(own.name, Mark(own.name))}, Mark(own.name))
    for path, text in scenario.overrides:
        layer = joined(layer, as_layer(path, text))
        if table := frequencies_at(steps_of(path)):
            # A change of one pair keeps what holds for anyone; in a file the table says so.
            layer = joined(layer, _as_it_is(scenario, table))
    if scenario.lens is not None:
        layer = joined(layer, from_plain({"lens": scenario.lens}, own.name))
    return yaml_text(layer.plain())


def _as_it_is(scenario: Scenario, steps: list[str]) -> Node:
    """A document that holds one part of a scenario, as the scenario has it."""
    part: Any = scenario.description.model_dump(mode="json", exclude_unset=True)
    for step in steps:
        part = part[step]
    for step in reversed(steps):
        part = {step: part}
    return from_plain(part, scenario.id)
