"""Whoever does the work, the answers are the same, in the same order, and errors arrive."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.errors import ResultsError, ScenarioError, SimError
from sim.scenario.loading import build
from sim.simulation.branching import Fork, branch
from sim.simulation.ensemble import Played, play
from sim.simulation.executors import workers
from sim.simulation.executors.base import HERE, TRIES, Here, Workers
from sim.simulation.executors.processes import HELD, Processes
from sim.simulation.executors.threads import Threads
from sim.studies.sensitivity.study import play_at
from tests.fixtures import worker_tasks as tasks
from tests.fixtures.scenarios import DUEL, changed, scenario
from tests.fixtures.worker_tasks import Deadly, Nap
from tests.results.test_block import same

SCENARIO = scenario(DUEL)
RUNS = 1300
"""Three batches, the last a small one."""


@pytest.fixture(scope="module")
def two() -> Iterator[Processes]:
    with Processes(2) as crew:
        yield crew


@pytest.fixture(scope="module")
def three() -> Iterator[Processes]:
    with Processes(3) as crew:
        yield crew


def whole(crew: Workers, kept: int) -> Played:
    return play(SCENARIO, RUNS, 4, kept=kept, accounted=True, workers=crew)


def same_runs(one: Played, other: Played) -> None:
    assert len(one.blocks) == len(other.blocks)
    for mine, theirs in zip(one.blocks, other.blocks, strict=True):
        same(mine, theirs)
    assert one.ledger is not None
    assert other.ledger is not None
    assert_same(vars(one.ledger.account()), vars(other.ledger.account()))
    assert_same(one.tally and vars(one.tally), other.tally and vars(other.tally))


def assert_same(one: object, other: object) -> None:
    """The same numbers and words, all the way down."""
    if isinstance(one, dict):
        assert isinstance(other, dict)
        assert list(one) == list(other)
        for name in one:
            assert_same(one[name], other[name])
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other)
    elif hasattr(one, "__dict__"):
        assert_same(vars(one), vars(other))
    else:
        assert one == other


@pytest.mark.parametrize("kept", [0, 600, RUNS])
def test_runs_are_the_same_whoever_plays_them(kept: int, two: Processes, three: Processes) -> None:
    expected = whole(HERE, kept)
    with Threads(2) as threads:
        same_runs(whole(threads, kept), expected)
    same_runs(whole(two, kept), expected)
    same_runs(whole(three, kept), expected)


def test_branches_are_the_same_whoever_plays_them(two: Processes) -> None:
    fork = Fork(2, "north", "south", "words")
    here = branch(SCENARIO, fork, ["rebuke"], 600, 4)
    with Threads(3) as threads:
        for crew in (two, threads):
            there = branch(SCENARIO, fork, ["rebuke"], 600, 4, workers=crew)
            assert_same(vars(there.own), vars(here.own))
            assert_same(vars(there.arms["rebuke"]), vars(here.arms["rebuke"]))
            assert there.full[""].identical(here.full[""])


def test_sampled_runs_are_the_same_whoever_plays_them(two: Processes) -> None:
    doubtful = build(changed(DUEL, actors__north__power=DOUBT))
    points = np.linspace(0.01, 0.99, 600)[:, None]
    found = [play_at(doubtful, [POWER], points, 4, workers=crew) for crew in (HERE, two)]
    assert found[0].identical(found[1])


POWER = "actors.north.power"
DOUBT = {"value": 0.2, "spread": {"normal": 0.05}}


@settings(max_examples=25)
@given(st.lists(st.integers(0, 12), max_size=20))
def test_answers_come_in_the_order_of_the_tasks(three: Processes, naps: list[int]) -> None:
    given_out = [Nap(number, time) for number, time in enumerate(naps)]
    assert list(three.map(tasks.sleep, given_out)) == list(range(len(naps)))


def test_several_processes_do_the_work(three: Processes) -> None:
    assert len(set(three.map(tasks.whoami, range(30)))) == 3


def test_few_tasks_are_taken_up_and_few_answers_held(two: Processes) -> None:
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    answers = two.map(tasks.square, endless())
    for nth in range(1, 40):
        assert next(answers) == nth * nth
        assert taken <= nth + HELD * two.count


def test_who_stops_listening_disturbs_nobody(two: Processes) -> None:
    answers = two.map(tasks.sleep, (Nap(number, 5) for number in range(100)))
    assert next(answers) == 0
    del answers
    assert list(two.map(tasks.square, range(5))) == [0, 1, 4, 9, 16]


def test_two_can_listen_at_once(two: Processes) -> None:
    squares, naps = two.map(tasks.square, range(20)), two.map(tasks.sleep, map(Nap, range(20)))
    assert list(zip(squares, naps, strict=True)) == [(n * n, n) for n in range(20)]


def test_a_worker_killed_from_outside_costs_no_answer(two: Processes) -> None:
    answers = []
    for answer in two.map(tasks.sleep, (Nap(number, 20) for number in range(20))):
        answers.append(answer)
        if len(answers) in (3, 9):
            two._crew[0].process.kill()
    assert answers == list(range(20))


def test_a_worker_killed_in_the_middle_costs_no_run() -> None:
    found = Played()
    with Processes(2) as crew:
        work = sim.simulation.ensemble.Ensemble(SCENARIO, 4)
        for part in crew.map(work, work.batches(RUNS, accounted=True)):
            found.add(part)
            if len(found.blocks) == 1:
                for worker in crew._crew:
                    worker.process.kill()
    same_runs(found, whole(HERE, RUNS))


def test_a_task_that_costs_its_worker_once_is_done_by_another(
    two: Processes, tmp_path: Path
) -> None:
    once = Deadly(frozenset({7}), tmp_path / "died")
    assert list(two.map(once, range(20))) == list(range(20))


@pytest.mark.parametrize("deadly", [0, 5])
def test_a_task_that_no_worker_survives_is_named(deadly: int) -> None:
    with Processes(2) as crew:
        answers = crew.map(Deadly(frozenset({deadly})), range(12))
        with pytest.raises(SimError, match=f"^{TRIES + 1} workers in a row were lost at {deadly}:"):
            list(answers)
        assert not crew._crew


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("scenario", ScenarioError(tasks.FAULTS)),
        ("results", ResultsError("no such file")),
        ("sim", SimError("something else")),
    ],
)
def test_an_error_arrives_as_itself_and_alone(kind: str, expected: SimError) -> None:
    with Processes(2) as crew:
        with pytest.raises(type(expected)) as caught:
            list(crew.map(tasks.fail, ["fine", kind, "fine"]))
        assert not crew._crew
    assert str(caught.value) == str(expected)
    assert caught.value.__cause__ is None
    assert vars(caught.value) == vars(expected)


@pytest.mark.parametrize(("kind", "said"), [("odd", "OddError: a"), ("stuck", "cannot pickle")])
def test_what_cannot_travel_arrives_in_words(kind: str, said: str, two: Processes) -> None:
    with pytest.raises(RuntimeError, match=said):
        list(two.map(tasks.fail, [kind]))


def test_a_slip_of_ours_says_where_in_the_worker(two: Processes) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        list(two.map(tasks.fail, ["bug"]))
    assert "return 1 // 0" in caught.value.__notes__[0]


def test_work_that_cannot_travel_is_refused(two: Processes) -> None:
    with pytest.raises(SimError, match=r"the work cannot be sent to workers \(.*lambda"):
        list(two.map(lambda number: number, [1]))


class Elsewhere:
    """Pretends to be of a module that workers do not have."""

    def __reduce__(self) -> str:
        return "elsewhere"

    def __call__(self, number: int) -> int:
        return number


elsewhere = Elsewhere()


def test_work_of_a_module_that_workers_lack_is_refused(
    two: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Elsewhere, "__module__", "__main__")
    monkeypatch.setattr("__main__.elsewhere", elsewhere, raising=False)
    with pytest.raises(SimError, match="the work cannot be sent to workers"):
        list(two.map(elsewhere, [1]))


@pytest.mark.parametrize("error", [ScenarioError(tasks.FAULTS), ResultsError("a"), SimError("b")])
def test_errors_survive_pickling(error: SimError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), vars(again), again.args) == (str(error), vars(error), error.args)


@pytest.mark.parametrize("count", [0, -1, 1.5, "4"])
def test_a_number_of_workers_that_is_none_is_refused(count: Any) -> None:
    with pytest.raises(SimError, match="is no number of workers; write 1 or more"), workers(count):
        pass


def test_workers_are_threads_or_processes_where_the_model_is_not_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with workers(1) as crew:
        assert isinstance(crew, Here)
    for compiled, kind in ((True, Threads), (False, Processes)):
        monkeypatch.setattr("sim.model.native.hopeful", lambda compiled=compiled: compiled)
        with workers(2) as crew:
            assert isinstance(crew, kind)
    assert isinstance(crew, Processes)
    assert not crew._crew  # nothing to do, nothing started
