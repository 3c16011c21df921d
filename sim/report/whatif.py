"""The page of a forced choice: what each alternative changes, and how it comes about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.measures import measures
from sim.analysis.summary import complete, summarise
from sim.analysis.words import percent
from sim.report.chart import Table
from sim.report.contents import Exhibit
from sim.report.stories import Stories, Story, stories, story
from sim.report.studied import StudyPage, files
from sim.report.whatif_exhibits import courses, forests, stays
from sim.report.whatif_words import lead, left_out, notes, still, title
from sim.report.whatif_work import Work
from sim.scenario.scenario import changes

COLUMNS = 12
"""Most measures that a table of all choices has side by side."""


@dataclass(frozen=True, eq=False, kw_only=True)
class WhatIfPage(StudyPage):
    """All that the template shows.

    Attributes
    ----------
    notes : tuple of str
        How to read it.
    every : tuple of Table
        Every alternative by every outcome, and by every watched event; of many, some to a
        table.
    outcomes, events, courses, lasting : tuple of Exhibit
    still, left_out : tuple of str
        Sentences on what no choice moves, and on choices and futures that are left out.
    stories : Stories
        Of the own choice.
    forced : Story or None
        The typical run under the forced choice.
    choice, reference, when : str
        The forced choice, what all are compared with, and the date of the decision.
    """

    notes: tuple[str, ...]
    every: tuple[Table, ...]
    outcomes: tuple[Exhibit, ...]
    events: tuple[Exhibit, ...]
    courses: tuple[Exhibit, ...]
    lasting: tuple[Exhibit, ...]
    still: tuple[str, ...]
    left_out: tuple[str, ...]
    stories: Stories
    forced: Story | None
    choice: str
    reference: str
    when: str


def contents(work: Work) -> WhatIfPage:
    """Gather what the page shows."""
    asked = work.asked
    outcomes, events = forests(work, events=False), forests(work, events=True)
    drawn, last = courses(work), stays(work)
    told_runs, forced = _stories(work)
    exhibits = (*outcomes, *events, *drawn, *last)
    run = asked.fork.run
    return WhatIfPage(
        kind="What if they had chosen otherwise?",
        title=title(work),
        lead=lead(work),
        headline=_headline(work),
        plots=tuple(plot for exhibit in exhibits for plot in exhibit.plots),
        changes=changes(work.scenario),
        reproduction=(
            ("Futures under each choice", f"{work.runs:,}"),
            ("Seed", str(work.seed)),
            ("Past", "each future's own" if run is None else f"that of run {run}, this round too"),
        ),
        files=files([work.scenario]),
        notes=notes(work),
        every=_tables(work),
        outcomes=outcomes,
        events=events,
        courses=drawn,
        lasting=last,
        still=still(work, outcomes, events),
        left_out=left_out(work),
        stories=told_runs,
        forced=forced,
        choice=work.label(asked.lever) if asked.lever else "",
        reference=work.reference,
        when=work.when,
    )


def _headline(work: Work) -> Table:
    """Every choice; what happened first, then the marked one, then what changes most."""
    shared = work.asked.fork.run is not None
    rows = []
    for name in sorted(work.names, key=lambda one: (one != work.done, one != work.asked.lever,
                                                    *_rank(work, one))):  # fmt: skip
        one, label = work.data.sel(alternative=name), work.label(name)
        label = f"▶ {label}" if name == work.asked.lever else label
        accepted = float(one["accepted"])
        if shared:
            cells = ["yes" if float(one["open"]) else "no"]
            answer = work.answer(name, accepted=bool(accepted))
        else:
            cells = [percent(float(one["open"])), percent(float(one["chosen"]))]
            answer = percent(accepted)
        asked = work.asks(name) and float(one["open"])
        cells.append(answer if asked else "–")
        rows.append((label, *cells, *_most(work, name)))
    if work.done is not None and work.done not in work.names:
        answer = work.answered if work.asks(work.done) else "–"
        rows.insert(0, (work.label(work.done), "yes", answer, *_most(work, work.done)))
    header = (
        "Choice", "Open", *(() if shared else ("Chosen by the model",)),
        "Answer" if shared else "Agreed to", "Moves most (standard deviations)",
        "Changes most (percentage points)",
    )  # fmt: skip
    return Table(f"Each choice against {work.reference}", header, tuple(rows))


def _rank(work: Work, name: str) -> tuple[bool, float]:
    return (True, 0.0) if name not in work.drawn else (False, -work.weight(name))


def _most(work: Work, name: str) -> tuple[str, str]:
    """What a choice moves and changes most; or why there is nothing to tell."""
    if name == work.done:
        return "what was done", "–"
    if name not in work.drawn:
        return "too few futures" if name in work.few else "–", "–"
    outcome, event = work.most(name)
    return (
        f"{outcome.name} {outcome.cell}" if outcome else "–",
        f"{event.name} {event.cell}" if event else "–",
    )


def _tables(work: Work) -> tuple[Table, ...]:
    made = []
    for caption, read, names in (
        ("Outcomes at the end, difference in standard deviations", work.outcomes,
         [item.name for item in measures(work.scenario.description).values()]),
        ("Watched events by the end, difference in percentage points", work.events,
         [str(name) for name in work.data["watch_name"].values]),
    ):  # fmt: skip
        if names and work.drawn:
            cells = {name: [one.cell for one in read(name)] for name in work.drawn}
            parts = np.array_split(np.arange(len(names)), -(-len(names) // COLUMNS))
            for nth, part in enumerate(parts, 1):
                rows = tuple(
                    (work.label(name), *(row[place] for place in part))
                    for name, row in cells.items()
                )
                which = f" ({nth} of {len(parts)})" if len(parts) > 1 else ""
                head = ("Choice", *(names[place] for place in part))
                made.append(Table(f"{caption}{which}", head, rows))
    return tuple(made)


def _stories(work: Work) -> tuple[Stories, Story | None]:
    whole = complete(work.own.isel(run=np.flatnonzero(work.comparable)))
    kept = whole if whole.sizes["run"] else work.own
    told_runs = stories(kept, work.scenario, summarise(kept, work.scenario))
    if work.forced is None or told_runs.typical is None or work.asked.lever not in work.drawn:
        return told_runs, None
    forced = story(work.forced, work.scenario, told_runs.typical.run)
    since = str(work.date.astype("datetime64[M]"))
    later = tuple((date, entries) for date, entries in forced.dates if date >= since)
    return told_runs, Story(forced.run, forced.ends, later)
