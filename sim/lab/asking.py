"""One run, one round of it, and one choice: told in words for a visitor's question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.lab.cost import affordable
from sim.lab.difference_words import odds
from sim.lab.ensembles import PlayedRuns
from sim.model.reasons import Decided
from sim.reporting.story import Entry, story
from sim.scenario.scenario import Scenario
from sim.simulation.branching import LET_PASS, Progress
from sim.simulation.ensemble import labelled, play
from sim.statistics.measures import measures
from sim.studies.explanation.study import explain
from sim.studies.explanation.text import paragraph
from sim.studies.whatif.result import Effect, Forced
from sim.studies.whatif.study import whatif
from sim.studies.whatif.text import choices_left_out, was_done, whatif_lead
from sim.text import NBSP, month, percent, percents, sentence

FUTURES = 500
"""Futures that are played under each choice."""
_LITTLE, _MUCH = 0.2, 0.8
"""Standard deviations below which a change is called little, and from which it is called much."""
_FIGURES = re.compile(r" \((?:odds × [\d.,]+|[+−][\d.,]+(?: in (?:value|affinity))?)\)")
_WORTH = re.compile(r" Of the act's value to .*?\.(?= |$)")
Which = Literal["typical", "with", "without"]
"""Which run is told: the one nearest to the medians; one with the event, or without it."""


@dataclass(frozen=True)
class Decision:
    """What one actor chose toward another in the round, in words.

    Attributes
    ----------
    actor, target, track : str
    who : str
        Who toward whom, words or deeds.
    moved : bool
        Whether it did anything.
    told : str
        A paragraph in plain words.
    figures : str
        The same with all its figures.
    odds : str
        How likely it was, to be pictured; may be empty.
    choices : tuple of (lever, name)
        What it could have chosen otherwise.
    """

    actor: str
    target: str
    track: str
    who: str
    moved: bool
    told: str
    figures: str
    odds: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ToldRound:
    """A run in words, and a round of it explained.

    Attributes
    ----------
    run, round : int
    period : str
        The months of the round.
    before, now, after : tuple of (date, entries)
        What happened before the round, in it and after it, by date.
    ends : tuple of (name, value)
        Where each outcome stands at the end.
    decisions : tuple of Decision
        Those that were moves come first.
    """

    run: int
    round: int
    period: str
    before: tuple[tuple[str, tuple[Entry, ...]], ...]
    now: tuple[tuple[str, tuple[Entry, ...]], ...]
    after: tuple[tuple[str, tuple[Entry, ...]], ...]
    ends: tuple[tuple[str, str], ...]
    decisions: tuple[Decision, ...]


def run_to_tell(played: PlayedRuns, which: Which, event: str, round: int) -> int | None:
    """The number of the run that is told; None where there is none such.

    With an event it is the run in which it first happened nearest to the round; without it, the
    first run in which it never did.
    """
    if which == "typical" or event not in played.values.watches:
        return played.summary.representative
    first, whole = played.values.watches[event], ~played.values.failed
    if which == "without":
        places = np.flatnonzero((first < 0) & whole)
        return int(places[0]) if len(places) else None
    places = np.flatnonzero((first >= 0) & whole)
    if not len(places):
        return None
    return int(places[np.argmin(np.abs(first[places].astype(int) - round))])


def first_in(played: PlayedRuns, event: str, run: int) -> int:
    """The round of a run in which an event first happens; 0 where it does not, or is unknown."""
    first = played.values.watches.get(event)
    return max(int(first[run]), 0) if first is not None and run < len(first) else 0


def told_round(scenario: Scenario, seed: int, run: int, round: int) -> ToldRound:
    """Tell a run, and explain a round of it.

    Raises
    ------
    ScenarioError
        For a run that is over before the round, or a round that is not there.
    """
    described = scenario.description
    found = explain(scenario, run, round, seed=seed)
    data = labelled(scenario, play(scenario, 1, seed, first=run).blocks, seed)
    told = story(data, scenario, run)
    parts: dict[str, list[tuple[str, tuple[Entry, ...]]]] = {"before": [], "now": [], "after": []}
    for date, entries in told.dates:
        for name, group in (
            ("before", tuple(one for one in entries if one.round < round)),
            ("now", tuple(one for one in entries if one.round == round)),
            ("after", tuple(one for one in entries if one.round > round)),
        ):
            if group:
                parts[name].append((month(np.datetime64(date)), group))
    begin, end = (data[name].values[round] for name in ("from", "until"))
    decisions = [_decision(one, scenario) for one in found.decisions]
    return ToldRound(
        run=run,
        round=round,
        period=f"{month(begin)} to {month(end)}",
        ends=tuple(
            (item.name, end)
            for item, end in zip(measures(described).values(), told.ends, strict=True)
        ),
        decisions=tuple(sorted(decisions, key=lambda one: not one.moved)),
        **{name: tuple(group) for name, group in parts.items()},
    )


def without_figures(told: str) -> str:
    """A paragraph on a decision without the sizes of what moved it; its chances stay."""
    return _FIGURES.sub("", _WORTH.sub("", told))


def _decision(one: Decided, scenario: Scenario) -> Decision:
    described = scenario.description
    actor, target = (described.actors[name].name for name in (one.actor, one.target))
    chosen = one.chosen.lever if one.chosen else LET_PASS
    names = {
        LET_PASS: "nothing: let the round pass",
        **{option.lever: described.levers[option.lever].name for option in one.options},
    }
    said, figures = odds(one.chance), paragraph(one, described)
    return Decision(
        actor=one.actor,
        target=one.target,
        track=one.track,
        who=f"{sentence(actor)} toward {target}, {one.track}",
        moved=one.chosen is not None,
        told=without_figures(figures),
        figures=figures,
        odds=f"A chance of {percent(one.chance)} is {said}." if said else "",
        choices=tuple((lever, name) for lever, name in names.items() if lever != chosen),
    )


@dataclass(frozen=True)
class Otherwise:
    """What another choice would have changed, in words.

    ``plain`` says it without statistics. ``rows`` has a line for each choice: its name, the
    outcome that it moves most, and the event.
    """

    lead: str
    plain: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]
    futures: int


def otherwise(
    scenario: Scenario,
    seed: int,
    run: int,
    round: int,
    actor: str,
    toward: str,
    track: str,
    lever: str | None,
    progress: Progress | None = None,
) -> Otherwise:
    """Force another choice in a round of a run, and see what follows.

    ``lever``: the choice; every one that there is, where it is None.

    Raises
    ------
    ScenarioError
        For a round, actor, lever or target that is not there.
    ResultsError
        Where every future fails.
    """
    choices = 2 if lever is not None else len(scenario.description.levers) + 1
    futures = affordable(FUTURES * choices, scenario, held=False) // choices
    found = whatif(
        scenario,
        round,
        actor,
        lever,
        toward,
        runs=futures,
        seed=seed,
        run=run,
        track=track,
        only=lever is not None,
        progress=progress,
    ).found
    rows = tuple((sentence(found.label(name)), *_most(found, name)) for name in found.ranked)
    if not rows:
        return Otherwise(whatif_lead(found), (), (), choices_left_out(found), futures)
    plain = tuple(_plainly(found, name) for name in found.ranked)
    return Otherwise(was_done(found), plain, rows, choices_left_out(found), futures)


def _plainly(found: Forced, name: str) -> str:
    """What one choice would have changed, without statistics."""
    outcome, event = found.most(name)
    said = []
    if event is not None:
        before = found.data["probability"].sel(watch=event.id)[-1].item()
        way = "likelier" if event.difference > 0 else "less likely"
        ends = percents((before + event.difference, before))
        said.append(
            f"“{event.name}” becomes {way}: in {ends[0]} of the futures instead of {ends[1]}"
        )
    if outcome is not None:
        way = "higher" if outcome.difference > 0 else "lower"
        size = abs(outcome.effect)
        much = "a little " if size < _LITTLE else "much " if size >= _MUCH else ""
        said.append(f"“{outcome.name}” ends {much}{way} on average")
    if not said:
        said.append("nothing changes that could not be chance")
    did = "let the round pass" if name == LET_PASS else f"chosen “{found.label(name)}”"
    return f"Had it {did}: {'; and '.join(said)}."


def _most(found: Forced, name: str) -> tuple[str, str]:
    outcome, event = found.most(name)
    return _effect(outcome), _effect(event)


def _effect(one: Effect | None) -> str:
    if one is None:
        return "nothing that is clear"
    if one.item is None:
        how = "likelier" if one.difference > 0 else "less likely"
        return f"“{one.name}” {how} by {one.much} points, 95{NBSP}% interval {one.interval}"
    return f"“{one.name}” {one.change} ({one.item.unit}), 95{NBSP}% interval {one.interval}"
