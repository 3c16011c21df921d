"""Who computes what next: nobody waits for what a neighbour no longer wants."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from sim.lab.work import Check, SupersededError, Work

PATIENCE = 20.0


@pytest.fixture
def work() -> Iterator[Work]:
    found = Work(threads=2)
    yield found
    found.close()


class Gate:
    """Work that waits until it is let through, and says when it has begun."""

    def __init__(self, answer: str, order: list[str] | None = None) -> None:
        self.begun, self.open, self.answer, self.order = (
            threading.Event(),
            threading.Event(),
            answer,
            order,
        )

    def __call__(self, check: Check) -> str:
        self.begun.set()
        assert self.open.wait(PATIENCE)
        check()
        if self.order is not None:
            self.order.append(self.answer)
        return self.answer


def test_only_the_latest_question_of_a_visitor_is_answered(work: Work) -> None:
    first, second, third = Gate("first"), Gate("second"), Gate("third")
    one = work.ask("ann", "fans", 1, first)
    assert first.begun.wait(PATIENCE)
    two = work.ask("ann", "fans", 2, second)
    three = work.ask("ann", "fans", 3, third)
    for gate in (first, second, third):
        gate.open.set()
    assert three.result(PATIENCE) == "third"
    for dropped in (one, two):
        with pytest.raises(SupersededError):
            dropped.result(PATIENCE)
    assert not second.begun.is_set()


def test_the_same_question_of_two_tabs_is_answered_once(work: Work) -> None:
    gate = Gate("answer")
    one = work.ask("ann", "fans", 1, gate)
    assert gate.begun.wait(PATIENCE)
    two = work.ask("ann", "fans", 1, Gate("never"))
    gate.open.set()
    assert one.result(PATIENCE) == two.result(PATIENCE) == "answer"


def test_a_question_that_was_given_up_and_is_asked_again_is_answered(work: Work) -> None:
    first = Gate("first")
    one = work.ask("ann", "fans", 1, first)
    assert first.begun.wait(PATIENCE)
    two = work.ask("ann", "fans", 2, Gate("second"))
    more = Gate("first")
    more.open.set()
    again = work.ask("ann", "fans", 1, more)
    first.open.set()
    with pytest.raises(SupersededError):
        two.result(PATIENCE)
    with pytest.raises(SupersededError):
        one.result(PATIENCE)
    assert again.result(PATIENCE) == "first"


def test_long_work_leaves_a_thread_to_quick_work(work: Work) -> None:
    slow = [Gate(f"slow {nth}") for nth in range(3)]
    answers = [work.ask(f"visitor {nth}", "compare", nth, gate) for nth, gate in enumerate(slow)]
    assert slow[0].begun.wait(PATIENCE)
    quick = work.ask("ann", "fans", 1, lambda check: "quick", quick=True)
    assert quick.result(PATIENCE) == "quick"
    assert not slow[1].begun.is_set()
    for gate in slow:
        gate.open.set()
    assert [answer.result(PATIENCE) for answer in answers] == ["slow 0", "slow 1", "slow 2"]


def test_whoever_asks_again_and_again_takes_no_turn_of_another(work: Work) -> None:
    order: list[str] = []
    held = [Gate(f"held {nth}") for nth in range(2)]
    for nth, gate in enumerate(held):
        work.ask(f"holder {nth}", "fans", nth, gate, quick=True)
        assert gate.begun.wait(PATIENCE)

    def noting(name: str) -> Gate:
        gate = Gate(name, order)
        gate.open.set()
        return gate

    bob = None
    for nth in range(50):
        work.ask("ann", "fans", nth, noting(f"ann {nth}"), quick=True)
        if nth == 0:
            bob = work.ask("bob", "fans", 0, noting("bob"), quick=True)
    assert bob is not None
    held[0].open.set()
    bob.result(PATIENCE)
    assert order[:2] == ["ann 49", "bob"]
    held[1].open.set()


def test_what_goes_wrong_reaches_whoever_asked_and_no_one_else(work: Work) -> None:
    def broken(check: Check) -> str:
        raise ValueError("no such number")

    with pytest.raises(ValueError, match="no such number"):
        work.ask("ann", "fans", 1, broken).result(PATIENCE)
    assert work.ask("bob", "fans", 1, lambda check: "fine").result(PATIENCE) == "fine"


def test_a_closed_lab_drops_what_waits() -> None:
    work = Work(threads=1)
    gate = Gate("running")
    running = work.ask("ann", "fans", 1, gate)
    assert gate.begun.wait(PATIENCE)
    waiting = work.ask("bob", "fans", 1, Gate("waiting"))
    gate.open.set()
    work.close()
    with pytest.raises(SupersededError):
        waiting.result(PATIENCE)
    assert running.done()
    with pytest.raises(RuntimeError):
        work.ask("ann", "fans", 2, Gate("late"))


def test_long_work_waits_for_a_moment_while_there_is_quick_work(work: Work) -> None:
    """It goes on by itself, so that a busy class does not stop it for good."""
    order: list[str] = []
    quick, begun = Gate("quick", order), threading.Event()

    def long(check: Check) -> str:
        begun.set()
        assert quick.begun.wait(PATIENCE)
        check()
        order.append("long")
        return "long"

    slow = work.ask("ann", "compare", 1, long)
    assert begun.wait(PATIENCE)
    fast = work.ask("bob", "fans", 1, quick, quick=True)
    assert slow.result(PATIENCE) == "long"
    quick.open.set()
    assert fast.result(PATIENCE) == "quick"
    assert order == ["long", "quick"]


def test_a_new_move_does_not_wait_for_ones_own_finer_runs(work: Work) -> None:
    fine = Gate("fine")
    old = work.ask("ann", "fans", "fine", fine)
    assert fine.begun.wait(PATIENCE)
    new = work.ask("ann", "fans", "coarse", lambda check: "coarse", quick=True)
    assert new.result(PATIENCE) == "coarse"
    fine.open.set()
    with pytest.raises(SupersededError):
        old.result(PATIENCE)


def test_of_long_work_that_comes_first_whose_visitor_has_used_least(work: Work) -> None:
    order: list[str] = []
    greedy = Gate("greedy 0", order)
    first = work.ask("greedy", "report", 0, greedy)
    assert greedy.begun.wait(PATIENCE)
    gates = [Gate(name, order) for name in ("greedy 1", "greedy 2", "modest", "nobody")]
    asked = [work.ask("greedy", f"knobs {nth}", nth, gates[nth]) for nth in (0, 1)]
    asked.append(work.ask("wall", "sparks", 1, gates[3], last=True))
    asked.append(work.ask("modest", "report", 0, gates[2]))
    for gate in (*gates, greedy):
        gate.open.set()
    for one in (first, *asked):
        one.result(PATIENCE)
    assert order == ["greedy 0", "modest", "greedy 1", "greedy 2", "nobody"]


def test_closing_does_not_wait_for_work_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.lab.work._END", 0.2)
    work, gate = Work(threads=1), Gate("running")
    work.ask("ann", "fans", 1, gate)
    assert gate.begun.wait(PATIENCE)
    work.close()
    assert not gate.open.is_set()
    gate.open.set()
