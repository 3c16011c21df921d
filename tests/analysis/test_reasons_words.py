"""Decisions in words: what is named is what moved most, and every closed choice has its reason."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sim.analysis.reasons_words import (
    closed,
    paragraph,
    part_words,
    seen_by,
    why_answered,
    why_proposed,
)
from sim.model.reasons import Broken, Decided, Option
from sim.model.worth import PARTS
from sim.runs.reasons import held
from sim.scenario.build import build
from sim.scenario.phrases import Phrase
from tests.samples import DUEL, QUARTET, changed

WORLD = build(DUEL).description
BEFORE = np.zeros((2, len(PARTS)))


def parts(**values: float) -> np.ndarray:
    found = BEFORE.copy()
    for name, value in values.items():
        found[0, PARTS.index(name)] = value
    return found


SUMMIT = Option(
    lever="summit", open=True, broken=(), spent=False, usual=0.12, chance=0.31,
    parts=parts(security=0.8, prosperity=0.2, cost=-0.1), before=BEFORE,
    usual_consent=0.5, consent=0.64, felt=(1.0, 0.5), reactions={},
)  # fmt: skip
REBUKE = replace(SUMMIT, lever="rebuke", chance=0.2, usual=0.2, consent=math.nan)
MOVE = Decided("north", "south", (SUMMIT, REBUKE), 0.49, 0.6, 0.2, SUMMIT, False, True, True)


def test_a_paragraph_tells_chances_reason_temptation_and_answer() -> None:
    said = paragraph(MOVE, WORLD).replace("\xa0", " ")
    assert said.startswith(
        "North proposed to hold a summit (toward South): a chance of 31 %, more than in ordinary "
        "times (12 %), mainly because of its security (+0.80), in value."
    )
    assert "“rebuke in public” (20 %, usually 20 %) and letting the round pass (49 %)" in said
    assert "South agreed; that it would agree had a chance of 64 %" in said


def test_a_refusal_a_move_without_consent_and_a_pass() -> None:
    assert "South refused;" in paragraph(replace(MOVE, agreed=False, accepted=False), WORLD)
    alone = paragraph(replace(MOVE, chosen=REBUKE), WORLD)
    assert alone.startswith("North chose to rebuke in public")
    assert "South was not asked." in alone
    idle = paragraph(replace(MOVE, chosen=None), WORLD)
    assert idle.startswith("North let the round pass toward South: a chance of 49\xa0%, less than")
    assert "less than in ordinary times (68\xa0%), since more speaks for its choices." in idle
    assert "“hold a summit” (31\xa0%, usually 12\xa0%)" in idle
    calm = paragraph(replace(MOVE, chosen=None, idle=0.9), WORLD)
    assert "more than in ordinary times (68\xa0%), since less speaks for its choices." in calm
    assert "agreed" not in idle
    busy = paragraph(replace(MOVE, chosen=None, dropped=True), WORLD)
    assert "it can attend to few at a time" in busy


def test_the_largest_part_to_the_side_of_the_change_is_named_first() -> None:
    falls = replace(SUMMIT, chance=0.05, parts=parts(security=0.3, issues=-0.9, standing=-0.7))
    assert why_proposed(falls) == (
        ", mainly because of what it wants on the issues (−0.90) and its standing (−0.70), in value"
    )
    against = replace(SUMMIT, parts=parts(security=0.9, issues=-0.5))
    assert why_proposed(against).endswith(
        "its security (+0.90), against what it wants on the issues (−0.50), in value"
    )


def test_where_its_own_worth_says_otherwise_the_other_choices_are_the_reason() -> None:
    fell = replace(SUMMIT, parts=parts(security=-0.4))
    assert why_proposed(fell).startswith(", since less speaks for its other choices")
    rose = replace(SUMMIT, chance=0.1)
    assert why_proposed(rose) == ", since more speaks for its other choices"


def test_words_name_the_largest_part_in_runs_that_were_played() -> None:
    scenario = build(changed(QUARTET, stop=[]))
    named = 0
    for nth in range(6):
        for one in held(scenario, nth, 4, 7).choices:
            option = one.chosen
            if option is None or abs(option.chance - option.usual) < 0.01:
                continue
            change = option.parts[0] - option.before[0]
            rises = option.chance > option.usual
            if (change.sum() > 0) != rises:
                continue
            place = int(np.argmax(change if rises else -change))
            words = part_words(PARTS[place], change[place])
            assert f"mainly because of {words} (" in paragraph(one, scenario.description)
            named += 1
    assert named > 3


def test_a_refusal_that_takes_less_is_said_as_such() -> None:
    assert part_words("consent", 0.4) == "less to lose by a refusal"
    assert part_words("consent", -0.4) == "more to lose by a refusal"
    assert part_words("security", -0.4) == "its security"


def test_an_answer_gives_the_reasons_of_the_one_who_answers() -> None:
    answer = BEFORE.copy()
    answer[1, PARTS.index("regard")] = 0.6
    assert why_answered(replace(SUMMIT, parts=answer)) == (
        ", mainly because of what friends and rivals gain or lose by it (+0.60), in value"
    )


def test_third_parties_are_told_with_their_reactions() -> None:
    described = build(QUARTET).description
    option = replace(SUMMIT, reactions={"ally": -0.02, "isle": 0.0001})
    one = Decided("west", "east", (option,), 0.5, 0.6, 0.2, option, False, True, True)
    said = paragraph(one, described)
    assert said.endswith("Toward West and East, Ally cooled (−0.020 in affinity) because of it.")
    assert "Ally" not in paragraph(replace(one, agreed=False, accepted=False), described)


def test_every_closed_choice_has_its_reason() -> None:
    shut = replace(SUMMIT, open=False)
    assert closed(SUMMIT, WORLD) == ""
    assert closed(replace(shut, spent=True), WORLD) == "can be used once, and was"
    assert closed(shut, WORLD) == "forbidden since an event"
    tension = Phrase("tension", ("north", "south"))
    low = replace(shut, broken=(Broken(tension, 0.1, 0.3, math.inf),))
    assert closed(low, WORLD) == (
        "needs the tension of North and South to be at least 0.30; it is 0.10"
    )


def test_an_actor_sees_its_relations_its_support_and_what_it_cares_for() -> None:
    found = held(build(DUEL), 0, 1, 1)
    seen = dict(seen_by("south", found.state, WORLD))
    assert seen["North"] == "affinity −0.20, tension 0.30, own ties 0.40"
    assert seen["Support at home"] == "0.40"
    assert seen["Where the border runs"] == (
        "stands at 40, wants 10 (0: the river; 100: the ridge); salience 0.90"
    )
