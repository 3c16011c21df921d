"""A small scenario with arrangements, promises and governments, spoilt in one place at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import Fault, ScenarioError
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario

BONDS = """\
title: Three states and what they sign
calendar: {start: 2016-10-01, round: quarter, rounds: 8}
actors:
  north:
    name: North
    power: 0.4
    government:
      elections: [2017-05-01]
      every: 4
      loses: 0.4
      limit: 16
      successor:
        positions: {border: {value: 20, spread: {normal: 5}}}
        saliences: {border: 0.5}
        weights: {security: 0.4}
  south:
    name: South
    power: 0.2
    government: {name: A coup in South, hazard: 0.05}
  east:
    name: East
    power: 0.3
relations:
  north and south: {affinity: -0.1, tension: 0.3}
  south to north: {trust: 0.4, ties: 0.2}
issues:
  border:
    name: the border
    low: with North
    high: with South
    outcome: 20
    stances:
      north: {position: 0, salience: 0.8}
      south: {position: 100, salience: 0.7}
  river:
    name: the river
    low: dry
    high: full
    outcome: 50
arrangements:
  peace:
    name: the peace
    term: 6
    solemnity: 0.9
    effects:
      tension of actor and target: -0.01
      support of actor: -0.002
  embargo:
    name: the embargo
    one_sided: true
    in_force: [north to south]
    effects:
      ties of target to actor: -0.01
  club:
    name: the club
    parties: [north, south]
    in_force: [north and south]
    effects:
      affinity of north and south: 0.01
levers:
  talk:
    name: talk
    usual: {anyone to anyone: 0.2}
    effects: {affinity of actor and target: 0.02}
    cameo: "040"
  sign:
    name: sign the peace
    usual: {north to south: 0.05}
    consent: 0.4
    begins: [peace]
    requires: {in force peace between actor and target: false}
    cameo: "057"
  leave:
    name: leave the peace
    usual: {north to south: 0.02, south to north: 0.02}
    ends: [peace]
    requires:
      in force peace between actor and target: true
      rounds since peace began between actor and target: {at_least: 2}
    cameo: "1056"
  ban:
    name: ban trade
    usual: {north to south: 0.02, north to east: 0.02}
    begins: [embargo]
    cameo: "163"
  quit:
    name: quit the club
    usual: {south to north: 0.02}
    suspends: club
    cameo: "1056"
  offer:
    name: offer a plan
    usual: {north to south: 0.1}
    consent: 0.6
    delivers: {lever: build, within: 3}
    cameo: "030"
  build:
    name: build
    usual: {north to south: 0.1, south to east: 0.1}
    effects: {ties of actor to target: 0.02}
    cameo: "061"
events:
  war:
    name: a war
    chance: 0.05
    when:
      in force peace between north and south: true
      rounds since peace began between north and south: {at_least: 1}
    changes: {support of east: {by: -0.1}}
    begins: [embargo by north toward east]
    ends: [peace between south and north]
  change:
    name: North votes
    government: north
    changes: {affinity of north and east: {by: 0.1}}
outcomes:
  peace: {name: The peace, of: in force peace between north and south}
  trust: {name: Trust, of: trust of south in north}
watch:
  held: {name: the peace holds, when: {in force peace between north and south: true}}
  old: {name: an old government, when: {rounds in office of south: {at_least: 12}}}
  coup: {name: a coup, event: new_government_south}
"""


def bent(*changes: tuple[str, str]) -> str:
    """The scenario with some of its words replaced."""
    text = BONDS
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def bound(folder: Path, text: str = BONDS, **files: str) -> Scenario:
    """Write a scenario and what it extends (``base="..."``) and load it."""
    for name, content in {**files, "bonds": text}.items():
        (folder / f"{name}.yaml").write_text(content)
    return load_scenario(folder / "bonds.yaml")


def slips(folder: Path, text: str, **files: str) -> tuple[Fault, ...]:
    """All faults of a scenario that must have some."""
    with pytest.raises(ScenarioError) as caught:
        bound(folder, text, **files)
    return caught.value.faults
