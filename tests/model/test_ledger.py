"""The account of a scenario's runs says all that arrangements and governments moved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.model import look
from sim.model.compiled import CompiledScenario
from sim.model.ledger import Account, Ledger
from sim.model.world import World
from sim.scenario.phrases import Phrase
from sim.simulation.block import simulate
from sim.studies.explanation.result import stop_run
from tests.fixtures.scenarios import LASTING, QUARTET, changed, scenario

STILL: dict[str, Any] = {
    "balance": 0,
    "reversion": dict.fromkeys(("affinity", "tension", "commitment", "ties", "support"), 0),
    "noise": dict.fromkeys(("affinity", "tension", "commitment", "ties", "support"), 0),
}
"""Nothing moves by itself."""
BARE = changed(
    LASTING, levers={}, coefficients=STILL, watch={}, actors__north__support=0.6,
    outcomes={"border": LASTING["outcomes"]["border"]},
)  # fmt: skip
RUNS = 40


def account(document: dict[str, Any]) -> tuple[Account, dict[Phrase, float]]:
    """What a ledger tells, and how far each quantity moved, per run."""
    compiled = CompiledScenario(scenario(document))
    ledger = Ledger(compiled)
    block = simulate(compiled, 1, 0, RUNS, ledger=ledger)
    moved = (block.state[-1].astype(float) - block.state[0]).mean(axis=-1)
    return ledger.account(), dict(zip(block.phrases, moved, strict=True))


def test_arrangements_account_for_what_they_moved() -> None:
    told, moved = account(BARE)
    peace, tension = "peace: north and south", Phrase("tension", ("north", "south"))
    assert told.flowed[peace, tension] < 0
    assert moved[tension] == pytest.approx(told.flowed[peace, tension], abs=1e-6)


def test_governments_account_for_what_they_moved() -> None:
    told, moved = account(BARE)
    for actor in ("north", "south"):
        support = Phrase("support", (actor,))
        pushes = told.ruled[actor] + told.renewed[actor]
        pushes += sum(change for (_, phrase), change in told.flowed.items() if phrase == support)
        assert told.ruled[actor] < 0 < told.renewed[actor]
        assert moved[support] == pytest.approx(pushes, abs=1e-6)


def test_trust_and_review_enter_the_account_and_add_up() -> None:
    compiled = CompiledScenario(scenario(LASTING))
    one, two = Ledger(compiled), Ledger(compiled)
    simulate(compiled, 1, 0, 20, ledger=one)
    simulate(compiled, 1, 20, 20, ledger=two)
    whole = Ledger(compiled)
    simulate(compiled, 1, 0, 40, ledger=whole)
    one.add(two)
    told, wanted = one.account(), whole.account()
    for name in ("trust", "review"):
        np.testing.assert_allclose(getattr(told, name), getattr(wanted, name), atol=1e-12)
        assert np.abs(getattr(told, name)).max() > 0
    assert told.flowed == pytest.approx(wanted.flowed)
    assert told.renewed == pytest.approx(wanted.renewed)


@pytest.mark.parametrize("first", [0, 5])
def test_an_account_is_the_same_to_the_last_bit_round_by_round_and_at_once(first: int) -> None:
    compiled = CompiledScenario(scenario(LASTING))
    played, stepped = (World(compiled, 3, first, 21, ledger=True) for _ in range(2))
    played.play()
    for _ in range(compiled.rounds):
        stepped.deliberate()
        stepped.conclude()
    np.testing.assert_array_equal(played.account, stepped.account)
    # Of the runs beside them, which fill the vectors up, nothing is told.
    ledger = Ledger(compiled)
    ledger.enter(stepped)
    used = np.zeros(len(compiled.table))
    alone = World(compiled, 3, first, 21)
    for _ in range(compiled.rounds):
        alone.step()
        used += (alone.accepted & alone.going).mean(axis=1)
    assert used.any()
    np.testing.assert_allclose(ledger.account().used, used, atol=1e-12)


def test_an_account_may_end_with_a_round_before_the_last() -> None:
    compiled = CompiledScenario(scenario(LASTING))
    short, whole = Ledger(compiled), Ledger(compiled)
    for ledger, rounds in ((short, 3), (whole, compiled.rounds)):
        world = World(compiled, 1, 0, 16, ledger=True)
        for _ in range(rounds):
            world.step()
        ledger.enter(world)
    for one, other in ((short.account(), whole.account(3)), (short.account(2), whole.account(2))):
        for name in ("proposal", "odds", "used", "change", "paid"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
        assert one.reacted == other.reacted
        assert one.balance == other.balance
    assert whole.account(3).used.sum() < whole.account().used.sum()


def test_an_account_and_an_explanation_are_the_same_by_strips(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accounts, choices = [], []
    document = scenario(changed(LASTING, stop=[]))
    for values in (10**6, 8):
        monkeypatch.setattr(look, "_STRIP", values)
        compiled = CompiledScenario(document)
        assert (compiled.plans(parts=True).own.tables["strips"] > 1) == (values == 8)
        world = World(compiled, 1, 0, 16, ledger=True)
        world.play()
        accounts.append(world.account)
        choices.append(stop_run(document, 3, 4, 1).choices)
    np.testing.assert_array_equal(accounts[0], accounts[1])
    assert len(choices[0]) == len(choices[1]) > 0
    for here, there in zip(*choices, strict=True):
        for one, other in zip(here.options, there.options, strict=True):
            np.testing.assert_array_equal(one.parts, other.parts)
            np.testing.assert_array_equal(one.before, other.before)
            assert (one.reactions, one.answer) == (other.reactions, other.answer)
            assert (one.lasting, one.breach) == (other.lasting, other.breach)


def test_without_them_the_account_has_none() -> None:
    compiled = CompiledScenario(scenario(QUARTET))
    ledger = Ledger(compiled)
    simulate(compiled, 1, 0, 4, ledger=ledger)
    told = ledger.account()
    assert (told.flowed, told.ruled, told.renewed) == ({}, {}, {})
    assert not told.trust.any()
    assert not told.review.any()
