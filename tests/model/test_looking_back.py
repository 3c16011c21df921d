"""Conditions that look back: uses of levers, and changes of quantities, over some rounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.model import native
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.scenario.scenario import Scenario
from sim.simulation.block import simulate
from sim.theories.protocol import Case
from tests.fixtures.scenarios import QUARTET, changed, plain, scenario

ROUNDS, RUNS, LEVER = 9, 24, "summit"
USES: dict[str, tuple[str, str, int, int]] = {
    "often": ("east", "west", 3, 2),
    "anyone_to_west": ("anyone", "west", 2, 2),
    "anyone": ("anyone", "anyone", 1, 3),
    "long": ("anyone", "anyone", 8, 9),
}
"""By watched event: who uses the lever toward whom, in how many rounds, at least how often."""
CHANGES: dict[str, tuple[str, int, float]] = {
    "cooler": ("affinity of west and east", 2, 0.02),
    "rising": ("tension of east and west", 4, 0.01),
    "growing": ("power of east", 3, 0.005),
    "drifting": ("support of isle", 8, 0.03),
}
"""By watched event: what changes, over how many rounds, by at least how much."""


def document() -> dict[str, Any]:
    watch: dict[str, Any] = {
        key: {"name": key, "when": {f"uses of {LEVER} by {by} toward {to} in {n} rounds":
                                    {"at_least": least}}}
        for key, (by, to, n, least) in USES.items()
    } | {
        key: {"name": key, "when": {f"change of {of} over {n} rounds": {"at_least": least}}}
        for key, (of, n, least) in CHANGES.items()
    }  # fmt: skip
    found = changed(plain(QUARTET), calendar__rounds=ROUNDS, watch=watch, stop=[], events={})
    usual = {"usual": 0.3, "consent": 0.9}
    found["levers"][LEVER] = {**found["levers"][LEVER], **usual}
    asked = {
        f"uses of {LEVER} by target toward actor in 2 rounds": {"at_most": 1},
        "change of affinity of actor and target over 3 rounds": {"at_most": 0.05},
    }
    found["levers"][LEVER]["requires"] = asked
    found["events"] = {
        "fatigue": {"name": "fatigue", "repeats": True, "when": watch["anyone"]["when"]}
    }
    for key in ("knobs", "history", "notes"):
        found.pop(key, None)
    return found


@pytest.fixture(scope="module")
def made() -> Scenario:
    return scenario(document())


def test_they_hold_where_the_rounds_before_say_so(made: Scenario) -> None:
    compiled = CompiledScenario(made)
    world = World(compiled, 5, 0, RUNS)
    rows, keys = compiled.layout, list(compiled.keys)
    levels, used = [world.x.copy()], [np.zeros((len(keys), RUNS))]
    pairs = [k for k, key in enumerate(keys) if key[0] == LEVER]
    came: dict[str, int] = dict.fromkeys((*USES, *CHANGES), 0)

    def uses(by: str, to: str, rounds: int) -> Any:
        chosen = [k for k in pairs if by in ("anyone", keys[k][1]) and to in ("anyone", keys[k][2])]
        return sum(one[chosen].sum(axis=0) for one in used[1:][-rounds:]) + np.zeros(RUNS)

    for now in range(1, ROUNDS + 1):
        before = uses("anyone", "anyone", 1)
        world.deliberate()
        np.testing.assert_array_equal(world.happens[0], before >= 3)
        for k in pairs:
            _, actor, target = keys[k]
            row = rows.at("affinity", *sorted((actor, target)))
            far = world.x[row] - levels[max(now - 1 - 3, 0)][row]
            held = (uses(target, actor, 2) <= 1) & (far <= 0.05)
            assert (world.open[k] <= held).all()
            assert world.open[k].tolist() == held.tolist()
        world.conclude()
        levels.append(world.x.copy())
        used.append(world.accepted.astype(float))
        observed = dict(zip(compiled.watches.names, world.read("observed"), strict=True))
        for key, (by, to, n, least) in USES.items():
            wanted = uses(by, to, n) >= least
            assert observed[key].tolist() == wanted.tolist(), (key, now)
            came[key] += wanted.sum()
        for key, (of, n, least_change) in CHANGES.items():
            kind, _, names = of.partition(" of ")
            row = rows.at(kind, *sorted(names.split(" and ")))  # type: ignore[arg-type]
            wanted = levels[now][row] - levels[max(now - n, 0)][row] >= least_change
            assert observed[key].tolist() == wanted.tolist(), (key, now)
            came[key] += wanted.sum()
    assert all(0 < times < ROUNDS * RUNS for times in came.values()), came


def test_compiled_runs_look_back_as_uncompiled_ones(
    made: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = simulate(CompiledScenario(made), 5, 0, 80)
    monkeypatch.setattr(native, "sections", lambda wait=False: None)
    plainly = simulate(CompiledScenario(made), 5, 0, 80)
    assert compiled.state.tobytes() == plainly.state.tobytes()
    assert compiled.watched.tobytes() == plainly.watched.tobytes()


def test_a_moment_keeps_what_is_looked_back_at(made: Scenario) -> None:
    through, again = (World(CompiledScenario(made), 5, 0, 16) for _ in range(2))
    for world in (through, again):
        world.play(until=5)
    moment = again.moment()
    again.play(until=8)
    again.resume(moment)
    for world in (through, again):
        world.play(until=ROUNDS)
    assert through.read("past_uses").tobytes() == again.read("past_uses").tobytes()
    assert through.x.tobytes() == again.x.tobytes()


def test_what_nobody_has_is_never_counted() -> None:
    found = document()
    found["levers"][LEVER]["usual"] = {"east to west": 0.3}
    found["levers"][LEVER]["requires"] = {}
    when = {f"uses of {LEVER} by west toward east in 3 rounds": {"at_least": 1}}
    found["watch"] = {"never": {"name": "never", "when": when}}
    found["events"] = {}
    block = simulate(CompiledScenario(scenario(found)), 5, 0, 16)
    assert (block.watched < 0).all()


def test_a_supposed_use_counts_in_the_rounds_after_it() -> None:
    found = document()
    asked = f"uses of {LEVER} by target toward actor in 2 rounds"
    found["levers"][LEVER]["requires"] = {asked: {"at_most": 0}}
    world = World(CompiledScenario(scenario(found)), 5, 0, 16)
    world.open_round()
    act, other = ("east", "west", LEVER), ("west", "east", "words")
    place = world.supposer.suppose([Case()], [other[:2]]).levers(*other).index(LEVER)  # type: ignore[arg-type]
    cases = [Case([{}, {}, {}]), Case([{act: True}, {}, {}]), Case([{}, {}, {act: True}])]
    opened = world.supposer.suppose(cases, [other[:2]]).open(*other)[:, place]  # type: ignore[arg-type]
    assert opened.any(axis=1).tolist() == [True, True, False]
    assert not world.read("past_uses").any()
