"""A condition on single runs, as data: the keys of a proposition's measure, and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sim.claims.checks import check_names, check_times
from sim.claims.measure import Measured, Target, resolve
from sim.errors import Fault, Place, ScenarioError, option
from sim.scenario.field_types import shown
from sim.scenario.node import Mark, Node, from_plain
from sim.scenario.scenario import Scenario
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import parse

_HOME = ("measures", "where")
_EVENTS, _VALUES = ("watch", "when"), ("outcome", "of", "interest", "acts", "proposals", "promises")


def condition(where: str | Mapping[str, Any], scenario: Scenario) -> Target:
    """Read a condition that each run meets or not.

    ``where``: ``watch: treaty, until: 2020-12-31``, with the keys of a proposition's measure; as
    text a YAML mapping, with or without its braces. ``watch`` and ``when`` mean that it happens,
    unless ``at_most: 0`` says that it does not; all else takes ``at_least``, ``at_most`` or both.

    Raises ``ScenarioError`` with all faults: unknown keys and names, what is not seen in a single
    run, a missing limit.
    """
    node = _read(where)
    faults = _refused(node)
    if faults:
        raise ScenarioError(faults)
    measured, found = validate(Measured, node)
    if measured is None:
        # A number may be whole or not, so that what is neither is refused twice.
        first = {fault.place.path: fault for fault in reversed(found)}
        raise ScenarioError([_placed(fault) for fault in first.values()])
    root = Node({_HOME[0]: Node({_HOME[1]: node}, node.mark)}, node.mark)
    stated = {_HOME[1]: measured}
    faults = [*check_names(stated, root, [scenario]), *check_times(stated, root, [scenario])]
    if faults:
        raise ScenarioError([_placed(fault) for fault in faults])
    target = resolve("condition", _HOME[1], measured, scenario.description)
    if measured.levers and not target.levers:
        problem, remedy = "no lever fits the condition", "name one that the actor has"
        raise ScenarioError([_fault(problem, remedy)])
    return target


def _read(where: str | Mapping[str, Any]) -> Node:
    if not isinstance(where, str):
        node = from_plain(where, option("--where"))
        if not node.is_mapping:
            remedy = 'write {"watch": "treaty"} or the like'
            raise ScenarioError([_fault(f"{shown(where)} is no condition", remedy)])
        return node
    text = where.strip()
    # Only what the braces hold is said: dates, names and limits with commas between them.
    inside = text if text.startswith("{") else f"{{{text}}}"
    remedy = "write keys with values, e.g. 'watch: treaty'"
    try:
        node = parse(inside, option("--where"))
    except ScenarioError as error:
        faults = [_fault(one.problem, one.remedy or remedy) for one in error.faults]
        raise ScenarioError(faults) from None
    if not node.is_mapping:
        raise ScenarioError([_fault(f"'{where}' is no condition", remedy)])
    return node


def _refused(node: Node) -> list[Fault]:
    """What a measure may say but a single run cannot answer; completes what it can."""
    fields = node.fields
    faults = []
    if "expect" in fields:
        problem = "'expect' compares two arms, and here there is one"
        remedy = "write at_least or at_most with a number"
        faults.append(_fault(problem, remedy, "expect"))
    if "consent" in fields:
        problem = "a share of proposals agreed to is not seen in a single run"
        remedy = "count the uses with 'acts', or the proposals with 'proposals'"
        faults.append(_fault(problem, remedy, "consent"))
    limits = [key for key in ("at_least", "at_most") if key in fields]
    event = next((key for key in _EVENTS if key in fields), None)
    if event is not None:
        if not limits:
            fields["at_least"] = Node(1, Mark(option("--where")))
        for key in limits:
            if fields[key].plain() != (1 if key == "at_least" else 0):
                problem = "in a single run an event happens or does not"
                remedy = f"leave '{key}' out, or write at_most: 0 for runs without it"
                faults.append(_fault(problem, remedy, key))
    elif not limits and set(_VALUES) & set(fields):
        remedy = "add at_least, at_most or both, e.g. 'at_least: 0.5'"
        faults.append(_fault("the condition has no limit", remedy))
    return faults


def _placed(fault: Fault) -> Fault:
    """A fault without the place that only the checks need."""
    path = fault.place.path.removeprefix(".".join(_HOME)).lstrip(".")
    path = "" if path == _HOME[0] else path
    remedy = fault.remedy
    for word in ("expect", "consent", "by_more_than"):
        remedy = remedy.replace(f"{word}, ", "")
    return replace(fault, place=Place(option("--where"), path=path), remedy=remedy)


def _fault(problem: str, remedy: str, path: str = "") -> Fault:
    return Fault(Place(option("--where"), path=path), problem, remedy)
