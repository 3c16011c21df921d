"""One run told in words: what was proposed, agreed, refused, and what came of it.

An entry is dated by the first day of its round's period, as a chronicle would:
the acts of the first round of a calendar that starts in October are October's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
import xarray as xr

from sim.reporting.arrangement_text import arrangement_became, promise_became
from sim.results.arrangements import changes_of_run, promised
from sim.scenario.lookup import Instance, consent, promises
from sim.scenario.phrases import Kind, pair
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Lever
from sim.statistics.conduct import ends_of
from sim.statistics.measures import MARKS, measures
from sim.statistics.summary import Summary
from sim.text import number, sentence, year_month

# Runs told in words: the one nearest to the medians, and the two least alike.


@dataclass(frozen=True)
class Story:
    """One run in words, by date; ``ends`` is where each outcome stands at its end."""

    run: int
    ends: tuple[str, ...]
    dates: tuple[tuple[str, tuple[Entry, ...]], ...]


@dataclass(frozen=True)
class Stories:
    """A typical run and the two most unlike, with where each ends.

    Attributes
    ----------
    outcomes, medians : tuple of str
        Names of the outcomes, and their medians at the end.
    typical : Story or None
        ``None`` where no run came to its end.
    unlike : tuple of Story
        Two, or none where all runs are alike.
    """

    outcomes: tuple[str, ...]
    medians: tuple[str, ...]
    typical: Story | None
    unlike: tuple[Story, ...]

    @property
    def lasting(self) -> bool:
        """Whether arrangements or promises are told of."""
        every = [one for one in (self.typical, *self.unlike) if one]
        entries = (entry for one in every for _, group in one.dates for entry in group)
        return any(entry.kind == "lasting" for entry in entries)


def stories(dataset: xr.Dataset, scenario: Scenario, summary: Summary) -> Stories:
    """Tell the typical run of an ensemble, and the two most unlike.

    ``summary`` is that of the same results: it names the runs.
    """
    typical = summary.representative
    return Stories(
        outcomes=tuple(one.measure.name for one in summary.trajectories),
        medians=tuple(one.end for one in summary.trajectories),
        typical=None if typical is None else story(dataset, scenario, typical),
        unlike=tuple(story(dataset, scenario, run) for run in summary.unlike or ()),
    )


def story(dataset: xr.Dataset, scenario: Scenario, run: int) -> Story:
    """Tell one run."""
    reported = dataset["reported"].sel(run=run).isel(round=-1)
    entries = timeline(dataset, scenario, run)
    return Story(
        run=run,
        ends=tuple(
            item.of_run(float(reported.sel(outcome=key)))
            for key, item in measures(scenario.description).items()
        ),
        dates=tuple(
            (date, tuple(group)) for date, group in groupby(entries, key=lambda entry: entry.date)
        ),
    )


_MANY = 3
"""Uses of one lever in one round from which they are told together."""

EntryKind = Literal["event", "act", "refusal", "lasting", "crossing", "watched", "end"]


@dataclass(frozen=True)
class Entry:
    """One thing that happened.

    ``round`` counts from 1; ``date`` is ``YYYY-MM``; ``text`` is a sentence
    without its final stop.
    """

    round: int
    date: str
    kind: EntryKind
    text: str


def timeline(dataset: xr.Dataset, scenario: Scenario, run: int) -> tuple[Entry, ...]:
    """Tell one run, by its label; a KeyError where there is none.

    By round; within one, events, acts, what became of arrangements and promises, crossings, then
    watched events.
    """
    one = dataset.sel(run=run)
    dates = one["from"].values
    failed, stopped = int(one["failed_round"]), int(one["stopped_round"])
    last = min(
        [len(dates) - 1] + ([failed - 1] if failed >= 0 else []) + [stopped] * (stopped >= 0)
    )
    crossings = _crossings(one, scenario.description, last)
    lasts = _lasting(dataset.sel(run=[run]), scenario)
    found: list[Entry] = []
    for nth in range(1, last + 1):
        date = year_month(dates[nth])
        now = one.isel(round=nth)
        for kind, text in (
            *_events(now, scenario.description),
            *_acts(now, scenario.description),
            *(("lasting", text) for at, text in lasts if at == nth),
            *(("crossing", text) for at, text in crossings if at == nth),
            *_watched(one, nth),
        ):
            found.append(Entry(nth, date, kind, text))
    if failed >= 0:
        when = year_month(dates[failed])
        found.append(Entry(max(failed, 1), when, "end", "The run fails: its numbers break down"))
    elif stopped >= 0:
        found.append(Entry(stopped, year_month(dates[stopped]), "end", "The run stops here"))
    return tuple(found)


def _events(now: xr.Dataset, description: Description) -> Iterator[tuple[EntryKind, str]]:
    for key in now["event"].values[now["happened"].values]:
        yield "event", sentence(description.events[str(key)].name)


def _acts(now: xr.Dataset, description: Description) -> Iterator[tuple[EntryKind, str]]:
    levers = now["lever"].values
    moves = [
        (str(levers[choice]), *ends_of(str(direction)), bool(accepted))
        for direction, choices, answers in zip(
            now["direction"].values, now["choice"].values, now["accepted"].values, strict=True
        )
        for choice, accepted in zip(choices, answers, strict=True)
        if choice >= 0
    ]
    names = {id: actor.name for id, actor in description.actors.items()}
    done = Counter(key for key, _, _, accepted in moves if accepted)
    together: set[str] = set()
    for key, *ends, accepted in moves:
        lever = description.levers[key]
        if accepted and done[key] >= _MANY:
            # Said in one sentence: routine must not hide the rest.
            if key not in together:
                together.add(key)
                ways = [
                    f"{names[a]} → {names[t]}" for k, a, t, agreed in moves if agreed and k == key
                ]
                yield "act", f"{sentence(lever.name)}: {', '.join(ways)}"
            continue
        asked = consent(lever, *ends) is not None
        crossed = lever.once and not accepted and (key, *ends[::-1], True) in moves
        actor, target = (names[end] for end in ends)
        text = act_text(lever, actor, target, asked=asked, accepted=accepted, crossed=crossed)
        yield ("act" if accepted else "refusal"), text


def act_text(
    lever: Lever, actor: str, target: str, *, asked: bool, accepted: bool, crossed: bool = False
) -> str:
    """Say a move: what was done by its own line, else who proposed what, and the answer.

    ``crossed`` where the target did the same in that round, and the two can do it only once.
    """
    if accepted and lever.says:
        return _filled(lever.says, actor, target)
    moved = sentence(f"{actor} moves to {lever.name}, toward {target}")
    if crossed:
        begun = proposal_text(lever, actor, target) if asked else moved
        return (
            f"{begun}; {target} does the same, and as the two can do it only once, it is {target} "
            "who does it"
        )
    if accepted and not asked:
        return moved
    return f"{proposal_text(lever, actor, target)}; {target} {'accepts' if accepted else 'refuses'}"


def proposal_text(lever: Lever, actor: str, target: str) -> str:
    """Say a proposal that has no answer yet."""
    if lever.offers:
        return _filled(lever.offers, actor, target)
    return sentence(f"{actor} proposes to {lever.name}")


def _filled(line: str, actor: str, target: str) -> str:
    """A line of a scenario, without its final stop."""
    # Not str.format: a line from a file must not reach into objects.
    for place, name in (("{actor}", actor), ("{target}", target)):
        if name.endswith("s"):  # a plural: the Isles' offer
            line = line.replace(f"{place}'s", f"{name}'").replace(f"{place}’s", f"{name}’")
        line = line.replace(place, name)
    return sentence(line.rstrip(". "))


def _lasting(run: xr.Dataset, scenario: Scenario) -> list[tuple[int, str]]:
    """What became of arrangements and promises, with its round.

    That something is renewed is told only where it would run out else.
    """
    described = scenario.description
    owed = {one.label: one for one in promises(described)}
    found: dict[tuple[int, str], None] = {}
    known: set[tuple[int, Instance]] = set()
    for one in changes_of_run(run, scenario):
        endless = described.arrangements[one.instance.name].term is None
        if one.how == "renewed" and (endless or (one.round, one.instance) in known):
            continue
        known.add((one.round, one.instance))
        found[one.round, arrangement_became(one.instance, one.how, one.actor, described)] = None
    rows = promised(run, scenario)[["round", "promise", "change"]]
    for round, label, change in rows.itertuples(index=False, name=None):
        found[round, promise_became(owed[label], change, described)] = None
    return [*found]


def _watched(one: xr.Dataset, nth: int) -> Iterator[tuple[EntryKind, str]]:
    for name, first in zip(one["watch_name"].values, one["watched"].values, strict=True):
        if first == nth:
            yield "watched", sentence(str(name))


def _crossings(one: xr.Dataset, description: Description, last: int) -> list[tuple[int, str]]:
    """Find the marks that are passed for good: by a fortieth of the range on both sides.

    A value that only trembles about a mark is no news.
    """
    found = []
    for mark in MARKS:
        values = one[mark.variable]
        axis = next(dim for dim in values.dims if dim != "round")
        courses = values.transpose(axis, "round").values[:, : last + 1]
        for key, series in zip(values[axis].values, courses, strict=True):
            side = 0
            for nth, value in enumerate(series):
                off = value - mark.at
                now = int(np.sign(off)) if abs(off) > mark.margin else side
                if side and now != side:
                    passes = mark.above if now > 0 else mark.below
                    words = _crossing(mark.kind, str(key), description, passes, now)
                    digits = 0 if mark.kind == "issue" else 2
                    found.append((nth, f"{words} ({number(float(value), digits)})"))
                side = now
    return found


def _crossing(kind: Kind, key: str, description: Description, words: str, side: int) -> str:
    if kind == "issue":
        issue = description.issues[key]
        return f"{sentence(issue.name)} {words} “{issue.high if side > 0 else issue.low}”"
    if kind == "support":
        return f"The leadership of {description.actors[key].name} {words}"
    ends = pair(key)
    first, second = (
        description.actors[end].name for end in ((ends[0], ends[2]) if ends else (key, key))
    )
    subject = "The relation of" if kind == "affinity" else "The tension between"
    return f"{subject} {first} and {second} {words}"
