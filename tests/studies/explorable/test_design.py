"""Which numbers can be turned on one page, how far, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from sim.errors import Fault, ScenarioError
from sim.scenario.loading import build, load_scenario
from sim.studies.explorable.design import MOST_BYTES, most_places, plan
from tests.fixtures.paths import LARGE
from tests.fixtures.scenarios import DUEL, changed

POWER, SUMMIT = "actors.north.power", "levers.summit.usual.anyone to anyone"


def faults(knobs: Any, **changes: Any) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioError) as caught:
        plan(build(changed(DUEL, **changes)), knobs)
    return caught.value.faults


def test_the_own_value_comes_with_the_others_once() -> None:
    found = plan(build(DUEL), [f"{POWER}=0.1:0.4:3", f"{SUMMIT}=0.1:0.5:2"])
    power, summit = found.knobs
    assert (power.values, power.own) == ((0.1, 0.2, 0.25, 0.4), 1)
    assert (summit.values, summit.own) == ((0.1, 0.5), 0)
    assert found.sizes == (4, 2)
    assert len(found.places) == 8
    assert found.own == (1, 0)
    assert found.turned((1, 0)) == {}
    assert found.turned((3, 1)) == {POWER: 0.4, SUMMIT: 0.5}
    assert power.texts == ("0.10", "0.20", "0.25", "0.40")


def test_a_mapping_asks_the_same_as_text() -> None:
    text = plan(build(DUEL), f"{POWER}=0.1:0.4:3")
    assert plan(build(DUEL), {POWER: (0.1, 0.4, 3)}).knobs == text.knobs


def test_the_knobs_of_the_file_stand_in_where_nothing_is_asked() -> None:
    knobs = {
        POWER: {"low": 0.1, "high": 0.4, "title": "Power", "words": ["weak", "strong"]},
        SUMMIT: {"low": 0.1, "high": 0.5},
        "actors.south.support": {"low": 0.1, "high": 0.5},
    }
    found = plan(build(changed(DUEL, knobs=knobs)))
    assert [one.path for one in found.knobs] == [POWER, SUMMIT]
    assert found.knobs[0].title == "Power"
    assert found.knobs[0].words == ("weak", "strong")


@pytest.mark.parametrize(
    ("knobs", "path", "problem", "remedy"),
    [
        ("actors.north.powr=0:1:3", "actors.north.powr", "there is no 'powr'", "power"),
        ("actors.north=0:1:3", "actors.north", "is a section", "name a number in it"),
        (f"{POWER}=0.4:0.1:3", POWER, "cannot turn from 0.4 to 0.1", f"{POWER}=0.1:0.4:3"),
        (f"{POWER}=0.4:0.4:3", POWER, "cannot turn from 0.4 to 0.4", "lower end first"),
        (f"{POWER}=0.1:0.4:1", POWER, "1 of its values", "2 to 25"),
        (f"{POWER}=0.1:0.4:26", POWER, "26 values are too many", "2 to 25"),
        (f"{POWER}=0.1:inf:3", POWER, "not a finite number", "plain numbers"),
        (f"{POWER}=0.1:0.4:2.5", POWER, "is no range", "PATH=LOW:HIGH:N"),
        (f"{POWER}=0.1:0.4", "", "is no range", "PATH=LOW:HIGH:N"),
        (POWER, "", "is no range", "PATH=LOW:HIGH:N"),
        (7, "", "7 is no range", "PATH=LOW:HIGH:N"),
        ("actors.south.support=0.2:1.5:3", "actors.south.support", "1.5 is out of range", "0 to 1"),
        ([f"{POWER}=0.1:0.4:2", f"{POWER}=0.1:0.3:2"], POWER, "given twice", "once"),
        ("relations.south to north.trust=0.1:0.5:3", "relations.south to north.trust",
         "states no number here", "into its file"),
        (None, "", "nothing is turned", "PATH=LOW:HIGH:N"),
    ],
)  # fmt: skip
def test_what_cannot_be_turned_is_told_with_its_remedy(
    knobs: Any, path: str, problem: str, remedy: str
) -> None:
    (fault,) = faults(knobs)
    assert fault.place.file == "knobs"
    assert fault.place.path == path
    assert problem in fault.problem
    assert remedy in fault.remedy


def test_all_faults_come_at_once() -> None:
    found = faults([f"{POWER}=2:1:3", "actors.east.power=0:1:3", "no range", f"{SUMMIT}=0:1:1"])
    assert len(found) == 4


def test_more_than_three_numbers_are_too_many() -> None:
    paths = [
        f"actors.{actor}.{key}" for actor in ("north", "south") for key in ("power", "support")
    ]
    (fault,) = faults([f"{path}=0.1:0.9:2" for path in paths])
    assert fault.problem == "4 numbers are more than a page can hold"


def test_too_many_places_say_how_many_fit() -> None:
    scenario = load_scenario(LARGE)
    paths = list(scenario.description.knobs)[:3]
    ends = [scenario.description.knobs[path] for path in paths]
    most = most_places(scenario)
    assert 300 < most < 1000

    def asked(count: int) -> list[str]:
        ranges = zip(paths, ends, strict=True)
        return [f"{path}={one.low}:{one.high}:{count}" for path, one in ranges]

    with pytest.raises(ScenarioError) as caught:
        plan(scenario, asked(12))
    (fault,) = caught.value.faults
    assert f"holds {most:,} of this scenario" in fault.problem
    each = int(fault.remedy.split("ask for ")[1].split()[0])
    assert len(plan(scenario, asked(each)).places) <= most
    assert MOST_BYTES == 8_000_000
