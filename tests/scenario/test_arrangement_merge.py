"""Variations and single changes of arrangements, promises and governments, and what falls away."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.scenario.files import unsourced
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import parse
from tests.fixtures.bonds_file import BONDS, bent, bound, slips

PLAIN = parse(BONDS, "bonds").plain()


def over(folder: Path, text: str, base: str = BONDS) -> Scenario:
    """The scenario with a variation laid over it."""
    return bound(folder, f"extends: base.yaml\n{text}\n", base=base)


def test_a_deleted_arrangement_takes_what_spoke_of_it_along(tmp_path: Path) -> None:
    found = over(tmp_path, "arrangements: {peace: null}")
    described = found.description
    assert "peace" not in described.arrangements
    assert set(described.levers) == {"talk", "ban", "quit", "offer", "build"}
    assert "war" not in described.events
    assert set(described.outcomes) == {"trust"}
    assert "held" not in described.watch
    assert set(found.notes) == {
        "lever 'leave' fell away with arrangement 'peace': it waits for something that is gone",
        "levers.sign.begins: 'peace' fell away with arrangement 'peace'",
        "lever 'sign' fell away with arrangement 'peace': nothing is left that it does",
        "event 'war' fell away with arrangement 'peace': it waits for something that is gone",
        "outcome 'peace' fell away with arrangement 'peace': what it shows is gone",
        "watched event 'held' fell away with arrangement 'peace': it waits for something that is "
        "gone",
    }


def test_a_lever_that_does_more_loses_only_the_arrangement(tmp_path: Path) -> None:
    more = bent(("begins: [peace]", "begins: [peace]\n    effects: {issue river: 3}"))
    found = over(tmp_path, "arrangements: {peace: null}", more)
    assert found.description.levers["sign"].begins == ()
    assert not found.description.levers["sign"].requires


def test_a_deleted_actor_goes_from_pairs_parties_and_governments(tmp_path: Path) -> None:
    three = bent(
        ("parties: [north, south]", "parties: [north, east, south]"),
        ("event: new_government_south", "event: war"),
    )
    found = over(tmp_path, "actors: {east: null}", three)
    assert found.description.arrangements["club"].parties == ("north", "south")
    assert found.description.events["war"].begins == ()
    gone = over(tmp_path, "actors: {south: null}\noutcomes: {a: {name: A, of: support of north}}")
    described = gone.description
    assert "club" not in described.arrangements
    assert described.arrangements["embargo"].in_force == ()
    assert "new_government_south" not in described.events
    assert set(described.watch) == set()
    assert (
        "watched event 'coup' fell away with event 'new_government_south': it waits for something "
        "that is gone" in gone.notes
    )
    assert "arrangement 'club' fell away with actor 'south': its parties are gone" in gone.notes


def test_a_deleted_issue_goes_from_what_a_new_government_wants(tmp_path: Path) -> None:
    ruling = over(tmp_path, "issues: {border: null}").description.actors["north"].government
    assert ruling is not None
    assert not ruling.successor.positions
    assert not ruling.successor.saliences


def test_a_deleted_lever_takes_the_promise_of_it_along(tmp_path: Path) -> None:
    found = over(tmp_path, "levers: {build: null}")
    assert found.description.levers["offer"].delivers is None
    assert "levers.offer.delivers fell away with lever 'build'" in found.notes
    assert "trust" in found.description.outcomes  # there are arrangements left


def test_with_the_last_arrangement_and_promise_goes_trust(tmp_path: Path) -> None:
    found = over(
        tmp_path,
        "levers: {offer: {delivers: null}}\n"
        "arrangements: {peace: null, embargo: null, club: null}\n"
        "outcomes: {a: {name: A, of: support of north}}",
    )
    assert set(found.description.outcomes) == {"a"}
    assert found.description.relations["south to north"].trust is None
    assert (
        "outcome 'trust' fell away with the last arrangement or promise: what it shows is gone"
        in found.notes
    )


def test_so_it_does_where_the_last_falls_with_an_actor(tmp_path: Path) -> None:
    base = bent(
        ("  peace:\n", "  pact: {name: the pact, parties: [south, east]}\n  peace:\n"),
        ("trust of south in north", "trust of east in north"),
    )
    text = "levers: {offer: null}\narrangements: {peace: null, embargo: null, club: null}"
    kept = over(tmp_path, text, base)
    assert set(kept.description.outcomes) == {"trust"}
    more = "actors: {south: null}\noutcomes: {a: {name: A, of: support of north}}"
    gone = over(tmp_path, f"{text}\n{more}", base)
    assert set(gone.description.outcomes) == {"a"}


def test_a_government_that_is_taken_away_takes_its_event_along(tmp_path: Path) -> None:
    found = over(tmp_path, "actors: {north: {government: null}, south: {government: null}}")
    assert not any(one.government for one in found.description.events.values())
    assert set(found.description.watch) == {"held"}
    assert (
        "event 'change' fell away with the government of 'north': there is no government that "
        "could change" in found.notes
    )


def test_what_is_laid_over_the_other_sort_puts_it_out(tmp_path: Path) -> None:
    found = over(
        tmp_path,
        "arrangements: {club: {one_sided: true, in_force: []}}\nlevers: {quit: null}\n"
        "events: {war: {when: null, government: south}}\nwatch: {coup: null}",
    )
    club = found.description.arrangements["club"]
    assert (club.one_sided, club.parties) == (True, ())
    assert found.description.events["war"].government == "south"


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("arrangements.peace.term", 8, 8),
        ("arrangements.peace.solemnity", 0.2, 0.2),
        ("arrangements.embargo.in_force", ["north to east"], ("north to east",)),
        ("arrangements.peace.effects.tension of actor and target", -0.05, -0.05),
        ("arrangements.peace.effects.issue border", 0.5, 0.5),
        ("levers.offer.delivers.within", 5, 5),
        ("actors.north.government.loses", 0.7, 0.7),
        ("actors.north.government.elections", ["2018-01-01"], None),
        ("relations.south to north.trust", 0.9, 0.9),
        ("relations.east to north.trust", 0.9, 0.9),
        ("coefficients.breach", 0.3, 0.3),
        ("coefficients.reversion.trust", 0.1, 0.1),
    ],
)
def test_one_change_by_path(path: str, value: object, found: object) -> None:
    changed = build(PLAIN, overrides={path: value})
    part: object = changed.description
    for step in path.split("."):
        part = part[step] if isinstance(part, dict) else getattr(part, step)
    if found is not None:
        assert getattr(part, "value", part) == found
    again = build(parse(sim.to_yaml(build(PLAIN)), "it").plain())
    assert again.sha256 == build(PLAIN).sha256


def test_what_must_be_in_force_needs_no_source(tmp_path: Path) -> None:
    """Also where a variation changes another number of the lever, and the lever has a reason."""
    reasoned = bent(("name: leave the peace", "name: leave the peace\n    why: hardly ever"))
    found = over(tmp_path, "levers: {leave: {usual: {north to south: 0.03}}}", reasoned)
    path = "levers.leave.requires.in force peace between actor and target.at_least"
    silent = {fault.place.path for fault in unsourced(found, tmp_path / "bonds.yaml")}
    assert path in found.parameters
    assert path not in silent
    assert "levers.leave.usual.north to south" in silent


def test_a_changed_scenario_reads_back(tmp_path: Path) -> None:
    changes = {
        "arrangements.peace.term": 8,
        "watch.held.when.in force peace between north and south": "false",
        "actors.south.government": None,
    }
    bound(tmp_path)
    changed = sim.load_scenario(tmp_path / "bonds.yaml", changes)
    (tmp_path / "again.yaml").write_text(sim.to_yaml(changed))
    again = sim.load_scenario(tmp_path / "again.yaml")
    assert again.description.arrangements == changed.description.arrangements
    assert again.description.watch == changed.description.watch
    assert again.description.actors == changed.description.actors
    assert again.description.events == changed.description.events


def test_the_other_order_of_a_pair_in_a_change(tmp_path: Path) -> None:
    found = over(tmp_path, "relations: {south and north: {tension: 0.5}}")
    assert found.description.relations["north and south"].tension is not None
    (fault, *_) = slips(
        tmp_path, "extends: base.yaml\nlevers: {sign: {begins: [pact]}}\n", base=BONDS
    )
    assert "the arrangement 'pact' is not defined" in fault.problem
