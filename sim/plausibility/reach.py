"""Limits that no run comes near, or that hold from the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sim.analysis.measures import in_words
from sim.model.streams import Floats
from sim.plausibility.note import Found
from sim.plausibility.trial import Trial
from sim.plausibility.words import shown, width
from sim.scenario.phrases import Phrase, parse
from sim.scenario.schema import Limits

NEAR = 0.1
"""Share of a quantity's range within which a limit counts as near."""


def limits(trial: Trial) -> Iterator[Found]:
    """Look at the conditions of watched events, and of events."""
    description = trial.setting.description
    for name, watch in description.watch.items():
        if far := _farthest(watch.when, trial):
            yield _unreached(("watch", name, "when"), watch.name, far, trial, 0.55)
        elif watch.when and _from_the_start(watch.when, trial):
            yield _certain(name, watch.name, watch.when, trial)
    for name, event in description.events.items():
        if far := _farthest(event.when, trial):
            yield _unreached(("events", name, "when"), event.name, far, trial, 0.5)


Far = tuple[float, str, Phrase, str, float, float]
"""How far beyond reach, as a share of the range; the phrase as written and as read; the
limit's key; the limit; the nearest that any run came to it."""


def _read(when: Mapping[str, Limits], trial: Trial) -> Iterator[tuple[str, Phrase, str, float]]:
    for text, limit in when.items():
        phrase = parse(text)
        if phrase is None or phrase.kind == "power":
            continue
        for key in ("at_least", "at_most"):
            if quantity := getattr(limit, key):
                yield text, phrase, key, quantity.value


def _farthest(when: Mapping[str, Limits], trial: Trial) -> Far | None:
    found: list[Far] = []
    for text, phrase, key, value in _read(when, trial):
        row = trial.row(phrase)
        sign = 1.0 if key == "at_least" else -1.0
        most: Floats = sign * (trial.highest if key == "at_least" else trial.lowest)[row]
        gap = sign * value - float(most.max())
        # What the luckiest run is beyond the middle one, more runs may be beyond it again.
        luck = float(most.max() - np.median(most))
        if gap > max(NEAR * width(phrase.kind), luck):
            found.append((gap / width(phrase.kind), text, phrase, key, value, sign * most.max()))
    return max(found, key=lambda far: far[0], default=None)


def _unreached(path: tuple[str, ...], name: str, far: Far, trial: Trial, weight: float) -> Found:
    gap, text, phrase, key, value, nearest = far
    bound = "at least" if key == "at_least" else "at most"
    side = "at most" if key == "at_least" else "at least"
    return Found(
        "unreached", path[1], (*path, text, key), float(nearest), weight + 0.1 * min(gap / 0.5, 1),
        f"'{name}' waits until {in_words(phrase, trial.setting.description)} is {bound} "
        f"{shown(phrase.kind, value)}; in {trial.runs:,} short runs it comes to "
        f"{shown(phrase.kind, float(nearest))} {side}",
        "set a limit within reach, or let something move the quantity that far",
    )  # fmt: skip


def _from_the_start(when: Mapping[str, Limits], trial: Trial) -> bool:
    for _, phrase, key, value in _read(when, trial):
        start = trial.start[trial.row(phrase)]
        holds = start >= value if key == "at_least" else start <= value
        if holds.mean() < 0.99:
            return False
    return not any(text.startswith("power of ") for text in when)


def _certain(name: str, words: str, when: Mapping[str, Limits], trial: Trial) -> Found:
    text, phrase, key, value = next(_read(when, trial))
    start = float(np.median(trial.start[trial.row(phrase)]))
    bound = "at least" if key == "at_least" else "at most"
    stops = name in trial.setting.description.stop
    ends = ", so that every run stops after one round" if stops else ""
    return Found(
        "certain", name, ("watch", name, "when", text, key), start, 0.9 if stops else 0.65,
        f"'{words}' holds from the start{ends}: "
        f"{in_words(phrase, trial.setting.description)} begins at {shown(phrase.kind, start)}, and "
        f"{bound} {shown(phrase.kind, value)} is asked for",
        "set a limit beyond the start, or watch for something else",
    )  # fmt: skip
