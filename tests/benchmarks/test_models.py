"""What is timed beside the engine is the same model: it makes the oracle's choices."""

from __future__ import annotations

import pytest

from sim.scenario.scenario import Scenario
from tests.benchmarks import wrapped
from tests.fixtures.scenarios import DUEL, QUARTET, changed, scenario
from tests.oracle.history import History
from tests.oracle.model import simulate

RUNS, SEED = 3, 5
STOPPING = changed(
    DUEL, watch={"met": {"name": "They met", "lever": "summit"}}, stop=["met"], calendar__rounds=20
)


@pytest.fixture(params=[QUARTET, STOPPING], ids=["quartet", "stops"])
def played(request: pytest.FixtureRequest) -> tuple[Scenario, list[History]]:
    """A scenario and what the oracle makes of it."""
    of = scenario(request.param)
    return of, [simulate(of, SEED, run) for run in range(RUNS)]


def test_the_stopping_sample_stops() -> None:
    of = scenario(STOPPING)
    stopped = [simulate(of, SEED, run).stopped_round for run in range(RUNS)]
    assert any(at is not None for at in stopped)
    assert any(at != stopped[0] for at in stopped)


def test_agentpy_plays_the_oracle(played: tuple[Scenario, list[History]]) -> None:
    pytest.importorskip("agentpy")
    of, histories = played
    output = wrapped.under_agentpy(of, SEED, RUNS)
    for run, history in enumerate(histories):
        reported = output.reporters.loc[run]
        rounds = history.stopped_round or of.description.calendar.rounds
        assert reported["choice"] == history.choice[: rounds + 1]
        for name, at in history.watched.items():
            assert reported[name] == (-1 if at is None else at)
        course = output.variables.AgentPyWorld.loc[run]
        assert len(course) == rounds + 1
        for actor in of.description.actors:
            told = [at[actor] for at in history.support[: rounds + 1]]
            assert course[f"support_of_{actor}"].tolist() == told


def test_the_workbench_plays_the_oracle(played: tuple[Scenario, list[History]]) -> None:
    pytest.importorskip("ema_workbench")
    of, histories = played
    levers = sorted(of.description.levers)
    experiments, outcomes = wrapped.under_workbench(of, SEED, RUNS)
    assert experiments["run"].tolist() == list(range(RUNS))
    for run, history in enumerate(histories):
        chosen = [
            [None if number < 0 else levers[number] for number in at]
            for at in outcomes["choice"][run]
        ]
        assert chosen == [list(at.values()) for at in history.choice]
        for name, at in history.watched.items():
            assert outcomes[name][run] == (-1 if at is None else at)
        for actor in of.description.actors:
            told = [at[actor] for at in history.support]
            assert outcomes[f"support_of_{actor}"][run].tolist() == told
