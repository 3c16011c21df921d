"""The benchmarks measure what they say; how fast anything is, no test asks."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.model.compiled import CompiledScenario
from sim.scenario.loading import load_scenario
from sim.simulation.block import simulate
from tests.benchmarks import __main__ as suite
from tests.benchmarks import contestants, crowd, figures, scaling, scaling_tables, startup
from tests.benchmarks.child import Job
from tests.benchmarks.contestants import CONTESTANTS, Contestant
from tests.benchmarks.measure import measured, side_by_side
from tests.fixtures.paths import VALLEY


@pytest.mark.parametrize("actors", [2, 3, 7])
def test_a_crowd_loads_and_plays_with_all_levers_open_between_all(
    tmp_path: Path, actors: int
) -> None:
    scenario = load_scenario(crowd.write(tmp_path, actors, rounds=2))
    assert len(scenario.description.actors) == actors
    compiled = CompiledScenario(scenario)
    assert len(compiled.table) == crowd.LEVERS * actors * (actors - 1)
    block = simulate(compiled, 1, 0, 20)
    assert (block.failed < 0).all()
    assert (block.choice >= 0).any()


def test_a_crowd_has_no_two_actors_alike() -> None:
    actors = crowd.crowd(100)["actors"].values()
    assert len({(actor["power"], actor["support"]) for actor in actors}) == 100


def test_a_child_plays_what_it_is_told_and_no_more() -> None:
    found = measured(Job("engine", str(VALLEY), runs=3, times=2))
    assert len(found["seconds"]) == len(found["cpu_seconds"]) == 2
    assert found["peak_bytes"] is None or found["peak_bytes"] >= found["before_bytes"] > 10**7


def test_a_child_that_fails_says_why() -> None:
    assert "no-such.yaml" in measured(Job("engine", "no-such.yaml", 1))["failed"]
    slow = Job("mesa", str(VALLEY), runs=10_000)
    assert measured(slow, patience=2)["failed"] == "over 2 s"


def test_two_children_play_at_once() -> None:
    both = side_by_side([Job("laid-out", str(VALLEY), 2, warm=False)] * 2)
    assert [len(one["seconds"]) for one in both] == [1, 1]


def test_the_engine_plays_every_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "sim.simulation.block.simulate",
        lambda compiled, seed, first, runs: played.append((first, runs)),
    )
    CONTESTANTS["engine"].ready(load_scenario(VALLEY), 4)(10)
    assert played == [(0, 4), (4, 4), (8, 2)]


def test_a_contestant_that_is_not_installed_is_named_and_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = Contestant("Nobody", ("no_such_module",), contestants._engine)
    monkeypatch.setitem(CONTESTANTS, "nobody", absent)
    row = suite.measure(VALLEY, {("nobody", 8): 2})[0]
    assert row["missing"] == ("no_such_module",)
    part = {"rounds": 12, "directions": 2, "contestants": [row]}
    assert figures.contestants(part).rows[0][:3] == ("Nobody", "8", "not measured")
    assert figures.told(part) == ["Nobody: not installed (no_such_module)."]


def test_large_sizes_are_repeated_less() -> None:
    options = SimpleNamespace(
        sizes=[1, 10_000, 100_000], plain_runs=8, repeats=5, contestants=["mesa", "engine"],
    )  # fmt: skip
    assert suite.sizes(options) == {  # type: ignore[arg-type]
        ("mesa", 8): 5,
        ("engine", 1): 5,
        ("engine", 10_000): 5,
        ("engine", 100_000): 2,
    }


def test_rates_are_medians_and_ratios_are_to_mesa() -> None:
    common = {"ready_seconds": 1.5, "before_bytes": 10**8, "peak_bytes": 2.5e9}
    part = {
        "rounds": 10,
        "directions": 12,
        "contestants": [
            {"key": "mesa", "name": "Mesa", "runs": 8, "seconds": [4.0, 2.0, 1.0], **common},
            {"key": "engine", "name": "Engine", "runs": 1000, "seconds": [2.0, 4.0], **common},
        ],
    }
    rows = figures.contestants(part).rows
    assert rows[0][2:5] == ("4.00 (2.00 to 8.00)", "480", "1.00")
    assert rows[1][2:5] == ("333 (250 to 500)", "40,000", "83.3")
    assert [cell.replace("\u00a0", " ") for cell in rows[1][5:]] == ["2.50 GB", "2.40 GB", "1.50 s"]


def test_an_exponent_is_that_of_a_power_law() -> None:
    assert figures.slope([4, 8, 16, 100], [5 * n**2.5 for n in (4, 8, 16, 100)]) == pytest.approx(
        2.5
    )


def test_exponents_are_fitted_to_the_largest_points() -> None:
    rows = [
        {"runs": runs, "seconds": [max(1.0, runs / 100)]} for runs in (1, 10, 100, 1000, 10_000)
    ]
    upper, whole = scaling_tables.exponents("runs", rows, lambda row: row["seconds"][0])
    assert upper == pytest.approx(1)
    assert whole < 0.7


def test_points_that_failed_stand_in_the_table_and_not_in_the_exponent() -> None:
    good = {"candidates": 9, "runs": 1, "rounds": 1, "ready_seconds": 1.0, "peak_bytes": 10**8}
    rows = [
        {**good, "actors": 4, "seconds": [1.0]},
        {**good, "actors": 8, "seconds": [8.0]},
        {"actors": 16, "candidates": 9, "runs": 1, "rounds": 1, "failed": "out of memory"},
    ]
    table = scaling_tables.actors({"rows": rows})
    assert table.rows[1][6] == "3.0"
    assert "out of memory" in table.rows[2]
    assert "to the power 3.00" in " ".join(scaling_tables.findings("actors", {"rows": rows}))


def test_a_process_that_had_to_wait_for_its_core_is_told() -> None:
    assert not figures.disturbed([{"seconds": [2.0], "cpu_seconds": [1.95]}])
    assert "50 %" in figures.disturbed([{"seconds": [2.0, 2.0], "cpu_seconds": [2.0, 1.0]}])


def test_a_part_of_the_figures_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    figures.keep(path, "one", {"rows": [1]})
    figures.keep(path, "other", {"rows": [2]})
    figures.keep(path, "one", {"rows": [3]})
    assert figures.read(path) == {"one": {"rows": [3]}, "other": {"rows": [2]}}


@pytest.mark.parametrize(
    ("value", "shown"), [(0.01234, "0.0123"), (9.999, "10.00"), (1234567, "1,230,000"), (0, "0")]
)
def test_figures_have_three_digits_that_count(value: float, shown: str) -> None:
    assert figures.figure(value) == shown


def test_a_command_shows_progress_under_a_terminal() -> None:
    pytest.importorskip("pty", reason="no pseudo-terminals here")
    seconds, shown = startup.first_progress("scenarios/two-neighbours.yaml", imports=True)
    assert 0 < seconds < startup.MOST
    assert b"Two neighbours" in shown
    assert {name.split(b".")[0] for _, name in startup.IMPORTED.findall(shown)} > {b"sim", b"click"}


def test_a_command_that_ends_without_progress_is_a_fault() -> None:
    pytest.importorskip("pty", reason="no pseudo-terminals here")
    with pytest.raises(RuntimeError, match=r"no-such\.yaml"):
        startup.first_progress("no-such.yaml")


def test_all_parts_of_scaling_have_a_title_and_a_table() -> None:
    assert set(scaling.PARTS) == set(scaling_tables.TABLES) == set(scaling_tables.TITLES)
