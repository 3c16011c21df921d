"""The page of a forced choice: what each alternative changes, and how it comes about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.alternatives_words import told
from sim.analysis.measures import measures
from sim.analysis.propositions import VISIBLE_SD, VISIBLE_SHARE
from sim.analysis.summary import complete, summarise
from sim.analysis.words import count, listing, month, number, percent, sentence
from sim.report.chart import Table
from sim.report.contents import Exhibit
from sim.report.stories import Stories, Story, stories, story
from sim.report.studied import StudyPage, files
from sim.report.whatif_exhibits import courses, forests
from sim.report.whatif_work import Work
from sim.scenario.scenario import changes


@dataclass(frozen=True, eq=False, kw_only=True)
class WhatIfPage(StudyPage):
    """All that the template shows.

    Attributes
    ----------
    notes : tuple of str
        How to read it.
    every : tuple of Table
        Every alternative by every outcome, and by every watched event.
    outcomes, events, courses : tuple of Exhibit
    still : tuple of str
        Sentences on what is not drawn.
    stories : Stories
        Of the own choice.
    forced : Story or None
        The typical run under the forced choice.
    fork : str
        The date from which the two differ.
    """

    notes: tuple[str, ...]
    every: tuple[Table, ...]
    outcomes: tuple[Exhibit, ...]
    events: tuple[Exhibit, ...]
    courses: tuple[Exhibit, ...]
    still: tuple[str, ...]
    stories: Stories
    forced: Story | None
    choice: str
    when: str


def contents(work: Work) -> WhatIfPage:
    """Gather what the page shows."""
    asked = work.asked
    outcomes, events = forests(work, events=False), forests(work, events=True)
    drawn = courses(work)
    told_runs, forced = _stories(work)
    exhibits = (*outcomes, *events, *drawn)
    run = asked.fork.run
    return WhatIfPage(
        kind="What if they had chosen otherwise?",
        title=_title(work),
        lead=_lead(work),
        headline=_headline(work),
        plots=tuple(plot for exhibit in exhibits for plot in exhibit.plots),
        changes=changes(work.scenario),
        reproduction=(
            ("Futures under each choice", f"{work.runs:,}"),
            ("Seed", str(work.seed)),
            ("Past", "each future's own" if run is None else f"that of run {run}"),
        ),
        files=files([work.scenario]),
        notes=_notes(work),
        every=_tables(work),
        outcomes=outcomes,
        events=events,
        courses=drawn,
        still=(*_closed(work), *_still(work, outcomes, events)),
        stories=told_runs,
        forced=forced,
        choice=work.label(asked.lever) if asked.lever else "",
        when=month(_date(work)),
    )


def _date(work: Work) -> np.datetime64:
    """The first day of the decision's round."""
    return np.datetime64(work.own["date"].values[work.asked.fork.round - 1])


def _who(work: Work) -> tuple[str, str]:
    actors, fork = work.scenario.description.actors, work.asked.fork
    return actors[fork.actor].name, actors[fork.target].name


def _title(work: Work) -> str:
    actor, target = _who(work)
    past = "" if work.asked.fork.run is None else f", after the past of run {work.asked.fork.run}"
    return (
        f"{sentence(actor)} toward {target}, round {work.asked.fork.round} "
        f"({month(_date(work))}){past}"
    )


def _lead(work: Work) -> str:
    actor, target = _who(work)
    marked = work.asked.lever
    if marked in work.closed:
        return (
            f"{sentence(actor)} could choose “{work.label(str(marked))}” toward {target} in no "
            "run: there is nothing to compare. The other choices are shown."
        )
    ranked = sorted(work.drawn, key=lambda name: -_weight(work, name))
    best = marked or ranked[0]  # letting the round pass is always open
    said = told(*work.most(best), work.data)
    if marked:
        return (
            f"Had {actor} chosen “{work.label(best)}” toward {target} then, and not what the model "
            f"chose for it: {said}."
        )
    return (
        f"Of {count(len(work.drawn), 'choice')} that {actor} has toward {target} then, "
        f"“{work.label(best)}” changes most: {said}."
    )


def _weight(work: Work, alternative: str) -> float:
    return max((one.seen for one in work.most(alternative) if one), default=0.0)


