"""A theory of one's own: what it sees is the case, and what it does is done."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import sim
from sim.arrays import Bools, Ints
from sim.errors import ScenarioError, SlowTheoryWarning
from sim.model import seats
from sim.theories.protocol import PASS, Act, Case, Proposal, Supposed, View
from sim.theories.quantal import quantal
from tests.fixtures.shipped import loaded

VALLEY = "two-neighbours"


def own(view: View) -> Ints:
    """The first open lever, more readily the higher the tension: by draws of its own."""
    tension = view.state[f"tension of {view.actor} and {view.target}"]
    eager = view.around.uniform("eager") < 0.1 + tension / 2
    return np.where(view.open.any(axis=0) & eager, view.open.argmax(axis=0), PASS)


def same(one: sim.Runs, other: sim.Runs) -> bool:
    return all(
        np.array_equal(array.values, other.data[name].values, equal_nan=array.dtype.kind == "f")
        for name, array in one.data.variables.items()
    )


def test_the_built_in_theory_as_a_rule_gives_the_same_runs() -> None:
    scenario = loaded(VALLEY)
    base = sim.run(scenario, runs=100, seed=3)
    assert same(base, sim.run(scenario, runs=100, seed=3, theories=quantal_by_rule))
    assert same(base, sim.run(scenario, runs=100, seed=3, theories="quantal"))
    assert not same(base, sim.run(scenario, runs=100, seed=3, theories=own))


def quantal_by_rule(view: View) -> Ints:
    return quantal(view)  # another function, so that the model does not do it by itself


def test_a_run_is_the_same_whatever_runs_stand_beside_it() -> None:
    scenario = loaded(VALLEY)
    whole = sim.run(scenario, runs=40, seed=3, theories=own).data
    part = sim.run(scenario, runs=6, first=21, seed=3, theories=own).data
    assert np.array_equal(part["choice"].values, whole["choice"].sel(run=part["run"]).values)


def test_only_those_who_are_named_play_it() -> None:
    scenario = loaded(VALLEY)
    seen: set[str] = set()

    def watch(view: View) -> Ints:
        seen.add(view.actor)
        return quantal(view)

    sim.run(scenario, runs=2, theories={"north": watch})
    assert seen == {"north"}
    seen.clear()
    sim.run(scenario, runs=2, theories={"north": "quantal", "all": watch})
    assert seen == {"south"}


def test_what_it_sees_is_what_is_recorded() -> None:
    scenario = loaded(VALLEY)
    states: dict[int, Any] = {}
    acts: dict[int, Any] = {}

    def watch(view: View) -> Ints:
        if (view.actor, view.track) == ("north", "deeds"):
            states[view.round] = view.state["tension of south and north"]
            acts[view.round] = view.around.acts("south", "north", "words")
            assert set(view.state) == set(iter(view.state))
            assert (view.chance[view.open] <= 1).all()
        return quantal(view)

    data = sim.run(scenario, runs=30, seed=4, theories=watch).data
    shown = [str(name) for name in data["lever"].values]
    words = data.sel(direction="south to north", track="words")
    assert len(states) == scenario.description.calendar.rounds
    assert (acts[1].picked == PASS).all()
    for now in range(1, len(states) + 1):
        # Nothing happens before the look: the state is that of the end of the last round.
        before = data["tension"].sel(pair="north and south", round=now - 1).values
        assert np.array_equal(states[now].astype(np.float32), before)
        if now == 1:
            continue
        picked, took = (words[name].sel(round=now - 1).values for name in ("choice", "accepted"))
        names = [acts[now].levers[one] if one >= 0 else "" for one in acts[now].picked]
        assert names == [shown[one] if one >= 0 else "" for one in picked]
        assert np.array_equal(acts[now].accepted, took & (picked >= 0))
        assert np.array_equal(acts[now].of(shown[0]), took & (picked == 0))


def test_further_draws_are_uniform_and_each_has_its_own() -> None:
    drawn: dict[tuple[int, str, str, str], Any] = {}

    def watch(view: View) -> Ints:
        for name in ("one", "two"):
            key = (view.round, view.actor, view.track, name)
            drawn[key] = view.around.uniform(name)
            assert np.array_equal(drawn[key], view.around.uniform(name))
        return quantal(view)

    sim.run(loaded(VALLEY), runs=200, theories=watch)
    table = np.array(list(drawn.values()))
    assert ((table >= 0) & (table < 1)).all()
    assert table.mean() == pytest.approx(0.5, abs=0.02)
    apart = np.corrcoef(table)[~np.eye(len(table), dtype=bool)]
    assert np.abs(apart).max() < 0.4  # 200 numbers each


class Refuses:
    """Chooses as everybody does, and agrees to nothing."""

    def answer(self, proposal: Proposal) -> Bools:
        assert (proposal.picked[proposal.asks] >= 0).all()
        assert proposal.target != proposal.actor
        return np.zeros(len(proposal.draw), dtype=bool)


def test_who_refuses_everything_agrees_to_nothing() -> None:
    scenario = loaded(VALLEY)
    asking = [name for name, lever in scenario.description.levers.items() if lever.consent]
    data = sim.run(scenario, runs=100, seed=5, theories={"north": Refuses()}).data
    number = [list(data["lever"].values).index(name) for name in asking]
    toward = {way: data.sel(direction=way) for way in ("south to north", "north to south")}
    asked = {way: np.isin(one["choice"].values, number) for way, one in toward.items()}
    assert all(one.any() for one in asked.values())
    agreed = {way: (one["accepted"].values & asked[way]).any() for way, one in toward.items()}
    assert agreed == {"south to north": False, "north to south": True}


def failing(view: View) -> Ints:
    return view.levers.index("no such lever")  # type: ignore[return-value]


def suppose(view: View, step: Mapping[Act, bool] | None = None) -> Supposed:
    return view.around.supposing([Case([step or {}])], [("north", "south")])


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (failing, r"the rule 'failing' failed: ValueError: .*\(test_protocol.py, line \d+\)"),
        (lambda view: view.state["tenson of north and south"],
         r"did you mean 'tension of north and south'\? \(test_protocol.py"),
        (lambda view: view.around.acts("south", "north", "words", 0), "0 rounds ago is not past"),
        (lambda view: view.around.acts("west", "north", "deeds"),
         "KeyError: there is no actor 'west'; known actors: north, south"),
        (lambda view: view.around.acts("north", "north", "deeds"), "nothing toward itself"),
        (lambda view: view.around.acts("south", "north", "deed"),
         "no track 'deed'; did you mean 'deeds'"),
        (lambda view: view.around.acts("south", "north", "deeds").of("trades"),
         "no lever 'trades'; did you mean 'trade'"),
        (lambda view: view.around.levers("nort", "south", "deeds"), "did you mean 'north'"),
        (lambda view: view.around.friendliness["trad"], "did you mean 'trade'"),
        (lambda view: view.around.stances["vally"], "no issue 'vally'; did you mean 'valley'"),
        (lambda view: view.around.change("isue valley"), "did you mean 'issue valley'"),
        (lambda view: suppose(view, {("north", "south", "trades"): True}),
         "no lever 'trades' toward 'south'; did you mean 'trade'"),
        (lambda view: suppose(view, {("nort", "south", "trade"): True}), "did you mean 'north'"),
        (lambda view: suppose(view).chance("north", "soth", "deeds"), "did you mean 'south'"),
        (lambda view: suppose(view).state("issue valley"), "add it to 'quantities'"),
        (lambda view: suppose(view).interest("north"), "say interests=True"),
        (lambda view: exit(3), r"the rule failed: SystemExit: 3 \(test_protocol"),
        (lambda view: np.zeros(len(view.draw)), r"returned float64 of shape \(8,\)"),
        (lambda view: 99, "picked lever number 99 of"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_with_its_place(rule: Callable[[View], Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=f"(?s)theories: north: in round 1 .*{words}"):
        sim.run(loaded(VALLEY), runs=8, theories={"north": rule})


def interrupting(view: View) -> Ints:
    raise KeyboardInterrupt


def test_only_the_keyboard_stops_a_run() -> None:
    with pytest.raises(
        ScenarioError, match=r"rule 'interrupting' failed: KeyboardInterrupt \(test_protocol.py"
    ):
        sim.run(loaded(VALLEY), runs=8, theories={"north": interrupting})

    def pressed(view: View) -> Ints:
        signal.raise_signal(signal.SIGINT)
        return quantal(view)

    with pytest.raises(KeyboardInterrupt):
        sim.run(loaded(VALLEY), runs=8, theories={"north": pressed})


def test_an_answer_is_yes_or_no() -> None:
    class Unsure:
        def answer(self, proposal: Proposal) -> Any:
            return proposal.chance

    with pytest.raises(ScenarioError, match=r"(?s)answered float64.*8 times True or False"):
        sim.run(loaded(VALLEY), runs=8, theories={"north": Unsure()})


def test_a_slow_rule_is_named_once_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "SLOW", 0.0)
    told = r"theory 'mine' is slow: \d+\.\d s for '\w+' in 5 runs up to round 1 of .*whole arrays"

    def mine(view: View) -> Ints:
        return quantal(view)

    mine.__qualname__ = "mine"
    with pytest.warns(SlowTheoryWarning, match=told) as warned:
        sim.run(loaded(VALLEY), runs=5, theories=mine)
    assert len(warned) == 1
    with pytest.warns(SlowTheoryWarning, match="'look_ahead' is slow.*take fewer runs") as warned:
        sim.run(loaded(VALLEY), runs=5, theories="look_ahead")
    assert len(warned) == 1


def test_a_view_that_is_kept_says_that_its_runs_are_over() -> None:
    kept: list[View] = []

    def keep(view: View) -> Ints:
        kept.append(view)
        return quantal(view)

    sim.run(loaded(VALLEY), runs=5, theories={"north": keep})
    with pytest.raises(RuntimeError, match="runs of this view are over: keep its numbers"):
        kept[0].state["tension of north and south"]


@pytest.mark.parametrize("runs", [16, 40])
@pytest.mark.parametrize("shown", ["open", "worth", "chance"])
def test_a_rule_cannot_write_to_what_the_model_goes_by(shown: str, runs: int) -> None:
    def rule(view: View) -> Ints:
        getattr(view, shown)[:] = 1
        return quantal(view)

    with pytest.raises(ScenarioError, match=r"rule'.* failed: ValueError: .*read-only"):
        sim.run(loaded(VALLEY), runs=runs, theories={"north": rule})


class Forger:
    def choose(self, view: View) -> Ints:
        return np.full(view.open.shape[1], PASS)

    def answer(self, proposal: Proposal) -> Bools:
        proposal.asks[:] = True
        return proposal.asks


def test_an_answer_cannot_write_to_the_proposal() -> None:
    with pytest.raises(ScenarioError, match="read-only"):
        sim.run(loaded(VALLEY), runs=16, theories=Forger())


def test_picks_may_be_small_whole_numbers() -> None:
    def last(view: View) -> Ints:
        places = np.arange(len(view.levers))[:, None]
        return np.where(view.open, places, PASS).max(axis=0)

    def small(view: View) -> Any:
        return last(view).astype(np.int8)

    scenario = loaded("northeast-asia-2016")
    assert same(sim.run(scenario, 16, theories=last), sim.run(scenario, 16, theories=small))
