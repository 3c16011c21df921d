"""What is in force, promised, kept and broken at a table: from the news alone, in words."""

from __future__ import annotations

import numpy as np
import pytest

from sim.classroom.briefs.arrangement_text import lasting_news, lists
from sim.classroom.game import log_entries as entries
from sim.classroom.game import news
from sim.classroom.game.arrangements import arrangement_changes, in_force, pledges
from sim.classroom.game.permissions import why_closed
from sim.classroom.game.table import RefusedError
from tests.fixtures.scenarios import DUEL, changed, scenario
from tests.fixtures.sessions import Log, through
from tests.fixtures.treaties import BONDED


def sat(document: object = BONDED) -> tuple[Log, str, str]:
    """A log with North and South in their seats."""
    log = Log(scenario(document))  # type: ignore[arg-type]
    return log, log.seat("north"), log.seat("south")


def turn(log: Log, north: str, south: str, one: object = None, other: object = None) -> None:
    """Play a round: what North does toward South, and South toward North; all agree."""
    log.open()
    log.order(north, south=one)  # type: ignore[arg-type]
    log.order(south, north=other)  # type: ignore[arg-type]
    log.close()
    if log.table().phase == "answering":
        for who, asker in ((north, "south"), (south, "north")):
            actor = log.session.people[who].actor or ""
            if log.table().proposals_to(actor):
                log.answer(who, **{asker: True})
        log.close()


def standing(log: Log) -> list[str]:
    return [line.text for line in lists(log.table()).lines]


def done(log: Log, round: int) -> list[str]:
    return [one.text for one in news.act_news(log.table(), round)]


def test_what_is_in_force_is_listed_with_since_when_and_until_when() -> None:
    log, north, south = sat()
    assert standing(log) == [
        "The river pact of Isle, North and South, since the start",
        "Sanctions of South toward North, since the start",
    ]
    turn(log, north, south, "sign")
    by_north = (
        "North proposes to sign the peace treaty; South accepts; the peace treaty is in force."
    )
    assert by_north in done(log, 1)
    assert lasting_news(log.table(), 1) == []  # it is told once
    assert "The peace treaty of North and South, since October 2016, until December 2017" in (
        standing(log)
    )
    turn(log, north, south, None, "freeze")
    assert done(log, 2)[-1].endswith("; the peace treaty is suspended.")
    (peace,) = (line for line in lists(log.table()).lines if "peace" in line.name)
    assert (peace.suspended, peace.since) == ("suspended since January 2017", "")
    assert peace.text == (
        "The peace treaty of North and South, suspended since January 2017, its term runs until "
        "December 2017"
    )
    turn(log, north, south, "thaw")
    assert any(text.endswith("; the peace treaty is in force again.") for text in done(log, 3))
    turn(log, north, south, None, "lift")
    lifted = "South moves to lift sanctions, toward North; sanctions are no longer in force."
    assert lifted in done(log, 4)
    assert not any("anctions" in line for line in standing(log))


def test_what_runs_out_is_told_when_it_does_and_as_the_list_said() -> None:
    log, north, south = sat()
    turn(log, north, south, "sign")
    assert in_force(log.table())[1].counts == 1
    for _ in range(3):
        turn(log, north, south)
    assert any("until December 2017" in line for line in standing(log))
    turn(log, north, south)
    assert lasting_news(log.table(), 5) == ["The peace treaty of North and South has run out."]
    assert len(standing(log)) == 2


def test_a_treaty_that_is_signed_again_runs_anew() -> None:
    log, north, south = sat()
    turn(log, north, south, "sign")
    turn(log, north, south, "sign")
    assert any(text.endswith("; the peace treaty is renewed.") for text in done(log, 2))
    assert any("since October 2016, until March 2018" in line for line in standing(log))
    for _ in range(4):
        turn(log, north, south)
    assert lasting_news(log.table(), 6) == ["The peace treaty of North and South has run out."]


def test_breaking_off_is_told_by_who_did_it() -> None:
    log, north, south = sat()
    turn(log, north, south, "sign")
    turn(log, north, south, None, "leave")
    left = "South moves to leave the peace treaty, toward North; the peace treaty is broken off."
    assert left in done(log, 2)
    (change,) = arrangement_changes(log.table(), 2)
    assert (change.how, change.actor) == ("broken off", "south")


def test_an_event_that_ends_something_is_told_at_the_opening_of_its_round() -> None:
    log, *_ = sat()
    log.open()
    assert lasting_news(log.table(), 1) == []
    log.accept(entries.Injected(at=log.now, table=1, round=1, event="flood"))
    assert lasting_news(log.table(), 1) == ["The river pact of Isle, North and South has ended."]
    assert standing(log) == ["Sanctions of South toward North, since the start"]
    through(log)
    assert lasting_news(log.table(), 1)[0] == "The river pact of Isle, North and South has ended."
    log.accept(entries.Undone(at=log.now, table=1))
    assert len(standing(log)) == 1  # what was let happen in it stays


