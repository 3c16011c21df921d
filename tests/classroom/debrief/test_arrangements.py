"""What a debrief asks, shows and hands out of what was broken off, promised and voted out."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from sim.classroom.debrief.export import export_tables
from sim.classroom.debrief.page import debrief_page, sheets_page
from sim.classroom.debrief.questions import (
    Question,
    broken,
    fallen,
    kept_all,
    questions,
    undelivered,
)
from sim.classroom.debrief.record import SessionRecord, record_session
from sim.classroom.debrief.tables import counts, in_force, lasting_tables
from sim.classroom.debrief.text import Wording
from sim.classroom.forecast.forecast import CONDUCT_KINDS, count_conduct
from sim.classroom.forecast.order_effects import PairedEffect, effects_work, round_as_played
from sim.classroom.game import log_entries as entries
from sim.classroom.game.course import CLASS_RUN, BranchPoint, Course
from sim.classroom.web.drawings import fans
from sim.classroom.web.templates import environment
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from tests.classroom.game.test_arrangements import sat, turn
from tests.fixtures.finished_game import foretell, tables_of, workings
from tests.fixtures.scenarios import DUEL, changed, scenario
from tests.fixtures.sessions import Log, through
from tests.fixtures.treaties import BONDED

TREATY = "the peace treaty"


@pytest.fixture(scope="module")
def log() -> Log:
    """Signed and promised, broken off, voted out; the promise is never kept."""
    log, north, south = sat()
    turn(log, north, south, "sign")
    turn(log, north, south, "plan", "leave")
    log.open()
    log.accept(entries.Injected(at=log.now, table=1, round=3, event="new_government_north"))
    through(log)
    for _ in range(3):
        turn(log, north, south)
    return log


@pytest.fixture(scope="module")
def whole(log: Log) -> SessionRecord:
    return record_session(log.session, workings(log))


@pytest.fixture(scope="module")
def words(whole: SessionRecord) -> Wording:
    return Wording(whole.scenario, whole.dates, whole.tables[0].start)


def plain(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).replace("\u00a0", " ").split())


def one(found: list[Question]) -> tuple[str, str]:
    (question,) = found
    return question.text.replace("\u00a0", " "), question.evidence.replace("\u00a0", " ")


def test_who_broke_off_what_is_asked_with_what_it_cost(
    log: Log, whole: SessionRecord, words: Wording
) -> None:
    table = whole.tables[0]
    text, evidence = one(list(broken(table, words)))
    assert text.startswith("In round 2 (January 2017) South broke off the peace treaty with North.")
    (breach,) = table.breaches
    assert [cost.other for cost in breach.costs] == ["north", "isle"]
    for cost in breach.costs:
        assert cost.trust[1] < cost.trust[0]
    state = log.table().dataset()["affinity"].isel(run=0)
    pair = next(one for one in state["pair"].values if set(one.split(" and ")) == {"isle", "south"})
    course = state.sel(pair=pair).values
    assert breach.costs[1].affinity == pytest.approx((course[1], course[2]))
    assert f"affinity went from {breach.costs[0].affinity[0]:.2f}".replace("-", "−") in evidence
    assert "In the model's futures from the start South broke something off" in evidence


def test_what_a_break_cost_is_asked_only_where_something_was_lost(
    whole: SessionRecord, words: Wording
) -> None:
    table = whole.tables[0]
    assert "what did that cost it" in one(list(broken(table, words)))[0]
    (breach,) = table.breaches
    free = tuple(replace(one, affinity=(-0.42, -0.419), trust=(0.4, 0.5)) for one in breach.costs)
    text, evidence = one(
        list(broken(replace(table, breaches=(replace(breach, costs=free),)), words))
    )
    assert text.endswith("What did it want to be rid of?")
    assert evidence.startswith("None of those that had its word thought less of it")
    assert "0.42" not in evidence


def test_tables_mark_what_the_teacher_let_happen_and_say_what_is_not_in_force(
    whole: SessionRecord, words: Wording
) -> None:
    tables = {one.caption: one for one in lasting_tables(whole.tables[0], words)}
    (reigns,) = (one for name, one in tables.items() if "changes of government" in name)
    assert "let happen by the teacher" in reigns.rows[0][0]
    own = replace(whole.tables[0], events=tuple(
        tuple(replace(event, by_teacher=False) for event in events)
        for events in whole.tables[0].events
    ))  # fmt: skip
    told = [cell for one in lasting_tables(own, words) for row in one.rows for cell in row]
    assert not any("teacher" in cell for cell in told)
    found = in_force(whole, words)
    assert found is not None
    assert any("not in force" in row for row in found.rows)


def test_an_effect_on_whether_a_thing_is_in_force_is_in_points(
    whole: SessionRecord, words: Wording
) -> None:
    share = replace(next(iter(words.measures.values())), share=True, name="The pact")
    words = Wording(whole.scenario, whole.dates, whole.tables[0].start)
    words.measures["pact"] = share
    said = words._outcome_moved(
        "pact", PairedEffect(-0.998, -1.002, -0.994, spread=1.0, differ=100)
    )
    assert said.startswith("The pact: −99.8 percentage points (95")


def test_what_was_promised_and_never_delivered_is_asked_with_its_due_date(
    whole: SessionRecord, words: Wording
) -> None:
    table = whole.tables[0]
    text, evidence = one(list(undelivered(table, words)))
    assert text.startswith(
        "In round 2 (January 2017) North promised South to build the bridge, until September 2017; "
        "it was never done."
    )
    assert "South's trust in North was 0." in evidence
    assert list(kept_all(table, words)) == []
    (pledge,) = table.pledges
    late = replace(table, pledges=(replace(pledge, state="late", settled=5),))
    assert "it was done only in round 5" in one(list(undelivered(late, words)))[0]
    overdue = replace(table, pledges=(replace(pledge, state="overdue", settled=None),))
    assert "it is overdue" in one(list(undelivered(overdue, words)))[0]
    waits = replace(table, pledges=(replace(pledge, state="open", settled=None),))
    assert list(undelivered(waits, words)) == list(kept_all(waits, words)) == []
    kept = replace(table, pledges=(replace(pledge, state="kept", settled=3),))
    assert list(undelivered(kept, words)) == []
    assert one(list(kept_all(kept, words)))[0].startswith(
        "North kept what it had promised South (1 promise)."
    )


def test_whose_government_fell_is_asked_with_what_became_of_policy(
    whole: SessionRecord, words: Wording
) -> None:
    text, evidence = one(list(fallen(whole.tables[0], words)))
    assert text.startswith("In round 3 (April 2017) a new government came into office in North.")
    assert "had been in office for 7 rounds" in evidence
    assert "It wants something else on “Where the border runs” (−60)." in evidence
    assert re.search(r"Hostile were 0 of \d acts? before, and 0 of \d acts? since\.", evidence)
    left = replace(whole.tables[0], changes=(
        replace(whole.tables[0].changes[-1], round=4, how="broken off", actor="north"),
    ))  # fmt: skip
    assert (
        f"It left or suspended {TREATY} of North and South." in (one(list(fallen(left, words)))[1])
    )


def test_the_page_has_its_questions_its_tables_and_how_to_read_them(whole: SessionRecord) -> None:
    page = plain(debrief_page(whole))
    for told in (
        "South broke off the peace treaty with North.",
        "it was never done",
        "a new government came into office in North",
        "Table 1: what became of arrangements",
        "South breaks off the peace treaty with North. South: leave the peace treaty",
        "Table 1: what was promised, and what became of it",
        "North owes South: build the bridge round 2 (January 2017) end of September 2017 broken",
        "Table 1: changes of government",
        "“Where the border runs”: 80 to 20",
        "Table 1: how often, and in brackets how often in the model's futures",
        "What is in force",
        "such as a threat or a friendship?",
        "An actor that breaks off a common arrangement",
    ):
        assert told in page, told
    sheet = plain(sheets_page(whole))
    for told in (
        "South breaks off the peace treaty with North.",
        "North promised South to build the bridge, and did not.",
        "The government changed in North.",
    ):
        assert told in sheet, told


def test_an_outcome_that_is_or_is_not_the_case_is_told_as_such_and_as_a_share() -> None:
    document = changed(BONDED, outcomes={
        "pact": {"name": "The pact", "of": "in force pact between north and isle"},
        "peace": {"name": "Peace", "of": "in force peace between north and south"},
    })  # fmt: skip
    log, north, south = sat(document)
    turn(log, north, south, "sign")
    turn(log, north, south)
    found = record_session(log.session, workings(log))
    start, now = found.tables[0].start, found.tables[0].now
    assert start is not None
    assert now is not None
    shares = {level[2] for level in start.outcomes["peace"]}
    assert len(shares) == 1
    assert 0 <= shares.pop() < 1
    assert {level[1] for level in now.outcomes["peace"]} == {1.0}
    page = plain(debrief_page(found))
    assert "Table 1 has it in force, the model in" in page
    assert "of its futures" in page
    sheet = plain(sheets_page(found))
    assert "Peace not in force in force in force in" in sheet
    drawn = fans(now, found.scenario.description)
    pact = next(one for one in drawn.charts if one.name == "The pact")
    said = vars(environment().get_template("fans.html.j2").module)["said"](drawn, pact)
    assert said.startswith("It is in force. In Oct 2018 it is so in 100")


def test_counts_stand_beside_those_of_the_model(whole: SessionRecord, words: Wording) -> None:
    table = whole.tables[0]
    assert counts(table) == {
        ("broken off", "south"): 1, ("broken", "north"): 1, ("fallen", "north"): 1,
    }  # fmt: skip
    shown = lasting_tables(table, words)[-1]
    assert table.start is not None
    model = table.start.conduct["broken"]["north"][table.played]
    rows = {row[0]: row[1:] for row in shown.rows}
    assert rows["North"][3] == f"1 ({model:.2f})"
    assert rows["Isle"][0] == "0 (0.00)"


def test_what_the_model_does_is_counted_as_its_records_have_it() -> None:
    source = scenario(changed(BONDED, levers__leave__usual={"north to south": 0.5}))
    compiled = CompiledScenario(source)
    start = BranchPoint(Course(3))
    world = World(compiled, start.course.seed, CLASS_RUN + 1, 20, past=start.past)
    for _ in range(8):
        world.step()
    found, records = count_conduct(world), world.records
    levers = sorted(source.description.levers)
    way = compiled.layout.direction("north", "south")
    left = (records.choice[:, way, 1] == levers.index("leave")) & records.accepted[:, way, 1]
    assert left.any()
    north = compiled.layout.actors.index("north")
    assert found.counts[CONDUCT_KINDS.index("broken off"), -1, north] == left.sum()
    assert (np.diff(found.counts, axis=1) >= 0).all()
    number = next(n for n, one in enumerate(compiled.lasting.instances) if one.name == "peace")
    assert found.in_force[-1, number] == (records.status[-1, number] == 1).sum()
    means = foretell(source, start, 20)
    assert means.conduct["broken off"]["north"][-1] == pytest.approx(left.sum() / 20)
    assert means.conduct["fallen"]["isle"] == (0.0,) * 9


def test_consent_that_goes_by_trust_is_told_as_such() -> None:
    """South trusts North less than is usual, and the model says so."""
    other, north, south = sat(changed(BONDED, relations={
        **BONDED["relations"], "south to north": {"ties": 0.4, "trust": 0.02},
    }))  # fmt: skip
    turn(other, north, south, "plan")
    work, task = effects_work(other.table(), 1)
    _, answers, _ = round_as_played(work.compiled, task)
    (plan,) = (one for one in answers if one.lever == "plan")
    assert plan.why.trust < -0.1
    assert plan.why.review == 0
    assert "less by trust" in Wording.why(plan.usual, plan.why)


def test_the_export_has_all_of_it(whole: SessionRecord) -> None:
    found = tables_of(export_tables(whole))
    assert list(found) == [
        "events.csv", "choices.csv", "messages.csv", "students.csv", "arrangements.csv",
        "promises.csv", "governments.csv",
    ]  # fmt: skip
    signed, left = found["arrangements.csv"]
    assert (signed["change"], signed["cause"], signed["round"]) == ("begun", "sign", "1")
    assert (left["change"], left["actor"], left["target"]) == ("broken off", "south", "north")
    assert left["from"] == "2017-01-01"
    (promise,) = found["promises.csv"]
    assert (promise["owed_by"], promise["owed_to"], promise["delivered_by"]) == (
        "north", "south", "build",
    )  # fmt: skip
    assert (promise["made"], promise["due"], promise["due_until"]) == ("2", "4", "2017-10-01")
    assert (promise["state"], promise["overdue"], promise["settled"]) == ("broken", "4", "6")
    (government,) = found["governments.csv"]
    assert (government["issue"], government["position_before"], government["position_after"]) == (
        "border", "80.0", "20.0",
    )  # fmt: skip
    people = [row for row in found["choices.csv"] if row["by"] == "people" and row["lever"]]
    assert all(row["by_review"] for row in people)


def test_a_game_in_which_nothing_of_it_came_about_asks_nothing_of_it() -> None:
    log, *_ = sat()
    bare = record_session(log.session, workings(log))
    words = Wording(bare.scenario, bare.dates, bare.tables[0].start)
    (table,) = bare.tables
    for ask in (broken, undelivered, kept_all, fallen):
        assert list(ask(table, words)) == []
    assert lasting_tables(table, words) == ()
    assert in_force(bare, words) is None
    debrief_page(bare)
    assert tables_of(export_tables(bare))["promises.csv"] == []


def test_a_scenario_without_any_has_the_debrief_that_it_had() -> None:
    log = Log(scenario(DUEL))
    north = log.seat("north")
    log.open()
    log.order(north, south="rebuke")
    through(log)
    found = record_session(log.session, workings(log))
    words = Wording(found.scenario, found.dates, found.tables[0].start)
    assert lasting_tables(found.tables[0], words) == ()
    assert in_force(found, words) is None
    assert not any(one.kind in ("broken", "undelivered") for one in questions(found, words))
    page, glossary = plain(debrief_page(found)).split("What the words mean")
    assert "How to read this" in page
    assert "Run that was played" in glossary
    assert "in force" not in page
    assert "can lose an election" not in page
    assert "such as a promise, a threat or a friendship?" in page
    names = tables_of(export_tables(found))
    assert list(names) == ["events.csv", "choices.csv", "messages.csv", "students.csv"]
    assert "by_review" not in names["choices.csv"][0]
