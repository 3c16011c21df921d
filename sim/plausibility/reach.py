"""Limits that no run comes near, or that hold from the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sim.arrays import Floats
from sim.plausibility.note import Found
from sim.plausibility.trial import Trial
from sim.plausibility.words import shown, width
from sim.scenario.phrases import BEGUN, IN_FORCE, Phrase, expand, parse
from sim.scenario.schema import Limits
from sim.statistics.measures import in_words

NEAR = 0.1
"""Share of a quantity's range within which a limit counts as near."""


def limits(trial: Trial) -> Iterator[Found]:
    """Look at the conditions of watched events, of events, and of levers."""
    description = trial.setting.description
    for name, watch in description.watch.items():
        if far := _farthest(watch.when, trial):
            yield _unreached(("watch", name, "when"), watch.name, far, trial, 0.55)
        elif watch.when and _from_the_start(watch.when, trial):
            yield _certain("watch", name, watch.name, watch.when, trial)
    for name, event in description.events.items():
        dated = event.on or event.since
        if far := _farthest(event.when, trial):
            yield _unreached(("events", name, "when"), event.name, far, trial, 0.5)
        elif (
            event.when
            and not (dated or event.repeats)
            and event.chance.value == 1
            and _from_the_start(event.when, trial)
        ):
            yield _certain("events", name, event.name, event.when, trial)
    yield from _closed(trial)


def _closed(trial: Trial) -> Iterator[Found]:
    """Find levers that were open to nobody in any run, for want of what no run comes near."""
    names, rows = trial.layout.actors, trial.setting.table.rows
    for id, lever in trial.setting.description.levers.items():
        mine = [k for k, c in enumerate(rows) if c.name == id]
        if not lever.requires or not mine or trial.open[mine].any():
            continue
        far = [
            _farthest(lever.requires, trial, (names[rows[k].actor], names[rows[k].target]))
            for k in mine
        ]
        nearest = min((one for one in far if one), key=lambda one: one[0], default=None)
        if nearest and all(far):
            yield _unreached(("levers", id, "requires"), lever.name, nearest, trial, 0.6)


Far = tuple[float, str, Phrase, str, float, float]
"""How far beyond reach, as a share of the range; the phrase as written and as read; the
limit's key; the limit; the nearest that any run came to it."""


_UNREAD = ("power", "gap", "since", *BEGUN)
"""What has no range of its own, or is not kept by round."""


def _read(
    when: Mapping[str, Limits], trial: Trial, way: tuple[str, str] | None = None
) -> Iterator[tuple[str, Phrase, str, float]]:
    for text, limit in when.items():
        written = parse(text)
        if written is None or written.kind in _UNREAD:
            continue
        for phrase in expand(written, *way, trial.layout.actors) if way else [written]:
            if phrase.kind in IN_FORCE and trial.layout.instance(phrase) < 0:
                continue  # between these two it never is
            for key in ("at_least", "at_most"):
                if quantity := getattr(limit, key):
                    yield text, phrase, key, quantity.value


def _farthest(
    when: Mapping[str, Limits], trial: Trial, way: tuple[str, str] | None = None
) -> Far | None:
    """The limit that is farthest out of reach, if one is; ``way``: who plays the two roles."""
    found: list[Far] = []
    for text, phrase, key, value in _read(when, trial, way):
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
    if phrase.kind in IN_FORCE:
        return _not_in_force(path, name, phrase, key, trial, weight)
    bound = "at least" if key == "at_least" else "at most"
    side = "at most" if key == "at_least" else "at least"
    return Found(
        "unreached", path[1], (*path, text, key), float(nearest), weight + 0.1 * min(gap / 0.5, 1),
        f"'{name}' waits until {in_words(phrase, trial.setting.description)} is {bound} "
        f"{shown(phrase.kind, value)}; in {trial.runs:,} short runs it comes to "
        f"{shown(phrase.kind, float(nearest))} {side}",
        "set a limit within reach, or let something move the quantity that far",
    )  # fmt: skip


def _not_in_force(
    path: tuple[str, ...], name: str, phrase: Phrase, key: str, trial: Trial, weight: float
) -> Found:
    """What waits for an arrangement that begins, or ends, in no run."""
    what = in_words(phrase, trial.setting.description)
    wanted, found = ("is", "it never is") if key == "at_least" else ("is not", "it always is")
    return Found(
        "unreached", path[1], (*path, str(phrase)), float(key != "at_least"), weight + 0.1,
        f"'{name}' waits until {what} {wanted}; in {trial.runs:,} short runs {found}",
        "let a lever or an event begin it, or end it, more often",
    )  # fmt: skip


def _from_the_start(when: Mapping[str, Limits], trial: Trial) -> bool:
    for _, phrase, key, value in _read(when, trial):
        start = trial.start[trial.row(phrase)]
        holds = start >= value if key == "at_least" else start <= value
        if holds.mean() < 0.99:
            return False
    return not any((read := parse(text)) and read.kind in _UNREAD for text in when)


def _certain(
    section: str, name: str, words: str, when: Mapping[str, Limits], trial: Trial
) -> Found:
    text, phrase, key, value = next(_read(when, trial))
    start = float(np.median(trial.start[trial.row(phrase)]))
    bound = "at least" if key == "at_least" else "at most"
    stops = section == "watch" and name in trial.setting.description.stop
    ends = ", so that every run stops after one round" if stops else ""
    return Found(
        "certain", name, (section, name, "when", text, key), start, 0.9 if stops else 0.65,
        f"'{words}' holds from the start{ends}: "
        f"{in_words(phrase, trial.setting.description)} begins at {shown(phrase.kind, start)}, and "
        f"{bound} {shown(phrase.kind, value)} is asked for",
        "set a limit beyond the start, or wait for something else",
    )  # fmt: skip
