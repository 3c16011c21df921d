"""Plain data as YAML text that our reader reads back as the same data."""

from __future__ import annotations

from typing import Any

import yaml

from sim.scenario.inherit import joined
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.scenario.node import Mark, Node, from_plain
from sim.scenario.overrides import as_layer, frequencies_at, steps_of
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import scalar

# Scenarios as YAML text that reads back as the same scenario.


def _as_it_is(scenario: Scenario, steps: list[str]) -> Node:
    """A document that holds one part of a scenario, as the scenario has it."""
    part: Any = scenario.description.model_dump(mode="json", exclude_unset=True)
    for step in steps:
        part = part[step]
    for step in reversed(steps):
        part = {step: part}
    return from_plain(part, scenario.id)


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


class _Dumper(yaml.SafeDumper):
    """Writes what our reader reads: YAML 1.2, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out."""
        return True

    def text(self, data: str) -> yaml.ScalarNode:
        """Quote text that our reader would take for a number, a truth value or nothing."""
        style = None if isinstance(scalar(data), str) else "'"
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _Dumper.text)


def yaml_text(data: Any) -> str:
    """Write plain data as YAML: mappings in their order, the innermost in braces."""
    return str(
        yaml.dump(
            data,
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=None,
            width=100,
        )
    )
