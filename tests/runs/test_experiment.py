"""Paired experiments: what is the same in both arms, and what an account adds up to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.analysis.propositions import findings
from sim.errors import ScenarioError
from sim.model.ledger import Ledger
from sim.model.setting import Setting
from sim.model.world import World
from sim.model.worth import PARTS
from sim.runs.ensemble import run
from sim.runs.experiment import experiments
from sim.runs.scripted import scripted
from sim.scenario.build import build
from sim.scenario.orders import Order
from tests.samples import QUARTET, changed
from tests.scenario.claims import CLOSER, Document, claim, loaded

MEASURES: dict[str, Document] = {
    "threats": {"acts": "threat", "expect": "falls"},
    "asked": {"proposals": "summit", "expect": "rises"},
    "agreed": {"consent": "summit", "expect": "rises"},
    "warmth": {"of": "affinity of east and north", "expect": "rises"},
    "settled": {"watch": "settled", "expect": "rises"},
    "tense": {"when": {"tension of north and south": {"at_least": 0.35}}, "expect": "falls"},
}


def test_an_intervention_that_changes_nothing_makes_no_difference(tmp_path: Path) -> None:
    same = claim({"set": {"actors.south.patience": 0.8}}, **MEASURES)
    (found,) = experiments([loaded(tmp_path, same)], pairs=30)
    assert found.changed.scenario is not found.reference.scenario
    for one in findings(found.claim, found.reference.series, found.changed.series):
        assert one.difference == 0, one.target.id
        # That an event or an act differs in none of thirty pairs does not prove that it never does.
        measured = one.target.measured
        counted = measured.watch or measured.when or measured.acts or measured.proposals
        assert (one.low == -one.high < 0) if counted else (one.low == one.high == 0)


def test_arms_are_alike_until_they_differ(tmp_path: Path) -> None:
    later = {"events": {"closer": {**CLOSER["events"]["closer"], "on": "2017-11-01"}}}
    (found,) = experiments([loaded(tmp_path, claim(later, **MEASURES))], pairs=30)
    before, after = found.reference.series, found.changed.series
    for label in before:
        np.testing.assert_array_equal(before[label].course[:5], after[label].course[:5])
    assert any(
        not np.array_equal(before[label].course, after[label].course, equal_nan=True)
        for label in before
    )


def test_claims_share_the_arms_that_are_the_same(tmp_path: Path) -> None:
    one = loaded(tmp_path, claim(CLOSER, threats=MEASURES["threats"]))
    other = {**claim(CLOSER, asked=MEASURES["asked"]), "id": "T2", "pairs": 20}
    two = loaded(tmp_path, {**other})
    seen: list[str] = []
    found = experiments([one, two], 12, progress=lambda arm, done, runs: seen.append(arm))
    assert len(set(seen)) == 2
    assert found[0].reference is found[1].reference
    assert found[0].changed is found[1].changed
    alone = experiments([two], 12)[0]
    for label, mine in alone.changed.series.items():
        np.testing.assert_array_equal(mine.values, found[1].changed.series[label].values)


def test_each_claim_keeps_its_own_number_of_pairs(tmp_path: Path) -> None:
    few = loaded(tmp_path, {**claim(CLOSER, agreed=MEASURES["agreed"]), "pairs": 6})
    many = loaded(tmp_path, {
        **claim({"actors": {"south": {"power": 0.1}}}, threats=MEASURES["threats"]),
        "id": "T2", "pairs": 14})  # fmt: skip
    both = experiments([few, many])
    sizes = [
        one.pairs
        for found in both
        for one in findings(found.claim, found.reference.series, found.changed.series)
    ]
    assert sizes == [6, 14]
    alone = experiments([few])[0].reference.series["T1 agreed"].values
    np.testing.assert_array_equal(both[0].reference.series["T1 agreed"].values, alone)


def test_both_arms_take_the_reference_seed(tmp_path: Path) -> None:
    (found,) = experiments([loaded(tmp_path, claim({"seed": 99}, **MEASURES))], pairs=10)
    for label, mine in found.reference.series.items():
        np.testing.assert_array_equal(mine.values, found.changed.series[label].values)


def test_two_claims_of_one_id_are_refused(tmp_path: Path) -> None:
    one, two = (loaded(tmp_path, claim(CLOSER)) for _ in range(2))
    with pytest.raises(ScenarioError, match="'T1' is also the id of"):
        experiments([one, two], pairs=2)


def test_moves_laid_down_are_carried_out_where_open_and_nowhere_else(tmp_path: Path) -> None:
    summit = {"lever": "summit", "by": "north", "toward": "south", "since": "2017-01-01",
              "until": "2017-12-31"}  # fmt: skip
    threat = {"lever": "threat", "by": "south", "toward": "north"}
    backing = {"of": "support of east", "expect": "rises"}
    found = loaded(tmp_path, claim({"moves": [summit, threat]}, backing=backing))
    scenario = found.changed
    data = run(scenario, 40, orders=found.changed_orders)
    free = run(scenario, 40)
    choice = data["choice"].transpose("run", "round", "direction")
    levers = list(data["lever"].values)
    mine = choice.sel(direction="north to south").values
    # A year from the second round on; the first, the last and other pairs are left alone.
    assert (mine[:, 2:6] == levers.index("summit")).all()
    np.testing.assert_array_equal(
        mine[:, 1], free["choice"].sel(direction="north to south").values[:, 1]
    )
    assert (mine[:, 6:] == -1).any()
    theirs = choice.sel(direction="south to north").values
    # Summits close the threat for two rounds, and the election forbids it.
    assert (theirs[:, 1] == levers.index("threat")).all()
    assert (theirs[:, 4:] != levers.index("threat")).all()


def test_a_move_toward_one_leaves_what_is_done_to_others(tmp_path: Path) -> None:
    order = Order(lever="summit", by="north", toward="south")
    scenario = loaded(tmp_path, claim(CLOSER)).reference
    rule = scripted([order], Setting(scenario))
    assert set(rule) == {"north"}
    data = run(scenario, 40, orders=[order])
    asked = data["choice"].sel(direction="north to east").values[:, 1:]
    assert 0 < (asked >= 0).mean() < 0.5


def test_an_account_adds_up_to_what_is_proposed_and_answered() -> None:
    setting = Setting(build(changed(QUARTET, stop=[])))
    world = World(setting, 3, 0, 16, parts=True)
    ledger = Ledger(setting)
    proposal, answer, used, change = (0.0,) * 4
    for _ in range(3):
        world.step()
        ledger.note(world)
        proposal = proposal + world.assessment.worth.mean(axis=1)
        answer = answer + world.seen.worth[1].mean(axis=1)
        used = used + world.accepted.mean(axis=1)
        accepted = world.accepted[setting.table.effect_candidate]
        change = change + (world.seen.change * accepted).mean(axis=1)
    account = ledger.account()
    assert account.proposal.shape == (len(setting.table), len(PARTS))
    np.testing.assert_allclose(account.proposal.sum(axis=1), 100 * proposal / 3, atol=1e-9)
    np.testing.assert_allclose(account.answer.sum(axis=1), 100 * answer / 3, atol=1e-9)
    np.testing.assert_allclose(account.used, used)
    np.testing.assert_allclose(account.change, change, atol=1e-12)
    assert (account.proposed >= account.used - 1e-12).all()
    assert ((account.open >= 0) & (account.open <= 1)).all()
    assert (account.paid <= 0).all()
