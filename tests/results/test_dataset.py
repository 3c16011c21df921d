"""Records get the names of the scenario, in its order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from sim.model.compiled import CompiledScenario
from sim.results.block import Block
from sim.results.dataset import assemble, measured
from sim.scenario.cameo import TRACKS, track
from sim.simulation.ensemble import play, run
from sim.statistics.summary import summarise
from tests.fixtures.scenarios import DUEL, QUARTET, Document, scenario

DOCUMENT: dict[str, Any] = {
    **DUEL,
    "outcomes": {
        "warmth": {"name": "warmth", "of": "affinity of south and north"},
        "all": {"name": "all moves", "acts": ["rebuke", "summit"]},
        "rebukes": {"name": "rebukes by South", "acts": ["rebuke"], "by": "south"},
        "summits": {"name": "summits", "acts": ["summit"], "by": "north", "toward": "south"},
    },
}
SCENARIO = scenario(DOCUMENT)
SETTING = CompiledScenario(SCENARIO)
ROUNDS = 6
NORTH, SOUTH = "north to south", "south to north"


def block(runs: int = 2) -> Block:
    """Records in which nothing happens."""
    rows = len(SETTING.recorded_phrases)
    ways = list(SETTING.layout.directions)
    shape = (ROUNDS + 1, len(ways), len(TRACKS), runs)
    return Block(
        first=10,
        phrases=SETTING.recorded_phrases,
        directions=ways,
        levers=sorted(SCENARIO.description.levers),
        events=SETTING.events.names,
        watches=SETTING.watches.names,
        state=np.zeros((ROUNDS + 1, rows, runs), np.float32),
        choice=np.full(shape, -1, np.int16),
        accepted=np.zeros(shape, bool),
        happened=np.zeros((ROUNDS + 1, len(SETTING.events.names), runs), bool),
        status=np.zeros((ROUNDS + 1, 0, runs), np.int8),
        promised=np.zeros((ROUNDS + 1, 0, runs), np.int8),
        belief=np.zeros((ROUNDS + 1, 0, runs), np.float32),
        watched=np.full((len(SETTING.watches.names), runs), -1, np.int16),
        stopped=np.full(runs, -1, np.int16),
        failed=np.full(runs, -1, np.int16),
        reasons={},
        drawn={},
    )


def move(records: Block, run: int, round: int, way: str, lever: str, accepted: bool) -> None:
    number = records.directions.index(tuple(way.split(" to ")))
    nth = TRACKS.index(track(SCENARIO.description.levers[lever]))
    records.choice[round, number, nth, run] = records.levers.index(lever)
    records.accepted[round, number, nth, run] = accepted


def counted(records: Block, outcome: str, run: int = 10) -> list[float]:
    data = assemble(SCENARIO, records, {})
    return [float(value) for value in data["reported"].sel(outcome=outcome, run=run)]


def test_acts_are_counted_from_the_round_in_which_they_take_effect() -> None:
    records = block()
    move(records, 0, 2, NORTH, "summit", accepted=True)
    move(records, 0, 3, NORTH, "summit", accepted=False)
    move(records, 0, 3, SOUTH, "rebuke", accepted=True)
    move(records, 0, 5, SOUTH, "summit", accepted=True)
    move(records, 0, 6, NORTH, "rebuke", accepted=True)
    assert counted(records, "all") == [0, 0, 1, 2, 2, 3, 4]
    assert counted(records, "rebukes") == [0, 0, 0, 1, 1, 1, 1]
    assert counted(records, "summits") == [0, 0, 1, 1, 1, 1, 1]
    assert counted(records, "all", run=11) == [0] * 7


def test_a_failed_run_counts_no_acts_after_its_failure() -> None:
    records = block()
    move(records, 0, 2, NORTH, "summit", accepted=True)
    records.failed[0] = 4
    found = counted(records, "all")
    assert found[:4] == [0, 0, 1, 1]
    assert np.isnan(found[4:]).all()
    assert counted(records, "all", run=11) == [0] * 7


def test_a_move_keeps_its_lever_when_names_are_put_in_order() -> None:
    records = block()
    move(records, 1, 4, SOUTH, "summit", accepted=True)
    data = assemble(SCENARIO, records, {})
    here = data.sel(run=11, round=4, direction=SOUTH, track="words")
    assert data["lever"].values[int(here["choice"])] == "summit"
    assert bool(here["accepted"])
    assert int((data["choice"] >= 0).sum()) == 1


def test_names_stand_in_the_order_of_the_file() -> None:
    data = assemble(SCENARIO, block(), {"seed": 5})
    described = SCENARIO.description
    for dimension, named in (
        ("actor", described.actors),
        ("issue", described.issues),
        ("lever", described.levers),
        ("event", described.events),
        ("outcome", described.outcomes),
        ("watch", described.watch),
    ):
        assert list(data[dimension].values) == list(named)
        assert list(data[f"{dimension}_name"].values) == [item.name for item in named.values()]
    assert list(data["pair"].values) == ["north and south"]
    assert list(data["direction"].values) == [NORTH, SOUTH]
    assert list(data["track"].values) == ["words", "deeds"]
    assert list(data["run"].values) == [10, 11]
    assert data.attrs == {"seed": 5, "failures": ""}


def test_each_quantity_stands_under_its_own_name() -> None:
    records = block(1)
    for row in range(records.state.shape[1]):
        records.state[:, row] = row
    data = assemble(SCENARIO, records, {})
    for row, phrase in enumerate(records.phrases):
        name = "issue_outcome" if phrase.kind == "issue" else phrase.kind
        labels = data[name][data[name].dims[-1]].values
        wanted = {" and ".join(sorted(phrase.names)), " to ".join(phrase.names), *phrase.names}
        label = next(
            label for label in labels if str(label) in wanted
            or " and ".join(sorted(str(label).split(" and "))) in wanted
        )  # fmt: skip
        assert (data[name].sel({data[name].dims[-1]: label}) == row).all(), str(phrase)


def test_an_outcome_of_a_quantity_is_that_quantity() -> None:
    data = run(SCENARIO, runs=3)
    warmth = data["reported"].sel(outcome="warmth", drop=True)
    affinity = data["affinity"].sel(pair="north and south", drop=True)
    np.testing.assert_array_equal(warmth.values, affinity.values)


def test_failures_are_listed_by_run() -> None:
    records = block(3)
    records.reasons.update({12: "late", 10: "early"})
    assert assemble(SCENARIO, records, {}).attrs["failures"] == "run 10: early\nrun 12: late"


@pytest.mark.parametrize("name", ["affinity", "choice", "reported", "watched", "drawn"])
def test_every_variable_says_what_it_is(name: str) -> None:
    data: xr.Dataset = assemble(SCENARIO, block(), {})
    assert data[name].attrs["long_name"]
    assert data[name].dims[0] == "run"


def test_who_writes_into_one_data_set_changes_no_other() -> None:
    one, other = (assemble(SCENARIO, block(), {}) for _ in range(2))
    kept = other.copy(deep=True)
    for name in ("actor_name", "from", "until", "affinity"):
        one[name].values[...] = one[name].values[..., ::-1].copy()
        one[name].attrs["long_name"] = "changed"
    one["actor"].attrs["long_name"] = "changed"
    assert not one.identical(kept)
    for found in (other, assemble(SCENARIO, block(), {})):
        assert found.identical(kept)


@pytest.mark.parametrize("document", [DUEL, QUARTET], ids=["duel", "quartet"])
def test_what_a_summary_needs_is_the_same_by_itself(document: Document) -> None:
    one = scenario(document)
    block = play(one, 30, 1).blocks[0]
    whole, some = assemble(one, block, {}), measured(one, block)
    assert {*some.data_vars} == {"reported", "watched", "failed_round", "stopped_round"}
    for name in (*some.data_vars, "run", "outcome", "until", "from", "round"):
        np.testing.assert_array_equal(some[name].values, whole[name].values, err_msg=str(name))
        assert some[name].dims == whole[name].dims
    told, plain = (summarise(data, one, pairs=False) for data in (some, whole))
    assert [each.measure for each in told.trajectories] == [
        each.measure for each in plain.trajectories
    ]
    assert told.unlike is None
