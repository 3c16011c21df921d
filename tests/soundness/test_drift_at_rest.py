"""Rest: what does not stay as it is, is found; what is stated to move, is not held against it."""

from __future__ import annotations

from sim.soundness.drift_at_rest import Drift, ordinary_times, rest
from tests.fixtures.scenarios import DUEL, QUIET, Document, changed, scenario


def drifts(document: Document, base: Document | None = None) -> dict[str, Drift]:
    found = rest(scenario(document, base), 200, 8)
    return {str(drift.phrase): drift for drift in found.drifts}


def test_where_nothing_happens_nothing_moves() -> None:
    assert all(drift.size < 1e-6 for drift in drifts(QUIET).values())


def test_a_lever_that_opens_by_chance_and_keeps_itself_open_is_found() -> None:
    march = {
        "name": "march", "usual": 0.4, "cameo": "154",
        "requires": {"tension of actor and target": {"at_least": 0.31}},
        "effects": {"tension of actor and target": 0.2},
    }  # fmt: skip
    found = drifts(changed(DUEL, levers__march=march))["tension of north and south"]
    assert found.least > 0.05
    assert found.start < found.end


def test_events_are_taken_out() -> None:
    quake = {"quake": {"name": "A quake", "chance": 1, "changes": {
        "support of north": {"by": -0.4, "lasting": True}}}}  # fmt: skip
    assert drifts(changed(QUIET, events=quake))["support of north"].size < 1e-6


def test_stated_trends_are_taken_out_and_shown_beside() -> None:
    rising = changed(DUEL, actors__north__power_growth=0.05)
    found = rest(scenario(rising), 8, 16)
    (share,) = found.shares
    (same,) = rest(scenario(DUEL), 8, 16).shares
    assert share.windows == same.windows
    assert share.growing != share.windows
    assert share.growing[0] > 0


def test_of_a_file_that_extends_a_base_the_base_is_measured() -> None:
    changed_world = changed(DUEL, actors__north__support=0.2)
    world = scenario(changed_world, DUEL)
    assert ordinary_times(world).description.actors["north"].support.value == 0.6
    assert (
        drifts(changed_world, DUEL)["support of north"].start
        == drifts(DUEL)["support of north"].start
    )


def test_too_little_conflict_is_not_judged() -> None:
    peaceful = changed(DUEL, levers__rebuke__usual=0.001)
    (share,) = rest(scenario(peaceful), 8, 8).shares
    assert not share.judged


def test_a_scenario_without_levers_has_no_share() -> None:
    (share,) = rest(scenario(QUIET), 8, 8).shares
    assert not share.judged
    assert share.windows == (0.0,) * 5


def test_pledges_and_issues_are_shown_and_not_judged() -> None:
    pact = {
        "name": "pact", "usual": 0.3, "cameo": "057",
        "effects": {"commitment of actor to target": 0.03},
    }  # fmt: skip
    found = rest(scenario(changed(DUEL, levers__pact=pact)), 100, 8)
    built = {str(drift.phrase): drift for drift in found.built}
    assert built["commitment of north to south"].least > 0.02
    assert {drift.phrase.kind for drift in found.built} == {"commitment", "issue"}
    assert not {drift.phrase.kind for drift in found.drifts} & {"commitment", "issue"}
