"""A small scenario file that the tests spoil in one place at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import Fault, ScenarioError
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario

WORLD = """\
title: A border between two
calendar: {start: 2016-10-01, round: quarter, rounds: 8}
actors:
  north:
    name: North
    power: 0.1
    source: almanac
  south:
    name: South
    power: {value: 0.2, spread: {normal: 0.01}, source: almanac}
    weights: {security: 0.5, support: 0.5}
  east:
    name: East
    power: 0.3
relations:
  north and south: {affinity: -0.1, tension: 0.3}
  north to south: {commitment: 0.1, ties: 0.2}
issues:
  border:
    name: the border
    low: with North
    high: with South
    outcome: 20
    stances:
      north: {position: 0, salience: 0.8}
      south: {position: 100, salience: 0.7}
levers:
  summit:
    name: hold a summit
    usual: {north to south: 0.2, anyone to anyone: 0.1}
    consent: 0.7
    effects:
      affinity of actor and target: 0.05
      affinity of target and others: -0.01
    requires:
      support of actor: {at_least: 0.3}
    cameo: '036'
    goldstein: 4
  threat:
    name: threaten
    usual: {south to north: 0.3}
    effects:
      issue border: -2
    requires:
      rounds since summit: {at_least: 2}
    cameo: '138'
    goldstein: -7
events:
  election:
    name: an election
    on: 2017-05-01
    changes:
      support of south: {to: 0.7}
    forbids: [threat by south]
outcomes:
  border: {name: the border, of: issue border}
  moves: {name: moves, acts: [summit, threat]}
watch:
  settled: {name: settled, when: {issue border: {at_least: 80}}}
stop: [settled]
sources: sources.yaml
notes:
  against threat: it is there to be told apart from a summit
  unreached settled: no test waits for it
"""

SOURCES = """\
data:
  almanac: {name: The Almanac, year: '2016', about: capabilities}
"""


def line_of(text: str, fragment: str) -> int:
    """Number of the first line that holds a fragment."""
    return next(i for i, line in enumerate(text.splitlines(), 1) if fragment in line)


def spoilt(*changes: tuple[str, str]) -> str:
    """The world with some of its words replaced."""
    text = WORLD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def load(folder: Path, text: str = WORLD, **files: str) -> Scenario:
    """Write a scenario and what it extends (``base="..."``) and load it."""
    (folder / "sources.yaml").write_text(SOURCES)
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content)
    (folder / "world.yaml").write_text(text)
    return load_scenario(folder / "world.yaml")


def faults(folder: Path, text: str, **files: str) -> tuple[Fault, ...]:
    """All faults of a scenario that must have some."""
    with pytest.raises(ScenarioError) as caught:
        load(folder, text, **files)
    return caught.value.faults


def only(folder: Path, text: str, **files: str) -> Fault:
    """The one fault of a scenario that must have one."""
    found = faults(folder, text, **files)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]
