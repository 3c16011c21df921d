"""Large scenarios: fewer runs, and said so; what is too large is refused in words."""

from __future__ import annotations

import threading
import time
from functools import partial
from pathlib import Path

import pytest

from sim.lab.bench import RefusedError
from sim.lab.cost import LEAST_RUNS, MOST_BYTES, affordable, fewer, seconds, size
from sim.lab.ensembles import COARSE, FINE, Ensembles, play_runs
from sim.lab.screening import screened
from sim.lab.variant import Variant
from sim.lab.work import SupersededError, Work
from sim.scenario.loading import build, load_scenario
from sim.scenario.shipped import scenarios
from sim.simulation.ensemble import Batch, Ensemble
from tests.fixtures.large_scenario import large

PATIENCE = 30.0


def long(rounds: int = 999) -> Variant:
    return Variant(Path("yamaguchi-2016")).with_change("calendar.rounds", str(rounds))


@pytest.mark.parametrize("path", scenarios(shelves=False), ids=lambda path: path.stem)
def test_what_comes_with_the_program_is_played_in_full_and_at_once(path: Path) -> None:
    scenario = load_scenario(path)
    assert affordable(FINE, scenario) == FINE
    assert seconds(scenario, 2 * COARSE) < 0.5


def test_a_long_scenario_is_played_less_often_and_its_records_have_room() -> None:
    scenario = long().scenario()
    runs = affordable(FINE, scenario)
    assert LEAST_RUNS <= runs < FINE
    block = Ensemble(scenario, 1)(Batch(0, LEAST_RUNS)).blocks[0]
    held = sum(one.nbytes for one in (block.state, block.choice, block.accepted, block.happened))
    assert held / LEAST_RUNS * runs < MOST_BYTES
    # The estimate that it rests on is right within a half, and rather too high.
    assert 0.9 < size(scenario, LEAST_RUNS) / held < 1.5


def test_what_is_too_large_is_refused_with_its_size() -> None:
    with pytest.raises(RefusedError, match=r"40\sactors, 5\slevers and 1,?000\srounds"):
        affordable(COARSE, build(large(40, rounds=1000)))


def test_fewer_runs_are_told_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.lab.cost.MOST_SECONDS", 0.006)
    work = Work()
    fans = Ensembles(work).play(Variant(Path("two-neighbours")), COARSE)
    work.close()
    assert LEAST_RUNS <= fans.now.runs < COARSE
    assert fans.most == fans.now.runs
    assert fans.faults() == [fewer(fans.now.runs, COARSE)]
    assert f"{fans.now.runs}\u00a0runs instead of 200: this scenario is large." in fans.faults()


def test_runs_of_a_large_scenario_can_be_given_up_between_small_pieces() -> None:
    scenario = long(300).scenario()
    looked: list[float] = []
    play_runs(scenario, 100, 1, lambda: looked.append(time.monotonic()))
    assert len(looked) >= 3


def test_what_two_ask_at_once_is_played_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits plays it after all where the first one is given up."""
    played, inside, go_on = [], threading.Event(), threading.Event()

    def slow(*given: object) -> object:
        played.append(given)
        inside.set()
        assert go_on.wait(PATIENCE)
        if len(played) == 1 and given_up:
            raise SupersededError
        return play_runs(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("sim.lab.ensembles.play_runs", slow)
    scenario = load_scenario("two-neighbours")
    for given_up, times in ((False, 1), (True, 2)):
        for one in (played, inside, go_on):
            one.clear()
        work = Work()
        ensembles = Ensembles(work)
        ask = partial(ensembles.runs_of, scenario, 30, 1)
        first = work.ask("ann", "fans", 1, ask, quick=True)
        assert inside.wait(PATIENCE)
        second = work.ask("bob", "fans", 1, ask, quick=True)
        while len(work._running) < 2:
            time.sleep(0.01)
        go_on.set()
        assert second.result(PATIENCE).runs == 30
        if given_up:
            with pytest.raises(SupersededError):
                first.result(PATIENCE)
        else:
            assert first.result(PATIENCE) is second.result(PATIENCE)
        assert len(played) == times
        work.close()


def test_a_search_for_what_matters_can_be_given_up_and_spares_the_largest() -> None:
    def no_more() -> None:
        raise SupersededError

    with pytest.raises(SupersededError):
        screened(load_scenario("two-neighbours"), check=no_more)
    assert screened(long(1000).scenario(), check=no_more) == ()
