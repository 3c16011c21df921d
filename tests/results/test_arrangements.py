"""What was in force, promised and who governed: in data sets, files and lists of events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from sim.errors import ResultsError
from sim.model.layout import Layout
from sim.results.arrangements import arrangements, promised
from sim.results.block import Block
from sim.results.bounded_tally import tally
from sim.results.dataset import assemble
from sim.results.store import load, save
from sim.results.tables import tables_by_run
from sim.scenario.cameo import TRACKS, track
from sim.scenario.lookup import instances, promises
from sim.scenario.phrases import Phrase
from sim.simulation.ensemble import run
from tests.fixtures.scenarios import LASTING, QUARTET, scenario

SCENARIO = scenario(LASTING)
DESCRIBED = SCENARIO.description
LAYOUT = Layout.of(DESCRIBED)
EVENTS, WATCHES = sorted(DESCRIBED.events), sorted(DESCRIBED.watch)
ROUNDS = DESCRIBED.calendar.rounds
ARRANGED = [one.label for one in instances(DESCRIBED)]
PROMISED = [one.label for one in promises(DESCRIBED)]
WAYS = list(LAYOUT.directions)
PEACE, SANCTIONS, AID = (
    "peace: north and south",
    "sanctions: north toward south",
    "plan: north to south",
)


def block(runs: int = 1) -> Block:
    """Records in which nothing happens."""
    shape = (ROUNDS + 1, len(WAYS), len(TRACKS), runs)
    phrases = [
        *LAYOUT.phrases[LAYOUT.moving],
        *(one.phrase for one in instances(DESCRIBED)),
        *(Phrase("trust", way) for way in WAYS),
        *(Phrase("office", (name,)) for name in ("north", "south")),
    ]
    return Block(
        first=0,
        phrases=phrases,
        directions=WAYS,
        levers=sorted(DESCRIBED.levers),
        events=EVENTS,
        watches=WATCHES,
        state=np.zeros((ROUNDS + 1, len(phrases), runs), np.float32),
        choice=np.full(shape, -1, np.int16),
        accepted=np.zeros(shape, bool),
        happened=np.zeros((ROUNDS + 1, len(EVENTS), runs), bool),
        status=np.zeros((ROUNDS + 1, len(ARRANGED), runs), np.int8),
        promised=np.zeros((ROUNDS + 1, len(PROMISED), runs), np.int8),
        belief=np.zeros((ROUNDS + 1, 0, runs), np.float32),
        watched=np.full((len(WATCHES), runs), -1, np.int16),
        stopped=np.full(runs, -1, np.int16),
        failed=np.full(runs, -1, np.int16),
        reasons={},
        drawn={path: np.zeros(runs) for path in ("actors.north.support",)},
    )


def move(records: Block, round: int, lever: str, actor: str, target: str) -> None:
    """Let a lever take effect."""
    way, nth = WAYS.index((actor, target)), TRACKS.index(track(DESCRIBED.levers[lever]))
    records.choice[round, way, nth] = records.levers.index(lever)
    records.accepted[round, way, nth] = True


def happens(records: Block, round: int, event: str) -> None:
    records.happened[round, list(records.events).index(event)] = True


def course(records: Block, label: str, *values: int) -> None:
    """How an arrangement or a promise stands at the end of each round, from the start on."""
    of = records.status if label in ARRANGED else records.promised
    number = (ARRANGED if label in ARRANGED else PROMISED).index(label)
    of[:, number] = np.array([*values, *[values[-1]] * (ROUNDS + 1 - len(values))])[:, None]


def told(found: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    rows = found[["round", "change", *columns]].astype(object)
    return [tuple(row) for row in rows.where(rows.notna(), None).to_numpy()]


def data(records: Block) -> xr.Dataset:
    return assemble(SCENARIO, records, {"title": "t", "scenario": "s", "scenario_sha256": "0",
                                        "seed": 0, "version": "0"})  # fmt: skip


def test_an_arrangement_from_its_beginning_to_its_end() -> None:
    records = block()
    course(records, PEACE, 0, 1, 1, 2, 1, 0, 1, 0, 1, 1, 1, 0)
    move(records, 1, "sign", "north", "south")
    move(records, 2, "sign", "south", "north")
    move(records, 3, "freeze", "south", "north")
    move(records, 4, "thaw", "north", "south")
    move(records, 5, "leave", "south", "north")
    happens(records, 6, "talks")
    happens(records, 7, "storm")
    move(records, 8, "sign", "north", "south")
    assert told(arrangements(data(records), SCENARIO), "cause", "actor") == [
        (1, "begun", "sign", "north"),
        (2, "renewed", "sign", "south"),
        (3, "suspended", "freeze", "south"),
        (4, "resumed", "thaw", "north"),
        (5, "broken off", "leave", "south"),
        (6, "begun", "talks", None),
        (7, "ended", "storm", None),
        (8, "begun", "sign", "north"),
        (11, "run out", None, None),
    ]


def test_what_one_keeps_up_toward_another_is_ended_and_not_broken_off() -> None:
    records = block()
    course(records, SANCTIONS, 0, 1, 1, 0)
    move(records, 1, "punish", "north", "south")
    move(records, 3, "lift", "north", "south")
    assert told(arrangements(data(records), SCENARIO), "arrangement", "target") == [
        (1, "begun", SANCTIONS, "south"), (3, "ended", SANCTIONS, "south"),
    ]  # fmt: skip


def test_what_a_storm_ends_may_be_begun_again_in_its_round() -> None:
    records = block()
    course(records, PEACE, 1)
    happens(records, 4, "storm")
    move(records, 4, "sign", "north", "south")
    assert told(arrangements(data(records), SCENARIO)) == [(4, "ended"), (4, "begun")]


def test_a_promise_kept_late_broken_and_made_anew() -> None:
    records = block()
    #              0  1  2  3  4  5  6  7  8  9 10 11
    course(records, AID, 0, 1, 3, 1, 2, 4, 0, 1, 1, 2, 2, 5, 0)
    for round in (1, 2, 7, 11):  # again in the very round in which it is kept, or broken
        move(records, round, "plan", "north", "south")
    assert told(promised(data(records), SCENARIO)) == [
        (1, "made"), (2, "kept"), (2, "made"), (4, "overdue"), (5, "late"), (7, "made"),
        (9, "overdue"), (11, "broken"), (11, "made"),
    ]  # fmt: skip


def test_of_a_failed_run_nothing_is_told_from_its_failure_on() -> None:
    records = block(2)
    course(records, PEACE, 0, 1, 1, 0)
    move(records, 1, "sign", "north", "south")
    records.failed[1] = 3
    found = arrangements(data(records), SCENARIO)
    assert found["run"].tolist() == [0, 0, 1]


def test_an_outcome_in_force_is_the_share_of_runs() -> None:
    records = block(4)
    row = [str(one) for one in records.phrases].index("in force peace between north and south")
    records.state[5:, row, :3] = 1
    reported = data(records)["reported"].sel(outcome="peace")
    assert reported.mean("run").values.tolist() == [0] * 5 + [0.75] * (ROUNDS - 4)
    records.state[:, [str(one) for one in records.phrases].index("rounds in office of north")] = 9
    counted = tally(SCENARIO, records)
    assert counted.quantiles("office", [0.5])[0].tolist() == [9] * (ROUNDS + 1)
    assert counted.total[-1, list(DESCRIBED.outcomes).index("peace")] == 3


def test_labels_variables_and_flags(tmp_path: Path) -> None:
    records = block(2)
    course(records, PEACE, 0, 1, 2)
    course(records, AID, 0, 1, 3)
    records.failed[1] = 2
    records.state[2:, -1, 1] = np.nan
    records.state[-1, -1, 0] = 3e38  # as memory may hold of a round that was not played
    found = data(records)
    assert found["arrangement"].values.tolist() == ARRANGED
    assert found["promise"].values.tolist() == PROMISED
    assert found["government"].values.tolist() == ["north", "south"]
    assert found["status"].dtype == found["promised"].dtype == np.int8
    assert found["trust"].dims == ("run", "round", "direction")
    assert found["office"].sel(run=1, government="south").values[1:4].tolist() == [0, -1, -1]
    assert found["office"].sel(run=0, government="south").values[-1] == -1
    assert found["status"].attrs["flag_meanings"].split() == ["none", "in_force", "suspended"]
    assert len(found["promised"].attrs["flag_values"]) == 6
    save(found, tmp_path / "results.nc")
    assert load(tmp_path / "results.nc").identical(found)


@pytest.mark.parametrize("name", ["status", "promised", "trust", "office", "arrangement"])
def test_what_is_missing_of_them_is_named(name: str, tmp_path: Path) -> None:
    save(data(block()).drop_vars(name), tmp_path / "r.nc")
    with pytest.raises(ResultsError, match=f"'{name}' is missing"):
        load(tmp_path / "r.nc")


def test_without_them_results_are_as_they_were() -> None:
    plain = scenario(QUARTET)
    found = run(plain, runs=2)
    new = {"status", "promised", "trust", "office", "arrangement", "promise", "government"}
    assert not new & {*found.variables, *found.dims}
    names = {table.name for table in tables_by_run(found, True, plain)}
    assert not {"arrangements", "promises"} & names


def test_tables_tell_them_in_words() -> None:
    records = block()
    course(records, PEACE, 0, 1, 2)
    course(records, AID, 0, 1, 3)
    told = {one.name: one for one in tables_by_run(data(records), True, SCENARIO)}
    assert {"arrangements", "promises", "status", "promised", "trust", "office"} <= told.keys()
    assert set(told["status"].rows["value"]) == {"none", "in force", "suspended"}
    assert set(told["promised"].rows["value"]) == {"nothing open", "open", "kept"}
    for table in told.values():
        assert [one.name for one in table.columns] == list(table.rows), table.name


def test_what_is_told_adds_up_to_what_was_in_force() -> None:
    found = run(SCENARIO, runs=60)
    changes = arrangements(found, SCENARIO)
    assert set(changes["change"]) == {
        "begun", "renewed", "suspended", "resumed", "ended", "broken off", "run out",
    }  # fmt: skip
    becomes = {"begun": 1, "renewed": 1, "resumed": 1, "suspended": 2}
    for (run_, label), rows in changes.groupby(["run", "arrangement"]):
        status = found["status"].sel(run=run_, arrangement=label).values
        last = {round: becomes.get(change, 0) for round, change in told(rows)}
        now, begun = int(status[0]), 0
        for round in range(1, ROUNDS + 1):
            now = last.get(round, now)
            assert status[round] == now, (run_, label, round)
            here = rows[rows["round"] == round]["change"].tolist()
            if "run out" in here:
                assert round - begun == DESCRIBED.arrangements["peace"].term
            if {"begun", "renewed", "resumed"} & {*here}:
                begun = round


def test_promises_are_made_before_they_are_kept_or_not() -> None:
    found = run(SCENARIO, runs=60)
    told = promised(found, SCENARIO)
    assert set(told["change"]) == {"made", "kept", "overdue", "late", "broken"}
    for (run_, label), rows in told.groupby(["run", "promise"]):
        closed = rows["change"].isin(["kept", "late", "broken"]).sum()
        still = int(int(found["promised"].sel(run=run_, promise=label, round=ROUNDS)) in (1, 2))
        made = (rows["change"] == "made").sum()
        anew = int(rows.tail(1)["change"].iloc[0] == "made" and not still)  # in the last round
        assert made == closed + still + anew, (run_, label)
    late, overdue = (told["change"].eq(one).sum() for one in ("late", "overdue"))
    assert overdue >= late > 0