def _headline(work: Work) -> Table:
    rows = []
    for name in sorted(work.drawn, key=lambda one: (one != work.asked.lever, -_weight(work, one))):
        one = work.data.sel(alternative=name)
        outcome, event = work.most(name)
        rows.append(
            (
                f"▶ {work.label(name)}" if name == work.asked.lever else work.label(name),
                percent(float(one["open"])),
                percent(float(one["chosen"])),
                percent(float(one["accepted"])) if _asks(work, name) else "–",
                f"{outcome.name} {outcome.cell}" if outcome else "–",
                f"{event.name} {event.cell}" if event else "–",
            )
        )
    caption = "Each choice against the model's own"
    header = (
        "Choice", "Open", "Chosen by the model", "Agreed to", "Moves most (standard deviations)",
        "Changes most (percentage points)",
    )  # fmt: skip
    return Table(caption, header, tuple(rows))


def _asks(work: Work, alternative: str) -> bool:
    from sim.scenario.lookup import consent

    fork = work.asked.fork
    lever = work.scenario.description.levers.get(alternative)
    return lever is not None and consent(lever, fork.actor, fork.target) is not None


def _notes(work: Work) -> tuple[str, ...]:
    actor, target = _who(work)
    limit = number(float(work.data.attrs["limit"]), 2)
    return (
        f"Every future is played on the same draws of chance under each choice. Only what {actor} "
        f"chooses toward {target} in this one round differs, and what follows from it.",
        "Open is the share of the futures in which the actor could choose it then; the others are "
        "left out of its comparison. “Chosen by the model” says how often it does so by itself: "
        "there the two futures are the same. “Moves most” and “changes most” leave out what counts "
        "the choice itself.",
        f"A choice that needs consent is a proposal: {target} still answers as the model has it. "
        "“Agreed to” says how often.",
        "The intervals that are shown are of 95 %, each taken alone. Of so many differences some "
        "would seem clear by chance; so one stands in brackets unless an interval that allows "
        f"for all others leaves out zero too ({limit} standard errors to either side instead of "
        "1.96: then all hold at once in 95 of 100 such pages).",
        "One choice in one round is a small push: what moves by itself, and what others do, wear "
        "it off. A standard deviation is that of the outcome at the end under the own choice.",
    )


def _tables(work: Work) -> tuple[Table, ...]:
    made = []
    for title, read, names in (
        ("Outcomes at the end, difference in standard deviations", work.outcomes,
         [item.name for item in measures(work.scenario.description).values()]),
        ("Watched events by the end, difference in percentage points", work.events,
         [str(name) for name in work.data["watch_name"].values]),
    ):  # fmt: skip
        if names:
            rows = tuple(
                (work.label(name), *(one.cell for one in read(name))) for name in work.drawn
            )
            made.append(Table(title, ("Choice", *names), rows))
    return tuple(made)


def _still(
    work: Work, outcomes: tuple[Exhibit, ...], events: tuple[Exhibit, ...]
) -> tuple[str, ...]:
    drawn = {exhibit.id for exhibit in (*outcomes, *events)}
    described = work.scenario.description
    quiet = [
        f"“{item.name}”"
        for kind, home in (("outcome", described.outcomes), ("event", described.watch))
        for key, item in home.items()
        if f"{kind}-{key}" not in drawn
    ]
    if not quiet:
        return ()
    return (
        f"No choice moves {listing(quiet, 'or')} clearly by {VISIBLE_SD} standard deviations or "
        f"{100 * VISIBLE_SHARE:.0f} percentage points: their numbers stand in the tables.",
    )


def _closed(work: Work) -> tuple[str, ...]:
    names = [f"“{work.label(name)}”" for name in work.closed]
    if not names:
        return ()
    verb = "is" if len(names) == 1 else "are"
    return (f"{listing(names)} {verb} open in no run that could be compared.",)


def _stories(work: Work) -> tuple[Stories, Story | None]:
    whole = complete(work.own.isel(run=np.flatnonzero(work.comparable)))
    kept = whole if whole.sizes["run"] else work.own
    told_runs = stories(kept, work.scenario, summarise(kept, work.scenario))
    if work.forced is None or told_runs.typical is None or work.asked.lever in work.closed:
        return told_runs, None
    forced = story(work.forced, work.scenario, told_runs.typical.run)
    since = str(_date(work).astype("datetime64[M]"))
    later = tuple((date, entries) for date, entries in forced.dates if date >= since)
    return told_runs, Story(forced.run, forced.ends, later)
