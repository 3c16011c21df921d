"""The page that explains one round of one run: who saw what, and why each chose as it did."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.model.reasons import Decided
from sim.model.utility import PARTS
from sim.reporting.chart import Table
from sim.reporting.document import (
    Block,
    Bullets,
    Code,
    Document,
    Exhibit,
    Facts,
    Heading,
    Note,
    Plot,
    Section,
    Wide,
    cards,
    files,
    how_to_read,
)
from sim.reporting.lasting_text import delivery, owes
from sim.reporting.story import Story, story
from sim.scenario.calendar import date_after, most_rounds
from sim.scenario.lookup import governed_actors, has_trust
from sim.scenario.scenario import Scenario, changes
from sim.scenario.shipped import name_of
from sim.statistics.lasting import still_owed
from sim.studies.explanation.charts import change_chart, options_table, ranked, worth_chart
from sim.studies.explanation.result import Held
from sim.studies.explanation.text import closed, paragraph, seen_by
from sim.text import count, enough, month, number, percent, sentence

if TYPE_CHECKING:
    import pandas as pd


NO_EVENT = "No event befell in this round."
_MOST = 40
"""Most decisions that a page tells at length: of more, the moves least to be expected."""


@dataclass(frozen=True, eq=False)
class Explained:
    """A round of a run, with the decisions that are asked about."""

    scenario: Scenario
    held: Held
    decisions: tuple[Decided, ...]
    run: int
    round: int
    seed: int
    actor: str | None
    toward: str | None

    @cached_property
    def shown(self) -> tuple[Decided, ...]:
        """Those that are told at length, in their order."""
        if len(self.decisions) <= _MOST:
            return self.decisions
        moved = [one for one in self.decisions if one.chosen] or list(self.decisions)
        rare = set(map(id, sorted(moved, key=_chance)[:_MOST]))
        return tuple(one for one in self.decisions if id(one) in rare)


def contents(work: Explained) -> Document:
    """Put the study on its page."""
    described, dataset = work.scenario.description, work.held.dataset
    told = story(dataset, work.scenario, work.run)
    when, headline = month(np.datetime64(dataset["from"].values[work.round])), _headline(work)
    return Document(
        kind="Why did they do it?",
        title=f"{described.title}: run {work.run}, round {work.round} ({when})",
        lead=_lead(work),
        headline=headline,
        changes=changes(work.scenario),
        reproduction=(("Run", str(work.run)), ("Seed", str(work.seed))),
        same="files and seed",
        files=files([work.scenario]),
        summary=(
            cards(headline),
            how_to_read("sim.studies.explanation/how_to_read.html.j2"),
            "What would have come of another choice?",
            Code(_next(work)),
        ),
        sections=(
            Section("situation", f"The situation in {when}", _situation(work, told)),
            *(_section(actor, work) for actor in dict.fromkeys(one.actor for one in work.shown)),
            Section(
                "story",
                "The run so far",
                (
                    Note("→ done, ✕ refused, ◆ event, ★ watched event, ~ a mark is passed."),
                    told,
                ),
            ),
        ),
    )


def _situation(work: Explained, told: Story) -> tuple[Block, ...]:
    """The round's events, and what was done in the round before."""
    named = work.scenario.description.events
    happened = "; ".join(sentence(named[name].name) for name in work.held.happened)
    events = f"What befell in this round: {happened}." if happened else NO_EVENT
    before = tuple(
        f"{entry.text}."
        for _, group in told.dates
        for entry in group
        if entry.round == work.round - 1 and entry.kind in ("act", "refusal")
    )
    if not before:
        return events, "Nothing was done in the round before."
    return events, "What was done in the round before:", Bullets(before)


