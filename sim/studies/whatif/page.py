"""The page of a forced choice: what each alternative changes, and how it comes about."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from sim.reporting import document as page
from sim.reporting.arrangement_charts import lasting_exhibits
from sim.reporting.beliefs import as_numbers, held_by, learnt
from sim.reporting.chart_kit import Table
from sim.reporting.document import Block, Document, Exhibit, Heading, Note, Section
from sim.reporting.sources import changes_in_words
from sim.reporting.story import stories, story
from sim.statistics.arrangements import LastingArm
from sim.statistics.measures import measures
from sim.statistics.summary import complete_runs, summarise
from sim.studies.whatif.charts import alternatives_chart, outcome_chart
from sim.studies.whatif.result import FEW_FUTURES, Effect, Forced
from sim.studies.whatif.text import choices_left_out, still, title, whatif_lead
from sim.text import month, number, percent, sentence

_COURSES = 6
"""Most outcomes of which the course under the forced choice is drawn."""
_COLUMNS = 12
"""Most measures that a table of all choices has side by side."""


def whatif_page(found: Forced) -> Document:
    """Put the answer on its page."""
    asked, headline = found.asked, _headline(found)
    outcomes, events = (tuple(_forests(found, events=events)) for events in (False, True))
    choice = found.label(asked.lever) if asked.lever else ""
    run = asked.fork.run
    against = f"against {found.reference}"
    dots = Note(f"Each dot is one choice, with its 95 % interval, {against}.")
    means = Note(
        "Means over the futures in which it was open. Below: the difference, with the band of its "
        "95 % interval."
    )
    reading = page.how_to_read(
        "sim.studies.whatif/how_to_read.html.j2",
        run=run,
        actor=found.who[0],
        target=found.who[1],
        track=asked.fork.track,
        few=FEW_FUTURES,
        limit=number(float(found.data.attrs["limit"]), 2),
        reference=found.reference,
        chooser=found.chooser,
        rule=found.rule,
    )
    notes = (*choices_left_out(found), *still(found, (*outcomes, *events)))
    told = (
        f"Differences at the end {against}. In brackets: not clear, allowing for how many there "
        "are."
    )
    return Document(
        kind="What if they had chosen otherwise?",
        title=title(found),
        lead=whatif_lead(found),
        headline=headline,
        changes=changes_in_words(found.scenario),
        reproduction=(
            ("Futures under each choice", f"{found.runs:,}"),
            ("Seed", str(found.seed)),
            ("Past", "each future's own" if run is None else f"that of run {run}, this round too"),
        ),
        files=page.files([found.scenario]),
        summary=(page.cards(headline), reading),
        sections=(
            Section(
                "effects",
                "What each choice changes",
                (told, *map(Note, notes), *map(page.Wide, _tables(found))),
            ),
            Section("outcomes", "Outcomes", _under(dots, outcomes), listed=True),
            Section("events", "Watched events", _under(dots, events), listed=True),
            Section("courses", f"Over time: “{choice}”", _under(means, _courses(found))),
            Section(
                "lasting",
                "What lasts",
                _under(Note(f"In the futures in which “{choice}” was open."), _stays(found)),
            ),
            Section(
                "beliefs",
                "What they believe of one another",
                tuple(map(page.Wide, _beliefs(found))),
            ),
            Section("stories", "Runs in words", _stories(found, choice)),
        ),
    )


def _under(note: Note, exhibits: Iterable[Exhibit]) -> tuple[Block, ...]:
    shown = tuple(exhibits)
    return (note, *shown) if shown else ()


def _forests(found: Forced, *, events: bool) -> Iterator[Exhibit]:
    """One for each measure that some alternative changes clearly and visibly."""
    by_choice = {
        name: found.events(name) if events else found.outcomes(name) for name in found.drawn
    }
    for effects in zip(*by_choice.values(), strict=True):
        lines = [
            (name, found.label(name), effect)
            for name, effect in zip(by_choice, effects, strict=True)
        ]
        if seen := [line for line in lines if line[2].notable]:
            name, said = sentence(effects[0].name), _said(seen)
            chart = alternatives_chart(name, lines, found.asked.lever, said, found.reference)
            yield page.exhibit_of(f"{'event' if events else 'outcome'}-{effects[0].id}", chart)


def _said(seen: list[tuple[str, str, Effect]]) -> str:
    """Which alternative raises a measure most, and which lowers it most."""
    said = []
    for sign, word in ((1, "raises"), (-1, "lowers")):
        sided = [line for line in seen if sign * line[2].amount > 0]
        if sided:
            _, label, effect = max(sided, key=lambda line: abs(line[2].amount))
            much = f"{effect.much} percentage points"
            if effect.item is not None:
                unit = effect.item.unit
                much = f"{effect.much} standard deviations ({effect.change}; {unit})"
            said.append(f"“{label}” {word} it most, by {much}")
    return f"{'; '.join(said)}."


def _courses(found: Forced) -> Iterator[Exhibit]:
    """The outcomes that the marked choice moves farthest at any time, over time."""
    if found.marked is None:
        return
    lever, forced = found.marked

    def farthest(effect: Effect) -> float:
        """How far the two courses part at any time, in standard deviations at the end."""
        apart = found.data["difference"].sel(alternative=lever, outcome=effect.id).values
        return float(np.abs(apart).max() / effect.spread)

    moved = [one for one in found.outcomes(lever) if one.item and math.isfinite(one.effect)]
    whole = found.comparable & (found.own["failed_round"].values < 0)
    whole &= forced["failed_round"].values < 0
    dates = found.own["until"].values
    for effect in sorted(moved, key=lambda one: -farthest(one))[:_COURSES]:
        if effect.item is None or not farthest(effect):
            continue
        own, changed = (
            one["reported"].sel(outcome=effect.id).transpose("run", "round").values[whole]
            for one in (found.own, forced)
        )
        cell = found.data.sel(alternative=lever, outcome=effect.id)
        band = cell["difference"].values, cell["low"].values, cell["high"].values
        at = int(np.abs(band[0]).argmax())
        said = (
            f"The two part most in {month(dates[at])}, by "
            f"{effect.at(float(band[0][at]))}; at the end the difference is {effect.change} "
            f"(95 % interval {effect.interval})."
        )
        means, label = (own.mean(axis=0), changed.mean(axis=0)), found.label(lever)
        chart = outcome_chart(
            effect.item, dates, means, band, label=label, said=said, against=found.own_label
        )
        yield page.exhibit_of(f"course-{effect.id}", chart)


def _stays(found: Forced) -> tuple[Exhibit, ...]:
    """What lasts under what all is compared with, and under the marked choice."""
    if found.marked is None:
        return ()
    here, (lever, forced) = np.flatnonzero(found.comparable), found.marked
    own = LastingArm(found.own_label, found.own.isel(run=here), found.scenario)
    limit, label = float(found.data.attrs["limit"]), found.label(lever)
    marked = LastingArm(label, forced.isel(run=here), found.scenario, own, limit)
    return lasting_exhibits([own, marked])


def _beliefs(found: Forced) -> Iterator[Table]:
    """What is believed at the end, under what all is compared with and the marked choice."""
    here, described = np.flatnonzero(found.comparable), found.scenario.description
    arms = [(found.own_label, learnt(found.own.isel(run=here), described))]
    if found.marked is not None:
        lever, forced = found.marked
        arms.append((found.label(lever), learnt(forced.isel(run=here), described)))
    if not all(one for _, one in arms):
        return
    rows = []
    for sides in zip(*(one for _, one in arms), strict=True):
        courses = [one.course for one in sides]
        cells = [float(courses[0].mean[0])]
        cells += [float(end) for one in courses for end in (one.mean[-1], one.true[-1])]
        rows.append((held_by(courses[0], described), *as_numbers(cells)))
    heads = [head for name, _ in arms for head in (f"Believed at the end: {name}", "It is")]
    yield Table("Means over the futures", ("Belief", "Believed at first", *heads), tuple(rows))


def _headline(found: Forced) -> Table:
    """Every choice; what happened first, then the marked one, then what changes most."""
    shared = found.asked.fork.run is not None
    rows = []
    for name in sorted(found.names, key=lambda name: _rank(found, name)):
        one, label = found.data.sel(alternative=name), found.label(name)
        label = f"▶ {label}" if name == found.asked.lever else label
        accepted = float(one["accepted"])
        if shared:
            cells = ["yes" if float(one["open"]) else "no"]
            answer = found.answer(name, accepted=bool(accepted))
        else:
            cells = [percent(float(one["open"])), percent(float(one["chosen"]))]
            answer = percent(accepted)
        asked = found.asks(name) and float(one["open"])
        cells.append(answer if asked else "–")
        rows.append((label, *cells, *_most(found, name)))
    if found.done is not None and found.done not in found.names:
        answer = found.answered if found.asks(found.done) else "–"
        rows.insert(0, (found.label(found.done), "yes", answer, *_most(found, found.done)))
    shares = ("Answer",) if shared else (f"Chosen by {found.chooser}", "Agreed to")
    most = ("Moves most (standard deviations)", "Changes most (percentage points)")
    header = ("Choice", "Open", *shares, *most)
    return Table(f"Each choice against {found.reference}", header, tuple(rows))


def _rank(found: Forced, name: str) -> tuple[bool, bool, bool, float]:
    weight = found.weight(name) if name in found.drawn else 0.0
    return name != found.done, name != found.asked.lever, name not in found.drawn, -weight


def _most(found: Forced, name: str) -> tuple[str, str]:
    """What a choice moves and changes most; or why there is nothing to tell."""
    if name == found.done:
        return "what was done", "–"
    if name not in found.drawn:
        return "too few futures" if name in found.few else "–", "–"
    outcome, event = found.most(name)
    return (
        f"{outcome.name} {outcome.cell}" if outcome else "–",
        f"{event.name} {event.cell}" if event else "–",
    )


def _tables(found: Forced) -> Iterator[Table]:
    """Every effect at the end, a row for each choice."""
    if not found.drawn:
        return
    items = measures(found.scenario.description).values()
    watches = [str(name) for name in found.data["watch_name"].values]
    for what, read, names in (
        (
            "Outcomes at the end, difference in standard deviations",
            found.outcomes,
            [item.name for item in items],
        ),
        ("Watched events by the end, difference in percentage points", found.events, watches),
    ):
        if not names:
            continue
        cells = {name: [one.cell for one in read(name)] for name in found.drawn}
        parts = np.array_split(np.arange(len(names)), -(-len(names) // _COLUMNS))
        for nth, part in enumerate(parts, 1):
            rows = (
                (found.label(name), *(row[place] for place in part)) for name, row in cells.items()
            )
            which = f" ({nth} of {len(parts)})" if len(parts) > 1 else ""
            head = ("Choice", *(names[place] for place in part))
            yield Table(f"{what}{which}", head, tuple(rows))


def _stories(found: Forced, choice: str) -> tuple[Block, ...]:
    """The typical run, and the same run had the marked choice been made."""
    whole = complete_runs(found.own.isel(run=np.flatnonzero(found.comparable)))
    kept = whole if whole.sizes["run"] else found.own
    told = stories(kept, found.scenario, summarise(kept, found.scenario))
    if told.typical is None:
        return ()
    own = (Heading(f"A typical run under {found.reference}"), told)
    if found.marked is None:
        return own
    forced = story(found.marked[1], found.scenario, told.typical.run)
    since = str(found.date.astype("datetime64[M]"))
    later = tuple((date, entries) for date, entries in forced.dates if date >= since)
    return (
        *own,
        Heading(f"The same run {forced.run}, had “{choice}” been chosen"),
        f"Up to {found.when} it is the run told above. From then on:",
        replace(forced, dates=later),
        Table(
            "Where the run ends under each choice",
            ("Outcome", sentence(found.reference), sentence(choice)),
            tuple(zip(told.outcomes, told.typical.ends, forced.ends, strict=True)),
        ),
    )
