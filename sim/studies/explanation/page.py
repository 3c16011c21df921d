"""The page that explains one round of one run: who saw what, and why each chose as it did."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

import numpy as np

from sim.model.reasons import Decided
from sim.reporting import document as page
from sim.reporting.arrangement_text import delivery, owes
from sim.reporting.beliefs import believes, of_runs
from sim.reporting.chart_kit import Table
from sim.reporting.document import Block, Document, Exhibit, Heading, Note, Plot, Section
from sim.reporting.sources import changes_in_words
from sim.reporting.story import Story, story
from sim.results.arrangements import pledges_of_run
from sim.scenario.calendar import date_after, most_rounds
from sim.scenario.shipped import name_of
from sim.studies.explanation.charts import change_chart, options_table, ranked, worth_chart
from sim.studies.explanation.result import Explained
from sim.studies.explanation.text import closed, draws, explanation_lead, paragraph, seen_by
from sim.text import month, percent, sentence, titled


def explanation_page(work: Explained) -> Document:
    """Put the study on its page."""
    described, dataset = work.scenario.description, work.stopped.dataset
    told = story(dataset, work.scenario, work.run)
    when, headline = month(np.datetime64(dataset["from"].values[work.round])), _headline(work)
    return Document(
        kind="Why did they do it?",
        title=titled(described.title, f"run {work.run}, round {work.round} ({when})"),
        lead=explanation_lead(work),
        headline=headline,
        changes=changes_in_words(work.scenario),
        reproduction=(("Run", str(work.run)), ("Seed", str(work.seed))),
        same="files and seed",
        files=page.files([work.scenario]),
        summary=(
            page.cards(headline),
            page.how_to_read("sim.studies.explanation/how_to_read.html.j2"),
            "What would have come of another choice?",
            page.Code(_next(work)),
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
    happened = "; ".join(sentence(named[name].name) for name in work.stopped.happened)
    events = (
        f"What happened in this round: {happened}."
        if happened
        else "No event happened in this round."
    )
    before = tuple(
        f"{entry.text}."
        for _, group in told.dates
        for entry in group
        if entry.round == work.round - 1 and entry.kind in ("act", "refusal")
    )
    if not before:
        return events, "Nothing was done in the round before."
    return events, "What was done in the round before:", page.Bullets(before)


def _headline(work: Explained) -> Table:
    described = work.scenario.description
    rows = []
    for one in work.shown:
        actor, target = (described.actors[name].name for name in (one.actor, one.target))
        chose = described.levers[one.chosen.lever].name if one.chosen else "let the round pass"
        whom = f"{sentence(actor)} → {target}, {one.track}"
        rows.append((whom, chose, percent(one.chance), percent(one.usual), _answer(one)))
    header = ("Who toward whom", "Chose", "Chance here", "In ordinary times", "Answer")
    return Table("What each chose", header, tuple(rows))


def _answer(one: Decided) -> str:
    if one.chosen is None or not one.chosen.asked:
        return "without effect" if one.crossed else "–"
    effect = ", without effect" if one.crossed else ""
    said = "agreed" if one.agreed else "refused"
    return f"{said} ({percent(one.chosen.consent)} to agree){effect}"


def _section(actor: str, work: Explained) -> Section:
    described = work.scenario.description
    name = sentence(described.actors[actor].name)
    seen = (
        *seen_by(actor, work.stopped.state, described),
        *_believed(actor, work),
        *_owed(actor, work),
    )
    decisions = [_decision(one, work) for one in work.shown if one.actor == actor]
    facts = Note(f"As it stood when {name} chose:"), page.Facts(seen)
    return Section(f"actor-{actor}", name, (*facts, *decisions), listed=True)


def _believed(actor: str, work: Explained) -> Iterable[tuple[str, str]]:
    """What the actor believed of others as the round began, and what is true."""
    for course in of_runs(work.stopped.dataset, work.scenario.description):
        if course.belief.by == actor:
            yield f"Believes, {course.belief.name}", believes(course, work.round - 1)


def _owed(actor: str, work: Explained) -> Iterable[tuple[str, str]]:
    """The open promises that an actor owes, or is owed, with the date by which each is due."""
    described = work.scenario.description
    told: list[str] = []
    before = work.stopped.dataset.isel(round=slice(0, work.round))
    for one in sorted(pledges_of_run(before, work.scenario), key=lambda one: one.promise):
        if not one.pending or actor not in (one.promise.actor, one.promise.target):
            continue
        end = date_after(described.calendar, min(one.due, most_rounds(described.calendar)))
        by = f"{month(np.datetime64(end))} (end of round {one.due})"
        told.append(
            f"{owes(one.promise, described)} to {delivery(one.promise, described)}, "
            + (f"overdue since {by}" if one.state == "overdue" else f"due by {by}")
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
        notes=(draws(one, described),),
        body=(
            Heading("What differs from ordinary times", 4),
            Note(change.chart.finding),
            change,
            Heading("What speaks for and against each choice", 4),
            Note(worth.chart.finding),
            worth,
            page.Wide(options_table(one, described, why)),
        ),
    )


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
