"""The numbers and sentences of a scored record."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

import numpy as np
import xarray as xr

from sim.arrays import Floats
from sim.evaluation.forecast import Answer, Item
from sim.evaluation.questions import Asked
from sim.evaluation.record import DIRECTIONS
from sim.evaluation.rivals import HALF, RIVALS, SCENARIO, THEORY_OFF, UNCHANGED
from sim.evaluation.skill import FEW, Bin, Skill
from sim.reporting.html import Prose
from sim.reporting.sources import cited_in
from sim.scenario.schema import Description
from sim.statistics.measures import conditions_text, measure_name
from sim.statistics.summary import wilson
from sim.studies.score.result import Held
from sim.text import NBSP, count, day, exact, listing, number, percent, sentence, signed

_SAID = Prose("sim.studies.score/sentences.j2")
NAMES = {SCENARIO: "the scenario", **RIVALS}
SCORES = {
    "brier": "Brier score",
    "log_score_smoothed": "logarithmic score",
    "crps_of_range": "CRPS",
}
"""What is told of skill, as it is called."""
ENOUGH = 100
"""With fewer runs the page says what their shares cannot tell."""


MARKS = dict(zip(("▼", "=", "▲"), DIRECTIONS, strict=True))
"""What stands for a direction in a table."""


def lead(found: Held) -> str:
    """How well it did, in a few sentences, and no more than the questions allow."""
    mean, asked, against = _mean(found, "brier", (HALF, THEORY_OFF))
    said = [_SAID.brier(mean, count(asked, "question"), list(map(beside, against)))]
    size, numbers, rivals = _mean(found, "crps_of_range", (UNCHANGED, THEORY_OFF))
    if numbers:
        said.append(_SAID.crps(size, count(numbers, "number"), list(map(beside, rivals))))
    if any(math.isnan(one.low) and one.other > 0 for one in (*against, *rivals)):
        said.append(_SAID.few(FEW))
    return " ".join(said)


def _mean(found: Held, score: str, rivals: Sequence[str]) -> tuple[str, int, list[Skill]]:
    """The scenario's mean score, over how many questions, and its skill beside some rivals."""
    known = found.scores[score].sel(forecaster=SCENARIO).dropna("question").values
    against = [one for name in rivals if (one := found.skill(score, name))]
    return (number(known.mean(), 3) if len(known) else ""), len(known), against


def beside(one: Skill) -> str:
    """A skill in words, with its interval, and whether it is clear."""
    bare = math.isnan(one.low)
    return _SAID.beside(NAMES[one.rival], number(one.other, 3), skill_text(one), one, bare)


def skill_text(one: Skill) -> str:
    """A skill with its interval; a dash where the rival loses nothing."""
    if math.isinf(one.other):
        return "the rival loses without end"
    if math.isnan(one.low):
        return signed(one.value, 2)
    return f"{signed(one.value, 2)} (95{NBSP}% {signed(one.low, 2)} to {signed(one.high, 2)})"


def loss(value: float) -> str:
    """A mean score."""
    return "without end" if math.isinf(value) else number(value, 3)


def standings(skills: Sequence[Skill]) -> str:
    """Beside which rivals it is clearly better, clearly worse, or not clearly different."""
    parts = []
    for words, chosen in (
        ("clearly better than", [one for one in skills if one.low > 0]),
        ("clearly worse than", [one for one in skills if one.high < 0]),
        ("not clearly different from", [one for one in skills if one.low <= 0 <= one.high]),
        ("too few questions to tell beside", [one for one in skills if math.isnan(one.low)]),
    ):
        if chosen:
            parts.append(f"{words} {listing([NAMES[one.rival] for one in chosen], 'or')}")
    return f"{sentence('; '.join(parts))} (95{NBSP}% intervals; above 0 is better)."


def outside_bars(bins: Sequence[Bin]) -> str:
    """Where what came true lies outside the bars of consistency."""
    said = [
        f"{'more' if one.share > one.most else 'less'} often than given at {percent(one.mean)}"
        for one in bins
        if not one.least <= one.share <= one.most
    ]
    if not said:
        return "All lie where they would in nine of ten cases if the probabilities were right."
    return f"Things came true {listing(said)}, outside nine of ten cases."


def whole_rounds(found: Held) -> str:
    """How many windows begin or end inside a round."""
    apart = sum(one.question.on is None and bool(read_at(one)) for one in found.items)
    return _SAID.whole_rounds(count(apart, "window"), apart == 1) if apart else ""


def unsourced(found: Held) -> str:
    """How many outcomes have no source."""
    bare = sum(not (one.question.source or one.question.why) for one in found.items)
    return _SAID.unsourced(count(bare, "outcome"), bare == 1) if bare else ""


def few_runs(found: Held) -> str:
    """What shares of few runs cannot tell; empty where there are :data:`ENOUGH`.

    Of a share of n runs, the squared error has an expectation of p (1 - p) / n beside that of p.
    """
    runs = found.made.runs
    if runs >= ENOUGH:
        return ""
    (_, least), (low, high) = (wilson(share * runs, runs) for share in (0.0, 0.5))
    off = round(50 * float(high - low))
    scored = np.isfinite(found.scores["brier"].sel(forecaster=SCENARIO).values)
    answers = [
        one.answers[SCENARIO] for one, known in zip(found.items, scored, strict=True) if known
    ]
    losses = [float(np.mean(said * (1 - said))) for said in map(_shares, answers)]
    loss = float(np.mean(losses)) / (runs - 1) if losses and runs > 1 else 0.0
    shown = number(loss, 3) if loss >= 0.0005 else ""
    return _SAID.few_runs(count(runs, "run"), off, percent(float(least)), shown)


