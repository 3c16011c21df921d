"""The numbers and sentences of a scored record."""

from __future__ import annotations

import math

from sim.evaluation.rivals import HALF, RIVALS, SCENARIO, THEORY_OFF
from sim.evaluation.skill import Skill
from sim.studies.score.result import Held
from sim.text import NBSP, count, number, signed

SCORES = {
    "brier": "Brier score",
    "log_score_smoothed": "logarithmic score",
    "crps_of_range": "CRPS, share of the range",
}


def lead(found: Held) -> str:
    """How well it did, in a sentence or two, and no more than the questions allow."""
    known = found.scores["brier"].sel(forecaster=SCENARIO).dropna("question").values
    if not len(known):
        return "No question asks whether something came true, so there is no Brier score."
    said = f"Its Brier score is {number(known.mean(), 3)} over {count(len(known), 'question')}"
    rivals = (HALF, THEORY_OFF)
    against = [beside(one) for name in rivals if (one := found.skill("brier", name))]
    return f"{said}: {'; '.join(against)}."


def beside(one: Skill) -> str:
    """A skill in words, with its interval."""
    rival = f"the Brier score of {RIVALS[one.rival]}, {number(one.other, 3)}"
    if math.isnan(one.low):
        return f"{rival} (skill {skill_text(one)}; too few questions to tell chance from skill)"
    if one.clear:
        return f"{'better' if one.value > 0 else 'worse'} than {rival} (skill {skill_text(one)})"
    return f"not clearly different from {rival} (skill {skill_text(one)})"


def skill_text(one: Skill) -> str:
    """A skill with its interval."""
    if math.isnan(one.low):
        return signed(one.value, 2)
    return f"{signed(one.value, 2)}, 95{NBSP}% {signed(one.low, 2)} to {signed(one.high, 2)}"
