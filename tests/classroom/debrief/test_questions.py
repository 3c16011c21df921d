"""What a debrief asks, and what it does not: each question stands on what happened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.classroom.debrief.questions import (
    as_the_model,
    conceded,
    fared,
    mattered,
    on_others,
    questions,
    refused,
    relations,
    unknown_to_model,
)
from sim.classroom.debrief.record import (
    EventRecord,
    SessionRecord,
    TableRecord,
    record_session,
    turning_points,
)
from sim.classroom.debrief.text import Wording, place_in_band
from sim.classroom.forecast.forecast import Bands, Forecast
from sim.classroom.forecast.order_effects import PairedEffect, ProposalAnswer, Reasons, RoundEffects
from sim.classroom.game import log_entries as entries
from sim.scenario.loading import load_scenario
from tests.fixtures.finished_game import played, workings
from tests.fixtures.paths import VALLEY
from tests.fixtures.sessions import Log, through


@pytest.fixture(scope="module")
def whole() -> SessionRecord:
    """Two tables: at the first South asks for half the valley, and North agrees."""
    log = Log(load_scenario(VALLEY), tables=2)
    for number in (1, 2):
        north, south = log.seat("north", number), log.seat("south", number)
        log.open(number)
        log.order(south, number, north="divide" if number == 1 else "march")
        log.order(north, number, south=None)
        log.close(number)
        if number == 1:
            log.answer(north, 1, south=True)
            log.close(number)
    return record_session(log.session, workings(log))


@pytest.fixture(scope="module")
def table(whole: SessionRecord) -> TableRecord:
    return whole.tables[0]


def wording(one: SessionRecord) -> Wording:
    return Wording(one.scenario, one.dates, one.tables[0].start)


def answering(table: TableRecord, chance: float, *, last: bool = False) -> TableRecord:
    """The same table, where a computed North refused."""
    answer = ProposalAnswer(
        "south", "north", "words", "divide", False, False, chance, chance + 0.01,
        0.15, Reasons(-0.3, 0.05),
    )  # fmt: skip
    rounds = table.scenario.description.calendar.rounds
    asked = RoundEffects(rounds if last else 1, (), (answer,), (), 0)
    return replace(table, effects=(asked,))


def test_a_refusal_is_asked_about_by_its_chance_and_not_by_its_draw(
    whole: SessionRecord, table: TableRecord
) -> None:
    words = wording(whole)
    assert not list(refused(answering(table, 0.02), words))
    (near,) = refused(answering(table, 0.48), words)
    assert "would have agreed in 48 of 100 such cases" in near.text
    assert near.text.endswith("What might win it over later?")
    assert "was 48\u00a0% (in ordinary times 15\u00a0%: less by interest); this" in near.evidence
    (late,) = refused(answering(table, 0.48, last=True), words)
    assert "later" not in late.text


def test_who_lost_ground_gave_it_only_by_a_deed_of_its_own(
    whole: SessionRecord, table: TableRecord
) -> None:
    words = wording(whole)
    (lost,) = conceded(table, words)
    assert lost.text.startswith("North lost ground")
    assert "in return" in lost.text
    assert "from where North wants it now" in lost.evidence
    others = tuple(tuple(a for a in acts if a.lever != "divide") for acts in table.acts)
    (taken,) = conceded(replace(table, acts=others), words)
    assert taken.text.endswith("Who took it, and what might have held it?")


def test_an_effect_too_small_to_matter_makes_no_question(
    whole: SessionRecord, table: TableRecord
) -> None:
    words = wording(whole)
    (effects,) = table.rounds
    (south,) = (one for one in effects.orders if one.actor == "south")

    def told(mean: float) -> list[str]:
        effect = PairedEffect(mean, mean - 1e-3, mean + 1e-3, spread=1e-3, differ=400)
        order = replace(south, interest={"north": effect, "south": effect})
        other = replace(table, effects=(replace(effects, orders=(order,)),))
        return [one.text for one in on_others(other, words)]

    assert told(0.05) == []  # fifty of its own spreads
    (text,) = told(5.0)
    assert "South did in round\u00a01" in text
    assert "(toward North: divide the valley) helped North" in text
    assert "compared with what the model might have done" in text
    assert text.endswith("North had agreed: did it see what that would bring?")
    assert whole.tables[0].start is not None
    spread = whole.tables[0].start.ends["affinity"][1]
    effect = PairedEffect(0.1, 0.09, 0.11, spread=1e-4, differ=400)
    assert words.size_of_interest("north", replace(effect, difference=0.09)) == 0
    assert words.size("affinity", effect) == pytest.approx(0.1 / spread)
    assert words.size("valley", replace(effect, difference=0.05)) < 0.05
    idle = replace(effects, choices=tuple(replace(one, lever=None) for one in effects.choices))
    assert words.deed(idle, "south") == "say and do nothing"


def flat(forecast: Forecast) -> Forecast:
    """The same with bands of no width, and the median of each as all levels."""
    return replace(
        forecast,
        interest={name: (bands[2],) * 5 for name, bands in forecast.interest.items()},
        relations={name: (bands[2],) * 5 for name, bands in forecast.relations.items()},
    )


def test_nobody_fares_otherwise_than_a_model_that_stands_there_too(
    whole: SessionRecord, table: TableRecord
) -> None:
    assert table.now is not None
    same = replace(table, forecasts=(flat(table.now), flat(table.now)))
    words = wording(whole)
    assert not list(fared(same, words))
    assert not list(relations(same, words))
    level: dict[str, Bands] = {
        name: (*((-50.0,) * len(b[2]),) * 4, b[2]) for name, b in table.now.interest.items()
    }
    best = replace(table.now, interest=level)  # as well as the best of the model's futures
    assert not list(fared(replace(table, forecasts=(best, table.now)), words))
    worse: dict[str, Bands] = {
        name: ((-50.0,) * len(b[2]),) * 5 for name, b in table.now.interest.items()
    }
    below = replace(table.now, interest=worse)
    assert len(list(fared(replace(table, forecasts=(below, table.now)), words))) == 2
    assert "nearly all" in place_in_band(1.0, (1.0, 1.0, 1.0, 1.0, 1.0))


def test_the_turn_that_is_asked_about_is_one_that_people_made(
    whole: SessionRecord, table: TableRecord
) -> None:
    words = wording(whole)
    (asked,) = mattered(table, words)
    assert asked.text.startswith("By what people did in it, round\u00a01")
    assert "by orders of people" in asked.evidence
    assert "South's order moved it most (toward North: divide the valley)" in asked.evidence
    (effects,) = table.rounds
    idle = replace(table, effects=(replace(effects, orders=()),))
    assert not list(mattered(idle, words))  # what is left is luck
    (order,) = (one for one in effects.orders if one.actor == "south")
    turned = {
        name: replace(one, difference=-one.difference, low=-one.high, high=-one.low)
        for name, one in order.outcomes.items()
    }
    against = replace(effects, orders=(replace(order, outcomes=turned),))
    (other,) = mattered(replace(table, effects=(against,)), words)
    assert "went the other way" in other.evidence


def test_what_is_asked_once_counts_all_tables(whole: SessionRecord) -> None:
    words = wording(whole)
    (choices,) = as_the_model(whole.tables, words)
    assert "of 8\u00a0choices" in choices.evidence
    (rounds,) = unknown_to_model(whole.tables, words)
    assert rounds.evidence.startswith("2\u00a0rounds played")


def test_the_same_question_is_told_once_for_each_table_with_its_further_rounds(
    whole: SessionRecord, table: TableRecord
) -> None:
    (one,) = answering(table, 0.48).rounds
    often = replace(one, answers=one.answers * 3)
    tables = tuple(
        replace(answering(table, 0.48), number=number, effects=(often,)) for number in (1, 2)
    )
    found = questions(replace(whole, tables=tables), wording(whole))
    (refusal,) = (one for one in found if one.kind == "refused")
    assert refusal.evidence.count("Table\u00a01. ") == 1
    assert refusal.evidence.count("And so in 2\u00a0further rounds.") == 2
    alone = questions(replace(whole, tables=tables[:1]), wording(whole))
    assert not any("Table" in one.evidence for one in alone)


def test_choices_alone_are_asked_about_only_where_the_same_happened() -> None:
    log = played(load_scenario(VALLEY), ["A", "B", "C", "D"], 2, tables=2)
    changes = {"tension of north and south": 0.4}
    log.accept(entries.Injected(at=log.now, table=1, round=3, name="A storm", changes=changes))
    for number in (1, 2):
        log.open(number)
        through(log, number)
    found = record_session(log.session, workings(log))
    kinds = {one.kind for one in questions(found, wording(found))}
    assert "tables" not in kinds
    alike_ = replace(found, tables=tuple(replace(t, injects=frozenset()) for t in found.tables))
    assert "tables" in {one.kind for one in questions(alike_, wording(alike_))}


def test_what_differs_seldom_but_far_is_told_without_an_interval(
    whole: SessionRecord, table: TableRecord
) -> None:
    words = wording(whole)
    (effects,) = table.rounds
    order = replace(
        effects.orders[0],
        outcomes={"valley": PairedEffect(-3.0, -6.0, -1.0, spread=0.0, differ=9)},
        events={},
    )
    assert words.moved(order) == ("The valley: \u22123.00 (seldom differs)",)
    surely = replace(
        order, outcomes={"valley": PairedEffect(-3.0, -6.0, -1.0, spread=0.0, differ=10)}
    )
    assert "95" in words.moved(surely)[0]


def test_a_round_whose_events_are_not_worked_out_yet_is_no_turn(
    whole: SessionRecord, table: TableRecord
) -> None:
    words = wording(whole)
    assert len(turning_points(table, words.least)) == 1
    stormy = replace(table, events=((EventRecord("storm", "A storm", False),),))
    assert turning_points(stormy, words.least) == ()
    assert len(turning_points(replace(stormy, opened=(table.start,)), words.least)) == 1