def _shares(answer: Answer) -> Floats:
    """The shares of runs whose squared errors a score is the mean of."""
    if answer.chances is not None:
        return np.cumsum(answer.chances[:-1])
    return np.array([answer.probability])


def without_end(found: Held) -> tuple[str, ...]:
    """Certainties that failed, by forecaster."""
    said = []
    for name, words in NAMES.items():
        column = found.scores["log_score"].sel(forecaster=name)
        failed = [str(key) for key in column["question"].values[column.values == math.inf]]
        if failed:
            listed = listing([f"“{found.names[key]}”" for key in failed[:3]])
            said.append(_SAID.without_end(sentence(words), len(failed), listed))
    return tuple(said)


def coverage(found: Held) -> tuple[str, ...]:
    """How many values fell into the scenario's central intervals, of counts and of quantities."""
    own, said = found.scores.sel(forecaster=SCENARIO), []
    for whole, one, many in ((False, "quantity", "quantities"), (True, "count", "counts")):
        keys = [item.id for item in found.items if item.whole == whole]
        known = own.sel(question=keys)
        inside = [known[f"inside_{level}"].dropna("question").values for level in (50, 90)]
        if len(inside[0]):
            hits = [int(part.sum()) for part in inside]
            said.append(_SAID.coverage(*hits, count(len(inside[0]), one, many), whole))
    return tuple(said)


def shown(one: Item, value: float) -> str:
    """A value of a question, in its unit: three digits of its range."""
    return number(value, _digits(one))


def _digits(one: Item) -> int:
    return 0 if one.whole else max(1, 2 - math.floor(math.log10(one.width)))


def came(one: Item) -> str:
    """What came of a question."""
    outcome, limit = one.question.came, one.question.happened
    if isinstance(outcome, bool):
        return "yes" if outcome else "no"
    if isinstance(outcome, str):
        return outcome
    if outcome is None:
        return "not known"
    reached = "" if limit is None else f" ({'yes' if limit else 'no'})"
    if not one.question.error:
        return f"{shown(one, outcome)}{reached}"
    digits = exact([outcome, one.question.error], _digits(one))
    return f"{number(outcome, digits)} ± {number(one.question.error, digits)}{reached}"


def said(one: Item, row: xr.Dataset, answer: Answer | None) -> str:
    """What a forecaster says of a question: a chance, a median with its 90 % interval, or both."""
    if answer is None:
        return "–"
    if answer.chances is not None:
        parts = zip(MARKS, answer.chances, strict=True)
        return ", ".join(f"{mark}{NBSP}{percent(chance)}" for mark, chance in parts)
    parts_said = []
    asks = one.sort == "event" or one.question.has_limits or one.question.happened is not None
    if answer.probability is not None and asks:
        parts_said.append(percent(answer.probability))
    if answer.distribution is not None and not isinstance(one.question.came, bool):
        median, low, high = (shown(one, float(row[key])) for key in ("median", "low_90", "high_90"))
        parts_said.append(median if low == high else f"{median} ({low} to {high})")
    return "; ".join(parts_said)


def source(found: Held, one: Item) -> str:
    """Where an outcome is found, and how."""
    known = {*found.record.library.facts, *found.record.library.data}
    cited = [
        cited_in(id, found.record.library).short if id in known else id
        for id in one.question.source
    ]
    return "; ".join([*cited, *([one.question.why] if one.question.why else [])])


def title(one: Asked, description: Description) -> str:
    """A question as it is shown: as the record names it, else what is asked, and when."""
    asked = one.question
    if asked.name:
        return sentence(asked.name)
    said = measure_name(one.target, description)
    if asked.event:
        said = sentence(description.events[asked.event].name)
    if asked.when:
        said = sentence(conditions_text(asked.when, description))
    said += f" ({asked.at})" if asked.at else ""
    said += f", at least {asked.at_least:g}" if asked.at_least is not None else ""
    said += f", at most {asked.at_most:g}" if asked.at_most is not None else ""
    said += f" on {day(asked.on)}" if asked.on else ""
    said += f" from {day(asked.since)}" if asked.since else ""
    return said + (f" until {day(asked.until)}" if asked.until else "")


def read_at(one: Item) -> str:
    """Which states or rounds are read, where the question names other days."""
    (first, last), asked = one.dates, one.question
    eve = last - datetime.timedelta(days=1)
    if asked.on is not None:
        return f"read at {day(last)}" if asked.on not in (eve, last) else ""
    if asked.since in (None, first) and asked.until in (None, eve, last):
        return ""
    return f"read from {day(first)} to {day(last if one.sort == 'direction' else eve)}"


def events(names: Sequence[str]) -> str:
    """Dated events of the scenario that move what is asked."""
    return f"moved by dated events of the scenario: {listing(names)}" if names else ""
