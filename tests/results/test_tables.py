"""Tidy tables: a row for each run, every move, and what each column holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.results.export import write_events
from sim.results.formats import append_csv
from sim.results.tables import EVENTS, RUNS, history, summary, tables_by_run
from sim.scenario.cameo import CODES, track
from sim.studies.run.study import Runs
from tests.fixtures.exported_results import results


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return results(tmp_path_factory.mktemp("tables"))


def test_a_row_for_each_run(found: Runs) -> None:
    rows = found.to_dataframe(by="run")
    assert rows["run"].tolist() == list(range(12))
    assert pd.isna(rows["came_settled"][0])
    assert pd.isna(rows["end_border"][0])
    assert rows["came_settled"][1:].tolist() == [False, True, *[False] * 9]
    assert rows["round_settled"].dropna().tolist() == [4]
    assert rows["failed_round"].dropna().to_dict() == {0: 3}
    assert rows["stopped_round"].dropna().to_dict() == {1: 5}
    last = found.data["reported"].sel(outcome="moves").isel(round=-1)
    np.testing.assert_array_equal(rows["end_moves"][1:], last.values[1:])
    assert rows["came_settled"].mean() == pytest.approx(1 / 11)


def test_a_table_by_something_else_is_refused(found: Runs) -> None:
    with pytest.raises(sim.ScenarioError, match="by: 'day' is none of these"):
        found.to_dataframe(by="day")  # type: ignore[arg-type]
    assert found.to_dataframe().equals(found.to_dataframe(by="round"))


def test_what_really_happened_is_a_table_where_the_scenario_tells_it() -> None:
    assert not [*history(sim.load_scenario("two-neighbours"))]
    scenario = sim.load_scenario("crimea-2014")
    (table,) = history(scenario)
    assert [column.name for column in table.columns] == [*table.rows]
    told = scenario.description.history
    assert len(table.rows) == sum(len(one.values) for one in told.values())
    assert not table.rows.duplicated(list(table.key)).any()
    for row in table.rows.to_dict("records"):
        outcome = row["outcome"]
        assert row["value"] == told[outcome].values[row["date"].date()]
        assert row["source"].split("; ") == list(told[outcome].source)
        assert row["name"] == scenario.description.outcomes[outcome].name


def test_every_move_of_every_run(found: Runs) -> None:
    moves = found.events()
    data = found.data
    assert len(moves) == int((data["choice"] >= 0).sum())
    assert set(moves["run"]) <= set(range(12))
    assert len(set(moves["run"])) > 6
    for row in moves.sample(30, random_state=1).itertuples():
        way = f"{row.actor} to {row.target}"
        place = {"run": row.run, "round": row.round, "direction": way, "track": row.track}
        chosen = data["lever"].values[int(data["choice"].sel(place))]
        assert row.lever == chosen
        assert row.track == track(found.scenario.description.levers[chosen])
        assert row.accepted == bool(data["accepted"].sel(place))
        lever = found.scenario.description.levers[chosen]
        assert (row.cameo, row.goldstein) == (lever.cameo, lever.goldstein)
        assert row.cameo_name == CODES[str(row.cameo)].name
        assert row.cameo_root == int(str(row.cameo)[:2])
        asked = chosen == "summit"
        assert row.move == ("act" if not asked else "agreement" if row.accepted else "refusal")
        assert row.until == data["until"].sel(round=row.round).values


def test_moves_taken_stretch_by_stretch_are_the_same(
    found: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_events([found.data], found.scenario, tmp_path / "at once.csv", 12)
    monkeypatch.setattr("sim.results.tables.AT_ONCE", 5)
    assert write_events([found.data], found.scenario, tmp_path / "t.csv", 12) == len(found.events())
    assert (tmp_path / "t.csv").read_bytes() == (tmp_path / "at once.csv").read_bytes()
    told = [
        one.rows for one in tables_by_run(found.data, False, found.scenario) if one.name == EVENTS
    ]
    assert len(told) == 3
    assert pd.concat(told, ignore_index=True).equals(found.events())


def test_a_notebook_exports_what_the_command_does(found: Runs, tmp_path: Path) -> None:
    written = found.export(tmp_path / "t")
    assert [path.name for path in written] == [
        f"{name}.csv" for name in ("summary", "runs", "outcomes", "watched", "events")
    ]
    assert (tmp_path / "t" / "README.md").exists()
    with pytest.raises(sim.ScenarioError, match="there is no format 'xls'\n    write one of 'csv'"):
        found.export(tmp_path / "t", "xls")


def test_no_moves_are_a_table_without_rows(found: Runs) -> None:
    still = found.data.assign(choice=found.data["choice"] * 0 - 1)
    moves = Runs(found.scenario, still).events()
    assert len(moves) == 0
    assert list(moves) == list(found.events())


def test_each_table_has_the_columns_that_it_tells(found: Runs) -> None:
    told = [*summary(found.data), *tables_by_run(found.data, True, found.scenario)]
    assert {EVENTS, RUNS, "summary", "outcomes", "watched", "choice", "drawn"} <= {
        table.name for table in told
    }
    for table in told:
        assert [column.name for column in table.columns] == list(table.rows), table.name
        assert all(column.says for column in table.columns)
        assert not len(table.head.rows)
        if table.key:
            assert not table.rows.duplicated(list(table.key)).any(), table.name
        for column in table.columns:
            values = table.rows[column.name].dropna()
            if column.type == "string":
                assert all(isinstance(one, str) for one in values), column.name
            else:
                kinds = {"date": "M", "boolean": "b", "integer": "iu", "number": "fiu"}
                assert values.dtype.kind in kinds[column.type], f"{table.name}.{column.name}"


def test_a_choice_is_told_by_its_lever(found: Runs) -> None:
    (choice,) = (one for one in tables_by_run(found.data, True) if one.name == "choice")
    assert set(choice.rows["value"].dropna()) == {"summit", "threat"}
    assert choice.rows["value"].isna().sum() == int((found.data["choice"] < 0).sum())


def test_one_spelling_in_csv(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "yes": [True, False],
            "perhaps": pd.array([True, None], dtype="boolean"),
            "day": np.array(["0618-05-23", "NaT"], dtype="datetime64[us]"),
            "text": ["=1+1", "-0.5"],
            "more": ["@SUM(A1)", 'a\nb, "c"'],
        }
    )
    append_csv(table, tmp_path / "t.csv")
    append_csv(table, tmp_path / "t.csv", new=False)
    row = '1,1,0618-05-23,\'=1+1,\'@SUM(A1)\n0,,,-0.5,"a\nb, ""c"""\n'
    text = (tmp_path / "t.csv").read_bytes().decode()
    assert text == "\ufeffyes,perhaps,day,text,more\n" + 2 * row