def test_a_made_up_event_begins_and_ends_arrangements() -> None:
    log, *_ = sat()
    log.open()
    made = entries.Injected(
        at=log.now, table=1, round=1, name="A summit of three",
        begins=("peace between north and south",), ends=("sanctions by south toward north",),
    )  # fmt: skip
    log.accept(made)
    assert standing(log) == [
        "The river pact of Isle, North and South, since the start",
        "The peace treaty of North and South, since October 2016, until September 2017",
    ]
    for _ in range(4):
        through(log)
        if log.table().round < 4:
            log.open()
    assert "The peace treaty of North and South has run out." in lasting_news(log.table(), 4)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"begins": ("peace between north and isle",)}, "no arrangement"),
        ({"ends": ("war between north and south",)}, "no arrangement"),
        (
            {
                "begins": ("peace between north and south",),
                "ends": ("peace between north and south",),
            },
            "at once",
        ),
    ],
)
def test_a_made_up_event_names_arrangements_of_the_scenario(
    fields: dict[str, tuple[str, ...]], said: str
) -> None:
    log, *_ = sat()
    log.open()
    with pytest.raises(RefusedError, match=said):
        log.accept(entries.Injected(at=log.now, table=1, round=1, name="No", **fields))


def test_promises_are_listed_until_they_are_kept() -> None:
    log, north, south = sat()
    assert [debt.text for debt in lists(log.table()).debts] == []
    turn(log, north, south, "plan")
    assert lasting_news(log.table(), 1) == [
        "North promises South to build the bridge, until June 2017."
    ]
    (debt,) = lists(log.table()).debts
    assert debt.text == "North owes South: build the bridge, until June 2017"
    assert not debt.overdue
    turn(log, north, south, "build")
    assert lasting_news(log.table(), 2) == ["North keeps its promise to South to build the bridge."]
    assert lists(log.table()).debts == ()


def test_a_promise_that_is_not_kept_is_overdue_and_then_broken() -> None:
    log, north, south = sat()
    turn(log, north, south, "plan")
    turn(log, north, south)
    before = log.table().value("trust", "south", "north")
    turn(log, north, south)
    assert lasting_news(log.table(), 3) == [
        "The promise of North to South to build the bridge is overdue."
    ]
    (debt,) = lists(log.table()).debts
    assert debt.overdue
    overdue = "North owes South: build the bridge, overdue since the end of June 2017, which cost"
    assert debt.text.startswith(overdue)
    assert log.table().value("trust", "south", "north") < before
    turn(log, north, south)
    turn(log, north, south)
    assert lasting_news(log.table(), 5) == [
        "North has broken its promise to South to build the bridge."
    ]
    assert [one.state for one in pledges(log.table())] == ["broken"]


def test_a_late_delivery_is_told_as_late_and_a_new_promise_beside_it() -> None:
    log, north, south = sat()
    turn(log, north, south, "plan")
    for _ in range(2):
        turn(log, north, south)
    turn(log, north, south, ("plan", "build"))
    assert lasting_news(log.table(), 4) == [
        "North delivers late on its promise to South to build the bridge.",
        "North promises South to build the bridge, until March 2018.",
    ]
    assert [(one.state, one.due) for one in pledges(log.table())] == [("late", 3), ("open", 6)]
    assert log.table().world.read("due").max() == 6


def test_what_is_told_agrees_with_what_the_world_records() -> None:
    """Whatever people and the model do: the list is what stands, and dues are the world's."""
    log = Log(scenario(changed(BONDED, levers__leave__usual={"north to south": 0.3})), seed=3)
    table = log.table()
    for round in range(1, 9):
        log.open()
        through(log)
        listed = {one.instance: one.suspended is not None for one in in_force(table)}
        status = dict(zip(table.instances, table.status(), strict=True))
        assert listed == {one: now == 2 for one, now in status.items() if now}
        dues = {p.promise: p.due for p in pledges(table) if p.state in ("open", "overdue")}
        now = table.world.read("due")[:, 0]
        assert dues == {p: d for p, d in zip(table.promises, now.tolist(), strict=True) if d}
        assert table.status(round) == table.status()


def test_a_closed_lever_says_why_and_is_refused_with_it() -> None:
    log, north, _ = sat()
    log.open()
    table = log.table()
    assert why_closed(table, "leave", "north", "south") == (
        "nothing is in force to end (the peace treaty)"
    )
    assert "to suspend" in why_closed(table, "freeze", "north", "south")
    assert "suspended to resume" in why_closed(table, "thaw", "north", "south")
    assert why_closed(table, "sign", "north", "south") == ""
    assert why_closed(table, "lift", "south", "north") == ""
    with pytest.raises(RefusedError, match="nothing is in force to end"):
        log.order(north, south="leave")


