"""What forecasts score against what came, question by question and forecaster by forecaster."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from sim.evaluation import rules
from sim.evaluation.forecast import Answer, Item
from sim.evaluation.record import DIRECTIONS, Question
from sim.evaluation.rivals import FORECASTERS, SHARE, constant_share

LEVELS = (0.5, 0.9)
"""Central intervals whose coverage is counted."""
SCORES = (
    "brier", "log_score", "log_score_smoothed", "crps", "crps_of_range", "inside_50", "inside_90",
    "interval_score_90",
)  # fmt: skip


def scored(items: Sequence[Item]) -> xr.Dataset:
    """Score every forecast whose outcome is known.

    Parameters
    ----------
    items : sequence of Item
        With the outcomes in their questions.

    Returns
    -------
    Dataset
        By ``question`` and ``forecaster``: ``probability``, ``median``, ``low_50``, ``high_50``,
        ``low_90``, ``high_90``; and the scores, nan where there is none: ``brier`` (of a
        direction the ranked probability score over three categories), ``log_score`` in nats,
        ``log_score_smoothed`` with (k + 1/2) / (n + 1) for a share of k in n runs, n + 3/2 of a
        direction, ``crps`` in the unit, ``crps_of_range`` as a share of the range,
        ``inside_50`` and ``inside_90``, ``interval_score_90`` as a share of the range. By
        ``question``: ``happened`` (1, 0; of a direction whether it rises, which ``probability``
        is of), ``value``, ``sort``, ``group``.
    """
    shares = constant_share(items)
    full = [
        replace(one, answers={**one.answers, SHARE: shares[one.id]}) if one.id in shares else one
        for one in items
    ]
    names = ("probability", "median", "low_50", "high_50", "low_90", "high_90", *SCORES)
    table = {name: np.full((len(full), len(FORECASTERS)), math.nan) for name in names}
    for row, one in enumerate(full):
        for column, name in enumerate(FORECASTERS):
            if name in one.answers:
                for key, number in of_answer(one, one.answers[name]).items():
                    table[key][row, column] = number
    questions = [one.question for one in full]
    happened = [math.nan if (came := _came(q)) is None else float(came) for q in questions]
    return xr.Dataset(
        {
            **{name: (("question", "forecaster"), values) for name, values in table.items()},
            "happened": ("question", happened),
            "value": ("question", [math.nan if q.value is None else q.value for q in questions]),
        },
        coords={
            "question": [one.id for one in full],
            "forecaster": list(FORECASTERS),
            "sort": ("question", [one.sort for one in full]),
            "group": ("question", [one.question.subject for one in full]),
        },
    )


def _came(question: Question) -> bool | None:
    """What a question's probability is of: that it comes true, or that a quantity rises."""
    if question.sort == "direction" and question.came is not None:
        return bool(question.came == DIRECTIONS[-1])
    return question.happened


def of_answer(one: Item, answer: Answer) -> dict[str, float]:
    """The numbers of one forecast, and its scores where the outcome is known."""
    question, found = one.question, dict[str, float]()
    if answer.chances is not None:
        found["probability"] = answer.chances[-1]
        if question.came is not None:
            way = DIRECTIONS.index(question.came)
            given = answer.chances[way]
            found["brier"] = rules.ranked(answer.chances, way)
            found["log_score"] = rules.log_score(given, True)
            part = smoothed(given, answer.runs, len(answer.chances))
            found["log_score_smoothed"] = rules.log_score(part, True)
    elif answer.probability is not None:
        found["probability"] = answer.probability
        if question.happened is not None:
            given = smoothed(answer.probability, answer.runs)
            found["brier"] = rules.brier(answer.probability, question.happened)
            found["log_score"] = rules.log_score(answer.probability, question.happened)
            found["log_score_smoothed"] = rules.log_score(given, question.happened)
    if answer.distribution is not None:
        found |= _of_number(one, answer)
    return found


def smoothed(probability: float, runs: int, categories: int = 2) -> float:
    """A share of runs without 0 and 1; as it is where no runs gave it.

    (k + 1/2) / (n + m / 2) for k in n runs and m categories, whose shares add up to 1.
    """
    return (probability * runs + 0.5) / (runs + categories / 2) if runs else probability


def _of_number(one: Item, answer: Answer) -> dict[str, float]:
    """Median, intervals and scores of a distribution."""
    distribution, value = answer.distribution, one.question.value
    assert distribution is not None  # asked for where there is one
    found = {"median": distribution.quantile(0.5)}
    for level in LEVELS:
        name = f"{100 * level:.0f}"
        low, high = (distribution.quantile(0.5 + side * level / 2) for side in (-1, 1))
        found |= {f"low_{name}": low, f"high_{name}": high}
        if value is not None:
            found[f"inside_{name}"] = float(low <= value <= high)
    if value is not None:
        found["crps"] = distribution.crps(value)
        found["crps_of_range"] = found["crps"] / one.width
        ends = found["low_90"], found["high_90"]
        found["interval_score_90"] = rules.interval_score(value, *ends, 0.9) / one.width
    return found