def _lead(work: Explained) -> str:
    """The decision that was least to be expected, and why; of all that are shown, moves first."""
    described = work.scenario.description
    moved = [one for one in work.decisions if one.chosen]
    told = paragraph(min(moved or work.decisions, key=_chance), described)
    if len(work.decisions) == 1:
        return told
    if moved:
        moves = count(len(moved), "was a move", "were moves")
        least = " This was the least to be expected." if len(moved) > 1 else ""
        said = f"{told}{least} Of {count(len(work.decisions), 'decision')}, {moves}."
        return f"{said}{_rest(work, len(moved))}"
    who = sentence(described.actors[work.actor].name) if work.actor else "Everyone"
    whom = f" toward {described.actors[work.toward].name}" if work.toward else ""
    said = f"{who} let the round pass{whom}. The least to be expected of it: {told}"
    return f"{said}{_rest(work, 0)}"


def _rest(work: Explained, moved: int) -> str:
    """Say that only some decisions are told; empty where all are."""
    told = len(work.shown)
    if told == len(work.decisions):
        return ""
    what = "moves" if moved else "decisions"
    which = f"the {what}" if told == moved else f"the {told} {what} least to be expected"
    return f" Told here are {which}; --actor and --toward ask for others."


def _chance(one: Decided) -> float:
    return one.chosen.chance if one.chosen else one.idle


def _headline(work: Explained) -> Table:
    described = work.scenario.description
    rows = []
    for one in work.shown:
        actor, target = (described.actors[name].name for name in (one.actor, one.target))
        chosen = one.chosen
        usual = 1 - sum(option.usual for option in one.options)
        rows.append(
            (
                f"{sentence(actor)} → {target}, {one.track}",
                described.levers[chosen.lever].name if chosen else "let the round pass",
                percent(_chance(one)),
                percent(chosen.usual if chosen else max(usual, 0.0)),
                _answer(one),
            )
        )
    header = ("Who toward whom", "Chose", "Chance here", "In ordinary times", "Answer")
    return Table("What each chose", header, tuple(rows))


def _answer(one: Decided) -> str:
    if one.chosen is None or not np.isfinite(one.chosen.consent):
        return "without effect" if one.crossed else "–"
    effect = ", without effect" if one.crossed else ""
    said = "agreed" if one.agreed else "refused"
    return f"{said} ({percent(one.chosen.consent)} to agree){effect}"


def _section(actor: str, work: Explained) -> Section:
    described = work.scenario.description
    name = sentence(described.actors[actor].name)
    seen = (*seen_by(actor, work.held.state, described), *_owed(actor, work))
    decisions = [_decision(one, work) for one in work.shown if one.actor == actor]
    blocks: tuple[Block, ...] = (Note(f"As it stood when {name} chose:"), Facts(seen), *decisions)
    return Section(f"actor-{actor}", name, blocks, listed=True)


def _owed(actor: str, work: Explained) -> Iterable[tuple[str, str]]:
    """The open promises that an actor owes, or is owed, with the date by which each is due."""
    described = work.scenario.description
    told = []
    for one in still_owed(work.held.dataset, work.scenario, work.round):
        if actor not in (one.promise.actor, one.promise.target):
            continue
        end = date_after(described.calendar, min(one.due, most_rounds(described.calendar)))
        by = f"{month(np.datetime64(end))} (end of round {one.due})"
        told.append(
            f"{owes(one.promise, described)} to {delivery(one.promise, described)}, "
            + (f"overdue since {by}" if one.overdue else f"due by {by}")
        )
    if told:
        yield "Open promises", "; ".join(told)


def _decision(one: Decided, work: Explained) -> Exhibit:
    """One decision: its charts, each with its words, and the table of its choices."""
    described = work.scenario.description
    id = f"{one.actor}-{one.target}-{one.track}"
    change = Plot(f"plot-{id}-change", change_chart(one, described))
    worth = Plot(f"plot-{id}-worth", worth_chart(one, described))
    why = [closed(option, described) for option in ranked(one)]
    return Exhibit(
        id=id,
        name=f"Toward {described.actors[one.target].name}, {one.track}",
        finding=paragraph(one, described),
        plots=(change, worth),
        notes=(_draws(one, described.levers[one.chosen.lever].name if one.chosen else ""),),
        body=(
            Heading("What differs from ordinary times", 4),
            Note(change.chart.finding),
            change,
            Heading("What speaks for and against each choice", 4),
            Note(worth.chart.finding),
            worth,
            Wide(options_table(one, described, why)),
        ),
    )


