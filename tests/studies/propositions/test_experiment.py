"""Paired experiments: what is the same in both arms, and what an account adds up to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.arrays import Ints
from sim.errors import ScenarioError
from sim.model.compiled import CompiledScenario
from sim.model.ledger import Ledger
from sim.model.parts import PARTS
from sim.model.world import World
from sim.scenario.loading import build
from sim.scenario.schema import Order
from sim.simulation.ensemble import run, scripted
from sim.statistics.verdict import findings
from sim.studies.propositions.result import experiments
from sim.theories.protocol import View
from sim.theories.quantal import quantal
from tests.fixtures.proposition_files import CLOSER, Document, claim, loaded
from tests.fixtures.scenarios import QUARTET, changed

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
    choice = data["choice"].sel(track="words").transpose("run", "round", "direction")
    levers = list(data["lever"].values)
    mine = choice.sel(direction="north to south").values
    # A year from the second round on; the first, the last and other pairs are left alone.
    assert (mine[:, 2:6] == levers.index("summit")).all()
    np.testing.assert_array_equal(
        mine[:, 1], free["choice"].sel(track="words", direction="north to south").values[:, 1]
    )
    assert (mine[:, 6:] == -1).any()
    theirs = choice.sel(direction="south to north").values
    # Summits close the threat for two rounds, and the election forbids it.
    assert (theirs[:, 1] == levers.index("threat")).all()
    assert (theirs[:, 4:] != levers.index("threat")).all()


def test_a_move_toward_one_leaves_what_is_done_to_others(tmp_path: Path) -> None:
    order = Order(lever="summit", by="north", toward="south")
    scenario = loaded(tmp_path, claim(CLOSER)).reference
    rule = scripted([order], CompiledScenario(scenario))
    assert set(rule) == {"north"}
    data = run(scenario, 40, orders=[order])
    asked = data["choice"].sel(track="words", direction="north to east").values[:, 1:]
    assert 0 < (asked >= 0).mean() < 0.5


def test_an_account_adds_up_to_what_is_proposed_and_answered() -> None:
    compiled = CompiledScenario(build(changed(QUARTET, stop=[])))
    world = World(compiled, 3, 5, 16, ledger=True)  # and runs beside them, to fill a vector up
    ledger, each = Ledger(compiled), len(compiled.table)
    proposal, answer, used, change = (0.0,) * 4
    for _ in range(3):
        world.step()
        proposal = proposal + world.read("expected").mean(axis=1)
        answer = answer + world.read("worth")[each:].mean(axis=1)
        used = used + world.accepted.mean(axis=1)
        accepted = world.accepted[compiled.table.effect_candidate]
        change = change + (world.read("change") * accepted).mean(axis=1)
    ledger.enter(world)
    account = ledger.account()
    assert account.proposal.shape == (len(compiled.table), len(PARTS))
    np.testing.assert_allclose(account.proposal.sum(axis=1), 100 * proposal / 3, atol=1e-9)
    np.testing.assert_allclose(account.answer.sum(axis=1), 100 * answer / 3, atol=1e-9)
    np.testing.assert_allclose(account.used, used)
    np.testing.assert_allclose(account.change, change, atol=1e-12)
    assert (account.proposed >= account.used - 1e-12).all()
    assert ((account.open >= 0) & (account.open <= 1)).all()
    assert (account.paid <= 0).all()


NEVER: Document = {"lever": "summit", "by": "north", "toward": "south", "never": True,
                   "since": "2017-01-01", "until": "2017-12-31"}  # fmt: skip


def test_a_move_that_is_never_made_leaves_all_others(tmp_path: Path) -> None:
    found = loaded(tmp_path, claim({"moves": [NEVER]}))
    data = run(found.changed, 60, orders=found.changed_orders)
    free = run(found.reference, 60)
    for dataset, often in ((data, False), (free, True)):
        choice = dataset["choice"].sel(track="words").transpose("run", "round", "direction")
        mine = choice.sel(direction="north to south").values
        summits = mine == list(dataset["lever"].values).index("summit")
        # A year from the second round on.
        assert summits[:, 2:6].any() == often
        assert summits[:, 6:].any()
    both = [
        one["choice"].sel(track="words").transpose("run", "round", "direction")
        for one in (data, free)
    ]
    np.testing.assert_array_equal(both[0].values[:, 1], both[1].values[:, 1])
    others = [one.sel(direction="north to east").values[:, 2] for one in both]
    np.testing.assert_array_equal(others[0], others[1])


def test_what_is_left_keeps_its_chances() -> None:
    """Without one lever, the other is picked by its own weight against passing."""
    compiled = CompiledScenario(build(QUARTET))
    seen: list[tuple[View, Ints]] = []

    def watch(view: View) -> Ints:
        picked = quantal(view)
        seen.append((view, picked))
        return picked

    actor, target = compiled.layout.directions[0]
    mine = [c.name for c in compiled.table.rows
            if (c.actor, c.target) == (compiled.layout.actors.index(actor),
                                       compiled.layout.actors.index(target))]  # fmt: skip
    order = Order(lever=mine[0], by=actor, toward=target, never=True)
    World(compiled, 3, 0, 16, scripted([order], compiled, {actor: watch})).step()
    (view, picked) = next(one for one in seen if one[0].direction == 0)
    assert not view.open[0].any()
    assert not view.weight[1].any()
    assert (view.weight[0] > 0).all()
    assert (picked != 0).all()


def test_of_orders_for_one_lever_the_later_holds(tmp_path: Path) -> None:
    made = {**NEVER, "never": False}
    for moves, expected in (([made, NEVER], False), ([NEVER, made], True)):
        found = loaded(tmp_path, claim({"moves": moves}))
        data = run(found.changed, 20, orders=found.changed_orders)
        choice = data["choice"].sel(track="words").transpose("run", "round", "direction")
        mine = choice.sel(direction="north to south").values[:, 2:6]
        assert (mine == list(data["lever"].values).index("summit")).all() == expected


OVER: Document = {"set": {"actors.south.weights.security": 0.1}}
CARELESS: Document = {"coefficients": {"rationality": 0}}


def test_all_arms_play_the_same_draws(tmp_path: Path) -> None:
    document = {**claim(CLOSER, **MEASURES), "moderator": OVER, "null_check": CARELESS}
    (found,) = experiments([loaded(tmp_path, document)], pairs=20)
    assert found.moderated is not None
    assert len(found.pairs) == len(found.null_pairs) == 2
    plain = loaded(tmp_path, {**claim(CLOSER, **MEASURES), "id": "T1"})
    (alone,) = experiments([plain], pairs=20)
    for label, mine in alone.changed.series.items():
        np.testing.assert_array_equal(mine.values, found.changed.series[label].values)
    given = loaded(tmp_path, claim(
        {**CLOSER, **OVER}, **MEASURES))  # fmt: skip
    (with_it,) = experiments([given], pairs=20)
    for label, mine in with_it.changed.series.items():
        np.testing.assert_array_equal(mine.values, found.moderated.changed.series[label].values)
    for one in findings(found):
        without, moderated = one.effects
        assert one.difference == pytest.approx(
            moderated.difference - without.difference, nan_ok=True
        )


def test_actors_that_do_not_heed_their_interests_show_no_effect(tmp_path: Path) -> None:
    """Without rationality every lever has its usual chance in both arms of a null check."""
    document = {**claim({"actors": {"south": {"weights": {"security": 0.9}}}},
                        threats=MEASURES["threats"]), "null_check": CARELESS}  # fmt: skip
    (found,) = experiments([loaded(tmp_path, document)], pairs=30)
    (one,) = findings(found)
    assert one.null is not None
    assert one.null.difference == 0
    assert one.null.reference == one.null.changed > 0


def test_null_checks_play_fewer_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.studies.propositions.result.NULL_PAIRS", 7)
    document = {**claim(CLOSER, **MEASURES), "null_check": OVER}
    (found,) = experiments([loaded(tmp_path, document)], pairs=20)
    assert {one.pairs for one in findings(found)} <= {20}
    assert {one.null.pairs for one in findings(found) if one.null} <= {7}


def test_a_null_check_that_leaves_an_arm_as_it_is_plays_it_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.studies.propositions.result.NULL_PAIRS", 7)
    path = "events.closer.changes.affinity of north and south.by"
    document = {**claim(CLOSER, **MEASURES), "null_check": {"set": {path: 0.01}}}
    (found,) = experiments([loaded(tmp_path, document)], pairs=20)
    assert {one.null.pairs for one in findings(found) if one.null} <= {7}


def test_two_arms_are_not_all_of_a_claim_with_a_moderator(tmp_path: Path) -> None:
    document = {**claim(CLOSER, **MEASURES), "moderator": OVER}
    (found,) = experiments([loaded(tmp_path, document)], pairs=4)
    with pytest.raises(ScenarioError, match="not all arms of the claim are here"):
        findings(found.claim, found.reference.series, found.changed.series)