def test_a_new_government_is_an_event_and_tells_what_it_wants_to_whom_may_know() -> None:
    log, *_ = sat()
    log.open()
    log.accept(entries.Injected(at=log.now, table=1, round=1, event="new_government_north"))
    table = log.table()
    (reign,) = table.new_governments
    assert (reign.actor, reign.round, reign.before) == ("north", 1, 5)
    assert table.value("office", "north") == 0
    wants = "North now wants “Where the border runs” much nearer to “the river”."
    cares = "North now cares less about “Where the border runs”."
    for who in (None, "south"):
        (said,) = news.event_news(table, 1, who)
        assert said.startswith("A new cabinet in the north.")
        assert wants in said
        assert cares not in said
    assert cares in news.event_news(table, 1, "north")[0]
    through(log)
    log.open()
    assert table.latest_government("north") is reign
    log.accept(entries.Undone(at=log.now, table=1))
    assert [one.round for one in table.new_governments] == [1]  # it was let happen: it stays
    assert table.latest_government("south") is None


def test_a_scenario_without_any_has_none_of_it() -> None:
    log = Log(scenario(DUEL))
    log.open()
    through(log)
    table = log.table()
    assert (lasting_news(table, 1), lists(table).arranged, lists(table).promising) == (
        [],
        False,
        False,
    )
    assert (in_force(table), pledges(table), table.new_governments) == ((), (), [])
    assert np.size(table.status()) == 0


def test_what_an_event_begins_counts_from_the_round_before_also_when_others_acted() -> None:
    log, north, south = sat(changed(BONDED, events__flood={
        "name": "A flood", "chance": 1e-9, "begins": ["peace between north and south"],
    }))  # fmt: skip
    turn(log, north, south)
    log.open()
    log.accept(entries.Injected(at=log.now, table=1, round=2, event="flood"))
    log.order(south, north="lift")
    through(log)
    (peace,) = (one for one in in_force(log.table()) if one.instance.name == "peace")
    assert (peace.begun, peace.counts) == (2, 1)
    assert "The peace treaty of North and South is in force." in lasting_news(log.table(), 2)


def test_what_an_event_makes_an_actor_want_is_told_with_direction_and_care_in_one_line() -> None:
    log, *_ = sat(changed(BONDED, events__flood={
        "name": "A flood", "chance": 1e-9, "changes": {
            "position of north on border": {"by": -5, "why": "mud"},
            "salience of north on border": {"by": 0.3, "why": "mud"},
            "weight of north on security": {"by": 0.2, "why": "mud"},
        },
    }))  # fmt: skip
    log.open()
    log.accept(entries.Injected(at=log.now, table=1, round=1, event="flood"))
    moved = "North now wants “Where the border runs” a little nearer to “the river”."
    assert news.event_news(log.table(), 1) == [f"A flood. {moved}"]
    assert news.event_news(log.table(), 1, "north") == [
        f"A flood. {moved} North now cares more about “Where the border runs” and security."
    ]


def test_whatever_closes_a_lever_is_said_in_a_few_words() -> None:
    log, *_ = sat(changed(
        BONDED,
        levers__plan__requires={"tension of target and actor": {"at_most": 0.01}},
        levers__sign__requires={
            "in force sanctions by target toward actor": False, "rounds since plan": {"at_most": 3},
            "salience of target on border": {"at_most": 0.1},
            "gap on border": {"at_most": 5},
        },
        levers__build__requires={
            "rounds since pact began between actor and target": {"at_least": 9},
            "support of actor": {"at_least": 0.99},
        },
        levers__punish__once=True,
        events__flood={"name": "A flood", "chance": 1e-9, "forbids": ["lift by south"]},
    ))  # fmt: skip
    log.open()
    log.accept(entries.Injected(at=log.now, table=1, round=1, event="flood"))
    table = log.table()
    tension, support = table.value("tension", "north", "south"), table.value("support", "north")
    assert (
        why_closed(table, "plan", "north", "south")
        == f"tension with South is too high ({tension:.2f})"
    )
    assert why_closed(table, "sign", "north", "south") == (
        "sanctions: in force; “agree on a plan” was done too long ago, or never; salience of "
        "South on Where the border runs is too high; the distance between your position and "
        "South's on “Where the border runs” is too high (70 of 100)"
    )
    assert why_closed(table, "build", "north", "south") == (
        "the river pact: begun too short a time ago; "
        f"your support at home is too low ({support:.2f})"
    )
    assert why_closed(table, "lift", "south", "north") == "an event has closed it"
    through(log)
    log.open()
    table.world.read("last")[table.compiled.keys["punish", "south", "north"], 0] = 1
    table.world.evaluate_options()
    assert why_closed(table, "punish", "north", "south") == "it can be done only once, and was"
    log.accept(entries.Undone(at=log.now, table=1))


def test_a_choice_that_closes_a_lever_is_said_in_a_few_words() -> None:
    log, *_ = sat(changed(
        BONDED,
        levers__build__requires={
            "any_of": [
                {"support of actor": {"at_least": 0.99}},
                {"tension of actor and target": {"at_most": 0.01}},
            ],
            "none_of": [{"support of target": {"at_least": 0.01}}],
        },
    ))  # fmt: skip
    log.open()
    table = log.table()
    tension, support = table.value("tension", "north", "south"), table.value("support", "north")
    assert why_closed(table, "build", "north", "south") == (
        f"one of these must change: your support at home is too low ({support:.2f}), or tension "
        f"with South is too high ({tension:.2f}); it may not be done while South's support at "
        "home stands so"
    )
