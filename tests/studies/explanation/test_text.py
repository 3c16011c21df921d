"""Decisions in words: what is named is what moved most, and every closed choice has its reason."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.model.parts import PARTS
from sim.model.reasons import Broken, Decided, Option
from sim.reporting.document import Facts
from sim.reporting.mechanism_text import part_words
from sim.scenario.loading import build
from sim.scenario.phrases import Phrase
from sim.studies.explanation.result import stop_run
from sim.studies.explanation.text import (
    closed,
    paragraph,
    seen_by,
    why_answered,
    why_proposed,
)
from tests.fixtures.scenarios import DUEL, LASTING, QUARTET, changed

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
    usual_consent=0.5, consent=0.64, believed=0.64, felt=(1.0, 0.5), sentiment=0.0,
    heat=0.0, answer=0.0, reactions={},
    held=True, trust=0.0, review=0.0, lasting=(0.0, 0.0), breach=(0.0, 0.0),
)  # fmt: skip
REBUKE = replace(SUMMIT, lever="rebuke", chance=0.2, usual=0.2, consent=math.nan)
MOVE = Decided(
    "north", "south", "words", (SUMMIT, REBUKE), 0.49, 0.6, 0.2, SUMMIT, False, True, True
)  # fmt: skip


def test_a_paragraph_tells_chances_reason_temptation_and_answer() -> None:
    said = paragraph(MOVE, WORLD).replace("\xa0", " ")
    assert said.startswith(
        "North proposed to hold a summit (toward South): a chance of 31 %, more than in ordinary "
        "times (12 %), mainly because of its security (+0.80 in value)."
    )
    assert "“rebuke in public” (20 %, usually 20 %) and letting the round pass (49 %)" in said
    assert "South agreed; that it would agree had a chance of 64 %" in said


def test_what_an_actor_expects_is_told_where_it_does_not_know_all_of_the_other() -> None:
    assert "saw a chance" not in paragraph(MOVE, WORLD)
    hopes = replace(SUMMIT, believed=0.8)
    said = paragraph(replace(MOVE, options=(hopes, REBUKE), chosen=hopes), WORLD)
    assert (
        "North, which does not know all of South, saw a chance of 80 % that it would agree. South "
        "agreed; that it would agree had a chance of 64 %"
    ) in said.replace("\xa0", " ")


def test_what_lasts_what_breaking_off_costs_trust_and_review_are_told() -> None:
    leave = replace(
        SUMMIT, lever="rebuke", parts=BEFORE, felt=(0.0, -0.1), review=1.1, trust=-0.9,
        lasting=(0.8, -0.2), breach=(-0.34, 0.0), consent=0.2, usual_consent=0.5,
    )  # fmt: skip
    said = paragraph(replace(MOVE, options=(leave,), chosen=leave), WORLD).replace("\xa0", " ")
    assert "because a new government looks at what was signed (odds × 3.00)" in said
    assert (
        "Of the act's value to it, +0.80 comes from lasting effects (arrangements, promises) "
        "and −0.34 from what breaking off costs with others." in said
    )
    assert "because it trusts the other's word less (odds × 0.41)" in said
    assert "Of the act's value to South, −0.20 comes from lasting effects" in said
    assert closed(replace(leave, open=False, held=False), WORLD) == (
        "there is nothing between the two that it could end, suspend or resume"
    )


def test_a_refusal_a_move_without_consent_and_a_pass() -> None:
    assert "South refused;" in paragraph(replace(MOVE, agreed=False, accepted=False), WORLD)
    alone = paragraph(replace(MOVE, chosen=REBUKE), WORLD)
    assert alone.startswith("North chose to rebuke in public")
    assert "South was not asked." in alone
    idle = paragraph(replace(MOVE, chosen=None), WORLD)
    assert idle.startswith("North let the round pass in words toward South: a chance of 49")
    assert "less than in ordinary times (68\xa0%), since more speaks for its choices." in idle
    assert "“hold a summit” (31\xa0%, usually 12\xa0%)" in idle
    calm = paragraph(replace(MOVE, chosen=None, idle=0.9), WORLD)
    assert "more than in ordinary times (68\xa0%), since less speaks for its choices." in calm
    assert "agreed" not in idle
    busy = paragraph(replace(MOVE, chosen=None, dropped=True), WORLD)
    assert "it can attend to few at a time" in busy


def test_the_largest_part_to_the_side_of_the_change_is_named_first() -> None:
    worse = parts(security=0.3, issues=-0.9, standing=-0.7)
    falls = replace(SUMMIT, chance=0.05, parts=worse, felt=(-1.0, 0.0))
    assert why_proposed(falls, WORLD) == (
        ", mainly because of what it wants on the issues (−0.90 in value) and its standing (−0.70)"
    )
    against = replace(SUMMIT, parts=parts(security=0.9, issues=-0.5))
    assert why_proposed(against, WORLD).endswith(
        "its security (+0.90 in value), against what it wants on the issues (−0.50)"
    )


def test_how_the_two_stand_and_their_quarrel_are_told_by_what_they_do_to_the_odds() -> None:
    better = replace(SUMMIT, sentiment=0.6)
    assert why_proposed(better, WORLD) == (
        ", mainly because of its security (+0.80 in value), and because the two stand better to "
        "one another (odds × 1.82)"
    )
    worse = replace(REBUKE, chance=0.5, felt=(0.1, 0.0), sentiment=0.4, heat=1.0)
    assert why_proposed(worse, WORLD) == (
        ", mainly because of the heat of their quarrel (odds × 2.72), and because the two stand "
        "worse to one another (odds × 1.49)"
    )
    calm = replace(REBUKE, chance=0.05, felt=(-0.1, 0.0), heat=-0.8)
    assert why_proposed(calm, WORLD).startswith(", mainly because their quarrel is calmer (odds × ")
    torn = replace(SUMMIT, sentiment=-0.7)
    assert why_proposed(torn, WORLD).endswith(
        "(+0.80 in value), although the two stand worse to one another (odds × 0.50)"
    )
    # Consent follows how the two stand, and not the heat of a quarrel.
    asked = replace(SUMMIT, parts=BEFORE, felt=(0.0, 0.0), sentiment=0.5, heat=2.0)
    assert why_answered(asked, WORLD) == (
        ", mainly because the two stand better to one another (odds × 1.65)"
    )


def test_where_its_own_worth_says_otherwise_the_other_choices_are_the_reason() -> None:
    fell = replace(SUMMIT, parts=parts(security=-0.4), felt=(-0.3, 0.0))
    assert why_proposed(fell, WORLD).startswith(", since less speaks for its other choices")
    rose = replace(SUMMIT, chance=0.1)
    assert why_proposed(rose, WORLD) == ", since more speaks for its other choices"
    # Nor is a hair's breadth of its own the reason for a large change.
    crowd = replace(SUMMIT, chance=0.5, parts=parts(security=0.05), felt=(0.02, 0.0))
    assert why_proposed(crowd, WORLD).startswith(", since less speaks for its other choices")


def test_words_name_the_largest_part_in_runs_that_were_played() -> None:
    scenario = build(changed(QUARTET, stop=[]))
    named = 0
    for nth in range(6):
        for one in stop_run(scenario, nth, 4, 7).choices:
            option = one.chosen
            if option is None or abs(option.chance - option.usual) < 0.01:
                continue
            side = 1 if option.chance > option.usual else -1
            if option.odds * side < 0.05 or abs(option.odds) < abs(moved(option)):
                continue
            said = paragraph(one, scenario.description)
            change = side * (option.parts[0] - option.before[0])
            grounds = {
                "interest": side * option.felt[0],
                "heat of their quarrel": side * option.heat,
                "the two stand": side * option.sentiment,
            }
            first = max(grounds, key=lambda name: grounds[name])
            if first == "interest":
                place = int(np.argmax(change))
                first = f"of {part_words(PARTS[place], side * change[place])} ("
            assert re.search(f"mainly because (of the )?{re.escape(first)}", said), said
            named += 1
    assert named > 3


def moved(option: Option) -> float:
    """How far its log-odds against all other choices are from the usual ones."""
    return math.log(
        option.chance / (1 - option.chance) / (option.usual / (1 - option.usual))
    )  # fmt: skip


def test_a_refusal_that_takes_less_is_said_as_such() -> None:
    assert part_words("consent", 0.4) == "less to lose by a refusal"
    assert part_words("consent", -0.4) == "more to lose by a refusal"
    assert part_words("security", -0.4) == "its security"


def test_an_answer_gives_the_reasons_of_the_one_who_answers() -> None:
    answer = BEFORE.copy()
    answer[1, PARTS.index("regard")] = 0.6
    assert why_answered(replace(SUMMIT, parts=answer), WORLD) == (
        ", mainly because of what friends and rivals gain or lose by it (+0.60 in value)"
    )


def test_third_parties_are_told_with_their_reactions() -> None:
    described = build(QUARTET).description
    option = replace(SUMMIT, reactions={"ally": -0.02, "isle": 0.0001})
    one = Decided("west", "east", "words", (option,), 0.5, 0.6, 0.2, option, False, True, True)
    said = paragraph(one, described)
    assert said.endswith("Toward West and East, Ally cooled (−0.020 in affinity) because of it.")
    assert "Ally" not in paragraph(replace(one, agreed=False, accepted=False), described)


def test_the_target_answers_an_act_and_both_where_they_agreed_on_it() -> None:
    hurt = replace(MOVE, chosen=replace(REBUKE, answer=-0.02))
    assert "South cooled to North by it (−0.020 in affinity)." in paragraph(hurt, WORLD)
    met = replace(MOVE, chosen=replace(SUMMIT, answer=0.01))
    assert "North and South warmed to one another by it (+0.010 in affinity)." in (
        paragraph(met, WORLD)
    )
    assert "by it" not in paragraph(replace(met, accepted=False), WORLD)
    assert "by it" not in paragraph(MOVE, WORLD)


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
    found = stop_run(build(DUEL), 0, 1, 1)
    seen = dict(seen_by("south", found.state, WORLD))
    assert seen["North"] == "affinity −0.20, tension 0.30, own ties 0.40"
    assert seen["Support at home"] == "0.40"
    assert seen["Where the border runs"] == (
        "stands at 40, wants 10 (0: the river; 100: the ridge); salience 0.90"
    )


def test_an_actor_sees_open_promises_with_their_dates_and_how_long_governments_are_there() -> None:
    scenario = build(LASTING)
    for run in range(40):
        stopped = stop_run(scenario, run, 4, scenario.description.seed)
        found = stopped.dataset["promised"].sel(promise="plan: north to south").isel(run=0)
        before = found.values[:4]
        if before.tolist()[2:] == [0, 1]:  # made in round 3, to be kept within 2
            break
    else:
        pytest.fail("no run has such a promise")
    for section in sim.explain(scenario, run=run, round=4).page.sections[1:-1]:
        (facts,) = (one for one in section.blocks if isinstance(one, Facts))
        seen = dict(facts.pairs)
        offices = {one: round(stopped.state[Phrase("office", (one,))])
                   for one in ("north", "south")}  # fmt: skip
        if section.id == "actor-west":
            assert "North owes" not in seen.get("Open promises", "")
            continue
        assert (
            "North owes South to send aid, due by January 2018 (end of round 5)"
            in seen["Open promises"]
        )
        own = section.id.removeprefix("actor-")
        rounds = offices[own]
        noun = "round" if rounds == 1 else "rounds"
        assert seen["Own government"] == f"in office for {rounds}\u00a0{noun}"
        other = "South" if own == "north" else "North"
        assert f"government in office for {offices[other.lower()]}\u00a0" in seen[other]
