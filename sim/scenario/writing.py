"""A scenario that was read, as the text of a file."""

from __future__ import annotations

from typing import Any

from sim.scenario.inherit import joined
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.scenario.node import Mark, Node, from_plain
from sim.scenario.overrides import as_layer, frequencies_at, steps_of
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import yaml_text


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
        ``sources:`` are in ``scenario.files``, and belong beside it. Nothing is merged into
        one: what is usual in ordinary times is tied to the start of the base file.

    Examples
    --------
    >>> import sim
    >>> changed = sim.load_scenario("scenarios/two-neighbours.yaml", {"actors.south.power": 0.6})
    >>> print(sim.to_yaml(changed))
    extends: two-neighbours.yaml
    actors:
      south:
        power: {value: 0.6, why: set by hand}
    <BLANKLINE>
    """
    scenario = scenario_of(scenario)
    own = scenario.files[0]
    if not scenario.overrides and scenario.lens is None:
        return own.text
    layer = Node({"extends": Node(own.name, Mark(own.name))}, Mark(own.name))
    for path, value in scenario.overrides:
        layer = joined(layer, as_layer(path, value))
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