def _draws(one: Decided, name: str) -> str:
    """The draws of chance that decided."""
    low, high = 0.0, one.idle
    for option in one.options:
        if one.chosen is None:
            break
        low, high = high, high + option.chance
        if option is one.chosen:
            break
    if one.dropped:
        return f"The draw of chance was {number(one.draw, 3)}."
    digits = enough((one.draw, low, high), 3)
    draw, first, last = (number(value, digits) for value in (one.draw, low, high))
    said = (
        f"The draw of chance was {draw}: in the stretch from {first} to {last} that belongs to "
        f"{f'“{name}”' if name else 'letting the round pass'}."
    )
    if one.chosen and np.isfinite(one.chosen.consent):
        side = "below" if one.agreed else "not below"
        digits = enough((one.answer, one.chosen.consent), 3)
        answer, consent = (number(value, digits) for value in (one.answer, one.chosen.consent))
        said += f" That of the answer was {answer}, {side} {consent}."
    return said


def _next(work: Explained) -> str:
    scenario, one = work.scenario, work.decisions[0]
    name = name_of(scenario.files[0].name) if scenario.files else scenario.id
    words = ["entente", "whatif", name, "--run", str(work.run)]
    words += ["--round", str(work.round), "--actor", one.actor, "--toward", one.target]
    words += ["--track", one.track]
    if work.seed != scenario.description.seed:
        words += ["--seed", str(work.seed)]
    words += ["--lens", scenario.lens] if scenario.lens else []
    for path, value in scenario.overrides:
        words += ["--set", f"{path}={value}"]
    return shlex.join(words)


def long_table(work: Explained) -> pd.DataFrame:
    """Every choice with its chance and its parts, one row per choice."""
    import pandas as pd

    return pd.DataFrame(list(_rows(work)))


def _rows(work: Explained) -> Iterable[dict[str, object]]:
    described = work.scenario.description
    lasts = has_trust(described) or bool(governed_actors(described))
    for one in work.decisions:
        for option in one.options:
            chosen = option is one.chosen
            yield {
                "actor": one.actor,
                "target": one.target,
                "track": one.track,
                "lever": option.lever,
                "name": described.levers[option.lever].name,
                "open": option.open,
                "closed_by": closed(option, described),
                "usual": option.usual,
                "chance": option.chance,
                "log_odds": option.odds,
                "interest_log_odds": option.felt[0],
                "sentiment_log_odds": option.sentiment,
                "heat_log_odds": option.heat,
                **({"review_log_odds": option.review} if lasts else {}),
                "value": float(option.worth[0]),
                "ordinary_value": float(option.ordinary[0]),
                "usual_consent": option.usual_consent,
                "consent": option.consent,
                "answer_log_odds": option.felt[1] + option.sentiment + option.trust,
                "answer_interest_log_odds": option.felt[1],
                **({"trust_log_odds": option.trust} if lasts else {}),
                "chosen": chosen,
                "accepted": chosen and one.accepted,
                **{
                    f"part_{part}": float(x) for part, x in zip(PARTS, option.parts[0], strict=True)
                },
                **{
                    f"ordinary_{part}": float(x)
                    for part, x in zip(PARTS, option.before[0], strict=True)
                },
                **{
                    f"answer_{part}": float(x)
                    for part, x in zip(PARTS[:-2], option.parts[1], strict=False)
                },
                **(
                    {
                        "value_lasting": option.lasting[0],
                        "value_breach": option.breach[0],
                        "answer_lasting": option.lasting[1],
                        "answer_breach": option.breach[1],
                    }
                    if lasts
                    else {}
                ),
                f"reaction_{one.target}": option.answer,
                **{f"reaction_{third}": push for third, push in option.reactions.items()},
            }
