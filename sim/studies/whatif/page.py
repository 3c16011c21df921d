"""The page of a forced choice: what each alternative changes, and how it comes about."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sim.reporting.chart import Table
from sim.reporting.document import (
    Block,
    Details,
    Document,
    Exhibit,
    Heading,
    Note,
    Plot,
    Section,
    Wide,
    cards,
    files,
    terms,
)
from sim.reporting.lasting_charts import lasting_exhibits
from sim.reporting.lasting_findings import LastingArm
from sim.reporting.story import stories, story
from sim.scenario.scenario import changes
from sim.statistics.measures import measures
from sim.statistics.summary import complete_runs, summarise
from sim.studies.whatif.charts import alternatives_chart, outcome_chart
from sim.studies.whatif.result import Effect, Work
from sim.studies.whatif.text import choices_left_out, how_to_read, still, title, whatif_lead
from sim.text import month, percent, sentence

# What the page of a forced choice draws: every choice on each measure, and one over time.

COURSES = 6
"""Most outcomes of which the course under the forced choice is drawn."""


def forests(work: Work, *, events: bool) -> tuple[Exhibit, ...]:
    """One for each measure that some alternative changes clearly and visibly."""
    read = work.events if events else work.outcomes
    by_choice = {name: read(name) for name in work.drawn}
    made: list[Exhibit] = []
    if not by_choice:
        return ()
    for effects in zip(*by_choice.values(), strict=True):
        lines = [
            (name, work.label(name), effect)
            for name, effect in zip(by_choice, effects, strict=True)
        ]
        seen = [line for line in lines if line[2].notable]
        if not seen:
            continue
        first = effects[0]
        said = _said(seen)
        id = f"{'event' if events else 'outcome'}-{first.id}"
        name = sentence(first.name)
        chart = alternatives_chart(name, lines, work.asked.lever, said, work.reference)
        made.append(Exhibit(id, chart.name, said, (Plot(f"plot-{id}", chart),)))
    return tuple(made)


def _said(seen: list[tuple[str, str, Effect]]) -> str:
    """Which alternative raises a measure most, and which lowers it most."""
    said = []
    for sign, word in ((1, "raises"), (-1, "lowers")):
        sided = [line for line in seen if sign * line[2].amount > 0]
        if sided:
            _, label, effect = max(sided, key=lambda line: abs(line[2].amount))
            size = effect.much
            if effect.item is None:
                much = f"{size} percentage points"
            else:
                much = f"{size} standard deviations ({effect.change}; {effect.item.unit})"
            said.append(f"“{label}” {word} it most, by {much}")
    return f"{'; '.join(said)}."


def courses(work: Work) -> tuple[Exhibit, ...]:
    """The outcomes that the marked choice moves farthest at any time, over time."""
    lever = work.asked.lever
    if lever is None or work.forced is None or lever not in work.drawn:
        return ()
    ranked = sorted(
        (one for one in work.outcomes(lever) if one.item and math.isfinite(one.effect)),
        key=lambda one: -_reach(work, lever, one),
    )
    whole = work.comparable & (work.own["failed_round"].values < 0)
    whole &= work.forced["failed_round"].values < 0
    dates = work.own["until"].values
    made = []
    for effect in ranked[:COURSES]:
        if effect.item is None or not _reach(work, lever, effect):
            continue
        own, forced = (
            one["reported"].sel(outcome=effect.id).transpose("run", "round").values[whole]
            for one in (work.own, work.forced)
        )
        cell = work.data.sel(alternative=lever, outcome=effect.id)
        band = cell["difference"].values, cell["low"].values, cell["high"].values
        at = int(np.abs(band[0]).argmax())
        said = (
            f"The two part most in {month(dates[at])}, by "
            f"{effect.at(float(band[0][at]))}; at the end the difference is {effect.change} "
            f"(95 % interval {effect.interval})."
        )
        courses, label = (own.mean(axis=0), forced.mean(axis=0)), work.label(lever)
        chart = outcome_chart(
            effect.item, dates, courses, band, label=label, said=said, against=work.own_label
        )
        id = f"course-{effect.id}"
        made.append(Exhibit(id, effect.name, said, (Plot(f"plot-{id}", chart),)))
    return tuple(made)


def stays(work: Work) -> tuple[Exhibit, ...]:
    """What lasts under what all is compared with, and under the marked choice."""
    lever = work.asked.lever
    if lever is None or work.forced is None or lever not in work.drawn:
        return ()
    here = np.flatnonzero(work.comparable)
    own = LastingArm(work.own_label, work.own.isel(run=here), work.scenario)
    limit, forced = float(work.data.attrs["limit"]), work.forced.isel(run=here)
    return lasting_exhibits([own, LastingArm(work.label(lever), forced, work.scenario, own, limit)])


def _reach(work: Work, lever: str, effect: Effect) -> float:
    """How far the two courses part at any time, in standard deviations at the end."""
    apart = np.abs(work.data["difference"].sel(alternative=lever, outcome=effect.id).values)
    return float(apart.max() / effect.spread)


COLUMNS = 12
"""Most measures that a table of all choices has side by side."""


def whatif_page(work: Work) -> Document:
    """Put the answer on its page."""
    asked, headline = work.asked, _headline(work)
    outcomes, events = forests(work, events=False), forests(work, events=True)
    choice = work.label(asked.lever) if asked.lever else ""
    run = asked.fork.run
    against = f"against {work.reference}"
    dots = Note(f"Each dot is one choice, with its 95 % interval, {against}.")
    means = Note(
        "Means over the futures in which it was open. Below: the difference, with the band of its "
        "95 % interval."
    )
    return Document(
        kind="What if they had chosen otherwise?",
        title=title(work),
        lead=whatif_lead(work),
        headline=headline,
        changes=changes(work.scenario),
        reproduction=(
            ("Futures under each choice", f"{work.runs:,}"),
            ("Seed", str(work.seed)),
            ("Past", "each future's own" if run is None else f"that of run {run}, this round too"),
        ),
        files=files([work.scenario]),
        summary=(cards(headline), Details("How to read this page", (*how_to_read(work), terms()))),
        sections=(
            Section(
                "effects",
                "What each choice changes",
                (
                    f"Differences at the end {against}. In brackets: not clear, allowing for how "
                    "many there are.",
                    *map(Note, (*choices_left_out(work), *still(work, outcomes, events))),
                    *map(Wide, _tables(work)),
                ),
            ),
            Section("outcomes", "Outcomes", _under(dots, outcomes), listed=True),
            Section("events", "Watched events", _under(dots, events), listed=True),
            Section("courses", f"Over time: “{choice}”", _under(means, courses(work))),
            Section(
                "lasting",
                "What lasts",
                _under(Note(f"In the futures in which “{choice}” was open."), stays(work)),
            ),
            Section("stories", "Runs in words", _stories(work, choice)),
        ),
    )


def _under(note: Note, exhibits: tuple[Exhibit, ...]) -> tuple[Block, ...]:
    return (note, *exhibits) if exhibits else ()


def _headline(work: Work) -> Table:
    """Every choice; what happened first, then the marked one, then what changes most."""
    shared = work.asked.fork.run is not None
    rows = []
    for name in sorted(work.names, key=lambda name: _rank(work, name)):
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
    shares = ("Answer",) if shared else ("Chosen by the model", "Agreed to")
    most = ("Moves most (standard deviations)", "Changes most (percentage points)")
    header = ("Choice", "Open", *shares, *most)
    return Table(f"Each choice against {work.reference}", header, tuple(rows))


def _rank(work: Work, name: str) -> tuple[bool, bool, bool, float]:
    weight = work.weight(name) if name in work.drawn else 0.0
    return name != work.done, name != work.asked.lever, name not in work.drawn, -weight


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
    outcomes = [item.name for item in measures(work.scenario.description).values()]
    events = [str(name) for name in work.data["watch_name"].values]
    for what, read, names in (
        ("Outcomes at the end, difference in standard deviations", work.outcomes, outcomes),
        ("Watched events by the end, difference in percentage points", work.events, events),
    ):
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
                made.append(Table(f"{what}{which}", head, rows))
    return tuple(made)


def _stories(work: Work, choice: str) -> tuple[Block, ...]:
    """The typical run, and the same run had the marked choice been made."""
    whole = complete_runs(work.own.isel(run=np.flatnonzero(work.comparable)))
    kept = whole if whole.sizes["run"] else work.own
    told = stories(kept, work.scenario, summarise(kept, work.scenario))
    if told.typical is None:
        return ()
    own = (Heading(f"A typical run under {work.reference}"), told)
    if work.forced is None or work.asked.lever not in work.drawn:
        return own
    forced = story(work.forced, work.scenario, told.typical.run)
    since = str(work.date.astype("datetime64[M]"))
    later = tuple((date, entries) for date, entries in forced.dates if date >= since)
    return (
        *own,
        Heading(f"The same run {forced.run}, had “{choice}” been chosen"),
        f"Up to {work.when} it is the run told above. From then on:",
        replace(forced, dates=later),
        Table(
            "Where the run ends under each choice",
            ("Outcome", sentence(work.reference), sentence(choice)),
            tuple(zip(told.outcomes, told.typical.ends, forced.ends, strict=True)),
        ),
    )
